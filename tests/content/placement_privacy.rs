//! A placement nobody has revealed leaves no trace in anything a person can see or hand on.
//!
//! The same meeting is held twice, and only what somebody chose privately differs. Whatever is
//! drawn, said, exported, listed or logged must then be the same to the byte; the sealed document
//! alone may differ.

use std::sync::Arc;

use caseclinic::{
    app::{ClinicScreen, Code, Key, Message, Model, Size, update},
    clinic::{
        Event, Outcome, ParticipantId, PlacementMethod, Private, Session, Slot, Template, apply,
        bundled_templates, form, rating_view, summary, to_document,
    },
    conversation::{Conversation, Guide},
    knowledge::Library,
    report::{DocumentKind, DocumentSource, Edition, ExportFormat, markdown},
    services::head,
    text::LocalTime,
    tui::{theme::Theme, views},
    vault::{KeyPlace, NoteId, PlacingRound},
};
use jiff::Timestamp;
use ratatui::{Terminal, backend::TestBackend};

const SIZES: [(u16, u16); 3] = [(60, 18), (80, 24), (120, 40)];

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

/// A meeting of four with one behaviour, where these codes were placed, in this order of people.
fn placed(codes: &[Option<&str>]) -> (Session, Slot) {
    placed_by(PlacementMethod::default(), codes)
}

/// As [`placed`], taken in this way.
fn placed_by(way: PlacementMethod, codes: &[Option<&str>]) -> (Session, Slot) {
    let bundled = bundled_templates().first().expect("a template");
    let template = Template::parse(bundled.file, bundled.text).expect("it parses");
    let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now());
    let mut apply_event = |event| apply(&mut session, event, now()).map(drop).expect("it is taken");
    for (role, label) in [
        ("consultant", "school nurse"),
        ("consultant", "social worker"),
        ("consultant", "youth worker"),
        ("consultant", "class teacher"),
    ] {
        let (role, label) = (role.to_owned(), label.to_owned());
        apply_event(Event::ParticipantAdded { role, label });
    }
    apply_event(Event::PlacementMethodChosen(way));
    let people: Vec<ParticipantId> = session.participants().iter().map(|one| one.id).collect();
    let row = session.rows("behaviour").first().copied().expect("a behaviour");
    let slot = Slot::in_row("placement", row);
    for (participant, code) in people.into_iter().zip(codes) {
        if let Some(code) = code {
            let event = Event::PlacedPrivately {
                slot: slot.clone(),
                participant,
                code: Private::new(code),
            };
            apply(&mut session, event, now()).expect("placed");
            let (slot, reason) = (slot.clone(), Private::new(&format!("a reason for {code}")));
            let event = Event::PlacementReasonGiven { slot, participant, reason };
            apply(&mut session, event, now()).expect("it is taken");
        }
    }
    let event = Event::GateOverridden { reason: "a test of the door".to_owned() };
    for _ in 0..3 {
        apply(&mut session, event.clone(), now()).expect("on to the placement");
    }
    (session, slot)
}

struct NoBooks;

impl Guide for NoBooks {
    fn title(&self, _: &str) -> Option<(String, String)> {
        None
    }
    fn entry(&self, _: &str) -> Option<String> {
        None
    }
    fn search(&self, _: &str) -> Vec<(String, String)> {
        Vec::new()
    }

    fn begin_placing(&self, steps: &[String]) -> Result<PlacingRound, String> {
        let steps = steps.iter().map(String::as_str);
        PlacingRound::begin(&KeyPlace::ThisProcess, steps).map_err(|error| error.to_string())
    }
}

/// Everything a person can see of it.
fn traces(session: &Session, slot: &Slot) -> Vec<(String, String)> {
    let mut seen = vec![
        ("the export".to_owned(), markdown(session, false, &LocalTime::default())),
        ("the attributed export".to_owned(), markdown(session, true, &LocalTime::default())),
        ("its head".to_owned(), serde_json::to_string(&head(session)).expect("JSON")),
        ("its summary".to_owned(), format!("{:?}", summary(session))),
        ("its debug print".to_owned(), format!("{session:?}")),
        ("the view of the placement".to_owned(), format!("{:?}", rating_view(session, slot))),
    ];
    for kind in DocumentKind::offered(session) {
        for edition in Edition::ALL {
            seen.extend(documents(session, kind, edition));
        }
    }
    for stage in 0..session.template().stages.len() {
        seen.push((format!("the form of stage {stage}"), format!("{:?}", form(session, stage))));
    }
    for size in SIZES {
        seen.extend(screens(session, size));
    }
    let (mut conversation, turn) =
        Conversation::begin(None, session.clone(), &NoBooks, LocalTime::default(), now());
    let mut said = turn.text;
    for line in ["/list", "/stage 1", "/stage 4", "", "/list", "/back", "/time", "/quit"] {
        said.push_str(&conversation.handle_line(line, now()).text);
    }
    seen.push(("the conversation".to_owned(), said));
    seen
}

