//! The parts of a session that are plain records: where it stands, who is there, what was agreed,
//! cited, changed and added, and what a follow-up keeps of the earlier note.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clinic::rating::Outcome;
use crate::clinic::template::value::{ActionId, ParticipantId, RowId, Slot, Value};

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
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::InProgress, Self::Completed, Self::Amended, Self::EnteredInError, Self::Stopped];

    /// Returns the word that the head of a note, the audit trail and JSON keep.
    pub fn code(self) -> &'static str {
        match self {
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Amended => "amended",
            Self::EnteredInError => "entered in error",
            Self::Stopped => "stopped",
        }
    }

    /// Returns the word that people read, on screen and in exported notes.
    pub fn title(self) -> &'static str {
        match self {
            Self::Amended => "corrected",
            other => other.code(),
        }
    }

    /// Returns the word that people read for a stored code; an unknown code is shown as it is.
    pub fn title_of(code: &str) -> &str {
        Self::ALL
            .into_iter()
            .find(|status| status.code() == code)
            .map_or(code, |status| status.title())
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
    /// Arrived late.
    #[serde(default, skip_serializing_if = "is_false")]
    pub late: bool,
}

impl Participant {
    /// Returns how they take part today.
    pub fn attendance(&self) -> Attendance {
        match (self.present, self.late) {
            (false, _) => Attendance::Apologies,
            (true, true) => Attendance::Late,
            (true, false) => Attendance::Here,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Whether somebody who was expected is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// From the beginning.
    #[default]
    Here,
    /// Arrived later.
    Late,
    /// Sent apologies.
    Apologies,
}

impl Attendance {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Here, Self::Late, Self::Apologies];

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Late => "arrived late",
            Self::Apologies => "apologies",
        }
    }
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
    /// The role of the person who adds it; blank in notes that did not ask for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
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

/// An answer that is kept in the note without its question, because the question was no longer
/// asked and somebody chose to keep the answer, or because a later version of the template has no
/// place for it.
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
    /// The answer itself, where it can return to its question.
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

/// Where an action stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionStatus {
    /// To be done.
    #[default]
    Open,
    /// Done.
    Done,
    /// Dropped; the outcome says why.
    Dropped,
}

impl ActionStatus {
    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

/// What people write about an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ActionDetails {
    /// What will be done.
    pub what: String,
    /// Why.
    pub why: String,
    /// The role that owns it.
    pub owner: String,
    /// Its agency.
    pub agency: String,
    /// By when.
    pub by: Option<Date>,
    /// How we will know that it helped.
    pub measure: String,
    /// Where it stands.
    pub status: ActionStatus,
    /// What came of it, or why it was dropped.
    pub outcome: String,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Stable within the session.
    pub id: ActionId,
    /// The `actions` item it belongs to.
    pub item: String,
    /// The rating whose "no agreement" made it.
    pub from: Option<Slot>,
    /// What people wrote.
    pub details: ActionDetails,
    /// Who was to do it and by when before each change after the end, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ActionChange>,
}

/// Who was to do an action and by when, until it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionChange {
    /// When it was changed.
    pub at: Timestamp,
    /// The owner until then.
    pub owner: String,
    /// Its agency until then.
    pub agency: String,
    /// The date until then.
    pub by: Option<Date>,
}

/// The three columns of a matrix, of equal weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// What could lead to harm.
    Risk,
    /// What the child or others need.
    Need,
    /// What protects and helps.
    Strength,
}

impl Column {
    /// All three, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Risk, Self::Need, Self::Strength];

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::Risk => "Risk",
            Self::Need => "Need",
            Self::Strength => "Strength",
        }
    }
}

/// How we know something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Seen or recorded.
    Known,
    /// Told by someone.
    Reported,
    /// Assumed so far.
    Assumed,
}

impl Certainty {
    /// All, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Known, Self::Reported, Self::Assumed];

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Reported => "reported",
            Self::Assumed => "assumed",
        }
    }

    /// The one after it, and after the last the first.
    pub fn next(self) -> Self {
        match self {
            Self::Known => Self::Reported,
            Self::Reported => Self::Assumed,
            Self::Assumed => Self::Known,
        }
    }
}

/// One cell of a matrix. A cell with blank evidence counts as empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixCell {
    /// The matrix.
    pub slot: Slot,
    /// The code of its line.
    pub domain: String,
    /// The column.
    pub column: Column,
    /// What it rests on.
    pub evidence: String,
    /// How we know it.
    pub sureness: Option<Certainty>,
}

impl MatrixCell {
    /// Whether `other` is the same cell, whatever it holds.
    pub(in crate::clinic) fn is_same(&self, other: &Self) -> bool {
        self.slot == other.slot && self.domain == other.domain && self.column == other.column
    }
}

/// An entry the note refers to, pinned to its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The entry's id.
    pub id: String,
    /// Its title then.
    pub title: String,
    /// Its version then.
    pub version: String,
}

/// What the file said from which a note was imported. Nobody signed the file, so it could have been
/// changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedFrom {
    /// When it was imported.
    pub at: Timestamp,
    /// The note's own name where it was written.
    pub note: Uuid,
    /// The name of the case there.
    pub case_key: String,
    /// Where the note stood.
    pub status: Status,
    /// Why it was stopped, if it was.
    pub stopped_because: Option<String>,
    /// When it was last changed.
    pub updated: Timestamp,
    /// The questions whose answers the file leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Those of whom the file says the role only, where several have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<RoleHolder>,
}

/// Somebody of whom only the role is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleHolder {
    /// No participant has this number.
    pub id: ParticipantId,
    /// A role id of the template.
    pub role: String,
}

/// The note a follow-up follows, as it stood when the follow-up began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Its own name.
    pub note: Uuid,
    /// The name of the case, the same as here.
    pub case_key: String,
    /// Which revision was read, such as “revision 2”.
    pub revision: String,
    /// The title of its template.
    pub title: String,
    /// When it began.
    pub started: Timestamp,
    /// Its actions, and those it had itself carried over and left open.
    #[serde(default)]
    pub actions: Vec<EarlierAction>,
    /// What was agreed about each behaviour.
    #[serde(default)]
    pub placements: Vec<EarlierPlacement>,
    /// Its scales, confidence among them.
    #[serde(default)]
    pub scales: Vec<EarlierScale>,
    /// Who was expected: they are offered for this meeting too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<EarlierPerson>,
}

/// Somebody of an earlier meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierPerson {
    /// Their profession.
    pub label: String,
    /// The id of their role then.
    pub role: String,
}

/// An action of an earlier note. Status and outcome are followed up here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierAction {
    /// The note it was made in.
    pub note: Uuid,
    /// Its name there.
    pub id: ActionId,
    /// What people wrote, with the status and outcome it has now.
    pub details: ActionDetails,
    /// Where it stood when the follow-up began.
    pub before: ActionStatus,
    /// When its status was last recorded here.
    pub followed_up: Option<Timestamp>,
}

/// What an earlier note agreed about one behaviour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierPlacement {
    /// The rating's id.
    pub item: String,
    /// Its row, counted from 1; 0 for a rating asked once.
    pub number: usize,
    /// The beginning of what was written about the behaviour, or blank.
    pub about: String,
    /// What the group concluded.
    pub outcome: Outcome,
    /// The conclusion as a person reads it.
    pub shown: String,
    /// What it rested on.
    pub basis: String,
}

/// A scale of an earlier note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierScale {
    /// The scale's id.
    pub item: String,
    /// Its question.
    pub question: String,
    /// The answer.
    pub value: i64,
}
