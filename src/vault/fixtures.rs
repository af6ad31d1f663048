//! A vault in a temporary folder and heads for it, for tests of several rooms.

use jiff::Timestamp;
use secrecy::SecretString;
use tempfile::TempDir;

use super::{NoteHead, Strength, Vault};

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
    }
}

pub(crate) fn vault() -> (TempDir, Vault) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (vault, _) =
        Vault::create(&home.path().join("vault"), &passphrase(), Strength::WEAK_FOR_TESTS)
            .expect("a new vault");
    (home, vault)
}
