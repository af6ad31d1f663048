//! Completing: what is missing is said first, and where it is answered.

use jiff::Timestamp;

use super::{Conversation, Step};
use crate::clinic::{Event, Missing, Severity};

impl Conversation<'_> {
    pub(super) fn complete(&mut self, now: Timestamp) {
        self.say(
            "A completed note is locked: it never changes afterwards, corrections go beside it.",
        );
        self.tell(Event::ClinicCompleted { acknowledged: false }, now);
    }

    pub(super) fn complete_anyway(&mut self, anyway: bool, now: Timestamp) {
        self.step = Step::Question;
        if anyway {
            self.tell(Event::ClinicCompleted { acknowledged: true }, now);
        } else {
            self.say("Not completed.");
            self.ask();
        }
    }

    /// Names what stands in the way, and goes to the first of it.
    pub(super) fn list_missing(&mut self, missing: &[Missing], now: Timestamp) {
        for one in missing.iter().filter(|one| one.severity == Severity::Error) {
            self.say(format!("- stage {}: {}.", one.stage + 1, one.message));
        }
        let first = missing.iter().find(|one| one.severity == Severity::Error);
        let Some((stage, slot)) = first.map(|one| (one.stage, one.slot.clone())) else { return };
        if self.screen.session.stage() != stage {
            self.tell(Event::StageOpened { stage }, now);
        }
        self.step = Step::Question;
        self.screen.show_missing = true;
        self.screen.focus_on_slot(&slot);
        self.ask();
    }

    pub(super) fn list_warnings(&mut self, warnings: &[Missing]) {
        for one in warnings {
            self.say(format!("- {}.", one.message));
        }
        self.say("Complete it all the same? y, or Enter to go back.");
        self.step = Step::CompleteAnyway;
    }
}
