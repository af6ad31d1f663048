//! One way to answer and to leave, in every choice and every dialog: no key that was not meant changes
//! a note.

use super::*;
use crate::{
    app::screens::clinic::{
        control::{Control, ControlId, ControlKind},
        controls::slot_of,
    },
    clinic::{Event, Outcome, Slot, rating_view},
};

const ENTER: Key = Key::plain(Code::Enter);
const BACKSPACE: Key = Key::plain(Code::Backspace);

impl Person {
    fn tells_clinic(&mut self, event: Event) {
        let now = self.now;
        let clinic = self.model.clinic.as_mut().expect("open");
        clinic.apply_event(event, now).expect("it is taken");
    }

    fn goes_to(&mut self, is_it: impl Fn(&Control) -> bool) {
        let clinic = self.model.clinic.as_mut().expect("open");
        assert!(clinic.focus_first(is_it), "there is no such field");
    }

    fn chosen(&self) -> Vec<String> {
        let Some(ControlKind::Pick { options, .. }) = self.clinic().focused().map(|one| &one.kind)
        else {
            panic!("the focus is at no choice");
        };
        options.iter().filter(|one| one.chosen).map(|one| one.code.clone()).collect()
    }
}

fn is_answer(control: &Control, item: &str) -> bool {
    control.id == ControlId::Answer(Slot::once(item))
}

/// In the worked case, at the agreed placement of a behaviour.
fn at_the_placement() -> (Person, Slot) {
    let mut person = Person::in_a_clinic(None);
    person.waits(2);
    let stages = person.clinic().session.template().stages.iter();
    let stage = stages.clone().position(|one| one.id == "placement").expect("there is one");
    person.tells_clinic(Event::StageOpened { stage });
    person.goes_to(|control| matches!(control.id, ControlId::Agreed(_)));
    let slot = slot_of(&person.clinic().focus).expect("of a behaviour").clone();
    (person, slot)
}

#[test]
fn choosing_again_leaves_the_choice_and_backspace_clears_it() {
    let mut person = Person::in_a_clinic(None);
    person.waits(2);
    person.goes_to(|control| is_answer(control, "known_child"));
    person.presses(Key::char('2'));
    for again in [Key::char('2'), ENTER, Key::char(' ')] {
        person.presses(again);
        assert_eq!(person.chosen(), ["asked_now"], "{again}");
        assert!(person.notice().contains("already chosen"), "{again}: {}", person.notice());
    }
    person.presses(BACKSPACE);
    assert!(person.chosen().is_empty());
    // What is always chosen is not said to be cleared.
    person.goes_to(|control| matches!(control.id, ControlId::ParticipantRole(_)));
    person.presses(ENTER);
    assert!(!person.notice().contains("Backspace"), "{}", person.notice());
    person.presses(BACKSPACE);
    assert_eq!(person.chosen().len(), 1);
    person.goes_to(|control| is_answer(control, "known_child"));
    let before = person.clinic().focus.clone();
    person.presses(BACKSPACE);
    assert_eq!((person.chosen().len(), &person.clinic().focus), (0, &before));
}

#[test]
fn an_agreed_placement_is_taken_back_by_backspace_alone() {
    let (mut person, slot) = at_the_placement();
    let agreed = |person: &Person| {
        rating_view(&person.clinic().session, &slot).and_then(|view| view.outcome)
    };
    let before = agreed(&person);
    assert!(matches!(before, Some(Outcome::Placed(_))), "{before:?}");
    person.presses(ENTER);
    person.presses(Key::char(' '));
    assert_eq!(agreed(&person), before);
    person.presses(BACKSPACE);
    assert_eq!(agreed(&person), None);
}

#[test]
fn y_and_n_answer_yes_and_no_and_enter_goes_on_from_ticks() {
    let mut person = Person::in_a_clinic(None);
    person.waits(2);
    person.goes_to(|control| is_answer(control, "immediate_safety"));
    person.presses(BACKSPACE);
    person.presses(Key::char('n'));
    assert_eq!(person.chosen(), ["no"]);
    person.presses(Key::char('y'));
    assert_eq!(person.model.screen, Screen::Reader, "what to do now is shown");
    person.presses(Key::plain(Code::Esc));
    assert_eq!(person.chosen(), ["yes"]);
    person.goes_to(|control| is_answer(control, "ground_rules"));
    let before = person.chosen();
    person.presses(ENTER);
    person.goes_to(|control| is_answer(control, "ground_rules"));
    assert_eq!(person.chosen(), before);
    person.presses(Key::char(' '));
    assert_ne!(person.chosen(), before);
}

