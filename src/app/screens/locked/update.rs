//! Locking the vault, by key or because nobody pressed one, and what needs the vault: opening or
//! creating it first, and going on where one was.
//!
//! From the moment of locking nothing of a note is in view. What is not saved yet is handed over
//! first; what cannot be saved stays in memory, out of sight, until it is.

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::{
    ActionsScreen, AfterUnlock, Ask, ClinicsScreen, CompletedScreen, ControlId, Dialog, Editor,
    Effect, InsightScreen, KeyAction, Lock, LockState, LockedBy, Message, Model, SaveStatus,
    Screen, TextIntent, VaultDialog, VaultRequest, VaultScreen, VaultStatus,
    keymap::{self, KeyContext},
    screens::{
        hand_over,
        locked::state::{Overdue, Return},
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
        Message::Pasted(_) | Message::Mouse(_) => Some(false),
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
        return model.show_notice("Nothing to lock: the vault is not open.");
    }
    model.save_now();
    hand_over::update::record_unanswered(model);
    let (place, sealed) = leave(model);
    let clinic = model.clinic.take_if(|clinic| clinic.note.is_some());
    // Reading guidance goes on, and so does practice; everything else gives way to the locked screen.
    let is_practice = |screen: &CompletedScreen| screen.note.is_none();
    let reads = match model.screen {
        Screen::Search | Screen::Reader | Screen::Clinic => clinic.is_none(),
        Screen::Completed => model.completed.as_ref().is_some_and(is_practice),
        Screen::HandOver => model.hand_over.as_ref().is_some_and(|one| !one.source.is_from_vault()),
        _ => false,
    };
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
        for text in texts_of(&mut ask.purpose) {
            sealed.push(std::mem::take(text));
        }
        place.ask = Some(ask);
    }
    if let Some(clinic) = model.clinic.as_mut().filter(|clinic| clinic.note.is_some()) {
        // Somebody placing privately places again: nobody else may see what was chosen.
        clinic.placing = None;
        // The key of a round ends with the vault's: a new code is made afterwards.
        clinic.chat_round = None;
        (place.note, place.top) = (clinic.note, clinic.top);
        place.focus = Some(clinic.focus.clone());
        for (control, text) in &clinic.unfinished {
            place.unfinished.push(control.clone());
            sealed.push(text.clone());
        }
    } else if let Some(hand_over) = &model.hand_over {
        // What was chosen is chosen again in a few keys.
        place.note = hand_over.source.note();
    } else if let Some(completed) = &model.completed {
        // Its note says all of it.
        place.note = completed.note;
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
        LockedBy::Clock { minutes } => {
            let time = if minutes == 1 { "a minute" } else { &format!("{minutes} minutes") };
            format!("The vault was locked because no key was pressed for {time}. Nothing is lost.")
        }
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
        | Message::ExchangeWorking(_)
        | Message::ExchangeDone(_)
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
    model.completed.take_if(|completed| completed.note.is_some());
    model.hand_over.take_if(|hand_over| hand_over.source.is_from_vault());
    let in_clinic = model.clinic.as_ref().is_some_and(|clinic| clinic.note.is_some());
    if in_clinic {
        model.clinic = None;
    }
    // A question may be about a note, with words of it on screen.
    if in_clinic
        || matches!(model.dialog, Some(Dialog::Ask(_) | Dialog::Choose(_) | Dialog::Agree(_)))
    {
        model.dialog = None;
    }
    let gone = |screen| match screen {
        Screen::Clinic => model.clinic.is_none(),
        Screen::Completed => model.completed.is_none(),
        Screen::HandOver => model.hand_over.is_none(),
        Screen::Note => true,
        // Their state is emptied above, or holds no word of a note.
        Screen::Search
        | Screen::Reader
        | Screen::Clinics
        | Screen::Actions
        | Screen::Insight
        | Screen::Vault
        | Screen::Settings
        | Screen::Locked => false,
    };
    let (shown, behind) = (gone(model.screen), gone(model.reader_from));
    model.settings.leave_if(gone);
    if shown {
        model.screen = Screen::Clinics;
    }
    if behind {
        model.reader_from = Screen::Search;
    }
}

