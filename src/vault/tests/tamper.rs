//! Tampering and damage are shown, never believed, and never stop the other notes.

use std::{fs, sync::Arc};

use crate::system::Errno;

use crate::vault::{
    NoteId, NoteRow, NoteSource, Strength, Vault, VaultError, VaultState, Verified,
    fixtures::{fault::FaultyDisk, head, passphrase, place, unlock, vault},
    probe,
    storage::layout,
};

fn row(vault: &Vault, id: NoteId) -> NoteRow {
    let rows = vault.list().expect("lists");
    rows.into_iter().find(|row| row.id == id).expect("the note is in the list")
}

#[test]
fn every_byte_flipped_and_every_length_cut_is_detected() {
    let (home, vault) = vault();
    let (id, other) = (NoteId::random(), NoteId::random());
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    vault.save_draft(other, &head("B"), "other").expect("saved");
    let path = place(&home).join(layout::draft_file(id));
    let whole = fs::read(&path).expect("reads");
    // All of the header, then samples.
    for at in (0..300).chain((300..whole.len()).step_by(37)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).expect("written");
        let opened = vault.open(id);
        assert!(matches!(opened, Err(VaultError::Damaged { .. })), "byte {at}");
        fs::write(&path, &whole[..at]).expect("written");
        assert!(vault.open(id).is_err(), "cut to {at}");
    }
    let damage = row(&vault, id).head.expect_err("damaged");
    assert_eq!(damage.file, layout::draft_file(id));
    assert!(row(&vault, other).head.is_ok(), "the other note opens");
    fs::write(&path, &whole).expect("written");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept");
}

#[test]
fn a_damaged_key_file_is_said_and_nothing_is_written() {
    let (home, vault) = vault();
    drop(vault);
    let path = place(&home).join(layout::IDENTITY);
    let whole = fs::read(&path).expect("reads");
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).expect("written");
        assert!(Vault::unlock(&place(&home), &passphrase()).is_err(), "byte {at}");
        fs::write(&path, &whole[..at]).expect("written");
        assert!(Vault::unlock(&place(&home), &passphrase()).is_err(), "cut to {at}");
    }
    fs::remove_file(&path).expect("removed");
    assert!(matches!(probe(&place(&home)), VaultState::Damaged { .. }));
}

#[test]
fn a_missing_revision_is_named() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    fs::remove_dir_all(place(&home).join(layout::note_folder(id))).expect("removed");
    let damage = row(&vault, id).head.expect_err("missing");
    assert_eq!(damage.file, layout::revision_file(id, 1));
    assert!(damage.why.contains("is missing"), "{}", damage.why);
    assert!(vault.open(id).is_err());
}

#[test]
fn a_revision_the_ledger_does_not_know_is_shown_as_such() {
    let (home, vault) = vault();
    let empty = fs::read(place(&home).join(layout::LEDGER)).expect("reads");
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    drop(vault);
    fs::write(place(&home).join(layout::LEDGER), empty).expect("rolled back");
    let note = unlock(&home).open(id).expect("opens");
    assert!(matches!(note.verified, Verified::No(why) if why.contains("not in the ledger")));
}

#[test]
fn a_file_put_in_anothers_place_is_not_shown() {
    let (home, vault) = vault();
    let (one, two) = (NoteId::random(), NoteId::random());
    vault.complete(one, &head("A"), "one").expect("complete");
    vault.complete(two, &head("B"), "two").expect("complete");
    let at = |path| place(&home).join(path);
    fs::copy(at(layout::revision_file(one, 1)), at(layout::revision_file(two, 1))).expect("copied");
    assert!(matches!(vault.open(two), Err(VaultError::Damaged { .. })));
    let three = NoteId::random();
    vault.save_draft(three, &head("C"), "three").expect("saved");
    let revision = at(layout::revision_file(three, 1));
    fs::rename(at(layout::draft_file(three)), revision).expect("renamed");
    let why = vault.open(three).expect_err("a draft is no revision").to_string();
    assert!(why.contains("another file"), "{why}");
}

#[test]
fn a_note_sealed_by_somebody_else_is_not_shown() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "mine").expect("saved");
    let forged = vault.keys.seal(b"[head]\ntitle = 'x'\n");
    fs::write(place(&home).join(layout::draft_file(id)), forged.expect("sealed")).expect("written");
    let why = vault.open(id).expect_err("forged").to_string();
    assert!(why.contains("not signed by this vault"), "{why}");
}

#[test]
fn without_a_ledger_notes_still_open_and_say_so_and_the_next_completion_writes_a_new_one() {
    for damage in ["removed", "altered"] {
        let (home, vault) = vault();
        let (one, two) = (NoteId::random(), NoteId::random());
        vault.complete(one, &head("A"), "one").expect("complete");
        drop(vault);
        let path = place(&home).join(layout::LEDGER);
        match damage {
            "removed" => fs::remove_file(&path).expect("removed"),
            _ => fs::write(&path, "age-encryption.org/v1\n").expect("altered"),
        }
        let vault = unlock(&home);
        assert!(vault.ledger_fault().is_some_and(|why| why.contains(layout::LEDGER)));
        let note = vault.open(one).expect("opens");
        assert!(matches!(note.verified, Verified::No(_)));
        assert!(vault.save_draft(one, &head("A"), "changed").is_err(), "still complete");
        vault.complete(two, &head("B"), "two").expect("complete");
        assert_eq!(vault.ledger_fault(), None);
        drop(vault);
        let vault = unlock(&home);
        for id in [one, two] {
            assert_eq!(vault.open(id).expect("opens").verified, Verified::Yes, "{damage}");
        }
        let rebuilt =
            vault.verify().findings.into_iter().find(|one| one.file.as_os_str() == layout::LEDGER);
        assert!(rebuilt.is_some_and(|one| one.why.contains("was made from")), "{damage}");
        assert_eq!(vault.foreign_files().len(), usize::from(damage == "altered"));
    }
}

