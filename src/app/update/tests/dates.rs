//! Dates as people type them into a form.

use super::*;
use crate::{
    app::{
        FormRole,
        screens::clinic::control::{ActionPart, ControlId},
    },
    clinic::{Event, Slot, Value},
};

fn slot() -> Slot {
    Slot::once("review_date")
}

/// At the review date of a peer clinic, which has no answer yet.
fn at_the_review_date() -> Person {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    let last = clinic.session.template().stages.len() - 1;
    while clinic.session.stage() < last {
        let reason = "a test of dates".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    clinic.apply_event(Event::Answered { slot: slot(), value: None }, start()).expect("taken");
    clinic.focus_on(ControlId::Answer(slot()));
    person
}

fn recorded(person: &Person) -> Option<String> {
    person.clinic().session.answer(&slot()).map(Value::plain)
}

/// Everything that the form says in this role.
fn said(person: &Person, role: FormRole) -> String {
    let layout = person.clinic().layout(74);
    let pieces = layout.controls.iter().flat_map(|placed| placed.pieces.iter());
    let texts: Vec<&str> =
        pieces.filter(|piece| piece.role == role).map(|piece| piece.text.as_str()).collect();
    texts.join(" ")
}

#[test]
fn a_date_is_typed_as_people_say_it_and_echoed_as_day_and_date() {
    for (typed, day, recorded_as) in [
        ("4 dec", "Fri 4 Dec 2026", "2026-12-04"),
        ("next friday", "Fri 27 Nov 2026", "2026-11-27"),
        ("in 2 weeks", "Sat 5 Dec 2026", "2026-12-05"),
        ("tomorrow", "Sun 22 Nov 2026", "2026-11-22"),
    ] {
        let mut person = at_the_review_date();
        person.types(typed);
        assert_eq!(recorded(&person).as_deref(), Some(recorded_as), "{typed}");
        assert!(said(&person, FormRole::Hint).contains(day), "{typed}");
        person.presses(Key::plain(Code::Tab));
        assert!(said(&person, FormRole::Answer).contains(day), "{typed}");
    }
}

#[test]
fn a_date_that_has_passed_is_asked_about_and_can_stay() {
    let mut person = at_the_review_date();
    person.types("1 Nov 2026");
    let asked = "Sun 1 Nov 2026 was 20 days ago. Is this date right?";
    assert!(said(&person, FormRole::Attention).contains(asked));
    assert_eq!(recorded(&person).as_deref(), Some("2026-11-01"));
}

#[test]
fn what_is_no_date_yet_never_leaves_an_older_date_in_the_note() {
    let mut person = at_the_review_date();
    person.types("3 Dec 20");
    assert_eq!(recorded(&person).as_deref(), Some("2020-12-03"));
    person.types("2");
    assert_eq!(recorded(&person), None, "“3 Dec 202” is on the screen");
    person.presses(Key::plain(Code::Tab));
    let problem = said(&person, FormRole::Problem);
    assert!(problem.contains("nothing is recorded") && problem.contains("in 2 weeks"), "{problem}");
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on(ControlId::Answer(slot()));
    person.types("6");
    assert_eq!(recorded(&person).as_deref(), Some("2026-12-03"));
}

#[test]
fn a_date_that_could_not_be_read_is_asked_about_before_it_is_lost() {
    let mut person = at_the_review_date();
    person.types("tomorow");
    person.presses(Key::plain(Code::Esc));
    let text = |person: &Person| match &person.model.dialog {
        Some(Dialog::Choose(choose)) => choose.text.clone(),
        _ => panic!("nothing is asked"),
    };
    assert!(text(&person).starts_with("“tomorow” under "), "{}", text(&person));
    assert!(text(&person).contains("is not a date. It will not be kept."), "{}", text(&person));
    person.model.clinic.as_mut().expect("open").apply_event(Event::StageReturned, start()).ok();
    person.confirms('1');
    assert_eq!(person.clinic().focus, ControlId::Answer(slot()), "it leads there");
    let ends = |effects: &[Effect]| {
        effects.iter().any(|one| matches!(one, Effect::Vault(VaultRequest::End { .. })))
    };
    assert!(!ends(&person.presses(Key::ctrl(Code::Char('q')))), "it asks first");
    assert!(text(&person).contains("It will not be kept."));
    assert!(ends(&person.presses(Key::ctrl(Code::Char('q')))), "a way out is always open");
    person.model.dialog = None;
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on(ControlId::Complete);
    person.presses(Key::plain(Code::Enter));
    assert_eq!(person.clinic().focus, ControlId::Answer(slot()), "completing leads there too");
    assert!(person.notice().contains("is not a date"), "{}", person.notice());
    person.presses(Key::ctrl(Code::Char('u')));
    person.presses(Key::plain(Code::Esc));
    assert!(!text(&person).contains("will not be kept"), "{}", text(&person));
}

#[test]
fn a_folded_action_says_that_its_date_was_not_read() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    let action = clinic.session.actions()[0].id;
    let is_here = |clinic: &ClinicScreen| {
        clinic.controls().iter().any(|one| one.id == ControlId::ActionPart(action, ActionPart::By))
    };
    while !is_here(clinic) {
        let reason = "a test of dates".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    clinic.focus_on(ControlId::ActionPart(action, ActionPart::By));
    person.presses(Key::ctrl(Code::Char('u')));
    person.types("tomorow");
    let clinic = person.model.clinic.as_mut().expect("open");
    assert!(clinic.focus_first(|one| !matches!(one.id, ControlId::ActionPart(..))));
    let problems = said(&person, FormRole::Problem);
    assert!(problems.contains("By when: “tomorow”. Not a date"), "{problems}");
}

#[test]
fn a_year_that_nobody_means_is_asked_for_again_and_a_note_that_holds_one_still_opens() {
    let mut person = at_the_review_date();
    for far in ["4 Dec 1900", "2999-12-04"] {
        person.presses(Key::ctrl(Code::Char('u')));
        person.types(far);
        assert_eq!(recorded(&person), None, "{far}");
        person.presses(Key::plain(Code::Tab));
        let problems = said(&person, FormRole::Problem);
        assert!(problems.contains("is more than 100 years away. Check the year."), "{problems}");
        person.model.clinic.as_mut().expect("open").focus_on(ControlId::Answer(slot()));
    }
    // As a version that took every year has saved it.
    let old = jiff::civil::Date::constant(1900, 12, 4);
    let event = Event::Answered { slot: slot(), value: Some(Value::Date(old)) };
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.apply_event(event, start()).expect("recorded");
    let document = crate::clinic::to_document(&clinic.session);
    let opened = crate::clinic::from_document(&document).expect("it opens");
    assert_eq!(opened.answer(&slot()).map(Value::plain).as_deref(), Some("1900-12-04"));
}
