//! The vault is locked: why, that nothing is lost, and how to go on. Nothing of a note.

use crate::{
    app::{Area, Lock, LockState, LockedBy, MARGIN, Model},
    tui::{canvas::Canvas, theme::StyleRole},
};

const UNSAVED: &str = "Not everything is saved yet. Your text is kept out of sight, and saving is tried again every two seconds. Do not quit before it is saved. To see your text again, unlock the vault with the passphrase.";

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    canvas.put_rule(layout.rule());
    canvas.put(layout.place(), 0, 1, "Locked", StyleRole::Heading);
    let Some(lock) = &model.lock else { return };
    let area = layout.prose().below(1);
    let row = canvas.put_paragraph(area, 0, &why(lock.by), StyleRole::Text);
    let row = how_far(canvas, area, row + 1, lock);
    let unlock = if lock.has_clinic() {
        "Unlock the vault and continue the clinic at the same field"
    } else {
        "Unlock the vault and continue where you were"
    };
    let keys = [("Enter", unlock), ("F2", "Read guidance without unlocking")];
    // The keys stand in the second row of their part, below an empty one.
    let part = layout.body().below(row as u16);
    canvas.explain_keys(part, "", &keys);
    canvas.point(part, 2, MARGIN.into());
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

/// Says whether everything is saved; returns the row below.
fn how_far(canvas: &mut Canvas<'_>, area: Area, row: usize, lock: &Lock) -> usize {
    let (text, role) = match lock.state {
        LockState::Closing => ("Saving your latest changes …", StyleRole::Text),
        LockState::Closed => ("✓ Nothing is lost. Everything you wrote is saved.", StyleRole::Good),
        LockState::Unsaved(_) => return canvas.put_warning(area, row, 0, UNSAVED),
    };
    canvas.put_paragraph(area, row, text, role)
}
