//! How long notes are kept, what erasing takes, and what comes back from the trash.

use std::fs;

use crate::system::Errno;
use jiff::{Timestamp, ToSpan, civil::date};

use super::everything_below;
use crate::vault::{
    Correction, Disk, FindingKind, Hold, NoteId, Retention, Vault, VaultError, copies,
    fixtures::{
        fault::{Call, WRITING},
        faulty_vault, head, passphrase, place, unlock, vault,
    },
    storage::layout,
};

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().expect("a time")
}

fn files_of(home: &tempfile::TempDir, id: NoteId) -> Vec<std::path::PathBuf> {
    let mut files = everything_below(home.path());
    files.retain(|path| path.to_string_lossy().contains(&id.to_string()));
    files
}

#[test]
fn class_review_and_hold_are_kept_and_outlive_an_amendment() {
    let (home, vault) = vault();
    let id = NoteId::random();
    assert!(matches!(vault.retention(id), Err(VaultError::NoSuchNote(_))));
    vault.complete(id, &head("A"), "one").expect("complete");
    assert_eq!(vault.retention(id).expect("none said"), Retention::default());
    let hold = Some(Hold { reason: "inquiry 12".into(), since: now() });
    let review = Some(date(2032, 11, 22));
    let said = Retention { class: Some("six years".into()), review, hold };
    vault.set_retention(id, &said).expect("kept");
    vault.amend(id, &head("A"), "two", Correction::Amended).expect("amended");
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.retention(id).expect("said"), said);
    let refused = vault.erase(id, "retention period over", now());
    assert!(matches!(refused, Err(VaultError::OnHold(..))));
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "two");
    vault.set_retention(id, &Retention { hold: None, ..said }).expect("released");
    vault.erase(id, "retention period over", now()).expect("erased");
}

#[test]
fn erasing_takes_every_revision_draft_cache_and_copy_and_leaves_a_day_and_a_reason() {
    let (home, vault) = vault();
    let (id, other) = (NoteId::random(), NoteId::random());
    vault.save_draft(id, &head("A"), "draft").expect("saved");
    vault.discard_draft(id).expect("discarded");
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.amend(id, &head("A"), "two", Correction::Amended).expect("amended");
    vault.complete(other, &head("B"), "other").expect("complete");
    vault.copier().copy_if_due(now()).expect("copied");
    vault.copier().copy_before("test", now()).expect("copied");
    fs::write(place(&home).join(layout::TEXTS), "a cache").expect("written");
    assert!(files_of(&home, id).len() > 9);
    let refused = vault.erase(id, "about heron-42", now());
    assert!(matches!(refused, Err(VaultError::ReasonNamesCase)));
    let stone = vault.erase(id, "retention period over", now()).expect("erased");
    assert_eq!((stone.revisions, stone.reason.as_str()), (2, "retention period over"));
    assert!(files_of(&home, id).is_empty());
    assert!(!place(&home).join(layout::TEXTS).exists());
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.erased().expect("told"), [stone]);
    assert!(matches!(vault.open(id), Err(VaultError::NoSuchNote(_))));
    assert!(vault.open_revision(id, 1).is_err() && vault.restore_draft(id).is_err());
    assert!(matches!(vault.save_draft(id, &head("A"), "x"), Err(VaultError::Erased(_))));
    assert!(matches!(vault.complete(id, &head("A"), "x"), Err(VaultError::Erased(_))));
    assert_eq!(vault.list().expect("lists").len(), 1);
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
    for copy in copies(&Disk, &place(&home)) {
        let then = Vault::unlock(&copy.folder, &passphrase()).expect("opens");
        assert_eq!(then.open(other).expect("the others stay").body.as_str(), "other");
    }
}

#[test]
fn a_power_cut_at_any_call_of_erasing_leaves_the_note_whole_or_gone() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.complete(id, &head("A"), "one").expect("complete");
        vault.copier().copy_if_due(now()).expect("copied");
        disk.cut_power_after(calls);
        let erased = vault.erase(id, "its time is over", now()).is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let vault = unlock(&home);
        match vault.open(id) {
            Ok(note) => assert!(!erased && note.body.as_str() == "one", "after {calls} calls"),
            Err(error) => {
                assert!(matches!(error, VaultError::NoSuchNote(_)), "after {calls} calls");
                assert!(files_of(&home, id).is_empty(), "opening the vault finishes it");
            }
        }
        assert!(vault.verify().is_clean(), "after {calls} calls");
        if finished {
            return assert!(erased && calls > 8);
        }
    }
}

#[test]
fn an_erased_note_that_was_put_back_is_named_and_not_shown() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    let file = place(&home).join(layout::revision_file(id, 1));
    let sealed = fs::read(&file).expect("reads");
    vault.erase(id, "its time is over", now()).expect("erased");
    fs::create_dir(place(&home).join(layout::note_folder(id))).expect("a folder");
    fs::write(&file, sealed).expect("put back");
    assert!(vault.list().expect("lists").is_empty());
    let findings = vault.verify().findings;
    assert!(findings.iter().any(|one| one.kind == FindingKind::RolledBack), "{findings:?}");
    drop(vault);
    assert!(unlock(&home).verify().is_clean() && !file.exists(), "the next opening takes it away");
}

