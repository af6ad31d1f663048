//! Reading a TOML table field by field: a wrong field becomes a problem with its place, and
//! reading goes on.

use std::{ops::Range, str::FromStr};

use jiff::civil::Date;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::text::{Problem, SourceFile, clean_line};

/// Reads TOML that stands in a file from byte `offset` on.
pub(super) fn parse_toml<'a>(
    file: &SourceFile,
    text: &'a str,
    offset: usize,
    problems: &mut Vec<Problem>,
) -> Option<Spanned<DeTable<'a>>> {
    match DeTable::parse(text) {
        Ok(table) => Some(table),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            problems.push(file.error(
                "toml-syntax",
                span.start + offset..span.end + offset,
                format!("This is not valid TOML: {}.", error.message()),
                "Write one `key = \"value\"` on each line, as in knowledge/README.md.",
            ));
            None
        }
    }
}

/// One table, and where the problems with it go.
pub(super) struct Fields<'a> {
    pub(super) table: &'a DeTable<'a>,
    /// Where the table stands in the file, for what is missing from it.
    pub(super) place: Range<usize>,
    pub(super) file: &'a SourceFile,
    /// Where the TOML starts in the file.
    pub(super) offset: usize,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// Reports keys that are not known, with the nearest one that is.
    pub(super) fn only(&mut self, known: &[&str]) {
        let mut unknown: Vec<_> = self
            .table
            .iter()
            .filter(|(key, _)| !known.contains(&key.get_ref().as_ref()))
            .map(|(key, _)| (key.get_ref().to_string(), key.span()))
            .collect();
        unknown.sort_by_key(|(_, span)| span.start);
        for (key, span) in unknown {
            let message = format!("`{key}` is not a known key and is ignored.");
            self.warn("unknown-key", span, message, nearest_advice(&key, known));
        }
    }

    /// Text that must be there and not be blank.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let value = self.required(key)?;
        let span = value.span();
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(clean_line(text.trim())),
            DeValue::String(_) => {
                self.fail("empty-value", span, format!("`{key}` is empty."), "Fill it in.");
                None
            }
            other => {
                let kind = other.type_str();
                self.wrong(key, span, "text in quotation marks", kind);
                None
            }
        }
    }

    /// Text that may be left out.
    pub(super) fn text_if_any(&mut self, key: &str) -> Option<String> {
        self.table.get(key)?;
        self.text(key)
    }

    /// A list of text; missing counts as empty.
    pub(super) fn texts(&mut self, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let kind = value.get_ref().type_str();
            self.wrong(key, value.span(), "a list in square brackets", kind);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) if !text.trim().is_empty() => {
                    texts.push((clean_line(text.trim()), item.span()));
                }
                DeValue::String(_) => self.fail(
                    "empty-value",
                    item.span(),
                    format!("`{key}` has an empty text in it."),
                    "Remove the empty text.",
                ),
                other => {
                    let kind = other.type_str();
                    self.wrong(key, item.span(), "a list of texts", kind);
                }
            }
        }
        texts
    }

    /// One word of a closed list.
    pub(super) fn term<T: FromStr>(&mut self, key: &str, known: &[&str]) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(key)?;
        let span = self.table.get(key).map_or(0..0, Spanned::span);
        self.parse_term(&text, span, known)
    }

    /// A list of words of a closed list: the unknown ones are reported and left out.
    pub(super) fn terms<T: FromStr + PartialEq>(&mut self, key: &str, known: &[&str]) -> Vec<T>
    where
        T::Err: std::fmt::Display,
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

    fn parse_term<T: FromStr>(
        &mut self,
        text: &str,
        span: Range<usize>,
        known: &[&str],
    ) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text.parse() {
            Ok(term) => Some(term),
            Err(error) => {
                let error: T::Err = error;
                let message = format!("{error}.");
                self.fail("unknown-value", span, message, nearest_advice(text, known));
                None
            }
        }
    }

    /// A date such as `2026-11-21`, with or without quotation marks.
    pub(super) fn date(&mut self, key: &str) -> Option<Date> {
        let value = self.required(key)?;
        let span = value.span();
        let date = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string().parse().ok(),
            DeValue::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if date.is_none() {
            let kind = value.get_ref().type_str();
            self.wrong(key, span, "a date such as 2026-11-21", kind);
        }
        date
    }

    /// A year, which may be left out.
    pub(super) fn year_if_any(&mut self, key: &str) -> Option<i16> {
        let value = self.table.get(key)?;
        let span = value.span();
        let year = value
            .get_ref()
            .as_integer()
            .and_then(|number| number.as_str().parse::<i16>().ok())
            .filter(|year| (1800..=2200).contains(year));
        if year.is_none() {
            let kind = value.get_ref().type_str();
            self.wrong(key, span, "a year such as 2024", kind);
        }
        year
    }

    /// The tables under `[[key]]`, with their places.
    pub(super) fn tables(&mut self, key: &str) -> Vec<(&'a DeTable<'a>, Range<usize>)> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let kind = value.get_ref().type_str();
            self.wrong(key, value.span(), &format!("tables, each under `[[{key}]]`"), kind);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, item.span())),
                None => {
                    let kind = item.get_ref().type_str();
                    self.wrong(key, item.span(), &format!("tables, each under `[[{key}]]`"), kind);
                }
            }
        }
        tables
    }

    /// The place of a key's value.
    pub(super) fn place_of(&self, key: &str) -> Range<usize> {
        let span = self.table.get(key).map_or_else(|| self.place.clone(), Spanned::span);
        span.start + self.offset..span.end + self.offset
    }

    fn required(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.table.get(key);
        if value.is_none() {
            let place = self.place.clone();
            let message = format!("`{key}` is missing.");
            self.fail("missing-key", place, message, format!("Add `{key} = …`."));
        }
        value
    }

    fn wrong(&mut self, key: &str, span: Range<usize>, wanted: &str, found: &str) {
        let message = format!("`{key}` must be {wanted}. This {found} does not fit.");
        self.fail("wrong-type", span, message, format!("Write {wanted}."));
    }

    pub(super) fn fail(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        let span = span.start + self.offset..span.end + self.offset;
        self.problems.push(self.file.error(code, span, message, advice));
    }

    fn warn(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) {
        let span = span.start + self.offset..span.end + self.offset;
        self.problems.push(self.file.warning(code, span, message, advice));
    }
}

/// The known name nearest to what was written, if one is near enough to have been meant.
pub(crate) fn nearest<'k>(
    given: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn nearest_advice(given: &str, known: &[&str]) -> String {
    match nearest(given, known.iter().copied()) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => format!("Use one of these: {}.", known.join(", ")),
    }
}