/// A document in every format, and in the formats that hold bytes as these.
fn documents(session: &Session, kind: DocumentKind, edition: Edition) -> Vec<(String, String)> {
    let library = Library::from_dir(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pack"),
    );
    let local = LocalTime::default();
    let source = DocumentSource { session, edition, local: &local, library: &library };
    let document = kind.build(&source);
    let written = |format: &ExportFormat| {
        let name = format!("{} for {} as {}", kind.name(), edition.name(), format.name());
        (name, format!("{:?}", format.write(&document)))
    };
    ExportFormat::ALL.iter().map(written).collect()
}

fn screens(session: &Session, (columns, rows): (u16, u16)) -> Vec<(String, String)> {
    let mut model = Model::new(Size { columns, rows }, now());
    let library = Library::from_dir(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pack"),
    );
    let apply_event = |model: &mut Model, message| drop(update(model, message, now()));
    apply_event(&mut model, Message::LibraryRead(Arc::new(library)));
    let note = Some(NoteId::random());
    model.clinic = Some(ClinicScreen::open(note, session.clone(), now()));
    model.screen = caseclinic::app::Screen::Clinic;
    let mut drawn = Vec::new();
    let keys = [
        Key::plain(Code::Tab),
        Key::plain(Code::Down),
        Key::plain(Code::Tab),
        Key::plain(Code::Enter),
        Key::plain(Code::Esc),
        Key::plain(Code::F(9)),
        Key::plain(Code::Esc),
        Key::ctrl(Code::Char('g')),
        Key::plain(Code::Esc),
        Key::ctrl(Code::Char('o')),
        Key::plain(Code::Esc),
        Key::plain(Code::PageUp),
        Key::plain(Code::PageDown),
        Key::plain(Code::PageDown),
    ];
    for (at, key) in keys.into_iter().enumerate() {
        apply_event(&mut model, Message::Pressed(key));
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
        let frame = terminal.draw(|frame| views::draw(frame, &model, Theme::default()));
        let buffer = frame.expect("drawn").buffer.clone();
        drawn.push((
            format!("the screen at {columns}x{rows} after key {at}"),
            format!("{buffer:?}"),
        ));
    }
    drawn
}

#[track_caller]
fn the_same(one: &[(String, String)], other: &[(String, String)]) {
    assert_eq!(one.len(), other.len());
    for ((name, first), (_, second)) in one.iter().zip(other) {
        assert!(first == second, "{name} tells what was chosen:\n{first}\n\n{second}");
    }
}

#[test]
fn a_private_placement_changes_nothing_that_can_be_seen() {
    let cases = [
        (1, PlacementMethod::PassTheKeyboard),
        (3, PlacementMethod::Cards),
        (3, PlacementMethod::RoundTheTable),
        (4, PlacementMethod::PassTheKeyboard),
    ];
    for (ready, way) in cases {
        let with = |own: &'static str| {
            let mut codes = vec![Some("problematic"); ready];
            codes[0] = Some(own);
            codes.resize(4, None);
            placed_by(way, &codes)
        };
        let (low, slot) = with("typical");
        let (high, _) = with("violent");
        assert_ne!(to_document(&low), to_document(&high), "the sealed text keeps what was chosen");
        the_same(&traces(&low, &slot), &traces(&high, &slot));
    }
}

#[test]
fn the_second_round_is_as_private_as_the_first() {
    let with = |own: &str| {
        let (mut session, slot) = placed(&[Some("problematic"); 4]);
        let first = session.participants()[0].id;
        for event in [
            Event::PlacementsRevealed { slot: slot.clone(), reason: None },
            Event::SecondRoundOpened { slot: slot.clone() },
            Event::PlacedAgain { slot: slot.clone(), participant: first, code: Private::new(own) },
        ] {
            apply(&mut session, event, now()).expect("it is taken");
        }
        (session, slot)
    };
    let (low, slot) = with("typical");
    let (high, _) = with("violent");
    assert_ne!(to_document(&low), to_document(&high));
    the_same(&traces(&low, &slot), &traces(&high, &slot));
}

#[test]
fn an_export_without_names_hides_which_of_two_people_in_one_role_placed_what() {
    let with = |codes: [&str; 4]| {
        let (mut session, slot) = placed(&codes.map(Some));
        let outcome = Outcome::Placed("problematic".to_owned());
        for event in [
            Event::PlacementsRevealed { slot: slot.clone(), reason: None },
            Event::PlacementAgreed { slot: slot.clone(), outcome },
            Event::BasisWritten { slot, text: "What is known".to_owned() },
        ] {
            apply(&mut session, event, now()).expect("it is taken");
        }
        session
    };
    // Nobody stands apart, so nobody is asked to speak first.
    let one = with(["problematic", "inappropriate", "problematic", "problematic"]);
    let other = with(["problematic", "problematic", "inappropriate", "problematic"]);
    assert_eq!(
        markdown(&one, false, &LocalTime::default()),
        markdown(&other, false, &LocalTime::default())
    );
    assert_ne!(
        markdown(&one, true, &LocalTime::default()),
        markdown(&other, true, &LocalTime::default()),
        "asked for, it is told"
    );
}
