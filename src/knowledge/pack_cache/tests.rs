//! Large packs, read from their files and as they were kept.

use std::{fs, path::Path, time::Duration};

use super::*;
use crate::knowledge::{
    Library, SAMPLE,
    folder::list,
    pack_store::{cache_file_of, read_large},
};

/// As if the files of the pack had been written a while ago.
fn settle(shelf: &Path) {
    let before = SystemTime::now() - Duration::from_secs(60);
    for item in fs::read_dir(shelf.join("northmoor")).expect("the pack").flatten() {
        let file = fs::File::options().append(true).open(item.path()).expect("a file");
        file.set_modified(before).expect("an older file");
    }
}

fn write(shelf: &Path, name: &str, title: &str) {
    let id = name.trim_end_matches(".md");
    let text = SAMPLE.replace("id = \"one\"", &format!("id = \"{id}\""));
    let text = text.replace("First response", title);
    fs::write(shelf.join("northmoor").join(name), text).expect("written");
}

fn shelf() -> tempfile::TempDir {
    let shelf = tempfile::tempdir().expect("a temporary folder");
    let folder = shelf.path().join("northmoor");
    fs::create_dir(&folder).expect("a pack");
    let about = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"1\"\n";
    fs::write(folder.join("pack.toml"), about).expect("written");
    for number in 0..8 {
        write(shelf.path(), &format!("local-{number}.md"), &format!("Entry {number}"));
    }
    shelf
}

/// Reads the pack with whatever is kept, which must be as without.
fn read(shelf: &Path) -> Library {
    let kept = Library::with_packs(shelf);
    let place = cache_file_of(shelf, "northmoor").expect("an id");
    let bytes = fs::read(&place).ok();
    let _ = fs::remove_file(&place);
    let fresh = Library::with_packs(shelf);
    if let Some(bytes) = bytes {
        fs::write(&place, bytes).expect("written back");
    }
    assert_eq!(kept.entries(), fresh.entries());
    assert_eq!(kept.packs(), fresh.packs());
    assert_eq!(kept.problems(), fresh.problems());
    assert_eq!(kept.content_hash(), fresh.content_hash());
    kept
}

/// Keeps the pack as if its files had been there for long.
fn keep(shelf: &Path) -> std::path::PathBuf {
    let place = cache_file_of(shelf, "northmoor").expect("an id");
    let mut keeping = Keeping::begin();
    keeping.began += Duration::from_secs(60);
    let paths = list(&shelf.join("northmoor"), &mut Vec::new());
    read_large(&paths, &place, Vec::new(), keeping);
    place
}

#[test]
fn what_was_written_just_now_is_not_kept() {
    let shelf = shelf();
    settle(shelf.path());
    assert_eq!(Library::with_packs(shelf.path()).problems(), []);
    assert!(!cache_file_of(shelf.path(), "northmoor").expect("an id").exists());
}

#[test]
fn a_pack_reads_the_same_as_it_was_kept_and_from_its_files() {
    let shelf = shelf();
    let place = keep(shelf.path());
    let bytes = fs::read(&place).expect("it is kept");
    let mut kept = Kept::read(&bytes);
    let path = shelf.path().join("northmoor/local-3.md");
    let (_, entry) = kept.take("local-3.md", Stamp::of(&path)).expect("an entry");
    assert_eq!(entry.title, "Entry 3");
    assert_eq!(read(shelf.path()).entries().iter().filter(|e| e.is_local()).count(), 8);
}

#[test]
fn an_entry_that_was_changed_added_or_removed_is_noticed() {
    let shelf = shelf();
    keep(shelf.path());
    write(shelf.path(), "local-3.md", "Entry X");
    write(shelf.path(), "local-9.md", "Added");
    fs::remove_file(shelf.path().join("northmoor/local-5.md")).expect("removed");
    let library = read(shelf.path());
    assert_eq!(library.entry("local-3").map(|entry| entry.title.as_str()), Some("Entry X"));
    assert!(library.entry("local-9").is_some() && library.entry("local-5").is_none());
}

#[test]
fn an_entry_with_a_fault_is_read_each_time_and_says_so() {
    let shelf = shelf();
    write(shelf.path(), "local-2.md", "A title\u{200B} with something hidden");
    let path = shelf.path().join("northmoor/aaa.md");
    fs::write(&path, SAMPLE.replace("id = \"one\"", "id = \"local-4\"")).expect("written");
    keep(shelf.path());
    let library = read(shelf.path());
    let codes: Vec<&str> = library.problems().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["id-file-name", "hidden-character", "duplicate-id"]);
}

#[test]
fn whatever_is_damaged_is_read_from_the_files() {
    let shelf = shelf();
    let place = keep(shelf.path());
    let bytes = fs::read(&place).expect("it is kept");
    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x5A;
        assert!(Kept::read(&damaged).records.is_empty());
        assert!(Kept::read(&bytes[..at]).records.is_empty());
    }
    fs::write(&place, &bytes[..bytes.len() / 2]).expect("damaged");
    assert_eq!(read(shelf.path()).problems(), []);
    fs::remove_file(&place).expect("removed");
    fs::create_dir(&place).expect("a folder in its place");
    assert_eq!(Library::with_packs(shelf.path()).problems(), []);
}
