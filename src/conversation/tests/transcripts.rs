//! The worked example of every format, typed into the conversation by somebody who knows it: what
//! is said, from the first line to the last, is kept in `tests/transcripts`.
//!
//! After a change that is meant: `CASECLINIC_TRANSCRIPTS=keep cargo test --lib conversation::tests::transcripts`,
//! and read what changed as somebody who only hears it.

use std::path::Path;

use super::{NoBooks, now, typist::Scribe};
use crate::clinic::{
    BundledTemplate, Event, Outcome, Session, Slot, Status, apply, bundled_template,
    bundled_templates, practice_session, rating_view,
};
use crate::conversation::{Conversation, Ending};
use crate::text::LocalTime;

fn example(one: &BundledTemplate) -> Session {
    let template = one.parse().expect("it is sound");
    practice_session(&template, one.example_file, one.example, now()).expect("it plays")
}

/// An empty practice clinic of this format; a follow-up goes on from the worked peer case.
fn blank(one: &BundledTemplate) -> Session {
    let (template, id) = (one.parse().expect("it is sound"), uuid::Uuid::from_u128(2));
    if one.id != "follow-up-clinic" {
        return Session::start(template, id, example(one).case_key(), true, now());
    }
    let mut earlier = example(bundled_template("peer-case-clinic").expect("the format"));
    let row = earlier.rows("behaviour").first().copied().expect("a behaviour");
    let slot = Slot::in_row("placement", row);
    let outcome = Outcome::Placed("problematic".to_owned());
    for event in [
        Event::PlacementsRevealed { slot: slot.clone(), reason: None },
        Event::PlacementAgreed { slot, outcome },
    ] {
        apply(&mut earlier, event, now()).expect("it is taken");
    }
    Session::follow_up(template, id, &earlier, "revision 1", &[], now())
}

/// Types the whole example; answers with all that was typed and said, and the meeting at its end.
fn typed(one: &BundledTemplate) -> (String, Session) {
    let mut scribe = Scribe::of(one, example(one));
    let (mut conversation, turn) =
        Conversation::begin(None, blank(one), &NoBooks, LocalTime::default(), now());
    let mut said = turn.text;
    for _ in 0..2000 {
        let line = scribe.line(&conversation);
        let shown = if conversation.hides() { "(typed unseen)" } else { &line };
        said.push_str(format!("> {shown}").trim_end());
        said.push('\n');
        let turn = conversation.handle_line(&line, now());
        said.push_str(&turn.text);
        if turn.ending == Some(Ending::Completed) {
            return (said, conversation.session().clone());
        }
    }
    panic!("{} does not end:\n{}", one.id, &said[said.len().saturating_sub(4000)..]);
}

/// Everything written in the example is in the meeting too.
fn is_all_there(id: &str, example: &Session, meeting: &Session) {
    let rows = |session: &Session, slot: &Slot| {
        let group = session.template().item(&slot.item).and_then(|place| place.rows_of);
        group.and_then(|group| session.rows(group).iter().position(|row| Some(*row) == slot.row))
    };
    for place in example.template().items() {
        let group = place.rows_of.map_or(Vec::new(), |group| example.rows(group).to_vec());
        let slots = group.iter().map(|row| Slot::in_row(&place.item.id, *row));
        for slot in slots.chain([Slot::once(&place.item.id)]) {
            let Some(wanted) = example.answer(&slot) else { continue };
            let at = rows(example, &slot);
            let row = place.rows_of.zip(at).map(|(group, at)| meeting.rows(group)[at]);
            let there = Slot { item: slot.item.clone(), row };
            let got = meeting.answer(&there).map(crate::clinic::Value::plain);
            assert_eq!(got, Some(wanted.plain()), "{id}: {slot:?}");
            let placed = |session, slot| rating_view(session, slot).map(|view| view.dissent.len());
            assert_eq!(placed(meeting, &there), placed(example, &slot), "{id}: {slot:?}");
        }
    }
    let labels = |session: &Session| -> Vec<String> {
        session.participants().iter().map(|one| one.label.clone()).collect()
    };
    assert_eq!(labels(meeting), labels(example), "{id}");
    let actions = |session: &Session| -> Vec<_> {
        session.actions().iter().map(|one| one.details.clone()).collect()
    };
    assert_eq!(actions(meeting), actions(example), "{id}");
}

#[test]
fn every_worked_example_is_typed_and_what_is_said_is_as_it_was_read_and_approved() {
    let keeps = std::env::var("CASECLINIC_TRANSCRIPTS").is_ok_and(|value| value == "keep");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    for one in bundled_templates() {
        let (said, meeting) = typed(one);
        assert_eq!(meeting.status(), Status::Completed, "{}", one.id);
        is_all_there(one.id, &example(one), &meeting);
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!said.contains(steers), "{}: a line steers a terminal", one.id);
        let file = folder.join(format!("{}.txt", one.id));
        if keeps {
            std::fs::write(&file, &said).expect("the transcript is written");
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        let differs = said.lines().zip(kept.lines()).position(|(said, kept)| said != kept);
        assert!(
            said == kept,
            "{}: it goes otherwise from line {} on; see the head of this file",
            file.display(),
            differs.map_or(said.lines().count().min(kept.lines().count()), |at| at) + 1
        );
    }
}
