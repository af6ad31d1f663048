//! What can happen in a meeting, and what the machine then asks for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rating::{Outcome, PlacementMethod, Private};
use super::session::{ActionDetails, ActionStatus, Attendance, Certainty, Column};
use super::template::translated::Language;
use super::template::value::{ActionId, ParticipantId, RowId, Slot, Value};

/// Something that happened. Text in it is cleaned on its way in. A debug print hides placements;
/// serialised, they can be read: that form is for sealing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields carry the names of what they hold")]
pub enum Event {
    /// A saved draft was opened: the time since it was left does not count.
    DraftOpened,
    /// A deadline of [`clock`](super::clock()) was reached.
    TimePassed,
    /// A field was left: what is typed next is a change of its own.
    TypingEnded,
    /// The form is shown in this language.
    LanguageChosen(Language),
    /// These names are looked for in what is written, and no others.
    NamesWatched { names: Vec<String> },
    /// An answer was given, changed, or (None) cleared.
    Answered { slot: Slot, value: Option<Value> },
    /// An answer that was copied from a consultation request still holds.
    AnswerConfirmed { slot: Slot },
    /// A row was added to a repeating group.
    RowAdded { group: String },
    /// A row was added to a repeating group inside `row` of another.
    RowAddedWithin { group: String, row: RowId },
    /// A row was removed, with its answers; the audit trail keeps them.
    RowRemoved { group: String, row: RowId },
    /// A removed row comes back with everything in it: one of
    /// [`removed_rows`](super::removed_rows).
    RowBroughtBack { group: String, row: RowId },
    /// An answer whose question is no longer asked stays in the note, as a line of its own.
    HiddenAnswerKept { slot: Slot },
    /// An answer whose question is no longer asked is left out now; the audit trail keeps it.
    HiddenAnswerLeftOut { slot: Slot },
    /// An answer that was kept as a line of its own goes back to its question.
    LeftoverReturned { slot: Slot },
    /// The last change of the form is undone: answers, rows, matrix, actions, citations, basis
    /// and differing views; never a placement, a reveal or a move.
    Undone,
    /// The last undone change is redone.
    Redone,
    /// Someone joined. `role` is a role id of the template, `label` a profession.
    ParticipantAdded { role: String, label: String },
    /// Someone's part, profession or presence changed.
    ParticipantChanged { id: ParticipantId, role: String, label: String, attendance: Attendance },
    /// Someone was named by mistake.
    ParticipantRemoved { id: ParticipantId },
    /// How placements are taken.
    PlacementMethodChosen(PlacementMethod),
    /// Someone placed a behaviour, or changed their mind, in round one.
    PlacedPrivately { slot: Slot, participant: ParticipantId, code: Private },
    /// Someone placed it in the second round.
    PlacedAgain { slot: Slot, participant: ParticipantId, code: Private },
    /// Someone who placed said why, in a line that is hidden until the reveal too.
    PlacementReasonGiven { slot: Slot, participant: ParticipantId, reason: Private },
    /// Someone took their placement back before the reveal.
    PlacementWithdrawn { slot: Slot, participant: ParticipantId },
    /// The open round was shown; a reason is needed while anyone is still to place.
    PlacementsRevealed { slot: Slot, reason: Option<String> },
    /// The group places once more.
    SecondRoundOpened { slot: Slot },
    /// The group said where it stands.
    PlacementAgreed { slot: Slot, outcome: Outcome },
    /// The group took its conclusion back.
    PlacementReopened { slot: Slot },
    /// What the conclusion rests on.
    BasisWritten { slot: Slot, text: String },
    /// A differing view; a second one of the same participant takes the place of the first.
    DissentRecorded {
        slot: Slot,
        participant: ParticipantId,
        placement: String,
        reason: String,
        attributed: bool,
    },
    /// A differing view was withdrawn.
    DissentWithdrawn { slot: Slot, participant: ParticipantId },
    /// Evidence in a cell of a matrix.
    MatrixCellWritten { slot: Slot, domain: String, column: Column, evidence: String },
    /// How we know what a cell says.
    MatrixCertaintyGiven { slot: Slot, domain: String, column: Column, sureness: Option<Certainty> },
    /// Why a matrix lacks a column.
    MatrixReasonWritten { slot: Slot, reason: String },
    /// An action was added to an `actions` item.
    ActionAdded { item: String, details: ActionDetails },
    /// An action was rewritten.
    ActionChanged { id: ActionId, details: ActionDetails },
    /// An action was removed; the audit trail keeps it.
    ActionRemoved { id: ActionId },
    /// What became of an action; also after the end.
    ActionFollowedUp { id: ActionId, status: ActionStatus, outcome: String },
    /// What became of an action of the earlier note; kept in this one.
    EarlierActionFollowedUp { note: Uuid, id: ActionId, status: ActionStatus, outcome: String },
    /// What other notes say by now of an action of the earlier note: who does it and by when, and its
    /// status and outcome, unless those were recorded here.
    EarlierActionUpdated { note: Uuid, id: ActionId, details: ActionDetails },
    /// An entry was cited; citing it again pins the newer version.
    EntryCited { id: String, title: String, version: String },
    /// A citation was removed.
    CitationRemoved { id: String },
    /// On to the next stage.
    StageFinished,
    /// Back to the stage before; never refused.
    StageReturned,
    /// To any stage: back freely, forward as far as the gates allow.
    StageOpened { stage: usize },
    /// On to the next stage, leaving this one out.
    StageSkipped { reason: String },
    /// A stage that was skipped is taken up after all.
    StageReopened { stage: usize },
    /// On to the next stage although its gate is not answered.
    GateOverridden { reason: String },
    /// The clock stopped.
    ClockPaused,
    /// The clock went on.
    ClockResumed,
    /// This stage was given more time.
    StageExtended { minutes: u32 },
    /// The meeting is over; `acknowledged` says that the warnings were read.
    ClinicCompleted { acknowledged: bool },
    /// The meeting ended before its end.
    ClinicStopped { reason: String },
    /// A stopped meeting goes on.
    ClinicResumed,
    /// Who does an action, or by when, was changed; also after the end, when what was agreed stays
    /// beside it.
    ActionReassigned { id: ActionId, owner: String, agency: String, by: Option<Date> },
    /// Something was added after the end, by somebody of this role.
    AmendmentWritten { role: String, reason: String, text: String },
    /// A completed note that is private was shared with somebody: `with` as the vault calls them,
    /// `key` their public key.
    Shared { with: String, key: String, reason: String },
    /// A document of the completed note left the vault: which one, for whom and in which format.
    HandedOver { what: String },
    /// The note should not exist.
    MarkedEnteredInError { reason: String },
}

impl Event {
    /// A row was added to the group in `slot`, which names the row around it if there is one: what
    /// the button after the rows of a group does.
    pub fn row_added(slot: &Slot) -> Self {
        let group = slot.item.clone();
        match slot.row {
            Some(row) => Self::RowAddedWithin { group, row },
            None => Self::RowAdded { group },
        }
    }
}

/// What the machine asks for; done elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEffect {
    /// Keep the draft. Comes with every change to a note that is still open.
    SaveDraft,
    /// Seal the completed note.
    Complete,
    /// Seal the stopped note.
    Stop,
    /// Seal a new revision of a note that was already closed.
    Amend,
    /// Show this entry at once.
    OpenEntry(String),
    /// The pause that this stage begins with is over.
    RingPauseOver,
    /// Two minutes of this stage are left.
    RingTwoMinutes,
    /// The time of this stage is up.
    RingTimeUp,
}
