//! A template file as text: where each key stands in it, and keys that mean nothing.

use std::ops::Range;

use strsim::damerau_levenshtein;
use toml::de::{DeTable, DeValue};

use super::template::{Subject, Template};
use crate::text::{Problem, SourceFile};

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
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { file, table }),
            Err(error) => Err(vec![file.error(
                "not-toml",
                error.span().unwrap_or(0..0),
                format!("This is not TOML: {}.", error.message()),
                "Put the line right: key = \"value\", texts in quotes, tables in [brackets].",
            )]),
        }
    }

    /// The template, if every key is known and every value is of its kind.
    pub(in crate::clinic) fn template(&self, text: &str) -> Result<Template, Vec<Problem>> {
        let mut problems = Vec::new();
        self.keys(self.table.get_ref(), TOP, &mut problems);
        problems.extend(self.about());
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.span.start);
            return Err(problems);
        }
        toml::from_str(text).map_err(|error| {
            vec![self.file.error(
                "wrong-value",
                error.span().unwrap_or(0..0),
                format!("{}.", error.message().trim_end_matches('.').replace('\n', " ")),
                "Write what the template format asks for here.",
            )]
        })
    }

    /// Who may read the notes hangs on this word, so a slip in it is not left to a general message.
    fn about(&self) -> Option<Problem> {
        let DeValue::Table(template) = self.table.get_ref().get("template")?.get_ref() else {
            return None;
        };
        let value = template.get("about")?;
        let DeValue::String(said) = value.get_ref() else { return None };
        if Subject::of_code(said).is_some() {
            return None;
        }
        let codes = Subject::EVERY.map(Subject::code);
        Some(self.file.error(
            "unknown-about",
            value.span(),
            format!("A meeting can’t be about “{said}”."),
            nearest(said, codes).map_or_else(
                || {
                    "Write “case”, “supervision” (private to whoever holds the vault) or “service”."
                        .to_owned()
                },
                |near| format!("Did you mean “{near}”?"),
            ),
        ))
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
            if !known.contains(&name) {
                problems.push(self.file.error(
                    "unknown-key",
                    key.span(),
                    format!("“{name}” is not a key that belongs here."),
                    nearest(name, known.iter().copied()).map_or_else(
                        || format!("Keys that do: {}.", known.join(", ")),
                        |near| format!("Did you mean “{near}”?"),
                    ),
                ));
                continue;
            }
            let inner = match name {
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
