//! From a partnership's own files to entries: plain text, Markdown without front matter, HTML and
//! DOCX become the text of an entry file.
//!
//! Nothing is fetched, unpacked to disk or run. What cannot be read is a [`ImportIssue`] that says what to
//! do. PDF is not read: no library known to us reads every damaged one without failing altogether,
//! and the order of words on its pages is guesswork; its makers have the document it came from.

pub(crate) mod decode;
mod docx;
mod entry;
mod html;
mod markdown;
mod numbering;
mod plain;
mod xml;
mod yaml;

pub(super) use decode::{decode, utf8};
pub(super) use entry::{DOCUMENT_KEY, slug};

use jiff::civil::Date;

use self::{decode::decode_page, yaml::YamlFields};
use super::Pack;
use crate::text::clean;

/// Why a file is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportIssue {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) advice: &'static str,
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

/// The entry that a file becomes.
pub(super) struct Imported {
    pub(super) id: String,
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
) -> Result<Imported, ImportIssue> {
    let mut about = YamlFields::default();
    let mut guessed = None;
    let body = match format {
        ImportFormat::Docx => docx::read(&bytes)?,
        ImportFormat::Html => {
            let page = decode_page(bytes)?;
            guessed = page.guessed;
            html::read(&page.text)
        }
        ImportFormat::Plain => {
            let decoded = decode(bytes)?;
            guessed = decoded.guessed;
            plain::read(&decoded.text)
        }
        ImportFormat::Markdown => {
            let decoded = decode(bytes)?;
            guessed = decoded.guessed;
            let text = clean(&decoded.text);
            let (read, body) = yaml::read(&text)?;
            about = read;
            body.to_owned()
        }
    };
    let (id, text) = entry::write(name, &body, &about, context)?;
    let notes = guessed.map(guess).into_iter().chain(left_out(&about.left_out)).collect();
    Ok(Imported { id, text, notes })
}

/// What to say of a text whose encoding was guessed.
fn guess(encoding: &'static str) -> ImportIssue {
    ImportIssue {
        code: "guessed-encoding",
        message: format!("The file does not say which encoding it has. It was read as {encoding}."),
        advice: "Check that £, é and quotation marks are right, or save the file as UTF-8.",
    }
}

fn left_out(keys: &[String]) -> Option<ImportIssue> {
    let list = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    (!keys.is_empty()).then(|| ImportIssue {
        code: "front-matter-left-out",
        message: format!("These keys of the YAML front matter are not used: {list}."),
        advice: "Title, summary, tags and date are used. Check whether the others say that the document is out of date.",
    })
}
