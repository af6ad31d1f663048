//! The kill proof: a clinic is typed at about sixty characters a second and the program is killed
//! at a random moment. What was said to be saved is there, and at most two seconds of typing are
//! missing.
//!
//! `CASECLINIC_KILLS=100 cargo test --release --test kill -- --nocapture` is the long form;
//! `CASECLINIC_SEED` repeats a run.

use std::{
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};

mod support;

use support::{Home, Key, Launch, Shot, Terminal, words};

/// Kills in the short form.
const FEW: usize = 8;
/// As many clinics are typed into, one after the other, before a new one is begun.
const KILLS_PER_CLINIC: usize = 5;
/// Between two keys: about sixty a second.
const BETWEEN_KEYS: Duration = Duration::from_micros(16_600);
/// The most typing that may be missing.
const MOST_LOST: Duration = Duration::from_secs(2);
/// Fields to type into, by stage: text of many lines, which takes every character as it comes.
const FIELDS: [(usize, &str); 7] = [
    (0, words::QUESTION),
    (0, words::UNDERSTAND),
    (1, words::WHY_NOW),
    (1, words::TRIED),
    (1, words::GOING_WELL),
    (2, words::WHAT_HAPPENED),
    (3, words::NOT_KNOWN),
];

/// What one kill showed.
struct Outcome {
    typed: usize,
    acknowledged: usize,
    kept: usize,
    lost: Duration,
}

#[test]
fn killed_at_any_moment_nothing_said_to_be_saved_is_lost() {
    let number = |name| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let kills = number("CASECLINIC_KILLS").map_or(FEW, |kills| kills as usize);
    let seed = number("CASECLINIC_SEED").unwrap_or_else(rand::random);
    println!("seed {seed}, {kills} kills");
    let mut chance = StdRng::seed_from_u64(seed);
    let home = Home::with_vault();
    let mut outcomes = Vec::new();
    let mut case_key = None;
    let mut words_typed = 0;
    for kill in 0..kills {
        if kill % KILLS_PER_CLINIC == 0 {
            (case_key, words_typed) = (None, 0);
        }
        let outcome = one_kill(&home, &mut case_key, &mut words_typed, &mut chance);
        let context = format!("seed {seed}, kill {kill}");
        assert!(
            outcome.kept >= outcome.acknowledged,
            "{context}: word {} was on screen as saved, word {} is the last one kept",
            outcome.acknowledged,
            outcome.kept
        );
        assert!(outcome.lost <= MOST_LOST, "{context}: {:?} of typing are lost", outcome.lost);
        outcomes.push(outcome);
    }
    report(&outcomes);
}

/// Types, kills, opens what is left. `words_typed` is the number of the last word that was kept.
fn one_kill(
    home: &Home,
    case_key: &mut Option<String>,
    words_typed: &mut usize,
    chance: &mut StdRng,
) -> Outcome {
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
    let launch = Launch::new(home).unlocked().watched(Box::new(watcher));
    let mut terminal = match case_key {
        Some(key) => launch.args(&["clinic", "resume", key]).go(),
        None => launch.args(&["clinic", "new"]).go(),
    };
    terminal.wait_for("/9 ");
    let key = case_key.get_or_insert_with(|| terminal.case_key()).clone();
    // Back to the first stage, whatever the last one was.
    for _ in 0..4 {
        terminal.press(&[Key::PageUp]);
    }
    let open = terminal.wait_for(words::STAGES[0]);
    // Choosing what is chosen already takes it back.
    if !open.shows("(•) No") {
        terminal.choose(words::IN_DANGER, "2");
    }
    *typing.lock().expect("no poison") = true;

    let begun = Instant::now();
    let until = Duration::from_millis(chance.gen_range(300..6000));
    let mut written = Vec::new();
    let mut stage = 0;
    'fields: for (its_stage, label) in FIELDS {
        while stage < its_stage {
            stage += 1;
            terminal.press(&[Key::PageDown]);
            // The gate of the third stage is open: something is written there before it is left.
            terminal.wait_for(words::STAGES[stage]);
        }
        terminal.go_to(label);
        terminal.press(&[Key::Ctrl('e')]);
        for _ in 0..chance.gen_range(3..10) {
            let number = *words_typed + written.len() + 1;
            for c in format!("w{number:05}. ").chars() {
                terminal.keys(c.encode_utf8(&mut [0; 4]));
                thread::sleep(BETWEEN_KEYS);
                if begun.elapsed() >= until {
                    break 'fields;
                }
            }
            written.push(Instant::now());
        }
    }
    terminal.kill_9();
    let killed = Instant::now();
    let kept = check(home, &key, *words_typed, written.len(), &mut terminal);
    if kept == 0 && !home.case_keys().contains(&key) {
        // Killed before the first save: there is nothing to resume.
        *case_key = None;
    }
    let typed = *words_typed + written.len();
    let first_lost = kept.saturating_sub(*words_typed);
    let lost = written.get(first_lost).map_or(Duration::ZERO, |at| killed.duration_since(*at));
    *words_typed = kept;
    Outcome { typed, acknowledged: acknowledged.load(Ordering::SeqCst), kept, lost }
}

/// The number of the last whole word that was kept; everything before it must be there too.
fn check(home: &Home, key: &str, before: usize, added: usize, terminal: &mut Terminal) -> usize {
    let faults = home.faults();
    assert!(faults.is_empty(), "the vault does not open clean: {faults:?}");
    if !home.case_keys().iter().any(|kept| kept == key) {
        assert_eq!(before, 0, "{key} is gone\n{}", terminal.screen());
        return 0;
    }
    let note = home.note(key).expect("the note opens");
    let kept: Vec<usize> = (1..=before + added).filter(|n| note.contains(&word(*n))).collect();
    let last = kept.last().copied().unwrap_or(0);
    assert_eq!(kept, (1..=last).collect::<Vec<_>>(), "words are missing in the middle\n{note}");
    assert!(last >= before, "words of before the last kill are gone\n{note}");
    last
}

fn word(number: usize) -> String {
    format!("w{number:05}.")
}

/// The number of the last whole word in a row of the screen.
fn last_word(row: &str) -> Option<usize> {
    row.split_whitespace()
        .filter_map(|word| {
            word.trim_start_matches('▌').strip_prefix('w')?.strip_suffix('.')?.parse().ok()
        })
        .max()
}

fn report(outcomes: &[Outcome]) {
    let count = outcomes.len();
    let mut lost: Vec<Duration> = outcomes.iter().map(|outcome| outcome.lost).collect();
    lost.sort();
    let typed: usize = outcomes.iter().map(|one| one.typed).sum();
    let saved = outcomes.iter().filter(|one| one.acknowledged > 0).count();
    println!("kills                            {count}");
    println!("opened clean                     {count} of {count}");
    println!("with a save seen on screen       {saved}");
    println!("saves seen on screen that were lost  0");
    println!("words on screen at the kills     {typed}");
    println!("typing lost: median {:?}, longest {:?}", lost[count / 2], lost[count - 1]);
}
