//! Mistakes and how they are undone.

use crate::clinic::fixture::Play;
use crate::clinic::{
    ActionDetails, Column, Event, Field, Outcome, Refusal, Session, Slot, Value, WhyMissing, form,
    from_document, hidden_answers, next_redo, next_undo, rating_view, removed_rows, to_document,
};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn seen(session: &Session) -> Vec<Vec<Field>> {
    (0..session.template().stages.len()).map(|stage| form(session, stage)).collect()
}

#[test]
fn every_kind_of_change_is_undone_and_made_again_exactly() {
    let mut play = Play::with_people(2);
    play.fill();
    let row = play.session.rows("behaviour")[0];
    let action = play.session.actions()[0].id;
    let cell = |evidence: &str| Event::MatrixCellWritten {
        slot: Slot::once("domains"),
        domain: "child".into(),
        column: Column::Risk,
        evidence: evidence.into(),
    };
    let events = [
        Event::Answered { slot: Slot::once("question"), value: Some(text("Other?")) },
        Event::Answered { slot: Slot::once("question"), value: None },
        Event::RowAdded { group: "behaviour".into() },
        Event::RowRemoved { group: "behaviour".into(), row },
        cell("a corner"),
        Event::MatrixReasonWritten { slot: Slot::once("domains"), reason: "later".into() },
        Event::ActionAdded { item: "actions".into(), details: ActionDetails::default() },
        Event::ActionRemoved { id: action },
        Event::EntryCited { id: "a".into(), title: "A".into(), version: "1".into() },
    ];
    let mut states = vec![seen(&play.session)];
    for event in events {
        play.wait(30);
        play.did(event);
        states.push(seen(&play.session));
    }
    let last = play.session.clone();
    for state in states.iter().rev().skip(1) {
        play.did(Event::Undone);
        assert_eq!(seen(&play.session), *state);
    }
    for state in &states[1..] {
        play.did(Event::Redone);
        assert_eq!(seen(&play.session), *state);
    }
    assert_eq!(play.session.citations(), last.citations());
    assert_eq!(play.session.actions(), last.actions());
    let kept = play.session.ratings == last.ratings && play.session.rows == last.rows;
    assert!(kept, "placements went with their row and stayed out with it");
}

#[test]
fn a_row_undone_brings_its_placements_back_revealed_or_not() {
    let mut play = Play::with_people(2);
    play.place(&["abusive"]);
    play.did(Event::RowAdded { group: "behaviour".into() });
    let (slot, before) = (play.slot(), play.session.ratings.clone());
    let row = slot.row.expect("a row");
    play.did(Event::RowRemoved { group: "behaviour".into(), row });
    assert_eq!(rating_view(&play.session, &slot), None);
    play.did(Event::Undone);
    assert_eq!(play.session.ratings, before);
    let view = play.view();
    assert_eq!((view.ready, view.first), (1, None), "what was not revealed still is not");
}

#[test]
fn a_run_of_typing_is_one_change_and_a_pause_begins_the_next() {
    let mut play = Play::start();
    for typed in ["W", "Wh", "What"] {
        play.wait(2);
        play.answer("question", text(typed));
    }
    play.wait(30);
    play.answer("question", text("What next?"));
    play.did(Event::Undone);
    assert_eq!(play.value("question"), Some(&text("What")));
    play.did(Event::Undone);
    assert_eq!(play.value("question"), None);
    let nothing = play.refused(Event::Undone);
    assert!(matches!(nothing, Refusal::NotNow { .. }));
    play.did(Event::Redone);
    play.did(Event::Redone);
    assert_eq!(play.value("question"), Some(&text("What next?")));
    play.refused(Event::Redone);
}

#[test]
fn what_was_undone_stays_undone_once_something_new_is_written() {
    let mut play = Play::start();
    play.answer("question", text("One"));
    play.did(Event::Undone);
    play.answer("name", text("Two"));
    play.refused(Event::Redone);
}

#[test]
fn an_undo_has_its_own_line_in_the_trail_and_is_named_before_it_is_done() {
    let mut play = Play::start();
    assert_eq!(next_undo(&play.session), None);
    play.answer("points", Value::Integer(4));
    let what = next_undo(&play.session).expect("something to undo");
    assert_eq!((what.what.as_str(), what.stage), ("Points", Some(0)));
    play.did(Event::Undone);
    let line = play.session.audit().last().expect("a line");
    assert_eq!((line.old.as_deref(), line.why.as_deref()), (Some("4"), Some("undone")));
    assert_eq!(next_redo(&play.session).and_then(|one| one.slot), Some(Slot::once("points")));
}

#[test]
fn placements_reveals_and_moves_are_never_undone() {
    let mut play = Play::with_people(2);
    play.answer("danger", Value::Boolean(false));
    play.place(&["abusive", "typical"]);
    play.reveal();
    play.agree(Outcome::Placed("abusive".into()));
    play.did(Event::StageFinished);
    let slot = play.slot();
    play.did(Event::BasisWritten { slot, text: "Seen twice".into() });
    play.did(Event::Undone);
    play.did(Event::Undone);
    assert_eq!(play.value("danger"), None);
    play.refused(Event::Undone);
    let view = play.view();
    assert_eq!(view.outcome, Some(Outcome::Placed("abusive".into())));
    assert_eq!((play.session.stage(), view.basis.as_str()), (1, ""));
}

