//! Answers that a meeting took over from a consultation request: which still stand as they came, and
//! which the meeting confirmed. The audit trail says both.

use super::{Change, Session, Shared};
use crate::clinic::template::value::Slot;

/// Why an answer was copied, as the beginning of a line of the audit trail.
pub(in crate::clinic) const FROM_REQUEST: &str = "from the consultation request";
/// Why a line of the audit trail repeats such an answer.
pub(in crate::clinic) const CONFIRMED: &str = "confirmed in the meeting";

/// An answer that stands as it was copied from a consultation request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestAnswer {
    /// Nobody in the meeting said that it still holds.
    Unconfirmed,
    /// The meeting confirmed it.
    Confirmed,
}

impl RequestAnswer {
    /// What the note says of it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Unconfirmed => "from the request, not confirmed in the meeting",
            Self::Confirmed => "from the request, confirmed in the meeting",
        }
    }
}

impl Session {
    /// Returns whether the answer in `slot` stands as it was copied from a consultation request.
    pub fn request_answer(&self, slot: &Slot) -> Option<RequestAnswer> {
        self.earlier()?;
        let is_copied = |line: &&Shared<Change>| {
            line.why.as_ref().is_some_and(|why| why.starts_with(FROM_REQUEST))
        };
        let first = self.audit().iter().position(|line| is_copied(&line))?;
        let mut lines = self.audit()[first..].iter();
        let standing = self.answer(slot)?.plain();
        let is_same = |line: &&Shared<Change>| {
            line.item == slot.item && line.row == slot.row && line.new.as_ref() == Some(&standing)
        };
        lines.find(|line| is_copied(line) && is_same(line))?;
        let is_confirmed = |line: &Shared<Change>| line.why.as_deref() == Some(CONFIRMED);
        let confirmed = lines.any(|line| is_confirmed(line) && is_same(&line));
        Some(if confirmed { RequestAnswer::Confirmed } else { RequestAnswer::Unconfirmed })
    }
}
