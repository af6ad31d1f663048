//! The machine, one event after the other.

use super::*;
use crate::clinic::fixture::Play;
use crate::clinic::{
    ActionDetails, ActionStatus, Column, FieldKind, Outcome, Value, completion, form,
    from_document, hidden_answers, members_edition, to_document,
};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn immediate_danger_opens_the_guidance_and_says_what_to_do() {
    let mut play = Play::start();
    assert_eq!(form(&play.session, 0)[0].slot, Slot::once("danger"));
    let effects = play.answer("danger", Value::Boolean(true));
    assert_eq!(
        effects,
        [SessionEffect::SaveDraft, SessionEffect::OpenEntry("immediate-safety".into())]
    );
    assert!(form(&play.session, 0).iter().any(|field| field.slot.item == "danger_now"));
    assert_eq!(play.answer("danger", Value::Boolean(true)), [SessionEffect::SaveDraft]);
    play.answer("danger", Value::Boolean(false));
    assert!(!form(&play.session, 0).iter().any(|field| field.slot.item == "danger_now"));
}

#[test]
fn a_gate_holds_until_it_is_answered_or_overridden_with_a_reason() {
    let mut play = Play::start();
    let refusal = play.refused(Event::StageFinished);
    let Refusal::GateClosed { questions, .. } = &refusal else { panic!("{refusal}") };
    assert_eq!(*questions, ["Is anyone in danger?"]);
    play.refused(Event::StageOpened { stage: 2 });
    play.refused(Event::GateOverridden { reason: " ".into() });
    play.did(Event::GateOverridden { reason: "Asked before the meeting".into() });
    assert_eq!(play.session.stage(), 1);
    play.did(Event::StageReturned);
    play.did(Event::StageFinished);
    assert_eq!(play.session.stage(), 1);
}

#[test]
fn back_is_never_blocked_and_forward_again_is_free() {
    let mut play = Play::start();
    play.did(Event::StageReturned);
    play.answer("danger", Value::Boolean(false));
    play.did(Event::StageFinished);
    play.did(Event::StageFinished);
    assert_eq!(play.refused(Event::StageFinished), Refusal::LastStage);
    play.did(Event::Answered { slot: Slot::once("danger"), value: None }).iter().for_each(drop);
    play.did(Event::StageOpened { stage: 0 });
    play.did(Event::StageOpened { stage: 2 });
    assert_eq!((play.session.stage(), play.session.furthest()), (2, 2));
}

#[test]
fn a_stage_is_skipped_with_a_reason_if_it_may_be() {
    let mut play = Play::start();
    let skip = |reason: &str| Event::StageSkipped { reason: reason.into() };
    assert!(matches!(play.refused(skip("no time")), Refusal::NotSkippable { .. }));
    play.answer("danger", Value::Boolean(false));
    play.did(Event::StageFinished);
    play.refused(skip(""));
    play.did(skip("no time"));
    assert!(play.session.passes()[0].skipped);
}

#[test]
fn what_a_skipped_stage_lacks_is_a_warning_until_somebody_finishes_it() {
    let mut play = Play::start();
    play.answer("danger", Value::Boolean(false));
    play.answer("question", text("What next?"));
    play.did(Event::StageFinished);
    play.did(Event::StageSkipped { reason: "The presenter was called away".into() });
    let blocks = |play: &Play| {
        completion(&play.session)
            .iter()
            .any(|one| one.severity == crate::clinic::ConstraintSeverity::Error)
    };
    assert!(!blocks(&play));
    play.did(Event::StageReturned);
    play.did(Event::StageFinished);
    assert!(blocks(&play));
}

