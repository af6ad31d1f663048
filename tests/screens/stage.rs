//! The program without a terminal: messages in, pictures out.

use std::{fmt::Write as _, path::Path, sync::Arc, time::Duration};

use caseclinic::{
    app::{Code, Effect, Key, Message, Model, Screen, Size, VaultRequest, VaultStatus, update},
    clinic::{bundled_template, practice_session},
    knowledge::Library,
    search::{Options, Searcher},
    services::ThemeChoice,
    tui::{
        theme::{
            StyleRole, Theme,
            glyphs::Glyphs,
            ground::{Colours, Ground},
        },
        views,
    },
};
use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, Cell},
    style::{Modifier, Style},
};
use secrecy::SecretString;

/// Stands at the left of what has the focus.
const FOCUS: &str = "▌";

pub(crate) const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

/// The program without a terminal: messages in, pictures out.
pub(crate) struct Stage {
    pub(crate) model: Model,
    searcher: Searcher,
    pub(crate) now: Timestamp,
    pub(crate) colour: bool,
}

impl Stage {
    pub(crate) fn new((columns, rows): (u16, u16)) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pack");
        Self::with((columns, rows), Library::from_dir(&folder))
    }

    /// With a partnership's pack over the small one.
    pub(crate) fn with_a_local_pack(size: (u16, u16)) -> Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let library = Library::from_dir(&fixtures.join("pack"));
        Self::with(size, library.under(&fixtures.join("shelf")))
    }

    pub(crate) fn with((columns, rows): (u16, u16), library: Library) -> Self {
        assert!(library.problems().is_empty(), "{:?}", library.problems());
        let searcher = Searcher::open(&library, None);
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let model = Model::new(Size { columns, rows }, now);
        let mut stage = Self { model, searcher, now, colour: true };
        stage.apply_event(Message::LibraryRead(Arc::new(library)));
        stage.apply_event(Message::IndexReady(None));
        stage.apply_event(Message::VaultStatusRead(VaultStatus::Missing));
        stage
    }

    /// In the worked example of a format.
    pub(crate) fn practising(format: &str) -> Self {
        let mut stage = Self::new(SIZES[0]);
        stage.perform(Effect::Vault(VaultRequest::StartClinic {
            template: format.to_owned(),
            practice: true,
        }));
        stage
    }

    pub(crate) fn apply_event(&mut self, message: Message) {
        for effect in update(&mut self.model, message, self.now) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Search { generation, text, filters, by } => {
                let options = Options { limit: 50, filters, typing: true };
                let mut results = self.searcher.search(&text, &options);
                let is_in_vain = results.total == 0;
                results.took = Duration::from_micros(400);
                self.apply_event(Message::Searched { generation, results: Arc::new(results), by });
                if is_in_vain {
                    let instead = self.searcher.nearest(&text, &options, 3);
                    self.apply_event(Message::Offered { generation, instead });
                }
            }
            Effect::Suggest { generation, passage } => {
                let suggestions = self.searcher.suggest(&passage);
                self.apply_event(Message::Suggested { generation, suggestions });
            }
            Effect::Vault(VaultRequest::StartClinic { template, .. }) => {
                let bundled = bundled_template(&template).expect("it was offered");
                let template = bundled.parse().expect("it is sound");
                let session =
                    practice_session(&template, bundled.example_file, bundled.example, self.now)
                        .expect("the worked case fits its template");
                self.apply_event(Message::ClinicStarted(Ok(Box::new((None, session)))));
            }
            Effect::Vault(VaultRequest::OfferPassphrase) => {
                let words = SecretString::from("anchor bottle candle dinner engine forest");
                self.apply_event(Message::PassphraseOffered(words));
            }
            _ => {}
        }
    }

    pub(crate) fn key(&mut self, key: Key) {
        self.apply_event(Message::Pressed(key));
    }

    /// The window in which somebody places takes no key at first.
    pub(crate) fn waits_to_place(&mut self) {
        self.now += SignedDuration::from_millis(600);
    }

    pub(crate) fn press(&mut self, code: Code) {
        self.key(Key::plain(code));
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        for c in text.chars() {
            self.key(Key::char(c));
        }
    }

    /// Lines of text, and under each line with style the runs of cells that have one.
    pub(crate) fn picture(&self) -> String {
        let theme = theme(self.colour);
        self.drawn(|cells| runs(cells, theme))
    }

    /// Lines of text alone.
    pub(crate) fn text(&self) -> String {
        self.drawn(|_| String::new())
    }

    /// The cells that a terminal gets.
    pub(crate) fn cells(&self, theme: Theme) -> Buffer {
        let size = self.model.size;
        let backend = TestBackend::new(size.columns, size.rows);
        let mut terminal = Terminal::new(backend).expect("a test terminal never fails");
        let frame = terminal.draw(|frame| views::draw(frame, &self.model, theme));
        frame.expect("a test terminal never fails").buffer.clone()
    }

    /// Lines of text, each with what is said about its cells below.
    fn drawn(&self, about: impl Fn(&[&Cell]) -> String) -> String {
        let size = self.model.size;
        let buffer = self.cells(theme(self.colour));
        let mut out = String::new();
        for y in 0..size.rows {
            let cells: Vec<&Cell> = (0..size.columns).map(|x| &buffer[(x, y)]).collect();
            let text: String = cells.iter().map(|cell| cell.symbol()).collect();
            writeln!(out, "{}", text.trim_end()).expect("writing to a string");
            let about = about(&cells);
            if !about.is_empty() {
                writeln!(out, "    ~ {about}").expect("writing to a string");
            }
        }
        out
    }
}

