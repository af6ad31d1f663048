//! Keys of the list of clinics and of the search line above it.

use super::retention;
use crate::app::{
    AfterUnlock, Key, KeyAction, Model, Screen, VaultRequest, VaultStatus,
    keymap::{self, KeyContext},
    screens::locked::update::with_vault,
};

/// Shows the clinic that is open or what was locked, else the list.
pub(crate) fn go(model: &mut Model) {
    model.save_now();
    model.screen = match (&model.clinic, &model.lock) {
        (Some(_), _) => Screen::Clinic,
        (None, Some(_)) => Screen::Locked,
        (None, None) => Screen::Clinics,
    };
    if model.screen == Screen::Clinics && model.vault == VaultStatus::Open {
        model.request(VaultRequest::ListNotes);
    }
}

/// Takes a key for the search line; false if it is for the table.
pub(crate) fn takes(model: &mut Model, key: Key) -> bool {
    let search = &mut model.clinics.search;
    if !search.typing {
        return false;
    }
    let is_empty = search.words.text().is_empty();
    match keymap::own(KeyContext::NoteSearch, key) {
        Some(KeyAction::Back) => {
            end_search(model);
        }
        Some(KeyAction::DeleteBack) if is_empty => {
            end_search(model);
        }
        _ if KeyContext::NoteSearch.keeps(key) => model.effects.extend(search.handle_key(key)),
        _ => return false,
    }
    true
}

pub(crate) fn paste(model: &mut Model, text: &str) {
    if model.clinics.search.typing {
        model.effects.extend(model.clinics.search.paste(text));
    }
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    match action {
        KeyAction::Previous | KeyAction::Next | KeyAction::PageBack | KeyAction::PageOn => {
            let page = usize::from(model.layout().body().height) / 2;
            model.clinics.choose(action, page.max(1));
        }
        KeyAction::NextKind => model.clinics.next_about(),
        KeyAction::Open => open(model),
        KeyAction::Find if model.vault == VaultStatus::Open => model.clinics.search.typing = true,
        KeyAction::Find => with_vault(model, AfterUnlock::ListNotes),
        KeyAction::KeepHow
        | KeyAction::ListDue
        | KeyAction::ListTrash
        | KeyAction::Discard
        | KeyAction::Erase
        | KeyAction::EnteredInError => retention::handle_action(model, action),
        KeyAction::Back if end_search(model) => {}
        KeyAction::Back => model.screen = Screen::Search,
        _ => {}
    }
}

/// Ends the search; the choice stays with its note. False if there was none.
fn end_search(model: &mut Model) -> bool {
    let chosen = model.clinics.chosen_note();
    let was_on = model.clinics.search.end();
    model.clinics.choose_note(chosen);
    was_on
}

/// The list is fresh: what is looked for is looked for in it.
pub(crate) fn search_again(model: &mut Model) {
    if model.clinics.search.is_on() {
        model.effects.extend(model.clinics.search.ask());
    }
}

/// Opens the chosen note; with the vault locked, unlocks it.
fn open(model: &mut Model) {
    match model.clinics.note_to_open() {
        Some(id) => with_vault(model, AfterUnlock::OpenNote(id)),
        None if model.vault == VaultStatus::Open && model.clinics.search.is_on() => {}
        None if model.vault == VaultStatus::Open => model.request(VaultRequest::ListNotes),
        None => with_vault(model, AfterUnlock::ListNotes),
    }
}
