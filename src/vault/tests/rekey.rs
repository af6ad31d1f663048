//! New keys: everything comes along, and whatever interrupts it, one whole vault is there.

use std::{fs, sync::Arc};

use crate::system::Errno;
use jiff::Timestamp;
use secrecy::SecretString;

use super::everything_below;
use crate::vault::{
    Correction, Disk, NoteId, RecoverySheet, Rekeyed, Strength, Vault, VaultError, Verified,
    copies, copies_folder,
    fixtures::{
        fault::{Call, FaultyDisk, WRITING},
        head, passphrase, place,
    },
    keys::seal,
    storage::layout,
};

fn new_passphrase() -> SecretString {
    "quite another passphrase".into()
}

/// New keys under the new passphrase, with a sheet that is kept at once.
fn rekey(vault: Vault) -> Result<Rekeyed, VaultError> {
    let (weak, now) = (Strength::WEAK_FOR_TESTS, Timestamp::now());
    vault.rekey(&new_passphrase(), weak, now, &|_| None, &mut |_| Ok(()))
}

struct Filled {
    home: tempfile::TempDir,
    sheet: RecoverySheet,
    draft: NoteId,
    complete: NoteId,
}

/// A vault with a draft, a note with an amendment, and a member.
fn filled() -> Filled {
    let home = tempfile::tempdir().expect("a folder");
    let (vault, sheet) =
        Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS).expect("created");
    let (draft, complete) = (NoteId::random(), NoteId::random());
    let member = age::x25519::Identity::generate().to_public().to_string();
    vault.add_member("Asha", "deputy", &member, Timestamp::now()).expect("added");
    vault.save_draft(draft, &head("A"), "a draft").expect("saved");
    vault.complete(complete, &head("B"), "one").expect("complete");
    vault.amend(complete, &head("B"), "two", Correction::Amended).expect("amended");
    Filled { home, sheet, draft, complete }
}

#[track_caller]
fn assert_whole(vault: &Vault, filled: &Filled, context: &str) {
    assert_eq!(vault.open(filled.draft).expect("opens").body.as_str(), "a draft", "{context}");
    for (number, body) in [(1, "one"), (2, "two")] {
        let note = vault.open_revision(filled.complete, number).expect("opens");
        assert_eq!((note.body.as_str(), note.verified), (body, Verified::Yes), "{context}");
    }
    let seen = vault.verify();
    assert!(seen.findings.is_empty(), "{context}: {:?}", seen.findings);
    assert_eq!(vault.list_members().expect("lists").len(), 1, "{context}");
}

#[test]
fn new_keys_bring_everything_along_and_the_old_ones_open_nothing_new() {
    let filled = filled();
    let at = place(&filled.home);
    let old = Vault::unlock(&at, &passphrase()).expect("unlocks");
    let old_key = old.keys.identity().clone();
    let rekeyed = rekey(old).expect("new keys");
    assert_whole(&rekeyed.vault, &filled, "at once");
    assert!(rekeyed.left_behind.is_empty() && rekeyed.vault.recovery_confirmed());
    let later = NoteId::random();
    rekeyed.vault.complete(later, &head("C"), "later").expect("complete");
    let new_sheet = rekeyed.sheet.key().clone();
    drop(rekeyed.vault);

    for file in everything_below(&at).into_iter().filter(|path| path.is_file()) {
        let sealed = fs::read(&file).expect("reads");
        assert!(seal::open_with(&old_key, &sealed).is_err(), "{}", file.display());
    }
    assert!(matches!(Vault::unlock(&at, &passphrase()), Err(VaultError::WrongPassphrase)));
    assert!(Vault::unlock_with_recovery(&at, filled.sheet.key()).is_err());
    let vault = Vault::unlock_with_recovery(&at, &new_sheet).expect("the new sheet opens it");
    assert_whole(&vault, &filled, "again");
    assert_eq!(vault.open(later).expect("opens").verified, Verified::Yes);
    drop(vault);

    let then = copies(&Disk, &at);
    assert_eq!((then.len(), &then[0]), (1, &rekeyed.before));
    let then = Vault::unlock(&then[0].folder, &passphrase()).expect("the old vault is kept");
    assert_whole(&then, &filled, "the copy of before");
    assert_eq!(fs::read_dir(filled.home.path()).expect("a folder").count(), 2, "vault and copies");
}

