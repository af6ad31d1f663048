//! What the screen says about saving, and messages that come late.

use super::*;

#[test]
fn an_older_draft_that_is_safe_does_not_say_saved_while_a_newer_one_waits() {
    let note = NoteId::random();
    let mut person = Person::in_a_clinic(Some(note));
    person.goes_to_a_text_field();
    person.types("a");
    person.waits(3);
    person.types("b");
    person.waits(3);
    let at = person.now;
    person.hears(Message::Saved { note, turn: 1, at });
    assert_eq!(person.model.saving, SaveStatus::Saving);
    person.hears(Message::Saved { note, turn: 2, at });
    assert_eq!(person.model.saving, SaveStatus::Saved(at));
}

#[test]
fn a_note_that_is_completed_late_does_not_take_away_the_clinic_that_is_open_by_now() {
    let (open, late) = (NoteId::random(), NoteId::random());
    let mut person = Person::in_a_clinic(Some(open));
    person.hears(Message::Saving(SaveStatus::NotSaved("The disk is full.".to_owned())));
    person.hears(Message::Completed { note: late, revision: 1 });
    assert_eq!(person.clinic().note, Some(open));
    assert_eq!((person.model.screen, &person.model.saving), (Screen::Clinic, &SaveStatus::Nothing));
    person.hears(Message::Completed { note: open, revision: 1 });
    assert!(person.model.clinic.is_none() && person.model.screen == Screen::Clinics);
}
