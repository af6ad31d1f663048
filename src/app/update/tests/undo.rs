//! Ctrl-Z: what it undoes, and what it never does.

use super::*;
use crate::{
    app::screens::clinic::control::ControlId,
    clinic::{Event, IrreversibleChange, Outcome, Slot, Value, last_change_is_irreversible},
};

const CTRL_Z: Key = Key::ctrl(Code::Char('z'));

fn question() -> Slot {
    Slot::once("key_question")
}

/// The worked case with a question just written, and the slot of its placement.
fn written() -> (Person, Slot) {
    let mut person = Person::in_a_clinic(None);
    let session = &person.clinic().session;
    let slots = session.rows("behaviour").iter().map(|row| Slot::in_row("placement", *row));
    let agreed = |slot: &Slot| {
        crate::clinic::rating_view(session, slot).is_some_and(|view| view.outcome.is_some())
    };
    let slot = slots.into_iter().find(agreed).expect("one placement is agreed on");
    let value = Some(Value::Text("What now?".into()));
    apply_event(&mut person, Event::Answered { slot: question(), value });
    (person, slot)
}

fn apply_event(person: &mut Person, event: Event) {
    let now = person.now;
    person.model.clinic.as_mut().expect("open").apply_event(event, now).expect("it is taken");
}

#[test]
fn after_an_agreed_placement_nothing_older_is_taken_back_before_somebody_was_told() {
    let (mut person, slot) = written();
    let agreed = Event::PlacementAgreed { slot, outcome: Outcome::Placed("typical".into()) };
    apply_event(&mut person, agreed);
    let before = person.clinic().session.clone();
    person.presses(CTRL_Z);
    assert_eq!(person.clinic().session, before, "nothing is changed");
    assert!(person.notice().starts_with("To change the agreed placement, choose another"));
    assert!(
        person
            .notice()
            .ends_with("undoes the change before it: What is your one question for today.")
    );
    assert_eq!(person.clinic().session.stage(), before.stage(), "nobody is led away");
    person.presses(CTRL_Z);
    assert_ne!(person.clinic().session.answer(&question()), before.answer(&question()));
    assert_eq!(last_change_is_irreversible(&person.clinic().session), None);
}

#[test]
fn each_change_that_stays_is_told_of_anew_and_a_change_of_the_form_is_taken_back_at_once() {
    let (mut person, slot) = written();
    let role = "consultant".to_owned();
    apply_event(&mut person, Event::ParticipantAdded { role, label: "nurse".into() });
    person.presses(CTRL_Z);
    assert!(person.notice().contains("first stage"), "{}", person.notice());
    apply_event(&mut person, Event::PlacementAgreed { slot, outcome: Outcome::NoAgreement });
    let before = person.clinic().session.clone();
    person.presses(CTRL_Z);
    assert_eq!(person.clinic().session, before, "being told of one is not being told of another");
    let value = Some(Value::Text("And now?".into()));
    apply_event(&mut person, Event::Answered { slot: question(), value });
    person.presses(CTRL_Z);
    let now = person.clinic().session.answer(&question()).map(Value::plain);
    assert_eq!(now.as_deref(), Some("What now?"));
    assert_eq!(person.clinic().focus, ControlId::Answer(question()));
}

#[test]
fn every_change_that_stays_says_so_in_a_sentence() {
    for lasting in [
        IrreversibleChange::People,
        IrreversibleChange::PlacementMethod,
        IrreversibleChange::Placement,
        IrreversibleChange::Reveal,
        IrreversibleChange::SecondRound,
        IrreversibleChange::Agreement,
    ] {
        let sentence = lasting.sentence();
        assert!(sentence.ends_with('.') && sentence.len() < 120, "{sentence}");
    }
}

#[test]
fn what_was_added_on_coming_back_to_a_text_is_undone_by_itself() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    let slot = Slot::once("key_question");
    let text = |person: &Person, slot: &Slot| {
        person.clinic().session.answer(slot).map_or(String::new(), Value::plain)
    };
    clinic.focus_on_slot(&slot);
    let before = text(&person, &slot);
    person.types(" First.");
    person.presses(Key::plain(Code::Tab));
    person.presses(Key::shift(Code::Tab));
    person.types(" Then.");
    person.presses(Key::ctrl(Code::Char('z')));
    assert_eq!(text(&person, &slot), format!("{before} First."));
    person.presses(Key::ctrl(Code::Char('z')));
    assert_eq!(text(&person, &slot), before);
}
