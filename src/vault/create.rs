//! Making a vault: all of it beside its place, then one rename. What a crash leaves has another
//! name, is never taken for a vault, and goes when the next one is made.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    Vault, VaultPlace,
    error::VaultError,
    keys::{
        member::Sheet,
        passphrase,
        recovery::RecoverySheet,
        seal::Strength,
        secret_keys::{KeyPlace, Keys, NewSheet},
        sha256::sha256,
    },
    maintenance::{
        seen_state::SeenState,
        state::{VaultState, probe},
    },
    notes::ledger::Ledger,
    storage::{
        durable::{self, Existing},
        layout::{self, Manifest},
        lock::{self, Writer},
        store::Store,
    },
};
use crate::system::{lock::LOCK, without_links};

/// The beginning of the name of a vault that is being made.
pub(super) const UNFINISHED: &str = ".vault-unfinished-";

/// Makes the vault at `place`, on a given store.
pub(super) fn create(
    store: Arc<dyn Store>,
    vault_place: &VaultPlace,
    passphrase: &SecretString,
    strength: Strength,
) -> Result<(Vault, RecoverySheet), VaultError> {
    let place = vault_place.folder.as_path();
    passphrase::check(passphrase)?;
    let place = &without_links(place);
    if probe(place) != VaultState::Missing {
        return Err(VaultError::AlreadyThere(place.to_owned()));
    }
    let made = beside(store.as_ref(), place, |folder| {
        write_new_vault(store.as_ref(), folder, passphrase, strength, &vault_place.keys)
    });
    let (manifest, keys, writer, ledger, sheet) = made?;
    let writer = writer.after_move(place, None).map_err(VaultError::disk("lock", place))?;
    let seen = SeenState::load(vault_place, &keys.vault);
    seen.remember(&ledger, manifest.created);
    Ok((Vault::with(store, place, manifest, keys, writer, Ok(ledger), seen), sheet))
}

/// Makes a whole vault in a folder beside `place`, then gives it its name. What fails leaves
/// nothing at `place`.
pub(super) fn beside<T>(
    store: &dyn Store,
    place: &Path,
    make: impl FnOnce(&Path) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let parent = parent_of(place);
    make_parents(store, parent)?;
    remove_unfinished(store, parent);
    let beside = parent.join(durable::random_name(UNFINISHED));
    let made = make_folder(store, &beside).and_then(|()| make(&beside)).and_then(|made| {
        // A folder renamed over one that holds anything fails: nothing is ever overwritten.
        store.rename(&beside, place).map_err(VaultError::disk("create", place))?;
        if let Err(error) = store.sync_folder(parent) {
            // The caller reports a failure: no vault may stay at its place.
            let _ = store.rename(place, &beside);
            return Err(VaultError::disk("create", place)(error));
        }
        Ok(made)
    });
    made.inspect_err(|_| remove(store, &beside))
}

/// Makes a vault in a folder in `parent` for as long as it is looked at.
pub(super) fn trial<T>(
    store: &dyn Store,
    parent: &Path,
    look: impl FnOnce(&Path) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    remove_unfinished(store, parent);
    let folder = parent.join(durable::random_name(UNFINISHED));
    let seen = make_folder(store, &folder).and_then(|()| look(&folder));
    remove(store, &folder);
    seen
}

/// The folder that a vault lies in.
pub(super) fn parent_of(place: &Path) -> &Path {
    let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

type NewVault = (Manifest, Keys, Writer, Ledger, RecoverySheet);

fn write_new_vault(
    store: &dyn Store,
    folder: &Path,
    passphrase: &SecretString,
    strength: Strength,
    keys: &KeyPlace,
) -> Result<NewVault, VaultError> {
    let failed = |path: &Path| VaultError::disk("create", path);
    for name in [layout::KEYS, layout::NOTES] {
        make_folder(store, &folder.join(name))?;
    }
    // Held from here on: a second process that tidies leaves what is locked alone.
    let writer = lock::take(folder).map_err(failed(folder))?;

    let now = Timestamp::now();
    let id = Uuid::new_v4().to_string();
    let keys = Keys::generate_in(keys, &id).map_err(VaultError::unwritable)?;
    let NewSheet { sheet, recipient, sealed } =
        keys.new_sheet(now).map_err(VaultError::unwritable)?;
    let by_passphrase = keys.file_for_passphrase(passphrase::settled(passphrase), strength);
    let by_passphrase = by_passphrase.map_err(VaultError::unwritable)?;
    let mut ledger = Ledger::new(now).next();
    ledger.identity_file = Some(sha256(&by_passphrase));
    ledger.members.sheet =
        Some(Sheet { public: recipient, file: sha256(&sealed), confirmed: false });
    let by_ledger = ledger.write(&keys).and_then(|plain| keys.seal(&plain));
    let manifest = Manifest {
        format: layout::FORMAT,
        id: id.clone(),
        created: now,
        recovery_confirmed: false,
    };
    let plain = manifest.write().map_err(VaultError::unwritable)?;
    for (name, bytes) in [
        (layout::IDENTITY, Ok(by_passphrase)),
        (layout::RECOVERY, Ok(sealed)),
        (layout::LEDGER, by_ledger),
        (layout::MANIFEST, Ok(plain.into_bytes())),
    ] {
        let path = folder.join(name);
        bytes
            .and_then(|bytes| durable::put(store, &path, &bytes, Existing::Keep))
            .map_err(failed(&path))?;
    }
    store.sync_folder(folder).map_err(failed(folder))?;
    Ok((manifest, keys, writer, ledger, sheet))
}

pub(super) fn make_folder(store: &dyn Store, folder: &Path) -> Result<(), VaultError> {
    store.make_folder(folder).map_err(VaultError::disk("create", folder))
}

fn make_parents(store: &dyn Store, folder: &Path) -> Result<(), VaultError> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_parents(store, above)?;
        make_folder(store, folder)?;
        return store.sync_folder(above).map_err(VaultError::disk("create", folder));
    }
    make_folder(store, folder)
}

/// Removes what crashed attempts left in `parent`, unless another process is at work on it.
pub(super) fn remove_unfinished(store: &dyn Store, parent: &Path) {
    for entry in store.list(parent).unwrap_or_default() {
        let folder = parent.join(&entry.name);
        if !entry.is_folder || !entry.name.starts_with(UNFINISHED) {
            continue;
        }
        if let Ok(Writer::Us { .. }) = lock::take(&folder) {
            remove(store, &folder);
        }
    }
}

/// Removes exactly the files a vault can hold; a folder with anything else stays.
pub(super) fn remove(store: &dyn Store, folder: &Path) {
    remove_below(store, folder, Path::new(""));
}

fn remove_below(store: &dyn Store, folder: &Path, inside: &Path) {
    for entry in store.list(&folder.join(inside)).unwrap_or_default() {
        let path = inside.join(&entry.name);
        let is_ours = layout::is_own_file(&path)
            || [LOCK, layout::CATALOGUE, layout::TEXTS].iter().any(|name| path == Path::new(name))
            || entry.name.starts_with(durable::TEMPORARY);
        // What cannot be removed stays under its own name and harms nobody.
        if entry.is_folder {
            remove_below(store, folder, &path);
        } else if is_ours {
            let _ = store.remove_file(&folder.join(path));
        }
    }
    let _ = store.remove_folder(&folder.join(inside));
}
