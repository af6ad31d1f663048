//! Libraries of whole and of broken files, and of what is bundled.

use super::*;
use std::{fs, time::Instant};

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file in it");
    }
    folder
}

fn codes(library: &Library) -> Vec<&str> {
    library.problems().iter().map(|problem| problem.code).collect()
}

#[test]
fn the_bundled_entries_are_read_quickly() {
    let start = Instant::now();
    let library = Library::bundled();
    let took = start.elapsed();
    assert!(took.as_millis() < 400, "{took:?} even without optimisation");
    assert!(library.packs().iter().all(|pack| pack.is_bundled() && !pack.title.is_empty()));
    assert!(!library.thesaurus().same.is_empty());
}

#[test]
fn what_the_build_has_read_is_what_the_files_say() {
    assert!(bundled_ready().is_some(), "a bundled file has a fault: see what the build says");
    let (ready, read) = (Library::bundled(), Library::bundled_read());
    assert_eq!(ready.entries(), read.entries());
    assert_eq!(ready.packs(), read.packs());
    assert_eq!(ready.thesaurus(), read.thesaurus());
    assert_eq!(ready.problems(), read.problems());
    assert_eq!(ready.content_hash(), read.content_hash());
    assert_eq!(ready.by_id, read.by_id);
}

#[test]
fn a_broken_entry_does_not_take_the_rest_with_it() {
    let two = SAMPLE.replace("id = \"one\"", "id = \"two\"");
    let folder = folder(&[
        ("one.md", SAMPLE.as_bytes()),
        ("two.md", two.as_bytes()),
        ("bad.md", b"no front matter"),
        ("latin.md", b"+++\nid = \"caf\xe9\"\n+++\n"),
        ("notes.txt", b"x"),
        ("README.md", b"for authors"),
    ]);
    fs::create_dir(folder.path().join("inner.md")).expect("a folder in it");
    fs::write(folder.path().join("huge.md"), vec![b'a'; 2 << 20]).expect("a large file");
    let library = Library::from_dir(folder.path());
    assert_eq!(library.entries().len(), 2);
    let left_out = library.problems().iter().find(|problem| problem.file.ends_with("notes.txt"));
    for name in ["pack.toml", "thesaurus.toml", "wording.toml"] {
        assert!(left_out.is_some_and(|problem| problem.advice.contains(name)), "{left_out:?}");
    }
    let mut codes = codes(&library);
    codes.sort_unstable();
    let expected = ["ignored-file", "ignored-file", "no-front-matter", "not-utf8", "too-large"];
    assert_eq!(codes, expected);
}

#[test]
fn a_folder_that_is_not_there_is_a_problem_and_an_empty_library() {
    let library = Library::from_dir(Path::new("/nowhere/at/all"));
    assert!(library.entries().is_empty());
    assert_eq!(codes(&library), ["unreadable"]);
}

#[test]
fn ids_are_unique_and_match_their_files() {
    let folder = folder(&[("one.md", SAMPLE.as_bytes()), ("other.md", SAMPLE.as_bytes())]);
    let library = Library::from_dir(folder.path());
    assert_eq!(library.entries().len(), 1);
    assert_eq!(codes(&library), ["id-file-name", "duplicate-id"]);
}

#[test]
fn the_hash_and_the_version_change_with_the_text() {
    let before = folder(&[("one.md", SAMPLE.as_bytes())]);
    let after = folder(&[("one.md", SAMPLE.replace("Listen", "Hear").as_bytes())]);
    let (before, after) = (Library::from_dir(before.path()), Library::from_dir(after.path()));
    assert_ne!(before.content_hash(), after.content_hash());
    assert_ne!(before.entry("one").map(|e| &e.version), after.entry("one").map(|e| &e.version));
}

#[test]
fn hidden_characters_are_left_out_and_reported() {
    let text = SAMPLE.replace("Listen", "Lis\u{202E}ten");
    let folder = folder(&[("one.md", text.as_bytes())]);
    let library = Library::from_dir(folder.path());
    assert_eq!(codes(&library), ["hidden-character"]);
    assert!(library.entry("one").is_some_and(|entry| entry.body.contains("Listen")));
}

#[test]
fn a_misspelt_id_finds_its_neighbours() {
    let folder = folder(&[("one.md", SAMPLE.as_bytes())]);
    let library = Library::from_dir(folder.path());
    assert_eq!(library.nearest_ids("oen"), ["one"]);
    assert!(library.nearest_ids("something-else").is_empty());
}
