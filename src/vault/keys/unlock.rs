//! From a locked vault to an unlocked one, and the keys under new seals.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, PoisonError},
};

use age::x25519;
use jiff::Timestamp;
use rustix::io::Errno;
use secrecy::SecretString;

use super::{
    members::Members,
    passphrase,
    recovery::{self, RecoverySheet},
    seal::{self, NotOpened, Strength},
    secret_keys::Keys,
};
use crate::vault::{
    Vault, create,
    error::{SignedListError, VaultError},
    notes::{
        ledger::{self, Ledger},
        note::NoteId,
    },
    storage::{
        durable::{self, Existing},
        layout::{self, LEDGER, Manifest, Unusable},
        lock::{self, Writer},
        store::Store,
    },
};

/// Bytes a ledger may have: room for some two hundred thousand revisions.
const MAX_LEDGER_BYTES: u64 = 32 << 20;

/// How often a vault whose keys another window changes meanwhile is opened again.
const ATTEMPTS: usize = 3;

pub(crate) fn by_passphrase(
    store: Arc<dyn Store>,
    place: &Path,
    passphrase: &SecretString,
) -> Result<Vault, VaultError> {
    enter(store, place, layout::IDENTITY, &|sealed| opened_by_passphrase(sealed, passphrase))
}

/// The keys of the vault in `place`, from the file that the passphrase opens.
pub(crate) fn keys_by_passphrase(
    store: &dyn Store,
    place: &Path,
    passphrase: &SecretString,
) -> Result<Keys, VaultError> {
    opened_by_passphrase(&small_file(store, place, layout::IDENTITY)?, passphrase)
}

fn opened_by_passphrase(sealed: &[u8], passphrase: &SecretString) -> Result<Keys, VaultError> {
    let opened = seal::open_by_passphrase(passphrase::settled(passphrase), sealed);
    let file = opened.map_err(|error| match error {
        NotOpened::WrongKey => VaultError::WrongPassphrase,
        other => VaultError::damaged(layout::IDENTITY, other.why()),
    })?;
    keys_of(layout::IDENTITY, &file)
}

pub(crate) fn by_recovery(
    store: Arc<dyn Store>,
    place: &Path,
    key: &SecretString,
) -> Result<Vault, VaultError> {
    enter(store, place, layout::RECOVERY, &|sealed| opened_by_recovery(sealed, key))
}

/// The keys of the vault in `place`, from the file that the recovery sheet opens.
pub(crate) fn keys_by_recovery(
    store: &dyn Store,
    place: &Path,
    key: &SecretString,
) -> Result<Keys, VaultError> {
    opened_by_recovery(&small_file(store, place, layout::RECOVERY)?, key)
}

fn opened_by_recovery(sealed: &[u8], key: &SecretString) -> Result<Keys, VaultError> {
    let key = recovery::read_key(key).ok_or(VaultError::WrongRecoveryKey)?;
    let file = seal::open_with(&key, sealed).map_err(|error| match error {
        NotOpened::WrongKey => VaultError::WrongRecoveryKey,
        other => VaultError::damaged(layout::RECOVERY, other.why()),
    })?;
    keys_of(layout::RECOVERY, &file)
}

fn keys_of(opened: &str, file: &[u8]) -> Result<Keys, VaultError> {
    Keys::from_identity_file(file)
        .ok_or_else(|| VaultError::damaged(opened, "opens, but contains no vault keys"))
}

impl Vault {
    /// Seals the keys under a new passphrase. Whoever knew the old one and has a copy of the old
    /// file can still open the vault: this changes the door, not the keys.
    pub fn change_passphrase(
        &self,
        passphrase: &SecretString,
        strength: Strength,
    ) -> Result<(), VaultError> {
        self.may_write()?;
        passphrase::check(passphrase)?;
        let sealed = self.keys.file_for_passphrase(passphrase::settled(passphrase), strength);
        self.replace(layout::IDENTITY, sealed)
    }

    /// Makes a new recovery sheet; the one before opens this vault no longer.
    pub fn renew_recovery(&self) -> Result<RecoverySheet, VaultError> {
        self.renew_recovery_once_kept(&mut |_| Ok(())).map(|(sheet, _)| sheet)
    }

