//! Completing: what is missing is said first, and where it is answered.

use jiff::Timestamp;

use super::{Conversation, Prompt, answer::yes};
use crate::{
    clinic::{ConstraintSeverity, Event, Missing, completion, hidden_answers},
    report::{NoteScan, scan_note},
};

impl Conversation<'_> {
    pub(super) fn complete(&mut self, now: Timestamp) {
        self.say("A completed note can no longer be edited. You can add corrections.");
        let blocked = completion(&self.screen.session)
            .iter()
            .any(|one| one.severity == ConstraintSeverity::Error);
        let found = self.found(now);
        if blocked || found.is_empty() {
            self.apply_event(Event::ClinicCompleted { acknowledged: false }, now);
            return;
        }
        for line in found.lines(usize::MAX) {
            self.say(line);
        }
        self.say("Complete anyway? Type y for yes, or f to go to the first of these. Press Enter to go back.");
        self.prompt = Prompt::CompleteFound;
    }

    /// What was found in the note is to stay, to be put right, or the end is put off.
    pub(super) fn complete_found(&mut self, answer: &str, now: Timestamp) {
        self.prompt = Prompt::Question;
        match answer.trim().to_lowercase().as_str() {
            "f" | "first" => self.go_to_first(now),
            answer => self.complete_if(yes(answer), false, now),
        }
    }

    fn go_to_first(&mut self, now: Timestamp) {
        let found = self.found(now);
        let Some(finding) = found.first() else { return self.ask() };
        if self.screen.session.stage() != finding.stage {
            self.apply_event(Event::StageOpened { stage: finding.stage }, now);
        }
        self.screen.go_to_finding(finding);
        self.ask();
    }

    fn found(&self, now: Timestamp) -> NoteScan {
        let today = self.local.day(now);
        scan_note(&self.screen.session, self.screen.names(), today)
    }

    /// Completes the clinic, or asks the question again.
    pub(super) fn complete_if(&mut self, wanted: bool, acknowledged: bool, now: Timestamp) {
        self.prompt = Prompt::Question;
        if wanted {
            self.apply_event(Event::ClinicCompleted { acknowledged }, now);
        } else {
            self.say("Not completed.");
            self.ask();
        }
    }

    /// Names what is missing, and goes to the first of it.
    pub(super) fn list_missing(&mut self, missing: &[Missing], now: Timestamp) {
        let errors = missing.iter().filter(|one| one.severity == ConstraintSeverity::Error);
        for one in errors.clone() {
            self.say(format!("- stage {}: {}", one.stage + 1, one.sentence()));
        }
        let Some(first) = errors.clone().next() else { return };
        if self.screen.session.stage() != first.stage {
            self.apply_event(Event::StageOpened { stage: first.stage }, now);
        }
        self.screen.focus_on_missing(first);
        self.ask();
        if first.how_known {
            self.ask_known();
        }
    }

    pub(super) fn list_warnings(&mut self, warnings: &[Missing]) {
        for one in warnings {
            self.say(format!("- {}", one.sentence()));
        }
        self.say(if hidden_answers(&self.screen.session).is_empty() {
            "Complete anyway? Type y, or press Enter to go back."
        } else {
            "Complete anyway? Type y for yes, or k to complete and keep the answers to questions no longer asked, at the end of the note. Press Enter to go back."
        });
        self.prompt = Prompt::CompleteAnyway;
    }

    /// The clinic is completed although something is to be checked, or not; `k` keeps the answers
    /// that would otherwise not be in the note.
    pub(super) fn complete_anyway(&mut self, line: &str, now: Timestamp) {
        let mut wanted = yes(line);
        if line.trim().eq_ignore_ascii_case("k") {
            for answer in hidden_answers(&self.screen.session) {
                self.apply_event(Event::HiddenAnswerKept { slot: answer.slot }, now);
                wanted = true;
            }
        }
        self.complete_if(wanted, true, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{
        Session, Slot, Status, Value, bundled_template, completion, practice_session,
    };
    use crate::conversation::tests::{NoBooks, now};
    use crate::text::LocalTime;

    fn worked_case() -> Session {
        let one = bundled_template("peer-case-clinic").expect("bundled");
        let template = one.parse().expect("it is sound");
        practice_session(&template, one.example_file, one.example, now()).expect("it fits")
    }

    #[test]
    fn after_an_answer_is_cleared_the_next_line_answers_its_question_again() {
        let (mut conversation, _) =
            Conversation::begin(None, worked_case(), &NoBooks, LocalTime::default(), now());
        let slot = Slot::in_row("where_when", conversation.session().rows("behaviour")[0]);
        conversation.handle_line("/stage 3", now());
        conversation.screen.focus_on_slot(&slot);
        assert!(conversation.ask_known());
        let said = conversation.handle_line("/clear", now()).text;
        let cleared = "Cleared: your answer to “Where and when?”, and how it is known.\n";
        assert!(said.contains(cleared), "{said}");
        assert_eq!(
            (conversation.session().answer(&slot), &conversation.prompt),
            (None, &Prompt::Question)
        );
    }

    #[test]
    fn a_new_answer_is_recorded_as_reported_even_if_somebody_leaves_before_saying_so() {
        let mut session = worked_case();
        let row = session.rows("behaviour")[0];
        let (place, known) =
            (Slot::in_row("where_when", row), Slot::in_row("where_when_known", row));
        for slot in [known.clone(), place.clone()] {
            let cleared = Event::Answered { slot, value: None };
            crate::clinic::apply(&mut session, cleared, now()).expect("it is taken");
        }
        let (mut conversation, _) =
            Conversation::begin(None, session, &NoBooks, LocalTime::default(), now());
        conversation.handle_line("/stage 3", now());
        conversation.screen.focus_on_slot(&place);
        conversation.handle_line("At the club.", now());
        let said = conversation.handle_line("", now()).text;
        assert!(said.contains("Enter for Reported, 1 Known, 3 Assumed."), "{said}");
        conversation.handle_line("/quit", now());
        let recorded = conversation.session().answer(&known);
        assert_eq!(recorded, Some(&Value::Choice("reported".into())));
    }

    #[test]
    fn an_answer_no_longer_asked_for_is_kept_at_the_end_of_the_note_if_somebody_says_so() {
        let completed = |answer: &str| {
            let one = bundled_template("reflective-supervision").expect("bundled");
            let template = one.parse().expect("it is sound");
            let session = practice_session(&template, one.example_file, one.example, now());
            let session = session.expect("it fits");
            let (mut conversation, _) =
                Conversation::begin(None, session, &NoBooks, LocalTime::default(), now());
            let is_danger = |value| Event::Answered {
                slot: Slot::once("immediate_safety"),
                value: Some(value),
            };
            let done = Slot::once("immediate_safety_done");
            let done = Event::Answered { slot: done, value: Some(Value::Text("A call".into())) };
            for event in [is_danger(Value::Boolean(true)), done, is_danger(Value::Boolean(false))] {
                assert!(conversation.apply_event(event, now()));
            }
            conversation.apply_event(Event::ClinicCompleted { acknowledged: false }, now());
            assert_eq!(conversation.prompt, Prompt::CompleteAnyway, "{}", conversation.out);
            assert!(conversation.out.contains("or k to complete and keep"), "{}", conversation.out);
            conversation.handle_line(answer, now());
            let session = conversation.session();
            (session.status() == Status::Completed, session.leftovers().len())
        };
        assert_eq!(
            [completed("k"), completed("y"), completed("")],
            [(true, 1), (true, 0), (false, 0)]
        );
    }

    #[test]
    fn how_an_answer_is_known_is_missed_by_the_name_of_that_answer_and_asked_for_there() {
        let mut session = worked_case();
        let row = session.rows("behaviour")[0];
        let known = Slot::in_row("where_when_known", row);
        let unsaid = Event::Answered { slot: known.clone(), value: None };
        crate::clinic::apply(&mut session, unsaid, now()).expect("it is taken");
        let (mut conversation, _) =
            Conversation::begin(None, session, &NoBooks, LocalTime::default(), now());
        let missing = completion(&conversation.screen.session);
        conversation.list_missing(&missing, now());
        let said = std::mem::take(&mut conversation.out);
        assert!(
            said.contains("- stage 3: “Where and when?” (1 of 2): how do we know?\n"),
            "{said}"
        );
        assert!(
            said.trim_end().ends_with("How do we know? 1 Known, 2 Reported, 3 Assumed."),
            "{said}"
        );
        conversation.handle_line("2", now());
        let reported = conversation.screen.session.answer(&known);
        assert_eq!(reported, Some(&Value::Choice("reported".into())));
    }
}