#[test]
fn letters_typed_for_the_screen_before_do_not_answer_the_first_question() {
    let mut person = Person::in_a_clinic(None);
    let before = person.chosen();
    person.types("young");
    assert_eq!(person.chosen(), before);
}

#[test]
fn one_enter_too_many_records_no_differing_view() {
    let (mut person, slot) = at_the_placement();
    let views = |person: &Person| {
        rating_view(&person.clinic().session, &slot).map_or(0, |view| view.dissent.len())
    };
    let before = views(&person);
    person.goes_to(|control| matches!(control.id, ControlId::AddDissent(_)));
    for key in [ENTER, Key::char('4'), ENTER, ENTER, ENTER] {
        person.presses(key);
    }
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("nothing is asked") };
    assert_eq!((choose.title.as_str(), choose.chosen), ("Where would they place it?", None));
    assert!(person.notice().contains("Select one first"), "{}", person.notice());
    assert_eq!(views(&person), before);
}

#[test]
fn leaving_a_meeting_is_asked_once_and_a_second_esc_stays() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    for keys in [[Code::Esc, Code::Esc], [Code::Esc, Code::Enter]] {
        for code in keys {
            person.presses(Key::plain(code));
        }
        assert_eq!(person.model.screen, Screen::Clinic);
        assert!(person.model.dialog.is_none() && person.model.clinic.is_some());
    }
    person.leaves();
    assert_eq!(person.model.screen, Screen::Clinics);
    assert!(person.model.clinic.is_none());
}

/// A new clinic at its stage of this name.
fn new_clinic_at(stage: &str) -> Person {
    let mut person = Person::new();
    let template = bundled_templates()[0].parse().expect("it is sound");
    let session = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, start());
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
    person.waits(2);
    let session = &person.clinic().session;
    let stages = session.template().stages.iter();
    let wanted = stages.clone().position(|one| one.id == stage).expect("there is one");
    while person.clinic().session.stage() < wanted {
        person.tells_clinic(Event::GateOverridden { reason: "a test of what follows".into() });
    }
    person
}

fn known(person: &Person, row: usize, item: &str) -> Option<String> {
    let session = &person.clinic().session;
    let slot = Slot::in_row(item, session.rows("behaviour")[row]);
    session.answer(&slot).map(crate::clinic::Value::plain)
}

#[test]
fn new_answers_are_reported_until_one_key_says_otherwise_for_the_stage() {
    let mut person = new_clinic_at("behaviour");
    assert!(person.clinic().is_typing());
    person.types("A secret game.");
    assert_eq!(known(&person, 0, "what_happened_known").as_deref(), Some("reported"));
    // What is set by itself is undone, made again and cleared with its answer.
    person.presses(Key::ctrl(Code::Char('z')));
    assert_eq!(known(&person, 0, "what_happened"), None, "{}", person.notice());
    assert_eq!(known(&person, 0, "what_happened_known"), None);
    person.presses(Key::ctrl(Code::Char('y')));
    assert_eq!(known(&person, 0, "what_happened").as_deref(), Some("A secret game."));
    assert_eq!(known(&person, 0, "what_happened_known").as_deref(), Some("reported"));
    person.presses(Key::ctrl(Code::Char('u')));
    assert!(crate::clinic::hidden_answers(&person.clinic().session).is_empty());
    person.presses(Key::ctrl(Code::Char('t')));
    assert!(person.notice().contains("assumed"), "{}", person.notice());
    person.presses(Key::plain(Code::Tab));
    person.types("At the club.");
    assert_eq!(known(&person, 0, "where_when_known").as_deref(), Some("assumed"));
    person.presses(Key::plain(Code::F(4)));
    assert_eq!(known(&person, 0, "where_when_known").as_deref(), Some("known"));
    // Another stage begins with “reported” again.
    let stage = person.clinic().session.stage();
    for event in [Event::StageOpened { stage: 0 }, Event::StageOpened { stage }] {
        person.tells_clinic(event);
    }
    person.types("Another game.");
    assert_eq!(known(&person, 0, "what_happened_known").as_deref(), Some("reported"));
}

