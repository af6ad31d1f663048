//! A backup brings everything back, into a new place only, or says that it does not.

use std::{fs, sync::Arc};

use crate::system::Errno;
use secrecy::ExposeSecret;

use super::everything_below;
use crate::vault::{
    Correction, NoteId, Opener, Strength, Vault, VaultError, VaultState,
    fixtures::{
        fault::{Call, FaultyDisk, WRITING},
        faulty_vault, head, passphrase, place, vault,
    },
    probe, restore, restore_on,
    storage::layout,
};

/// One of everything: a draft, and a note with an amendment.
fn filled(vault: &Vault) -> (NoteId, NoteId) {
    let (draft, complete) = (NoteId::random(), NoteId::random());
    vault.save_draft(draft, &head("A"), "a draft").expect("saved");
    vault.complete(complete, &head("B"), "one").expect("complete");
    vault.amend(complete, &head("B"), "two", Correction::Amended).expect("amended");
    (draft, complete)
}

#[test]
fn a_backup_brings_every_note_back_with_the_passphrase_or_with_the_sheet() {
    let home = tempfile::tempdir().expect("a folder");
    let (vault, sheet) =
        Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS).expect("created");
    let (draft, complete) = filled(&vault);
    fs::write(place(&home).join("holiday.jpg"), "x").expect("written");
    let file = home.path().join("backup.age");
    let made = vault.backup(&file).expect("backed up");
    assert_eq!((made.files, made.opens_with_sheet), (7, true));
    assert_eq!(made.left_out, [std::path::Path::new("holiday.jpg")]);
    fs::remove_dir_all(place(&home)).expect("the disk is lost");
    for (name, opener) in
        [("one", Opener::Passphrase(&passphrase())), ("two", Opener::Sheet(sheet.key()))]
    {
        let there = home.path().join(name);
        let restored = restore(&file, &there, opener).expect("restored");
        assert_eq!(restored.files, 7);
        assert!(restored.seen.is_clean(), "{:?}", restored.seen.findings);
        let vault = Vault::unlock(&there, &passphrase()).expect("unlocks");
        assert_eq!(vault.open(draft).expect("opens").body.as_str(), "a draft");
        assert_eq!(vault.open(complete).expect("opens").body.as_str(), "two");
        assert!(Vault::unlock_with_recovery(&there, sheet.key()).is_ok());
    }
}

#[test]
fn a_backup_never_overwrites_and_a_restore_goes_into_a_new_place_only() {
    let (home, vault) = vault();
    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    assert!(matches!(vault.backup(&file), Err(VaultError::NameTaken(_))));
    drop(vault);
    let before = everything_below(home.path());
    let opener = passphrase();
    let refused = restore(&file, &place(&home), Opener::Passphrase(&opener));
    assert!(matches!(refused, Err(VaultError::NameTaken(_))));
    let there = home.path().join("elsewhere");
    let wrong = "another passphrase".into();
    let refused = restore(&file, &there, Opener::Passphrase(&wrong));
    assert!(matches!(refused, Err(VaultError::BackupNotOpened(_))));
    assert_eq!(everything_below(home.path()), before, "nothing was made");
}

#[test]
fn every_byte_flipped_and_every_length_cut_of_a_backup_is_detected_and_makes_no_vault() {
    let (home, vault) = vault();
    filled(&vault);
    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    let whole = fs::read(&file).expect("reads");
    let there = home.path().join("elsewhere");
    let altered = home.path().join("altered.age");
    let opener = passphrase();
    for at in (0..1200).step_by(23).chain((1200..whole.len()).step_by(1531)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        for bytes in [bytes.as_slice(), &whole[..at]] {
            fs::write(&altered, bytes).expect("written");
            assert!(restore(&altered, &there, Opener::Passphrase(&opener)).is_err(), "{at}");
            assert_eq!(probe(&there), VaultState::Missing);
        }
    }
}

