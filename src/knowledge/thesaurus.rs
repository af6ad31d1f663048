//! Words practitioners use for the same thing, and words that point to a broader one.

use super::{
    fields::{Fields, parse_toml},
    pack::PackFile,
};
use crate::text::Problem;

/// The contents of `thesaurus.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thesaurus {
    /// Groups of one or more words each that mean the same: whoever types one searches for all.
    pub same: Vec<Vec<String>>,
    /// One-way steps from words that are typed but never suggested to the ones used instead.
    pub instead: Vec<Step>,
    /// One-way steps to broader words.
    pub broader: Vec<Step>,
}

/// Whoever types one of `words` also searches for each of `also`, but not the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What is typed.
    pub words: Vec<String>,
    /// What is searched as well.
    pub also: Vec<String>,
}

impl Thesaurus {
    /// Takes over what another one holds.
    pub(super) fn extend(&mut self, other: Self) {
        self.same.extend(other.same);
        self.instead.extend(other.instead);
        self.broader.extend(other.broader);
    }

    /// Every word or phrase it holds.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        let steps = self.instead.iter().chain(&self.broader);
        let steps = steps.flat_map(|step| step.words.iter().chain(&step.also));
        self.same.iter().flatten().chain(steps).map(String::as_str)
    }
}

pub(super) fn read_thesaurus(file: &PackFile, problems: &mut Vec<Problem>) -> Thesaurus {
    let mut thesaurus = Thesaurus::default();
    let Some(table) = parse_toml(&file.source, &file.text, 0, problems) else { return thesaurus };
    let mut fields =
        Fields { table: table.get_ref(), place: 0..0, file: &file.source, offset: 0, problems };
    fields.only(&["same", "instead", "broader"]);
    for (table, place) in fields.tables("same") {
        let problems = &mut *fields.problems;
        let mut group = Fields { table, place, file: &file.source, offset: 0, problems };
        group.only(&["words"]);
        let words = phrases(&mut group, "words");
        if words.len() < 2 {
            let place = group.place.clone();
            group.fail(
                "lonely-word",
                place,
                "A group needs at least two words that mean the same.",
                "Add the other words, or remove the group.",
            );
            continue;
        }
        thesaurus.same.push(words);
    }
    thesaurus.instead = read_steps(&mut fields, "instead");
    thesaurus.broader = read_steps(&mut fields, "broader");
    thesaurus
}

fn read_steps(fields: &mut Fields<'_>, key: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (table, place) in fields.tables(key) {
        let problems = &mut *fields.problems;
        let mut step = Fields { table, place, file: fields.file, offset: 0, problems };
        step.only(&["words", "also"]);
        let words = phrases(&mut step, "words");
        let also = phrases(&mut step, "also");
        if words.is_empty() || also.is_empty() {
            let place = step.place.clone();
            step.fail(
                "lonely-word",
                place,
                "This table needs `words` (what people type) and `also` (what is searched too).",
                "Add what is missing, or remove the table.",
            );
            continue;
        }
        steps.push(Step { words, also });
    }
    steps
}

fn phrases(fields: &mut Fields<'_>, key: &str) -> Vec<String> {
    let mut phrases: Vec<String> = Vec::new();
    for (phrase, span) in fields.texts(key) {
        if !phrase.chars().any(char::is_alphanumeric) {
            fields.fail(
                "empty-value",
                span,
                format!("`{phrase}` has no word in it."),
                "Remove it, or write the word.",
            );
        } else if phrases.iter().any(|known| known.eq_ignore_ascii_case(&phrase)) {
            fields.fail(
                "duplicate-word",
                span,
                format!("`{phrase}` is listed twice."),
                "Remove one.",
            );
        } else {
            phrases.push(phrase);
        }
    }
    phrases
}
