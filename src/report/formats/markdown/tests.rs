//! A note as Markdown: everything in it, nothing that could be read as markup.

use proptest::prelude::*;
use pulldown_cmark::{Event as Part, Options, Parser, Tag, TagEnd};

use super::{block, inline};
use crate::clinic::{
    Event, Outcome, PlacementMethod, Private, Session, Slot, Template, Value, apply,
    bundled_templates, practice_session,
};
use crate::report::markdown;
use crate::text::LocalTime;

fn practice() -> Session {
    let one = bundled_templates()[0];
    let template = Template::parse(one.file, one.text).expect("a template");
    let now = "2026-11-21T14:00:00Z".parse().expect("a time");
    practice_session(&template, one.example_file, one.example, now).expect("a session")
}

fn did(session: &mut Session, event: Event) {
    let now = "2026-11-21T15:00:00Z".parse().expect("a time");
    apply(session, event, now).expect("taken");
}

#[test]
fn the_note_is_complete_and_an_unrevealed_placement_is_not_in_it() {
    let session = practice();
    let note = markdown(&session, true, &LocalTime::default());
    for stage in &session.template().stages {
        assert!(note.contains(&format!(". {}\n", inline(&stage.title.en))), "{}", stage.id);
    }
    assert!(note.contains("Placements not revealed yet: 6 of 6 ready."));
    assert!(!note.contains("Abusive 2"));
    assert!(note.contains("WREN-21") && note.contains("Using the continuum well"));
    assert!(note.contains("*(Reported)*") && note.contains("- Due: 24 Nov 2026"));
}

#[test]
fn people_appear_by_their_part_unless_asked_otherwise() {
    let mut session = practice();
    let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
    did(&mut session, Event::PlacementsRevealed { slot, reason: None });
    let note = markdown(&session, false, &LocalTime::default());
    assert!(note.contains("Inappropriate 1, Problematic 3, Abusive 2"));
    assert!(note.contains("- school nurse (Consultant)\n"));
    assert!(!note.contains("(Consultant): ") && note.contains("**Differing view** – Recorder: "));
    let note = markdown(&session, true, &LocalTime::default());
    assert!(note.contains("- school nurse (Consultant): Problematic"), "{note}");
    assert!(note.contains("**Differing view** – Recorder: "), "as the person wished: {note}");
}

#[test]
fn markup_in_an_answer_stays_text() {
    let mut session = practice();
    let typed =
        "# Not a heading\n<script>alert(1)</script>\n1. one\n- two\n[a](http://b.c) **c** | d";
    let value = Some(Value::Text(typed.into()));
    did(&mut session, Event::Answered { slot: Slot::once("last_word"), value });
    let note = markdown(&session, false, &LocalTime::default());
    assert!(!note.contains("<script>") && !note.contains("\n# Not a heading"));
}

#[test]
fn the_note_can_be_read_as_markdown_and_holds_no_html() {
    let note = markdown(&practice(), false, &LocalTime::default());
    let html = Parser::new_ext(&note, Options::all())
        .any(|part| matches!(part, Part::Html(_) | Part::InlineHtml(_)));
    assert!(!html);
}

/// Only text, in paragraphs.
fn plain_only(markdown: &str) -> Result<String, String> {
    let mut text = String::new();
    for part in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match part {
            Part::Start(Tag::Paragraph) | Part::End(TagEnd::Paragraph) => {}
            Part::Text(piece) => text.push_str(&piece),
            Part::SoftBreak | Part::HardBreak => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(text)
}

proptest! {
    #[test]
    fn nothing_typed_becomes_markup(typed in "(\\PC|[ \n#*_<>&`~|=:+.()\\[\\]!\\\\$^-]|[0-9]){0,60}") {
        for escaped in [block(&typed), format!("x {}", inline(&typed))] {
            let read = plain_only(&escaped);
            prop_assert!(read.is_ok(), "{escaped:?} gave {read:?}");
        }
        let read = plain_only(&block(&typed)).unwrap_or_default();
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(squeeze(&read), squeeze(&crate::text::clean(&typed)));
    }
}

#[test]
fn where_people_stood_before_and_after_is_a_table_with_what_was_agreed() {
    let mut session = practice();
    let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
    let reveal = Event::PlacementsRevealed { slot: slot.clone(), reason: None };
    did(&mut session, reveal.clone());
    did(&mut session, Event::SecondRoundOpened { slot: slot.clone() });
    did(&mut session, Event::PlacementMethodChosen(PlacementMethod::Cards));
    let people: Vec<_> = session.participants().iter().map(|one| one.id).collect();
    for participant in people {
        let (slot, code) = (slot.clone(), Private::new("problematic"));
        did(&mut session, Event::PlacedAgain { slot, participant, code });
    }
    let open = markdown(&session, false, &LocalTime::default());
    assert!(
        open.contains("| Problematic | ●●● 3 |  |\n") && !open.contains("Second round |"),
        "{open}"
    );
    did(&mut session, reveal);
    let outcome = Outcome::Placed("problematic".to_owned());
    did(&mut session, Event::PlacementAgreed { slot, outcome });
    let note = markdown(&session, false, &LocalTime::default());
    for line in [
        "| Stage | First round | Second round | Outcome |",
        "| Problematic | ●●● 3 | ●●●●●● 6 | agreed |",
        "| Abusive | ●● 2 | · |  |",
        "Middle view: Problematic. Views are far apart, from Inappropriate to Abusive.\n",
        "Second round: Problematic 6. Everyone chose the same stage.",
        "How placements were made in the second round: In the room: cards or fingers, all shown together.",
    ] {
        assert!(note.contains(line), "{line} is not in\n{note}");
    }
}

#[test]
fn an_old_note_whose_format_is_gone_is_still_told_whole() {
    let old = include_str!("../../../clinic/document/fixtures/schema-1-amended.toml");
    let session = crate::clinic::from_document(old).expect("it opens");
    let id = &session.template().about.id;
    assert!(crate::clinic::bundled_template(id).is_none(), "{id} is bundled");
    let note = markdown(&session, false, &LocalTime::default());
    for told in ["**Agreed placement:**", "**Differing view**", "## Corrections", "Aged 8"] {
        assert!(note.contains(told), "{told} is not in\n{note}");
    }
}

#[test]
fn a_clock_that_jumped_is_said_at_the_head_of_the_note() {
    let mut session = practice();
    assert!(!markdown(&session, false, &LocalTime::default()).contains("clock jumped"));
    let years_before = "2019-11-21T15:00:00Z".parse().expect("a time");
    apply(&mut session, Event::StageReturned, years_before).expect("taken");
    assert!(
        markdown(&session, false, &LocalTime::default())
            .contains("- Times may be wrong: the computer’s clock jumped")
    );
}