#[test]
fn a_discarded_draft_can_be_brought_back_for_thirty_days() {
    let (home, vault) = vault();
    let id = NoteId::random();
    for body in ["one", "two"] {
        vault.save_draft(id, &head("A"), body).expect("saved");
        vault.discard_draft(id).expect("discarded");
    }
    assert!(vault.list().expect("lists").is_empty());
    assert_eq!(vault.trash().expect("read").len(), 2);
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
    vault.empty_trash(Timestamp::now() + (29 * 24).hours());
    vault.empty_trash(Timestamp::UNIX_EPOCH);
    vault.restore_draft(id).expect("brought back");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "two");
    assert!(vault.restore_draft(id).is_err(), "the draft that is there stays");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "two");
    vault.empty_trash(Timestamp::now() + (31 * 24).hours());
    assert!(vault.trash().expect("read").is_empty());
    assert_eq!(unlock(&home).open(id).expect("opens").body.as_str(), "two");
}

#[test]
fn a_draft_on_legal_hold_is_not_discarded_and_stays_in_the_trash_for_as_long_as_it_takes() {
    let (_home, vault) = vault();
    let [held, discarded] = [NoteId::random(), NoteId::random()];
    let hold = Some(Hold { reason: "inquiry".to_owned(), since: now() });
    let on_hold = Retention { hold, ..Retention::default() };
    for id in [held, discarded] {
        vault.save_draft(id, &head("A"), "kept").expect("saved");
        vault.set_retention(id, &on_hold).expect("noted");
    }
    assert!(matches!(vault.discard_draft(held), Err(VaultError::OnHold(..))));
    vault.set_retention(discarded, &Retention::default()).expect("released");
    vault.discard_draft(discarded).expect("discarded");
    vault.restore_draft(discarded).expect("brought back");
    vault.keep_draft(discarded).expect("a copy in the trash");
    vault.set_retention(discarded, &on_hold).expect("noted");
    vault.empty_trash(Timestamp::now() + (31 * 24).hours());
    assert_eq!(vault.trash().expect("read").len(), 1, "it is on hold");
    vault.set_retention(discarded, &Retention::default()).expect("released");
    vault.empty_trash(Timestamp::now() + (31 * 24).hours());
    assert!(vault.trash().expect("read").is_empty());
    assert_eq!(vault.open(held).expect("opens").body.as_str(), "kept");
}

#[test]
fn a_hold_can_be_put_on_what_is_in_the_trash_only_and_it_stays_and_is_not_erased() {
    let (_home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    vault.discard_draft(id).expect("discarded");
    let hold = Some(Hold { reason: "inquiry".to_owned(), since: now() });
    vault.set_retention(id, &Retention { hold, ..Retention::default() }).expect("on hold");
    vault.empty_trash(Timestamp::now() + (31 * 24).hours());
    assert!(matches!(vault.erase(id, "over", now()), Err(VaultError::OnHold(..))));
    vault.restore_draft(id).expect("brought back");
    vault.set_retention(id, &Retention::default()).expect("released");
    vault.erase(id, "over", now()).expect("erased");
    assert!(matches!(vault.retention(id), Err(VaultError::NoSuchNote(_))));
}

#[test]
fn every_way_a_held_draft_can_take_keeps_all_of_its_texts() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "before").expect("saved");
    let hold = Some(Hold { reason: "inquiry".to_owned(), since: now() });
    vault.set_retention(id, &Retention { hold, ..Retention::default() }).expect("on hold");
    vault.keep_draft(id).expect("kept, as moving to another version does");
    vault.save_draft(id, &head("A"), "after").expect("saved");
    vault.swap_draft(id).expect("changed places");
    vault.complete(id, &head("A"), "before").expect("complete");
    vault.empty_trash(Timestamp::now() + (31 * 24).hours());
    let weak = crate::vault::Strength::WEAK_FOR_TESTS;
    let vault = vault
        .rekey(&passphrase(), weak, now(), &|_| None, &mut |_| Ok(()))
        .expect("new keys")
        .vault;
    vault.empty_trash(Timestamp::now() + (31 * 24).hours());
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "before");
    let trashed = vault.trash_of(id).expect("read");
    let read = vault.read_at(&trashed[0], id, crate::vault::NoteSource::Draft);
    assert_eq!(read.expect("opens").document.body.as_str(), "after");
    assert!(matches!(vault.erase(id, "over", now()), Err(VaultError::OnHold(..))));
}

