//! A note as Markdown, complete and readable on its own.

mod escape;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use super::note_document::{NoteBlock, NoteDocument, RunStyle, TextRun};

use escape::{block, inline, within_line};

/// Returns the note as Markdown, in which nothing that people typed is markup.
pub(super) fn write(document: &NoteDocument) -> String {
    let mut out = String::new();
    let mut last_level = 0;
    for block in &document.blocks {
        // A text in memory takes everything that is written.
        let _ = write_block(block, last_level, &mut out);
        if let NoteBlock::Heading { level, .. } = block {
            last_level = *level;
        }
    }
    out
}

fn write_block(block: &NoteBlock, last_level: u8, out: &mut String) -> std::fmt::Result {
    match block {
        NoteBlock::Heading { level, text } => {
            // The parts of a note are further apart, and their heading ends the list above it.
            let gap = if *level == 2 { "\n" } else { "" };
            let marks = "#".repeat(usize::from(*level));
            writeln!(out, "{gap}{marks} {}\n", within_line(text))
        }
        NoteBlock::Paragraph(runs) => writeln!(out, "{}\n", line(runs)),
        NoteBlock::Answer { question, remark, text } => {
            let remark = remark.as_ref().map_or(String::new(), |run| format!(" {}", styled(run)));
            let text = text.as_ref().map_or("*Not answered.*".to_owned(), |text| self::block(text));
            writeln!(out, "**{}**{remark}\n\n{text}\n", inline(question))
        }
        NoteBlock::List(items) => {
            for runs in items {
                writeln!(out, "- {}", line(runs))?;
            }
            out.write_str(if last_level > 2 { "\n" } else { "" })
        }
        NoteBlock::Action { number, what, details } => {
            writeln!(out, "{number}. {}", inline(what))?;
            for detail in details {
                writeln!(out, "   - {}", inline(detail))?;
            }
            writeln!(out)
        }
        NoteBlock::Table { head, rows } => {
            writeln!(out, "{}\n|{}", row(head), "---|".repeat(head.len()))?;
            for cells in rows {
                writeln!(out, "{}", row(cells))?;
            }
            writeln!(out)
        }
    }
}

/// Returns runs as one line. Only its first run can begin a list.
fn line(runs: &[TextRun]) -> String {
    let Some((first, others)) = runs.split_first() else { return String::new() };
    let first = match first.style {
        RunStyle::Plain => inline(&first.text),
        _ => styled(first),
    };
    others.iter().fold(first, |out, run| out + &styled(run))
}

fn styled(run: &TextRun) -> String {
    let marks = match run.style {
        RunStyle::Plain => "",
        RunStyle::Emphasis => "*",
        RunStyle::Strong => "**",
    };
    format!("{marks}{}{marks}", within_line(&run.text))
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| inline(cell)).collect();
    format!("| {} |", cells.join(" | "))
}
