//! A document as its words alone: headings, lines, and tables with their cells, for those who make no
//! entry of it. The readers and their limits are those of entries.

use super::{
    ImportFormat, ImportIssue, decode, decode_page, docx, html,
    model::{ImportedBlock, ImportedDocument, LeftOut, TableCell, TextRun},
};
use crate::text::{clean, counted};

/// The words of a document in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentText {
    /// Its parts; those of tables stay together.
    pub parts: Vec<DocumentPart>,
    /// What was not read, in sentences.
    pub left_out: Vec<String>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentPart {
    /// A heading, a paragraph or a point of a list.
    Line(String),
    /// The rows of a table. A cell has a line end between its paragraphs; there is none where a cell
    /// goes on the one above it.
    Table(Vec<Vec<Option<String>>>),
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnreadableDocument {
    message: String,
    /// What to do about it.
    pub advice: &'static str,
}

impl From<ImportIssue> for UnreadableDocument {
    fn from(issue: ImportIssue) -> Self {
        Self { message: issue.message, advice: issue.advice }
    }
}

/// Returns the words of a file; its name says its format.
pub fn read_document_text(name: &str, bytes: Vec<u8>) -> Result<DocumentText, UnreadableDocument> {
    match ImportFormat::of(name) {
        Some(ImportFormat::Docx) => words_of(docx::read(&bytes)?),
        Some(ImportFormat::Html) => words_of(html::read(&decode_page(bytes)?.text)),
        Some(ImportFormat::Markdown) => {
            let text = decode(bytes)?.text;
            let text = clean(&text);
            let parts = text.lines().map(|line| DocumentPart::Line(without_marks(line))).collect();
            Ok(DocumentText { parts, left_out: Vec::new() })
        }
        _ => Err(UnreadableDocument {
            message: "This file is not DOCX, HTML or Markdown.".to_owned(),
            advice: "Open it in a word processor, and save it as DOCX.",
        }),
    }
}

fn words_of(document: ImportedDocument) -> Result<DocumentText, UnreadableDocument> {
    if let Some(why) = document.too_large {
        let advice = "Delete what is not part of the form, and try again.";
        return Err(UnreadableDocument { message: why.message().to_owned(), advice });
    }
    let mut parts: Vec<DocumentPart> = document.blocks.iter().map(part).collect();
    let mut notes: Vec<(String, String)> = document.notes.into_iter().collect();
    notes.sort();
    parts
        .extend(notes.into_iter().map(|(_, text)| DocumentPart::Line(format!("Footnote: {text}"))));
    Ok(DocumentText { parts, left_out: left_out(document.left_out) })
}

fn part(block: &ImportedBlock) -> DocumentPart {
    match block {
        ImportedBlock::Table(rows) => {
            let cell = |cell: &TableCell| (!cell.continues).then(|| cell_lines(cell));
            DocumentPart::Table(
                rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect(),
            )
        }
        other => DocumentPart::Line(block_lines(other)),
    }
}

fn cell_lines(cell: &TableCell) -> String {
    cell.blocks.iter().map(block_lines).collect::<Vec<_>>().join("\n")
}

fn block_lines(block: &ImportedBlock) -> String {
    match block {
        ImportedBlock::Item { label, text, .. } => match label.as_str() {
            "" => format!("- {}", runs(text)),
            label => format!("{label} {}", runs(text)),
        },
        ImportedBlock::Code(lines) => lines.join("\n"),
        ImportedBlock::Table(rows) => {
            let row = |row: &super::model::TableRow| {
                row.cells.iter().map(cell_lines).collect::<Vec<_>>().join(" | ")
            };
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        other => runs(other.runs()),
    }
}

fn runs(runs: &[TextRun]) -> String {
    clean(&runs.iter().map(|run| run.text.as_str()).collect::<String>()).into_owned()
}

/// A line of Markdown without the marks of headings, lists and emphasis around it.
fn without_marks(line: &str) -> String {
    let line = line.trim().trim_start_matches('#').trim_start();
    let mut out = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => {
                out.extend(chars.next());
            }
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
            }
            c => out.push(c),
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn left_out(left_out: LeftOut) -> Vec<String> {
    let said = |count: usize, one, many, advice: &str| {
        let are = if count == 1 { "was" } else { "were" };
        let counted = counted(count as u64, one, many);
        (count > 0).then(|| format!("{counted} {are} not read. {advice}"))
    };
    let all = [
        said(
            left_out.struck_out,
            "struck-out passage",
            "struck-out passages",
            "Look in the file whether any of it still counts.",
        ),
        said(
            left_out.hidden,
            "hidden passage",
            "hidden passages",
            "Make it visible in the file, and import it again.",
        ),
        said(
            left_out.pictures,
            "picture",
            "pictures",
            "A picture cannot be kept in a note. Describe what matters in words.",
        ),
        said(
            left_out.comments,
            "comment in the margin",
            "comments in the margin",
            "Read them in the file, and write down what matters.",
        ),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn comments_in_the_margin_and_struck_out_words_are_counted() {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("word/document.xml", SimpleFileOptions::default()).expect("a part");
        let text = "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>Kept</w:t></w:r>\
             <w:r><w:rPr><w:strike/></w:rPr><w:t>gone</w:t></w:r>\
             <w:r><w:commentReference w:id=\"1\"/></w:r></w:p></w:body></w:document>";
        archive.write_all(text.as_bytes()).expect("written");
        let bytes = archive.finish().expect("an archive").into_inner();
        let read = read_document_text("form.docx", bytes).expect("read");
        assert_eq!(read.parts, [DocumentPart::Line("Kept".to_owned())]);
        let [struck, comment] = &read.left_out[..] else { panic!("{:?}", read.left_out) };
        assert!(struck.starts_with("1 struck-out passage was not read."), "{struck}");
        assert!(comment.starts_with("1 comment in the margin was not read."), "{comment}");
    }
}
