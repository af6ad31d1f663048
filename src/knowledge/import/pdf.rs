//! Reads PDF: the words of its text layer, with the structure that the file states, or that the
//! places and sizes of its words show.
//!
//! Scans are not read. A file is only ever read in a process of its own (`pdf/process.rs`).

mod hyphens;
mod layout;
mod lines;
mod page;
mod process;
mod tables;
mod tags;

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};

use self::{hyphens::Hyphens, page::Page, tags::Tags};
use super::{
    ImportIssue,
    builder::DocumentBuilder,
    model::{ImportedDocument, MAX_TEXT_BYTES, TooLarge},
};
use crate::text::counted;

pub(super) use process::read_in_process;
pub use process::{PDF_READER, PDF_READER_NOT_STARTED_BY_THE_PROGRAM, serve_pdf_reader};

/// Pages of a file that is read.
const MAX_PAGES: usize = 2000;
/// The part of a page that a picture covers if the page is a scan.
const SCAN: f64 = 0.5;
/// Letters of a page that is not empty.
const MIN_LETTERS: usize = 8;

/// Why a PDF file is not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PdfError {
    Encrypted,
    Damaged,
    NoPages,
    /// All pages, that many, are pictures.
    Scanned(usize),
    /// There are no characters for its letters.
    Unreadable,
    TooManyPages(usize),
    TooSlow,
    TooMuchMemory,
    /// The process that reads it, and why.
    NotStarted(String),
}

impl PdfError {
    pub(super) fn to_issue(&self) -> ImportIssue {
        let original = "Add the document the PDF was made from, as DOCX, HTML or plain text.";
        let split = "Split the file, or add the document it was made from as DOCX.";
        let (code, message, advice) = match self {
            Self::Encrypted => (
                "encrypted",
                "The PDF file is protected with a password.".to_owned(),
                "Open it, save it without a password, and add it again.",
            ),
            Self::Damaged => (
                "damaged",
                "The PDF file is damaged, or is not a PDF file.".to_owned(),
                "Open it, print or export it to a new PDF file, and add that.",
            ),
            Self::NoPages => ("no-text", "The PDF file has no pages.".to_owned(), original),
            Self::Scanned(pages) => (
                "scanned",
                format!(
                    "The PDF file is a scan: it has no text, only {}.",
                    counted(*pages as u64, "picture of a page", "pictures of pages")
                ),
                "Add the document that was scanned, or run text recognition (OCR) on the file and add it again.",
            ),
            Self::Unreadable => (
                "no-text",
                "The PDF file does not say which characters its letters are.".to_owned(),
                original,
            ),
            Self::TooManyPages(pages) => (
                "too-large",
                format!("The PDF file has {pages} pages. At most {MAX_PAGES} are read."),
                split,
            ),
            Self::TooSlow => (
                "too-slow",
                "The PDF file takes too long to read. It may be damaged or very large.".to_owned(),
                split,
            ),
            Self::TooMuchMemory => (
                "too-large",
                "The PDF file needs too much memory. It may be damaged or very large.".to_owned(),
                split,
            ),
            Self::NotStarted(why) => (
                "pdf-reader",
                format!(
                    "PDF files are read in a process of their own, and it could not be started ({why})."
                ),
                "Run `caseclinic doctor`. Until it can be started, add the document as DOCX, HTML or plain text.",
            ),
        };
        ImportIssue::new(code, message, advice)
    }
}

/// Reads a file in this process.
pub(super) fn read(bytes: &[u8]) -> Result<ImportedDocument, PdfError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => PdfError::Encrypted,
        _ => PdfError::Damaged,
    })?;
    let count = pdf.pages().len();
    match count {
        0 => return Err(PdfError::NoPages),
        1..=MAX_PAGES => {}
        _ => return Err(PdfError::TooManyPages(count)),
    }
    let mut bytes = 0;
    let pages = page::pages(&pdf, |page| {
        bytes += page.words.iter().map(|word| word.text.len() + 1).sum::<usize>();
        bytes > MAX_TEXT_BYTES
    });
    let mut builder = DocumentBuilder::default();
    if bytes > MAX_TEXT_BYTES {
        builder.document.too_large = Some(TooLarge::Text);
        return Ok(builder.finish());
    }
    check_text(&pages)?;
    let letters = |page: &Page| page.words.iter().map(|word| word.text.len()).sum::<usize>();
    let is_scan = |page: &&Page| letters(page) < MIN_LETTERS && page.largest_picture > SCAN;
    let scans = pages.iter().filter(is_scan).count();
    // A picture below the text of a page that was recognised is that page.
    let pictures = pages.iter().filter(|page| page.largest_picture <= SCAN);
    let pictures: usize = pictures.map(|page| page.pictures).sum();
    let words = pages.iter().flat_map(|page| &page.words).map(|word| word.text.as_str());
    let hyphens = Hyphens::of(words);
    match Tags::read(&pdf).filter(|tags| tags.cover(&pages)) {
        Some(tags) => tags::write(&tags, pages, &hyphens, &mut builder),
        None => {
            layout::read(pages, &hyphens, &mut builder);
            builder.document.left_out.pictures = pictures;
        }
    }
    builder.document.left_out.scans = scans;
    let title = pdf.metadata().title.as_deref().map(decode_text);
    builder.document.title =
        title.map(|title| crate::text::clean_line(title.trim())).filter(|title| !title.is_empty());
    Ok(builder.finish())
}

