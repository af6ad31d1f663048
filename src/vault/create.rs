//! Making a vault: all of it beside its place, then one rename. What a crash leaves has another
//! name, is never taken for a vault, and goes when the next one is made.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    Vault,
    durable::{self, Existing},
    error::VaultError,
    keys::Keys,
    layout::{self, Manifest},
    ledger::{LEDGER, Ledger},
    lock::{self, LOCK, Writer},
    passphrase,
    recovery::RecoverySheet,
    seal::{self, Strength},
    state::{VaultState, probe},
    store::Store,
};

/// The beginning of the name of a vault that is being made.
const UNFINISHED: &str = ".vault-unfinished-";

/// Makes the vault at `place`, on a given store.
pub(super) fn create(
    store: Arc<dyn Store>,
    place: &Path,
    passphrase: &SecretString,
    strength: Strength,
) -> Result<(Vault, RecoverySheet), VaultError> {
    passphrase::check(passphrase)?;
    if probe(place) != VaultState::Missing {
        return Err(VaultError::AlreadyThere(place.to_owned()));
    }
    let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    make_parents(store.as_ref(), parent)?;
    remove_unfinished(store.as_ref(), parent);

    let beside = parent.join(durable::random_name(UNFINISHED));
    let made = furnish(store.as_ref(), &beside, passphrase, strength).and_then(|furnished| {
        // A folder renamed over one that holds anything fails: nothing is ever overwritten.
        store.rename(&beside, place).map_err(VaultError::disk("create", place))?;
        if let Err(error) = store.sync_folder(parent) {
            // Its sheet will not be shown, so it must not stay where a vault is looked for.
            let _ = store.rename(place, &beside);
            return Err(VaultError::disk("create", place)(error));
        }
        Ok(furnished)
    });
    match made {
        Ok((manifest, keys, writer, sheet)) => {
            Ok((Vault::with(store, place, manifest, keys, writer, Ok(Ledger::default())), sheet))
        }
        Err(error) => {
            remove(store.as_ref(), &beside);
            Err(error)
        }
    }
}

type Furnished = (Manifest, Keys, Writer, RecoverySheet);

fn furnish(
    store: &dyn Store,
    folder: &Path,
    passphrase: &SecretString,
    strength: Strength,
) -> Result<Furnished, VaultError> {
    let failed = |path: &Path| VaultError::disk("create", path);
    for name in ["", layout::KEYS, layout::NOTES] {
        let path = folder.join(name);
        store.make_folder(&path).map_err(failed(&path))?;
    }
    // Held from here on: a second process that tidies leaves what is locked alone.
    let writer = lock::take(folder).map_err(failed(folder))?;

    let now = Timestamp::now();
    let id = Uuid::new_v4().to_string();
    let keys = Keys::generate(&id);
    let recovery = age::x25519::Identity::generate();
    let file = keys.to_identity_file();
    let by_passphrase =
        seal::seal_by_passphrase(passphrase::settled(passphrase), strength, file.as_bytes());
    let by_sheet = seal::seal_to(&recovery.to_public(), file.as_bytes());
    let ledger = Ledger::default()
        .write(&id, &keys.signing)
        .map_err(|error| VaultError::Unwritable(error.to_string()))?;
    let ledger = seal::seal_to(&keys.identity.to_public(), &ledger);
    let manifest = Manifest {
        format: layout::FORMAT,
        id: id.clone(),
        created: now,
        recovery_confirmed: false,
    };
    let plain = manifest.write().map_err(|error| VaultError::Unwritable(error.to_string()))?;
    for (name, bytes) in [
        (layout::IDENTITY, by_passphrase),
        (layout::RECOVERY, by_sheet),
        (LEDGER, ledger),
        (layout::MANIFEST, Ok(plain.into_bytes())),
    ] {
        let path = folder.join(name);
        bytes
            .and_then(|bytes| durable::put(store, &path, &bytes, Existing::Keep))
            .map_err(failed(&path))?;
    }
    store.sync_folder(folder).map_err(failed(folder))?;
    Ok((manifest, keys, writer, RecoverySheet::new(&id, &recovery, now)))
}

fn make_parents(store: &dyn Store, folder: &Path) -> Result<(), VaultError> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_parents(store, above)?;
        store.make_folder(folder).map_err(VaultError::disk("create", folder))?;
        return store.sync_folder(above).map_err(VaultError::disk("create", folder));
    }
    store.make_folder(folder).map_err(VaultError::disk("create", folder))
}

/// Removes what crashed attempts left in `parent`, unless another process is at work on it.
fn remove_unfinished(store: &dyn Store, parent: &Path) {
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

/// Removes exactly the files an unfinished vault can hold; a folder with anything else stays.
fn remove(store: &dyn Store, folder: &Path) {
    let files = [layout::IDENTITY, layout::RECOVERY, LEDGER, layout::MANIFEST, LOCK];
    for inside in ["", layout::KEYS] {
        durable::sweep(store, &folder.join(inside));
    }
    // What cannot be removed stays under its own name and harms nobody.
    for file in files {
        let _ = store.remove_file(&folder.join(file));
    }
    for inside in [layout::KEYS, layout::NOTES, ""] {
        let _ = store.remove_folder(&folder.join(inside));
    }
}
