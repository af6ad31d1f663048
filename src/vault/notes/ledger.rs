//! The ledger: which revisions were locked, and with what content.
//!
//! One sealed, signed TOML document naming note, revision and the SHA-256 of its plaintext
//! (`age -d -i key.txt notes/…/0001.age | sha256sum`). With it a missing, swapped or rolled-back
//! revision is named instead of passing for the truth.

use std::{collections::BTreeMap, fmt::Write as _, io};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::note::NoteId;
use crate::vault::keys::{secret_keys::Keys, signed_text};

/// What was said of how long a note is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// The class of the organisation's retention schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// When somebody decides whether it is still needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Date>,
    /// While there is one, the note cannot be erased, nor its draft discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

/// A reason why a note must be kept, such as an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// What is left of an erased note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Which note: its random id, and nothing of the case.
    pub note: NoteId,
    /// When it was erased.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Completed revisions it had.
    pub revisions: u32,
}

/// What was locked so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    revisions: BTreeMap<NoteId, BTreeMap<u32, String>>,
    /// The list of members is at least as new as this; an older one was put back.
    pub(crate) members: u64,
    /// When it was made anew from the revisions, because the one before was lost.
    pub(crate) rebuilt: Option<Timestamp>,
    erased: BTreeMap<NoteId, Tombstone>,
    retention: BTreeMap<NoteId, Retention>,
}

#[derive(Serialize, Deserialize)]
struct LedgerDocument {
    seal: LedgerSeal,
    #[serde(default, rename = "revision")]
    revisions: Vec<RevisionLine>,
    #[serde(default)]
    erased: Vec<Tombstone>,
    #[serde(default, rename = "kept")]
    retention: Vec<RetentionLine>,
}

#[derive(Serialize, Deserialize)]
struct RetentionLine {
    note: NoteId,
    #[serde(flatten)]
    retention: Retention,
}

#[derive(Serialize, Deserialize)]
struct LedgerSeal {
    format: u32,
    vault: String,
    #[serde(default)]
    members: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rebuilt: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct RevisionLine {
    note: NoteId,
    number: u32,
    sha256: String,
}

impl Ledger {
    /// An empty one, which knows how new the list of members is.
    pub(crate) fn with_members(members: u64) -> Self {
        Self { members, ..Self::default() }
    }

    /// An empty one in place of one that was lost. Nobody can tell any more which list of members
    /// is the newest, and whoever was removed could put an older one back: it asks for a list that
    /// nobody has yet, with the second of its making for a number, which no count of changes
    /// reaches. Until somebody writes one, members get nothing.
    pub(crate) fn rebuilt(at: Timestamp) -> Self {
        Self { members: number_of(at), rebuilt: Some(at), ..Self::default() }
    }

    /// Whether no list of members was written since the ledger before was lost.
    pub(crate) fn awaits_members(&self) -> bool {
        self.rebuilt.is_some_and(|at| self.members == number_of(at))
    }

    /// Writes down a locked revision.
    pub(crate) fn enter(&mut self, note: NoteId, number: u32, sha256: String) {
        self.revisions.entry(note).or_default().insert(number, sha256);
    }

    /// Forgets a note and remembers that it was erased.
    pub(crate) fn erase(&mut self, stone: Tombstone) {
        self.revisions.remove(&stone.note);
        self.retention.remove(&stone.note);
        self.erased.insert(stone.note, stone);
    }

    /// Takes over which notes are erased and how long the others are kept, which their files do not
    /// say.
    pub(crate) fn remember(&mut self, earlier: &Self) {
        for (note, retention) in earlier.retentions() {
            self.retain(note, retention.clone());
        }
        for stone in earlier.tombstones() {
            self.erase(stone.clone());
        }
    }

    /// What is left of an erased note.
    pub(crate) fn tombstone(&self, note: NoteId) -> Option<&Tombstone> {
        self.erased.get(&note)
    }

    /// All that is left of erased notes.
    pub(crate) fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.erased.values()
    }

    /// How long a note is kept, if that was said.
    pub(crate) fn retention(&self, note: NoteId) -> Option<&Retention> {
        self.retention.get(&note)
    }

    /// Everything that was said of how long notes are kept.
    pub(crate) fn retentions(&self) -> impl Iterator<Item = (NoteId, &Retention)> {
        self.retention.iter().map(|(note, retention)| (*note, retention))
    }

