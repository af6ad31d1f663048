//! Writing a file so that a power cut cannot lose it.
//!
//! A new file is written beside the old, made durable, renamed over it, and the folder made
//! durable. An error means the old file is untouched or fully replaced, never in between. A file
//! whose `fsync` failed is thrown away and never tried again: the system may have forgotten the
//! bytes, so a caller that tries again brings all of them and gets a new file.

use std::{io, path::Path};

use rand::{RngCore, rngs::OsRng};

use super::store::Store;

/// The beginning of every temporary name; what carries it is nobody's work and may be removed.
pub(crate) const TEMPORARY: &str = ".tmp-";

/// What may happen to a file that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It is replaced.
    Replace,
    /// It stays, and putting fails.
    Keep,
}

/// Puts `bytes` at `target`, durably.
pub(crate) fn put(
    store: &dyn Store,
    target: &Path,
    bytes: &[u8],
    existing: Existing,
) -> io::Result<()> {
    put_if(store, target, bytes, existing, || Ok(()))
}

/// As [`put`], asking after the writing and before the name is given. What the answer holds is held
/// until everything is done.
pub(crate) fn put_if<T>(
    store: &dyn Store,
    target: &Path,
    bytes: &[u8],
    existing: Existing,
    may: impl FnOnce() -> io::Result<T>,
) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let beside = folder.join(random_name(TEMPORARY));
    let placed = write_new(store, &beside, bytes).and_then(|()| may()).and_then(|held| {
        match existing {
            Existing::Replace => store.rename(&beside, target),
            Existing::Keep => store.rename_new(&beside, target),
        }
        .map(|()| held)
    });
    match placed {
        Ok(_held) => store.sync_folder(folder),
        Err(error) => {
            // Only tidying: the error that counts is already known.
            let _ = store.remove_file(&beside);
            Err(error)
        }
    }
}

/// Writes a new file, and waits until it is on the disk.
pub(crate) fn write_new(store: &dyn Store, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = store.create_new(path)?;
    store.write_all(&mut file, bytes)?;
    store.sync_file(&file)
}

/// A name nobody can guess or meet twice.
pub(crate) fn random_name(prefix: &str) -> String {
    format!("{prefix}{:016x}", OsRng.next_u64())
}

/// Removes temporaries that a crash left in `folder`. Only for the one who holds the lock.
pub(crate) fn sweep(store: &dyn Store, folder: &Path) {
    for entry in store.list(folder).unwrap_or_default() {
        if !entry.is_folder && entry.name.starts_with(TEMPORARY) {
            // A leftover that stays does no harm: it is sealed and never read.
            let _ = store.remove_file(&folder.join(entry.name));
        }
    }
}
