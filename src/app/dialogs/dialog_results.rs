//! What follows an answer to a question.

use crate::app::screens::{
    actions,
    clinic::{
        apply_event::apply_event, completion_review, field_lint, participants, paste::paste_part,
        undo,
    },
    clinics::{migrate_draft, retention},
    note,
    reader::{bookmarks::search_for, guide},
};
use crate::{
    app::{
        Ask, Choose, Dialog, Effect, Model, VaultRequest,
        dialogs::{
            dialog::{ChoiceIntent, ConfirmIntent, TextIntent},
            prompts::{AfterDissentChoice, DissentChoice},
        },
    },
    clinic::Event,
    services::RetentionRequest,
};

/// A line of text was written.
pub(crate) fn written(model: &mut Model, purpose: TextIntent, text: String) -> Vec<Effect> {
    match purpose {
        TextIntent::Reason(what) => apply_event(model, what.event(text)),
        TextIntent::AddParticipant => participants::named(model, text),
        TextIntent::DissentReason(asked) => {
            ask_dissent(model, asked.give(text));
            Vec::new()
        }
        TextIntent::ActionOutcome(note, id, status) => {
            actions::update::follow_up(model, note, id, status, text)
        }
        TextIntent::NamesToAvoid => field_lint::names_written(model, &text),
        TextIntent::FilterActions => {
            model.actions.words = text;
            model.actions.chosen = 0;
            Vec::new()
        }
        TextIntent::CorrectionReason => note::update::ask_correction(model, text),
        TextIntent::Correction(reason) => {
            note::update::correct(model, Event::AmendmentWritten { reason, text })
        }
        TextIntent::KeepClass(id, retention) => retention::class_written(id, retention, text),
        TextIntent::KeepUntil(id, retention) => {
            retention::review_written(model, id, retention, text)
        }
        TextIntent::HoldReason(id, retention) => {
            retention::hold_written(model, id, retention, text)
        }
        TextIntent::EraseReason(id, name) => {
            retention::erase_reason(model, id, name, text);
            Vec::new()
        }
        TextIntent::EraseConfirmed(id, name, reason) => {
            retention::erase_confirmed(model, id, &name, reason, &text)
        }
        TextIntent::EnteredInError => {
            note::update::correct(model, Event::MarkedEnteredInError { reason: text })
        }
    }
}

/// An option was chosen.
pub(crate) fn chosen(model: &mut Model, purpose: ChoiceIntent, at: usize) -> Vec<Effect> {
    match purpose {
        ChoiceIntent::OpenStage if is_skipped(model, at) => {
            apply_event(model, Event::StageReopened { stage: at })
        }
        ChoiceIntent::OpenStage => apply_event(model, Event::StageOpened { stage: at }),
        ChoiceIntent::ParticipantPart(label, roles) => roles
            .into_iter()
            .nth(at)
            .map_or_else(Vec::new, |role| participants::add(model, role, label)),
        ChoiceIntent::GoToMissing(missing) => missing
            .get(at)
            .map_or_else(Vec::new, |one| completion_review::go_to_missing(model, one)),
        ChoiceIntent::RestoreRemoved(rows) => match rows.into_iter().nth(at) {
            Some((group, row)) => undo::bring_back(model, group, row),
            None => Vec::new(),
        },
        ChoiceIntent::Complete => match at {
            1 => apply_event(model, Event::ClinicCompleted { acknowledged: false }),
            2 => completion_review::go_to_first(model),
            _ => Vec::new(),
        },
        ChoiceIntent::CompleteWithWarnings => match at {
            1 => apply_event(model, Event::ClinicCompleted { acknowledged: true }),
            2 => undo::keep_hidden(model),
            _ => Vec::new(),
        },
        ChoiceIntent::PastePart(part) if at == 1 => paste_part(model, &part),
        ChoiceIntent::CopyAddress(addresses) => addresses
            .into_iter()
            .nth(at)
            .map_or_else(Vec::new, |address| vec![Effect::Copy(address)]),
        ChoiceIntent::OpenGuide => {
            guide::open(model, at);
            Vec::new()
        }
        ChoiceIntent::SearchAgain(searches) => {
            searches.get(at).map_or_else(Vec::new, |text| search_for(model, text))
        }
        ChoiceIntent::ActionBecame(note, id) => actions::update::became(model, note, id, at),
        ChoiceIntent::FollowUpBegun(note, template, begun) => match begun.get(at) {
            Some(id) => vec![Effect::Vault(VaultRequest::OpenNote(*id))],
            None => {
                vec![Effect::Vault(VaultRequest::StartFollowUp { note, template, another: true })]
            }
        },
        ChoiceIntent::KeepHow(id, retention) => retention::how_chosen(model, id, retention, at),
        ChoiceIntent::OpenOneOf(notes) => notes
            .get(at)
            .map_or_else(Vec::new, |id| vec![Effect::Vault(VaultRequest::OpenNote(*id))]),
        ChoiceIntent::BringOneBack(notes) => notes.get(at).map_or_else(Vec::new, |id| {
            vec![Effect::Vault(VaultRequest::Keep(RetentionRequest::RestoreDraft(*id)))]
        }),
        ChoiceIntent::DiscardDraft(id) if at == 1 => {
            vec![Effect::Vault(VaultRequest::Keep(RetentionRequest::Discard(id)))]
        }
        ChoiceIntent::QuitUnsaved if at == 1 => {
            vec![Effect::Vault(VaultRequest::End { anyway: true })]
        }
        ChoiceIntent::Remove(what) if at == 1 => apply_event(model, what.event()),
        // The first of two answers leaves everything as it is.
        ChoiceIntent::PastePart(_)
        | ChoiceIntent::DiscardDraft(_)
        | ChoiceIntent::QuitUnsaved
        | ChoiceIntent::Remove(_) => Vec::new(),
        ChoiceIntent::Dissent(choice) => dissent_chosen(model, choice, at),
    }
}

fn dissent_chosen(model: &mut Model, choice: DissentChoice, at: usize) -> Vec<Effect> {
    let session = model.clinic.as_ref().map(|clinic| &clinic.session);
    match session.and_then(|session| choice.choose(session, at)) {
        Some(AfterDissentChoice::Choice(next)) => ask_dissent(model, next),
        Some(AfterDissentChoice::Reason(asked)) => {
            model.dialog = Some(Dialog::Ask(Ask::dissent_reason(asked)));
        }
        Some(AfterDissentChoice::Event(event)) => return apply_event(model, event),
        None => {}
    }
    Vec::new()
}

fn ask_dissent(model: &mut Model, choice: DissentChoice) {
    if let Some(clinic) = &model.clinic {
        model.dialog = Some(Dialog::Choose(Choose::dissent(choice, &clinic.session)));
    }
}

/// What was read through is agreed to.
pub(crate) fn agreed(model: &mut Model, purpose: &ConfirmIntent) -> Vec<Effect> {
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
    model.dialog = Some(Dialog::Choose(Choose {
        title: "NOT SAVED".to_owned(),
        text: format!("{why} The text is kept, and saving is tried again every two seconds."),
        options: vec!["Stay".into(), "Quit and lose what is not saved".into()],
        chosen: 0,
        purpose: ChoiceIntent::QuitUnsaved,
    }));
}
