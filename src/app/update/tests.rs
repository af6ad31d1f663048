//! Journeys as lists of messages: do this, expect that state and those effects.

mod answering;
mod bad_input;
mod completing;
mod dates;
mod locking;
mod migrate_draft;
mod named_keys;
mod participants;
mod recorder;
mod retention;
mod saving;
mod text_lint;
mod time;
mod undo;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    app::{Code, Key, VaultOpening, VaultStatus},
    clinic::{Session, Template, bundled_templates, practice_session},
    knowledge::Library,
    search::Results,
    vault::NoteId,
};

struct Person {
    model: Model,
    now: Timestamp,
}

fn start() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("a timestamp")
}

impl Person {
    fn new() -> Self {
        let size = Size { columns: 80, rows: 24 };
        let mut person = Self { model: Model::new(size, start()), now: start() };
        person.hears(Message::LibraryRead(Arc::new(Library::bundled())));
        person.hears(Message::IndexReady(None));
        person
    }

    fn in_a_clinic(note: Option<NoteId>) -> Self {
        let mut person = Self::new();
        person.hears(Message::ClinicStarted(Ok(Box::new((note, worked_case())))));
        person
    }

    fn hears(&mut self, message: Message) -> Vec<Effect> {
        update(&mut self.model, message, self.now)
    }

    fn presses(&mut self, key: Key) -> Vec<Effect> {
        self.hears(Message::Pressed(key))
    }

    fn types(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| self.presses(Key::char(c))).collect()
    }

    /// Selects an option of a dialog by its number, and confirms it.
    fn confirms(&mut self, number: char) -> Vec<Effect> {
        let mut effects = self.presses(Key::char(number));
        effects.extend(self.presses(Key::plain(Code::Enter)));
        effects
    }

    /// Leaves the clinic, which is asked about once.
    fn leaves(&mut self) -> Vec<Effect> {
        assert!(self.presses(Key::plain(Code::Esc)).is_empty());
        assert_eq!(self.model.screen, Screen::Clinic, "Esc alone leaves no meeting");
        self.confirms('2')
    }

    fn waits(&mut self, seconds: i64) -> Vec<Effect> {
        self.now += SignedDuration::from_secs(seconds);
        self.hears(Message::TimePassed)
    }

    fn notice(&self) -> &str {
        self.model.notice.as_ref().map_or("", |notice| &notice.text)
    }

    fn clinic(&self) -> &ClinicScreen {
        self.model.clinic.as_ref().expect("a clinic is open")
    }

    /// Puts the focus into the key question, which takes text.
    fn goes_to_a_text_field(&mut self) {
        while !self.clinic().is_typing() {
            self.presses(Key::plain(Code::Tab));
        }
    }
}

fn worked_case() -> Session {
    let bundled = &bundled_templates()[0];
    let template = Template::parse(bundled.file, bundled.text).expect("it is sound");
    practice_session(&template, bundled.example_file, bundled.example, start()).expect("it fits")
}

fn drafts(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Vault(VaultRequest::SaveDraft { .. })))
        .count()
}

fn newest_search(effects: &[Effect]) -> Option<(u64, &str)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Search { generation, text, .. } => Some((*generation, text.as_str())),
        _ => None,
    })
}

#[test]
fn nothing_wakes_the_program_while_somebody_reads() {
    let mut person = Person::new();
    assert_eq!(person.model.deadline(), None);
    person.types("nudes");
    person.presses(Key::plain(Code::Enter));
    assert_eq!(person.model.deadline(), None);
}

#[test]
fn what_was_typed_before_the_index_was_ready_is_answered_when_it_is() {
    let mut person = Person::new();
    person.model.search.ready = false;
    person.types("nudes");
    let effects = person.hears(Message::IndexReady(None));
    assert_eq!(newest_search(&effects).map(|(_, text)| text), Some("nudes"));
}

#[test]
fn an_answer_to_an_older_question_is_left_aside() {
    let mut person = Person::new();
    let first = newest_search(&person.types("nude")).map(|(generation, _)| generation);
    person.types("s");
    let results = Arc::new(Results { total: 1, ..Results::default() });
    let (generation, by) = (first.expect("a question was asked"), SearchOrigin::SearchScreen);
    person.hears(Message::Searched { generation, results, by });
    assert!(person.model.search.results.is_none());
}

#[test]
fn escape_empties_the_query_and_nothing_else() {
    let mut person = Person::new();
    person.types("nudes");
    person.presses(Key::plain(Code::Esc));
    assert!(person.model.search.query.is_blank());
    assert_eq!(person.model.screen, Screen::Search);
}

#[test]
fn a_first_clinic_asks_for_a_vault_before_a_word_is_written() {
    let mut person = Person::new();
    person.hears(Message::VaultStatusRead(VaultStatus::Missing));
    let effects = person.presses(Key::ctrl(Code::Char('n')));
    assert!(
        matches!(effects.as_slice(), [Effect::Vault(VaultRequest::ReadFormats)]),
        "no vault is touched"
    );
    assert!(matches!(person.model.dialog, Some(Dialog::TemplatePicker(_))));
    let effects = person.presses(Key::plain(Code::Enter));
    assert!(matches!(effects.as_slice(), [Effect::Vault(VaultRequest::OfferPassphrase)]));
    assert!(matches!(person.model.dialog, Some(Dialog::Vault(_))));
    assert!(person.model.clinic.is_none());
}

