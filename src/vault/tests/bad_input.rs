//! Whatever lies in the vault's place, and however it cannot be read: a plain sentence, something
//! to do, nothing lost, and nothing made by accident.

#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};
use std::{fs, path::Path, sync::Arc};

use crate::system::Errno;

use super::everything_below;
use crate::vault::{
    NoteId, Strength, Vault, VaultError, VaultState, create,
    fixtures::{
        fault::{Call, FaultyDisk},
        faulty_vault, head, passphrase, place, unlock, vault,
    },
    location_warnings, probe,
    storage::{
        layout,
        lock::{self, Writer},
    },
};

#[cfg(unix)]
#[test]
fn every_file_replaced_by_a_folder_a_link_or_nothing_is_said_and_loses_no_other_note() {
    for name in [layout::MANIFEST, layout::IDENTITY, layout::RECOVERY, layout::LEDGER] {
        for damage in ["folder", "link", "empty", "missing"] {
            let (home, vault) = vault();
            let id = NoteId::random();
            vault.complete(id, &head("A"), "kept").expect("complete");
            drop(vault);
            let path = place(&home).join(name);
            let elsewhere = home.path().join("elsewhere");
            fs::rename(&path, &elsewhere).expect("moved");
            match damage {
                "folder" => fs::create_dir(&path).expect("a folder"),
                "link" => symlink(&elsewhere, &path).expect("a link"),
                "empty" => fs::write(&path, "").expect("a file"),
                _ => {}
            }
            let before = everything_below(home.path());
            match Vault::unlock(&place(&home), &passphrase()) {
                Ok(vault) => {
                    assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept");
                    assert!(!vault.verify().is_clean(), "{name} {damage} is named");
                }
                Err(error) => {
                    let said = error.sentence();
                    assert!(said.contains(name) && said.matches('.').count() >= 2, "{said}");
                }
            }
            assert_eq!(everything_below(home.path()), before, "{name} {damage}");
            fs::remove_dir(&path).or_else(|_| fs::remove_file(&path)).unwrap_or(());
            fs::rename(&elsewhere, &path).expect("put right");
            assert_eq!(unlock(&home).open(id).expect("opens").body.as_str(), "kept");
        }
    }
}

#[test]
fn a_key_file_that_may_not_be_read_is_no_damage_and_says_whom_to_ask() {
    let (home, vault) = vault();
    drop(vault);
    for (error, expected) in [(Errno::ACCESS, "who owns"), (Errno::IO, "may be failing")] {
        let disk = Arc::new(FaultyDisk::default());
        disk.fail_always(Call::Read, error);
        let refused = Vault::unlock_on(disk, &place(&home), &passphrase()).expect_err("refused");
        assert!(refused.advice().contains(expected), "{}", refused.sentence());
    }
}

#[test]
fn a_cut_key_file_says_that_the_sheet_still_opens_the_vault() {
    let (home, vault) = vault();
    drop(vault);
    let path = place(&home).join(layout::IDENTITY);
    let whole = fs::read(&path).expect("reads");
    fs::write(&path, &whole[..whole.len() / 2]).expect("cut");
    let refused = Vault::unlock(&place(&home), &passphrase()).expect_err("refused");
    assert!(refused.advice().contains("vault recover"), "{}", refused.sentence());
}

#[test]
fn a_newer_note_in_an_older_program_is_left_as_it_is() {
    let (home, vault) = vault();
    drop(vault);
    let path = place(&home).join(layout::MANIFEST);
    fs::write(&path, "format = 3\nsomething = 'new'\n").expect("written");
    let before = everything_below(home.path());
    let refused = Vault::unlock(&place(&home), &passphrase()).expect_err("refused");
    assert!(refused.sentence().contains("Update caseclinic"), "{}", refused.sentence());
    let again = Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS);
    assert!(matches!(again, Err(VaultError::AlreadyThere(_))));
    assert_eq!(everything_below(home.path()), before);
}

#[test]
fn a_folder_that_may_only_be_read_opens_for_reading_and_says_so() {
    // Nobody may write there, whoever runs this.
    let taken = lock::take(Path::new("/sys"));
    let Ok(Writer::Elsewhere { why }) = taken else { panic!("{taken:?}") };
    assert!(why.contains("no permission to write"), "{why}");
}

