//! TOML files that people write, read with the position of every key and value.
//!
//! [`TomlFile`] finds what a path leads to. [`TableReader`] reads a table key by key: a wrong value
//! becomes a [`Problem`] with its place, and reading goes on with the next key.

use std::{fmt::Display, ops::Range, str::FromStr};

use jiff::civil::Date;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Problem, SourceFile, clean_line};

/// A step of a path into a TOML file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PathStep<'a> {
    /// The value of a key.
    Key(&'a str),
    /// An element of a list, counted from 0.
    At(usize),
}

/// Why a text could not be read as TOML.
pub(crate) struct TomlError {
    message: String,
    span: Range<usize>,
}

impl From<toml::de::Error> for TomlError {
    fn from(error: toml::de::Error) -> Self {
        Self { message: error.message().to_owned(), span: error.span().unwrap_or(0..0) }
    }
}

impl TomlError {
    /// What the parser says.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The bytes of the file that the parser could not read.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The error as a problem of `file`. The message is `summary`, then what the parser says.
    pub(crate) fn to_problem(
        &self,
        file: &SourceFile,
        code: &'static str,
        summary: &str,
        advice: &str,
    ) -> Problem {
        file.error(code, self.span(), format!("{summary}: {}.", self.message), advice)
    }
}

/// The tables of a TOML file, or of the TOML inside a file.
pub(crate) struct TomlFile<'t> {
    pub(crate) file: SourceFile,
    table: Spanned<DeTable<'t>>,
    offset: usize,
}

impl<'t> TomlFile<'t> {
    /// Parses `text`, which starts at byte `offset` of `file`.
    pub(crate) fn parse(file: SourceFile, text: &'t str, offset: usize) -> Result<Self, TomlError> {
        match DeTable::parse(text) {
            Ok(table) => Ok(Self { file, table, offset }),
            Err(error) => {
                let TomlError { message, span } = error.into();
                Err(TomlError { message, span: span.start + offset..span.end + offset })
            }
        }
    }

