//! What needs the vault: opening or creating it first, and what follows once it is open.

use crate::app::screens::locked;
use crate::app::{AfterUnlock, Dialog, Effect, Model, VaultDialog, VaultRequest, VaultStatus};

/// Does something that needs the vault, opening or creating it first.
pub(crate) fn with_vault(model: &mut Model, wanted: AfterUnlock) -> Vec<Effect> {
    match &model.vault {
        VaultStatus::Open => locked::resume::opened(model, wanted),
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
            vec![Effect::Vault(VaultRequest::ReadVaultStatus)]
        }
        VaultStatus::Unknown => {
            model.wanted = Some((wanted, None));
            Vec::new()
        }
    }
}
