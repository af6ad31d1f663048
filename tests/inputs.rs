//! Whatever bytes come as an entry, a template, a query, a note or keys: nothing panics, and what
//! is refused is refused with a word.
//!
//! The suite feeds a few hundred inputs to each, made from real files by random changes.
//! `CASECLINIC_INPUTS=10000000 cargo test --release --test inputs -- --nocapture` feeds as many as
//! it says and prints the longest time any took; `CASECLINIC_SEED` repeats a run. With a nightly
//! compiler, `cargo +nightly fuzz run template` (in the root folder) looks for new paths by itself.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::{Duration, Instant},
};

use caseclinic::clinic::{BundledTemplate, bundled_templates, practice_session, to_document};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

#[path = "../fuzz/inputs.rs"]
mod inputs;

/// Inputs of the short form; of those that take long a part.
const FEW: u64 = 240;
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
fn any_text_of_an_entry_is_read_or_refused_with_a_word() {
    feed("front_matter", &["knowledge"], FEW, inputs::front_matter);
}

#[test]
fn any_text_of_a_template_is_refused_with_a_word_or_can_be_walked_through() {
    feed("template", &["clinic_templates"], FEW / 4, inputs::template);
}

#[test]
fn any_query_is_answered() {
    feed("query", &[], FEW / 2, inputs::query);
}

#[test]
fn any_text_of_a_note_is_refused_or_shown_without_a_control_character() {
    feed("note", &[], FEW / 4, inputs::note);
}

#[test]
fn any_keys_leave_a_screen_that_can_be_drawn() {
    feed("keys", &[], FEW / 12, inputs::keys);
}

/// Feeds inputs made from the corpus of `name` and the files in `folders`.
fn feed(name: &str, folders: &[&str], few: u64, take: fn(&[u8])) {
    let count = env::var("CASECLINIC_INPUTS").map_or(few, |n| n.parse().expect("a number"));
    let seed = env::var("CASECLINIC_SEED")
        .map_or_else(|_| rand::thread_rng().r#gen(), |n| n.parse().expect("a number"));
    println!("{name}: CASECLINIC_SEED={seed}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = root.join("fuzz/corpus").join(name);
    let mut seeds = files(&corpus);
    assert!(!seeds.is_empty(), "{} is empty", corpus.display());
    seeds.extend(folders.iter().flat_map(|folder| files(&root.join(folder))));
    if name == "note" {
        seeds.extend(bundled_templates().iter().map(worked_note));
    }
    let mut dice = StdRng::seed_from_u64(seed);
    let mut longest = (Duration::ZERO, 0);
    for seed in &seeds {
        take(seed);
    }
    for at in 0..count {
        let input = changed(&seeds, &mut dice);
        let begun = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| take(&input))).is_err() {
            let kept = env::temp_dir().join(format!("caseclinic-input-{name}-{seed}-{at}"));
            fs::write(&kept, &input).expect("a temporary file");
            panic!("{name}: input {at} of seed {seed}, kept as {}", kept.display());
        }
        longest = longest.max((begun.elapsed(), at));
    }
    println!("{name}: {count} inputs, the longest took {:.1?} (number {})", longest.0, longest.1);
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

/// One of the seeds with a few random changes.
fn changed(seeds: &[Vec<u8>], dice: &mut StdRng) -> Vec<u8> {
    let mut input = seeds.choose(dice).expect("there are some").clone();
    for _ in 0..dice.gen_range(1..8) {
        let at = dice.gen_range(0..=input.len());
        let to = (at + dice.gen_range(0..64)).min(input.len());
        match dice.gen_range(0..7) {
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
