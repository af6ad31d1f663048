//! The one way to standard output and standard error.
//!
//! [`CleanStream`] takes text, styled text and JSON, never bytes. What a terminal would obey, and
//! what hides or reorders text, does not get through, wherever it comes from. Only the styles of
//! [`StyledText`] and the colours of reports become escape codes, and only where colours may be used.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    path::Path,
};

use crate::text::{Problem, clean, clean_line, is_control_or_invisible};

/// How output looks: on a terminal it is laid out, in a pipe it is plain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutputStyle {
    /// The terminal's width; `None` in a pipe, where no line is wrapped.
    pub(crate) columns: Option<usize>,
    /// Whether colours and other attributes may be used.
    pub(crate) colour: bool,
}

impl OutputStyle {
    /// Returns the style of standard output.
    pub(crate) fn of_stdout() -> Self {
        let is_terminal = prints_to_terminal();
        // Asked for only where there is a terminal: without one, asking starts other programs.
        let size = is_terminal.then(crossterm::terminal::size).and_then(Result::ok);
        Self {
            columns: size.map(|(columns, _)| usize::from(columns)),
            colour: may_colour(is_terminal),
        }
    }
}

/// Returns whether standard output is a terminal.
pub(crate) fn prints_to_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Returns whether input, output or messages are at a terminal, so that a person may be there.
pub(crate) fn is_attended() -> bool {
    io::stdin().is_terminal() || prints_to_terminal() || io::stderr().is_terminal()
}

/// Returns whether what is printed there may have colours.
fn may_colour(is_terminal: bool) -> bool {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    is_terminal && !no_colour && !is_dumb
}

/// How a part of a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emphasis {
    /// As the text around it.
    None,
    /// Bold.
    Bold,
    /// Underlined.
    Underline,
    /// Bold and red: what to do in danger.
    Danger,
}

/// Text of which parts are emphasised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StyledText {
    parts: Vec<(Emphasis, String)>,
}

impl StyledText {
    /// Adds text.
    pub(crate) fn push(&mut self, emphasis: Emphasis, text: impl Into<String>) {
        self.parts.push((emphasis, text.into()));
    }

    /// Adds another styled text.
    pub(crate) fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// Returns the words alone.
    pub(crate) fn to_plain(&self) -> String {
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// Standard output or standard error, for everything that is printed.
pub(crate) struct CleanStream {
    to: Box<dyn Write>,
    colour: bool,
}

impl CleanStream {
    /// Returns a stream that writes to `to`, with colours or without.
    pub(crate) fn new(to: Box<dyn Write>, colour: bool) -> Self {
        Self { to, colour }
    }

    /// Returns standard output, with colours or without.
    pub(crate) fn stdout(colour: bool) -> Self {
        Self::new(Box::new(io::BufWriter::new(io::stdout())), colour)
    }

    /// Returns standard error.
    pub(crate) fn stderr() -> Self {
        let err = io::stderr();
        let colour = may_colour(err.is_terminal());
        Self::new(Box::new(err), colour)
    }

    /// Prints text. A tab becomes four spaces.
    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(clean(text).as_bytes())
    }

    /// Prints text in which tabs, and CR before LF, belong to the format: cells, CSV, scripts.
    pub(crate) fn document(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(clean_document(text).as_bytes())
    }

    /// Prints styled text.
    pub(crate) fn styled(&mut self, text: &StyledText) -> io::Result<()> {
        for (emphasis, part) in &text.parts {
            let code = match emphasis {
                Emphasis::Bold if self.colour => "1",
                Emphasis::Underline if self.colour => "4",
                Emphasis::Danger if self.colour => "1;31",
                _ => {
                    self.text(part)?;
                    continue;
                }
            };
            write!(self.to, "\x1b[{code}m{}\x1b[0m", clean(part))?;
        }
        Ok(())
    }

    /// Prints a problem with its excerpt, `columns` wide.
    pub(crate) fn problem(&mut self, problem: &Problem, columns: usize) -> io::Result<()> {
        // A problem cleans its words and its excerpt when it is made: the colours are its own.
        let report = problem.render(columns, self.colour);
        self.to.write_all(clean_except_colours(&report).as_bytes())?;
        self.to.write_all(b"\n")
    }

    /// Prints what the reader of the command line says: help, or what is wrong with arguments that
    /// were cleaned before.
    pub(crate) fn usage(&mut self, text: &clap::builder::StyledStr) -> io::Result<()> {
        if !self.colour {
            return self.text(&text.to_string());
        }
        self.to.write_all(clean_except_colours(&text.ansi().to_string()).as_bytes())
    }

    /// Prints a JSON document of one line. What would be removed from text is written as an escape
    /// (`\u001b`), so that a program that reads the document gets the value as it is.
    pub(crate) fn json(&mut self, value: &serde_json::Value) -> io::Result<()> {
        let mut line = String::new();
        let mut units = [0; 2];
        for c in value.to_string().chars() {
            // Such characters stand inside strings only.
            if is_control_or_invisible(c) {
                for unit in c.encode_utf16(&mut units) {
                    line.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                line.push(c);
            }
        }
        line.push('\n');
        self.to.write_all(line.as_bytes())
    }

    /// Hands over what is still kept back.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Redacted: what was printed may be a note.
impl fmt::Debug for CleanStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanStream").finish_non_exhaustive()
    }
}

/// Returns text cleaned, with its tabs and its CRLF line ends.
fn clean_document(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(clean).collect::<Vec<_>>().join("\t");
    text.split("\r\n").map(line).collect::<Vec<_>>().join("\r\n")
}

/// Returns text cleaned of everything but colours and other looks (`ESC [ numbers m`).
fn clean_except_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        let (before, code) = rest.split_at(at);
        out.push_str(&clean(before));
        let code = &code[2..];
        let end = code.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(code.len());
        rest = code;
        if let Some(after) = code[end..].strip_prefix('m') {
            out.push_str(&format!("\x1b[{}m", &code[..end]));
            rest = after;
        }
    }
    out.push_str(&clean(rest));
    out
}

