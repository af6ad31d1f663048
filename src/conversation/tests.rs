//! Conversations as a person holds them, and every template held to its end.

mod transcripts;
mod typist;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::*;
use crate::{
    app::{Control, ControlKind, TextForm, screens::clinic::control::ActionPart},
    clinic::{
        Attendance, RatingState, Status, Template, bundled_templates, from_document,
        practice_session, to_document,
    },
    vault::KeyPlace,
};

pub(super) struct NoBooks;

impl Guide for NoBooks {
    fn title(&self, id: &str) -> Option<(String, String)> {
        Some((format!("Title of {id}"), "1".to_owned()))
    }

    fn entry(&self, id: &str) -> Option<String> {
        Some(format!("The text of {id}."))
    }

    fn search(&self, words: &str) -> Vec<(String, String)> {
        vec![(words.to_owned(), format!("About {words}"))]
    }

    fn begin_placing(&self, steps: &[String]) -> Result<PlacingRound, String> {
        let steps = steps.iter().map(String::as_str);
        PlacingRound::begin(&KeyPlace::ThisProcess, steps).map_err(|error| error.to_string())
    }
}

pub(super) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

fn blank(id: &str) -> Session {
    let bundled = bundled_templates().iter().find(|one| one.id == id).expect("the template");
    let template = Template::parse(bundled.file, bundled.text).expect("it parses");
    Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now())
}

fn begin(session: Session) -> (Conversation<'static>, String) {
    let (conversation, turn) =
        Conversation::begin(None, session, &NoBooks, LocalTime::default(), now());
    (conversation, turn.text)
}

fn peer() -> (Conversation<'static>, String) {
    begin(blank("peer-case-clinic"))
}

/// The last question that was asked.
fn question(text: &str) -> &str {
    text.lines().rev().find(|line| line.starts_with(|c: char| c.is_ascii_digit())).unwrap_or("")
}

#[test]
fn it_begins_with_the_script_and_asks_about_danger_before_anything_else() {
    let (_, said) = peer();
    assert!(said.contains("Stage 1 of 8: Open. 8 minutes."), "{said}");
    assert!(said.contains("To read aloud:\n  Welcome"), "{said}");
    assert!(question(&said).contains("Might any child be in danger now"), "{said}");
    assert!(said.ends_with("   1 Yes, 2 No.\n"), "{said}");
}

#[test]
fn that_a_child_is_in_danger_is_answered_with_what_to_do_now() {
    let (mut conversation, _) = peer();
    let said = conversation.handle_line("yes", now()).text;
    assert!(said.contains("who needs to be safe now?\nThe text of immediate-safety."), "{said}");
    assert!(said.contains("call 999"), "{said}");
}

#[test]
fn an_answer_that_fits_nothing_is_asked_for_again_and_changes_nothing() {
    let (mut conversation, _) = peer();
    let before = to_document(conversation.session());
    for wrong in ["7", "perhaps", "0", "-1", "1.5", "99999999999999999999"] {
        let said = conversation.handle_line(wrong, now()).text;
        assert!(said.contains("is not one of the answers"), "{wrong}: {said}");
    }
    assert_eq!(to_document(conversation.session()), before);
}

#[test]
fn a_gate_that_is_not_answered_takes_a_reason_or_leads_back_to_its_question() {
    let (mut conversation, _) = peer();
    let said = conversation.handle_line("/next", now()).text;
    assert!(said.contains("Type a reason to continue without answering, or press Enter"), "{said}");
    let said = conversation.handle_line("", now()).text;
    assert!(question(&said).contains("Might any child be in danger"), "{said}");
    conversation.handle_line("/next", now());
    let said = conversation.handle_line("The duty team is asking it now.", now()).text;
    assert!(said.contains("Stage 2 of 8"), "{said}");
    let said = conversation.handle_line("/back", now()).text;
    assert!(said.contains("Stage 1 of 8"), "{said}");
}

/// At the first long question, which is the group's.
fn at_the_question() -> Conversation<'static> {
    let (mut conversation, _) = peer();
    for line in ["2", "1", "1 2 3"] {
        conversation.handle_line(line, now());
    }
    conversation
}

fn key_question(conversation: &Conversation<'_>) -> String {
    let answer = conversation.session().answer(&Slot::once("key_question"));
    answer.map(|one| one.plain()).unwrap_or_default()
}

