//! The screens as pictures: text and style, at 80x24 and 120x40, from messages alone.
//!
//! A small pack of its own keeps the pictures still while entries are written.

use std::{fmt::Write as _, path::Path, sync::Arc, time::Duration};

use caseclinic::{
    app::{
        Code, ControlId, Effect, Key, LocalFormat, Message, Model, NoteOpened, Reading,
        RecoveryShown, SaveLook, Size, VaultLook, update,
    },
    clinic::{
        Event, Format, Session, Slot, Template, Value, apply, bundled_template, practice_session,
    },
    knowledge::Library,
    search::{Options, Searcher},
    tui::{theme::Theme, view},
    vault::{NoteId, NoteSource},
};
use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend, buffer::Cell, style::Modifier};
use secrecy::SecretString;

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// The program without a terminal: messages in, pictures out.
struct Stage {
    model: Model,
    searcher: Searcher,
    now: Timestamp,
    colour: bool,
}

impl Stage {
    fn new((columns, rows): (u16, u16)) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pack");
        Self::with((columns, rows), Library::from_dir(&folder))
    }

    /// With a partnership's pack over the small one.
    fn with_a_local_pack(size: (u16, u16)) -> Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let library = Library::from_dir(&fixtures.join("pack"));
        Self::with(size, library.under(&fixtures.join("shelf")))
    }

    fn with((columns, rows): (u16, u16), library: Library) -> Self {
        assert!(library.problems().is_empty(), "{:?}", library.problems());
        let searcher = Searcher::open(&library, None);
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let model = Model::new(Size { columns, rows }, now);
        let mut stage = Self { model, searcher, now, colour: true };
        stage.tell(Message::LibraryRead(Arc::new(library)));
        stage.tell(Message::IndexReady(None));
        stage.tell(Message::VaultLooked(VaultLook::Missing));
        stage
    }

    fn tell(&mut self, message: Message) {
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
                self.tell(Message::Searched { generation, results: Arc::new(results), by });
                if is_in_vain {
                    let instead = self.searcher.nearest(&text, &options, 3);
                    self.tell(Message::Offered { generation, instead });
                }
            }
            Effect::StartClinic { template, .. } => {
                let bundled = bundled_template(&template).expect("it was offered");
                let template = bundled.parse().expect("it is sound");
                let session =
                    practice_session(&template, bundled.example_file, bundled.example, self.now)
                        .expect("the worked case fits its template");
                self.tell(Message::ClinicStarted(Ok(Box::new((None, session)))));
            }
            Effect::OfferPassphrase => {
                let words = SecretString::from("anchor bottle candle dinner engine forest");
                self.tell(Message::PassphraseOffered(words));
            }
            _ => {}
        }
    }

    fn key(&mut self, key: Key) {
        self.tell(Message::Pressed(key));
    }

    fn press(&mut self, code: Code) {
        self.key(Key::plain(code));
    }

    fn type_in(&mut self, text: &str) {
        for c in text.chars() {
            self.key(Key::char(c));
        }
    }

    /// Lines of text, and under each line with style the runs of cells that have one.
    fn picture(&self) -> String {
        let size = self.model.size;
        let backend = TestBackend::new(size.columns, size.rows);
        let mut terminal = Terminal::new(backend).expect("a test terminal never fails");
        let theme = Theme::new(self.colour);
        let frame = terminal.draw(|frame| view::draw(frame, &self.model, theme));
        let buffer = frame.expect("a test terminal never fails").buffer.clone();
        let mut out = String::new();
        for y in 0..size.rows {
            let cells: Vec<&Cell> = (0..size.columns).map(|x| &buffer[(x, y)]).collect();
            let text: String = cells.iter().map(|cell| cell.symbol()).collect();
            writeln!(out, "{}", text.trim_end()).expect("writing to a string");
            let runs = runs(&cells);
            if !runs.is_empty() {
                writeln!(out, "    ~ {runs}").expect("writing to a string");
            }
        }
        out
    }
}

