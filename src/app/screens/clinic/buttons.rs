//! Buttons of a form, and what follows a key in it.

use super::{
    apply_event::{apply_event, apply_outcome},
    completion_review,
    keys::Taken,
};
use crate::{
    app::{
        Ask, ChoiceIntent, Choose, Dialog, Effect, Model, Placing,
        dialogs::prompts::{DissentChoice, REMOVAL_STAYS_ON_RECORD, Removal},
        screens::clinic::control::{ControlId, ControlKind},
    },
    clinic::{ActionDetails, Event, RatingState, Slot, rating_view},
};

/// Does what follows a key or a paste in the form; `None` if the form had no use for it.
pub(crate) fn after_key(model: &mut Model, taken: Taken) -> Option<Vec<Effect>> {
    match taken {
        Taken::No => None,
        Taken::Moved => Some(Vec::new()),
        Taken::Applied(told) => Some(apply_outcome(model, told)),
        Taken::Pressed(id) => Some(pressed(model, id)),
        Taken::Cut => {
            model.warn("This field is full. The end of your text was left out.");
            Some(Vec::new())
        }
    }
}

/// Does what a button says.
pub(crate) fn pressed(model: &mut Model, id: ControlId) -> Vec<Effect> {
    match id {
        ControlId::AddRow(slot) => {
            let before = model.clinic.as_ref().map_or(0, |clinic| clinic.controls().len());
            let effects = apply_event(model, Event::row_added(&slot));
            focus_added(model, before, &ControlId::AddRow(slot));
            effects
        }
        ControlId::AddAction(item) => {
            let before = model.clinic.as_ref().map_or(0, |clinic| clinic.controls().len());
            let event =
                Event::ActionAdded { item: item.clone(), details: ActionDetails::default() };
            let effects = apply_event(model, event);
            focus_added(model, before, &ControlId::AddAction(item));
            effects
        }
        ControlId::AddParticipant => {
            model.dialog = Some(Dialog::Ask(Ask::who_is_here("")));
            Vec::new()
        }
        ControlId::RemoveDissent(slot, participant) => {
            apply_event(model, Event::DissentWithdrawn { slot, participant })
        }
        ControlId::RemoveRow(..) | ControlId::RemoveAction(_) | ControlId::RemoveParticipant(_) => {
            let Some(what) = Removal::of(&id) else { return Vec::new() };
            model.dialog = Some(Dialog::Choose(Choose {
                title: "Remove this?".to_owned(),
                text: REMOVAL_STAYS_ON_RECORD.to_owned(),
                options: vec!["Keep it".into(), "Remove it".into()],
                chosen: 0,
                purpose: ChoiceIntent::Remove(what),
            }));
            Vec::new()
        }
        ControlId::Place(slot, participant) => {
            if let Some(clinic) = &mut model.clinic
                && let Some(view) = rating_view(&clinic.session, &slot)
            {
                let who = clinic
                    .session
                    .participants()
                    .iter()
                    .find(|one| one.id == participant)
                    .map_or(String::new(), |one| one.label.clone());
                let again = view.state == RatingState::SecondRound;
                let way = clinic.session.placing();
                clinic.placing = Some(Placing::new(slot, participant, who, view.steps, again, way));
            }
            Vec::new()
        }
        ControlId::Reveal(slot) => {
            apply_event(model, Event::PlacementsRevealed { slot, reason: None })
        }
        ControlId::SecondRound(slot) => {
            let effects = apply_event(model, Event::SecondRoundOpened { slot: slot.clone() });
            if let Some(clinic) = &mut model.clinic
                && let Some(view) = rating_view(&clinic.session, &slot)
                && let Some(first) = view.waiting.first()
            {
                clinic.focus_on(ControlId::Place(slot, *first));
            }
            effects
        }
        ControlId::AddDissent(slot) => {
            ask_dissent(model, slot);
            Vec::new()
        }
        ControlId::Complete => {
            completion_review::ask_completion(model);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Moves the focus to the first control of what was just added, just above its button.
fn focus_added(model: &mut Model, before: usize, button: &ControlId) {
    let Some(clinic) = &mut model.clinic else { return };
    let controls = clinic.controls();
    let Some(at) = controls.iter().position(|control| control.id == *button) else { return };
    let added = controls.len().saturating_sub(before);
    let first = controls[at.saturating_sub(added)..at].iter().find(|control| {
        matches!(control.kind, ControlKind::Text { .. } | ControlKind::Pick { .. })
    });
    if let Some(id) = first.map(|control| control.id.clone()) {
        clinic.focus_on(id);
    }
}

fn ask_dissent(model: &mut Model, slot: Slot) {
    let Some(clinic) = &model.clinic else { return };
    if clinic.session.participants().is_empty() {
        model.warn("First add who is here, in the first stage.");
        return;
    }
    let choice = DissentChoice::Who { slot };
    model.dialog = Some(Dialog::Choose(Choose::dissent(choice, &clinic.session)));
}
