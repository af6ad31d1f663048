//! Finding a note by what was written in it, on the screen and on the command line.

use crate::support::{Home, Key, Launch, words};

fn home() -> Home {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "How do we keep the minibus safe for everybody?");
    home.keep_draft("WREN-21", "Who tells the grandmother what was agreed?");
    home
}

#[test]
fn a_note_is_found_by_its_words_opened_and_the_list_is_one_key_away() {
    let home = home();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for("HERON-42");
    terminal.wait_for("WREN-21");
    terminal.keys("/grandmohter ");
    terminal.wait_for("Showing results for: grandmother");
    let shot = terminal.wait_gone("HERON-42");
    assert!(shot.shows("WREN-21") && shot.shows("1 note"), "{shot}");
    assert!(shot.shows("Who tells the grandmother"), "no line of the note\n{shot}");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("giraffe");
    terminal.wait_for("No notes match");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("HERON-42");
    terminal.keys("/minib");
    terminal.wait_gone("WREN-21");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.wait_for("keep the minibus safe");
    terminal.quit();
    let kept = std::fs::read_to_string(home.path().join("data/reading.toml"));
    assert!(!kept.unwrap_or_default().contains("minib"), "a search of the notes was remembered");
}

#[test]
fn what_was_just_written_is_found_once_the_list_is_shown_again() {
    let home = home();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume", "HERON-42"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.write(words::QUESTION, "that the kayak club is safe");
    terminal.leave();
    terminal.wait_for(words::DRAFT_KEPT);
    terminal.keys("/kayak");
    terminal.wait_for("the kayak club");
    terminal.quit();
}

#[test]
fn clinic_search_finds_notes_and_exits_with_three_when_there_are_none() {
    let home = home();
    let found = home.run(&["clinic", "search", "minibus"]);
    assert!(found.contains("HERON-42") && found.contains("minibus safe"), "{found}");
    assert!(!found.contains("WREN-21"), "{found}");
    let json = home.run(&["clinic", "search", "--json", "grandmother"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((json["schema"].as_u64(), json["total"].as_u64()), (Some(1), Some(1)));
    assert_eq!(json["notes"][0]["case_key"], "WREN-21");
    let typed = home.pipe(&["clinic", "search", "-"], &["\"everybody\" -grandmother"]);
    assert!(String::from_utf8_lossy(&typed.stdout).contains("HERON-42"), "{typed:?}");
    let none = home.try_run(&["clinic", "search", "giraffe"], &home.passphrase_file());
    assert_eq!(none.status.code(), Some(3));
    assert!(none.stdout.is_empty());
    let wrong = home.path().join("wrong");
    std::fs::write(&wrong, "not the passphrase\n").expect("written");
    let refused = home.try_run(&["clinic", "search", "minibus"], &wrong);
    assert_eq!(refused.status.code(), Some(5));
}
