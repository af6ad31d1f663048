//! Placing: private until shown, fixed once shown, dissent kept.

use super::*;
use crate::clinic::fixture::Play;
use crate::clinic::{
    Attendance, Event, Field, FieldKind, Refusal, Session, apply, bundled_templates, form,
    practice_session, to_document,
};

#[test]
fn nothing_shows_while_placements_are_collected() {
    let mut play = Play::with_people(3);
    let empty = play.view();
    play.place(&["abusive", "typical"]);
    let view = play.view();
    assert_eq!((view.ready, view.asked), (2, 3));
    assert_eq!((view.first, view.second, view.outcome), (None, None, None));
    assert_eq!(view.steps, empty.steps);
    assert!(view.steps.iter().all(|bar| bar.count == 0));
}

#[test]
fn the_order_of_arrival_leaves_no_trace() {
    let (mut one, mut other) = (Play::with_people(2), Play::with_people(2));
    let (slot, first, second) = (one.slot(), one.who(0), one.who(1));
    let placed = |participant, code: &str| Event::PlacedPrivately {
        slot: slot.clone(),
        participant,
        code: Private::new(code),
    };
    one.did(placed(first, "typical"));
    one.did(placed(second, "abusive"));
    other.did(placed(second, "abusive"));
    other.did(placed(first, "typical"));
    assert_eq!(one.session, other.session);
}

#[test]
fn a_debug_print_and_the_audit_trail_never_tell_an_unrevealed_placement() {
    let mut play = Play::with_people(2);
    let before = play.session.audit().len();
    let event = Event::PlacedPrivately {
        slot: play.slot(),
        participant: play.who(0),
        code: Private::new("violent"),
    };
    assert!(!format!("{event:?}").contains("violent"));
    play.did(event);
    assert_eq!(play.session.audit().len(), before);
    let told = format!("{:?}", play.session.ratings);
    assert!(told.contains("[placed privately]") && !told.contains("violent"), "{told}");
}

#[test]
fn the_trail_tells_counts_at_the_reveal_and_never_who() {
    let mut play = Play::with_people(3);
    play.place(&["abusive", "problematic", "abusive"]);
    play.reveal();
    let last = play.session.audit().last().expect("a line");
    assert_eq!(last.new.as_deref(), Some("problematic 1, abusive 2"));
}

#[test]
fn a_reveal_before_everyone_is_ready_needs_a_reason() {
    let mut play = Play::with_people(3);
    play.place(&["abusive"]);
    let slot = play.slot();
    let early = |reason: Option<&str>| Event::PlacementsRevealed {
        slot: slot.clone(),
        reason: reason.map(str::to_owned),
    };
    assert_eq!(play.refused(early(None)), Refusal::NotAllReady { waiting: 2, asked: 3 });
    assert!(matches!(play.refused(early(Some("  "))), Refusal::NoReason { .. }));
    play.did(early(Some("Two had to leave")));
    let round = play.view().first.expect("round one");
    assert_eq!((round.early.as_deref(), round.asked), (Some("Two had to leave"), 3));
}

#[test]
fn nobody_is_waited_for_who_is_away_or_only_observes() {
    let mut play = Play::with_people(3);
    play.did(Event::ParticipantAdded { role: "observer".into(), label: "student".into() });
    let (id, role, label) = (play.who(2), "consultant".to_owned(), "nurse".to_owned());
    play.did(Event::ParticipantChanged { id, role, label, attendance: Attendance::Apologies });
    assert_eq!(play.view().asked, 2);
    let (slot, participant, code) = (play.slot(), play.who(3), Private::new("typical"));
    play.refused(Event::PlacedPrivately { slot, participant, code });
}

#[test]
fn someone_who_placed_and_left_is_still_heard() {
    let mut play = Play::with_people(2);
    play.place(&["abusive", "typical"]);
    let (id, role, label) = (play.who(1), "consultant".to_owned(), "nurse".to_owned());
    play.did(Event::ParticipantChanged { id, role, label, attendance: Attendance::Apologies });
    assert!(matches!(play.refused(Event::ParticipantRemoved { id }), Refusal::HasTakenPart { .. }));
    play.reveal();
    assert_eq!(play.view().first.expect("round one").placements.len(), 2);
}

#[test]
fn a_placement_can_be_changed_and_withdrawn_until_the_reveal_and_never_after() {
    let mut play = Play::with_people(1);
    play.place(&["abusive"]);
    play.place(&["typical"]);
    let (slot, participant) = (play.slot(), play.who(0));
    play.did(Event::PlacementWithdrawn { slot: slot.clone(), participant });
    assert_eq!(play.view().ready, 0);
    play.place(&["problematic"]);
    play.reveal();
    let code = Private::new("typical");
    play.refused(Event::PlacedPrivately { slot: slot.clone(), participant, code: code.clone() });
    play.refused(Event::PlacementWithdrawn { slot: slot.clone(), participant });
    play.refused(Event::PlacementsRevealed { slot: slot.clone(), reason: None });
    play.refused(Event::PlacedAgain { slot, participant, code });
}