/// A theme in which every role has a style of its own, so that roles can be read back from what is drawn.
fn theme(colour: bool) -> Theme {
    let colours = if colour { Colours::True } else { Colours::None };
    Theme::of(ThemeChoice::Auto, colours, Ground::Dark, Glyphs::Unicode)
}

fn runs(cells: &[&Cell], theme: Theme) -> String {
    let mut runs: Vec<(usize, usize, String)> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let role = role(cell, theme);
        match runs.last_mut() {
            Some((_, end, last)) if *last == role => *end = at,
            _ => runs.push((at, at, role)),
        }
    }
    runs.iter()
        .filter(|(.., role)| role != "text")
        .map(|(start, end, role)| format!("{start}-{end} {role}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Letters of a picture below which one heading or one hint is a large share of them.
const FEW_LETTERS: usize = 450;
/// Pictures in which nothing is answered yet, so that every hint is shown.
const EVERY_HINT: [&str; 3] =
    ["clinic-newer-version-80x24", "clinic-first-choice-80x24", "clinic-first-choice-120x36"];

/// Search with all that is bundled.
pub(crate) const FULL_PAGE: &str = "search-full";

/// Checks that what is drawn is calm and has one left edge. Every picture is checked.
pub(crate) fn check_look(name: &str, stage: &Stage) {
    let theme = theme(true);
    let buffer = stage.cells(theme);
    let faults: Vec<String> = shares(&buffer, theme)
        .into_iter()
        .filter(|_| !EVERY_HINT.contains(&name))
        .chain(edges(&buffer, stage))
        .collect();
    assert!(faults.is_empty(), "{name}: {}\n{}", faults.join("\n"), stage.text());
}

/// At most 35 % of the letters are quiet, and 20 % bold.
fn shares(buffer: &Buffer, theme: Theme) -> Option<String> {
    let is_letter = |cell: &&Cell| cell.symbol().chars().all(char::is_alphanumeric);
    let letters: Vec<&Cell> = buffer.content.iter().filter(is_letter).collect();
    let quiet = letters.iter().filter(|cell| role(cell, theme).ends_with("quiet")).count();
    let bold = letters.iter().filter(|cell| cell.modifier.contains(Modifier::BOLD)).count();
    let all = letters.len();
    let is_calm = all < FEW_LETTERS || quiet * 100 <= all * 35 && bold * 100 <= all * 20;
    (!is_calm).then(|| format!("{quiet} of {all} letters are quiet, {bold} bold"))
}

/// Rows of the frame begin behind one free column, and behind two in a large window; text of the body begins in
/// column 3 with only the focus bar left of it; in a dialog two columns are free. The last column is always free.
fn edges(buffer: &Buffer, stage: &Stage) -> Vec<String> {
    let (size, layout) = (stage.model.size, stage.model.layout());
    let row =
        |y: u16| -> Vec<&str> { (0..size.columns).map(|x| buffer[(x, y)].symbol()).collect() };
    let said = |what: &str, y: u16| format!("{what}: {}", row(y).concat());
    let is_free = |cells: &[&str]| cells.iter().all(|cell| *cell == " ");
    let mut faults = Vec::new();
    if let Some((x, y)) = corner(buffer, size, "╭") {
        let is_bottom = |y: &u16| buffer[(x, *y)].symbol() == "╰";
        let bottom = (y..size.rows).find(is_bottom).expect("the lower border");
        let first = usize::from(x) + 1;
        let last = row(y).iter().rposition(|cell| *cell == "╮").expect("the right border");
        for y in y + 1..bottom {
            let cells = &row(y)[first..last];
            let (left, right) = (&cells[..2], &cells[cells.len() - 2..]);
            if !matches!(left[0], " " | FOCUS) || !is_free(&left[1..]) || !is_free(right) {
                faults.push(said("not two free columns in the dialog", y));
            }
        }
        return faults;
    }
    let margin = if size.columns < 120 { 1 } else { 2 };
    for area in [layout.tabs(), layout.place(), layout.rule(), layout.keys()] {
        let cells = row(area.y);
        let begins = cells.iter().position(|cell| *cell != " ");
        if begins.is_some_and(|column| column != margin) || !is_free(&cells[cells.len() - margin..])
        {
            faults.push(said("a row of the frame has another margin", area.y));
        }
    }
    let body = layout.body();
    let text = match stage.model.screen {
        Screen::Clinic => usize::from(layout.clinic(false).form.x),
        _ => 3,
    };
    // A part may have begun above what is in view.
    let mut has_begun = true;
    for y in body.y..body.y + body.height {
        let cells = row(y);
        if !matches!(cells[text - 3], " " | FOCUS) || !is_free(&cells[text - 2..text]) {
            faults.push(said("something stands left of the text", y));
        }
        if !matches!(cells[cells.len() - 1], " " | "│" | "┃") {
            faults.push(said("the last column is not free", y));
        }
        match cells[text..].iter().position(|cell| *cell != " ") {
            None => has_begun = false,
            Some(0) => has_begun = true,
            // What stands at the right, such as the line on danger, belongs to no part.
            Some(indent) if !has_begun && indent < cells.len() / 2 => {
                faults.push(said("a part begins right of the left edge", y));
            }
            Some(_) => {}
        }
    }
    faults
}

/// Where the corner of a dialog is.
fn corner(buffer: &Buffer, size: Size, sign: &str) -> Option<(u16, u16)> {
    let cells = (0..size.rows).flat_map(|y| (0..size.columns).map(move |x| (x, y)));
    cells.into_iter().find(|cell| buffer[*cell].symbol() == sign)
}

/// The name of a cell's role; a style of no role fails the test. A blank has none.
fn role(cell: &Cell, theme: Theme) -> String {
    let style = Style {
        underline_color: None,
        sub_modifier: Modifier::all() - cell.modifier,
        ..cell.style()
    };
    let has =
        |on_band| StyleRole::EVERY.into_iter().find(|role| theme.style(*role, on_band) == style);
    let (role, on_band) = match (has(false), has(true)) {
        (Some(role), _) => (role, role == StyleRole::Chosen),
        (None, Some(role)) => (role, true),
        (None, None) => panic!("no role has the style of this cell: {cell:?}"),
    };
    let name = format!("{role:?}").to_lowercase();
    match (on_band, role) {
        (true, StyleRole::Chosen) => name,
        (true, _) => format!("chosen {name}"),
        (false, _) if cell.symbol() == " " && role != StyleRole::Link => "text".to_owned(),
        (false, _) => name,
    }
}

/// The same picture at both sizes.
pub(crate) fn pictures(name: &str, play: impl Fn(&mut Stage)) {
    pictures_on(name, Stage::new, play);
}

pub(crate) fn pictures_on(
    name: &str,
    stage: impl Fn((u16, u16)) -> Stage,
    play: impl Fn(&mut Stage),
) {
    for size in SIZES {
        let mut stage = stage(size);
        play(&mut stage);
        compare("", &format!("{name}-{}x{}", size.0, size.1), &stage, &stage.picture());
    }
}

/// Compares the text with the one kept under this name in the folder.
pub(crate) fn keep_text(folder: &str, name: &str, stage: &Stage) {
    compare(folder, name, stage, &stage.text());
}

fn compare(folder: &str, name: &str, stage: &Stage, picture: &str) {
    check_look(name, stage);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens").join(folder);
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => kept }, {
        insta::assert_snapshot!(name, picture);
    });
}

/// Begins the worked case of the first format.
pub(crate) fn practice(stage: &mut Stage) {
    stage.press(Code::F(3));
    stage.key(Key::ctrl(Code::Char('t')));
    stage.press(Code::Enter);
    stage.model.notice = None;
}

/// Opens a stage by its number in the list of stages.
pub(crate) fn open_stage(stage: &mut Stage, number: char) {
    stage.key(Key::ctrl(Code::Char('o')));
    stage.key(Key::char(number));
    stage.press(Code::Enter);
}
