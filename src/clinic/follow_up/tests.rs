//! Follow-ups and amendments.

use uuid::Uuid;

use super::*;
use crate::clinic::fixture::{Play, RICH};
use crate::clinic::{
    Event, FieldKind, ParticipantId, Private, Refusal, Status, apply, completion, form,
    from_document, to_document,
};

fn rich() -> Template {
    Template::parse("fixture_rich.toml", RICH).expect("a template")
}

/// A completed small clinic, and its follow-up with the rich template.
fn follow_up() -> (Session, Play) {
    let mut earlier = Play::with_people(2);
    earlier.fill();
    earlier.answer("points", Value::Integer(2));
    earlier.did(Event::ClinicCompleted { acknowledged: false });
    let id = Uuid::from_u128(7);
    let session = Session::follow_up(rich(), id, &earlier.session, "revision 1", &[], earlier.now);
    (earlier.session, Play { session, now: earlier.now })
}

#[test]
fn a_follow_up_carries_actions_and_placements_and_names_what_it_follows() {
    let (earlier, play) = follow_up();
    let carried = play.session.earlier().expect("an earlier note");
    assert_eq!((carried.note, carried.revision.as_str()), (earlier.id(), "revision 1"));
    assert_eq!(play.session.case_key(), earlier.case_key());
    assert_eq!(carried.placements[0].shown, "Problematic");
    assert_eq!(carried.placements[0].about, "A secret game");
    assert_eq!(carried.actions[0].details.what, "Lead the play");
    let fields = form(&play.session, 0);
    assert!(matches!(&fields[0].kind, FieldKind::LastActions(actions) if actions.len() == 1));
    assert!(matches!(&fields[1].kind, FieldKind::LastPlacements(placed) if placed.len() == 1));
    assert!(!fields[1].editable);
    assert_eq!(from_document(&to_document(&play.session)), Ok(play.session));
}

#[test]
fn every_open_action_is_spoken_about_before_a_follow_up_ends() {
    let (earlier, mut play) = follow_up();
    let missing = |play: &Play| completion(&play.session).iter().any(|one| one.slot.item == "last");
    assert!(missing(&play));
    let (note, id) = (earlier.id(), earlier.actions()[0].id);
    let told = |status, outcome: &str| Event::EarlierActionFollowedUp {
        note,
        id,
        status,
        outcome: outcome.into(),
    };
    play.did(told(ActionStatus::Done, "She plays with two others"));
    assert!(!missing(&play));
    let now = followed_up(&play.session);
    assert_eq!((now[0].note, now[0].id, now[0].status), (note, id, ActionStatus::Done));
    assert_eq!(
        earlier.actions()[0].details.status,
        ActionStatus::Open,
        "the earlier note is only read"
    );
    play.did(Event::Undone);
    assert!(missing(&play) && followed_up(&play.session).is_empty());
    let unknown = Event::EarlierActionFollowedUp {
        note: Uuid::from_u128(9),
        id,
        status: ActionStatus::Done,
        outcome: String::new(),
    };
    play.refused(unknown);
}

#[test]
fn dropping_an_earlier_action_needs_its_reason_before_the_end_and_typing_it_is_one_line() {
    let (earlier, mut play) = follow_up();
    let missing = |play: &Play| completion(&play.session).iter().any(|one| one.slot.item == "last");
    let (note, id) = (earlier.id(), earlier.actions()[0].id);
    let lines = play.session.audit().len();
    for outcome in ["", "N", "No", "No longer needed"] {
        let (status, outcome) = (ActionStatus::Dropped, outcome.to_owned());
        let blank = outcome.is_empty();
        play.did(Event::EarlierActionFollowedUp { note, id, status, outcome });
        assert_eq!(missing(&play), blank);
    }
    assert_eq!(play.session.audit().len(), lines + 1);
}

#[test]
fn without_an_earlier_note_nothing_is_asked_about_one() {
    let (_, play) = follow_up();
    let asked = |session: &Session| {
        let fields = form(session, 0);
        fields.iter().filter(|field| field.slot.item.starts_with("last")).count()
    };
    assert_eq!((asked(&play.session), asked(&Play::rich().session)), (2, 0));
}

/// The first action of a note as it stands after a change.
fn latest(of: &Session, change: impl Fn(&mut ActionDetails)) -> LatestAction {
    let action = &of.actions()[0];
    let mut details = action.details.clone();
    change(&mut details);
    LatestAction { note: of.id(), id: action.id, details }
}

#[test]
fn a_draft_that_was_left_takes_over_a_new_owner_and_date_and_keeps_what_was_recorded() {
    let (earlier, mut play) = follow_up();
    let moved = latest(&earlier, |details| {
        details.owner = "school nurse".to_owned();
        details.by = Some(jiff::civil::date(2027, 2, 1));
        details.status = ActionStatus::Done;
        details.outcome = "Recorded elsewhere".to_owned();
    });
    let carried = |play: &Play| play.session.earlier().expect("a note").actions[0].clone();
    let mut untouched = Play { session: play.session.clone(), now: play.now };
    untouched.session.update_earlier_actions(std::slice::from_ref(&moved), play.now);
    let one = carried(&untouched);
    assert_eq!((one.before, one.details.owner.as_str()), (ActionStatus::Done, "school nurse"));
    assert!(followed_up(&untouched.session).is_empty(), "this meeting has not said a word of it");
    let (note, id) = (earlier.id(), earlier.actions()[0].id);
    let outcome = "She plays with two others".to_owned();
    play.did(Event::EarlierActionFollowedUp { note, id, status: ActionStatus::Open, outcome });
    play.session.update_earlier_actions(std::slice::from_ref(&moved), play.now);
    let one = carried(&play);
    assert_eq!((one.details.owner.as_str(), one.details.by), ("school nurse", moved.details.by));
    assert_eq!(
        (one.details.status, one.details.outcome.as_str()),
        (ActionStatus::Open, "She plays with two others")
    );
    play.did(Event::Undone);
    assert_eq!(carried(&play).details.owner, "school nurse", "undo brings no old owner back");
    play.did(Event::Redone);
    let lines = play.session.audit().len();
    play.session.update_earlier_actions(std::slice::from_ref(&moved), play.now);
    assert_eq!(play.session.audit().len(), lines, "nothing is new");
    assert_eq!(from_document(&to_document(&play.session)), Ok(play.session));
}

