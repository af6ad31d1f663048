//! Promises of the vault, each with a test that proves it: first use and everyday use.

mod amending;
mod backup;
mod bad_input;
mod caches;
mod copies;
mod crash;
mod erasing;
mod format;
mod member_attacks;
mod members;
mod put_back;
mod rekey;
mod retention;
mod tamper;
mod verifying;

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{
    fs,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;

use super::{
    NoteId, NoteSource, Strength, Vault, VaultError, VaultState, Verified,
    fixtures::{head, passphrase, place, unlock, vault},
    probe,
};

/// Every file and folder below, sorted.
pub(super) fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        found.push(entry.path());
        if entry.path().is_dir() {
            found.extend(everything_below(&entry.path()));
        }
    }
    found.sort();
    found
}

#[test]
fn a_draft_comes_back_after_unlocking_again() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("First"), "text = \"ein Wort\"\n").expect("saved");
    vault.save_draft(id, &head("Second"), "text = \"zwei\"\n").expect("saved");
    drop(vault);
    let vault = unlock(&home);
    let note = vault.open(id).expect("opens");
    assert_eq!((note.head.title.as_str(), note.body.as_str()), ("Second", "text = \"zwei\"\n"));
    assert_eq!((note.source, note.verified), (NoteSource::Draft, Verified::Yes));
}

#[test]
fn a_completed_note_is_locked_and_its_draft_is_gone() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "one").expect("saved");
    let receipt = vault.complete(id, &head("A"), "two").expect("complete");
    assert_eq!(receipt.revision, Some(1));
    assert!(!place(&home).join(super::storage::layout::draft_file(id)).exists());
    assert!(matches!(
        vault.save_draft(id, &head("A"), "three"),
        Err(VaultError::AlreadyComplete(_))
    ));
    assert!(matches!(vault.complete(id, &head("A"), "three"), Err(VaultError::AlreadyComplete(_))));
    vault.complete(id, &head("A"), "two").expect("the same text again is no change");
    drop(vault);
    let note = unlock(&home).open(id).expect("opens");
    assert_eq!((note.body.as_str(), note.source), ("two", NoteSource::Revision(1)));
    assert_eq!(note.verified, Verified::Yes);
}

#[test]
fn a_wrong_passphrase_creates_and_changes_nothing() {
    let (home, vault) = vault();
    drop(vault);
    let before = everything_below(home.path());
    let answer = Vault::unlock(&place(&home), &"another passphrase".into());
    assert!(matches!(answer, Err(VaultError::WrongPassphrase)));
    assert_eq!(everything_below(home.path()), before);
    let nowhere = home.path().join("nowhere");
    assert!(matches!(Vault::unlock(&nowhere, &passphrase()), Err(VaultError::NoVault(_))));
    assert_eq!(everything_below(home.path()), before);
}

#[test]
fn a_short_passphrase_creates_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let answer = Vault::create(&place(&home), &"short".into(), Strength::WEAK_FOR_TESTS);
    assert!(matches!(answer, Err(VaultError::PassphraseTooShort { found: 5, .. })));
    assert!(everything_below(home.path()).is_empty());
}

#[test]
fn an_existing_vault_or_anything_else_is_never_overwritten() {
    let (home, vault) = vault();
    drop(vault);
    let again = Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS);
    assert!(matches!(again, Err(VaultError::AlreadyThere(_))));
    unlock(&home);
    let other = home.path().join("letters");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("letter.txt"), "Dear").expect("a file");
    let answer = Vault::create(&other, &passphrase(), Strength::WEAK_FOR_TESTS);
    assert!(matches!(answer, Err(VaultError::AlreadyThere(_))));
    assert!(matches!(probe(&other), VaultState::Damaged { .. }));
    assert_eq!(fs::read(other.join("letter.txt")).expect("still there"), b"Dear");
}

#[test]
fn an_empty_folder_may_become_the_vault() {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir(place(&home)).expect("a folder");
    assert_eq!(probe(&place(&home)), VaultState::Missing);
    Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS).expect("created");
    assert!(matches!(probe(&place(&home)), VaultState::Locked(_)));
}

#[test]
fn an_unlocked_vault_shows_no_secret_in_a_trace() {
    let (_home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A title"), "a body").expect("saved");
    let note = vault.open(id).expect("opens");
    let shown = format!("{vault:?} {note:?} {:?}", vault.list());
    assert!(
        !["A title", "a body", "HERON", "KEY"].iter().any(|word| shown.contains(word)),
        "{shown}"
    );
}

#[test]
fn the_recovery_sheet_opens_everything_and_the_passphrase_can_be_changed_with_it() {
    let home = tempfile::tempdir().expect("a folder");
    let (vault, sheet) =
        Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS).expect("created");
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    drop(vault);
    let vault = Vault::unlock_with_recovery(&place(&home), sheet.key()).expect("opens");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept");
    let new = "a new passphrase".into();
    vault.change_passphrase(&new, Strength::WEAK_FOR_TESTS).expect("changed");
    drop(vault);
    assert!(Vault::unlock(&place(&home), &passphrase()).is_err());
    assert!(Vault::unlock(&place(&home), &new).is_ok());
    let another = age::x25519::Identity::generate().to_string();
    for wrong in [another, sheet.key().expose_secret()[..70].into(), "".into()] {
        let answer = Vault::unlock_with_recovery(&place(&home), &wrong);
        assert!(matches!(answer, Err(VaultError::WrongRecoveryKey)));
    }
}

