//! Reading notes: the list, and one note at a time.
//!
//! A damaged note never stops the others, and its text is never shown: what does not open, carries
//! no signature of this vault, or lies in another's place is named instead.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use jiff::Timestamp;

use super::{
    cache::{CatalogueCache, CatalogueEntry},
    document::StoredNote,
    ledger::{CurrentLedger, Ledger, Pending},
    note::{Damage, NoteId, NoteRow, NoteSource, OpenedNote, Verified},
    note_file::file_of,
};
use crate::{
    system::lock::LOCK,
    vault::{
        Vault,
        error::{LedgerError, VaultError},
        keys::unlock,
        storage::{durable, layout, lock::Writer, store::or_empty},
    },
};

/// The files of one note.
#[derive(Debug, Default)]
pub(crate) struct NoteFiles {
    pub(crate) draft: bool,
    pub(crate) revisions: BTreeSet<u32>,
    /// Revisions with a members' edition.
    pub(crate) members: BTreeSet<u32>,
}

impl NoteFiles {
    /// Where the note is read from: its revisions in their order, then its draft.
    pub(crate) fn sources(&self) -> impl Iterator<Item = NoteSource> {
        let revisions = self.revisions.iter().copied().map(NoteSource::Revision);
        revisions.chain(self.draft.then_some(NoteSource::Draft))
    }
}

impl Vault {
    /// Every note, the damaged ones too, in the order of their ids. A revision that the ledger
    /// names and the disk has not is a damaged row.
    pub fn list(&self) -> Result<Vec<NoteRow>, VaultError> {
        let ledger = self.current_ledger();
        let mut ids = self.note_ids()?;
        if let Ok(ledger) = &ledger {
            ids.extend(ledger.notes().chain(ledger.drafts().map(|(id, _)| id)));
            ids.retain(|id| ledger.tombstone(*id).is_none());
        }
        let mut catalogue = self.catalogue.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now().as_nanosecond();
        // A vault that was restored may hold revisions that its ledger does not know.
        let is_whole = self.rollback().is_none();
        let rows = ids.iter().filter_map(|id| {
            let known = is_whole.then(|| self.known_row(*id, &ledger, &catalogue)).flatten();
            known.or_else(|| self.row(*id, &ledger, &mut catalogue, now))
        });
        let rows = rows.collect();
        catalogue.retain(|id| ids.contains(&id));
        let settled = catalogue.settle(self);
        // Erasing takes the write lock first and then the catalogue; the other order could deadlock.
        drop(catalogue);
        if let Some((sealed, notes)) = settled {
            self.put_cache(layout::CATALOGUE, &sealed, notes);
        }
        Ok(rows)
    }

    pub(crate) fn load_catalogue(&self) {
        let loaded = CatalogueCache::load(self.store.as_ref(), &self.folder, &self.keys);
        *self.catalogue.lock().unwrap_or_else(PoisonError::into_inner) = loaded;
    }

    /// The row of a note whose newest file was read before and is still the same.
    fn known_row(
        &self,
        id: NoteId,
        ledger: &CurrentLedger,
        catalogue: &CatalogueCache,
    ) -> Option<NoteRow> {
        let locked = ledger.as_ref().ok()?.newest(id).map(NoteSource::Revision);
        let source = catalogue.source(id)?;
        if locked.unwrap_or(NoteSource::Draft) != source {
            return None;
        }
        let facts = self.store.facts_to_compare(&self.folder.join(file_of(id, source))).ok()?;
        let kept = catalogue.get(id, source, &facts)?;
        let verified = match source {
            NoteSource::Draft => self.vouch_for_draft(ledger, id, kept.saves),
            NoteSource::Revision(number) => {
                let previous = kept.previous.as_deref();
                self.vouch_for_note(ledger, id, number, &kept.sha256, previous)
            }
        };
        Some(NoteRow { id, source, head: Ok(kept.head.clone()), verified })
    }

    /// Opens the newest acknowledged state of a note: the completed revision if there is one, else
    /// the draft.
    pub fn open(&self, id: NoteId) -> Result<OpenedNote, VaultError> {
        let ledger = self.current_ledger();
        let source = self.newest(id, &ledger)?.ok_or(VaultError::NoSuchNote(id))?;
        self.opened(id, source, &ledger)
    }

