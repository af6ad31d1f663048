//! Windows of every small size, and windows that never keep still: no panic, and everything is
//! there again in a window that is large enough.

use std::{fs, time::Duration};

use rand::{Rng, seq::SliceRandom};
use rustix::process::Pid;

use crate::{
    part::{Case, Part, Tally},
    support::{Home, Key, Launch, Terminal, words},
};

/// Small sizes: up to so many columns and rows.
const SMALL: (u16, u16) = (20, 10);
/// Sizes without a pause, for each screen: every day, and for the figure.
const STORM: [usize; 2] = [60, 2_000];
/// Small sizes, for each screen, every day.
const FEW: usize = 16;
/// Nothing more is drawn for so long.
const QUIET: Duration = Duration::from_millis(8);
/// Memory after all that, in pages of the system: 80 MB.
const MAX_PAGES: usize = 20_000;

/// What is on the screen meanwhile: how to come there, and a text in it.
type Place = (&'static str, fn(&mut Terminal), &'static str);

const PLACES: [Place; 5] = [
    ("search", |terminal| terminal.keys("consent"), "consent"),
    ("reader", read, "consent"),
    ("clinic", practise, words::IN_DANGER),
    ("help", |terminal| terminal.press(&[Key::F(1)]), "F1"),
    ("formats", formats, words::FORMATS),
];

pub(crate) const PART: Part = Part {
    name: "sizes",
    promise: "no size of the window and no storm of sizes makes it panic or forget",
    unit: "sizes",
    timed: "",
    short: PLACES.len(),
    full: PLACES.len(),
    abreast: 3,
    hindrance: || None,
    case: one,
};

fn read(terminal: &mut Terminal) {
    terminal.keys("consent");
    terminal.settle(Duration::from_millis(150));
    terminal.press(&[Key::Enter]);
}

fn practise(terminal: &mut Terminal) {
    terminal.press(&[Key::F(3), Key::Ctrl('t')]);
    terminal.wait_for("Which meeting do you want to practise?");
    terminal.press(&[Key::Enter]);
}

fn formats(terminal: &mut Terminal) {
    terminal.press(&[Key::Ctrl('n')]);
}

fn one(case: &mut Case) -> Tally {
    let (name, go, text) = PLACES[case.index % PLACES.len()];
    let home = Home::with_vault();
    let mut terminal = Launch::new(&home).go();
    terminal.wait_for(words::READY);
    go(&mut terminal);
    terminal.wait_for(text);
    terminal.settle(Duration::from_millis(100));

    let mut sizes: Vec<(u16, u16)> =
        (0..=SMALL.0).flat_map(|columns| (0..=SMALL.1).map(move |rows| (columns, rows))).collect();
    sizes.shuffle(&mut case.chance);
    if !case.full {
        // The very smallest are always among them.
        sizes.truncate(FEW);
        sizes.extend([(0, 0), (1, 0), (0, 1), (1, 1)]);
    }
    let mut tally = Tally::of(sizes.len());
    for (columns, rows) in sizes {
        terminal.resize(columns, rows);
        terminal.settle(QUIET);
        assert!(terminal.runs(), "{name}: it ended at {columns}x{rows}");
    }
    let storm = STORM[usize::from(case.full)];
    for _ in 0..storm {
        let (columns, rows) = (case.chance.gen_range(0..220), case.chance.gen_range(0..70));
        terminal.resize(columns, rows);
        if case.chance.gen_ratio(1, 4) {
            // Only keys that lead nowhere else, so that the screen is still the same.
            terminal.press(&[Key::Ctrl('l')]);
        }
    }
    tally.tried += storm;
    terminal.resize(80, 24);
    let shot = terminal
        .wait_until("the same screen as before", |shot| shot.shows(text) && shot.rows.len() == 24);
    assert!(!shot.shows(words::LARGER), "{name}: {shot}");
    let pages = pages(terminal.pid());
    assert!(pages <= MAX_PAGES, "{name}: {pages} pages of memory");
    terminal.quit();
    tally
}

/// Pages of memory that a process holds of its own.
fn pages(pid: Pid) -> usize {
    let path = format!("/proc/{}/statm", pid.as_raw_nonzero());
    let Ok(text) = fs::read_to_string(path) else { return 0 };
    text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0)
}
