//! What is chosen for the document, and what it will say.

use jiff::civil::Date;

use crate::{
    app::{
        action::KeyAction,
        editor::Editor,
        page::Page,
        screens::{Screen, note::state::lay_out_document},
    },
    clinic::Session,
    knowledge::Library,
    report::{
        DocumentKind, DocumentSource, Edition, ExportFormat, NoteFormat, ReportDocument,
        ScanFinding, WatchedNames, WriteError, document_text, scan_note,
    },
    text::{LocalTime, clean_line, counted},
    vault::NoteId,
};

/// A row that can be in focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HandOverRow {
    /// Which document.
    #[default]
    Document,
    /// For whom.
    Edition,
    /// In which format.
    Format,
    /// Where to.
    File,
    /// Write it.
    Save,
    /// Send it to the printer.
    Print,
    /// A possible identifier, by its place in the list.
    Finding(usize),
}

/// One line of the form.
pub struct HandOverLine {
    /// Its name, or blank.
    pub name: &'static str,
    /// What it says.
    pub text: String,
    /// What it is.
    pub kind: HandOverLineKind,
    /// The row it belongs to.
    pub row: Option<HandOverRow>,
}

/// What a line of the form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandOverLineKind {
    /// A choice with its value.
    Choice,
    /// The name of the file.
    File,
    /// A button.
    Button,
    /// What a choice means.
    Hint,
    /// A sentence about the document.
    Note,
    /// Something to look at.
    Warning,
    /// A possible identifier.
    Finding,
    /// Nothing.
    Blank,
}

/// What is handed over.
pub enum HandOverSource {
    /// A completed note.
    Note(NoteId, Session),
    /// A practice session, of which nothing is saved.
    Practice(Session),
    /// An entry of the guidance, with its id.
    Entry(String, ReportDocument),
    /// The figures of the vault, with small numbers hidden.
    Insight(ReportDocument),
}

impl HandOverSource {
    /// Returns the note or the practice session.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Note(_, session) | Self::Practice(session) => Some(session),
            Self::Entry(..) | Self::Insight(_) => None,
        }
    }

    /// Returns the completed note.
    pub fn note(&self) -> Option<NoteId> {
        match self {
            Self::Note(note, _) => Some(*note),
            _ => None,
        }
    }

    /// Whether it says anything of what the vault holds.
    pub fn is_from_vault(&self) -> bool {
        matches!(self, Self::Note(..) | Self::Insight(_))
    }

    /// The first part of the file's name.
    fn name(&self) -> &str {
        match self {
            Self::Note(_, session) | Self::Practice(session) => session.case_key(),
            Self::Entry(id, _) => id,
            Self::Insight(_) => "insight",
        }
    }
}

/// The hand-over of one note, entry or report.
pub struct HandOverScreen {
    /// What is handed over.
    pub source: HandOverSource,
    /// The screen that Esc leads back to.
    pub from: Screen,
    /// The row in focus.
    pub row: HandOverRow,
    /// The name of the file.
    pub file: Editor,
    /// The document as it will read.
    pub preview: Page,
    /// First line of it shown.
    pub top: usize,
    /// The file that was written last.
    pub written: Option<String>,
    /// What is being written, and into which file.
    pub(super) being_written: Option<(String, String)>,
    /// Possible identifiers in the document.
    pub found: Vec<ScanFinding>,
    document: ReportDocument,
    offered: Vec<DocumentKind>,
    kind: usize,
    edition: usize,
    format: usize,
    /// Somebody typed a name of their own.
    is_named: bool,
    folder: String,
    day: Date,
    local: LocalTime,
    columns: usize,
}

/// A document that the printing command has, and has not answered for.
pub(crate) struct Printing {
    pub(super) note: Option<(NoteId, Session)>,
    /// What it is, as the note records it once it was taken, and before that.
    pub(super) taken: String,
    pub(super) given: String,
}

impl HandOverScreen {
    /// Opens it. `folder` is where documents usually go.
    pub fn open(
        source: HandOverSource,
        from: Screen,
        folder: &str,
        (local, day): (&LocalTime, Date),
        library: &Library,
    ) -> Self {
        let offered = source.session().map(DocumentKind::offered).unwrap_or_default();
        let row = if offered.is_empty() { HandOverRow::Format } else { HandOverRow::Document };
        let mut screen = Self {
            source,
            from,
            row,
            file: Editor::default(),
            preview: Page::default(),
            top: 0,
            written: None,
            being_written: None,
            found: Vec::new(),
            document: ReportDocument::default(),
            offered,
            kind: 0,
            edition: 0,
            format: 0,
            is_named: false,
            folder: folder.to_owned(),
            day,
            local: local.clone(),
            columns: 0,
        };
        screen.build(library);
        screen
    }

    /// Returns what is handed over.
    pub fn title(&self) -> String {
        match &self.source {
            HandOverSource::Entry(_, document) => format!("Hand over: {}", document.title),
            HandOverSource::Insight(_) => "Hand over the figures".to_owned(),
            _ => format!("Hand over {}", self.source.name()),
        }
    }

