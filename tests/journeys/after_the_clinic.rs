//! What follows a clinic: actions that somebody follows up, and corrections beside the note.

use crate::support::{Home, Key, Launch, words};

#[test]
fn an_action_is_followed_up_in_the_list_and_its_note_keeps_what_came_of_it() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let overdue = home.run(&["actions", "--overdue"]);
    assert!(overdue.starts_with(&format!("{key}\tOVERDUE 1 Nov 2026\tclass teacher")), "{overdue}");
    assert_eq!(overdue.lines().count(), 1, "{overdue}");

    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for(words::VAULT_OPEN);
    terminal.wait_for(&key);
    terminal.press(&[Key::F(4)]);
    terminal.wait_for("open 2");
    terminal.wait_for("OVERDUE since 1 Nov 2026");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("What became of it?");
    terminal.keys("1");
    terminal.wait_for("What came of it?");
    terminal.keys("The plan is agreed and kept.");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("open 1");
    terminal.keys("/");
    terminal.wait_for("Whose actions?");
    terminal.keys("nobody");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Nothing fits these words");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("social worker");
    terminal.quit();

    let all: serde_json::Value =
        serde_json::from_str(&home.run(&["actions", "--all", "--json"])).expect("JSON");
    let done = &all["actions"][1];
    assert_eq!((done["status"].as_str(), done["number"].is_u64()), (Some("done"), true), "{all}");
    let note = home.note(&key).expect("the note opens and the vault vouches for it");
    assert!(note.contains("The plan is agreed and kept."), "{note}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn a_correction_stands_beside_a_completed_note_with_its_reason() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume", &key]).unlocked().go();
    terminal.wait_for("add a correction");
    terminal.keys("a");
    terminal.wait_for("Why is something added?");
    terminal.keys("Somebody was left out");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("What is added or put right?");
    terminal.keys("The school nurse joined by telephone.");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("locked as revision 2");
    terminal.press(&[Key::End]);
    terminal.wait_for("Somebody was left out");
    terminal.quit();
    let note = home.note(&key).expect("the note opens and the vault vouches for it");
    assert!(note.contains("The school nurse joined by telephone."), "{note}");
    assert!(note.contains("How do we keep both safe?"), "{note}");
}
