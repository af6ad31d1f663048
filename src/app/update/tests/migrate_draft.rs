//! A draft whose format has a newer version.

use super::*;
use crate::{services::NoteOpened, vault::VaultError};

/// A draft begun with an earlier version of the bundled format, opened where the later one is.
fn with_an_earlier_draft() -> Person {
    let bundled = &bundled_templates()[0];
    let newer = Template::parse(bundled.file, bundled.text).expect("it is sound");
    let version = format!("version = \"{}\"", newer.about.version);
    let earlier = bundled.text.replacen(&version, "version = \"2025.1\"", 1);
    let template = Template::parse(bundled.file, &earlier).expect("it is sound");
    let id = uuid::Uuid::nil();
    let mut session = Session::start(template, id, "HERON-42", false, start());
    let slot = crate::clinic::Slot::once("key_question");
    let value = Some(crate::clinic::Value::Text("What helps?".to_owned()));
    let event = crate::clinic::Event::Answered { slot, value };
    crate::clinic::apply(&mut session, event, start()).expect("answered");
    let mut person = Person::new();
    person.hears(Message::NoteOpened(Ok(Box::new(NoteOpened {
        id: NoteId::random(),
        session,
        source: crate::vault::NoteSource::Draft,
        newer: Some(Box::new(newer)),
        doubt: None,
        received: None,
    }))));
    person
}

fn version(person: &Person) -> &str {
    &person.clinic().session.template().about.version
}

#[test]
fn it_is_said_in_one_line_and_nothing_happens_by_itself() {
    let mut person = with_an_earlier_draft();
    assert!(person.notice().contains("F12"), "{}", person.notice());
    assert!(person.model.dialog.is_none());
    person.waits(600);
    assert_eq!(version(&person), "2025.1");
}

#[test]
fn escape_leaves_the_draft_as_it_is() {
    let mut person = with_an_earlier_draft();
    person.presses(Key::plain(Code::F(12)));
    let Some(Dialog::Agree(agree)) = &person.model.dialog else { panic!("nothing is asked") };
    assert!(agree.lines.iter().any(|line| line.contains("moves to the")), "{:?}", agree.lines);
    person.presses(Key::plain(Code::Down));
    assert!(person.presses(Key::plain(Code::Esc)).is_empty());
    assert!(person.model.dialog.is_none());
    assert_eq!(version(&person), "2025.1");
}

#[test]
fn enter_keeps_a_copy_first_and_only_then_moves_and_saves() {
    let mut person = with_an_earlier_draft();
    person.goes_to_a_text_field();
    person.types(" More");
    person.presses(Key::plain(Code::F(12)));
    let effects = person.presses(Key::plain(Code::Enter));
    assert!(matches!(
        effects.as_slice(),
        [Effect::Vault(VaultRequest::SaveDraft { .. }), Effect::Vault(VaultRequest::KeepDraft(_))]
    ));
    assert_eq!(version(&person), "2025.1", "not before the copy is there");
    let effects = person.hears(Message::DraftKept(Ok(())));
    let [Effect::Vault(VaultRequest::SaveDraft { session, .. })] = effects.as_slice() else {
        panic!("it is saved at once");
    };
    assert_ne!(session.template().about.version, "2025.1");
    assert_eq!(**session, person.clinic().session);
    assert!(person.clinic().newer.is_none());
    person.presses(Key::plain(Code::F(12)));
    assert!(person.notice().contains("no newer version"), "{}", person.notice());
}

#[test]
fn without_a_copy_the_draft_stays_and_says_so() {
    let mut person = with_an_earlier_draft();
    person.presses(Key::plain(Code::F(12)));
    person.presses(Key::plain(Code::Enter));
    let full = VaultError::Disk {
        action: "write",
        path: "notes".into(),
        source: std::io::ErrorKind::StorageFull.into(),
    };
    assert!(person.hears(Message::DraftKept(Err(full.into()))).is_empty());
    assert!(person.notice().contains("The disk is full"), "{}", person.notice());
    assert_eq!(version(&person), "2025.1");
}

#[test]
fn a_clinic_of_the_newest_version_has_nothing_to_move_to() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    assert!(person.presses(Key::plain(Code::F(12))).is_empty());
    assert!(person.model.dialog.is_none() && person.notice().contains("no newer version"));
    let mut practice = Person::in_a_clinic(None);
    practice.presses(Key::plain(Code::F(12)));
    assert!(practice.model.dialog.is_none());
}
