//! What is wrong is named, file by file, and nothing else is.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::{fs, path::Path};

use crate::vault::{
    Correction, FindingKind, NoteId, Vault,
    fixtures::{head, passphrase, place, unlock, vault},
    storage::layout,
};

fn found(vault: &Vault) -> Vec<(String, FindingKind)> {
    let findings = vault.verify().findings;
    findings.into_iter().map(|one| (one.file.display().to_string(), one.kind)).collect()
}

fn named(path: impl AsRef<Path>) -> String {
    path.as_ref().display().to_string()
}

#[test]
fn a_whole_vault_has_no_findings_and_says_how_much_was_looked_at() {
    let (_home, vault) = vault();
    let empty = vault.verify();
    let id = NoteId::random();
    vault.complete(id, &head("A"), "one").expect("complete");
    vault.amend(id, &head("A"), "two", Correction::Amended).expect("amended");
    vault.save_draft(NoteId::random(), &head("B"), "three").expect("saved");
    let seen = vault.verify();
    assert_eq!((seen.notes, seen.revisions, seen.drafts), (2, 2, 1));
    assert!(seen.is_clean() && seen.findings.is_empty(), "{:?}", seen.findings);
    assert!(seen.ledger_state.is_some() && seen.ledger_state != empty.ledger_state);
}

#[test]
fn a_missing_a_changed_and_a_swapped_file_are_told_apart() {
    let (home, vault) = vault();
    let ids: Vec<NoteId> = (0..4).map(|_| NoteId::random()).collect();
    for id in &ids {
        vault.complete(*id, &head("A"), &format!("note {id}")).expect("complete");
    }
    let file = |at: usize| layout::revision_file(ids[at], 1);
    let at = |number: usize| place(&home).join(file(number));
    fs::remove_file(at(0)).expect("removed");
    let mut bytes = fs::read(at(1)).expect("reads");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(at(1), bytes).expect("written");
    fs::copy(at(3), at(2)).expect("copied");
    let mut expected = [
        (named(file(0)), FindingKind::Missing),
        (named(file(1)), FindingKind::Changed),
        (named(file(2)), FindingKind::Swapped),
    ];
    expected.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(found(&vault), expected);
    let swapped = vault.verify().findings.into_iter().find(|f| f.kind == FindingKind::Swapped);
    assert!(swapped.expect("named").why.contains(&named(file(3))), "it says which one it is");
}

#[test]
fn an_older_ledger_put_back_is_named_by_what_it_does_not_know() {
    let (home, vault) = vault();
    let (one, two) = (NoteId::random(), NoteId::random());
    vault.complete(one, &head("A"), "one").expect("complete");
    let older = fs::read(place(&home).join(layout::LEDGER)).expect("reads");
    vault.complete(two, &head("A"), "two").expect("complete");
    drop(vault);
    fs::write(place(&home).join(layout::LEDGER), older).expect("rolled back");
    let vault = unlock(&home);
    let expected = (named(layout::revision_file(two, 1)), FindingKind::RolledBack);
    assert_eq!(found(&vault), [expected]);
    assert!(!vault.verify().is_clean());
}

#[test]
fn a_missing_or_altered_ledger_is_named() {
    let (home, vault) = vault();
    drop(vault);
    fs::write(place(&home).join(layout::LEDGER), "x").expect("altered");
    assert_eq!(found(&unlock(&home)), [(layout::LEDGER.to_owned(), FindingKind::Changed)]);
    fs::remove_file(place(&home).join(layout::LEDGER)).expect("removed");
    assert_eq!(found(&unlock(&home)), [(layout::LEDGER.to_owned(), FindingKind::Missing)]);
}

#[cfg(unix)]
#[test]
fn foreign_and_exposed_files_are_named_and_left_alone() {
    let (home, vault) = vault();
    fs::write(place(&home).join("holiday.jpg"), "x").expect("written");
    let everybody = fs::Permissions::from_mode(0o644);
    fs::set_permissions(place(&home).join(layout::LEDGER), everybody).expect("set");
    let expected = [
        ("holiday.jpg".to_owned(), FindingKind::Foreign),
        (layout::LEDGER.to_owned(), FindingKind::Exposed),
    ];
    assert_eq!(found(&vault), expected);
    assert!(place(&home).join("holiday.jpg").exists());
}

#[test]
fn findings_hold_no_word_of_a_note() {
    let (home, vault) = vault();
    let id = NoteId::random();
    vault.complete(id, &head("KITTIWAKE"), "PUFFIN").expect("complete");
    fs::write(place(&home).join(layout::revision_file(id, 1)), "x").expect("altered");
    let told = format!("{:?}", vault.verify());
    assert!(!["KITTIWAKE", "PUFFIN", "HERON"].iter().any(|word| told.contains(word)), "{told}");
}

#[test]
fn a_bit_flipped_or_a_length_cut_in_any_sealed_file_is_named_and_costs_no_other_note() {
    let (home, vault) = vault();
    let (complete, draft, trashed) = (NoteId::random(), NoteId::random(), NoteId::random());
    vault.complete(complete, &head("A"), "one").expect("complete");
    vault.amend(complete, &head("A"), "two", Correction::Amended).expect("amended");
    vault.save_draft(draft, &head("B"), "three").expect("saved");
    vault.save_draft(trashed, &head("C"), "four").expect("saved");
    vault.discard_draft(trashed).expect("discarded");
    let files: Vec<_> = vault.own_files();
    drop(vault);
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "age")) {
        let path = place(&home).join(file);
        let whole = fs::read(&path).expect("reads");
        for at in (0..whole.len()).step_by(whole.len() / 12) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            for bytes in [flipped.as_slice(), &whole[..at]] {
                fs::write(&path, bytes).expect("written");
                let context = format!("{} at {at}", file.display());
                let Ok(vault) = Vault::unlock(&place(&home), &passphrase()) else {
                    assert_eq!(file.as_os_str(), layout::IDENTITY, "{context}");
                    continue;
                };
                assert_eq!(found(&vault), [(named(file), FindingKind::Changed)], "{context}");
                let rows = vault.list().expect("lists");
                let damaged = rows.iter().filter(|row| row.head.is_err()).count();
                assert!(rows.len() == 2 && damaged <= 1, "{context}");
            }
        }
        fs::write(&path, &whole).expect("put right");
    }
    assert!(unlock(&home).verify().findings.is_empty());
}
