//! Nobody sees a placement before all are shown.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::{Home, Key, Launch, Shot, Terminal, words};

/// A clinic whose first placement is open to somebody.
fn handed_over(home: &Home) -> Terminal {
    let mut terminal = Launch::new(home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.choose(words::IN_DANGER, "2");
    for (who, role) in [("social worker", "1"), ("teacher", "2")] {
        terminal.add_person(who, role);
    }
    terminal.next_stage(words::STAGES[1]);
    terminal.next_stage(words::STAGES[2]);
    terminal.write(words::WHAT_HAPPENED, "a quality, not an act");
    terminal.next_stage(words::STAGES[3]);
    terminal.push("· social worker");
    terminal.wait_to_place();
    terminal
}

/// What a choice leaves on the screen: at once, and after it is kept.
fn traces(terminal: &mut Terminal, choice: &str) -> (Vec<String>, Vec<String>) {
    terminal.keys(choice);
    let chosen = terminal.wait_for(words::CHOSEN_HIDDEN);
    terminal.press(&[Key::Enter]);
    let kept = terminal.wait_for("ready");
    let rows = |shot: &Shot| shot.form().into_iter().map(str::to_owned).collect();
    (rows(&chosen), rows(&kept))
}

#[test]
fn what_is_chosen_privately_never_shows_whatever_it_is() {
    let home = Home::with_vault();
    let mut seen = Vec::new();
    for choice in ["1", "3", "5", "6"] {
        let mut terminal = handed_over(&home);
        let drawn_before = terminal.bytes().len();
        seen.push(traces(&mut terminal, choice));
        let drawn = terminal.bytes().split_off(drawn_before);
        let drawn = String::from_utf8_lossy(&drawn).into_owned();
        assert!(!drawn.contains('●') || drawn.matches('●').count() == 1, "{drawn}");
        terminal.quit();
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

#[test]
fn somebody_sees_the_behaviour_and_may_check_their_choice_for_a_moment() {
    let home = Home::with_vault();
    let mut terminal = handed_over(&home);
    terminal.wait_for("a quality, not an act");
    terminal.keys("4");
    terminal.wait_for(words::CHOSEN_HIDDEN);
    terminal.keys(" ");
    terminal.wait_for("Your choice: 4  Abusive");
    // Nobody presses a key.
    terminal.wait_gone("Your choice: ");
    terminal.wait_for(words::CHOSEN_HIDDEN);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("ready");
    terminal.quit();
}

/// What somebody elsewhere prints with the code.
fn place_elsewhere(code: &str, person: usize, step: usize, reason: &str) -> String {
    let home = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .args(["place", code])
        .env("CASECLINIC_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    write!(stdin, "{person}\n{step}\n{reason}\n").expect("it listens");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn six_people_in_six_places_place_through_the_chat_of_a_call() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().size(100, 40).go();
    terminal.wait_for(words::STAGES[0]);
    terminal.choose(words::IN_DANGER, "2");
    let people =
        ["social worker", "teacher", "nurse", "youth worker", "police officer", "psychologist"];
    for (at, who) in people.iter().enumerate() {
        terminal.add_person(who, if at == 0 { "1" } else { "4" });
    }
    terminal.next_stage(words::STAGES[1]);
    terminal.next_stage(words::STAGES[2]);
    terminal.write(words::WHAT_HAPPENED, "a quality, not an act");
    terminal.next_stage(words::STAGES[3]);
    terminal.choose("How will people place it?", "3");
    terminal.push("Make a code");
    let shot = terminal.wait_for("Copy the code");
    let code = shot.form().iter().find_map(|row| {
        let code = row.split_whitespace().find(|word| word.contains("-age1"))?;
        Some(code.to_owned())
    });
    let code = code.expect("a code");
    terminal.wait_for("6 psychologist");
    let mut chat = String::new();
    for (at, who) in people.iter().enumerate() {
        let block = place_elsewhere(&code, at + 1, at % 5 + 1, &format!("secretreason{at}"));
        assert!(block.len() <= 4096 / 6, "{}", block.len());
        chat.push_str(&format!("{who} 10:4{at}\n{block}"));
    }
    terminal.go_to("Paste the chat");
    terminal.paste(&chat);
    terminal.wait_for("6 of 6 ready");
    assert!(!terminal.screen().flat().contains("secretreason"));
    terminal.push("Reveal all placements");
    terminal.wait_for("secretreason5");
    terminal.wait_saved();
    terminal.quit();
    let placed = "secretreason".as_bytes();
    for file in files_in(home.path()) {
        let bytes = std::fs::read(&file).expect("it reads");
        assert!(!bytes.windows(placed.len()).any(|part| part == placed), "{}", file.display());
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files
}
