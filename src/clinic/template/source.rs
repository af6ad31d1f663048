//! A template file as text: where each key stands in it, and keys that mean nothing.

mod serde_errors;
#[cfg(test)]
mod tests;

use std::ops::Range;

use strsim::damerau_levenshtein;
use toml::de::{DeTable, DeValue};

use super::Template;
use crate::text::{Problem, SourceFile};
use serde_errors::Said;

/// Unknown keys that one file is told of.
const MAX_UNKNOWN: usize = 50;

const TOP: &[&str] = &["schema", "template", "role", "stage", "migrate"];
const TEMPLATE: &[&str] = &[
    "id",
    "version",
    "status",
    "title",
    "about",
    "purpose",
    "minutes",
    "audience",
    "last_review",
    "replaces",
    "licence",
    "sources",
];
const ROLE: &[&str] = &["id", "title", "does", "places"];
const STAGE: &[&str] = &[
    "id",
    "title",
    "minutes",
    "script",
    "role",
    "advice_allowed",
    "individual_first",
    "gate",
    "skippable",
    "kb",
    "item",
];
const ITEM: &[&str] = &[
    "id",
    "type",
    "text",
    "hint",
    "help",
    "required",
    "required_message",
    "enable_when",
    "enable_behavior",
    "repeats",
    "min_occurs",
    "max_occurs",
    "for_each",
    "qualifies",
    "options",
    "line_after",
    "domains",
    "min",
    "max",
    "min_length",
    "max_length",
    "pattern",
    "constraint",
    "calculated",
    "initial",
    "read_only",
    "entry_format",
    "disabled_display",
    "allow_missing",
    "sensitivity",
    "opens",
    "item",
];
const CONDITION: &[&str] = &["question", "operator", "answer"];
const OPTION: &[&str] = &["code", "text", "exclusive", "definition", "score"];
const CONSTRAINT: &[&str] = &["operator", "answer", "severity", "message"];
const OPENS: &[&str] = &["answer", "entry"];
const CALCULATED: &[&str] = &["sum", "mean", "count_answered", "scores_of"];
const MIGRATE: &[&str] = &["from", "rename", "drop", "recode"];

/// A step from a table to what is in it.
#[derive(Clone, Copy, Debug)]
pub(in crate::clinic) enum Step<'a> {
    /// The value of a key.
    Key(&'a str),
    /// An entry of a list.
    At(usize),
}

/// The text of a template with its positions.
pub(in crate::clinic) struct Source<'a> {
    pub(in crate::clinic) file: SourceFile,
    table: toml::Spanned<DeTable<'a>>,
}

