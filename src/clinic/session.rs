//! One meeting as it stands: the state the machine moves and everything else reads.
//!
//! Nothing outside this room can change a session but by an event, so nothing can change without
//! its line in the audit trail. Placements have no accessor here: see
//! [`rating_view`](super::rating_view).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clock::ClockState;
use super::rating::{Rating, WayOfPlacing};
use super::template::Template;
use super::value::{ParticipantId, RowId, Slot, Value};
use super::words::Language;
use super::work::{Action, Citation, MatrixCell};

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
    /// In the room now.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RowId>,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The reason given, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A stage that was left without what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The stage's id.
    pub stage: String,
    /// True when it was skipped, false when only its gate was overridden.
    pub skipped: bool,
    /// Why.
    pub reason: String,
}

/// Something added after the end, beside the original.
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic) struct Answer {
    pub(in crate::clinic) slot: Slot,
    pub(in crate::clinic) value: Value,
}

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
    pub(in crate::clinic) placing: WayOfPlacing,
    pub(in crate::clinic) next_number: u32,
    #[serde(default)]
    pub(in crate::clinic) passes: Vec<Pass>,
    #[serde(default)]
    pub(in crate::clinic) stop_reason: Option<String>,
    #[serde(default)]
    pub(in crate::clinic) matrix_reasons: Vec<Answer>,
    pub(in crate::clinic) clock: ClockState,
    #[serde(default)]
    pub(in crate::clinic) rows: BTreeMap<String, Vec<RowId>>,
    #[serde(default)]
    pub(in crate::clinic) participants: Vec<Participant>,
    #[serde(default)]
    pub(in crate::clinic) answers: Vec<Answer>,
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
    #[serde(default)]
    pub(in crate::clinic) audit: Vec<Change>,
    pub(in crate::clinic) template: Template,
}

impl Session {
    /// A new session at its first stage, with its clock running. `id` and `case_key` come from
    /// outside ([`case_key`](super::case_key)): this room has no chance in it.
    pub fn start(
        template: Template,
        id: Uuid,
        case_key: &str,
        practice: bool,
        at: Timestamp,
    ) -> Self {
        let mut session = Self {
            schema: 1,
            id,
            case_key: crate::text::clean_line(case_key),
            practice,
            language: Language::En,
            status: Status::InProgress,
            started: at,
            updated: at,
            stage: 0,
            furthest: 0,
            placing: WayOfPlacing::default(),
            next_number: 1,
            passes: Vec::new(),
            stop_reason: None,
            matrix_reasons: Vec::new(),
            clock: ClockState::start(template.stages.len(), at),
            rows: BTreeMap::new(),
            participants: Vec::new(),
            answers: Vec::new(),
            ratings: Vec::new(),
            matrix: Vec::new(),
            actions: Vec::new(),
            citations: Vec::new(),
            amendments: Vec::new(),
            audit: Vec::new(),
            template,
        };
        let groups: Vec<(String, u32)> = session
            .template
            .items()
            .iter()
            .filter(|place| place.item.repeats)
            .map(|place| (place.item.id.clone(), place.item.min_occurs.unwrap_or(0)))
            .collect();
        for (group, rows) in groups {
            let ids = (0..rows).map(|_| RowId(session.number())).collect();
            session.rows.insert(group, ids);
        }
        session
    }

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
    pub fn placing(&self) -> WayOfPlacing {
        self.placing
    }

    /// The template the session began with.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Everyone named, in the order they were added.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// The rows of a repeating group, in order.
    pub fn rows(&self, group: &str) -> &[RowId] {
        self.rows.get(group).map_or(&[], Vec::as_slice)
    }

    /// The answer in `slot`, also when the item is hidden now.
    pub fn answer(&self, slot: &Slot) -> Option<&Value> {
        self.answers.iter().find(|answer| answer.slot == *slot).map(|answer| &answer.value)
    }

    /// What a matrix cell holds.
    pub fn cell(&self, slot: &Slot, domain: &str, column: super::Column) -> Option<&MatrixCell> {
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
    pub fn passes(&self) -> &[Pass] {
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

    /// Every change, oldest first.
    pub fn audit(&self) -> &[Change] {
        &self.audit
    }

    /// The part someone takes, with their profession when `attributed`.
    pub fn name_of(&self, id: ParticipantId, attributed: bool) -> String {
        let Some(one) = self.participants.iter().find(|one| one.id == id) else {
            return "a participant".to_owned();
        };
        let part = self
            .template
            .role(&one.role)
            .map_or("participant", |role| role.title.show(self.language));
        if attributed { format!("{} ({part})", one.label) } else { part.to_owned() }
    }

    pub(in crate::clinic) fn rating(&self, slot: &Slot) -> Option<&Rating> {
        self.ratings.iter().find(|rating| rating.slot == *slot)
    }
}
