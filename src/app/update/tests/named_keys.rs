//! Keys at random, in the form of every format and in the dialogs over it: no answer changes by a key
//! that the bottom bar does not name for the field in focus.
//!
//! The suite presses a few rows of keys in each format. For many: `CASECLINIC_KEY_ROWS=2000 cargo test
//! --release --lib named_keys`

use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::*;
use crate::{
    app::{
        action::KeyAction::{self, *},
        keymap::{self, KeyContext, bindings_of},
        screens::clinic::{
            control::ControlId::{EarlierOutcome, EarlierStatus, PlacementMethod},
            controls::slot_of,
        },
    },
    clinic::Change,
};

/// Rows of keys in each format, unless the variable says otherwise.
const ROWS: u64 = 20;
const VARIABLE: &str = "CASECLINIC_KEY_ROWS";
/// Keys in a row.
const KEYS: usize = 60;

/// The keys that are pressed; those pressed most stand more than once.
fn keys() -> Vec<Key> {
    let plain = [
        Code::Enter,
        Code::Esc,
        Code::Tab,
        Code::Backspace,
        Code::Delete,
        Code::Left,
        Code::Right,
        Code::Up,
        Code::Down,
        Code::Home,
        Code::End,
        Code::PageUp,
        Code::PageDown,
    ];
    let mut keys: Vec<Key> = plain.map(Key::plain).into_iter().cycle().take(39).collect();
    keys.extend([Key::shift(Code::Tab), Key::char(' '), Key::char(' ')]);
    keys.extend("123456789ynaYx.é".chars().map(Key::char));
    // Not those that lock or end.
    keys.extend((1..=12).filter(|n| *n != 8).map(|n| Key::plain(Code::F(n))));
    keys.extend(('a'..='z').filter(|c| !"cq".contains(*c)).map(|c| Key::ctrl(Code::Char(c))));
    keys
}

/// What was recorded of answers, without the turning of pages and the clock.
fn recorded(person: &Person) -> Option<Vec<Change>> {
    let session = &person.model.clinic.as_ref()?.session;
    let moves = |item: &str| ["stage", "clock"].contains(&item);
    let is_stage = |item: &str| session.template().stages.iter().any(|stage| stage.id == item);
    let lines = session.audit().iter();
    Some(
        lines
            .filter(|line| !moves(&line.item) && !is_stage(&line.item))
            .map(|line| Change::clone(line))
            .collect(),
    )
}

/// Whether a key is one that the table lets change an answer where it was pressed, and says so.
fn is_named(contexts: &[KeyContext], key: Key) -> bool {
    let types = contexts.contains(&KeyContext::Editing);
    let is_typing = key.typed().is_some() || matches!(key.code, Code::Backspace | Code::Delete);
    if types && (is_typing || key.code == Code::Enter) {
        return true;
    }
    let changes = |action| {
        matches!(
            action,
            Choose
                | ChooseNumber
                | ChooseYes
                | ChooseNo
                | ClearChoice
                | NextCertainty
                | ConfirmAnswer
                | NewLine
        )
    };
    let edits = |action| matches!(action, DeleteWord | DeleteToStart | DeleteToEnd);
    let others = |action| matches!(action, Undo | Redo | BetterWords | Cite);
    // Of the same context, the keys of one word are hinted together.
    let is_hinted = |context: KeyContext, action: KeyAction| {
        bindings_of(context).any(|row| row.action == action && !row.hint.is_empty())
    };
    let bound = contexts.iter().find_map(|context| Some((*context, keymap::own(*context, key)?)));
    bound.is_some_and(|(context, action)| {
        changes(action) && is_hinted(context, action) || edits(action) || others(action)
    })
}

fn presses_a_row(session: &Session, seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut person =
        Person { model: Model::new(Size { columns: 80, rows: 24 }, start()), now: start() };
    let note = Some(NoteId::random());
    person.hears(Message::ClinicStarted(Ok(Box::new((note, session.clone())))));
    person.waits(2);
    let keys = keys();
    let mut pressed = Vec::new();
    for _ in 0..KEYS {
        let key = *keys.choose(&mut chance).expect("there are some");
        person.now += SignedDuration::from_millis(chance.gen_range(1..900));
        let (contexts, before) = (person.model.contexts(), recorded(&person));
        let in_dialog = person.model.dialog.is_some();
        let focus = person.model.clinic.as_ref().map(|clinic| clinic.focus.clone());
        pressed.push(key.to_string());
        person.presses(key);
        let after = recorded(&person);
        if person.model.clinic.is_none() {
            return;
        }
        if before == after {
            continue;
        }
        let row = pressed.join(" ");
        assert!(is_named(&contexts, key), "{key} is not named in {contexts:?}: {row} ({seed})");
        // In the form, only what has the focus changes.
        let is_own = matches!(contexts.first(), Some(first) if *first != KeyContext::Clinic);
        let across = keymap::own(KeyContext::Clinic, key);
        let is_across = matches!(across, Some(Undo | Redo));
        let (Some(focus), false, true, false) = (focus, in_dialog, is_own, is_across) else {
            continue;
        };
        // These are recorded under names of their own.
        if matches!(focus, EarlierStatus(..) | EarlierOutcome(..) | PlacementMethod(_)) {
            continue;
        }
        let (Some(slot), Some(before), Some(after)) = (slot_of(&focus), before, after) else {
            continue;
        };
        let template = session.template();
        for line in after.iter().filter(|line| !before.contains(line)) {
            let item = template.item(&line.item).map(|place| place.item);
            let is_of = line.item == slot.item
                || line.item.starts_with(&format!("{}.", slot.item))
                || item.is_some_and(|item| {
                    item.qualifies.as_ref() == Some(&slot.item) || item.calculated.is_some()
                });
            assert!(is_of, "{key} at {focus:?} changed {}: {row} ({seed})", line.item);
        }
    }
}

#[test]
fn no_answer_changes_by_a_key_that_is_not_named_for_its_field() {
    let rows = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(ROWS);
    for one in bundled_templates() {
        let template = one.parse().expect("it is sound");
        let practice = practice_session(&template, one.example_file, one.example, start());
        let worked = practice.unwrap_or_else(|problem| panic!("{problem}"));
        let blank = Session::start(template, uuid::Uuid::nil(), "OAK-12", false, start());
        for row in 0..rows {
            presses_a_row(if row % 2 == 0 { &worked } else { &blank }, row);
        }
    }
}