#[test]
fn each_call_failing_once_leaves_no_half_a_backup_and_no_half_a_vault() {
    let (home, disk, vault) = faulty_vault();
    filled(&vault);
    let good = home.path().join("good.age");
    vault.backup(&good).expect("backed up");
    let before = everything_below(home.path());
    for call in WRITING {
        disk.fail_once(call, Errno::NOSPC);
        let file = home.path().join("backup.age");
        match vault.backup(&file) {
            Ok(_) => fs::remove_file(&file).expect("made, and removed"),
            Err(error) => assert!(error.sentence().contains("disk is full"), "{error}"),
        }
        disk.mend();
        let there = home.path().join("elsewhere");
        disk.fail_once(call, Errno::NOSPC);
        let opener = passphrase();
        let restored = restore_on(disk.clone(), &good, &there, Opener::Passphrase(&opener));
        assert_eq!(restored.is_ok(), matches!(probe(&there), VaultState::Locked(_)), "{call:?}");
        disk.mend();
        if restored.is_ok() {
            fs::remove_dir_all(&there).expect("removed");
        }
        assert_eq!(everything_below(home.path()), before, "{call:?} leaves nothing behind");
    }
}

#[test]
fn a_power_cut_at_any_call_of_a_restore_leaves_a_whole_vault_or_none() {
    let (home, vault) = vault();
    filled(&vault);
    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    let opener = passphrase();
    for calls in (0..).step_by(3) {
        let disk = Arc::new(FaultyDisk::default());
        disk.cut_power_after(calls);
        let there = home.path().join("elsewhere");
        let made = restore_on(disk.clone(), &file, &there, Opener::Passphrase(&opener)).is_ok();
        let finished = disk.is_waiting();
        match probe(&there) {
            VaultState::Missing => assert!(!made),
            VaultState::Locked(_) => {
                let vault = Vault::unlock(&there, &passphrase()).expect("unlocks");
                assert!(vault.verify().is_clean());
                drop(vault);
                fs::remove_dir_all(&there).expect("removed");
            }
            other => panic!("after {calls} calls: {other:?}"),
        }
        if finished {
            return assert!(made && calls > 30);
        }
    }
}

#[test]
fn a_backup_is_compared_with_the_vault_and_leaves_nothing_behind() {
    let (home, vault) = vault();
    let (draft, complete) = filled(&vault);
    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    let opener = passphrase();
    let same = vault.compare_backup(&file, Opener::Passphrase(&opener)).expect("compared");
    assert_eq!((same.same, same.different.len(), same.only_in_vault.len()), (7, 0, 0));
    vault.save_draft(draft, &head("A"), "changed since").expect("saved");
    vault.save_draft(NoteId::random(), &head("C"), "new").expect("saved");
    fs::remove_file(place(&home).join(layout::revision_file(complete, 1))).expect("lost");
    let before = everything_below(home.path());
    let seen = vault.compare_backup(&file, Opener::Passphrase(&opener)).expect("compared");
    let changed = [layout::LEDGER.into(), layout::draft_file(draft)];
    assert_eq!(seen.different, changed, "the ledger names the new draft");
    assert_eq!(seen.only_in_backup, [layout::revision_file(complete, 1)]);
    assert_eq!(seen.only_in_vault.len(), 1);
    assert!(seen.seen.is_clean());
    assert_eq!(everything_below(home.path()), before);
}

