//! Bells, pauses and overruns of the clock, at made-up times.

use std::time::Duration;

use jiff::ToSpan;

use super::*;
use crate::clinic::fixture::{Play, template};
use crate::clinic::session::JUMPED;
use crate::clinic::{Event, Value, apply};

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

#[test]
fn a_stage_counts_its_own_time_and_the_total_all_of_it() {
    let mut play = Play::start();
    play.wait(120);
    play.answer("danger", Value::Boolean(false));
    play.did(Event::StageFinished);
    play.wait(60);
    let view = clock(&play.session, play.now);
    assert_eq!((view.stage_elapsed, view.stage_planned), (minutes(1), minutes(10)));
    assert_eq!((view.total_elapsed, view.total_planned), (minutes(3), minutes(15)));
    play.did(Event::StageReturned);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(2));
}

#[test]
fn paused_time_does_not_count() {
    let mut play = Play::start();
    play.wait(60);
    play.did(Event::ClockPaused);
    play.wait(600);
    let view = clock(&play.session, play.now);
    assert_eq!((view.stage_elapsed, view.paused, view.next_deadline), (minutes(1), true, None));
    assert_eq!(play.did(Event::TimePassed), []);
    play.did(Event::ClockResumed);
    play.wait(60);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(2));
}

#[test]
fn bells_ring_once_each_and_again_after_an_extension() {
    let mut play = Play::start();
    let start = play.now;
    let due = clock(&play.session, play.now).next_deadline;
    assert_eq!(due, Some(start + SignedDuration::from_mins(3)));
    play.wait(180);
    assert_eq!(play.did(Event::TimePassed), [SessionEffect::RingTwoMinutes]);
    assert_eq!(play.did(Event::TimePassed), []);
    let due = clock(&play.session, play.now).next_deadline;
    assert_eq!(due, Some(start + SignedDuration::from_mins(5)));
    play.wait(180);
    assert_eq!(play.did(Event::TimePassed), [SessionEffect::RingTimeUp]);
    let view = clock(&play.session, play.now);
    assert_eq!((view.stage_overrun, view.next_deadline), (minutes(1), None));
    play.did(Event::StageExtended { minutes: 5 });
    let view = clock(&play.session, play.now);
    assert_eq!((view.stage_planned, view.stage_overrun), (minutes(10), minutes(0)));
    assert_eq!(view.next_deadline, Some(start + SignedDuration::from_mins(8)));
}

#[test]
fn a_clock_that_jumps_back_takes_nothing_away() {
    let mut play = Play::start();
    play.wait(60);
    play.did(Event::TimePassed);
    play.wait(-3600);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(1));
    play.did(Event::TimePassed);
    play.wait(60);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(2));
}

#[test]
fn the_time_a_draft_lay_closed_does_not_count() {
    let mut play = Play::start();
    play.wait(60);
    play.did(Event::TimePassed);
    play.wait(86_400);
    play.did(Event::DraftOpened);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(1));
}

#[test]
fn a_stopped_clinic_has_no_deadline() {
    let mut play = Play::start();
    play.did(Event::ClinicStopped { reason: "A child needs us".into() });
    play.wait(600);
    let view = clock(&play.session, play.now);
    assert_eq!((view.next_deadline, view.paused), (None, true));
    assert_eq!(play.did(Event::TimePassed), []);
    play.did(Event::ClinicResumed);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(0));
}

fn jumps(play: &Play) -> usize {
    play.session.audit().iter().filter(|line| line.item == JUMPED).count()
}

const YEAR: i64 = 365 * 86_400;

#[test]
fn a_clock_that_jumps_by_years_is_told_in_the_trail_and_counts_for_nothing() {
    let mut play = Play::start();
    play.wait(60);
    play.answer("question", Value::Text("What next?".into()));
    for (years, told) in [(7, 1), (-20, 2), (13, 3)] {
        play.wait(years * YEAR);
        assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(1));
        play.answer("question", Value::Text(format!("What next, in {years}?")));
        assert_eq!(jumps(&play), told, "{years} years");
        assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(1));
    }
    assert!(play.session.clock_jumped());
    let read = crate::clinic::from_document(&crate::clinic::to_document(&play.session));
    assert_eq!(read, Ok(play.session.clone()));
    play.wait(60);
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(2), "it goes on from there");
}

