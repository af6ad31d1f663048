//! Who is here, named where it turns out who is missing, and the first key of a clinic.

use super::*;
use crate::{
    app::screens::clinic::control::ControlId,
    clinic::{Attendance, Event, PlacementMethod},
    vault::{KeyPlace, PlacingRound, SentPlacement},
};

/// A new clinic of the first format, in a note.
fn begun() -> Person {
    let mut person = Person::new();
    let template = bundled_templates()[0].parse().expect("it is sound");
    let session = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, start());
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), session)))));
    person
}

fn names(person: &mut Person, label: &str) {
    person.model.clinic.as_mut().expect("open").focus_on(ControlId::AddParticipant);
    person.presses(Key::plain(Code::Enter));
    person.types(label);
    person.presses(Key::plain(Code::Enter));
}

#[test]
fn a_part_that_is_not_on_screen_is_asked_for_and_where_more_are_added_is_said() {
    let mut person = begun();
    person.waits(2);
    names(&mut person, "nurse");
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("no role is asked for") };
    assert_eq!(
        (choose.title.as_str(), choose.text.as_str()),
        ("What is their role today?", "nurse")
    );
    assert!(person.clinic().session.participants().is_empty(), "nobody has a role nobody chose");
    person.presses(Key::char('2'));
    person.presses(Key::plain(Code::Enter));
    assert_eq!(person.clinic().session.participants()[0].role, "presenter");
    let clinic = person.model.clinic.as_mut().expect("open");
    while clinic.controls().iter().all(|one| !matches!(one.id, ControlId::Readiness(_))) {
        let reason = "a test of the parts".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    names(&mut person, "social worker");
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("no part is asked for") };
    let observer = choose.options.iter().position(|one| one == "Observer").expect("a part");
    for _ in 0..=observer {
        person.presses(Key::plain(Code::Down));
    }
    person.presses(Key::plain(Code::Enter));
    let last = person.clinic().session.participants().last().expect("somebody is here");
    assert_eq!((last.label.as_str(), last.role.as_str()), ("social worker", "observer"));
    assert!(person.notice().contains("first stage"), "{}", person.notice());
}

#[test]
fn what_is_typed_on_a_button_that_adds_is_kept_from_the_first_letter_on() {
    let mut person = begun();
    person.waits(2);
    person.model.clinic.as_mut().expect("open").focus_on(ControlId::AddParticipant);
    person.types("social worker");
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("nobody is asked for") };
    assert_eq!(ask.answer.text(), "social worker");
    person.presses(Key::plain(Code::Enter));
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("no role is asked for") };
    assert_eq!(choose.text, "social worker");

    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    let adds = |clinic: &ClinicScreen| {
        let mut ids = clinic.controls().iter().map(|one| one.id.clone());
        ids.rfind(|id| matches!(id, ControlId::AddAction(_)))
    };
    while adds(clinic).is_none() {
        let reason = "a test of typing".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    let button = adds(clinic).expect("a button");
    clinic.focus_on(button);
    person.types("Ring the school");
    let last = person.clinic().session.actions().last().expect("an action");
    assert_eq!(last.details.what, "Ring the school");
    let removes = ControlId::RemoveAction(last.id);
    person.model.clinic.as_mut().expect("open").focus_on(removes);
    person.presses(Key::char('t'));
    assert!(person.notice().contains("typed on a button"), "{}", person.notice());
}

#[test]
fn three_pasted_lines_are_three_people_whose_roles_are_asked_one_after_the_other() {
    let mut person = begun();
    person.waits(2);
    person.model.clinic.as_mut().expect("open").focus_on(ControlId::AddParticipant);
    person.presses(Key::plain(Code::Enter));
    person.hears(Message::Pasted("social worker\r\nteacher\n\nschool nurse\n".to_owned()));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("the list is to be read") };
    assert_eq!(ask.answer.text(), "social worker; teacher; school nurse");
    person.presses(Key::plain(Code::Enter));
    // An Enter too many gives nobody a role.
    person.presses(Key::plain(Code::Enter));
    assert!(person.clinic().session.participants().is_empty());
    assert!(person.notice().contains("Select one first"), "{}", person.notice());
    for digit in ['1', '2', '4'] {
        person.presses(Key::char(digit));
        person.presses(Key::plain(Code::Enter));
    }
    assert!(person.model.dialog.is_none());
    let people = person.clinic().session.participants().iter();
    let people: Vec<_> = people.map(|one| (one.label.as_str(), one.role.as_str())).collect();
    let expected = [
        ("social worker", "facilitator"),
        ("teacher", "presenter"),
        ("school nurse", "consultant"),
    ];
    assert_eq!(people, expected);
}