fn runs(cells: &[&Cell]) -> String {
    let mut runs: Vec<(usize, usize, String)> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let style = style(cell);
        match runs.last_mut() {
            Some((_, end, last)) if *last == style => *end = at,
            _ => runs.push((at, at, style)),
        }
    }
    runs.iter()
        .filter(|(.., style)| !style.is_empty())
        .map(|(start, end, style)| format!("{start}-{end} {style}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn style(cell: &Cell) -> String {
    let mut words = Vec::new();
    let names = [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ];
    for (modifier, name) in names {
        if cell.modifier.contains(modifier) {
            words.push(name.to_owned());
        }
    }
    if cell.fg != ratatui::style::Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    words.join(" ")
}

/// The same picture at both sizes.
fn pictures(name: &str, play: impl Fn(&mut Stage)) {
    pictures_on(name, Stage::new, play);
}

fn pictures_on(name: &str, stage: impl Fn((u16, u16)) -> Stage, play: impl Fn(&mut Stage)) {
    for size in SIZES {
        let mut stage = stage(size);
        play(&mut stage);
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "screens" }, {
            insta::assert_snapshot!(format!("{name}-{}x{}", size.0, size.1), stage.picture());
        });
    }
}

fn practice(stage: &mut Stage) {
    stage.press(Code::F(3));
    stage.key(Key::ctrl(Code::Char('t')));
    stage.press(Code::Enter);
    stage.model.notice = None;
}

fn open_stage(stage: &mut Stage, number: char) {
    stage.key(Key::ctrl(Code::Char('o')));
    stage.key(Key::char(number));
}

#[test]
fn search_before_anything_is_typed() {
    pictures("search-empty", |_| {});
}

#[test]
fn search_with_results_and_matches_marked() {
    pictures("search-results", |stage| stage.type_in("tell safeguarding"));
}

#[test]
fn search_that_corrects_a_slip_and_knows_another_word() {
    pictures("search-corrected", |stage| stage.type_in("sextting "));
}

#[test]
fn search_that_finds_nothing() {
    pictures("search-nothing", |stage| stage.type_in("zzzzqqqq"));
    pictures("search-did-you-mean", |stage| stage.type_in("imediyet"));
}

#[test]
fn bookmarks_stand_first_and_recent_searches_are_one_key_away() {
    let read = |stage: &mut Stage| {
        let reading = Reading {
            bookmarks: vec!["old-response".to_owned(), "immediate-safety".to_owned()],
            searches: vec!["nudes year 9".to_owned(), "tell safeguarding".to_owned()],
        };
        stage.tell(Message::ReadingRead(Ok(reading)));
    };
    pictures("search-bookmarks", |stage| {
        read(stage);
        stage.press(Code::Down);
    });
    pictures("search-recent", |stage| {
        read(stage);
        stage.press(Code::Up);
    });
    pictures("reader-bookmarked", |stage| {
        read(stage);
        stage.press(Code::Enter);
    });
}

#[test]
fn the_reader_with_table_quotation_and_check_mark() {
    pictures("reader", |stage| {
        stage.type_in("first response");
        stage.press(Code::Enter);
    });
}

#[test]
fn the_reader_finding_words_and_choosing_a_link() {
    pictures("reader-find", |stage| {
        stage.type_in("first response");
        stage.press(Code::Enter);
        stage.key(Key::char('/'));
        stage.type_in("LEAD");
        stage.press(Code::Enter);
        stage.press(Code::Tab);
    });
}

#[test]
fn the_reader_with_its_outline() {
    pictures("reader-outline", |stage| {
        stage.type_in("first response");
        stage.press(Code::Enter);
        stage.key(Key::char(']'));
        stage.key(Key::char('o'));
    });
}

#[test]
fn a_superseded_entry_says_so() {
    pictures("reader-superseded", |stage| {
        stage.type_in("old response");
        while stage
            .model
            .search
            .chosen_entry(stage.model.library.as_ref().expect("read"), &stage.model.reading)
            .is_some_and(|entry| entry.id != "old-response")
        {
            stage.press(Code::Down);
        }
        stage.press(Code::Enter);
    });
}

#[test]
fn entries_of_a_local_pack_say_whose_they_are_and_can_be_asked_for_alone() {
    pictures_on("search-local", Stage::with_a_local_pack, |stage| {
        stage.type_in("safeguarding lead");
    });
    pictures_on("search-pack-chosen", Stage::with_a_local_pack, |stage| {
        stage.type_in("duty desk");
        stage.key(Key::shift(Code::Tab));
        stage.press(Code::Left);
    });
    pictures_on("reader-overlay", Stage::with_a_local_pack, |stage| {
        stage.type_in("first response in northmoor");
        stage.press(Code::Enter);
    });
}

