//! Notes as documents, scans of what people wrote in them, and figures over many notes.
//!
//! Promises: what people typed stays text, never markup; a view carries the role of its holder
//! only, unless they or the reader asked for more; nothing unrevealed is in a document. Never
//! writes a file: where a document goes is decided above.

pub(crate) mod actions;
mod change_lines;
pub(crate) mod due;
#[cfg(test)]
pub(crate) mod fixture;
pub mod insight;
mod markdown;
mod note_document;
mod note_texts;
mod text_lint;

use std::path::Path;

use crate::{clinic::Session, text::LocalTime};

pub use change_lines::{change_lines, find_changes, has_taken_back_text};
pub use note_document::{NoteBlock, NoteDocument, RunStyle, TextRun};
pub use note_texts::{ActionText, NoteText, TextPlace, for_each_text};
pub(crate) use text_lint::{Lint, Why, lint_text};
pub use text_lint::{NoteScan, ScanFinding, WatchedNames, lint_summary, scan_note};

/// A format that a note can be exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Markdown, for every reader and editor of text.
    Markdown,
}

impl ExportFormat {
    /// All formats; the first is the usual one.
    pub const ALL: [Self; 1] = [Self::Markdown];

    /// Returns the format that the ending of a file's name asks for, or the usual one.
    pub fn of_file(file: &Path) -> Self {
        let ending = file.extension().unwrap_or_default();
        let asked = |format: &Self| ending.eq_ignore_ascii_case(format.file_ending());
        Self::ALL.into_iter().find(asked).unwrap_or(Self::ALL[0])
    }

    /// Returns the usual ending of a file's name.
    pub const fn file_ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
        }
    }

    /// Returns the contents of the file.
    pub fn write(self, document: &NoteDocument) -> Vec<u8> {
        match self {
            Self::Markdown => markdown::write(document).into_bytes(),
        }
    }
}

/// Returns a note as Markdown. `attributed` and `local` are those of
/// [`NoteDocument::from_session`].
pub fn markdown(session: &Session, attributed: bool, local: &LocalTime) -> String {
    markdown::write(&NoteDocument::from_session(session, attributed, local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_file_chooses_its_format_and_markdown_is_the_usual_one() {
        for format in ExportFormat::ALL {
            let file = format!("note.{}", format.file_ending().to_uppercase());
            assert_eq!(ExportFormat::of_file(Path::new(&file)), format);
        }
        for file in ["note", "note.doc", ".md"] {
            assert_eq!(ExportFormat::of_file(Path::new(file)), ExportFormat::Markdown);
        }
    }
}
