//! Discarded drafts: still sealed, not listed, and brought back within thirty days.

use std::{collections::HashSet, io, path::PathBuf};

use jiff::Timestamp;

use super::{
    document::StoredNote,
    ledger::{Ledger, Pending},
    note::{Damage, NoteHead, NoteId, NoteSource},
    note_file::MAX_NOTE_FILE_BYTES,
};
use crate::vault::{
    Vault,
    error::VaultError,
    storage::{durable::Existing, layout, store::or_empty},
};

/// Seconds that a discarded draft is kept.
const KEPT: i64 = 30 * 24 * 3600;
/// 2024: a discarded draft whose day is earlier was named by a wrong clock, and stays.
const EARLIEST: i64 = 1_704_067_200;

/// A draft that was discarded.
#[derive(Debug, Clone)]
pub struct Trashed {
    /// Which note.
    pub id: NoteId,
    /// When it was discarded, as the clock said.
    pub discarded: Timestamp,
    /// Its head, or what is wrong with its file.
    pub head: Result<NoteHead, Damage>,
}

impl Vault {
    /// Puts the working copy into the trash, unless the note is on legal hold, or nobody can know
    /// because the ledger cannot be read. What was completed stays.
    pub fn discard_draft(&self, id: NoteId) -> Result<(), VaultError> {
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        if let Some(hold) = ledger.retention(id).and_then(|kept| kept.hold.as_ref()) {
            return Err(VaultError::OnHold(id, hold.reason.clone()));
        }
        let from = self.folder.join(layout::draft_file(id));
        let trash = self.folder.join(layout::TRASH);
        if self.store.is_there(&from).map_err(VaultError::disk("read", &from))? {
            let second = self.begin_trash(id)?;
            let to = self.folder.join(layout::trash_file(id, second));
            let folder = self.folder.join(layout::note_folder(id));
            self.store
                .rename_new(&from, &to)
                .and_then(|()| self.store.sync_folder(&trash))
                .and_then(|()| self.store.sync_folder(&folder))
                .map_err(VaultError::disk("remove", &from))?;
            self.end_trash(id, second, |ledger| ledger.remove_draft(id))?;
        } else if ledger.draft(id).is_some() {
            // It was never written, or somebody took it away: the ledger no longer asks for it.
            self.change_ledger(|ledger| ledger.remove_draft(id))?;
        }
        settled.remove(&id);
        // Succeeds only for an empty folder, and an empty folder is no note.
        let _ = self.store.remove_folder(&self.folder.join(layout::note_folder(id)));
        Ok(())
    }

    /// Keeps a copy of the working copy, as it is on the disk, in the trash: before something that
    /// changes all of it. The working copy stays.
    pub fn keep_draft(&self, id: NoteId) -> Result<(), VaultError> {
        self.may_write()?;
        let _lock = self.lock_for_writing();
        self.not_erased(id)?;
        self.copy_to_trash(id)
    }

    fn copy_to_trash(&self, id: NoteId) -> Result<(), VaultError> {
        let draft = self.folder.join(layout::draft_file(id));
        let bytes = self
            .store
            .read(&draft, MAX_NOTE_FILE_BYTES)
            .map_err(VaultError::disk("read", &draft))?;
        let second = self.begin_trash(id)?;
        self.put(&layout::trash_file(id, second), &bytes, Existing::Keep)?;
        self.end_trash(id, second, |_| {})
    }

    /// Enters that the draft of a note is about to go, or be copied, into the trash. Returns the
    /// second that its name there has. A draft that does not open has no content to enter, and its
    /// file in the trash is named by `verify` as one that nobody entered.
    fn begin_trash(&self, id: NoteId) -> Result<i64, VaultError> {
        self.make_trash()?;
        let mut second = Timestamp::now().as_second().max(0);
        // Where nobody can tell, the name is tried: it never replaces another file.
        let is_there =
            |second| self.store.is_there(&self.folder.join(layout::trash_file(id, second)));
        while is_there(second).unwrap_or(false) {
            second += 1;
        }
        match self.read(id, NoteSource::Draft) {
            Ok(read) => self.begin(Pending::Trash { note: id, second, sha256: read.sha256 })?,
            // It may open the next time, and then it would lie in the trash as nobody's.
            Err(error @ (VaultError::Unread { .. } | VaultError::KeysGone)) => return Err(error),
            Err(_) => {}
        }
        Ok(second)
    }

    /// Enters that it is there.
    fn end_trash(
        &self,
        id: NoteId,
        second: i64,
        also: impl FnOnce(&mut Ledger),
    ) -> Result<(), VaultError> {
        self.change_ledger(|ledger| {
            if let Some(sha256) = ledger.pending_trash(id, second).map(str::to_owned) {
                ledger.enter_trash(id, second, sha256);
            }
            also(ledger);
        })
    }

    /// The second of the newest discarded draft of a note that may still have one.
    fn newest_discarded(&self, id: NoteId) -> Result<i64, VaultError> {
        self.not_erased(id)?;
        if self.locked(id)?.is_some() {
            return Err(VaultError::AlreadyComplete(id));
        }
        // Only what the ledger names was discarded; anything else was put there by somebody.
        let named = self.ask_ledger(|ledger| {
            ledger.trashed().filter(|(note, _)| *note == id).map(|(_, second)| second).max()
        });
        named.map_err(VaultError::LedgerUnusable)?.ok_or(VaultError::NoSuchNote(id))
    }

