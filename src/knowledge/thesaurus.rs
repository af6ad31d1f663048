//! The thesaurus: words with the same meaning, and words with a broader one.

use super::pack::{PackFile, read_toml};
use crate::text::{Problem, toml_file::TableReader};

/// The contents of `thesaurus.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thesaurus {
    /// Groups of words with the same meaning: a search for one is a search for all.
    pub same: Vec<Vec<String>>,
    /// One-way steps from words that are typed but never suggested to the ones used instead.
    pub instead: Vec<ThesaurusStep>,
    /// One-way steps to broader words.
    pub broader: Vec<ThesaurusStep>,
}

/// A search for one of `words` also searches for each of `also`, but not the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThesaurusStep {
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
    let Some(toml) = read_toml(&file.source, &file.text, 0, problems) else { return thesaurus };
    let mut fields = toml.reader(problems);
    fields.only(&["same", "instead", "broader"]);
    thesaurus.same = fields.tables("same", |mut group| {
        group.only(&["words"]);
        let words = phrases(&mut group, "words");
        if words.len() < 2 {
            group.fail(
                "lonely-word",
                "A group needs at least two words that mean the same.",
                "Add the other words, or remove the group.",
            );
            return None;
        }
        Some(words)
    });
    thesaurus.instead = read_steps(&mut fields, "instead");
    thesaurus.broader = read_steps(&mut fields, "broader");
    thesaurus
}

fn read_steps(fields: &mut TableReader<'_>, key: &str) -> Vec<ThesaurusStep> {
    fields.tables(key, |mut step| {
        step.only(&["words", "also"]);
        let words = phrases(&mut step, "words");
        let also = phrases(&mut step, "also");
        if words.is_empty() || also.is_empty() {
            step.fail(
                "lonely-word",
                "This table needs `words` (what people type) and `also` (what is searched too).",
                "Add what is missing, or remove the table.",
            );
            return None;
        }
        Some(ThesaurusStep { words, also })
    })
}

fn phrases(fields: &mut TableReader<'_>, key: &str) -> Vec<String> {
    let mut phrases: Vec<String> = Vec::new();
    for (phrase, span) in fields.texts(key) {
        if !phrase.chars().any(char::is_alphanumeric) {
            fields.fail_at(
                "empty-value",
                span,
                format!("`{phrase}` has no word in it."),
                "Remove it, or write the word.",
            );
        } else if phrases.iter().any(|known| known.eq_ignore_ascii_case(&phrase)) {
            fields.fail_at(
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
