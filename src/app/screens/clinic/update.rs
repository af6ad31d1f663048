//! Keys and events inside a clinic.

use super::{apply_event::apply_event, buttons::after_key, citations::cite, field_lint, undo};
use crate::app::VaultRequest;
use crate::app::{
    dialogs::prompts::ReasonFor,
    keymap::{self, KeyContext},
    saving::save_now,
    screens::{clinics::migrate_draft, reader::open::open_entry},
};
use crate::{
    app::{
        Ask, ChoiceIntent, Choose, ClinicScreen, Dialog, Editor, Effect, Key, KeyAction, Model,
        SaveStatus, Screen, TextIntent, screens::clinic::control::ControlId,
    },
    clinic::{Event, PlacementMethod, time_recovery},
};

/// Minutes that F7 adds.
const MORE_MINUTES: u32 = 5;

/// Shows a clinic.
pub(crate) fn open(model: &mut Model, mut screen: ClinicScreen) -> Vec<Effect> {
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
    Vec::new()
}

/// Takes a key that belongs to the form or the guidance pane; none if it is for the table.
pub(crate) fn takes(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let now = model.now;
    let columns = usize::from(model.size.clinic().form.width);
    // Changes are taken back across the form, not field by field.
    let action = keymap::own(KeyContext::Clinic, key);
    if matches!(action, Some(KeyAction::Undo | KeyAction::Redo)) {
        return None;
    }
    let clinic = model.clinic.as_mut()?;
    if clinic.guidance.open {
        return in_guidance(model, key);
    }
    let taken = clinic.handle_key(key, columns, now);
    after_key(model, taken)
}

/// On entering a stage late: how the meeting could still end on time.
fn suggest_catching_up(model: &mut Model, before: usize) {
    let Some(clinic) = model.clinic.as_ref().filter(|one| one.session.stage() != before) else {
        return;
    };
    let hint = time_recovery(&clinic.session, model.now);
    if let Some(hint) = hint.filter(|_| model.notice.is_none()) {
        model.show_notice(hint.sentence());
    }
}

/// How the time of the whole meeting stands.
fn in_all(session: &crate::clinic::Session, now: jiff::Timestamp) -> String {
    let view = crate::clinic::clock(session, now);
    let minutes = |time: std::time::Duration| time.as_secs() / 60;
    let (gone, planned) = (minutes(view.total_elapsed), minutes(view.total_planned));
    format!("Time used: {gone} of {planned} minutes.")
}

/// What the facilitator can read aloud now: a title and the text.
fn script(session: &crate::clinic::Session) -> Option<(String, String)> {
    let stage = session.template().stages.get(session.stage())?;
    let language = session.language();
    let text = stage.script.as_ref()?.show(language).trim().to_owned();
    Some((format!("To read aloud: {}", stage.title.show(language)), text))
}

/// Takes a key while somebody places privately.
pub(crate) fn placing(model: &mut Model, key: Key) -> Vec<Effect> {
    use crate::app::screens::clinic::private_placement::PlacingOutcome;
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    let Some(placing) = &mut clinic.placing else { return Vec::new() };
    match placing.handle_key(key) {
        PlacingOutcome::Stay => Vec::new(),
        PlacingOutcome::Cancelled => {
            clinic.placing = None;
            Vec::new()
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
            let effects = apply_event(model, event);
            if model.notice.is_none() {
                model.show_notice(match way {
                    PlacementMethod::PassTheKeyboard => "Placed. Pass the keyboard on.",
                    PlacementMethod::Cards => "Placed. Next card.",
                    PlacementMethod::RoundTheTable => "Placed. Next person.",
                });
                if let Some(clinic) = &mut model.clinic {
                    clinic.move_focus(true);
                }
            }
            effects
        }
    }
}

fn in_guidance(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let clinic = model.clinic.as_mut()?;
    let library = model.library.clone()?;
    let rows = clinic.guidance.rows(&clinic.session, &library);
    let chosen = rows.get(clinic.guidance.chosen).map(|row| row.id.clone());
    match keymap::own(KeyContext::GuidancePane, key) {
        Some(KeyAction::Back | KeyAction::Guidance) => clinic.guidance.open = false,
        Some(KeyAction::Previous) => {
            clinic.guidance.chosen = clinic.guidance.chosen.saturating_sub(1);
        }
        Some(KeyAction::Next) => {
            let last = rows.len().saturating_sub(1);
            clinic.guidance.chosen = (clinic.guidance.chosen + 1).min(last);
        }
        Some(KeyAction::Open) => {
            if let Some(id) = chosen {
                open_entry(model, &id, Screen::Clinic);
            }
        }
        Some(KeyAction::Cite) => {
            return Some(chosen.map_or_else(Vec::new, |id| cite(model, &id)));
        }
        _ if !KeyContext::GuidancePane.keeps(key) => return None,
        _ => {
            let before = clinic.guidance.query.text();
            clinic.guidance.query.handle_key(key, usize::MAX);
            if clinic.guidance.query.text() != before {
                return Some(clinic.guidance.ask());
            }
        }
    }
    Some(Vec::new())
}

