//! The lines of the vault screen.

use VaultLineSort::{Bad, Command, Good, Heading, Said};

use crate::text::wrap;

/// A line of the screen.
pub struct VaultLine {
    /// What it says.
    pub text: String,
    /// How it is meant.
    pub sort: VaultLineSort,
}

/// How a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultLineSort {
    /// The name of a part.
    Heading,
    /// Something that is so.
    Said,
    /// What to type at a command line.
    Command,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
}

/// The lines so far, and how wide they may be.
pub(super) struct VaultPage {
    pub(super) columns: usize,
    pub(super) lines: Vec<VaultLine>,
}

impl VaultPage {
    /// Adds a text, broken to lines behind its sign.
    pub(super) fn add(&mut self, sort: VaultLineSort, text: impl AsRef<str>) {
        let text = text.as_ref();
        if sort == Heading && !self.lines.is_empty() {
            self.lines.push(VaultLine { text: String::new(), sort: Said });
        }
        // A sign says the same as the colour.
        let (mut lead, rest) = match sort {
            Heading | Said => ("", ""),
            Command => ("$ ", "  "),
            Good => ("✓ ", "  "),
            Bad => ("! ", "  "),
        };
        for range in wrap(text, self.columns.saturating_sub(rest.len()).max(1)) {
            self.lines.push(VaultLine { text: format!("{lead}{}", &text[range]), sort });
            lead = rest;
        }
    }
}
