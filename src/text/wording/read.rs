//! Reading a list of words, and saying what is wrong with it.

use serde::Deserialize;
use toml::Spanned;

use super::{Wording, WordingEntry, WordingKind, phrase::WordPattern};
use crate::text::{Problem, SourceFile, clean, clean_line, tokens::folded, toml_file::TomlError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordingToml {
    schema: Spanned<u32>,
    #[serde(default)]
    advice: Vec<Spanned<AdviceToml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdviceToml {
    kind: WordingKind,
    words: Vec<Spanned<String>>,
    instead: Spanned<String>,
    because: Spanned<String>,
    entry: Spanned<String>,
    #[serde(default)]
    put: Option<String>,
    #[serde(default)]
    put_many: Option<String>,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
    #[serde(default)]
    guidance: bool,
}

pub(super) fn read(
    file: &str,
    text: &str,
    knows: Option<&dyn Fn(&str) -> bool>,
) -> (Wording, Vec<Problem>) {
    let text = clean(text);
    let source = SourceFile::new(file, &text);
    let mut problems = Vec::new();
    let mut wording = Wording::default();
    let list: WordingToml = match toml::from_str(&text) {
        Ok(list) => list,
        Err(error) => {
            let (summary, advice) = (
                "This list cannot be read",
                "Write each piece of advice as the top of knowledge/wording.toml shows.",
            );
            let error = TomlError::from(error);
            problems.push(error.to_problem(&source, "wording-syntax", summary, advice));
            return (wording, problems);
        }
    };
    if *list.schema.get_ref() != 1 {
        let message =
            format!("This list has schema {}. Only schema 1 can be read.", list.schema.get_ref());
        problems.push(source.error(
            "wording-schema",
            list.schema.span(),
            message,
            "Update caseclinic.",
        ));
        return (wording, problems);
    }
    let mut seen: Vec<WordPattern> = Vec::new();
    for written in list.advice {
        let place = written.span();
        let written = written.into_inner();
        for (key, value) in [("instead", &written.instead), ("because", &written.because)] {
            if value.get_ref().trim().is_empty() {
                let message = format!("`{key}` is empty.");
                let advice = "Say what to write instead, and why.";
                problems.push(source.error("empty-advice", value.span(), message, advice));
            }
        }
        let id = written.entry.get_ref();
        if knows.is_some_and(|knows| !knows(id)) {
            let message = format!("There is no entry `{id}`.");
            let advice = "Use the id of the entry that explains the advice. `caseclinic list` shows them all.";
            problems.push(source.error("unknown-entry", written.entry.span(), message, advice));
        }
        let mut phrases = Vec::new();
        for line in &written.words {
            match WordPattern::parse(line.get_ref()) {
                Ok(phrase) if seen.contains(&phrase) => {
                    let message = format!("“{}” is listed twice.", line.get_ref());
                    let advice = "Keep the one with the better advice.";
                    problems.push(source.warning("duplicate-words", line.span(), message, advice));
                }
                Ok(phrase) => {
                    seen.push(phrase.clone());
                    phrases.push(phrase);
                }
                Err(why) => {
                    let message = format!("“{}” {why}.", line.get_ref());
                    let advice = "Write words with letters, separated by spaces.";
                    problems.push(source.error("bad-words", line.span(), message, advice));
                }
            }
        }
        if phrases.is_empty() {
            problems.push(source.error("no-words", place, "`words` is empty.", "Add `words`."));
            continue;
        }
        let fold = |words: Vec<String>| -> Vec<String> {
            words.iter().map(|word| folded(word.trim()).into_owned()).collect()
        };
        let line = |value: &Spanned<String>| clean_line(value.get_ref().trim());
        let words = |value: Option<String>| {
            value.map(|words| clean_line(words.trim())).filter(|words| !words.is_empty())
        };
        let entry = WordingEntry {
            replacement: words(written.put),
            plural_replacement: words(written.put_many),
            kind: written.kind,
            instead: line(&written.instead),
            because: line(&written.because),
            entry: line(&written.entry),
            not_after: fold(written.not_after),
            not_before: fold(written.not_before),
            guidance: written.guidance,
        };
        wording.add(entry, phrases);
    }
    (wording, problems)
}