    /// Opens one completed revision of a note, counted from 1, however many came after it.
    pub fn open_revision(&self, id: NoteId, number: u32) -> Result<OpenedNote, VaultError> {
        if !self.revisions(id)?.contains(&number) {
            return Err(VaultError::NoSuchRevision(id, number));
        }
        self.opened(id, NoteSource::Revision(number), &self.current_ledger())
    }

    /// The completed revisions of a note, the oldest first; those too that the ledger names and
    /// the disk has not.
    pub fn revisions(&self, id: NoteId) -> Result<Vec<u32>, VaultError> {
        let files = self.files(id)?;
        let Ok(ledger) = self.current_ledger() else {
            return Ok(files.revisions.into_iter().collect());
        };
        let mut numbers: Vec<u32> = (1..=ledger.newest(id).unwrap_or(0)).collect();
        numbers.extend(self.unentered(id, &files, &ledger));
        if numbers.is_empty() && !files.draft {
            numbers.extend(files.revisions);
        }
        Ok(numbers)
    }

    /// The revisions that this vault signed and that the ledger neither names nor says to be in the
    /// writing: they show that somebody restored an older ledger. The oldest first.
    pub(crate) fn unentered(&self, id: NoteId, files: &NoteFiles, ledger: &Ledger) -> Vec<u32> {
        if ledger.is_first_format() {
            return Vec::new();
        }
        let newest = ledger.newest(id).unwrap_or(0);
        let is_unentered = |number: &u32| {
            let read = self.read(id, NoteSource::Revision(*number));
            read.is_ok_and(|read| ledger.pending_revision(id, *number) != Some(&*read.sha256))
        };
        files.revisions.range(newest + 1..).copied().filter(is_unentered).collect()
    }

    fn opened(
        &self,
        id: NoteId,
        source: NoteSource,
        ledger: &CurrentLedger,
    ) -> Result<OpenedNote, VaultError> {
        let read = self.read(id, source)?;
        let verified = self.vouch_for(ledger, id, source, &read);
        let StoredNote { head, body, .. } = read.document;
        Ok(OpenedNote { id, head, body, source, verified })
    }

