//! Copies are made without asking, cost next to nothing, and never get in the way.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::{fs, path::Path};

use crate::system::Errno;
use jiff::{Timestamp, ToSpan};

use super::everything_below;
use crate::vault::{
    Disk, NoteId, Vault, copies, copies_folder,
    fixtures::{
        fault::{Call, WRITING},
        faulty_vault, head, passphrase, place, unlock, vault,
    },
    forget_copy, list_copies,
    storage::layout,
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

#[cfg(unix)]
#[test]
fn a_copy_shares_the_files_of_the_vault_and_without_that_copies_them() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.copier().copy_if_due(day(1)).expect("of its own, on a Monday");
    forget_copy(&Disk, &copies(&Disk, &place(&home))[0]).expect("forgotten");
    vault.copier().copy_before("sheet", day(1)).expect("taken");
    disk.fail_always(Call::Link, Errno::NOTSUP);
    vault.copier().copy_before("sheet", day(2)).expect("taken");
    let file = |folder: &Path| {
        fs::metadata(folder.join(layout::revision_file(id, 1))).expect("there").ino()
    };
    let all = copies(&Disk, &place(&home));
    assert_eq!(file(&all[0].folder), file(&place(&home)));
    assert_ne!(file(&all[1].folder), file(&place(&home)));
    let then = Vault::unlock(&all[1].folder, &passphrase()).expect("a vault");
    assert_eq!(then.open(id).expect("opens").body.as_str(), "one");
}

/// Whether a copy has no file that is a file of the vault under a second name.
fn has_files_of_its_own(home: &tempfile::TempDir, copy: &Path) -> bool {
    let number =
        |path: &Path| crate::system::disk::facts_to_compare(path).ok().map(|facts| facts.number);
    let files = everything_below(copy).into_iter().filter(|path| path.is_file());
    files.filter(|path| !path.ends_with("lock")).all(|path| {
        let inside = path.strip_prefix(copy).expect("inside");
        number(&path) != number(&place(home).join(inside))
    })
}

#[test]
fn a_copy_of_each_week_has_files_of_its_own_and_is_a_week_old_at_most() {
    let (home, vault) = vault();
    vault.complete(NoteId::random(), &head("A"), "one").expect("complete");
    // Every day, then with gaps.
    for number in (0..16).chain([18, 19, 22, 30, 37, 38, 45]) {
        vault.copier().copy_if_due(day(number)).expect("taken");
        let oldest = (day(number) - (6 * 24).hours()).strftime("%Y-%m-%d").to_string();
        let all = copies(&Disk, &place(&home));
        let own = all.iter().filter(|copy| has_files_of_its_own(&home, &copy.folder));
        let recent = own.filter(|copy| copy.name >= oldest).count();
        assert!(recent >= 1, "day {number}");
        assert!(number > 15 || recent <= 2, "day {number}: the others cost next to nothing");
    }
    assert!(vault.verify().is_clean());
}

#[test]
fn where_the_disk_has_no_room_for_files_of_its_own_there_is_a_copy_all_the_same() {
    let (home, disk, vault) = faulty_vault();
    vault.complete(NoteId::random(), &head("A"), "one").expect("complete");
    disk.fail_always(Call::Write, Errno::NOSPC);
    assert!(vault.copier().copy_if_due(day(1)).expect("taken"));
    assert!(!has_files_of_its_own(&home, &copies(&Disk, &place(&home))[0].folder));
    disk.mend();
    vault.copier().copy_if_due(day(2)).expect("taken");
    assert!(has_files_of_its_own(&home, &copies(&Disk, &place(&home))[1].folder));
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_copies_is_named_and_leads_nowhere() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.copier().copy_if_due(day(1)).expect("taken");
    let (folder, elsewhere) = (copies_folder(&place(&home)), home.path().join("elsewhere"));
    fs::rename(&folder, &elsewhere).expect("moved");
    std::os::unix::fs::symlink(&elsewhere, &folder).expect("a link");
    let before = everything_below(&elsewhere);
    for refused in [
        vault.copier().copy_if_due(day(2)).map(drop),
        vault.copier().copy_before("sheet", day(2)).map(drop),
        list_copies(&Disk, &place(&home)).map(drop),
        vault.erase(id, "its time is over", day(2)).map(drop),
    ] {
        let said = refused.expect_err("refused").sentence();
        assert!(said.contains("vault-copies") && said.contains("link"), "{said}");
    }
    let seen = vault.verify();
    assert!(seen.findings.iter().any(|one| one.file == folder), "{:?}", seen.findings);
    assert_eq!(everything_below(&elsewhere), before);
    fs::remove_file(&folder).expect("removed");
    fs::rename(&elsewhere, &folder).expect("moved back");
    vault.erase(id, "its time is over", day(2)).expect("erased");
    assert!(everything_below(home.path()).iter().all(|path| !path.ends_with(id.to_string())));
}

