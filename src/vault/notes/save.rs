//! Writing notes: drafts that replace each other, revisions that never change.
//!
//! A [`Receipt`] is handed out when the bytes, their name and the name of their folder are on the
//! disk, and not before. A draft goes only after its revision and the ledger are durable, so at
//! every moment at least one whole file holds the last acknowledged text.
//!
//! The ledger knows of a revision or a new draft before its file is written. It is not written at
//! every saving of a draft, which would take too long for a large vault: the draft itself counts how
//! often it was saved, and the ledger takes over the count with its next change.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
    sync::{MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::{
    document::{self, MAX_NOTE_BYTES, Seal},
    ledger::Ledger,
    note::{NoteHead, NoteId, NoteSource, Receipt},
};
use crate::vault::{
    Vault,
    error::VaultError,
    keys::{sha256::sha256, signed_text::Kind, unlock},
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
            self.lock_revision(&mut settled, id, FIRST, &sealed)?;
        }
        // The revision stands: a draft that cannot be removed is no longer read by anything.
        let _ = self.remove_draft(id);
        Ok(receipt(&sealed, Some(FIRST)))
    }

    /// Puts the draft in place, with one more saving to its count.
    pub(crate) fn put_draft(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        head: &NoteHead,
        body: &str,
    ) -> Result<Sealed, VaultError> {
        let saves = self.draft_saves(id) + 1;
        let sealed = self.seal_note(Seal::draft(&self.keys.vault, id, saves), head, body)?;
        // Without a ledger nothing is entered: a draft is no reason to begin a new one.
        if self.ask_ledger(|ledger| ledger.draft(id).is_none()) == Ok(true) {
            self.change_ledger(|ledger| ledger.enter_draft(id, 0))?;
        }
        self.settle_folder(settled, id)?;
        self.put(&layout::draft_file(id), &sealed.bytes, Existing::Replace)?;
        self.saves().insert(id, saves);
        self.seen.remember_draft(id, saves);
        Ok(sealed)
    }

    /// How often a draft was saved, as far as anybody knows.
    fn draft_saves(&self, id: NoteId) -> u64 {
        if let Some(saves) = self.saves().get(&id) {
            return *saves;
        }
        let entered = self.ask_ledger(|ledger| ledger.draft(id)).ok().flatten();
        let there = self.read(id, NoteSource::Draft).map_or(0, |read| read.document.seal.saves);
        entered.unwrap_or(0).max(there).max(self.seen.draft(id).unwrap_or(0))
    }

    /// Enters how often each draft was saved since the ledger was last written, so that an older
    /// draft cannot be put back. Called when the vault is closed.
    pub fn enter_drafts(&self) -> Result<(), VaultError> {
        if self.may_write().is_err() {
            return Ok(());
        }
        let _lock = self.lock_for_writing();
        let saves = self.saves().clone();
        let is_due = self.ask_ledger(|ledger| {
            saves.iter().any(|(id, saves)| ledger.draft(*id).is_some_and(|known| known < *saves))
        });
        if is_due == Ok(true) { self.change_ledger(|_| {}) } else { Ok(()) }
    }

    /// The next draft of this note has been saved at least so often before.
    pub(crate) fn count_from(&self, id: NoteId, saves: u64) {
        let known = self.draft_saves(id);
        self.saves().insert(id, known.max(saves));
    }

    fn saves(&self) -> MutexGuard<'_, HashMap<NoteId, u64>> {
        self.draft_saves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn may_write(&self) -> Result<(), VaultError> {
        match &self.writer {
            Writer::Us { .. } => self.has_no_links(),
            Writer::Elsewhere { why } => Err(VaultError::ReadOnly { why: why.clone() }),
        }
    }

    /// Names a revision in the ledger, puts it in its place for good, and enters that it is there.
    pub(crate) fn lock_revision(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        number: u32,
        sealed: &Sealed,
    ) -> Result<(), VaultError> {
        self.settle_folder(settled, id)?;
        let existing = self.make_room(id, number, sealed)?;
        let sha256 = sealed.sha256.clone();
        let saves = self.draft_saves(id);
        let is_begun = |ledger: &Ledger| ledger.pending_revision(id, number) == Some(&*sha256);
        if self.ask_ledger(is_begun) != Ok(true) {
            self.change_ledger(|ledger| ledger.begin_revision(id, number, sha256.clone(), saves))?;
        }
        self.put(&layout::revision_file(id, number), &sealed.bytes, existing)?;
        self.change_ledger(|ledger| ledger.enter(id, number, sha256))
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
        let plain = self.keys.sign(Kind::Note, &text).map_err(VaultError::unwritable)?;
        let bytes = self.keys.seal_with(&recipients, &plain).map_err(VaultError::unwritable)?;
        Ok(Sealed { bytes, sha256: sha256(&plain) })
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

    /// Decides what becomes of a revision file that is already there and that the ledger does not
    /// name. One that the ledger says is being written, or that nobody can open, was never
    /// acknowledged: with this very text it is written afresh, for nobody knows whether it is
    /// durable; else it makes room under another name, because no text is ever thrown away on a
    /// guess. One that this vault signed and nobody began shows that an older ledger was put back:
    /// it stays, and nothing may take its place.
    fn make_room(&self, id: NoteId, number: u32, sealed: &Sealed) -> Result<Existing, VaultError> {
        if !self.files(id)?.revisions.contains(&number) {
            return Ok(Existing::Keep);
        }
        let there = match self.read(id, NoteSource::Revision(number)) {
            Ok(read) if read.sha256 == sealed.sha256 => return Ok(Existing::Replace),
            Ok(read) => Some(read),
            // Nobody could look at it.
            Err(error @ VaultError::KeysGone) => return Err(error),
            Err(_) => None,
        };
        let ledger = self.current_ledger();
        let is_begun = |sha256: &str| {
            ledger
                .as_ref()
                .map_or(true, |ledger| ledger.pending_revision(id, number) == Some(sha256))
        };
        if there.is_some_and(|read| !is_begun(&read.sha256)) {
            return Err(VaultError::LedgerOlder(layout::revision_file(id, number)));
        }
        self.set_aside(id, number)?;
        Ok(Existing::Keep)
    }

    /// Gives a revision file that was never acknowledged another name.
    pub(crate) fn set_aside(&self, id: NoteId, number: u32) -> Result<(), VaultError> {
        let from = self.folder.join(layout::revision_file(id, number));
        let name = durable::random_name(&format!("{}{number:04}-", layout::SET_ASIDE));
        let to = self.folder.join(layout::note_folder(id)).join(format!("{name}.age"));
        self.store.rename_new(&from, &to).map_err(VaultError::disk("rename", &from))
    }

    /// Changes the ledger durably, or not at all. The new state counts one more, names the state
    /// before it, and takes over how often each draft was saved.
    ///
    /// Only for whoever holds the lock for writing.
    pub(crate) fn change_ledger(&self, change: impl FnOnce(&mut Ledger)) -> Result<(), VaultError> {
        let mut held = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = match &*held {
            Ok(ledger) => ledger.next(),
            Err(_) => self.rebuilt_ledger()?.next(),
        };
        change(&mut changed);
        for (id, saves) in self.saves().iter() {
            if changed.draft(*id).is_some() {
                changed.enter_draft(*id, *saves);
            }
        }
        let plain = changed.write(&self.keys).map_err(VaultError::unwritable)?;
        let bytes = self.sealed_to_vault(&plain)?;
        self.put(Path::new(layout::LEDGER), &bytes, Existing::Replace)?;
        self.seen.remember(&changed, Timestamp::now());
        *held = Ok(changed);
        Ok(())
    }

    /// A ledger from every revision that this vault signed, with the holds and erasures of the newest
    /// copy; the one that could not be read is set aside, and stays to be seen among the foreign
    /// files.
    fn rebuilt_ledger(&self) -> Result<Ledger, VaultError> {
        let earlier = self.ledger_of_newest_copy();
        let seen = self.seen.newest().map_or(0, |(state, _)| state.number);
        let known = earlier.as_ref().map_or(0, |ledger| ledger.state().number);
        let now = Timestamp::now();
        let mut ledger = Ledger::rebuilt(self.manifest().created, now, seen.max(known));
        for id in self.note_ids()? {
            for number in self.files(id)?.revisions {
                match self.read(id, NoteSource::Revision(number)) {
                    Ok(read) => ledger.enter(id, number, read.sha256),
                    // Nobody could look at it.
                    Err(error @ VaultError::KeysGone) => return Err(error),
                    Err(_) => {}
                }
            }
            if ledger.newest(id).is_none() && self.files(id)?.draft {
                let read = self.read(id, NoteSource::Draft);
                ledger.enter_draft(id, read.map_or(0, |read| read.document.seal.saves));
            }
        }
        for (file, id, second) in self.trash_files() {
            if let Ok(read) = self.read_at(&file, id, NoteSource::Draft) {
                ledger.enter_trash(id, second, read.sha256);
            }
        }
        let file_hash = |name: &str| {
            let bytes = self.store.read(&self.folder.join(name), layout::SMALL).ok()?;
            Some(sha256(&bytes))
        };
        ledger.identity_file = file_hash(layout::IDENTITY);
        if let Some(earlier) = earlier {
            ledger.remember(&earlier);
            // Who was a member then may have been removed since; the sheet is that of its file.
            let recovery = file_hash(layout::RECOVERY);
            ledger.members.sheet =
                earlier.members.sheet.filter(|sheet| Some(&sheet.file) == recovery.as_ref());
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

    pub(crate) fn remove_draft(&self, id: NoteId) -> Result<(), VaultError> {
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