    /// What lies in the vault's folder and is none of its files, from that folder on. It is left
    /// alone and never read.
    pub fn foreign_files(&self) -> Vec<PathBuf> {
        let ours = [
            layout::MANIFEST,
            layout::KEYS,
            layout::NOTES,
            layout::MEMBERS,
            layout::CATALOGUE,
            layout::TEXTS,
            layout::TRASH,
            layout::LEDGER,
            LOCK,
        ];
        let mut found = self.others(Path::new(""), |name| ours.contains(&name));
        for folder in [layout::KEYS, layout::TRASH].map(Path::new) {
            found.extend(self.others(folder, |name| layout::is_own_file(&folder.join(name))));
        }
        let notes = Path::new(layout::NOTES);
        let entries = self.store.list(&self.folder.join(notes)).unwrap_or_default();
        let (own, foreign): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| entry.is_folder && entry.name.parse::<NoteId>().is_ok());
        found.extend(foreign.into_iter().map(|entry| notes.join(entry.name)));
        for entry in own {
            found.extend(self.others(&notes.join(entry.name), layout::is_note_file));
        }
        found
    }

    /// Why the ledger cannot vouch for anything, as a sentence; `None` when it can.
    pub fn ledger_fault(&self) -> Option<String> {
        self.current_ledger().err().map(|error| error.to_string())
    }

    /// The notes that have a folder.
    pub(crate) fn note_ids(&self) -> Result<BTreeSet<NoteId>, VaultError> {
        let folder = self.folder.join(layout::NOTES);
        // Where it is missing, the ledger names what is.
        let names = or_empty(self.store.folders(&folder));
        let names = names.map_err(VaultError::disk("read", &folder))?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    fn others(&self, folder: &Path, ours: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let entries = self.store.list(&self.folder.join(folder)).unwrap_or_default().into_iter();
        let is_other = |name: &str| !ours(name) && !name.starts_with(durable::TEMPORARY);
        let others = entries.filter(|entry| is_other(&entry.name));
        others.map(|entry| folder.join(entry.name)).collect()
    }

    fn row(
        &self,
        id: NoteId,
        ledger: &CurrentLedger,
        catalogue: &mut CatalogueCache,
        now: i128,
    ) -> Option<NoteRow> {
        catalogue.forget(id);
        let damaged = |source, error: VaultError| NoteRow {
            id,
            source,
            head: Err(damage(id, source, &error)),
            verified: Verified::No(error.to_string()),
        };
        let source = match self.newest(id, ledger) {
            Ok(source) => source?,
            Err(error) => return Some(damaged(NoteSource::Draft, error)),
        };
        // Before reading: a file that is replaced meanwhile must not pass for the one read.
        let facts = self.store.facts(&self.folder.join(file_of(id, source)));
        Some(match self.read(id, source) {
            Ok(read) => {
                let verified = self.vouch_for(ledger, id, source, &read);
                let (head, previous) = (read.document.head, read.document.seal.previous);
                let saves = read.document.seal.saves;
                if let Ok(facts) = facts {
                    let kept =
                        CatalogueEntry { head: head.clone(), sha256: read.sha256, previous, saves };
                    catalogue.keep(id, source, &facts, now, kept);
                }
                NoteRow { id, source, head: Ok(head), verified }
            }
            Err(error) => damaged(source, error),
        })
    }

    /// What the ledger says, else what was being written: an unfinished completion still has its
    /// draft, and that is what was last acknowledged.
    pub(crate) fn newest(
        &self,
        id: NoteId,
        ledger: &CurrentLedger,
    ) -> Result<Option<NoteSource>, VaultError> {
        if ledger.as_ref().is_ok_and(|ledger| ledger.tombstone(id).is_some()) {
            return Ok(None);
        }
        let files = self.files(id)?;
        if let Ok(ledger) = ledger {
            let unentered = self.unentered(id, &files, ledger).pop();
            if let Some(number) = unentered.or(ledger.newest(id)) {
                return Ok(Some(NoteSource::Revision(number)));
            }
        }
        let revision = files.revisions.last().copied().map(NoteSource::Revision);
        let is_lost = || ledger.as_ref().is_ok_and(|ledger| self.is_lost(id, ledger));
        let draft = (files.draft || revision.is_none() && is_lost()).then_some(NoteSource::Draft);
        // Without a ledger a completed revision counts for more than a draft beside it.
        Ok(if ledger.is_err() { revision.or(draft) } else { draft.or(revision) })
    }

    /// Whether a draft that was written should be there, or in the trash, and is nowhere.
    pub(crate) fn is_lost(&self, id: NoteId, ledger: &Ledger) -> bool {
        let Some(entered) = ledger.draft(id) else { return false };
        let is_moved = ledger.pending.iter().any(|step| match step {
            Pending::Trash { note, second, .. } if *note == id => {
                !self.store.is_missing(&self.folder.join(layout::trash_file(id, *second)))
            }
            _ => false,
        });
        !is_moved && entered.max(self.seen.draft(id).unwrap_or(0)) > 0
    }

    pub(crate) fn files(&self, id: NoteId) -> Result<NoteFiles, VaultError> {
        let folder = layout::note_folder(id);
        let entries = or_empty(self.store.list(&self.folder.join(&folder)));
        let entries = entries.map_err(|error| VaultError::unread(folder, error))?;
        let mut files = NoteFiles::default();
        for entry in entries {
            if entry.name == layout::DRAFT {
                files.draft = true;
            } else if let Some(number) = layout::revision_number(&entry.name) {
                files.revisions.insert(number);
            } else if let Some(number) = layout::members_number(&entry.name) {
                files.members.insert(number);
            }
        }
        Ok(files)
    }

    /// The ledger as it is now: a reading window looks again, because another one writes.
    pub(crate) fn current_ledger(&self) -> CurrentLedger {
        match self.writer {
            Writer::Us { .. } => self.ledger.read().unwrap_or_else(PoisonError::into_inner).clone(),
            Writer::Elsewhere { .. } => {
                unlock::read_ledger(self.store.as_ref(), &self.folder, &self.keys).map(Arc::new)
            }
        }
    }

    /// One answer of the ledger as it is now.
    pub(crate) fn ask_ledger<T>(&self, ask: impl FnOnce(&Ledger) -> T) -> Result<T, LedgerError> {
        self.current_ledger().map(|ledger| ask(&ledger))
    }
}

fn damage(id: NoteId, source: NoteSource, error: &VaultError) -> Damage {
    let file = match error {
        VaultError::Damaged { file, .. } | VaultError::Unread { file, .. } => file.clone(),
        _ => file_of(id, source),
    };
    Damage { file, why: error.failure(), advice: error.advice() }
}
