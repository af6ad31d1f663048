//! The vault is locked: why, that nothing is lost, and how to go on. Nothing of a note.

use crate::{
    app::{Area, Lock, LockState, LockedBy, Model},
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Columns a sentence takes at most.
const MAX_COLUMNS: u16 = 74;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let body = model.layout().body();
    canvas.put(body, 0, 1, "Locked", StyleRole::Heading);
    let Some(lock) = &model.lock else { return };
    let width = body.width.saturating_sub(4).min(MAX_COLUMNS);
    let area = Area { x: body.x + 2, y: body.y + 2, width, height: body.height.saturating_sub(2) };
    let row = canvas.put_paragraph(area, 0, &why(lock.by), StyleRole::Text);
    let (text, role) = how_far(lock);
    let row = canvas.put_paragraph(area, row + 1, text, role);
    let how = if lock.has_clinic() {
        "Press Enter to unlock the vault and continue the clinic at the same field. F2: read guidance without unlocking."
    } else {
        "Press Enter to unlock the vault and continue where you were. F2: read guidance without unlocking."
    };
    canvas.put_paragraph(area, row + 1, how, StyleRole::Text);
    canvas.point(area, row + 1, 0);
}

fn why(by: LockedBy) -> String {
    match by {
        LockedBy::Person => "You locked the vault.".to_owned(),
        LockedBy::Clock { minutes: 1 } => {
            "The vault was locked because no key was pressed for a minute.".to_owned()
        }
        LockedBy::Clock { minutes } => {
            format!("The vault was locked because no key was pressed for {minutes} minutes.")
        }
    }
}

fn how_far(lock: &Lock) -> (&'static str, StyleRole) {
    match lock.state {
        LockState::Closing => ("Saving your latest changes …", StyleRole::Text),
        LockState::Closed => ("Nothing is lost. Everything you wrote is saved.", StyleRole::Good),
        LockState::Unsaved(_) => (
            "Not everything is saved yet. Your text is kept out of sight, and saving is tried again every two seconds. Do not quit before it is saved. To see your text again, unlock the vault with the passphrase.",
            StyleRole::Bad,
        ),
    }
}