#[test]
fn an_answer_that_does_not_fit_is_refused_with_its_question() {
    let mut play = Play::start();
    let wrong = [
        ("danger", text("yes")),
        ("points", Value::Integer(6)),
        ("share", Value::Decimal(f64::NAN)),
        ("ticks", Value::Choices(vec!["c".into()])),
        ("ticks", Value::Choices(vec!["a".into(), "none".into()])),
        ("day", text("tomorrow")),
        ("danger_now", text("x")),
        ("actions", text("x")),
        ("nothing", text("x")),
    ];
    for (item, value) in wrong {
        play.refused(Event::Answered { slot: Slot::once(item), value: Some(value) });
    }
    play.answer("ticks", Value::Choices(vec!["b".into(), "a".into(), "b".into()]));
    let ticks = play.session.answer(&Slot::once("ticks"));
    assert_eq!(ticks, Some(&Value::Choices(vec!["a".into(), "b".into()])));
    let long = "x".repeat(MAX_FIELD_CHARS + 1);
    let slot = Slot::once("question");
    let refusal = play.refused(Event::Answered { slot, value: Some(text(&long)) });
    assert_eq!(refusal, Refusal::TooLong { limit: MAX_FIELD_CHARS });
}

#[test]
fn text_is_cleaned_on_its_way_in() {
    let mut play = Play::start();
    play.answer("question", text("a\r\nb\u{1b}[2J"));
    assert_eq!(play.session.answer(&Slot::once("question")), Some(&text("a\nb[2J")));
    play.answer("name", text("a\nb"));
    assert_eq!(play.session.answer(&Slot::once("name")), Some(&text("a b")));
}

#[test]
fn rows_keep_to_their_limits_and_a_removed_row_stays_in_the_trail() {
    let mut play = Play::start();
    let first = play.session.rows("behaviour")[0];
    let add = || Event::RowAdded { group: "behaviour".into() };
    let remove = |row| Event::RowRemoved { group: "behaviour".into(), row };
    play.refused(remove(first));
    play.did(add());
    play.did(add());
    assert!(matches!(play.refused(add()), Refusal::Rows { .. }));
    let slot = Slot::in_row("what", first);
    play.did(Event::Answered { slot: slot.clone(), value: Some(text("A secret game")) });
    play.did(remove(first));
    assert_eq!(play.session.answer(&slot), None);
    play.refused(Event::Answered { slot, value: Some(text("again")) });
    let kept = |line: &Change| line.old.as_deref() == Some("A secret game");
    assert!(play.session.audit().iter().any(|line| kept(line)));
    play.did(add());
    assert!(!play.session.rows("behaviour").contains(&first), "a row number is never given twice");
}

#[test]
fn every_change_is_in_the_trail_and_a_run_of_typing_is_one_line() {
    let mut play = Play::start();
    for typed in ["W", "Wh", "What", "What next?"] {
        play.wait(2);
        play.answer("question", text(typed));
    }
    assert_eq!(play.session.audit().len(), 1);
    play.answer("question", text("What"));
    play.answer("question", text("Wh"));
    play.answer("question", text("Why?"));
    let lines: Vec<_> =
        play.session.audit().iter().map(|l| (l.old.as_deref(), l.new.as_deref())).collect();
    assert_eq!(
        lines,
        [(None, Some("What next?")), (Some("What next?"), Some("Wh")), (Some("Wh"), Some("Why?"))]
    );
    play.did(Event::Answered { slot: Slot::once("question"), value: None });
    assert_eq!(play.session.audit().last().and_then(|l| l.old.clone()), Some("Why?".into()));
}

#[test]
fn hidden_answers_are_kept_and_left_out_only_at_completion() {
    let mut play = Play::with_people(2);
    play.answer("danger", Value::Boolean(true));
    play.answer("danger_done", text("The lead is told"));
    play.answer("danger", Value::Boolean(false));
    assert!(!form(&play.session, 0).iter().any(|field| field.slot.item == "danger_done"));
    assert_eq!(hidden_answers(&play.session)[0].question, "What is being done?");
    play.fill();
    let refusal = play.refused(Event::ClinicCompleted { acknowledged: false });
    assert!(matches!(refusal, Refusal::Unacknowledged { .. }));
    play.did(Event::ClinicCompleted { acknowledged: true });
    assert_eq!(play.session.answer(&Slot::once("danger_done")), None);
    let kept = |line: &Change| line.old.as_deref() == Some("The lead is told");
    assert!(play.session.audit().iter().any(|line| kept(line)));
}