#[test]
fn a_clinic_asked_for_before_the_vault_was_looked_at_is_not_forgotten() {
    let mut person = Person::new();
    person.presses(Key::ctrl(Code::Char('n')));
    person.presses(Key::plain(Code::Enter));
    person.hears(Message::VaultStatusRead(VaultStatus::Locked));
    assert!(matches!(person.model.dialog, Some(Dialog::Vault(_))));
}

#[test]
fn a_wrong_passphrase_leaves_the_question_open() {
    let mut person = Person::new();
    person.hears(Message::VaultStatusRead(VaultStatus::Locked));
    person.presses(Key::plain(Code::F(3)));
    person.presses(Key::plain(Code::Enter));
    person.types("not the one");
    let effects = person.presses(Key::plain(Code::Enter));
    assert!(matches!(effects.as_slice(), [Effect::Vault(VaultRequest::UnlockVault(_))]));
    person.hears(Message::VaultRefused("no".to_owned()));
    assert!(matches!(person.model.dialog, Some(Dialog::Vault(_))));
    assert_eq!(person.model.vault, VaultStatus::Locked);
}

#[test]
fn a_draft_is_handed_over_two_seconds_after_the_first_change() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.goes_to_a_text_field();
    assert_eq!(drafts(&person.types("abc")), 0);
    assert_eq!(drafts(&person.waits(1)), 0);
    person.types("d");
    assert_eq!(drafts(&person.waits(1)), 1);
    assert_eq!(drafts(&person.waits(60)), 0, "nothing changed since");
}

#[test]
fn fifty_changes_do_not_wait_for_the_clock() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.goes_to_a_text_field();
    assert_eq!(drafts(&person.types(&"x".repeat(50))), 1);
}

#[test]
fn a_clock_set_back_does_not_put_saving_off() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.goes_to_a_text_field();
    person.types("abc");
    person.now -= SignedDuration::from_hours(24 * 365);
    assert_eq!(drafts(&person.types("d")), 1);
}

#[test]
fn leaving_quitting_and_a_signal_hand_the_draft_over_first() {
    type Way = fn(&mut Person) -> Vec<Effect>;
    let ways: [Way; 4] = [
        |person| person.leaves(),
        |person| person.presses(Key::ctrl(Code::Char('q'))),
        |person| person.hears(Message::EndAsked { signal: 15 }),
        |person| person.hears(Message::TerminalLost),
    ];
    for way in ways {
        let mut person = Person::in_a_clinic(Some(NoteId::random()));
        person.goes_to_a_text_field();
        person.types("a");
        let effects = way(&mut person);
        assert!(matches!(effects.first(), Some(Effect::Vault(VaultRequest::SaveDraft { .. }))));
    }
}

#[test]
fn practice_is_never_saved() {
    let mut person = Person::in_a_clinic(None);
    person.goes_to_a_text_field();
    let mut effects = person.types(&"x".repeat(120));
    effects.extend(person.waits(10));
    effects.extend(person.presses(Key::plain(Code::PageDown)));
    effects.extend(person.presses(Key::ctrl(Code::Char('q'))));
    assert_eq!(drafts(&effects), 0);
}

#[test]
fn quitting_while_something_is_not_saved_needs_a_decision() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.hears(Message::EndRefused("The disk is full.".to_owned()));
    assert!(matches!(person.model.dialog, Some(Dialog::Choose(_))));
    assert!(person.presses(Key::plain(Code::Enter)).is_empty(), "staying is the first answer");
    person.hears(Message::EndRefused("The disk is full.".to_owned()));
    let effects = person.confirms('2');
    assert!(matches!(effects.as_slice(), [Effect::Vault(VaultRequest::End { anyway: true })]));
}

#[test]
fn danger_now_shows_what_to_do_now_and_escape_comes_back() {
    let mut person = Person::in_a_clinic(None);
    person.presses(Key::char('1'));
    assert_eq!(person.model.screen, Screen::Reader);
    assert_eq!(person.model.reader.as_ref().map(|r| r.id.as_str()), Some("immediate-safety"));
    person.presses(Key::plain(Code::Esc));
    assert_eq!(person.model.screen, Screen::Clinic);
}

#[test]
fn half_a_date_waits_in_its_field_and_a_whole_one_is_kept() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    while person.clinic().session.stage() < 7 {
        person.presses(Key::plain(Code::PageDown));
        if let Some(Dialog::Ask(_)) = person.model.dialog {
            person.types("for the test");
            person.presses(Key::plain(Code::Enter));
        }
    }
    let review = |person: &Person| crate::clinic::summary(&person.clinic().session).next_review;
    while person.clinic().focused().is_none_or(|control| !control.label.starts_with("Review date"))
    {
        person.presses(Key::plain(Code::Tab));
    }
    let before = review(&person);
    person.presses(Key::ctrl(Code::Char('u')));
    person.types("3 De");
    assert_ne!(review(&person), crate::text::parse_date("3 Dec 2026"));
    person.presses(Key::shift(Code::Tab));
    person.presses(Key::plain(Code::Tab));
    person.types("c 2026");
    assert_eq!(review(&person), crate::text::parse_date("3 Dec 2026"), "before: {before:?}");
}

