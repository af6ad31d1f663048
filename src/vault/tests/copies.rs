//! Copies come by themselves, cost next to nothing, and never stand in the way.

use std::{fs, os::unix::fs::MetadataExt};

use jiff::{Timestamp, ToSpan};
use rustix::io::Errno;

use super::everything_below;
use crate::vault::{
    Disk, NoteId, Vault, copies, copies_folder,
    fault::{Call, WRITING},
    fixtures::{faulty_vault, head, passphrase, place, unlock, vault},
    forget_copy, layout,
    ledger::LEDGER,
};

fn day(number: i64) -> Timestamp {
    let first: Timestamp = "2026-11-22T09:00:00Z".parse().expect("a time");
    first + (number * 24).hours()
}

#[test]
fn a_copy_is_taken_once_a_day_and_is_a_vault_of_that_day() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "monday").expect("saved");
    assert!(vault.copier().copy_if_due(day(0)).expect("taken"));
    assert!(!vault.copier().copy_if_due(day(0)).expect("there already"));
    vault.save_draft(id, &head("A"), "tuesday").expect("saved");
    assert!(vault.copier().copy_if_due(day(1)).expect("taken"));
    let all = copies(&Disk, &place(&home));
    assert_eq!(
        all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["2026-11-22", "2026-11-23"]
    );
    for (copy, body) in all.iter().zip(["monday", "tuesday"]) {
        let then = Vault::unlock(&copy.folder, &passphrase()).expect("a vault of its own");
        assert_eq!(then.open(id).expect("opens").body.as_str(), body);
        assert!(then.verify().is_clean());
    }
    assert!(vault.verify().is_clean(), "they lie beside the vault and not in it");
    forget_copy(&Disk, &all[0]).expect("forgotten");
    assert_eq!(copies(&Disk, &place(&home)).len(), 1);
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "tuesday");
}

#[test]
fn a_copy_shares_the_files_of_the_vault_and_without_that_copies_them() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.copier().copy_if_due(day(0)).expect("taken");
    disk.fail_always(Call::Link, Errno::NOTSUP);
    vault.copier().copy_if_due(day(1)).expect("taken");
    let file = |folder: &std::path::Path| {
        fs::metadata(folder.join(layout::revision_file(id, 1))).expect("there").ino()
    };
    let all = copies(&Disk, &place(&home));
    assert_eq!(file(&all[0].folder), file(&place(&home)));
    assert_ne!(file(&all[1].folder), file(&place(&home)));
    let then = Vault::unlock(&all[1].folder, &passphrase()).expect("a vault");
    assert_eq!(then.open(id).expect("opens").body.as_str(), "one");
}

#[test]
fn a_year_of_days_keeps_no_more_than_the_rotation() {
    let (home, vault) = vault();
    for number in 0..100 {
        vault.copier().copy_if_due(day(number)).expect("taken");
    }
    let all = copies(&Disk, &place(&home));
    assert!((11..=14).contains(&all.len()), "{}", all.len());
    assert_eq!(all.last().map(|one| one.name.as_str()), Some("2027-03-01"));
}

#[test]
fn a_damaged_vault_a_wrong_clock_and_a_reading_window_take_no_copy() {
    let (home, vault) = vault();
    assert!(!vault.copier().copy_if_due(Timestamp::UNIX_EPOCH).expect("a wrong clock"));
    assert!(
        !vault
            .copier()
            .copy_if_due("-000042-01-01T00:00:00Z".parse().expect("a time"))
            .expect("as well")
    );
    let second = unlock(&home);
    assert!(!second.copier().copy_if_due(day(0)).expect("it only reads"));
    drop((vault, second));
    fs::write(place(&home).join(LEDGER), "x").expect("damaged");
    assert!(!unlock(&home).copier().copy_if_due(day(0)).expect("damaged"));
    assert!(!copies_folder(&place(&home)).exists());
}

#[test]
fn each_call_failing_once_leaves_no_half_copy_and_the_vault_as_it_was() {
    for call in WRITING {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.complete(id, &head("A"), "one").expect("complete");
        let before = everything_below(&place(&home));
        disk.fail_once(call, Errno::NOSPC);
        let taken = vault.copier().copy_if_due(day(0));
        disk.mend();
        assert!(
            taken.is_err()
                || call == Call::Remove
                || call == Call::Create
                || call == Call::Write
                || call == Call::SyncFile,
            "{call:?}"
        );
        assert_eq!(everything_below(&place(&home)), before);
        vault.copier().copy_if_due(day(0)).expect("the next time");
        let all = copies(&Disk, &place(&home));
        assert_eq!(all.len(), 1, "{call:?}");
        let inside = fs::read_dir(copies_folder(&place(&home))).expect("a folder").count();
        assert_eq!(inside, 1, "{call:?} leaves nothing unfinished");
        let then = Vault::unlock(&all[0].folder, &passphrase()).expect("a vault");
        assert_eq!(then.open(id).expect("opens").body.as_str(), "one");
    }
}
