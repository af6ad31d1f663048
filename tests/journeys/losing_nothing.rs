//! Power cuts and damaged files: nothing that was reported as saved is lost.

use std::fs;

use rustix::process::{Resource, Rlimit, prlimit};

use crate::support::{Home, Key, Launch, words};

#[test]
fn a_killed_clinic_resumes_where_it_was() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    let key = terminal.case_key();
    terminal.choose(words::IN_DANGER, "2");
    terminal.write(words::QUESTION, "said before the power went");
    terminal.next_stage(words::STAGES[1]);
    terminal.write(words::WHY_NOW, "written at the second stage");
    terminal.wait_saved();
    terminal.kill_9();

    let mut terminal = Launch::new(&home).args(&["clinic", "resume", &key]).unlocked().go();
    terminal.wait_for(words::STAGES[1]);
    terminal.wait_for("written at the second stage");
    terminal.press(&[Key::PageUp]);
    terminal.wait_for("said before the power went");
    terminal.press(&[Key::PageDown]);
    terminal.wait_for(words::STAGES[1]);
    terminal.write(words::GOING_WELL, "it goes on as if nothing had been");
    terminal.quit();
    assert!(home.faults().is_empty(), "{:?}", home.faults());
    let note = home.note(&key).expect("the draft opens");
    assert!(
        note.contains("said before the power went") && note.contains("as if nothing"),
        "{note}"
    );
}

#[test]
fn a_damaged_note_is_named_and_the_others_open() {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "the first question");
    let damaged = home.keep_draft("WREN-21", "the second question");
    home.keep_draft("OAK-77", "the third question");
    let file = home.vault_place().join(format!("notes/{damaged}/draft.age"));
    let mut bytes = fs::read(&file).expect("the draft");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&file, bytes).expect("damaged");

    let mut terminal = Launch::new(&home).size(160, 30).args(&["clinic", "resume"]).unlocked().go();
    terminal.wait_for("HERON-42");
    let list = terminal.wait_for("OAK-77");
    assert!(list.shows(&damaged.to_string()), "the damaged note is not named\n{list}");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("the third question");
    terminal.quit();
    assert_eq!(home.faults().len(), 1, "{:?}", home.faults());
    assert!(home.run(&["clinic", "show", "HERON-42"]).contains("the first question"));
}

#[test]
fn a_limit_on_the_size_of_files_is_said_and_loses_nothing() {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "kept before the limit");
    let args = ["clinic", "resume", "HERON-42"];
    let mut terminal = Launch::new(&home).args(&args).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.wait_for("kept before the limit");
    let limit = |terminal: &crate::support::Terminal, bytes| {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(terminal.pid()), Resource::Fsize, limit).expect("it is set");
    };
    limit(&terminal, Some(1024));
    terminal.write(words::QUESTION, ", typed under the limit");
    terminal.wait_for(words::NOT_SAVED);
    terminal.press(&[Key::Ctrl('q')]);
    let shot = terminal.wait_for("Quit and lose what is not saved");
    assert!(shot.shows("limit on the size of files"), "it does not say why\n{shot}");
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("Quit and lose what is not saved");
    limit(&terminal, None);
    terminal.wait_gone(words::NOT_SAVED);
    terminal.wait_saved();
    terminal.kill_9();
    let note = home.note("HERON-42").expect("the draft opens");
    assert!(note.contains("kept before the limit, typed under the limit"), "{note}");
}
