//! What a document says about itself: its title, and when it must be reviewed.

use jiff::civil::Date;

use super::{
    model::{ImportedBlock, ImportedDocument, TableRow, words},
    plain::without_label,
};
use crate::text::{fold, parse_date};

/// Words before a heading that may still be the title.
const MAX_WORDS_BEFORE_TITLE: usize = 40;
/// Lines and words of a title that is not a heading.
const MAX_TITLE_LINES: usize = 3;
const MAX_TITLE_WORDS: usize = 12;
/// Blocks in which a document may say when it must be reviewed, from each end.
const BLOCKS_ABOUT_ITSELF: usize = 60;
/// Characters after the words for a review in which its date may stand.
const MAX_DATE_DISTANCE: usize = 40;

/// Headings that say nothing about which document it is.
const GENERIC_HEADINGS: [&str; 20] = [
    "about this document",
    "aim",
    "aims",
    "background",
    "contents",
    "context",
    "document control",
    "executive summary",
    "foreword",
    "introduction",
    "key contacts",
    "overview",
    "policy statement",
    "purpose",
    "scope",
    "statement of intent",
    "summary",
    "table of contents",
    "version control",
    "welcome",
];
/// Titles that programs put into properties.
const GENERIC_TITLES: [&str; 10] = [
    "document",
    "document1",
    "home",
    "index",
    "microsoft word",
    "new document",
    "powerpoint presentation",
    "title",
    "untitled",
    "word document",
];
/// Endings of files, whose names programs put into properties as well.
const FILE_ENDINGS: [&str; 18] = [
    ".doc", ".docm", ".docx", ".dot", ".dotx", ".exe", ".htm", ".html", ".indd", ".odt", ".pdf",
    ".ppt", ".pptx", ".pub", ".rtf", ".tmp", ".xls", ".xlsx",
];
const REVIEW: [&str; 14] = [
    "next review date",
    "date of next review",
    "next review due",
    "next reviewed",
    "next review",
    "review due date",
    "due for review",
    "review due",
    "review by",
    "to be reviewed by",
    "to be reviewed in",
    "to be reviewed",
    "date for review",
    "review date",
];

/// Takes the title out of a document: what the front matter states, a paragraph with the style of a
/// title, the first heading of a page, the properties, or the words that begin the first page; never
/// a heading further in. A heading that is the title is not repeated in the text.
pub(super) fn take_title(document: &mut ImportedDocument, stated: Option<&str>) -> Option<String> {
    let stated = stated.map(str::to_owned);
    let titled = first_heading(document).filter(|heading| heading.level == 0);
    let page = first_heading(document).filter(|heading| {
        document.is_page
            && heading.level == 1
            && heading.words_before <= MAX_WORDS_BEFORE_TITLE
            && !is_generic(&heading.text)
    });
    let properties = document.title.clone().filter(|title| is_title(title));
    let first = first_heading(document).filter(|heading| {
        let is_early = heading.at == 0 || (heading.level == 1 && heading.words_before <= 20);
        is_early && !is_generic(&heading.text)
    });
    let heading = titled.or(page).map(|heading| heading.text);
    let title = stated
        .or(heading)
        .or(properties)
        .or_else(|| first.map(|heading| heading.text))
        .or_else(|| first_lines(document))?;
    let first = first_heading(document);
    let is_repeated = first.is_some_and(|first| first.at == 0 && fold(&first.text) == fold(&title));
    if is_repeated && document.blocks.len() > 1 {
        document.blocks.remove(0);
    }
    Some(title)
}

struct FirstHeading {
    at: usize,
    level: u8,
    text: String,
    words_before: usize,
}

fn first_heading(document: &ImportedDocument) -> Option<FirstHeading> {
    let mut words_before = 0;
    for (at, block) in document.blocks.iter().enumerate() {
        let text = words(block.runs());
        match block {
            ImportedBlock::Heading { level, .. } => {
                return Some(FirstHeading { at, level: *level, text, words_before });
            }
            ImportedBlock::Table(_) => words_before += 1 + MAX_WORDS_BEFORE_TITLE,
            _ => words_before += text.split_whitespace().count(),
        }
    }
    None
}

/// The lines that begin a first page, if they are set apart as a title is.
fn first_lines(document: &ImportedDocument) -> Option<String> {
    let is_capital =
        |text: &str| text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase);
    let mut lines: Vec<String> = Vec::new();
    for block in &document.blocks {
        let ImportedBlock::Paragraph(runs) = block else { break };
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let own: Vec<&str> = text.split('\n').map(str::trim).collect();
        let is_short = |line: &&str| {
            line.split_whitespace().count() <= MAX_TITLE_WORDS && !line.ends_with('.')
        };
        // Lines that go on below one in capitals belong to it.
        let is_apart = block.is_strong() || is_capital(own[0]);
        if !is_apart || !own.iter().all(is_short) || lines.len() > MAX_TITLE_LINES {
            break;
        }
        lines.extend(own.into_iter().map(str::to_owned));
    }
    let is_title = (1..=MAX_TITLE_LINES).contains(&lines.len());
    (is_title && document.blocks.len() > 1).then(|| lines.join(" – "))
}

fn is_generic(heading: &str) -> bool {
    let folded = fold(without_label(heading));
    GENERIC_HEADINGS.contains(&folded.trim_end_matches([':', '.']).trim())
}

/// Whether a title in the properties is one that a person gave.
fn is_title(title: &str) -> bool {
    let folded = fold(title);
    let is_file = FILE_ENDINGS.iter().any(|ending| folded.trim().ends_with(ending));
    let is_made = folded.starts_with("microsoft word - ") || folded.contains("template");
    title.chars().any(char::is_alphabetic)
        && !is_file
        && !is_made
        && !GENERIC_TITLES.contains(&folded.trim())
        && !is_generic(title)
}