    /// Returns which document is chosen; none for what is one document by itself.
    pub fn kind(&self) -> Option<DocumentKind> {
        self.offered.get(self.kind).copied()
    }

    /// Returns for whom it is.
    pub fn edition(&self) -> Edition {
        Edition::ALL[self.edition]
    }

    /// Returns its format.
    pub fn format(&self) -> NoteFormat {
        self.formats()[self.format]
    }

    /// Returns the formats it can have. Only a note has data formats.
    fn formats(&self) -> Vec<NoteFormat> {
        let is_note = self.source.session().is_some();
        NoteFormat::all().filter(|one| is_note || matches!(one, NoteFormat::Document(_))).collect()
    }

    /// Returns the contents of the file.
    pub(crate) fn write(&self, library: &Library) -> Result<Vec<u8>, WriteError> {
        match (self.format(), self.source.session()) {
            (NoteFormat::Data(format), Some(session)) => {
                let (edition, local) = (self.edition(), &self.local);
                format.write(&DocumentSource { session, edition, local, library })
            }
            (NoteFormat::Document(format), _) => format.write(&self.document),
            (NoteFormat::Data(_), None) => ExportFormat::Text.write(&self.document),
        }
    }

    /// Returns what leaves the vault, for the audit trail.
    pub fn what(&self, how: &str) -> String {
        let edition = self.edition();
        match (self.format(), self.kind()) {
            (NoteFormat::Data(_), _) => edition.handed_over(how),
            (_, Some(kind)) => format!("{} ({how})", kind.handed_over(edition)),
            (_, None) => how.to_owned(),
        }
    }

    /// Returns the document.
    pub fn document(&self) -> &ReportDocument {
        &self.document
    }

    /// Returns the choices of a row that is a choice, each with what it means, and the chosen one.
    pub fn choices(&self) -> Option<(Vec<String>, usize)> {
        let with_meaning = |name: &str, about: &str| format!("{name}: {}", lower_first(about));
        Some(match self.row {
            HandOverRow::Document => {
                let offered = self.offered.iter();
                (offered.map(|one| with_meaning(one.name(), one.about())).collect(), self.kind)
            }
            HandOverRow::Edition => {
                let all = Edition::ALL.iter();
                (all.map(|one| with_meaning(one.name(), one.about())).collect(), self.edition)
            }
            HandOverRow::Format => {
                let all = self.formats().into_iter();
                (all.map(format_name).collect(), self.format)
            }
            _ => return None,
        })
    }

    /// Chooses for the row in focus.
    pub(crate) fn choose(&mut self, at: usize, library: &Library) {
        let Some((choices, _)) = self.choices() else { return };
        let at = at.min(choices.len() - 1);
        match self.row {
            HandOverRow::Document => self.kind = at,
            HandOverRow::Edition => self.edition = at,
            HandOverRow::Format => self.format = at,
            _ => return,
        }
        self.build(library);
    }

    /// Chooses the next or the previous value of the row in focus.
    pub(crate) fn turn(&mut self, forward: bool, library: &Library) {
        let Some((choices, at)) = self.choices() else { return };
        let by = if forward { 1 } else { choices.len() - 1 };
        self.choose((at + by) % choices.len(), library);
    }

    /// Takes what is typed into the name of the file.
    pub(crate) fn typed(&mut self, edit: impl FnOnce(&mut Editor)) {
        let before = self.file.text();
        edit(&mut self.file);
        if self.file.text() != before {
            self.is_named = true;
            self.written = None;
        }
    }

    /// Moves the focus.
    pub(crate) fn move_row(&mut self, forward: bool) {
        let rows = self.rows();
        let at = rows.iter().position(|row| *row == self.row).unwrap_or(0);
        let next = if forward { at + 1 } else { at.wrapping_sub(1) };
        if let Some(row) = rows.get(next) {
            self.row = *row;
        }
    }

    /// Scrolls the preview. `height` is its rows.
    pub(crate) fn scroll(&mut self, action: KeyAction, height: usize) {
        self.top = action.scrolled(self.top, self.preview.lines.len(), height);
    }

    /// Brings a possible identifier into view.
    pub(crate) fn show_finding(&mut self, at: usize) {
        let Some(found) = self.found.get(at) else { return };
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines = self.preview.lines.len();
        // Two lines each: what is looked for may be broken over them.
        let text = |line: usize| words(&self.preview.text(line..(line + 2).min(lines)));
        let shown: Vec<String> = (0..lines).map(text).collect();
        let with = |text: &str| -> Vec<usize> {
            let text = words(&clean_line(text));
            (0..lines).filter(|line| shown[*line].contains(&text)).collect()
        };
        let questions = with(&found.label);
        // The same words may stand elsewhere too: the place nearest below its question.
        let below_question = |line: &usize| {
            let question = questions.iter().rfind(|question| *question <= line);
            question.map_or(usize::MAX, |question| line - question)
        };
        if let Some(line) = with(&found.said).into_iter().min_by_key(below_question) {
            self.top = line;
        }
    }

