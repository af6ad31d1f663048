//! The clinic as a conversation of plain lines, through a pipe and on a terminal.

use crate::support::{Home, Key, Launch, Terminal};

/// The first stage, with two people, up to the second.
const OPENED: [&str; 13] = [
    "2",
    "1",
    "1 2 3 4 5 6 7",
    "How do we keep both children safe at the club?",
    "and glad to go there?",
    ".",
    "social worker",
    "2",
    "school nurse",
    "1",
    "",
    "/skip The group knows the case.",
    "/skip It was described last time.",
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_clinic_typed_through_a_pipe_is_kept_and_completed_later() {
    let home = Home::with_vault();
    let first = home.pipe(&["clinic", "new", "--plain"], &OPENED);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let said = text(&first.stdout);
    assert!(said.contains("Stage 4 of 8"), "{said}");
    assert!(!said.contains('\x1b'), "no line steers a terminal");
    let key = home.case_keys().pop().expect("a draft is kept");
    assert!(said.contains(&format!("resume {key} --plain")), "{said}");
    let draft = home.note(&key).expect("the draft opens");
    assert!(draft.contains("and glad to go there?"), "{draft}");

    let rest = [
        "/skip One behaviour, placed last time.",
        "/skip See the last note.",
        "/skip Next time.",
        "/skip Nothing new to do.",
        "Thank you all.",
        ".",
        "",
        "3",
        "",
        "1 December 2099",
        "y",
        "y",
    ];
    let second = home.pipe(&["clinic", "resume", &key, "--plain"], &rest);
    let said = text(&second.stdout);
    assert!(said.contains("Completed, and saved as revision 1."), "{said}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
    let third = home.pipe(&["clinic", "resume", &key, "--plain"], &["2"]);
    assert!(!third.status.success());
    assert!(text(&third.stderr).contains("completed"), "{}", text(&third.stderr));
}

#[test]
fn a_line_in_another_encoding_is_refused_and_nothing_of_it_is_kept() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new", "--plain"]).unlocked().go();
    terminal.wait_for("Might any child be in danger");
    for line in &OPENED[..3] {
        terminal.keys(line);
        terminal.press(&[Key::Enter]);
    }
    // The first question to write on: what is asked next shows that the last one was taken.
    terminal.wait_for("7");
    terminal.send(b"Caf\xe9 first\r");
    terminal.wait_for("not UTF-8 text");
    terminal.keys("Café second");
    terminal.press(&[Key::Enter]);
    terminal.keys(".");
    terminal.press(&[Key::Enter]);
    terminal.keys("/quit");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("The draft is saved");
    let key = home.case_keys().pop().expect("a draft is kept");
    let draft = home.note(&key).expect("the draft opens");
    assert!(draft.contains("Café second"), "{draft}");
    assert!(!draft.contains("first") && !draft.contains('\u{fffd}'), "{draft}");
}

/// Waits for the prompt at which nothing is echoed: what is typed before it is thrown away.
fn asked_unseen(terminal: &Terminal) {
    terminal.wait_until("the prompt for a placement", |shot| {
        let (row, _) = shot.cursor;
        let row = usize::from(row);
        let before = &shot.rows[row.saturating_sub(3)..row];
        shot.rows[row] == ">"
            && before.iter().any(|line| line.contains("Press Enter to do this later"))
    });
}

#[test]
fn a_placement_typed_on_a_terminal_is_not_echoed() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new", "--plain"]).unlocked().go();
    terminal.wait_for("Might any child be in danger");
    for line in OPENED {
        terminal.keys(line);
        terminal.press(&[Key::Enter]);
    }
    terminal.wait_for("How will people place it?");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("social worker places this privately");
    asked_unseen(&terminal);
    let before = terminal.bytes().len();
    terminal.keys("4");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("school nurse places this privately");
    asked_unseen(&terminal);
    let drawn = text(&terminal.bytes()[before..]);
    let echoed = drawn.split("Placed.").next().unwrap_or_default();
    assert!(!echoed.contains('4'), "{echoed:?}");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Reveal all placements");
    terminal.keys("/quit");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("The draft is saved.");
}

#[test]
fn a_kill_during_a_long_answer_loses_no_line_and_a_truncated_line_is_reported() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new", "--plain"]).unlocked().go();
    terminal.wait_for("Might any child be in danger");
    for line in &OPENED[..4] {
        terminal.keys(line);
        terminal.press(&[Key::Enter]);
    }
    let key = home.case_keys().pop().expect("a draft is kept");
    for part in 0..5 {
        terminal.keys(&"word ".repeat(1000)[part * 1000..][..1000]);
    }
    terminal.press(&[Key::Enter]);
    terminal.wait_until("the next prompt, after the word about it", |shot| {
        let row = usize::from(shot.cursor.0);
        shot.rows[row] == ">" && shot.flat().contains("the end of it is missing")
    });
    terminal.kill_9();
    let draft = home.note(&key).expect("the draft opens");
    assert!(draft.contains("How do we keep both children safe at the club?"), "{draft}");
    assert!(draft.contains(&"word ".repeat(800)), "what the terminal handed over");
}
