//! Locking the vault, by key or because nobody pressed one.
//!
//! From the moment of locking nothing of a note is in view. What is not saved yet is handed over
//! first; what cannot be saved stays in memory, out of sight, until it is.

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::{
    ActionsScreen, AfterUnlock, ClinicsScreen, Dialog, Editor, Effect, InsightScreen, KeyAction,
    Lock, LockState, LockedBy, Message, Model, SaveStatus, Screen, TextIntent, VaultRequest,
    VaultScreen, VaultStatus,
    keymap::{self, KeyContext},
    screens::locked::{
        resume::with_vault,
        state::{Overdue, Return},
    },
};

/// Locks if nobody pressed a key for too long. Returns whether the message itself is to be left
/// aside: it was pressed for a screen that is no longer there.
pub(crate) fn watch(model: &mut Model, message: &Message, now: Timestamp) -> bool {
    model.idle.follow_clock(now);
    let mut aside = false;
    let input = match message {
        Message::Pressed(key) => {
            Some(keymap::own(KeyContext::Everywhere, *key) == Some(KeyAction::Quit))
        }
        Message::Pasted(_) | Message::MouseMoved(_) => Some(false),
        _ => None,
    };
    if model.vault == VaultStatus::Open {
        let tells = model.is_in_the_middle();
        // The bar warns before, for as long as that is true.
        if model.idle.overdue(now, tells) == Some(Overdue::Lock) {
            lock(model, LockedBy::Clock { minutes: model.idle.minutes() });
            aside = input == Some(false);
        }
    }
    if input.is_some() {
        model.idle.hear(now);
    }
    aside
}

/// Locks the vault: the screen at once, the files once everything is saved.
pub(crate) fn lock(model: &mut Model, by: LockedBy) {
    if model.vault != VaultStatus::Open {
        return model.show_notice("The vault is not open.");
    }
    model.save_now();
    let (place, sealed) = leave(model);
    let clinic = model.clinic.take_if(|clinic| clinic.note.is_some());
    // Reading guidance goes on, and so does practice; everything else gives way to the locked screen.
    let reads = matches!(model.screen, Screen::Search | Screen::Reader | Screen::Clinic)
        && clinic.is_none();
    forget_notes(model);
    model.search.forget_case();
    model.vault = VaultStatus::Locked;
    if !reads {
        model.screen = Screen::Locked;
    }
    model.notice = None;
    model.lock = Some(Lock { by, state: LockState::Closing, place, clinic });
    model.request(VaultRequest::LockVault { aside: Zeroizing::new(sealed) });
}

/// Where one is, without a word of a note, and the words that have no other place.
fn leave(model: &mut Model) -> (Return, Vec<String>) {
    let mut place = Return { screen: Some(model.screen), ..Return::default() };
    let mut sealed = Vec::new();
    if let Some(mut ask) = model.dialog.take().and_then(Dialog::into_ask) {
        sealed.push(ask.answer.text());
        ask.answer = Editor::default();
        if let TextIntent::Correction(reason) = &mut ask.purpose {
            sealed.push(std::mem::take(reason));
        }
        place.ask = Some(ask);
    }
    if let Some(clinic) = model.clinic.as_mut().filter(|clinic| clinic.note.is_some()) {
        // Somebody placing privately places again: nobody else may see what was chosen.
        clinic.placing = None;
        (place.note, place.top) = (clinic.note, clinic.top);
        place.focus = Some(clinic.focus.clone());
        for (control, text) in &clinic.unfinished {
            place.unfinished.push(control.clone());
            sealed.push(text.clone());
        }
    } else if let Some(note) = &model.note {
        (place.note, place.top) = (Some(note.id), note.top);
    }
    (place, sealed)
}

/// The keys are gone from memory.
pub(crate) fn closed(model: &mut Model) {
    model.vault = VaultStatus::Locked;
    model.read_only = None;
    model.saving = SaveStatus::Nothing;
    model.perform(Effect::Redraw);
    forget_notes(model);
    let Some(lock) = &mut model.lock else {
        return model.show_notice("The vault is locked.");
    };
    lock.state = LockState::Closed;
    lock.clinic = None;
    if model.screen != Screen::Locked {
        let said = said(lock.by);
        // From guidance there is nothing to go back to, unless something was being written.
        if lock.place.note.is_none() && lock.place.ask.is_none() {
            model.lock = None;
        }
        model.show_notice(said);
    }
}

/// Why it is locked, as a sentence.
pub(crate) fn said(by: LockedBy) -> String {
    match by {
        LockedBy::Person => "The vault is locked.".to_owned(),
        LockedBy::Clock { minutes: 1 } => {
            "The vault was locked because no key was pressed for a minute. Nothing is lost."
                .to_owned()
        }
        LockedBy::Clock { minutes } => format!(
            "The vault was locked because no key was pressed for {minutes} minutes. Nothing is lost."
        ),
    }
}

/// Something could not be saved: the text stays where nobody sees it.
pub(crate) fn refused(model: &mut Model, why: String) {
    model.saving = SaveStatus::NotSaved(why.clone());
    if let Some(lock) = &mut model.lock {
        lock.state = LockState::Unsaved(why);
    }
}

/// What could not be saved is saved now: locking goes on.
pub(crate) fn saved(model: &mut Model) {
    let waits = |lock: &&mut Lock| matches!(lock.state, LockState::Unsaved(_));
    if let Some(lock) = model.lock.as_mut().filter(waits) {
        lock.state = LockState::Closing;
        model.request(VaultRequest::LockVault { aside: Zeroizing::default() });
    }
}

/// Whether a message speaks of a note although the vault is being locked: it comes too late.
pub(crate) fn is_too_late(model: &Model, message: &Message) -> bool {
    let speaks = match message {
        Message::ClinicStarted(Ok(started)) => started.0.is_some(),
        Message::NotesListed(_)
        | Message::ActionsListed(_)
        | Message::Counted(_)
        | Message::NoteOpened(_)
        | Message::Kept(_)
        | Message::VaultSeen(_)
        | Message::VaultChecking { .. }
        | Message::VaultChecked(_)
        | Message::NotesRead { .. }
        | Message::NotesFound { .. } => true,
        _ => false,
    };
    speaks && model.lock.as_ref().is_some_and(Lock::is_closing)
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    if action == KeyAction::Open {
        with_vault(model, AfterUnlock::GoBack);
    }
}

/// What was read from the vault leaves the screen and the memory with its keys.
fn forget_notes(model: &mut Model) {
    model.clinics = ClinicsScreen::default();
    model.actions = ActionsScreen::default();
    model.insight = InsightScreen::default();
    model.vault_screen = VaultScreen::default();
    model.note = None;
    let in_clinic = model.clinic.as_ref().is_some_and(|clinic| clinic.note.is_some());
    if in_clinic {
        model.clinic = None;
    }
    // A question may be about a note, with words of it on screen.
    if in_clinic || matches!(model.dialog, Some(Dialog::Ask(_) | Dialog::Choose(_))) {
        model.dialog = None;
    }
    let gone = |screen| match screen {
        Screen::Clinic => model.clinic.is_none(),
        Screen::Note => true,
        _ => false,
    };
    let (shown, behind) = (gone(model.screen), gone(model.reader_from));
    if shown {
        model.screen = Screen::Clinics;
    }
    if behind {
        model.reader_from = Screen::Search;
    }
}
