//! From a partnership's own files to entries: plain text, Markdown without front matter, HTML and
//! DOCX become the text of an entry file.
//!
//! Nothing is fetched, unpacked to disk or run. What cannot be read is a [`ImportIssue`] that says what to
//! do. PDF is not read: no library known to us reads every damaged one without failing altogether,
//! and the order of words on its pages is guesswork; its makers have the document it came from.

mod decode;
mod docx;
mod entry;
mod html;
mod markdown;
mod plain;
mod yaml;

pub(super) use decode::{decode, utf8};
pub(super) use entry::{DOCUMENT_KEY, slug};

use std::path::Path;

use jiff::civil::Date;

use self::{decode::decode_page, yaml::YamlFields};
use super::Pack;
use crate::text::{Problem, Severity, clean};

/// Why a file is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportIssue {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) advice: &'static str,
}

impl ImportIssue {
    pub(super) fn new(
        code: &'static str,
        message: impl Into<String>,
        advice: &'static str,
    ) -> Self {
        Self { code, message: message.into(), advice }
    }

    /// The issue as a problem of a file.
    pub(super) fn to_problem(&self, path: &Path, severity: Severity) -> Problem {
        let file = path.display().to_string();
        Problem::of_file(&file, severity, self.code, &self.message, self.advice)
    }
}

/// The formats that become entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportFormat {
    Markdown,
    Plain,
    Html,
    Docx,
}

impl ImportFormat {
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

/// What documents become entries of, and when.
pub(super) struct ImportContext<'a> {
    pub(super) pack: &'a Pack,
    pub(super) today: Date,
    /// Whether an id belongs to a bundled entry, which no document may replace by its name.
    pub(super) is_bundled: &'a dyn Fn(&str) -> bool,
}

/// A file of a pack as it was read, or the entry that it becomes.
pub(super) struct ReadFile {
    /// The name it has in the pack.
    pub(super) name: String,
    pub(super) text: String,
    /// What somebody should look at.
    pub(super) notes: Vec<ImportIssue>,
}

/// Makes a file of another format an entry.
pub(super) fn import(
    name: &str,
    format: ImportFormat,
    bytes: Vec<u8>,
    context: &ImportContext<'_>,
) -> Result<ReadFile, ImportIssue> {
    let mut about = YamlFields::default();
    let (body, guessed) = match format {
        ImportFormat::Docx => (docx::read(&bytes)?, None),
        ImportFormat::Html => {
            let page = decode_page(bytes)?;
            (html::read(&page.text), page.guessed)
        }
        ImportFormat::Plain => {
            let decoded = decode(bytes)?;
            (plain::read(&decoded.text), decoded.guessed)
        }
        ImportFormat::Markdown => {
            let decoded = decode(bytes)?;
            let text = clean(&decoded.text);
            let (fields, body) = yaml::read(&text)?;
            about = fields;
            (body.to_owned(), decoded.guessed)
        }
    };
    let (id, text) = entry::write(name, &body, &about, context)?;
    let mut notes = Vec::new();
    if let Some(encoding) = guessed {
        let message =
            format!("The file does not say which encoding it has. It was read as {encoding}.");
        let advice = "Check that £, é and quotation marks are right, or save the file as UTF-8.";
        notes.push(ImportIssue::new("guessed-encoding", message, advice));
    }
    if !about.left_out.is_empty() {
        let keys: Vec<String> = about.left_out.iter().map(|key| format!("`{key}`")).collect();
        let message =
            format!("These keys of the YAML front matter are not used: {}.", keys.join(", "));
        let advice = "Title, summary, tags and date are used. Check whether the others say that the document is out of date.";
        notes.push(ImportIssue::new("front-matter-left-out", message, advice));
    }
    Ok(ReadFile { name: format!("{id}.md"), text, notes })
}