#[test]
fn a_row_comes_back_long_after_it_was_taken_out() {
    let mut play = Play::with_people(2);
    play.did(Event::RowAdded { group: "behaviour".into() });
    let row = play.session.rows("behaviour")[0];
    let slot = Slot::in_row("what", row);
    play.did(Event::Answered { slot: slot.clone(), value: Some(text("A secret game")) });
    play.place(&["abusive", "typical"]);
    play.reveal();
    play.did(Event::RowRemoved { group: "behaviour".into(), row });
    play.answer("name", text("In between"));
    let gone = removed_rows(&play.session);
    assert_eq!((gone.len(), gone[0].about.as_str()), (1, "A secret game"));
    let who = play.who(0);
    assert!(matches!(
        play.refused(Event::ParticipantRemoved { id: who }),
        Refusal::HasTakenPart { .. }
    ));
    play.did(Event::RowBroughtBack { group: "behaviour".into(), row });
    assert_eq!(play.session.rows("behaviour")[0], row);
    assert_eq!(play.session.answer(&slot), Some(&text("A secret game")));
    assert!(play.view().first.is_some());
    assert_eq!(removed_rows(&play.session), []);
    play.refused(Event::RowBroughtBack { group: "behaviour".into(), row });
    play.did(Event::Undone);
    assert_eq!(play.session.answer(&slot), None);
}

#[test]
fn a_hidden_answer_can_be_kept_as_a_line_and_go_back_to_its_question() {
    let mut play = Play::start();
    play.answer("danger", Value::Boolean(true));
    play.answer("danger_done", text("The lead is told"));
    let slot = Slot::once("danger_done");
    play.refused(Event::HiddenAnswerKept { slot: slot.clone() });
    play.answer("danger", Value::Boolean(false));
    play.did(Event::HiddenAnswerKept { slot: slot.clone() });
    assert_eq!(hidden_answers(&play.session), []);
    let kept = &play.session.leftovers()[0];
    assert_eq!(
        (kept.question.as_str(), kept.text.as_str()),
        ("What is being done?", "The lead is told")
    );
    play.answer("danger", Value::Boolean(true));
    play.did(Event::LeftoverReturned { slot: slot.clone() });
    assert_eq!(play.value("danger_done"), Some(&text("The lead is told")));
    assert!(play.session.leftovers().is_empty());
    play.answer("danger", Value::Boolean(false));
    play.did(Event::HiddenAnswerLeftOut { slot });
    assert_eq!((hidden_answers(&play.session).len(), play.session.leftovers().len()), (0, 0));
    play.did(Event::Undone);
    assert_eq!(hidden_answers(&play.session)[0].value, text("The lead is told"));
}

#[test]
fn a_skipped_stage_is_taken_up_after_all() {
    let mut play = Play::start();
    play.answer("danger", Value::Boolean(false));
    play.did(Event::StageFinished);
    play.refused(Event::StageReopened { stage: 1 });
    play.did(Event::StageSkipped { reason: "no time".into() });
    play.did(Event::StageReopened { stage: 1 });
    assert_eq!((play.session.stage(), play.session.passes().len()), (1, 0));
    let told = |line: &crate::clinic::Change| line.old.as_deref() == Some("skipped: no time");
    assert!(play.session.audit().iter().any(|line| told(line)));
}

#[test]
fn the_history_is_bounded_and_written_into_a_draft_only() {
    let mut play = Play::start();
    for number in 0..300_i64 {
        play.answer("count", Value::Integer(number));
    }
    let undone = (0..300)
        .take_while(|_| crate::clinic::apply(&mut play.session, Event::Undone, play.now).is_ok());
    assert_eq!(undone.count(), 100);
    assert_eq!(play.value("count"), Some(&Value::Integer(199)));
    assert!(!format!("{:?}", play.session.history).contains("199"));
}

#[test]
fn a_reason_for_a_missing_answer_is_undone_as_any_answer() {
    let mut play = Play::rich();
    play.answer("consent", Value::Boolean(true));
    play.answer("consent", Value::Missing(WhyMissing::Declined));
    play.did(Event::Undone);
    assert_eq!(play.value("consent"), Some(&Value::Boolean(true)));
}

#[test]
fn undo_survives_leaving_and_resuming_and_a_completed_note_keeps_nothing_of_it() {
    let mut play = Play::with_people(2);
    play.fill();
    play.did(Event::RowAdded { group: "behaviour".into() });
    let row = play.session.rows("behaviour")[1];
    let full = seen(&play.session);
    play.wait(30);
    play.did(Event::RowRemoved { group: "behaviour".into(), row });
    play.wait(30);
    play.answer("question", text("A slip of the keyboard"));
    play.session = from_document(&to_document(&play.session)).expect("the draft opens");
    play.did(Event::DraftOpened);
    assert_eq!(removed_rows(&play.session).len(), 1);
    play.did(Event::Undone);
    play.did(Event::Undone);
    assert_eq!(seen(&play.session), full);
    play.session = from_document(&to_document(&play.session)).expect("the draft opens");
    play.did(Event::Redone);
    assert_eq!(removed_rows(&play.session).len(), 1);
    play.did(Event::Undone);
    play.did(Event::Undone);
    assert!(to_document(&play.session).contains("[history]"));
    play.did(Event::ClinicCompleted { acknowledged: true });
    assert!(!to_document(&play.session).contains("[history]"));
}

#[test]
fn a_draft_keeps_the_newest_changes_only_as_far_as_there_is_room() {
    let mut play = Play::with_people(2);
    for at in 0..40 {
        play.wait(30);
        play.answer("question", text(&format!("{at} {}", "word ".repeat(400))));
    }
    let document = to_document(&play.session);
    assert!(document.len() < 200_000, "{}", document.len());
    play.session = from_document(&document).expect("the draft opens");
    for at in (0..39).rev().take(10) {
        play.did(Event::Undone);
        let value = play.value("question").map(|value| value.plain()).unwrap_or_default();
        assert!(value.starts_with(&format!("{at} ")), "{value}");
    }
}
