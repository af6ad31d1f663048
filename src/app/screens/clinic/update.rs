//! Keys, pastes and events inside a clinic, undo and redo across its form.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    apply_event::apply_event,
    buttons::{self, after_key},
    chat_placing,
    control::ControlId,
    field_lint,
    keys::NOTHING_TO_CONFIRM,
    private_placement::PlacingOutcome,
    state::{ClinicScreen, READS_ONLY},
};
use crate::{
    app::{
        ChoiceIntent, Choose, Dialog, Key, KeyAction, Model, SaveStatus, Screen, TextIntent,
        VaultRequest,
        dialogs::prompts::ReasonFor,
        keymap::{self, KeyContext},
        screens::{clinics::migrate_draft, reader::open::open_entry},
    },
    clinic::{
        Event, PlacementMethod, RowId, Session, StageNeeds, UndoableChange, clock, next_redo,
        next_undo, removed_rows, stage_needs, time_recovery,
    },
    text::counted,
};

/// Minutes that F7 adds.
const MORE_MINUTES: u32 = 5;

/// Asked before a text is lost that could not be read as an answer.
const NOT_KEPT: &str = "An answer could not be read";

/// So that the length of a text can be told in pages.
const BYTES_OF_A_PAGE: usize = 3000;

pub(crate) fn open(model: &mut Model, mut screen: ClinicScreen) {
    screen.today = model.today();
    if let Some(library) = &model.library {
        screen.take_words_of(library);
    }
    if screen.session.is_practice() {
        model.show_notice("Practice: a fictional case. Nothing is saved.");
    }
    // What was saved before says nothing of this one.
    if matches!(model.saving, SaveStatus::Saved(_)) {
        model.saving = SaveStatus::Nothing;
    }
    model.clinic = Some(screen);
    model.screen = Screen::Clinic;
}

/// Takes a key that belongs to the form, the guidance pane or somebody who places privately; false
/// if it is for the table.
pub(crate) fn takes(model: &mut Model, key: Key) -> bool {
    let now = model.now;
    let columns = usize::from(model.layout().clinic(false).form.width);
    let Some(clinic) = &mut model.clinic else { return false };
    if clinic.placing.is_some() {
        place(model, key);
        return true;
    }
    // Changes are undone across the form, not field by field, and no text keeps these keys for itself.
    let action = keymap::own(KeyContext::Clinic, key);
    if matches!(
        action,
        Some(
            KeyAction::Undo | KeyAction::Redo | KeyAction::NextMissing | KeyAction::UsualCertainty
        )
    ) {
        return false;
    }
    if clinic.guidance.open {
        return in_guidance(model, key);
    }
    let taken = clinic.handle_key(key, columns, now);
    after_key(model, taken)
}

pub(crate) fn paste(model: &mut Model, text: &str) {
    let is_free =
        model.clinic.as_ref().is_some_and(|one| one.placing.is_none() && !one.guidance.open);
    if is_free && chat_placing::pasted(model, text) {
        return;
    }
    let Some(clinic) = &mut model.clinic else { return };
    if clinic.guidance.open {
        clinic.guidance.query.insert(text);
        model.effects.extend(clinic.guidance.ask());
    } else if clinic.placing.is_none() {
        match clinic.editor.as_ref().and_then(|editor| editor.part_that_fits(text)) {
            Some(part) => ask_about_paste(model, text, part),
            None => paste_part(model, text),
        }
    }
}

/// A text that does not fit goes in only if somebody says so, and never with half a word at its end.
fn ask_about_paste(model: &mut Model, text: &str, part: String) {
    let pages = |text: &str| text.len().div_ceil(BYTES_OF_A_PAGE);
    if part.trim().is_empty() {
        return model.warn("This field is full. Nothing was added.");
    }
    model.offer(
        "This is too long for one field",
        format!(
            "The text is about {} pages, and about {} fit here. Notes work best with the main points \
             in a few words. Keep documents in the child’s record.",
            pages(text),
            pages(&part)
        ),
        ["Add nothing", "Add the beginning, up to a whole word"],
        ChoiceIntent::PastePart(part),
    );
}

/// Puts in a text, or the part of it that fits.
pub(crate) fn paste_part(model: &mut Model, part: &str) {
    let now = model.now;
    if let Some(clinic) = &mut model.clinic {
        let taken = clinic.paste(part, now);
        after_key(model, taken);
    }
}

/// On entering a stage late: how the meeting could still end on time.
fn suggest_catching_up(model: &mut Model, before: usize) {
    let clinic = model.clinic.as_ref().filter(|one| one.session.stage() != before);
    if let Some(hint) = clinic.and_then(|clinic| time_recovery(&clinic.session, model.now)) {
        model.show_outcome(hint.sentence());
    }
}

