//! Notes between two people, through a folder: adding somebody, sending and receiving on the screens.

use std::{fs, path::Path};

use crate::support::{Home, Key, Launch, Terminal};

const ASHA: [&str; 6] = ["--name", "Asha Rahman", "--agency", "Northmoor", "--role", "deputy"];
const BRYN: [&str; 6] = ["--name", "Bryn Evans", "--agency", "Southvale", "--role", "lead"];

fn on_the_vault_screen(home: &Home) -> Terminal {
    let mut terminal = Launch::new(home).args(&["clinic", "resume"]).unlocked().size(100, 40).go();
    terminal.wait_for("vault open");
    terminal.press(&[Key::F(12)]);
    terminal.wait_for("Fingerprint");
    terminal
}

/// Two people who began and joined an exchange, and its folder. The second is not added yet.
fn two_people(folder: &str) -> (Home, Home) {
    let (asha, bryn) = (Home::with_vault(), Home::with_vault());
    asha.run(&[&["exchange", "init", folder], &ASHA[..]].concat());
    let status = asha.run(&["exchange", "status", folder]);
    let line = status.lines().find(|line| line.starts_with("Exchange")).expect("its fingerprint");
    let fingerprint = line.trim_start_matches("Exchange").trim();
    let join = [&["exchange", "join", folder, "--fingerprint", fingerprint], &BRYN[..]].concat();
    bryn.run(&join);
    (asha, bryn)
}

fn folder_in(shared: &Path) -> String {
    shared.join("exchange").to_str().expect("text").to_owned()
}

#[test]
fn a_note_goes_to_a_colleague_who_reads_it_and_cannot_change_it() {
    let shared = tempfile::tempdir().expect("a folder");
    let folder = folder_in(shared.path());
    let (asha, bryn) = two_people(&folder);
    let key = asha.complete_a_clinic();

    // Somebody who was not added yet is told whom to ask.
    let mut terminal = on_the_vault_screen(&bryn);
    terminal.wait_for("You take part: not yet");
    terminal.keys("s");
    terminal.wait_for("You have not been added to this exchange yet.");
    terminal.keys("a");
    terminal.wait_for("You are not a steward");
    terminal.quit();

    // A steward compares the fingerprint, and sees who will be able to open a note before it goes.
    let mut terminal = on_the_vault_screen(&asha);
    terminal.wait_for("Asks to take part: Bryn Evans (Southvale), lead");
    terminal.keys("a");
    terminal.wait_for("Who takes part from now on?");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Select one first");
    terminal.keys("1");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("What can they do?");
    terminal.press(&[Key::Enter]);
    let asked = terminal.wait_for("read you their fingerprint");
    assert!(asked.shows("could be read by: Asha Rahman"), "{asked}");
    terminal.press(&[Key::Enter]);
    terminal.keys("y");
    terminal.wait_for("Added Bryn Evans (Southvale)");
    terminal.keys("ss");
    let asked = terminal.wait_for("Send these notes?");
    assert!(asked.shows(&format!("{key}, revision 1")), "{asked}");
    assert!(asked.shows("and to keep it: Bryn Evans (Southvale)."), "{asked}");
    // An Enter or an s too many sends nothing.
    terminal.press(&[Key::Enter]);
    terminal.keys("s");
    terminal.resize(80, 24);
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("Send these notes?");
    terminal.keys("s");
    terminal.wait_for("Send these notes?");
    terminal.keys("y");
    terminal.wait_for("Sent: 1 revision.");
    terminal.quit();

    let mut terminal = on_the_vault_screen(&bryn);
    terminal.keys("s");
    terminal.wait_for("Taken in: 1 new note or correction.");
    terminal.press(&[Key::F(3)]);
    terminal.wait_for("From Asha Rahman (Northmoor)");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Only they can change it.");
    for change in ["a", "e", "h"] {
        terminal.keys(change);
        terminal.wait_for("Asha Rahman (Northmoor) wrote this note");
        terminal.press(&[Key::Down]);
        terminal.wait_gone("Asha Rahman (Northmoor) wrote this note");
    }
    terminal.press(&[Key::F(4)]);
    terminal.wait_for("from Asha Rahman (Northmoor)");
    // It carries over to a clinic of one's own.
    terminal.press(&[Key::F(3), Key::Enter]);
    terminal.wait_for("Only they can change it.");
    terminal.keys("f");
    terminal.wait_for("Follow-up");
    terminal.press(&[Key::F(8)]);
    let locked = terminal.wait_for("locked");
    assert!(!locked.shows("Asha") && !locked.shows(&key), "{locked}");
    terminal.quit();
    assert!(asha.faults().is_empty() && bryn.faults().is_empty());
}

#[test]
fn what_is_wrong_with_the_folder_is_said_on_the_screen_and_nothing_is_lost() {
    let shared = tempfile::tempdir().expect("a folder");
    let folder = folder_in(shared.path());
    let (asha, other) = two_people(&folder);
    drop(other);
    let away = shared.path().join("away");
    fs::rename(&folder, &away).expect("moved");
    let mut terminal = on_the_vault_screen(&asha);
    terminal.wait_for("could not be read: it is not there");
    terminal.keys("s");
    terminal.wait_for("Which folder is the exchange in?");
    // A folder of other people is refused.
    let stranger = Home::with_vault();
    let theirs = shared.path().join("theirs");
    let theirs = theirs.to_str().expect("text");
    stranger.run(&[&["exchange", "init", theirs], &BRYN[..]].concat());
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys(theirs);
    terminal.press(&[Key::Enter]);
    terminal.wait_for("is another exchange");
    terminal.keys("s");
    terminal.wait_for("Which folder is the exchange in?");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("exchange");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("is not a whole path");
    terminal.keys("s");
    terminal.wait_for("Which folder is the exchange in?");
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys(away.to_str().expect("text"));
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Sent: 0 revisions.");
    // From now on it is looked for there.
    terminal.keys("s");
    terminal.wait_for("Sent: 0 revisions.");
    terminal.quit();
}