#[test]
fn apologies_and_late_arrivals_are_recorded_in_the_list_and_apologies_place_nothing() {
    let mut person = begun();
    person.waits(2);
    names(&mut person, "nurse; teacher");
    for digit in ['4', '4'] {
        person.presses(Key::char(digit));
        person.presses(Key::plain(Code::Enter));
    }
    for (at, digit, expected) in [(0, '3', Attendance::Apologies), (1, '2', Attendance::Late)] {
        let id = person.clinic().session.participants()[at].id;
        person.model.clinic.as_mut().expect("open").focus_on(ControlId::Attendance(id));
        person.presses(Key::char(digit));
        assert_eq!(person.clinic().session.participants()[at].attendance(), expected);
    }
}

#[test]
fn a_follow_up_offers_the_people_of_last_time_with_the_roles_they_had() {
    let mut person = Person::new();
    let template: Template = bundled_templates()[0].parse().expect("it is sound");
    let mut earlier = Session::start(template.clone(), uuid::Uuid::nil(), "OAK-12", false, start());
    let (role, label) = ("consultant".to_owned(), "nurse".to_owned());
    let event = Event::ParticipantAdded { role, label };
    crate::clinic::apply(&mut earlier, event, start()).expect("added");
    let id = uuid::Uuid::from_u128(7);
    let next = Session::follow_up(template, id, &earlier, "revision 1", &[], start());
    person.hears(Message::ClinicStarted(Ok(Box::new((Some(NoteId::random()), next)))));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.focus_on(ControlId::AddEarlierPeople);
    person.presses(Key::plain(Code::Enter));
    let Some(Dialog::Choose(choose)) = &person.model.dialog else { panic!("no role is asked for") };
    assert_eq!((choose.chosen, choose.text.as_str()), (None, "nurse\nLast time: Consultant."));
    person.confirms('4');
    assert_eq!(person.clinic().session.participants()[0].label, "nurse");
    let offers = |id: &ControlId| *id == ControlId::AddEarlierPeople;
    assert!(!person.clinic().controls().iter().any(|control| offers(&control.id)));
}

#[test]
fn an_enter_meant_for_the_screen_before_does_not_answer_whether_a_child_is_in_danger() {
    let mut person = begun();
    person.presses(Key::plain(Code::Enter));
    assert!(person.clinic().session.is_untouched(), "nothing is answered");
    person.presses(Key::plain(Code::Right));
    person.presses(Key::plain(Code::Enter));
    assert!(!person.clinic().session.is_untouched(), "who moved in the form means it");
    let mut person = begun();
    person.waits(2);
    person.presses(Key::plain(Code::Enter));
    assert!(!person.clinic().session.is_untouched(), "and so does who waited");
}

#[test]
fn the_gate_asks_what_is_done_about_a_danger_and_leads_there() {
    let mut person = begun();
    person.presses(Key::char('1'));
    // The entry about it was opened.
    person.presses(Key::plain(Code::Esc));
    assert_eq!(person.model.screen, Screen::Clinic);
    person.presses(Key::plain(Code::PageDown));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("the gate is open") };
    assert!(ask.text.contains("What is being done"), "{}", ask.text);
    person.presses(Key::plain(Code::Esc));
    let done = crate::clinic::Slot::once("immediate_safety_done");
    assert_eq!(person.clinic().focus, ControlId::Answer(done));
}

#[test]
fn the_last_field_of_a_clinic_promises_no_further_stage() {
    let mut person = begun();
    let clinic = person.model.clinic.as_mut().expect("open");
    while clinic.controls().iter().all(|one| one.id != ControlId::Complete) {
        let reason = "a test of the end".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    clinic.focus_on(ControlId::Complete);
    person.presses(Key::plain(Code::Tab));
    assert!(person.notice().contains("This is the last field."), "{}", person.notice());
    assert!(!person.notice().contains("next stage"), "{}", person.notice());
}

#[test]
fn escape_at_a_role_goes_back_to_the_people_who_are_not_added_yet() {
    let mut person = begun();
    person.waits(2);
    names(&mut person, "nurse; teacher; social worker");
    person.confirms('4');
    person.presses(Key::plain(Code::Esc));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("nobody is lost") };
    assert_eq!(ask.answer.text(), "teacher; social worker");
    assert!(person.notice().contains("Not recorded yet"), "{}", person.notice());
    person.presses(Key::plain(Code::Esc));
    assert!(person.model.dialog.is_some(), "one Esc discards no list");
    assert!(person.notice().contains("Esc again"), "{}", person.notice());
    person.presses(Key::plain(Code::Enter));
    person.confirms('1');
    person.confirms('2');
    assert_eq!(person.clinic().session.participants().len(), 3);
}