/// The date by which a document says that it must be reviewed.
pub(super) fn review_date(document: &ImportedDocument) -> Option<Date> {
    let count = document.blocks.len();
    let ends = document
        .blocks
        .iter()
        .enumerate()
        .filter(|(at, _)| *at < BLOCKS_ABOUT_ITSELF || *at + BLOCKS_ABOUT_ITSELF >= count);
    let mut texts: Vec<String> = Vec::new();
    let mut last_was_label = false;
    for (_, block) in ends {
        match block {
            ImportedBlock::Table(rows) => texts.extend(table_lines(rows)),
            block => {
                let text = words(block.runs());
                // A label may stand above its date.
                match texts.last_mut().filter(|_| last_was_label) {
                    Some(last) => *last = format!("{last} {text}"),
                    None => texts.push(text),
                }
            }
        }
        last_was_label = texts.last().is_some_and(|text| is_label(text));
    }
    REVIEW.iter().find_map(|words| texts.iter().find_map(|text| date_behind(text, words)))
}

/// Whether a text is nothing but the words for a review.
fn is_label(text: &str) -> bool {
    let folded = text.trim().trim_end_matches(':').to_lowercase();
    REVIEW.contains(&folded.as_str())
}

/// The rows of a table, and its columns: a label may stand left of its date or above it.
fn table_lines(rows: &[TableRow]) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .take(BLOCKS_ABOUT_ITSELF)
        .map(|row| row.cells.iter().take(12).map(super::model::TableCell::words).collect())
        .collect();
    let mut lines: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
    for pair in rows.windows(2) {
        let columns = pair[0].iter().zip(&pair[1]);
        lines.extend(columns.map(|(above, below)| format!("{above} {below}")));
    }
    lines
}

/// The date that stands behind words in a text.
fn date_behind(text: &str, words: &str) -> Option<Date> {
    let lower = text.to_lowercase();
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find(words) {
        let at = from + found;
        from = at + words.len();
        let before = lower[..at].trim_end();
        if before.ends_with("last") || before.ends_with("previous") {
            continue;
        }
        let behind: String = lower[from..].chars().take(MAX_DATE_DISTANCE).collect();
        if let Some(date) = first_date(&behind) {
            return Some(date);
        }
    }
    None
}

/// The first date in a text: a day, or a month, of which it is the last day.
pub(super) fn first_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '(' | ')' | '|'))
        .map(|word| word.trim_matches(['.', '–', '-']))
        .filter(|word| !word.is_empty())
        .collect();
    let dates = (0..parts.len()).filter_map(|at| {
        let of = |count: usize| parts.get(at..at + count).map(|words| words.join(" "));
        let whole = of(1).and_then(|text| {
            let month = |text: &str| Some(parse_date(&format!("{text}-01"))?.last_of_month());
            parse_date(&text).or_else(|| month(&text).filter(|_| text.len() == 7))
        });
        whole.or_else(|| of(3).and_then(|text| parse_date(&text))).or_else(|| {
            let month = parse_date(&format!("1 {}", of(2)?))?;
            // A year of two digits behind a name of a month may be a day.
            (parts[at + 1].len() == 4).then_some(month.last_of_month())
        })
    });
    dates.into_iter().find(|date| (1990..=2100).contains(&date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::import::{html, plain};

    fn date(text: &str) -> Option<String> {
        review_date(&plain::read(text)).map(|date| date.to_string())
    }

    #[test]
    fn a_review_date_is_read_however_it_is_written() {
        for (text, expected) in [
            ("Review date: 31 March 2027", Some("2027-03-31")),
            ("Next review: September 2026.", Some("2026-09-30")),
            ("Last review date: 1/2/2024. Next review date: 1/2/2026", Some("2026-02-01")),
            ("This policy is due for review in March 2028.", Some("2028-03-31")),
            ("To be reviewed by 3rd Dec 2026", Some("2026-12-03")),
            ("Review by 2027-01-31", Some("2027-01-31")),
            ("Review due: 2027-02", Some("2027-02-28")),
            ("Review date:\n\n1 May 2027", Some("2027-05-01")),
            ("Last reviewed: March 2024", None),
            ("We review each plan after 6 weeks.", None),
            ("A review by the panel in 2026", None),
        ] {
            let text = format!("Procedure\n\nSome words.\n\n{text}\n");
            assert_eq!(date(&text).as_deref(), expected, "{text}");
        }
        let table = "<table><tr><td>Version</td><td>Review date</td></tr>\
            <tr><td>3</td><td>30/06/2027</td></tr></table>";
        let found = review_date(&html::read(table));
        assert_eq!(found.map(|date| date.to_string()).as_deref(), Some("2027-06-30"));
    }

    fn title(html: &str) -> Option<String> {
        take_title(&mut html::read(html), None)
    }

    #[test]
    fn no_heading_deep_inside_is_the_title() {
        let deep = format!("<p>{}</p><h1>Late</h1><p>x</p>", "word ".repeat(60));
        for (html, expected) in [
            ("<title>Site</title><h1>Peer abuse</h1><p>x</p>", Some("Peer abuse")),
            ("<title>Peer abuse</title><h1>1. Introduction</h1><p>x</p>", Some("Peer abuse")),
            ("<title>Untitled</title><p>We act.</p><h2>Aims</h2><p>x</p>", None),
            (deep.as_str(), None),
            (
                "<p><b>NORTHMOOR</b></p><p><b>Peer abuse</b></p><p>We act.</p>",
                Some("NORTHMOOR – Peer abuse"),
            ),
        ] {
            assert_eq!(title(html).as_deref(), expected, "{html}");
        }
    }
}
