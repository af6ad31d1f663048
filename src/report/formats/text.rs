//! A document as plain text, to paste into a record or an e-mail.

use std::fmt::Write as _;

use crate::{
    report::document::{ReportBlock, ReportDocument, TextRun},
    text::{clean, wrap},
};

/// Columns of the longest line: what e-mail programs show whole.
const COLUMNS: usize = 76;

/// Returns the document as the contents of a text file.
pub(super) fn write(document: &ReportDocument) -> Vec<u8> {
    write_text(document).into_bytes()
}

/// Returns the document as text.
pub(super) fn write_text(document: &ReportDocument) -> String {
    let mut out = String::new();
    if !document.header.is_empty() {
        out.push_str(&format!("{}\n\n", document.header));
    }
    for block in &document.blocks {
        write_block(block, &mut out);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn write_block(block: &ReportBlock, out: &mut String) {
    match block {
        ReportBlock::Heading { level, text } => {
            let rule = match level {
                1 => "=",
                2 => "-",
                _ => "",
            };
            paragraph(out, "", "", text);
            if !rule.is_empty() {
                out.push_str(&rule.repeat(text.chars().count().min(COLUMNS)));
                out.push('\n');
            }
            out.push('\n');
        }
        ReportBlock::Paragraph(runs) => {
            paragraph(out, "", "", &words(runs));
            out.push('\n');
        }
        ReportBlock::Answer { question, remark, text } => {
            let remark = remark.as_ref().map_or(String::new(), |run| format!(" {}", run.text));
            paragraph(out, "", "", &format!("{question}{remark}"));
            paragraph(out, "  ", "  ", text.as_deref().unwrap_or("Not answered."));
            out.push('\n');
        }
        ReportBlock::List(items) => {
            for runs in items {
                paragraph(out, "- ", "  ", &words(runs));
            }
            out.push('\n');
        }
        ReportBlock::Action { number, what, details } => {
            let first = format!("{number}. ");
            let rest = " ".repeat(first.len());
            paragraph(out, &first, &rest, what);
            for detail in details {
                paragraph(out, &format!("{rest}- "), &format!("{rest}  "), detail);
            }
            out.push('\n');
        }
        ReportBlock::Table { head, rows } => table(out, head, rows),
        ReportBlock::Chart(chart) => {
            let (head, rows) = chart.to_table();
            table(out, &head, &rows);
        }
        ReportBlock::PageBreak => {
            // Programs that print text begin a page here.
            out.push_str("\u{c}\n");
        }
    }
}

/// A table as a list: columns of text do not survive another font.
fn table(out: &mut String, head: &[String], rows: &[Vec<String>]) {
    for cells in rows {
        for (at, cell) in cells.iter().enumerate() {
            let name = head.get(at).filter(|name| !name.is_empty());
            let text = match name {
                Some(name) if cell.trim().is_empty() => format!("{name}: ____________________"),
                Some(name) if at > 0 => format!("{name}: {cell}"),
                _ => cell.clone(),
            };
            let first = if at == 0 { "* " } else { "  " };
            paragraph(out, first, "  ", &text);
        }
    }
    out.push('\n');
}

fn words(runs: &[TextRun]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

fn paragraph(out: &mut String, first: &str, rest: &str, text: &str) {
    let text = clean(text);
    let columns = COLUMNS.saturating_sub(rest.len());
    for (at, range) in wrap(&text, columns).into_iter().enumerate() {
        let start = if at == 0 { first } else { rest };
        // A text in memory takes everything that is written.
        let _ = writeln!(out, "{}", format!("{start}{}", &text[range]).trim_end());
    }
}
