//! The parts of a session that are plain records: where it stands, who is there, what was changed
//! and what was added.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clinic::template::value::{ParticipantId, RowId, Slot, Value};

/// Where a note stands; the words of FHIR's questionnaire response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Being written.
    InProgress,
    /// Finished.
    Completed,
    /// Finished, and added to since.
    Amended,
    /// Should not exist; kept for the record.
    EnteredInError,
    /// Ended before its end; may go on later.
    Stopped,
}

impl Status {
    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Amended => "amended",
            Self::EnteredInError => "entered in error",
            Self::Stopped => "stopped",
        }
    }
}

/// Someone in the meeting, by role only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Stable within the session.
    pub id: ParticipantId,
    /// The part they take: a role id of the template.
    pub role: String,
    /// Their profession, such as "social worker"; unique within the session.
    pub label: String,
    /// Present now.
    pub present: bool,
}

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When; for a run of typing, when it ended.
    pub at: Timestamp,
    /// The item's id, or the part of the session (`participant`, `stage`, `clock`, …).
    pub item: String,
    /// The row, if the item is asked per row.
    pub row: Option<RowId>,
    /// What it was.
    pub old: Option<String>,
    /// What it became.
    pub new: Option<String>,
    /// The reason given, where one was.
    pub why: Option<String>,
}

/// A stage that was left without what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageSkip {
    /// The stage's id.
    pub stage: String,
    /// True when it was skipped, false when only its gate was overridden.
    pub skipped: bool,
    /// Why.
    pub reason: String,
}

/// Something added after the end, beside the original.
///
/// The answers of a completed note are never touched again. Whoever shows or exports it says at
/// its head that it is amended, tells the original as it was, and then the amendments, oldest
/// first, each with its time, its reason and its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// What is added or put right.
    pub text: String,
}

/// Somebody a private note was shared with, by a deliberate act. It can't be undone: what was
/// sealed to a key opens with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// When.
    pub at: Timestamp,
    /// Who, as the vault calls them.
    pub with: String,
    /// Their public key: a name alone could come to mean somebody else.
    pub key: String,
    /// Why.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic) struct Answer {
    pub(in crate::clinic) slot: Slot,
    pub(in crate::clinic) value: Value,
}

/// An answer that is kept in the note without its question: one that was no longer asked and that
/// somebody chose to keep, or one that found no place in a later version of the template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leftover {
    /// Where it was given.
    pub slot: Slot,
    /// Its question.
    pub question: String,
    /// The answer as a person reads it.
    pub text: String,
    /// Why it has no question any more.
    pub because: LeftoverReason,
    /// The answer itself, where it can be put back.
    pub value: Option<Value>,
}

/// Why an answer has no question any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftoverReason {
    /// The question did not apply, and the answer was kept.
    NoLongerAsked,
    /// The template's new version has no place for it.
    NewVersion,
}

impl LeftoverReason {
    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::NoLongerAsked => "the question was no longer asked",
            Self::NewVersion => "the newer version of the meeting format does not ask this",
        }
    }
}

/// A row inside a row: of which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic) struct Within {
    pub(in crate::clinic) row: RowId,
    pub(in crate::clinic) parent: RowId,
}
