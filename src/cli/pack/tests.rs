//! Packs from the command line, with the example that comes with the program.

use std::{fs, path::Path};

use super::*;
use crate::{
    cli::context::fixture::TestRun,
    knowledge::{Block, Kind, document},
    search::{Filters, Options, Searcher},
};

fn today() -> Date {
    "2026-11-21".parse().expect("a date")
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/northmoor")
}

fn run_with(command: PackCommand, home: &Path) -> (u8, String, String) {
    TestRun::at(home).run(|context| run(&command, context))
}

fn add_path(path: &Path, home: &Path, replace: bool) -> (u8, String) {
    let args = PackAddArgs { path: path.to_owned(), replace, title: None, publisher: None };
    let (code, out, err) = run_with(PackCommand::Add(args), home);
    assert_eq!(out, "");
    (code, err)
}

fn home_with_example() -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let packs = home.path().join("packs");
    let (code, err) = add_path(&example(), home.path(), false);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("Added the pack `northmoor`, 4 entries"), "{err}");
    assert!(err.contains("Your entry `referral-pathways` now replaces the built-in one"), "{err}");
    assert!(!err.contains("left out"), "{err}");
    (home, packs)
}

#[test]
fn the_example_is_added_listed_checked_and_removed() {
    let (home, packs) = home_with_example();
    let (code, out, err) = run_with(PackCommand::List { json: false }, home.path());
    assert_eq!((code, err.as_str()), (0, ""));
    for part in [
        "caseclinic (built-in)",
        "northmoor  Northmoor",
        "4 entries",
        "1 replaces a built-in entry",
        "England",
    ] {
        assert!(out.contains(part), "{part} is missing from\n{out}");
    }
    let (_, json, _) = run_with(PackCommand::List { json: true }, home.path());
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["packs"][1]["id"], "northmoor");
    assert_eq!(json["packs"][1]["review_by"], "2027-09-01");
    let problems = crate::knowledge::check_installed(&packs, today());
    assert!(problems.iter().all(Problem::is_note), "{problems:?}");
    let library = Library::with_packs(&packs);
    let local = library.entry("referral-pathways").expect("the local version");
    let page = crate::app::Page::of(&library, local, 80);
    let above = page.text(0..page.text_at);
    for part in
        ["Local version from Northmoor", "version 2026.1", "the built-in entry referral-pathways"]
    {
        assert!(above.contains(part), "{part} is missing from {above}");
    }
    assert!(!above.contains("has changed"), "{above}");

    let (code, err) = add_path(&example(), home.path(), false);
    assert!(code == 1 && err.contains("--replace"), "{err}");
    assert_eq!(add_path(&example(), home.path(), true).0, 0);

    let remove = PackCommand::Remove { id: "northmoor".into() };
    assert_eq!(run_with(remove.clone(), home.path()).0, 0);
    assert_eq!(run_with(remove, home.path()).0, 1);
    let left = fs::read_dir(home.path()).expect("the home").count();
    assert_eq!((left, fs::read_dir(&packs).expect("the shelf").count()), (1, 0));
    assert!(Library::with_packs(&packs).entry("referral-pathways").is_some_and(|e| !e.is_local()));
}

#[test]
fn a_hit_from_a_pack_shows_its_pack_and_stands_among_the_bundled_ones() {
    let (_home, packs) = home_with_example();
    let library = Library::with_packs(&packs);
    let searcher = Searcher::open(&library, None);
    let best = |text: &str| {
        let results = searcher.search(text, &Options::default());
        results.hits.first().map(|hit| (hit.id.clone(), hit.pack.clone()))
    };
    let local = |id: &str| Some((id.to_owned(), "northmoor".to_owned()));
    assert_eq!(best("duty desk number"), local("northmoor-contacts"));
    assert_eq!(best("northmoor thresholds levels"), local("northmoor-thresholds"));
    assert_eq!(best("form NM7 safety plan"), local("northmoor-safety-plan-procedure"));
    assert_eq!(best("sexting").map(|(_, pack)| pack).as_deref(), Some("caseclinic"));
    let filters = Filters { pack: Some("northmoor".into()), ..Filters::default() };
    let results = searcher.search("safety plan", &Options { filters, ..Options::default() });
    assert!(results.total > 0 && results.hits.iter().all(|hit| hit.local));
}

