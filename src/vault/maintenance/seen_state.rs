//! What this computer last saw of a vault, remembered outside it.
//!
//! A whole vault that was put back to an earlier day is in order by itself. So the number and hash of
//! the newest ledger, and how often each draft was saved, are kept in the state folder, one small file
//! for each vault and place. It holds no word of a note. Losing it costs nothing but this comparison.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::vault::{
    VaultPlace,
    keys::sha256::sha256,
    notes::{
        ledger::{Ledger, LedgerState},
        note::NoteId,
    },
    storage::durable,
};

/// Bytes a file may have: room for half a million drafts.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The file outside the vault.
#[derive(Default)]
pub(crate) struct SeenState {
    /// Where it is kept; `None` if nothing is remembered.
    file: Option<PathBuf>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    seen: Option<Seen>,
    /// The vault is not what was seen: nothing is written until somebody says that it may stay so.
    is_disputed: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    number: u64,
    hash: String,
    at: Timestamp,
    /// Copies up to this state were known when somebody accepted an older vault.
    #[serde(default)]
    accepted: u64,
    #[serde(default)]
    drafts: BTreeMap<NoteId, u64>,
    /// When each of them was seen.
    #[serde(default)]
    drafts_at: BTreeMap<NoteId, Timestamp>,
}

impl Seen {
    /// What a file says: one that is no plain file, too large or not written here says nothing.
    fn read(file: &Path) -> Option<Self> {
        let facts = fs::symlink_metadata(file).ok()?;
        if !facts.is_file() || facts.len() > MAX_FILE_BYTES {
            return None;
        }
        let seen: Self = toml::from_str(&fs::read_to_string(file).ok()?).ok()?;
        let is_hash = seen.hash.len() == 64 && seen.hash.bytes().all(|c| c.is_ascii_hexdigit());
        is_hash.then_some(seen)
    }
}

impl SeenState {
    /// What was seen of the vault with this id at this place.
    pub(crate) fn load(place: &VaultPlace, vault: &str) -> Self {
        let at = sha256(place.folder.as_os_str().as_encoded_bytes());
        let file = place
            .seen
            .as_ref()
            .map(|folder| folder.join(format!("{}-{}.toml", Self::digits(vault), &at[..8])));
        // Reached by another path, through a link or a mount point, it is still the same vault.
        let elsewhere = || {
            let entries = fs::read_dir(place.seen.as_ref()?).ok()?;
            let own = format!("{}-", Self::digits(vault));
            let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
            let is_own = |path: &PathBuf| {
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&own))
            };
            files.filter(is_own).filter_map(|path| Seen::read(&path)).max_by_key(|seen| seen.number)
        };
        let seen = file.as_ref().and_then(|file| Seen::read(file)).or_else(elsewhere);
        Self { file, held: Mutex::new(Held { seen, is_disputed: false }) }
    }

    fn digits(vault: &str) -> String {
        vault.chars().filter(char::is_ascii_hexdigit).take(32).collect()
    }

    /// The newest state that was seen, and when.
    pub(crate) fn newest(&self) -> Option<(LedgerState, Timestamp)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = held.seen.as_ref()?;
        Some((LedgerState { number: seen.number, hash: seen.hash.clone() }, seen.at))
    }

    /// How often a draft was saved, as far as was seen.
    pub(crate) fn draft(&self, note: NoteId) -> Option<u64> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.seen.as_ref()?.drafts.get(&note).copied()
    }

    /// When this save of a draft was seen; `None` if this computer did not see it.
    pub(crate) fn draft_seen_at(&self, note: NoteId, saves: u64) -> Option<Timestamp> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = held.seen.as_ref()?;
        seen.drafts_at.get(&note).copied().filter(|_| seen.drafts.get(&note) == Some(&saves))
    }

    /// Remembers a ledger that was read or written, and forgets drafts that it no longer has.
    pub(crate) fn remember(&self, ledger: &Ledger, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_disputed || ledger.is_first_format() {
            return;
        }
        let LedgerState { number, hash } = ledger.state();
        let before = held.seen.take();
        let accepted = before.as_ref().map_or(0, |seen| seen.accepted);
        let (mut drafts, mut drafts_at) =
            before.map(|seen| (seen.drafts, seen.drafts_at)).unwrap_or_default();
        let seen_before = drafts.len();
        drafts.retain(|note, _| ledger.draft(*note).is_some());
        if drafts.len() < seen_before {
            drafts_at.retain(|note, _| drafts.contains_key(note));
        }
        held.seen = Some(Seen { number, hash, at: now, accepted, drafts, drafts_at });
        self.write(&held);
    }

    /// Remembers an older vault as the one to compare with, although there are copies up to a newer
    /// state.
    pub(crate) fn accept(&self, ledger: &Ledger, newest_copy: u64, now: Timestamp) {
        let LedgerState { number, hash } = ledger.state();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (accepted, drafts, drafts_at) = (newest_copy, BTreeMap::new(), BTreeMap::new());
        held.seen = Some(Seen { number, hash, at: now, accepted, drafts, drafts_at });
        self.write(&held);
    }

    /// Up to which state copies were known when an older vault was accepted.
    pub(crate) fn accepted(&self) -> u64 {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.seen.as_ref().map_or(0, |seen| seen.accepted)
    }

    /// Remembers how often a draft was saved, if it was never seen saved more often.
    pub(crate) fn remember_draft(&self, note: NoteId, saves: u64, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_disputed {
            return;
        }
        let Some(seen) = &mut held.seen else { return };
        if seen.drafts.get(&note).is_some_and(|known| *known > saves) {
            return;
        }
        seen.drafts.insert(note, saves);
        seen.drafts_at.insert(note, now);
        self.write(&held);
    }

    pub(crate) fn dispute(&self, is_disputed: bool) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_disputed = is_disputed;
    }

    /// Not made durable: after a power cut an older one is compared, which is no false alarm.
    fn write(&self, held: &Held) {
        let (Some(file), Some(seen)) = (&self.file, &held.seen) else { return };
        let folder = file.parent().unwrap_or(Path::new("."));
        let Ok(text) = toml::to_string(seen) else { return };
        let beside = folder.join(durable::random_name(durable::TEMPORARY));
        let written =
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| {
                let mut options = fs::OpenOptions::new();
                let mut file = options.write(true).create_new(true).mode(0o600).open(&beside)?;
                std::io::Write::write_all(&mut file, text.as_bytes())
            });
        // What cannot be remembered is not compared; nothing else depends on it.
        if written.and_then(|()| fs::rename(&beside, file)).is_err() {
            let _ = fs::remove_file(&beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_drafts_as_no_service_has_are_all_remembered() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let seen_folder = Some(home.path().join("seen"));
        let place = VaultPlace { seen: seen_folder, ..VaultPlace::from(home.path()) };
        let drafts: Vec<NoteId> = (0..20_000).map(|_| NoteId::random()).collect();
        let seen = SeenState::load(&place, "0b7c2f0e");
        seen.write(&Held {
            seen: Some(Seen {
                number: 1,
                hash: sha256(b"a ledger"),
                at: Timestamp::UNIX_EPOCH,
                accepted: 0,
                drafts: drafts.iter().map(|note| (*note, 3)).collect(),
                drafts_at: drafts.iter().map(|note| (*note, Timestamp::UNIX_EPOCH)).collect(),
            }),
            is_disputed: false,
        });
        let again = SeenState::load(&place, "0b7c2f0e");
        assert!(drafts.iter().all(|note| again.draft(*note) == Some(3)));
    }
}
