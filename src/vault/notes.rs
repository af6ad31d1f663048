//! Reading notes: the list, and one note at a time.
//!
//! A damaged note never stops the others, and its text is never shown: what does not open, carries
//! no signature of this vault, or lies in another's place is named instead.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::PoisonError,
};

use zeroize::Zeroizing;

use super::{
    Vault,
    document::{self, Document, LARGEST_NOTE},
    error::VaultError,
    layout,
    ledger::{self, LEDGER, Ledger},
    lock::{LOCK, Writer},
    note::{Damage, NoteId, NoteRow, NoteSource, OpenedNote, Verified},
    seal::{self, NotOpened},
    signed, unlock,
};

/// Bytes a sealed note may have: the largest note in its worst spelling, and the seal.
pub(super) const LARGEST_FILE: u64 = (LARGEST_NOTE as u64) * 7 + (1 << 20);

/// The files of one note.
#[derive(Debug, Default)]
pub(super) struct NoteFiles {
    pub(super) draft: bool,
    pub(super) revisions: BTreeSet<u32>,
}

/// A document together with the hash of the plaintext it stood in.
pub(super) struct Read {
    pub(super) document: Document,
    pub(super) sha256: String,
}

/// Why a file is not the note it should be.
#[derive(Debug)]
pub(super) enum Fault {
    Missing,
    Unreadable(io::Error),
    NotOpened(NotOpened),
    NotSigned,
    NoNote,
    /// It is this one, put in another's place.
    Elsewhere(NoteId, NoteSource),
}

impl Fault {
    /// The end of a sentence that begins with the file's name.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Missing => "is missing, though the ledger names it".to_owned(),
            Self::Unreadable(error) => format!("cannot be read: {error}"),
            Self::NotOpened(error) => error.why().to_owned(),
            Self::NotSigned => "was not signed by this vault".to_owned(),
            Self::NoNote => "is signed, but is no note".to_owned(),
            Self::Elsewhere(note, source) => {
                let file = file_of(*note, *source);
                format!("is another file put in this place: {}", file.display())
            }
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Unreadable(error),
        }
    }
}

impl From<NotOpened> for Fault {
    fn from(error: NotOpened) -> Self {
        Self::NotOpened(error)
    }
}

