//! Two windows on one vault at once: one writes, the other reads and says so.

use std::{thread, time::Duration};

use rand::Rng;

use crate::{
    part::{Case, Part, Tally},
    support::{Home, Key, Launch, Terminal, words},
};

/// What the header says in the window that only reads.
const READ_ONLY: &str = "read-only";
/// Windows opened at once.
const WINDOWS: usize = 2;

pub(crate) const PART: Part = Part {
    name: "windows",
    promise: "of two windows opened at once one writes; the other reads and says so",
    unit: "pairs",
    timed: "",
    short: 4,
    full: 200,
    abreast: 4,
    hindrance: || None,
    case: one,
};

fn one(case: &mut Case) -> Tally {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "kept before");
    let mut windows: Vec<Terminal> = (0..WINDOWS)
        .map(|_| {
            let window =
                Launch::new(&home).size(120, 30).args(&["clinic", "resume"]).unlocked().go();
            thread::sleep(Duration::from_millis(case.chance.gen_range(0..60)));
            window
        })
        .collect();
    let reads: Vec<bool> = windows
        .iter()
        .map(|window| {
            window.wait_for("HERON-42");
            window.wait_for(words::VAULT_OPEN).rows[0].contains(READ_ONLY)
        })
        .collect();
    let readers = reads.iter().filter(|only| **only).count();
    assert_eq!(readers, WINDOWS - 1, "not one writer: {reads:?}");
    let (mut writer, mut reader) = {
        let second = windows.pop().expect("two windows");
        let first = windows.pop().expect("two windows");
        if reads[0] { (second, first) } else { (first, second) }
    };
    // The one writes; the other sees the note and can't.
    writer.press(&[Key::Enter]);
    // The list shows the question too.
    writer.wait_for(words::GROUND_RULES);
    writer.write(words::QUESTION, "written by the one");
    writer.wait_saved();
    reader.press(&[Key::Enter]);
    reader.settle(Duration::from_millis(100));
    reader.keys("typed in the other");
    let shot = reader.settle(Duration::from_millis(100));
    assert!(!shot.shows(words::NOT_SAVED) && !shot.shows(words::SAVED), "{shot}");
    // Whoever writes is gone: the next window may.
    writer.kill_9();
    let next = Launch::new(&home).size(120, 30).args(&["clinic", "resume"]).unlocked().go();
    let shot = next.wait_for(words::VAULT_OPEN);
    assert!(!shot.rows[0].contains(READ_ONLY), "nobody writes, and this one can't\n{shot}");
    drop((next, reader));
    assert!(home.faults().is_empty(), "{:?}", home.faults());
    let note = home.note("HERON-42").expect("the note opens");
    assert!(note.contains("written by the one") && !note.contains("typed in the other"), "{note}");
    Tally::of(1)
}
