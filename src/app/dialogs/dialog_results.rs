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
        Ask, Choose, Dialog, DialogIntent, Editor, Effect, Model, VaultRequest,
        screens::clinic::control::ControlId,
    },
    clinic::{Event, rating_view},
    services::RetentionRequest,
};

/// A line of text was written.
pub(crate) fn written(model: &mut Model, purpose: DialogIntent, text: String) -> Vec<Effect> {
    match purpose {
        DialogIntent::SkipStage => apply_event(model, Event::StageSkipped { reason: text }),
        DialogIntent::OverrideGate => apply_event(model, Event::GateOverridden { reason: text }),
        DialogIntent::RevealEarly(slot) => {
            apply_event(model, Event::PlacementsRevealed { slot, reason: Some(text) })
        }
        DialogIntent::AddParticipant => participants::named(model, text),
        DialogIntent::DissentWhy(slot, participant, placement) => {
            model.dialog = Some(Dialog::Choose(Choose {
                title: "How should this view be recorded?".to_owned(),
                text: "Ask the person which they prefer.".to_owned(),
                options: vec!["Role today only".into(), "Role today and profession".into()],
                chosen: 0,
                purpose: DialogIntent::DissentNamed(slot, participant, placement, text),
            }));
            Vec::new()
        }
        DialogIntent::ActionOutcome(note, id, status) => {
            actions::update::follow_up(model, note, id, status, text)
        }
        DialogIntent::NamesToAvoid => field_lint::names_written(model, &text),
        DialogIntent::FilterActions => {
            model.actions.words = text;
            model.actions.chosen = 0;
            Vec::new()
        }
        DialogIntent::CorrectionReason => note::update::ask_correction(model, text),
        DialogIntent::Correction(reason) => {
            note::update::correct(model, Event::AmendmentWritten { reason, text })
        }
        DialogIntent::KeepClass(id, retention) => retention::class_written(id, retention, text),
        DialogIntent::KeepUntil(id, retention) => {
            retention::review_written(model, id, retention, text)
        }
        DialogIntent::HoldReason(id, retention) => {
            retention::hold_written(model, id, retention, text)
        }
        DialogIntent::EraseReason(id, name) => {
            retention::erase_reason(model, id, name, text);
            Vec::new()
        }
        DialogIntent::EraseConfirmed(id, name, reason) => {
            retention::erase_confirmed(model, id, &name, reason, &text)
        }
        DialogIntent::EnteredInError => {
            note::update::correct(model, Event::MarkedEnteredInError { reason: text })
        }
        _ => Vec::new(),
    }
}

