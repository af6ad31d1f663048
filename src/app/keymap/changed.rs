//! Other keys for actions, from the table `[keys]` of the settings.
//!
//! The table of keys stays as it is. A pressed key is looked up here first: if somebody has given it to
//! an action, it stands for the key that the table has for that action; if an action has another key
//! now, its old one means nothing. Keys that lead out of everything can be neither given nor taken.

use std::ops::Range;

use super::{BINDINGS, Binding, Everywhere, KeyContext, KeyPattern, bindings_of, digit, reachable};
use crate::{
    app::{action::KeyAction, key::Key},
    services::{KeyRow, KeySettings},
    text::{Problem, toml_file::nearest_name},
};

/// Said of a key that cannot be used where text is typed.
const COMMAND_KEYS: &str = "Use a key with Ctrl or Alt, F2 to F12, PgUp or PgDn.";
const KEY_FORMS: &str =
    "Write a key like \"F7\", \"Ctrl-G\", \"Alt-Left\", \"PgUp\", \"Space\" or \"j\".";

/// A key of the table in one context, and those in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MovedKey {
    context: KeyContext,
    usual: Key,
    keys: Vec<Key>,
}

/// The keys that actions have in place of those of the table.
#[derive(Clone, Debug, Default)]
pub struct KeyChanges(Vec<MovedKey>);

/// Why a line gives no key: where, what and what to do.
type RefusedLine = (Range<usize>, String, String);

impl KeyChanges {
    /// Reads the table of the settings. A line that cannot hold is named and changes nothing.
    pub fn read(settings: &KeySettings) -> (Self, Vec<Problem>) {
        let mut problems = settings.problems.clone();
        let mut refuse = |(place, message, advice): RefusedLine| {
            problems.push(settings.file.error("keys", place, message, advice));
        };
        let mut wanted: Vec<(&KeyRow, Vec<MovedKey>)> = Vec::new();
        for row in &settings.rows {
            match moved_keys(row) {
                Ok(moved) => wanted.push((row, moved)),
                Err(why) => refuse(why),
            }
        }
        // A line that is left out gives its usual key back, which another line may have taken.
        while let Some((at, message)) = clash(&wanted) {
            let (row, _) = wanted.remove(at);
            refuse((row.place.clone(), message, "Choose another key for one of them.".to_owned()));
        }
        problems.sort_by_key(|problem| problem.line);
        (Self(wanted.into_iter().flat_map(|(_, moved)| moved).collect()), problems)
    }

    /// Returns the key of the table that a pressed key stands for where one is, from the innermost
    /// context outwards; `None` if its action has another key now.
    pub(in crate::app) fn usual(&self, contexts: &[KeyContext], key: Key) -> Option<Key> {
        // Most people change no key, and every hint of every frame asks here.
        if self.0.is_empty() {
            return Some(key);
        }
        let mut is_moved = false;
        for &context in contexts {
            let given = self.of(context).find(|moved| moved.keys.contains(&key));
            if let Some(moved) = given
                && reachable(contexts, moved.usual).is_some_and(|(own, _)| own == context)
            {
                return Some(moved.usual);
            }
            is_moved |= self.of(context).any(|moved| moved.usual == key);
            let is_bound = bindings_of(context).any(|row| row.keys.has(key));
            if is_bound || key.typed().is_some() && context.keeps(key) {
                break;
            }
        }
        (!is_moved).then_some(key)
    }

    /// Returns how the key of a row is shown in a context: as it is now.
    pub fn shown(&self, context: KeyContext, keys: KeyPattern) -> String {
        let KeyPattern::One(usual) = keys else { return keys.to_string() };
        match self.of(context).find(|moved| moved.usual == usual) {
            Some(moved) => moved.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "),
            None => usual.to_string(),
        }
    }

    /// Whether the key of a row has the meaning of the context `own` inside these contexts.
    pub(in crate::app) fn works(
        &self,
        row: &Binding,
        own: KeyContext,
        contexts: &[KeyContext],
    ) -> bool {
        let key = match row.keys {
            KeyPattern::Digits => Key::char('1'),
            KeyPattern::One(usual) => {
                let moved = self.of(own).find(|moved| moved.usual == usual);
                moved.and_then(|moved| moved.keys.first().copied()).unwrap_or(usual)
            }
        };
        let usual = self.usual(contexts, key);
        usual.is_some_and(|usual| row.keys.has(usual)) && row.works_in(own, contexts)
    }

    fn of(&self, context: KeyContext) -> impl Iterator<Item = &MovedKey> {
        self.0.iter().filter(move |moved| moved.context == context)
    }
}

/// An action as `[keys]` and `caseclinic keys` name it.
pub struct NamedAction {
    /// Its name: that of the action in the code, in small letters with hyphens. It never changes.
    pub name: String,
    /// The first of its rows in the table.
    pub row: &'static Binding,
    /// Whether it can have another key.
    pub can_change: bool,
}