/// Whether pages hold text that can be read.
fn check_text(pages: &[Page]) -> Result<(), PdfError> {
    let letters: usize =
        pages.iter().flat_map(|page| &page.words).map(|word| word.text.chars().count()).sum();
    let unknown: usize = pages.iter().map(|page| page.unknown).sum();
    if unknown > letters {
        return Err(PdfError::Unreadable);
    }
    let scans = pages.iter().filter(|page| page.largest_picture > SCAN).count();
    if letters < MIN_LETTERS * pages.len() && scans * 2 > pages.len() {
        return Err(PdfError::Scanned(pages.len()));
    }
    Ok(())
}

/// A text outside of pages: UTF-16, UTF-8 or, as most of Latin-1 is, one byte a character.
fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned()
        }
        [0xFF, 0xFE, rest @ ..] => {
            encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::import::write::write;

    /// A file with one page of this content, with nothing compressed.
    fn file(content: &str) -> Vec<u8> {
        let objects = [
            "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 6 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
             /Resources<</Font<</F 5 0 R>>>>>>"
                .to_owned(),
            format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
            "<</Type/StructTreeRoot/K 7 0 R>>".to_owned(),
            "<</S/Sect/K[8 0 R 9 0 R 7 0 R]>>".to_owned(),
            "<</S/H2/Pg 3 0 R/K 0>>".to_owned(),
            "<</S/L/Pg 3 0 R/K<</S/LI/K[<</S/Lbl/K 1>><</S/LBody/K 2>>]>>>>".to_owned(),
        ];
        let (mut bytes, mut places) = (b"%PDF-1.7\n".to_vec(), String::new());
        for (at, object) in objects.iter().enumerate() {
            places.push_str(&format!("{:010} 00000 n \n", bytes.len()));
            bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
        }
        let (table, count) = (bytes.len(), objects.len() + 1);
        let end = format!(
            "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n\
             <</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
        );
        bytes.extend(end.bytes());
        bytes
    }

    fn markdown(content: &str) -> String {
        write(&read(&file(content)).expect("a document")).expect("it is short")
    }

    const TAGGED: &str = "BT /F 11 Tf 72 500 Td /LI <</MCID 1>> BDC (\\(a\\)) Tj EMC \
        14 0 Td /LI <</MCID 2>> BDC (ring the desk) Tj EMC \
        0 90 Td /H2 <</MCID 0>> BDC (Today) Tj EMC ET \
        BT /Artifact BMC /F 8 Tf 72 800 Td (edition 7) Tj EMC ET";

    #[test]
    fn tags_say_the_order_and_the_sort_of_what_is_on_a_page() {
        assert_eq!(markdown(TAGGED), "## Today\n\n-   (a)\u{2002}ring the desk\n");
    }

    #[test]
    fn a_large_first_paragraph_is_the_title() {
        let file = |size: &str| {
            let bytes = file(&TAGGED.replace("BDC (Today)", &format!("BDC /F {size} Tf (Today)")));
            String::from_utf8(bytes).expect("text").replace("/S/H2/", "/S/P /").into_bytes()
        };
        let text = |size| write(&read(&file(size)).expect("a document")).expect("it is short");
        assert!(text("20").starts_with("## Today"), "{}", text("20"));
        assert!(text("11").starts_with("Today"), "{}", text("11"));
    }

    #[test]
    fn a_structure_that_leaves_words_out_is_not_followed() {
        let words = "BT /F 11 Tf 72 300 Td (These words are in no part of the structure.) Tj ET";
        let text = markdown(&format!("{TAGGED} {words}"));
        assert!(text.contains("in no part of the structure."), "{text}");
    }

    #[test]
    fn columns_are_read_one_after_the_other_and_a_table_row_by_row() {
        let column = |left: u32, word: &str| -> String {
            let line = |at: u32| {
                format!(
                    "1 0 0 1 {left} {} Tm ({word} goes on to the end of line {at} and) Tj ",
                    700 - 13 * at
                )
            };
            (1..7).map(line).collect()
        };
        let text =
            markdown(&format!("BT /F 11 Tf {}{} ET", column(60, "left"), column(320, "right")));
        let order: Vec<_> =
            ["left goes on to the end of line 6", "right goes on to the end of line 1"]
                .iter()
                .map(|words| text.find(words))
                .collect();
        assert!(order[0].is_some() && order[0] < order[1], "{text}");
        let rows: String =
            [("Name", "Telephone"), ("Asha", "01632 960001"), ("Ben", "01632 960002")]
                .iter()
                .enumerate()
                .map(|(at, (name, number))| {
                    let y = 700 - 16 * at;
                    format!("1 0 0 1 60 {y} Tm ({name}) Tj 1 0 0 1 200 {y} Tm ({number}) Tj ")
                })
                .collect();
        let text = markdown(&format!("BT /F 11 Tf {rows} ET"));
        assert!(text.contains("| Ben | 01632 960002 |"), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn no_damage_makes_the_reader_panic(
            changes in proptest::collection::vec((0_usize..3000, 0_u8..), 1..8), cut in 0_usize..4000,
        ) {
            let mut bytes = file(TAGGED);
            for (at, with) in changes {
                let at = at % bytes.len();
                bytes[at] = with;
            }
            let _ = read(&bytes);
            bytes.truncate(cut);
            let _ = read(&bytes);
        }
    }
}
