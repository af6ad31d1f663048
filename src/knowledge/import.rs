//! From a partnership's own files to entries: plain text, Markdown without front matter, HTML and
//! DOCX become the text of an entry file.
//!
//! Nothing is fetched, unpacked to disk or run. What cannot be read is a [`Fault`] that says what to
//! do. PDF is not read: no library known to us reads every damaged one without failing altogether,
//! and the order of words on its pages is guesswork; its makers have the document it came from.

mod docx;
mod entry;
mod html;
mod markdown;
mod numbering;
mod plain;

pub(super) use entry::{DOCUMENT_KEY, slug};

use super::folder::Importing;

/// Why a file is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) advice: &'static str,
}

/// The formats that become entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Markdown,
    Plain,
    Html,
    Docx,
}

impl Format {
    /// The format of a file, by its name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        // Word keeps `~$name.docx` beside an open document.
        if stem.is_empty() || stem.starts_with(['.', '~']) {
            return None;
        }
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Plain),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "docx" => Some(Self::Docx),
            _ => None,
        }
    }
}

/// The id and the text of the entry that a file becomes.
pub(super) fn import(
    name: &str,
    format: Format,
    bytes: Vec<u8>,
    importing: &Importing<'_>,
) -> Result<(String, String), Fault> {
    let body = match format {
        Format::Docx => docx::read(&bytes)?,
        Format::Html => html::read(&utf8(bytes)?),
        Format::Plain => plain::read(&utf8(bytes)?),
        Format::Markdown => utf8(bytes)?,
    };
    entry::write(name, &body, importing)
}

/// Bytes as text, without the mark some programs put first.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String, Fault> {
    let mut text = String::from_utf8(bytes).map_err(|error| Fault {
        code: "not-utf8",
        message: format!(
            "the file is not UTF-8 text (byte {}), and is ignored",
            error.utf8_error().valid_up_to()
        ),
        advice: "save it as UTF-8",
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}
