//! The cache of a large pack: its entries as they were read, in one file beside the pack.
//!
//! An entry is taken from the cache while the system reports its file as unchanged. The cache holds
//! only entries without problems, and none whose file was changed so shortly before that a further
//! change might not show. A cache that is damaged, missing or of another version is rebuilt; if it
//! cannot be written, the entries are read from their files each time.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Entry;

/// The version of the format, and of the program. The first rises with every change of the bytes.
const VERSION: (u32, &str) = (2, env!("CARGO_PKG_VERSION"));
const CHECKSUM_BYTES: usize = 32;
/// File systems may record times no more exactly than this.
const MIN_FILE_AGE: Duration = Duration::from_secs(2);
/// The cache is written again when more than one in so many entries had to be read.
const ENTRIES_PER_REWRITE: usize = 16;

/// What the system reports about a file. It changes with every change of the text.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    inode: u64,
    bytes: u64,
    /// Seconds and nanoseconds, of the text and of anything about the file.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self {
            inode: about.ino(),
            bytes: about.size(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }
}

/// An entry with its file; `E` is `&Entry` when it is written and [`Entry`] when it is read.
#[derive(Serialize, Deserialize)]
struct CachedEntry<'c, E> {
    /// The name of the file without `.md`.
    name: &'c str,
    stamp: Stamp,
    /// The hash of its text.
    hash: &'c str,
    entry: E,
}

/// The bytes of a cache; none if it is not a file or cannot be read.
pub(crate) fn read_cache(path: &Path) -> Vec<u8> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|about| about.is_file());
    if is_file { fs::read(path).unwrap_or_default() } else { Vec::new() }
}

/// The entries in a cache, by the names of their files.
#[derive(Default)]
pub(crate) struct PackCache<'c> {
    entries: HashMap<&'c str, CachedEntry<'c, Entry>>,
}

impl<'c> PackCache<'c> {
    /// Reads the bytes of a cache. Bytes that are damaged or of another version are an empty cache.
    pub(crate) fn read(bytes: &'c [u8]) -> Self {
        let Some((checksum, bytes)) = bytes.split_at_checked(CHECKSUM_BYTES) else {
            return Self::default();
        };
        if Sha256::digest(bytes).as_slice() != checksum {
            return Self::default();
        }
        // The version comes first: entries of another one may have other fields.
        let Ok((version, bytes)) = postcard::take_from_bytes::<(u32, &str)>(bytes) else {
            return Self::default();
        };
        if version != VERSION {
            return Self::default();
        }
        let entries: Vec<CachedEntry<'c, Entry>> = postcard::from_bytes(bytes).unwrap_or_default();
        Self { entries: entries.into_iter().map(|cached| (cached.name, cached)).collect() }
    }

    /// Takes the hash and the entry of the file `name`, if the file has not changed since.
    pub(crate) fn take(&mut self, name: &str, stamp: Option<Stamp>) -> Option<(String, Entry)> {
        let cached = self.entries.remove(name.strip_suffix(".md")?)?;
        (Some(cached.stamp) == stamp).then(|| (cached.hash.to_owned(), cached.entry))
    }
}

/// Collects what the cache of a pack will hold while the pack is being read.
pub(crate) struct PackCacheWriter {
    began: SystemTime,
    /// By id.
    stamps: HashMap<String, (Stamp, String)>,
    /// How many entries the old cache did not have.
    fresh: usize,
}

impl PackCacheWriter {
    pub(crate) fn new() -> Self {
        Self { began: SystemTime::now(), stamps: HashMap::new(), fresh: 0 }
    }

    /// Keeps an entry of the old cache.
    pub(crate) fn keep(&mut self, id: String, stamp: Option<Stamp>, hash: String) {
        self.stamps.extend(stamp.map(|stamp| (id, (stamp, hash))));
    }

    /// Adds an entry that was read from its file. `stamp` was taken before it was read.
    pub(crate) fn add(&mut self, id: String, stamp: Option<Stamp>, hash: String) {
        let until = self.began.duration_since(UNIX_EPOCH).unwrap_or_default();
        let until = until.saturating_sub(MIN_FILE_AGE).as_secs() as i64;
        let stamp = stamp.filter(|stamp| stamp.modified.0.max(stamp.changed.0) < until);
        self.fresh += usize::from(stamp.is_some());
        self.keep(id, stamp, hash);
    }

    /// Writes the cache, if enough of `entries` are new. A cache that cannot be written is left out.
    pub(crate) fn write(self, path: &Path, entries: &[Entry]) {
        if self.fresh * ENTRIES_PER_REWRITE <= entries.len() {
            return;
        }
        let cached = entries.iter().filter_map(|entry| {
            let (stamp, hash) = self.stamps.get(&entry.id)?;
            Some(CachedEntry { name: &entry.id, stamp: *stamp, hash, entry })
        });
        let whole = (VERSION, cached.collect::<Vec<_>>());
        let Ok(content) = postcard::to_allocvec(&whole) else { return };
        // Should the file stay, the next installation of a pack removes it by its name.
        let temporary = path.with_file_name(format!(".aside-{}", uuid::Uuid::new_v4()));
        let mut bytes = Sha256::digest(&content).to_vec();
        bytes.extend(content);
        if fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path)).is_err() {
            let _ = fs::remove_file(&temporary);
        }
    }
}
