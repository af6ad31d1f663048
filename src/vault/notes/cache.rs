//! What was read from the newest file of every note, kept sealed so that the next look is quick.
//!
//! A cache may be deleted at any time and is rebuilt. It is believed only as long as the file it
//! was read from is the same one: same number on the disk, same size, same time. A file that was
//! written a moment ago is read again, because two writings can fall into one tick of the clock.
//! Opening a note never asks a cache, and neither does `verify`.

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::note::{NoteHead, NoteId, NoteSource};
use crate::vault::{
    Vault,
    keys::{
        secret_keys::Keys,
        signed_text::{self, Kind},
    },
    storage::{
        durable::{self, Existing},
        layout,
        store::{Facts, Store},
    },
};

/// Bytes the cache may have.
const MAX_CACHE_BYTES: u64 = 1 << 30;
/// Nanoseconds: a file younger than this may still change without showing it, and is read again.
pub(super) const SETTLED_AFTER: i128 = 2_000_000_000;
/// So many changes are worth writing the cache again.
const WORTH_WRITING: usize = 64;
/// Changes whenever what is kept of a note would look different.
const VERSION: u32 = 3;
const HEADING: &str = "# caseclinic cache catalogue.age\n";

/// What was kept, by note.
#[derive(Default)]
pub(crate) struct CatalogueCache {
    entries: BTreeMap<NoteId, CacheEntry>,
    changes: usize,
}

#[derive(Serialize, Deserialize)]
struct CacheEntry {
    /// 0 for the draft.
    revision: u32,
    number: u64,
    bytes: u64,
    modified: i64,
    value: CatalogueEntry,
}

/// What a list needs of a note.
#[derive(Serialize, Deserialize)]
pub(super) struct CatalogueEntry {
    pub(super) head: NoteHead,
    pub(super) sha256: String,
    pub(super) previous: Option<String>,
    /// How often the draft had been saved.
    pub(super) saves: u64,
}

#[derive(Serialize, Deserialize)]
struct CacheDocument<E> {
    version: u32,
    vault: String,
    entries: E,
}

impl Vault {
    /// Puts a cache in its place, unless a note that it tells of was erased since it was read: that
    /// is decided while nothing else is written. A cache that cannot be written costs time only.
    pub(crate) fn put_cache(
        &self,
        file: &str,
        sealed: &[u8],
        notes: impl IntoIterator<Item = NoteId>,
    ) {
        let no_note_erased = || {
            let lock = self.lock_for_writing();
            // Without a ledger nothing is erased.
            let is_erased = self.ask_ledger(|ledger| {
                notes.into_iter().any(|note| ledger.tombstone(note).is_some())
            });
            if is_erased == Ok(true) {
                return Err(io::Error::other("a note was erased meanwhile"));
            }
            Ok(lock)
        };
        let (store, path) = (self.store.as_ref(), self.folder.join(file));
        let _ = durable::put_if(store, &path, sealed, Existing::Replace, no_note_erased);
    }
}

impl CatalogueCache {
    /// The one on the disk, or an empty one.
    pub(super) fn load(store: &dyn Store, place: &Path, keys: &Keys) -> Self {
        let read = || {
            let sealed = store.read(&place.join(layout::CATALOGUE), MAX_CACHE_BYTES).ok()?;
            let plain = keys.open(&sealed).ok()?;
            let text = signed_text::verified(Kind::Catalogue, &plain, keys.verifying_key())?;
            let line = text.strip_prefix(HEADING)?.lines().next()?;
            let document: CacheDocument<BTreeMap<NoteId, CacheEntry>> =
                serde_json::from_str(line).ok()?;
            (document.version == VERSION && document.vault == keys.vault)
                .then_some(document.entries)
        };
        Self { entries: read().unwrap_or_default(), changes: 0 }
    }

    /// Which file of the note was read, if any.
    pub(super) fn source(&self, id: NoteId) -> Option<NoteSource> {
        self.entries.get(&id).map(|entry| match entry.revision {
            0 => NoteSource::Draft,
            number => NoteSource::Revision(number),
        })
    }

    /// What was read from this very file.
    pub(super) fn get(
        &self,
        id: NoteId,
        source: NoteSource,
        facts: &Facts,
    ) -> Option<&CatalogueEntry> {
        let entry = self.entries.get(&id)?;
        let same = entry.revision == source.revision().unwrap_or(0)
            && entry.number == facts.number
            && entry.bytes == facts.bytes
            && i128::from(entry.modified) == facts.modified;
        same.then_some(&entry.value)
    }

    /// Keeps what was read from a file, if the file is old enough to be known again.
    pub(super) fn keep(
        &mut self,
        id: NoteId,
        source: NoteSource,
        facts: &Facts,
        now: i128,
        value: CatalogueEntry,
    ) {
        let Ok(modified) = i64::try_from(facts.modified) else { return };
        if now - facts.modified < SETTLED_AFTER {
            return self.forget(id);
        }
        let entry = CacheEntry {
            revision: source.revision().unwrap_or(0),
            number: facts.number,
            bytes: facts.bytes,
            modified,
            value,
        };
        self.entries.insert(id, entry);
        self.changes += 1;
    }

    /// Forgets a note.
    pub(super) fn forget(&mut self, id: NoteId) {
        self.changes += usize::from(self.entries.remove(&id).is_some());
    }

    /// Forgets notes that are not there any more.
    pub(super) fn retain(&mut self, is_there: impl Fn(NoteId) -> bool) {
        let before = self.entries.len();
        self.entries.retain(|id, _| is_there(*id));
        self.changes += before - self.entries.len();
    }

    /// What is to be written if enough changed, sealed, and the notes it tells of.
    pub(super) fn settle(&mut self, vault: &Vault) -> Option<(Vec<u8>, Vec<NoteId>)> {
        if self.changes < WORTH_WRITING || vault.may_write().is_err() {
            return None;
        }
        self.changes = 0;
        Some((self.sealed(vault)?, self.entries.keys().copied().collect()))
    }

    fn sealed(&self, vault: &Vault) -> Option<Vec<u8>> {
        let document = CacheDocument {
            version: VERSION,
            vault: vault.keys.vault.clone(),
            entries: &self.entries,
        };
        // Room for everything at once: a growing buffer would leave unwiped copies behind.
        let mut counter = ByteCounter::default();
        serde_json::to_writer(&mut counter, &document).ok()?;
        let mut text = Zeroizing::new(Vec::with_capacity(counter.bytes + 128));
        text.extend_from_slice(HEADING.as_bytes());
        serde_json::to_writer(&mut *text, &document).ok()?;
        text.push(b'\n');
        let plain = vault.keys.sign(Kind::Catalogue, std::str::from_utf8(&text).ok()?).ok()?;
        vault.sealed_to_vault(&plain).ok()
    }
}

/// Counts what would be written.
#[derive(Default)]
struct ByteCounter {
    bytes: usize,
}

impl io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
