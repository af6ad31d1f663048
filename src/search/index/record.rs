//! What a part of the index knows of its entries: by which content each was indexed, how many
//! sections and words it has.
//!
//! So an entry that did not change is known again without reading it, and the statistics of those
//! that are still in the library are exact, whatever else the part holds.

use sha2::{Digest, Sha256};

use super::FIELDS;
use crate::knowledge::Entry;

/// Bytes of a record in its file.
const SIZE: usize = 16 + 4 + 4 * FIELDS;
const CHECKSUM: usize = 32;

/// What an entry was indexed as: the same for two entries exactly if id and text are, and the
/// program that read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ContentKey([u8; 16]);

impl ContentKey {
    pub(super) fn of(entry: &Entry) -> Self {
        let mut hash = Sha256::new();
        for text in [env!("CARGO_PKG_VERSION"), &entry.id, &entry.version] {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        Self(first_half(&hash.finalize()))
    }

    /// One name for several in a row, of 32 hexadecimal digits.
    pub(super) fn name_of(keys: impl Iterator<Item = Self>) -> String {
        let mut hash = Sha256::new();
        keys.for_each(|key| hash.update(key.0));
        first_half(&hash.finalize()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn first_half(hash: &[u8]) -> [u8; 16] {
    std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}

/// One entry of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntryRecord {
    pub(super) key: ContentKey,
    pub(super) sections: u32,
    /// Words of each searched field in all of its sections.
    pub(super) words: [u32; FIELDS],
}

/// As they are kept in a file.
pub(super) fn written(records: &[EntryRecord]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(records.len() * SIZE + CHECKSUM);
    for record in records {
        bytes.extend(record.key.0);
        for number in std::iter::once(&record.sections).chain(&record.words) {
            bytes.extend(number.to_le_bytes());
        }
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend(checksum);
    bytes
}

/// The records in a file; nothing if it is not as it was written.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<EntryRecord>> {
    let (records, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
    if Sha256::digest(records).as_slice() != checksum || records.len() % SIZE != 0 {
        return None;
    }
    let number = |bytes: &[u8], at: usize| {
        let bytes = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        u32::from_le_bytes(bytes.unwrap_or_default())
    };
    let record = |bytes: &[u8]| EntryRecord {
        key: ContentKey(first_half(bytes)),
        sections: number(bytes, 16),
        words: std::array::from_fn(|field| number(bytes, 20 + 4 * field)),
    };
    Some(records.chunks_exact(SIZE).map(record).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::sample_library;

    #[test]
    fn records_are_read_as_they_were_written_or_not_at_all() {
        let library = sample_library();
        let key = ContentKey::of(&library.entries()[0]);
        let records = [1, 7].map(|sections| EntryRecord {
            key,
            sections,
            words: [sections, 2, 3, 4, 70_000],
        });
        let bytes = written(&records);
        assert_eq!(read(&bytes).as_deref(), Some(records.as_slice()));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged), None);
            assert_eq!(read(&bytes[..at]), None);
        }
        assert_eq!(read(&written(&[])), Some(Vec::new()));
    }
}
