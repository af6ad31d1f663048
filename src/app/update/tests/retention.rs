//! The list of clinics: which one is chosen, and how long a note is kept.

use super::*;
use crate::{
    clinic::Status,
    services::{NamedNote, RetentionReply, RetentionRequest},
    vault::{NoteHead, NoteRow, NoteSource, Verified},
};

fn row(id: NoteId, key: &str, begun: i64) -> NoteRow {
    let at = Timestamp::new(begun, 0).expect("a time");
    let head = NoteHead {
        kind: "case".to_owned(),
        case_key: key.to_owned(),
        title: "A meeting".to_owned(),
        template: "one 1".to_owned(),
        stage: String::new(),
        status: Status::Completed.code().to_owned(),
        created: at,
        updated: at,
        next_review: None,
        shared_with: Vec::new(),
        question: None,
    };
    NoteRow { id, source: NoteSource::Revision(1), head: Ok(head), verified: Verified::Yes }
}

/// Somebody at the list of two clinics, HERON-90 chosen.
fn at_the_list() -> (Person, [NoteId; 2]) {
    let mut person = Person::new();
    let ids = [NoteId::random(), NoteId::random()];
    person.hears(Message::VaultStatusRead(VaultStatus::Open));
    person.model.screen = Screen::Clinics;
    let rows = vec![row(ids[0], "HERON-90", 9), row(ids[1], "OWL-11", 8)];
    person.hears(Message::NotesListed(Ok(rows.into())));
    (person, ids)
}

#[test]
fn the_clinic_that_was_just_left_is_the_chosen_one() {
    let (mut person, [heron, owl]) = at_the_list();
    let linnet = NoteId::random();
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(linnet), worked_case())))));
    person.leaves();
    // A list that was asked for before the draft was there moves nothing.
    let before = || vec![row(heron, "HERON-90", 9), row(owl, "OWL-11", 8)];
    person.hears(Message::NotesListed(Ok(before().into())));
    assert_eq!(person.model.clinics.chosen_note(), Some(heron));
    // The message says that Enter continues it, and it does.
    assert_eq!(person.model.clinics.note_to_open(), Some(linnet));
    let after = || before().into_iter().chain([row(linnet, "LINNET-66", 7)]).collect::<Vec<_>>();
    person.hears(Message::NotesListed(Ok(after().into())));
    assert_eq!(person.model.clinics.chosen_note(), Some(linnet));
    person.presses(Key::plain(Code::Up));
    person.hears(Message::NotesListed(Ok(after().into())));
    assert_eq!(person.model.clinics.chosen_note(), Some(owl), "whoever moves on has moved on");
}

#[test]
fn keys_named_in_the_list_of_notes_to_decide_on_work_there_for_the_chosen_one() {
    let (mut person, ids) = at_the_list();
    let due = |person: &mut Person| {
        let names = ["HERON-90", "OWL-11"];
        let notes = ids.iter().zip(names).map(|(id, name)| NamedNote {
            id: *id,
            name: name.to_owned(),
            about: "1 Nov 2026".to_owned(),
        });
        person.hears(Message::Kept(Ok(RetentionReply::Due(notes.collect()))));
        person.presses(Key::plain(Code::Down));
    };
    due(&mut person);
    let effects = person.presses(Key::char('k'));
    assert!(
        matches!(effects.as_slice(), [Effect::Vault(VaultRequest::Keep(RetentionRequest::Read(id)))] if *id == ids[1])
    );
    due(&mut person);
    person.presses(Key::char('x'));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("no reason is asked for") };
    assert_eq!(ask.title, "Why do you want to erase OWL-11?");
}

#[test]
fn a_day_to_decide_and_a_plan_review_do_not_share_a_name() {
    let (mut person, _) = at_the_list();
    person.hears(Message::Kept(Ok(RetentionReply::Due(Vec::new()))));
    assert!(person.notice().contains("retention review"), "{}", person.notice());
    assert!(person.notice().contains("Plan review"), "{}", person.notice());
}
