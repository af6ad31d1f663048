//! A note as Markdown, complete and readable on its own. Text that people typed is escaped so that no
//! Markdown or HTML reader takes any of it for markup.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use crate::{
    report::document::{
        ReportBlock, ReportDocument, RunStyle, SHORT_WRITING_LINE, TextRun, WRITING_LINE,
    },
    text::{clean, clean_line},
};

/// Lines to write on.
const LINES: [&str; 2] = [WRITING_LINE, SHORT_WRITING_LINE];

/// Returns the note as Markdown, in which nothing that people typed is markup.
pub(in crate::report) fn write(document: &ReportDocument) -> String {
    let mut out = String::new();
    let mut last_level = 0;
    let mut after: Option<&ReportBlock> = None;
    for block in &document.blocks {
        // A paragraph would go on the last point of the list.
        if let (Some(ReportBlock::List(_)), ReportBlock::Paragraph(_)) = (after, block)
            && !out.ends_with("\n\n")
        {
            out.push('\n');
        }
        after = Some(block);
        // A text in memory takes everything that is written.
        let _ = write_block(block, last_level, &mut out);
        if let ReportBlock::Heading { level, .. } = block {
            last_level = *level;
        }
    }
    out
}

/// Returns the note as the contents of a Markdown file.
pub(super) fn write_bytes(document: &ReportDocument) -> Vec<u8> {
    write(document).into_bytes()
}

fn write_block(block: &ReportBlock, last_level: u8, out: &mut String) -> std::fmt::Result {
    match block {
        ReportBlock::Heading { level, text } => {
            // The parts of a note are further apart, and their heading ends the list above it.
            let gap = if *level == 2 { "\n" } else { "" };
            let marks = "#".repeat(usize::from(*level));
            writeln!(out, "{gap}{marks} {}\n", within_line(text))
        }
        // Markdown draws them, too.
        ReportBlock::Paragraph(runs) if matches!(&runs[..], [run] if LINES.contains(&&*run.text)) =>
        {
            writeln!(out, "{}\n", runs[0].text)
        }
        ReportBlock::Paragraph(runs) => writeln!(out, "{}\n", line(runs)),
        ReportBlock::Answer { question, remark, text } => {
            let remark = remark.as_ref().map_or(String::new(), |run| format!(" {}", styled(run)));
            let text = text.as_ref().map_or("*Not answered.*".to_owned(), |text| self::block(text));
            writeln!(out, "**{}**{remark}\n\n{text}\n", inline(question))
        }
        ReportBlock::List(items) => {
            for runs in items {
                writeln!(out, "- {}", line(runs))?;
            }
            out.write_str(if last_level > 2 { "\n" } else { "" })
        }
        ReportBlock::Action { number, what, details } => {
            writeln!(out, "{number}. {}", inline(what))?;
            for detail in details {
                writeln!(out, "   - {}", inline(detail))?;
            }
            writeln!(out)
        }
        ReportBlock::Table { head, rows } => table(head, rows, out),
        ReportBlock::Chart(chart) => {
            let (head, rows) = chart.to_table();
            table(&head, &rows, out)
        }
        // Markdown has no pages.
        ReportBlock::PageBreak => Ok(()),
    }
}

fn table(head: &[String], rows: &[Vec<String>], out: &mut String) -> std::fmt::Result {
    writeln!(out, "{}\n|{}", row(head), "---|".repeat(head.len()))?;
    for cells in rows {
        writeln!(out, "{}", row(cells))?;
    }
    writeln!(out)
}

/// Returns runs as one line. Only its first run can begin a list.
fn line(runs: &[TextRun]) -> String {
    let last = runs.len().saturating_sub(1);
    let shown = runs.iter().enumerate().map(|(at, run)| match run.style {
        RunStyle::Plain => escape(&clean_line(&run.text), at == 0, at == last),
        _ => styled(run),
    });
    shown.collect()
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

/// Returns text for the beginning of a line, with every character escaped that could be markup.
fn inline(text: &str) -> String {
    escape(&clean_line(text), true, false)
}

/// Returns text for the rest of a line, where nothing can begin a list.
fn within_line(text: &str) -> String {
    escape(&clean_line(text), false, false)
}

/// Returns text for paragraphs of its own: line ends become hard breaks, blank lines end paragraphs.
fn block(text: &str) -> String {
    let cleaned = clean(text);
    let mut out = String::with_capacity(cleaned.len());
    let mut lines = cleaned.trim().split('\n').map(str::trim).peekable();
    while let Some(line) = lines.next() {
        out.push_str(&escape(line, true, false));
        match lines.peek() {
            None => {}
            Some(next) if line.is_empty() || next.is_empty() => out.push('\n'),
            // A backslash at the end of a line is Markdown's visible hard break.
            Some(_) => out.push_str("\\\n"),
        }
    }
    out
}

/// Escapes text that may begin or end its line.
fn escape(line: &str, begins_line: bool, ends_line: bool) -> String {
    // Between blanks these characters open and close nothing; at the beginning of a line they would
    // make a list or a rule.
    let stands_alone = |at: usize, c: char| {
        let before = line[..at].trim_end_matches(c);
        let after = line[at..].trim_start_matches(c);
        let follows = !begins_line || before.chars().any(char::is_alphanumeric);
        let ends = if after.is_empty() { ends_line } else { after.starts_with(' ') };
        follows && before.ends_with(' ') && ends
    };
    let mut out = String::with_capacity(line.len() + 8);
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in line.char_indices() {
        let rest = &line[at..];
        let ends_word = || rest.chars().nth(1).is_none_or(char::is_whitespace);
        match c {
            '*' | '_' if stands_alone(at, c) => out.push(c),
            // Entities hold in every reader, also in those that let HTML through.
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '~' | '^' | '$'
            | '=' => out.extend(['\\', c]),
            '-' | '+' | ':' if at == 0 && begins_line => out.extend(['\\', c]),
            // "1." or "1)" begins a list.
            '.' | ')' if begins_line && at == digits && digits > 0 && ends_word() => {
                out.extend(['\\', c]);
            }
            // Readers make links of bare addresses.
            ':' if rest.starts_with("://") => out.push_str("\\:"),
            '@' => out.push_str("\\@"),
            'w' | 'W' if rest.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www.")) => {
                out.push_str("&#119;");
            }
            _ => out.push(c),
        }
    }
    out
}