impl<'a> Source<'a> {
    /// Reads `text`; a text that is not TOML is one problem.
    pub(in crate::clinic) fn read(name: &str, text: &'a str) -> Result<Self, Vec<Problem>> {
        let file = SourceFile::new(name, text);
        if let Some(at) = text.find('\0') {
            return Err(vec![file.error(
                "not-text",
                at..at + 1,
                "This file is not a text file (it has zero bytes).",
                "Save it as a text file in UTF-8. The file may be in UTF-16, or not a text at all.",
            )]);
        }
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { file, table }),
            Err(error) => Err(vec![file.error(
                "not-toml",
                error.span().unwrap_or(0..0),
                format!("This is not TOML: {}.", error.message()),
                if error.message().contains("duplicate key") {
                    "Write each key once in its table. The same key is already further up."
                } else {
                    "Fix the line: `key = \"value\"`, texts in quotes, tables in `[brackets]`."
                },
            )]),
        }
    }

    /// The template, if every key is known and every value is of its kind.
    pub(in crate::clinic) fn template(&self, text: &str) -> Result<Template, Vec<Problem>> {
        self.is_template()?;
        let mut problems = Vec::new();
        self.keys(self.table.get_ref(), TOP, &mut problems);
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.span.start);
            return Err(problems);
        }
        toml::from_str(text).map_err(|error| {
            let Said { code, message, advice } = serde_errors::said(error.message());
            vec![self.file.error(code, error.span().unwrap_or(0..0), message, advice)]
        })
    }

    /// Whether it means to be a template at all: what is something else is not told key by key.
    fn is_template(&self) -> Result<(), Vec<Problem>> {
        let table = self.table.get_ref();
        let advice = "A template starts with `schema = 1` and a `[template]` table. \
                      clinic_templates/README.md lists what belongs in it.";
        let (code, message) = if table.is_empty() {
            ("empty", "This file has nothing in it but comments and blank lines.")
        } else if !table.contains_key("template") && !table.contains_key("stage") {
            (
                "no-template",
                "This is TOML, but not a clinic template: it has no `[template]` table.",
            )
        } else {
            return Ok(());
        };
        Err(vec![self.file.error(code, 0..0, message, advice)])
    }

    /// What is written there, if that is true or false.
    pub(in crate::clinic) fn boolean(&self, path: &[Step<'_>]) -> Option<bool> {
        let (last, way) = path.split_last()?;
        let (Step::Key(key), Some(DeValue::Table(table))) = (last, self.value(way)) else {
            return None;
        };
        match table.get(*key)?.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    fn value(&self, path: &[Step<'_>]) -> Option<&DeValue<'a>> {
        let (first, rest) = path.split_first()?;
        let Step::Key(key) = first else { return None };
        let mut value = self.table.get_ref().get(*key)?.get_ref();
        for step in rest {
            value = match (step, value) {
                (Step::Key(key), DeValue::Table(table)) => table.get(*key)?.get_ref(),
                (Step::At(at), DeValue::Array(list)) => list.get(*at)?.get_ref(),
                _ => return None,
            };
        }
        Some(value)
    }

    /// The bytes of what `path` leads to, or of the last step that exists.
    pub(in crate::clinic) fn span(&self, path: &[Step<'_>]) -> Range<usize> {
        let mut span = self.table.span();
        let mut table = Some(self.table.get_ref());
        let mut list = None;
        for step in path {
            let value = match (step, table, list) {
                (Step::Key(key), Some(inner), _) => inner.get(*key),
                (Step::At(at), _, Some(inner)) => {
                    let inner: &toml::de::DeArray<'_> = inner;
                    inner.get(*at)
                }
                _ => None,
            };
            let Some(value) = value else { break };
            span = value.span();
            (table, list) = match value.get_ref() {
                DeValue::Table(inner) => (Some(inner), None),
                DeValue::Array(inner) => (None, Some(inner)),
                _ => (None, None),
            };
        }
        span
    }

    fn keys(&self, table: &DeTable<'_>, known: &[&str], problems: &mut Vec<Problem>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) && problems.len() < MAX_UNKNOWN {
                problems.push(self.file.error(
                    "unknown-key",
                    key.span(),
                    format!("“{name}” is not a known key here."),
                    nearest(name, known.iter().copied()).map_or_else(
                        || format!("Known keys: {}.", known.join(", ")),
                        |near| format!("Did you mean “{near}”?"),
                    ),
                ));
            }
            let inner = match name {
                _ if !known.contains(&name) => continue,
                "template" => TEMPLATE,
                "role" if known == TOP => ROLE,
                "stage" => STAGE,
                "item" => ITEM,
                "enable_when" => CONDITION,
                "options" | "domains" => OPTION,
                "constraint" => CONSTRAINT,
                "opens" => OPENS,
                "calculated" => CALCULATED,
                "migrate" if known == TOP => MIGRATE,
                _ => continue,
            };
            match value.get_ref() {
                DeValue::Table(one) => self.keys(one, inner, problems),
                DeValue::Array(list) => {
                    for one in list.iter() {
                        if let DeValue::Table(one) = one.get_ref() {
                            self.keys(one, inner, problems);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The name most like `name`, if one is like it at all.
pub(in crate::clinic) fn nearest<'n>(
    name: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    names
        .into_iter()
        .map(|other| (damerau_levenshtein(name, other), other))
        .filter(|(distance, other)| *distance <= 1 + name.len().max(other.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}
