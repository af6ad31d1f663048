//! The stock `age` tool opens everything: the key by the passphrase, with it every sealed file, and
//! every backup by the recovery sheet. Without this program nothing is lost.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use caseclinic::vault::{Correction, NoteId, Strength, Vault};
use rand::Rng;

use crate::{
    disk,
    note_head::head,
    part::{Case, Part, Tally},
    stock_tool::open_with_passphrase,
    support::PASSPHRASE,
    writer::body,
};

/// Notes in a vault: every day, and for the figure.
const NOTES: [u64; 2] = [4, 40];

pub(crate) const PART: Part = Part {
    name: "stock-age",
    promise: "the stock age tool opens the key, every sealed file and every backup",
    unit: "files",
    timed: "",
    short: 1,
    full: 10,
    abreast: 2,
    hindrance: || disk::without("age"),
    case: one,
};

fn one(case: &mut Case) -> Tally {
    let folder = disk::quick_folder();
    let place = folder.path().join("vault");
    // One vault as strong as every vault of a person; the others cost less to open.
    let real = case.full && case.index == 0;
    let strength = if real { Strength::STANDARD } else { Strength::WEAK_FOR_TESTS };
    let (vault, sheet) = Vault::create(&place, &PASSPHRASE.into(), strength).expect("a vault");
    for number in 0..NOTES[usize::from(case.full)] {
        let id = NoteId::random();
        let filling = "lorem ipsum ".repeat(case.chance.gen_range(0..3000));
        vault.save_draft(id, &head(), &body(number, &filling)).expect("saved");
        if number % 4 > 0 {
            vault.complete(id, &head(), &body(number, &filling)).expect("completed");
        }
        if number % 4 > 1 {
            let text = body(number + 1, &filling);
            vault.amend(id, &head(), &text, Correction::Amended).expect("corrected");
        }
        if number % 8 == 4 {
            vault.discard_draft(id).expect("discarded");
        }
    }
    vault.list().expect("listed");
    let backup = folder.path().join("backup.age");
    vault.backup(&backup).expect("backed up");
    drop(vault);

    let mut tally = Tally::default();
    let key = folder.path().join("key.txt");
    open_with_passphrase(&place.join("keys/identity.age"), &key, PASSPHRASE);
    tally.tried += 1 + opened(&place, &key);
    let paper = folder.path().join("sheet.txt");
    fs::write(&paper, sheet.text.as_bytes()).expect("written");
    assert_eq!(open(&paper, &place.join("keys/recovery.age")), fs::read(&key).expect("the key"));
    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).expect("a folder");
    fs::write(unpacked.join("backup.tar"), open(&paper, &backup)).expect("written");
    let unpacking = Command::new("tar").arg("xf").arg("backup.tar").current_dir(&unpacked).status();
    assert!(unpacking.expect("tar runs").success());
    let from_sheet = folder.path().join("key-from-backup.txt");
    fs::write(&from_sheet, open(&paper, &unpacked.join("keys/recovery.age"))).expect("written");
    tally.tried += 2 + opened(&unpacked, &from_sheet);
    tally.count("backups", 1);
    tally.count("vaults with a key as hard to guess as a person’s", usize::from(real));
    tally
}

/// Opens every sealed file below with the key; how many there were.
fn opened(place: &Path, key: &Path) -> usize {
    let sealed = sealed_files(place);
    for file in &sealed {
        let text = open(key, file);
        let is_note = file.starts_with(place.join("notes"));
        let text = String::from_utf8(text).expect("text");
        assert!(!text.is_empty(), "{}", file.display());
        if is_note {
            let whole: toml::Table = text.parse().expect("one TOML document");
            let body = whole["body"]["toml"].as_str().expect("a body");
            assert!(body.starts_with("version = ") && body.contains("\nend = "), "{body}");
        }
    }
    sealed.len()
}

/// All but the keys, which open in another way.
fn sealed_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "keys" {
            found.extend(sealed_files(&path));
        } else if path.extension().is_some_and(|end| end == "age") {
            found.push(path);
        }
    }
    found
}

fn open(key: &Path, sealed: &Path) -> Vec<u8> {
    let output = Command::new("age").arg("-d").arg("-i").arg(key).arg(sealed).output();
    let output = output.expect("age runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", sealed.display());
    output.stdout
}
