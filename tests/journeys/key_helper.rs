//! The process that holds the keys: what happens when it is asked to end, when it is lost, and when it
//! cannot be started.
#![cfg(target_os = "linux")]

use std::{fs, os::unix::fs::PermissionsExt};

use rustix::process::{Signal, kill_process};

use crate::support::{Home, Key, Launch, PASSPHRASE, words};

#[test]
fn text_is_saved_although_everything_was_told_to_end_at_once() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    let key = terminal.case_key();
    terminal.write(words::QUESTION, "typed as the computer was shut down");
    let [holder] = terminal.children()[..] else { panic!("no process holds the keys") };
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        kill_process(holder, signal).expect("sent");
    }
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.ended_within(std::time::Duration::from_secs(5)).signal, None);
    terminal.assert_given_back();
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("as the computer was shut down"), "{note}");
}

#[test]
fn a_lost_key_process_costs_no_text_and_the_passphrase_brings_another() {
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).size(160, 40).args(&["clinic", "new"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    let key = terminal.case_key();
    terminal.write(words::QUESTION, "typed before it was lost");
    terminal.wait_saved();
    let [holder] = terminal.children()[..] else { panic!("no process holds the keys") };
    kill_process(holder, Signal::KILL).expect("sent");
    terminal.keys(", and after");
    let shot = terminal.wait_for(words::NOT_SAVED);
    assert!(
        shot.shows("the process that held the keys") || shot.shows("The process that held"),
        "{shot}"
    );
    terminal.press(&[Key::F(8)]);
    terminal.wait_gone("before it was lost");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::UNLOCK);
    terminal.keys("not the passphrase\r");
    terminal.wait_for(words::WRONG);
    terminal.keys(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("it was lost, and after");
    terminal.wait_saved();
    terminal.quit();
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("before it was lost, and after"), "{note}");
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

#[test]
fn without_a_process_for_the_keys_the_vault_opens_and_says_what_that_means() {
    let home = Home::with_vault();
    let program = home.path().join("program");
    fs::copy(env!("CARGO_BIN_EXE_caseclinic"), &program).expect("copied");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("set");
    let mut terminal =
        Launch::new(&home).size(160, 40).program(program.clone()).args(&["clinic", "resume"]).go();
    terminal.wait_for(words::UNLOCK);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o600)).expect("set");
    terminal.keys(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("The keys could not be kept in a process of their own");
    terminal.wait_for(words::VAULT_OPEN);
    assert_eq!(terminal.children(), []);
    terminal.press(&[Key::F(8)]);
    terminal.wait_for("You locked the vault.");
    terminal.quit();
}
