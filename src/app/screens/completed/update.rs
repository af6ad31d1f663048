//! Showing what was agreed when a clinic is complete, and what its keys do.

use crate::{
    app::{
        CompletedScreen, Dialog, Effect, KeyAction, Model, Screen, VaultRequest,
        screens::note::state::note_text,
    },
    clinic::Session,
    services::RetentionRequest,
    vault::NoteId,
};

/// Shows what the session agreed: one that was saved as this revision of its note, or a practice session.
pub(crate) fn open(model: &mut Model, saved: Option<(NoteId, u32)>, session: Session) {
    model.completed = Some(CompletedScreen::open(saved, session));
    model.screen = Screen::Completed;
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let height = model.layout().page_height();
    let Some(screen) = &mut model.completed else { return };
    match (action, screen.note) {
        (KeyAction::Back, _) => model.screen = Screen::Clinics,
        (KeyAction::CopySection, _) => {
            let summary = screen.summary();
            model.perform(Effect::CopyFromNote(summary.into()));
        }
        (KeyAction::Open, Some(note)) => model.request(VaultRequest::OpenNote(note)),
        (KeyAction::Open, None) => {
            let (title, top) = (screen.session.case_key().to_owned(), 0);
            let text = note_text(&screen.session, &model.local);
            model.dialog = Some(Dialog::Reading { title, text, top });
        }
        (KeyAction::OpenHandOver, note) => {
            let session = screen.session.clone();
            crate::app::screens::hand_over::update::open_note(model, note, session);
        }
        (KeyAction::Correct, Some(note)) => {
            model.next_on_note = Some((note, action));
            model.request(VaultRequest::OpenNote(note));
        }
        (KeyAction::FollowUp, Some(note)) => {
            let note = note.to_string();
            model.request(VaultRequest::StartFollowUp { note, template: None, another: false });
        }
        (KeyAction::KeepHow, Some(note)) => {
            model.request(VaultRequest::Keep(RetentionRequest::Read(note)));
        }
        _ => screen.handle_action(action, height),
    }
}
