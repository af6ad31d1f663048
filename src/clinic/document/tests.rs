//! A session written and read again, and documents that are not a session.

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

/// Written by the version that knew schema 1.
const OLD: [&str; 2] =
    [include_str!("fixtures/schema-1-draft.toml"), include_str!("fixtures/schema-1-amended.toml")];

#[test]
fn a_draft_of_the_first_schema_opens_whole_and_goes_on() {
    let mut session = from_document(OLD[0]).expect("opens");
    let rows = session.rows("behaviour").to_vec();
    assert_eq!((rows.len(), session.stage(), session.audit().len()), (2, 2, 38));
    let what = session.answer(&Slot::in_row("what", rows[1]));
    assert_eq!(what, Some(&Value::Text("A secret game".into())));
    assert_eq!(crate::clinic::hidden_answers(&session)[0].shown, "The lead is told");
    let view = crate::clinic::rating_view(&session, &Slot::in_row("placement", rows[1]));
    let view = view.expect("a rating");
    assert_eq!((view.ready, view.first), (2, None), "what was not revealed still is not");
    let at = session.updated();
    let slot = Slot::once("last_word");
    let answered = Event::Answered { slot, value: Some(Value::Text("Thank you".into())) };
    crate::clinic::apply(&mut session, answered, at).expect("taken");
    crate::clinic::apply(&mut session, Event::Undone, at).expect("taken");
    assert_eq!(from_document(&to_document(&session)), Ok(session));
}

#[test]
fn an_amended_note_of_the_first_schema_opens_whole() {
    let session = from_document(OLD[1]).expect("opens");
    assert_eq!(session.status(), crate::clinic::Status::Amended);
    assert_eq!(session.amendments()[0].text, "Aged 8");
    let view = crate::clinic::rating_view(
        &session,
        &Slot::in_row("placement", session.rows("behaviour")[0]),
    );
    let view = view.expect("a rating");
    assert_eq!((view.dissent.len(), view.second.map(|round| round.placements.len())), (1, Some(3)));
    assert_eq!(session.actions()[0].details.owner, "teacher");
    assert_eq!(from_document(&to_document(&session)), Ok(session));
}

#[test]
fn a_row_in_no_row_it_could_be_in_is_refused() {
    let play = Play::rich();
    let document = to_document(&play.session);
    let inner = play.session.rows("place")[0];
    let outer = play.session.parent_row(inner).expect("a row around it");
    let told = format!("row = {}\nparent = {}\n", inner.0, outer.0);
    assert!(document.contains(&told), "{document}");
    let wrong =
        document.replacen(&told, &told.replace(&format!("parent = {}", outer.0), "parent = 9"), 1);
    assert!(matches!(from_document(&wrong), Err(BrokenDocument::Unreadable(_))));
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
    let document = to_document(&full()).replacen("schema = 6", "schema = 7", 1);
    assert_eq!(from_document(&document), Err(BrokenDocument::Newer(7)));
    let body = document.rsplit_once("\n[end]").expect("it has an end").0;
    let body = body.replacen("schema = 7", "schema = 7\nwords = \"of a later version\"", 1);
    let document = format!("{body}\n[end]\nbytes = {}\n", body.len());
    assert_eq!(
        from_document(&document),
        Err(BrokenDocument::Newer(7)),
        "with keys it has no name for"
    );
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
        // Nobody is listed by a number alone.
        let label = format!("a{text}");
        play.did(Event::ParticipantAdded { role: "consultant".into(), label });
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
