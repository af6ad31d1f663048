//! The formats that documents are written in.
//!
//! Promises: what people typed stays text in each of them, never markup, a formula, a field or a
//! link; nothing is fetched from anywhere to show it.

pub(super) mod data;
mod docx;
mod html;
pub(super) mod markdown;
mod pdf;
mod text;

use std::path::Path;

use super::document::ReportDocument;
use crate::text::clean_line;
use data::DataFormat;

/// Defines the formats, a row for each: variant, name, ending of a file, and what writes it. A format
/// cannot be left out of [`ExportFormat::ALL`].
macro_rules! export_formats {
    ($($(#[$about:meta])* $format:ident: $name:literal, $ending:literal, $write:expr;)+) => {
        /// A format that a document can be written in.
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
            pub fn write(self, document: &ReportDocument) -> Result<Vec<u8>, WriteError> {
                match self {
                    $(Self::$format => $write(document),)+
                }
            }
        }
    };
}

export_formats! {
    /// Word, to edit or to upload to a case system.
    Docx: "Word", "docx", |document| Ok(docx::write(document));
    /// PDF, to print, or to send without inviting changes.
    Pdf: "PDF", "pdf", pdf::write;
    /// A web page of one file, with a style for printing.
    Html: "HTML", "html", |document| Ok(html::write(document));
    /// Markdown, for every reader and editor of text.
    Markdown: "Markdown", "md", |document| Ok(markdown::write_bytes(document));
    /// Plain text, for pasting.
    Text: "plain text", "txt", |document| Ok(text::write(document));
}

/// A file could not be made of a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The {format} file could not be made: {why}. Choose another format.")]
pub struct WriteError {
    format: &'static str,
    why: String,
}

/// No format has this ending.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Documents cannot be written as “.{0}”.")]
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

/// Any format that a note can leave the program in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFormat {
    /// As a document that people read.
    Document(ExportFormat),
    /// As data that other programs read.
    Data(DataFormat),
}

impl NoteFormat {
    /// Returns all formats; the first is the usual one.
    pub fn all() -> impl Iterator<Item = Self> {
        let documents = ExportFormat::ALL.iter().copied().map(Self::Document);
        documents.chain(DataFormat::ALL.iter().copied().map(Self::Data))
    }

    /// Returns the name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document(format) => format.name(),
            Self::Data(format) => format.name(),
        }
    }

    /// Returns the usual ending of a file's name, without its first dot.
    pub const fn file_ending(self) -> &'static str {
        match self {
            Self::Document(format) => format.file_ending(),
            Self::Data(format) => format.file_ending(),
        }
    }

    /// Returns the format that the ending of a file's name asks for, or the usual one for a name
    /// without an ending.
    pub fn of_file(file: &Path) -> Result<Self, UnknownFormat> {
        match DataFormat::of_file(file) {
            Some(format) => Ok(Self::Data(format)),
            None => ExportFormat::of_file(file).map(Self::Document),
        }
    }

    /// Returns the formats for help and advice: `.md (Markdown)`.
    pub fn list() -> String {
        let named = |format: Self| format!(".{} ({})", format.file_ending(), format.name());
        Self::all().map(named).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the text of a document, as the plain text format writes it.
pub fn document_text(document: &ReportDocument) -> String {
    text::write_text(document)
}

/// Returns what a written document says, for tests: of a DOCX file the part that holds the document,
/// of a PDF file the text that is on its pages.
#[cfg(test)]
pub(super) fn written_text(format: ExportFormat, document: &ReportDocument) -> String {
    use std::io::{Cursor, Read as _};
    let file = format.write(document).expect("it is written");
    match format {
        ExportFormat::Docx => {
            let mut archive = zip::ZipArchive::new(Cursor::new(file)).expect("an archive");
            let mut body = String::new();
            let mut part = archive.by_name("word/document.xml").expect("a body");
            part.read_to_string(&mut body).expect("text");
            body
        }
        ExportFormat::Pdf => {
            assert!(file.starts_with(b"%PDF-1.7"));
            pdf::text_on_pages(document).join("\n")
        }
        _ => String::from_utf8(file).expect("text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_file_chooses_its_format_and_word_is_the_usual_one() {
        for format in ExportFormat::ALL {
            let file = format!("note.{}", format.file_ending().to_uppercase());
            assert_eq!(ExportFormat::of_file(Path::new(&file)), Ok(*format));
        }
        for file in ["note", ".md", "folder.doc/note"] {
            assert_eq!(ExportFormat::of_file(Path::new(file)), Ok(ExportFormat::Docx));
        }
    }

    #[test]
    fn an_ending_of_no_format_is_refused() {
        for file in ["note.doc", "note.md.zip", "note.odt"] {
            let unknown = ExportFormat::of_file(Path::new(file)).expect_err("no such format");
            assert!(
                unknown.to_string().starts_with("Documents cannot be written as “."),
                "{unknown}"
            );
        }
    }
}
