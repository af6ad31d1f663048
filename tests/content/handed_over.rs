//! Documents of every worked example in every format: what leaves the program holds together, and
//! says nothing that has to stay.
//!
//! With `CASECLINIC_DOCUMENTS` set to a folder, they are written there, to be opened and looked at:
//! `cargo xtask pictures documents` does so.

use std::{fs, path::PathBuf};

use caseclinic::{
    clinic::{Session, Slot, Value, bundled_templates, practice_session},
    knowledge::Library,
    report::{DataFormat, DocumentKind, DocumentSource, Edition, ExportFormat, document_text},
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
