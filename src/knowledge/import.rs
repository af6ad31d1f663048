//! From a partnership's own files to entries: plain text, Markdown without front matter, HTML, DOCX
//! and PDF become the text of an entry file. The reader of each format fills the same document model
//! (`model.rs`, `builder.rs`), which is written out in one place (`write.rs`).
//!
//! What a file says about its encoding is believed, and what it does not say is guessed only where
//! the guess cannot do harm unseen.
//!
//! Nothing is fetched, unpacked to disk or run. What cannot be read is an [`ImportIssue`] that says what to
//! do. A PDF file is read in a process of its own (`pdf/process.rs`), which sends the model back.

mod about;
mod builder;
mod document_text;
mod docx;
mod entry;
mod html;
mod label;
mod markdown;
mod model;
mod pdf;
mod plain;
mod symbols;
mod table;
mod write;
mod yaml;

pub use document_text::{DocumentPart, DocumentText, UnreadableDocument, read_document_text};
pub(super) use entry::{DOCUMENT_KEY, slug};
pub use pdf::{PDF_READER, PDF_READER_NOT_STARTED_BY_THE_PROGRAM, serve_pdf_reader};

use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use jiff::civil::Date;

use self::{model::LeftOut, yaml::YamlFields};
use super::Pack;
use crate::text::{Problem, Severity, clean, counted};

/// Bytes at the beginning of a page in which it may say its encoding.
const HEAD: usize = 2048;
const SAVE_AS_UTF8: &str = "Save the file as UTF-8.";
/// What some programs put first.
const MARK: char = '\u{FEFF}';

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

    pub(super) fn to_problem(&self, path: &Path, severity: Severity) -> Problem {
        Problem::of_file(path.display(), severity, self.code, &self.message, self.advice)
    }
}

/// The formats that become entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportFormat {
    Markdown,
    Plain,
    Html,
    Docx,
    Pdf,
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
            "pdf" => Some(Self::Pdf),
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
    /// The file of this program, which is started to read PDF files.
    pub(super) program: Option<&'a Path>,
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
    let (document, guessed) = match format {
        ImportFormat::Docx => (docx::read(&bytes)?, None),
        ImportFormat::Pdf => {
            let not_known = || pdf::PdfError::NotStarted("its file is not known".to_owned());
            let read = context.program.ok_or_else(not_known);
            let read = read.and_then(|program| pdf::read_in_process(program, &bytes));
            (read.map_err(|error| error.to_issue())?, None)
        }
        ImportFormat::Html => {
            let page = decode_page(bytes)?;
            (html::read(&page.text), page.guessed)
        }
        ImportFormat::Plain => {
            let decoded = decode(bytes)?;
            // Characters that hide are reported at their place in the entry.
            let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
            (plain::read(&text), decoded.guessed)
        }
        ImportFormat::Markdown => {
            let decoded = decode(bytes)?;
            let text = clean(&decoded.text);
            let (fields, body) = yaml::read(&text)?;
            about = fields;
            (markdown::read(body), decoded.guessed)
        }
    };
    let left_out = document.left_out;
    let (id, text) = entry::write(name, document, &about, context)?;
    let mut notes = left_out.to_issues();
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

impl LeftOut {
    /// What somebody should look at.
    fn to_issues(self) -> Vec<ImportIssue> {
        let issue = |count: usize, code, one, many, advice| {
            let is = if count == 1 { "is" } else { "are" };
            let message = format!("{} {is} left out.", counted(count as u64, one, many));
            (count > 0).then(|| ImportIssue::new(code, message, advice))
        };
        let issues = [
            issue(
                self.struck_out,
                "struck-out-text",
                "struck-out passage",
                "struck-out passages",
                "Check that nothing that still applies is struck out.",
            ),
            issue(
                self.hidden,
                "hidden-text",
                "hidden passage",
                "hidden passages",
                "Check whether readers need it. If they do, make it visible and add the file again.",
            ),
            issue(
                self.pictures,
                "picture-left-out",
                "picture without a description",
                "pictures without a description",
                "If a picture matters, describe it in its alternative text and add the file again.",
            ),
            issue(
                self.scans,
                "scanned",
                "page that is a picture without text",
                "pages that are pictures without text",
                "If they matter, run text recognition (OCR) on the file and add it again.",
            ),
        ];
        issues.into_iter().flatten().collect()
    }
}

/// A file's text, and how it was read if somebody should look whether that was right.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// The name of an encoding that was guessed.
    pub(super) guessed: Option<&'static str>,
}

