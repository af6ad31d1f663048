//! How long it takes to look through a long note while somebody types: possible identifiers and
//! words that call for others in 60 KB of text. Median and slowest of many rounds.
//!
//! `cargo bench --bench text`

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use caseclinic::text::{
    identifiers::{NamesToAvoid, find_identifiers},
    wording::Wording,
};

const ROUNDS: usize = 200;
const BYTES: usize = 60 * 1024;
/// A note as people write it, with something to find in every part.
const PART: &str = "Child A, aged 12, was seen in the playground at 12:40 by the lunchtime \
    supervisor. It was “just a game”, he said, and the younger pupil did not want to talk. HERON-42 \
    was opened on 14/11/2026 and reviewed on 3 December 2026 with 6 of 6 present. Mother (07700 \
    900123, LS1 4AP) said boys will be boys; Zoë put herself at risk, somebody wrote. Born 3 May \
    2012, NHS 943 476 5919, see https://www.gov.uk/guidance and mail to j.smith@example.sch.uk. \
    Staff were calm, told both children what happens next, and agreed who stays with whom.\n\n";

fn main() {
    let text: String = PART.chars().cycle().take(BYTES).collect();
    let avoid = NamesToAvoid::new(["Zoë", "Tom Brown", "St Mark's", "Hill Street"]);
    let today = jiff::civil::date(2026, 11, 22);
    let wording = Wording::bundled();
    println!("{} KB", text.len() / 1024);
    report("possible identifiers", || find_identifiers(black_box(&text), &avoid, today).len());
    report("words that call for others", || wording.find(black_box(&text)).len());
}

fn report(what: &str, mut work: impl FnMut() -> usize) {
    let mut found = 0;
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            found = work();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let (median, slowest) = (times[ROUNDS / 2], times[ROUNDS - 1]);
    println!("{what:28} {median:>10.1?} median {slowest:>10.1?} slowest {found:>6} found");
}