    /// Says how long a note is kept.
    pub(crate) fn retain(&mut self, note: NoteId, retention: Retention) {
        if retention == Retention::default() {
            self.retention.remove(&note);
        } else {
            self.retention.insert(note, retention);
        }
    }

    /// The newest locked revision of a note.
    pub(crate) fn newest(&self, note: NoteId) -> Option<u32> {
        self.revisions.get(&note)?.last_key_value().map(|(number, _)| *number)
    }

    /// The content a revision was locked with.
    pub(crate) fn sha256(&self, note: NoteId, number: u32) -> Option<&str> {
        self.revisions.get(&note)?.get(&number).map(String::as_str)
    }

    /// Every note with a locked revision.
    pub(crate) fn notes(&self) -> impl Iterator<Item = NoteId> {
        self.revisions.keys().copied()
    }

    /// A short number for what it says: sixteen digits of the SHA-256 of its lines.
    pub(crate) fn state(&self) -> String {
        let lines: String = self
            .revisions
            .iter()
            .flat_map(|(note, numbers)| {
                numbers.iter().map(move |(number, hash)| format!("{note} {number} {hash}\n"))
            })
            .chain(self.erased.keys().map(|note| format!("{note} erased\n")))
            .collect();
        let digits = sha256(lines.as_bytes());
        digits[..16].to_owned()
    }

    /// The document, signed and padded, ready to be sealed.
    pub(crate) fn write(&self, keys: &Keys) -> io::Result<Zeroizing<Vec<u8>>> {
        let lines = self.revisions.iter().flat_map(|(note, numbers)| {
            numbers.iter().map(|(number, sha256)| RevisionLine {
                note: *note,
                number: *number,
                sha256: sha256.clone(),
            })
        });
        let seal = LedgerSeal {
            format: 1,
            vault: keys.vault.clone(),
            members: self.members,
            rebuilt: self.rebuilt,
        };
        let retention = self
            .retention
            .iter()
            .map(|(note, retention)| RetentionLine { note: *note, retention: retention.clone() });
        let sheet = LedgerDocument {
            seal,
            revisions: lines.collect(),
            erased: self.erased.values().cloned().collect(),
            retention: retention.collect(),
        };
        let lines = toml::to_string(&sheet).map_err(io::Error::other)?;
        keys.sign(&Zeroizing::new(format!("# caseclinic ledger\n{lines}")))
    }

    /// Reads a ledger; `None` if this vault did not sign it as its ledger.
    pub(crate) fn read(bytes: &[u8], keys: &Keys) -> Option<Self> {
        let text = signed_text::verified(bytes, keys.verifying_key())?;
        // A note has tables of its own names and can never pass for a ledger.
        let sheet: LedgerDocument =
            text.starts_with("# caseclinic ledger\n").then(|| toml::from_str(text).ok())??;
        if sheet.seal.vault != keys.vault {
            return None;
        }
        let (members, rebuilt) = (sheet.seal.members, sheet.seal.rebuilt);
        let mut ledger = Self { members, rebuilt, ..Self::default() };
        for line in sheet.revisions {
            ledger.enter(line.note, line.number, line.sha256);
        }
        ledger.erased = sheet.erased.into_iter().map(|stone| (stone.note, stone)).collect();
        ledger.retention =
            sheet.retention.into_iter().map(|kept| (kept.note, kept.retention)).collect();
        Some(ledger)
    }
}

/// A number for a list of members that is higher than those of all lists before.
fn number_of(at: Timestamp) -> u64 {
    at.as_second().unsigned_abs()
}

/// SHA-256 in small hexadecimal digits, as `sha256sum` prints it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_ledger_comes_back_for_its_own_vault_only() {
        let keys = Keys::generate("mine");
        let mut ledger = Ledger::default();
        let note = NoteId::random();
        ledger.enter(note, 1, sha256(b"one"));
        ledger.enter(note, 2, sha256(b"two"));
        let bytes = ledger.write(&keys).unwrap();
        assert_eq!(Ledger::read(&bytes, &keys), Some(ledger.clone()));
        let mut another = keys;
        another.vault = "another".to_owned();
        assert_eq!(Ledger::read(&bytes, &another), None);
        assert_eq!(ledger.newest(note), Some(2));
        assert_eq!(ledger.newest(NoteId::random()), None);
    }

    #[test]
    fn the_hash_is_the_one_the_usual_tool_prints() {
        assert!(sha256(b"").starts_with("e3b0c44298fc1c14"));
    }
}
