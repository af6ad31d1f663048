//! A worked example, and hostile text, in every data format.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::*;
use crate::{
    clinic::{
        ActionDetails, ActionStatus, Event, FieldKind, ItemType, apply, bundled_template,
        bundled_templates, form, practice_session,
    },
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

/// The parts of an XLSX file, as text.
fn workbook(file: Vec<u8>) -> std::collections::BTreeMap<String, String> {
    use std::io::{Cursor, Read as _};
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("text");
            (part.name().expect("a name").into_owned(), text)
        })
        .collect()
}

#[test]
fn a_workbook_holds_actions_as_text_with_real_dates_and_no_author() {
    let typed = "=HYPERLINK(\"http://x\",\"y\") <b>&\n+1 \u{202E}a\u{7} _x0041_";
    let parts = workbook(written(DataFormat::Xlsx, &with_action(typed), Edition::Record));
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    assert!(!sheet.contains("<f>") && !sheet.contains("hyperlink"), "{sheet}");
    // 24 November 2026 as Excel counts days.
    assert!(sheet.contains("<v>46350</v>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("orientation=\"landscape\""));
    let strings = &parts["xl/sharedStrings.xml"];
    let shown = "=HYPERLINK(\"http://x\",\"y\") &lt;b&gt;&amp;\n+1 a _x005F_x0041_";
    assert!(strings.contains(shown), "{strings}");
    let core = &parts["docProps/core.xml"];
    assert!(core.contains("<dc:creator></dc:creator>") && core.contains("2026-11-22"), "{core}");
    assert!(!parts.contains_key("xl/worksheets/sheet2.xml"), "a case has no answers by area");
}

#[test]
fn the_workbook_of_a_self_review_has_counts_with_a_chart_and_every_question() {
    let session = example("framework-audit");
    let parts = workbook(written(DataFormat::Xlsx, &session, Edition::Record));
    let book = &parts["xl/workbook.xml"];
    let names = ["Answers by area", "Questions", "Actions"].map(|name| book.find(name));
    assert!(names.iter().all(Option::is_some) && names.is_sorted(), "{book}");
    assert!(parts["xl/charts/chart1.xml"].contains("'Answers by area'!$A$2:$A$7"));
    let strings = &parts["xl/sharedStrings.xml"];
    let stages = 0..session.template().stages.len();
    for field in stages.flat_map(|stage| form(&session, stage)) {
        if matches!(field.kind, FieldKind::Choice(_)) {
            let question = field.label.replace('&', "&amp;");
            assert!(strings.contains(&question), "{question}");
        }
    }
    let rows = parts["xl/worksheets/sheet1.xml"].matches("<row ").count();
    assert_eq!(rows, 7, "a head and six areas");
}

#[test]
fn a_text_too_long_for_a_cell_goes_on_below() {
    // As long as an answer may be.
    let long: String = (0..7_000).map(|n| format!("w{n} 😀 ")).collect();
    let parts = workbook(written(DataFormat::Xlsx, &with_action(&long), Edition::Record));
    let strings = &parts["xl/sharedStrings.xml"];
    assert_eq!(strings.matches('😀').count(), 7_000);
    let rows = parts["xl/worksheets/sheet1.xml"].matches("<row ").count();
    assert_eq!(rows, 5, "a head, two parts, and two more actions");
}

fn json(format: DataFormat, session: &Session, edition: Edition) -> Json {
    serde_json::from_slice(&written(format, session, edition)).expect("JSON")
}

