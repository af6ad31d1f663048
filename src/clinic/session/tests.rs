//! Whether anybody has worked on a note.

use crate::clinic::fixture::Play;
use crate::clinic::{Event, PlacementMethod, Private, Value, bundled_templates};

#[test]
fn every_format_begins_untouched_and_moving_about_does_not_touch_it() {
    for one in bundled_templates() {
        let mut play = Play::of(one.parse().expect("it is sound"));
        assert!(play.session.is_untouched(), "{}", one.id);
        for event in [
            Event::StageReturned,
            Event::ClockPaused,
            Event::ClockResumed,
            Event::StageExtended { minutes: 5 },
            Event::TimePassed,
        ] {
            play.did(event);
        }
        assert!(play.session.is_untouched(), "{}", one.id);
    }
}

#[test]
fn whatever_somebody_does_touches_it_also_when_it_is_taken_back() {
    let touched = |begin: &dyn Fn() -> Play, event: Event| {
        let mut play = begin();
        play.did(event.clone());
        assert!(!play.session.is_untouched(), "{event:?}");
    };
    let slot = || Play::start().slot();
    let written = Some(Value::Text("a".into()));
    touched(
        &Play::start,
        Event::Answered { slot: crate::clinic::Slot::once("question"), value: written },
    );
    touched(&Play::start, Event::RowAdded { group: "behaviour".into() });
    touched(&Play::start, Event::PlacementMethodChosen(PlacementMethod::Cards));
    let label = "nurse".to_owned();
    touched(&Play::start, Event::ParticipantAdded { role: "consultant".into(), label });
    touched(&Play::start, Event::GateOverridden { reason: "it is late".into() });
    touched(&Play::start, Event::ClinicStopped { reason: "a call".into() });
    let mut play = Play::with_people(1);
    let (participant, code) = (play.who(0), Private::new("typical"));
    play.did(Event::PlacedPrivately { slot: slot(), participant, code });
    play.session.participants.clear();
    play.session.audit.clear();
    assert!(!play.session.is_untouched(), "a placement leaves no line in the trail");
    let mut play = Play::start();
    play.answer("question", Value::Text("a".into()));
    let slot = crate::clinic::Slot::once("question");
    play.did(Event::Answered { slot, value: None });
    assert!(!play.session.is_untouched(), "what was erased was written");
}
