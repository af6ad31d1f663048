//! Writing notes: drafts that replace each other, revisions that never change.
//!
//! A [`Receipt`] is handed out when the bytes, their name and the name of their folder are on the
//! disk, and not before. A draft goes only after its revision and the ledger are durable, so at
//! every moment at least one whole file holds the last acknowledged text.

use std::{
    collections::HashSet,
    io,
    path::Path,
    sync::{MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::{
    document::{self, MAX_NOTE_BYTES, Seal},
    ledger::{self, Ledger},
    note::{NoteHead, NoteId, NoteSource, Receipt},
    note_file::Read,
};
use crate::vault::{
    Vault,
    error::VaultError,
    keys::unlock,
    maintenance::copies::{Copy, copies},
    storage::{
        durable::{self, Existing},
        layout,
        lock::Writer,
    },
};

/// A note, sealed and ready for the disk.
pub(crate) struct Sealed {
    bytes: Vec<u8>,
    pub(crate) sha256: String,
}

impl Vault {
    /// Saves the working copy in place of the one before.
    pub fn save_draft(
        &self,
        id: NoteId,
        head: &NoteHead,
        body: &str,
    ) -> Result<Receipt, VaultError> {
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        self.not_erased(id)?;
        if self.locked(id)?.is_some() {
            return Err(VaultError::AlreadyComplete(id));
        }
        let sealed = self.put_draft(&mut settled, id, head, body)?;
        Ok(receipt(&sealed, None))
    }

    /// Locks the note as its first revision and removes the draft. Asked again with the same text,
    /// after a crash or a failure half-way, it finishes what was begun.
    pub fn complete(&self, id: NoteId, head: &NoteHead, body: &str) -> Result<Receipt, VaultError> {
        const FIRST: u32 = 1;
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        self.not_erased(id)?;
        let source = NoteSource::Revision(FIRST);
        let sealed = self.seal_note(Seal::new(&self.keys.vault, id, source), head, body)?;
        if let Some(number) = self.locked(id)? {
            let locked = self.read(id, NoteSource::Revision(number))?;
            if locked.sha256 != sealed.sha256 {
                return Err(VaultError::AlreadyComplete(id));
            }
        } else {
            self.leave_draft(&mut settled, id, head, body)?;
            self.lock_revision(&mut settled, id, FIRST, &sealed)?;
        }
        // The revision stands: a draft that cannot be removed is no longer read by anything.
        let _ = self.remove_draft(id);
        Ok(receipt(&sealed, Some(FIRST)))
    }

    fn put_draft(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        head: &NoteHead,
        body: &str,
    ) -> Result<Sealed, VaultError> {
        let seal = Seal::new(&self.keys.vault, id, NoteSource::Draft);
        let sealed = self.seal_note(seal, head, body)?;
        self.settle_folder(settled, id)?;
        self.put(&layout::draft_file(id), &sealed.bytes, Existing::Replace)?;
        Ok(sealed)
    }

    /// Makes sure that a completion which is cut off has a draft beside it: by that it is told from
    /// a ledger that was put back.
    fn leave_draft(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        head: &NoteHead,
        body: &str,
    ) -> Result<(), VaultError> {
        if !self.files(id)?.draft {
            self.put_draft(settled, id, head, body)?;
        }
        Ok(())
    }

    pub(crate) fn may_write(&self) -> Result<(), VaultError> {
        match &self.writer {
            Writer::Us { .. } => self.has_no_links(),
            Writer::Elsewhere { why } => Err(VaultError::ReadOnly { why: why.clone() }),
        }
    }

    /// Puts a revision in its place for good, then names it in the ledger.
    pub(crate) fn lock_revision(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        number: u32,
        sealed: &Sealed,
    ) -> Result<(), VaultError> {
        self.settle_folder(settled, id)?;
        let existing = self.make_room(id, number, sealed)?;
        self.put(&layout::revision_file(id, number), &sealed.bytes, existing)?;
        self.enter_in_ledger(id, number, &sealed.sha256)
    }

    pub(crate) fn lock_for_writing(&self) -> MutexGuard<'_, HashSet<NoteId>> {
        self.write_lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest revision that must not change. Without a ledger every revision file counts.
    pub(crate) fn locked(&self, id: NoteId) -> Result<Option<u32>, VaultError> {
        match &*self.ledger.read().unwrap_or_else(PoisonError::into_inner) {
            Ok(ledger) => Ok(ledger.newest(id)),
            Err(_) => Ok(self.files(id)?.revisions.last().copied()),
        }
    }

    pub(crate) fn seal_note(
        &self,
        seal: Seal,
        head: &NoteHead,
        body: &str,
    ) -> Result<Sealed, VaultError> {
        if body.len() > MAX_NOTE_BYTES {
            return Err(VaultError::TooLarge { bytes: body.len(), limit: MAX_NOTE_BYTES });
        }
        let text = document::write(&seal, head, body).map_err(VaultError::unwritable)?;
        // A draft may hold placements that nobody is to see yet: it is for this vault alone.
        let recipients = match seal.source() {
            NoteSource::Draft => Vec::new(),
            NoteSource::Revision(_) => self.recipients_of(head),
        };
        let plain = self.keys.sign(&text).map_err(VaultError::unwritable)?;
        let bytes = self.keys.seal_with(&recipients, &plain).map_err(VaultError::unwritable)?;
        Ok(Sealed { bytes, sha256: ledger::sha256(&plain) })
    }

    /// Makes the folder of a note and makes its name durable, once in a session.
    pub(crate) fn settle_folder(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
    ) -> Result<(), VaultError> {
        if settled.contains(&id) {
            return Ok(());
        }
        let notes = self.folder.join(layout::NOTES);
        for folder in [notes.clone(), self.folder.join(layout::note_folder(id))] {
            match self.store.make_folder(&folder) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if self.store.facts(&folder).is_ok_and(|facts| facts.is_link) {
                        return Err(VaultError::Linked(folder));
                    }
                }
                Err(error) => return Err(VaultError::disk("create", &folder)(error)),
            }
        }
        for folder in [&self.folder, &notes] {
            self.store.sync_folder(folder).map_err(VaultError::disk("write", folder))?;
        }
        settled.insert(id);
        Ok(())
    }

    pub(crate) fn sealed_to_vault(&self, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.keys.seal(plain).map_err(VaultError::unwritable)
    }

    pub(crate) fn put(
        &self,
        file: &Path,
        bytes: &[u8],
        existing: Existing,
    ) -> Result<(), VaultError> {
        let path = self.folder.join(file);
        durable::put(self.store.as_ref(), &path, bytes, existing)
            .map_err(VaultError::disk("write", &path))
    }

    /// A revision file the ledger does not name was never acknowledged. If it holds this very text
    /// it is written afresh, for nobody knows whether it is durable; else it makes room and stays
    /// under another name, because no text is ever thrown away on a guess.
    fn make_room(&self, id: NoteId, number: u32, sealed: &Sealed) -> Result<Existing, VaultError> {
        if !self.files(id)?.revisions.contains(&number) {
            return Ok(Existing::Keep);
        }
        let same = |read: Read| read.sha256 == sealed.sha256;
        if self.read(id, NoteSource::Revision(number)).is_ok_and(same) {
            return Ok(Existing::Replace);
        }
        let from = self.folder.join(layout::revision_file(id, number));
        let name = durable::random_name(&format!("{}{number:04}-", layout::SET_ASIDE));
        let to = self.folder.join(layout::note_folder(id)).join(format!("{name}.age"));
        self.store.rename_new(&from, &to).map_err(VaultError::disk("rename", &from))?;
        Ok(Existing::Keep)
    }

    fn enter_in_ledger(&self, id: NoteId, number: u32, sha256: &str) -> Result<(), VaultError> {
        self.change_ledger(|ledger| ledger.enter(id, number, sha256.to_owned()))
    }

    /// Changes the ledger durably, or not at all.
    pub(crate) fn change_ledger(&self, change: impl FnOnce(&mut Ledger)) -> Result<(), VaultError> {
        let mut held = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = match &*held {
            Ok(ledger) => ledger.clone(),
            Err(_) => self.rebuilt_ledger()?,
        };
        change(&mut changed);
        let plain = changed.write(&self.keys).map_err(VaultError::unwritable)?;
        let bytes = self.sealed_to_vault(&plain)?;
        self.put(Path::new(layout::LEDGER), &bytes, Existing::Replace)?;
        *held = Ok(changed);
        Ok(())
    }

    /// A ledger from every revision that this vault signed, with the holds and erasures of the newest
    /// copy; the one that could not be read is set aside, and stays to be seen among the foreign
    /// files.
    fn rebuilt_ledger(&self) -> Result<Ledger, VaultError> {
        let mut ledger = Ledger::rebuilt(Timestamp::now());
        for id in self.note_ids()? {
            for number in self.files(id)?.revisions {
                if let Ok(read) = self.read(id, NoteSource::Revision(number)) {
                    ledger.enter(id, number, read.sha256);
                }
            }
        }
        if let Some(earlier) = self.ledger_of_newest_copy() {
            ledger.remember(&earlier);
        }
        let (from, name) = (
            self.folder.join(layout::LEDGER),
            durable::random_name(&format!("ledger-{}", layout::SET_ASIDE)),
        );
        match self.store.rename_new(&from, &self.folder.join(format!("{name}.age"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(VaultError::disk("rename", &from)(error))
            }
            _ => Ok(ledger),
        }
    }

    /// The newest ledger that a copy of this vault has: holds and erasures stand nowhere else.
    fn ledger_of_newest_copy(&self) -> Option<Ledger> {
        let store = self.store.as_ref();
        let read = |copy: Copy| {
            let written = store.facts(&copy.folder.join(layout::LEDGER)).ok()?.modified;
            Some((written, unlock::read_ledger(store, &copy.folder, &self.keys).ok()?))
        };
        let ledgers = copies(store, &self.folder).into_iter().filter_map(read);
        ledgers.max_by_key(|(written, _)| *written).map(|(_, ledger)| ledger)
    }

    fn remove_draft(&self, id: NoteId) -> Result<(), VaultError> {
        let path = self.folder.join(layout::draft_file(id));
        match self.store.remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(VaultError::disk("remove", &path)(error)),
            Ok(()) => {}
        }
        let folder = self.folder.join(layout::note_folder(id));
        self.store.sync_folder(&folder).map_err(VaultError::disk("write", &folder))
    }
}

pub(crate) fn receipt(sealed: &Sealed, revision: Option<u32>) -> Receipt {
    Receipt { at: Timestamp::now(), bytes: sealed.bytes.len() as u64, revision }
}
