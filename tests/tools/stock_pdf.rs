//! A PDF document is read by poppler: it is tagged, in the order it was written, and nothing that
//! people typed is lost.

use std::{fs, path::Path, process::Command};

use caseclinic::{
    clinic::{Language, bundled_template, practice_session},
    knowledge::Library,
    report::{DocumentKind, DocumentSource, Edition, ExportFormat, ReportBlock, ReportDocument},
    text::LocalTime,
};

fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(file).arg("-").output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

pub(crate) fn reads_a_document_with_its_tags_and_its_text_in_order() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("note.pdf");
    let typed = "=1+1 <b> (x) \\ Tŷ â’r 😀 语 end\nsecond line";
    let rows = (0..60).map(|n| vec![format!("row {n}."), String::new()]).collect();
    let document = ReportDocument {
        title: "Record: HERON-42".to_owned(),
        header: "HERON-42 · confidential".to_owned(),
        language: Language::En,
        blocks: vec![
            ReportBlock::Heading { level: 1, text: "Record".to_owned() },
            ReportBlock::Answer {
                question: "What happened?".to_owned(),
                remark: None,
                text: Some(typed.to_owned()),
            },
            ReportBlock::Table { head: vec!["What".to_owned(), "Done on".to_owned()], rows },
        ],
    };
    fs::write(&file, ExportFormat::Pdf.write(&document).expect("written")).expect("kept");

    let info = Command::new("pdfinfo").arg(&file).output().expect("it runs");
    let info = String::from_utf8(info.stdout).expect("text");
    for fact in ["Tagged: yes", "Title: Record: HERON-42", "JavaScript: no", "Pages: 3"] {
        let flat = info.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(fact), "no {fact} in {info}");
    }
    let text = run("pdftotext", &["-layout"], &file);
    for line in typed.lines().chain(["Page 1 of 3", "HERON-42 · confidential"]) {
        assert!(text.contains(line), "no {line} in {text}");
    }
    let places: Vec<_> = (0..60).map(|n| text.find(&format!("row {n}."))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert_eq!(text.matches("Done on").count(), 3, "the head on each page");
}

/// Two pages are one sheet of paper, which a family can keep on a door.
pub(crate) fn a_safety_plan_is_two_pages_and_a_summary_is_one() {
    let home = tempfile::tempdir().expect("a folder");
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let (library, local) = (Library::bundled(), LocalTime::default());
    for (id, kind) in [
        ("safety-plan", DocumentKind::SafetyPlan),
        ("safety-plan-harmed", DocumentKind::SafetyPlan),
        ("peer-case-clinic", DocumentKind::CaseFile),
        ("follow-up-clinic", DocumentKind::CaseFile),
    ] {
        let bundled = bundled_template(id).expect("a format");
        let template = bundled.parse().expect("it is sound");
        let session = practice_session(&template, bundled.example_file, bundled.example, now);
        let session = session.expect("it plays");
        let edition = Edition::Record;
        let source =
            DocumentSource { session: &session, edition, local: &local, library: &library };
        let file = home.path().join("document.pdf");
        let written = ExportFormat::Pdf.write(&kind.build(&source)).expect("written");
        fs::write(&file, written).expect("kept");
        if kind == DocumentKind::SafetyPlan {
            let info = Command::new("pdfinfo").arg(&file).output().expect("it runs");
            let info = String::from_utf8(info.stdout).expect("text");
            let pages = info.lines().find(|line| line.starts_with("Pages:")).expect("a number");
            assert_eq!(pages.split_whitespace().last(), Some("2"), "{id}");
        } else {
            let text = run("pdftotext", &["-f", "1", "-l", "1"], &file);
            assert!(text.contains("Summary") && text.contains("Who does what"), "{id}: {text}");
            let next = run("pdftotext", &["-f", "2", "-l", "2"], &file);
            assert!(next.contains("Details"), "{id}: {next}");
        }
    }
}
