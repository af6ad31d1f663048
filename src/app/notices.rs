//! What stands in the rows above the keys, and how much room it leaves for the screen. Messages never take the
//! place of the keys, nor cover what they speak of: the screen gets shorter by them.

use super::{
    geometry::{MARGIN, ScreenLayout},
    message::SaveStatus,
    model::Model,
    screens::{Screen, clinic::control::Control},
};
use crate::text::wrap;

/// Rows that one message takes at most.
const MAX_ROWS: usize = 4;

/// Said in the last minute, until a key is pressed. It is not drawn again each second, so it names
/// no time.
const LOCKS_SOON: &str = "The vault will lock soon because no key was pressed. Press any key to keep it open. Nothing is lost either way.";

/// Said at the first choice of a clinic, until something is answered: a row each.
const FIRST_CHOICE: [&str; 3] = [
    "Choose with the option’s number, or with the arrow keys and Space or Enter.",
    "Tab: next question. Shift-Tab: the one before. Backspace: clear an answer.",
    "The last row shows the main keys of the field you are in, F1 all of them.",
];

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeSort {
    /// What was typed is not saved.
    NotSaved,
    /// Something went wrong.
    Problem,
    /// Something to know.
    Said,
}

/// A message broken to rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRows {
    /// What it is about.
    pub sort: NoticeSort,
    /// Its rows.
    pub rows: Vec<String>,
}

impl Model {
    /// Which part of the screen is what.
    pub fn layout(&self) -> ScreenLayout {
        ScreenLayout::new(self.size, self.notices().iter().map(|one| one.rows.len()).sum())
    }

    /// The messages that stand above the keys now.
    pub fn notices(&self) -> Vec<NoticeRows> {
        let columns = usize::from(self.size.columns.saturating_sub(MARGIN + 1)).max(1);
        let mut notices = Vec::new();
        let mut add = |sort, text: &str| {
            let lines = wrap(text, columns);
            let shown = lines.len().min(MAX_ROWS);
            let rows = lines.into_iter().take(shown).enumerate();
            // The last row has all that is left, so that it is seen to be cut off.
            let rows = rows.map(
                |(at, range)| if at + 1 == shown { &text[range.start..] } else { &text[range] },
            );
            notices.push(NoticeRows { sort, rows: rows.map(str::to_owned).collect() });
        };
        if let SaveStatus::NotSaved(why) = &self.saving {
            // Said until it is mended.
            let why = why.strip_prefix("Not saved: ").unwrap_or(why);
            add(NoticeSort::NotSaved, &format!("NOT SAVED: {why}"));
        }
        if self.locks_soon() {
            add(NoticeSort::Said, LOCKS_SOON);
        } else if let Some(notice) = &self.notice {
            let sort = if notice.is_error { NoticeSort::Problem } else { NoticeSort::Said };
            add(sort, &notice.text);
        } else if self.is_at_first_choice() {
            FIRST_CHOICE.into_iter().for_each(|row| add(NoticeSort::Said, row));
        }
        notices
    }

    /// Whether somebody comes to a choice in a clinic in which nothing is answered yet.
    fn is_at_first_choice(&self) -> bool {
        let clinic = self.clinic.as_ref().filter(|_| self.screen == Screen::Clinic);
        clinic.is_some_and(|clinic| {
            clinic.session.is_untouched() && clinic.focused().is_some_and(Control::is_choice)
        })
    }
}