#[test]
fn a_draft_opened_before_it_was_saved_tells_of_the_clock_and_one_opened_years_later_does_not() {
    let mut play = Play::start();
    play.wait(60);
    play.did(Event::TimePassed);
    play.wait(9 * YEAR);
    play.did(Event::DraftOpened);
    assert_eq!((jumps(&play), play.session.clock_jumped()), (0, false));
    play.wait(-4 * YEAR);
    play.did(Event::DraftOpened);
    assert_eq!((jumps(&play), play.session.clock_jumped()), (1, true));
    assert_eq!(clock(&play.session, play.now).stage_elapsed, minutes(1));
}

#[test]
fn a_clock_set_right_by_a_minute_is_not_worth_a_word() {
    let mut play = Play::start();
    play.wait(-60);
    play.did(Event::TimePassed);
    play.wait(3 * 3600);
    play.did(Event::TimePassed);
    assert_eq!(jumps(&play), 0);
}

/// A meeting whose first stage took so many minutes more than planned.
fn after(minutes: i64) -> (Session, Timestamp) {
    let start = Timestamp::UNIX_EPOCH;
    at_the_second_stage(
        Session::start(template(), uuid::Uuid::nil(), "HERON-42", false, start),
        minutes,
    )
}

fn at_the_second_stage(mut session: Session, minutes: i64) -> (Session, Timestamp) {
    let start = Timestamp::UNIX_EPOCH;
    let planned = planned_minutes(&session, 0) as i64;
    let then = start + (planned + minutes).minutes();
    let event = Event::GateOverridden { reason: "a test of the clock".to_owned() };
    apply(&mut session, event, then).expect("on to the next stage");
    (session, then)
}

#[test]
fn a_meeting_that_is_about_on_time_hears_nothing() {
    let (session, now) = after(2);
    assert_eq!(time_recovery(&session, now), None);
}

#[test]
fn who_practises_is_never_late() {
    let start = Timestamp::UNIX_EPOCH;
    let practice = Session::start(template(), uuid::Uuid::nil(), "HERON-42", true, start);
    let (session, now) = at_the_second_stage(practice, 51);
    assert_eq!(time_recovery(&session, now), None);
}

#[test]
fn a_late_meeting_hears_what_each_stage_could_take_to_end_on_time() {
    let (session, now) = after(4);
    let hint = time_recovery(&session, now).expect("it is late");
    assert_eq!(hint.late, 4);
    let whole: u64 =
        (0..session.template().stages.len()).map(|stage| planned_minutes(&session, stage)).sum();
    let spent = planned_minutes(&session, 0) + 4;
    let suggested: u64 = hint.stages.iter().map(|(_, minutes)| minutes).sum();
    assert!(hint.stages.is_empty() || spent + suggested <= whole, "{hint:?}");
    assert!(hint.sentence().starts_with("4 minutes late"), "{}", hint.sentence());
}

#[test]
fn a_meeting_that_is_hopelessly_late_is_told_so_calmly() {
    let (session, now) = after(600);
    let hint = time_recovery(&session, now).expect("it is late");
    assert!(hint.stages.is_empty(), "{hint:?}");
    assert!(hint.sentence().contains("too late to end on time"), "{}", hint.sentence());
}

#[test]
fn a_pause_that_a_stage_begins_with_ends_with_a_bell_of_its_own_once() {
    let mut play = Play::start();
    let template = std::sync::Arc::make_mut(&mut play.session.template);
    template.stages[0].minutes = 15;
    template.stages[0].pause = Some(5);
    let due = clock(&play.session, play.now).next_deadline.expect("the end of the pause");
    assert_eq!(due.duration_since(play.now).as_mins(), 5);
    play.wait(299);
    assert_eq!(play.did(Event::TimePassed), []);
    play.wait(1);
    assert_eq!(play.did(Event::TimePassed), [SessionEffect::RingPauseOver]);
    assert_eq!(play.did(Event::TimePassed), []);
    let due = clock(&play.session, play.now).next_deadline.expect("two minutes left");
    assert_eq!(due.duration_since(play.now).as_mins(), 8);
    // Who comes back after the time is up hears of that, and is not kept awake by a bell.
    let mut play = Play::start();
    let template = std::sync::Arc::make_mut(&mut play.session.template);
    template.stages[0].pause = Some(1);
    play.wait(3600);
    assert_eq!(play.did(Event::TimePassed), [SessionEffect::RingTimeUp]);
    assert!(clock(&play.session, play.now).next_deadline.is_none_or(|due| due > play.now));
}
