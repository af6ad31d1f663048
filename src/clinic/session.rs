//! One meeting as it stands: the state the machine moves and everything else reads.
//!
//! Outside `clinic` only an event can change a session, and every event writes its line in the
//! audit trail, but for the names to watch for: no trail may hold them. Placements have no accessor here: see
//! [`rating_view`](super::rating_view).

mod clock_state;
mod history;
mod parts;
mod request_answer;
mod shared;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::rating::{PlacementMethod, Rating};
use super::template::translated::Language;
use super::template::value::{ParticipantId, RowId, Slot, Value};
use super::template::{ItemPlace, Template};
use crate::text::clean_line;

pub use clock_state::ClockState;
pub(in crate::clinic) use clock_state::{JUMPED, Jump, MINUTE};
pub(in crate::clinic) use history::{History, SessionPart, UndoStep, between};
pub use history::{
    IrreversibleChange, RemovedRow, UndoableChange, last_change_is_irreversible, next_redo,
    next_undo, removed_rows,
};
pub use parts::{
    Action, ActionChange, ActionDetails, ActionStatus, Amendment, Attendance, Certainty, Change,
    Citation, Column, Earlier, EarlierAction, EarlierPerson, EarlierPlacement, EarlierScale,
    ImportedFrom, Leftover, LeftoverReason, MatrixCell, Participant, RoleHolder, Share, StageSkip,
    Status,
};
pub(in crate::clinic) use parts::{Answer, Within};
pub use request_answer::RequestAnswer;
pub(in crate::clinic) use request_answer::{CONFIRMED, FROM_REQUEST};
pub(in crate::clinic) use shared::Answers;
pub use shared::Shared;

/// Why an answer is there that nobody gave.
pub(in crate::clinic) const FROM_THE_TEMPLATE: &str = "from the template";

/// The item of the audit trail that records a document that left the vault.
pub(in crate::clinic) const HANDED_OVER: &str = "handed over";

/// The item of the audit trail that records from which file a note came.
pub(in crate::clinic) const IMPORTED: &str = "imported";

/// Longest text that says which behaviour a row is about, in characters.
const ABOUT: usize = 160;

/// The shape in which sessions are written; [`from_document`](super::from_document) reads every
/// earlier one.
pub(in crate::clinic) const SCHEMA: u32 = 6;

/// One meeting, with the template it began with.
///
/// Serialising it ([`to_document`](super::to_document)) writes everything, unrevealed placements
/// too: the text is for sealing, never for showing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub(in crate::clinic) schema: u32,
    pub(in crate::clinic) id: Uuid,
    pub(in crate::clinic) case_key: String,
    pub(in crate::clinic) practice: bool,
    pub(in crate::clinic) language: Language,
    pub(in crate::clinic) status: Status,
    pub(in crate::clinic) started: Timestamp,
    pub(in crate::clinic) updated: Timestamp,
    pub(in crate::clinic) stage: usize,
    pub(in crate::clinic) furthest: usize,
    pub(in crate::clinic) placing: PlacementMethod,
    pub(in crate::clinic) next_number: u32,
    /// Names that must not be in the note; gone once it is a draft no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clinic) watched_names: Vec<String>,
    #[serde(default)]
    pub(in crate::clinic) passes: Vec<StageSkip>,
    pub(in crate::clinic) stop_reason: Option<String>,
    #[serde(default)]
    pub(in crate::clinic) matrix_reasons: Vec<Answer>,
    pub(in crate::clinic) clock: ClockState,
    #[serde(default)]
    pub(in crate::clinic) rows: BTreeMap<String, Vec<RowId>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clinic) within: Vec<Within>,
    #[serde(default)]
    pub(in crate::clinic) participants: Vec<Participant>,
    #[serde(default)]
    pub(in crate::clinic) answers: Answers,
    /// Results of calculated items; worked out anew after every event while the note is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clinic) calculated: Vec<Answer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clinic) leftovers: Vec<Leftover>,
    #[serde(default)]
    pub(in crate::clinic) ratings: Vec<Rating>,
    #[serde(default)]
    pub(in crate::clinic) matrix: Vec<MatrixCell>,
    #[serde(default)]
    pub(in crate::clinic) actions: Vec<Action>,
    #[serde(default)]
    pub(in crate::clinic) citations: Vec<Citation>,
    #[serde(default)]
    pub(in crate::clinic) amendments: Vec<Amendment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clinic) shares: Vec<Share>,
    #[serde(default)]
    pub(in crate::clinic) audit: Vec<Shared<Change>>,
    pub(in crate::clinic) earlier: Option<Earlier>,
    pub(in crate::clinic) imported: Option<ImportedFrom>,
    /// Shared: every event works on a copy of the session, and no event changes the template.
    #[serde(serialize_with = "serialize_shared", deserialize_with = "deserialize_shared")]
    pub(in crate::clinic) template: Arc<Template>,
    /// What can be undone; no part of what the note says, and gone once it is completed.
    #[serde(default, skip_serializing_if = "History::is_empty")]
    pub(in crate::clinic) history: History,
}

