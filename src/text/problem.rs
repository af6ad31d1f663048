//! What is wrong with a file somebody wrote, and how to say so: to people with a pointed excerpt,
//! to machines as JSON.
//!
//! A problem always names its file, place and what to do. Nothing in a file can steer the terminal
//! it is shown on: every character that could is replaced before it is kept.

use std::{fmt, ops::Range, sync::Arc};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use serde_json::{Value, json};

use super::{clean, clean_line};

/// Bytes of the longest line that is shown as an excerpt; a longer one would fill the screen.
const MAX_LINE_LEN: usize = 2000;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file works, but somebody should look at it.
    Warning,
    /// The file, or a part of it, cannot be used.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The text of a file that is being checked, kept so that problems can point into it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: Arc<str>,
    text: Arc<str>,
}

impl SourceFile {
    /// `name` is the path as the reader should see it; byte offsets into `text` stay valid.
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: clean_line(name).into(), text: neutral(text).into() }
    }

    /// The path as the reader sees it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A problem at `span`, in bytes of the text; a span outside of it moves to its end.
    pub fn problem(
        &self,
        severity: Severity,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) -> Problem {
        let start = floor_boundary(&self.text, span.start);
        let end = floor_boundary(&self.text, span.end.max(span.start));
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        Problem {
            file: self.name.to_string(),
            line: self.text[..start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            span: start..end,
            code,
            severity,
            message: clean_line(message.as_ref()),
            advice: clean_line(advice.as_ref()),
            source: (line_end - line_start <= MAX_LINE_LEN).then(|| Arc::clone(&self.text)),
        }
    }

    /// A problem that stops the file, or a part of it, from being used.
    pub fn error(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) -> Problem {
        self.problem(Severity::Error, code, span, message, advice)
    }

    /// A problem that somebody should look at.
    pub fn warning(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) -> Problem {
        self.problem(Severity::Warning, code, span, message, advice)
    }
}

/// One thing wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path as the reader should see it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// Bytes of the file; empty for a problem with the file as a whole.
    pub span: Range<usize>,
    /// A short name that stays the same between versions, such as `unknown-key`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub advice: String,
    source: Option<Arc<str>>,
}

impl Problem {
    /// A problem with a file as a whole, without an excerpt: it could not be read, or is ignored.
    pub fn of_file(
        file: &str,
        severity: Severity,
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) -> Self {
        Self {
            file: clean_line(file),
            line: 1,
            column: 1,
            span: 0..0,
            code,
            severity,
            message: clean_line(message.as_ref()),
            advice: clean_line(advice.as_ref()),
            source: None,
        }
    }

    /// Whether the file, or a part of it, cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The form machines read.
    pub fn to_json(&self) -> Value {
        json!({
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "span": [self.span.start, self.span.end],
            "code": self.code,
            "severity": self.severity.name(),
            "message": self.message,
            "advice": self.advice,
        })
    }

    /// The form people read: what, where with an excerpt, and what to do, `columns` wide.
    pub fn render(&self, columns: usize, colour: bool) -> String {
        let theme =
            if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler =
            GraphicalReportHandler::new_themed(theme).with_width(columns.max(40)).with_links(false);
        let shown = Shown {
            problem: self,
            source: self.source.as_ref().map(|text| NamedSource::new(&self.file, Arc::clone(text))),
        };
        let mut out = String::new();
        if handler.render_report(&mut out, &shown).is_err() {
            out.clear();
        }
        if out.is_empty() {
            out = format!("{self}\n");
        }
        out
    }
}

impl fmt::Display for Problem {
    /// One line: place, what, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if !self.advice.is_empty() {
            write!(f, " ({})", self.advice)?;
        }
        Ok(())
    }
}

/// All problems as the JSON document that `check --json` prints.
pub fn problems_to_json(problems: &[Problem]) -> Value {
    let problems: Vec<Value> = problems.iter().map(Problem::to_json).collect();
    json!({ "schema": 1, "problems": problems })
}