#[test]
fn a_serious_placement_asks_what_is_needed_today() {
    let mut play = Play::with_people(1);
    let shown = |play: &Play| form(&play.session, 1).iter().any(|f| f.slot.item == "serious");
    play.place(&["abusive"]);
    play.reveal();
    assert!(!shown(&play), "a revealed placement is not an agreed one");
    play.agree(Outcome::Placed("abusive".into()));
    assert!(shown(&play));
    play.agree(Outcome::Placed("problematic".into()));
    assert!(!shown(&play));
}

#[test]
fn completion_names_everything_missing_with_its_stage() {
    let play = Play::start();
    let missing = completion(&play.session);
    let items: Vec<_> = missing.iter().map(|m| (m.stage, m.slot.item.as_str())).collect();
    assert_eq!(
        items,
        [
            (0, "danger"),
            (0, "question"),
            (1, "what"),
            (1, "placement"),
            (1, "domains"),
            (1, "actions")
        ]
    );
}

#[test]
fn a_clinic_with_risks_only_is_not_completed_without_a_reason() {
    let mut play = Play::with_people(2);
    play.fill();
    play.cell(Column::Strength, " ");
    play.cell(Column::Need, "");
    let refusal = play.refused(Event::ClinicCompleted { acknowledged: true });
    assert!(refusal.to_string().contains("nothing under need and strength"), "{refusal}");
    let slot = Slot::once("domains");
    play.did(Event::MatrixReasonWritten { slot, reason: "To be asked on Monday".into() });
    play.did(Event::ClinicCompleted { acknowledged: true });
}

#[test]
fn who_does_an_action_and_by_when_is_changed_after_the_end_and_what_was_agreed_stays_beside_it() {
    let mut play = Play::with_people(2);
    play.fill();
    let id = play.session.actions()[0].id;
    let before = play.session.actions()[0].details.clone();
    let change = |owner: &str, by: i8| Event::ActionReassigned {
        id,
        owner: owner.into(),
        agency: "health".into(),
        by: Some(jiff::civil::date(2026, 12, by)),
    };
    play.did(change("school nurse", 1));
    assert!(play.session.actions()[0].changes.is_empty(), "still being written");
    play.did(Event::Undone);
    assert_eq!(play.session.actions()[0].details, before);
    play.did(Event::ClinicCompleted { acknowledged: false });
    assert_eq!(play.did(change("school nurse", 4)), [SessionEffect::Amend]);
    assert_eq!(play.did(change("school nurse", 11)), [SessionEffect::Amend]);
    let action = &play.session.actions()[0];
    assert_eq!(action.details.owner, "school nurse");
    assert_eq!(action.changes.len(), 2);
    assert_eq!(
        (&action.changes[0].owner, action.changes[0].by),
        (&before.owner, before.by),
        "what was agreed"
    );
    assert_eq!(action.changes[1].by, Some(jiff::civil::date(2026, 12, 4)));
    assert!(matches!(play.refused(change("school nurse", 11)), Refusal::NotNow { .. }));
    let nobody = Event::ActionReassigned { id, owner: " ".into(), agency: String::new(), by: None };
    assert!(matches!(play.refused(nobody), Refusal::Blank { .. }));
    let document = to_document(&play.session);
    assert_eq!(from_document(&document).as_ref(), Ok(&play.session));
}

