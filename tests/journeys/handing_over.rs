//! From a completed note, and from practice, to a document in a folder.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{Home, Key, Launch, words};

/// The text of the part of a DOCX file that holds the document.
fn document_text(file: &std::path::Path) -> String {
    let file = fs::File::open(file).expect("it was written");
    let mut archive = zip::ZipArchive::new(file).expect("a DOCX file is an archive");
    let mut part = archive.by_name("word/document.xml").expect("a document");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    text
}

#[test]
fn a_completed_note_is_handed_over_as_word_and_its_trail_says_so() {
    let home = Home::with_vault();
    let key = home.complete_a_clinic();
    let mut terminal = Launch::new(&home).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for(words::VAULT_OPEN);
    terminal.wait_for(&key);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Who does what");
    terminal.keys("h");
    terminal.wait_for(&format!("Hand over {key}"));
    terminal.wait_for("Case-file document");
    // A folder that is not there, then one inside the vault, then a good one.
    terminal.press(&[Key::Down, Key::Down, Key::Down]);
    let name = |terminal: &mut crate::support::Terminal, path: &std::path::Path| {
        terminal.press(&[Key::Ctrl('u')]);
        terminal.keys(path.to_str().expect("text"));
        terminal.press(&[Key::Ctrl('s')]);
    };
    name(&mut terminal, &home.path().join("nowhere/note.docx"));
    terminal.wait_for("does not exist");
    name(&mut terminal, &home.path().join("vault/note.docx"));
    terminal.wait_for("inside the vault");
    let file = home.path().join("note.docx");
    name(&mut terminal, &file);
    terminal.wait_for("Saved as a file");
    terminal.wait_for("is not encrypted");
    // The same again is asked about, and Enter alone replaces nothing.
    let first = fs::read(&file).expect("it was written");
    terminal.press(&[Key::Ctrl('s')]);
    terminal.wait_for("This file already exists");
    terminal.press(&[Key::Enter]);
    terminal.wait_gone("This file already exists");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("Who does what");
    terminal.quit();

    assert_eq!(fs::read(&file).expect("it is there"), first);
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    let text = document_text(&file);
    assert!(text.contains("Peer case clinic: ") && text.contains("Who does what"), "{text}");
    let shown = home.run(&["clinic", "show", &key]);
    assert!(
        shown.contains("Handed over: ") && shown.contains("Case-file document (Word)"),
        "{shown}"
    );
    assert!(!home.path().join("vault/note.docx").exists());
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}
