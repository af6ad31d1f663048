//! A worked example, and hostile text, in every data format.

use jiff::Timestamp;

use super::*;
use crate::{
    clinic::{ActionDetails, ActionStatus, Event, apply, bundled_template, practice_session},
    text::LocalTime,
};

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

fn example(id: &str) -> Session {
    let one = bundled_template(id).expect("bundled");
    let template = one.parse().expect("it is sound");
    practice_session(&template, one.example_file, one.example, now()).expect("it plays")
}

fn write(format: DataFormat, session: &Session, edition: Edition) -> Result<Vec<u8>, WriteError> {
    let library = crate::knowledge::sample_library();
    let local = LocalTime::default();
    format.write(&DocumentSource { session, edition, local: &local, library: &library })
}

fn written(format: DataFormat, session: &Session, edition: Edition) -> Vec<u8> {
    write(format, session, edition).unwrap_or_else(|error| panic!("{}: {error}", format.name()))
}

fn text(format: DataFormat, session: &Session) -> String {
    String::from_utf8(written(format, session, Edition::Record)).expect("text")
}

/// A case whose first action, and nothing else, is this text.
fn with_action(what: &str) -> Session {
    let mut session = example("peer-case-clinic");
    let action = &session.actions()[0];
    let (id, details) = (action.id, action.details.clone());
    let details = ActionDetails { what: what.to_owned(), ..details };
    apply(&mut session, Event::ActionChanged { id, details }, now()).expect("taken");
    session
}

#[test]
fn the_ending_of_a_file_chooses_its_format() {
    for format in DataFormat::ALL {
        let file = format!("folder/HERON-42.note.{}", format.file_ending().to_uppercase());
        assert_eq!(DataFormat::of_file(Path::new(&file)), Some(*format));
    }
    for file in ["note", "note.docx", "csv", ".", "note.ics.txt"] {
        assert_eq!(DataFormat::of_file(Path::new(file)), None, "{file}");
    }
}

#[test]
fn csv_has_a_line_for_each_action_in_order_of_its_date() {
    let session = example("peer-case-clinic");
    let csv = text(DataFormat::Csv, &session);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1 + session.actions().len());
    assert!(lines[0].starts_with("case_key,number,what,"));
    let by: Vec<&str> =
        lines[1..].iter().map(|line| &line[line.find("2026-").expect("a date")..][..10]).collect();
    assert_eq!(by, ["2026-11-24", "2026-11-24", "2026-12-04"]);
    assert!(lines[1].starts_with("WREN-21,1,"), "{}", lines[1]);
}

#[test]
fn no_action_becomes_a_formula_or_a_line_in_csv() {
    let csv = text(
        DataFormat::Csv,
        &with_action("=HYPERLINK(\"http://x\",\"y\")\r\nnext, \u{202E}a\u{7}"),
    );
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\") next, a\""), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), csv.matches('\n').count());
    assert_eq!(csv.lines().count(), 4);
}

#[test]
fn a_calendar_holds_the_case_key_and_nothing_of_the_case() {
    let session = with_action("Ring the head teacher of Northmoor School\nEND:VCALENDAR");
    let ics = text(DataFormat::Ics, &session);
    let unfolded = ics.replace("\r\n ", "");
    assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 4, "three actions and a review");
    assert_eq!(unfolded.matches("SUMMARY:WREN-21: action due (practice)").count(), 3);
    assert_eq!(unfolded.matches("SUMMARY:WREN-21: review (practice)").count(), 1);
    assert!(unfolded.contains("DTSTART;VALUE=DATE:20261124"));
    assert!(unfolded.contains("DTSTAMP:20261122T100000Z"));
    assert_eq!(unfolded.matches("END:VCALENDAR").count(), 1);
    assert!(ics.split("\r\n").all(|line| line.len() <= 75), "{ics}");
    assert_eq!(ics.matches('\n').count(), ics.matches("\r\n").count());
    for told in ["Ring", "Northmoor", "club", "teacher", "VALARM", "ATTENDEE", "URL"] {
        assert!(!unfolded.contains(told), "{told}");
    }
}

#[test]
fn an_entry_of_a_calendar_keeps_its_uid_and_goes_when_the_action_is_done() {
    let mut session = example("peer-case-clinic");
    let uids = |session: &Session| -> Vec<String> {
        let unfolded = text(DataFormat::Ics, session).replace("\r\n ", "");
        unfolded.lines().filter_map(|line| line.strip_prefix("UID:").map(str::to_owned)).collect()
    };
    let before = uids(&session);
    let action = session.actions()[0].clone();
    let done = ActionDetails { status: ActionStatus::Done, ..action.details };
    apply(&mut session, Event::ActionChanged { id: action.id, details: done }, now())
        .expect("taken");
    let after = uids(&session);
    assert_eq!(after.len(), before.len() - 1);
    assert!(after.iter().all(|uid| before.contains(uid)));
    assert!(!after.iter().any(|uid| uid.contains(&format!("action-{}@", action.id.0))));
}

#[test]
fn a_calendar_without_an_entry_is_refused_in_a_sentence() {
    let template = bundled_template("peer-case-clinic").expect("bundled").parse().expect("sound");
    let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now());
    let refused = write(DataFormat::Ics, &session, Edition::Record).expect_err("nothing to enter");
    assert_eq!(
        refused.to_string(),
        "The calendar file could not be made: this note has no open action with a date and no \
         review date. Choose another format."
    );
}