impl Session {
    pub(in crate::clinic) fn number(&mut self) -> u32 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    /// The note's own name.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The generated name of the case, such as `HERON-42`.
    pub fn case_key(&self) -> &str {
        &self.case_key
    }

    /// A practice clinic, which is never saved.
    pub fn is_practice(&self) -> bool {
        self.practice
    }

    /// The language of the form.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Where the note stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// When it began.
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// When it last changed.
    pub fn updated(&self) -> Timestamp {
        self.updated
    }

    /// Index of the stage that is open.
    pub fn stage(&self) -> usize {
        self.stage
    }

    /// Index of the furthest stage that was ever open.
    pub fn furthest(&self) -> usize {
        self.furthest
    }

    /// How placements are taken.
    pub fn placing(&self) -> PlacementMethod {
        self.placing
    }

    /// Names to look for in what is written. Only a draft has any: they are part of no note.
    pub fn watched_names(&self) -> &[String] {
        &self.watched_names
    }

    /// The template the session began with.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Everyone named, in the order they were added.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// The rows of a repeating group, in order; those of a group inside another one after the
    /// other, row by row of the outer one.
    pub fn rows(&self, group: &str) -> &[RowId] {
        self.rows.get(group).map_or(&[], Vec::as_slice)
    }

    /// The rows of a repeating group inside `row` of the group around it; with `None`, those of a
    /// group that is in no other.
    pub fn rows_within(&self, group: &str, row: Option<RowId>) -> Vec<RowId> {
        let rows = self.rows(group).iter().copied();
        rows.filter(|one| self.parent_row(*one) == row).collect()
    }

    /// The row of the outer group that `row` is in; None for a row of a group in no other.
    pub fn parent_row(&self, row: RowId) -> Option<RowId> {
        self.within.iter().find(|one| one.row == row).map(|one| one.parent)
    }

    /// The answer in `slot`, also when the item is hidden now; for a calculated item its result.
    pub fn answer(&self, slot: &Slot) -> Option<&Value> {
        let result = || self.calculated.iter().find(|one| one.slot == *slot).map(|one| &one.value);
        self.answers.get(slot).or_else(result)
    }

    /// Answers that are kept in the note without their questions.
    pub fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    /// For a follow-up: the note it follows.
    pub fn earlier(&self) -> Option<&Earlier> {
        self.earlier.as_ref()
    }

    /// For a note that was imported from a file: what the file said of itself.
    pub fn imported(&self) -> Option<&ImportedFrom> {
        self.imported.as_ref()
    }

    /// What a matrix cell holds.
    pub fn cell(&self, slot: &Slot, domain: &str, column: Column) -> Option<&MatrixCell> {
        self.matrix
            .iter()
            .find(|cell| cell.slot == *slot && cell.domain == domain && cell.column == column)
    }

