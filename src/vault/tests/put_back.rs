//! What somebody with the folder puts back, takes away or leaves half done is named, and never passes
//! for the newest text.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{fs, path::Path};

use jiff::Timestamp;

use crate::vault::{
    Correction, FindingKind, NoteId, Strength, Vault, VaultPlace, Verified,
    fixtures::{
        faulty_vault, head, passphrase, place, remembered_place, remembered_vault, unlock,
        unlock_remembered,
    },
    storage::layout,
};

#[test]
fn only_the_draft_that_was_discarded_comes_back_from_the_trash() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "old").expect("saved");
    let old = fs::read(place(&home).join(layout::draft_file(id))).expect("reads");
    vault.save_draft(id, &head("A"), "newer").expect("saved");
    vault.keep_draft(id).expect("a copy in the trash");
    let later = place(&home).join(layout::trash_file(id, 1_796_099_999));
    fs::write(&later, &old).expect("put there");
    vault.swap_draft(id).expect("swapped");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "newer", "the one the ledger names");
    vault.discard_draft(id).expect("discarded");
    for file in vault.trash_of(id).expect("read") {
        fs::write(place(&home).join(file), &old).expect("overwritten");
    }
    let refused = vault.restore_draft(id).expect_err("refused").to_string();
    assert!(refused.contains("not the draft that was discarded"), "{refused}");
}

#[test]
fn without_a_ledger_no_draft_passes_for_the_newest_and_the_vault_says_so_at_once() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "old").expect("saved");
    let file = place(&home).join(layout::draft_file(id));
    let old = fs::read(&file).expect("reads");
    vault.save_draft(id, &head("A"), "newer").expect("saved");
    drop(vault);
    fs::write(&file, old).expect("put back");
    fs::remove_file(place(&home).join(layout::LEDGER)).expect("removed");
    let vault = unlock_remembered(&home);
    assert!(vault.rollback().is_some());
    assert!(matches!(vault.open(id).expect("opens").verified, Verified::No(_)));
}

#[test]
fn a_draft_that_is_nowhere_is_in_the_list_as_a_missing_one() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "words").expect("saved");
    drop(vault);
    fs::remove_dir_all(place(&home).join(layout::note_folder(id))).expect("taken away");
    for vault in [unlock_remembered(&home), unlock(&home)] {
        let rows = vault.list().expect("lists");
        assert!(rows.iter().any(|row| row.id == id && row.head.is_err()), "it is named");
        assert!(vault.open(id).is_err());
        let found = vault.verify().findings;
        assert!(found.iter().any(|one| one.kind == FindingKind::Missing), "{found:?}");
    }
}

#[test]
fn a_discard_that_was_cut_off_forgets_no_draft_that_is_nowhere() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "words").expect("saved");
    // The folder of the trash, its name, and the ledger that says what comes: five calls more.
    disk.cut_power_after(7);
    assert!(vault.discard_draft(id).is_err());
    drop(vault);
    fs::remove_file(place(&home).join(layout::draft_file(id))).expect("taken away");
    let vault = unlock(&home);
    let found = vault.verify().findings;
    assert!(found.iter().any(|one| one.kind == FindingKind::Missing), "{found:?}");
}

#[cfg(unix)]
#[test]
fn an_older_vault_behind_a_link_is_older_all_the_same() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "words").expect("saved");
    let older = home.path().join("vault-older");
    let copy = |from: &Path, to: &Path| {
        let done = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status();
        assert!(done.expect("runs").success());
    };
    copy(&place(&home), &older);
    vault.complete(id, &head("A"), "complete").expect("complete");
    drop(vault);
    fs::rename(place(&home), home.path().join("hidden")).expect("moved");
    std::os::unix::fs::symlink(&older, place(&home)).expect("a link");
    assert!(unlock_remembered(&home).rollback().is_some());
}

#[test]
fn an_accepted_vault_stays_accepted_beside_newer_copies() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    let old = fs::read(place(&home).join(layout::LEDGER)).expect("reads");
    vault.complete(id, &head("A"), "complete").expect("complete");
    vault.copier().copy_before("test", Timestamp::now()).expect("a copy");
    drop(vault);
    fs::write(place(&home).join(layout::LEDGER), old).expect("put back");
    fs::remove_dir_all(place(&home).join(layout::note_folder(id))).expect("an older vault");
    let vault = unlock_remembered(&home);
    assert!(vault.rollback().is_some());
    vault.accept_state().expect("accepted");
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
    drop(vault);
    let vault = unlock_remembered(&home);
    assert!(vault.rollback().is_none() && vault.verify().is_clean());
}

