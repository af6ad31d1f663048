//! Reads a template file: its TOML, its unknown keys, and values of the wrong type.

#[cfg(test)]
mod tests;

use toml::de::DeTable;

use super::Template;
use crate::text::{
    Problem, SourceFile,
    toml_file::{TomlError, TomlFile, nearest_name, unknown_keys},
};

/// Unknown keys that are reported for one file.
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

/// Parses the text of a template. A text that is not TOML is one problem.
pub(in crate::clinic) fn parse_toml<'t>(
    name: &str,
    text: &'t str,
) -> Result<TomlFile<'t>, Problem> {
    let file = SourceFile::new(name, text);
    if let Some(at) = text.find('\0') {
        return Err(file.error(
            "not-text",
            at..at + 1,
            "This file is not a text file (it has zero bytes).",
            "Save it as a text file in UTF-8. The file may be in UTF-16, or not a text at all.",
        ));
    }
    TomlFile::parse(file.clone(), text, 0).map_err(|error| {
        let advice = if error.message().contains("duplicate key") {
            "Write each key once in its table. The same key is already further up."
        } else {
            "Fix the line: `key = \"value\"`, texts in quotes, tables in `[brackets]`."
        };
        error.to_problem(&file, "not-toml", "This is not TOML", advice)
    })
}

/// Reads a template and the positions in its text. Every key must be known and every value of its
/// kind; what else is wrong with it, [`crate::clinic::template_lint`] finds.
pub(in crate::clinic) fn read_template<'t>(
    name: &str,
    text: &'t str,
) -> Result<(TomlFile<'t>, Template), Vec<Problem>> {
    let toml = parse_toml(name, text).map_err(|problem| vec![problem])?;
    reject_other_files(&toml).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    check_keys(&toml.file, toml.table(), TOP, &mut problems);
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.span.start);
        return Err(problems);
    }
    match toml::from_str(text) {
        Ok(template) => Ok((toml, template)),
        Err(error) => {
            let error = TomlError::from(error);
            let ErrorAdvice { code, message, advice } = advise(error.message());
            Err(vec![toml.file.error(code, error.span(), message, advice)])
        }
    }
}

/// Refuses a file that was not meant to be a template: its keys are not checked one by one.
fn reject_other_files(toml: &TomlFile<'_>) -> Result<(), Problem> {
    let table = toml.table();
    let advice = "A template starts with `schema = 1` and a `[template]` table. \
                  clinic_templates/README.md lists what belongs in it.";
    let (code, message) = if table.is_empty() {
        ("empty", "This file has nothing in it but comments and blank lines.")
    } else if !table.contains_key("template") && !table.contains_key("stage") {
        ("no-template", "This is TOML, but not a clinic template: it has no `[template]` table.")
    } else {
        return Ok(());
    };
    Err(toml.file.error(code, 0..0, message, advice))
}

