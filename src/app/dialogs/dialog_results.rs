//! What follows an answer to a question, and a second look at text for a note that never changes again:
//! possible identifiers and suggested wording are named before it is recorded, and it is not discarded
//! by one key. Neither blocks anything: the same key again does it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::{
    app::{
        Ask, Choose, Dialog, Effect, Model, SecondLook, VaultRequest,
        dialogs::{
            dialog::{ChoiceIntent, ConfirmIntent, TextIntent},
            prompts::{AfterDissentChoice, DissentChoice, is_name},
        },
        screens::{
            actions,
            clinic::{self, apply_event::apply_event, buttons, field_lint},
            clinics::{migrate_draft, retention},
            hand_over, note,
            reader::{bookmarks::search_for, open::open_guide},
            vault::exchange_update,
        },
    },
    clinic::Event,
    report::{WatchedNames, lint_summary},
    services::RetentionRequest,
};

pub(crate) fn written(model: &mut Model, purpose: TextIntent, text: String) {
    match purpose {
        TextIntent::Reason(what) => apply_event(model, what.event(text)),
        TextIntent::AddParticipant => buttons::people_named(model, buttons::people_of(&text)),
        TextIntent::DissentReason(asked) => ask_dissent(model, asked.give(text)),
        TextIntent::ActionOutcome(note, id, status) => {
            actions::update::follow_up(model, note, id, status, text);
        }
        TextIntent::NamesToAvoid => field_lint::names_written(model, &text),
        TextIntent::FilterActions => {
            model.actions.words = text;
            model.actions.chosen = 0;
        }
        TextIntent::ActionOwner(note, id) => actions::update::owner_written(model, note, id, text),
        TextIntent::ActionBy { note, id, owner, passed } => {
            actions::update::by_written(model, (note, id, owner), passed, &text);
        }
        TextIntent::CorrectionRole => note::update::ask_correction_reason(model, text),
        TextIntent::CorrectionReason(role) => note::update::ask_correction(model, role, text),
        TextIntent::Correction(role, reason) => {
            note::update::correct(model, Event::AmendmentWritten { role, reason, text });
        }
        TextIntent::ExchangeFolder => exchange_update::folder_typed(model, text),
        TextIntent::RemovalReason(person) => exchange_update::ask_removal(model, person, text),
        TextIntent::Retention(id, asked) => retention::written(model, id, asked, text),
        TextIntent::EnteredInError => note::update::ask_name(model, text),
        TextIntent::EnteredInErrorConfirmed { name, reason } => {
            if is_name(&text, &name) {
                note::update::correct(model, Event::MarkedEnteredInError { reason });
            } else {
                model.show_notice(format!("Nothing was marked: you did not type {name}."));
            }
        }
    }
}

