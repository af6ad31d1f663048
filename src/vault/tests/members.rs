//! Members open what is completed with keys of their own; nobody becomes one by editing a file.

use std::fs;

use age::x25519;
use jiff::Timestamp;

use crate::vault::{
    Correction, FindingKind, NoteHead, NoteId, NoteSource, RevisionText, Strength, Vault,
    VaultError,
    fixtures::{
        fault::WRITING, faulty_vault, head, passphrase, place, remembered_vault, unlock,
        unlock_remembered, vault,
    },
    keys::{seal, sha256::sha256, signed_text::Kind},
    notes::{
        document::{self, Seal},
        save::{Sealed, SealedRevision},
    },
    storage::layout,
};

/// A text with an edition for members.
fn text(body: &str) -> RevisionText<'_> {
    RevisionText { whole: body, for_members: Some("for members") }
}

fn colleague() -> (x25519::Identity, String) {
    let key = x25519::Identity::generate();
    let public = key.to_public().to_string();
    (key, public)
}

#[test]
fn a_member_opens_what_is_completed_from_then_on_and_no_draft() {
    let (home, vault) = vault();
    let (key, public) = colleague();
    let (before, after, draft) = (NoteId::random(), NoteId::random(), NoteId::random());
    vault.complete(before, &head("A"), text("before")).expect("complete");
    let member = vault.add_member("Asha", "deputy", &public, Timestamp::now()).expect("added");
    assert_eq!(member.fingerprint().len(), 19);
    vault.complete(after, &head("B"), text("after")).expect("complete");
    vault.save_draft(draft, &head("C"), "draft").expect("saved");
    vault.amend(before, &head("A"), text("amended"), Correction::Amended).expect("amended");
    let opens = |file| {
        let sealed = fs::read(place(&home).join(file));
        sealed.is_ok_and(|sealed| seal::open_with(&key, &sealed).is_ok())
    };
    assert!(opens(layout::members_file(after, 1)) && opens(layout::members_file(before, 2)));
    assert!(!opens(layout::members_file(before, 1)) && !opens(layout::draft_file(draft)));
    for (id, number) in [(before, 1), (before, 2), (after, 1)] {
        assert!(!opens(layout::revision_file(id, number)), "the vault’s own edition is its own");
    }
    assert!(!opens(layout::LEDGER.into()));
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.list_members().expect("lists"), [member]);
    vault.remove_member("asha").expect("removed");
    let later = NoteId::random();
    vault.complete(later, &head("D"), text("later")).expect("complete");
    assert!(!place(&home).join(layout::members_file(later, 1)).exists(), "nobody to read it");
    assert!(opens(layout::members_file(after, 1)), "what was sealed to them stays theirs");
    assert!(vault.verify().is_clean());
}

#[test]
fn supervision_and_what_was_completed_before_a_member_came_open_for_nobody_else_also_after_new_keys()
 {
    let (home, vault) = vault();
    let (key, public) = colleague();
    let now = Timestamp::now();
    let supervision = |kind: &str, template: &str| NoteHead {
        kind: kind.to_owned(),
        template: template.to_owned(),
        ..head("Supervision")
    };
    let private = [
        supervision("supervision", "one-of-our-own 1"),
        // From before notes told what they are about.
        supervision("clinic", "reflective-supervision 2026.11"),
        supervision("clinic", "group-supervision 2026.11"),
    ];
    let (mut notes, case, service) = (Vec::new(), NoteId::random(), NoteId::random());
    let complete = |vault: &Vault, head: &NoteHead| {
        let id = NoteId::random();
        vault.complete(id, head, text("how the worker is")).expect("complete");
        id
    };
    notes.push(complete(&vault, &private[0]));
    let earlier = complete(&vault, &supervision("case", "peer-case-clinic 1"));
    vault.add_member("Asha", "deputy", &public, now).expect("added");
    notes.extend(private.iter().map(|head| complete(&vault, head)));
    let amended = Correction::Amended;
    vault.amend(notes[0], &private[0], text("and later"), amended).expect("amended");
    let since = |head: NoteHead| NoteHead { updated: now, ..head };
    let of_a_case = since(supervision("case", "peer-case-clinic 1"));
    vault.complete(case, &of_a_case, text("a case")).expect("complete");
    let audit = since(supervision("clinic", "framework-audit 1"));
    vault.complete(service, &audit, text("an audit")).expect("complete");
    vault.add_member("Ben", "auditor", &colleague().1, now).expect("added");
    let opens = |place: &std::path::Path, id, number| {
        [layout::members_file(id, number), layout::revision_file(id, number)].iter().any(|file| {
            let sealed = fs::read(place.join(file));
            sealed.is_ok_and(|sealed| seal::open_with(&key, &sealed).is_ok())
        })
    };
    let look = |place: &std::path::Path| {
        assert!(opens(place, case, 1) && opens(place, service, 1), "members read cases");
        let mut private: Vec<(NoteId, u32)> = notes.iter().map(|id| (*id, 1)).collect();
        private.extend([(notes[0], 2), (earlier, 1)]);
        for (id, number) in private {
            assert!(!opens(place, id, number), "{number}");
        }
    };
    look(&place(&home));

    let file = home.path().join("backup.age");
    vault.backup(&file).expect("backed up");
    let there = home.path().join("elsewhere");
    let words = passphrase();
    let opener = crate::vault::Opener::Passphrase(&words);
    crate::vault::restore(&file, &there, opener).expect("restored");
    look(&there);

    let rekeyed = vault
        .rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &|_| None, &mut |_| Ok(()))
        .expect("new keys");
    look(&place(&home));
    let vault = rekeyed.vault;
    notes.iter().for_each(|id| assert!(vault.open(*id).is_ok(), "the holder of the vault reads"));
    assert!(vault.verify().is_clean());
}