    /// As [`Vault::renew_recovery`], with the sheet handed to `keep` before anything is changed: no
    /// sheet may count that is nowhere, whenever this is cut off. An error means that the old sheet
    /// counts. Beside the sheet comes what kept its name from the list of members, if anything did.
    pub fn renew_recovery_once_kept(
        &self,
        keep: &mut dyn FnMut(&RecoverySheet) -> io::Result<()>,
    ) -> Result<(RecoverySheet, Option<VaultError>), VaultError> {
        self.may_write()?;
        let key = x25519::Identity::generate();
        let sealed = self.keys.file_for_sheet(&key.to_public()).map_err(VaultError::unwritable)?;
        let sheet = RecoverySheet::new(&self.keys.vault, &key, Timestamp::now());
        keep(&sheet).map_err(VaultError::SheetNotKept)?;
        let _lock = self.lock_for_writing();
        let was_confirmed = self.recovery_confirmed();
        self.say_confirmed(false)?;
        let sheet_file = ledger::sha256(&sealed);
        let path = self.folder.join(layout::RECOVERY);
        if let Err(error) = self.replace(layout::RECOVERY, Ok(sealed)) {
            // The file may have got its name although the folder could not be made durable.
            let there = self.store.read(&path, layout::SMALL);
            if !there.is_ok_and(|there| ledger::sha256(&there) == sheet_file) {
                let _ = self.say_confirmed(was_confirmed);
                return Err(error);
            }
        }
        let mut unlisted = None;
        if self.list_to_change().is_ok() {
            let public = key.to_public().to_string();
            let change = |list: &mut Members| {
                (list.sheet, list.sheet_file) = (Some(public), Some(sheet_file));
            };
            unlisted = self.change_members(change).err();
        }
        Ok((sheet, unlisted))
    }

    /// Remembers that a part of the recovery sheet was typed back.
    pub fn confirm_recovery(&self) -> Result<(), VaultError> {
        self.may_write()?;
        self.say_confirmed(true)
    }

    /// Whether a part of the recovery sheet was ever typed back.
    pub fn recovery_confirmed(&self) -> bool {
        self.manifest.read().unwrap_or_else(PoisonError::into_inner).recovery_confirmed
    }

    fn say_confirmed(&self, confirmed: bool) -> Result<(), VaultError> {
        let mut manifest = self.manifest.write().unwrap_or_else(PoisonError::into_inner);
        let changed = Manifest { recovery_confirmed: confirmed, ..manifest.clone() };
        let text = changed.write().map_err(VaultError::unwritable)?;
        self.replace(layout::MANIFEST, Ok(text.into_bytes()))?;
        *manifest = changed;
        Ok(())
    }

    fn replace(&self, name: &str, bytes: io::Result<Vec<u8>>) -> Result<(), VaultError> {
        let path = self.folder.join(name);
        bytes
            .and_then(|bytes| durable::put(self.store.as_ref(), &path, &bytes, Existing::Replace))
            .map_err(VaultError::disk("write", &path))
    }
}

pub(crate) fn manifest(store: &dyn Store, place: &Path) -> Result<Manifest, VaultError> {
    match store.list(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(VaultError::NoVault(place.to_owned()));
        }
        Err(error) => return Err(VaultError::disk("read", place)(error)),
        Ok(entries) if entries.is_empty() => return Err(VaultError::NoVault(place.to_owned())),
        Ok(_) => {}
    }
    Manifest::read(&small_file(store, place, layout::MANIFEST)?).map_err(|error| match error {
        Unusable::Newer(found) => VaultError::NewerFormat { found, known: layout::FORMAT },
        Unusable::Unreadable => VaultError::damaged(layout::MANIFEST, "cannot be understood"),
    })
}

fn small_file(store: &dyn Store, place: &Path, name: &str) -> Result<Vec<u8>, VaultError> {
    let path = place.join(name);
    store.read(&path, layout::SMALL).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => VaultError::damaged(name, "is missing"),
        // Too large, a folder, a link or a device: somebody put it there.
        io::ErrorKind::InvalidData | io::ErrorKind::IsADirectory => {
            VaultError::damaged(name, format!("cannot be read: {error}"))
        }
        _ if Errno::from_io_error(&error) == Some(Errno::LOOP) => {
            VaultError::damaged(name, "is a link, and links are not followed")
        }
        _ => VaultError::disk("read", &path)(error),
    })
}

