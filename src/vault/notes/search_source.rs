//! What a search of the notes is fed from: which notes there are, a mark for each that changes with
//! its file, and their bodies. What whoever searches has made of them may be kept here, sealed, as a
//! cache that may be deleted at any time.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{
    cache::SETTLED_AFTER,
    note::{NoteHead, NoteId, NoteSource},
    note_file::file_of,
};
use crate::vault::{
    Vault,
    error::VaultError,
    keys::{
        sha256::sha256,
        signed_text::{self, Kind},
    },
    storage::{layout, store::Facts},
};

/// Bytes that may be kept.
const MAX_BYTES: u64 = 1 << 30;
/// The signed block at the beginning, in front of what is kept.
const BLOCK: usize = 4096;
const HEADING: &str = "# caseclinic cache texts.age\n";

/// How the ledger stood at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerMark(Facts);

/// A note in its newest state, without its words.
pub struct NoteStamp {
    /// Which note.
    pub id: NoteId,
    /// Where it is read from.
    pub source: NoteSource,
    /// Its head.
    pub head: NoteHead,
    /// The same exactly as long as the file is.
    pub stamp: String,
}

/// Redacted.
impl std::fmt::Debug for NoteStamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NoteStamp").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Vault {
    /// Every note that opens, newest state only.
    pub fn stamps(&self) -> Result<Vec<NoteStamp>, VaultError> {
        let now = Timestamp::now().as_nanosecond();
        let stamp = |row: crate::vault::NoteRow| {
            let (id, source, head) = (row.id, row.source, row.head.ok()?);
            let facts = self.store.facts_to_compare(&self.folder.join(file_of(id, source))).ok()?;
            let revision = source.revision().unwrap_or(0);
            let mut stamp =
                format!("{revision}-{}-{}-{}", facts.number, facts.bytes, facts.modified);
            if now - facts.modified < SETTLED_AFTER {
                stamp.push_str(&format!("-{now}"));
            }
            Some(NoteStamp { id, source, head, stamp })
        };
        Ok(self.list()?.into_iter().filter_map(stamp).collect())
    }

    /// The body of a note, if it opens and is what it should be.
    pub fn body(&self, id: NoteId, source: NoteSource) -> Option<Zeroizing<String>> {
        self.read(id, source).ok().map(|read| read.document.body)
    }

    /// What was kept under this version, if it is there and this vault's.
    pub fn kept_texts(&self, version: u32) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = self.store.read(&self.folder.join(layout::TEXTS), MAX_BYTES).ok()?;
        let mut plain = self.keys.open(&sealed).ok()?;
        let (block, kept) = plain.split_at_checked(BLOCK)?;
        let text = signed_text::verified(Kind::SearchIndex, block, self.keys.verifying_key())?;
        if !text.starts_with(&self.texts_heading(version, kept)) {
            return None;
        }
        plain.drain(..BLOCK);
        Some(plain)
    }

    /// A mark that changes whenever a note is completed or erased, by whomever.
    pub fn ledger_mark(&self) -> Option<LedgerMark> {
        self.store.facts(&self.folder.join(layout::LEDGER)).ok().map(LedgerMark)
    }

    /// Keeps what a search has made of these notes, sealed; not if one of them was erased since.
    /// What cannot be written costs time only.
    pub fn keep_texts(&self, version: u32, kept: &[u8], notes: &[NoteId]) {
        if self.may_write().is_err() {
            return;
        }
        let Ok(block) = self.keys.sign(Kind::SearchIndex, &self.texts_heading(version, kept))
        else {
            return;
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(block.len() + kept.len()));
        plain.extend_from_slice(&block);
        plain.extend_from_slice(kept);
        if let Ok(sealed) = self.sealed_to_vault(&plain) {
            self.put_cache(layout::TEXTS, &sealed, notes.iter().copied());
        }
    }

    fn texts_heading(&self, version: u32, kept: &[u8]) -> String {
        format!("{HEADING}# {} {version} {}\n", self.keys.vault, sha256(kept))
    }
}
