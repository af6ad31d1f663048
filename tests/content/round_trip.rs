//! A note that is exported as JSON and imported is the same note, apart from what says that it was
//! imported. A file that was cut off or changed is refused with the place, and nothing comes of it.

use caseclinic::{
    clinic::{
        Event, Outcome, Private, Session, Slot, Status, Template, Value, apply, bundled_template,
        bundled_templates, from_document, practice_session, to_document,
    },
    knowledge::Library,
    report::{DataFormat, DocumentSource, Edition, NoteInFile, markdown},
    text::LocalTime,
};
use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

/// A draft as a vault could hold it, with these words of its text replaced.
fn edited(session: &Session, changes: &[(&str, &str)]) -> Session {
    let text = to_document(session);
    let (body, _) = text.rsplit_once("\n[end]\n").expect("its end");
    let mut body = body.to_owned();
    for (from, to) in changes {
        assert!(body.contains(from), "no {from}");
        body = body.replacen(from, to, 1);
    }
    let text = format!("{body}\n[end]\nbytes = {}\n", body.len());
    from_document(&text).expect("a whole note")
}

/// The worked example of a format, as a note of a real meeting.
fn example(id: &str) -> (Template, Session) {
    let bundled = bundled_template(id).expect("a format");
    let template = bundled.parse().expect("it is sound");
    let session = practice_session(&template, bundled.example_file, bundled.example, now());
    let name = format!("id = \"{}\"", Uuid::new_v4());
    let nil = format!("id = \"{}\"", Uuid::nil());
    let session = session.expect("it plays");
    // Examples need not have a key that is given to cases.
    let key = format!("case_key = \"{}\"", session.case_key());
    let real = "case_key = \"WREN-21\"";
    let changes = [("practice = true", "practice = false"), (&*nil, &*name), (&*key, real)];
    (template, edited(&session, &changes))
}

/// The peer case clinic with a second round, views of people in the same role, and a correction.
fn rich() -> (Template, Session) {
    let (template, mut session) = example("peer-case-clinic");
    let text = to_document(&session);
    let row = session.rows("behaviour")[1];
    let items = session.template().items();
    let rating = items.iter().find(|at| at.item.kind == caseclinic::clinic::ItemType::Rating);
    let slot = Slot::in_row(&rating.expect("a rating").item.id, row);
    assert!(text.contains(&slot.item));
    let people: Vec<_> =
        session.participants().iter().map(|one| (one.id, one.role.clone())).collect();
    let mut did = |event| apply(&mut session, event, now()).map(drop);
    did(Event::PlacementReopened { slot: slot.clone() }).expect("reopened");
    did(Event::SecondRoundOpened { slot: slot.clone() }).expect("opened");
    for (at, (participant, _)) in people.iter().enumerate() {
        let code = Private::new(if at % 2 == 0 { "problematic" } else { "abusive" });
        // Not everybody's role places.
        let (slot, participant) = (slot.clone(), *participant);
        let _ = did(Event::PlacedAgain { slot: slot.clone(), participant, code });
        let reason = Private::new(&format!("reason for placing {at}: “=1+1” <b>"));
        let _ = did(Event::PlacementReasonGiven { slot, participant, reason });
    }
    let reason = Some("the time was up".to_owned());
    did(Event::PlacementsRevealed { slot: slot.clone(), reason }).expect("revealed");
    did(Event::PlacementAgreed { slot: slot.clone(), outcome: Outcome::NoAgreement })
        .expect("recorded");
    for (at, (participant, _)) in people.iter().enumerate().skip(1).take(4) {
        let (slot, participant, placement) = (slot.clone(), *participant, "abusive".to_owned());
        let reason = format!("reason {at}: =1+1 <b> “Tŷ” \u{1F600}\nsecond line");
        let attributed = at % 2 == 0;
        did(Event::DissentRecorded { slot, participant, placement, reason, attributed })
            .expect("recorded");
    }
    (template, session)
}

fn exported(session: &Session, edition: Edition) -> Vec<u8> {
    let (library, local) = (Library::bundled(), LocalTime::default());
    let source = DocumentSource { session, edition, local: &local, library: &library };
    DataFormat::Json.write(&source).expect("it is written")
}

fn imported(bytes: &[u8], template: &Template) -> Result<Session, String> {
    let note = NoteInFile::read(bytes).map_err(|error| error.to_string())?;
    let key = note.case_key().to_owned();
    let session = note.into_session(template.clone(), Uuid::new_v4(), &key, now());
    session.map_err(|error| error.to_string())
}

