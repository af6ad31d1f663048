//! A failing disk and a power cut at every single call.

use std::{fs, sync::Arc};

use crate::system::Errno;

use super::everything_below;
use crate::vault::{
    NoteId, NoteSource, Strength, Vault, VaultError, VaultState, Verified, create,
    fixtures::{
        fault::{Call, FaultyDisk, WRITING},
        faulty_vault, head, passphrase, place, unlock,
    },
    probe,
    storage::{durable::TEMPORARY, layout},
};

#[test]
fn a_power_cut_at_any_call_of_a_save_leaves_the_old_or_the_new_draft() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "old").expect("saved");
        disk.cut_power_after(calls);
        let saved = vault.save_draft(id, &head("A"), "new").is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let vault = unlock(&home);
        let note = vault.open(id).expect("opens");
        assert!(["old", "new"].contains(&note.body.as_str()));
        assert!(!saved || note.body.as_str() == "new", "after {calls} calls");
        let left = everything_below(&place(&home));
        assert!(left.iter().all(|path| !path.to_string_lossy().contains(TEMPORARY)));
        if finished {
            return assert!(saved && calls > 3);
        }
    }
}

#[test]
fn a_power_cut_at_any_call_of_a_completion_loses_nothing_and_it_can_be_finished() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "draft").expect("saved");
        disk.cut_power_after(calls);
        let complete = vault.complete(id, &head("A"), "final").is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let vault = unlock(&home);
        let note = vault.open(id).expect("opens");
        let expected = if note.source == NoteSource::Draft { "draft" } else { "final" };
        assert_eq!(note.body.as_str(), expected, "after {calls} calls");
        assert!(!complete || note.source == NoteSource::Revision(1));
        assert_eq!(note.verified, Verified::Yes);
        vault.complete(id, &head("A"), "final").expect("finished now");
        let note = vault.open(id).expect("opens");
        assert_eq!((note.source, note.verified), (NoteSource::Revision(1), Verified::Yes));
        if finished {
            return assert!(complete && calls > 8);
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_after_a_power_cut_leaves_the_step_to_a_later_unlock() {
    for (calls, file) in (0..).flat_map(|calls| ["0001.age", "draft.age"].map(|file| (calls, file)))
    {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "draft").expect("saved");
        disk.cut_power_after(calls);
        let complete = vault.complete(id, &head("A"), "final").is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let disk = Arc::new(FaultyDisk::default());
        disk.make_unreadable(file, Errno::IO);
        drop(Vault::unlock_on(disk, &place(&home), &passphrase()).expect("unlocks"));
        let vault = unlock(&home);
        let verification = vault.verify();
        assert!(verification.is_clean(), "{file}, {calls} calls: {:?}", verification.findings);
        let note = vault.open(id).expect("opens");
        assert_eq!(note.verified, Verified::Yes, "{file}, {calls} calls");
        assert!(!complete || note.body.as_str() == "final", "{file}, {calls} calls");
        if finished && file == "draft.age" {
            return assert!(complete && calls > 8);
        }
    }
}

#[test]
fn a_draft_that_cannot_be_read_is_not_discarded_unseen() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "draft").expect("saved");
    disk.make_unreadable("draft.age", Errno::IO);
    let refused = vault.discard_draft(id).expect_err("refused").sentence();
    assert!(refused.contains("draft.age"), "{refused}");
    disk.mend();
    vault.discard_draft(id).expect("discarded");
    assert_eq!(vault.trash().expect("read").len(), 1);
    drop(vault);
    assert!(unlock(&home).verify().is_clean());
}

#[test]
fn a_power_cut_while_a_note_without_a_draft_is_completed_is_not_taken_for_an_older_ledger() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        disk.cut_power_after(calls);
        let complete = vault.complete(id, &head("A"), "final").is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let vault = unlock(&home);
        let verification = vault.verify();
        assert!(verification.is_clean(), "after {calls} calls: {:?}", verification.findings);
        vault.complete(id, &head("A"), "final").expect("finished now");
        assert!(vault.verify().findings.is_empty(), "after {calls} calls");
        if finished {
            return assert!(complete && calls > 12);
        }
    }
}

#[test]
fn a_power_cut_at_any_call_of_creation_leaves_a_whole_vault_or_none() {
    for calls in 0.. {
        let home = tempfile::tempdir().expect("a folder");
        let disk = Arc::new(FaultyDisk::default());
        disk.cut_power_after(calls);
        let made = create::create(
            disk.clone(),
            &(&place(&home)).into(),
            &passphrase(),
            Strength::WEAK_FOR_TESTS,
        );
        let (created, finished) = (made.is_ok(), disk.is_waiting());
        drop(made);
        match probe(&place(&home)) {
            VaultState::Missing => {
                assert!(!created);
                Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS)
                    .expect("the next attempt succeeds");
            }
            VaultState::Locked(_) => drop(unlock(&home)),
            other => panic!("after {calls} calls: {other:?}"),
        }
        let beside = fs::read_dir(home.path()).expect("a folder").count();
        assert_eq!(beside, 1, "after {calls} calls the unfinished one is gone");
        if finished {
            return assert!(created && calls > 15);
        }
    }
}