#[test]
fn a_private_note_that_is_shared_opens_for_that_member_alone_and_only_while_they_are_one() {
    let (home, vault) = vault();
    let ((asha, hers), (ben, his)) = (colleague(), colleague());
    let now = Timestamp::now();
    vault.add_member("Asha", "supervisor", &hers, now).expect("added");
    vault.add_member("Ben", "auditor", &his, now).expect("added");
    let private = NoteHead { kind: "supervision".to_owned(), ..head("Supervision") };
    let shared = NoteHead { shared_with: vec![hers.clone(), colleague().1], ..private.clone() };
    let id = NoteId::random();
    vault.complete(id, &private, text("before")).expect("complete");
    vault.amend(id, &shared, text("shared"), Correction::Amended).expect("amended");
    let opens = |key: &x25519::Identity, number| {
        let sealed = fs::read(place(&home).join(layout::members_file(id, number)));
        sealed.is_ok_and(|sealed| seal::open_with(key, &sealed).is_ok())
    };
    let look = || {
        assert!(opens(&asha, 2) && !opens(&asha, 1));
        assert!(!opens(&ben, 2) && !opens(&ben, 1));
    };
    look();
    let vault = vault
        .rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &|_| None, &mut |_| Ok(()))
        .expect("new keys")
        .vault;
    look();
    vault.remove_member("Asha").expect("removed");
    vault.amend(id, &shared, text("later"), Correction::Amended).expect("amended");
    assert!(!opens(&asha, 3) && opens(&asha, 2), "what was sealed to them stays theirs");
}

#[test]
fn what_is_no_key_or_known_already_is_refused() {
    let (_home, vault) = vault();
    let (_, public) = colleague();
    let now = Timestamp::now();
    assert!(matches!(
        vault.add_member("A", "r", "age1nonsense", now),
        Err(VaultError::NoRecipient)
    ));
    assert!(matches!(vault.add_member(" ", "r", &public, now), Err(VaultError::NoLabel(_))));
    assert!(matches!(
        vault.add_member("A\u{1b}[2J", "r", &public, now),
        Err(VaultError::NoLabel(_))
    ));
    vault.add_member("A", "r", &public, now).expect("added");
    for (name, key) in [("A", colleague().1), ("B", public)] {
        assert!(matches!(vault.add_member(name, "r", &key, now), Err(VaultError::AlreadyMember)));
    }
    assert!(matches!(vault.remove_member("C"), Err(VaultError::NoSuchMember)));
}

