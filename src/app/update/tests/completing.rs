//! The end of a clinic: what is missing is named where people see it, and gone to.

use super::*;
use crate::{
    app::screens::clinic::{control::ControlId, controls::slot_of},
    clinic::{Event, Slot, Value, completion},
};

/// A note of a peer clinic about one behaviour, at its third stage.
fn at_the_behaviour() -> (Person, Slot, Slot) {
    let mut person = Person::new();
    let template = crate::clinic::bundled_template("peer-case-clinic").expect("bundled");
    let template = template.parse().expect("it is sound");
    let session = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, start());
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
    let row = person.clinic().session.rows("behaviour")[0];
    for _ in 0..2 {
        person.tells(Event::GateOverridden { reason: "a test of the end".to_owned() });
    }
    let (where_when, what) = (Slot::in_row("where_when", row), Slot::in_row("what_happened", row));
    person.tells(answered(&where_when, Value::Text("After school".into())));
    person.tells(answered(&what, Value::Text("A worrying game".into())));
    let known = Slot::in_row("what_happened_known", row);
    person.tells(answered(&known, Value::Choice("known".into())));
    (person, where_when, what)
}

fn answered(slot: &Slot, value: Value) -> Event {
    Event::Answered { slot: slot.clone(), value: Some(value) }
}

impl Person {
    fn tells(&mut self, event: Event) {
        let clinic = self.model.clinic.as_mut().expect("a clinic is open");
        clinic.apply_event(event, self.now).expect("it is taken");
    }
}

#[test]
fn how_an_answer_is_known_is_missed_at_that_answer_and_by_its_name() {
    let (mut person, where_when, what) = at_the_behaviour();
    let missing = completion(&person.clinic().session);
    let unsaid: Vec<_> = missing.iter().filter(|one| one.how_known).collect();
    assert_eq!(unsaid.len(), 1, "only answers ask how they are known: {unsaid:?}");
    assert_eq!(unsaid[0].message, "“Where and when?”: how do we know?");
    let unsaid = unsaid[0].clone();
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on_slot(&what);
    clinic.focus_on_missing(&unsaid);
    assert_eq!(clinic.focus, ControlId::Answer(where_when.clone()));
    let problem = clinic.focused().and_then(|control| control.problem.clone());
    assert_eq!(problem.as_deref(), Some("“Where and when?”: how do we know?"));
    person.presses(Key::plain(Code::F(4)));
    assert!(!completion(&person.clinic().session).iter().any(|one| one.how_known));
}

#[test]
fn whatever_is_missing_of_any_format_is_gone_to() {
    for one in bundled_templates() {
        let mut person = Person::new();
        let template = one.parse().expect("it is sound");
        let session = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, start());
        person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
        for _ in 1..person.clinic().session.template().stages.len() {
            person.tells(Event::GateOverridden { reason: "a test of the end".to_owned() });
        }
        let missing = completion(&person.clinic().session);
        assert!(!missing.is_empty(), "{}", one.id);
        for missing in missing {
            person.tells(Event::StageOpened { stage: missing.stage });
            let clinic = person.model.clinic.as_mut().expect("open");
            clinic.focus = ControlId::Complete;
            clinic.focus_on_missing(&missing);
            assert_ne!(clinic.focus, ControlId::Complete, "{}: {}", one.id, missing.message);
        }
    }
}

#[test]
fn what_is_missing_is_listed_before_the_question_and_enter_goes_to_the_chosen_one() {
    let (mut person, where_when, _) = at_the_behaviour();
    let missing = completion(&person.clinic().session);
    while person.clinic().session.stage() + 1 < person.clinic().session.template().stages.len() {
        person.tells(Event::GateOverridden { reason: "a test of the end".to_owned() });
    }
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on(ControlId::Complete);
    person.waits(2);
    person.presses(Key::plain(Code::Enter));
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("nothing is listed") };
    let at = choose.options.iter().position(|one| one.contains("Where and when?"));
    let at = at.expect("the answer is named");
    assert!(choose.options.len() >= missing.len(), "all of it: {:?}", choose.options);
    assert_eq!(choose.options[at], "Stage 3: “Where and when?”: how do we know? (F4)");
    for _ in 0..at {
        person.presses(Key::plain(Code::Down));
    }
    person.presses(Key::plain(Code::Enter));
    assert_eq!(person.clinic().session.stage(), 2);
    assert_eq!(slot_of(&person.clinic().focus), Some(&where_when));
    assert_eq!(person.notice(), "“Where and when?”: how do we know? (F4)");
}

#[test]
fn an_agreed_placement_lacks_its_basis_there_and_marks_it_as_needed() {
    let mut person = Person::in_a_clinic(None);
    let stages = person.clinic().session.template().stages.iter();
    let stage = stages.clone().position(|one| one.id == "placement").expect("there is one");
    person.tells(Event::StageOpened { stage });
    let ids = person.clinic().controls().iter().map(|control| control.id.clone());
    let slot = ids.clone().find_map(|id| match id {
        ControlId::Basis(slot) => Some(slot),
        _ => None,
    });
    let slot = slot.expect("the worked case agreed on a placement");
    person.tells(Event::BasisWritten { slot: slot.clone(), text: String::new() });
    let missing = completion(&person.clinic().session);
    let lacks = missing.iter().find(|one| one.slot == slot).expect("it is missed").clone();
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on_missing(&lacks);
    assert_eq!(clinic.focus, ControlId::Basis(slot));
    assert!(clinic.focused().is_some_and(|control| control.required));
}
