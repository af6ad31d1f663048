//! The search line above the list of clinics.

use crate::app::dialogs::open_vault::with_vault;
use crate::app::{
    AfterUnlock, Effect, Key, KeyAction, Model, VaultStatus,
    keymap::{self, KeyContext},
};

/// Begins a search, or goes on with it.
pub(crate) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.vault != VaultStatus::Open {
        return with_vault(model, AfterUnlock::ListNotes);
    }
    model.clinics.search.typing = true;
    Vec::new()
}

/// Takes a key for the search line; none if it is for the table.
pub(crate) fn takes(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    if !model.clinics.search.typing {
        return None;
    }
    let is_empty = model.clinics.search.words.text().is_empty();
    match keymap::own(KeyContext::NoteSearch, key) {
        Some(KeyAction::Back) => {
            end(model);
            Some(Vec::new())
        }
        Some(KeyAction::DeleteBack) if is_empty => {
            end(model);
            Some(Vec::new())
        }
        _ if KeyContext::NoteSearch.keeps(key) => Some(model.clinics.search.handle_key(key)),
        _ => None,
    }
}

/// Ends the search; the choice stays with its note. False if there was none.
pub(crate) fn end(model: &mut Model) -> bool {
    let chosen = model.clinics.chosen_note();
    let was_on = model.clinics.search.end();
    model.clinics.choose_note(chosen);
    was_on
}

/// The list is fresh: what is looked for is looked for in it.
pub(crate) fn again(model: &mut Model) -> Vec<Effect> {
    if model.clinics.search.is_on() { model.clinics.search.ask() } else { Vec::new() }
}

/// Takes pasted text.
pub(crate) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.clinics.search.typing { model.clinics.search.paste(text) } else { Vec::new() }
}

/// Opens the chosen note; with the vault locked, unlocks it.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    match model.clinics.chosen_note() {
        Some(id) => with_vault(model, AfterUnlock::OpenNote(id)),
        None if model.vault == VaultStatus::Open && model.clinics.search.is_on() => Vec::new(),
        None if model.vault == VaultStatus::Open => AfterUnlock::ListNotes.effects(),
        None => with_vault(model, AfterUnlock::ListNotes),
    }
}