    /// The outermost table.
    pub(crate) fn table(&self) -> &DeTable<'t> {
        self.table.get_ref()
    }

    /// A reader of the outermost table, which adds to `problems`.
    pub(crate) fn reader<'a>(&'a self, problems: &'a mut Vec<Problem>) -> TableReader<'a> {
        // A key that is missing here is reported at the start of the TOML.
        let (table, file, offset) = (self.table(), &self.file, self.offset);
        TableReader { table, span: 0..0, file, offset, problems }
    }

    /// The value at the end of `path`, if it is true or false.
    pub(crate) fn boolean(&self, path: &[PathStep<'_>]) -> Option<bool> {
        let (_, value) = self.values(path).nth(path.len().checked_sub(1)?)?;
        value.as_bool()
    }

    /// The bytes of what `path` leads to, or of the last step that exists.
    pub(crate) fn span(&self, path: &[PathStep<'_>]) -> Range<usize> {
        self.values(path).last().map_or_else(|| self.table.span(), |(span, _)| span)
    }

    /// The value after each step of `path`, until a step leads nowhere.
    fn values(&self, path: &[PathStep<'_>]) -> impl Iterator<Item = (Range<usize>, &DeValue<'t>)> {
        let mut last: Option<&DeValue<'t>> = None;
        path.iter().map_while(move |step| {
            let value = match (step, last) {
                (PathStep::Key(key), None) => self.table().get(*key),
                (PathStep::Key(key), Some(DeValue::Table(table))) => table.get(*key),
                (PathStep::At(at), Some(DeValue::Array(list))) => list.get(*at),
                _ => None,
            }?;
            last = Some(value.get_ref());
            Some((value.span(), value.get_ref()))
        })
    }
}

/// Reads one table key by key, and reports what is wrong with it.
pub(crate) struct TableReader<'a> {
    table: &'a DeTable<'a>,
    /// The bytes of the table in the TOML.
    span: Range<usize>,
    file: &'a SourceFile,
    /// Where the TOML starts in the file.
    offset: usize,
    problems: &'a mut Vec<Problem>,
}

impl<'a> TableReader<'a> {
    /// Warns of every key that is not in `known`.
    pub(crate) fn only(&mut self, known: &[&str]) {
        for (key, span) in unknown_keys(self.table, known) {
            let message = format!("`{key}` is not a known key and is ignored.");
            let span = self.in_file(span);
            let advice = nearest_advice(key, known);
            self.problems.push(self.file.warning("unknown-key", span, message, advice));
        }
    }

    /// Returns the text of `key`, cleaned. Reports a missing key and an empty text.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        let value = self.required(key)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                return Some(clean_line(text.trim()));
            }
            DeValue::String(_) => {
                let message = format!("`{key}` is empty.");
                self.fail_at("empty-value", value.span(), message, "Fill it in.");
            }
            _ => self.wrong_type(key, value, "text in quotation marks"),
        }
        None
    }

    /// Returns the text of `key`, which may be missing.
    pub(crate) fn text_if_any(&mut self, key: &str) -> Option<String> {
        self.table.get(key)?;
        self.text(key)
    }

    /// Returns the texts of a list with their spans. A missing key counts as an empty list.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list in square brackets");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    texts.push((clean_line(text.trim()), item.span()));
                }
                DeValue::String(_) => {
                    let message = format!("`{key}` has an empty item in it.");
                    self.fail_at("empty-value", item.span(), message, "Remove the empty item.");
                }
                _ => self.wrong_type(key, item, "a list of words in quotes"),
            }
        }
        texts
    }

    /// Returns the value of `key`, which is one of the names in `known`.
    pub(crate) fn term<T>(&mut self, key: &str, known: &[&str]) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        let text = self.text(key)?;
        let span = self.table.get(key).map_or(0..0, Spanned::span);
        self.parse_term(&text, span, known)
    }

    /// Returns the values of a list of names, each once. Unknown names are reported and left out.
    pub(crate) fn terms<T>(&mut self, key: &str, known: &[&str]) -> Vec<T>
    where
        T: FromStr<Err: Display> + PartialEq,
    {
        if self.required(key).is_none() {
            return Vec::new();
        }
        let mut terms = Vec::new();
        for (text, span) in self.texts(key) {
            if let Some(term) = self.parse_term(&text, span, known)
                && !terms.contains(&term)
            {
                terms.push(term);
            }
        }
        terms
    }

    fn parse_term<T>(&mut self, text: &str, span: Range<usize>, known: &[&str]) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        let term: Result<T, T::Err> = text.parse();
        if let Err(error) = &term {
            self.fail_at("unknown-value", span, format!("{error}."), nearest_advice(text, known));
        }
        term.ok()
    }

    /// Returns a date such as `2026-11-21`, with or without quotation marks.
    pub(crate) fn date(&mut self, key: &str) -> Option<Date> {
        let value = self.required(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string().parse().ok(),
            DeValue::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if date.is_none() {
            self.wrong_type(key, value, "a date such as 2026-11-21");
        }
        date
    }

    /// Returns a year from 1800 to 2200, which may be missing.
    pub(crate) fn year_if_any(&mut self, key: &str) -> Option<i16> {
        let value = self.table.get(key)?;
        let year = value
            .get_ref()
            .as_integer()
            .and_then(|number| number.as_str().parse::<i16>().ok())
            .filter(|year| (1800..=2200).contains(year));
        if year.is_none() {
            self.wrong_type(key, value, "a year such as 2024");
        }
        year
    }

    /// Whether `key`, which may be missing, is true.
    pub(crate) fn is_set(&mut self, key: &str) -> bool {
        let Some(value) = self.table.get(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value, "true or false");
            false
        })
    }

    /// Reads each table under `[[key]]` with `read`, and returns what it returns; a missing key
    /// counts as no table.
    pub(crate) fn tables<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(TableReader<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let expected = format!("tables, each under `[[{key}]]`");
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &expected);
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            let Some(table) = item.get_ref().as_table() else {
                self.wrong_type(key, item, &expected);
                continue;
            };
            found.extend(read(TableReader {
                table,
                span: item.span(),
                file: self.file,
                offset: self.offset,
                problems: &mut *self.problems,
            }));
        }
        found
    }

    /// Whether the table has `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn required(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.table.get(key);
        if value.is_none() {
            let message = format!("`{key}` is missing.");
            self.fail("missing-key", message, format!("Add `{key} = …`."));
        }
        value
    }

    fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = value.get_ref().type_str();
        let message = format!("`{key}` must be {expected}. This {found} does not fit.");
        self.fail_at("wrong-type", value.span(), message, format!("Write {expected}."));
    }

    /// Reports an error in the value of `key`; in the table itself if it has no such key.
    pub(crate) fn fail_in(
        &mut self,
        key: &str,
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        let span = self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span);
        self.fail_at(code, span, message, advice);
    }

    /// Reports an error in the table as a whole.
    pub(crate) fn fail(
        &mut self,
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        self.fail_at(code, self.span.clone(), message, advice);
    }

    /// Reports an error at `span`, which counts from the start of the TOML.
    pub(crate) fn fail_at(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        let span = self.in_file(span);
        self.problems.push(self.file.error(code, span, message, advice));
    }

    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        span.start + self.offset..span.end + self.offset
    }
}

