//! How long it takes to look through a long note while somebody types: possible identifiers and
//! words that call for others in 60 KB of text, all of it and behind one key in a field of a
//! clinic. Median and slowest of many rounds.
//!
//! `cargo bench --bench text`

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use caseclinic::{
    app::{ClinicScreen, Code, ControlKind, Key},
    clinic::{Session, bundled_template},
    text::{
        identifiers::{NamesToAvoid, find_identifiers},
        wording::Wording,
    },
};
use jiff::Timestamp;

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
    for (what, text) in [("a key", text.clone()), ("a key, one paragraph", text.replace('\n', " "))]
    {
        typing(what, &text);
    }
}

/// Letters typed into a field that is already that long, near its end.
fn typing(what: &str, text: &str) {
    let Some(Ok(template)) =
        bundled_template("peer-case-clinic").map(caseclinic::clinic::BundledTemplate::parse)
    else {
        return eprintln!("the template can't be read");
    };
    let now = Timestamp::now();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
    let mut screen = ClinicScreen::open(None, session, now);
    let is_long = |screen: &ClinicScreen| {
        let kind = screen.focused().map(|one| &one.kind);
        matches!(kind, Some(ControlKind::Text { one_line: false, .. }))
    };
    while !is_long(&screen) && screen.move_focus(true) {}
    screen.paste(text, now);
    for _ in 0..9 {
        screen.handle_key(Key::plain(Code::Up), 60, now);
    }
    for looks in [false, true] {
        let name = format!("{what}{}", if looks { ", looked at" } else { "" });
        report(&name, || {
            screen.handle_key(Key::char('x'), 60, now);
            if looks {
                screen.look_at_text(today);
            }
            usize::from(screen.is_typing())
        });
    }
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