    /// Why a matrix lacks a column, if a reason was given.
    pub fn matrix_reason(&self, slot: &Slot) -> Option<&str> {
        self.matrix_reasons.iter().find(|one| one.slot == *slot).and_then(|one| match &one.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Every action, in the order they were added.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Entries the note refers to.
    pub fn citations(&self) -> &[Citation] {
        &self.citations
    }

    /// Stages skipped, and gates overridden.
    pub fn passes(&self) -> &[StageSkip] {
        &self.passes
    }

    /// Why it was stopped, if it was.
    pub fn stop_reason(&self) -> Option<&str> {
        self.stop_reason.as_deref()
    }

    /// What was added after the end.
    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    /// Who a private note was shared with.
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// Every change, oldest first.
    pub fn audit(&self) -> &[Shared<Change>] {
        &self.audit
    }

    /// The part someone takes, with their profession when `attributed`.
    pub fn name_of(&self, id: ParticipantId, attributed: bool) -> String {
        let Some(one) = self.participants.iter().find(|one| one.id == id) else {
            let mut by_role = self.imported.iter().flat_map(|from| &from.people);
            let role = by_role.find(|one| one.id == id).map(|one| self.template.role(&one.role));
            let role = role.flatten().map(|role| role.title.show(self.language));
            return role.unwrap_or("a participant").to_owned();
        };
        let part = self
            .template
            .role(&one.role)
            .map_or("participant", |role| role.title.show(self.language));
        if attributed { format!("{} ({part})", one.label) } else { part.to_owned() }
    }

    /// Returns the documents that left the vault: when, and which one, for whom and in which format.
    pub fn handed_over(&self) -> impl Iterator<Item = (Timestamp, &str)> {
        let lines = self.audit.iter().filter(|line| line.item == HANDED_OVER);
        lines.filter_map(|line| Some((line.at, line.new.as_deref()?)))
    }

    /// Whether nobody has written, chosen, named or placed anything since it was begun: only its
    /// clock and the stages were touched. What was written and deleted again counts as written.
    pub fn is_untouched(&self) -> bool {
        let is_given = |line: &Change| line.why.as_deref() == Some(FROM_THE_TEMPLATE);
        let given = || self.audit.iter().filter(|line| is_given(line)).count();
        let moved = |item: &str| ["stage", "clock", JUMPED].contains(&item);
        self.status == Status::InProgress
            && self.audit.iter().all(|line| moved(&line.item) || is_given(line))
            && self.answers.len() <= given()
            && self.participants.is_empty()
            && self.watched_names.is_empty()
            && self.ratings.is_empty()
            && self.matrix.is_empty()
            && self.matrix_reasons.is_empty()
            && self.actions.is_empty()
            && self.citations.is_empty()
            && self.leftovers.is_empty()
            && self.passes.is_empty()
            && self.earlier.iter().flat_map(|one| &one.actions).all(|one| one.followed_up.is_none())
    }

    /// Whether the computer's clock jumped while the note was written, so that its times may be
    /// wrong.
    pub fn clock_jumped(&self) -> bool {
        self.audit.iter().any(|line| line.item == JUMPED)
    }

    /// The beginning of the first text in a row of `group`; blank without a group.
    pub(in crate::clinic) fn about_row(&self, group: Option<&str>, row: Option<RowId>) -> String {
        let items = self.template().items();
        let texts = items
            .iter()
            .filter(|place| group.is_some() && place.rows_of == group && place.item.kind.is_text());
        let slots = texts.map(|place| Slot { item: place.item.id.clone(), row });
        let mut written = slots.filter_map(|slot| match self.answer(&slot) {
            Some(Value::Text(text)) if !text.trim().is_empty() => Some(clean_line(text.trim())),
            _ => None,
        });
        let line = written.next().unwrap_or_default();
        if line.chars().count() <= ABOUT {
            return line;
        }
        let cut: String = line.chars().take(ABOUT - 1).collect();
        format!("{}…", cut.trim_end())
    }

    pub(in crate::clinic) fn rating(&self, slot: &Slot) -> Option<&Rating> {
        self.ratings.iter().find(|rating| rating.slot == *slot)
    }
}

/// Every slot of an item: one, or one per row.
pub(in crate::clinic) fn slots(session: &Session, place: &ItemPlace<'_>) -> Vec<Slot> {
    match place.rows_of {
        None => vec![Slot::once(&place.item.id)],
        Some(group) => {
            session.rows(group).iter().map(|row| Slot::in_row(&place.item.id, *row)).collect()
        }
    }
}

/// Whether the slot exists: its item does, and its row is one of the item's rows.
pub(in crate::clinic) fn place_of<'a>(session: &'a Session, slot: &Slot) -> Option<ItemPlace<'a>> {
    let place = session.template().item(&slot.item)?;
    let fits = match (place.rows_of, slot.row) {
        (None, None) => true,
        (Some(group), Some(row)) => session.rows(group).contains(&row),
        _ => false,
    };
    fits.then_some(place)
}

/// Writes what is shared in memory as if it were not.
fn serialize_shared<S: Serializer, T: Serialize>(
    value: &Arc<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.as_ref().serialize(serializer)
}

fn deserialize_shared<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Arc<T>, D::Error> {
    T::deserialize(deserializer).map(Arc::new)
}