/// The keys of `table` that are not in `known`, with their spans, in the order of the file.
pub(crate) fn unknown_keys<'t>(
    table: &'t DeTable<'_>,
    known: &[&str],
) -> Vec<(&'t str, Range<usize>)> {
    let keys = table.keys().map(|key| (key.get_ref().as_ref(), key.span()));
    let mut unknown: Vec<_> = keys.filter(|(key, _)| !known.contains(key)).collect();
    unknown.sort_by_key(|(_, span)| span.start);
    unknown
}

/// Returns the name that is most like `given`, if one is like it at all. Capitals do not count.
pub(crate) fn nearest_name<'n>(
    given: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let given = given.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + given.len().max(name.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn nearest_advice(given: &str, known: &[&str]) -> String {
    match nearest_name(given, known.iter().copied()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => format!("Use one of these: {}.", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "+++\nname = \"x\"\nyes = true\n[[row]]\nname = \"y\"\n";

    fn parse(text: &str, offset: usize) -> Result<TomlFile<'_>, TomlError> {
        TomlFile::parse(SourceFile::new("a.md", TEXT), &text[offset..], offset)
    }

    #[test]
    fn a_path_leads_to_the_last_step_that_exists() {
        let Ok(toml) = parse(&TEXT[4..], 0) else { panic!("it is TOML") };
        let text = |path: &[PathStep<'_>]| &TEXT[4..][toml.span(path)];
        assert_eq!(text(&[PathStep::Key("name")]), "\"x\"");
        let row = [PathStep::Key("row"), PathStep::At(0), PathStep::Key("name")];
        assert_eq!(text(&row), "\"y\"");
        assert_eq!(text(&[PathStep::Key("name"), PathStep::At(3)]), "\"x\"");
        assert_eq!(toml.boolean(&[PathStep::Key("yes")]), Some(true));
        assert_eq!(toml.boolean(&[PathStep::Key("name")]), None);
    }

    #[test]
    fn problems_inside_a_file_have_its_lines() {
        let Ok(toml) = parse(TEXT, 4) else { panic!("it is TOML") };
        let mut problems = Vec::new();
        let mut fields = toml.reader(&mut problems);
        fields.only(&["name", "yes"]);
        fields.tables("row", |mut row| row.text("title"));
        let places: Vec<_> = problems.iter().map(|problem| (problem.code, problem.line)).collect();
        assert_eq!(places, [("unknown-key", 4), ("missing-key", 4)]);
        let error = parse("+++\nname =", 4).err().expect("it is not TOML");
        assert!(error.span().start >= 4, "{:?}", error.span());
    }

    #[test]
    fn a_name_is_near_whatever_its_capitals_and_far_names_are_not_offered() {
        assert_eq!(nearest_name("Titel", ["title", "text"]), Some("title"));
        assert_eq!(nearest_name("zebra", ["title", "text"]), None);
    }
}