impl Vault {
    /// Every note, the damaged ones too, in the order of their ids. A revision that the ledger
    /// names and the disk has not is a damaged row.
    pub fn list(&self) -> Result<Vec<NoteRow>, VaultError> {
        let ledger = self.current_ledger();
        let mut ids = self.note_ids()?;
        if let Ok(ledger) = &ledger {
            ids.extend(ledger.notes());
        }
        Ok(ids.into_iter().filter_map(|id| self.row(id, &ledger)).collect())
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
            return Err(VaultError::NoSuchRevision { note: id, number });
        }
        self.opened(id, NoteSource::Revision(number), &self.current_ledger())
    }

    /// The completed revisions of a note, the oldest first; those too that the ledger names and
    /// the disk has not.
    pub fn revisions(&self, id: NoteId) -> Result<Vec<u32>, VaultError> {
        let mut numbers = self.files(id)?.revisions;
        if let Ok(ledger) = self.current_ledger() {
            // A file beyond the ledger was never acknowledged while the ledger names others.
            match ledger.newest(id) {
                Some(newest) => numbers = (1..=newest).collect(),
                None if self.files(id)?.draft => numbers.clear(),
                None => {}
            }
        }
        Ok(numbers.into_iter().collect())
    }

    fn opened(
        &self,
        id: NoteId,
        source: NoteSource,
        ledger: &Result<Ledger, String>,
    ) -> Result<OpenedNote, VaultError> {
        let read = self.read(id, source)?;
        let verified = vouch(ledger, id, source, &read);
        let Document { head, body, .. } = read.document;
        Ok(OpenedNote { id, head, body, source, verified })
    }

    /// What lies in the vault's folder and is none of its files, from that folder on. It is left
    /// alone and never read.
    pub fn foreign_files(&self) -> Vec<PathBuf> {
        let ours = [layout::MANIFEST, layout::KEYS, layout::NOTES, LEDGER, LOCK];
        let mut found = self.others(Path::new(""), |name| ours.contains(&name));
        let keys = Path::new(layout::KEYS);
        found.extend(self.others(keys, |name| {
            keys.join(name) == Path::new(layout::IDENTITY)
                || keys.join(name) == Path::new(layout::RECOVERY)
        }));
        let notes = Path::new(layout::NOTES);
        found.extend(self.others(notes, |name| name.parse::<NoteId>().is_ok()));
        for entry in self.store.list(&self.place.join(notes)).unwrap_or_default() {
            if entry.is_folder && entry.name.parse::<NoteId>().is_ok() {
                found.extend(self.others(&notes.join(entry.name), |name| {
                    name == layout::DRAFT || layout::revision_number(name).is_some()
                }));
            }
        }
        found
    }

    /// Why the ledger cannot vouch for anything, as a sentence; `None` when it can.
    pub fn ledger_fault(&self) -> Option<String> {
        self.current_ledger().err()
    }

    /// The notes that have a folder.
    pub(super) fn note_ids(&self) -> Result<BTreeSet<NoteId>, VaultError> {
        let folder = self.place.join(layout::NOTES);
        let entries = match self.store.list(&folder) {
            Ok(entries) => entries,
            // Then the ledger names what is missing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(VaultError::disk("read", &folder)(error)),
        };
        let folders = entries.iter().filter(|entry| entry.is_folder);
        Ok(folders.filter_map(|entry| entry.name.parse().ok()).collect())
    }

    fn others(&self, folder: &Path, ours: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let entries = self.store.list(&self.place.join(folder)).unwrap_or_default();
        entries
            .into_iter()
            .filter(|entry| {
                !ours(&entry.name) && !entry.name.starts_with(super::durable::TEMPORARY)
            })
            .map(|entry| folder.join(entry.name))
            .collect()
    }

    fn row(&self, id: NoteId, ledger: &Result<Ledger, String>) -> Option<NoteRow> {
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
        Some(match self.read(id, source) {
            Ok(read) => {
                let verified = vouch(ledger, id, source, &read);
                NoteRow { id, source, head: Ok(read.document.head), verified }
            }
            Err(error) => damaged(source, error),
        })
    }

    /// What the ledger says, else what was being written: an unfinished completion still has its
    /// draft, and that is what was last acknowledged.
    fn newest(
        &self,
        id: NoteId,
        ledger: &Result<Ledger, String>,
    ) -> Result<Option<NoteSource>, VaultError> {
        if let Some(number) = ledger.as_ref().ok().and_then(|ledger| ledger.newest(id)) {
            return Ok(Some(NoteSource::Revision(number)));
        }
        let files = self.files(id)?;
        let revision = files.revisions.last().copied().map(NoteSource::Revision);
        let draft = files.draft.then_some(NoteSource::Draft);
        // Without a ledger a completed revision counts for more than a draft beside it.
        Ok(if ledger.is_err() { revision.or(draft) } else { draft.or(revision) })
    }

    pub(super) fn files(&self, id: NoteId) -> Result<NoteFiles, VaultError> {
        let folder = layout::note_folder(id);
        let entries = match self.store.list(&self.place.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                return Err(VaultError::damaged(folder, format!("cannot be read: {error}")));
            }
        };
        let mut files = NoteFiles::default();
        for entry in entries {
            if entry.name == layout::DRAFT {
                files.draft = true;
            } else if let Some(number) = layout::revision_number(&entry.name) {
                files.revisions.insert(number);
            }
        }
        Ok(files)
    }

    pub(super) fn read(&self, id: NoteId, source: NoteSource) -> Result<Read, VaultError> {
        let file = file_of(id, source);
        self.read_at(&file, id, source).map_err(|fault| VaultError::damaged(&file, fault.why()))
    }

    /// Reads a note from wherever its file lies, as what it should be.
    pub(super) fn read_at(
        &self,
        file: &Path,
        id: NoteId,
        source: NoteSource,
    ) -> Result<Read, Fault> {
        let sealed = self.store.read(&self.place.join(file), LARGEST_FILE)?;
        let plain: Zeroizing<Vec<u8>> = seal::open_with(&self.keys.identity, &sealed)?;
        let text =
            signed::verified(&plain, &self.keys.signing.verifying_key()).ok_or(Fault::NotSigned)?;
        let document = document::read(text).ok_or(Fault::NoNote)?;
        if !document.seal.belongs(&self.keys.vault, id, source) {
            return Err(Fault::Elsewhere(document.seal.note, document.seal.source()));
        }
        Ok(Read { document, sha256: ledger::sha256(&plain) })
    }

    /// The ledger as it is now: a reading window looks again, because another one writes.
    pub(super) fn current_ledger(&self) -> Result<Ledger, String> {
        match self.writer {
            Writer::Us { .. } => self.ledger.read().unwrap_or_else(PoisonError::into_inner).clone(),
            Writer::Elsewhere { .. } => {
                unlock::read_ledger(self.store.as_ref(), &self.place, &self.keys)
            }
        }
    }
}

pub(super) fn file_of(id: NoteId, source: NoteSource) -> PathBuf {
    match source {
        NoteSource::Draft => layout::draft_file(id),
        NoteSource::Revision(number) => layout::revision_file(id, number),
    }
}

pub(super) fn vouch(
    ledger: &Result<Ledger, String>,
    id: NoteId,
    source: NoteSource,
    read: &Read,
) -> Verified {
    let NoteSource::Revision(number) = source else { return Verified::Yes };
    let before = |ledger: &Ledger| ledger.sha256(id, number - 1).map(str::to_owned);
    let why: Cow<'_, str> = match ledger.as_ref().map(|ledger| ledger.sha256(id, number)) {
        Ok(Some(known)) if known == read.sha256 => {
            if ledger.as_ref().is_ok_and(|ledger| before(ledger) == read.document.seal.previous) {
                return Verified::Yes;
            }
            "It does not follow the revision before it.".into()
        }
        Ok(Some(_)) => "This is not the revision that was locked: its content differs.".into(),
        Ok(None) => "The ledger does not know this revision.".into(),
        Err(why) => format!("The ledger cannot vouch for it: {why}.").into(),
    };
    Verified::No(why.into_owned())
}

fn damage(id: NoteId, source: NoteSource, error: &VaultError) -> Damage {
    let file = match error {
        VaultError::Damaged { file, .. } => file.clone(),
        _ => file_of(id, source),
    };
    Damage { file, why: error.to_string(), advice: error.advice() }
}
