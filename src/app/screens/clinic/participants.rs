//! Who is here: named in the list of the first stage, or where it turns out who is missing from it.

use super::apply_event::apply_event;
use crate::{
    app::{ChoiceIntent, Choose, ControlId, Dialog, Effect, Model},
    clinic::Event,
};

/// Somebody was named. Where the list is on screen, their part is put right in it; elsewhere it is
/// asked for, so that the note never holds a part nobody chose.
pub(crate) fn named(model: &mut Model, label: String) -> Vec<Effect> {
    let (Some(role), Some(clinic)) = (free_role(model), &model.clinic) else { return Vec::new() };
    let is_listed = |id: &ControlId| *id == ControlId::Heading("participants".to_owned());
    if clinic.controls().iter().any(|control| is_listed(&control.id)) {
        return apply_event(model, Event::ParticipantAdded { role, label });
    }
    let (session, roles) = (&clinic.session, &clinic.session.template().roles);
    let title = |role: &crate::clinic::Role| role.title.show(session.language()).to_owned();
    model.dialog = Some(Dialog::Choose(Choose {
        title: "What is their role today?".to_owned(),
        text: String::new(),
        options: roles.iter().map(title).collect(),
        chosen: roles.iter().position(|one| one.id == role).unwrap_or(0),
        purpose: ChoiceIntent::ParticipantPart(
            label,
            roles.iter().map(|role| role.id.clone()).collect(),
        ),
    }));
    Vec::new()
}

/// Puts somebody with their part on the list, which is not on screen.
pub(crate) fn add(model: &mut Model, role: String, label: String) -> Vec<Effect> {
    let effects = apply_event(model, Event::ParticipantAdded { role, label });
    if model.notice.is_none() {
        model.show_notice("Added. Everyone is listed in the first stage (Ctrl-O) under “Who is here”. You can add more people there.");
    }
    effects
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
