//! What others see of the screen, and the question by which a note is known again in the list.

use std::{fs, path::Path};

use crate::support::{Home, Key, Launch, words};

const QUESTION: &str = "How do we keep both children safe at the club?";

#[test]
fn a_shared_screen_shows_the_question_and_the_list_shows_it_only_afterwards() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.choose(words::IN_DANGER, "2");
    terminal.write(words::QUESTION, QUESTION);
    terminal.press(&[Key::F(6)]);
    let shared = terminal.wait_for("Screen-share view");
    assert!(shared.shows(QUESTION) && !shared.shows("vault open"), "{shared}");
    terminal.press(&[Key::F(3)]);
    terminal.wait_for("Others can see this screen");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("Others can see this screen");
    terminal.press(&[Key::F(6)]);
    terminal.wait_for("for you alone");
    terminal.press(&[Key::Esc]);
    let list = terminal.wait_for("Peer case clinic");
    assert!(list.shows(QUESTION), "{list}");
    terminal.quit();
    // It is sealed with the note.
    assert!(!holds(home.path(), QUESTION.as_bytes()), "the question is readable on the disk");
}

/// Whether a file in a folder, or below it, has this text.
fn holds(folder: &Path, text: &[u8]) -> bool {
    let entries =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let holds_it = |bytes: Vec<u8>| bytes.windows(text.len()).any(|run| run == text);
    entries.into_iter().any(|path| {
        if path.is_dir() { holds(&path, text) } else { fs::read(&path).is_ok_and(holds_it) }
    })
}