#[test]
fn who_was_removed_does_not_come_back_by_an_older_ledger_and_the_vault_says_that_it_is_older() {
    let (home, vault) = remembered_vault();
    let (alex, his) = colleague();
    let now = Timestamp::now();
    vault.add_member("Alex", "deputy", &his, now).expect("added");
    let with_alex = fs::read(place(&home).join(layout::LEDGER)).expect("reads");
    vault.remove_member("Alex").expect("removed");
    drop(vault);
    fs::write(place(&home).join(layout::LEDGER), with_alex).expect("put back");
    let vault = unlock_remembered(&home);
    let found = vault.rollback().expect("it is older than what was seen");
    assert!(found.why.contains("older"), "{}", found.why);
    assert!(!vault.verify().is_clean());
    let id = NoteId::random();
    vault.complete(id, &head("A"), text("kept")).expect("a note is kept whatever the ledger says");
    drop(vault);
    let vault = unlock_remembered(&home);
    assert!(vault.rollback().is_some(), "writing does not end the warning");
    let sealed = fs::read(place(&home).join(layout::members_file(id, 1))).expect("reads");
    assert!(seal::open_with(&alex, &sealed).is_ok(), "the ledger that is there counts");
    vault.accept_state().expect("somebody looked at it");
    drop(vault);
    assert!(unlock_remembered(&home).rollback().is_none());
}

#[test]
fn without_a_ledger_notes_are_kept_for_this_vault_alone_and_members_are_added_again() {
    let (home, vault) = vault();
    let ((alex, his), (_, hers)) = (colleague(), colleague());
    let now = Timestamp::now();
    vault.add_member("Alex", "deputy", &his, now).expect("added");
    drop(vault);
    fs::remove_file(place(&home).join(layout::LEDGER)).expect("removed");
    let vault = unlock(&home);
    assert!(vault.list_members().is_err());
    let id = NoteId::random();
    vault.complete(id, &head("A"), text("kept")).expect("a note is kept whatever the ledger says");
    let sealed = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
    assert!(seal::open_with(&alex, &sealed).is_err());
    assert!(!place(&home).join(layout::members_file(id, 1)).exists());
    assert!(vault.list_members().expect("a new list").is_empty());
    let asha = vault.add_member("Asha", "deputy", &hers, now).expect("somebody says who");
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.list_members().expect("lists"), [asha]);
    assert!(vault.verify().findings.iter().any(|one| one.kind == FindingKind::Rebuilt));
    let made =
        vault.rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &|_| None, &mut |_| Ok(()));
    assert!(made.expect("new keys").vault.verify().is_clean());
}

#[test]
fn a_key_in_capitals_and_names_that_look_alike_are_the_same_member() {
    let (_home, vault) = vault();
    let now = Timestamp::now();
    let (_, hers) = colleague();
    let added = vault.add_member("Asha", "deputy", &hers.to_uppercase(), now).expect("added");
    assert_eq!(added.recipient, hers, "stored in its one spelling");
    let is_known = |name: &str, key: &str| {
        matches!(vault.add_member(name, "r", key, now), Err(VaultError::AlreadyMember))
    };
    assert!(is_known("Somebody", &hers));
    // A Cyrillic А, and ASHA in full width.
    for name in ["asha", "\u{410}sha", "\u{ff21}\u{ff33}\u{ff28}\u{ff21}"] {
        let refused = vault.add_member(name, "r", &colleague().1, now);
        assert!(refused.is_err(), "{name}");
    }
    for name in ["Ben\u{200b}", "Ben\u{202e}", "B\u{435}n"] {
        let refused = vault.add_member(name, "r", &colleague().1, now);
        assert!(matches!(refused, Err(VaultError::NoLabel(_))), "{name:?}");
    }
    assert!(vault.add_member("Zo\u{eb} \u{3b1}", "r", &colleague().1, now).is_ok());
    let own = vault.keys.recipient().to_string().to_uppercase();
    assert!(is_known("The vault", &own));
    let sheet = vault.members().expect("listed").sheet.expect("known").public.to_uppercase();
    assert!(is_known("The sheet", &sheet));
    vault.remove_member(&hers.to_uppercase()).expect("found by its key, however it is spelt");
    let names: Vec<_> = vault.list_members().expect("lists").into_iter().map(|m| m.name).collect();
    assert_eq!(names, ["Zo\u{eb} \u{3b1}"]);
}

#[test]
fn a_failing_disk_leaves_the_list_before_or_the_new_one() {
    for call in WRITING {
        let (home, disk, vault) = faulty_vault();
        disk.fail_once(call, crate::system::Errno::IO);
        let added = vault.add_member("Asha", "r", &colleague().1, Timestamp::now());
        drop(vault);
        let vault = unlock(&home);
        let members = vault.list_members().expect("lists").len();
        assert!(members == 1 || added.is_err(), "{call:?}");
        assert!(vault.verify().is_clean(), "{call:?}");
    }
}