/// How the time of the whole meeting stands.
fn in_all(session: &Session, now: Timestamp) -> String {
    let view = clock(session, now);
    let minutes = |time: Duration| time.as_secs() / 60;
    let (gone, planned) = (minutes(view.total_elapsed), minutes(view.total_planned));
    format!("Time used: {gone} of {}.", counted(planned, "minute", "minutes"))
}

/// What the facilitator can read aloud now: a title and the text.
fn script(session: &Session) -> Option<(String, String)> {
    let stage = session.template().stages.get(session.stage())?;
    let language = session.language();
    let text = stage.script.as_ref()?.show(language).trim().to_owned();
    Some((format!("To read aloud: {}", stage.title.show(language)), text))
}

fn place(model: &mut Model, key: Key) {
    let Some(clinic) = &mut model.clinic else { return };
    let Some(placing) = &mut clinic.placing else { return };
    match placing.handle_key(key, model.now) {
        PlacingOutcome::Stay => {}
        PlacingOutcome::Cancelled => clinic.placing = None,
        PlacingOutcome::TextTyped => {
            clinic.placing = None;
            model.show_notice("Nothing was placed: only a number places. Enter: try again.");
        }
        PlacingOutcome::Placed(code) => {
            let (slot, participant) = (placing.slot.clone(), placing.participant);
            let (again, way) = (placing.again, placing.way);
            clinic.placing = None;
            let event = if again {
                Event::PlacedAgain { slot, participant, code }
            } else {
                Event::PlacedPrivately { slot, participant, code }
            };
            apply_event(model, event);
            if model.notice.is_none() {
                model.show_notice(match way {
                    PlacementMethod::PassTheKeyboard => "Placed. Pass the keyboard on.",
                    PlacementMethod::Cards
                    | PlacementMethod::VideoCall
                    | PlacementMethod::RoundTheTable => "Placed. Next person.",
                });
                if let Some(clinic) = &mut model.clinic {
                    clinic.move_focus(true);
                }
            }
        }
    }
}

fn in_guidance(model: &mut Model, key: Key) -> bool {
    let (Some(clinic), Some(library)) = (&mut model.clinic, &model.library) else { return false };
    let rows = clinic.guidance.rows(&clinic.session, library);
    let chosen = rows.get(clinic.guidance.chosen).map(|row| row.id.clone());
    match (keymap::own(KeyContext::GuidancePane, key), chosen) {
        (Some(KeyAction::Back | KeyAction::Guidance), _) => clinic.close_guidance(),
        (Some(action @ (KeyAction::Previous | KeyAction::Next)), _) => {
            clinic.guidance.chosen = action.chosen(clinic.guidance.chosen, 1, rows.len());
        }
        (Some(KeyAction::Open), Some(id)) => open_entry(model, &id, Screen::Clinic),
        (Some(KeyAction::Cite), Some(id)) => cite(model, &id),
        (Some(KeyAction::Open | KeyAction::Cite), None) => {}
        _ if !KeyContext::GuidancePane.keeps(key) => return false,
        _ => {
            if clinic.guidance.query.edit(key) {
                model.effects.extend(clinic.guidance.ask());
            }
        }
    }
    true
}