#[test]
fn a_key_pressed_in_a_dialog_does_not_reach_the_screen_behind() {
    let mut person = Person::new();
    person.presses(Key::plain(Code::F(1)));
    person.types("x");
    assert!(person.model.search.query.is_blank());
}

#[test]
fn a_paste_is_cleaned_before_it_is_kept() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.goes_to_a_text_field();
    person.presses(Key::ctrl(Code::Char('u')));
    person.hears(Message::Pasted("one\r\ntwo\x1b[31m\u{202E}three".to_owned()));
    let text = person.clinic().editor.as_ref().map(|editor| editor.text()).unwrap_or_default();
    assert!(!text.contains(['\r', '\x1b', '\u{202E}']), "{text:?}");
    assert!(text.contains("two[31mthree"), "{text:?}");
}

#[test]
fn completing_with_something_missing_goes_there_and_says_so() {
    let mut person = Person::in_a_clinic(None);
    person.hears(Message::Resized { columns: 120, rows: 40 });
    person.presses(Key::ctrl(Code::Char('o')));
    person.confirms('4');
    person.presses(Key::plain(Code::PageDown));
    person.types("shown later");
    person.presses(Key::plain(Code::Enter));
    person.presses(Key::ctrl(Code::Char('o')));
    person.confirms('8');
    while person.clinic().focus != clinic::control::ControlId::Complete {
        person.presses(Key::plain(Code::Tab));
    }
    person.presses(Key::plain(Code::Enter));
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("nothing is listed") };
    assert!(choose.title.contains("still needed"), "{}", choose.title);
    person.presses(Key::plain(Code::Enter));
    assert_eq!(person.clinic().session.stage(), 3, "{}", person.notice());
    assert!(person.clinic().show_missing);
    assert!(person.notice().contains("not revealed yet"), "{}", person.notice());
}

#[test]
fn the_clock_of_a_clinic_wakes_the_program_once_a_second_and_not_while_it_is_paused() {
    let mut person = Person::in_a_clinic(None);
    let next = person.model.deadline().expect("the clock runs");
    assert!(next <= start() + SignedDuration::from_secs(1));
    person.presses(Key::plain(Code::F(5)));
    assert_eq!(person.model.deadline(), None);
    person.presses(Key::plain(Code::F(5)));
    person.model.reduced_motion = true;
    person.waits(1);
    let next = person.model.deadline().expect("the clock runs");
    assert!(next > person.now + SignedDuration::from_secs(30));
}

fn opens(person: &mut Person, words: &str) {
    let library = person.model.library.clone().expect("it is read");
    assert!(library.entry(words).is_some(), "{words}");
    open_entry(&mut person.model, words, Screen::Search);
}

fn reads(person: &Person) -> &str {
    person.model.reader.as_ref().map_or("", |reader| &reader.id)
}

#[test]
fn links_are_followed_back_and_forward_again() {
    let mut person = Person::new();
    opens(&mut person, "first-response");
    person.presses(Key::char('1'));
    let second = reads(&person).to_owned();
    assert_ne!(second, "first-response");
    person.presses(Key::plain(Code::Backspace));
    assert_eq!(reads(&person), "first-response");
    person.presses(Key::alt(Code::Right));
    assert_eq!(reads(&person), second);
    person.presses(Key::alt(Code::Left));
    assert_eq!(reads(&person), "first-response");
}

#[test]
fn a_section_is_copied_with_the_citation_of_its_entry() {
    let mut person = Person::new();
    opens(&mut person, "first-response");
    person.presses(Key::char(']'));
    let effects = person.presses(Key::char('c'));
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("nothing was copied") };
    let heading = &person.model.reader.as_ref().expect("it is open").page.headings[0].2;
    assert!(text.starts_with(heading.as_str()), "{text}");
    assert!(text.contains("caseclinic first-response"), "{text}");
}

#[test]
fn the_sources_are_one_key_away_and_so_is_the_way_back() {
    let mut person = Person::new();
    opens(&mut person, "first-response");
    person.presses(Key::plain(Code::PageDown));
    let before = person.model.reader.as_ref().map(|reader| reader.top);
    person.presses(Key::char('s'));
    assert_ne!(person.model.reader.as_ref().map(|reader| reader.top), before);
    person.presses(Key::char('s'));
    assert_eq!(person.model.reader.as_ref().map(|reader| reader.top), before);
}

#[test]
fn what_to_do_in_danger_is_shown_even_if_the_knowledge_base_is_read_later() {
    let mut person = Person::in_a_clinic(None);
    let library = person.model.library.take().expect("it was read");
    person.presses(Key::char('1'));
    assert_eq!(person.model.screen, Screen::Clinic);
    person.hears(Message::LibraryRead(library));
    assert_eq!(reads(&person), "immediate-safety");
}
