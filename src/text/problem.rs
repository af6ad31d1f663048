//! What is wrong with a file somebody wrote, and how to say so: to people with a pointed excerpt,
//! to machines as JSON.
//!
//! A problem always names its file, place and what to do. Nothing in a file can steer the terminal
//! it is shown on: every character that could is replaced before it is kept.

use std::{fmt, ops::Range, sync::Arc};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet, renderer::DecorStyle};
use serde_json::{Value, json};

use super::{clean, clean::floor_boundary, clean_line, width, wrap};

/// Bytes of the longest line that is shown as an excerpt; a longer one would fill the screen.
const MAX_LINE_LEN: usize = 2000;
/// Columns that the form for people takes at least, however narrow the terminal.
const MIN_COLUMNS: usize = 40;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is wrong, but the file could be better. `check` counts notes and never fails for one.
    Note,
    /// The file works, but somebody should look at it.
    Warning,
    /// The file, or a part of it, cannot be used.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
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

    /// The text, in which nothing can steer a terminal; offsets are those of the file.
    pub(crate) fn text(&self) -> &str {
        &self.text
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
        let line_start = line_start(&self.text, start);
        let is_shown = line_end(&self.text, start) - line_start <= MAX_LINE_LEN;
        Problem {
            file: self.name.to_string(),
            line: self.text[..start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            span: start..end,
            code,
            severity,
            message: clean_line(message.as_ref()),
            advice: clean_line(advice.as_ref()),
            source: is_shown.then(|| Arc::clone(&self.text)),
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

    /// Something that could be better.
    pub fn note(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) -> Problem {
        self.problem(Severity::Note, code, span, message, advice)
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
        file: impl fmt::Display,
        severity: Severity,
        code: &'static str,
        message: impl AsRef<str>,
        advice: impl AsRef<str>,
    ) -> Self {
        let file = SourceFile::new(&file.to_string(), "");
        Self { source: None, ..file.problem(severity, code, 0..0, message, advice) }
    }

    /// Whether the file, or a part of it, cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether nothing is wrong, but something could be better.
    pub fn is_note(&self) -> bool {
        self.severity == Severity::Note
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
        let columns = columns.max(MIN_COLUMNS);
        let level = match self.severity {
            Severity::Note => Level::NOTE,
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let label = width(self.severity.name()) + width(self.code) + width("[]: ");
        let message = wrapped(&self.message, columns.saturating_sub(label));
        let report = level.primary_title(message).id(self.code);

        let excerpt = self.source.as_deref().map(|text| Excerpt::of(text, self, columns));
        let file = Origin::path(&self.file);
        let report = match &excerpt {
            Some(excerpt) => report.element(excerpt.snippet(&self.file)),
            // It may be about the file as a whole.
            None if (self.line, self.column) == (1, 1) => report.element(file),
            None => report.element(file.line(self.line).char_column(self.column)),
        };
        let report = if self.advice.is_empty() {
            report
        } else {
            let gutter = excerpt.as_ref().map_or(1, |excerpt| excerpt.gutter);
            let label = gutter + width(" ╰ help: ");
            let advice = wrapped(&self.advice, columns.saturating_sub(label));
            report.element(Level::HELP.message(advice))
        };

        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.hyperlink(false).decor_style(DecorStyle::Unicode);
        let mut out = renderer.term_width(columns).render(&[report]);
        out.push('\n');
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

/// The lines of a problem with one before and one after, as far as those can be shown.
struct Excerpt {
    text: String,
    /// The number of its first line in the file, counted from 1.
    first_line: usize,
    /// Columns of the longest line number.
    gutter: usize,
    /// What is marked, in bytes of the excerpt.
    span: Range<usize>,
}

impl Excerpt {
    fn of(text: &str, problem: &Problem, columns: usize) -> Self {
        let Range { start, end } = problem.span;
        // A mark as wide as the terminal would be cut off before its end.
        let end = wrap(&text[start..end], columns / 2).first().map_or(end, |line| start + line.end);
        let (mut from, mut to) = (line_start(text, start), line_end(text, end));
        let mut first_line = problem.line;
        if from > 0 && from - 1 - line_start(text, from - 1) <= MAX_LINE_LEN {
            (from, first_line) = (line_start(text, from - 1), first_line - 1);
        }
        // The line end of the last line begins no other line.
        if to + 1 < text.len() && line_end(text, to + 1) - (to + 1) <= MAX_LINE_LEN {
            to = line_end(text, to + 1);
        }
        let mut shown = text[from..to].to_owned();
        let gutter = (first_line + shown.matches('\n').count()).to_string().len();
        if shown.ends_with('\n') {
            // Else the last line would not count as one, and a problem there not be in it.
            shown.push(' ');
        }
        Self { text: shown, first_line, gutter, span: start - from..end - from }
    }

    fn snippet(&self, file: &str) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        Snippet::source(&self.text)
            .path(file.to_owned())
            .line_start(self.first_line)
            .annotation(AnnotationKind::Primary.span(self.span.clone()).label("here"))
            .annotation(AnnotationKind::Visible.span(0..0))
            .annotation(AnnotationKind::Visible.span(self.text.len()..self.text.len()))
    }
}

/// The text broken into lines that are at most so wide.
fn wrapped(text: &str, columns: usize) -> String {
    let lines: Vec<&str> = wrap(text, columns).into_iter().map(|line| &text[line]).collect();
    lines.join("\n")
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

/// Where the line around a place begins.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// Where the line around a place ends.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |after| at + after)
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
        assert!(sample().render(80, true).contains('\x1b'), "colour was asked for");
    }

    #[test]
    fn a_line_too_long_to_show_is_named_by_its_place_alone() {
        let text = format!("a = 1\nb = \"{}\"\n", "x".repeat(100_000));
        let shown = SourceFile::new("long.toml", &text).error("x", 10..12, "m", "a");
        let shown = shown.render(80, false);
        assert!(shown.contains("long.toml:2:5") && shown.len() < 1000, "{}", shown.len());
    }

    #[test]
    fn the_excerpt_has_a_line_before_and_after_unless_those_are_too_long_to_show() {
        let long = "y".repeat(MAX_LINE_LEN + 1);
        let shown = |text: &str| {
            let start = text.find("wrong").expect("the word");
            SourceFile::new("a", text).error("x", start..start + 5, "m", "a").render(80, false)
        };
        let both = shown("first\nbefore\nwrong\nafter\nlast\n");
        assert!(both.contains("before") && both.contains("after"), "{both}");
        assert!(!both.contains("first") && !both.contains("last"), "{both}");
        let last = shown("before\nwrong\n");
        assert!(last.contains("2 │ wrong") && !last.contains("3 │"), "{last}");
        let neither = shown(&format!("{long}\nwrong\n{long}\n"));
        assert!(neither.contains("wrong") && !neither.contains('y'), "{neither}");
    }

    #[test]
    fn the_excerpt_names_the_place_that_the_problem_names() {
        let text = "één\n\ntŷ x\r\n\n 語 = \"ü\"\n";
        let file = SourceFile::new("a.md", text);
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for end in (at..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                let problem = file.error("x", at..end, "m", "a");
                let place = format!("a.md:{}:{}\n", problem.line, problem.column);
                let shown = problem.render(80, false);
                assert!(shown.contains(&place), "{at}..{end} is at {place}in\n{shown}");
            }
        }
    }

    #[test]
    fn every_line_fits_the_terminal() {
        let words =
            "what is wrong with this line and what the author should do about it ".repeat(5);
        let text = format!("a\n{}\nb\n", "word 語 ".repeat(200));
        let file = SourceFile::new("a.md", &text);
        for span in [0..1, 2..3, 900..905, 1200..1500, 2..text.len() - 3, 0..text.len()] {
            for columns in [40, 80, 120] {
                let shown = file.error("x", span.clone(), &words, &words).render(columns, false);
                let widest = shown.lines().map(width).max();
                assert!(widest <= Some(columns), "{widest:?} of {columns}, {span:?}\n{shown}");
            }
        }
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