/// Says where a value is not what a schema asks for. Knows the words that our schema uses, and
/// fails on any other.
fn check(schema: &Json, value: &Json, root: &Json, at: &str, wrong: &mut Vec<String>) {
    let kind = match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    for (word, asked) in schema.as_object().expect("a schema") {
        let is_met = match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" => true,
            "$ref" => {
                let pointer = asked.as_str().expect("a text").trim_start_matches('#');
                check(root.pointer(pointer).expect("a definition"), value, root, at, wrong);
                true
            }
            "type" => {
                let names: Vec<&Json> =
                    asked.as_array().map_or(vec![asked], |all| all.iter().collect());
                names.iter().any(|name| *name == kind || (*name == "number" && kind == "integer"))
            }
            "const" => asked == value,
            "enum" => asked.as_array().expect("a list").contains(value),
            "minimum" => {
                value.as_f64().is_none_or(|number| number >= asked.as_f64().expect("a number"))
            }
            "required" => value.as_object().is_none_or(|value| {
                asked
                    .as_array()
                    .expect("a list")
                    .iter()
                    .all(|key| value.contains_key(key.as_str().expect("a key")))
            }),
            "additionalProperties" => value.as_object().is_none_or(|value| {
                *asked == Json::Bool(false)
                    && value.keys().all(|key| schema["properties"].get(key).is_some())
            }),
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if let Some(asked) = asked.get(key) {
                        check(asked, inner, root, &format!("{at}/{key}"), wrong);
                    }
                }
                true
            }
            "items" => {
                for (number, inner) in value.as_array().into_iter().flatten().enumerate() {
                    check(asked, inner, root, &format!("{at}/{number}"), wrong);
                }
                true
            }
            other => panic!("the test does not know “{other}”"),
        };
        if !is_met {
            wrong.push(format!("{at}: {word} {asked}, not {value}"));
        }
    }
}

#[test]
fn every_note_is_what_the_published_schema_says() {
    let schema = include_str!("../../../../docs/schema/note-1.schema.json");
    let schema: Json = serde_json::from_str(schema).expect("JSON");
    let mut wrong = Vec::new();
    check(
        &schema,
        &serde_json::json!({ "schema": "caseclinic-note/2", "more": 1 }),
        &schema,
        "",
        &mut wrong,
    );
    assert_eq!(wrong.len(), 3, "a broken file is found: {wrong:?}");
    for one in bundled_templates() {
        let session = example(&one.parse().expect("it is sound").about.id);
        for edition in Edition::ALL {
            let mut wrong = Vec::new();
            let note = json(DataFormat::Json, &session, edition);
            check(&schema, &note, &schema, one.file, &mut wrong);
            assert_eq!(wrong, Vec::<String>::new());
            assert!(!note["answers"].as_array().expect("a list").is_empty());
        }
    }
}

#[test]
fn json_holds_what_was_answered_placed_and_agreed() {
    let session = example("peer-case-clinic");
    let note = json(DataFormat::Json, &session, Edition::Record);
    assert_eq!(note["case_key"], "WREN-21");
    assert_eq!(note["format"]["id"], "peer-case-clinic");
    assert_eq!(note["status"], "in-progress");
    assert_eq!(note["review"], "2027-01-15");
    let answers = note["answers"].as_array().expect("a list");
    let answer = |item: &str| answers.iter().find(|one| one["item"] == item).expect("answered");
    assert_eq!(answer("review_date")["value"], "2027-01-15");
    assert_eq!(answer("review_date")["shown"], "15 Jan 2027");
    assert!(answer("what_happened")["row"].is_u64());
    let placements = note["placements"].as_array().expect("a list");
    assert_eq!(placements[0]["state"], "collecting");
    assert!(placements[0]["rounds"].as_array().expect("a list").is_empty(), "not revealed");
    assert_eq!(placements[1]["outcome"]["text"], "Inappropriate");
    let counts = placements[1]["rounds"][0]["counts"].as_array().expect("a list");
    assert_eq!(counts.iter().filter_map(|one| one["count"].as_u64()).sum::<u64>(), 6);
    assert_eq!(note["actions"].as_array().map(Vec::len), Some(session.actions().len()));
    assert_eq!(note["actions"][0]["by"], "2026-11-24");
    assert!(note["matrix"].as_array().is_some_and(|cells| cells.len() > 5));
}