/// The worked case with somebody who has not placed yet in focus.
fn at_a_placement() -> Person {
    let mut person = begun();
    person.waits(2);
    names(&mut person, "nurse; teacher");
    person.confirms('4');
    person.confirms('4');
    let clinic = person.model.clinic.as_mut().expect("open");
    while clinic.controls().iter().all(|one| !matches!(one.id, ControlId::Readiness(_))) {
        let reason = "a test of placing".to_owned();
        clinic.apply_event(Event::GateOverridden { reason }, start()).expect("it is taken");
    }
    clinic.focus_first(|one| matches!(one.id, ControlId::Place(..)));
    person
}

fn ready(person: &Person) -> usize {
    let mut controls = person.clinic().controls().iter();
    let readiness = controls.find_map(|one| match &one.id {
        ControlId::Readiness(slot) => crate::clinic::rating_view(&person.clinic().session, slot),
        _ => None,
    });
    readiness.expect("a placement").ready
}

#[test]
fn text_typed_with_the_focus_on_somebody_never_places_for_them() {
    let mut person = at_a_placement();
    person.types("the boys were 1 year apart");
    person.presses(Key::plain(Code::Enter));
    person.types("1");
    person.presses(Key::plain(Code::Enter));
    assert_eq!(ready(&person), 0, "typed at once: it was meant for what was there before");
    person.waits(1);
    person.types("1 boy asked");
    person.presses(Key::plain(Code::Enter));
    assert_eq!(ready(&person), 0, "a letter is no key of the window");
    assert!(person.clinic().placing.is_some(), "Enter opens it, and nothing is chosen");
    person.waits(1);
    person.confirms('2');
    assert_eq!(ready(&person), 1, "who means it places");
}

#[test]
fn escape_in_the_last_question_about_a_differing_view_keeps_its_reason() {
    let mut person = Person::in_a_clinic(Some(NoteId::random()));
    person.waits(2);
    let clinic = person.model.clinic.as_mut().expect("open");
    let template = clinic.session.template();
    let stage = template.stages.iter().position(|stage| stage.id == "placement").expect("a stage");
    clinic.apply_event(Event::StageOpened { stage }, start()).expect("it is opened");
    let slot = crate::clinic::Slot::in_row("placement", clinic.session.rows("behaviour")[0]);
    let reveal = Event::PlacementsRevealed { slot: slot.clone(), reason: None };
    clinic.apply_event(reveal, start()).expect("it is revealed");
    let outcome = crate::clinic::Outcome::Placed("problematic".to_owned());
    let agreed = Event::PlacementAgreed { slot: slot.clone(), outcome };
    clinic.apply_event(agreed, start()).expect("it is agreed");
    clinic.focus_on(ControlId::AddDissent(slot));
    person.presses(Key::plain(Code::Enter));
    person.confirms('1');
    person.confirms('2');
    person.types("She asked him to stop.");
    person.presses(Key::plain(Code::Enter));
    assert!(matches!(person.model.dialog, Some(Dialog::Choose(_))));
    person.presses(Key::plain(Code::Esc));
    let Some(Dialog::Ask(ask)) = &person.model.dialog else { panic!("the reason is lost") };
    assert_eq!(ask.answer.text(), "She asked him to stop.");
    person.presses(Key::plain(Code::Esc));
    assert!(person.model.dialog.is_some(), "one Esc discards no reason");
}

#[test]
fn somebody_who_has_placed_is_not_asked_about_before_their_removal_is_refused() {
    let mut person = at_a_placement();
    person.presses(Key::plain(Code::Enter));
    person.waits(1);
    person.confirms('2');
    let clinic = person.model.clinic.as_mut().expect("open");
    clinic.apply_event(Event::StageOpened { stage: 0 }, start()).expect("it is opened");
    let who = clinic.session.participants()[0].id;
    clinic.focus_on(ControlId::RemoveParticipant(who));
    person.presses(Key::plain(Code::Enter));
    assert!(person.model.dialog.is_none(), "nothing is asked that cannot be done");
    assert!(!person.notice().is_empty());
}

/// The worker's part: the round whose key it would hold, and what it answers to the requests so far.
fn answer_requests(person: &mut Person, round: &mut Option<PlacingRound>, effects: Vec<Effect>) {
    for effect in effects {
        let message = match effect {
            Effect::Vault(VaultRequest::BeginPlacing { steps }) => {
                let steps = steps.iter().map(String::as_str);
                let begun = PlacingRound::begin(&KeyPlace::ThisProcess, steps).expect("a key");
                let code = begun.code().to_string();
                *round = Some(begun);
                Message::PlacingBegun(Ok(code))
            }
            Effect::Vault(VaultRequest::ReadChat(chat)) => {
                let read = round.as_ref().map(|round| round.read_chat(&chat).expect("it opens"));
                Message::ChatRead(read.ok_or_else(|| "no round".to_owned()))
            }
            Effect::Vault(VaultRequest::EndPlacing) => {
                *round = None;
                continue;
            }
            _ => continue,
        };
        let effects = person.hears(message);
        answer_requests(person, round, effects);
    }
}

