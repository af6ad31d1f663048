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
    terminal.wait_for("Erase HERON-42: why?");
    terminal.keys("its time is over\r");
    terminal.wait_for("Type HERON-42 to erase it");
    terminal.keys("WREN-21\r");
    terminal.wait_for("Nothing was erased");
    terminal.keys("x");
    terminal.wait_for("Erase HERON-42: why?");
    terminal.keys("its time is over\r");
    terminal.wait_for("Type HERON-42 to erase it");
    terminal.keys("heron-42\r");
    terminal.wait_for("Erased, here and in the copies");
    terminal.wait_for("No clinic yet");
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
    terminal.wait_for("into the trash?");
    terminal.keys("2");
    terminal.wait_for("No clinic yet");
    terminal.keys("t");
    let shot = terminal.wait_for("Discarded drafts");
    assert!(shot.shows("HERON-42 · "), "{shot}");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("The draft is back.");
    terminal.wait_for("HERON-42");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("about the minibus");
    terminal.quit();
}

#[test]
fn a_review_date_is_set_and_the_note_is_due_when_it_has_come_and_on_hold_it_stays() {
    let home = home();
    let mut terminal = listed(&home);
    terminal.keys("d");
    terminal.wait_for("No note has come to its day to decide");
    terminal.keys("k");
    terminal.wait_for("How long is this note kept?");
    terminal.keys("2");
    terminal.wait_for("Decide on which day: keep or erase?");
    terminal.keys("when it suits\r");
    terminal.wait_for("is no date");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("1 Jan 2020\r");
    terminal.wait_for("Keep or erase, to decide on 1 Jan 2020.");
    terminal.keys("k");
    terminal.wait_for("Keep or erase, to decide on: 1 Jan 2020");
    terminal.keys("3");
    terminal.wait_for("Why must it not be erased?");
    terminal.keys("inquiry 7\r");
    terminal.wait_for("On legal hold");
    terminal.keys("x");
    terminal.wait_for("Erase HERON-42: why?");
    terminal.keys("its time is over\r");
    terminal.wait_for("Type HERON-42 to erase it");
    terminal.keys("HERON-42\r");
    terminal.wait_for("inquiry 7");
    terminal.keys("d");
    let shot = terminal.wait_for("Keep or erase? The day to decide has come");
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
    let shot = terminal.wait_for("Nobody else. Only the passphrase");
    assert!(shot.shows("The recovery sheet was confirmed"), "{shot}");
    terminal.press(&[Key::Enter]);
    let shot = terminal.wait_for("Everything is as it should be.");
    assert!(shot.shows("Looked at: 1 note, 0 completed revisions, 1 draft."), "{shot}");
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
    terminal.wait_for("Only a completed note is marked");
    terminal.quit();
}