#[test]
fn an_empty_line_ends_a_long_answer_and_a_full_stop_still_does() {
    for end in ["", "."] {
        let mut conversation = at_the_question();
        for line in ["How do we keep", "both children safe?"] {
            assert_eq!(conversation.handle_line(line, now()).text, "");
        }
        let said = conversation.handle_line(end, now()).text;
        assert!(question(&said).contains("Who is here?"), "{end:?}: {said}");
        assert_eq!(key_question(&conversation), "How do we keep\nboth children safe?");
    }
}

#[test]
fn words_typed_at_an_answer_are_added_to_it_after_an_interruption_too() {
    let mut conversation = at_the_question();
    conversation.handle_line("How do we keep", now());
    let session = from_document(&to_document(conversation.session())).expect("a draft");
    let (mut conversation, _) = begin(session);
    let said = conversation.handle_line("/go 4", now()).text;
    assert!(said.contains("Current answer: How do we keep\n"), "{said}");
    assert!(said.contains("What you type is added to it. To empty it: /clear."), "{said}");
    for line in ["both children safe?", ""] {
        conversation.handle_line(line, now());
    }
    assert_eq!(key_question(&conversation), "How do we keep\nboth children safe?");
    for line in ["/go 4", "/clear", "Who helps?", ""] {
        conversation.handle_line(line, now());
    }
    assert_eq!(key_question(&conversation), "Who helps?");
}

#[test]
fn words_typed_at_an_answer_of_one_line_are_added_and_a_number_or_date_is_replaced() {
    let (mut conversation, _) = peer();
    for _ in 0..conversation.session().template().stages.len() - 2 {
        let reason = "a test".to_owned();
        conversation.apply_event(Event::GateOverridden { reason }, now());
    }
    let button = conversation.screen.controls().iter().map(|control| control.id.clone());
    let add = button.clone().find(|id| matches!(id, ControlId::AddAction(_)));
    conversation.press(add.expect("a button"), now());
    let part = |conversation: &Conversation<'_>, part: ActionPart| {
        let id = conversation.session().actions()[0].id;
        ControlId::ActionPart(id, part)
    };
    let mut type_at = |at: ActionPart, line: &str| {
        let id = part(&conversation, at);
        conversation.screen.focus_on(id);
        conversation.ask();
        conversation.handle_line(line, now()).text
    };
    type_at(ActionPart::Owner, "duty");
    type_at(ActionPart::By, "4 Dec 2026");
    type_at(ActionPart::Owner, "social worker");
    let said = type_at(ActionPart::By, "11 Dec 2026");
    assert!(said.contains("What you type replaces it."), "{said}");
    let details = &conversation.session().actions()[0].details;
    assert_eq!(details.owner, "duty social worker");
    assert_eq!(details.by, Some("2026-12-11".parse().expect("a date")));
}

#[test]
fn an_enter_too_many_after_a_written_answer_leaves_the_next_question_open() {
    let mut conversation = at_the_question();
    conversation.expect_typing();
    for line in ["How do we keep both safe?", ""] {
        conversation.handle_line(line, now());
    }
    let asked = conversation.screen.focus.clone();
    let said = conversation.handle_line("", now()).text;
    assert!(said.contains("right after your last answer was ignored"), "{said}");
    assert_eq!((&conversation.screen.focus, &conversation.prompt), (&asked, &Prompt::Person));
    for line in ["nurse", "1", ""] {
        conversation.handle_line(line, now());
    }
    assert_ne!(conversation.screen.focus, asked, "the last person was not a written answer");
}

#[test]
fn a_needed_question_is_passed_over_at_the_second_enter_and_that_is_said() {
    let (mut conversation, _) = peer();
    conversation.expect_typing();
    let asked = conversation.screen.focus.clone();
    let said = conversation.handle_line("", now()).text;
    assert!(said.starts_with("This answer is needed."), "{said}");
    assert_eq!(conversation.screen.focus, asked);
    let said = conversation.handle_line("", now()).text;
    assert!(said.starts_with("Left for later."), "{said}");
    assert_ne!(conversation.screen.focus, asked);
    // A script passes over it with one empty line, and that is said too.
    let said = peer().0.handle_line("", now()).text;
    assert!(said.starts_with("Left for later."), "{said}");
}