#[test]
fn documents_keep_what_they_say() {
    let (_home, packs) = home_with_example();
    let library = Library::with_packs(&packs);
    let plan = library.entry("northmoor-safety-plan-procedure").expect("the DOCX");
    assert_eq!(plan.title, "Northmoor school safety plan procedure");
    assert_eq!((plan.kind, plan.reviewed), (Kind::Guidance, today()));
    assert!(plan.body.contains("3.  Write the plan on form NM7"), "{}", plan.body);
    assert!(!plan.body.contains("NM6"), "deleted text stays deleted");
    let headings: Vec<String> =
        document(plan).outline.into_iter().map(|heading| heading.text).collect();
    assert_eq!(headings, ["Steps", "Who signs"]);
    let levels = library.entry("northmoor-thresholds").expect("the HTML");
    let tables = document(levels).blocks;
    assert!(tables.iter().any(|b| matches!(b, Block::Table { rows, .. } if rows.len() == 4)));
    assert!(!levels.body.contains("document.title") && !levels.body.contains("teal"));
}

#[test]
fn a_cache_that_cannot_be_used_does_not_keep_packs_from_being_found() {
    let (home, packs) = home_with_example();
    let library = Library::with_packs(&packs);
    let cache = home.path().join("cache");
    fs::write(&cache, "a file where a folder should be").expect("written");
    let searcher = Searcher::open(&library, Some(&cache));
    assert!(searcher.notice().is_some());
    assert!(searcher.search("duty desk", &Options::default()).hits.iter().any(|hit| hit.local));
}

#[test]
fn a_folder_with_nothing_to_read_adds_nothing() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let from = home.path().join("from");
    fs::create_dir(&from).expect("made");
    fs::write(from.join("scan.pdf"), "%PDF").expect("written");
    let packs = home.path().join("packs");
    let (code, err) = add_path(&from, home.path(), false);
    assert_eq!(code, 1);
    assert!(err.contains("scan.pdf") && err.contains("Nothing was added"), "{err}");
    assert!(!packs.exists());
}

#[test]
fn text_made_to_choke_on_is_read_found_and_laid_out() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let from = home.path().join("from");
    fs::create_dir(&from).expect("made");
    let steps: String = (0..700).map(|depth| format!("{}- steps\n", " ".repeat(depth))).collect();
    let wide = format!("{}\n{}\n", "|wide".repeat(3000), "|-".repeat(3000));
    for (name, text) in [
        ("deep.md", steps.as_str()),
        ("wide.md", &wide),
        ("quote.md", &format!("{} quote", ">".repeat(200_000))),
        ("open.md", &format!("{} open", "[".repeat(200_000))),
        ("page.html", &format!("{}page", "<table><tr><td><ul><li>".repeat(50_000))),
        ("line.txt", &"line ".repeat(150_000)),
    ] {
        fs::write(from.join(name), text).expect("written");
    }
    let packs = home.path().join("packs");
    let (code, err) = add_path(&from, home.path(), false);
    assert!(code == 0 && err.contains("6 entries"), "{err}");
    let library = Library::with_packs(&packs);
    let searcher = Searcher::open(&library, None);
    let filters = Filters { pack: Some("from".into()), ..Filters::default() };
    let options = Options { filters, ..Options::default() };
    for word in ["steps", "wide", "quote", "open", "page", "line"] {
        assert!(searcher.search(word, &options).total > 0, "{word}");
    }
    for entry in library.entries().iter().filter(|entry| entry.is_local()) {
        assert!(!crate::app::Page::of(&library, entry, 40).lines.is_empty(), "{}", entry.id);
    }
}