#[test]
fn a_power_cut_at_any_call_of_a_rekey_leaves_the_old_vault_or_the_new_one() {
    let mut filled = filled();
    for calls in 0.. {
        let at = place(&filled.home);
        let disk = Arc::new(FaultyDisk::default());
        let vault = Vault::unlock_on(disk.clone(), &at, &passphrase()).expect("unlocks");
        disk.cut_power_after(calls);
        let rekeyed = rekey(vault);
        let (made, finished) = (rekeyed.is_ok(), disk.is_waiting());
        drop(rekeyed);
        let context = format!("after {calls} calls");
        let (old, new) = (Vault::unlock(&at, &passphrase()), Vault::unlock(&at, &new_passphrase()));
        assert!(old.is_ok() != new.is_ok(), "{context}: exactly one passphrase opens it");
        assert!(!made || new.is_ok(), "{context}: what was said to be done is done");
        let is_new = new.is_ok();
        let vault = old.or(new).expect("one of them");
        assert_whole(&vault, &filled, &context);
        drop(vault);
        for entry in fs::read_dir(filled.home.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert!(path == at || path == copies_folder(&at), "{context}: {}", path.display());
        }
        if finished {
            return assert!(made && calls > 45, "{calls}");
        }
        if is_new {
            filled = self::filled();
        }
    }
}

#[test]
fn each_call_failing_once_leaves_the_old_vault_and_the_next_attempt_succeeds() {
    for call in WRITING.into_iter().chain([Call::Exchange, Call::Link, Call::Read]) {
        let filled = filled();
        let at = place(&filled.home);
        let disk = Arc::new(FaultyDisk::default());
        let vault = Vault::unlock_on(disk.clone(), &at, &passphrase()).expect("unlocks");
        disk.fail_once(call, Errno::NOSPC);
        let made = rekey(vault);
        let expected = if made.is_ok() { new_passphrase() } else { passphrase() };
        drop(made);
        let vault = Vault::unlock(&at, &expected).expect("opens");
        assert_whole(&vault, &filled, &format!("{call:?}"));
        let again = rekey(vault);
        assert_whole(&again.expect("new keys").vault, &filled, &format!("{call:?}, again"));
    }
}

#[test]
fn a_damaged_vault_or_one_with_foreign_files_gets_no_new_keys() {
    for name in ["holiday.jpg", "keys/another.age"] {
        let filled = filled();
        let at = place(&filled.home);
        fs::write(at.join(name), "x").expect("written");
        let before = everything_below(filled.home.path());
        let vault = Vault::unlock(&at, &passphrase()).expect("unlocks");
        let made = rekey(vault);
        let why = made.expect_err("refused").sentence();
        assert!(why.contains(name), "{why}");
        assert_eq!(everything_below(filled.home.path()), before);
    }
}

#[test]
fn a_changed_passphrase_opens_the_vault_and_the_old_one_only_the_copy_of_before() {
    let filled = filled();
    let at = place(&filled.home);
    for calls in 0.. {
        let disk = Arc::new(FaultyDisk::default());
        let vault = Vault::unlock_on(disk.clone(), &at, &passphrase()).expect("unlocks");
        disk.cut_power_after(calls);
        let changed = vault.change_passphrase(&new_passphrase(), Strength::WEAK_FOR_TESTS).is_ok();
        drop(vault);
        let (old, new) = (Vault::unlock(&at, &passphrase()), Vault::unlock(&at, &new_passphrase()));
        assert!(old.is_ok() != new.is_ok() && (!changed || new.is_ok()), "after {calls} calls");
        if changed {
            return assert_whole(&new.expect("opens"), &filled, "changed");
        }
        let open = old.or(new).expect("one of them");
        open.change_passphrase(&passphrase(), Strength::WEAK_FOR_TESTS).expect("back again");
    }
}