#[test]
fn a_hostile_file_in_the_state_folder_says_nothing_and_stops_nothing() {
    let (home, vault) = remembered_vault();
    drop(vault);
    let folder = home.path().join("seen");
    let file = fs::read_dir(&folder).expect("lists").next().expect("one").expect("one").path();
    let number = "number = 9\nat = '2026-11-30T00:00:00Z'\n";
    for text in [
        format!("{number}hash = 'a\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}'"),
        "x".repeat(2 << 20),
    ] {
        fs::write(&file, text).expect("written");
        assert!(unlock_remembered(&home).rollback().is_none());
    }
    fs::remove_file(&file).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&file).status();
    assert!(made.expect("runs").success());
    let place: VaultPlace = remembered_place(&home);
    assert!(Vault::inspect(place, &passphrase()).is_ok(), "it waits for nobody");
}

/// Puts another file in the place of one, which may have further names in the copies.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).expect("removed");
    fs::write(path, bytes).expect("written");
    #[cfg(unix)]
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("its rights");
}

#[test]
fn an_earlier_key_file_put_back_after_new_keys_is_named_with_advice_that_helps() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "kept").expect("complete");
    let identity = place(&home).join(layout::IDENTITY);
    let old = fs::read(&identity).expect("reads");
    let (weak, now) = (Strength::WEAK_FOR_TESTS, Timestamp::now());
    let made = vault.rekey(&passphrase(), weak, now, &|_| None, &mut |_| Ok(()));
    let rekeyed = made.expect("new keys");
    let new = fs::read(&identity).expect("reads");
    let copier = rekeyed.vault.copier();
    drop(rekeyed.vault);
    let look = || {
        replace(&identity, &old);
        let vault = unlock_remembered(&home);
        assert!(vault.may_write().is_err());
        let found = vault.verify().findings;
        let [one] = &found[..] else { panic!("only the file to mend: {found:?}") };
        let warning = vault.rollback().expect("it is said at once");
        assert_eq!((&one.file, &one.why), (&warning.file, &warning.why));
        assert_eq!(
            (one.file.as_path(), &one.advice),
            (Path::new(layout::IDENTITY), &warning.advice)
        );
        assert!(!one.advice.contains("before-rekey") && !one.advice.contains("accept"), "{one:?}");
        one.advice.clone()
    };
    assert!(look().contains("`caseclinic vault recover`"));
    let key = rekeyed.sheet.key();
    let vault = Vault::unlock_with_recovery(remembered_place(&home), key).expect("opens");
    vault.change_passphrase(&"another passphrase".into(), weak).expect("it helps");
    assert!(vault.verify().is_clean() && vault.rollback().is_none());
    drop(vault);

    // With a copy from after the keys were changed.
    replace(&identity, &new);
    let vault = unlock_remembered(&home);
    vault.change_passphrase(&passphrase(), weak).expect("written again");
    drop(vault);
    let copy = copier.copy_before("test", now).expect("a copy").folder.join(layout::IDENTITY);
    assert!(look().contains(&*copy.to_string_lossy()));
    replace(&identity, &fs::read(copy).expect("reads"));
    let vault = unlock_remembered(&home);
    assert!(vault.verify().is_clean() && vault.rollback().is_none());
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept");
}

#[test]
fn an_earlier_file_for_the_passphrase_is_named_with_the_copy_that_has_the_newest() {
    let (home, vault) = remembered_vault();
    let identity = place(&home).join(layout::IDENTITY);
    let old = fs::read(&identity).expect("reads");
    vault.copier().copy_before("passphrase", Timestamp::now()).expect("a copy");
    vault.change_passphrase(&"another passphrase".into(), Strength::WEAK_FOR_TESTS).expect("new");
    let advice = || {
        replace(&identity, &old);
        let found = vault.verify().findings;
        found.into_iter().find(|one| one.file == Path::new(layout::IDENTITY)).expect("it").advice
    };
    let new = fs::read(&identity).expect("reads");
    let without = advice();
    assert!(without.contains("vault passphrase") && !without.contains("vault-copies"), "{without}");
    replace(&identity, &new);
    let copy = vault.copier().copy_before("test", Timestamp::now()).expect("a copy");
    let with = advice();
    assert!(with.contains(&*copy.folder.to_string_lossy()), "{with}");
}

/// A vault with a note that somebody put back, and the newest draft of it.
struct OlderDraftVault {
    home: tempfile::TempDir,
    vault: Vault,
    id: NoteId,
    newest: Vec<u8>,
}

/// A vault with a draft that was put back to its first save, while the ledger did not change.
fn with_older_draft() -> OlderDraftVault {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    let file = place(&home).join(layout::draft_file(id));
    vault.save_draft(id, &head("A"), "first").expect("saved");
    let old = fs::read(&file).expect("reads");
    for text in ["second", "third", "fourth"] {
        vault.save_draft(id, &head("A"), text).expect("saved");
    }
    let newest = fs::read(&file).expect("reads");
    drop(vault);
    replace(&file, &old);
    let vault = unlock_remembered(&home);
    OlderDraftVault { home, vault, id, newest }
}

impl OlderDraftVault {
    /// Whether the note is named in the list, when it is opened, and by the check of every file.
    #[track_caller]
    fn is_named(&self) -> bool {
        let rows = self.vault.list().expect("lists");
        let listed = rows.iter().any(|row| row.id == self.id && row.verified != Verified::Yes);
        let opened = self.vault.open(self.id).expect("opens").verified != Verified::Yes;
        assert_eq!((listed, opened), (opened, !self.vault.verify().is_clean()));
        opened
    }