#[test]
fn foreign_files_are_named_and_left_alone() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "one").expect("saved");
    assert!(vault.foreign_files().is_empty());
    let folder = layout::note_folder(id);
    let foreign =
        ["holiday.jpg", "keys/id_rsa", "notes/README", &format!("{}/1.age", folder.display())];
    for name in foreign {
        fs::write(place(&home).join(name), "x").expect("written");
    }
    drop(vault);
    let vault = unlock(&home);
    let named: Vec<String> =
        vault.foreign_files().iter().map(|path| path.display().to_string()).collect();
    assert_eq!(named, foreign);
    assert_eq!(vault.list().expect("lists").len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_place_of_a_note_does_not_stop_the_program() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "one").expect("saved");
    let path = place(&home).join(layout::draft_file(id));
    fs::remove_file(&path).expect("removed");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .expect("a pipe");
    assert!(row(&vault, id).head.is_err());
}

#[test]
fn the_keys_of_one_vault_do_not_open_another() {
    let (home, vault) = vault();
    drop(vault);
    let other = home.path().join("other");
    drop(Vault::create(&other, &passphrase(), Strength::WEAK_FOR_TESTS).expect("created"));
    fs::copy(other.join(layout::IDENTITY), place(&home).join(layout::IDENTITY)).expect("copied");
    let answer = Vault::unlock(&place(&home), &passphrase());
    assert!(matches!(answer, Err(VaultError::Damaged { .. })));
}

#[test]
fn a_draft_without_a_revision_is_what_opens() {
    let (_home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "one").expect("saved");
    assert_eq!(row(&vault, id).source, NoteSource::Draft);
}

#[test]
fn no_word_of_the_readable_file_decides_anything() {
    for (from, to) in [
        ("recovery_confirmed = true", "recovery_confirmed = false"),
        ("recovery_confirmed = true", ""),
        ("format = 2", "format = 1"),
        ("format = 2", "format = 0"),
        ("format = 2", "format = 3"),
        ("created = \"2", "created = \"1"),
        ("id = \"", "id = \"0"),
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let made = Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS);
        let (vault, sheet) = made.expect("a new vault");
        vault.confirm_recovery().expect("confirmed");
        let id = NoteId::random();
        vault.complete(id, &head("A"), "kept").expect("complete");
        drop(vault);
        let path = place(&home).join(layout::MANIFEST);
        let text = fs::read_to_string(&path).expect("reads");
        assert!(text.contains(from), "{text}");
        let changed = text.replacen(from, to, 1);
        fs::write(&path, &changed).expect("written");
        let Ok(looking) = Vault::inspect(&place(&home), &passphrase()) else {
            assert_eq!(fs::read_to_string(&path).expect("reads"), changed, "refused, and left");
            continue;
        };
        let is_named = !looking.verify().is_clean();
        drop(looking);
        let vault = unlock(&home);
        assert!(vault.recovery_confirmed(), "{to}: the ledger says so");
        assert_eq!(vault.open(id).expect("opens").verified, Verified::Yes, "{to}");
        drop(vault);
        assert!(Vault::unlock_with_recovery(&place(&home), sheet.key()).is_ok(), "{to}");
        let mended = Vault::inspect(&place(&home), &passphrase()).expect("opens").verify();
        assert!(mended.is_clean(), "{to}: {:?}", mended.findings);
        let is_without_effect = to == "format = 1";
        assert!(is_named || is_without_effect, "{to}");
    }
}

#[test]
fn a_ledger_that_cannot_be_read_for_once_is_not_replaced_by_a_new_one() {
    for error in [Errno::IO, Errno::ACCESS, Errno::NOMEM, Errno::MFILE] {
        let (home, vault) = vault();
        let id = NoteId::random();
        vault.complete(id, &head("A"), "one").expect("complete");
        drop(vault);
        let before = fs::read(place(&home).join(layout::LEDGER)).expect("reads");
        let disk = Arc::new(FaultyDisk::default());
        disk.make_unreadable(layout::LEDGER, error);
        let vault = Vault::unlock_on(disk.clone(), &place(&home), &passphrase()).expect("unlocks");
        assert_eq!(vault.open(id).expect("opens").body.as_str(), "one");
        let refused = vault.save_draft(NoteId::random(), &head("B"), "two").expect_err("refused");
        let said = refused.sentence();
        assert!(said.contains("ledger.age cannot be read") && said.contains("verify"), "{said}");
        drop(vault);
        disk.mend();
        assert!(fs::read(place(&home).join(layout::LEDGER)).expect("reads") == before, "{error}");
        assert!(unlock(&home).verify().is_clean());
    }
}
