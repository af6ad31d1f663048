//! Where notes are kept: sealed, signed, one writer at a time.
//!
//! Every note is a standard `age` file that the stock tool opens; there is no cipher, key
//! derivation or container of our own.
//!
//! ```text
//! vault.toml               plain: format, id, created; nothing about cases, and nothing that steers
//! keys/identity.age        the keys, sealed by the passphrase
//! keys/recovery.age        the same, sealed to the recovery sheet
//! notes/<uuid>/draft.age   the working copy, replaced atomically
//! notes/<uuid>/0001.age    a completed revision, write-once, naming the hash of the one before
//! notes/<uuid>/0001.members.age  what members open of it: without removed text, without names
//! catalogue.age, texts.age caches of what lists and searches read; may be deleted at any time
//! trash/                   discarded drafts, sealed, for thirty days
//! ledger.age               what the vault holds, who opens it, and which state this is; signed
//! lock                     one writer; a second window reads
//! ```
//!
//! When a [`Receipt`] is handed out the text survives a power cut. A wrong passphrase creates
//! nothing. Nothing readable is ever written to the disk, and nothing leaves the machine.

mod create;
mod error;
mod first_format;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod keys;
mod maintenance;
pub(crate) mod notes;
mod remote_placing;
pub(crate) mod storage;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock},
};

use secrecy::SecretString;

use crate::clinic::Subject;

pub use error::{LedgerError, VaultError};
pub use keys::key_helper::{KEY_HELPER, NOT_STARTED_BY_THE_PROGRAM, Watch, serve_keys};
pub use keys::member::{Member, fingerprint};
pub use keys::passphrase;
pub use keys::recovery::RecoverySheet;
pub use keys::rekey::{EditionOf, Rekeyed};
pub use keys::seal::Strength;
pub use keys::sealed_buffer::SealedBuffer;
pub use keys::secret_keys::{KeyPlace, NewSheet};
pub use keys::unlock::Opener;
pub use maintenance::backup::BackupReceipt;
pub use maintenance::copies::{
    Copier, Copy, copies, copies_folder, forget_copy, lies_in_vault, list_copies,
};
pub use maintenance::older_drafts::OlderDraft;
pub use maintenance::restore::{Comparison, Restored, restore, restore_on};
pub use maintenance::rollback::Rollback;
pub use maintenance::state::{VaultFacts, VaultState, probe};
pub use maintenance::verify::{Finding, FindingKind, Verification};
pub use notes::check::{CheckedNote, NotAVaultKey, NoteNotChecked, VaultKey, check_note};
pub use notes::ledger::{Hold, Retention, Tombstone};
pub use notes::note::{
    Correction, Damage, NotANoteId, NoteHead, NoteId, NoteRow, NoteSource, OpenedNote, Receipt,
    Verified,
};
pub use notes::save::RevisionText;
pub use notes::search_source::{LedgerMark, NoteStamp};
pub use notes::trash::Trashed;
pub use remote_placing::{
    BlockFault, MAX_IN_A_ROUND, MAX_REASON_BYTES, NotAPlacingCode, PlacingCode, PlacingRound,
    SentPlacement, has_block,
};
pub use storage::files::Unread;
pub use storage::location_warnings::location_warnings;
pub use storage::store::{Disk, Facts, FolderEntry, Store};

use keys::secret_keys::Keys;
use keys::unlock::Purpose;
use maintenance::seen_state::SeenState;
use notes::cache::CatalogueCache;
use notes::ledger::{CurrentLedger, Ledger};
use storage::layout::Manifest;
use storage::lock::Writer;

/// Where a vault is, where this computer remembers what it last saw of it, and where its keys are to
/// be held while it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultPlace {
    /// The folder of the vault.
    pub folder: PathBuf,
    /// The folder for what was seen of vaults; without it nothing is remembered and compared.
    pub seen: Option<PathBuf>,
    /// The process that holds the keys.
    pub keys: KeyPlace,
}

/// A place of which nothing is remembered, with the keys in this process.
impl<P: AsRef<Path> + ?Sized> From<&P> for VaultPlace {
    fn from(folder: &P) -> Self {
        let folder = folder.as_ref().to_owned();
        Self { folder, seen: None, keys: KeyPlace::ThisProcess }
    }
}