#[test]
fn a_draft_goes_on_at_the_first_question_that_still_needs_an_answer() {
    let (mut conversation, _) = peer();
    conversation.handle_line("2", now());
    let session = from_document(&to_document(conversation.session())).expect("a draft");
    let (conversation, said) = begin(session);
    assert!(said.contains("the first that still needs an answer"), "{said}");
    assert!(conversation.screen.focused().is_some_and(|one| one.required && one.problem.is_some()));
    assert!(question(&said).ends_with("(needed)"), "{said}");
    let mut conversation = at_the_question();
    conversation.handle_line("How?", now());
    let (_, said) = begin(conversation.session().clone());
    assert!(said.contains("Nothing that is needed is missing in this stage."), "{said}");
    assert!(said.contains("You continue at question 5, the first without an answer."), "{said}");
    assert!(question(&said).contains("Who is here?"), "{said}");
}

#[test]
fn an_empty_line_of_a_text_that_was_pasted_parts_two_paragraphs() {
    let mut conversation = at_the_question();
    assert!(!conversation.takes_blank_line(), "nothing is being written");
    conversation.handle_line("How do we keep both safe?", now());
    assert!(conversation.takes_blank_line());
    for line in ["And kind?", ""] {
        conversation.handle_line(line, now());
    }
    assert_eq!(key_question(&conversation), "How do we keep both safe?\n\nAnd kind?");
}

#[test]
fn commands_work_inside_a_long_answer_which_goes_on_or_stays_as_far_as_it_is() {
    let mut conversation = at_the_question();
    conversation.handle_line("How do we keep", now());
    let said = conversation.handle_line("/time", now()).text;
    assert!(said.contains("This stage: ") && said.contains("Continue your answer."), "{said}");
    conversation.handle_line("both safe?", now());
    let said = conversation.handle_line("/back", now()).text;
    assert!(question(&said).contains("Ground rules"), "{said}");
    assert_eq!(key_question(&conversation), "How do we keep\nboth safe?");
}

#[test]
fn a_slash_that_is_no_command_is_asked_about_where_words_are_written() {
    let mut conversation = at_the_question();
    conversation.handle_line("How do we keep both safe", now());
    let said = conversation.handle_line("/and still kind?", now()).text;
    assert!(said.contains("“/and still kind?” is not a command."), "{said}");
    assert_eq!(key_question(&conversation), "How do we keep both safe");
    conversation.handle_line("y", now());
    assert_eq!(key_question(&conversation), "How do we keep both safe\n/and still kind?");
    let said = conversation.handle_line("/bakc", now()).text;
    assert!(said.contains("Did you mean /back?"), "{said}");
    let said = conversation.handle_line("", now()).text;
    assert!(said.contains("Left out: “/bakc”."), "{said}");
    // Text that follows shows that it was a line of it: nothing that was typed is lost.
    for line in ["/or not", "at all?", ""] {
        conversation.handle_line(line, now());
    }
    let whole = "How do we keep both safe\n/and still kind?\n/or not\nat all?";
    assert_eq!(key_question(&conversation), whole);
}

#[test]
fn a_stage_that_is_not_open_yet_is_named_with_the_reason_and_reached_in_the_end() {
    let (mut conversation, _) = peer();
    let said = conversation.handle_line("/stage 3", now()).text;
    assert!(said.starts_with("Stage 3, Behaviour and questions, is not open yet.\n"), "{said}");
    assert!(said.contains("Before you leave “Open”"), "{said}");
    let said = conversation.handle_line("The duty team is asking it now.", now()).text;
    assert!(said.contains("Stage 3 of 8"), "{said}");
    conversation.handle_line("/stage 1", now());
    let said = conversation.handle_line("/stage 7", now()).text;
    assert!(said.starts_with("Stage 7, Response and actions, is not open yet.\n"), "{said}");
    assert!(said.contains("So this is stage "), "{said}");
}

