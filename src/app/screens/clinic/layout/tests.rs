//! What is kept of a form between two keys equals a form built from scratch.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    app::{
        key::{Code, Key},
        screens::clinic::{controls::controls, form_layout::AROUND},
    },
    clinic::{
        Event, Session, Template, bundled_templates,
        dice::{self, Dice},
        fixture::RICH,
        practice_session, stage_needs,
    },
};

const SESSIONS: u32 = 24;
const COLUMNS: [usize; 4] = [40, 60, 80, 118];

fn start() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a timestamp")
}

/// Keys that move, type and choose.
fn key(dice: &mut Dice) -> Key {
    const CODES: [Code; 6] =
        [Code::Tab, Code::Enter, Code::Up, Code::Down, Code::Backspace, Code::Delete];
    match dice.below(12) {
        0..5 => {
            let letters = ['a', 'b', ' ', '7', '1', '2', 'é', '-'];
            Key::char(letters[dice.below(letters.len())])
        }
        5 => Key::plain(Code::F(4)),
        _ => Key::plain(CODES[dice.below(CODES.len())]),
    }
}

fn step(screen: &mut ClinicScreen, dice: &mut Dice, now: Timestamp) {
    match dice.below(10) {
        // The events of a meeting, wherever the focus is.
        0..4 => drop(screen.apply_event(dice::event(&screen.session, dice), now)),
        4 => {
            let stage = dice.below(screen.session.template().stages.len());
            drop(screen.apply_event(Event::StageOpened { stage }, now));
        }
        5 => screen.show_missing = dice.one_in(2),
        6 => {
            screen.move_focus(dice.one_in(2));
        }
        7 => {
            let words = ["", "He was told.", "Words of some length, ".repeat(9).as_str(), "3 D"]
                [dice.below(4)]
            .to_owned();
            screen.write(&words, now);
        }
        _ => {
            let columns = COLUMNS[dice.below(COLUMNS.len())];
            screen.handle_key(key(dice), columns, now);
        }
    }
}

fn equals_a_new_form(
    screen: &mut ClinicScreen,
    columns: usize,
    height: usize,
) -> Result<(), TestCaseError> {
    let session = &screen.session;
    prop_assert_eq!(&*screen.controls, controls(session, session.stage()));
    for stage in 0..session.template().stages.len() {
        prop_assert_eq!(screen.needs(stage), stage_needs(session, stage), "stage {}", stage);
    }
    screen.scroll_to_focus(columns, height);
    for columns in [columns, COLUMNS[0]] {
        let new = screen.lay_out(columns, &mut KeptContents::default());
        prop_assert_eq!(&*screen.layout(columns), &new);
    }
    Ok(())
}

fn play(session: &Session, seeds: &[u64]) -> Result<(), TestCaseError> {
    let mut now = start();
    let mut screen = ClinicScreen::open(None, session.clone(), now);
    for seed in seeds {
        let mut dice = Dice::new(*seed);
        now += SignedDuration::from_secs(dice.below(30) as i64);
        step(&mut screen, &mut dice, now);
        equals_a_new_form(&mut screen, COLUMNS[dice.below(COLUMNS.len())], 20)?;
    }
    Ok(())
}

fn sessions() -> Vec<Session> {
    let mut sessions = Vec::new();
    for one in bundled_templates() {
        let template = one.parse().unwrap_or_else(|problems| panic!("{}", problems[0]));
        let example = practice_session(&template, one.example_file, one.example, start());
        let example = example.unwrap_or_else(|problem| panic!("{problem}"));
        let id = Uuid::from_u128(1);
        sessions.push(Session::follow_up(
            template.clone(),
            id,
            &example,
            "revision 1",
            &[],
            start(),
        ));
        sessions.push(example);
        sessions.push(Session::start(template, Uuid::nil(), "OAK-10", false, start()));
    }
    let rich = Template::parse("fixture_rich.toml", RICH);
    let rich = rich.unwrap_or_else(|problems| panic!("{}", problems[0]));
    sessions.push(Session::start(rich, Uuid::nil(), "OAK-10", false, start()));
    sessions
}

#[test]
fn after_every_step_the_form_equals_one_built_from_scratch() {
    let sessions = sessions();
    let config =
        ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(SESSIONS) };
    let steps = (0..sessions.len(), proptest::collection::vec(any::<u64>(), 4..60));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let played = runner.run(&steps, |(at, seeds)| play(&sessions[at], &seeds));
    played.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn typing_in_a_long_form_lays_out_only_what_is_typed_in() {
    let one = &bundled_templates()[0];
    let template = one.parse().unwrap_or_else(|problems| panic!("{}", problems[0]));
    let session = practice_session(&template, one.example_file, one.example, start());
    let session = session.unwrap_or_else(|problem| panic!("{problem}"));
    let mut screen = ClinicScreen::open(None, session, start());
    while !screen.is_typing() {
        screen.move_focus(true);
    }
    screen.handle_key(Key::char('a'), 80, start());
    let before = (screen.layout(80), screen.controls.versions().to_vec());
    screen.handle_key(Key::char('b'), 80, start());
    let after = (screen.layout(80), screen.controls.versions().to_vec());
    let new = before.1.iter().zip(&after.1).filter(|(before, after)| before != after).count();
    assert_eq!(new, 1, "one control was typed in");
    let kept = |(before, after): &(&Placed, &Placed)| Arc::ptr_eq(&before.pieces, &after.pieces);
    let pairs = before.0.controls.iter().zip(&after.0.controls);
    let laid_out = pairs.filter(|pair| !kept(pair)).count();
    assert!((1..=AROUND).contains(&laid_out), "{laid_out} controls were laid out");
}