/// Does what a key of the table means here.
pub(crate) fn handle_action(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    let Some(clinic) = &mut model.clinic else {
        model.screen = Screen::Clinics;
        return Vec::new();
    };
    match action {
        KeyAction::NextField | KeyAction::PreviousField => {
            if !clinic.move_focus(action == KeyAction::NextField) {
                let is_last = clinic.controls().iter().any(|one| one.id == ControlId::Complete);
                model.show_notice(if action == KeyAction::NextField && is_last {
                    "This is the last field. Enter: complete the clinic. PgUp: previous stage."
                } else if action == KeyAction::NextField {
                    "This is the last field in this stage. PgDn: next stage."
                } else {
                    "This is the first field in this stage. PgUp: previous stage."
                });
            }
            Vec::new()
        }
        KeyAction::FinishStage => {
            let before = clinic.session.stage();
            let mut effects = apply_event(model, Event::StageFinished);
            suggest_catching_up(model, before);
            effects.extend(save_now(model));
            effects
        }
        KeyAction::ReturnStage => {
            let mut effects = apply_event(model, Event::StageReturned);
            effects.extend(save_now(model));
            effects
        }
        KeyAction::SkipStage if clinic.reads_only => {
            // Before somebody writes a reason for nothing.
            model.warn(crate::app::screens::clinic::state::READS_ONLY.to_string());
            Vec::new()
        }
        KeyAction::SkipStage => {
            model.dialog = Some(Dialog::Ask(Ask {
                title: "Why are you skipping this stage?".to_owned(),
                text: "The reason is recorded in the note. Esc: stay in this stage.".to_owned(),
                answer: Editor::one_line(""),
                purpose: TextIntent::Reason(ReasonFor::SkippingStage),
            }));
            Vec::new()
        }
        KeyAction::PauseClock => {
            let paused = crate::clinic::clock(&clinic.session, model.now).paused;
            let event = if paused { Event::ClockResumed } else { Event::ClockPaused };
            let effects = apply_event(model, event);
            if model.notice.is_none() {
                model.show_notice(if paused {
                    "The clock is running."
                } else {
                    "The clock is paused."
                });
            }
            effects
        }
        KeyAction::ExtendStage => {
            let effects = apply_event(model, Event::StageExtended { minutes: MORE_MINUTES });
            if model.notice.is_none() {
                model.show_notice("Five minutes added to this stage.");
            }
            effects
        }
        KeyAction::Undo => undo::undo(model),
        KeyAction::Redo => undo::redo(model),
        KeyAction::RestoreRemoved => {
            undo::ask_what_comes_back(model);
            Vec::new()
        }
        KeyAction::Guidance => {
            clinic.guidance.open = true;
            Vec::new()
        }
        KeyAction::ShowScript => {
            match script(&clinic.session) {
                Some((title, text)) => {
                    model.dialog = Some(Dialog::Reading { title, text, top: 0 });
                }
                None => model.show_notice("This stage has no script."),
            }
            Vec::new()
        }
        KeyAction::NextCertainty => {
            model.show_notice("F4 works only in answers that ask how we know.");
            Vec::new()
        }
        KeyAction::BetterWords => field_lint::better(model),
        KeyAction::NamesToAvoid => field_lint::ask_names(model),
        KeyAction::MoveToNewer => migrate_draft::ask(model),
        KeyAction::ShowStages => {
            let session = &clinic.session;
            let stages = session.template().stages.iter();
            let options =
                stages.map(|stage| stage.title.show(session.language()).to_owned()).collect();
            model.dialog = Some(Dialog::Choose(Choose {
                title: "Go to which stage?".to_owned(),
                text: format!(
                    "You can always go back. Going forward may need some answers first. {}",
                    in_all(session, model.now)
                ),
                options,
                chosen: session.stage(),
                purpose: ChoiceIntent::OpenStage,
            }));
            Vec::new()
        }
        KeyAction::Back => {
            let practice = clinic.session.is_practice();
            let (untouched, reads_only) = (clinic.session.is_untouched(), clinic.reads_only);
            let is_unsaved = matches!(model.saving, SaveStatus::NotSaved(_));
            let mut effects = save_now(model);
            model.clinic = None;
            model.screen = Screen::Clinics;
            if reads_only {
                model.show_notice("Read-only: this note is open in another window.");
            } else if practice {
                model.show_notice("You left the practice clinic. Nothing was saved.");
            } else if untouched {
                model.show_notice("You wrote nothing, so no draft was saved.");
                effects.push(Effect::Vault(VaultRequest::ListNotes));
            } else {
                if is_unsaved {
                    model.warn("The draft is not saved yet. Saving is tried again every two seconds. Enter: continue the clinic.");
                } else {
                    model.show_notice("The draft is saved. Enter: continue the clinic.");
                }
                effects.push(Effect::Vault(VaultRequest::ListNotes));
            }
            effects
        }
        _ => Vec::new(),
    }
}
