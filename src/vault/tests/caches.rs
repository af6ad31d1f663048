//! Caches make lists and searches quick, are sealed, and are never believed over the files.

use std::{
    fs::{self, File},
    sync::Arc,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;

use super::everything_below;
use crate::vault::{
    Correction, NoteId, Vault, Verified,
    fixtures::{
        fault::{Call, FaultyDisk},
        head, passphrase, place, unlock, vault,
    },
    storage::layout,
};

/// As if everything had been written an hour ago.
fn age_everything(home: &tempfile::TempDir) {
    let then = SystemTime::now() - Duration::from_hours(1);
    for path in everything_below(&place(home)).into_iter().filter(|path| path.is_file()) {
        File::options().write(true).open(path).expect("opens").set_modified(then).expect("set");
    }
}

/// A vault with so many drafts and as many completed notes, all of them settled and listed once.
fn listed(count: usize) -> (tempfile::TempDir, Vec<NoteId>) {
    let (home, vault) = vault();
    let ids: Vec<NoteId> = (0..count * 2).map(|_| NoteId::random()).collect();
    for (at, id) in ids.iter().enumerate() {
        let title = format!("KITTIWAKE {at}");
        if at % 2 == 0 {
            vault.save_draft(*id, &head(&title), &format!("PUFFIN {at}")).expect("saved");
        } else {
            vault.complete(*id, &head(&title), &format!("PUFFIN {at}")).expect("complete");
        }
    }
    age_everything(&home);
    assert_eq!(vault.list().expect("lists").len(), ids.len());
    (home, ids)
}

fn titles(vault: &Vault) -> Vec<String> {
    let rows = vault.list().expect("lists").into_iter();
    rows.map(|row| row.head.map_or_else(|damage| damage.why, |head| head.title)).collect()
}

#[test]
fn a_second_list_opens_no_note_and_says_the_same() {
    let (home, _) = listed(40);
    assert!(place(&home).join(layout::CATALOGUE).exists());
    let disk = Arc::new(FaultyDisk::default());
    let vault = Vault::unlock_on(disk.clone(), &place(&home), &passphrase()).expect("unlocks");
    disk.fail_always(Call::Read, crate::system::Errno::IO);
    let quick = titles(&vault);
    assert!(vault.list().expect("lists").iter().all(|row| row.verified == Verified::Yes));
    drop(vault);
    fs::remove_file(place(&home).join(layout::CATALOGUE)).expect("it may be deleted");
    assert_eq!(titles(&unlock(&home)), quick);
    assert!(place(&home).join(layout::CATALOGUE).exists(), "and is rebuilt");
}

#[test]
fn a_note_that_changed_or_is_damaged_or_gone_is_never_shown_from_the_catalogue() {
    let (home, ids) = listed(40);
    let vault = unlock(&home);
    vault.save_draft(ids[0], &head("changed"), "x").expect("saved");
    vault.complete(ids[2], &head("completed"), "x").expect("complete");
    vault.amend(ids[1], &head("amended"), "x", Correction::Amended).expect("amended");
    fs::write(place(&home).join(layout::revision_file(ids[3], 1)), "x").expect("damaged");
    fs::remove_dir_all(place(&home).join(layout::note_folder(ids[4]))).expect("removed");
    let shown = |id: NoteId| {
        let rows = vault.list().expect("lists");
        rows.into_iter().find(|row| row.id == id).map(|row| row.head.map(|head| head.title))
    };
    for (at, title) in [(0, "changed"), (1, "amended"), (2, "completed")] {
        assert_eq!(shown(ids[at]).expect("listed").expect("opens"), title);
    }
    assert!(shown(ids[3]).expect("listed").is_err());
    assert!(shown(ids[4]).expect("a lost draft is named").is_err());
}

#[test]
fn an_altered_catalogue_is_rebuilt_and_one_that_cannot_be_written_costs_nothing_but_time() {
    let (home, _) = listed(40);
    let before = titles(&unlock(&home));
    let path = place(&home).join(layout::CATALOGUE);
    let whole = fs::read(&path).expect("reads");
    for at in (0..whole.len()).step_by(whole.len() / 7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).expect("altered");
        assert_eq!(titles(&unlock(&home)), before);
    }
    fs::remove_file(&path).expect("removed");
    let disk = Arc::new(FaultyDisk::default());
    let vault = Vault::unlock_on(disk.clone(), &place(&home), &passphrase()).expect("unlocks");
    disk.fail_always(Call::Write, crate::system::Errno::NOSPC);
    assert_eq!(titles(&vault), before);
    assert!(!path.exists());
}

#[test]
fn what_a_search_made_of_the_notes_is_kept_sealed_and_only_for_its_own_version() {
    let (home, ids) = listed(40);
    let vault = unlock(&home);
    let stamps = || -> Vec<String> {
        vault.stamps().expect("reads").into_iter().map(|note| note.stamp).collect()
    };
    let before = stamps();
    assert_eq!((before.len(), &before), (ids.len(), &stamps()), "what does not change stays");
    vault.save_draft(ids[0], &head("A"), "GANNET").expect("saved");
    let after = stamps();
    let changed = before.iter().zip(&after).filter(|(one, other)| one != other).count();
    assert_eq!(changed, 1);
    assert_ne!(stamps(), after, "a file of this moment may still change");

    assert!(vault.kept_texts(1).is_none());
    vault.keep_texts(1, b"RAZORBILL", &ids);
    assert!(vault.kept_texts(2).is_none());
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.kept_texts(1).as_deref().map(Vec::as_slice), Some(b"RAZORBILL".as_slice()));
    for path in everything_below(&place(&home)).into_iter().filter(|path| path.is_file()) {
        let bytes = fs::read(&path).expect("reads");
        for word in ["KITTIWAKE", "PUFFIN", "RAZORBILL", "GANNET"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} in {}", path.display());
        }
    }
    assert!(vault.verify().is_clean(), "caches are no foreign files");
    let path = place(&home).join(layout::TEXTS);
    let whole = fs::read(&path).expect("reads");
    for at in (0..whole.len()).step_by(whole.len() / 50) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).expect("altered");
        assert!(vault.kept_texts(1).is_none(), "byte {at}");
    }
}

#[test]
fn no_cache_is_kept_that_tells_of_a_note_erased_while_it_was_written() {
    for calls in 0..3 {
        let (home, ids) = listed(40);
        fs::remove_file(place(&home).join(layout::CATALOGUE)).expect("it may be deleted");
        let disk = Arc::new(FaultyDisk::default());
        let vault = Vault::unlock_on(disk.clone(), &place(&home), &passphrase()).expect("unlocks");
        let vault = Arc::new(vault);
        let erase_meanwhile = |id: NoteId| {
            let eraser = Arc::clone(&vault);
            disk.meanwhile(calls, move || {
                eraser.erase(id, "its time is over", Timestamp::now()).expect("erased");
            });
        };
        erase_meanwhile(ids[0]);
        vault.list().expect("lists");
        assert!(!disk.is_still_to_come() && !place(&home).join(layout::CATALOGUE).exists());
        erase_meanwhile(ids[1]);
        vault.keep_texts(1, b"RAZORBILL", &ids[1..]);
        assert!(!disk.is_still_to_come() && !place(&home).join(layout::TEXTS).exists());
        vault.keep_texts(1, b"RAZORBILL", &ids[2..]);
        assert!(vault.kept_texts(1).is_some());
        let names = everything_below(&place(&home)).into_iter();
        assert!(!names.into_iter().any(|path| path.to_string_lossy().contains(".tmp-")));
    }
}
