//! How long notes are kept, and what is left when one is erased.
//!
//! Class, review date and legal hold stand in the signed ledger, beside the revisions and not in
//! them: they change, and a completed note does not. No note is ever erased by itself; a discarded draft
//! goes after thirty days, unless it is on legal hold. Erasing takes
//! every revision, draft and cache, here and in the copies beside the vault; what stays is a line of
//! the ledger with the day and a reason without case text. Backups elsewhere are out of reach.

use std::{io, path::Path, sync::PoisonError};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Vault,
    copies::copies,
    error::VaultError,
    layout, members,
    note::{NoteId, NoteSource},
};

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
        self.newest(id, &Ok(ledger.clone()))?.ok_or(VaultError::NoSuchNote(id))?;
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

    /// Erases every revision, draft and cache of a note, here and in the copies of the vault.
    /// Asked again after a failure half-way, it finishes what was begun.
    pub fn erase(&self, id: NoteId, reason: &str, now: Timestamp) -> Result<Tombstone, VaultError> {
        self.may_write()?;
        let reason = members::label(reason, "reason")?;
        let mut settled = self.turn();
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        let stone = match ledger.tombstone(id) {
            Some(stone) => stone.clone(),
            None => {
                if let Some(hold) = ledger.retention(id).and_then(|kept| kept.hold.as_ref()) {
                    return Err(VaultError::OnHold { note: id, reason: hold.reason.clone() });
                }
                let newest = self.newest(id, &Ok(ledger.clone()))?;
                if newest.is_none() && self.trash_of(id).is_empty() {
                    return Err(VaultError::NoSuchNote(id));
                }
                if newest.is_some_and(|source| self.names_case(id, source, &reason)) {
                    return Err(VaultError::ReasonNamesCase);
                }
                let revisions = ledger.newest(id).unwrap_or(0);
                let stone = Tombstone { note: id, at: now, reason, revisions };
                // From here on it is erased: whatever stops the rest, nothing reads the files.
                self.change_ledger(|ledger| ledger.erase(stone.clone()))?;
                stone
            }
        };
        settled.remove(&id);
        self.catalogue.lock().unwrap_or_else(PoisonError::into_inner).forget(id);
        self.remove_erased(id)?;
        Ok(stone)
    }

    /// What is left of every erased note.
    pub fn erased(&self) -> Result<Vec<Tombstone>, VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        Ok(ledger.tombstones().cloned().collect())
    }

    pub(super) fn not_erased(&self, id: NoteId) -> Result<(), VaultError> {
        match self.current_ledger() {
            Ok(ledger) if ledger.tombstone(id).is_some() => Err(VaultError::Erased(id)),
            _ => Ok(()),
        }
    }

    /// Finishes what an earlier run left: the files of erased notes, and the oldest trash. What
    /// fails here is tried again the next time.
    pub(super) fn tidy(&self, now: Timestamp) {
        let (Ok(()), Ok(ledger)) = (self.may_write(), self.current_ledger()) else { return };
        let trashed: Vec<NoteId> = self.trash_files().iter().map(|(_, note, _)| *note).collect();
        for stone in ledger.tombstones() {
            let folder = self.place.join(layout::note_folder(stone.note));
            if self.store.facts(&folder).is_ok() || trashed.contains(&stone.note) {
                let _ = self.remove_erased(stone.note);
            }
        }
        self.empty_trash(now);
    }

    fn names_case(&self, id: NoteId, source: NoteSource, reason: &str) -> bool {
        let Ok(read) = self.read(id, source) else { return false };
        let key = read.document.head.case_key.to_lowercase();
        !key.is_empty() && reason.to_lowercase().contains(&key)
    }

    fn remove_erased(&self, id: NoteId) -> Result<(), VaultError> {
        // Copies first: what is in the vault itself tells that there is something left to do.
        for copy in copies(self.store.as_ref(), &self.place) {
            self.remove_in(&copy.folder, id)?;
        }
        for cache in [layout::CATALOGUE, layout::TEXTS] {
            self.remove_file(&self.place.join(cache))?;
        }
        self.remove_in(&self.place, id)?;
        self.store.sync_folder(&self.place).map_err(VaultError::disk("write", &self.place))
    }

    fn remove_in(&self, vault: &Path, id: NoteId) -> Result<(), VaultError> {
        let folder = layout::note_folder(id);
        let listed = |inside: &Path| self.store.list(&vault.join(inside)).unwrap_or_default();
        let trash = Path::new(layout::TRASH);
        for entry in listed(trash) {
            if layout::trash_name(&entry.name).is_some_and(|(note, _)| note == id) {
                self.remove_file(&vault.join(trash).join(entry.name))?;
            }
        }
        for entry in listed(&folder) {
            let file = folder.join(entry.name);
            if layout::is_own_file(&file) {
                self.remove_file(&vault.join(file))?;
            }
        }
        // Succeeds only for an empty folder; what is foreign stays.
        let _ = self.store.remove_folder(&vault.join(&folder));
        for above in [trash, Path::new(layout::NOTES)] {
            let above = vault.join(above);
            if self.store.facts(&above).is_ok() {
                self.store.sync_folder(&above).map_err(VaultError::disk("write", &above))?;
            }
        }
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> Result<(), VaultError> {
        match self.store.remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(VaultError::disk("remove", path)(error))
            }
            _ => Ok(()),
        }
    }
}
