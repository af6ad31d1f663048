//! What a follow-up keeps of the earlier note.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clinic::action::{ActionDetails, ActionStatus};
use crate::clinic::rating::Outcome;
use crate::clinic::template::value::ActionId;

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
