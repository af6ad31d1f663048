//! What erasing has to reach, and what it may say when it could not.

use std::fs;

use jiff::Timestamp;

use super::everything_below;
use crate::vault::{
    NoteId, VaultError, copies_folder,
    fixtures::{head, place, unlock, vault},
    storage::layout,
};

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().expect("a time")
}

fn is_left(home: &tempfile::TempDir, id: NoteId) -> bool {
    let id = id.to_string();
    everything_below(home.path()).iter().any(|path| path.to_string_lossy().contains(&id))
}

#[test]
fn what_a_crash_left_beside_its_place_goes_with_the_note_and_with_the_next_opening() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "kept").expect("saved");
    vault.keep_draft(id).expect("a copy in the trash");
    let trash = place(&home).join(layout::TRASH);
    let left = [
        trash.join(".tmp-00ff"),
        place(&home).join(layout::note_folder(id)).join(".tmp-00ff"),
        place(&home).join(".tmp-00ff"),
    ];
    let leave = || left[..1].iter().for_each(|path| fs::write(path, "sealed").expect("written"));
    leave();
    drop(vault);
    let vault = unlock(&home);
    assert!(!left[0].exists());
    left.iter().for_each(|path| fs::write(path, "sealed").expect("written"));
    vault.erase(id, "its time is over", now()).expect("erased");
    assert!(!left.iter().any(|path| path.exists()) && !is_left(&home, id));
}

#[test]
fn copies_that_cannot_be_looked_into_are_said_and_done_when_the_vault_is_next_opened() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.copier().copy_if_due(now()).expect("copied");
    let (copies, away) = (copies_folder(&place(&home)), home.path().join("away"));
    fs::rename(&copies, &away).expect("put away");
    fs::write(&copies, "no folder").expect("written");
    let refused = vault.erase(id, "its time is over", now()).expect_err("not everything");
    assert!(matches!(&refused, VaultError::NotAllErased { path, .. } if *path == copies));
    assert!(refused.sentence().contains("vault-copies"), "{}", refused.sentence());
    assert!(vault.open(id).is_err() && !place(&home).join(layout::note_folder(id)).exists());
    assert!(vault.erase(id, "its time is over", now()).is_err(), "asked again, it looks again");
    fs::remove_file(&copies).expect("removed");
    fs::rename(&away, &copies).expect("brought back");
    assert!(is_left(&home, id));
    drop(vault);
    let vault = unlock(&home);
    assert!(!is_left(&home, id), "opening the vault finishes it");
    assert_eq!(vault.erased().expect("told").len(), 1);
}

#[test]
fn one_copy_that_cannot_be_read_does_not_keep_the_note_in_the_others() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.copier().copy_if_due(now()).expect("copied");
    vault.copier().copy_before("test", now()).expect("copied");
    let copies = copies_folder(&place(&home));
    fs::write(copies.join("2026-11-22").join(layout::TRASH), "no folder").expect("written");
    let refused = vault.erase(id, "its time is over", now());
    assert!(matches!(refused, Err(VaultError::NotAllErased { .. })));
    let left: Vec<_> = everything_below(home.path())
        .into_iter()
        .filter(|path| path.ends_with(layout::note_folder(id)))
        .collect();
    assert_eq!(left, [copies.join("2026-11-22").join(layout::note_folder(id))]);
}

#[test]
fn a_copy_that_was_opened_where_it_lies_keeps_no_cache_of_an_erased_note() {
    let (_home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    let copy = vault.copier().copy_before("test", now()).expect("copied").folder;
    for cache in [layout::CATALOGUE, layout::TEXTS] {
        fs::write(copy.join(cache), "sealed").expect("written");
    }
    vault.erase(id, "its time is over", now()).expect("erased");
    assert!(!copy.join(layout::CATALOGUE).exists() && !copy.join(layout::TEXTS).exists());
}

#[test]
fn the_reason_names_no_case_key_that_only_the_trash_or_an_earlier_revision_knows() {
    let (_home, vault) = vault();
    let [trashed, renamed] = [NoteId::random(), NoteId::random()];
    vault.save_draft(trashed, &head("A"), "one").expect("saved");
    vault.discard_draft(trashed).expect("discarded");
    vault.complete(renamed, &head("A"), "one").expect("complete");
    let other = crate::vault::NoteHead { case_key: "WREN-7".to_owned(), ..head("A") };
    let amended = crate::vault::Correction::Amended;
    vault.amend(renamed, &other, "two", amended).expect("amended");
    for id in [trashed, renamed] {
        let refused = vault.erase(id, "duplicate of heron-42", now());
        assert!(matches!(refused, Err(VaultError::ReasonNamesCase)));
        vault.erase(id, "duplicate", now()).expect("erased");
    }
}
