//! What needs the vault: opening or creating it first, and what follows once it is open.

use crate::app::screens::locked;
use crate::app::{Dialog, Effect, Model, Then, VaultDialog, VaultLook};

/// Does something that needs the vault, opening or creating it first.
pub(crate) fn with_vault(model: &mut Model, wanted: Then) -> Vec<Effect> {
    match &model.vault {
        VaultLook::Open => locked::update::opened(model, wanted),
        VaultLook::Locked => {
            model.dialog = Some(Dialog::Vault(VaultDialog::unlock(wanted)));
            Vec::new()
        }
        VaultLook::Missing => {
            let (dialog, effects) = VaultDialog::create(wanted);
            model.dialog = Some(Dialog::Vault(dialog));
            effects
        }
        VaultLook::Unusable(why) => {
            let why = why.clone();
            model.warn(why);
            vec![Effect::LookAtVault]
        }
        VaultLook::Unknown => {
            model.wanted = Some((wanted, None));
            Vec::new()
        }
    }
}

/// What follows once the vault is open.
pub(crate) fn then(wanted: Then) -> Vec<Effect> {
    match wanted {
        Then::StartClinic(template) => vec![Effect::StartClinic { template, practice: false }],
        Then::FollowUp { note, template } => {
            vec![Effect::StartFollowUp { note, template, another: false }]
        }
        Then::ListNotes | Then::GoBack => vec![Effect::ListNotes],
        Then::ListActions => vec![Effect::ListActions],
        Then::Count(period) => vec![Effect::Count(period)],
        Then::OpenNote(id) => vec![Effect::OpenNote(id)],
        Then::OpenNamed(name) => vec![Effect::OpenNamed(name)],
        Then::LookIntoVault => vec![Effect::LookIntoVault],
    }
}
