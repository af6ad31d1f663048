//! Random events, sensible and not: nothing breaks, nothing is lost, back is always possible.

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::clinic::fixture::Play;
use crate::clinic::{
    ActionDetails, ActionId, ActionStatus, Column, Language, Outcome, ParticipantId, Private,
    RatingState, Sureness, Value, WayOfPlacing, clock, completion, form, from_document,
    hidden_answers, rating_view, summary, to_document,
};

const ITEMS: [&str; 19] = [
    "danger",
    "danger_now",
    "danger_done",
    "question",
    "name",
    "ticks",
    "points",
    "share",
    "count",
    "day",
    "behaviour",
    "what",
    "what_known",
    "placement",
    "serious",
    "domains",
    "actions",
    "last_word",
    "nothing",
];
const CODES: [&str; 9] = [
    "typical",
    "inappropriate",
    "problematic",
    "abusive",
    "violent",
    "not_enough_information",
    "known",
    "a",
    "none",
];

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("calm".into()), "\\PC{0,12}", "[\"'\\\\\n\u{0}#]{0,6}"]
}

fn code() -> impl Strategy<Value = String> {
    select(CODES.to_vec()).prop_map(str::to_owned)
}

fn number() -> std::ops::Range<u32> {
    0..9
}

fn slot() -> impl Strategy<Value = Slot> {
    let row = proptest::option::of(number().prop_map(RowId));
    (select(ITEMS.to_vec()), row).prop_map(|(item, row)| Slot { item: item.to_owned(), row })
}

/// An answer of the kind its question takes.
fn fitting() -> impl Strategy<Value = Event> {
    let text = select(vec!["danger_done", "question", "name", "serious", "last_word"]);
    let once = prop_oneof![
        3 => (text, words()).prop_map(|(item, text)| (Slot::once(item), Value::Text(text))),
        1 => any::<bool>().prop_map(|yes| (Slot::once("danger"), Value::Boolean(yes))),
        1 => (0_i64..7).prop_map(|number| (Slot::once("points"), Value::Integer(number))),
        1 => any::<i64>().prop_map(|number| (Slot::once("count"), Value::Integer(number))),
        1 => any::<f64>().prop_map(|number| (Slot::once("share"), Value::Decimal(number))),
        1 => Just((Slot::once("ticks"), Value::Choices(vec!["b".into(), "a".into()]))),
        2 => words().prop_map(|text| (Slot::in_row("what", RowId(1)), Value::Text(text))),
        1 => Just((Slot::in_row("what_known", RowId(1)), Value::Choice("known".into()))),
    ];
    (once, proptest::bool::weighted(0.8))
        .prop_map(|((slot, value), given)| Event::Answered { slot, value: given.then_some(value) })
}

/// A slot of the rating, most of the time one that exists.
fn rated() -> impl Strategy<Value = Slot> {
    prop_oneof![
        9 => Just(Slot::in_row("placement", RowId(1))),
        1 => number().prop_map(|row| Slot::in_row("placement", RowId(row))),
        1 => slot(),
    ]
}

fn who() -> impl Strategy<Value = ParticipantId> {
    prop_oneof![6 => 2_u32..4, 1 => number()].prop_map(ParticipantId)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        words().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Integer),
        (0_i64..7).prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Decimal),
        (1_i16..3000, 1_i8..13).prop_map(|(y, m)| Value::Date(jiff::civil::date(y, m, 1))),
        any::<bool>().prop_map(Value::Boolean),
        code().prop_map(Value::Choice),
        proptest::collection::vec(code(), 0..3).prop_map(Value::Choices),
    ]
}

fn details() -> impl Strategy<Value = ActionDetails> {
    (words(), words(), proptest::option::of(1_i8..13), 0_usize..3).prop_map(
        |(what, owner, by, status)| ActionDetails {
            what,
            owner,
            by: by.map(|month| jiff::civil::date(2027, month, 1)),
            status: [ActionStatus::Open, ActionStatus::Done, ActionStatus::Dropped][status],
            ..ActionDetails::default()
        },
    )
}

fn filling() -> BoxedStrategy<Event> {
    let column = || select(Column::ALL.to_vec());
    let domain = || select(vec!["child", "family", "other"]).prop_map(str::to_owned);
    let matrix = || prop_oneof![Just(Slot::once("domains")), slot()];
    prop_oneof![
        6 => (slot(), proptest::option::of(value()))
            .prop_map(|(slot, value)| Event::Answered { slot, value }),
        6 => fitting(),
        1 => select(vec!["behaviour", "question"])
            .prop_map(|group| Event::RowAdded { group: group.into() }),
        1 => number()
            .prop_map(|row| Event::RowRemoved { group: "behaviour".into(), row: RowId(row) }),
        2 => (matrix(), domain(), column(), words()).prop_map(|(slot, domain, column, evidence)| {
            Event::MatrixCellWritten { slot, domain, column, evidence }
        }),
        1 => (matrix(), domain(), column()).prop_map(|(slot, domain, column)| {
            let sureness = Some(Sureness::Assumed);
            Event::MatrixSurenessGiven { slot, domain, column, sureness }
        }),
        1 => (matrix(), words())
            .prop_map(|(slot, reason)| Event::MatrixReasonWritten { slot, reason }),
        2 => (select(vec!["actions", "actions", "question"]), details())
            .prop_map(|(item, details)| Event::ActionAdded { item: item.into(), details }),
        1 => (number(), details())
            .prop_map(|(id, details)| Event::ActionChanged { id: ActionId(id), details }),
        1 => number().prop_map(|id| Event::ActionRemoved { id: ActionId(id) }),
        1 => (number(), words()).prop_map(|(id, outcome)| {
            Event::ActionFollowedUp { id: ActionId(id), status: ActionStatus::Dropped, outcome }
        }),
        1 => (words(), words())
            .prop_map(|(id, title)| Event::EntryCited { id, title, version: "1".into() }),
        1 => words().prop_map(|id| Event::CitationRemoved { id }),
    ]
    .boxed()
}

