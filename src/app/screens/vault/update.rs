//! The vault as a screen: looking into it, checking it, reading on.

use crate::app::{
    AfterUnlock, Effect, KeyAction, Model, Screen, VaultRequest, VaultSeen, VaultStatus,
    screens::vault::state::Checked,
};
use crate::app::{dialogs::open_vault::with_vault, saving::save_now};
use crate::vault::Verification;

/// Shows the screen; with the vault locked, unlocks it first.
pub(crate) fn go(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_now(model);
    if model.vault == VaultStatus::Open {
        model.screen = Screen::Vault;
        effects.extend(AfterUnlock::InspectVault.effects());
    } else {
        effects.extend(with_vault(model, AfterUnlock::InspectVault));
    }
    effects
}

/// Takes what was seen.
pub(crate) fn seen(model: &mut Model, seen: VaultSeen) -> Vec<Effect> {
    model.vault_screen.seen = Some(seen);
    model.screen = Screen::Vault;
    Vec::new()
}

/// Takes how far the check is.
pub(crate) fn checking(model: &mut Model, done: usize, total: usize) -> Vec<Effect> {
    model.vault_screen.checked = Checked::Under { done, total };
    Vec::new()
}

/// Takes what the check found.
pub(crate) fn checked(model: &mut Model, seen: Verification) -> Vec<Effect> {
    model.vault_screen.checked = Checked::Seen(seen);
    model.vault_screen.top = 0;
    Vec::new()
}

/// Does what a key of the table means here.
pub(crate) fn handle_action(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    match action {
        KeyAction::Open if matches!(model.vault_screen.checked, Checked::Under { .. }) => {}
        KeyAction::Open => {
            model.vault_screen.checked = Checked::Under { done: 0, total: 0 };
            return vec![Effect::Vault(VaultRequest::CheckVault)];
        }
        KeyAction::Back => {
            model.screen = Screen::Clinics;
            return AfterUnlock::ListNotes.effects();
        }
        action => {
            let page = model.size.insight();
            let (columns, height) = (usize::from(page.width), usize::from(page.height));
            model.vault_screen.scroll(action, columns, height);
        }
    }
    Vec::new()
}