#[test]
fn a_vault_on_a_read_only_disk_is_not_made_and_leaves_nothing() {
    for error in [Errno::ROFS, Errno::ACCESS, Errno::NOSPC] {
        let home = tempfile::tempdir().expect("a folder");
        let disk = Arc::new(FaultyDisk::default());
        disk.fail_always(Call::MakeFolder, error);
        let made =
            create::create(disk, &(&place(&home)).into(), &passphrase(), Strength::WEAK_FOR_TESTS);
        let said = made.expect_err("refused").sentence();
        assert!(said.starts_with("Could not create"), "{said}");
        assert_eq!(probe(&place(&home)), VaultState::Missing);
        assert!(everything_below(home.path()).is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_folder_open_to_others_is_said_and_nothing_is_changed() {
    let (home, vault) = vault();
    assert!(location_warnings(&place(&home)).is_empty());
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(place(&home), open).expect("opened");
    let said = location_warnings(&place(&home));
    assert!(said.len() == 1 && said[0].contains("chmod"), "{said:?}");
    assert!(!vault.verify().is_clean());
    assert!(location_warnings(&home.path().join("nowhere")).is_empty());
}

#[test]
fn a_note_folder_that_is_a_file_stops_nobody() {
    let (home, vault) = vault();
    let (id, other) = (NoteId::random(), NoteId::random());
    vault.complete(other, &head("A"), "kept").expect("complete");
    fs::write(place(&home).join(layout::note_folder(id)), "x").expect("written");
    assert!(vault.save_draft(id, &head("B"), "text").is_err());
    let readable = |row: &crate::vault::NoteRow| row.head.is_ok();
    assert_eq!(vault.list().expect("lists").iter().filter(|row| readable(row)).count(), 1);
    let foreign = vault.verify().findings;
    assert!(!foreign.is_empty() && foreign[0].file == layout::note_folder(id), "{foreign:?}");
    assert_eq!(vault.open(other).expect("opens").body.as_str(), "kept");
}

#[test]
fn a_disk_that_fails_while_reading_shows_no_text_and_no_panic() {
    let (_home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "kept").expect("complete");
    disk.fail_always(Call::Read, Errno::IO);
    assert!(matches!(vault.open(id), Err(VaultError::Unread { .. })));
    assert!(!vault.verify().is_clean());
    assert!(vault.stamps().expect("none").is_empty());
    disk.mend();
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept");
}

#[cfg(unix)]
#[test]
fn nothing_goes_through_a_folder_that_is_a_link_and_it_is_said_what_it_is() {
    for name in [layout::TRASH, layout::NOTES, layout::KEYS] {
        let (home, vault) = vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "kept").expect("saved");
        let (folder, elsewhere) = (place(&home).join(name), home.path().join("elsewhere"));
        fs::rename(&folder, &elsewhere)
            .or_else(|_| fs::create_dir(&elsewhere))
            .expect("a folder elsewhere");
        symlink(&elsewhere, &folder).expect("a link");
        let before = everything_below(&elsewhere);
        let refusals = [
            vault.discard_draft(id).expect_err("refused"),
            vault.save_draft(NoteId::random(), &head("B"), "text").expect_err("refused"),
            vault.change_passphrase(&passphrase(), Strength::WEAK_FOR_TESTS).expect_err("refused"),
            vault.backup(&home.path().join("backup.age")).expect_err("refused"),
        ];
        for refused in refusals {
            let said = refused.sentence();
            assert!(said.starts_with(&format!("{name} is a link")), "{said}");
        }
        drop(vault);
        if name == layout::KEYS {
            let refused = Vault::unlock(&place(&home), &passphrase()).expect_err("refused");
            assert!(refused.sentence().contains("keys is a link"), "{}", refused.sentence());
            assert_eq!(everything_below(&elsewhere), before, "{name}");
            continue;
        }
        let vault = unlock(&home);
        let finding = vault.verify().findings.into_iter().find(|one| one.file == Path::new(name));
        assert!(finding.is_some_and(|one| one.why.contains("is a link")), "{name}");
        assert_eq!(everything_below(&elsewhere), before, "{name}");
    }
    let (home, vault) = vault();
    let id = NoteId::random();
    symlink(home.path(), place(&home).join(layout::note_folder(id))).expect("a link");
    let refused = vault.save_draft(id, &head("B"), "text").expect_err("refused");
    assert!(refused.to_string().contains("is a link"), "{refused}");
    let rows = vault.list().expect("lists");
    let damage = rows[0].head.as_ref().expect_err("it is named, and not left out");
    assert!(damage.why.contains("is a link"), "{}", damage.why);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_disk_that_is_not_there_is_no_place_for_a_new_vault() {
    let home = tempfile::tempdir().expect("a folder");
    symlink(home.path().join("stick/vault"), place(&home)).expect("a link");
    let VaultState::Damaged { why, advice } = probe(&place(&home)) else { panic!("named") };
    assert!(why.contains("not there") && advice.contains("Connect the disk"), "{why} {advice}");
    let made = Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS);
    assert!(matches!(made, Err(VaultError::AlreadyThere(_))));
}

#[test]
fn a_folder_without_permission_is_about_permissions_and_about_no_backup() {
    let (_home, disk, vault) = faulty_vault();
    let (id, other) = (NoteId::random(), NoteId::random());
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    vault.save_draft(other, &head("B"), "kept").expect("saved");
    disk.make_unreadable(layout::note_folder(id), Errno::ACCESS);
    let rows = vault.list().expect("lists");
    let row = rows.iter().find(|row| row.id == id).expect("it is not left out");
    let damage = row.head.as_ref().expect_err("it cannot be read");
    assert!(damage.why.contains("permission denied"), "{}", damage.why);
    assert!(damage.advice.contains("permissions"), "{}", damage.advice);
    let seen = vault.verify();
    let finding = seen.findings.iter().find(|one| one.file == layout::note_folder(id));
    let finding = finding.expect("it is named");
    assert!(finding.advice.contains("permissions"), "{finding:?}");
    assert!(seen.findings.iter().all(|one| !one.advice.contains("Restore it")), "{seen:?}");
    disk.make_unreadable(layout::TRASH, Errno::ACCESS);
    vault.discard_draft(other).expect("discarded");
    assert!(vault.verify().findings.iter().any(|one| one.file == Path::new(layout::TRASH)));
    disk.make_unreadable(layout::NOTES, Errno::ACCESS);
    let refused = vault.list().expect_err("no empty list");
    assert!(refused.advice().contains("permissions"), "{}", refused.sentence());
    assert!(vault.verify().findings.iter().any(|one| one.file == Path::new(layout::NOTES)));
}

#[test]
fn a_trash_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let (_home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "discarded").expect("saved");
    vault.discard_draft(id).expect("discarded");
    disk.make_unreadable(layout::TRASH, Errno::ACCESS);
    let refused = vault.trash().expect_err("no empty list");
    assert!(refused.advice().contains("permissions"), "{}", refused.sentence());
    let erased = vault.erase(id, "asked for by the family", jiff::Timestamp::now());
    assert!(matches!(erased, Err(VaultError::Disk { .. })), "{erased:?}");
    assert!(vault.erased().expect("read").is_empty(), "it would have stayed in the trash");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_vault_stays_one_and_new_keys_are_made_where_the_vault_is() {
    let (home, vault) = vault();
    drop(vault);
    let stick = home.path().join("stick");
    fs::create_dir(&stick).expect("a folder");
    fs::rename(place(&home), stick.join("vault")).expect("moved");
    symlink(stick.join("vault"), place(&home)).expect("a link");
    let vault = unlock(&home);
    let now = jiff::Timestamp::now();
    let made = vault
        .rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &|_| None, &mut |_| Ok(()))
        .expect("new keys");
    assert!(made.vault.folder().starts_with(&stick) && made.before.folder.starts_with(&stick));
    assert!(fs::read_link(place(&home)).is_ok_and(|to| to == stick.join("vault")));
    assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 2, "stick and link");
    assert!(unlock_at(&stick.join("vault")).verify().is_clean());
}

fn unlock_at(place: &Path) -> Vault {
    Vault::unlock(place, &passphrase()).expect("unlocks")
}
