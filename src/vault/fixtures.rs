//! A vault in a temporary folder and heads for it, for tests of several modules.

pub(crate) mod fault;

use std::{path::PathBuf, sync::Arc};

use jiff::Timestamp;
use secrecy::SecretString;
use tempfile::TempDir;

use super::{NoteHead, Strength, Vault, VaultPlace};
use fault::FaultyDisk;

pub(crate) const PASSPHRASE: &str = "correct horse battery";

pub(crate) fn passphrase() -> SecretString {
    PASSPHRASE.into()
}

pub(crate) fn head(title: &str) -> NoteHead {
    NoteHead {
        kind: "clinic".to_owned(),
        case_key: "HERON-42".to_owned(),
        title: title.to_owned(),
        template: "peer-case-clinic@1".to_owned(),
        stage: "open".to_owned(),
        status: "in-progress".to_owned(),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        next_review: Some(jiff::civil::date(2027, 1, 15)),
        shared_with: Vec::new(),
        question: None,
    }
}

/// A new vault and the folder that holds it, which goes when dropped.
pub(crate) fn vault() -> (TempDir, Vault) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (vault, _) =
        Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS).expect("a new vault");
    (home, vault)
}

/// As [`vault`], on a disk that can be told to fail.
pub(crate) fn faulty_vault() -> (TempDir, Arc<FaultyDisk>, Vault) {
    let (home, vault) = vault();
    drop(vault);
    let disk = Arc::new(FaultyDisk::default());
    let vault =
        Vault::unlock_on(disk.clone(), &place(&home), &passphrase()).expect("unlocks again");
    (home, disk, vault)
}

/// Where the vault lies in it.
pub(crate) fn place(home: &TempDir) -> PathBuf {
    home.path().join("vault")
}

/// Unlocked once more, on the real disk.
pub(crate) fn unlock(home: &TempDir) -> Vault {
    Vault::unlock(&place(home), &passphrase()).expect("unlocks")
}

/// As [`vault`], with what was seen of it remembered beside it.
pub(crate) fn remembered_vault() -> (TempDir, Vault) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let made = Vault::create(remembered_place(&home), &passphrase(), Strength::WEAK_FOR_TESTS);
    (home, made.expect("a new vault").0)
}

/// Unlocked once more, and compared with what was seen of it.
pub(crate) fn unlock_remembered(home: &TempDir) -> Vault {
    Vault::unlock(remembered_place(home), &passphrase()).expect("unlocks")
}

/// Where it lies, with the folder for what was seen of it.
pub(crate) fn remembered_place(home: &TempDir) -> VaultPlace {
    VaultPlace { seen: Some(home.path().join("seen")), ..VaultPlace::from(&place(home)) }
}
