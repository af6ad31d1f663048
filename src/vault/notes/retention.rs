//! How long notes are kept, and what is left when one is erased.
//!
//! Class, review date and legal hold are in the signed ledger, beside the revisions and not in
//! them: they change, and a completed note does not. No note is ever erased by itself; a discarded
//! draft goes after thirty days, unless it is on legal hold.

use super::{ledger::Retention, note::NoteId};
use crate::vault::{Vault, error::VaultError, keys::members};

impl Vault {
    /// How long one note is kept.
    pub fn retention(&self, id: NoteId) -> Result<Retention, VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        let is_there = self.newest(id, &Ok(ledger.clone()))?.is_some();
        // What was discarded can be on hold too, or it would go with its thirty days.
        if !is_there && (self.not_erased(id).is_err() || self.trash_of(id)?.is_empty()) {
            return Err(VaultError::NoSuchNote(id));
        }
        Ok(ledger.retention(id).cloned().unwrap_or_default())
    }

    /// How long each note is kept of which anything was recorded.
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
        let _lock = self.lock_for_writing();
        self.retention(id)?;
        self.change_ledger(|ledger| ledger.retain(id, retention.clone()))
    }
}
