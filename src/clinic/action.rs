//! Actions that a meeting agrees, and their status.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::template::value::{ActionId, Slot};

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
}
