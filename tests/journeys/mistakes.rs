//! Ordinary people's mistakes in a clinic are taken back.

use crate::support::{Home, Key, Launch, words};

#[test]
fn what_was_typed_chosen_or_taken_out_is_taken_back_and_made_again() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.press(&[Key::Ctrl('z')]);
    terminal.wait_for("There is nothing to take back.");
    terminal.choose(words::IN_DANGER, "2");
    terminal.write(words::QUESTION, "How do we keep both safe?");
    let key = terminal.case_key();

    terminal.press(&[Key::Ctrl('z')]);
    terminal.wait_for("Taken back: What is the one question you bring.");
    terminal.wait_gone("How do we keep both safe?");
    terminal.press(&[Key::Ctrl('y')]);
    terminal.wait_for("How do we keep both safe?");
    terminal.keys(" And glad?");
    terminal.wait_for("How do we keep both safe? And glad?");

    terminal.next_stage(words::STAGES[1]);
    terminal.write("Age in years", "11");
    terminal.push("Add another: child");
    terminal.write("A picture of this child", "likes running and maps");
    terminal.push("Take this out: child");
    terminal.wait_for("Take this out?");
    terminal.keys("2");
    terminal.wait_gone("likes running and maps");
    terminal.press(&[Key::Ctrl('b')]);
    terminal.wait_for("Bring back");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("It is back");
    terminal.go_to("A picture of this child");
    terminal.wait_for("likes running and maps");
    terminal.quit();
    let note = home.note(&key).expect("the draft opens");
    for kept in ["How do we keep both safe? And glad?", "likes running and maps"] {
        assert!(note.contains(kept), "{kept} is not in\n{note}");
    }
}