fn placing() -> BoxedStrategy<Event> {
    let outcome = prop_oneof![
        code().prop_map(Outcome::Placed),
        Just(Outcome::NoAgreement),
        Just(Outcome::NotEnoughInformation)
    ];
    prop_oneof![
        4 => (rated(), who(), code()).prop_map(|(slot, participant, code)| {
            Event::PlacedPrivately { slot, participant, code: Private::new(&code) }
        }),
        4 => (rated(), who(), code()).prop_map(|(slot, participant, code)| {
            Event::PlacedAgain { slot, participant, code: Private::new(&code) }
        }),
        1 => (rated(), who())
            .prop_map(|(slot, participant)| Event::PlacementWithdrawn { slot, participant }),
        3 => (rated(), proptest::option::of(words()))
            .prop_map(|(slot, reason)| Event::PlacementsRevealed { slot, reason }),
        4 => rated().prop_map(|slot| Event::SecondRoundOpened { slot }),
        2 => (rated(), outcome)
            .prop_map(|(slot, outcome)| Event::PlacementAgreed { slot, outcome }),
        1 => rated().prop_map(|slot| Event::PlacementReopened { slot }),
        1 => (rated(), words()).prop_map(|(slot, text)| Event::BasisWritten { slot, text }),
        1 => (rated(), who(), code(), words(), any::<bool>()).prop_map(
            |(slot, participant, placement, reason, attributed)| {
                Event::DissentRecorded { slot, participant, placement, reason, attributed }
            }
        ),
        1 => (rated(), who())
            .prop_map(|(slot, participant)| Event::DissentWithdrawn { slot, participant }),
        1 => select(WayOfPlacing::ALL.to_vec()).prop_map(Event::WayOfPlacingChosen),
    ]
    .boxed()
}

fn moving() -> BoxedStrategy<Event> {
    let role = || select(vec!["facilitator", "observer", "chair"]).prop_map(str::to_owned);
    prop_oneof![
        3 => Just(Event::StageFinished),
        2 => Just(Event::StageReturned),
        1 => (0_usize..5).prop_map(|stage| Event::StageOpened { stage }),
        1 => words().prop_map(|reason| Event::StageSkipped { reason }),
        1 => words().prop_map(|reason| Event::GateOverridden { reason }),
        1 => Just(Event::ClockPaused),
        1 => Just(Event::ClockResumed),
        1 => any::<u32>().prop_map(|minutes| Event::StageExtended { minutes }),
        1 => Just(Event::TimePassed),
        1 => Just(Event::DraftOpened),
        1 => Just(Event::LanguageChosen(Language::Cy)),
        2 => (role(), words())
            .prop_map(|(role, label)| Event::ParticipantAdded { role, label }),
        1 => (who(), role(), words(), any::<bool>()).prop_map(|(id, role, label, present)| {
            Event::ParticipantChanged { id, role, label, present }
        }),
        1 => who().prop_map(|id| Event::ParticipantRemoved { id }),
    ]
    .boxed()
}

fn ending() -> BoxedStrategy<Event> {
    prop_oneof![
        2 => any::<bool>().prop_map(|acknowledged| Event::ClinicCompleted { acknowledged }),
        1 => words().prop_map(|reason| Event::ClinicStopped { reason }),
        4 => Just(Event::ClinicResumed),
        1 => (words(), words())
            .prop_map(|(reason, text)| Event::AmendmentWritten { reason, text }),
    ]
    .boxed()
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![16 => filling(), 16 => placing(), 12 => moving(), 1 => ending()]
}

/// Every answer that is gone stands in the trail.
fn nothing_is_lost(before: &Session, after: &Session) -> bool {
    before.answers.iter().all(|answer| {
        let old = Some(answer.value.plain());
        after.answer(&answer.slot).is_some()
            || after.audit.iter().any(|line| line.item == answer.slot.item && line.old == old)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_run_of_events_keeps_every_promise(
        filled in any::<bool>(),
        events in proptest::collection::vec((event(), -30_i64..300), 20..70),
    ) {
        let mut play = Play::with_people(2);
        if filled {
            play.fill();
        }
        for (event, seconds) in events {
            play.now += SignedDuration::from_secs(seconds);
            let before = play.session.clone();
            let open = before.status == Status::InProgress;
            let back = event == Event::StageReturned;
            let result = apply(&mut play.session, event, play.now);
            let session = &play.session;
            if result.is_err() {
                prop_assert!(!back, "back was refused");
                prop_assert_eq!(session, &before);
                continue;
            }
            prop_assert!(nothing_is_lost(&before, session));
            prop_assert!(session.audit.len() >= before.audit.len());
            prop_assert!(!open || session.updated >= before.updated);
            for rating in &session.ratings {
                let Some(view) = rating_view(session, &rating.slot) else { continue };
                prop_assert_eq!(view.first.is_some(), view.state != RatingState::Collecting);
                let earlier = rating_view(&before, &rating.slot).and_then(|view| view.first);
                let placements = |round: crate::clinic::RoundView| round.placements;
                if let Some(earlier) = earlier {
                    prop_assert_eq!(view.first.map(placements), Some(earlier.placements));
                }
            }
            for stage in 0..4 {
                form(session, stage);
            }
            let told = (completion(session), hidden_answers(session), summary(session));
            prop_assert!(told.2.stage <= told.2.stages);
            clock(session, play.now);
            let read = from_document(&to_document(session));
            prop_assert_eq!(read.as_ref(), Ok(session));
        }
    }
}