#[test]
fn undo_and_redo_name_the_change_and_ask_its_question_again() {
    let mut conversation = at_the_question();
    for line in ["How do we keep both safe?", "."] {
        conversation.handle_line(line, now());
    }
    let said = conversation.handle_line("/undo", now()).text;
    assert!(said.starts_with("Undone: What is your one question for today.\n"), "{said}");
    assert!(question(&said).contains("What is your one question"), "{said}");
    assert_eq!(key_question(&conversation), "");
    let said = conversation.handle_line("/redo", now()).text;
    assert!(said.contains("Current answer: How do we keep both safe?"), "{said}");
    assert!(conversation.handle_line("/redo", now()).text.contains("Nothing to redo."));
}

#[test]
fn a_date_is_echoed_with_its_weekday_and_one_that_has_passed_is_asked_about() {
    let (mut conversation, _) = peer();
    let slot = Slot::once("review_date");
    let stage = conversation.session().template().stages.len() - 1;
    for _ in 0..stage {
        let reason = "a test of dates".to_owned();
        conversation.apply_event(Event::GateOverridden { reason }, now());
    }
    let at_the_date = |conversation: &mut Conversation<'_>| {
        conversation.screen.focus_on_slot(&slot);
        conversation.ask();
        std::mem::take(&mut conversation.out)
    };
    assert!(at_the_date(&mut conversation).contains("next Friday or in 2 weeks"));
    let said = conversation.handle_line("soon", now()).text;
    assert!(said.contains("That is not a date. Write it like 4 Dec,"), "{said}");
    let said = conversation.handle_line("20 Nov 2026", now()).text;
    assert!(said.contains("Fri 20 Nov 2026 was 2 days ago. Is this date right?"), "{said}");
    assert_eq!(conversation.session().answer(&slot), None);
    let said = conversation.handle_line("next Friday", now()).text;
    assert!(said.starts_with("   Fri 27 Nov 2026.\n"), "{said}");
    at_the_date(&mut conversation);
    conversation.handle_line("1 Nov 2026", now());
    conversation.handle_line("y", now());
    let kept = conversation.session().answer(&slot).map(|value| value.plain());
    assert_eq!(kept.as_deref(), Some("2026-11-01"));
}

#[test]
fn several_people_are_named_in_one_line_and_apologies_are_kept() {
    let mut conversation = at_the_question();
    for line in ["How?", ".", "social worker; teacher, late; school nurse, apologies"] {
        conversation.handle_line(line, now());
    }
    let said = conversation.handle_line("facilitater", now()).text;
    let asked_again = "“facilitater” is not a role. Did you mean Facilitator?";
    assert!(said.contains(asked_again), "{said}");
    let said = conversation.handle_line("1", now()).text;
    assert!(said.contains("   teacher: what is their role today?"), "{said}");
    conversation.handle_line("2", now());
    conversation.handle_line("4", now());
    let people = conversation.session().participants().iter();
    let people: Vec<_> =
        people.map(|one| (one.label.as_str(), one.role.as_str(), one.attendance())).collect();
    assert_eq!(
        people,
        [
            ("social worker", "facilitator", Attendance::Here),
            ("teacher", "presenter", Attendance::Late),
            ("school nurse", "consultant", Attendance::Apologies),
        ]
    );
}

fn people(conversation: &Conversation<'_>) -> Vec<(String, String)> {
    let people = conversation.session().participants().iter();
    people.map(|one| (one.label.clone(), one.role.clone())).collect()
}

#[test]
fn people_pasted_one_to_a_line_are_all_listed_with_their_roles() {
    let mut conversation = at_the_question();
    for line in ["How?", ".", "Social worker"] {
        conversation.handle_line(line, now());
    }
    let said = conversation.handle_line("Class teacher", now()).text;
    assert!(said.contains("“Class teacher” is not a role, so it was taken as somebody"), "{said}");
    assert!(said.contains("the role of: Social worker."), "{said}");
    for line in ["School nurse", "Astronaut", "-", "1", "2"] {
        conversation.handle_line(line, now());
    }
    let said = conversation.handle_line("3", now()).text;
    assert!(said.contains("3 people listed."), "{said}");
    let labels: Vec<String> = people(&conversation).into_iter().map(|one| one.0).collect();
    assert_eq!(labels, ["Social worker", "Class teacher", "School nurse"]);
}

#[test]
fn a_number_is_not_a_person() {
    let mut conversation = at_the_question();
    for line in ["How?", "."] {
        conversation.handle_line(line, now());
    }
    let said = conversation.handle_line("5", now()).text;
    assert!(said.contains("“5” has no letters, so it is not listed."), "{said}");
    assert_eq!(conversation.prompt, Prompt::Person);
    assert_eq!(people(&conversation), []);
}