    /// Puts the newest draft of a note from the trash in place of the one there is now, which goes
    /// into the trash instead: at every moment both are whole. Done again, it undoes the exchange.
    pub fn swap_draft(&self, id: NoteId) -> Result<(), VaultError> {
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        let second = self.newest_discarded(id)?;
        self.copy_to_trash(id)?;
        self.take_from_trash(&mut settled, id, second)
    }

    /// Saves a discarded draft as the draft, which counts on, and removes it from the trash.
    fn take_from_trash(
        &self,
        settled: &mut HashSet<NoteId>,
        id: NoteId,
        second: i64,
    ) -> Result<(), VaultError> {
        let file = layout::trash_file(id, second);
        let read =
            self.read_at(&file, id, NoteSource::Draft).map_err(|fault| fault.into_error(&file))?;
        let is_named = |ledger: &Ledger| ledger.trash(id, second) == Some(&*read.sha256);
        if self.ask_ledger(is_named) != Ok(true) {
            let why = "is not the draft that was discarded: another file was put in its place";
            return Err(VaultError::damaged(file, why));
        }
        let StoredNote { head, body, seal } = read.document;
        self.count_from(id, seal.saves);
        self.put_draft(settled, id, &head, &body)?;
        self.change_ledger(|ledger| ledger.remove_trash(id, second))?;
        // It is the draft now; a second copy of it in the trash does no harm.
        let _ = self.store.remove_file(&self.folder.join(file));
        Ok(())
    }

    /// Every discarded draft that is still there, the newest first.
    pub fn trash(&self) -> Result<Vec<Trashed>, VaultError> {
        let mut found: Vec<Trashed> = self
            .trash_files()?
            .into_iter()
            .map(|(file, id, second)| {
                let head = self.read_at(&file, id, NoteSource::Draft);
                let head = head.map(|read| read.document.head).map_err(|fault| {
                    let error = fault.into_error(&file);
                    Damage { file, why: error.failure(), advice: error.advice() }
                });
                let discarded = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
                Trashed { id, discarded, head }
            })
            .collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.discarded));
        Ok(found)
    }

    /// Brings the newest discarded draft of a note back. A draft that is there now stays.
    pub fn restore_draft(&self, id: NoteId) -> Result<(), VaultError> {
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        let second = self.newest_discarded(id)?;
        let draft = self.folder.join(layout::draft_file(id));
        if self.store.is_there(&draft).map_err(VaultError::disk("read", &draft))? {
            return Err(VaultError::NameTaken(layout::draft_file(id)));
        }
        self.take_from_trash(&mut settled, id, second)
    }

    /// The discarded drafts of one note, the oldest first.
    pub(crate) fn trash_of(&self, id: NoteId) -> Result<Vec<PathBuf>, VaultError> {
        let mut found = self.trash_files()?;
        found.retain(|(_, note, _)| *note == id);
        found.sort_by_key(|(_, _, second)| *second);
        Ok(found.into_iter().map(|(file, _, _)| file).collect())
    }

    /// Removes what was discarded long enough ago, unless its note is on legal hold. Without a
    /// ledger nobody knows, and everything stays.
    pub(crate) fn empty_trash(&self, now: Timestamp) {
        let (Ok(ledger), Ok(mut over)) = (self.current_ledger(), self.trash_files()) else {
            return;
        };
        let is_held = |note| ledger.retention(note).is_some_and(|kept| kept.hold.is_some());
        let is_over = |note: &NoteId, second: i64| {
            second >= EARLIEST && now.as_second() - second > KEPT && !is_held(*note)
        };
        over.retain(|(_, note, second)| is_over(note, *second));
        if over.iter().any(|(_, note, second)| ledger.trash(*note, *second).is_some()) {
            let _lock = self.lock_for_writing();
            let forgotten = self.change_ledger(|ledger| {
                over.iter().for_each(|(_, note, second)| ledger.remove_trash(*note, *second));
            });
            if forgotten.is_err() {
                return;
            }
        }
        for (file, _, _) in over {
            // What stays is tried again the next time.
            let _ = self.store.remove_file(&self.folder.join(file));
        }
    }

    pub(crate) fn trash_files(&self) -> Result<Vec<(PathBuf, NoteId, i64)>, VaultError> {
        let trash = self.folder.join(layout::TRASH);
        let entries =
            or_empty(self.store.list(&trash)).map_err(VaultError::disk("read", &trash))?;
        let named = |name: &str| {
            let (id, second) = layout::trash_name(name)?;
            Some((layout::trash_file(id, second), id, second))
        };
        Ok(entries.iter().filter_map(|entry| named(&entry.name)).collect())
    }

    fn make_trash(&self) -> Result<(), VaultError> {
        let trash = self.folder.join(layout::TRASH);
        match self.store.make_folder(&trash) {
            Err(error)
                if error.kind() == io::ErrorKind::AlreadyExists
                    && self.store.facts(&trash).is_ok_and(|facts| facts.is_folder) =>
            {
                Ok(())
            }
            made => made
                .and_then(|()| self.store.sync_folder(&self.folder))
                .map_err(VaultError::disk("create", &trash)),
        }
    }
}