/// An option was chosen.
pub(crate) fn chosen(model: &mut Model, purpose: DialogIntent, at: usize) -> Vec<Effect> {
    match purpose {
        DialogIntent::OpenStage if is_skipped(model, at) => {
            apply_event(model, Event::StageReopened { stage: at })
        }
        DialogIntent::OpenStage => apply_event(model, Event::StageOpened { stage: at }),
        DialogIntent::ParticipantPart(label, roles) => roles
            .into_iter()
            .nth(at)
            .map_or_else(Vec::new, |role| participants::add(model, role, label)),
        DialogIntent::GoToMissing(missing) => missing
            .get(at)
            .map_or_else(Vec::new, |one| completion_review::go_to_missing(model, one)),
        DialogIntent::RestoreRemoved(rows) => match rows.into_iter().nth(at) {
            Some((group, row)) => undo::bring_back(model, group, row),
            None => Vec::new(),
        },
        DialogIntent::CompleteWithWarnings if at == 2 => undo::keep_hidden(model),
        DialogIntent::Complete if at == 1 => {
            apply_event(model, Event::ClinicCompleted { acknowledged: false })
        }
        DialogIntent::Complete if at == 2 => completion_review::go_to_first(model),
        DialogIntent::CompleteWithWarnings if at == 1 => {
            apply_event(model, Event::ClinicCompleted { acknowledged: true })
        }
        DialogIntent::PastePart(part) if at == 1 => paste_part(model, &part),
        DialogIntent::CopyAddress(addresses) => addresses
            .into_iter()
            .nth(at)
            .map_or_else(Vec::new, |address| vec![Effect::Copy(address)]),
        DialogIntent::OpenGuide => {
            guide::open(model, at);
            Vec::new()
        }
        DialogIntent::SearchAgain(searches) => {
            searches.get(at).map_or_else(Vec::new, |text| search_for(model, text))
        }
        DialogIntent::ActionBecame(note, id) => actions::update::became(model, note, id, at),
        DialogIntent::FollowUpBegun(note, template, begun) => match begun.get(at) {
            Some(id) => vec![Effect::Vault(VaultRequest::OpenNote(*id))],
            None => {
                vec![Effect::Vault(VaultRequest::StartFollowUp { note, template, another: true })]
            }
        },
        DialogIntent::KeepHow(id, retention) => retention::how_chosen(model, id, retention, at),
        DialogIntent::OpenOneOf(notes) => notes
            .get(at)
            .map_or_else(Vec::new, |id| vec![Effect::Vault(VaultRequest::OpenNote(*id))]),
        DialogIntent::BringOneBack(notes) => notes.get(at).map_or_else(Vec::new, |id| {
            vec![Effect::Vault(VaultRequest::Keep(RetentionRequest::RestoreDraft(*id)))]
        }),
        DialogIntent::DiscardDraft(id) if at == 1 => {
            vec![Effect::Vault(VaultRequest::Keep(RetentionRequest::Discard(id)))]
        }
        DialogIntent::QuitUnsaved if at == 1 => {
            vec![Effect::Vault(VaultRequest::End { anyway: true })]
        }
        DialogIntent::TakeOut(id) if at == 1 => match id {
            ControlId::RemoveRow(group, row) => {
                apply_event(model, Event::RowRemoved { group, row })
            }
            ControlId::RemoveAction(id) => apply_event(model, Event::ActionRemoved { id }),
            ControlId::RemoveParticipant(id) => {
                apply_event(model, Event::ParticipantRemoved { id })
            }
            _ => Vec::new(),
        },
        DialogIntent::DissentWho(slot, people) => {
            let Some(&participant) = people.get(at) else { return Vec::new() };
            let view = model.clinic.as_ref().and_then(|clinic| rating_view(&clinic.session, &slot));
            let Some(view) = view else { return Vec::new() };
            model.dialog = Some(Dialog::Choose(Choose {
                title: "Where would they place it?".to_owned(),
                text: String::new(),
                options: view.steps.iter().map(|step| step.text.clone()).collect(),
                chosen: 0,
                purpose: DialogIntent::DissentWhere(
                    slot,
                    participant,
                    view.steps.into_iter().map(|step| step.code).collect(),
                ),
            }));
            Vec::new()
        }
        DialogIntent::DissentWhere(slot, participant, codes) => {
            let Some(code) = codes.into_iter().nth(at) else { return Vec::new() };
            model.dialog = Some(Dialog::Ask(Ask {
                title: "What is their reason?".to_owned(),
                text: "In their own words: why do they see it differently?".to_owned(),
                answer: Editor::one_line(""),
                purpose: DialogIntent::DissentWhy(slot, participant, code),
            }));
            Vec::new()
        }
        DialogIntent::DissentNamed(slot, participant, placement, reason) => {
            let attributed = at == 1;
            apply_event(
                model,
                Event::DissentRecorded { slot, participant, placement, reason, attributed },
            )
        }
        _ => Vec::new(),
    }
}

/// What was read through is agreed to.
pub(crate) fn agreed(model: &mut Model, purpose: &DialogIntent) -> Vec<Effect> {
    match purpose {
        DialogIntent::MoveToNewer => migrate_draft::agreed(model),
        _ => Vec::new(),
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
        purpose: DialogIntent::QuitUnsaved,
    }));
}
