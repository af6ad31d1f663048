//! How long notes are kept, and what is left when one is erased.
//!
//! Class, review date and legal hold stand in the signed ledger, beside the revisions and not in
//! them: they change, and a completed note does not. No note is ever erased by itself; a discarded
//! draft goes after thirty days, unless it is on legal hold.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::note::NoteId;
use crate::vault::{Vault, error::VaultError, keys::members};

/// What was said of how long a note is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// The class of the organisation's retention schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// When somebody decides whether it is still needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Date>,
    /// While there is one, the note cannot be erased, nor its draft discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

/// A reason why a note must be kept, such as an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// What is left of an erased note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Which note: its random id, and nothing of the case.
    pub note: NoteId,
    /// When it was erased.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Completed revisions it had.
    pub revisions: u32,
}

impl Vault {
    /// What was said of one note.
    pub fn retention(&self, id: NoteId) -> Result<Retention, VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        let is_there = self.newest(id, &Ok(ledger.clone()))?.is_some();
        // What was discarded can be on hold too, or it would go with its thirty days.
        if !is_there && (self.not_erased(id).is_err() || self.trash_of(id).is_empty()) {
            return Err(VaultError::NoSuchNote(id));
        }
        Ok(ledger.retention(id).cloned().unwrap_or_default())
    }

    /// What was said of every note of which anything was said.
    pub fn retentions(&self) -> Result<Vec<(NoteId, Retention)>, VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        Ok(ledger.retentions().map(|(id, retention)| (id, retention.clone())).collect())
    }

    /// Says how long a note is kept, in place of what was said before.
    pub fn set_retention(&self, id: NoteId, retention: &Retention) -> Result<(), VaultError> {
        self.may_write()?;
        if let Some(class) = &retention.class {
            members::label(class, "class")?;
        }
        if let Some(hold) = &retention.hold {
            members::label(&hold.reason, "reason")?;
        }
        let _turn = self.turn();
        self.retention(id)?;
        self.change_ledger(|ledger| ledger.retain(id, retention.clone()))
    }
}
