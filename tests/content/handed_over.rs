//! Documents of every worked example in every format: what leaves the program holds together, and
//! says nothing that has to stay.
//!
//! With `CASECLINIC_DOCUMENTS` set to a folder, they are written there, to be opened and looked at:
//! `cargo xtask pictures documents` does so.

use std::{fs, path::PathBuf};

use caseclinic::{
    clinic::{Session, Slot, Value, bundled_templates, practice_session},
    knowledge::Library,
    report::{
        DataFormat, DocumentKind, DocumentSource, Edition, ExportFormat, ReportBlock, document_text,
    },
    text::LocalTime,
};

/// The worked example of each meeting format, by the format's id.
fn examples() -> Vec<(String, Session)> {
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let example = |one: &caseclinic::clinic::BundledTemplate| {
        let template = one.parse().expect("it is sound");
        let session = practice_session(&template, one.example_file, one.example, now);
        (template.about.id.clone(), session.expect("it plays"))
    };
    bundled_templates().iter().map(example).collect()
}

fn build(
    kind: DocumentKind,
    session: &Session,
    edition: Edition,
    library: &Library,
) -> caseclinic::report::ReportDocument {
    let local = LocalTime::default();
    kind.build(&DocumentSource { session, edition, local: &local, library })
}

#[test]
fn every_document_is_written_in_every_format() {
    let folder = std::env::var_os("CASECLINIC_DOCUMENTS").map(PathBuf::from);
    let library = Library::bundled();
    let mut written = 0;
    for (id, session) in examples() {
        for kind in DocumentKind::offered(&session) {
            let document = build(kind, &session, Edition::Record, &library);
            for format in ExportFormat::ALL {
                let contents = format.write(&document).expect("it is written");
                assert!(contents.len() > 300, "{id} {} as {}", kind.code(), format.name());
                written += 1;
                if let Some(folder) = &folder {
                    let name = format!("{id}-{}.{}", kind.code(), format.file_ending());
                    fs::write(folder.join(name), contents).expect("written");
                }
            }
        }
    }
    for (id, session) in examples() {
        for format in DataFormat::ALL {
            let (edition, local) = (Edition::Record, LocalTime::default());
            let source =
                DocumentSource { session: &session, edition, local: &local, library: &library };
            // A calendar without a date, or a workbook without a row, says so.
            let Ok(contents) = format.write(&source) else { continue };
            if let Some(folder) = &folder {
                let name = format!("{id}.{}", format.file_ending());
                fs::write(folder.join(name), contents).expect("written");
            }
        }
    }
    assert!(written > 100, "{written}");
}

/// The parts of a Word file, as text.
fn parts(file: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("an archive");
    let parts = archive.len();
    let read = |at| {
        let mut part = archive.by_index(at).expect("a part");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).expect("text");
        (part.name().expect("a name").into_owned(), text)
    };
    (0..parts).map(read).collect()
}

#[test]
fn charts_are_drawn_in_word_beside_their_numbers() {
    let library = Library::bundled();
    let mut drawn = 0;
    for (id, session) in examples() {
        let document = build(DocumentKind::WholeNote, &session, Edition::Record, &library);
        let charts = document.blocks.iter().filter_map(|block| match block {
            ReportBlock::Chart(chart) => Some(chart),
            _ => None,
        });
        let charts: Vec<_> = charts.collect();
        let file = parts(&ExportFormat::Docx.write(&document).expect("written"));
        let part = |name: &str| {
            let found = file.iter().find(|(part, _)| part == name);
            found.map(|(_, text)| text.as_str()).unwrap_or_default()
        };
        let (body, all) = (part("word/document.xml"), part("[Content_Types].xml"));
        assert_eq!(body.matches("<c:chart ").count(), charts.len(), "{id}");
        for (at, chart) in charts.iter().enumerate() {
            let number = at + 1;
            let picture = part(&format!("word/charts/chart{number}.xml"));
            for count in chart.rows.iter().flat_map(|row| &row.counts) {
                assert!(picture.contains(&format!("<c:v>{count}</c:v>")), "{id}: {picture}");
            }
            assert!(all.contains(&format!("/word/charts/chart{number}.xml")), "{id}");
            assert!(part("word/_rels/document.xml.rels").contains(&format!("\"chart{number}\"")));
            assert!(body.contains(&format!("descr=\"{}\"", chart.about)), "{id}: {body}");
            drawn += 1;
        }
    }
    assert!(drawn >= 6, "{drawn}");
}

