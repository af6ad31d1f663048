//! What follows an answer to a question.

use crate::{
    app::{
        Ask, Choose, Dialog, Effect, Model, VaultRequest,
        dialogs::{
            dialog::{ChoiceIntent, ConfirmIntent, TextIntent},
            prompts::{AfterDissentChoice, DissentChoice},
        },
        screens::{
            actions,
            clinic::{
                apply_event::apply_event, buttons, completion_review, field_lint, undo,
                update::paste_part,
            },
            clinics::{migrate_draft, retention},
            note,
            reader::{bookmarks::search_for, open::open_guide},
        },
    },
    clinic::Event,
    services::RetentionRequest,
};

pub(crate) fn written(model: &mut Model, purpose: TextIntent, text: String) {
    match purpose {
        TextIntent::Reason(what) => apply_event(model, what.event(text)),
        TextIntent::AddParticipant => buttons::participant_named(model, text),
        TextIntent::DissentReason(asked) => ask_dissent(model, asked.give(text)),
        TextIntent::ActionOutcome(note, id, status) => {
            actions::update::follow_up(model, note, id, status, text);
        }
        TextIntent::NamesToAvoid => field_lint::names_written(model, &text),
        TextIntent::FilterActions => {
            model.actions.words = text;
            model.actions.chosen = 0;
        }
        TextIntent::CorrectionReason => note::update::ask_correction(model, text),
        TextIntent::Correction(reason) => {
            note::update::correct(model, Event::AmendmentWritten { reason, text });
        }
        TextIntent::Retention(id, asked) => retention::written(model, id, asked, text),
        TextIntent::EnteredInError => {
            note::update::correct(model, Event::MarkedEnteredInError { reason: text });
        }
    }
}

pub(crate) fn chosen(model: &mut Model, purpose: ChoiceIntent, at: usize) {
    match purpose {
        ChoiceIntent::OpenStage if is_skipped(model, at) => {
            apply_event(model, Event::StageReopened { stage: at });
        }
        ChoiceIntent::OpenStage => apply_event(model, Event::StageOpened { stage: at }),
        ChoiceIntent::ParticipantPart(label, roles) => {
            if let Some(role) = roles.into_iter().nth(at) {
                buttons::add_participant(model, role, label);
            }
        }
        ChoiceIntent::GoToMissing(missing) => {
            if let Some(one) = missing.get(at) {
                completion_review::go_to_missing(model, one);
            }
        }
        ChoiceIntent::RestoreRemoved(rows) => {
            if let Some((group, row)) = rows.into_iter().nth(at) {
                undo::bring_back(model, group, row);
            }
        }
        ChoiceIntent::Complete => match at {
            1 => apply_event(model, Event::ClinicCompleted { acknowledged: false }),
            2 => completion_review::go_to_first(model),
            _ => {}
        },
        ChoiceIntent::CompleteWithWarnings => match at {
            1 => apply_event(model, Event::ClinicCompleted { acknowledged: true }),
            2 => completion_review::keep_hidden(model),
            _ => {}
        },
        ChoiceIntent::PastePart(part) if at == 1 => paste_part(model, &part),
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
        ChoiceIntent::DiscardDraft(id) if at == 1 => {
            model.request(VaultRequest::Keep(RetentionRequest::Discard(id)));
        }
        ChoiceIntent::QuitUnsaved if at == 1 => model.request(VaultRequest::End { anyway: true }),
        ChoiceIntent::Remove(what) if at == 1 => apply_event(model, what.event()),
        // The first of two answers leaves everything as it is.
        ChoiceIntent::PastePart(_)
        | ChoiceIntent::DiscardDraft(_)
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
            model.dialog = Some(Dialog::Ask(Ask::dissent_reason(asked)));
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
