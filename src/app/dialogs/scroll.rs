//! What is scrolled in a dialog, and how far: the last line stays at the bottom.

use super::{
    dialog::{Agree, Dialog, help_lines},
    vault::{VaultDialog, VaultStep},
};
use crate::{
    app::{
        geometry::ScreenLayout,
        keymap::{KeyChanges, KeyContext},
        message::RecoveryShown,
        model::Model,
    },
    text::{paragraphs, width},
};

/// Columns of what is read through.
pub const READING_COLUMNS: u16 = 78;
/// Columns of a question.
pub const QUESTION_COLUMNS: u16 = 70;
/// Columns of the recovery sheet.
pub const SHEET_COLUMNS: u16 = 74;
/// Columns between the keys in help and what they do.
const KEY_GAP: usize = 3;
/// Stands in the place of a key on the further lines of what it does.
const NO_KEY: &str = " ";
/// Above the first recovery sheet.
const FIRST_SHEET: &str = "Copy this sheet by hand, or press Ctrl-S to save it to a file and print that. Keep it in a safe place, away from this computer. It is shown only once.";
/// Above one that takes the place of another.
const RENEWED_SHEET: &str = "This is a new sheet. As soon as you have typed the part asked for, earlier sheets no longer open the vault: destroy them. Copy this one, or press Ctrl-S to save it to a file, and keep it away from this computer. Esc: keep the old sheet.";

/// The lines of help, and in which column of them it is said what a key does.
pub struct HelpPage {
    /// The key, empty for a heading and blank for a further line; then the words.
    pub lines: Vec<(String, String)>,
    /// The column of what keys do.
    pub indent: usize,
}

impl HelpPage {
    /// Help for where one is.
    pub fn of(contexts: &[KeyContext], changes: &KeyChanges, layout: ScreenLayout) -> Self {
        let told = help_lines(contexts, changes);
        let indent = told.iter().map(|(key, _)| width(key)).max().unwrap_or(0) + KEY_GAP;
        let room = layout.dialog_columns(READING_COLUMNS).saturating_sub(indent as u16);
        let mut lines = Vec::new();
        for (key, text) in told {
            let mut broken = paragraphs(text, room).into_iter();
            lines.push((key, broken.next().unwrap_or_default()));
            lines.extend(broken.map(|line| (NO_KEY.to_owned(), line)));
        }
        Self { lines, indent }
    }
}

impl Agree {
    /// What is read through, with an empty line between paragraphs.
    pub fn page(&self, layout: ScreenLayout) -> Vec<String> {
        let columns = layout.dialog_columns(QUESTION_COLUMNS);
        let broken: Vec<Vec<String>> =
            self.lines.iter().map(|paragraph| paragraphs(paragraph, columns)).collect();
        broken.join(&String::new())
    }
}

impl RecoveryShown {
    /// What to do with the sheet.
    pub fn advice(&self) -> &'static str {
        if self.renewed { RENEWED_SHEET } else { FIRST_SHEET }
    }
}

impl VaultDialog {
    /// Rows that the error takes below what is typed.
    pub fn error_rows(&self, columns: u16) -> usize {
        let error = self.error.as_deref().unwrap_or_default();
        paragraphs(error, columns.saturating_sub(2)).len()
    }

    /// The last line of the recovery sheet that may be the first in view.
    fn last_top(&self, shown: &RecoveryShown, layout: ScreenLayout) -> usize {
        let columns = layout.dialog_columns(SHEET_COLUMNS);
        let sheet = paragraphs(&shown.copied, columns).len();
        let text = paragraphs(shown.advice(), columns).len() + 1 + sheet;
        // An empty row, and the part that is typed.
        let below = 2 + self.error_rows(columns);
        let room = layout.dialog_height(SHEET_COLUMNS, text + below).saturating_sub(below);
        text.saturating_sub(room).min(sheet)
    }
}

impl Model {
    /// Keeps the last line of what is scrolled in a dialog at its bottom.
    pub(crate) fn keep_dialog_in_view(&mut self) {
        let (layout, contexts) = (self.layout(), self.contexts_below());
        let last = |width, count: usize| count.saturating_sub(layout.dialog_height(width, count));
        let (top, last) = match &mut self.dialog {
            Some(Dialog::Help { top }) => (
                top,
                last(READING_COLUMNS, HelpPage::of(&contexts, &self.keys, layout).lines.len()),
            ),
            Some(Dialog::Reading { text, top, .. }) => {
                let lines = paragraphs(text, layout.dialog_columns(READING_COLUMNS));
                (top, last(READING_COLUMNS, lines.len()))
            }
            Some(Dialog::Agree(agree)) => {
                let lines = agree.page(layout).len();
                (&mut agree.top, last(QUESTION_COLUMNS, lines))
            }
            Some(Dialog::Vault(dialog)) => {
                let VaultStep::Recovery { shown, .. } = &dialog.step else { return };
                let last = dialog.last_top(shown, layout);
                let VaultStep::Recovery { top, .. } = &mut dialog.step else { return };
                (top, last)
            }
            _ => return,
        };
        *top = (*top).min(last);
    }
}