#[test]
fn holds_and_erasures_outlive_a_damaged_ledger_and_meanwhile_nothing_is_discarded() {
    let (home, vault) = vault();
    let [held, erased, other] = [NoteId::random(), NoteId::random(), NoteId::random()];
    vault.complete(held, &head("A"), "one").expect("complete");
    vault.complete(erased, &head("B"), "two").expect("complete");
    vault.copier().copy_before("test", now()).expect("copied");
    vault.erase(erased, "its time is over", now()).expect("erased");
    let hold = Some(Hold { reason: "inquiry".to_owned(), since: now() });
    vault.set_retention(held, &Retention { hold, ..Retention::default() }).expect("on hold");
    vault.copier().copy_if_due(now()).expect("copied");
    drop(vault);
    let ledger = place(&home).join(layout::LEDGER);
    // The copy has the same file under a second name, and stays whole.
    fs::remove_file(&ledger).and_then(|()| fs::write(&ledger, "x")).expect("damaged");
    let vault = unlock(&home);
    vault.save_draft(other, &head("C"), "three").expect("saved");
    assert!(matches!(vault.discard_draft(other), Err(VaultError::LedgerUnusable(_))));
    vault.complete(other, &head("C"), "three").expect("a new ledger");
    assert!(matches!(vault.erase(held, "over", now()), Err(VaultError::OnHold(..))));
    assert!(matches!(vault.save_draft(erased, &head("B"), "x"), Err(VaultError::Erased(_))));
    assert_eq!(vault.list().expect("lists").len(), 2);
}

#[test]
fn a_draft_in_the_trash_survives_a_backup_and_new_keys() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    vault.discard_draft(id).expect("discarded");
    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    let secret = passphrase();
    let there = home.path().join("elsewhere");
    crate::vault::restore(&file, &there, crate::vault::Opener::Passphrase(&secret))
        .expect("restored");
    let restored = Vault::unlock(&there, &secret).expect("unlocks");
    restored.restore_draft(id).expect("brought back");
    assert_eq!(restored.open(id).expect("opens").body.as_str(), "kept");
    let weak = crate::vault::Strength::WEAK_FOR_TESTS;
    let vault = vault
        .rekey(&secret, weak, Timestamp::now(), &|_| None, &mut |_| Ok(()))
        .expect("new keys")
        .vault;
    vault.restore_draft(id).expect("brought back");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept");
}

#[test]
fn each_call_failing_once_while_discarding_loses_nothing() {
    for call in WRITING.into_iter().chain([Call::Link]) {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "kept").expect("saved");
        disk.fail_once(call, Errno::IO);
        let _ = vault.discard_draft(id);
        disk.mend();
        drop(vault);
        let vault = unlock(&home);
        if vault.open(id).is_err() {
            vault.restore_draft(id).expect("brought back");
        }
        assert_eq!(vault.open(id).expect("opens").body.as_str(), "kept", "{call:?}");
    }
}

#[test]
fn a_copy_kept_before_a_great_change_comes_back_by_changing_places() {
    let (home, vault) = vault();
    let id = NoteId::random();
    assert!(vault.keep_draft(id).is_err() && vault.swap_draft(id).is_err(), "there is none");
    vault.save_draft(id, &head("A"), "before").expect("saved");
    vault.keep_draft(id).expect("kept");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "before");
    vault.save_draft(id, &head("A"), "after").expect("saved");
    for body in ["before", "after", "before"] {
        vault.swap_draft(id).expect("changed places");
        assert_eq!(vault.open(id).expect("opens").body.as_str(), body);
        assert_eq!(vault.trash().expect("read").len(), 1, "the other one");
    }
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
    vault.complete(id, &head("A"), "done").expect("complete");
    assert!(matches!(vault.swap_draft(id), Err(VaultError::AlreadyComplete(_))));
    drop(vault);
    let vault = unlock(&home);
    vault.erase(id, "retention period over", now()).expect("erased");
    assert!(vault.trash().expect("read").is_empty(), "a copy goes with its note");
}

#[test]
fn each_call_failing_once_while_changing_places_loses_nothing() {
    for call in WRITING.into_iter().chain([Call::Link]) {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "before").expect("saved");
        disk.fail_once(call, Errno::IO);
        let kept = vault.keep_draft(id);
        disk.mend();
        assert_eq!(vault.open(id).expect("opens").body.as_str(), "before", "{call:?}");
        if kept.is_err() {
            vault.keep_draft(id).expect("kept");
        }
        vault.save_draft(id, &head("A"), "after").expect("saved");
        disk.fail_once(call, Errno::IO);
        let swapped = vault.swap_draft(id);
        disk.mend();
        drop(vault);
        let vault = unlock(&home);
        let body = |vault: &Vault| vault.open(id).expect("opens").body.to_string();
        let shown = body(&vault);
        assert!(shown == "before" || swapped.is_err(), "{call:?}: {shown}");
        while body(&vault) != "after" {
            vault.swap_draft(id).expect("changed places");
        }
    }
}
