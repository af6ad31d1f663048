//! Locking: by key, by the clock, while something can't be saved; and going on afterwards.

use super::*;
use crate::vault::NoteSource;
use crate::{app::LockState, services::NoteOpened};

const LIMIT: i64 = 5 * 60;

fn writing(note: NoteId) -> Person {
    let mut person = Person::in_a_clinic(Some(note));
    person.hears(Message::VaultOpened(VaultOpening::default()));
    person.goes_to_a_text_field();
    person
}

fn is_asked_to_lock(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Vault(VaultRequest::LockVault { .. })))
}

fn aside(effects: &[Effect]) -> Vec<String> {
    let texts = effects.iter().find_map(|effect| match effect {
        Effect::Vault(VaultRequest::LockVault { aside }) => Some(aside.to_vec()),
        _ => None,
    });
    texts.expect("the vault is locked")
}

/// Types the passphrase on the locked screen; what follows once it is right.
fn unlocks(person: &mut Person, sealed: Vec<String>) -> Vec<Effect> {
    person.presses(Key::plain(Code::Enter));
    person.types("the passphrase");
    let effects = person.presses(Key::plain(Code::Enter));
    assert!(
        matches!(effects.as_slice(), [Effect::Vault(VaultRequest::UnlockVault(_))]),
        "{}",
        person.notice()
    );
    person.hears(Message::Unsealed(sealed.into()));
    person.hears(Message::VaultOpened(VaultOpening::default()))
}

fn opened(id: NoteId, session: Session) -> Message {
    let source = NoteSource::Draft;
    Message::NoteOpened(Ok(Box::new(NoteOpened {
        id,
        session,
        source,
        newer: None,
        doubt: None,
        received: None,
    })))
}

#[test]
fn after_five_minutes_without_a_key_the_clinic_is_saved_and_the_vault_locked() {
    let note = NoteId::random();
    let mut person = writing(note);
    person.types("abc");
    let effects = person.waits(LIMIT);
    assert!(
        matches!(effects.first(), Some(Effect::Vault(VaultRequest::SaveDraft { .. }))),
        "saved before it is locked"
    );
    assert!(is_asked_to_lock(&effects));
    assert_eq!(person.model.screen, Screen::Locked);
    assert!(person.model.clinic.is_none() && person.model.vault == VaultStatus::Locked);
    person.hears(Message::VaultClosed);
    let lock = person.model.lock.as_ref().expect("it is locked");
    assert_eq!(lock.state, LockState::Closed);
    assert!(lock.clinic.is_none(), "nothing of the note is kept");
    assert_eq!(person.model.deadline(), None, "nothing wakes a locked program");
}

#[test]
fn somebody_in_a_clinic_is_told_a_minute_before_and_any_key_keeps_it_open() {
    let mut person = writing(NoteId::random());
    assert!(!is_asked_to_lock(&person.waits(LIMIT - 61)));
    assert!(!person.model.locks_soon());
    person.waits(1);
    assert!(person.model.locks_soon());
    person.presses(Key::plain(Code::Right));
    assert!(!person.model.locks_soon());
    assert!(!is_asked_to_lock(&person.waits(LIMIT - 61)));
    person.waits(1);
    assert!(is_asked_to_lock(&person.waits(60)));
}

#[test]
fn the_program_is_woken_to_tell_and_to_lock_and_never_without_an_open_vault() {
    let mut person = Person::new();
    assert_eq!(person.model.deadline(), None);
    person.hears(Message::VaultStatusRead(VaultStatus::Locked));
    person.presses(Key::plain(Code::F(3)));
    assert_eq!(person.model.deadline(), None);
    person.hears(Message::VaultOpened(VaultOpening::default()));
    assert_eq!(person.model.deadline(), Some(person.now + SignedDuration::from_secs(LIMIT)));
}