#[test]
fn a_new_sheet_replaces_the_old_one_only_when_it_is_put_in_its_place() {
    let home = tempfile::tempdir().expect("a folder");
    let (vault, old) =
        Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS).expect("created");
    assert!(!vault.recovery_confirmed());
    vault.confirm_recovery().expect("remembered");
    assert!(vault.recovery_confirmed());
    let new = vault.new_sheet().expect("made");
    assert!(Vault::unlock_with_recovery(&place(&home), old.key()).is_ok(), "it counts");
    vault.replace_sheet(&new, jiff::Timestamp::now()).expect("replaced");
    assert!(vault.recovery_confirmed());
    drop(vault);
    assert!(Vault::unlock_with_recovery(&place(&home), old.key()).is_err());
    assert!(Vault::unlock_with_recovery(&place(&home), new.sheet.key()).is_ok());
}

#[cfg(unix)]
#[test]
fn folders_are_0700_and_files_0600() {
    let (home, vault) = vault();
    vault.save_draft(NoteId::random(), &head("A"), "one").expect("saved");
    vault.complete(NoteId::random(), &head("B"), "two").expect("complete");
    for path in everything_below(home.path()) {
        let mode = fs::metadata(&path).expect("facts").permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[test]
fn a_second_window_reads_and_says_who_writes() {
    let (home, first) = vault();
    let id = NoteId::random();
    first.save_draft(id, &head("A"), "one").expect("saved");
    let second = unlock(&home);
    let why = second.read_only().expect("it only reads").to_owned();
    assert!(why.contains(&format!("process {}", std::process::id())), "{why}");
    assert_eq!(second.open(id).expect("reads").body.as_str(), "one");
    for refused in [
        second.save_draft(id, &head("A"), "two").map(|_| ()),
        second.complete(id, &head("A"), "two").map(|_| ()),
        second.discard_draft(id),
        second.confirm_recovery(),
    ] {
        assert!(matches!(refused, Err(VaultError::ReadOnly(_))));
    }
    first.complete(id, &head("A"), "two").expect("complete");
    assert_eq!(second.open(id).expect("reads").verified, Verified::Yes);
    drop(first);
    drop(second);
    assert!(unlock(&home).read_only().is_none());
}

#[test]
fn a_discarded_draft_is_gone_and_a_completed_note_stays() {
    let (home, vault) = vault();
    let (draft, complete) = (NoteId::random(), NoteId::random());
    vault.save_draft(draft, &head("A"), "one").expect("saved");
    vault.complete(complete, &head("B"), "two").expect("complete");
    vault.discard_draft(draft).expect("discarded");
    vault.discard_draft(complete).expect("nothing to discard");
    assert!(matches!(vault.open(draft), Err(VaultError::NoSuchNote(_))));
    assert_eq!(vault.list().expect("lists").len(), 1);
    assert!(!place(&home).join(super::storage::layout::note_folder(draft)).exists());
    vault.save_draft(draft, &head("A"), "again").expect("the id can be used again");
}

#[test]
fn a_locked_vault_tells_how_much_it_holds_and_nothing_else() {
    let (home, vault) = vault();
    vault.save_draft(NoteId::random(), &head("A"), "one").expect("saved");
    vault.complete(NoteId::random(), &head("B"), "two").expect("complete");
    let VaultState::Locked(facts) = probe(&place(&home)) else { panic!("a whole vault") };
    assert_eq!((facts.notes, facts.drafts), (2, 1));
    assert!(facts.bytes > 8192 && !facts.recovery_confirmed);
    assert_eq!(probe(&home.path().join("nowhere")), VaultState::Missing);
}

#[test]
fn a_vault_of_a_later_format_is_left_alone() {
    let (home, vault) = vault();
    drop(vault);
    fs::write(place(&home).join("vault.toml"), "format = 9\n").expect("written");
    assert_eq!(probe(&place(&home)), VaultState::NewerFormat { found: 9, known: 2 });
    let answer = Vault::unlock(&place(&home), &passphrase());
    assert!(matches!(answer, Err(VaultError::NewerFormat(9))));
}

#[test]
fn no_word_of_a_note_is_readable_on_the_disk() {
    let (home, vault) = vault();
    let canary = "KITTIWAKE-73";
    for round in 0..3 {
        let id = NoteId::random();
        let body = format!("note = \"{canary} {round}\"\n");
        vault.save_draft(id, &head(canary), &body).expect("saved");
        if round > 0 {
            vault.complete(id, &head(canary), &body).expect("complete");
        }
    }
    for path in everything_below(home.path()).into_iter().filter(|path| path.is_file()) {
        let bytes = fs::read(&path).expect("reads");
        for word in [canary, "HERON-42", super::fixtures::PASSPHRASE, "AGE-SECRET-KEY"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} in {}", path.display());
        }
    }
}

#[test]
fn sizes_on_the_disk_tell_little() {
    let (_home, vault) = vault();
    let sizes = ["", "a", &"b".repeat(3000)]
        .map(|body| vault.save_draft(NoteId::random(), &head("A"), body).expect("saved").bytes);
    // What is left is a line of random length that age itself adds to every header.
    let spread = sizes.iter().max().zip(sizes.iter().min()).map(|(most, least)| most - least);
    assert!(spread.is_some_and(|spread| spread < 1000), "{sizes:?}");
}