#[test]
fn a_replaced_recovery_file_is_named() {
    let (home, vault) = vault();
    fs::write(place(&home).join(layout::RECOVERY), "age-encryption.org/v1\n").expect("written");
    let seen = vault.verify();
    assert_eq!(seen.findings.len(), 1);
    assert_eq!(seen.findings[0].kind, FindingKind::Changed);
    let new = vault.new_sheet().expect("a new sheet");
    vault.replace_sheet(&new, Timestamp::now()).expect("replaced");
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
}

#[test]
fn a_members_edition_that_is_missing_changed_swapped_or_not_entered_is_named() {
    let (home, vault) = vault();
    vault.add_member("Asha", "deputy", &colleague().1, Timestamp::now()).expect("added");
    let (one, other) = (NoteId::random(), NoteId::random());
    vault.complete(one, &head("A"), text("one")).expect("complete");
    vault.complete(other, &head("B"), text("other")).expect("complete");
    assert!(vault.verify().findings.is_empty(), "{:?}", vault.verify().findings);
    let file = layout::members_file(one, 1);
    let path = place(&home).join(&file);
    let whole = fs::read(&path).expect("reads");
    let kinds = || -> Vec<FindingKind> {
        let found = vault.verify().findings.into_iter();
        found.filter(|one| one.file == file).map(|one| one.kind).collect()
    };
    fs::remove_file(&path).expect("removed");
    assert_eq!(kinds(), [FindingKind::Missing]);
    fs::write(&path, &whole[..whole.len() - 1]).expect("written");
    assert!(kinds().contains(&FindingKind::Changed));
    for from in [layout::members_file(other, 1), layout::revision_file(one, 1)] {
        fs::copy(place(&home).join(from), &path).expect("copied");
        assert!(kinds().contains(&FindingKind::Swapped));
    }
    fs::write(&path, &whole).expect("written");
    // Nor is an edition taken for the revision itself.
    let own = place(&home).join(layout::revision_file(one, 1));
    fs::copy(&path, &own).expect("copied");
    assert!(vault.open(one).is_err());
    fs::copy(&path, place(&home).join(layout::members_file(one, 2))).expect("copied");
    let second = layout::members_file(one, 2);
    assert!(vault.verify().findings.iter().any(|found| found.file == second));
}

#[test]
fn a_completion_that_is_cut_anywhere_leaves_no_edition_of_what_was_not_completed() {
    for calls in 0.. {
        let (home, disk, vault) = faulty_vault();
        let (key, public) = colleague();
        vault.add_member("Asha", "deputy", &public, Timestamp::now()).expect("added");
        let id = NoteId::random();
        vault.save_draft(id, &head("A"), "a draft").expect("saved");
        disk.cut_power_after(calls);
        let done = vault.complete(id, &head("A"), text("completed")).is_ok();
        let finished = disk.is_waiting();
        drop(vault);
        let vault = unlock(&home);
        let note = vault.open(id).expect("opens");
        let is_complete = note.source == NoteSource::Revision(1);
        assert!(is_complete || !done, "after {calls} calls");
        let sealed = fs::read(place(&home).join(layout::members_file(id, 1)));
        let opens = sealed.is_ok_and(|sealed| seal::open_with(&key, &sealed).is_ok());
        assert_eq!(opens, is_complete, "after {calls} calls");
        assert!(vault.verify().is_clean(), "after {calls}: {:?}", vault.verify().findings);
        if finished {
            return assert!(done && calls > 12, "{calls}");
        }
    }
}

#[test]
fn a_private_note_stays_private_whatever_head_is_saved_for_it() {
    let (_home, vault) = vault();
    let of = |kind: &str, template: &str| NoteHead {
        kind: kind.to_owned(),
        template: template.to_owned(),
        ..head("A")
    };
    let private = [of("supervision", "own 1"), of("clinic", "reflective-supervision 2026.11")];
    let open = [of("case", "own 2"), of("service", "own 2"), of("clinic", "own 2")];
    for before in &private {
        let (draft, complete) = (NoteId::random(), NoteId::random());
        vault.save_draft(draft, before, "a draft").expect("saved");
        vault.complete(complete, before, text("a note")).expect("complete");
        for after in &open {
            let refused = [
                vault.save_draft(draft, after, "a draft"),
                vault.complete(draft, after, text("a note")),
                vault.amend(complete, after, text("a note"), Correction::Amended),
            ];
            for refused in refused {
                assert!(matches!(refused, Err(VaultError::OpensToMore(_))), "{refused:?}");
            }
        }
        vault.save_draft(draft, before, "later").expect("saved");
        vault.complete(draft, before, text("a note")).expect("complete");
    }
    assert!(vault.verify().is_clean());
}

