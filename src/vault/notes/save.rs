//! Writing notes: drafts that replace each other, revisions that never change.
//!
//! A [`Receipt`] is handed out when the bytes, their name and the name of their folder are on the
//! disk, and not before. A draft goes only after its revision and the ledger are durable, so at
//! every moment at least one whole file holds the last acknowledged text.
//!
//! A correction is a new revision beside the ones before. It names the hash of the one before it, so
//! that none can be taken out of the row.
//!
//! The ledger knows of a revision or a new draft before its file is written. It is not written at
//! every saving of a draft, which would take too long for a large vault: the draft itself counts how
//! often it was saved, and the ledger takes over the count with its next change.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
    sync::{Arc, MutexGuard, PoisonError},
};

use age::x25519;
use jiff::Timestamp;

use super::{
    check,
    document::{self, MAX_NOTE_BYTES, Seal},
    ledger::Ledger,
    ledger_entries::RevisionContent,
    note::{Correction, NoteHead, NoteId, NoteSource, Receipt},
    note_file::Read,
};
use crate::clinic::Subject;
use crate::vault::{
    Vault,
    error::VaultError,
    keys::{secret_keys::Keys, sha256::sha256, signed_text::Kind, unlock},
    maintenance::copies::{Copy, copies},
    storage::{
        durable::{self, Existing},
        layout,
        lock::Writer,
        store::or_empty,
    },
};

/// The text of a completed revision: as the vault keeps it, and as members read it.
#[derive(Clone, Copy)]
pub struct RevisionText<'a> {
    /// Everything.
    pub whole: &'a str,
    /// What members read. Without it no member opens the revision.
    pub for_members: Option<&'a str>,
}

/// A text that no member reads.
impl<'a> From<&'a str> for RevisionText<'a> {
    fn from(whole: &'a str) -> Self {
        Self { whole, for_members: None }
    }
}

/// A text that no member reads.
impl<'a> From<&'a String> for RevisionText<'a> {
    fn from(whole: &'a String) -> Self {
        whole.as_str().into()
    }
}

/// A note, sealed and ready for the disk.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    /// Of the plaintext.
    pub(crate) sha256: String,
}

impl Sealed {
    /// Signs a document with the keys of a vault, and seals it to the vault and to `others`.
    pub(crate) fn new(
        keys: &Keys,
        seal: Seal,
        head: &NoteHead,
        body: &str,
        others: &[x25519::Recipient],
    ) -> Result<Self, VaultError> {
        let seal = Seal { signed_by: Some(check::shown_key(keys.verifying_key())), ..seal };
        let text = document::write(&seal, head, body).map_err(VaultError::unwritable)?;
        let plain = keys.sign(Kind::Note, &text).map_err(VaultError::unwritable)?;
        let bytes = keys.seal_with(others, &plain).map_err(VaultError::unwritable)?;
        Ok(Self { bytes, sha256: sha256(&plain) })
    }
}

/// A revision, sealed to the vault, with its members' edition if there are members it is for.
pub(crate) struct SealedRevision {
    pub(crate) own: Sealed,
    pub(crate) members: Option<Sealed>,
}

