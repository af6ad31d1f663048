//! A partnership that exchanges its notes for a while: how large its folder becomes, how long one
//! person's sync of a day takes, and how long somebody waits who takes in all of it at once.
//!
//! `cargo bench --bench exchange`, or another partnership (`-- --homes 200 --notes 30000 --days 365`,
//! which is `cargo xtask exchange-sim`). Every home is a vault of its own, with real keys and real
//! files. One folder stands for all copies of it. The vaults of those who write lie in memory where
//! that can be had; the folder and the vaults that are measured lie on the disk. A goal that was missed
//! makes the exit code 1.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use caseclinic::{
    clinic::{Event, Session, Slot, Value, apply, bundled_template, to_document},
    exchange::{Exchange, Received, init, join},
    vault::{NoteHead, NoteId, Strength, Vault},
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

/// Bytes that people typed in one note.
const WRITTEN: usize = 5 << 10;
/// Rows of the table.
const ROWS: usize = 10;
/// Who is measured: the steward, who syncs every day, and somebody who syncs once, at the end.
const DAILY: usize = 0;
const LATE: usize = 1;
/// Days that are timed for one row.
const TIMED: usize = 5;

struct Plan {
    homes: usize,
    notes: usize,
    days: usize,
}

impl Plan {
    fn read() -> Result<Self, String> {
        let mut plan = Self { homes: 200, notes: 10_000, days: 100 };
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let target = match word.as_str() {
                "--homes" => &mut plan.homes,
                "--notes" => &mut plan.notes,
                "--days" => &mut plan.days,
                _ => return Err(format!("{word} is not known: --homes, --notes, --days.")),
            };
            let number = words.next().and_then(|text| text.parse().ok());
            *target =
                number.filter(|number| *number > 0).ok_or(format!("{word} needs a number."))?;
        }
        if plan.homes < 4 {
            return Err("At least four homes: two write, two are measured.".to_owned());
        }
        Ok(plan)
    }
}

struct Home {
    vault: Vault,
    /// Where the vault lies, for as long as it is used.
    home: TempDir,
}

