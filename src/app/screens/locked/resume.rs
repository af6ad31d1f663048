//! Going on after unlocking where one was when the vault was locked.

use crate::app::VaultRequest;
use crate::app::{
    AfterUnlock, Dialog, Editor, Effect, Lock, Model, Screen, TextIntent,
    screens::{clinic::control::ControlId, locked::state::Return},
};

/// The vault is open: what was wanted is done, but what was being written comes first.
pub(crate) fn opened(model: &mut Model, wanted: AfterUnlock) -> Vec<Effect> {
    if wanted == AfterUnlock::GoBack || model.lock.as_ref().is_some_and(Lock::holds_text) {
        return go_back(model);
    }
    model.lock = None;
    wanted.effects()
}

/// Goes back to where one was.
pub(crate) fn go_back(model: &mut Model) -> Vec<Effect> {
    let Some(mut lock) = model.lock.take() else {
        model.screen = Screen::Clinics;
        return AfterUnlock::ListNotes.effects();
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
        return vec![Effect::Vault(VaultRequest::OpenNote(id))];
    }
    model.screen = lock.place.screen.unwrap_or(Screen::Clinics);
    let wanted = match model.screen {
        Screen::Actions => AfterUnlock::ListActions,
        Screen::Vault => AfterUnlock::InspectVault,
        Screen::Insight => AfterUnlock::Count(model.insight.span.period(model.today())),
        _ => AfterUnlock::ListNotes,
    };
    ask_again(model, lock.place);
    wanted.effects()
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