/// Text in UTF-8, in UTF-16 with its mark, or, if it can be nothing else, in Windows-1252.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Decoded, ImportIssue> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return by_name(&bytes[mark..], encoding);
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(no_text()),
        Ok(text) => Ok(Decoded { text, guessed: None }),
        Err(error) if error.as_bytes().iter().all(|byte| is_printable(*byte)) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
            Ok(Decoded { text: text.into_owned(), guessed: Some("Windows-1252") })
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!(
                "The file is not UTF-8 text (byte {at}), UTF-16 or Windows-1252, and is ignored."
            );
            Err(ImportIssue::new("not-utf8", message, SAVE_AS_UTF8))
        }
    }
}

/// Text in UTF-8 and nothing else, as entries are written.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String, ImportIssue> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("The file is not UTF-8 text (byte {at}) and is ignored.");
        ImportIssue::new("not-utf8", message, SAVE_AS_UTF8)
    })?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

/// As [`decode`], for a page, which may name its encoding.
fn decode_page(bytes: Vec<u8>) -> Result<Decoded, ImportIssue> {
    match named(&bytes) {
        Some(encoding) if Encoding::for_bom(&bytes).is_none() => by_name(&bytes, encoding),
        _ => decode(bytes),
    }
}

fn by_name(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, ImportIssue> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    match text {
        Some(text) if !text.contains('\0') => {
            Ok(Decoded { text: text.into_owned(), guessed: None })
        }
        Some(_) => Err(no_text()),
        None => {
            let name = encoding.name();
            let message = format!("The file says that its encoding is {name}, but it is not.");
            Err(ImportIssue::new("bad-encoding", message, SAVE_AS_UTF8))
        }
    }
}

/// The encoding that a page names in its head.
fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset").or_else(|| head.split_once("encoding"))?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label = rest.split(['"', '\'', '>', ';', '?', '/', ' ', '\n']).next()?;
    match Encoding::for_label(label.as_bytes())? {
        // A name that can be read at all is not in UTF-16.
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => Some(UTF_8),
        encoding => Some(encoding),
    }
}

/// Whether Windows-1252 has a character of its own for a byte.
fn is_printable(byte: u8) -> bool {
    let unused = matches!(byte, 0x7F | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r') || (byte >= b' ' && !unused)
}

fn no_text() -> ImportIssue {
    let message = "The file is not a text file, or it is UTF-16 without a byte order mark.";
    ImportIssue::new("not-text", message, SAVE_AS_UTF8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Tŷ’r £5 café";

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        units.flat_map(bytes).collect()
    }

    fn sure(text: &str) -> Result<Decoded, ImportIssue> {
        Ok(Decoded { text: text.to_owned(), guessed: None })
    }

    #[test]
    fn utf_8_and_utf_16_are_told_by_their_marks_and_read_without_a_doubt() {
        assert_eq!(decode(SAID.into()), sure(SAID));
        assert_eq!(decode(format!("\u{FEFF}{SAID}").into()), sure(SAID));
        for little in [true, false] {
            assert_eq!(decode(utf16(SAID, little)), sure(SAID));
            assert_eq!(
                decode_page(utf16("<meta charset=utf-8>é", little)),
                sure("<meta charset=utf-8>é")
            );
        }
    }

    #[test]
    fn windows_1252_is_guessed_and_said() {
        let decoded = decode(b"\x93caf\xe9\x94 \x80 5".to_vec()).expect("text");
        assert_eq!(decoded.text, "“café” € 5");
        assert_eq!(decoded.guessed, Some("Windows-1252"));
    }

    #[test]
    fn a_page_is_read_as_it_names_itself() {
        for head in [
            "<meta charset=windows-1252>",
            "<META http-equiv=\"Content-Type\" content=\"text/html; charset=ISO-8859-1\">",
            "<?xml version=\"1.0\" encoding='iso-8859-15'?>",
        ] {
            let page = [head.as_bytes(), b"caf\xe9"].concat();
            assert_eq!(decode_page(page), sure(&format!("{head}café")));
        }
        let lying = [b"<meta charset=utf-8>".as_slice(), b"caf\xe9"].concat();
        assert_eq!(decode_page(lying).err().map(|fault| fault.code), Some("bad-encoding"));
        let silent = decode_page(b"<p>caf\xe9".to_vec()).expect("text");
        assert_eq!(silent.guessed, Some("Windows-1252"));
    }

    #[test]
    fn what_is_no_text_is_refused_with_a_sentence() {
        for (bytes, code) in [
            (b"a\0b".as_slice(), "not-text"),
            (b"\xff\xfe\0\xd8", "bad-encoding"),
            (b"\x89PNG\r\n\x1a\n\xff", "not-utf8"),
            (b"caf\xe9 \x9d", "not-utf8"),
            (b"\0c\0a\0f\0e\xff", "not-utf8"),
        ] {
            let fault = decode(bytes.to_vec()).err();
            assert_eq!(fault.map(|fault| fault.code), Some(code), "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_decoding_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            let _ = decode(bytes.clone());
            let _ = decode_page([b"<meta charset=".as_slice(), &bytes].concat());
        }
    }
}
