//! Error messages of `serde`, which are for programmers, in plain words with what to do.

use crate::text::toml_file::nearest_name;

/// A message about a value, with what to do.
pub(super) struct ErrorAdvice {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) advice: String,
}

/// Returns advice for an error message of `serde`.
pub(super) fn advise(reader: &str) -> ErrorAdvice {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_reader_says_becomes_what_somebody_can_do() {
        let cases = [
            ("missing field `text`", "“text” is missing", "Add `text = …`"),
            ("unknown variant `day`, expected one of `group`, `date`", "“day”", "“date”"),
            ("unknown variant `zebra`, expected `all` or `any`", "“zebra”", "all, any"),
            ("invalid type: string \"five\", expected u32", "a text", "whole number"),
            ("invalid type: map, expected a sequence", "a table", "a list"),
            ("invalid value: integer `-3`, expected u32", "not allowed", "from 0 up"),
            ("data did not match any variant of untagged enum Scalar", "No answer", "true"),
            ("unknown field `fr`, expected `en` or `cy`", "“fr”", "en, cy"),
            ("parsed date is not valid: parameter 'day'", "not a valid date", "2026-11-21"),
            ("something else", "something else.", "README"),
        ];
        for (reader, message, advice) in cases {
            let advised = advise(reader);
            assert!(advised.message.contains(message), "{}", advised.message);
            assert!(advised.advice.contains(advice), "{}", advised.advice);
        }
    }
}