#[test]
fn a_second_round_is_blind_again_and_leaves_round_one_as_it_was() {
    let mut play = Play::with_people(2);
    play.place(&["typical", "abusive"]);
    play.reveal();
    let first = play.view().first;
    let slot = play.slot();
    play.did(Event::SecondRoundOpened { slot: slot.clone() });
    play.place(&["problematic"]);
    let view = play.view();
    assert_eq!((view.ready, view.asked), (1, 2));
    assert_eq!((&view.first, &view.second), (&first, &None));
    play.refused(Event::PlacementAgreed { slot: slot.clone(), outcome: Outcome::NoAgreement });
    play.place(&["problematic", "problematic"]);
    play.reveal();
    let view = play.view();
    assert_eq!(view.first, first);
    assert_eq!(view.second.expect("round two").spread, 0);
    play.refused(Event::SecondRoundOpened { slot });
}

#[test]
fn a_second_round_nobody_used_can_be_closed_with_a_reason() {
    let mut play = Play::with_people(2);
    play.place(&["typical", "abusive"]);
    play.reveal();
    let slot = play.slot();
    play.did(Event::SecondRoundOpened { slot: slot.clone() });
    play.did(Event::PlacementsRevealed { slot, reason: Some("No time".into()) });
    assert_eq!((play.view().state, play.view().second), (RatingState::Revealed, None));
}

