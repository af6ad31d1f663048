//! A completed note on screen. It can no longer be edited; corrections are added to it.

use super::layout::lay_out;
use crate::{
    app::{action::KeyAction, page::Page, screens::Screen},
    clinic::Session,
    report::NoteDocument,
    vault::NoteId,
};

/// A completed note.
pub struct NoteScreen {
    /// Which note.
    pub id: NoteId,
    /// Its session, with a correction that may not be saved yet.
    pub session: Session,
    /// The screen that Esc goes back to.
    pub from: Screen,
    /// The line at the top.
    pub title: String,
    /// Why the note is not verified, if it is not.
    pub doubt: Option<String>,
    /// The note laid out.
    pub page: Page,
    /// First line shown.
    pub top: usize,
    /// Whether a correction is not saved yet.
    pub unsaved: bool,
    document: NoteDocument,
    columns: usize,
}

impl NoteScreen {
    /// Opens a note for a page of `columns`.
    pub fn open(
        id: NoteId,
        session: Session,
        doubt: Option<String>,
        from: Screen,
        columns: usize,
    ) -> Self {
        let document = NoteDocument::from_session(&session, false);
        let title = format!(
            "{} · {} · {}",
            session.case_key(),
            session.template().about.title.show(session.language()),
            session.status().title()
        );
        let page = lay_out(&document, columns);
        Self { id, session, from, title, doubt, page, top: 0, unsaved: false, document, columns }
    }

    /// Shows the note with a correction that is not saved yet.
    pub fn corrected(&mut self, session: Session) {
        let (doubt, top) = (self.doubt.take(), self.top);
        *self = Self::open(self.id, session, doubt, self.from, self.columns);
        self.top = top;
        self.unsaved = true;
    }

    /// Lays it out again if the width changed.
    pub fn fit(&mut self, columns: usize) {
        if columns != self.columns {
            self.page = lay_out(&self.document, columns);
            self.columns = columns;
        }
    }

    /// The part of the note in view, from its heading on.
    pub fn section(&self) -> String {
        let headings = &self.page.headings;
        let at = headings.iter().rposition(|(line, ..)| *line <= self.top).unwrap_or(0);
        let start = headings.get(at).map_or(0, |(line, ..)| *line);
        let end = headings.get(at + 1).map_or(self.page.lines.len(), |(line, ..)| *line);
        self.page.text(start..end)
    }

    /// Scrolls. `height` is the page's rows.
    pub fn handle_action(&mut self, action: KeyAction, height: usize) {
        self.top = action.scrolled(self.top, self.page.lines.len(), height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{bundled_template, practice_session};

    #[test]
    fn the_page_of_a_note_draws_where_people_stood_within_eighty_columns() {
        let one = bundled_template("peer-case-clinic").expect("the format");
        let template = one.parse().expect("it is sound");
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        let session =
            practice_session(&template, one.example_file, one.example, now).expect("it plays");
        let note = NoteScreen::open(NoteId::random(), session, None, Screen::Clinics, 78);
        let text = |line: &crate::app::PageLine| -> String {
            line.pieces.iter().map(|piece| piece.text.as_str()).collect()
        };
        let drawn: Vec<String> = note.page.lines.iter().map(text).collect();
        let line = drawn.iter().find(|line| line.contains("●●●●● 5"));
        assert!(line.is_some_and(|line| line.contains("agreed")), "{drawn:#?}");
        assert!(drawn.iter().all(|line| crate::text::width(line) <= 78));
    }
}