#[test]
fn a_backup_names_what_could_not_be_read_and_so_does_whoever_restores_it() {
    let (home, disk, vault) = faulty_vault();
    let (draft, complete) = filled(&vault);
    let opener = passphrase();
    let lacking = [layout::note_folder(draft), layout::revision_file(complete, 1)];
    for (number, lost) in lacking.iter().enumerate() {
        let file = home.path().join(format!("backup-{number}.age"));
        disk.make_unreadable(lost.clone(), Errno::ACCESS);
        let made = vault.backup(&file).expect("what can be read is in it");
        let unread: Vec<_> = made.unread.iter().map(|one| one.file.clone()).collect();
        assert_eq!((made.files, unread.as_slice()), (6, std::slice::from_ref(lost)));
        assert!(made.unread[0].why.contains("permission denied"), "{:?}", made.unread);
        disk.mend();
        let compared = vault.compare_backup(&file, Opener::Passphrase(&opener)).expect("compared");
        let there = home.path().join(format!("elsewhere-{number}"));
        let restored = restore(&file, &there, Opener::Passphrase(&opener)).expect("restored");
        assert_eq!(restored.files, 6);
        for seen in [compared.seen, restored.seen] {
            let found: Vec<_> = seen.findings.iter().filter(|one| one.file == *lost).collect();
            assert_eq!(found.len(), 1, "{:?}", seen.findings);
            assert!(found[0].why.contains("backup lacks this"), "{found:?}");
        }
        assert!(!there.join(layout::NOT_IN_BACKUP).exists());
    }
    disk.make_unreadable(layout::NOTES, Errno::ACCESS);
    let made = vault.backup(&home.path().join("no-notes.age")).expect("keys and ledger");
    assert_eq!(made.unread[0].file, std::path::Path::new(layout::NOTES));
    disk.mend();
    let whole = home.path().join("whole.age");
    assert!(vault.backup(&whole).expect("backed up").unread.is_empty());
    disk.make_unreadable(layout::note_folder(draft), Errno::ACCESS);
    let compared = vault.compare_backup(&whole, Opener::Passphrase(&opener)).expect("compared");
    assert_eq!(compared.unread.len(), 1, "what could not be compared is named");
}

#[cfg(unix)]
#[test]
fn no_backup_is_written_among_the_files_of_the_vault_or_its_copies() {
    let (home, vault) = vault();
    vault.copier().copy_if_due("2026-11-22T09:00:00Z".parse().expect("a time")).expect("taken");
    std::os::unix::fs::symlink(place(&home), home.path().join("link")).expect("a link");
    for folder in ["vault", "vault/notes", "vault-copies", "vault-copies/2026-11-22", "link/keys"] {
        let refused = vault.backup(&home.path().join(folder).join("backup.age"));
        assert!(matches!(refused, Err(VaultError::InsideVault(_))), "{folder}");
    }
    vault.backup(&home.path().join("backup.age")).expect("beside them");
}

#[test]
fn a_tar_that_leads_elsewhere_is_no_backup() {
    let (home, vault) = vault();
    let there = home.path().join("elsewhere");
    let key = vault.keys.identity().to_string();
    for name in ["../out", "keys/../../out", "notes/x", "lock"] {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.as_gnu_mut().expect("one of theirs").name[..name.len()]
            .copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, &b"x"[..]).expect("appended");
        let bytes = tar.into_inner().expect("a tar");
        let sealed = vault.keys.seal(&bytes);
        let file = home.path().join("hostile.age");
        fs::write(&file, sealed.expect("sealed")).expect("written");
        let before = everything_below(home.path());
        let refused = restore(&file, &there, Opener::Sheet(&key.expose_secret().into()));
        let why = refused.expect_err("refused").to_string();
        assert!(why.contains("not a vault file"), "{name}: {why}");
        assert_eq!(everything_below(home.path()), before, "{name}");
    }
}

#[test]
fn no_word_of_a_note_is_readable_in_a_backup() {
    let (home, disk, vault) = faulty_vault();
    vault.complete(NoteId::random(), &head("KITTIWAKE"), "PUFFIN").expect("complete");
    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    let bytes = fs::read(&file).expect("reads");
    for word in ["KITTIWAKE", "PUFFIN", "vault.toml", "AGE-SECRET"] {
        assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
    disk.fail_once(Call::Read, Errno::IO);
    assert!(vault.backup(&home.path().join("other.age")).is_err());
    assert!(!home.path().join("other.age").exists());
}
