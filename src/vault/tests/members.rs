//! Members open what is completed with keys of their own; nobody becomes one by editing a file.

use std::fs;

use age::x25519;
use jiff::Timestamp;

use crate::vault::{
    Correction, FindingKind, NoteHead, NoteId, Strength, Vault, VaultError,
    fixtures::{faulty_vault, head, passphrase, place, unlock, vault},
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
    assert!(!opens(layout::MEMBERS.into()) && !opens("ledger.age".into()));
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
fn an_edited_or_older_list_is_refused_and_notes_are_kept_for_this_vault_alone() {
    let (home, vault) = vault();
    let (key, public) = colleague();
    let path = place(&home).join(layout::MEMBERS);
    vault.add_member("Asha", "deputy", &public, Timestamp::now()).expect("added");
    let with_asha = fs::read(&path).expect("reads");
    vault.remove_member("Asha").expect("removed");
    drop(vault);
    let own = unlock(&home).keys.recipient().clone();
    let forged = seal::seal_to(&own, format!("# caseclinic members\n{public}\n").as_bytes());
    for list in [with_asha, forged.expect("sealed"), b"x".to_vec()] {
        fs::write(&path, list).expect("written");
        let vault = unlock(&home);
        assert!(vault.members_fault().is_some());
        let id = NoteId::random();
        vault.complete(id, &head("A"), "kept").expect("a note is kept whatever the list says");
        let sealed = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
        assert!(seal::open_with(&key, &sealed).is_err());
        assert!(vault.add_member("B", "r", &colleague().1, Timestamp::now()).is_err());
        let seen = vault.verify();
        assert!(seen.findings.iter().any(|one| one.file.as_os_str() == layout::MEMBERS));
    }
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
    vault.renew_recovery().expect("a new sheet");
    assert!(vault.verify().is_clean());
}

#[test]
fn a_vault_made_before_there_were_members_works_and_learns_its_sheet_with_the_next_one() {
    let (home, vault) = vault();
    vault.change_ledger(|ledger| ledger.members = 0).expect("as it was then");
    fs::remove_file(place(&home).join(layout::MEMBERS)).expect("as it was then");
    drop(vault);
    let vault = unlock(&home);
    assert!(vault.members_fault().is_none() && vault.verify().is_clean());
    let backed_up = vault.backup(&home.path().join("one.age")).expect("backed up");
    assert!(!backed_up.opens_with_sheet, "and it says so");
    let sheet = vault.renew_recovery().expect("a new sheet");
    let file = home.path().join("two.age");
    assert!(vault.backup(&file).expect("backed up").opens_with_sheet);
    let there = home.path().join("elsewhere");
    let opener = crate::vault::Opener::Sheet(sheet.key());
    assert!(crate::vault::restore(&file, &there, opener).expect("restored").seen.is_clean());
}

#[test]
fn who_was_removed_does_not_come_back_by_an_older_list_and_a_ledger_that_is_taken_away() {
    for rebuilt in [false, true] {
        let (home, vault) = vault();
        let ((alex, his), (_, hers)) = (colleague(), colleague());
        let now = Timestamp::now();
        let path = place(&home).join(layout::MEMBERS);
        vault.add_member("Alex", "deputy", &his, now).expect("added");
        let with_alex = fs::read(&path).expect("reads");
        vault.remove_member("Alex").expect("removed");
        drop(vault);
        fs::remove_file(place(&home).join("ledger.age")).expect("removed");
        fs::write(&path, &with_alex).expect("put back");
        let complete = |vault: &Vault| {
            let id = NoteId::random();
            vault.complete(id, &head("A"), "kept").expect("a note is kept whatever the list says");
            let sealed = fs::read(place(&home).join(layout::revision_file(id, 1))).expect("reads");
            assert!(seal::open_with(&alex, &sealed).is_err(), "rebuilt {rebuilt}");
        };
        if rebuilt {
            complete(&unlock(&home));
        }
        let vault = unlock(&home);
        assert!(vault.members_fault().is_some());
        complete(&vault);
        let names = |vault: &Vault| {
            let found = vault.verify().findings.into_iter();
            found.map(|one| (one.file.display().to_string(), one.kind)).collect::<Vec<_>>()
        };
        let ledger = ("ledger.age".to_owned(), FindingKind::Rebuilt);
        let list = (layout::MEMBERS.to_owned(), FindingKind::RolledBack);
        assert_eq!(names(&vault), [ledger.clone(), list]);
        assert!(!vault.verify().is_clean());

        let asha = vault.add_member("Asha", "deputy", &hers, now).expect("somebody says who");
        complete(&vault);
        drop(vault);
        let vault = unlock(&home);
        assert_eq!(vault.list_members().expect("lists"), [asha]);
        assert_eq!(names(&vault), [ledger]);
        drop(vault);
        let begun = fs::read(&path).expect("reads");
        fs::write(&path, with_alex).expect("put back");
        let vault = unlock(&home);
        assert!(vault.members_fault().is_some_and(|why| why.contains("older")));
        complete(&vault);
        drop(vault);
        fs::write(&path, begun).expect("put right");
        let made =
            unlock(&home).rekey(&passphrase(), Strength::WEAK_FOR_TESTS, now, &mut |_| Ok(()));
        assert!(made.expect("new keys").vault.verify().is_clean());
    }
}

#[test]
fn a_list_that_is_gone_is_begun_anew_by_a_member_or_a_sheet_as_verify_says() {
    for by_sheet in [false, true] {
        let (home, vault) = vault();
        drop(vault);
        fs::remove_file(place(&home).join(layout::MEMBERS)).expect("removed");
        let vault = unlock(&home);
        let seen = vault.verify();
        assert_eq!(seen.findings[0].kind, FindingKind::Missing);
        assert!(seen.findings[0].advice.contains("start a new list"), "{:?}", seen.findings);
        if by_sheet {
            vault.renew_recovery().expect("a new sheet");
        } else {
            vault.add_member("B", "r", &colleague().1, Timestamp::now()).expect("added");
        }
        drop(vault);
        let vault = unlock(&home);
        assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
        let made = vault.backup(&home.path().join("backup.age")).expect("backed up");
        assert_eq!(made.opens_with_sheet, by_sheet);
    }
}