#[test]
fn a_vault_opened_anew_knows_which_notes_are_private() {
    let (home, vault) = vault();
    let private = NoteHead { kind: "supervision".to_owned(), ..head("A") };
    let id = NoteId::random();
    vault.save_draft(id, &private, "a draft").expect("saved");
    drop(vault);
    let vault = unlock(&home);
    let refused = vault.complete(id, &head("A"), text("a note"));
    assert!(matches!(refused, Err(VaultError::OpensToMore(_))), "{refused:?}");
}

#[test]
fn a_note_that_cannot_be_read_is_not_completed_for_members_to_read() {
    let (home, vault) = vault();
    let private = NoteHead { kind: "supervision".to_owned(), ..head("A") };
    let id = NoteId::random();
    vault.save_draft(id, &private, "a draft").expect("saved");
    drop(vault);
    let file = place(&home).join(layout::draft_file(id));
    fs::write(&file, "damaged").expect("written");
    let vault = unlock(&home);
    let refused = vault.complete(id, &head("A"), text("a note"));
    assert!(matches!(refused, Err(VaultError::Damaged { .. })), "{refused:?}");
    vault.complete(id, &private, text("a note")).expect("nobody else can read it");
}

/// Completes a note as it was done before there were members' editions: the revision is sealed to the
/// members itself.
fn complete_as_before(vault: &Vault, id: NoteId, head: &NoteHead, body: &str) {
    let seal = Seal::new(&vault.keys.vault, id, NoteSource::Revision(1));
    let text = document::write(&seal, head, body).expect("written");
    let plain = vault.keys.sign(Kind::Note, &text).expect("signed");
    let bytes = vault.keys.seal_with(&vault.recipients_of(head), &plain).expect("sealed");
    let own = Sealed { bytes, sha256: sha256(&plain) };
    let mut settled = vault.lock_for_writing();
    let sealed = SealedRevision { own, members: None };
    vault.lock_revision(&mut settled, id, 1, &sealed).expect("locked");
}

#[test]
fn new_keys_make_an_edition_of_what_was_sealed_to_members_before_and_open_nothing_wider() {
    let (home, vault) = vault();
    let ((asha, hers), (ben, his)) = (colleague(), colleague());
    let now = Timestamp::now();
    vault.add_member("Asha", "deputy", &hers, now).expect("added");
    let since = NoteHead { updated: now, ..head("A") };
    let (made, none) = (NoteId::random(), NoteId::random());
    vault.complete(made, &since, text("whole")).expect("complete");
    // No member was to read this one, for it came without an edition.
    vault.complete(none, &since, "whole").expect("complete");
    // As it was done before there were editions: the revision itself sealed to the member.
    let old = NoteId::random();
    complete_as_before(&vault, old, &since, "of before");
    vault.add_member("Ben", "auditor", &his, Timestamp::now()).expect("added");
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
    let edition = |body: &str| Some(zeroize::Zeroizing::new(format!("edition of {body}")));
    let made_new = vault.rekey(
        &passphrase(),
        Strength::WEAK_FOR_TESTS,
        Timestamp::now(),
        &edition,
        &mut |_| Ok(()),
    );
    let vault = made_new.expect("new keys").vault;
    let opened = |key: &x25519::Identity, file| {
        let sealed = fs::read(place(&home).join(file)).ok()?;
        let plain = seal::open_with(key, &sealed).ok()?;
        Some(String::from_utf8_lossy(&plain).into_owned())
    };
    let read = |id| opened(&asha, layout::members_file(id, 1));
    assert!(read(made).is_some_and(|text| text.contains("for members")));
    assert!(read(old).is_some_and(|text| text.contains("edition of of before")));
    assert_eq!(read(none), None);
    for id in [made, old, none] {
        assert_eq!(opened(&asha, layout::revision_file(id, 1)), None);
        assert_eq!(opened(&ben, layout::members_file(id, 1)), None);
    }
    assert!(vault.verify().findings.is_empty(), "{:?}", vault.verify().findings);
}
