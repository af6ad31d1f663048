//! A completed note on screen. It can no longer be edited; corrections are added to it.

use crate::{
    app::{
        action::KeyAction,
        geometry::MAX_PROSE,
        page::{Lead, Page, Piece, RAIL, TextRole, piece},
        screens::{Screen, completed::state::lay_out_agreed},
    },
    clinic::Session,
    knowledge::{Block, Document, Span},
    report::{Agreed, ReportBlock, ReportDocument, RunStyle, TextRun, whole_note},
    services::{NoteAuthor, NoteDoubt, ReceivedEdition},
    text::{LocalTime, counted, show_date, width},
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
    /// Who wrote it, if it is not the vault's own.
    pub author: Option<NoteAuthor>,
    /// The editions of it, one below the other: more than one only where others corrected it twice.
    editions: Vec<NoteEdition>,
    local: LocalTime,
    columns: usize,
}

/// A text of the note, as it is laid out.
struct NoteEdition {
    /// What is said above it.
    heading: Option<String>,
    document: ReportDocument,
    agreed: Agreed,
}

impl NoteEdition {
    fn of(session: &Session, heading: Option<String>, local: &LocalTime) -> Self {
        let document = whole_note(session, false, local);
        Self { heading, document, agreed: Agreed::of(session) }
    }
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
        let title = format!(
            "{} · {} · {}",
            session.case_key(),
            session.template().about.title.show(session.language()),
            session.status().title()
        );
        let editions = vec![NoteEdition::of(&session, None, &local)];
        let page = lay_out_all(&editions, columns);
        Self {
            id,
            session,
            from,
            title,
            doubt,
            page,
            top: 0,
            unsaved: false,
            author: None,
            editions,
            local,
            columns,
        }
    }

    /// Makes it a note that somebody else sent: it can only be read.
    pub fn received(mut self, received: ReceivedEdition) -> Self {
        let ReceivedEdition { author, revision, sent, others } = received;
        self.title = format!("{} · from {}", self.title, author.title);
        let day = |at| show_date(self.local.day(at));
        let sentence = format!("From {}, revision {revision}, sent {}.", author.title, day(sent));
        let rest = match others.len() {
            0 => "You can read it. Only they can change it.".to_owned(),
            some => format!(
                "{} of this revision: the newest comes first, the others follow below.",
                counted(some + 1, "correction", "corrections")
            ),
        };
        let local = &self.local;
        let newest = NoteEdition::of(&self.session, Some(format!("{sentence} {rest}")), local);
        let other = |(at, session): &(jiff::Timestamp, Session)| {
            let heading = format!("Another correction, revision {revision}, sent {}", day(*at));
            NoteEdition::of(session, Some(heading), local)
        };
        self.editions = [newest].into_iter().chain(others.iter().map(other)).collect();
        self.page = lay_out_all(&self.editions, self.columns);
        self.author = Some(author);
        self
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
            self.page = lay_out_all(&self.editions, columns);
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
    let document = whole_note(session, false, local);
    let page = lay_out(&document, &Agreed::of(session), usize::from(MAX_PROSE));
    page.text(0..page.lines.len())
}

/// Lays any document out as it stands.
pub(crate) fn lay_out_document(document: &ReportDocument, columns: usize) -> Page {
    let mut layout = NoteLayout { page: Page::default(), columns: columns.max(20) };
    document.blocks.iter().for_each(|block| layout.block(block));
    layout.page
}

/// Lays the editions of a note out, one below the other.
fn lay_out_all(editions: &[NoteEdition], columns: usize) -> Page {
    let mut layout = NoteLayout { page: Page::default(), columns: columns.max(20) };
    for (at, edition) in editions.iter().enumerate() {
        match &edition.heading {
            Some(text) if at == 0 => {
                layout.page.flow(vec![piece(text, TextRole::Body)], columns, Lead::Nothing, 0);
                layout.page.blank();
            }
            Some(text) => {
                layout.page.blank();
                layout.heading(text);
            }
            None => {}
        }
        layout.note(&edition.document, &edition.agreed);
    }
    layout.page
}

/// Lays a note out to at most `columns` (at least 20).
fn lay_out(note: &ReportDocument, agreed: &Agreed, columns: usize) -> Page {
    let mut layout = NoteLayout { page: Page::default(), columns: columns.max(20) };
    layout.note(note, agreed);
    layout.page
}

fn is_strong(block: &ReportBlock) -> bool {
    let strong = |run: &TextRun| run.style == RunStyle::Strong;
    matches!(block, ReportBlock::Paragraph(runs) if runs.iter().all(strong))
}

struct NoteLayout {
    page: Page,
    columns: usize,
}

impl NoteLayout {
    /// What was agreed and who does what, then the stages, and last what is known about the note itself.
    fn note(&mut self, note: &ReportDocument, agreed: &Agreed) {
        let is_part = |block: &ReportBlock| matches!(block, ReportBlock::Heading { level: 2, .. });
        let about = note.blocks.iter().position(is_part).unwrap_or(note.blocks.len());
        let (about, parts) = note.blocks.split_at(about);
        // The title stands above the page. What is strong throughout must be known before anything else.
        let (first, about): (Vec<_>, Vec<_>) = about
            .iter()
            .filter(|block| !matches!(block, ReportBlock::Heading { .. }))
            .partition(|block| is_strong(block));
        first.into_iter().for_each(|block| self.warning(block));
        self.agreed(agreed);
        parts.iter().for_each(|block| self.block(block));
        if !about.is_empty() {
            self.heading("About this note");
            about.into_iter().for_each(|block| self.block(block));
        }
    }

