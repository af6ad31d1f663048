//! Random events, sensible and not, on every template: nothing breaks, nothing is lost, no gate
//! opens by itself, back is always possible, undo returns exactly, nothing unrevealed shows, and
//! a draft reaches any other version of its template whole.
//!
//! The suite plays 300 short sessions of each template, and looks at everything that can be told of
//! a session, and at its document, where each ends. For long sessions, looked at after every event,
//! with a document now and then and where they end:
//! `CASECLINIC_STORMS=10000 cargo test --release --lib clinic::engine::model_tests`

#![allow(clippy::print_stderr, reason = "a long run says how far it is")]

pub(crate) mod dice;
mod travel;
mod watch;

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use uuid::Uuid;

use super::*;
use crate::clinic::fixture::{Play, RICH, TEMPLATE};
use crate::clinic::{Template, bundled_templates, practice_session};

use dice::Dice;
use watch::Watch;

const SESSIONS: u32 = 300;
/// Of so many events looked at closely, one is followed by a document.
const SELDOM: usize = 16;
const VARIABLE: &str = "CASECLINIC_STORMS";

/// A template, its worked example, and how closely to look.
struct Format {
    template: Template,
    example: Option<Session>,
    closely: bool,
}

fn parsed(name: &str, text: &str) -> Template {
    Template::parse(name, text).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

/// A session to begin with: empty, with people, a worked example, or a follow-up.
fn begun(format: &Format, seed: u64) -> Play {
    let mut dice = Dice::new(seed);
    let mut play = Play::of(format.template.clone());
    if let Some(example) = format.example.as_ref().filter(|_| dice.one_in(2)) {
        play.session = example.clone();
    } else {
        let roles = &format.template.roles;
        for at in 0..if roles.is_empty() { 0 } else { dice.below(4) } {
            let role = dice.pick(roles).map_or(String::new(), |role| role.id.clone());
            play.did(Event::ParticipantAdded { role, label: format!("person {at}") });
        }
    }
    if dice.one_in(4) {
        let (template, id) = (format.template.clone(), Uuid::from_u128(1));
        play.session = Session::follow_up(template, id, &play.session, "revision 1", &[], play.now);
    }
    play
}

fn weather(format: &Format, seeds: &[u64]) -> Result<(), TestCaseError> {
    let mut play = begun(format, seeds.first().copied().unwrap_or_default());
    let mut watch = Watch::default();
    for (at, seed) in seeds.iter().enumerate() {
        let mut dice = Dice::new(*seed);
        play.now += SignedDuration::from_secs(dice.below(330) as i64 - 30);
        let event = dice::event(&play.session, &mut dice);
        let before = play.session.clone();
        let result = apply(&mut play.session, event.clone(), play.now);
        watch.see(&before, &event, &play.session, result.is_ok())?;
        let last = at + 1 == seeds.len();
        if format.closely || last {
            watch::look(&play.session, play.now)?;
            watch::members_read_the_same(&play.session)?;
        }
        // Writing and reading the whole template with it takes ten times as long as all the rest.
        if last || format.closely && dice.one_in(SELDOM) {
            watch::read_back(&play.session)?;
            travel::go(&play.session, &mut dice, play.now)?;
        }
    }
    Ok(())
}

/// Plays the sessions of a template, shared out among the processors.
fn storm(name: &str, template: Template, example: Option<Session>) {
    let cases: Option<u32> = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok());
    let format = &Format { template, example, closely: cases.is_some() };
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u32);
    let share = cases.unwrap_or(SESSIONS).div_ceil(threads);
    let began = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| play_share(name, format, share));
        }
    });
    if format.closely {
        let (sessions, seconds) = (share * threads, began.elapsed().as_secs());
        eprintln!("{name}: {sessions} sessions in {seconds} s");
    }
}

fn play_share(name: &str, format: &Format, cases: u32) {
    let length = if format.closely { 4..60 } else { 4..16 };
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let mut runner = TestRunner::new(config);
    let seeds = proptest::collection::vec(any::<u64>(), length);
    match runner.run(&seeds, |seeds| weather(format, &seeds)) {
        Ok(()) => {}
        Err(TestError::Fail(why, seeds)) => {
            // The events, so that the failure can be read.
            let mut play = begun(format, seeds.first().copied().unwrap_or_default());
            for seed in &seeds {
                let mut dice = Dice::new(*seed);
                play.now += SignedDuration::from_secs(dice.below(330) as i64 - 30);
                let event = dice::event(&play.session, &mut dice);
                let told = format!("{event:?}");
                let taken = apply(&mut play.session, event, play.now).is_ok();
                eprintln!("{} {told}", if taken { "took" } else { "refused" });
            }
            panic!("{name}: {why} in a session of {} events", seeds.len());
        }
        Err(TestError::Abort(why)) => panic!("{name}: {why}"),
    }
}

#[test]
fn any_run_of_events_keeps_every_promise_on_every_bundled_template() {
    for one in bundled_templates() {
        let template = parsed(one.file, one.text);
        let now = Play::of(template.clone()).now;
        let example = practice_session(&template, one.example_file, one.example, now)
            .unwrap_or_else(|problem| panic!("{problem}"));
        storm(one.id, template, Some(example));
    }
}

#[test]
fn any_run_of_events_keeps_every_promise_on_the_small_template() {
    storm("small", parsed("fixture.toml", TEMPLATE), None);
}

#[test]
fn any_run_of_events_keeps_every_promise_on_the_rich_template() {
    storm("rich", parsed("fixture_rich.toml", RICH), None);
}