/// Adds a problem for each unknown key of `table` and of the tables in it.
fn check_keys(file: &SourceFile, table: &DeTable<'_>, known: &[&str], problems: &mut Vec<Problem>) {
    for (key, span) in unknown_keys(table, known) {
        if problems.len() == MAX_UNKNOWN {
            return;
        }
        let message = format!("“{key}” is not a known key here.");
        let advice = nearest_name(key, known.iter().copied()).map_or_else(
            || format!("Known keys: {}.", known.join(", ")),
            |near| format!("Did you mean “{near}”?"),
        );
        problems.push(file.error("unknown-key", span, message, advice));
    }
    for (key, value) in table {
        let inner = match key.get_ref().as_ref() {
            key if !known.contains(&key) => continue,
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
        let tables = value.get_ref().as_array().map_or_else(
            || value.get_ref().as_table().into_iter().collect::<Vec<_>>(),
            |list| list.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        );
        tables.into_iter().for_each(|table| check_keys(file, table, inner, problems));
    }
}

/// A message about a value, with what to do.
struct ErrorAdvice {
    code: &'static str,
    message: String,
    advice: String,
}

/// Returns an error message of `serde`, which is for programmers, in plain words with what to do.
fn advise(reader: &str) -> ErrorAdvice {
    let reader = reader.replace('\n', " ");
    let wrong =
        |message: String, advice: String| ErrorAdvice { code: "wrong-value", message, advice };
    if let Some(rest) = reader.strip_prefix("missing field ") {
        let name = quoted(rest).into_iter().next().unwrap_or_default();
        return ErrorAdvice {
            code: "missing-key",
            message: format!("“{name}” is missing here."),
            advice: format!("Add `{name} = …`. Every {} needs it.", owner(&name)),
        };
    }
    if let Some(rest) = reader.strip_prefix("unknown variant ") {
        let names = quoted(rest);
        let (name, known) = names.split_first().map_or(("", &[][..]), |(a, b)| (a.as_str(), b));
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let advice = nearest_name(name, known.iter().copied()).map_or_else(
            || format!("Write one of these: {}.", known.join(", ")),
            |near| format!("Did you mean “{near}”?"),
        );
        return wrong(format!("“{name}” is not one of the words allowed here."), advice);
    }
    if let Some(rest) = reader.strip_prefix("unknown field ") {
        let names = quoted(rest);
        let (name, known) = names.split_first().map_or(("", &[][..]), |(a, b)| (a.as_str(), b));
        return ErrorAdvice {
            code: "unknown-key",
            message: format!("“{name}” is not a known key here."),
            advice: format!("Known keys: {}.", known.join(", ")),
        };
    }
    if reader.contains("date") {
        let message = "This is not a valid date.".to_owned();
        let advice = "Write the date in quotes, year first, such as `\"2026-11-21\"`.";
        return wrong(message, advice.to_owned());
    }
    if let Some((found, wanted)) =
        reader.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        let wanted = kind(wanted.trim_end_matches('.'));
        return wrong(format!("This is {}.", kind(found)), format!("Write {wanted} here."));
    }
    if let Some((found, wanted)) =
        reader.strip_prefix("invalid value: ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        let message = format!("This is {}, which is not allowed here.", kind(found));
        return wrong(message, format!("Write {} here.", kind(wanted)));
    }
    if reader.contains("untagged enum") {
        let message = "No answer can be compared with this value.".to_owned();
        let advice = "Write true or false, a number, a text in quotes, or a list of these.";
        return wrong(message, advice.to_owned());
    }
    wrong(
        format!("{}.", reader.trim_end_matches('.')),
        "Look up this key in clinic_templates/README.md.".to_owned(),
    )
}

/// What the key belongs to, for those that only one kind of table needs.
fn owner(key: &str) -> &'static str {
    match key {
        "type" => "item",
        "code" => "option",
        "does" => "role",
        "schema" | "template" => "template",
        "question" | "operator" => "condition",
        "message" => "rule",
        "from" => "`[[migrate]]`",
        "version" | "purpose" | "status" => "`[template]` table",
        _ => "table of this kind",
    }
}

/// A kind of value as people call it.
fn kind(name: &str) -> String {
    let word = name.split_whitespace().next().unwrap_or_default();
    match word {
        "string" => "a text".to_owned(),
        "integer" => "a whole number".to_owned(),
        "floating" => "a number with a decimal point".to_owned(),
        "boolean" | "bool" => "true or false".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "a table".to_owned(),
        "datetime" => "a date without quotes".to_owned(),
        "u32" | "u64" | "usize" => "a whole number from 0 up, without quotes".to_owned(),
        "i64" => "a whole number, without quotes".to_owned(),
        "f64" => "a number, without quotes".to_owned(),
        _ => match name {
            "a string" => "a text in quotes".to_owned(),
            "a boolean" => "true or false, without quotes".to_owned(),
            "a sequence" => "a list, such as [ \"…\" ]".to_owned(),
            "a map" => "a table, such as { … = … }".to_owned(),
            other => match other.strip_prefix("struct ") {
                Some(_) => "a table, such as { … = … }".to_owned(),
                None => other.replace('`', ""),
            },
        },
    }
}

/// The names between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