fn enter(
    store: Arc<dyn Store>,
    place: &Path,
    opened: &str,
    open: &dyn Fn(&[u8]) -> Result<Keys, VaultError>,
) -> Result<Vault, VaultError> {
    // New keys and copies go beside the vault itself, and not beside a link to it.
    let place = &fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    for _ in 0..ATTEMPTS {
        let before = manifest(store.as_ref(), place)?;
        let sealed = small_file(store.as_ref(), place, opened)?;
        let keys = open(&sealed)?;
        if keys.vault != before.id {
            return Err(VaultError::damaged(
                opened,
                "belongs to a different vault from the one in vault.toml",
            ));
        }
        let writer = lock::take(place).map_err(VaultError::disk("lock", place))?;
        // Opening took about a second without the lock, and another window may have given the vault
        // new keys: the folder behind the name, or the file that was opened, is another one then.
        if !writer.is_of(place).unwrap_or(false)
            || small_file(store.as_ref(), place, opened)? != sealed
        {
            continue;
        }
        let writer = match writer {
            Writer::Us { .. } if is_under_other_keys(store.as_ref(), place, &keys) => {
                Writer::Elsewhere {
                    why: format!(
                        "{LEDGER} and {} are encrypted with other keys than those in {opened}, so \
                         this folder mixes two vaults; restore one whole vault from a backup",
                        layout::MEMBERS
                    ),
                }
            }
            writer => writer,
        };
        if let Writer::Us { .. } = writer {
            sweep(store.as_ref(), place);
            create::remove_unfinished(store.as_ref(), create::parent_of(place));
        }
        let manifest = manifest(store.as_ref(), place)?;
        let ledger = read_ledger(store.as_ref(), place, &keys);
        let vault = Vault::with(store, place, manifest, keys, writer, ledger);
        vault.load_catalogue();
        vault.tidy(Timestamp::now());
        return Ok(vault);
    }
    Err(VaultError::KeysChanging)
}

/// Whether ledger and members are whole, and sealed with other keys: whoever writes a new ledger
/// then destroys the only one that the right keys open.
fn is_under_other_keys(store: &dyn Store, place: &Path, keys: &Keys) -> bool {
    [(LEDGER, MAX_LEDGER_BYTES), (layout::MEMBERS, layout::SMALL)].iter().all(|(name, limit)| {
        let sealed = store.read(&place.join(name), *limit);
        sealed.is_ok_and(|sealed| matches!(keys.open(&sealed), Err(NotOpened::WrongKey)))
    })
}

fn sweep(store: &dyn Store, place: &Path) {
    let is_link = |path: &Path| store.facts(path).is_ok_and(|facts| facts.is_link);
    for folder in ["", layout::KEYS, layout::TRASH] {
        let folder = place.join(folder);
        if !is_link(&folder) {
            durable::sweep(store, &folder);
        }
    }
    let notes = place.join(layout::NOTES);
    if is_link(&notes) {
        return;
    }
    for entry in store.list(&notes).unwrap_or_default() {
        if entry.is_folder && entry.name.parse::<NoteId>().is_ok() {
            durable::sweep(store, &notes.join(entry.name));
        }
    }
}

/// The ledger, or why it cannot be relied on.
pub(crate) fn read_ledger(
    store: &dyn Store,
    place: &Path,
    keys: &Keys,
) -> Result<Ledger, SignedListError> {
    let sealed = store
        .read(&place.join(LEDGER), MAX_LEDGER_BYTES)
        .map_err(|error| SignedListError::Unreadable { file: LEDGER, why: error.to_string() })?;
    let plain = keys
        .open(&sealed)
        .map_err(|error| SignedListError::NotOpened { file: LEDGER, why: error.why() })?;
    Ledger::read(&plain, keys).ok_or(SignedListError::NotSigned(LEDGER))
}
