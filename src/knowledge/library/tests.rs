//! Libraries of whole and of broken files, and of what is bundled.

use std::{collections::BTreeSet, fs, time::Instant};

use super::*;
use crate::{knowledge::pack_reader::read_entry, text::SourceFile};

/// A whole entry without a fault, for tests.
pub(crate) const SAMPLE: &str = r#"+++
id = "one"
title = "First response"
kind = "practice"
summary = "Stay calm, tell the lead, write it down."
aliases = ["what do I do now", "child told me", "disclosure"]
nations = ["UK"]
settings = ["any"]
ages = ["any"]
continuum = ["any"]
status = "current"
superseded_by = []
reviewed = 2026-11-21
review_by = 2027-11-21

[[sources]]
key = "a"
title = "Source A"
publisher = "NICE"
year = 2020
url = "https://example.org/a"

[[sources]]
key = "b"
title = "Source B"
publisher = "NSPCC"
year = 2019
+++

Answer in short.[^a]

## What to do first

Listen.[^b] More.[^check]
"#;

/// A library that holds the sample.
pub(crate) fn sample_library() -> Library {
    library_of(&[("one.md", SAMPLE)])
}

/// A library of these files.
pub(crate) fn library_of(files: &[(&str, &str)]) -> Library {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file in it");
    }
    Library::from_dir(folder.path())
}

pub(crate) fn sample_entry(id: &str) -> Entry {
    let text = SAMPLE.replace("id = \"one\"", &format!("id = \"{id}\""));
    let mut problems = Vec::new();
    let file = SourceFile::new("sample.md", &text);
    read_entry(&file, &text, "v".into(), &mut problems).expect("the sample is whole")
}

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
    assert!(bundled_ready(READY).is_some(), "a bundled file has a fault: see what the build says");
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

fn overlaid(front: &str) -> Library {
    let store = tempfile::tempdir().expect("a temporary folder");
    let place = store.path().join("northmoor");
    fs::create_dir(&place).expect("made");
    let about = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"3\"\n";
    let text = SAMPLE.replace("id = \"one\"", &format!("{front}id = \"first-response\""));
    for (name, text) in [("pack.toml", about), ("first-response.md", &text)] {
        fs::write(place.join(name), text).expect("written");
    }
    Library::with_packs(store.path())
}

#[test]
fn a_local_version_says_whose_it_is_and_what_lies_beneath() {
    let library = overlaid("");
    let entry = library.entry("first-response").expect("the local version");
    let overlay = library.overlay(entry).expect("it stands over one");
    assert_eq!((overlay.pack.title.as_str(), overlay.pack.version.as_str()), ("Northmoor", "3"));
    assert!(!overlay.beneath.is_local() && !overlay.has_changed);
    let other = library.entry("helplines").expect("bundled");
    assert!(library.overlay(other).is_none());
}

#[test]
fn a_bundled_entry_that_is_another_than_the_pack_names_has_changed() {
    let library = overlaid("overlays = \"000000000000\"\n");
    let entry = library.entry("first-response").expect("the local version");
    assert!(library.overlay(entry).is_some_and(|overlay| overlay.has_changed));
}

fn file(id: &str, links: &[&str]) -> (String, String) {
    let words: String = links.iter().map(|to| format!("See [it]({to}). ")).collect();
    let text = SAMPLE
        .replace("id = \"one\"", &format!("id = \"{id}\""))
        .replace("First response", &format!("Title {id}"))
        .replace("Listen.", &words);
    (format!("{id}.md"), text)
}

fn library(files: &[(String, String)]) -> Library {
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    library_of(&files)
}

fn ids<'a>(entries: &[&'a Entry]) -> Vec<&'a str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

#[test]
fn related_entries_stand_once_each_and_superseded_ones_last() {
    let mut files = vec![
        file("one", &["two", "old.md#part", "two", "one", "https://a.b", "nowhere"]),
        file("two", &["one"]),
        file("old", &[]),
        file("three", &["one", "one"]),
    ];
    files[2].1 = files[2].1.replace("\"current\"", "\"withdrawn\"");
    let library = library(&files);
    let one = library.entry("one").expect("it is there");
    assert_eq!(ids(&library.related(one)), ["two", "three", "old"]);
    assert_eq!(ids(&library.also_read(one)), ["three"]);
}

#[test]
fn at_most_five_are_offered() {
    let names: Vec<String> = (0..9).map(|at| format!("e{at}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let files: Vec<_> = all.iter().map(|id| file(id, &all)).collect();
    let library = library(&files);
    let first = library.entry("e0").expect("it is there");
    assert_eq!(ids(&library.related(first)), ["e1", "e2", "e3", "e4", "e5"]);
    assert!(library.also_read(first).is_empty());
}

#[test]
fn looking_for_links_alone_finds_those_that_reading_finds() {
    for entry in Library::bundled().entries() {
        let read: BTreeSet<String> = document(entry)
            .links
            .into_iter()
            .filter_map(|link| match link.target {
                Target::Entry(id) => Some(id),
                Target::Web(_) => None,
            })
            .collect();
        let found: BTreeSet<String> = ids_in(&entry.body).map(str::to_owned).collect();
        assert_eq!(found, read, "{}", entry.id);
    }
}

#[test]
fn what_is_not_whole_is_not_taken_over() {
    assert!(bundled_ready(READY).is_some());
    for length in [0, 1, READY.len() / 2, READY.len() - 1] {
        assert!(bundled_ready(&READY[..length]).is_none(), "{length}");
    }
}

#[test]
fn an_edition_that_is_gone_leaves_its_id_whatever_a_cache_held() {
    let mut entry = sample_entry("one");
    entry.sources[0].edition = Some("gone".to_owned());
    entry.sources[0].title = "What it was".to_owned();
    let mut read = ReadPack { entries: vec![entry], ..ReadPack::default() };
    resolve_editions(&mut read);
    let source = &read.entries[0].sources[0];
    assert_eq!((source.title.as_str(), &source.url), ("gone", &None));
}
