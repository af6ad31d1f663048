//! A screen as a person reads it.

use std::fmt;

/// The mark before everything that has the focus.
const MARKER: char = '▌';

/// One look at the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shot {
    /// Its rows, without the blanks at their ends.
    pub(crate) rows: Vec<String>,
    /// Row and column of the cursor.
    pub(crate) cursor: (u16, u16),
}

impl Shot {
    pub(crate) fn of(screen: &vt100::Screen) -> Self {
        let (_, columns) = screen.size();
        let rows = screen.rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
        Self { rows, cursor: screen.cursor_position() }
    }

    /// Whether a text is in view, on one row or broken over several.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.rows.iter().any(|row| row.contains(text)) || self.flat().contains(text)
    }

    /// All words in reading order, without frames and markers.
    pub(crate) fn flat(&self) -> String {
        let text = self.rows.join(" ").replace(['│', '┃', MARKER], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The words that have the focus; empty if nothing has.
    pub(crate) fn focused(&self) -> String {
        let marked = self.rows.iter().filter_map(|row| row.split(MARKER).nth(1));
        marked.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// Whether the field or button with this label has the focus.
    pub(crate) fn is_at(&self, label: &str) -> bool {
        let focused = self.focused();
        let button = |sign| focused.starts_with(&format!("{sign} {label}"));
        focused.starts_with(label) || button("[") || button("[+")
    }

    /// All but the place line, where the clock and the state of saving stand.
    pub(crate) fn form(&self) -> Vec<&str> {
        let place = self.place_row();
        self.rows.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, row)| &**row).collect()
    }

    /// The row that says where one is: on a high screen an empty one stands above it.
    pub(crate) fn place_row(&self) -> usize {
        1 + usize::from(self.rows.len() >= 30)
    }

    /// Where the markers stand.
    pub(crate) fn markers(&self) -> Vec<(usize, usize)> {
        let places = |(at, row): (usize, &String)| {
            row.char_indices()
                .filter(|(_, c)| *c == MARKER)
                .map(move |(column, _)| (at, column))
                .collect::<Vec<_>>()
        };
        self.rows.iter().enumerate().flat_map(places).collect()
    }

    /// The row that a text is in.
    pub(crate) fn row_with(&self, text: &str) -> Option<&str> {
        self.rows.iter().map(String::as_str).find(|row| row.contains(text))
    }
}

impl fmt::Display for Shot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bar = "─".repeat(self.rows.iter().map(|row| row.chars().count()).max().unwrap_or(0));
        writeln!(f, "┌{bar}")?;
        for row in &self.rows {
            writeln!(f, "│{row}")?;
        }
        write!(f, "└{bar} cursor at {:?}", self.cursor)
    }
}
