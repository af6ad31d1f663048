//! Notes as documents, scans of what people wrote in them, and figures over many notes.
//!
//! Promises: what people typed stays text, never markup; a view carries the role of its holder
//! only, unless they or the reader asked for more; nothing unrevealed is in a document. Never
//! writes a file: where a document goes is decided above.

pub(crate) mod actions;
mod agreed;
mod blank_form;
mod change_lines;
mod csv_line;
mod document;
mod documents;
pub(crate) mod due;
mod filled_form;
#[cfg(test)]
pub(crate) mod fixture;
mod formats;
pub mod insight;
mod note_texts;
mod text_lint;

use crate::{clinic::Session, text::LocalTime};

pub use actions::TrackedAction;
pub use agreed::{Agreed, AgreedAction, AgreedPlacement};
pub use blank_form::{FormLayout, NoCards, blank_form, placing_cards};
pub use change_lines::{change_lines, find_changes, has_taken_back_text};
pub use document::{Chart, ChartRow, ReportBlock, ReportDocument, RunStyle, TextRun};
pub use documents::{
    DocumentKind, DocumentSource, Edition, entry_document, insight_document, whole_note,
};
pub use filled_form::{
    FormError, ImportedForm, NOT_PLACED, NotPlaced, form_format, has_title, import_form,
    require_form_of_one,
};
pub use formats::{
    ExportFormat, NoteFormat, UnknownFormat, WriteError,
    data::{DataFormat, NoteFileError, NoteInFile},
    document_text,
};
pub use note_texts::{ActionText, NoteText, TextPlace, for_each_text};
pub(crate) use text_lint::{Lint, Why, lint_text};
pub use text_lint::{NoteScan, ScanFinding, WatchedNames, lint_summary, scan_note};

/// Returns a note as Markdown. `attributed` and `local` are those of [`whole_note`].
pub fn markdown(session: &Session, attributed: bool, local: &LocalTime) -> String {
    formats::markdown::write(&whole_note(session, attributed, local))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{Event, ItemType, Slot, Template, Value, apply, fixture::RICH};

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
        let document = whole_note(&session, true, &LocalTime::default());
        for format in ExportFormat::ALL {
            let written = formats::written_text(*format, &document);
            for text in ["HERON-42", "Reference", "AB123", "Seen on", "3 Nov 2026", "Domains"] {
                assert!(written.contains(text), "{}: no {text} in {written}", format.name());
            }
        }
    }
}