/// An unlocked vault. Dropping the last reference locks it: the process that holds the keys ends, or
/// they are wiped from this one.
pub struct Vault {
    store: Arc<dyn Store>,
    folder: PathBuf,
    manifest: RwLock<Manifest>,
    keys: Keys,
    writer: Writer,
    /// The ledger, or why it cannot be relied on.
    ledger: RwLock<CurrentLedger>,
    /// What this computer saw of the vault before.
    seen: SeenState,
    /// How the vault differs from that.
    rollback: RwLock<Option<Rollback>>,
    /// The heads that were read, so that a list need not open every note.
    catalogue: Mutex<CatalogueCache>,
    /// Held while anything is written; contains the notes whose folder is known to be durable.
    write_lock: Mutex<HashSet<NoteId>>,
    /// How often each draft was saved, of those saved since the vault was opened.
    draft_saves: Mutex<HashMap<NoteId, u64>>,
    /// What the notes that were saved since then are about.
    subjects: Mutex<HashMap<NoteId, Subject>>,
}

impl Vault {
    /// Makes a new vault at `place` and unlocks it. Whatever is already there stays as it is.
    /// The sheet must be shown now: the vault does not keep its key.
    pub fn create(
        place: impl Into<VaultPlace>,
        passphrase: &SecretString,
        strength: Strength,
    ) -> Result<(Self, RecoverySheet), VaultError> {
        create::create(Arc::new(Disk), &place.into(), passphrase, strength)
    }

    /// Opens the vault at `place`. Takes about a second. A wrong passphrase changes nothing.
    pub fn unlock(
        place: impl Into<VaultPlace>,
        passphrase: &SecretString,
    ) -> Result<Self, VaultError> {
        Self::unlock_on(Arc::new(Disk), place, passphrase)
    }

    /// As [`Vault::unlock`], on a store of one's own.
    pub fn unlock_on(
        store: Arc<dyn Store>,
        place: impl Into<VaultPlace>,
        passphrase: &SecretString,
    ) -> Result<Self, VaultError> {
        keys::unlock::unlock(store, &place.into(), Opener::Passphrase(passphrase), Purpose::Work)
    }

    /// Opens the vault at `place` to look at it: nothing is written, not even a lock.
    pub fn inspect(
        place: impl Into<VaultPlace>,
        passphrase: &SecretString,
    ) -> Result<Self, VaultError> {
        let opener = Opener::Passphrase(passphrase);
        keys::unlock::unlock(Arc::new(Disk), &place.into(), opener, Purpose::Look)
    }

    /// Opens the vault with the key from its recovery sheet, as typed, pasted or read from a file.
    pub fn unlock_with_recovery(
        place: impl Into<VaultPlace>,
        key: &SecretString,
    ) -> Result<Self, VaultError> {
        keys::unlock::unlock(Arc::new(Disk), &place.into(), Opener::Sheet(key), Purpose::Work)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Why its keys are held in this process although another was wanted; `None` if all is as wanted.
    pub fn keys_held_here_because(&self) -> Option<&str> {
        self.keys.held_here_because()
    }

    /// For telling the process that holds the keys whether the terminal is in use; `None` if they are
    /// held in this one.
    pub fn watch(&self) -> Option<Watch> {
        self.keys.watch()
    }

    /// Why this window may not save, as the end of a sentence; `None` if it may.
    pub fn read_only(&self) -> Option<&str> {
        match &self.writer {
            Writer::Us { .. } => None,
            Writer::Elsewhere { why } => Some(why),
        }
    }

    fn with(
        store: Arc<dyn Store>,
        place: &Path,
        manifest: Manifest,
        keys: Keys,
        writer: Writer,
        ledger: Result<Ledger, LedgerError>,
        seen: SeenState,
    ) -> Self {
        Self {
            store,
            folder: place.to_owned(),
            manifest: RwLock::new(manifest),
            keys,
            writer,
            ledger: RwLock::new(ledger.map(Arc::new)),
            seen,
            rollback: RwLock::default(),
            catalogue: Mutex::default(),
            write_lock: Mutex::default(),
            draft_saves: Mutex::default(),
            subjects: Mutex::default(),
        }
    }
}

/// Redacted: the place and nothing else.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("folder", &self.folder).finish_non_exhaustive()
    }
}
