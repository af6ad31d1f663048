//! What needs the vault: opening or creating it first, and what follows once it is open.

use crate::app::screens::locked;
use crate::app::{AfterUnlock, Dialog, Effect, Model, VaultDialog, VaultStatus};

/// Does something that needs the vault, opening or creating it first.
pub(crate) fn with_vault(model: &mut Model, wanted: AfterUnlock) -> Vec<Effect> {
    match &model.vault {
        VaultStatus::Open => locked::update::opened(model, wanted),
        VaultStatus::Locked => {
            model.dialog = Some(Dialog::Vault(VaultDialog::unlock(wanted)));
            Vec::new()
        }
        VaultStatus::Missing => {
            let (dialog, effects) = VaultDialog::create(wanted);
            model.dialog = Some(Dialog::Vault(dialog));
            effects
        }
        VaultStatus::Unusable(why) => {
            let why = why.clone();
            model.warn(why);
            vec![Effect::ReadVaultStatus]
        }
        VaultStatus::Unknown => {
            model.wanted = Some((wanted, None));
            Vec::new()
        }
    }
}

/// What follows once the vault is open.
pub(crate) fn then(wanted: AfterUnlock) -> Vec<Effect> {
    match wanted {
        AfterUnlock::StartClinic(template) => {
            vec![Effect::StartClinic { template, practice: false }]
        }
        AfterUnlock::FollowUp { note, template } => {
            vec![Effect::StartFollowUp { note, template, another: false }]
        }
        AfterUnlock::ListNotes | AfterUnlock::GoBack => vec![Effect::ListNotes],
        AfterUnlock::ListActions => vec![Effect::ListActions],
        AfterUnlock::Count(period) => vec![Effect::Count(period)],
        AfterUnlock::OpenNote(id) => vec![Effect::OpenNote(id)],
        AfterUnlock::OpenNamed(name) => vec![Effect::OpenNamed(name)],
        AfterUnlock::InspectVault => vec![Effect::InspectVault],
    }
}