#[test]
fn one_key_goes_to_each_answer_still_needed_and_the_list_of_stages_counts_them() {
    let mut person = new_clinic_at("open");
    person.presses(Key::ctrl(Code::Char('o')));
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("no list") };
    assert_eq!(choose.options[0], "Open · 4 still needed");
    person.presses(Key::plain(Code::Esc));
    let mut seen = Vec::new();
    for _ in 0..5 {
        person.presses(Key::ctrl(Code::Char('r')));
        let slot = slot_of(&person.clinic().focus).expect("a question").clone();
        seen.push(slot.item);
    }
    assert_eq!(
        seen,
        ["known_child", "ground_rules", "key_question", "immediate_safety", "known_child"]
    );
    assert!(person.notice().contains("needs an answer"), "{}", person.notice());
}

#[test]
fn three_lines_say_how_to_choose_until_something_is_answered() {
    let mut person = new_clinic_at("open");
    person.presses(Key::plain(Code::Down));
    let rows = |person: &Person| person.model.notices().len();
    person.presses(Key::shift(Code::Tab));
    person.model.notice = None;
    assert_eq!(rows(&person), 3);
    person.presses(Key::char('2'));
    assert_eq!(rows(&person), 0);
}

#[test]
fn rows_of_a_list_are_filled_with_the_arrow_and_tab_goes_to_the_next_list() {
    let mut person = new_clinic_at("risk_need_strength");
    let here = |person: &Person| match &person.clinic().focus {
        ControlId::Cell(_, domain, column) => format!("{} {domain}", column.title()),
        other => format!("{other:?}"),
    };
    person.types("Alone together.");
    person.presses(Key::plain(Code::Down));
    assert_eq!(here(&person), "Risk child");
    person.types("Two lines?");
    assert_eq!(known_cell(&person), Some(crate::clinic::Certainty::Reported));
    for wanted in ["Need behaviour", "Strength behaviour"] {
        person.presses(Key::plain(Code::Tab));
        assert_eq!(here(&person), wanted);
    }
    person.presses(Key::shift(Code::Tab));
    assert_eq!(here(&person), "Need behaviour");
}

fn known_cell(person: &Person) -> Option<crate::clinic::Certainty> {
    let ControlId::Cell(slot, domain, column) = &person.clinic().focus else { return None };
    person.clinic().session.cell(slot, domain, *column)?.sureness
}

#[test]
fn three_risks_typed_with_enter_between_them_stay_in_one_row() {
    let mut person = new_clinic_at("risk_need_strength");
    let focus = person.clinic().focus.clone();
    let ControlId::Cell(slot, domain, column) = focus else { panic!("no grid") };
    person.types("time alone");
    person.presses(ENTER);
    person.types("a secret");
    person.presses(ENTER);
    person.types("a threat");
    let cell = person.clinic().session.cell(&slot, &domain, column).expect("a row").clone();
    assert_eq!(cell.evidence, "time alone\na secret\na threat");
    person.presses(Key::plain(Code::Down));
    let ControlId::Cell(_, next, same) = &person.clinic().focus else { panic!("no row") };
    assert!(*next != domain && *same == column, "the arrow goes to the next row");
}

#[test]
fn one_key_confirms_an_answer_of_a_request_and_the_note_says_so() {
    let read = |id: &str| {
        let one = crate::clinic::bundled_template(id).expect("bundled");
        (one.parse().expect("it is sound"), one)
    };
    let (template, one) = read("consultation-request");
    let request = practice_session(&template, one.example_file, one.example, start());
    let request = request.expect("it plays");
    let (template, _) = read("peer-case-clinic");
    let id = uuid::Uuid::from_u128(2);
    let session = Session::follow_up(template, id, &request, "revision 1", &[], start());
    let mut person = Person::new();
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on_slot(&Slot::once("key_question"));
    let note = |person: &Person| {
        let local = crate::text::LocalTime::default();
        crate::report::markdown(&person.clinic().session, false, &local)
    };
    let is_unconfirmed =
        |person: &Person| person.clinic().focused().expect("a field").is_unconfirmed;
    assert!(is_unconfirmed(&person));
    assert!(!note(&person).contains("from the request, confirmed in the meeting"));
    person.presses(Key::ctrl(Code::Char('f')));
    assert!(!is_unconfirmed(&person));
    assert!(note(&person).contains("from the request, confirmed in the meeting"));
    assert!(note(&person).contains("from the request, not confirmed in the meeting"));
    person.presses(Key::ctrl(Code::Char('f')));
    assert!(person.notice().contains("Ctrl-F works only"), "{}", person.notice());
}