/// Returns a path on one line, without characters that a terminal would obey.
pub(crate) fn display_path(path: &Path) -> String {
    clean_line(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    const HOSTILE: &str = "a\x1b[31mb\u{9b}2Jc\u{202e}d\u{200b}e\u{e0041}f\x07\x7f";

    #[derive(Clone, Default)]
    struct Kept(Rc<RefCell<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn printed(colour: bool, print: impl Fn(&mut CleanStream) -> io::Result<()>) -> String {
        let kept = Kept::default();
        print(&mut CleanStream::new(Box::new(kept.clone()), colour)).expect("printed");
        String::from_utf8(kept.0.take()).expect("text")
    }

    #[test]
    fn text_is_cleaned_with_colours_and_without() {
        for colour in [false, true] {
            assert_eq!(printed(colour, |to| to.text(HOSTILE)), "a[31mb2Jcdef");
            let document = format!("{HOSTILE}\tg\r\nh\ri");
            assert_eq!(printed(colour, |to| to.document(&document)), "a[31mb2Jcdef\tg\r\nh\ni");
        }
    }

    #[test]
    fn only_the_looks_of_the_program_become_codes() {
        let mut text = StyledText::default();
        text.push(Emphasis::Bold, HOSTILE);
        text.push(Emphasis::None, HOSTILE);
        assert_eq!(printed(false, |to| to.styled(&text)), "a[31mb2Jcdefa[31mb2Jcdef");
        let coloured = printed(true, |to| to.styled(&text));
        assert_eq!(coloured, "\x1b[1ma[31mb2Jcdef\x1b[0ma[31mb2Jcdef");
        let report = "\x1b[1;31merror\x1b[0m \x1b[2J \x1b]0;x\x07 \x1b[3";
        assert_eq!(clean_except_colours(report), "\x1b[1;31merror\x1b[0m 2J ]0;x 3");
    }

    #[test]
    fn json_keeps_values_and_has_no_character_that_steers() {
        let value = serde_json::json!({ "text": HOSTILE });
        let line = printed(true, |to| to.json(&value));
        assert!(line.is_ascii() && !line.trim_end().contains(char::is_control), "{line}");
        assert!(line.contains("\\u001b") && line.contains("\\u202e"), "{line}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).expect("JSON"), value);
    }
}