    fn heading(&mut self, text: &str) {
        self.add(&Block::Heading { level: 2, spans: vec![plain(text)] });
    }

    fn agreed(&mut self, agreed: &Agreed) {
        if !agreed.is_empty() {
            lay_out_agreed(agreed, &mut self.page, self.columns);
        }
    }

    /// Puts what must be known before anything else behind a sign.
    fn warning(&mut self, block: &ReportBlock) {
        let ReportBlock::Paragraph(runs) = block else { return };
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let pieces = vec![piece(&text, TextRole::Check)];
        self.page.flow(pieces, self.columns, Lead::Sign("!", TextRole::Check), 0);
        self.page.blank();
    }

    fn block(&mut self, block: &ReportBlock) {
        match block {
            ReportBlock::Heading { level, text } => {
                // As in entries, where the title is not among the headings of the text.
                let level = (*level).max(2);
                self.add(&Block::Heading { level, spans: vec![plain(text)] });
            }
            ReportBlock::Paragraph(runs) => {
                self.gap();
                // A paragraph that is marked throughout would be louder than what was decided.
                let is_marked = runs.iter().all(|run| run.style != RunStyle::Plain);
                let spans: Vec<Span> = if is_marked {
                    runs.iter().map(|run| plain(&run.text)).collect()
                } else {
                    runs.iter().map(span).collect()
                };
                self.add(&Block::Paragraph { spans });
            }
            ReportBlock::Answer { question, remark, text } => {
                let remark = remark.as_ref().map(|run| format!(" {}", run.text));
                let question = format!("{question}{}", remark.unwrap_or_default());
                let question = vec![piece(&question, TextRole::Muted)];
                match text {
                    Some(text) => self.question(question, text, TextRole::Body),
                    None => self.question(question, "Not answered", TextRole::Muted),
                }
            }
            ReportBlock::List(items) => {
                for runs in items {
                    self.item(0, "•".to_owned(), runs.iter().map(span).collect());
                }
            }
            ReportBlock::Action { number, what, details } => {
                self.item(0, format!("{number}."), vec![plain(what)]);
                for detail in details {
                    self.item(1, "•".to_owned(), vec![plain(detail)]);
                }
            }
            ReportBlock::Table { head, rows } => self.table(head, rows),
            ReportBlock::Chart(chart) => {
                let (head, rows) = chart.to_table();
                self.table(&head, &rows);
            }
            ReportBlock::PageBreak => self.gap(),
        }
    }

    fn table(&mut self, head: &[String], rows: &[Vec<String>]) {
        self.gap();
        let rows = rows.iter().map(|row| cells(row)).collect();
        self.add(&Block::Table { head: cells(head), rows });
    }

    /// Puts a question and its answer behind a rail, a short one on the same line. What people wrote keeps its lines.
    fn question(&mut self, question: Vec<Piece>, answer: &str, role: TextRole) {
        let said: String = question.iter().map(|piece| piece.text.as_str()).collect();
        let middle = self.columns / 2;
        let fits = width(&said) + 2 <= middle && width(answer) + 2 + middle <= self.columns;
        if fits && !answer.contains('\n') {
            let first = self.page.lines.len();
            let fill = " ".repeat(middle - width(&said));
            let answer_pieces =
                [piece(&fill, TextRole::Body), piece(RAIL, TextRole::Rail), piece(answer, role)];
            let pieces = question.into_iter().chain(answer_pieces).collect();
            self.page.flow(pieces, self.columns, Lead::Nothing, 0);
            let colon = if said.ends_with(['?', ':', '.']) { "" } else { ":" };
            self.page.copy_as(first, format!("{said}{colon} {answer}"));
            return;
        }
        self.gap();
        self.page.flow(question, self.columns, Lead::Nothing, 0);
        let first = self.page.lines.len();
        for text in answer.lines() {
            match text.trim() {
                "" => self.page.blank(),
                text => {
                    let columns = self.columns - width(RAIL);
                    self.page.flow(vec![piece(text, role)], columns, Lead::Nothing, 0);
                }
            }
        }
        self.page.rail(first, TextRole::Rail);
        self.page.blank();
    }

    /// Puts an empty line, if none is there, between what is written closely and what is not.
    fn gap(&mut self) {
        let ends_heading = self.page.headings.last().map(|(line, ..)| line + 1);
        if !self.page.ends_blank() && ends_heading != Some(self.page.lines.len()) {
            self.page.blank();
        }
    }

    fn add(&mut self, block: &Block) {
        self.page.block(&Document::default(), block, self.columns);
    }

    fn item(&mut self, depth: usize, marker: String, spans: Vec<Span>) {
        self.add(&Block::ListItem { depth, marker, spans });
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
        assert!(drawn.iter().all(|line| width(line) <= 78));
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
        let answer = ReportBlock::Answer { question, remark: None, text };
        let note = ReportDocument {
            blocks: vec![ReportBlock::Heading { level: 2, text: "One".to_owned() }, answer],
            ..ReportDocument::default()
        };
        let page = lay_out(&note, &Agreed::default(), 20);
        let copied = "One\nHow are they?\nFirst # line\n\nsecond, which is long\nthird";
        assert_eq!(page.text(0..page.lines.len()), copied);
    }
}