/// Cites an entry in the open clinic, pinned to its version; citing it again removes the citation.
pub(crate) fn cite(model: &mut Model, id: &str) {
    let entry = model.library.as_ref().and_then(|library| library.entry(id)).cloned();
    let Some(entry) = entry else { return };
    let Some(clinic) = &model.clinic else {
        return model
            .warn("No clinic is open to cite this in. Press Ctrl-N in Search to start one.");
    };
    let cited =
        clinic.session.citations().iter().any(|one| one.id == id && one.version == entry.version);
    if cited {
        apply_event(model, Event::CitationRemoved { id: entry.id });
        model.show_outcome("Citation removed from the note.");
    } else {
        let (id, title, version) = (entry.id, entry.title, entry.version);
        apply_event(model, Event::EntryCited { id, title, version });
        model.show_outcome("Cited in the note, with its version.");
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let Some(clinic) = &mut model.clinic else {
        model.screen = Screen::Clinics;
        return;
    };
    match action {
        KeyAction::NextField | KeyAction::PreviousField => {
            let forward = action == KeyAction::NextField;
            if !clinic.move_to_stop(forward) {
                let is_last = clinic.controls().iter().any(|one| one.id == ControlId::Complete);
                let needs = clinic.needs(clinic.session.stage());
                model.show_notice(match (forward, is_last) {
                    (true, false) if !needs.are_met() => {
                        "This is the last field for now. Answers are still needed in this stage. Ctrl-R: go to the next one."
                    }
                    (true, true) => {
                        "This is the last field. Enter: see what is still needed, or complete. PgUp: previous stage."
                    }
                    (true, false) => "This is the last field in this stage. PgDn: next stage.",
                    (false, _) => "This is the first field in this stage. PgUp: previous stage.",
                });
            }
        }
        // Behind the last stage there is nothing but its end.
        KeyAction::FinishStage
            if !clinic.reads_only
                && clinic.session.stage() + 1 == clinic.session.template().stages.len() =>
        {
            clinic.focus_on(ControlId::Complete);
            model.show_notice("This is the last stage. Enter: complete the clinic.");
        }
        KeyAction::FinishStage => {
            let before = clinic.session.stage();
            apply_event(model, Event::StageFinished);
            suggest_catching_up(model, before);
            model.save_now();
        }
        KeyAction::ReturnStage => {
            apply_event(model, Event::StageReturned);
            model.save_now();
        }
        // Before somebody writes a reason for nothing.
        KeyAction::SkipStage if clinic.reads_only => model.warn(READS_ONLY.to_string()),
        KeyAction::SkipStage => model.ask(
            "Why are you skipping this stage?",
            "The reason is recorded in the note. Esc: stay in this stage.",
            TextIntent::Reason(ReasonFor::SkippingStage),
        ),
        KeyAction::PauseClock => {
            let paused = clock(&clinic.session, model.now).paused;
            apply_event(model, if paused { Event::ClockResumed } else { Event::ClockPaused });
            model.show_outcome(if paused {
                "The clock is running."
            } else {
                "The clock is paused."
            });
        }
        KeyAction::ExtendStage => {
            apply_event(model, Event::StageExtended { minutes: MORE_MINUTES });
            model.show_outcome("Five minutes added to this stage.");
        }
        KeyAction::Undo => undo(model),
        KeyAction::Redo => redo(model),
        KeyAction::RestoreRemoved => ask_what_comes_back(model),
        KeyAction::NextMissing => buttons::go_to_next_missing(model),
        KeyAction::Guidance => clinic.open_guidance(),
        KeyAction::ShowScript => match script(&clinic.session) {
            Some((title, text)) => {
                model.dialog = Some(Dialog::Reading { title, text, top: 0 });
            }
            None => model.show_notice("This stage has no script."),
        },
        KeyAction::NextCertainty => {
            model.show_notice("F4 works only in answers that ask how we know.");
        }
        KeyAction::ConfirmAnswer => model.show_notice(NOTHING_TO_CONFIRM),
        KeyAction::UsualCertainty if !clinic.asks_how_known() => {
            model.show_notice("No answer of this stage asks how we know it.");
        }
        KeyAction::UsualCertainty => {
            clinic.usual_certainty = clinic.usual_certainty.next();
            let usual = clinic.usual_certainty.title();
            model.show_notice(format!(
                "New answers in this stage start as “{usual}”. Those that are there stay. F4: change one."
            ));
        }
        KeyAction::BetterWords => field_lint::better(model),
        KeyAction::NamesToAvoid => field_lint::ask_names(model),
        KeyAction::MoveToNewer => migrate_draft::ask(model),
        KeyAction::ShowStages => {
            let session = &clinic.session;
            let stages = session.template().stages.iter().enumerate();
            let choose = Choose::new(
                "Go to which stage?",
                format!(
                    "You can always go back. Going forward may need some answers first. {}",
                    in_all(session, model.now)
                ),
                stages.map(|(at, stage)| {
                    let StageNeeds { needed, answered } = stage_needs(session, at);
                    let title = stage.title.show(session.language());
                    match needed - answered {
                        0 => title.to_owned(),
                        missing => format!("{title} · {missing} still needed"),
                    }
                }),
                ChoiceIntent::OpenStage,
            );
            model.dialog = Some(Dialog::Choose(choose.selected(Some(session.stage()))));
        }
        KeyAction::Back => ask_to_leave(model),
        _ => {}
    }
}

/// Asks before the clinic is left: a key too many must not end a meeting in front of the group.
fn ask_to_leave(model: &mut Model) {
    let Some(clinic) = &model.clinic else { return };
    if let Some(unread) = clinic.unread() {
        let text = format!("{} It will not be kept. Everything else is.", unread.sentence);
        let options = ["Go to it", "Leave the clinic without it"];
        return model.offer(NOT_KEPT, text, options, ChoiceIntent::LeaveClinic);
    }
    let text = if clinic.reads_only {
        "Read-only: this note is open in another window."
    } else if clinic.session.is_practice() {
        "Nothing of a practice clinic is saved."
    } else {
        "Your answers are kept. You can continue from the list of clinics."
    };
    model.offer(
        "Leave this clinic?",
        text,
        ["Stay in the clinic", "Leave the clinic"],
        ChoiceIntent::LeaveClinic,
    );
}

/// Asks before the program ends without a text that is in no draft; false if there is none, or this was
/// asked already.
pub(crate) fn asks_before_quitting(model: &mut Model) -> bool {
    let unread = model.clinic.as_ref().and_then(ClinicScreen::unread);
    let can_ask = model.screen == Screen::Clinic && model.size.is_enough();
    let Some(unread) = unread.filter(|_| can_ask) else { return false };
    if let Some(Dialog::Choose(Choose { purpose: ChoiceIntent::Quit, .. })) = &model.dialog {
        return false;
    }
    let text = format!("{} It will not be kept. Everything else is.", unread.sentence);
    model.offer(NOT_KEPT, text, ["Go to it", "Quit without it"], ChoiceIntent::Quit);
    true
}

/// Leaves the clinic, and says whether its draft is saved.
pub(crate) fn leave(model: &mut Model) {
    let is_unsaved = matches!(model.saving, SaveStatus::NotSaved(_));
    model.save_now();
    model.screen = Screen::Clinics;
    let Some(clinic) = model.clinic.take() else { return };
    if clinic.reads_only {
        model.show_notice("Read-only: this note is open in another window.");
    } else if clinic.session.is_practice() {
        model.show_notice("You left the practice clinic. Nothing was saved.");
    } else {
        if clinic.session.is_untouched() {
            model.clinics.left_nothing();
            model.show_notice("You wrote nothing, so no draft was saved.");
        } else if is_unsaved {
            model.warn("The draft is not saved yet. Saving is tried again every two seconds. Enter: continue the clinic.");
        } else {
            model.show_notice("The draft is saved. Enter: continue the clinic.");
        }
        model.request(VaultRequest::ListNotes);
    }
}

/// Undoes the last change, and goes to where it was. A change that cannot be undone is named first, so
/// that nothing older goes unnoticed in its place.
fn undo(model: &mut Model) {
    if let Some(clinic) = &mut model.clinic
        && let Some(lasting) = clinic.tell_of_lasting()
    {
        let older = next_undo(&clinic.session).map_or_else(String::new, |step| {
            format!(" Ctrl-Z again undoes the change before it: {}.", step.title())
        });
        return model.show_notice(format!("{}{older}", lasting.sentence()));
    }
    undo_step(model, next_undo, Event::Undone, "Nothing to undo.", "Undone");
}

/// Makes again what was undone, and goes to where it is.
fn redo(model: &mut Model) {
    undo_step(model, next_redo, Event::Redone, "Nothing to redo.", "Redone");
}

fn undo_step(
    model: &mut Model,
    next: fn(&Session) -> Option<UndoableChange>,
    event: Event,
    nothing: &str,
    said: &str,
) {
    let Some(step) = model.clinic.as_ref().and_then(|clinic| next(&clinic.session)) else {
        return model.show_notice(nothing);
    };
    apply_event(model, event);
    if model.notice.is_some() {
        return;
    }
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    if let Some(stage) = step.stage.filter(|stage| Some(*stage) != here) {
        apply_event(model, Event::StageOpened { stage });
    }
    if let Some(clinic) = &mut model.clinic {
        if let Some(slot) = &step.slot {
            clinic.focus_on_slot(slot);
        }
        clinic.show_again();
    }
    model.show_notice(format!("{said}: {}.", step.title()));
}

/// Asks which of the parts that were removed is restored.
fn ask_what_comes_back(model: &mut Model) {
    let Some(clinic) = &model.clinic else { return };
    let removed = removed_rows(&clinic.session);
    if removed.is_empty() {
        return model.show_notice("Nothing has been removed since this clinic was opened.");
    }
    let options = removed.iter().map(|row| match row.about.as_str() {
        "" => format!("{} (nothing written)", row.title),
        about => format!("{}: {about}", row.title),
    });
    let rows = removed.iter().map(|row| (row.group.clone(), row.row)).collect();
    model.offer(
        "What do you want to restore?",
        "Everything written in it is restored too.",
        options,
        ChoiceIntent::RestoreRemoved(rows),
    );
}

pub(crate) fn bring_back(model: &mut Model, group: String, row: RowId) {
    apply_event(model, Event::RowBroughtBack { group, row });
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_row(row);
    }
    model.show_outcome("Restored, with everything that was written in it.");
    model.save_now();
}
