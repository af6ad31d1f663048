//! The vault as a screen: looking into it, checking it, reading on.

use crate::app::{
    AfterUnlock, KeyAction, Model, Screen, VaultRequest, VaultStatus,
    screens::{
        locked::update::with_vault,
        vault::{exchange_update, state::Checked},
    },
};

/// Shows the screen; with the vault locked, unlocks it first.
pub(crate) fn go(model: &mut Model) {
    model.save_now();
    if model.vault == VaultStatus::Open {
        model.screen = Screen::Vault;
        model.request(VaultRequest::InspectVault);
    } else {
        with_vault(model, AfterUnlock::InspectVault);
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    match action {
        KeyAction::Open if matches!(model.vault_screen.checked, Checked::Under { .. }) => {}
        KeyAction::Open => {
            model.vault_screen.checked = Checked::Under { done: 0, total: 0 };
            model.request(VaultRequest::CheckVault);
        }
        KeyAction::SyncExchange | KeyAction::AddPerson | KeyAction::RemovePerson => {
            exchange_update::handle_action(model, action);
        }
        KeyAction::Back => {
            model.screen = Screen::Clinics;
            model.request(VaultRequest::ListNotes);
        }
        action => {
            let page = model.layout().body().text();
            let (columns, height) = (usize::from(page.width), usize::from(page.height));
            model.vault_screen.scroll(action, columns, height, &model.local);
        }
    }
}
