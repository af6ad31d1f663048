//! What was read from the newest file of every note, kept sealed so that the next look is quick.
//!
//! A cache may be deleted at any time and is rebuilt. It is believed only as long as the file it
//! was read from is the same one: same number on the disk, same size, same time. A file that was
//! written a moment ago is read again, because two writings can fall into one tick of the clock.
//! Opening a note never asks a cache, and neither does `verify`.

use std::{collections::BTreeMap, io, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::note::{NoteId, NoteSource};
use crate::vault::{
    Vault,
    keys::{
        secret_keys::Keys,
        signed_text::{self, Kind},
    },
    storage::{
        durable::{self, Existing},
        store::{Facts, Store},
    },
};

/// Bytes a cache may have.
const MAX_CACHE_BYTES: u64 = 1 << 30;
/// A file younger than this is read again.
const SETTLED_AFTER: i128 = 2_000_000_000;
/// So many changes are worth writing the cache again.
const WORTH_WRITING: usize = 64;

/// What was kept, by note.
pub(crate) struct Cache<T> {
    /// File name and version: a cache of another version is not read.
    file: &'static str,
    version: u32,
    entries: BTreeMap<NoteId, CacheEntry<T>>,
    changes: usize,
}

#[derive(Serialize, Deserialize)]
struct CacheEntry<T> {
    /// 0 for the draft.
    revision: u32,
    number: u64,
    bytes: u64,
    modified: i64,
    value: T,
}

#[derive(Serialize, Deserialize)]
struct CacheDocument<E> {
    version: u32,
    vault: String,
    entries: E,
}

fn revision(source: NoteSource) -> u32 {
    match source {
        NoteSource::Draft => 0,
        NoteSource::Revision(number) => number,
    }
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

impl<T: Serialize + DeserializeOwned> Cache<T> {
    /// An empty one.
    pub(crate) fn new(file: &'static str, version: u32) -> Self {
        Self { file, version, entries: BTreeMap::new(), changes: 0 }
    }

    /// The one on the disk, or an empty one.
    pub(crate) fn load(
        store: &dyn Store,
        place: &Path,
        keys: &Keys,
        file: &'static str,
        version: u32,
    ) -> Self {
        let mut cache = Self::new(file, version);
        let heading = cache.heading();
        let read = || {
            let sealed = store.read(&place.join(file), MAX_CACHE_BYTES).ok()?;
            let plain = keys.open(&sealed).ok()?;
            let text = signed_text::verified(Kind::Catalogue, &plain, keys.verifying_key())?;
            let line = text.strip_prefix(heading.as_str())?.lines().next()?;
            let document: CacheDocument<BTreeMap<NoteId, CacheEntry<T>>> =
                serde_json::from_str(line).ok()?;
            (document.version == version && document.vault == keys.vault)
                .then_some(document.entries)
        };
        cache.entries = read().unwrap_or_default();
        cache
    }

    /// Which file of the note was read, if any.
    pub(crate) fn source(&self, id: NoteId) -> Option<NoteSource> {
        self.entries.get(&id).map(|entry| match entry.revision {
            0 => NoteSource::Draft,
            number => NoteSource::Revision(number),
        })
    }

    /// What was read from this very file.
    pub(crate) fn get(&self, id: NoteId, source: NoteSource, facts: &Facts) -> Option<&T> {
        let entry = self.entries.get(&id)?;
        let same = entry.revision == revision(source)
            && entry.number == facts.number
            && entry.bytes == facts.bytes
            && i128::from(entry.modified) == facts.modified;
        same.then_some(&entry.value)
    }

    /// Keeps what was read from a file, if the file is old enough to be known again.
    pub(crate) fn keep(
        &mut self,
        id: NoteId,
        source: NoteSource,
        facts: &Facts,
        now: i128,
        value: T,
    ) {
        let Ok(modified) = i64::try_from(facts.modified) else { return };
        if now - facts.modified < SETTLED_AFTER {
            return self.forget(id);
        }
        let entry = CacheEntry {
            revision: revision(source),
            number: facts.number,
            bytes: facts.bytes,
            modified,
            value,
        };
        self.entries.insert(id, entry);
        self.changes += 1;
    }

    /// Forgets a note.
    pub(crate) fn forget(&mut self, id: NoteId) {
        self.changes += usize::from(self.entries.remove(&id).is_some());
    }

    /// Forgets notes that are not there any more.
    pub(crate) fn retain(&mut self, is_there: impl Fn(NoteId) -> bool) {
        let before = self.entries.len();
        self.entries.retain(|id, _| is_there(*id));
        self.changes += before - self.entries.len();
    }

    /// What is to be written if enough changed, sealed, and the notes it tells of.
    pub(crate) fn settle(&mut self, vault: &Vault) -> Option<(Vec<u8>, Vec<NoteId>)> {
        if self.changes < WORTH_WRITING || vault.may_write().is_err() {
            return None;
        }
        self.changes = 0;
        Some((self.sealed(vault)?, self.entries.keys().copied().collect()))
    }

    fn sealed(&self, vault: &Vault) -> Option<Vec<u8>> {
        let document = CacheDocument {
            version: self.version,
            vault: vault.keys.vault.clone(),
            entries: &self.entries,
        };
        // Room for everything at once: a growing buffer would leave unwiped copies behind.
        let mut counter = ByteCounter::default();
        serde_json::to_writer(&mut counter, &document).ok()?;
        let mut text = Zeroizing::new(Vec::with_capacity(counter.bytes + 128));
        text.extend_from_slice(self.heading().as_bytes());
        serde_json::to_writer(&mut *text, &document).ok()?;
        text.push(b'\n');
        let plain = vault.keys.sign(Kind::Catalogue, std::str::from_utf8(&text).ok()?).ok()?;
        vault.sealed_to_vault(&plain).ok()
    }

    fn heading(&self) -> String {
        format!("# caseclinic cache {}\n", self.file)
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
