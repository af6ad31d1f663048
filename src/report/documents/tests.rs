//! Every document of every worked example.

use super::*;
use crate::{
    clinic::{Event, Slot, Value, apply, bundled_template, bundled_templates, practice_session},
    report::{ExportFormat, ReportBlock, formats::written_text},
};

fn now() -> jiff::Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

fn example(id: &str) -> Session {
    let one = bundled_template(id).expect("bundled");
    let template = one.parse().expect("it is sound");
    practice_session(&template, one.example_file, one.example, now()).expect("it plays")
}

fn document(kind: DocumentKind, session: &Session, edition: Edition) -> ReportDocument {
    let library = crate::knowledge::sample_library();
    let local = LocalTime::default();
    kind.build(&DocumentSource { session, edition, local: &local, library: &library })
}

fn text(document: &ReportDocument) -> String {
    written_text(ExportFormat::Text, document)
}

#[test]
fn every_document_of_every_worked_example_says_something_under_each_heading() {
    for one in bundled_templates() {
        let template = one.parse().expect("it is sound");
        let session =
            practice_session(&template, one.example_file, one.example, now()).expect("it plays");
        let offered = DocumentKind::offered(&session);
        assert_eq!(offered[0], DocumentKind::CaseFile, "{}", one.file);
        for kind in offered {
            for edition in Edition::ALL {
                let document = document(kind, &session, edition);
                let name = format!("{} {}", one.file, kind.code());
                let [ReportBlock::Heading { level: 1, .. }, rest @ ..] = &document.blocks[..]
                else {
                    panic!("{name} does not begin with its title");
                };
                assert!(rest.len() > 2, "{name}: {rest:?}");
                assert!(text(&document).contains("fictional"), "{name}");
                if kind == DocumentKind::WholeNote {
                    continue;
                }
                for pair in rest.windows(2) {
                    if let [
                        ReportBlock::Heading { level: 2.., text: one },
                        ReportBlock::Heading { level, text: next },
                    ] = pair
                    {
                        assert!(*level > 2, "{name}: nothing between “{one}” and “{next}”");
                    }
                }
                let last = document.blocks.last();
                assert!(!matches!(last, Some(ReportBlock::Heading { .. })), "{name}: {last:?}");
                assert!(!text(&document).contains("Not answered"), "{name}");
            }
        }
    }
}

#[test]
fn the_case_file_begins_with_a_page_that_stands_alone() {
    let document = document(DocumentKind::CaseFile, &example("peer-case-clinic"), Edition::Record);
    let first = document.blocks.iter().position(|block| *block == ReportBlock::PageBreak);
    let page =
        ReportDocument { blocks: document.blocks[..first.expect("details")].to_vec(), ..document };
    let page = text(&page).split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "The question",
        "What happened",
        "Agreed placement",
        "Response",
        "Who does what",
        "Review:",
        "not a referral",
    ] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    assert!(page.len() < 2_500, "{} bytes: {page}", page.len());
}

#[test]
fn a_shareable_copy_says_what_it_leaves_out() {
    let session = example("peer-case-clinic");
    let copy = text(&document(DocumentKind::CaseFile, &session, Edition::Shareable));
    let place = session.template().item("what_happened").expect("it is asked");
    let question = &place.item.text.en;
    let (_, left_out) = copy.split_once("Left out of this copy").expect("it says so");
    assert!(left_out.contains(question.as_str()), "{left_out}");
    let slot = Slot::in_row("what_happened", session.rows("behaviour")[0]);
    let Some(Value::Text(told)) = session.answer(&slot) else { panic!("it is answered") };
    let beginning: String = told.chars().take(30).collect();
    let record = text(&document(DocumentKind::CaseFile, &session, Edition::Record));
    assert!(record.replace('\n', " ").replace("   ", " ").contains(&beginning), "{record}");
    assert!(!copy.contains(&beginning), "{copy}");
}

#[test]
fn an_action_slip_holds_nothing_of_the_case_but_its_key() {
    let session = example("peer-case-clinic");
    let slips = text(&document(DocumentKind::ActionSlips, &session, Edition::Record));
    let Some(Value::Text(question)) = session.answer(&Slot::once("key_question")) else {
        panic!("it is answered")
    };
    assert!(slips.contains(session.case_key()));
    assert!(!slips.contains(&question[..20]), "{slips}");
    let owners: std::collections::BTreeSet<_> =
        session.actions().iter().map(|one| one.details.owner.clone()).collect();
    assert_eq!(slips.matches("Actions for: ").count(), owners.len());
}

#[test]
fn a_plan_for_a_family_keeps_reasons_and_other_children_out() {
    for id in ["safety-plan", "safety-plan-harmed"] {
        let session = example(id);
        let plan = text(&document(DocumentKind::SafetyPlan, &session, Edition::Record));
        let flat = plan.split_whitespace().collect::<Vec<_>>().join(" ");
        for item in ["rationale", "other_children", "risk_now"] {
            let Some(Value::Text(told)) = session.answer(&Slot::once(item)) else { continue };
            let beginning: String = told.chars().take(40).collect();
            assert!(!flat.contains(beginning.trim()), "{id} {item}: {plan}");
        }
        let review = flat.find("We look at this plan again on").expect("a review date");
        assert!(review < flat.find("Who you can ring").expect("whom to ring"), "{plan}");
    }
}

#[test]
fn markup_and_formulas_in_an_answer_stay_text_in_every_format() {
    let mut session = example("peer-case-clinic");
    let typed =
        "<script>alert(1)</script> =1+1 {HYPERLINK \"x\"} & <w:p/> \u{202E}abc\u{7}\nsecond";
    let value = Some(Value::Text(typed.into()));
    let event = Event::Answered { slot: Slot::once("key_question"), value };
    apply(&mut session, event, now()).expect("taken");
    let document = document(DocumentKind::CaseFile, &session, Edition::Record);
    let html = written_text(ExportFormat::Html, &document);
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    assert!(!html.contains("<script") && !html.contains('\u{202E}') && !html.contains('\u{7}'));
    let body = written_text(ExportFormat::Docx, &document);
    assert!(body.contains("&lt;script&gt;") && body.contains("&lt;w:p/&gt;"), "{body}");
    assert!(!body.contains("instrText") && !body.contains('\u{202E}'));
}

#[test]
fn cited_guidance_says_how_current_it_is() {
    let mut session = example("peer-case-clinic");
    for (id, version) in [("one", "1999-01"), ("gone", "1")] {
        let (id, title, version) = (id.to_owned(), "An entry".to_owned(), version.to_owned());
        apply(&mut session, Event::EntryCited { id, title, version }, now()).expect("cited");
    }
    let text = text(&document(DocumentKind::CaseFile, &session, Edition::Record));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("An entry (one, version 1999-01): changed since it was cited; checked"),
        "{flat}"
    );
    assert!(flat.contains("An entry (gone, version 1): no longer in the knowledge base"), "{flat}");
}