#[test]
fn a_footnote_leads_to_its_source() {
    let chosen = |stage: &mut Stage| {
        stage.type_in("first response in northmoor");
        stage.press(Code::Enter);
        stage.type_in("ff");
    };
    pictures_on("reader-footnote", Stage::with_a_local_pack, chosen);
    pictures_on("reader-source", Stage::with_a_local_pack, |stage| {
        chosen(stage);
        stage.press(Code::Enter);
    });
}

#[test]
fn help_and_the_palette() {
    pictures("help", |stage| stage.press(Code::F(1)));
    pictures("palette", |stage| {
        stage.key(Key::ctrl(Code::Char('p')));
        stage.type_in("clinic");
    });
}

#[test]
fn the_clinics_screen_before_there_is_a_vault() {
    pictures("clinics-no-vault", |stage| stage.press(Code::F(3)));
}

#[test]
fn the_meeting_formats_to_choose_from() {
    pictures("formats", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Down);
    });
}

#[test]
fn formats_of_ones_own_stand_below_and_a_broken_one_says_why() {
    pictures("formats-local", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        let format = Format {
            id: "morning-huddle".into(),
            title: "Morning huddle".into(),
            minutes: 10,
            purpose: "Ten minutes before the day begins.".into(),
            audience: String::new(),
        };
        let why = "plan.toml:9:11: The stages take 10 minutes together, the template says 11.";
        stage.tell(Message::FormatsRead(vec![
            LocalFormat { file: "huddle.toml".into(), format: Ok(format) },
            LocalFormat { file: "plan.toml".into(), format: Err(why.into()) },
        ]));
        stage.press(Code::Down);
        for _ in 0..9 {
            stage.press(Code::Down);
        }
    });
}

#[test]
fn a_draft_whose_format_has_a_newer_version_says_so_and_shows_what_would_change() {
    let opened = |now| {
        let bundled = bundled_template("quick-consultation").expect("it is there");
        let newer = bundled.parse().expect("it is sound");
        let earlier = bundled.text.replacen("id = \"facts\"", "id = \"told\"", 1);
        let earlier = earlier.replacen("id = \"key_question\"", "id = \"question\"", 1);
        let version = format!("version = \"{}\"", newer.about.version);
        let earlier = earlier.replacen(&version, "version = \"2025.1\"", 1);
        let template = Template::parse("earlier.toml", &earlier).expect("it is sound");
        let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
        let slot = Slot::once("question");
        let value = Some(Value::Text("What helps first?".into()));
        apply(&mut session, Event::Answered { slot, value }, now).expect("answered");
        let id = "750e8cfd-daf9-4c2f-b923-1f273a452304".parse().expect("an id");
        let newer = Some(Box::new(newer));
        let source = NoteSource::Draft;
        Box::new(NoteOpened { id, session, source, is_draft: true, newer, doubt: None })
    };
    pictures("clinic-newer-version", |stage| {
        let opened = opened(stage.now);
        stage.tell(Message::NoteOpened(Ok(opened)));
    });
    pictures("clinic-newer-dialog", |stage| {
        let opened = opened(stage.now);
        stage.tell(Message::NoteOpened(Ok(opened)));
        stage.press(Code::F(12));
    });
}

#[test]
fn creating_a_vault_step_by_step() {
    pictures("vault-offer", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Enter);
    });
    pictures("vault-type", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Enter);
        stage.press(Code::Enter);
        stage.type_in("anchor bottle");
        stage.press(Code::Enter);
    });
    pictures("vault-recovery", |stage| {
        stage.key(Key::ctrl(Code::Char('n')));
        stage.press(Code::Enter);
        stage.tell(Message::VaultCreated(RecoveryShown {
            renewed: false,
            sheet: "# The recovery sheet\n# 1:AAAAAA 2:BBBBBB\nAGE-SECRET-KEY-1AAAAAABBBBBB\n"
                .to_owned()
                .into(),
            question: "Group 2 of the key:".to_owned(),
            confirms: Box::new(|typed| typed == "BBBBBB"),
        }));
    });
    pictures("vault-unlock-refused", |stage| {
        stage.tell(Message::VaultLooked(VaultLook::Locked));
        stage.press(Code::F(3));
        stage.press(Code::Enter);
        stage.type_in("wrong");
        stage.press(Code::Enter);
        stage.tell(Message::VaultRefused("The passphrase does not open this vault.".to_owned()));
    });
}

