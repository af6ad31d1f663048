//! Buttons of a form, and what follows a key in it.

use super::{
    apply_event::{apply_event, apply_outcome},
    completion_review,
    keys::Taken,
};
use crate::{
    app::{
        Ask, ChoiceIntent, Choose, Dialog, Model, Placing,
        dialogs::prompts::{DissentChoice, REMOVAL_STAYS_ON_RECORD, Removal},
        screens::clinic::control::{ControlId, ControlKind},
    },
    clinic::{ActionDetails, Event, RatingState, Role, Slot, rating_view},
};

/// Does what follows a key or a paste in the form; false if the form had no use for it.
pub(crate) fn after_key(model: &mut Model, taken: Taken) -> bool {
    match taken {
        Taken::No => return false,
        Taken::Moved => {}
        Taken::Applied(outcome) => apply_outcome(model, outcome),
        Taken::Pressed(id) => pressed(model, id),
        Taken::Cut => model.warn("This field is full. The end of your text was left out."),
    }
    true
}

/// Does what a button says.
fn pressed(model: &mut Model, id: ControlId) {
    match id {
        ControlId::AddRow(ref slot) => add(model, Event::row_added(slot), &id),
        ControlId::AddAction(ref item) => {
            let (item, details) = (item.clone(), ActionDetails::default());
            add(model, Event::ActionAdded { item, details }, &id);
        }
        ControlId::AddParticipant => model.dialog = Some(Dialog::Ask(Ask::who_is_here(""))),
        ControlId::RemoveDissent(slot, participant) => {
            apply_event(model, Event::DissentWithdrawn { slot, participant });
        }
        ControlId::RemoveRow(..) | ControlId::RemoveAction(_) | ControlId::RemoveParticipant(_) => {
            if let Some(what) = Removal::of(&id) {
                let (options, purpose) = (["Keep it", "Remove it"], ChoiceIntent::Remove(what));
                model.offer("Remove this?", REMOVAL_STAYS_ON_RECORD, options, purpose);
            }
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
        }
        ControlId::Reveal(slot) => {
            apply_event(model, Event::PlacementsRevealed { slot, reason: None });
        }
        ControlId::SecondRound(slot) => {
            apply_event(model, Event::SecondRoundOpened { slot: slot.clone() });
            if let Some(clinic) = &mut model.clinic
                && let Some(view) = rating_view(&clinic.session, &slot)
                && let Some(first) = view.waiting.first()
            {
                clinic.focus_on(ControlId::Place(slot, *first));
            }
        }
        ControlId::AddDissent(slot) => ask_dissent(model, slot),
        ControlId::Complete => completion_review::ask_completion(model),
        _ => {}
    }
}

/// Adds something above its button, and moves the focus to its first control.
fn add(model: &mut Model, event: Event, button: &ControlId) {
    let before = model.clinic.as_ref().map_or(0, |clinic| clinic.controls().len());
    apply_event(model, event);
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
        return model.warn("First add who is here, in the first stage.");
    }
    let choice = DissentChoice::Who { slot };
    model.dialog = Some(Dialog::Choose(Choose::dissent(choice, &clinic.session)));
}

/// Somebody was named. Where the list is on screen, their part is put right in it; elsewhere it is
/// asked for, so that the note never holds a part nobody chose.
pub(crate) fn participant_named(model: &mut Model, label: String) {
    let (Some(role), Some(clinic)) = (free_role(model), &model.clinic) else { return };
    let is_listed = |id: &ControlId| *id == ControlId::Heading("participants".to_owned());
    if clinic.controls().iter().any(|control| is_listed(&control.id)) {
        return apply_event(model, Event::ParticipantAdded { role, label });
    }
    let (session, roles) = (&clinic.session, &clinic.session.template().roles);
    let title = |role: &Role| role.title.show(session.language()).to_owned();
    let ids = roles.iter().map(|role| role.id.clone()).collect();
    let purpose = ChoiceIntent::ParticipantPart(label, ids);
    let choose = Choose::new("What is their role today?", "", roles.iter().map(title), purpose);
    let chosen = roles.iter().position(|one| one.id == role).unwrap_or(0);
    model.dialog = Some(Dialog::Choose(Choose { chosen, ..choose }));
}

/// Puts somebody with their part on the list, which is not on screen.
pub(crate) fn add_participant(model: &mut Model, role: String, label: String) {
    apply_event(model, Event::ParticipantAdded { role, label });
    model.show_outcome("Added. Everyone is listed in the first stage (Ctrl-O) under “Who is here”. You can add more people there.");
}

/// The first part nobody has taken yet; once all are taken, the one most people share.
fn free_role(model: &Model) -> Option<String> {
    let session = &model.clinic.as_ref()?.session;
    let roles = &session.template().roles;
    let taken = |id: &str| session.participants().iter().any(|one| one.role == id);
    roles
        .iter()
        .find(|role| !taken(&role.id))
        .or_else(|| roles.iter().find(|role| role.id == "consultant"))
        .or(roles.last())
        .map(|role| role.id.clone())
}