/// Does something that needs the vault, opening or creating it first.
pub(crate) fn with_vault(model: &mut Model, wanted: AfterUnlock) {
    match &model.vault {
        VaultStatus::Open => opened(model, wanted),
        VaultStatus::Locked => model.dialog = Some(Dialog::Vault(VaultDialog::unlock(wanted))),
        VaultStatus::Missing => {
            model.dialog = Some(Dialog::Vault(VaultDialog::create(wanted)));
            model.request(VaultRequest::OfferPassphrase);
        }
        VaultStatus::Unusable(why) => {
            let why = why.clone();
            model.warn(why);
            model.request(VaultRequest::ReadVaultStatus);
        }
        VaultStatus::Unknown => model.wanted = Some((wanted, None)),
    }
}

/// The vault is open: what was wanted is done, but what was being written comes first.
pub(crate) fn opened(model: &mut Model, wanted: AfterUnlock) {
    if wanted == AfterUnlock::GoBack || model.lock.as_ref().is_some_and(Lock::holds_text) {
        return go_back(model);
    }
    model.lock = None;
    model.request(wanted.request());
}

fn go_back(model: &mut Model) {
    let Some(mut lock) = model.lock.take() else {
        model.screen = Screen::Clinics;
        return model.request(VaultRequest::ListNotes);
    };
    if let Some(clinic) = lock.clinic.take() {
        // It never left the memory, and so nothing has to be read.
        model.clinic = Some(clinic);
        model.screen = lock.place.screen.unwrap_or(Screen::Clinic);
        return ask_again(model, lock.place);
    }
    if let Some(id) = lock.place.note {
        model.returning = Some(lock.place);
        return model.request(VaultRequest::OpenNote(id));
    }
    model.screen = lock.place.screen.unwrap_or(Screen::Clinics);
    let request = match model.screen {
        Screen::Actions => VaultRequest::ListActions,
        Screen::Vault => VaultRequest::InspectVault,
        Screen::Insight => VaultRequest::Count(model.insight.span.period(model.today())),
        Screen::Search
        | Screen::Reader
        | Screen::Clinics
        | Screen::Clinic
        | Screen::Completed
        | Screen::HandOver
        | Screen::Note
        | Screen::Settings
        | Screen::Locked => VaultRequest::ListNotes,
    };
    ask_again(model, lock.place);
    model.request(request);
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

/// What was typed before the question that is in front.
fn texts_of(purpose: &mut TextIntent) -> Vec<&mut String> {
    match purpose {
        TextIntent::Correction(role, reason) => vec![role, reason],
        TextIntent::CorrectionReason(role) => vec![role],
        TextIntent::ActionBy { owner, .. } => vec![owner],
        _ => Vec::new(),
    }
}

/// Puts what was being typed back where it was typed.
fn ask_again(model: &mut Model, place: Return) {
    let mut sealed = place.sealed.into_iter();
    if let Some(mut ask) = place.ask {
        let typed = sealed.next().unwrap_or_default();
        for text in texts_of(&mut ask.purpose) {
            *text = sealed.next().unwrap_or_default();
        }
        let is_long = matches!(ask.purpose, TextIntent::Correction(..));
        let answer = if is_long { Editor::many_lines(&typed) } else { Editor::one_line(&typed) };
        let ask = Ask { answer, ..ask };
        model.dialog = Some(Dialog::Ask(ask));
    }
    let texts: Vec<(ControlId, String)> = place.unfinished.into_iter().zip(sealed).collect();
    if let Some(clinic) = &mut model.clinic {
        clinic.take_unfinished(texts);
    }
}
