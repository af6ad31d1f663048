//! Completing: what is missing is said first, and where it is answered.

use jiff::Timestamp;

use super::{Conversation, Prompt};
use crate::{
    clinic::{ConstraintSeverity, Event, Missing, completion},
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
        self.say("Complete anyway? Type y, or f to go to the first, or press Enter to go back.");
        self.prompt = Prompt::CompleteFound;
    }

    /// What was found in the note is to stay, to be put right, or the end is put off.
    pub(super) fn complete_found(&mut self, answer: &str, now: Timestamp) {
        self.prompt = Prompt::Question;
        let answer = answer.trim().to_lowercase();
        match answer.as_str() {
            "y" | "yes" => {
                self.apply_event(Event::ClinicCompleted { acknowledged: false }, now);
            }
            "f" | "first" => self.go_to_first(now),
            _ => {
                self.say("Not completed.");
                self.ask();
            }
        }
    }

    fn go_to_first(&mut self, now: Timestamp) {
        let found = self.found(now);
        let Some(finding) = found.first() else { return self.ask() };
        if self.screen.session.stage() != finding.stage {
            self.apply_event(Event::StageOpened { stage: finding.stage }, now);
        }
        self.screen.go_to_finding(finding);
        self.prompt = Prompt::Question;
        self.ask();
    }

    fn found(&self, now: Timestamp) -> NoteScan {
        let today = now.to_zoned(jiff::tz::TimeZone::system()).date();
        scan_note(&self.screen.session, self.screen.names(), today)
    }

    pub(super) fn complete_anyway(&mut self, anyway: bool, now: Timestamp) {
        self.prompt = Prompt::Question;
        if anyway {
            self.apply_event(Event::ClinicCompleted { acknowledged: true }, now);
        } else {
            self.say("Not completed.");
            self.ask();
        }
    }

    /// Names what stands in the way, and goes to the first of it.
    pub(super) fn list_missing(&mut self, missing: &[Missing], now: Timestamp) {
        for one in missing.iter().filter(|one| one.severity == ConstraintSeverity::Error) {
            self.say(format!("- stage {}: {}", one.stage + 1, one.sentence()));
        }
        let first = missing.iter().find(|one| one.severity == ConstraintSeverity::Error);
        let Some(first) = first else { return };
        if self.screen.session.stage() != first.stage {
            self.apply_event(Event::StageOpened { stage: first.stage }, now);
        }
        self.prompt = Prompt::Question;
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
        self.say("Complete anyway? Type y, or press Enter to go back.");
        self.prompt = Prompt::CompleteAnyway;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{Slot, Value, bundled_template, completion, practice_session};
    use crate::conversation::tests::{NoBooks, now};

    #[test]
    fn how_an_answer_is_known_is_missed_by_the_name_of_that_answer_and_asked_for_there() {
        let one = bundled_template("peer-case-clinic").expect("bundled");
        let template = one.parse().expect("it is sound");
        let mut session =
            practice_session(&template, one.example_file, one.example, now()).expect("it fits");
        let row = session.rows("behaviour")[0];
        let known = Slot::in_row("where_when_known", row);
        let unsaid = Event::Answered { slot: known.clone(), value: None };
        crate::clinic::apply(&mut session, unsaid, now()).expect("it is taken");
        let (mut conversation, _) = Conversation::begin(None, session, &NoBooks, now());
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