#[test]
fn a_computer_that_slept_is_locked_by_the_first_thing_that_happens_and_the_key_goes_nowhere() {
    let mut person = writing(NoteId::random());
    person.now += SignedDuration::from_hours(9);
    let effects = person.presses(Key::char('x'));
    assert!(is_asked_to_lock(&effects));
    assert!(person.model.notice.is_none() && person.model.dialog.is_none());
    let text = person.model.lock.as_ref().and_then(|lock| lock.clinic.as_ref());
    let text = text.and_then(|clinic| clinic.editor.as_ref()).map(|editor| editor.text());
    assert!(!text.unwrap_or_default().ends_with('x'), "it was pressed for another screen");
}

#[test]
fn leaving_works_even_if_the_first_key_after_a_long_sleep_asks_for_it() {
    let mut person = writing(NoteId::random());
    person.now += SignedDuration::from_hours(9);
    let effects = person.presses(Key::ctrl(Code::Char('q')));
    assert!(is_asked_to_lock(&effects));
    assert!(matches!(effects.last(), Some(Effect::Vault(VaultRequest::End { anyway: false }))));
}

#[test]
fn unlocking_goes_back_to_the_same_clinic_stage_and_field() {
    let note = NoteId::random();
    let mut person = writing(note);
    person.presses(Key::plain(Code::Tab));
    person.types("abc");
    let (focus, stage) = (person.clinic().focus.clone(), person.clinic().session.stage());
    let session = person.clinic().session.clone();
    let effects = person.presses(Key::plain(Code::F(8)));
    assert!(is_asked_to_lock(&effects));
    person.hears(Message::VaultClosed);
    let effects = unlocks(&mut person, Vec::new());
    assert!(
        matches!(effects.as_slice(), [Effect::Vault(VaultRequest::OpenNote(id))] if *id == note)
    );
    person.hears(opened(note, session));
    assert_eq!(person.model.screen, Screen::Clinic);
    assert_eq!((&person.clinic().focus, person.clinic().session.stage()), (&focus, stage));
    assert!(person.model.lock.is_none());
}

#[test]
fn whoever_unlocks_at_a_note_finds_the_list_behind_it() {
    let note = NoteId::random();
    let mut person = writing(note);
    let session = person.clinic().session.clone();
    person.presses(Key::plain(Code::F(8)));
    person.hears(Message::VaultClosed);
    unlocks(&mut person, Vec::new());
    let (source, newer, doubt) = (NoteSource::Revision(1), None, None);
    let opened = NoteOpened { id: note, session, source, newer, doubt, received: None };
    let lists = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::Vault(VaultRequest::ListNotes)))
    };
    assert!(!lists(&person.hears(Message::NoteOpened(Ok(Box::new(opened))))));
    assert_eq!(person.model.screen, Screen::Note);
    assert!(lists(&person.presses(Key::plain(Code::Esc))), "the list was forgotten by locking");
    assert_eq!(person.model.screen, Screen::Clinics);
    assert!(!lists(&person.presses(Key::plain(Code::Down))), "once is enough");
}

#[test]
fn what_can_not_be_saved_is_covered_kept_and_comes_back_with_the_passphrase() {
    let note = NoteId::random();
    let mut person = writing(note);
    person.types("worth keeping");
    person.waits(LIMIT);
    person.hears(Message::NotClosed("The disk is full.".to_owned()));
    assert_eq!(person.model.screen, Screen::Locked);
    assert!(matches!(&person.model.saving, SaveStatus::NotSaved(why) if why.contains("full")));
    assert!(person.model.clinic.is_none(), "nothing else on screen can reach it");
    person.presses(Key::plain(Code::F(3)));
    assert_eq!(person.model.screen, Screen::Locked, "no way around the passphrase");
    unlocks(&mut person, Vec::new());
    let text = person.clinic().editor.as_ref().map(|editor| editor.text()).unwrap_or_default();
    assert!(text.ends_with("worth keeping"), "{text}");
    assert!(matches!(person.model.saving, SaveStatus::NotSaved(_)), "it is still said");
}

