//! However it ends, the text is kept and the terminal is given back.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Home, Key, Launch, Terminal, words};

/// Ending takes no longer than this.
const SOON: Duration = Duration::from_secs(2);

/// A clinic with something just typed, not yet saved by the clock.
fn just_typed(home: &Home, text: &str) -> (Terminal, String) {
    let mut terminal = Launch::new(home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    let key = terminal.case_key();
    terminal.write(words::QUESTION, text);
    (terminal, key)
}

#[test]
fn a_signal_saves_the_draft_restores_the_terminal_and_exits() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let home = Home::with_vault();
        let (mut terminal, key) = just_typed(&home, "asked just before the end");
        terminal.signal(signal);
        let ended = terminal.ended_within(Duration::from_secs(20));
        assert!(ended.after <= SOON, "{signal:?}: {ended:?}");
        assert_eq!(ended.signal, None, "{signal:?} ended it before it could end itself");
        terminal.assert_given_back();
        let note = home.note(&key).expect("the draft opens");
        assert!(note.contains("asked just before the end"), "{signal:?}: {note}");
    }
}

#[test]
fn closing_the_window_saves_the_draft_and_exits() {
    let home = Home::with_vault();
    let (mut terminal, key) = just_typed(&home, "asked just before the end");
    terminal.close_window();
    let ended = terminal.ended_within(Duration::from_secs(20));
    assert!(ended.after <= SOON, "{ended:?}");
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("asked just before the end"), "{note}");
}

#[test]
fn leaving_with_escape_saves_the_draft_and_the_list_resumes_it() {
    let home = Home::with_vault();
    let (mut terminal, key) = just_typed(&home, "asked just before leaving");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("Leave this clinic?");
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("Leave this clinic?");
    terminal.wait_for("asked just before leaving");
    terminal.leave();
    terminal.wait_for(words::DRAFT_KEPT);
    terminal.wait_for(&key);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("asked just before leaving");
    terminal.press(&[Key::F(8)]);
    terminal.wait_for(words::VAULT_LOCKED);
    terminal.wait_gone("asked just before leaving");
    terminal.quit();
    assert!(home.faults().is_empty());
}

#[test]
fn a_suspended_program_redraws_when_it_continues() {
    let home = Home::with_vault();
    let (mut terminal, _) = just_typed(&home, "asked before standing aside");
    terminal.signal(Signal::TSTP);
    terminal.wait_for_bytes(b"\x1b[?1049l");
    std::thread::sleep(Duration::from_millis(200));
    terminal.signal(Signal::CONT);
    terminal.wait_for("asked before standing aside");
    terminal.quit();
}

#[test]
fn without_a_terminal_one_sentence_and_exit_code_two() {
    let home = Home::new();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .env("CASECLINIC_HOME", home.path())
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.contains("needs a terminal") && said.contains("caseclinic search"), "{said}");
}