#[test]
fn every_stage_of_the_worked_case() {
    for number in '1'..='5' {
        pictures(&format!("clinic-stage-{number}"), |stage| {
            practice(stage);
            open_stage(stage, number);
        });
    }
    for number in '6'..='9' {
        pictures(&format!("clinic-stage-{number}"), |stage| {
            practice(stage);
            open_stage(stage, '5');
            stage.press(Code::PageDown);
            stage.type_in("shown for the picture");
            stage.press(Code::Enter);
            open_stage(stage, number);
        });
    }
}

#[test]
fn what_calls_for_a_second_look_while_typing_and_before_completing() {
    let written = |stage: &mut Stage| {
        practice(stage);
        open_stage(stage, '2');
        stage.press(Code::Home);
        stage.type_in("The perpetrator, born 3 May 2012, said: ");
    };
    pictures("clinic-identifier", |stage| written(stage));
    pictures("clinic-words", |stage| {
        written(stage);
        stage.press(Code::Home);
    });
    pictures("clinic-names", |stage| {
        written(stage);
        stage.key(Key::ctrl(Code::Char('n')));
        stage.type_in("Robin Ash");
    });
    pictures("clinic-complete", |stage| {
        written(stage);
        open_stage(stage, '5');
        stage.press(Code::PageDown);
        stage.type_in("shown for the picture");
        stage.press(Code::Enter);
        open_stage(stage, '9');
        while stage.model.clinic.as_ref().is_some_and(|one| one.focus != ControlId::Complete) {
            stage.press(Code::Tab);
        }
        stage.press(Code::Enter);
    });
}

#[test]
fn placing_privately_before_and_after_a_choice() {
    for (name, keys) in [("placing", ""), ("placing-chosen", "3")] {
        pictures(name, |stage| {
            practice(stage);
            open_stage(stage, '5');
            stage.press(Code::Tab);
            stage.press(Code::Enter);
            stage.type_in(keys);
        });
    }
}

#[test]
fn what_is_chosen_privately_changes_nothing_on_screen() {
    let picture = |choice: &str| {
        let mut stage = Stage::new(SIZES[0]);
        practice(&mut stage);
        open_stage(&mut stage, '5');
        stage.press(Code::Tab);
        stage.press(Code::Enter);
        stage.type_in(choice);
        let chosen = stage.picture();
        stage.press(Code::Enter);
        (chosen, stage.picture())
    };
    let first = picture("1");
    for choice in ["2", "3", "4", "5", "6"] {
        assert_eq!(picture(choice), first, "choice {choice} can be told apart");
    }
}

#[test]
fn a_gate_that_is_closed_asks_for_the_answer_or_a_reason() {
    pictures("clinic-gate", |stage| {
        practice(stage);
        open_stage(stage, '5');
        stage.press(Code::PageDown);
    });
}

#[test]
fn guidance_beside_the_form_with_a_citation() {
    pictures("clinic-guidance", |stage| {
        practice(stage);
        stage.key(Key::ctrl(Code::Char('g')));
        stage.type_in("safe");
        stage.press(Code::F(6));
    });
}

#[test]
fn the_script_to_read_aloud() {
    pictures("clinic-script", |stage| {
        practice(stage);
        stage.press(Code::F(9));
    });
}

#[test]
fn not_saved_is_said_with_its_reason_and_saved_takes_it_back() {
    pictures("clinic-not-saved", |stage| {
        practice(stage);
        stage.model.clinic.as_mut().expect("it is open").note = Some(NoteId::random());
        stage.tell(Message::Saving(SaveLook::NotSaved(
            "Could not write notes/1/draft.age: no space left. The disk is full: free some space. The text is kept and tried again.".to_owned(),
        )));
    });
}

#[test]
fn without_colour_the_same_things_are_told_apart() {
    pictures("search-no-colour", |stage| {
        stage.colour = false;
        stage.type_in("tell safeguarding");
    });
}

#[test]
fn a_window_too_small_asks_for_a_larger_one_and_no_size_panics() {
    for columns in 0..=24 {
        for rows in 0..=12 {
            let mut stage = Stage::new((columns.max(1), rows.max(1)));
            practice(&mut stage);
            stage.picture();
        }
    }
    let mut stage = Stage::new((50, 10));
    assert!(stage.picture().contains("Make the window larger"));
    practice(&mut stage);
    stage.tell(Message::Resized { columns: 80, rows: 24 });
    assert!(stage.picture().contains("Open"));
}
