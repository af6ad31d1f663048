//! Journeys with words: what is pointed out while somebody types, and before completing.

use super::*;
use crate::{
    app::{ClinicScreen, Dialog, FormRole},
    clinic::{Event, Slot, Value},
};

/// In the key question, with nothing in it.
fn in_an_empty_field() -> Person {
    let mut person = Person::in_a_clinic(None);
    let slot = Slot::once("key_question");
    let now = person.now;
    let clinic = person.model.clinic.as_mut().expect("a clinic is open");
    clinic.apply_event(Event::StageOpened { stage: 0 }, now).expect("back is open");
    clinic.apply_event(Event::Answered { slot: slot.clone(), value: None }, now).expect("taken");
    clinic.focus_on_slot(&slot);
    assert!(clinic.is_typing());
    person
}

fn text(person: &Person) -> String {
    person.clinic().editor.as_ref().expect("a text field").text()
}

/// What is marked in the focused field, and what is said below it.
fn shown(person: &Person) -> (Vec<(String, FormRole)>, String) {
    let layout = person.clinic().layout(80);
    let focus = &person.clinic().focus;
    let placed = layout
        .controls
        .iter()
        .find(|placed| person.clinic().controls()[placed.at].id == *focus)
        .expect("the focused field");
    let (mut marked, mut said) = (Vec::new(), Vec::new());
    for piece in placed.pieces.iter().cloned() {
        match piece.role {
            FormRole::Identifier | FormRole::Wording => marked.push((piece.text, piece.role)),
            FormRole::Advice => said.push(piece.text),
            _ => {}
        }
    }
    (marked, said.join(" "))
}

fn asked(person: &Person) -> (String, Vec<String>) {
    match &person.model.dialog {
        Some(Dialog::Choose(choose)) => (choose.text.clone(), choose.options.clone()),
        _ => panic!("nothing is asked"),
    }
}

#[test]
fn what_calls_for_a_second_look_is_marked_while_it_is_typed() {
    let mut person = in_an_empty_field();
    person.types("He was seen at lunch");
    assert_eq!(shown(&person), (Vec::new(), String::new()));
    person.types(" by a victim, born 3 May 2012");
    let (marked, said) = shown(&person);
    let wanted = [("victim", FormRole::Wording), ("3 May 2012", FormRole::Identifier)]
        .map(|(a, b)| (a.into(), b));
    assert_eq!(marked, wanted);
    assert_eq!(said, "Possible identifier: date of birth. Write the age in years.");
    person.presses(Key::plain(Code::Home));
    assert_eq!(shown(&person).1, "“a victim”: write “a child who was harmed” (F10: replace).");
}

#[test]
fn one_key_puts_better_words_in_and_the_next_press_goes_on() {
    let mut person = in_an_empty_field();
    person.types("The perpetrator met an offender");
    person.presses(Key::plain(Code::F(10)));
    assert_eq!(text(&person), "The perpetrator met a child");
    person.presses(Key::plain(Code::F(10)));
    assert_eq!(text(&person), "The child who displayed the behaviour met a child");
    let slot = Slot::once("key_question");
    let kept = person.clinic().session.answer(&slot).cloned();
    assert_eq!(kept, Some(Value::Text(text(&person))), "the note holds what the screen shows");
    person.presses(Key::plain(Code::F(10)));
    assert_eq!(person.notice(), "No wording suggestions in this field.");
    person
        .model
        .clinic
        .as_mut()
        .expect("open")
        .apply_event(Event::Undone, person.now)
        .expect("undone");
    assert_ne!(person.clinic().session.answer(&slot), kept.as_ref());
}

#[test]
fn somebodys_own_words_are_left_with_a_softer_sentence() {
    let mut person = in_an_empty_field();
    person.types("She said “he is an abuser”.");
    person.presses(Key::plain(Code::F(10)));
    assert_eq!(text(&person), "She said “he is an abuser”.");
    assert!(person.notice().contains("if you are quoting someone, keep it"), "{}", person.notice());
}

#[test]
fn names_to_watch_for_are_found_and_kept_with_the_draft_alone() {
    let mut person = in_an_empty_field();
    person.presses(Key::ctrl(Code::Char('n')));
    person.types("Robin Ash, Fern");
    person.presses(Key::plain(Code::Enter));
    assert_eq!(person.notice(), "Watching for 2 names until you complete this note.");
    person.types("robin ash was there");
    let (marked, said) = shown(&person);
    assert_eq!(marked, [("robin ash".to_owned(), FormRole::Identifier)]);
    assert!(said.starts_with("Possible identifier: name to watch for."), "{said}");
    let now = person.now;
    let again = ClinicScreen::open(None, person.clinic().session.clone(), now);
    assert_eq!(again.names().count(), 2, "after leaving or locking");
    let trail = format!("{:?}", again.session.audit());
    assert!(!trail.contains("Fern") && !trail.contains("Robin Ash"));
    person.presses(Key::ctrl(Code::Char('n')));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("nothing is asked") };
    assert!(ask.answer.is_blank() && !ask.text.contains("Robin"), "a shared screen shows none");
    person.types("-");
    person.presses(Key::plain(Code::Enter));
    assert_eq!(shown(&person).0, []);
}

#[test]
fn before_completing_everything_found_is_listed_and_the_first_is_one_key_away() {
    let mut person = in_an_empty_field();
    person.types("How is the victim, NHS 943 476 5919?");
    let many: Vec<String> = (0..14).map(|day| format!("born {} May 2012", day + 1)).collect();
    let now = person.now;
    let clinic = person.model.clinic.as_mut().expect("open");
    let value = Some(Value::Text(many.join("\n")));
    clinic
        .apply_event(Event::Answered { slot: Slot::once("last_word"), value }, now)
        .expect("taken");
    // What is missing would be listed first.
    let stages = &clinic.session.template().stages;
    let stage = stages.iter().position(|one| one.id == "placement").expect("there is one");
    let skipped = Event::StageSkipped { reason: "placed another day".into() };
    for event in [Event::StageOpened { stage }, skipped] {
        clinic.apply_event(event, now).expect("taken");
    }
    clinic::buttons::ask_completion(&mut person.model);
    let (said, options) = asked(&person);
    assert!(
        said.contains("15 possible identifiers found. No names to watch for were given"),
        "{said}"
    );
    assert!(said.contains("suggested change"), "{said}");
    assert!(
        said.contains("NHS number, “943 476 5919”") && said.ends_with("… and 3 more."),
        "{said}"
    );
    assert_eq!(options.len(), 3);
    person.confirms('3');
    assert_eq!(crate::app::slot_of(&person.clinic().focus), Some(&Slot::once("key_question")));
    assert!(shown(&person).1.contains("NHS number"), "the caret stands at the place");
}