#[test]
fn median_spread_and_flag_follow_the_placements() {
    type Case<'a> = (&'a [&'a str], usize, (&'a str, &'a str), bool, bool);
    let rounds: [Case<'_>; 5] = [
        (&["typical", "typical", "typical"], 0, ("typical", "typical"), false, false),
        (&["typical", "inappropriate"], 1, ("typical", "inappropriate"), false, false),
        (&["problematic", "abusive"], 1, ("problematic", "abusive"), true, true),
        (&["abusive", "violent", "abusive"], 1, ("abusive", "abusive"), false, false),
        (
            &["typical", "problematic", "not_enough_information"],
            2,
            ("typical", "problematic"),
            true,
            false,
        ),
    ];
    for (codes, spread, median, flagged, across) in rounds {
        let mut play = Play::with_people(codes.len());
        play.place(codes);
        play.reveal();
        let round = play.view().first.expect("round one");
        let (low, high) = round.median.expect("a median");
        assert_eq!((round.spread, low.as_str(), high.as_str()), (spread, median.0, median.1));
        assert_eq!((round.flagged, round.across_line), (flagged, across), "{codes:?}");
        assert_eq!(round.distribution.iter().map(|bar| bar.count).sum::<usize>(), codes.len());
    }
}

#[test]
fn views_from_both_ends_are_heard_first_where_they_are_apart() {
    let ends = |codes: &[&str]| {
        let mut play = Play::with_people(codes.len());
        play.place(codes);
        play.reveal();
        play.view().first.expect("round one").ends
    };
    let both = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
    let far = ["problematic", "problematic", "violent", "abusive", "not_enough_information"];
    assert_eq!(ends(&far), both("problematic", "violent"));
    assert_eq!(ends(&["problematic", "abusive"]), both("problematic", "abusive"));
    assert_eq!(ends(&["typical", "inappropriate"]), None, "one stage apart is not far");
}

#[test]
fn not_enough_information_from_everyone_has_no_median() {
    let mut play = Play::with_people(1);
    play.place(&["not_enough_information"]);
    play.reveal();
    assert_eq!(play.view().first.expect("round one").median, None);
    play.agree(Outcome::NotEnoughInformation);
    assert_eq!(play.view().outcome, Some(Outcome::NotEnoughInformation));
    let (slot, code) = (play.slot(), "not_enough_information".to_owned());
    play.refused(Event::PlacementAgreed { slot, outcome: Outcome::Placed(code) });
}

#[test]
fn no_agreement_is_an_outcome_and_makes_one_action() {
    let mut play = Play::with_people(2);
    play.place(&["typical", "abusive"]);
    play.reveal();
    play.agree(Outcome::NoAgreement);
    play.agree(Outcome::NoAgreement);
    assert_eq!(play.session.actions().len(), 1);
    assert_eq!(play.session.actions()[0].from, Some(play.slot()));
}

#[test]
fn an_agreed_placement_can_be_reopened() {
    let mut play = Play::with_people(1);
    play.place(&["typical"]);
    play.reveal();
    let slot = play.slot();
    play.refused(Event::PlacementReopened { slot: slot.clone() });
    play.agree(Outcome::Placed("typical".into()));
    play.did(Event::PlacementReopened { slot });
    assert_eq!((play.view().state, play.view().outcome), (RatingState::Revealed, None));
}

#[test]
fn dissent_needs_a_reason_and_names_the_part_only_unless_asked() {
    let mut play = Play::with_people(2);
    play.place(&["typical", "abusive"]);
    let (slot, participant) = (play.slot(), play.who(1));
    let dissent = |reason: &str, attributed| Event::DissentRecorded {
        slot: slot.clone(),
        participant,
        placement: "abusive".into(),
        reason: reason.into(),
        attributed,
    };
    play.refused(dissent("Too early", false));
    play.reveal();
    play.refused(dissent(" ", false));
    play.did(dissent("There was a threat", false));
    assert_eq!(play.view().dissent[0].who, "Consultant");
    play.did(dissent("There was a threat", true));
    assert_eq!(play.view().dissent.len(), 1);
    assert_eq!(play.view().dissent[0].who, "person 1 (Consultant)");
}

#[test]
fn each_behaviour_is_placed_on_its_own() {
    let mut play = Play::with_people(1);
    play.did(Event::RowAdded { group: "behaviour".into() });
    play.place(&["typical"]);
    play.reveal();
    let second = Slot::in_row("placement", play.session.rows("behaviour")[1]);
    let view = rating_view(&play.session, &second).expect("a rating");
    assert_eq!((view.state, view.ready), (RatingState::Collecting, 0));
    assert_eq!(rating_view(&play.session, &Slot::once("question")), None);
}

#[test]
fn unrevealed_placements_survive_storing() {
    let mut play = Play::with_people(2);
    play.place(&["typical", "abusive"]);
    let read = crate::clinic::from_document(&to_document(&play.session)).expect("a session");
    play.session = read;
    play.reveal();
    assert_eq!(play.view().first.expect("round one").spread, 3);
}

#[test]
fn each_round_of_each_behaviour_keeps_how_it_was_taken() {
    let mut play = Play::with_people(2);
    play.did(Event::RowAdded { group: "behaviour".into() });
    play.did(Event::PlacementMethodChosen(PlacementMethod::Cards));
    play.place(&["typical", "abusive"]);
    assert_eq!(play.view().first, None);
    play.reveal();
    let slot = play.slot();
    play.did(Event::SecondRoundOpened { slot });
    play.did(Event::PlacementMethodChosen(PlacementMethod::RoundTheTable));
    play.place(&["problematic", "problematic"]);
    play.reveal();
    let other = Slot::in_row("placement", play.session.rows("behaviour")[1]);
    for participant in [play.who(0), play.who(1)] {
        let (slot, code) = (other.clone(), Private::new("typical"));
        play.did(Event::PlacedPrivately { slot, participant, code });
    }
    play.did(Event::PlacementMethodChosen(PlacementMethod::PassTheKeyboard));
    play.did(Event::PlacementsRevealed { slot: other.clone(), reason: None });
    let read = crate::clinic::from_document(&to_document(&play.session)).expect("a session");
    let ways = |slot: &Slot| {
        let view = rating_view(&read, slot).expect("a rating");
        let rounds = view.first.into_iter().chain(view.second);
        rounds.map(|round| round.way).collect::<Vec<_>>()
    };
    let (cards, table) = (Some(PlacementMethod::Cards), Some(PlacementMethod::RoundTheTable));
    assert_eq!(ways(&play.slot()), [cards, table]);
    assert_eq!(ways(&other), [Some(PlacementMethod::PassTheKeyboard)]);
}

#[test]
fn in_every_format_that_places_no_agreement_leaves_an_action_that_its_form_shows() {
    let now = "2026-11-22T10:00:00Z".parse().expect("a time");
    let mut placed = 0;
    for one in bundled_templates() {
        let template = one.parse().expect("it is sound");
        let mut session =
            practice_session(&template, one.example_file, one.example, now).expect("it plays");
        let fields = |session: &Session| -> Vec<Field> {
            (0..template.stages.len()).flat_map(|stage| form(session, stage)).collect()
        };
        let rating =
            |field: Field| matches!(field.kind, FieldKind::Rating(_)).then_some(field.slot);
        for slot in fields(&session).into_iter().filter_map(rating).collect::<Vec<_>>() {
            placed += 1;
            let view = rating_view(&session, &slot).expect("a rating");
            if view.state == RatingState::Collecting {
                let event = Event::PlacementsRevealed { slot: slot.clone(), reason: None };
                apply(&mut session, event, now).expect("it is taken");
            }
            let outcome = Outcome::NoAgreement;
            let event = Event::PlacementAgreed { slot: slot.clone(), outcome };
            apply(&mut session, event, now).expect("it is taken");
            let shown = fields(&session).into_iter().any(|field| match field.kind {
                FieldKind::Actions(actions) => {
                    actions.iter().any(|one| one.from == Some(slot.clone()))
                }
                _ => false,
            });
            assert!(shown, "{}: {slot:?}", one.id);
        }
    }
    assert!(placed >= 4, "{placed} placements");
}
