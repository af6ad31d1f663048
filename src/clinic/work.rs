//! What a meeting gathers beside answers: the risk, need and strength matrix, actions, citations.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::template::value::{ActionId, Slot};

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
pub enum Sureness {
    /// Seen or recorded.
    Known,
    /// Told by someone.
    Reported,
    /// Assumed so far.
    Assumed,
}

impl Sureness {
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sureness: Option<Sureness>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Slot>,
    /// What people wrote.
    pub details: ActionDetails,
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