    fn rows(&self) -> Vec<HandOverRow> {
        use HandOverRow::{Document, Edition, File, Finding, Format, Print, Save};
        let found = (0..self.found.len()).map(Finding);
        let chosen = if self.offered.is_empty() { &[][..] } else { &[Document, Edition] };
        let all = chosen.iter().copied().chain([Format, File, Save, Print]);
        all.chain(found).collect()
    }

    /// Builds the document anew.
    fn build(&mut self, library: &Library) {
        match &self.source {
            HandOverSource::Note(_, session) | HandOverSource::Practice(session) => {
                let Some(kind) = self.kind() else { return };
                let (edition, local) = (self.edition(), &self.local);
                self.document = kind.build(&DocumentSource { session, edition, local, library });
                self.found = find_identifiers(session, &self.document, library, self.day);
            }
            HandOverSource::Entry(_, document) | HandOverSource::Insight(document) => {
                self.document = document.clone();
            }
        }
        self.written = None;
        self.top = 0;
        self.name_file();
        let columns = std::mem::take(&mut self.columns);
        self.fit(columns);
    }

    /// Names the file after the case and the document, or gives the name somebody typed its ending.
    fn name_file(&mut self) {
        let ending = self.format().file_ending();
        let name = if self.is_named {
            let typed = self.file.text();
            let stem = typed.trim_end().rsplit_once('.').filter(|(_, end)| is_ending(end));
            let stem = stem.map_or(typed.trim_end(), |(stem, _)| stem).to_owned();
            format!("{stem}.{ending}")
        } else {
            let kind = self.kind().map_or(String::new(), |kind| format!("-{}", kind.code()));
            let outside = if self.edition() == Edition::Shareable { "-shareable" } else { "" };
            let (folder, name, day) = (&self.folder, self.source.name(), self.day);
            format!("{folder}/{name}{kind}{outside}-{day}.{ending}")
        };
        self.file = Editor::one_line(&name);
    }

    /// Lays the preview out again if the width changed.
    pub fn fit(&mut self, columns: usize) {
        if columns != self.columns {
            self.columns = columns;
            self.preview = lay_out_document(&self.document, columns);
            self.top = self.top.min(self.preview.lines.len().saturating_sub(1));
        }
    }

    /// Returns the lines of the form.
    pub fn lines(&self) -> Vec<HandOverLine> {
        use HandOverLineKind::{Blank, Button, Choice, File, Finding, Hint, Note, Warning};
        let line =
            |name, text: &str, kind, row| HandOverLine { name, text: text.to_owned(), kind, row };
        let mut lines = Vec::new();
        if let Some(kind) = self.kind() {
            let edition = self.edition();
            lines.extend([
                line("Document", kind.name(), Choice, Some(HandOverRow::Document)),
                line("", kind.about(), Hint, None),
                line("For", edition.name(), Choice, Some(HandOverRow::Edition)),
                line("", edition.about(), Hint, None),
            ]);
        }
        lines.extend([
            line("Format", &format_name(self.format()), Choice, Some(HandOverRow::Format)),
            line("File", &self.file.text(), File, Some(HandOverRow::File)),
            line("", "", Blank, None),
            line("", "[ Save the file ]", Button, Some(HandOverRow::Save)),
            line("", "[ Print ]", Button, Some(HandOverRow::Print)),
        ]);
        if self.source.session().is_none() {
            return lines;
        }
        let said = match self.found.len() {
            0 => "No possible identifiers found. Read it through yourself as well.".to_owned(),
            some => {
                let count = counted(some, "possible identifier", "possible identifiers");
                format!("{count}. Choose one and press Enter to see where it stands.")
            }
        };
        let kind = if self.found.is_empty() { Note } else { Warning };
        lines.push(line("", &said, kind, None));
        lines.extend(self.found.iter().enumerate().map(|(at, one)| {
            let text = format!("“{}” ({}), in “{}”", one.said, one.what, one.label);
            line("", &text, Finding, Some(HandOverRow::Finding(at)))
        }));
        lines
    }
}

/// Returns the possible identifiers of a note that are in the document.
fn find_identifiers(
    session: &Session,
    document: &ReportDocument,
    library: &Library,
    today: Date,
) -> Vec<ScanFinding> {
    let text = document_text(document);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = scan_note(session, &WatchedNames::for_words_of(library), today).identifiers;
    found.retain(|one| text.contains(clean_line(&one.said).trim()));
    found.dedup_by(|one, before| one.said == before.said);
    found
}

fn is_ending(text: &str) -> bool {
    NoteFormat::all().any(|format| text.eq_ignore_ascii_case(format.file_ending()))
}

fn format_name(format: NoteFormat) -> String {
    format!("{} (.{})", upper_first(format.name()), format.file_ending())
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
