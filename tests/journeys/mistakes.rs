//! Ordinary people's mistakes in a clinic are taken back.

use crate::support::{Home, Key, Launch, words};

#[test]
fn typing_choosing_and_removing_can_be_undone_and_redone() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.press(&[Key::Ctrl('z')]);
    terminal.wait_for("Nothing to undo.");
    terminal.choose(words::IN_DANGER, "2");
    terminal.write(words::QUESTION, "How do we keep both safe?");
    let key = terminal.case_key();

    terminal.press(&[Key::Ctrl('z')]);
    terminal.wait_for("Undone: What is your one question for today.");
    terminal.wait_gone("How do we keep both safe?");
    terminal.press(&[Key::Ctrl('y')]);
    terminal.wait_for("How do we keep both safe?");
    terminal.keys(" And glad?");
    terminal.wait_for("How do we keep both safe? And glad?");

    terminal.next_stage(words::STAGES[1]);
    terminal.write("Age in years", "11");
    terminal.push("Add another child");
    terminal.write("What is this child like?", "likes running and maps");
    terminal.push("Remove this child");
    terminal.wait_for("Remove this?");
    terminal.confirm("2");
    terminal.wait_gone("likes running and maps");
    terminal.press(&[Key::Ctrl('b')]);
    terminal.wait_for("What do you want to restore?");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Restored");
    terminal.go_to("What is this child like?");
    terminal.wait_for("likes running and maps");
    terminal.quit();
    let note = home.note(&key).expect("the draft opens");
    for kept in ["How do we keep both safe? And glad?", "likes running and maps"] {
        assert!(note.contains(kept), "{kept} is not in\n{note}");
    }
}

#[test]
fn an_empty_clinic_is_not_kept() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.leave();
    terminal.wait_for("You wrote nothing, so no draft was saved.");
    terminal.quit();
    assert!(home.case_keys().is_empty(), "{:?}", home.case_keys());

    let left = home.pipe(&["clinic", "new", "--plain"], &["/time", "/quit"]);
    let said = String::from_utf8_lossy(&left.stdout).into_owned();
    assert!(said.contains("You wrote nothing, so no draft was saved."), "{said}");
    assert!(home.case_keys().is_empty(), "{:?}", home.case_keys());
}

#[test]
fn the_second_window_on_a_note_is_read_only_and_says_so() {
    let home = Home::with_vault();
    let mut first = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    first.wait_for(words::STAGES[0]);
    first.write(words::QUESTION, "written in the first window");
    first.wait_saved();
    let key = first.case_key();

    let mut second = Launch::new(&home).args(&["clinic", "resume", &key]).unlocked().go();
    second.wait_for(words::STAGES[0]);
    second.wait_for("read-only");
    second.go_to(words::QUESTION);
    second.keys("lost");
    second.wait_for("Nothing was changed here");
    second.leave();
    second.wait_for("Read-only: this note is open in another window.");
    second.quit();

    first.keys(", and on");
    first.wait_for("written in the first window, and on");
    first.quit();
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("written in the first window, and on"), "{note}");
    assert!(!note.contains("lost"), "{note}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}