#[test]
fn each_call_failing_once_is_said_and_the_next_save_succeeds() {
    for call in WRITING {
        for error in [Errno::IO, Errno::NOSPC, Errno::ROFS, Errno::ACCESS] {
            let (home, disk, vault) = faulty_vault();
            let id = NoteId::random();
            disk.fail_once(call, error);
            let first = vault.save_draft(id, &head("A"), "kept");
            match (&first, disk.is_waiting()) {
                (Ok(_), true) => assert_eq!(call, Call::Remove, "a save removes nothing"),
                (Err(failed @ VaultError::Disk { .. }), false) => {
                    let sentence = failed.sentence();
                    let answer = std::io::Error::from(error).to_string();
                    assert!(sentence.contains(&answer), "{sentence}");
                }
                other => panic!("{call:?} {error:?}: {other:?}"),
            }
            vault.save_draft(id, &head("A"), "kept").expect("saved the second time");
            drop(vault);
            assert_eq!(unlock(&home).open(id).expect("opens").body.as_str(), "kept");
        }
    }
}

#[test]
fn a_full_disk_keeps_the_draft_before_and_leaves_no_rubbish() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "before").expect("saved");
    let files = everything_below(&place(&home));
    disk.fail_always(Call::Write, Errno::NOSPC);
    for _ in 0..3 {
        let failed = vault.save_draft(id, &head("A"), "after").expect_err("the disk is full");
        assert!(failed.advice().contains("free some space"), "{}", failed.sentence());
        assert!(vault.complete(id, &head("A"), "after").is_err());
    }
    assert_eq!(everything_below(&place(&home)), files);
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "before");
    disk.mend();
    vault.save_draft(id, &head("A"), "after").expect("saved");
}

#[test]
fn a_failed_fsync_is_never_tried_again_on_the_same_file() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    disk.fail_once(Call::SyncFile, Errno::IO);
    assert!(vault.save_draft(id, &head("A"), "text").is_err());
    assert!(!place(&home).join(layout::draft_file(id)).exists());
    disk.mend();
    vault.save_draft(id, &head("A"), "text").expect("saved");
    assert_eq!(disk.synced_files(), 3, "the draft, and the ledger before and after it");
}

#[test]
fn an_unfinished_completion_is_finished_when_the_vault_is_next_unlocked() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "draft").expect("saved");
    disk.cut_power_after(10);
    assert!(vault.complete(id, &head("A"), "first words").is_err());
    drop(vault);
    let looking = Vault::inspect(&place(&home), &passphrase()).expect("opens");
    let found = looking.verify();
    assert!(found.is_clean() && !found.findings.is_empty(), "{:?}", found.findings);
    assert_eq!(looking.open(id).expect("opens").source, NoteSource::Draft);
    drop(looking);
    let vault = unlock(&home);
    let opened = vault.open(id).expect("opens");
    assert_eq!((opened.body.as_str(), opened.verified), ("first words", Verified::Yes));
    assert!(vault.verify().findings.is_empty(), "{:?}", vault.verify().findings);
}

#[test]
fn an_unfinished_completion_with_other_words_is_set_aside_and_named() {
    let (home, disk, vault) = faulty_vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "draft").expect("saved");
    // Create, write, fsync, rename, folder, for the ledger that says so and for the revision; then
    // the ledger that says it is there fails.
    disk.cut_power_after(10);
    assert!(vault.complete(id, &head("A"), "first words").is_err());
    disk.mend();
    vault.save_draft(id, &head("A"), "more words").expect("saved");
    drop(vault);
    let vault = unlock(&home);
    let opened = vault.open(id).expect("opens");
    assert_eq!((opened.source, opened.body.as_str()), (NoteSource::Draft, "more words"));
    vault.complete(id, &head("A"), "better words").expect("complete");
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "better words");
    let foreign = vault.foreign_files();
    assert_eq!(foreign.len(), 1);
    assert!(foreign[0].to_string_lossy().contains("set-aside-0001"));
}

#[test]
fn a_draft_saved_after_a_failed_completion_is_what_opens_also_if_tidying_fails() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "old").expect("saved");
        disk.cut_power_after(calls);
        let is_complete = vault.complete(id, &head("A"), "old").is_ok();
        disk.mend();
        if is_complete {
            return assert!(calls > 3);
        }
        let is_saved = vault.save_draft(id, &head("A"), "new").is_ok();
        drop(vault);
        disk.fail_once(Call::Rename, Errno::IO);
        let vault = Vault::unlock_on(disk.clone(), &place(&home), &passphrase()).expect("unlocks");
        let note = vault.open(id).expect("opens");
        assert!(!is_saved || note.body.as_str() == "new", "after {calls} calls");
        drop(vault);
        disk.mend();
        let note = unlock(&home).open(id).expect("opens");
        assert!(!is_saved || note.body.as_str() == "new", "after {calls} calls, unlocked again");
    }
}