#[cfg(unix)]
#[test]
fn a_vault_of_which_something_cannot_be_read_takes_no_copy_that_lacks_it() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "one").expect("saved");
    disk.make_unreadable(layout::note_folder(id), Errno::ACCESS);
    let refused = vault.copier().copy_if_due(day(1)).expect_err("refused").sentence();
    assert!(refused.contains(&id.to_string()), "{refused}");
    assert!(refused.contains("permission denied. Check who owns"), "{refused}");
    assert!(copies(&Disk, &place(&home)).is_empty());
    disk.mend();
    let draft = place(&home).join(layout::draft_file(id));
    fs::rename(&draft, home.path().join("draft")).expect("moved");
    std::os::unix::fs::symlink(home.path().join("draft"), &draft).expect("a link");
    let refused = vault.copier().copy_if_due(day(1)).expect_err("refused").sentence();
    assert!(refused.contains("not a regular file"), "{refused}");
}

#[test]
fn only_a_copy_that_is_another_file_is_named_to_repair_one() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    let file = layout::revision_file(id, 1);
    let advice = |vault: &Vault| {
        let seen = vault.verify();
        let finding = seen.findings.iter().find(|one| one.file == file).expect("it is named");
        finding.advice.clone()
    };
    let whole = fs::read(place(&home).join(&file)).expect("reads");
    vault.copier().copy_if_due(day(1)).expect("of its own");
    vault.copier().copy_if_due(day(2)).expect("shared");
    // As a failing disk does it: in place.
    fs::write(place(&home).join(&file), "x").expect("damaged");
    let said = advice(&vault);
    assert!(said.contains("23 Nov 2026") && !said.contains("24 Nov"), "{said}");
    let all = copies(&Disk, &place(&home));
    fs::write(all[0].folder.join(&file), "x").expect("damaged as well");
    let said = advice(&vault);
    assert!(said.contains("from a backup") && said.contains("share this file"), "{said}");
    fs::write(all[0].folder.join(&file), whole).expect("whole");
    fs::remove_file(place(&home).join(&file)).expect("lost");
    assert!(advice(&vault).contains("23 Nov 2026"));
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
    fs::write(place(&home).join(layout::LEDGER), "x").expect("damaged");
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
        disk.fail_once(call, Errno::IO);
        let taken = vault.copier().copy_if_due(day(0));
        let was_made = !disk.is_waiting();
        disk.mend();
        assert_eq!(taken.is_err(), was_made, "{call:?}");
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

#[test]
fn an_erased_note_comes_back_in_no_copy_that_was_under_way_however_far_it_was() {
    for links in [true, false] {
        for calls in 0.. {
            let (home, disk, vault) = faulty_vault();
            let (id, other) = (NoteId::random(), NoteId::random());
            vault.complete(other, &head("B"), "other").expect("complete");
            vault.complete(id, &head("A"), "one").expect("complete");
            let copier = vault.copier();
            // The window is locked while its copy goes on, and another one erases.
            drop(vault);
            let elsewhere = place(&home);
            if !links {
                disk.fail_always(Call::Link, Errno::NOTSUP);
            }
            disk.meanwhile(calls, move || {
                let vault = Vault::unlock(&elsewhere, &passphrase()).expect("unlocks");
                vault.erase(id, "its time is over", day(0)).expect("erased");
            });
            let taken = copier.copy_if_due(day(0));
            if disk.is_still_to_come() {
                assert!(taken.is_ok() && calls > 10, "{calls}");
                break;
            }
            let left: Vec<_> = everything_below(home.path())
                .into_iter()
                .filter(|path| path.to_string_lossy().contains(&id.to_string()))
                .collect();
            assert!(left.is_empty(), "after {calls} calls: {left:?}");
            let vault = unlock(&home);
            vault.copier().copy_if_due(day(0)).expect("the next time");
            let all = copies(&Disk, &place(&home));
            assert_eq!(all.len(), 1, "after {calls} calls");
            let then = Vault::unlock(&all[0].folder, &passphrase()).expect("a vault");
            assert_eq!(then.open(other).expect("opens").body.as_str(), "other");
            assert!(then.verify().is_clean(), "after {calls} calls");
        }
    }
}

#[test]
fn a_copy_that_a_crash_cut_off_keeps_no_erased_note_and_goes_with_the_next_copy() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.copier().copy_if_due(day(0)).expect("taken");
    let copy = copies_folder(&place(&home)).join("2026-11-22");
    let unfinished = copies_folder(&place(&home)).join(".copy-unfinished-00ff");
    fs::rename(&copy, &unfinished).expect("as if it had been cut off");
    fs::write(unfinished.join(layout::note_folder(id)).join(".tmp-00ff"), "x").expect("written");
    vault.erase(id, "its time is over", day(0)).expect("erased");
    assert!(unfinished.exists() && !unfinished.join(layout::note_folder(id)).exists());
    vault.copier().copy_if_due(day(0)).expect("taken");
    assert!(!unfinished.exists(), "nobody works on it");
}

#[test]
fn a_copy_of_the_same_name_stays_when_another_one_comes_too_late() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    let (copier, other) = (vault.copier(), vault.copier());
    disk.meanwhile(4, move || assert!(other.copy_if_due(day(0)).expect("taken")));
    assert!(copier.copy_if_due(day(0)).is_err());
    let all = copies(&Disk, &place(&home));
    let then = Vault::unlock(&all[0].folder, &passphrase()).expect("a vault");
    assert_eq!(then.open(id).expect("opens").body.as_str(), "kept");
}