impl SealedRevision {
    fn content(&self) -> RevisionContent {
        let members = self.members.as_ref().map(|edition| edition.sha256.clone());
        RevisionContent { sha256: self.own.sha256.clone(), members }
    }
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
    pub fn complete<'a>(
        &self,
        id: NoteId,
        head: &NoteHead,
        text: impl Into<RevisionText<'a>>,
    ) -> Result<Receipt, VaultError> {
        const FIRST: u32 = 1;
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        self.not_erased(id)?;
        self.keeps_subject(id, head)?;
        let source = NoteSource::Revision(FIRST);
        let seal = Seal::new(&self.keys.vault, id, source);
        let sealed = self.seal_revision(seal, head, text.into())?;
        if let Some(number) = self.locked(id)? {
            let locked = self.read(id, NoteSource::Revision(number))?;
            if locked.sha256 != sealed.own.sha256 {
                return Err(VaultError::AlreadyComplete(id));
            }
        } else {
            self.lock_revision(&mut settled, id, FIRST, &sealed)?;
        }
        // The revision stands: a draft that cannot be removed is no longer read by anything.
        let _ = self.remove_draft(id);
        Ok(receipt(&sealed.own, Some(FIRST)))
    }

    /// Locks a further revision of a completed note. Asked again with the same text, after a crash
    /// or a failure half-way, it finishes what was begun and adds nothing.
    pub fn amend<'a>(
        &self,
        id: NoteId,
        head: &NoteHead,
        text: impl Into<RevisionText<'a>>,
        correction: Correction,
    ) -> Result<Receipt, VaultError> {
        let text = text.into();
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        let newest = self.locked(id)?.ok_or(VaultError::NotComplete(id))?;
        let before = self.locked_revision(id, newest)?;
        self.keeps_subject(id, head)?;
        let seal =
            |number, previous| Seal::following(&self.keys.vault, id, number, correction, previous);
        if let Some(previous) = before.document.seal.previous.clone() {
            let again = self.seal_revision(seal(newest, previous), head, text)?.own;
            if again.sha256 == before.sha256 {
                return Ok(receipt(&again, Some(newest)));
            }
        }
        if before.document.seal.is_entered_in_error() {
            return Err(VaultError::EnteredInError(id));
        }
        let number = newest + 1;
        let sealed = self.seal_revision(seal(number, before.sha256), head, text)?;
        self.lock_revision(&mut settled, id, number, &sealed)?;
        Ok(receipt(&sealed.own, Some(number)))
    }

    /// Reads a revision that something is to follow: only what the ledger vouches for.
    fn locked_revision(&self, id: NoteId, number: u32) -> Result<Read, VaultError> {
        let source = NoteSource::Revision(number);
        let read = self.read(id, source)?;
        match self.current_ledger() {
            Ok(ledger) if ledger.sha256(id, number) != Some(read.sha256.as_str()) => {
                let file = layout::revision_file(id, number);
                Err(VaultError::damaged(file, "is not the revision that was saved"))
            }
            _ => Ok(read),
        }
    }

    /// Puts the draft in place, with one more saving to its count.
    pub(crate) fn put_draft(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        head: &NoteHead,
        body: &str,
    ) -> Result<Sealed, VaultError> {
        self.keeps_subject_of_draft(id, head)?;
        let saves = self.next_save(id);
        // A draft may hold placements that nobody is to see yet: it is for this vault alone.
        let sealed = self.seal_note(Seal::draft(&self.keys.vault, id, saves), head, body, &[])?;
        // Without a ledger nothing is entered: a draft is no reason to begin a new one. Nor is one
        // that lies there unentered: somebody put it back, and `verify` names it.
        let file = self.folder.join(layout::draft_file(id));
        if self.ask_ledger(|ledger| ledger.draft(id).is_none()) == Ok(true)
            && !self.store.is_there(&file).map_err(VaultError::disk("read", &file))?
        {
            self.change_ledger(|ledger| ledger.enter_draft(id, 0))?;
        }
        self.settle_folder(settled, id)?;
        self.put(&layout::draft_file(id), &sealed.bytes, Existing::Replace)?;
        self.saves().insert(id, saves);
        self.seen.remember_draft(id, saves, Timestamp::now());
        if self.ask_ledger(|ledger| ledger.draft(id)) == Ok(Some(0)) {
            // It was written for the first time: from here on its absence is a loss. The draft is
            // safe already, and the next change of the ledger enters it too.
            let _ = self.change_ledger(|_| {});
        }
        Ok(sealed)
    }

    /// Refuses a head that would let members read a note that was private before: what a note is
    /// about is fixed for its life. Where nobody can tell what it was about, a head that members
    /// may read is refused too.
    fn keeps_subject(&self, id: NoteId, head: &NoteHead) -> Result<(), VaultError> {
        let known = match self.subject_of(id) {
            // Then members cannot read more than before, whatever it was.
            Err(_) if head.subject().is_private() => None,
            known => known?,
        };
        self.remember_subject(id, known, head)
    }

    /// As [`Vault::keeps_subject`], for a draft. Members cannot read one, so it is saved even in place
    /// of one that cannot be read.
    fn keeps_subject_of_draft(&self, id: NoteId, head: &NoteHead) -> Result<(), VaultError> {
        self.subject_of(id).map_or(Ok(()), |known| self.remember_subject(id, known, head))
    }

    fn remember_subject(
        &self,
        id: NoteId,
        known: Option<Subject>,
        head: &NoteHead,
    ) -> Result<(), VaultError> {
        if known.is_some_and(Subject::is_private) && !head.subject().is_private() {
            return Err(VaultError::OpensToMore(id));
        }
        self.subjects().insert(id, head.subject());
        Ok(())
    }

    /// What a note is about; `None` if there is no such note yet.
    fn subject_of(&self, id: NoteId) -> Result<Option<Subject>, VaultError> {
        if let Some(known) = self.subjects().get(&id) {
            return Ok(Some(*known));
        }
        let newest = self.newest(id, &self.current_ledger())?;
        newest.map(|newest| Ok(self.read(id, newest)?.document.head.subject())).transpose()
    }

    fn subjects(&self) -> MutexGuard<'_, HashMap<NoteId, Subject>> {
        self.subjects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often a draft was saved, as far as anybody knows.
    fn draft_saves(&self, id: NoteId) -> u64 {
        let newest = self.newest_save(self.ask_ledger(|ledger| ledger.draft(id)), id);
        newest.max(self.last_save(id).unwrap_or(0))
    }

    /// How often the draft that is there was saved; `None` if there is none that opens.
    pub(crate) fn last_save(&self, id: NoteId) -> Option<u64> {
        let known = self.saves().get(&id).copied();
        let there = || Some(self.read(id, NoteSource::Draft).ok()?.document.seal.saves);
        known.or_else(there)
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
            Writer::Elsewhere { why } => Err(VaultError::ReadOnly(why.clone())),
        }
    }

    /// Names a revision in the ledger, puts it in its place for good, and enters that it is there.
    /// Its members' edition goes first: where the revision stands, the edition does too.
    pub(crate) fn lock_revision(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        number: u32,
        sealed: &SealedRevision,
    ) -> Result<(), VaultError> {
        self.settle_folder(settled, id)?;
        let existing = self.make_room(id, number, &sealed.own)?;
        let content = sealed.content();
        let saves = self.draft_saves(id);
        let is_begun = |ledger: &Ledger| ledger.pending_content(id, number) == Some(&content);
        if self.ask_ledger(is_begun) != Ok(true) {
            self.change_ledger(|ledger| ledger.begin_revision(id, number, content.clone(), saves))?;
        }
        let edition = layout::members_file(id, number);
        let put = match &sealed.members {
            Some(members) => self.put(&edition, &members.bytes, Existing::Replace),
            None => self.remove_members(id, number),
        };
        put.and_then(|()| {
            self.put(&layout::revision_file(id, number), &sealed.own.bytes, existing)
        })
        .inspect_err(|_| {
            // Until it is completed the text may change, and members must not keep this one.
            // What cannot be removed now goes when the vault is next unlocked. A revision that
            // got its name all the same keeps its edition.
            let file = self.folder.join(layout::revision_file(id, number));
            if self.store.facts(&file).is_err() {
                let _ = self.remove_members(id, number);
            }
        })?;
        self.change_ledger(|ledger| self.enter_revision(ledger, id, number, content))
    }

    /// Removes the members' edition of a revision that is not completed.
    pub(crate) fn remove_members(&self, id: NoteId, number: u32) -> Result<(), VaultError> {
        self.remove_durably(&layout::members_file(id, number))
    }

    /// Removes the draft of a note.
    pub(crate) fn remove_draft(&self, id: NoteId) -> Result<(), VaultError> {
        self.remove_durably(&layout::draft_file(id))
    }

    /// Removes a file of a note, if it is there.
    fn remove_durably(&self, file: &Path) -> Result<(), VaultError> {
        let path = self.folder.join(file);
        match self.store.remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(VaultError::disk("remove", &path)(error)),
            Ok(()) => {
                let folder = path.parent().unwrap_or(&self.folder);
                self.store.sync_folder(folder).map_err(VaultError::disk("write", folder))
            }
        }
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

    /// Seals a revision to the vault alone, and its members' edition to the vault and the members
    /// it is for. Without any there is no edition.
    pub(crate) fn seal_revision(
        &self,
        seal: Seal,
        head: &NoteHead,
        text: RevisionText<'_>,
    ) -> Result<SealedRevision, VaultError> {
        let members = self.recipients_of(head);
        let edition = text.for_members.filter(|_| !members.is_empty());
        let edition = edition.map(|body| self.seal_note(seal.for_members(), head, body, &members));
        let members = edition.transpose()?;
        Ok(SealedRevision { own: self.seal_note(seal, head, text.whole, &[])?, members })
    }

    /// Seals a document to the vault and to `others`.
    fn seal_note(
        &self,
        seal: Seal,
        head: &NoteHead,
        body: &str,
        others: &[x25519::Recipient],
    ) -> Result<Sealed, VaultError> {
        if body.len() > MAX_NOTE_BYTES {
            return Err(VaultError::TooLarge(body.len()));
        }
        Sealed::new(&self.keys, seal, head, body, others)
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

    /// Changes the ledger. The new state counts one more, names the state before it, and takes over
    /// how often each draft was saved. After an error the old state counts, or the new one where its
    /// file has its name already.
    ///
    /// Only for whoever holds the lock for writing.
    pub(crate) fn change_ledger(&self, change: impl FnOnce(&mut Ledger)) -> Result<(), VaultError> {
        self.try_change_ledger(|ledger| {
            change(ledger);
            Ok(())
        })
    }

    /// As [`Vault::change_ledger`], for a change that may fail: then nothing is written.
    pub(crate) fn try_change_ledger(
        &self,
        change: impl FnOnce(&mut Ledger) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let mut held = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = match &*held {
            Ok(ledger) => ledger.next(),
            Err(_) => self.rebuilt_ledger()?.next(),
        };
        change(&mut changed)?;
        for (id, saves) in self.saves().iter() {
            changed.raise_draft(*id, *saves);
        }
        let plain = changed.write(&self.keys).map_err(VaultError::unwritable)?;
        let bytes = self.sealed_to_vault(&plain)?;
        let put = self.put(Path::new(layout::LEDGER), &bytes, Existing::Replace);
        if put.is_ok() {
            self.seen.remember(&changed, Timestamp::now());
        }
        // It may have got its name although the folder could not be made durable. Then it is what
        // the vault says when it is next unlocked, and nothing may be saved against it.
        let is_there = || {
            let there = self.store.read(&self.folder.join(layout::LEDGER), bytes.len() as u64);
            there.is_ok_and(|there| there == bytes)
        };
        if put.is_ok() || is_there() {
            *held = Ok(Arc::new(changed));
        }
        put
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
                    Ok(read) => {
                        let members = self.read_members(id, number).ok().map(|read| read.sha256);
                        ledger.enter(id, number, RevisionContent { sha256: read.sha256, members });
                    }
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
        self.enter_trash_and_key_file(&mut ledger)?;
        if let Some(earlier) = earlier {
            ledger.remember(&earlier);
            // Who was a member then may have been removed since; the sheet is that of its file.
            let recovery = self.file_hash(layout::RECOVERY).ok();
            ledger.members.sheet =
                earlier.members.sheet.filter(|sheet| Some(&sheet.file) == recovery.as_ref());
        }
        let from = self.folder.join(layout::LEDGER);
        let name = durable::random_name(&format!("ledger-{}", layout::SET_ASIDE));
        or_empty(self.store.rename_new(&from, &self.folder.join(format!("{name}.age"))))
            .map_err(VaultError::disk("rename", &from))?;
        Ok(ledger)
    }

    /// Enters what a ledger lacks that did not name discarded drafts and the file of the passphrase.
    pub(crate) fn enter_trash_and_key_file(&self, ledger: &mut Ledger) -> Result<(), VaultError> {
        for (file, id, second) in self.trash_files()? {
            if let Ok(read) = self.read_at(&file, id, NoteSource::Draft) {
                ledger.enter_trash(id, second, read.sha256);
            }
        }
        ledger.identity_file = self.file_hash(layout::IDENTITY).ok();
        Ok(())
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
}

fn receipt(sealed: &Sealed, revision: Option<u32>) -> Receipt {
    Receipt { at: Timestamp::now(), bytes: sealed.bytes.len() as u64, revision }
}
