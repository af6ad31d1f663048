//! What needs the vault: opening or creating it first, and going on where one was when it was locked.

use crate::app::{
    AfterUnlock, ControlId, Dialog, Editor, Lock, Model, Screen, TextIntent, VaultDialog,
    VaultRequest, VaultStatus, screens::locked::state::Return,
};

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
        _ => VaultRequest::ListNotes,
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

/// Puts what was being typed back where it was typed.
fn ask_again(model: &mut Model, place: Return) {
    let mut sealed = place.sealed.into_iter();
    if let Some(mut ask) = place.ask {
        ask.answer = Editor::one_line(&sealed.next().unwrap_or_default());
        if let TextIntent::Correction(reason) = &mut ask.purpose {
            *reason = sealed.next().unwrap_or_default();
        }
        model.dialog = Some(Dialog::Ask(ask));
    }
    let texts: Vec<(ControlId, String)> = place.unfinished.into_iter().zip(sealed).collect();
    if let Some(clinic) = &mut model.clinic {
        clinic.take_unfinished(texts);
    }
}
