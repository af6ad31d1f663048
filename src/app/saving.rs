//! Handing a draft over for saving, and what is shown of it.

use super::{effect::Effect, model::Model, vault_status::SaveStatus};
use crate::app::VaultRequest;

/// Hands over for saving whatever is not handed over yet.
pub(crate) fn save_now(model: &mut Model) -> Vec<Effect> {
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    let Some((id, session)) = clinic.take_unsaved(model.now, true) else { return Vec::new() };
    let turn = clinic.turn();
    model.saving = SaveStatus::Saving;
    vec![Effect::Vault(VaultRequest::SaveDraft { id, session: Box::new(session), turn })]
}

/// What could not be saved is. If something else can't be, the queue says so again by itself.
pub(crate) fn no_longer_unsaved(model: &mut Model) {
    if matches!(model.saving, SaveStatus::NotSaved(_)) {
        model.saving = SaveStatus::Nothing;
    }
}
