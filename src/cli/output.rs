//! How output looks: width and colour, paths, numbers with their nouns.

use std::{io, io::IsTerminal, path::Path};

use crate::text::clean_line;

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
        let is_terminal = io::stdout().is_terminal();
        // Asked for only where there is a terminal: without one, asking starts other programs.
        let size = is_terminal.then(crossterm::terminal::size).and_then(Result::ok);
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            columns: size.map(|(columns, _)| usize::from(columns)),
            colour: is_terminal && !no_colour,
        }
    }

    /// Returns the text between the codes that set it apart, if colours may be used.
    pub(crate) fn apply(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Returns a path on one line, without characters that a terminal would obey.
pub(crate) fn display_path(path: &Path) -> String {
    clean_line(&path.to_string_lossy())
}

/// Returns a number with its noun: `1 error`, `2 errors`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
