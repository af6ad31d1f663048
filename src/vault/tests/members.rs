//! Members open what is completed with keys of their own; nobody becomes one by editing a file.

use std::fs;

use age::x25519;
use jiff::Timestamp;

use crate::vault::{
    Correction, FindingKind, NoteHead, NoteId, Strength, Vault, VaultError,
    fixtures::{
        faulty_vault, head, passphrase, place, remembered_vault, unlock, unlock_remembered, vault,
    },
    keys::seal,
    storage::{fault::WRITING, layout},
};

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
    vault.complete(before, &head("A"), "before").expect("complete");
    let member = vault.add_member("Asha", "deputy", &public, Timestamp::now()).expect("added");
    assert_eq!(member.fingerprint().len(), 19);
    vault.complete(after, &head("B"), "after").expect("complete");
    vault.save_draft(draft, &head("C"), "draft").expect("saved");
    vault.amend(before, &head("A"), "amended", Correction::Amended).expect("amended");
    let opens = |file| {
        let sealed = fs::read(place(&home).join(file)).expect("reads");
        seal::open_with(&key, &sealed).is_ok()
    };
    assert!(opens(layout::revision_file(after, 1)) && opens(layout::revision_file(before, 2)));
    assert!(!opens(layout::revision_file(before, 1)) && !opens(layout::draft_file(draft)));
    assert!(!opens(layout::LEDGER.into()));
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.list_members().expect("lists"), [member]);
    vault.remove_member("asha").expect("removed");
    let later = NoteId::random();
    vault.complete(later, &head("D"), "later").expect("complete");
    assert!(!opens(layout::revision_file(later, 1)));
    assert!(opens(layout::revision_file(after, 1)), "what was sealed to them stays theirs");
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
        vault.complete(id, head, "how the worker is").expect("complete");
        id
    };
    notes.push(complete(&vault, &private[0]));
    let earlier = complete(&vault, &supervision("case", "peer-case-clinic 1"));
    vault.add_member("Asha", "deputy", &public, now).expect("added");
    notes.extend(private.iter().map(|head| complete(&vault, head)));
    let amended = Correction::Amended;
    vault.amend(notes[0], &private[0], "and later", amended).expect("amended");
    let since = |head: NoteHead| NoteHead { updated: now, ..head };
    let of_a_case = since(supervision("case", "peer-case-clinic 1"));
    vault.complete(case, &of_a_case, "a case").expect("complete");
    let audit = since(supervision("clinic", "framework-audit 1"));
    vault.complete(service, &audit, "an audit").expect("complete");
    vault.add_member("Ben", "auditor", &colleague().1, now).expect("added");
    let opens = |place: &std::path::Path, id, number| {
        let sealed = fs::read(place.join(layout::revision_file(id, number))).expect("reads");
        seal::open_with(&key, &sealed).is_ok()
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
        .rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &mut |_| Ok(()))
        .expect("new keys");
    look(&place(&home));
    let vault = rekeyed.vault;
    notes.iter().for_each(|id| assert!(vault.open(*id).is_ok(), "whoever holds the vault reads"));
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
    vault.complete(id, &private, "before").expect("complete");
    vault.amend(id, &shared, "shared", Correction::Amended).expect("amended");
    let opens = |key: &x25519::Identity, number| {
        let path = place(&home).join(layout::revision_file(id, number));
        seal::open_with(key, &fs::read(path).expect("reads")).is_ok()
    };
    let look = || {
        assert!(opens(&asha, 2) && !opens(&asha, 1));
        assert!(!opens(&ben, 2) && !opens(&ben, 1));
    };
    look();
    let vault = vault
        .rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &mut |_| Ok(()))
        .expect("new keys")
        .vault;
    look();
    vault.remove_member("Asha").expect("removed");
    vault.amend(id, &shared, "later", Correction::Amended).expect("amended");
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
    assert!(matches!(vault.add_member(" ", "r", &public, now), Err(VaultError::NoLabel { .. })));
    assert!(matches!(
        vault.add_member("A\u{1b}[2J", "r", &public, now),
        Err(VaultError::NoLabel { .. })
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
    vault.complete(id, &head("A"), "kept").expect("a note is kept whatever the ledger says");
    drop(vault);
    let vault = unlock_remembered(&home);
    assert!(vault.rollback().is_some(), "writing does not end the warning");
    let sealed = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
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
    vault.complete(id, &head("A"), "kept").expect("a note is kept whatever the ledger says");
    let sealed = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
    assert!(seal::open_with(&alex, &sealed).is_err());
    assert!(vault.list_members().expect("a new list").is_empty());
    let asha = vault.add_member("Asha", "deputy", &hers, now).expect("somebody says who");
    drop(vault);
    let vault = unlock(&home);
    assert_eq!(vault.list_members().expect("lists"), [asha]);
    assert!(vault.verify().findings.iter().any(|one| one.kind == FindingKind::Rebuilt));
    let made = vault.rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &mut |_| Ok(()));
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
        assert!(matches!(refused, Err(VaultError::NoLabel { .. })), "{name:?}");
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
        disk.fail_once(call, rustix::io::Errno::IO);
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
