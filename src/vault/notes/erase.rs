//! Erasing a note: every revision, draft and cache, here and in the copies beside the vault.
//!
//! The ledger comes first: from the line with the day and the reason on, nothing reads the files,
//! whatever stops the rest. That line is also how it is known that there is something left to do:
//! each opening of the vault looks for files of erased notes, in the vault and in its copies, and
//! finishes what a crash, a full disk or a folder that could not be read left behind. Nobody is
//! told that everything is gone unless every place was looked into. Backups elsewhere are out of
//! reach.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::PoisonError,
};

use jiff::Timestamp;

use super::{
    ledger::Tombstone,
    note::{NoteId, NoteSource},
    note_file::file_of,
};
use crate::vault::{
    Vault,
    error::VaultError,
    keys::members,
    maintenance::copies::every_copy,
    storage::{durable, layout, store::or_empty},
};

impl Vault {
    /// Erases every revision, draft and cache of a note, here and in the copies of the vault.
    /// Asked again after a failure half-way, it finishes what was begun.
    pub fn erase(&self, id: NoteId, reason: &str, now: Timestamp) -> Result<Tombstone, VaultError> {
        self.may_write()?;
        let reason = members::label(reason, "reason")?;
        let mut settled = self.lock_for_writing();
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        let stone = match ledger.tombstone(id) {
            Some(stone) => stone.clone(),
            None => {
                if let Some(hold) = ledger.retention(id).and_then(|kept| kept.hold.as_ref()) {
                    return Err(VaultError::OnHold(id, hold.reason.clone()));
                }
                let newest = self.newest(id, &Ok(ledger.clone()))?;
                if newest.is_none() && self.trash_of(id)?.is_empty() {
                    return Err(VaultError::NoSuchNote(id));
                }
                if self.names_case(id, &reason)? {
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
        self.remove_erased(id).map_err(|error| match error {
            VaultError::Disk { path, source, .. } => VaultError::NotAllErased { path, source },
            VaultError::Linked(path) => {
                let why = "it is a link, and links are not followed";
                let source = io::Error::new(io::ErrorKind::NotADirectory, why);
                VaultError::NotAllErased { path, source }
            }
            other => other,
        })?;
        Ok(stone)
    }

    /// What is left of every erased note.
    pub fn erased(&self) -> Result<Vec<Tombstone>, VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        Ok(ledger.tombstones().cloned().collect())
    }

    pub(crate) fn not_erased(&self, id: NoteId) -> Result<(), VaultError> {
        match self.ask_ledger(|ledger| ledger.tombstone(id).is_some()) {
            Ok(true) => Err(VaultError::Erased(id)),
            _ => Ok(()),
        }
    }

    /// Finishes what an earlier run left: the files of erased notes, here and in the copies, and
    /// the oldest trash. What fails here is tried again the next time.
    pub(crate) fn tidy(&self, now: Timestamp) {
        let (Ok(()), Ok(ledger)) = (self.may_write(), self.current_ledger()) else { return };
        let erased: Vec<NoteId> = ledger.tombstones().map(|stone| stone.note).collect();
        if !erased.is_empty() {
            let mut folders = every_copy(self.store.as_ref(), &self.folder).unwrap_or_default();
            folders.push(self.folder.clone());
            for folder in folders {
                let trashed = self.trashed_in(&folder);
                for id in &erased {
                    let is_there =
                        || !self.store.is_missing(&folder.join(layout::note_folder(*id)));
                    if trashed.contains(id) || is_there() {
                        let _ = self.remove_in(&folder, *id);
                    }
                }
            }
        }
        self.empty_trash(now);
    }

    fn trashed_in(&self, vault: &Path) -> BTreeSet<NoteId> {
        let entries = self.store.list(&vault.join(layout::TRASH)).unwrap_or_default().into_iter();
        entries.filter_map(|entry| Some(layout::trash_name(&entry.name)?.0)).collect()
    }

    /// Whether the reason holds the case key of anything there is of the note: it may have had
    /// another one before, and may be in the trash only.
    fn names_case(&self, id: NoteId, reason: &str) -> Result<bool, VaultError> {
        let files = self.files(id)?;
        let places = files.sources().map(|source| (file_of(id, source), source));
        let trash = self.trash_of(id)?.into_iter().map(|file| (file, NoteSource::Draft));
        let reason = reason.to_lowercase();
        Ok(places.chain(trash).any(|(file, source)| {
            let Ok(read) = self.read_at(&file, id, source) else { return false };
            let key = read.document.head.case_key.to_lowercase();
            !key.is_empty() && reason.contains(&key)
        }))
    }

    fn remove_erased(&self, id: NoteId) -> Result<(), VaultError> {
        for name in self.listed(&self.folder)? {
            if name.starts_with(durable::TEMPORARY) {
                self.remove_file(&self.folder.join(name))?;
            }
        }
        // The vault first: a copy under way finds nothing there any more to take along.
        let mut removed = self.remove_in(&self.folder, id);
        let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
        loop {
            let mut copies = every_copy(self.store.as_ref(), &self.folder)?;
            // One that was finished meanwhile has another name than at the first look.
            copies.retain(|copy| seen.insert(copy.clone()));
            if copies.is_empty() {
                return removed;
            }
            for copy in copies {
                // The others must not wait for one that cannot be written.
                removed = removed.and(self.remove_in(&copy, id));
            }
        }
    }

    fn remove_in(&self, vault: &Path, id: NoteId) -> Result<(), VaultError> {
        for cache in [layout::CATALOGUE, layout::TEXTS] {
            self.remove_file(&vault.join(cache))?;
        }
        let (trash, notes) = (Path::new(layout::TRASH), Path::new(layout::NOTES));
        let folder = layout::note_folder(id);
        // A temporary that a crash left does not say which note it was made from.
        let is_temporary = |name: &str| name.starts_with(durable::TEMPORARY);
        for name in self.listed(&vault.join(trash))? {
            let is_of_note = || layout::trash_name(&name).is_some_and(|(note, _)| note == id);
            if is_temporary(&name) || is_of_note() {
                self.remove_file(&vault.join(trash).join(&name))?;
            }
        }
        for name in self.listed(&vault.join(&folder))? {
            let file = folder.join(&name);
            if is_temporary(&name) || layout::is_own_file(&file) {
                self.remove_file(&vault.join(file))?;
            }
        }
        // Succeeds only for an empty folder; what is foreign stays.
        let _ = self.store.remove_folder(&vault.join(&folder));
        for above in [trash, notes, Path::new("")] {
            let above = vault.join(above);
            or_empty(self.store.sync_folder(&above)).map_err(VaultError::disk("write", &above))?;
        }
        Ok(())
    }

    /// The files in a folder. None if it is not there; a folder that cannot be read is no empty one.
    fn listed(&self, folder: &Path) -> Result<Vec<String>, VaultError> {
        let entries =
            or_empty(self.store.list(folder)).map_err(VaultError::disk("read", folder))?;
        let files = entries.into_iter().filter(|entry| !entry.is_folder);
        Ok(files.map(|entry| entry.name).collect())
    }

    fn remove_file(&self, path: &Path) -> Result<(), VaultError> {
        or_empty(self.store.remove_file(path)).map_err(VaultError::disk("remove", path))
    }
}
