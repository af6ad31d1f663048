//! A practitioner has two minutes before a call.

use std::{collections::BTreeSet, process::Command};

use base64::{Engine, engine::general_purpose::STANDARD};
use caseclinic::knowledge::Kind;

use crate::support::{Home, Key, Launch, Shot, words};

#[test]
fn a_newcomer_searches_filters_reads_follows_a_link_and_copies_a_citation() {
    let home = Home::new();
    let mut terminal = Launch::new(&home).go();
    terminal.wait_for(words::READY);
    terminal.wait_for(words::NO_VAULT);

    terminal.keys("sexting yr 9");
    terminal.wait_for("Sharing nudes");
    // Below each title stands its kind; narrowed, all of them say the same one.
    let all = terminal.screen();
    assert!(kinds(&all).len() > 1, "there is nothing to narrow\n{all}");
    terminal.press(&[Key::Tab]);
    terminal.wait_for("kind: ‹any›");
    terminal.press(&[Key::Right]);
    terminal.wait_until("rows of one kind", |shot| kinds(shot).len() == 1);
    terminal.press(&[Key::Left]);
    terminal.wait_until("rows of every kind again", |shot| kinds(shot) == kinds(&all));
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("kind: ‹any›");
    terminal.press(&[Key::Esc]);
    terminal.wait_until("the whole list", |shot| !shot.shows("sexting yr"));

    terminal.keys("first response");
    terminal.wait_until("the first hit", |shot| shot.focused().starts_with("First response"));
    terminal.press(&[Key::Enter]);
    terminal.wait_for("First response: what to do when you see or hear about it");

    // A number follows a link; Backspace comes back.
    terminal.press(&[Key::Tab]);
    // How much of the title fits depends on how far one has read.
    let is_first = |shot: &Shot| shot.rows[1].contains("First response: w");
    terminal.press(&[Key::Enter]);
    terminal.wait_until("another entry", |shot| !is_first(shot));
    terminal.press(&[Key::Backspace]);
    terminal.wait_until("the entry before", is_first);

    terminal.press(&[Key::Home]);
    terminal.keys("/child");
    terminal.wait_for(" 1 of ");
    terminal.press(&[Key::Enter]);
    terminal.keys("n");
    terminal.wait_for(" 2 of ");
    terminal.press(&[Key::Esc]);
    terminal.wait_gone(" 2 of ");

    terminal.press(&[Key::Ctrl('y')]);
    terminal.wait_for(words::COPIED);
    let copied = clipboard(&terminal.bytes());
    assert!(copied.starts_with("First response"), "{copied}");
    assert!(copied.contains("checked") || copied.contains("20"), "{copied}");

    terminal.press(&[Key::Esc]);
    terminal.wait_for("first response");
    terminal.quit();
    assert!(!home.vault_place().exists(), "looking something up makes no vault");
}

#[test]
fn results_can_be_limited_to_a_local_pack_and_footnotes_lead_to_sources() {
    let home = Home::new();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/northmoor");
    let added = Command::new(env!("CARGO_BIN_EXE_caseclinic"))
        .args(["pack", "add", example])
        .env("CASECLINIC_HOME", home.path())
        .output();
    assert!(added.expect("it runs").status.success());

    let mut terminal = Launch::new(&home).go();
    terminal.wait_for(words::READY);
    terminal.keys("referral");
    terminal.wait_for("Specialist HSB services");
    terminal.press(&[Key::BackTab]);
    terminal.wait_for("pack: ‹any›");
    terminal.press(&[Key::Left]);
    terminal.wait_gone("Specialist HSB services");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("Local version from Northmoor Safeguarding Partnership");
    terminal.wait_for("It replaces the built-in entry");

    terminal.keys("f");
    terminal.wait_for("[1] HSB pathway, version 4");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("back to the text");
    terminal.wait_gone("It replaces the built-in entry");
    terminal.press(&[Key::Esc]);
    terminal.wait_for("It replaces the built-in entry");

    terminal.keys("p");
    terminal.wait_for(words::COPIED);
    let copied = clipboard(&terminal.bytes());
    assert!(copied.starts_with("In Northmoor ring the duty desk the same day"), "{copied}");
    assert!(copied.contains("northmoor referral-pathways"), "{copied}");
    terminal.quit();
}

#[test]
fn help_and_the_palette_show_keys_that_work() {
    let home = Home::new();
    let mut terminal = Launch::new(&home).go();
    terminal.wait_for(words::READY);
    terminal.press(&[Key::F(1)]);
    terminal.wait_for("Read the selected entry");
    terminal.press(&[Key::Esc]);
    terminal.wait_gone("Read the selected entry");
    terminal.press(&[Key::Ctrl('p')]);
    terminal.keys("practice");
    // What is offered depends on where one is; going to the list of clinics always is.
    terminal.press(&[Key::Ctrl('u')]);
    terminal.keys("go to clin");
    terminal.wait_for("Go to Clinics");
    terminal.press(&[Key::Enter]);
    terminal.wait_for("There is no vault");
    terminal.quit();
}

/// The kinds that the rows of the list end with. The row of chips gives counts, and ends with one.
fn kinds(shot: &Shot) -> BTreeSet<&'static str> {
    // Below the title, or behind it.
    let begins = |kind: &&str| {
        let (below, behind) = (format!("{kind} · "), format!("  {kind} · "));
        let is_named = |row: &String| {
            row.trim_start_matches(['▌', ' ']).starts_with(&below) || row.contains(&behind)
        };
        shot.rows.iter().any(is_named)
    };
    Kind::ALL.iter().map(|kind| kind.name()).filter(begins).collect()
}

/// What the last OSC 52 put on the clipboard.
fn clipboard(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (_, after) = text.rsplit_once("\x1b]52;c;").expect("a clipboard sequence");
    let code: String =
        after.chars().take_while(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c)).collect();
    String::from_utf8(STANDARD.decode(code).expect("base64")).expect("text")
}
