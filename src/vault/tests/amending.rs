//! Corrections are shown beside what they correct.

use std::fs;

use crate::vault::{
    Correction, NoteId, NoteSource, Vault, VaultError, Verified,
    fixtures::{faulty_vault, head, place, unlock, vault},
    storage::layout,
};

fn completed(vault: &Vault) -> NoteId {
    let id = NoteId::random();
    vault.complete(id, &head("A"), "first").expect("complete");
    id
}

#[test]
fn an_amendment_stands_beside_the_first_revision_and_both_can_be_read() {
    let (home, vault) = vault();
    let id = completed(&vault);
    let first = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
    let receipt = vault.amend(id, &head("B"), "second", Correction::Amended).expect("amended");
    assert_eq!(receipt.revision, Some(2));
    vault.amend(id, &head("C"), "third", Correction::Amended).expect("amended");
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.revisions(id).expect("lists"), [1, 2, 3]);
    for (number, body) in [(1, "first"), (2, "second"), (3, "third")] {
        let note = vault.open_revision(id, number).expect("opens");
        assert_eq!((note.body.as_str(), note.verified), (body, Verified::Yes));
    }
    let newest = vault.open(id).expect("opens");
    assert_eq!((newest.source, newest.body.as_str()), (NoteSource::Revision(3), "third"));
    assert_eq!(vault.list().expect("lists").len(), 1);
    let still = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
    assert_eq!(still, first, "what was completed never changes");
    assert!(matches!(vault.open_revision(id, 4), Err(VaultError::NoSuchRevision(..))));
}

#[test]
fn a_draft_is_not_amended_and_a_complete_note_is_not_saved_over() {
    let (_home, vault) = vault();
    let id = NoteId::random();
    vault.save_draft(id, &head("A"), "draft").expect("saved");
    let refused = vault.amend(id, &head("A"), "x", Correction::Amended);
    assert!(matches!(refused, Err(VaultError::NotComplete(_))));
    vault.complete(id, &head("A"), "first").expect("complete");
    vault.amend(id, &head("A"), "second", Correction::Amended).expect("amended");
    let refused = vault.save_draft(id, &head("A"), "x");
    assert!(matches!(refused, Err(VaultError::AlreadyComplete(_))));
    let refused = vault.complete(id, &head("A"), "x");
    assert!(matches!(refused, Err(VaultError::AlreadyComplete(_))));
}

#[test]
fn nothing_follows_a_note_entered_in_error() {
    let (_home, vault) = vault();
    let id = completed(&vault);
    vault.amend(id, &head("A"), "wrong case", Correction::EnteredInError).expect("marked");
    let again = vault.amend(id, &head("A"), "wrong case", Correction::EnteredInError);
    assert_eq!(again.expect("asked again").revision, Some(2));
    let refused = vault.amend(id, &head("A"), "more", Correction::Amended);
    assert!(matches!(refused, Err(VaultError::EnteredInError(_))));
    assert_eq!(vault.open(id).expect("opens").body.as_str(), "wrong case");
}

#[test]
fn a_power_cut_at_any_call_of_an_amendment_leaves_the_one_before_or_the_new_one() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let id = completed(&vault);
        disk.cut_power_after(calls);
        let amended = vault.amend(id, &head("A"), "second", Correction::Amended).is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let vault = unlock(&home);
        let note = vault.open(id).expect("opens");
        let expected = if note.source == NoteSource::Revision(1) { "first" } else { "second" };
        assert_eq!((note.body.as_str(), note.verified), (expected, Verified::Yes), "{calls}");
        assert!(!amended || note.source == NoteSource::Revision(2));
        let receipt = vault.amend(id, &head("A"), "second", Correction::Amended);
        assert_eq!(receipt.expect("finished now").revision, Some(2), "and added once only");
        assert_eq!(vault.revisions(id).expect("lists"), [1, 2]);
        assert_eq!(vault.open(id).expect("opens").verified, Verified::Yes);
        if finished {
            return assert!(amended && calls > 7);
        }
    }
}

#[test]
fn a_revision_taken_out_of_the_row_is_noticed() {
    let (home, vault) = vault();
    let id = completed(&vault);
    vault.amend(id, &head("A"), "second", Correction::Amended).expect("amended");
    vault.amend(id, &head("A"), "third", Correction::Amended).expect("amended");
    let at = |number| place(&home).join(layout::revision_file(id, number));
    fs::copy(at(2), at(3)).expect("copied");
    assert!(matches!(vault.open(id), Err(VaultError::Damaged { .. })));
    fs::remove_file(at(3)).expect("removed");
    assert!(vault.open(id).is_err(), "the newest is missing, and the one before does not pass");
    let refused = vault.amend(id, &head("A"), "fourth", Correction::Amended);
    assert!(matches!(refused, Err(VaultError::Damaged { .. })));
    assert_eq!(vault.open_revision(id, 2).expect("opens").verified, Verified::Yes);
}