fn main() -> ExitCode {
    let plan = match Plan::read() {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let Plan { homes: count, notes, days } = plan;
    let disk = tempfile::tempdir().expect("a temporary folder");
    let folder = disk.path().join("exchange");
    let begun = Instant::now();
    let homes: Vec<Home> = (0..count).map(new_home).collect();
    gather(&homes, &folder);
    println!("{count} people take part after {:.1?}", begun.elapsed());
    let text = note();
    println!(
        "\n{:>5}{:>8}{:>9}{:>11}{:>13}{:>13}{:>13}",
        "day", "notes", "files", "MB", "sync, ms", "list, ms", "kept, MB"
    );
    let mut next = 0;
    let (mut times, mut posting) = (Vec::new(), Vec::new());
    for day in 1..=days {
        let until = notes * day / days;
        posting.extend(write_notes(&homes, &folder, (next, until), &text, noon(day)));
        next = until;
        times.push(timed(|| sync(&homes[DAILY].vault, &folder, noon(day))));
        let row = days.div_ceil(ROWS);
        if day % row == 0 || day == days {
            times = times.split_off(times.len().saturating_sub(TIMED));
            let listing = timed(|| {
                let received = Received::load(&homes[DAILY].vault).expect("loads").expect("there");
                assert_eq!(received.notes().len(), next);
            });
            let (files, bytes) = size(&folder);
            let kept = size(&kept(&homes[DAILY])).1;
            println!(
                "{day:>5}{next:>8}{files:>9}{:>11.1}{:>13}{:>13}{:>13.1}",
                mega(bytes),
                median(&mut times).as_millis(),
                listing.as_millis(),
                mega(kept)
            );
        }
    }
    let mut met = true;
    let mut line = |what: &str, took: Duration, goal: Option<Duration>| {
        let verdict = goal.map_or(String::new(), |goal| {
            met &= took <= goal;
            format!("  goal {goal:.0?} {}", if took <= goal { "met" } else { "MISSED" })
        });
        println!("{what:<58}{took:>10.1?}{verdict}");
    };
    println!();
    // The goals are for these sizes.
    let of_posting = (count >= 200).then_some(Duration::from_millis(100));
    let of_late = (notes <= 10_000).then_some(Duration::from_secs(60));
    let what = format!("a note signed, encrypted for {} and posted, median", count - 1);
    line(&what, median(&mut posting), of_posting);
    let late = timed(|| sync(&homes[LATE].vault, &folder, noon(days)));
    line(&format!("{notes} posts taken in at once"), late, of_late);
    let received = Received::load(&homes[LATE].vault).expect("loads").expect("there");
    assert_eq!(received.notes().len(), notes, "all of them are there");
    let again = timed(|| sync(&homes[LATE].vault, &folder, noon(days)));
    line("a sync with nothing new", again, None);
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn new_home(number: usize) -> Home {
    let memory = Path::new("/dev/shm");
    let is_measured = number == DAILY || number == LATE;
    let made = if is_measured || !memory.is_dir() {
        tempfile::tempdir()
    } else {
        tempfile::tempdir_in(memory)
    };
    let home = made.expect("a temporary folder");
    let place = home.path().join("vault");
    let made = Vault::create(&place, &"correct horse battery".into(), Strength::WEAK_FOR_TESTS);
    Home { vault: made.expect("a new vault").0, home }
}

/// Everybody asks to take part, is added, and hears of the others.
fn gather(homes: &[Home], folder: &Path) {
    let name = |number: usize| format!("Person {number}");
    let agency = |number: usize| format!("Agency {}", number / 10);
    init(&homes[DAILY].vault, folder, (&name(0), &agency(0), "lead"), noon(0)).expect("begins");
    for (number, home) in homes.iter().enumerate().skip(1) {
        join(&home.vault, folder, (&name(number), &agency(number), "practitioner")).expect("asks");
    }
    let mut exchange = Exchange::open(&homes[DAILY].vault, folder).expect("opens");
    for number in 1..homes.len() {
        exchange.add(&name(number), false, noon(0)).expect("adds");
    }
    drop(exchange);
    in_parallel(homes, |_, home| sync(&home.vault, folder, noon(0)));
}

/// Completes and posts these notes, each at the home whose turn it is. Returns how long each posting
/// took.
fn write_notes(
    homes: &[Home],
    folder: &Path,
    (from, until): (usize, usize),
    text: &str,
    now: Timestamp,
) -> Vec<Duration> {
    let writers = homes.len() - 2;
    let due = |home: usize| (from..until).filter(move |note| note % writers + 2 == home);
    in_parallel(homes, |number, home| {
        for note in due(number) {
            home.vault.complete(NoteId::random(), &head(note, now), text).expect("completes");
        }
        if due(number).next().is_none() {
            return Vec::new();
        }
        let mut exchange = Exchange::open(&home.vault, folder).expect("opens");
        let outbox = exchange.outbox(false).expect("an outbox");
        let posts = outbox.notes.len();
        let took = timed(|| _ = exchange.send(outbox, now).expect("sends"));
        vec![took / u32::try_from(posts.max(1)).expect("few"); posts]
    })
    .into_iter()
    .flatten()
    .collect()
}

fn in_parallel<T: Send>(homes: &[Home], work: impl Fn(usize, &Home) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = homes.len().div_ceil(threads);
    let numbered: Vec<(usize, &Home)> = homes.iter().enumerate().collect();
    thread::scope(|scope| {
        let running: Vec<_> = numbered
            .chunks(share)
            .map(|some| {
                let work = &work;
                scope.spawn(move || {
                    some.iter().map(|(at, home)| work(*at, home)).collect::<Vec<_>>()
                })
            })
            .collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

fn sync(vault: &Vault, folder: &Path, now: Timestamp) {
    let mut exchange = Exchange::open(vault, folder).expect("opens");
    let intake = exchange.take_in().expect("takes in");
    assert!(intake.findings.is_empty(), "{:?}", intake.findings.first());
    let outbox = exchange.outbox(false).expect("an outbox");
    exchange.send(outbox, now).expect("sends");
}

/// A clinic in which a text of this length was written.
fn note() -> String {
    let template = bundled_template("peer-case-clinic").expect("bundled");
    let template = template.parse().expect("it is sound");
    let now = noon(0);
    let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-1", false, now);
    let words = "what people said about it in this meeting ";
    let text = words.repeat(WRITTEN / words.len());
    apply(
        &mut session,
        Event::Answered { slot: Slot::once("key_question"), value: Some(Value::Text(text)) },
        now,
    )
    .expect("answered");
    to_document(&session)
}

fn head(number: usize, now: Timestamp) -> NoteHead {
    NoteHead {
        kind: "clinic".to_owned(),
        case_key: format!("HERON-{number}"),
        title: "Peer case clinic".to_owned(),
        template: "peer-case-clinic 1.0.0".to_owned(),
        stage: "9/9 Agreed".to_owned(),
        status: "completed".to_owned(),
        created: now,
        updated: now,
        next_review: None,
        shared_with: Vec::new(),
        question: None,
    }
}

fn noon(day: usize) -> Timestamp {
    let hours = i64::try_from(day * 24 + 12).expect("a day of a year");
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
}

/// Where a vault keeps what it sent and received.
fn kept(home: &Home) -> PathBuf {
    home.home.path().join("vault-exchange")
}

/// Files in a folder and all below it, and their bytes.
fn size(folder: &Path) -> (usize, u64) {
    let mut sum = (0, 0);
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let (files, bytes) = match entry.metadata().expect("read") {
            data if data.is_dir() => size(&entry.path()),
            data => (1, data.len()),
        };
        sum = (sum.0 + files, sum.1 + bytes);
    }
    sum
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}
