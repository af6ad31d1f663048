//! The clock of a meeting as people meet it: it informs, and never gets in the way.

use super::*;
use crate::clinic::clock;

impl Person {
    /// The same meeting, held and not practised.
    fn is_in_earnest(&mut self) {
        let clinic = self.model.clinic.as_mut().expect("it is open");
        let text = toml::to_string(&clinic.session).expect("a session is TOML");
        let text = text.replacen("practice = true", "practice = false", 1);
        clinic.session = toml::from_str(&text).expect("it is a session");
    }
}

fn rung(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Ring))
}

/// In the first stage of the worked case, which is planned for eight minutes.
fn begun() -> Person {
    let mut person = Person::in_a_clinic(None);
    person.model.notice = None;
    person
}

#[test]
fn two_minutes_before_the_end_and_at_it_a_calm_word_and_a_bell_if_it_is_asked_for() {
    for bell in [false, true] {
        let mut person = begun();
        person.model.bell = bell;
        assert!(!rung(&person.waits(5 * 60)));
        assert_eq!(person.notice(), "");
        assert_eq!(rung(&person.waits(60)), bell);
        assert!(person.notice().starts_with("Two minutes left"), "{}", person.notice());
        assert!(!person.model.notice.as_ref().is_some_and(|notice| notice.is_error));
        person.model.notice = None;
        assert!(!rung(&person.waits(30)), "it rings once");
        assert_eq!(rung(&person.waits(90)), bell);
        assert!(person.notice().contains("Time for this stage is up"), "{}", person.notice());
        assert!(!person.model.notice.as_ref().is_some_and(|notice| notice.is_error));
    }
}

#[test]
fn five_more_minutes_and_a_pause_are_one_key_each() {
    let mut person = begun();
    let view = |person: &Person| clock(&person.clinic().session, person.now);
    person.presses(Key::plain(Code::F(7)));
    assert_eq!(view(&person).stage_planned.as_secs(), 13 * 60);
    assert_eq!(view(&person).total_planned.as_secs(), 95 * 60);
    person.waits(60);
    person.presses(Key::plain(Code::F(5)));
    person.waits(3600);
    assert_eq!((view(&person).stage_elapsed.as_secs(), view(&person).paused), (60, true));
    person.presses(Key::plain(Code::F(5)));
    person.waits(60);
    assert_eq!(view(&person).total_elapsed.as_secs(), 120);
}

#[test]
fn a_stage_over_its_time_blocks_nothing_and_the_next_one_hears_how_to_catch_up() {
    let mut person = begun();
    person.is_in_earnest();
    person.waits(25 * 60);
    person.model.notice = None;
    let slot = crate::clinic::Slot::once("key_question");
    person.model.clinic.as_mut().expect("it is open").focus_on_slot(&slot);
    person.types("a");
    let answer = person.clinic().session.answer(&slot).map(crate::clinic::Value::plain);
    assert!(answer.is_some_and(|text| text.ends_with('a')), "typing goes on");
    person.presses(Key::plain(Code::PageDown));
    assert_eq!(person.clinic().session.stage(), 1);
    assert!(person.notice().starts_with("17 minutes late"), "{}", person.notice());
}

#[test]
fn who_practises_hears_nothing_of_being_late() {
    let mut person = begun();
    person.waits(25 * 60);
    person.model.notice = None;
    person.presses(Key::plain(Code::PageDown));
    assert_eq!((person.clinic().session.stage(), person.notice()), (1, ""));
}

#[test]
fn with_reduced_motion_the_clock_wakes_the_program_once_a_minute() {
    let mut person = begun();
    person.model.reduced_motion = true;
    person.waits(5);
    let wait = |person: &Person| person.model.deadline().map(|at| at.duration_since(person.now));
    assert_eq!(wait(&person), Some(SignedDuration::from_secs(55)));
    person.waits(55);
    assert_eq!(wait(&person), Some(SignedDuration::from_mins(1)));
}
