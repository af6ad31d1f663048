//! Whatever bytes come as an entry, a template, a query, a note or keys: nothing panics, and what
//! is refused is refused with a word.
//!
//! The suite feeds a few hundred inputs to each, made from real files by random changes.
//! `CASECLINIC_INPUTS=10000000 cargo test --release --test content inputs -- --nocapture` feeds as many as
//! it says (of keys that many keys, some hundred in a row) and prints how many were taken and the
//! longest time any took; `CASECLINIC_SEED` repeats a run. With a nightly
//! compiler, `cargo +nightly fuzz run template` (in the root folder) looks for new paths by itself.

use std::{
    env, fs,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Duration,
};

use caseclinic::clinic::{BundledTemplate, bundled_templates, practice_session, to_document};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use rustix::time::{ClockId, clock_gettime};

#[path = "../../fuzz/inputs.rs"]
mod targets;

/// Inputs of the short form; of those that take long a part.
const FEW: u64 = 240;
/// Between two words of a long run about how far it has come.
const MARK: u64 = 1_000_000;
/// Bytes of one input at most.
const LONGEST: usize = 64 * 1024;
/// What files of ours are made of, and what may trip a reader.
const WORDS: [&str; 30] = [
    "+++\n",
    "\"",
    "\"\"\"",
    "'''",
    "[[",
    "]]",
    "= ",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[2J",
    "é",
    "👩‍👧",
    "-",
    "\"a\" b",
    "kind:",
    "9999999999999999999999",
    "-1",
    "1e400",
    "nan",
    "2026-13-45",
    "type = \"",
    "enable_when = [",
    "[[stage]]\n",
    "[[stage.item]]\n",
    "id = \"",
    "{ en = \"",
    "minutes = ",
];

#[test]
fn any_text_of_an_entry_is_read_or_refused_with_a_reason() {
    feed("front_matter", &["knowledge"], FEW, targets::front_matter);
}

#[test]
fn any_text_of_a_template_is_refused_with_a_reason_or_can_be_walked_through() {
    feed("template", &["clinic_templates"], FEW / 4, targets::template);
}

#[test]
fn any_query_is_answered() {
    feed("query", &[], FEW / 2, targets::query);
}

#[test]
fn any_text_of_a_note_is_refused_or_shown_without_a_control_character() {
    feed("note", &[], FEW / 4, targets::note);
}

#[test]
fn any_keys_leave_a_screen_that_can_be_drawn() {
    feed("keys", &[], FEW * 10, targets::keys);
}

/// Feeds inputs made from the corpus of `name` and the files in `folders`.
fn feed(name: &str, folders: &[&str], few: u64, take: fn(&[u8]) -> bool) {
    let number = |name| env::var(name).ok().map(|n| n.parse().expect("a number"));
    let asked = number("CASECLINIC_INPUTS");
    let count = asked.unwrap_or(few);
    // The few of the suite are the same every time: it must not fail by chance.
    let usual = || if asked.is_some() { rand::thread_rng().r#gen() } else { 1 };
    let seed = number("CASECLINIC_SEED").unwrap_or_else(usual);
    println!("{name}: CASECLINIC_SEED={seed}");
    let seeds = seeds(name, folders);
    for seed in &seeds {
        take(seed);
    }
    let mut dice = StdRng::seed_from_u64(seed);
    let mut longest = (Duration::ZERO, 0);
    let (mut fed, mut taken, mut rounds) = (0, 0, 0);
    while fed < count {
        let input = changed(&seeds, &mut dice);
        let begun = processor_time();
        match catch_unwind(AssertUnwindSafe(|| take(&input))) {
            Ok(was_taken) => taken += u64::from(was_taken),
            Err(_) => {
                let kept = env::temp_dir().join(format!("caseclinic-input-{name}-{seed}-{rounds}"));
                fs::write(&kept, &input).expect("a temporary file");
                panic!("{name}: input {rounds} of seed {seed}, kept as {}", kept.display());
            }
        }
        longest = longest.max((processor_time().saturating_sub(begun), rounds));
        let marked = fed / MARK;
        rounds += 1;
        fed += if name == "keys" { keys_in(&input) } else { 1 };
        if fed / MARK > marked || fed >= count {
            let (time, at) = longest;
            println!(
                "{name}: {fed} fed in {rounds} inputs, {taken} taken, the longest {time:.1?} ({at})"
            );
        }
    }
}

/// Processor time of this thread so far: who else uses the machine counts for nothing.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The corpus of `name` and the files in `folders`.
fn seeds(name: &str, folders: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = root.join("fuzz/corpus").join(name);
    let mut seeds = files(&corpus);
    assert!(!seeds.is_empty(), "{} is empty", corpus.display());
    seeds.extend(folders.iter().flat_map(|folder| files(&root.join(folder))));
    if name == "note" {
        seeds.extend(bundled_templates().iter().map(worked_note));
    }
    seeds
}

/// Keys read from an input of keys.
fn keys_in(input: &[u8]) -> u64 {
    input.len().div_ceil(2).min(targets::KEYS_HEARD) as u64
}

/// The worked example of a template, as the text that is sealed.
fn worked_note(bundled: &BundledTemplate) -> Vec<u8> {
    let template = bundled.parse().expect("it is sound");
    let now = Timestamp::from_second(1_795_000_000).expect("a time");
    let case = practice_session(&template, bundled.example_file, bundled.example, now);
    to_document(&case.expect("its example fits")).into_bytes()
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

/// One of the seeds with a few random changes; more often a short one, where a change tells more.
fn changed(seeds: &[Vec<u8>], dice: &mut StdRng) -> Vec<u8> {
    let drawn = [0; 3].map(|_| seeds.choose(dice).expect("there are some"));
    let mut input = drawn.into_iter().min_by_key(|seed| seed.len()).expect("three").clone();
    for _ in 0..dice.gen_range(1..6) {
        let at = dice.gen_range(0..=input.len());
        let to = (at + dice.gen_range(0..64)).min(input.len());
        match dice.gen_range(0..12) {
            0 if at < input.len() => input[at] ^= 1 << dice.gen_range(0..8),
            1 => drop(input.drain(at..to)),
            2 => {
                let part = input[at..to].to_vec();
                let to = dice.gen_range(0..=input.len());
                input.splice(to..to, part);
            }
            3 => {
                let word = WORDS.choose(dice).expect("there are some");
                input.splice(at..at, word.bytes());
            }
            4 => {
                let other = seeds.choose(dice).expect("there are some");
                let from = dice.gen_range(0..=other.len());
                let end = (from + dice.gen_range(0..256)).min(other.len());
                input.splice(at..at, other[from..end].iter().copied());
            }
            5 => input.truncate(at),
            // Whole lines and single values, so that more than the first syntax error is reached.
            6 | 7 => drop(input.drain(line_at(&input, at))),
            8 | 9 => {
                let from = line_at(&input, dice.gen_range(0..=input.len()));
                let line = input[from].to_vec();
                let to = line_at(&input, at).start;
                input.splice(to..to, line);
            }
            10 => {
                let digit = input.iter().skip(at).position(u8::is_ascii_digit);
                if let Some(digit) = digit {
                    input[at + digit] = dice.gen_range(b'0'..=b'9');
                }
            }
            _ => {
                let word =
                    WORDS.choose(dice).expect("there are some").repeat(dice.gen_range(1..60));
                input.splice(at..to, word.bytes());
            }
        }
    }
    input.truncate(LONGEST);
    input
}

/// The line that holds the byte at `at`, its end included.
fn line_at(input: &[u8], at: usize) -> Range<usize> {
    let start = input[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let length = input[start..].iter().position(|byte| *byte == b'\n').map_or(0, |n| n + 1);
    let end = if length == 0 { input.len() } else { start + length };
    start..end
}
