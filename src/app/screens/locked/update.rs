//! Locking the vault, by key or because nobody pressed one, and going on afterwards where one was.
//!
//! From the moment of locking nothing of a note is in view. What is not saved yet is handed over
//! first; what cannot be saved stays in memory, out of sight, until it is.

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::update::{save_now, then, with_vault};
use crate::app::{
    Action, AfterUnlock, Dialog, DialogIntent, Editor, Effect, Lock, LockState, LockedBy, Message,
    Model, Screen, VaultStatus,
    key::Code,
    screens::{
        clinic::control::ControlId,
        locked::state::{Overdue, Return},
    },
};

/// Locks if nobody pressed a key for too long. Answers with what follows, and whether the message
/// itself is to be left aside: it was pressed for a screen that is no longer there.
pub(crate) fn watch(model: &mut Model, message: &Message, now: Timestamp) -> (Vec<Effect>, bool) {
    model.idle.follow_clock(now);
    let mut effects = Vec::new();
    let mut aside = false;
    let input = match message {
        Message::Pressed(key) => Some(key.ctrl && matches!(key.code, Code::Char('q' | 'c'))),
        Message::Pasted(_) | Message::MouseMoved(_) => Some(false),
        _ => None,
    };
    if model.vault == VaultStatus::Open {
        let tells = model.is_in_the_middle();
        match model.idle.overdue(now, tells) {
            Some(Overdue::Lock) => {
                effects = lock(model, LockedBy::Clock { minutes: model.idle.minutes() });
                aside = input == Some(false);
            }
            // The bar says so for as long as it is true.
            Some(Overdue::Tell) | None => {}
        }
    }
    if input.is_some() {
        model.idle.hear(now);
    }
    (effects, aside)
}

/// Locks the vault: at once for whoever looks at the screen, for good once everything is saved.
pub(crate) fn lock(model: &mut Model, by: LockedBy) -> Vec<Effect> {
    if model.vault != VaultStatus::Open {
        model.show_notice("The vault is not open.");
        return Vec::new();
    }
    let mut effects = save_now(model);
    let (place, sealed) = leave(model);
    let clinic = model.clinic.take_if(|clinic| clinic.note.is_some());
    // Reading guidance goes on, and so does practice; everything else gives way to the locked screen.
    let reads = matches!(model.screen, Screen::Search | Screen::Reader | Screen::Clinic)
        && clinic.is_none();
    crate::app::update::forget_notes(model);
    model.search.forget_case();
    model.vault = VaultStatus::Locked;
    if !reads {
        model.screen = Screen::Locked;
    }
    model.notice = None;
    let state = LockState::Closing;
    model.lock = Some(Lock { by, state, place, clinic });
    effects.push(Effect::LockVault { aside: Zeroizing::new(sealed) });
    effects
}

/// Where one is, without a word of a note, and the words that have no other place.
fn leave(model: &mut Model) -> (Return, Vec<String>) {
    let mut place = Return { screen: Some(model.screen), ..Return::default() };
    let mut sealed = Vec::new();
    if let Some(mut ask) = model.dialog.take().and_then(Dialog::into_ask) {
        sealed.push(ask.answer.text());
        ask.answer = Editor::one_line("");
        if let DialogIntent::Correction(reason) = &mut ask.purpose {
            sealed.push(std::mem::take(reason));
        }
        place.ask = Some(ask);
    }
    if let Some(clinic) = model.clinic.as_mut().filter(|clinic| clinic.note.is_some()) {
        // Somebody placing privately places again: nobody else may see what was chosen.
        clinic.placing = None;
        (place.note, place.top) = (clinic.note, clinic.top);
        place.focus = Some(clinic.focus.clone());
        for (control, text) in clinic.unfinished() {
            place.unfinished.push(control.clone());
            sealed.push(text.clone());
        }
    } else if let Some(note) = &model.note {
        (place.note, place.top) = (Some(note.id), note.top);
    }
    (place, sealed)
}

