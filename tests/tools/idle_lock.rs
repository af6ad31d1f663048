//! The vault locks itself; nobody sees the note meanwhile, and nothing of it is lost.

use std::fs;

use crate::support::{Clock, Home, Key, Launch, PASSPHRASE, Terminal, words};

/// A sentence that must be seen only while the vault is open.
const TYPED: &str = "typed before everybody went to talk";

fn in_a_clinic(home: &Home, clock: &Clock) -> Terminal {
    let terminal = Launch::new(home)
        .args(&["clinic", "new"])
        .unlocked()
        .environment("LD_PRELOAD", &Clock::text(&clock.library()))
        .environment("TEST_CLOCK_FILE", &Clock::text(&clock.file()))
        .go();
    terminal.wait_for(words::STAGES[0]);
    terminal
}

pub(crate) fn an_idle_clinic_locks_after_a_warning_and_resumes_at_the_same_field() {
    let clock = Clock::new().expect("a C compiler");
    let home = Home::with_vault();
    let mut terminal = in_a_clinic(&home, &clock);
    let key = terminal.case_key();
    terminal.write(words::QUESTION, TYPED);
    clock.moves_to(4 * 60 + 5);
    terminal.wait_for(words::LOCKS_SOON);
    terminal.press(&[Key::End]);
    terminal.wait_gone(words::LOCKS_SOON);
    clock.moves_to(8 * 60 + 30);
    terminal.wait_for(words::LOCKS_SOON);
    clock.moves_to(10 * 60);
    terminal.wait_for("no key was pressed for 5 minutes");
    let shot = terminal.wait_for("Nothing is lost");
    assert!(!shot.shows(TYPED) && !shot.shows(&key), "the note is still in view\n{shot}");
    assert!(shot.shows(words::VAULT_LOCKED), "{shot}");

    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::UNLOCK);
    terminal.keys("not the passphrase\r");
    terminal.wait_for(words::WRONG);
    terminal.keys(&format!("{PASSPHRASE}\r"));
    let shot = terminal.wait_for(TYPED);
    assert!(shot.is_at(words::QUESTION), "it goes on at another field\n{shot}");
    terminal.keys(", and after");
    terminal.wait_for("went to talk, and after");
    terminal.quit();
    let note = home.note(&key).expect("the draft opens");
    assert!(note.contains("went to talk, and after"), "{note}");
}

pub(crate) fn a_computer_that_slept_wakes_up_locked() {
    let clock = Clock::new().expect("a C compiler");
    let home = Home::with_vault();
    let config = home.path().join("config");
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("settings.toml"), "lock_after_minutes = 1\n").expect("written");
    let mut terminal = in_a_clinic(&home, &clock);
    terminal.write(words::QUESTION, TYPED);
    clock.moves_to(9 * 3600);
    let shot = terminal.wait_for("no key was pressed for a minute");
    assert!(!shot.shows(TYPED), "{shot}");
    terminal.wait_for("Nothing is lost");
    terminal.quit();
    assert!(home.faults().is_empty(), "{:?}", home.faults());
}

pub(crate) fn the_list_of_clinics_locks_too() {
    let clock = Clock::new().expect("a C compiler");
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "the first question");
    let mut terminal = Launch::new(&home)
        .args(&["clinic", "resume"])
        .unlocked()
        .environment("LD_PRELOAD", &Clock::text(&clock.library()))
        .environment("TEST_CLOCK_FILE", &Clock::text(&clock.file()))
        .go();
    terminal.wait_for("HERON-42");
    clock.moves_to(3600);
    let shot = terminal.wait_for("no key was pressed for 5 minutes");
    assert!(!shot.shows("HERON-42"), "{shot}");
    terminal.wait_for("Nothing is lost");
    terminal.press(&[Key::Enter]);
    terminal.wait_for(words::UNLOCK);
    terminal.keys(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("HERON-42");
    terminal.quit();
}
