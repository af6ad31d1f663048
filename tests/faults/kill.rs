//! Killed while somebody types: what was said to be saved is there, and at most two seconds of
//! typing are missing.
//!
//! A clinic is typed at about sixty characters a second, through a pseudo terminal, and the program
//! is killed with `kill -9` at a random moment. A case is one clinic that is killed and resumed
//! several times.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rand::Rng;

use crate::{
    part::{Case, Part, Tally},
    support::{Home, Key, Launch, Shot, Terminal, words},
};

/// Kills of one clinic, one after the other.
const KILLS: usize = 4;
/// Between two keys: about sixty a second.
const BETWEEN_KEYS: Duration = Duration::from_micros(16_600);
/// The most typing that may be missing.
const MAX_LOST: Duration = Duration::from_secs(2);
/// When the kill comes, in milliseconds after the first key: every day, and for the figure.
const MOMENTS: [std::ops::Range<u64>; 2] = [300..3000, 300..6000];
/// Fields to type into, by stage: text of many lines, which takes every character as it comes.
const FIELDS: [(usize, &str); 7] = [
    (0, words::QUESTION),
    (1, words::WHY_NOW),
    (1, words::TRIED),
    (1, words::GOING_WELL),
    (1, words::UNDERSTAND),
    (2, words::WHAT_HAPPENED),
    (2, words::NOT_KNOWN),
];

pub(crate) const PART: Part = Part {
    name: "kill",
    promise: "killed at any moment, no save seen on screen is lost, and at most 2 s of typing",
    unit: "kills",
    timed: "typing lost",
    short: 2,
    full: 500,
    abreast: 4,
    hindrance: || None,
    case: one,
};

/// One clinic, as far as it has come.
struct Clinic {
    home: Home,
    key: Option<String>,
    /// The number of the last word that was kept.
    kept: usize,
}

fn one(case: &mut Case) -> Tally {
    let mut clinic = Clinic { home: Home::with_vault(), key: None, kept: 0 };
    let mut tally = Tally::default();
    for kill in 0..KILLS {
        let killed = clinic.type_and_kill(case);
        let Killed { acknowledged, kept, lost, typed } = killed;
        assert!(
            kept >= acknowledged,
            "kill {kill}: word {acknowledged} was on screen as saved, word {kept} is the last kept"
        );
        assert!(lost <= MAX_LOST, "kill {kill}: {lost:?} of typing are lost");
        tally.tried += 1;
        tally.took(lost);
        tally.count("kills with a save seen on screen before", usize::from(acknowledged > 0));
        tally.count("words typed", typed);
    }
    tally
}

/// What one kill showed.
struct Killed {
    typed: usize,
    acknowledged: usize,
    kept: usize,
    lost: Duration,
}

impl Clinic {
    fn type_and_kill(&mut self, case: &mut Case) -> Killed {
        let before = self.kept;
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let theirs = Arc::clone(&acknowledged);
        let typing = Arc::new(Mutex::new(false));
        let counts = Arc::clone(&typing);
        let watcher = move |shot: &Shot| {
            let title = shot.rows.get(1).map_or("", String::as_str);
            if *counts.lock().expect("no poison")
                && title.contains(words::SAVED)
                && !title.contains(words::NOT_SAVED)
            {
                let seen = shot.rows.iter().filter_map(|row| last_word(row)).max().unwrap_or(0);
                theirs.fetch_max(seen, Ordering::SeqCst);
            }
        };
        let launch = Launch::new(&self.home).unlocked().watched(Box::new(watcher));
        let mut terminal = match &self.key {
            Some(key) => launch.args(&["clinic", "resume", key]).go(),
            None => launch.args(&["clinic", "new"]).go(),
        };
        terminal.wait_for("needed answered");
        let key = self.key.get_or_insert_with(|| terminal.case_key()).clone();
        // Back to the first stage, whatever the last one was.
        for _ in 0..4 {
            terminal.press(&[Key::PageUp]);
        }
        let open = terminal.wait_for(words::STAGES[0]);
        // Choosing what is already chosen removes the choice.
        if !open.shows("(•) No") {
            terminal.choose(words::IN_DANGER, "2");
        }
        *typing.lock().expect("no poison") = true;

        let written = type_words(&mut terminal, before, case);
        terminal.kill_9();
        let killed = Instant::now();
        self.kept = self.check(&key, written.len(), &terminal);
        if self.kept == 0 && !self.home.case_keys().contains(&key) {
            // Killed before the first save: there is nothing to resume.
            self.key = None;
        }
        let first_lost = self.kept.saturating_sub(before);
        let lost = written.get(first_lost).map_or(Duration::ZERO, |at| killed.duration_since(*at));
        let acknowledged = acknowledged.load(Ordering::SeqCst);
        Killed { typed: written.len(), acknowledged, kept: self.kept, lost }
    }

    /// The number of the last whole word that was kept; everything before it must be there too.
    fn check(&self, key: &str, added: usize, terminal: &Terminal) -> usize {
        let faults = self.home.faults();
        assert!(faults.is_empty(), "the vault does not open clean: {faults:?}");
        let before = self.kept;
        if !self.home.case_keys().iter().any(|kept| kept == key) {
            assert_eq!(before, 0, "{key} is gone\n{}", terminal.screen());
            return 0;
        }
        let note = self.home.note(key).expect("the note opens");
        let kept: Vec<usize> = (1..=before + added).filter(|n| note.contains(&word(*n))).collect();
        let last = kept.last().copied().unwrap_or(0);
        assert_eq!(kept, (1..=last).collect::<Vec<_>>(), "words are missing in the middle\n{note}");
        assert!(last >= before, "words of before the last kill are gone\n{note}");
        last
    }
}

/// Types numbered words until the moment has come; answers with when each was typed.
fn type_words(terminal: &mut Terminal, before: usize, case: &mut Case) -> Vec<Instant> {
    let begun = Instant::now();
    let moments = MOMENTS[usize::from(case.full)].clone();
    let until = Duration::from_millis(case.chance.gen_range(moments));
    let mut written = Vec::new();
    let mut stage = 0;
    for (its_stage, label) in FIELDS {
        while stage < its_stage {
            stage += 1;
            terminal.press(&[Key::PageDown]);
            // The gate of the third stage is open: something is written there before it is left.
            terminal.wait_for(words::STAGES[stage]);
        }
        terminal.go_to(label);
        terminal.press(&[Key::Ctrl('e')]);
        for _ in 0..case.chance.gen_range(3..10) {
            let number = before + written.len() + 1;
            for c in format!("{} ", word(number)).chars() {
                terminal.keys(c.encode_utf8(&mut [0; 4]));
                thread::sleep(BETWEEN_KEYS);
                if begun.elapsed() >= until {
                    return written;
                }
            }
            written.push(Instant::now());
        }
    }
    written
}

fn word(number: usize) -> String {
    format!("w{number:05}.")
}

/// The number of the last whole word in a row of the screen.
fn last_word(row: &str) -> Option<usize> {
    row.split_whitespace()
        .filter_map(|word| word.strip_prefix('w')?.strip_suffix('.')?.parse().ok())
        .max()
}
