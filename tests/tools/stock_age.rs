//! A vault opens without this program: the stock `age` tool opens the key with the passphrase, and
//! with that key every note, the ledger, and the key again from the recovery sheet.

use std::{fs, path::Path, process::Command};

use caseclinic::vault::{NoteId, RevisionText, Strength, Vault};

use crate::{note_head::head, stock_tool::open_with_passphrase};

const PASSPHRASE: &str = "correct horse battery";

fn open_with_key(key: &Path, sealed: &Path) -> String {
    let output = Command::new("age").arg("-d").arg("-i").arg(key).arg(sealed).output();
    let output = output.expect("age runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

pub(crate) fn opens_the_key_with_the_passphrase_and_then_every_file() {
    let home = tempfile::tempdir().expect("a folder");
    let place = home.path().join("vault");
    let (vault, sheet) =
        Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS).expect("created");
    let (draft, complete) = (NoteId::random(), NoteId::random());
    let body = "[stage]\nid = \"open\"\ntext = '''\nline\n'''\n";
    vault.save_draft(draft, &head(), "plain = true\n").expect("saved");
    vault.complete(complete, &head(), body).expect("complete");
    drop(vault);

    let key = home.path().join("key.txt");
    open_with_passphrase(&place.join("keys/identity.age"), &key, PASSPHRASE);
    let notes = place.join("notes");
    let text = open_with_key(&key, &notes.join(draft.to_string()).join("draft.age"));
    assert!(text.contains("\nplain = true\n"), "{text}");
    let text = open_with_key(&key, &notes.join(complete.to_string()).join("0001.age"));
    let document: toml::Table = text.parse().expect("the whole file is one TOML document");
    assert_eq!(document["body"]["toml"].as_str(), Some(body));
    assert_eq!(document["head"]["case_key"].as_str(), Some("HERON-42"));
    let ledger = open_with_key(&key, &place.join("ledger.age"));
    assert!(ledger.contains(&complete.to_string()));

    let paper = home.path().join("sheet.txt");
    fs::write(&paper, sheet.text.as_bytes()).expect("written");
    let from_sheet = open_with_key(&paper, &place.join("keys/recovery.age"));
    assert_eq!(from_sheet, fs::read_to_string(&key).expect("the key"));
}

pub(crate) fn opens_a_backup_with_the_recovery_sheet() {
    let home = tempfile::tempdir().expect("a folder");
    let place = home.path().join("vault");
    let (vault, sheet) =
        Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS).expect("created");
    let id = NoteId::random();
    vault.complete(id, &head(), "plain = true\n").expect("complete");
    let backup = home.path().join("backup.age");
    vault.backup(&backup).expect("backed up");
    let paper = home.path().join("sheet.txt");
    fs::write(&paper, sheet.text.as_bytes()).expect("written");
    let tar = home.path().join("backup.tar");
    let mut age = Command::new("age");
    let opened = age.arg("-d").arg("-i").arg(&paper).arg("-o").arg(&tar).arg(&backup).status();
    assert!(opened.expect("age runs").success());
    let there = home.path().join("unpacked");
    fs::create_dir(&there).expect("a folder");
    let status = Command::new("tar").arg("xf").arg(&tar).arg("-C").arg(&there).status();
    assert!(status.expect("tar runs").success());
    let key = home.path().join("key.txt");
    let from_sheet = open_with_key(&paper, &there.join("keys/recovery.age"));
    fs::write(&key, from_sheet).expect("written");
    let note = there.join("notes").join(id.to_string()).join("0001.age");
    assert!(open_with_key(&key, &note).contains("\nplain = true\n"));
}

pub(crate) fn opens_a_completed_note_with_the_key_of_a_member() {
    let home = tempfile::tempdir().expect("a folder");
    let place = home.path().join("vault");
    let (vault, _) =
        Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS).expect("created");
    let key = home.path().join("member.txt");
    let made = Command::new("age-keygen").arg("-o").arg(&key).output().expect("age-keygen runs");
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    let public = said.split_whitespace().last().expect("a public key").to_owned();
    vault.add_member("Asha", "deputy", &public, jiff::Timestamp::now()).expect("added");
    let id = NoteId::random();
    let text = RevisionText { whole: "whole = true\n", for_members: Some("plain = true\n") };
    vault.complete(id, &head(), text).expect("complete");
    let note = place.join("notes").join(id.to_string()).join("0001.members.age");
    assert!(open_with_key(&key, &note).contains("\nplain = true\n"));
}
