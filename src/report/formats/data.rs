//! The formats that other programs read: a note as data, not as a document.
//!
//! Promises: the edition decides what is in them, as in documents; text is cleaned of control
//! characters, and is never a formula, a link or markup.

mod csv;
mod fhir;
mod ics;
mod json;
#[cfg(test)]
mod tests;
mod xlsx;

use std::{borrow::Cow, path::Path};

use crate::{
    clinic::{Action, Field, FieldKind, Language, Session, Slot, Status, Value, shareable_edition},
    report::documents::{DocumentSource, Edition},
    text::LocalTime,
};

pub use json::{NoteFileError, NoteInFile};

use super::WriteError;

/// Defines the data formats, a row for each: variant, name, ending of a file, what it is for, and
/// what writes it.
macro_rules! data_formats {
    ($($(#[$doc:meta])* $format:ident: $name:literal, $ending:literal, $about:literal, $write:expr;)+) => {
        /// A format that other programs read a note in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DataFormat {
            $($(#[$doc])* $format,)+
        }

        impl DataFormat {
            /// All formats, in the order they are offered.
            pub const ALL: &[Self] = &[$(Self::$format),+];

            /// Returns the name that people know it by.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$format => $name,)+ }
            }

            /// Returns the usual ending of a file's name, without its first dot.
            pub const fn file_ending(self) -> &'static str {
                match self { $(Self::$format => $ending,)+ }
            }

            /// Returns what is in it, in a line.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$format => $about,)+ }
            }

            /// Returns the contents of the file.
            pub fn write(self, source: &DocumentSource<'_>) -> Result<Vec<u8>, WriteError> {
                let note = NoteEdition::of(source);
                match self { $(Self::$format => $write(&note),)+ }
            }
        }
    };
}

data_formats! {
    /// A workbook: the actions, and of a self-review its answers.
    Xlsx: "Excel", "xlsx",
        "A workbook of the actions; of a self-review also its answers, with a chart", xlsx::write;
    /// Actions as lines of text.
    Csv: "CSV", "csv", "The actions, a line for each", |note| Ok(csv::write(note));
    /// Entries for a calendar.
    Ics: "calendar", "ics",
        "A calendar entry for each open action and for the review, with the case key only", ics::write;
    /// Everything, for programs.
    Json: "JSON", "json", "Everything in the note, for other programs", json::write;
    /// The answers as health systems exchange them.
    Fhir: "FHIR", "fhir.json", "The answers as a FHIR QuestionnaireResponse", fhir::write;
}

impl DataFormat {
    /// Returns the format that a file's name ends in; none if it ends in no data format.
    pub fn of_file(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_string_lossy().to_lowercase();
        let ends = |format: &&Self| name.ends_with(&format!(".{}", format.file_ending()));
        // `note.fhir.json` ends in `.json` too.
        Self::ALL
            .iter()
            .copied()
            .filter(|format| ends(&format))
            .max_by_key(|format| format.file_ending().len())
    }
}

/// A note as an edition shows it.
struct NoteEdition<'a> {
    session: Cow<'a, Session>,
    local: &'a LocalTime,
    edition: Edition,
    /// The questions whose answers a shareable copy leaves out.
    left_out: Vec<String>,
}

impl<'a> NoteEdition<'a> {
    fn of(source: &DocumentSource<'a>) -> Self {
        let (session, left_out) = if source.edition == Edition::Shareable {
            let (shared, left_out) = shareable_edition(source.session);
            (Cow::Owned(shared), left_out)
        } else {
            (Cow::Borrowed(source.session), Vec::new())
        };
        Self { session, local: source.local, edition: source.edition, left_out }
    }

    /// Returns the actions with text in order of their date, without a date last. A note that was
    /// entered in error has none.
    fn actions(&self) -> Vec<&Action> {
        let void = self.session.status() == Status::EnteredInError;
        let stands = |action: &&Action| !void && !action.details.what.trim().is_empty();
        let mut actions: Vec<&Action> = self.session.actions().iter().filter(stands).collect();
        actions.sort_by_key(|action| (action.details.by.is_none(), action.details.by));
        actions
    }

    /// Returns the date of the review that the note names.
    fn review(&self) -> Option<jiff::civil::Date> {
        match self.session.answer(&Slot::once("review_date")) {
            Some(Value::Date(date)) if self.session.status() != Status::EnteredInError => {
                Some(*date)
            }
            _ => None,
        }
    }

    /// Returns the language as files name it.
    fn language_tag(&self) -> &'static str {
        match self.session.language() {
            Language::En => "en-GB",
            Language::Cy => "cy-GB",
        }
    }
}

/// Whether a field asks something that has an answer as text.
fn is_question(field: &Field) -> bool {
    match field.kind {
        FieldKind::Line
        | FieldKind::Text
        | FieldKind::Integer { .. }
        | FieldKind::Decimal
        | FieldKind::Date
        | FieldKind::Boolean
        | FieldKind::Choice(_)
        | FieldKind::MultiChoice(_)
        | FieldKind::Scale { .. } => true,
        FieldKind::Heading { .. }
        | FieldKind::AddRow { .. }
        | FieldKind::Display
        | FieldKind::Rating(_)
        | FieldKind::Matrix { .. }
        | FieldKind::Actions(_)
        | FieldKind::LastActions(_)
        | FieldKind::LastPlacements(_) => false,
    }
}