fn sent(round: &PlacingRound, person: usize, step: usize, reason: &str) -> String {
    let placement = SentPlacement { person, step, reason: reason.to_owned().into() };
    format!("Somebody 10:42\n{}\n", round.code().seal(&placement).expect("sealed"))
}

#[test]
fn a_chat_is_taken_at_once_tells_what_is_wrong_and_shows_nothing_before_the_reveal() {
    let mut person = at_a_placement();
    let clinic = person.model.clinic.as_mut().expect("open");
    let way = Event::PlacementMethodChosen(PlacementMethod::VideoCall);
    clinic.apply_event(way, start()).expect("it is chosen");
    clinic.focus_first(|one| matches!(one.id, ControlId::PlacingCode(_)));
    let mut worker = None;
    let effects = person.presses(Key::plain(Code::Enter));
    answer_requests(&mut person, &mut worker, effects);
    let round = worker.take().expect("a round is open");
    let labels: Vec<_> = person.clinic().controls().iter().map(|one| one.label.clone()).collect();
    assert!(labels.contains(&format!("Code: {}", round.code())), "{labels:?}");
    assert!(labels.iter().any(|label| label.contains("1 nurse")), "{labels:?}");
    let other = PlacingRound::begin(&KeyPlace::ThisProcess, ["a"; 6]).expect("a key");
    let mut chat = sent(&round, 1, 2, "unsure what she knew") + &sent(&other, 2, 1, "");
    chat += &sent(&round, 7, 3, "");
    chat += "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5";
    let mut worker = Some(round);
    let effects = person.hears(Message::Pasted(chat.clone()));
    answer_requests(&mut person, &mut worker, effects);
    let Some(Dialog::Reading { text, .. }) = &person.model.dialog else {
        panic!("nothing is said")
    };
    for said in [
        "1 of 2 ready",
        "Still to place: teacher",
        "another code",
        "has the number 7",
        "without an end",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("unsure"), "{text}");
    assert_eq!(ready(&person), 1);
    person.presses(Key::plain(Code::Esc));
    // The whole chat again, with what came since: a second placement of the nurse, and the teacher's.
    let round = worker.as_ref().expect("it is open");
    chat = sent(round, 1, 2, "") + &sent(round, 1, 4, "the age gap") + &sent(round, 2, 3, "");
    let effects = person.hears(Message::Pasted(chat.clone()));
    answer_requests(&mut person, &mut worker, effects);
    let Some(Dialog::Reading { text, .. }) = &person.model.dialog else {
        panic!("nothing is said")
    };
    assert!(text.contains("Number 1 (nurse) sent more than one placement"), "{text}");
    person.presses(Key::plain(Code::Esc));
    assert!(worker.is_some() && matches!(person.clinic().focus, ControlId::Reveal(_)));
    let shown = format!("{:?}", person.clinic().controls());
    assert!(!shown.contains("the age gap"), "a reason shows before the reveal");
    let effects = person.presses(Key::plain(Code::Enter));
    answer_requests(&mut person, &mut worker, effects);
    assert!(worker.is_none(), "the key of the round ends with the reveal");
    let shown = format!("{:?}", person.clinic().controls());
    assert!(shown.contains("Reason given for Abusive: the age gap"), "{shown}");
    let effects = person.hears(Message::Pasted(chat));
    assert!(!effects.iter().any(|one| matches!(one, Effect::Vault(VaultRequest::ReadChat(_)))));
    assert!(person.notice().contains("no code is open"), "{}", person.notice());
}

#[test]
fn leaving_or_locking_ends_the_round_and_its_key() {
    for leaves in [Key::plain(Code::F(8)), Key::plain(Code::Esc)] {
        let mut person = at_a_placement();
        let clinic = person.model.clinic.as_mut().expect("open");
        let way = Event::PlacementMethodChosen(PlacementMethod::VideoCall);
        clinic.apply_event(way, start()).expect("it is chosen");
        clinic.focus_first(|one| matches!(one.id, ControlId::PlacingCode(_)));
        let mut worker = None;
        let effects = person.presses(Key::plain(Code::Enter));
        answer_requests(&mut person, &mut worker, effects);
        assert!(worker.is_some());
        let effects = person.presses(leaves);
        answer_requests(&mut person, &mut worker, effects);
        let is_left = person.model.clinic.is_none();
        assert_eq!(worker.is_none(), is_left, "{leaves:?}");
    }
}