#[test]
fn a_follow_up_offers_the_people_of_last_time_and_asks_their_roles() {
    let mut earlier = peer().0;
    for (role, label) in [("presenter", "teacher"), ("consultant", "nurse")] {
        let (role, label) = (role.to_owned(), label.to_owned());
        earlier.apply_event(Event::ParticipantAdded { role, label }, now());
    }
    let template = earlier.session().template().clone();
    let id = uuid::Uuid::from_u128(7);
    let next = Session::follow_up(template, id, earlier.session(), "revision 1", &[], now());
    let (mut conversation, _) = begin(next);
    conversation.screen.focus_on(ControlId::AddParticipant);
    conversation.ask();
    let said = std::mem::take(&mut conversation.out);
    assert!(said.contains("Last time: teacher; nurse. To add them, type last."), "{said}");
    let said = conversation.handle_line("last", now()).text;
    assert!(said.contains("Last time: Presenter; press Enter for the same."), "{said}");
    conversation.handle_line("", now());
    conversation.handle_line("1", now());
    let people = conversation.session().participants().iter();
    let people: Vec<_> = people.map(|one| (one.label.as_str(), one.role.as_str())).collect();
    assert_eq!(people, [("teacher", "presenter"), ("nurse", "facilitator")]);
}

#[test]
fn each_line_of_a_long_answer_is_part_of_the_note_at_once_and_one_too_long_is_left_out() {
    let (mut conversation, _) = peer();
    conversation.handle_line("2", now());
    conversation.handle_line("1", now());
    conversation.handle_line("1 2 3", now());
    let question = Slot::once("key_question");
    let kept = |conversation: &Conversation<'_>| {
        conversation.session().answer(&question).map(|one| one.plain()).unwrap_or_default()
    };
    conversation.handle_line("How do we keep", now());
    assert_eq!(kept(&conversation), "How do we keep");
    let said = conversation.handle_line(&"x".repeat(100_001), now()).text;
    assert!(said.contains("This line was not added."), "{said}");
    assert_eq!(kept(&conversation), "How do we keep");
    conversation.handle_line("both children safe?", now());
    assert_eq!(kept(&conversation), "How do we keep\nboth children safe?");
    conversation.handle_line(".", now());
    assert_eq!(kept(&conversation), "How do we keep\nboth children safe?");
}

#[test]
fn enter_leaves_an_answer_as_it_is_and_clear_takes_it_back() {
    let (mut conversation, _) = peer();
    let danger = Slot::once("immediate_safety");
    conversation.handle_line("2", now());
    conversation.handle_line("/back", now());
    conversation.handle_line("", now());
    assert!(conversation.session().answer(&danger).is_some());
    conversation.handle_line("/back", now());
    let said = conversation.handle_line("/clear", now()).text;
    assert!(said.starts_with("Cleared: your answer to “Might any child be in danger"), "{said}");
    assert!(conversation.session().answer(&danger).is_none());
}

#[test]
fn guidance_is_listed_read_and_cited_by_number() {
    let (mut conversation, _) = peer();
    let said = conversation.handle_line("/read 1", now()).text;
    assert!(said.contains("Type /guidance first"), "{said}");
    let said = conversation.handle_line("/guidance", now()).text;
    assert!(said.starts_with("1 Title of immediate-safety\n"), "{said}");
    assert_eq!(conversation.handle_line("/read 1", now()).text, "The text of immediate-safety.\n");
    conversation.handle_line("/guidance consent", now());
    conversation.handle_line("/cite 1", now());
    assert_eq!(conversation.session().citations()[0].id, "consent");
}

#[test]
fn an_unknown_command_names_the_nearest_and_help_names_all() {
    let (mut conversation, _) = peer();
    let said = conversation.handle_line("/bakc", now()).text;
    assert!(said.contains("Did you mean /back?"), "{said}");
    let help = conversation.handle_line("/help", now()).text;
    for command in ["/back", "/skip REASON", "/guidance [WORDS]", "/quit"] {
        assert!(help.contains(command), "{command} is missing from\n{help}");
    }
    assert_eq!(conversation.handle_line("/quit", now()).ending, Some(Ending::Left));
}