/// The keys are gone from memory.
pub(crate) fn closed(model: &mut Model) -> Vec<Effect> {
    model.vault = VaultStatus::Locked;
    model.read_only = None;
    crate::app::update::forget_notes(model);
    let Some(lock) = &mut model.lock else {
        model.saving = crate::app::SaveStatus::Nothing;
        model.show_notice("The vault is locked.");
        return vec![Effect::Redraw];
    };
    lock.state = LockState::Closed;
    lock.clinic = None;
    model.saving = crate::app::SaveStatus::Nothing;
    if model.screen != Screen::Locked {
        let said = said(lock.by);
        // From guidance there is nothing to go back to, unless something was being written.
        if lock.place.note.is_none() && lock.place.ask.is_none() {
            model.lock = None;
        }
        model.show_notice(said);
    }
    vec![Effect::Redraw]
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
pub(crate) fn refused(model: &mut Model, why: String) -> Vec<Effect> {
    model.saving = crate::app::SaveStatus::NotSaved(why.clone());
    if let Some(lock) = &mut model.lock {
        lock.state = LockState::Unsaved(why);
    }
    Vec::new()
}

/// What could not be saved is saved now: locking goes on.
pub(crate) fn saved(model: &mut Model) -> Vec<Effect> {
    let waits = |lock: &&mut Lock| matches!(lock.state, LockState::Unsaved(_));
    let Some(lock) = model.lock.as_mut().filter(waits) else { return Vec::new() };
    lock.state = LockState::Closing;
    vec![Effect::LockVault { aside: Zeroizing::default() }]
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

/// Does what a key of the table means on the locked screen.
pub(crate) fn handle_action(model: &mut Model, action: Action) -> Vec<Effect> {
    if action == Action::Open { with_vault(model, AfterUnlock::GoBack) } else { Vec::new() }
}

/// What was typed and had no other place comes back with the keys.
pub(crate) fn unsealed(model: &mut Model, sealed: Vec<String>) {
    if let Some(lock) = &mut model.lock {
        lock.place.sealed = sealed;
    }
}

/// The vault is open: what was wanted is done, but what was being written comes first.
pub(crate) fn opened(model: &mut Model, wanted: AfterUnlock) -> Vec<Effect> {
    if wanted == AfterUnlock::GoBack || model.lock.as_ref().is_some_and(Lock::holds_text) {
        return go_back(model);
    }
    model.lock = None;
    then(wanted)
}

/// Goes back to where one was.
pub(crate) fn go_back(model: &mut Model) -> Vec<Effect> {
    let Some(mut lock) = model.lock.take() else {
        model.screen = Screen::Clinics;
        return then(AfterUnlock::ListNotes);
    };
    if let Some(clinic) = lock.clinic.take() {
        // It never left the memory, and so nothing has to be read.
        model.clinic = Some(clinic);
        model.screen = lock.place.screen.unwrap_or(Screen::Clinic);
        ask_again(model, lock.place);
        return Vec::new();
    }
    if let Some(id) = lock.place.note {
        model.returning = Some(lock.place);
        return vec![Effect::OpenNote(id)];
    }
    model.screen = lock.place.screen.unwrap_or(Screen::Clinics);
    let wanted = match model.screen {
        Screen::Actions => AfterUnlock::ListActions,
        Screen::Vault => AfterUnlock::InspectVault,
        Screen::Insight => AfterUnlock::Count(model.insight.span.period(model.today())),
        _ => AfterUnlock::ListNotes,
    };
    ask_again(model, lock.place);
    then(wanted)
}

/// The note one was at is open again: the same field, the same line.
pub(crate) fn returned(model: &mut Model, place: Return) {
    if let Some(clinic) = &mut model.clinic {
        if let Some(focus) = place.focus.clone()
            && clinic.controls().iter().any(|control| control.id == focus)
        {
            clinic.focus_on(focus);
        }
        clinic.top = place.top;
    } else if let Some(note) = &mut model.note {
        note.top = place.top.min(note.page.lines.len());
    }
    if place.screen == Some(Screen::Reader) && model.reader.is_some() {
        model.screen = Screen::Reader;
    } else if place.screen == Some(Screen::Search) {
        model.screen = Screen::Search;
    }
    ask_again(model, place);
}

/// Puts what was being typed back where it was typed.
fn ask_again(model: &mut Model, place: Return) {
    let mut sealed = place.sealed.into_iter();
    if let Some(mut ask) = place.ask {
        ask.answer = Editor::one_line(&sealed.next().unwrap_or_default());
        if let DialogIntent::Correction(reason) = &mut ask.purpose {
            *reason = sealed.next().unwrap_or_default();
        }
        model.dialog = Some(Dialog::Ask(ask));
    }
    let texts: Vec<(ControlId, String)> = place.unfinished.into_iter().zip(sealed).collect();
    if let Some(clinic) = &mut model.clinic {
        clinic.take_unfinished(texts);
    }
}