#[test]
fn a_full_clinic_completes_and_the_note_is_then_closed() {
    let mut play = Play::with_people(2);
    play.fill();
    assert_eq!(completion(&play.session), []);
    let effects = play.did(Event::ClinicCompleted { acknowledged: false });
    assert_eq!(effects, [SessionEffect::Complete]);
    let slot = Slot::once("question");
    let refusal = play.refused(Event::Answered { slot, value: Some(text("Other")) });
    assert_eq!(refusal, Refusal::Closed { status: Status::Completed });
    let amended = |role: &str, reason: &str, text: &str| Event::AmendmentWritten {
        role: role.into(),
        reason: reason.into(),
        text: text.into(),
    };
    for blank in [amended("nurse", "", "x"), amended("nurse", "A slip", " "), amended("", "a", "b")]
    {
        play.refused(blank);
    }
    let amended = amended("nurse", "A slip", "Aged 8");
    assert_eq!(play.did(amended), [SessionEffect::Amend]);
    assert_eq!(play.session.status(), Status::Amended);
    let id = play.session.actions()[0].id;
    let outcome = "She feels safe".to_owned();
    play.did(Event::ActionFollowedUp { id, status: ActionStatus::Done, outcome });
    assert_eq!(play.session.actions()[0].details.status, ActionStatus::Done);
    play.did(Event::StageOpened { stage: 2 });
    play.did(Event::StageReturned);
    assert_eq!(play.session.stage(), 1);
}

#[test]
fn limits_block_completion_and_warnings_ask_to_be_read() {
    let mut play = Play::with_people(2);
    play.fill();
    play.answer("question", text(&"long ".repeat(20)));
    play.answer("count", Value::Integer(12));
    let refusal = play.refused(Event::ClinicCompleted { acknowledged: true });
    let Refusal::Incomplete { missing } = refusal else { panic!("{refusal}") };
    assert_eq!(missing.len(), 2);
    play.answer("question", text("Short"));
    play.answer("count", Value::Integer(7));
    let refusal = play.refused(Event::ClinicCompleted { acknowledged: false });
    assert!(refusal.to_string().contains("That is a lot"), "{refusal}");
    play.did(Event::ClinicCompleted { acknowledged: true });
}

#[test]
fn an_action_needs_an_owner_and_a_dropped_one_a_reason() {
    let mut play = Play::with_people(2);
    play.fill();
    let id = play.session.actions()[0].id;
    let dropped = |outcome: &str| ActionDetails {
        what: "Lead the play".into(),
        status: ActionStatus::Dropped,
        outcome: outcome.into(),
        ..ActionDetails::default()
    };
    play.did(Event::ActionChanged { id, details: dropped("") });
    let said: Vec<_> = completion(&play.session).into_iter().map(|m| m.message).collect();
    assert_eq!(said, ["Action 1 has no owner", "Action 1 was dropped: give the reason"]);
    let event = Event::ActionFollowedUp { id, status: ActionStatus::Dropped, outcome: " ".into() };
    play.refused(event);
    play.did(Event::ActionRemoved { id });
    let last = play.session.audit().last().and_then(|line| line.old.clone());
    assert!(last.is_some_and(|old| old.contains("Lead the play")));
}

#[test]
fn a_stopped_clinic_says_why_and_can_go_on() {
    let mut play = Play::start();
    play.refused(Event::ClinicStopped { reason: String::new() });
    assert_eq!(
        play.did(Event::ClinicStopped { reason: "A child needs us".into() }),
        [SessionEffect::Stop]
    );
    assert_eq!(play.session.stop_reason(), Some("A child needs us"));
    play.refused(Event::Answered { slot: Slot::once("question"), value: None });
    assert_eq!(play.did(Event::ClinicResumed), [SessionEffect::SaveDraft]);
    play.answer("question", text("What next?"));
}

#[test]
fn reading_on_in_a_stopped_clinic_leads_past_no_gate_when_it_goes_on() {
    let mut play = Play::start();
    play.did(Event::ClinicStopped { reason: "A child needs us".into() });
    play.did(Event::StageOpened { stage: 2 });
    play.did(Event::ClinicResumed);
    assert_eq!((play.session.stage(), play.session.furthest()), (0, 0));
    play.refused(Event::StageFinished);
}