#[test]
fn nothing_of_a_placement_is_said_before_all_are_ready() {
    let (mut conversation, _) = peer();
    let mut robot = Robot::default();
    let mut said = String::new();
    let mut placed = 0;
    for _ in 0..800 {
        if conversation.hides() {
            placed += 1;
            // Everyone chooses “violent”, which nobody may read before the reveal.
            said = conversation.handle_line("5", now()).text;
            let view = match &conversation.prompt {
                Prompt::Placing { slot, .. } => rating_view(conversation.session(), slot),
                _ => None,
            };
            assert!(view.is_none_or(|view| view.first.is_none()));
            assert!(said.starts_with("Placed.\n"), "{said}");
            assert!(!said.contains("Where everyone placed it"), "{said}");
        } else if placed > 0 {
            break;
        } else {
            let line = robot.answer(&conversation);
            conversation.handle_line(&line, now());
        }
    }
    assert!(placed >= 2, "{placed} placed");
    assert!(question(&said).contains("Reveal all placements"), "{said}");
    let said = conversation.handle_line("y", now()).text;
    assert!(said.contains(&format!("Violent: {placed}.")), "{said}");
    assert!(
        question(&said).contains("Place again") || question(&said).contains("Agreed"),
        "{said}"
    );
}

#[test]
fn the_last_row_that_can_be_added_is_asked_from_its_first_question() {
    let (mut conversation, _) = peer();
    for _ in 0..2 {
        conversation.handle_line("/next", now());
        conversation.handle_line("A test of the rows.", now());
    }
    let group = Slot::once("behaviour");
    conversation.screen.focus_on(ControlId::AddRow(group));
    let said = conversation.handle_line("y", now()).text;
    assert!(said.contains("Behaviour 2 of 2"), "{said}");
    assert!(question(&said).contains("What happened, in plain words?"), "{said}");
}

#[test]
fn every_template_is_completed_as_a_conversation() {
    for template in bundled_templates() {
        let (mut conversation, _) = begin(blank(template.id));
        let mut robot = Robot::default();
        let mut lines = 0;
        let ending = loop {
            let line = robot.answer(&conversation);
            let turn = conversation.handle_line(&line, now());
            lines += 1;
            if let Some(ending) = turn.ending {
                break ending;
            }
            assert!(lines < 3000, "{} does not end; at last\n{line}\n{}", template.id, turn.text);
        };
        assert_eq!(ending, Ending::Completed, "{}", template.id);
        assert_eq!(conversation.session().status(), Status::Completed, "{}", template.id);
        let document = to_document(conversation.session());
        assert!(from_document(&document).is_ok(), "{}", template.id);
    }
}