    fn unlock_again(self) -> Self {
        drop(self.vault);
        let vault = unlock_remembered(&self.home);
        Self { vault, ..self }
    }
}

#[test]
fn an_older_draft_of_the_same_state_is_accepted_after_it_was_named() {
    let older = with_older_draft();
    assert!(older.vault.rollback().is_none(), "the ledger did not change");
    let found = older.vault.older_drafts().expect("listed");
    assert_eq!((found.len(), found[0].note), (1, older.id));
    let why = &found[0].why;
    assert!(why.contains("save 4 was seen on") && why.contains("this is save 1"), "{why}");
    let advice = &older.vault.verify().findings[0].advice;
    assert!(advice.contains("`caseclinic vault accept`"), "{advice}");
    older.vault.accept_state().expect("accepted");
    let older = older.unlock_again();
    assert!(!older.is_named() && older.vault.older_drafts().expect("listed").is_empty());
    assert_eq!(older.vault.open(older.id).expect("opens").body.as_str(), "first");
    // What was lost and is put back later is now the older one.
    let OlderDraftVault { home, vault, id, newest } = older;
    drop(vault);
    replace(&place(&home).join(layout::draft_file(id)), &newest);
    assert!(OlderDraftVault { vault: unlock_remembered(&home), home, id, newest }.is_named());
}

#[test]
fn going_on_with_an_older_draft_does_not_end_the_warning() {
    let mut older = with_older_draft();
    for round in 0..6 {
        older.vault.save_draft(older.id, &head("A"), "goes on").expect("nothing typed is lost");
        assert!(older.is_named(), "save {round}");
        older.vault.enter_drafts().expect("entered");
        older.vault.complete(NoteId::random(), &head("B"), "another note").expect("complete");
        older = older.unlock_again();
        assert!(older.is_named(), "save {round}, unlocked again");
    }
    let advice = |vault: &Vault| vault.verify().findings[0].advice.clone();
    assert!(!advice(&older.vault).contains("put "), "no copy has it");
    // The newer one brought back ends it.
    let OlderDraftVault { home, vault, id, newest } = older;
    let there = fs::read(place(&home).join(layout::draft_file(id))).expect("reads");
    replace(&place(&home).join(layout::draft_file(id)), &newest);
    vault.copier().copy_before("test", Timestamp::now()).expect("a copy");
    drop(vault);
    let older = OlderDraftVault { vault: unlock_remembered(&home), home, id, newest };
    assert!(!older.is_named());
    assert_eq!(older.vault.open(id).expect("opens").body.as_str(), "fourth");
    drop(older.vault);
    replace(&place(&older.home).join(layout::draft_file(id)), &there);
    let vault = unlock_remembered(&older.home);
    assert!(advice(&vault).contains("before-test"), "{}", advice(&vault));
    vault.accept_state().expect("accepted");
    assert!(vault.verify().is_clean());
}

#[test]
fn a_note_completed_from_an_older_draft_is_named_until_somebody_accepts_it() {
    let older = with_older_draft();
    older.vault.save_draft(older.id, &head("A"), "goes on").expect("saved");
    older.vault.complete(older.id, &head("A"), "completed").expect("complete");
    let older = older.unlock_again();
    assert!(older.is_named());
    let amended = older.vault.amend(older.id, &head("A"), "corrected", Correction::Amended);
    amended.expect("corrected");
    let older = older.unlock_again();
    assert!(older.is_named());
    assert!(older.vault.older_drafts().expect("listed")[0].why.contains("save 4"));
    older.vault.accept_state().expect("accepted");
    let older = older.unlock_again();
    assert!(!older.is_named());
    assert_eq!(older.vault.open(older.id).expect("opens").body.as_str(), "corrected");
}

#[cfg(unix)]
#[test]
fn a_discarded_draft_put_back_is_named_until_somebody_accepts_it() {
    let (home, vault) = remembered_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "words").expect("saved");
    let file = place(&home).join(layout::draft_file(id));
    let newest = fs::read(&file).expect("reads");
    vault.discard_draft(id).expect("discarded");
    drop(vault);
    fs::create_dir(file.parent().expect("a folder")).expect("a folder");
    fs::set_permissions(file.parent().expect("it"), fs::Permissions::from_mode(0o700))
        .expect("its");
    fs::write(&file, "").expect("there");
    replace(&file, &newest);
    let back = OlderDraftVault { vault: unlock_remembered(&home), home, id, newest };
    assert!(back.is_named());
    back.vault.save_draft(id, &head("A"), "goes on").expect("saved");
    let back = back.unlock_again();
    assert!(back.is_named());
    back.vault.accept_state().expect("accepted");
    let back = back.unlock_again();
    assert!(!back.is_named());
    assert_eq!(back.vault.open(id).expect("opens").body.as_str(), "goes on");
}
