//! Who is here, named where it turns out who is missing, and the first key of a clinic.

use super::*;
use crate::{app::screens::clinic::control::ControlId, clinic::Event};

/// A new clinic of the first format, in a note.
fn begun() -> Person {
    let mut person = Person::new();
    let template = bundled_templates()[0].parse().expect("it is sound");
    let session = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, start());
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
    person
}

fn names(person: &mut Person, label: &str) {
    person.model.clinic.as_mut().expect("open").focus_on(ControlId::AddParticipant);
    person.presses(Key::plain(Code::Enter));
    person.types(label);
    person.presses(Key::plain(Code::Enter));
}

#[test]
fn a_part_that_is_not_on_screen_is_asked_for_and_where_more_are_added_is_said() {
    let mut person = begun();
    person.waits(2);
    names(&mut person, "nurse");
    assert!(person.model.dialog.is_none(), "in the list of the first stage it is put right there");
    let clinic = person.model.clinic.as_mut().expect("open");
    while clinic.controls().iter().all(|one| !matches!(one.id, ControlId::Readiness(_))) {
        let reason = "a test of the parts".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    names(&mut person, "social worker");
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("no part is asked for") };
    let observer = choose.options.iter().position(|one| one == "Observer").expect("a part");
    for _ in choose.chosen..observer {
        person.presses(Key::plain(Code::Down));
    }
    person.presses(Key::plain(Code::Enter));
    let last = person.clinic().session.participants().last().expect("somebody is here");
    assert_eq!((last.label.as_str(), last.role.as_str()), ("social worker", "observer"));
    assert!(person.notice().contains("first stage"), "{}", person.notice());
}

#[test]
fn an_enter_meant_for_the_screen_before_does_not_answer_whether_a_child_is_in_danger() {
    let mut person = begun();
    person.presses(Key::plain(Code::Enter));
    assert!(person.clinic().session.is_untouched(), "nothing is answered");
    person.presses(Key::plain(Code::Right));
    person.presses(Key::plain(Code::Enter));
    assert!(!person.clinic().session.is_untouched(), "who moved in the form means it");
    let mut person = begun();
    person.waits(2);
    person.presses(Key::plain(Code::Enter));
    assert!(!person.clinic().session.is_untouched(), "and so does who waited");
}

#[test]
fn the_gate_asks_what_is_done_about_a_danger_and_leads_there() {
    let mut person = begun();
    person.presses(Key::char('1'));
    // The entry about it was opened.
    person.presses(Key::plain(Code::Esc));
    assert_eq!(person.model.screen, Screen::Clinic);
    person.presses(Key::plain(Code::PageDown));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("the gate is open") };
    assert!(ask.text.contains("What is being done"), "{}", ask.text);
    person.presses(Key::plain(Code::Esc));
    let done = crate::clinic::Slot::once("immediate_safety_done");
    assert_eq!(person.clinic().focus, ControlId::Answer(done));
}

#[test]
fn the_last_field_of_a_clinic_promises_no_further_stage() {
    let mut person = begun();
    let clinic = person.model.clinic.as_mut().expect("open");
    while clinic.controls().iter().all(|one| one.id != ControlId::Complete) {
        let reason = "a test of the end".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    clinic.focus_on(ControlId::Complete);
    person.presses(Key::plain(Code::Tab));
    assert!(person.notice().contains("This is the last field."), "{}", person.notice());
    assert!(!person.notice().contains("next stage"), "{}", person.notice());
}
