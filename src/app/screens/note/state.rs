//! A completed note on screen. It can no longer be edited; corrections are added to it.

use crate::{
    app::{
        action::KeyAction,
        geometry::MAX_PROSE,
        page::{Lead, Page, TextRole, piece},
        screens::Screen,
    },
    clinic::Session,
    knowledge::{Block, Document, Span},
    report::{NoteBlock, NoteDocument, RunStyle, TextRun},
    services::NoteDoubt,
    text::LocalTime,
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
    /// Why the note was not a verified note on the disk when it was opened.
    doubt: Option<NoteDoubt>,
    /// The note laid out.
    pub page: Page,
    /// First line shown.
    pub top: usize,
    /// Whether a correction is not saved yet.
    pub unsaved: bool,
    document: NoteDocument,
    local: LocalTime,
    columns: usize,
}

impl NoteScreen {
    /// Opens a note for a page of `columns`.
    pub fn open(
        id: NoteId,
        session: Session,
        doubt: Option<NoteDoubt>,
        from: Screen,
        local: LocalTime,
        columns: usize,
    ) -> Self {
        let document = NoteDocument::from_session(&session, false, &local);
        let title = format!(
            "{} · {} · {}",
            session.case_key(),
            session.template().about.title.show(session.language()),
            session.status().title()
        );
        let page = lay_out(&document, columns);
        Self {
            id,
            session,
            from,
            title,
            doubt,
            page,
            top: 0,
            unsaved: false,
            document,
            local,
            columns,
        }
    }

    /// Shows the note with a correction that is not saved yet.
    pub fn corrected(&mut self, session: Session) {
        let (doubt, top) = (self.doubt.take(), self.top);
        let local = self.local.clone();
        *self = Self::open(self.id, session, doubt, self.from, local, self.columns);
        self.top = top;
        self.unsaved = true;
    }

    /// Notes that everything that was written is saved.
    pub fn saved(&mut self) {
        self.unsaved = false;
        self.doubt.take_if(|doubt| *doubt == NoteDoubt::NotSaved);
    }