pub(crate) fn chosen(model: &mut Model, purpose: ChoiceIntent, at: usize) {
    match purpose {
        ChoiceIntent::OpenStage if is_skipped(model, at) => {
            apply_event(model, Event::StageReopened { stage: at });
        }
        ChoiceIntent::OpenStage => apply_event(model, Event::StageOpened { stage: at }),
        ChoiceIntent::ParticipantPart(label, roles, next) => {
            if let Some(role) = roles.into_iter().nth(at) {
                buttons::add_participant(model, role, label, next);
            }
        }
        ChoiceIntent::GoToMissing(missing) => {
            if let Some(one) = missing.get(at) {
                buttons::go_to_missing(model, one);
            }
        }
        ChoiceIntent::RestoreRemoved(rows) => {
            if let Some((group, row)) = rows.into_iter().nth(at) {
                clinic::update::bring_back(model, group, row);
            }
        }
        ChoiceIntent::Complete => match at {
            1 => apply_event(model, Event::ClinicCompleted { acknowledged: false }),
            2 => buttons::go_to_first(model),
            _ => {}
        },
        ChoiceIntent::CompleteWithWarnings => match at {
            1 => apply_event(model, Event::ClinicCompleted { acknowledged: true }),
            2 => buttons::keep_hidden(model),
            _ => {}
        },
        ChoiceIntent::PastePart(part) if at == 1 => clinic::update::paste_part(model, &part),
        ChoiceIntent::CopyAddress(addresses) => {
            model.effects.extend(addresses.into_iter().nth(at).map(Effect::Copy));
        }
        ChoiceIntent::OpenGuide => open_guide(model, at),
        ChoiceIntent::SearchAgain(searches) => {
            if let Some(text) = searches.get(at) {
                search_for(model, text);
            }
        }
        ChoiceIntent::ActionBecame(note, id) => actions::update::became(model, note, id, at),
        ChoiceIntent::FollowUpBegun(note, template, begun) => {
            let another = VaultRequest::StartFollowUp { note, template, another: true };
            model.request(begun.get(at).map_or(another, |id| VaultRequest::OpenNote(*id)));
        }
        ChoiceIntent::KeepHow(id, retention) => retention::how_chosen(model, id, retention, at),
        ChoiceIntent::OpenOneOf(notes) => {
            if let Some(id) = notes.get(at) {
                model.request(VaultRequest::OpenNote(*id));
            }
        }
        ChoiceIntent::BringOneBack(notes) => {
            if let Some(id) = notes.get(at) {
                model.request(VaultRequest::Keep(RetentionRequest::RestoreDraft(*id)));
            }
        }
        ChoiceIntent::AddWho(people) => {
            if let Some(person) = people.into_iter().nth(at) {
                exchange_update::ask_as_what(model, person);
            }
        }
        ChoiceIntent::AddAs(person) => exchange_update::ask_fingerprint(model, person, at == 1),
        ChoiceIntent::RemoveWho(people) => {
            if let Some(person) = people.into_iter().nth(at) {
                exchange_update::ask_reason(model, person);
            }
        }
        ChoiceIntent::LeaveClinic if at == 1 => clinic::update::leave(model),
        ChoiceIntent::Quit if at == 1 => model.request(VaultRequest::End { anyway: false }),
        ChoiceIntent::LeaveClinic | ChoiceIntent::Quit => buttons::go_to_unread(model),
        ChoiceIntent::HandOver => hand_over::update::chosen(model, at),
        ChoiceIntent::ReplaceFile if at == 1 => hand_over::update::save(model, true),
        ChoiceIntent::QuitUnsaved if at == 1 => model.request(VaultRequest::End { anyway: true }),
        ChoiceIntent::Remove(what) if at == 1 => apply_event(model, what.event()),
        // The first of two answers leaves everything as it is.
        ChoiceIntent::PastePart(_)
        | ChoiceIntent::ReplaceFile
        | ChoiceIntent::QuitUnsaved
        | ChoiceIntent::Remove(_) => {}
        ChoiceIntent::Dissent(choice) => dissent_chosen(model, choice, at),
    }
}

fn dissent_chosen(model: &mut Model, choice: DissentChoice, at: usize) {
    let session = model.clinic.as_ref().map(|clinic| &clinic.session);
    match session.and_then(|session| choice.choose(session, at)) {
        Some(AfterDissentChoice::Choice(next)) => ask_dissent(model, next),
        Some(AfterDissentChoice::Reason(asked)) => {
            let said = model.clinic.as_ref().and_then(|clinic| asked.said(&clinic.session));
            let ask = Ask::dissent_reason(asked).answer(&said.unwrap_or_default());
            model.dialog = Some(Dialog::Ask(ask));
        }
        Some(AfterDissentChoice::Event(event)) => apply_event(model, event),
        None => {}
    }
}

fn ask_dissent(model: &mut Model, choice: DissentChoice) {
    if let Some(clinic) = &model.clinic {
        model.dialog = Some(Dialog::Choose(Choose::dissent(choice, &clinic.session)));
    }
}

/// What was read through is agreed to.
pub(crate) fn agreed(model: &mut Model, purpose: &ConfirmIntent) {
    match purpose {
        ConfirmIntent::MoveToNewer => migrate_draft::agreed(model),
        ConfirmIntent::SendNotes
        | ConfirmIntent::AddPerson(..)
        | ConfirmIntent::RemovePerson(..) => exchange_update::agreed(model, purpose),
    }
}

/// Whether a stage was left out, with a reason: going to it takes it up after all.
fn is_skipped(model: &Model, stage: usize) -> bool {
    model.clinic.as_ref().is_some_and(|clinic| {
        let stage = clinic.session.template().stages.get(stage);
        let passes = clinic.session.passes();
        stage.is_some_and(|stage| passes.iter().any(|one| one.skipped && one.stage == stage.id))
    })
}

/// Something is not saved: leaving needs a decision.
pub(crate) fn ask_quit(model: &mut Model, why: &str) {
    model.offer(
        "NOT SAVED",
        format!("{why} The text is kept, and saving is tried again every two seconds."),
        ["Stay", "Quit and lose what is not saved"],
        ChoiceIntent::QuitUnsaved,
    );
}

