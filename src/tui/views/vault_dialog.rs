//! Creating and opening the vault.

use secrecy::ExposeSecret;

use crate::{
    app::{Area, Model, PasswordInput, VaultDialog, VaultStep},
    tui::{
        canvas::{Canvas, paragraphs},
        theme::StyleRole,
    },
};

/// Above the first sheet.
const FIRST: &str = "Copy this sheet and keep it in a safe place, away from this computer. It is shown only once. ↑↓: scroll.";
/// Above one that takes the place of another.
const RENEWED: &str = "This is a new sheet. As soon as you have typed the part asked for, earlier sheets no longer open the vault: destroy them. Copy this one and keep it away from this computer. ↑↓: scroll. Esc: keep the old sheet.";
/// When nobody ever confirmed a sheet.
const UNCONFIRMED: &str = "Nobody has confirmed that they have the recovery sheet of this vault. If the passphrase is lost and there is no sheet, nobody can open the notes. You can make a new sheet now and type a part of it, so that it is on paper for sure. Earlier sheets then no longer open the vault.";

/// Draws the dialog.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, dialog: &VaultDialog) {
    let (title, width, height) = match &dialog.step {
        VaultStep::Offer { .. } => ("Create a vault for confidential notes", 74, 18),
        VaultStep::TypeOffered { .. } => ("Type the six words", 74, 10),
        VaultStep::TypeOwn { .. } | VaultStep::RepeatOwn { .. } => {
            ("Choose your own passphrase", 74, 11)
        }
        VaultStep::Recovery { .. } => ("Your recovery sheet", 100, 40),
        VaultStep::Older { .. } => ("This vault is older than it was", 74, 16),
        VaultStep::SheetUnconfirmed => ("The recovery sheet is not confirmed", 74, 12),
        VaultStep::Unlock { .. } => ("Unlock the vault", 64, 9),
        VaultStep::Busy { .. } => ("Please wait", 50, 6),
    };
    let inner = canvas.frame(model.size.dialog(width, height), title);
    match &dialog.step {
        VaultStep::Offer { words } => {
            let row = canvas.put_paragraph(inner,
                0,
                "Notes are encrypted with a passphrase before they are saved. Use these six words, or press o to choose your own (12 characters or more), n for six other words.",
                StyleRole::Text,
            );
            let words = words.as_ref().map_or("…", |words| words.expose_secret());
            let row = canvas.put_paragraph(inner, row + 1, words, StyleRole::Heading);
            let row = canvas.put_paragraph(inner,
                row + 1,
                "Write them on paper now: you will type them next. Then you get a recovery sheet. Without the passphrase or the sheet, nobody can open the notes, not even the makers of this program.",
                StyleRole::Text,
            );
            canvas.put(inner, row + 1, 0, "Enter: use these six words", StyleRole::Strong);
            canvas.point(inner, row + 1, 0);
        }
        VaultStep::TypeOffered { typed, .. } => {
            let row = canvas.put_paragraph(
                inner,
                0,
                "Type the six words from your paper. Esc: show them again.",
                StyleRole::Text,
            );
            dots(canvas, inner, row + 1, typed);
        }
        VaultStep::TypeOwn { typed } => {
            let row = canvas.put_paragraph(inner,
                0,
                "At least 12 characters. Several unrelated words are stronger than one unusual word, and easier to remember. Esc: back to the six words.",
                StyleRole::Text,
            );
            dots(canvas, inner, row + 1, typed);
        }
        VaultStep::RepeatOwn { typed, .. } => {
            let row = canvas.put_paragraph(inner, 0, "Type it again to confirm.", StyleRole::Text);
            dots(canvas, inner, row + 1, typed);
        }
        VaultStep::Recovery { shown, typed, top } => {
            let height = usize::from(inner.height);
            let row = canvas.put_paragraph(
                inner,
                0,
                if shown.renewed { RENEWED } else { FIRST },
                StyleRole::Strong,
            );
            let room = height.saturating_sub(row + 5);
            let lines = paragraphs(&shown.sheet, inner.width);
            let top = (*top).min(lines.len().saturating_sub(room));
            for (at, line) in lines.iter().skip(top).take(room).enumerate() {
                canvas.put(inner, row + 1 + at, 0, line, StyleRole::Text);
            }
            let last = height.saturating_sub(3);
            let end = canvas.put(inner, last, 0, &shown.question, StyleRole::Strong) + 1;
            let layout = typed.layout(usize::from(inner.width));
            canvas.put(inner, last, end, &layout.text, StyleRole::Heading);
            canvas.point(inner, last, end + layout.caret.1);
        }
        VaultStep::Older { warning } => {
            let row = canvas.put_paragraph(inner, 0, warning, StyleRole::Bad);
            canvas.put(inner, row + 1, 0, "Enter: go on with this version", StyleRole::Strong);
            canvas.point(inner, row + 1, 0);
        }
        VaultStep::SheetUnconfirmed => {
            let row = canvas.put_paragraph(inner, 0, UNCONFIRMED, StyleRole::Text);
            canvas.put(
                inner,
                row + 1,
                0,
                "Enter: make a new sheet   Esc: later",
                StyleRole::Strong,
            );
            canvas.point(inner, row + 1, 0);
        }
        VaultStep::Unlock { typed } => {
            let row = canvas.put_paragraph(
                inner,
                0,
                "Type the passphrase. Unlocking takes about a second.",
                StyleRole::Text,
            );
            dots(canvas, inner, row + 1, typed);
        }
        VaultStep::Busy { creating } => {
            let text = if *creating { "Creating the vault …" } else { "Unlocking the vault …" };
            canvas.put(inner, 1, 0, text, StyleRole::Text);
            canvas.point(inner, 1, 0);
        }
    }
    if let Some(error) = &dialog.error {
        let lines = crate::text::wrap(error, usize::from(inner.width)).len();
        let row = usize::from(inner.height).saturating_sub(lines);
        canvas.put_paragraph(inner, row, error, StyleRole::Bad);
    }
}

/// A passphrase as dots.
fn dots(canvas: &mut Canvas<'_>, area: Area, row: usize, typed: &PasswordInput) {
    let room = usize::from(area.width).saturating_sub(4);
    let count = typed.len().min(room);
    canvas.put(area, row, 0, "›", StyleRole::Marker);
    canvas.put(area, row, 2, &"•".repeat(count), StyleRole::Strong);
    canvas.point(area, row, 2 + count);
}