#[test]
fn an_action_that_is_still_open_is_not_written_again_to_complete_a_follow_up() {
    let (earlier, mut play) = follow_up();
    let items = play.session.template().items();
    let actions = items.iter().find(|place| place.item.kind == ItemType::Actions);
    let slot = Slot::once(&actions.expect("actions").item.id);
    let is_answered = |play: &Play| form::enablement::is_answered(&play.session, &slot);
    assert!(!is_answered(&play));
    let (note, id) = (earlier.id(), earlier.actions()[0].id);
    let told = |status| Event::EarlierActionFollowedUp { note, id, status, outcome: "x".into() };
    play.did(told(ActionStatus::Open));
    assert!(is_answered(&play), "it carries over by itself");
    play.did(told(ActionStatus::Done));
    assert!(!is_answered(&play));
}

#[test]
fn a_follow_up_carries_what_other_notes_say_of_an_action_by_now() {
    let (earlier, play) = follow_up();
    let told = latest(&earlier, |details| {
        details.status = ActionStatus::Done;
        details.outcome = "Told in another note".to_owned();
    });
    let carried = |from: &Session| {
        let id = Uuid::from_u128(8);
        let told = std::slice::from_ref(&told);
        let next = Session::follow_up(rich(), id, from, "x", told, play.now);
        next.earlier().expect("an earlier note").actions.clone()
    };
    assert_eq!(carried(&earlier)[0].before, ActionStatus::Done);
    assert!(carried(&play.session).is_empty(), "what is done goes no further");
}

#[test]
fn what_is_still_open_goes_on_to_the_next_follow_up() {
    let (earlier, play) = follow_up();
    let next = Session::follow_up(rich(), Uuid::from_u128(8), &play.session, "x", &[], play.now);
    let carried = &next.earlier().expect("an earlier note").actions;
    assert_eq!((carried.len(), carried[0].note), (1, earlier.id()));
}

#[test]
fn what_changed_tells_placements_actions_and_confidence_then_and_now() {
    let template = rich();
    let mut first = Play::of(template.clone());
    let placed = |play: &mut Play, code: &str| {
        let role = "facilitator".to_owned();
        play.did(Event::ParticipantAdded { role, label: "nurse".into() });
        let participant: ParticipantId = play.who(0);
        let slot = Slot::in_row("placement", play.session.rows("place")[0]);
        let (code, outcome) = (Private::new(code), Outcome::Placed(code.to_owned()));
        play.did(Event::PlacedPrivately { slot: slot.clone(), participant, code });
        play.did(Event::PlacementsRevealed { slot: slot.clone(), reason: None });
        play.did(Event::PlacementAgreed { slot, outcome });
    };
    placed(&mut first, "abusive");
    first.answer("confidence_before", Value::Integer(2));
    let session =
        Session::follow_up(template, Uuid::from_u128(3), &first.session, "x", &[], first.now);
    let mut play = Play { session, now: first.now };
    assert_eq!(what_changed(&first.session), None);
    placed(&mut play, "problematic");
    play.answer("confidence_before", Value::Integer(4));
    let changed = what_changed(&play.session).expect("a follow-up");
    let one = &changed.placements[0];
    assert_eq!(
        (one.earlier.as_deref(), one.now.as_deref()),
        (Some("Abusive"), Some("Problematic"))
    );
    let scale = &changed.scales[0];
    assert_eq!((scale.item.as_str(), scale.earlier, scale.now), ("confidence_before", 2, Some(4)));
    assert_eq!((changed.placements.len(), changed.scales.len(), changed.new_actions), (1, 1, 0));
    let lines = changed.lines();
    assert_eq!(lines[0], "“school”: Abusive last time, Problematic now");
    assert_eq!(lines[1], "Confidence before 2 last time, 4 now");
}

#[test]
fn an_amendment_stands_beside_the_original_which_stays_as_it_was() {
    let (note, play) = follow_up();
    assert!(
        play.session.amend("social worker", "A slip", "Aged 8", play.now).is_err(),
        "still being written"
    );
    let amended =
        note.amend("social worker", "A slip", "Aged 8, not 9", play.now).expect("amended");
    assert_eq!((note.status(), amended.status()), (Status::Completed, Status::Amended));
    assert_eq!(note.answers, amended.answers);
    assert_eq!(amended.amendments()[0].reason, "A slip");
    let again =
        amended.amend("social worker", "Another", "Aged 8 and a half", play.now).expect("amended");
    assert_eq!(again.amendments().len(), 2);
    assert!(matches!(
        note.amend("social worker", " ", "x", play.now),
        Err(Refusal::NoReason { .. })
    ));
    let mut wrong = again.clone();
    let event = Event::MarkedEnteredInError { reason: "Wrong case".to_owned() };
    apply(&mut wrong, event, play.now).expect("marked");
    assert_eq!((wrong.status(), wrong.amendments().len()), (Status::EnteredInError, 2));
    assert!(matches!(
        wrong.amend("social worker", "a", "b", play.now),
        Err(Refusal::Closed { .. })
    ));
}