    /// Returns why what is shown is not a verified note on the disk, if it is not.
    pub fn doubt(&self) -> Option<&NoteDoubt> {
        self.doubt.as_ref().or(self.unsaved.then_some(&NoteDoubt::NotSaved))
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

/// Returns the note of a session as plain text.
pub(crate) fn note_text(session: &Session, local: &LocalTime) -> String {
    let document = NoteDocument::from_session(session, false, local);
    let page = lay_out(&document, usize::from(MAX_PROSE));
    page.text(0..page.lines.len())
}

/// Lays a note out to at most `columns` (at least 20).
fn lay_out(note: &NoteDocument, columns: usize) -> Page {
    let mut layout = NoteLayout { page: Page::default(), columns: columns.max(20) };
    for block in &note.blocks {
        layout.block(block);
    }
    layout.page
}

struct NoteLayout {
    page: Page,
    columns: usize,
}

impl NoteLayout {
    fn block(&mut self, block: &NoteBlock) {
        match block {
            NoteBlock::Heading { level, text } => {
                // As in entries, where the title is not among the headings of the text.
                let level = (*level).max(2);
                self.add(&Block::Heading { level, spans: vec![plain(text)] });
            }
            NoteBlock::Paragraph(runs) => {
                self.add(&Block::Paragraph { spans: runs.iter().map(span).collect() });
            }
            NoteBlock::Answer { question, remark, text } => {
                let question = Span { strong: true, ..plain(question) };
                let remark = remark.iter().flat_map(|run| [plain(" "), span(run)]);
                self.add(&Block::Paragraph {
                    spans: [question].into_iter().chain(remark).collect(),
                });
                match text {
                    Some(text) => self.answer(text),
                    None => self.add(&Block::Paragraph { spans: vec![emphasis("Not answered.")] }),
                }
            }
            NoteBlock::List(items) => {
                for runs in items {
                    self.item(0, "•".to_owned(), runs.iter().map(span).collect());
                }
            }
            NoteBlock::Action { number, what, details } => {
                self.item(0, format!("{number}."), vec![plain(what)]);
                for detail in details {
                    self.item(1, "•".to_owned(), vec![plain(detail)]);
                }
            }
            NoteBlock::Table { head, rows } => {
                let rows = rows.iter().map(|row| cells(row)).collect();
                self.add(&Block::Table { head: cells(head), rows });
            }
        }
    }

    fn add(&mut self, block: &Block) {
        self.page.block(&Document::default(), block, self.columns);
    }

    fn item(&mut self, depth: usize, marker: String, spans: Vec<Span>) {
        self.add(&Block::ListItem { depth, marker, spans });
    }

    /// What people wrote keeps its lines.
    fn answer(&mut self, text: &str) {
        for text in text.lines() {
            match text.trim() {
                "" => self.page.blank(),
                text => self.page.flow(
                    vec![piece(text, TextRole::Body)],
                    self.columns,
                    Lead::Nothing,
                    0,
                ),
            }
        }
        self.page.blank();
    }
}

fn span(run: &TextRun) -> Span {
    let (emphasis, strong) = match run.style {
        RunStyle::Plain => (false, false),
        RunStyle::Emphasis => (true, false),
        RunStyle::Strong => (false, true),
    };
    Span { emphasis, strong, ..plain(&run.text) }
}

fn cells(texts: &[String]) -> Vec<Vec<Span>> {
    texts.iter().map(|text| vec![plain(text)]).collect()
}

fn plain(text: &str) -> Span {
    Span { text: text.to_owned(), ..Span::default() }
}

fn emphasis(text: &str) -> Span {
    Span { emphasis: true, ..plain(text) }
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
        let note = NoteScreen::open(
            NoteId::random(),
            session,
            None,
            Screen::Clinics,
            LocalTime::default(),
            78,
        );
        let text = |line: &crate::app::PageLine| -> String {
            line.pieces.iter().map(|piece| piece.text.as_str()).collect()
        };
        let drawn: Vec<String> = note.page.lines.iter().map(text).collect();
        let line = drawn.iter().find(|line| line.contains("●●●●● 5"));
        assert!(line.is_some_and(|line| line.contains("agreed")), "{drawn:#?}");
        assert!(drawn.iter().all(|line| crate::text::width(line) <= 78));
    }

    #[test]
    fn a_correction_that_waits_to_be_saved_is_not_called_unconfirmed_and_a_doubt_outlives_it() {
        let one = bundled_template("peer-case-clinic").expect("the format");
        let template = one.parse().expect("it is sound");
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
        let open = |doubt| {
            NoteScreen::open(
                NoteId::random(),
                session.clone(),
                doubt,
                Screen::Clinics,
                LocalTime::default(),
                78,
            )
        };
        let mut note = open(None);
        note.corrected(session.clone());
        assert_eq!(note.doubt().map(NoteDoubt::title), Some("not saved yet"));
        note.saved();
        assert_eq!(note.doubt(), None);
        let mut note = open(Some(NoteDoubt::NotSaved));
        note.saved();
        assert_eq!(note.doubt(), None);
        let mut note = open(Some(NoteDoubt::NotVerified("It is not in the ledger.".to_owned())));
        note.corrected(session.clone());
        note.saved();
        assert_eq!(note.doubt().map(NoteDoubt::title), Some("not confirmed by the ledger"));
    }

    #[test]
    fn an_answer_keeps_its_lines_on_the_screen_and_when_it_is_copied() {
        let text = Some("First # line\n\nsecond, which is long\nthird".to_owned());
        let question = "How are they?".to_owned();
        let answer = NoteBlock::Answer { question, remark: None, text };
        let page = lay_out(&NoteDocument { blocks: vec![answer] }, 20);
        let copied = "How are they?\n\nFirst # line\n\nsecond, which is long\nthird";
        assert_eq!(page.text(0..page.lines.len()), copied);
    }
}