/// Returns every action, in the order of the table.
pub fn named_actions() -> Vec<NamedAction> {
    let mut actions: Vec<NamedAction> = Vec::new();
    for row in BINDINGS {
        let can_change = rows_to_move(row.action).next().is_some();
        if actions.iter().all(|one| one.row.action != row.action) {
            let first = BINDINGS.iter().find(|one| {
                one.action == row.action
                    && matches!(one.keys, KeyPattern::One(key) if !key.is_kept())
            });
            actions.push(NamedAction {
                name: name_of(row.action),
                row: first.unwrap_or(row),
                can_change,
            });
        }
    }
    actions
}

fn name_of(action: KeyAction) -> String {
    let mut name = String::new();
    for letter in format!("{action:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// The contexts of an action, each with the first of its keys there that can be moved.
fn rows_to_move(action: KeyAction) -> impl Iterator<Item = (KeyContext, Key)> {
    let mut seen: Vec<KeyContext> = Vec::new();
    let rows = BINDINGS.iter().filter(move |row| row.action == action);
    let keys = rows.filter_map(|row| match row.keys {
        KeyPattern::One(key) if !key.is_kept() => Some((row, key)),
        _ => None,
    });
    keys.flat_map(|(row, key)| row.contexts.iter().map(move |context| (*context, key))).filter(
        move |(context, _)| {
            let is_first = !seen.contains(context);
            seen.push(*context);
            is_first
        },
    )
}

/// What a line of the table moves.
fn moved_keys(row: &KeyRow) -> Result<Vec<MovedKey>, RefusedLine> {
    let actions = named_actions();
    let Some(action) = actions.iter().find(|one| one.name == row.name) else {
        let names = actions.iter().map(|one| one.name.as_str());
        let message = format!("There is no action called `{}`.", row.name);
        let advice = match nearest_name(&row.name, names) {
            Some(nearest) => format!("Did you mean `{nearest}`? `caseclinic keys` lists them."),
            None => "`caseclinic keys` lists them.".to_owned(),
        };
        return Err((row.place.clone(), message, advice));
    };
    if !action.can_change {
        let message = format!("`{}` always keeps its key.", row.name);
        return Err((row.place.clone(), message, "Remove this line.".to_owned()));
    }
    let mut keys = Vec::new();
    for (text, place) in &row.keys {
        let refused = |message: String, advice: &str| (place.clone(), message, advice.to_owned());
        let key: Key =
            text.parse().map_err(|()| refused(format!("“{text}” is not a key."), KEY_FORMS))?;
        if let Some(message) = why_refused(key) {
            return Err(refused(message, "Choose another key."));
        }
        let typed_in = rows_to_move(action.row.action).find(|(context, _)| context.is_typed_in());
        if let Some((context, _)) = typed_in.filter(|_| !key.is_command()) {
            let message = format!(
                "{key} is for typing, and `{}` works where text is typed (“{}”).",
                row.name,
                context.title()
            );
            return Err(refused(message, COMMAND_KEYS));
        }
        keys.push(key);
    }
    if keys.is_empty() {
        let message = format!("`{}` would have no key.", row.name);
        return Err((row.place.clone(), message, KEY_FORMS.to_owned()));
    }
    let moved = |(context, usual)| MovedKey { context, usual, keys: keys.clone() };
    Ok(rows_to_move(action.row.action).map(moved).collect())
}

fn why_refused(key: Key) -> Option<String> {
    if key.is_kept() {
        return Some(format!("{key} always keeps its meaning."));
    }
    if digit(key).is_some() {
        return Some("Numbers choose from lists.".to_owned());
    }
    let same = key.same_in_terminals()?;
    Some(format!("A terminal cannot tell {key} from {same}."))
}

/// The last line that gives a key which already means something in the same place, and what it does.
fn clash(wanted: &[(&KeyRow, Vec<MovedKey>)]) -> Option<(usize, String)> {
    let moved_now = |context: KeyContext, usual: Key| {
        let mut all = wanted.iter().flat_map(|(_, moved)| moved);
        all.find(|moved| moved.context == context && moved.usual == usual)
    };
    for (at, (_, moved)) in wanted.iter().enumerate().rev() {
        for one in moved {
            let always = bindings_of(Everywhere)
                .filter(|row| matches!(row.action, KeyAction::Quit | KeyAction::LockVault))
                .map(|row| (Everywhere, row));
            let here = bindings_of(one.context).map(|row| (one.context, row));
            for (context, row) in here.chain(always) {
                let is_itself = context == one.context && row.keys == KeyPattern::One(one.usual);
                let has = |key: &Key| match row.keys {
                    KeyPattern::One(usual) => moved_now(context, usual)
                        .map_or(usual == *key, |moved| moved.keys.contains(key)),
                    KeyPattern::Digits => digit(*key).is_some(),
                };
                if let Some(key) = one.keys.iter().find(|key| !is_itself && has(key)) {
                    let (name, place) = (name_of(row.action), context.title());
                    return Some((at, format!("{key} already means `{name}` (“{place}”).")));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> (KeyChanges, Vec<String>) {
        let settings = KeySettings::parse("settings.toml", &format!("[keys]\n{lines}"));
        let (changes, problems) = KeyChanges::read(&settings);
        let said =
            problems.iter().map(|one| format!("{}: {} {}", one.line, one.message, one.advice));
        (changes, said.collect())
    }

    fn ctrl(letter: char) -> Key {
        format!("Ctrl-{letter}").parse().expect("a key")
    }

    #[test]
    fn an_action_has_its_new_key_and_no_longer_the_old_one() {
        use KeyContext::{Clinics, Everywhere, Search};
        let (changes, problems) = read("new-clinic = \"Ctrl-D\"\nnext = [\"Down\", \"j\"]\n");
        // `next` works where text is typed too, so it cannot be a letter.
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("3: "), "{problems:?}");
        let at = [Search, Everywhere];
        assert_eq!(changes.usual(&at, ctrl('d')), Some(ctrl('n')));
        assert_eq!(changes.usual(&at, ctrl('n')), None);
        assert_eq!(changes.usual(&[Clinics, Everywhere], ctrl('d')), Some(ctrl('n')));
        assert_eq!(changes.usual(&at, Key::char('n')), Some(Key::char('n')));
        let one = KeyPattern::One(ctrl('n'));
        assert_eq!(changes.shown(Search, one), "Ctrl-D");
        assert_eq!(changes.shown(KeyContext::Clinic, one), "Ctrl-N", "another action");
    }

    #[test]
    fn letters_are_keys_where_nothing_is_typed_and_text_stays_text() {
        use KeyContext::{Clinics, Everywhere, NoteSearch};
        let (changes, problems) = read("list-trash = \"b\"\n");
        assert_eq!(problems, [""; 0]);
        assert_eq!(changes.usual(&[Clinics, Everywhere], Key::char('b')), Some(Key::char('t')));
        assert_eq!(changes.usual(&[Clinics, Everywhere], Key::char('t')), None);
        for letter in ['b', 't'] {
            let typed = Key::char(letter);
            assert_eq!(changes.usual(&[NoteSearch, Clinics, Everywhere], typed), Some(typed));
        }
    }

    #[test]
    fn two_actions_can_change_places() {
        let (changes, problems) = read("list-trash = \"d\"\nlist-due = \"t\"\n");
        assert_eq!(problems, [""; 0]);
        let at = [KeyContext::Clinics, Everywhere];
        assert_eq!(changes.usual(&at, Key::char('d')), Some(Key::char('t')));
        assert_eq!(changes.usual(&at, Key::char('t')), Some(Key::char('d')));
    }

    #[test]
    fn what_cannot_hold_is_refused_with_its_line_and_changes_nothing() {
        for (line, said) in [
            (
                "go-serch = \"F7\"",
                "There is no action called `go-serch`. Did you mean `go-search`?",
            ),
            ("go-search = \"F13\"", "“F13” is not a key."),
            ("go-search = \"Ctrl-C\"", "Ctrl-C always keeps its meaning."),
            ("go-search = \"Esc\"", "Esc always keeps its meaning."),
            ("go-search = \"F1\"", "F1 always keeps its meaning."),
            ("go-search = \"Ctrl-M\"", "A terminal cannot tell Ctrl-M from Enter."),
            ("go-search = \"g\"", "g is for typing, and `go-search` works where text is typed"),
            ("go-search = \"F3\"", "F3 already means `go-clinics` (“On every screen”)."),
            ("guidance = \"F8\"", "F8 already means `lock-vault` (“On every screen”)."),
            ("guidance = \"Ctrl-O\"", "Ctrl-O already means `show-stages` (“In a clinic”)."),
            ("back = \"F7\"", "`back` always keeps its key."),
            ("help = \"F7\"", "`help` always keeps its key."),
            ("choose-number = \"x\"", "`choose-number` always keeps its key."),
            ("list-trash = \"5\"", "Numbers choose from lists."),
            ("list-trash = []", "`list-trash` would have no key."),
            ("list-trash = 5", "Write a key in quotation marks"),
        ] {
            let (changes, problems) = read(line);
            let found = problems.iter().any(|one| one.starts_with("2: ") && one.contains(said));
            assert!(found && problems.len() == 1, "{line}: {problems:?}");
            assert!(changes.0.is_empty(), "{line}");
        }
        let (changes, problems) = read("list-trash = \"b\"\nlist-due = \"b\"\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("3: b already means `list-trash`"), "{problems:?}");
        assert_eq!(changes.0.len(), 1);
    }

    #[test]
    fn every_action_has_a_name_of_its_own_and_each_key_that_is_shown_can_be_written() {
        let names: Vec<String> = named_actions().into_iter().map(|one| one.name).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[at + 1..].contains(name), "{name}");
            assert!(name.chars().all(|c| c == '-' || c.is_ascii_lowercase()), "{name}");
        }
        for row in BINDINGS {
            if let KeyPattern::One(key) = row.keys {
                assert_eq!(key.to_string().parse(), Ok(key), "{key}");
            }
        }
    }
}
