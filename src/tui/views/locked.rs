//! The vault is locked: why, that nothing is lost, and how to go on. Nothing of a note.

use crate::{
    app::{Area, Lock, LockState, LockedBy, Model},
    tui::{canvas::Canvas, theme::Look, views::dialog::put_paragraph},
};

/// Columns a sentence takes at most.
const WIDEST: u16 = 74;

/// Draws the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let body = model.size.body();
    canvas.put(body, 0, 1, "Locked", Look::Title);
    let Some(lock) = &model.lock else { return };
    let width = body.width.saturating_sub(4).min(WIDEST);
    let area = Area { x: body.x + 2, y: body.y + 2, width, height: body.height.saturating_sub(2) };
    let row = put_paragraph(canvas, area, 0, &why(lock.by), Look::Text);
    let (text, look) = how_far(lock);
    let row = put_paragraph(canvas, area, row + 1, &text, look);
    let how = if lock.has_clinic() {
        "Enter unlocks it and goes on with the clinic at the same field. F2 reads guidance meanwhile."
    } else {
        "Enter unlocks it and goes on where you were. F2 reads guidance meanwhile."
    };
    put_paragraph(canvas, area, row + 1, how, Look::Text);
    canvas.point(area, row + 1, 0);
}

fn why(by: LockedBy) -> String {
    match by {
        LockedBy::Person => "You locked the vault.".to_owned(),
        LockedBy::Clock { minutes: 1 } => {
            "No key was pressed for a minute, so the vault locked itself.".to_owned()
        }
        LockedBy::Clock { minutes } => {
            format!("No key was pressed for {minutes} minutes, so the vault locked itself.")
        }
    }
}

fn how_far(lock: &Lock) -> (String, Look) {
    match &lock.state {
        LockState::Closing => ("Saving what is not saved yet …".to_owned(), Look::Text),
        LockState::Closed => {
            ("Nothing is lost: everything that was written is saved.".to_owned(), Look::Good)
        }
        LockState::Unsaved(_) => (
            "Not everything could be saved yet. What you wrote is kept out of sight and tried again every two seconds; do not end the program before. The passphrase brings it back into view."
                .to_owned(),
            Look::Bad,
        ),
    }
}
