//! Notes as documents, scans of what people wrote in them, and figures over many notes.
//!
//! Promises: what people typed stays text, never markup; a view carries the role of its holder
//! only, unless they or the reader asked for more; nothing unrevealed is in a document. Never
//! writes a file: where a document goes is decided above.

pub(crate) mod actions;
mod blank_form;
mod change_lines;
pub(crate) mod due;
#[cfg(test)]
pub(crate) mod fixture;
mod hand_over;
pub mod insight;
mod markdown;
mod note_document;
mod note_texts;
mod text_lint;

use std::path::Path;

use crate::{
    clinic::Session,
    text::{LocalTime, clean_line},
};

pub use actions::TrackedAction;
pub use blank_form::blank_form;
pub use change_lines::{change_lines, find_changes, has_taken_back_text};
pub use hand_over::{AgreedAction, AgreedPlacement, HandOver};
pub use note_document::{NoteBlock, NoteDocument, RunStyle, TextRun};
pub use note_texts::{ActionText, NoteText, TextPlace, for_each_text};
pub(crate) use text_lint::{Lint, Why, lint_text};
pub use text_lint::{NoteScan, ScanFinding, WatchedNames, lint_summary, scan_note};

/// Defines the formats, a row for each: variant, name, ending of a file, and what writes it. A format
/// cannot be left out of [`ExportFormat::ALL`].
macro_rules! export_formats {
    ($($(#[$about:meta])* $format:ident: $name:literal, $ending:literal, $write:expr;)+) => {
        /// A format that a note can be exported in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ExportFormat {
            $($(#[$about])* $format,)+
        }

        impl ExportFormat {
            /// All formats; the first is the usual one.
            pub const ALL: &[Self] = &[$(Self::$format),+];

            /// Returns the name that people know it by.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$format => $name,)+
                }
            }

            /// Returns the usual ending of a file's name, without its dot.
            pub const fn file_ending(self) -> &'static str {
                match self {
                    $(Self::$format => $ending,)+
                }
            }

            /// Returns the contents of the file.
            pub fn write(self, document: &NoteDocument) -> Vec<u8> {
                match self {
                    $(Self::$format => $write(document),)+
                }
            }
        }
    };
}

export_formats! {
    /// Markdown, for every reader and editor of text.
    Markdown: "Markdown", "md", markdown::write_bytes;
}

/// No format has this ending.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Notes cannot be exported as “.{0}”.")]
pub struct UnknownFormat(String);

impl ExportFormat {
    /// Returns the format that the ending of a file's name asks for, or the usual one for a name
    /// without an ending.
    pub fn of_file(file: &Path) -> Result<Self, UnknownFormat> {
        let Some(ending) = file.extension() else { return Ok(Self::ALL[0]) };
        let asked = |format: &Self| ending.eq_ignore_ascii_case(format.file_ending());
        let unknown = || UnknownFormat(clean_line(&ending.to_string_lossy()));
        Self::ALL.iter().copied().find(asked).ok_or_else(unknown)
    }

    /// Returns the formats for help and advice: `.md (Markdown)`.
    pub fn list() -> String {
        let named = |format: &Self| format!(".{} ({})", format.file_ending(), format.name());
        Self::ALL.iter().map(named).collect::<Vec<_>>().join(", ")
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
    use crate::clinic::{Event, ItemType, Slot, Template, Value, apply, fixture::RICH};

    #[test]
    fn the_ending_of_a_file_chooses_its_format_and_markdown_is_the_usual_one() {
        for format in ExportFormat::ALL {
            let file = format!("note.{}", format.file_ending().to_uppercase());
            assert_eq!(ExportFormat::of_file(Path::new(&file)), Ok(*format));
        }
        for file in ["note", ".md", "folder.doc/note"] {
            assert_eq!(ExportFormat::of_file(Path::new(file)), Ok(ExportFormat::Markdown));
        }
    }

    #[test]
    fn an_ending_of_no_format_is_refused() {
        for file in ["note.doc", "note.md.txt", "note.pdf"] {
            let unknown = ExportFormat::of_file(Path::new(file)).expect_err("no such format");
            assert!(unknown.to_string().starts_with("Notes cannot be exported as “."), "{unknown}");
        }
    }

    /// Every type of item, by the word for it in a template.
    fn item_types() -> Vec<String> {
        // The reader of templates names them all.
        let why = toml::from_str::<ItemType>("zebra = 1").expect_err("no such type").to_string();
        why.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn a_note_with_every_type_of_item_is_written_in_every_format() {
        let template = Template::parse("fixture_rich.toml", RICH).expect("a template");
        let types = item_types();
        assert!(types.len() >= 16 && types.contains(&"last_placements".to_owned()), "{types:?}");
        for name in types {
            assert!(RICH.contains(&format!("type = \"{name}\"")), "{name} is not in {RICH}");
        }
        let at = "2026-11-22T10:00:00Z".parse().expect("a time");
        let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, at);
        let day = Value::Date(jiff::civil::date(2026, 11, 3));
        for (item, value) in [("key", Value::Text("AB123".into())), ("seen_on", day)] {
            let event = Event::Answered { slot: Slot::once(item), value: Some(value) };
            apply(&mut session, event, at).expect("it is taken");
        }
        let document = NoteDocument::from_session(&session, true, &LocalTime::default());
        for format in ExportFormat::ALL {
            let written = String::from_utf8_lossy(&format.write(&document)).into_owned();
            for text in ["HERON-42", "Reference", "AB123", "Seen on", "3 Nov 2026", "Domains"] {
                assert!(written.contains(text), "{}: no {text} in {written}", format.name());
            }
        }
    }
}