#[test]
fn a_note_entered_in_error_is_kept_as_it_is() {
    let mut play = Play::start();
    play.did(Event::MarkedEnteredInError { reason: "Wrong case".into() });
    play.refused(Event::AmendmentWritten {
        role: "nurse".into(),
        reason: "a".into(),
        text: "b".into(),
    });
    play.refused(Event::ClinicResumed);
}

#[test]
fn two_people_never_share_a_label_and_a_role_must_exist() {
    let mut play = Play::start();
    let added = |role: &str, label: &str| Event::ParticipantAdded {
        role: role.into(),
        label: label.into(),
    };
    play.did(added("consultant", "nurse"));
    play.did(added("consultant", "nurse"));
    play.did(added("facilitator", " "));
    let labels: Vec<_> = play.session.participants().iter().map(|p| p.label.as_str()).collect();
    assert_eq!(labels, ["nurse", "nurse 2", "Facilitator"]);
    play.refused(added("chair", "nurse"));
    let id = play.who(0);
    play.did(Event::ParticipantRemoved { id });
    assert_eq!(play.session.participants().len(), 2);
}

#[test]
fn citing_again_pins_the_newer_version() {
    let mut play = Play::start();
    for version in ["1", "2"] {
        let (id, title) = ("language-guide".to_owned(), "Words".to_owned());
        play.did(Event::EntryCited { id, title, version: version.into() });
    }
    assert_eq!(play.session.citations().len(), 1);
    assert_eq!(play.session.citations()[0].version, "2");
    play.did(Event::CitationRemoved { id: "language-guide".into() });
    play.refused(Event::CitationRemoved { id: "language-guide".into() });
}

#[test]
fn a_form_shows_rows_with_their_number_and_qualifiers_once_there_is_an_answer() {
    let mut play = Play::start();
    play.did(Event::RowAdded { group: "behaviour".into() });
    let names = |play: &Play| -> Vec<String> {
        form(&play.session, 1).iter().map(|field| field.slot.item.clone()).collect()
    };
    assert_eq!(
        names(&play),
        [
            "behaviour",
            "what",
            "behaviour",
            "what",
            "behaviour",
            "placement",
            "placement",
            "domains",
            "actions"
        ]
    );
    let fields = form(&play.session, 1);
    let rows = play.session.rows("behaviour");
    let heading = FieldKind::Heading { row: Some((rows[1], 2, 2)), removable: true };
    assert_eq!(fields[2].kind, heading);
    assert_eq!(fields[4].kind, FieldKind::AddRow { possible: true });
    assert_eq!(fields[6].label, "Where does it sit? (2 of 2)");
    let slot = Slot::in_row("what", rows[0]);
    play.did(Event::Answered { slot, value: Some(text("A game")) });
    assert_eq!(names(&play)[..3], ["behaviour", "what", "what_known"]);
    assert_eq!(form(&play.session, 9), []);
}

#[test]
fn the_form_speaks_the_chosen_language() {
    let mut play = Play::start();
    play.did(Event::LanguageChosen(crate::clinic::Language::Cy));
    assert_eq!(form(&play.session, 0)[1].label, "Eich cwestiwn?");
}

#[test]
fn names_to_watch_for_stay_with_the_draft_and_reach_no_note() {
    let mut play = Play::with_people(2);
    play.fill();
    let names = vec!["Robin Ash".to_owned(), "Fern".to_owned()];
    assert_eq!(play.did(Event::NamesWatched { names: names.clone() }), [SessionEffect::SaveDraft]);
    let draft = from_document(&to_document(&play.session)).expect("a draft");
    assert_eq!(draft.watched_names(), names);
    let edition = to_document(&members_edition(&play.session));
    play.did(Event::ClinicCompleted { acknowledged: false });
    for text in [edition, to_document(&play.session)] {
        assert!(!text.contains("Robin Ash") && !text.contains("Fern"), "{text}");
    }
}