#[test]
fn once_it_can_be_saved_locking_goes_on_by_itself() {
    let note = NoteId::random();
    let mut person = writing(note);
    person.types("worth keeping");
    person.waits(LIMIT);
    person.hears(Message::NotClosed("The disk is full.".to_owned()));
    let at = person.now;
    let effects = person.hears(Message::Saved { note, turn: 1, at });
    assert!(is_asked_to_lock(&effects));
    person.hears(Message::VaultClosed);
    let lock = person.model.lock.as_ref().expect("it is locked");
    assert!(lock.state == LockState::Closed && lock.clinic.is_none());
    assert_eq!(person.model.saving, SaveStatus::Nothing);
}

#[test]
fn a_list_that_comes_after_locking_began_is_not_shown() {
    let mut person = Person::new();
    person.hears(Message::VaultOpened(VaultOpening::default()));
    person.presses(Key::plain(Code::F(3)));
    person.presses(Key::plain(Code::F(8)));
    person.hears(Message::NotesListed(Ok(Vec::new().into())));
    assert!(person.model.clinics.notes.is_none());
}

#[test]
fn a_line_being_written_in_a_question_is_sealed_and_comes_back() {
    let note = NoteId::random();
    let mut person = writing(note);
    person.presses(Key::ctrl(Code::Char('s')));
    person.types("because the school is not here");
    let session = person.clinic().session.clone();
    let effects = person.presses(Key::plain(Code::F(8)));
    let sealed = aside(&effects);
    assert_eq!(sealed, ["because the school is not here"]);
    person.hears(Message::VaultClosed);
    assert!(person.model.dialog.is_none());
    unlocks(&mut person, sealed);
    person.hears(opened(note, session));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("it is not asked again") };
    assert_eq!(ask.answer.text(), "because the school is not here");
}

#[test]
fn half_a_date_is_sealed_and_comes_back_into_its_field() {
    let note = NoteId::random();
    let mut person = writing(note);
    let focus = person.clinic().focus.clone();
    person
        .model
        .clinic
        .as_mut()
        .expect("it is open")
        .take_unfinished(vec![(focus.clone(), "3 De".to_owned())]);
    let session = person.clinic().session.clone();
    let sealed = aside(&person.presses(Key::plain(Code::F(8))));
    person.hears(Message::VaultClosed);
    unlocks(&mut person, sealed);
    person.hears(opened(note, session));
    let text = person.clinic().editor.as_ref().map(|editor| editor.text());
    assert_eq!(text.as_deref(), Some("3 De"));
}

#[test]
fn reading_guidance_goes_on_while_the_vault_locks_itself() {
    let mut person = Person::new();
    person.hears(Message::VaultOpened(VaultOpening::default()));
    person.types("nudes");
    assert!(is_asked_to_lock(&person.waits(LIMIT)));
    person.hears(Message::VaultClosed);
    assert_eq!(person.model.screen, Screen::Search);
    assert_eq!(person.model.search.query.text(), "nudes");
    assert!(person.notice().contains("no key was pressed"), "{}", person.notice());
    assert!(person.model.lock.is_none());
}

#[test]
fn what_was_searched_beside_a_case_is_gone_with_it() {
    let mut person = writing(NoteId::random());
    person.presses(Key::plain(Code::F(2)));
    person.types("words of the case");
    person.waits(LIMIT);
    assert!(person.model.search.query.is_blank() && person.model.search.results.is_none());
    assert_eq!(person.model.screen, Screen::Locked);
}

#[test]
fn practice_stays_where_it_is_because_nothing_of_it_is_kept() {
    let mut person = Person::in_a_clinic(None);
    person.hears(Message::VaultOpened(VaultOpening::default()));
    assert!(is_asked_to_lock(&person.presses(Key::plain(Code::F(8)))));
    person.hears(Message::VaultClosed);
    assert_eq!(person.model.screen, Screen::Clinic);
    assert!(person.model.lock.is_none());
}
