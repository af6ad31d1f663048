//! Results from answers, from none, and from those that are not asked.

use crate::clinic::fixture::Play;
use crate::clinic::{Event, Refusal, Slot, Value, WhyMissing, completion, form, hidden_answers};

fn choice(code: &str) -> Value {
    Value::Choice(code.to_owned())
}

#[test]
fn blank_is_not_zero_and_without_an_answer_there_is_no_result() {
    let mut play = Play::rich();
    for item in ["total", "mean_age", "answered", "watched_all"] {
        assert_eq!(play.value(item), None, "{item}");
    }
    play.answer("lead", choice("no"));
    assert_eq!(play.value("total"), Some(&Value::Decimal(0.0)), "an answered no is a zero");
    assert_eq!(play.value("answered"), Some(&Value::Integer(1)));
    play.did(Event::Answered { slot: Slot::once("lead"), value: None });
    assert_eq!((play.value("total"), play.value("answered")), (None, None));
}

#[test]
fn scores_of_a_group_come_from_every_option_chosen_in_it() {
    let mut play = Play::rich();
    play.answer("lead", choice("yes"));
    play.answer("ways", Value::Choices(vec!["a".into(), "b".into()]));
    play.answer("depth", Value::Integer(4));
    assert_eq!(play.value("total"), Some(&Value::Decimal(4.5)), "a scale without scores has none");
    assert!(form(&play.session, 1).iter().any(|field| field.slot.item == "high"));
    play.answer("lead", choice("no"));
    assert!(!form(&play.session, 1).iter().any(|field| field.slot.item == "high"));
}

#[test]
fn not_known_takes_no_part_in_a_mean() {
    let mut play = Play::rich();
    for _ in 0..2 {
        play.did(Event::RowAdded { group: "child".into() });
    }
    let rows = play.session.rows("child").to_vec();
    play.answer_in("age", rows[0], Value::Integer(8));
    play.answer_in("age", rows[1], Value::Integer(13));
    play.answer_in("age", rows[2], Value::Missing(WhyMissing::NotKnown));
    assert_eq!(play.value("mean_age"), Some(&Value::Decimal(10.5)));
    play.answer_in("age", rows[2], Value::Integer(8));
    assert_eq!(play.value("mean_age"), Some(&Value::Decimal(9.67)), "as people read it");
}

#[test]
fn in_a_row_only_what_is_in_that_row_counts_and_outside_every_row_does() {
    let mut play = Play::rich();
    play.did(Event::RowAdded { group: "child".into() });
    let children = play.session.rows("child").to_vec();
    play.did(Event::RowAddedWithin { group: "place".into(), row: children[0] });
    let places = play.session.rows("place").to_vec();
    assert_eq!(places.len(), 3);
    for (place, code) in places.iter().zip(["yes", "partly", "yes"]) {
        play.answer_in("watched", *place, choice(code));
    }
    let here = |at: usize| play.session.answer(&Slot::in_row("watched_here", children[at]));
    assert_eq!(here(0), Some(&Value::Decimal(3.0)));
    assert_eq!(here(1), Some(&Value::Decimal(2.0)));
    assert_eq!(play.value("watched_all"), Some(&Value::Integer(5)));
}

#[test]
fn a_result_can_not_be_typed_over_and_stays_in_the_note_at_completion() {
    let mut play = Play::rich();
    let slot = Slot::once("total");
    let refusal =
        play.refused(Event::Answered { slot: slot.clone(), value: Some(Value::Decimal(9.0)) });
    assert!(matches!(refusal, Refusal::ReadOnly { .. }));
    play.answer("consent", Value::Missing(WhyMissing::Declined));
    play.answer("lead", choice("yes"));
    assert_eq!(completion(&play.session), []);
    play.did(Event::ClinicCompleted { acknowledged: false });
    assert_eq!(play.value("total"), Some(&Value::Decimal(3.0)));
    let told =
        |line: &crate::clinic::Change| line.item == "total" && line.new.as_deref() == Some("3");
    assert_eq!(play.session.audit().iter().filter(|line| told(line)).count(), 1);
    let shown = form(&play.session, 1).into_iter().find(|field| field.slot == slot);
    assert!(shown.is_some_and(|field| !field.editable && field.answered));
}

#[test]
fn why_there_is_no_answer_fulfils_required_and_counts_as_unanswered_in_logic() {
    let mut play = Play::rich();
    let shown =
        |play: &Play, item: &str| form(&play.session, 0).iter().any(|f| f.slot.item == item);
    play.answer("consent", Value::Boolean(true));
    assert!(shown(&play, "consent_how") && !shown(&play, "consent_find"));
    play.answer("consent", Value::Missing(WhyMissing::NotAsked));
    assert!(!shown(&play, "consent_how") && shown(&play, "consent_find"));
    assert!(completion(&play.session).iter().all(|missing| missing.slot.item != "consent"));
    let slot = Slot::once("worry");
    let value = Some(Value::Missing(WhyMissing::NotAsked));
    play.refused(Event::Answered { slot, value });
}

#[test]
fn a_first_answer_is_there_from_the_start_and_what_is_read_only_stays() {
    let mut play = Play::rich();
    assert_eq!(play.value("country"), Some(&choice("england")));
    let place = play.session.rows("place")[0];
    let first = play.session.answer(&Slot::in_row("where", place));
    assert_eq!(first, Some(&Value::Text("school".into())));
    play.answer("country", choice("wales"));
    let value = Some(Value::Text("Form C".into()));
    play.refused(Event::Answered { slot: Slot::once("form"), value });
    assert!(
        play.session.audit().iter().any(|line| line.why.as_deref() == Some("from the template"))
    );
}

#[test]
fn a_text_that_does_not_match_its_pattern_says_how_it_is_written() {
    let mut play = Play::rich();
    play.answer("key", Value::Text("ab 12".into()));
    let missing = completion(&play.session);
    let found = missing.iter().find(|missing| missing.slot.item == "key").expect("a problem");
    assert!(found.message.ends_with("Two capital letters and three digits"), "{}", found.message);
    play.answer("key", Value::Text("AB123".into()));
    assert!(completion(&play.session).iter().all(|missing| missing.slot.item != "key"));
}

#[test]
fn a_protected_question_stays_to_be_read_while_it_is_not_asked() {
    let mut play = Play::rich();
    let field = |play: &Play| {
        form(&play.session, 0)
            .into_iter()
            .find(|field| field.slot.item == "worry_what")
            .expect("shown")
    };
    assert!(!field(&play).editable);
    play.answer("worry", Value::Boolean(true));
    assert!(field(&play).editable);
    play.answer("worry_what", Value::Text("Sleep".into()));
    play.answer("worry", Value::Boolean(false));
    let shown = field(&play);
    assert_eq!((shown.editable, shown.answered), (false, false));
    assert_eq!(shown.value, Some(Value::Text("Sleep".into())));
    assert_eq!(hidden_answers(&play.session).len(), 1);
    let value = Some(Value::Text("Other".into()));
    play.refused(Event::Answered { slot: Slot::once("worry_what"), value });
}