#[test]
fn new_keys_made_while_somebody_unlocks_are_noticed_and_nothing_is_written_with_the_old_ones() {
    let filled = filled();
    let at = place(&filled.home);
    let disk = Arc::new(FaultyDisk::default());
    let there = at.clone();
    disk.once_read(layout::IDENTITY, move || {
        let vault = Vault::unlock(&there, &passphrase()).expect("unlocks");
        let made = rekey(vault);
        made.expect("new keys");
    });
    let refused = Vault::unlock_on(disk, &at, &passphrase());
    assert!(matches!(refused, Err(VaultError::WrongPassphrase)), "{refused:?}");
    assert_whole(&Vault::unlock(&at, &new_passphrase()).expect("opens"), &filled, "untouched");

    // The same passphrase, and other keys behind it.
    let disk = Arc::new(FaultyDisk::default());
    let there = at.clone();
    disk.once_read(layout::IDENTITY, move || {
        let vault = Vault::unlock(&there, &new_passphrase()).expect("unlocks");
        let made = rekey(vault);
        made.expect("new keys");
    });
    let vault = Vault::unlock_on(disk, &at, &new_passphrase()).expect("opens with the new keys");
    let later = NoteId::random();
    vault.complete(later, &head("C"), "later").expect("complete");
    drop(vault);
    let vault = Vault::unlock(&at, &new_passphrase()).expect("opens");
    assert_eq!(vault.open(later).expect("opens").verified, Verified::Yes);
    assert_whole(&vault, &filled, "again");
}

#[test]
fn keys_that_open_neither_ledger_nor_members_rebuild_neither() {
    let filled = filled();
    let at = place(&filled.home);
    let old = fs::read(at.join(layout::IDENTITY)).expect("reads");
    let vault = Vault::unlock(&at, &passphrase()).expect("unlocks");
    let made = rekey(vault);
    drop(made.expect("new keys"));
    let new = fs::read(at.join(layout::IDENTITY)).expect("reads");
    fs::write(at.join(layout::IDENTITY), old).expect("put back");
    let vault = Vault::unlock(&at, &passphrase()).expect("opens for reading");
    assert!(vault.read_only().is_some_and(|why| why.contains("other keys")));
    let refused = vault.complete(NoteId::random(), &head("C"), "unreadable later");
    assert!(matches!(refused, Err(VaultError::ReadOnly(_))));
    drop(vault);
    fs::write(at.join(layout::IDENTITY), new).expect("put right");
    assert_whole(&Vault::unlock(&at, &new_passphrase()).expect("opens"), &filled, "whole");
}

#[test]
fn a_new_sheet_is_handed_over_before_it_counts_and_one_of_the_two_always_opens_the_vault() {
    for calls in 0.. {
        let filled = filled();
        let at = place(&filled.home);
        let disk = Arc::new(FaultyDisk::default());
        let vault = Vault::unlock_on(disk.clone(), &at, &passphrase()).expect("unlocks");
        disk.cut_power_after(calls);
        let mut kept = None;
        let renewed = vault.new_sheet().and_then(|new| {
            kept = Some(new.sheet.key().clone());
            assert!(Vault::unlock_with_recovery(&at, filled.sheet.key()).is_ok(), "not yet");
            vault.replace_sheet(&new, Timestamp::now())
        });
        let finished = disk.is_waiting();
        drop(vault);
        let new = kept.is_some_and(|key| Vault::unlock_with_recovery(&at, &key).is_ok());
        let old = Vault::unlock_with_recovery(&at, filled.sheet.key()).is_ok();
        assert!(new != old && new == renewed.is_ok(), "after {calls} calls: {new} {old}");
        if finished {
            assert!(renewed.is_ok() && calls > 8, "{calls}");
            return;
        }
    }
}

#[test]
fn a_sheet_that_cannot_be_kept_changes_nothing() {
    let filled = filled();
    let at = place(&filled.home);
    let full = |_: &RecoverySheet| Err(Errno::NOSPC.into());
    let vault = Vault::unlock(&at, &passphrase()).expect("unlocks");
    let now = Timestamp::now();
    let weak = Strength::WEAK_FOR_TESTS;
    let refused =
        vault.rekey(&new_passphrase(), weak, now, &|_| None, &mut { full }).expect_err("refused");
    assert!(matches!(refused, VaultError::SheetNotKept(_)));
    assert!(Vault::unlock_with_recovery(&at, filled.sheet.key()).is_ok());
    assert_whole(&Vault::unlock(&at, &passphrase()).expect("opens"), &filled, "as before");
}
