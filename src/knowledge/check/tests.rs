//! The lint, over entries with one fault each.

use super::*;
use crate::knowledge::library::SAMPLE;
use std::fs;

fn today() -> Date {
    "2026-11-21".parse().expect("a date")
}

fn long(text: &str) -> String {
    format!("{text}\n{}", "word ".repeat(260))
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("one.md"), text).expect("a file in it");
    check_path(folder.path(), today()).iter().map(|problem| problem.code).collect()
}

#[test]
fn a_whole_entry_has_no_problem() {
    assert_eq!(codes_of(&long(SAMPLE)), [] as [&str; 0]);
}

#[test]
fn each_fault_has_its_own_code() {
    for (from, to, code) in [
        ("[^a]", "[^aa]", "unknown-source"),
        ("Listen.[^b]", "Listen.", "unused-source"),
        ("Listen", "[Listen](nowhere)", "dead-link"),
        ("\"current\"", "\"superseded\"", "no-successor"),
        ("superseded_by = []", "superseded_by = [\"two\"]", "unknown-successor"),
        ("2027-11-21", "2026-11-20", "review-overdue"),
        ("2027-11-21", "2025-11-21", "review-order"),
        ("Answer in short.[^a]", "", "no-answer"),
        ("key = \"b\"", "key = \"a\"", "duplicate-source"),
        ("title = \"First", "titel = \"First", "missing-key"),
    ] {
        let codes = codes_of(&long(&SAMPLE.replacen(from, to, 1)));
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    assert!(codes_of(SAMPLE).contains(&"length"));
    let wordy = SAMPLE.replace("Answer", &"Answer ".repeat(100));
    assert!(codes_of(&wordy).contains(&"long-answer"));
}

#[test]
fn a_problem_points_into_the_body() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = long(&SAMPLE.replace("Listen", "[Listen](oen)"));
    fs::write(folder.path().join("one.md"), &text).expect("a file in it");
    let problems = check_path(&folder.path().join("one.md"), today());
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(&text[problems[0].span.clone()], "[Listen](oen)");
    assert!(problems[0].advice.contains("`one`"));
}

#[test]
fn a_local_version_is_told_when_the_bundled_entry_has_changed() {
    let bundled = Library::bundled();
    let version = &bundled.entry("first-response").expect("bundled").version;
    let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\nreview_by = 2026-11-01\n";
    for (pin, expected) in [
        (format!("overlays = \"{version}\"\n"), None),
        ("overlays = \"000000000000\"\n".to_owned(), Some("overlay-changed")),
        (String::new(), None),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let local = folder.path().join("northmoor");
        fs::create_dir(&local).expect("made");
        let text = SAMPLE.replace("id = \"one\"", &format!("{pin}id = \"first-response\""));
        let text = text.replace("Listen", "[Listen](helplines)");
        fs::write(local.join("first-response.md"), text).expect("written");
        fs::write(local.join("pack.toml"), about).expect("written");
        fs::write(local.join("levels.txt"), "Levels of need.").expect("written");
        let source = check_path(&local, today());
        let codes: Vec<_> = source.iter().map(|problem| problem.code).collect();
        let all: Vec<_> = expected.into_iter().chain(["review-overdue"]).collect();
        assert_eq!(codes, all, "{source:#?}");
        fs::remove_file(local.join("levels.txt")).expect("removed");
        assert_eq!(check_installed(folder.path(), today()), source);
    }
}

#[test]
fn a_path_that_leads_nowhere_is_a_problem() {
    let problems = check_path(Path::new("/nowhere/one.md"), today());
    assert!(problems.iter().any(Problem::is_error), "{problems:?}");
}

#[test]
fn a_thesaurus_group_of_one_word_is_pointed_at() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = "[[same]]\nwords = [\"hsb\"]\n\n[[broader]]\nword = [\"x\"]\nalso = [\"y\"]\n";
    fs::write(folder.path().join("thesaurus.toml"), text).expect("a file in it");
    let problems = check_path(folder.path(), today());
    let codes: Vec<_> = problems.iter().map(|p| (p.code, p.line)).collect();
    assert_eq!(codes, [("lonely-word", 1), ("lonely-word", 4), ("unknown-key", 5)]);
}