#[test]
fn an_edition_decides_what_is_in_json_and_fhir() {
    let session = example("peer-case-clinic");
    let [record, attributed, shareable] =
        Edition::ALL.map(|edition| json(DataFormat::Json, &session, edition));
    let placed = |note: &Json| note["placements"][1]["rounds"][0]["placed"].clone();
    assert!(placed(&record).is_null() && placed(&shareable).is_null());
    assert_eq!(placed(&attributed).as_array().map(Vec::len), Some(6));
    assert_eq!(record["participants"][0]["profession"], "safeguarding lead");
    assert!(shareable["participants"][0]["profession"].is_null());
    assert!(!shareable["left_out"].as_array().expect("a list").is_empty());
    let slot = Slot::in_row("what_happened", session.rows("behaviour")[0]);
    let Some(Value::Text(told)) = session.answer(&slot) else { panic!("it is answered") };
    for format in [DataFormat::Json, DataFormat::Fhir] {
        let text = |edition| String::from_utf8(written(format, &session, edition)).expect("text");
        assert!(text(Edition::Record).contains(&told[..30]), "{}", format.name());
        assert!(!text(Edition::Shareable).contains(&told[..30]), "{}", format.name());
    }
}

/// Adds what is in no further group.
fn leaves<'a>(item: &'a Json, found: &mut Vec<&'a Json>) {
    assert!(item["linkId"].is_string() && item["text"].is_string(), "{item}");
    assert!(item["item"].is_array() != item["answer"].is_array(), "{item}");
    match item["item"].as_array() {
        Some(inner) => inner.iter().for_each(|one| leaves(one, found)),
        None => found.push(item),
    }
}

#[test]
fn fhir_has_the_answers_by_stage_with_codes() {
    let session = example("peer-case-clinic");
    let response = json(DataFormat::Fhir, &session, Edition::Record);
    assert_eq!(response["resourceType"], "QuestionnaireResponse");
    assert_eq!(response["status"], "in-progress");
    assert_eq!(response["questionnaire"], "urn:caseclinic:format:peer-case-clinic|2027.1");
    assert_eq!(response["meta"]["tag"][0]["code"], "HTEST");
    let mut found = Vec::new();
    response["item"].as_array().expect("a list").iter().for_each(|one| leaves(one, &mut found));
    let answers = |id: &str| -> Vec<&Json> {
        found.iter().filter(|one| one["linkId"] == id).map(|one| &one["answer"][0]).collect()
    };
    assert_eq!(answers("review_date")[0]["valueDate"], "2027-01-15");
    assert_eq!(answers("what_happened").len(), 2);
    let rating =
        session.template().items().into_iter().find(|place| place.item.kind == ItemType::Rating);
    let rating = rating.expect("a rating").item.id.clone();
    assert_eq!(answers(&rating).len(), 1, "only what was agreed");
    assert_eq!(answers(&rating)[0]["valueCoding"]["display"], "Inappropriate");
    assert_eq!(answers(&format!("{}/what", session.actions()[0].item)).len(), 3);
}

#[test]
fn hostile_text_is_the_same_text_after_reading_back() {
    let typed = "=1+1 \"; DROP \\u0000 <script> ]]> {} \u{202E}abc\u{7}\u{1b}[2J\r\nsecond 😀";
    let shown = "=1+1 \"; DROP \\u0000 <script> ]]> {} abc[2J\nsecond 😀";
    let session = with_action(typed);
    let note = json(DataFormat::Json, &session, Edition::Record);
    assert_eq!(note["actions"][0]["what"], shown);
    let response = json(DataFormat::Fhir, &session, Edition::Record).to_string();
    assert!(response.contains(&Json::from(shown).to_string()), "{response}");
    for format in DataFormat::ALL {
        let file = written(*format, &session, Edition::Record);
        let file = String::from_utf8_lossy(&file);
        assert!(
            !file.contains(['\u{202E}', '\u{1b}']) || *format == DataFormat::Xlsx,
            "{}",
            format.name()
        );
    }
}