/// What an import changes on purpose.
fn without_named_fields(bytes: &[u8]) -> Json {
    let mut note: Json = serde_json::from_slice(bytes).expect("JSON");
    let keys = note.as_object_mut().expect("an object");
    for name in ["note", "status", "stopped_because", "updated", "edition", "left_out"] {
        keys.remove(name).unwrap_or_else(|| panic!("no {name}"));
    }
    note
}

fn note_text(session: &Session, attributed: bool) -> String {
    let text = markdown(session, attributed, &LocalTime::default());
    let own = |line: &&str| {
        [
            "- Imported on",
            "- Last changed",
            "- Status",
            "- Follows up",
            "- Note: ",
            "*Placements not revealed",
        ]
        .iter()
        .any(|at| line.starts_with(at))
    };
    text.lines().filter(|line| !own(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_worked_example_comes_back_equal() {
    let mut all: Vec<_> = bundled_templates()
        .iter()
        .map(|one| example(&one.parse().expect("it is sound").about.id))
        .collect();
    all.push(rich());
    for (template, session) in all {
        let id = &template.about.id;
        for edition in [Edition::Record, Edition::Attributed] {
            let file = exported(&session, edition);
            let back = imported(&file, &template).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!(back.status(), Status::InProgress, "a person completes it");
            assert_eq!(back.case_key(), session.case_key());
            assert_eq!(back.audit().len(), 1, "its trail begins with the import");
            let again = exported(&back, edition);
            assert_eq!(without_named_fields(&again), without_named_fields(&file), "{id}");
            let attributed = edition == Edition::Attributed;
            assert_eq!(note_text(&back, attributed), note_text(&session, attributed), "{id}");
            let shown = markdown(&back, false, &LocalTime::default());
            assert!(
                shown.contains("Imported on 22 Nov 2026 from a file that nobody signed"),
                "{shown}"
            );
            // A vault reads it again.
            assert_eq!(from_document(&to_document(&back)).expect("a note"), back);
        }
        // What is missing in a copy for somebody outside is said, and nothing that is there is lost.
        let file = exported(&session, Edition::Shareable);
        let back = imported(&file, &template).unwrap_or_else(|error| panic!("{id}: {error}"));
        let from = back.imported().expect("it says so");
        let listed: Json = serde_json::from_slice(&file).expect("JSON");
        assert_eq!(Json::from(from.left_out.clone()), listed["left_out"]);
        let shown = note_text(&back, false);
        for answer in listed["answers"].as_array().expect("a list") {
            let line = answer["shown"].as_str().expect("text").lines().next().unwrap_or_default();
            let line = line.trim_start_matches(['-', '•', ' ']);
            let first: String =
                line.chars().take_while(|c| c.is_alphanumeric() || *c == ' ').collect();
            assert!(shown.contains(first.trim()), "{id}: {first}");
        }
    }
}

#[test]
fn nobody_is_said_to_have_placed_what_the_file_does_not_say() {
    let (template, session) = rich();
    let back = imported(&exported(&session, Edition::Record), &template).expect("imported");
    let people: Vec<_> = back.participants().iter().map(|one| back.name_of(one.id, true)).collect();
    let note: Json = serde_json::from_slice(&exported(&back, Edition::Attributed)).expect("JSON");
    let mut placed = 0;
    for placement in note["placements"].as_array().expect("a list") {
        for round in placement["rounds"].as_array().expect("a list") {
            for one in round["placed"].as_array().expect("a list") {
                placed += 1;
                assert!(!people.iter().any(|who| *who == one["who"]), "{one}");
            }
        }
    }
    assert!(placed > 6, "{placed}");
}

#[test]
fn a_file_that_was_cut_off_or_changed_is_refused_with_its_place() {
    let (template, session) = rich();
    let file = exported(&session, Edition::Record);
    let whole = String::from_utf8(file.clone()).expect("text");
    let end = whole.trim_end().len();
    for length in (0..end).step_by(97).chain(end - 40..end) {
        let error = imported(&file[..length], &template).expect_err("cut off");
        assert!(error.starts_with("Line "), "{length}: {error}");
    }
    let lines = |text: &str| text.matches('\n').count() + 1;
    for (from, to, why) in [
        ("\"caseclinic-note/1\"", "\"caseclinic-note/2\"", "a newer version of caseclinic"),
        ("\"caseclinic-note/1\"", "\"something/1\"", "not a note that caseclinic wrote"),
        ("\"schema\": \"caseclinic-note/1\",", "", "not a note that caseclinic wrote"),
        ("\"practice\": false", "\"practice\": true", "is from practice"),
        ("\"in-progress\"", "\"entered-in-error\"", "entered in error"),
        ("\"in-progress\"", "\"signed\"", "“signed” is not a value"),
        ("\"WREN-21\"", "\"Jane Smith\"", "not a case key"),
        ("\"en-GB\"", "\"xx\"", "language is not known"),
        ("\"started\": \"2026", "\"started\": \"2999", "begin in the future"),
        ("\"practice\": false,", "\"practice\": false, \"more\": 1,", "“more” is not part"),
        ("\"practice\": false,", "\"practice\": false, \"practice\": false,", "there twice"),
        ("\"edition\": \"record\",", "", "“edition” is missing"),
        ("\"count\": 3", "\"count\": 4000000000", "More people placed it"),
        ("\"state\": \"agreed\"", "\"state\": \"revealed\"", "rounds do not match"),
        ("\"code\": \"abusive\"", "\"code\": \"worst\"", "is not one of the stages"),
        ("\"item\": \"key_question\"", "\"item\": \"no_such_question\"", "belongs to nothing"),
        ("\"role\": \"facilitator\"", "\"role\": \"judge\"", "role is not one"),
        ("{", "[", "This is not JSON"),
    ] {
        assert!(whole.contains(from), "no {from}");
        let error = imported(whole.replacen(from, to, 1).as_bytes(), &template);
        let error = error.expect_err(from);
        assert!(error.contains(why), "{from} as {to}: {error}");
    }
    // The line is that of what is wrong.
    let from = "\"item\": \"key_question\"";
    let error = imported(whole.replacen(from, "\"item\": \"gone\"", 1).as_bytes(), &template);
    let line = lines(&whole[..whole.find(from).expect("it is there")]);
    let error = error.expect_err("changed");
    let near = (line - 2..=line).any(|line| error.starts_with(&format!("Line {line},")));
    assert!(near, "line {line}: {error}");
    // Parts that are there twice.
    let note: Json = serde_json::from_str(&whole).expect("JSON");
    for list in ["rows", "answers", "placements", "matrix", "actions"] {
        let mut note = note.clone();
        let first = note[list][1].clone();
        note[list].as_array_mut().expect("a list").push(first);
        let error = imported(note.to_string().as_bytes(), &template).expect_err(list);
        assert!(error.contains("twice") || error.contains("same number"), "{list}: {error}");
    }
    // Deep, huge and empty.
    for hostile in ["[".repeat(1_000_000), String::new(), "\u{feff}".to_owned(), "null".to_owned()]
    {
        imported(hostile.as_bytes(), &template).expect_err("no note");
    }
    let error = imported(b"{\"schema\": \"\xff\"}", &template).expect_err("not text");
    assert!(error.starts_with("Line 1, position 13:"), "{error}");
    let long = format!("\"evidence\": \"{}", "x".repeat(500_000));
    let error = imported(whole.replacen("\"evidence\": \"", &long, 1).as_bytes(), &template);
    assert!(error.expect_err("too long").contains("too long"));
}

#[test]
fn a_note_of_an_older_version_keeps_answers_without_a_question() {
    let (template, session) = example("peer-case-clinic");
    let whole = String::from_utf8(exported(&session, Edition::Record)).expect("text");
    let version = format!("\"version\": \"{}\"", template.about.version);
    let old = whole.replacen(&version, "\"version\": \"2026.1\"", 1);
    let old = old.replacen("\"item\": \"key_question\"", "\"item\": \"an_old_question\"", 1);
    let back = imported(old.as_bytes(), &template).expect("imported");
    assert_eq!(back.leftovers().len(), 1);
    assert_eq!(back.leftovers()[0].slot.item, "an_old_question");
    let slot = Slot::once("key_question");
    let Some(Value::Text(question)) = session.answer(&slot) else { panic!("it is answered") };
    assert_eq!(back.leftovers()[0].text, *question);
    let new = whole.replacen(&version, "\"version\": \"2099.1\"", 1);
    let error = imported(new.as_bytes(), &template).expect_err("newer");
    assert!(error.contains("is of version 2099.1"), "{error}");
}
