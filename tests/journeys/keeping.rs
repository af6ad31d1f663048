//! After the meeting, on the list of clinics: how long a note is kept, the trash, erasing; and the
//! vault itself.

use crate::support::{Home, Key, Launch, Terminal, words};

fn listed(home: &Home) -> Terminal {
    let terminal = Launch::new(home).size(100, 30).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for("HERON-42");
    terminal
}

fn home() -> Home {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "about the minibus");
    home
}

#[test]
fn a_note_is_erased_only_when_its_name_is_typed_and_nothing_finds_it_any_more() {
    let home = home();
    let mut terminal = listed(&home);
    terminal.keys("x");
    terminal.wait_for("Why do you want to erase HERON-42?");
    terminal.keys("its time is over\r");
    terminal.wait_for("To erase it, type HERON-42");
    terminal.keys("WREN-21\r");
    terminal.wait_for("Nothing was erased");
    terminal.keys("x");
    terminal.wait_for("Why do you want to erase HERON-42?");
    terminal.keys("its time is over\r");
    terminal.wait_for("To erase it, type HERON-42");
    terminal.keys("heron-42\r");
    terminal.wait_for("Erased from the vault and its copies");
    terminal.wait_for("No clinics yet");
    terminal.quit();
    assert!(home.case_keys().is_empty());
    let none = home.try_run(&["clinic", "search", "minibus"], &home.passphrase_file());
    assert_eq!(none.status.code(), Some(3));
}

#[test]
fn a_discarded_draft_is_brought_back_from_the_trash() {
    let home = home();
    let mut terminal = listed(&home);
    terminal.send(b"\x1b[3~");
    // One key too many and what is typed after it move nothing.
    terminal.wait_for("to the trash?");
    terminal.keys("2\r");
    terminal.wait_for("Nothing was moved: you did not type HERON-42.");
    terminal.send(b"\x1b[3~");
    terminal.wait_for("To move it, type HERON-42");
    terminal.keys("heron-42\r");
    terminal.wait_for("No clinics yet");
    terminal.keys("t");
    let shot = terminal.wait_for("Trash: discarded drafts");
    assert!(shot.shows("HERON-42 · "), "{shot}");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Restored the draft.");
    terminal.wait_for("HERON-42");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.go_to(words::QUESTION);
    terminal.wait_for("about the minibus");
    terminal.quit();
}

#[test]
fn a_review_date_is_set_and_the_note_is_due_when_it_has_come_and_on_hold_it_stays() {
    let home = home();
    let mut terminal = listed(&home);
    terminal.keys("d");
    terminal.wait_for("No note is due a retention review");
    terminal.keys("k");
    terminal.wait_for("How long should this note be kept?");
    terminal.confirm("2");
    terminal.wait_for("When should someone decide: keep or erase?");
    terminal.keys("when it suits\r");
    terminal.wait_for("is not a date");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("1 Jan 2020\r");
    terminal.wait_for("Decide on 1 Jan 2020 whether to keep or erase it.");
    terminal.keys("k");
    terminal.wait_for("Retention review date: 1 Jan 2020");
    terminal.confirm("3");
    terminal.wait_for("Why must this note not be erased?");
    terminal.keys("inquiry 7\r");
    terminal.wait_for("On legal hold");
    terminal.keys("x");
    terminal.wait_for("Why do you want to erase HERON-42?");
    terminal.keys("its time is over\r");
    terminal.wait_for("To erase it, type HERON-42");
    terminal.keys("HERON-42\r");
    terminal.wait_for("inquiry 7");
    terminal.keys("d");
    let shot = terminal.wait_for("Notes due a retention review: keep or erase?");
    assert!(shot.shows("HERON-42 · 1 Jan 2020") && shot.shows("on legal hold"), "{shot}");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::STAGES[0]);
    terminal.quit();
}

#[test]
fn the_vault_is_checked_on_screen_and_every_palette_finds_it() {
    let home = home();
    let mut terminal = listed(&home);
    terminal.press(&[Key::Ctrl('p')]);
    terminal.keys("members copies\r");
    let shot = terminal.wait_for("There are no members. Only the passphrase");
    assert!(shot.shows("The recovery sheet is confirmed"), "{shot}");
    terminal.press(&[Key::Enter]);
    let shot = terminal.wait_for("No problems found.");
    assert!(shot.shows("Checked: 1 note, 0 completed revisions, 1 draft."), "{shot}");
    terminal.press(&[Key::F(8)]);
    terminal.wait_for("You locked the vault.");
    terminal.wait_for("Nothing is lost");
    terminal.quit();
}

#[test]
fn only_a_completed_note_is_marked_as_entered_in_error() {
    let home = home();
    let mut terminal = listed(&home);
    terminal.keys("e");
    terminal.wait_for("Only a completed note can be marked");
    terminal.quit();
}

#[test]
fn a_note_is_marked_as_entered_in_error_only_when_its_name_is_typed() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for(&key);
    for (name, said) in [("yes", "Nothing was marked"), (key.as_str(), "saved as revision 2")] {
        terminal.keys("e");
        terminal.wait_for("Why was this note entered in error?");
        terminal.keys("written twice\r");
        terminal.wait_for(&format!("To mark it, type {key}"));
        terminal.keys(&format!("{name}\r"));
        terminal.wait_for(said);
    }
    terminal.quit();
    let note = home.note(&key).expect("it can still be read");
    assert!(note.to_lowercase().contains("entered in error"), "{note}");
}