/// Whether what was written goes in now; if not, why not was said.
pub(crate) fn allows(model: &mut Model, purpose: &TextIntent, text: &str) -> bool {
    let seen = SecondLook::Keep(number(text));
    if !is_for_good(purpose) || model.second_look == Some(seen) {
        return true;
    }
    let names = model.library.as_deref().map(WatchedNames::for_words_of).unwrap_or_default();
    let Some(found) = lint_summary(text, &names, model.today()) else { return true };
    model.second_look = Some(seen);
    let key = if matches!(purpose, TextIntent::Correction(..)) { "Ctrl-S" } else { "Enter" };
    model.warn(format!("{found} {key} again: keep your text as it is."));
    false
}

/// Whether what was written is dropped now; if not, a notice says that it would be.
pub(crate) fn drops(model: &mut Model, purpose: &TextIntent, text: &str) -> bool {
    let seen = SecondLook::Drop(number(text));
    let stands = match (purpose, &model.clinic) {
        (TextIntent::DissentReason(asked), Some(clinic)) => {
            asked.said(&clinic.session).is_some_and(|said| said == text)
        }
        _ => false,
    };
    let is_kept = is_for_good(purpose)
        || matches!(
            purpose,
            TextIntent::DissentReason(_) | TextIntent::AddParticipant | TextIntent::Reason(_)
        );
    if !is_kept || stands || text.trim().is_empty() || model.second_look == Some(seen) {
        return true;
    }
    model.second_look = Some(seen);
    let goes_on = matches!(
        purpose,
        TextIntent::CorrectionReason(_)
            | TextIntent::EnteredInError
            | TextIntent::DissentReason(_)
            | TextIntent::AddParticipant
    );
    let key = if matches!(purpose, TextIntent::Correction(..)) { "Ctrl-S" } else { "Enter" };
    let does = if goes_on { "go on to the next question" } else { "record it" };
    model.warn(format!("Esc again: discard what you typed. {key}: {does}."));
    false
}

/// Whether it goes into a note beside what was completed.
fn is_for_good(purpose: &TextIntent) -> bool {
    matches!(
        purpose,
        TextIntent::CorrectionReason(_)
            | TextIntent::Correction(..)
            | TextIntent::EnteredInError
            | TextIntent::ActionOutcome(..)
    )
}

/// A number for a text, so that the text itself is kept nowhere.
fn number(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::{Code, Editor, Key, Message, Size, update};

    fn asked(answer: &str) -> Model {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
        model.dialog = Some(Dialog::Ask(Ask {
            title: String::new(),
            text: String::new(),
            answer: Editor::one_line(answer),
            purpose: TextIntent::EnteredInError,
        }));
        model
    }

    fn presses(model: &mut Model, code: Code) -> String {
        let now = model.now;
        update(model, Message::Pressed(Key::plain(code)), now);
        model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_correction_with_a_possible_identifier_is_kept_only_by_a_second_enter() {
        let mut model = asked("The child was born on 3/4/2015.");
        let said = presses(&mut model, Code::Enter);
        assert!(said.contains("3/4/2015") && said.contains("Enter again"), "{said}");
        assert!(model.dialog.is_some());
        presses(&mut model, Code::Enter);
        assert!(model.dialog.is_none(), "it went where corrections go");
    }

    #[test]
    fn words_that_label_a_child_are_said_too_and_what_is_plain_goes_in_at_once() {
        let mut model = asked("The abuser was twelve.");
        let said = presses(&mut model, Code::Enter);
        assert!(said.contains("abuser"), "{said}");
        let mut model = asked("The meeting was in May, not in April.");
        presses(&mut model, Code::Enter);
        assert!(model.dialog.is_none());
    }

    #[test]
    fn what_is_written_for_a_note_is_dropped_only_by_a_second_esc() {
        let mut model = asked("Both parents were told by the lead.");
        let said = presses(&mut model, Code::Esc);
        assert!(said.contains("Esc again"), "{said}");
        assert!(model.dialog.is_some());
        presses(&mut model, Code::Esc);
        assert!(model.dialog.is_none());
        let mut model = asked("");
        presses(&mut model, Code::Esc);
        assert!(model.dialog.is_none(), "nothing is lost");
    }
}