#[test]
fn a_note_shows_confidence_and_evidence_and_what_became_of_actions() {
    let library = Library::bundled();
    let text = |wanted: &str| {
        let (_, session) = examples().into_iter().find(|(id, _)| id == wanted).expect("a format");
        let note = build(DocumentKind::WholeNote, &session, Edition::Record, &library);
        document_text(&note).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let peer = text("peer-case-clinic");
    assert!(peer.contains("Confidence before and after"), "{peer}");
    assert!(peer.contains("* Before") && peer.contains("●●●● 4"), "{peer}");
    assert!(peer.contains("● reported") && peer.contains("● assumed"), "{peer}");
    let follow_up = text("follow-up-clinic");
    assert!(follow_up.contains("After the last meeting"), "{follow_up}");
    assert!(follow_up.contains("dropped") && follow_up.contains("●● 2"), "{follow_up}");
    // What a worker said about themselves stays in the supervision note.
    let (_, session) =
        examples().into_iter().find(|(id, _)| id == "group-supervision").expect("a format");
    let record = build(DocumentKind::SupervisionRecord, &session, Edition::Record, &library);
    assert!(!document_text(&record).contains("How confident"));
}

#[test]
fn a_shareable_copy_holds_no_reasons_of_an_earlier_placement() {
    let (_, session) =
        examples().into_iter().find(|(id, _)| id == "follow-up-clinic").expect("a format");
    let basis = |edition| {
        let (library, local) = (Library::bundled(), LocalTime::default());
        let source =
            DocumentSource { session: &session, edition, local: &local, library: &library };
        let file = DataFormat::Json.write(&source).expect("written");
        let note: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
        let placements = note["follows"]["placements"].as_array().expect("a list").clone();
        placements.iter().filter(|one| one["basis"] != "").count()
    };
    assert!(basis(Edition::Record) > 0);
    assert_eq!(basis(Edition::Shareable), 0);
}

#[test]
fn a_second_self_review_is_drawn_beside_the_first() {
    let (_, first) =
        examples().into_iter().find(|(id, _)| id == "framework-audit").expect("a format");
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let template = first.template().clone();
    let id = uuid::Uuid::new_v4();
    let mut second = Session::follow_up(template, id, &first, "revision 1", &[], now);
    let mut answered = 0;
    for place in first.template().items() {
        let slot = Slot::once(&place.item.id);
        if let Some(Value::Integer(value)) = first.answer(&slot) {
            let value = Some(Value::Integer((*value + 1).min(3)));
            let event = caseclinic::clinic::Event::Answered { slot, value };
            answered += usize::from(caseclinic::clinic::apply(&mut second, event, now).is_ok());
        }
    }
    assert!(answered > 5, "{answered}");
    let document = build(DocumentKind::Profile, &second, Edition::Record, &Library::bundled());
    let chart = document.blocks.iter().find_map(|block| match block {
        ReportBlock::Chart(chart) => Some(chart),
        _ => None,
    });
    let chart = chart.expect("a chart");
    assert_eq!(chart.series, ["Last time", "Now"]);
    assert!(chart.rows.iter().any(|row| row.counts[1] > row.counts[0]), "{chart:?}");
    assert!(chart.rows.iter().all(|row| row.counts[1] >= row.counts[0]), "{chart:?}");
}

/// Words that stand for what identifies a child.
fn planted(at: usize) -> String {
    format!("Zplanted{at:04}q")
}

#[test]
fn no_planted_identifier_of_a_marked_question_is_in_a_shareable_copy() {
    use caseclinic::clinic::{Event, Sensitivity, apply};
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let library = Library::bundled();
    let (mut planted_so_far, mut in_record) = (0, 0);
    while planted_so_far < 500 {
        for (id, mut session) in examples() {
            let first = planted_so_far;
            let marked: Vec<(String, bool)> = session
                .template()
                .items()
                .iter()
                .filter(|place| {
                    matches!(
                        place.item.sensitivity,
                        Some(Sensitivity::Identifier | Sensitivity::SpecialCategory)
                    )
                })
                .map(|place| (place.item.id.clone(), place.rows_of.is_some()))
                .collect();
            for (item, in_rows) in marked {
                let groups = ["behaviour", "children", "place"];
                let rows = groups.iter().flat_map(|group| session.rows(group).to_vec());
                let slots: Vec<Slot> = if in_rows {
                    rows.map(|row| Slot::in_row(&item, row)).collect()
                } else {
                    vec![Slot::once(&item)]
                };
                for slot in slots {
                    let value = Some(Value::Text(planted(planted_so_far)));
                    if apply(&mut session, Event::Answered { slot, value }, now).is_ok() {
                        planted_so_far += 1;
                    }
                }
            }
            for kind in DocumentKind::offered(&session) {
                let text = |edition| document_text(&build(kind, &session, edition, &library));
                for format in DataFormat::ALL {
                    let (edition, local) = (Edition::Shareable, LocalTime::default());
                    let source = DocumentSource {
                        session: &session,
                        edition,
                        local: &local,
                        library: &library,
                    };
                    let data = format.write(&source).unwrap_or_default();
                    let data = String::from_utf8_lossy(&data);
                    assert!(!data.contains("Zplanted"), "{id} as {}", format.name());
                }
                let (record, copy) = (text(Edition::Record), text(Edition::Shareable));
                for at in first..planted_so_far {
                    in_record += usize::from(record.contains(&planted(at)));
                    assert!(!copy.contains(&planted(at)), "{id} {}: {}", kind.code(), planted(at));
                }
            }
        }
    }
    assert!(in_record >= 500, "they are in the record: {in_record}");
}
