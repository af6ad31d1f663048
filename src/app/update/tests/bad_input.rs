//! What the world does to a clinic: texts without end, a window that may only read.

use super::*;
use crate::{
    app::Dialog,
    clinic::{Slot, Value, to_document},
    services::NoteOpened,
    vault::NoteSource,
};

/// In the key question of a clinic that is kept in a note.
fn in_the_key_question() -> Person {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    to_the_key_question(&mut person);
    person
}

fn to_the_key_question(person: &mut Person) {
    let clinic = person.model.clinic.as_mut().expect("a clinic is open");
    clinic.focus_on_slot(&Slot::once("key_question"));
    assert!(clinic.is_typing());
}

fn key_question(person: &Person) -> String {
    let answer = person.clinic().session.answer(&Slot::once("key_question"));
    answer.map_or(String::new(), Value::plain)
}

#[test]
fn ten_megabytes_are_asked_about_first_and_end_with_a_whole_word() {
    let pasted = "somebody listened. ".repeat(10 * 1024 * 1024 / 19);
    for (answer, goes_in) in [('1', false), ('2', true)] {
        let mut person = in_the_key_question();
        let before = key_question(&person);
        person.hears(Message::Pasted(pasted.clone()));
        let Some(Dialog::Choose(asked)) = &person.model.dialog else { panic!("nothing is asked") };
        assert_eq!(asked.chosen, Some(0), "leaving it out comes first");
        assert_eq!(key_question(&person), before);
        person.confirms(answer);
        let after = key_question(&person);
        assert_eq!(after != before, goes_in);
        assert!(after.len() <= 64 * 1024);
        if goes_in {
            assert!(after.starts_with(&before) && after.len() > 60 * 1024);
            let last = after.split_whitespace().last().unwrap_or_default();
            assert!(["somebody", "listened."].contains(&last), "{last}");
        }
    }
}

#[test]
fn a_window_too_small_takes_no_key_but_those_that_leave_lock_and_redraw() {
    for (columns, rows) in [(59, 24), (80, 17)] {
        let mut person = in_the_key_question();
        person.types("And what next?");
        person.model.vault = VaultStatus::Open;
        person.model.notice = None;
        person.model.show_notice("A notice that nobody has read yet.");
        person.hears(Message::Resized { columns, rows });
        let before = (to_document(&person.clinic().session), person.clinic().focus.clone());
        let letters = ('a'..='z').chain("0123456789 /?+-".chars());
        let named = [Code::Enter, Code::Esc, Code::Tab, Code::Backspace, Code::Delete]
            .into_iter()
            .chain([Code::Up, Code::Down, Code::Left, Code::Right, Code::Home, Code::End])
            .chain([Code::PageUp, Code::PageDown])
            .chain((1..=12).filter(|number| *number != 8).map(Code::F));
        let with_ctrl = ('a'..='z').filter(|letter| !"clq".contains(*letter));
        let keys = letters
            .map(Key::char)
            .chain(named.map(Key::plain))
            .chain(with_ctrl.map(|letter| Key::ctrl(Code::Char(letter))));
        for key in keys {
            assert!(person.presses(key).is_empty(), "{key:?} had an effect");
        }
        assert!(person.hears(Message::Pasted("pasted".to_owned())).is_empty());
        let redraws = person.presses(Key::ctrl(Code::Char('l')));
        assert!(matches!(redraws.as_slice(), [Effect::Redraw]));
        assert!(person.model.dialog.is_none() && person.model.screen == Screen::Clinic);
        assert_eq!(person.notice(), "A notice that nobody has read yet.");
        person.hears(Message::Resized { columns: 80, rows: 24 });
        let after = (to_document(&person.clinic().session), person.clinic().focus.clone());
        assert!(before == after, "a key that nobody could see the effect of changed the note");

        person.hears(Message::Resized { columns, rows });
        let leaves = person.presses(Key::ctrl(Code::Char('q')));
        let ends = |effect: &Effect| matches!(effect, Effect::Vault(VaultRequest::End { .. }));
        assert!(leaves.iter().any(ends));
        person.presses(Key::plain(Code::F(8)));
        assert!(person.model.clinic.is_none(), "it locks");
    }
}

#[test]
fn a_field_that_is_full_takes_no_paste_and_says_so() {
    let mut person = in_the_key_question();
    person.hears(Message::Pasted("word ".repeat(20_000)));
    person.confirms('2');
    person.hears(Message::Pasted("and so on".repeat(9000)));
    assert!(person.model.dialog.is_some() || person.notice().contains("full"));
}

#[test]
fn a_window_that_only_reads_turns_pages_and_keeps_nothing_of_what_is_typed() {
    let mut person = Person::new();
    let why = Some("another window has this vault open".to_owned());
    person.hears(Message::VaultOpened(VaultOpening { read_only: why, ..VaultOpening::default() }));
    let id = NoteId::random();
    let opened = NoteOpened {
        id,
        session: worked_case(),
        source: NoteSource::Draft,
        newer: None,
        doubt: None,
        received: None,
    };
    person.hears(Message::NoteOpened(Ok(Box::new(opened))));
    to_the_key_question(&mut person);
    let (before, written) = (key_question(&person), to_document(&person.clinic().session));
    let mut effects = person.types("lost words");
    assert!(person.notice().contains("Read-only"), "{}", person.notice());
    effects.extend(person.hears(Message::Pasted("more lost words".to_owned())));
    assert_eq!(key_question(&person), before);
    let shown = person.clinic().editor.as_ref().expect("a text field").text();
    assert_eq!(shown, before, "what is not kept does not stand there");
    effects.extend(person.presses(Key::plain(Code::F(7))));
    effects.extend(person.presses(Key::plain(Code::PageDown)));
    assert_eq!(person.clinic().session.stage(), 1);
    effects.extend(person.presses(Key::plain(Code::PageUp)));
    effects.extend(person.waits(60));
    let kept = |line: &&str| line.contains("value = ");
    let now = to_document(&person.clinic().session);
    assert_eq!(
        now.lines().filter(kept).collect::<Vec<_>>(),
        written.lines().filter(kept).collect::<Vec<_>>()
    );
    effects.extend(person.leaves());
    assert!(person.notice().contains("Read-only"), "{}", person.notice());
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Vault(VaultRequest::SaveDraft { .. })))
    );
}

#[test]
fn a_clinic_left_before_anything_was_written_leaves_no_draft_and_says_so() {
    let mut person = Person::new();
    let one = bundled_templates().first().expect("a format");
    let template = one.parse().expect("it is sound");
    let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, person.now);
    let started = Box::new((Some(NoteId::random()), session));
    let mut effects = person.hears(Message::ClinicStarted(Ok(started)));
    effects.extend(person.presses(Key::plain(Code::F(5))));
    effects.extend(person.waits(30));
    effects.extend(person.leaves());
    assert!(person.notice().contains("no draft was saved"), "{}", person.notice());
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Vault(VaultRequest::SaveDraft { .. })))
    );
}