#[test]
fn every_worked_example_goes_through_with_enter_alone_and_what_is_still_missing() {
    for template in bundled_templates() {
        let parsed = Template::parse(template.file, template.text).expect("it parses");
        let session = practice_session(&parsed, template.example_file, template.example, now())
            .expect("it plays");
        let (mut conversation, first) = begin(session);
        assert!(first.contains("PRACTICE"), "{first}");
        let mut robot = Robot { keeps: true, ..Robot::default() };
        let completed = (0..3000).any(|_| {
            let line = robot.answer(&conversation);
            conversation.handle_line(&line, now()).ending == Some(Ending::Completed)
        });
        assert!(completed, "{} does not end", template.id);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn no_line_whatever_breaks_it(
        lines in proptest::collection::vec("(/[a-z]{1,8}( [0-9]{0,2})?|[0-9]{1,2}|y|\\.|\\PC{0,12})?", 0..120)
    ) {
        let (mut conversation, _) = peer();
        for line in lines {
            let turn = conversation.handle_line(&line, now());
            if turn.ending.is_some() {
                break;
            }
        }
        proptest::prop_assert!(from_document(&to_document(conversation.session())).is_ok());
    }
}

/// Somebody who answers everything, patiently.
#[derive(Default)]
struct Robot {
    pressed: BTreeSet<String>,
    asked: BTreeMap<String, usize>,
    people: usize,
    middle: bool,
    /// Leaves what is answered already as it is.
    keeps: bool,
}

impl Robot {
    fn answer(&mut self, conversation: &Conversation<'_>) -> String {
        match &conversation.prompt {
            Prompt::Question => {}
            Prompt::Known
            | Prompt::PersonRole { .. }
            | Prompt::Dissent(DissentChoice::Who { .. }) => {
                return "1".into();
            }
            Prompt::Person if self.people < 3 && !self.keeps => {
                self.people += 1;
                return format!("profession {}", self.people);
            }
            Prompt::Person | Prompt::GateReason => return String::new(),
            Prompt::Placing { .. } => return "3".into(),
            Prompt::EarlyReason { .. } => return "One person had to leave.".into(),
            Prompt::Dissent(DissentChoice::Where { .. }) => return "2".into(),
            Prompt::DissentReason(_) => return "It was not the first time.".into(),
            Prompt::Dissent(DissentChoice::Named { .. }) | Prompt::Remove(_) => {
                return String::new();
            }
            Prompt::CompleteFound
            | Prompt::CompleteAnyway
            | Prompt::PastDate { .. }
            | Prompt::Slash { .. } => return "y".into(),
        }
        let control = conversation.screen.focused().expect("a question is asked");
        if self.keeps && self.is_answered(control) {
            return String::new();
        }
        match &control.kind {
            ControlKind::Text { .. } if std::mem::take(&mut self.middle) => ".".into(),
            ControlKind::Text { form: TextForm::Date, .. } => "1 December 2026".into(),
            ControlKind::Text { form: TextForm::Integer | TextForm::Decimal, .. } => "9".into(),
            ControlKind::Text { one_line, .. } => {
                self.middle = !one_line;
                "Words enough to say what is meant.".into()
            }
            ControlKind::Pick { options, many, .. } => {
                // The second answer first (no child in danger); asked again, the one before it.
                let asked = self.asked.entry(format!("{:?}", control.id)).or_default();
                *asked += 1;
                let numbers = options.iter().all(|option| option.code.parse::<i64>().is_ok());
                match (*many, numbers, *asked % 2 == 1) {
                    (false, true, _) => options[0].code.clone(),
                    (false, false, true) => "2".into(),
                    _ => "1".into(),
                }
            }
            ControlKind::Button => self.press(control),
            _ => String::new(),
        }
    }

    fn is_answered(&self, control: &Control) -> bool {
        match &control.kind {
            ControlKind::Text { text, .. } => !text.trim().is_empty() && !self.middle,
            ControlKind::Pick { options, .. } => options.iter().any(|option| option.chosen),
            _ => false,
        }
    }

    /// Adds one of everything; never a second one.
    fn press(&mut self, control: &Control) -> String {
        let always = matches!(control.id, ControlId::Reveal(_) | ControlId::Complete);
        let adds = matches!(control.id, ControlId::AddRow(_) | ControlId::AddAction(_));
        let adds = adds && (!self.keeps || control.problem.is_some());
        if always || (adds && self.pressed.insert(format!("{:?}", control.id))) {
            "y".into()
        } else {
            String::new()
        }
    }
}

#[test]
fn what_may_identify_somebody_is_said_before_completing_and_can_be_gone_to() {
    let (mut conversation, _) = peer();
    let mut robot = Robot::default();
    while conversation.screen.focus != ControlId::Complete {
        let line = robot.answer(&conversation);
        conversation.handle_line(&line, now());
    }
    let slot = Slot::once("key_question");
    let value = Some(Value::Text("How is robin ash, born 3 May 2012?".into()));
    conversation.apply_event(Event::Answered { slot: slot.clone(), value }, now());
    let said = conversation.handle_line("/names Robin Ash", now()).text;
    assert!(said.contains("Names to watch for: 1") && !said.contains("Robin"), "{said}");
    let said = conversation.handle_line("y", now()).text;
    assert!(
        said.contains("2 possible identifiers found. Checked for 1 name to watch for."),
        "{said}"
    );
    assert!(said.contains("”: name to watch for, “robin ash”"), "{said}");
    assert!(said.contains(": date of birth, “3 May 2012”"), "{said}");
    conversation.handle_line("f", now());
    assert_eq!(crate::app::slot_of(&conversation.screen.focus), Some(&slot));
    assert_eq!(conversation.session().status(), Status::InProgress);
    assert_eq!(conversation.session().watched_names(), ["Robin Ash"]);
    let (again, _) = begin(conversation.session().clone());
    assert_eq!(again.screen.names().count(), 1, "the draft kept it");
}

#[test]
fn a_view_that_differs_is_kept_with_its_reason() {
    let (mut conversation, _) = peer();
    let mut robot = Robot::default();
    for _ in 0..900 {
        let at_dissent = matches!(conversation.screen.focus, ControlId::AddDissent(_));
        if at_dissent && conversation.prompt == Prompt::Question {
            break;
        }
        let line = robot.answer(&conversation);
        conversation.handle_line(&line, now());
    }
    for line in ["y", "1", "2", "It stoped when asked.", ""] {
        conversation.handle_line(line, now());
    }
    let ControlId::AddDissent(slot) = conversation.screen.focus.clone() else {
        panic!("the question comes back")
    };
    let who = conversation.session().participants()[0].id;
    conversation.screen.focus_on(ControlId::ChangeDissent(slot, who));
    conversation.ask();
    let said = conversation.handle_line("y", now()).text;
    assert!(said.contains("2 Inappropriate (recorded)\n"), "{said}");
    let said = conversation.handle_line("", now()).text;
    assert!(said.contains("Their reason so far: It stoped when asked."), "{said}");
    for line in ["It stopped when he was asked.", ""] {
        conversation.handle_line(line, now());
    }
    let ControlId::AddDissent(slot) = conversation.screen.focus.clone() else {
        panic!("the question comes back")
    };
    let view = rating_view(conversation.session(), &slot).expect("a placement");
    assert_eq!(view.state, RatingState::Agreed);
    assert_eq!(view.dissent[0].reason, "It stopped when he was asked.");
}

#[test]
fn people_on_a_call_place_through_the_chat_and_nothing_of_it_is_said_before_the_reveal() {
    let mut session = blank("peer-case-clinic");
    for label in ["nurse", "teacher"] {
        let (role, label) = ("consultant".to_owned(), label.to_owned());
        crate::clinic::apply(&mut session, Event::ParticipantAdded { role, label }, now())
            .expect("listed");
    }
    let way = Event::PlacementMethodChosen(crate::clinic::PlacementMethod::VideoCall);
    crate::clinic::apply(&mut session, way, now()).expect("chosen");
    let reason = "a test of the chat".to_owned();
    for _ in 0..3 {
        let event = Event::GateOverridden { reason: reason.clone() };
        crate::clinic::apply(&mut session, event, now()).expect("on to the placement");
    }
    let (mut conversation, _) =
        Conversation::begin(None, session, &NoBooks, LocalTime::default(), now());
    let mut says = |line: &str| conversation.handle_line(line, now()).text;
    assert!(says("/chat").contains("No code is open"));
    let mut said = String::new();
    // On to the first person who places.
    for _ in 0..20 {
        said = says("");
        if said.contains("nurse sent or showed a number") {
            break;
        }
    }
    assert!(said.contains("/code lets everyone place through the chat"), "{said}");
    let said = says("/code");
    let code = said.lines().nth(1).expect("a code").parse::<crate::vault::PlacingCode>();
    let code = code.expect("it is a code");
    assert!(said.contains("1 nurse; 2 teacher"), "{said}");
    let block = |person, step, reason: &str| {
        let reason = reason.to_owned().into();
        code.seal(&crate::vault::SentPlacement { person, step, reason }).expect("sealed")
    };
    let mut paste = |blocks: &[String]| {
        let mut said = says("/chat");
        for line in blocks.concat().lines().chain(["/end"]) {
            said.push_str(&says(line));
        }
        said
    };
    let said = paste(&[block(1, 4, "the age gap")]);
    assert!(said.contains("1 of 2 ready") && said.contains("Still to place: teacher"), "{said}");
    let said = paste(&[block(1, 4, "the age gap"), block(2, 2, "")]);
    assert!(said.contains("Everyone has placed it"), "{said}");
    assert!(!said.contains("the age gap"), "{said}");
    let mut said = String::new();
    for _ in 0..6 {
        said = conversation.handle_line("y", now()).text;
        if said.contains("First round") {
            break;
        }
    }
    assert!(said.contains("Reason given for Abusive: the age gap"), "{said}");
    assert!(conversation.round.is_none(), "the key ends with the reveal");
}