/// A problem as `miette` wants it.
struct Shown<'a> {
    problem: &'a Problem,
    source: Option<NamedSource<Arc<str>>>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.problem, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source.is_none() {
            let Problem { file, line, column, .. } = self.problem;
            match (line, column) {
                (1, 1) => write!(f, "{file}: ")?,
                _ => write!(f, "{file}:{line}:{column}: ")?,
            }
        }
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.problem.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.problem.advice.is_empty())
            .then(|| Box::new(&self.problem.advice) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), self.problem.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// The text with every character that could steer a terminal replaced by others of the same
/// length in bytes, so that spans into the file still fit.
fn neutral(text: &str) -> String {
    if matches!(clean(text), std::borrow::Cow::Borrowed(_)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        let one: &str = c.encode_utf8(&mut buffer);
        if c == '\n' || clean(one) == *one {
            out.push(c);
            continue;
        }
        out.push_str(match (c, one.len()) {
            ('\t' | '\r', _) => " ",
            (_, 1) => "?",
            (_, 2) => "??",
            (_, 3) => "\u{FFFD}",
            _ => "\u{FFFD}?",
        });
    }
    out
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Problem {
        let file = SourceFile::new("pack/one.md", "id = \"one\"\nkidn = \"myth\"\n");
        file.error("unknown-key", 11..15, "`kidn` is no key of an entry", "did you mean `kind`?")
    }

    #[test]
    fn a_problem_knows_its_line_and_column() {
        let file = SourceFile::new("a.md", "één\ntŷ x");
        let problem = file.warning("x", 10..11, "m", "a");
        assert_eq!((problem.line, problem.column), (2, 4));
    }

    #[test]
    fn people_see_the_excerpt_the_place_and_what_to_do() {
        let shown = sample().render(80, false);
        for part in ["unknown-key", "pack/one.md:2:1", "kidn = \"myth\"", "did you mean `kind`?"] {
            assert!(shown.contains(part), "{part} is missing from\n{shown}");
        }
        assert!(!shown.contains('\x1b'), "no colour was asked for");
    }

    #[test]
    fn a_line_too_long_to_show_is_named_by_its_place_alone() {
        let text = format!("a = 1\nb = \"{}\"\n", "x".repeat(100_000));
        let shown = SourceFile::new("long.toml", &text).error("x", 10..12, "m", "a");
        let shown = shown.render(80, false);
        assert!(shown.contains("long.toml:2:5") && shown.len() < 1000, "{}", shown.len());
    }

    #[test]
    fn a_problem_with_a_whole_file_names_the_file() {
        let problem =
            Problem::of_file("x.txt", Severity::Warning, "ignored-file", "ignored", "move it");
        let shown = problem.render(80, false);
        assert!(shown.contains("x.txt") && shown.contains("move it"), "{shown}");
    }

    #[test]
    fn machines_see_every_field() {
        let json = problems_to_json(&[sample()]);
        assert_eq!(json["schema"], 1);
        assert_eq!(json["problems"][0]["line"], 2);
        assert_eq!(json["problems"][0]["span"], json!([11, 15]));
        assert_eq!(json["problems"][0]["severity"], "error");
        assert_eq!(json["problems"][0]["code"], "unknown-key");
    }

    #[test]
    fn nothing_in_a_file_steers_the_terminal() {
        let text = "a\x1b[2J\u{202E}b\u{E0001}\u{85}c\r\n";
        let file = SourceFile::new("e\x1b.md", text);
        let problem = file.error("x", 2..3, "m\x1b", "a\u{202E}");
        let shown = problem.render(80, false);
        assert!(!shown.contains(['\x1b', '\u{202E}', '\u{E0001}', '\u{85}']), "{shown:?}");
        assert_eq!(neutral(text).len(), text.len());
    }

    #[test]
    fn a_span_outside_the_text_is_no_panic() {
        let file = SourceFile::new("a.md", "tŷ");
        for span in [0..0, 2..3, 3..900, 900..901] {
            let problem = file.error("x", span, "m", "a");
            assert!(!problem.render(20, true).is_empty());
        }
        assert!(!SourceFile::new("a", "").error("x", 0..1, "m", "a").render(80, false).is_empty());
    }
}
