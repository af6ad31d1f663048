//! A session written and read again, and documents that are no session.

use proptest::prelude::*;

use super::*;
use crate::clinic::fixture::Play;
use crate::clinic::{ActionDetails, Column, Event, Slot, Value};

fn full() -> Session {
    let mut play = Play::with_people(2);
    play.fill();
    play.answer("share", Value::Decimal(0.1));
    play.answer("day", Value::Date(jiff::civil::date(2026, 2, 28)));
    play.did(Event::StageFinished);
    play.session
}

#[test]
fn a_session_reads_back_equal() {
    let session = full();
    assert_eq!(from_document(&to_document(&session)), Ok(session));
}

#[test]
fn a_document_cut_short_anywhere_is_refused() {
    let document = to_document(&full());
    for end in (0..document.len() - 1).filter(|end| document.is_char_boundary(*end)) {
        // Every byte near the end and every line before: the rest is alike.
        if end + 200 > document.len() || document[..end].ends_with('\n') {
            assert!(from_document(&document[..end]).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn a_later_format_is_named() {
    let document = to_document(&full()).replacen("schema = 2", "schema = 3", 1);
    assert_eq!(from_document(&document), Err(BrokenDocument::Newer(3)));
}

#[test]
fn a_stage_that_is_not_there_is_refused() {
    let document = to_document(&full()).replacen("\nstage = 1", "\nstage = 9", 1);
    assert!(matches!(from_document(&document), Err(BrokenDocument::Unreadable(_))));
}

#[test]
fn text_that_looks_like_the_end_is_only_text() {
    let mut play = Play::start();
    let text = "'''\n\"\"\"\n[end]\nbytes = 10\n";
    play.answer("question", Value::Text(text.into()));
    assert_eq!(from_document(&to_document(&play.session)), Ok(play.session));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_reads_back_equal(text in "(\\PC|[\"'\\\\\n\t\r#\u{0}=\\[\\]]){0,80}") {
        let mut play = Play::with_people(1);
        play.answer("question", Value::Text(text.clone()));
        play.answer("name", Value::Text(text.clone()));
        play.cell(Column::Risk, &text);
        let details = ActionDetails { what: text.clone(), owner: text.clone(), ..ActionDetails::default() };
        play.did(Event::ActionAdded { item: "actions".into(), details });
        let slot = Slot::once("domains");
        play.did(Event::MatrixReasonWritten { slot, reason: text.clone() });
        play.did(Event::ParticipantAdded { role: "consultant".into(), label: text });
        prop_assert_eq!(from_document(&to_document(&play.session)), Ok(play.session));
    }

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,200}", at in 0_usize..4000) {
        let mut document = to_document(&Play::start().session);
        let at = at.min(document.len());
        if document.is_char_boundary(at) {
            document.insert_str(at, &text);
        }
        let _ = from_document(&document);
        let _ = from_document(&text);
    }
}
