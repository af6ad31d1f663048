//! Reads a template file: its TOML, its unknown keys, and values of the wrong type. Which keys there
//! are, the types themselves say.

#[cfg(test)]
mod tests;

use serde::de::{Error, Visitor, value};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use toml::de::DeTable;

use super::value::Condition;
use super::{
    Calculation, Constraint, Item, Migration, Opens, OptionDef, Role, Stage, Template, TemplateInfo,
};
use crate::text::{
    Problem, SourceFile,
    toml_file::{TomlError, TomlFile, nearest_name, unknown_keys},
};

/// Unknown keys that are reported for one file.
const MAX_UNKNOWN: usize = 50;

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
            "This file is not a text file, or it is not in UTF-8.",
            "Save it as a text file in UTF-8. The file may be in UTF-16, or not be a text file at all.",
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
    check_keys(&toml.file, toml.table(), keys_of::<Template>(), &mut problems);
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
        let is_top = known == keys_of::<Template>();
        let inner = match key.get_ref().as_ref() {
            key if !known.contains(&key) => continue,
            "template" => keys_of::<TemplateInfo>(),
            "role" if is_top => keys_of::<Role>(),
            "stage" => keys_of::<Stage>(),
            "item" => keys_of::<Item>(),
            "enable_when" => keys_of::<Condition>(),
            "options" | "domains" => keys_of::<OptionDef>(),
            "constraint" => keys_of::<Constraint>(),
            "opens" => keys_of::<Opens>(),
            "calculated" => keys_of::<Calculation>(),
            "migrate" if is_top => keys_of::<Migration>(),
            _ => continue,
        };
        let tables = value.get_ref().as_array().map_or_else(
            || value.get_ref().as_table().into_iter().collect::<Vec<_>>(),
            |list| list.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        );
        tables.into_iter().for_each(|table| check_keys(file, table, inner, problems));
    }
}

/// The keys of the tables that are read as a `T`.
fn keys_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut keys = KeyCollector(&[]);
    // Nothing is read: the collector has no value.
    let _ = T::deserialize(&mut keys);
    keys.0
}

/// Asks a type for the keys it knows, and has no value for them.
struct KeyCollector(&'static [&'static str]);

impl<'de> Deserializer<'de> for &mut KeyCollector {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("only keys are read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0 = keys;
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0 = keys;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
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
    let expected = |start: &str| reader.strip_prefix(start)?.rsplit_once(", expected ");
    if let Some((found, wanted)) = expected("invalid type: ") {
        let wanted = kind(wanted.trim_end_matches('.'));
        return wrong(format!("This is {}.", kind(found)), format!("Write {wanted} here."));
    }
    if let Some((found, wanted)) = expected("invalid value: ") {
        let message = format!("This is {}, which is not allowed here.", kind(found));
        return wrong(message, format!("Write {} here.", kind(wanted)));
    }
    if reader.contains("untagged enum") {
        let message = "No answer can be compared with this value.".to_owned();
        let advice = "Write true or false, a number, text in quotes, or a list of these.";
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
    let text = match name.split_whitespace().next().unwrap_or_default() {
        "string" => "text",
        "integer" => "a whole number",
        "floating" => "a number with a decimal point",
        "boolean" | "bool" => "true or false",
        "sequence" => "a list",
        "map" => "a table",
        "datetime" => "a date without quotes",
        "u32" | "u64" | "usize" => "a whole number from 0 up, without quotes",
        "i64" => "a whole number, without quotes",
        "f64" => "a number, without quotes",
        "struct" => "a table, such as { … = … }",
        _ => match name {
            "a string" => "text in quotes",
            "a boolean" => "true or false, without quotes",
            "a sequence" => "a list, such as [ \"…\" ]",
            "a map" => "a table, such as { … = … }",
            other => return other.replace('`', ""),
        },
    };
    text.to_owned()
}

/// The names between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
