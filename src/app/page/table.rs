//! Tables that fit and break between words only: columns share the width by what they hold; a table too narrow for
//! its columns becomes one block per row.

use super::{Lead, Page, PageLine, Piece, TextRole, cut, words};
use crate::{
    knowledge::{Document, Span, plain_text},
    text::{width, wrap},
};

/// Columns narrower than this are hard to read.
const MIN_COLUMN: usize = 12;
/// The most that one column may claim before the others.
const MAX_CLAIM: usize = 60;
const GAP: usize = 2;

pub(super) fn lay_out(
    page: &mut Page,
    document: &Document,
    head: &[Vec<Span>],
    rows: &[Vec<Vec<Span>>],
    columns: usize,
) {
    let Some(widths) = share(head, rows, columns) else {
        return as_blocks(page, document, head, rows, columns);
    };
    if !head.is_empty() {
        row(page, document, head, &widths, TextRole::Strong);
        let rule: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
        page.lines.push(PageLine {
            pieces: vec![super::piece(&rule.join("  "), TextRole::Rule)],
            ..PageLine::default()
        });
    }
    // Rows that are higher than one line need something between them.
    let is_wrapped = |(spans, columns): (&Vec<Span>, &usize)| shown_width(spans) > *columns;
    let parted = rows.iter().any(|cells| cells.iter().zip(&widths).any(is_wrapped));
    for (at, cells) in rows.iter().enumerate() {
        row(page, document, cells, &widths, TextRole::Body);
        if parted && at + 1 < rows.len() {
            part_from_next(page);
        }
    }
}

/// Puts an empty line below a row. It belongs to the row, so that rows are copied without it.
fn part_from_next(page: &mut Page) {
    page.blank();
    if let Some((row, _)) = page.copied.last_mut() {
        row.end += 1;
    }
}

/// Widths by what the columns hold, at most in sum what there is; none if a column would break a word, or be hard to
/// read.
fn share(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], columns: usize) -> Option<Vec<usize>> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
    let room = columns.checked_sub(GAP * count.checked_sub(1)?)?;
    let (mut least, mut wanted) = (Vec::new(), Vec::new());
    for at in 0..count {
        let cells = || rows.iter().map(Vec::as_slice).chain([head]).filter_map(|row| row.get(at));
        let longest = cells().map(|spans| shown_width(spans)).max().unwrap_or(0).max(1);
        let word = cells().map(|spans| longest_word(spans)).max().unwrap_or(0);
        least.push(word.max(MIN_COLUMN.min(longest)));
        wanted.push(longest);
    }
    let mut spare = room.checked_sub(least.iter().sum())?;
    if wanted.iter().sum::<usize>() <= room {
        return Some(wanted);
    }
    let claims: Vec<usize> =
        (0..count).map(|at| wanted[at].min(MAX_CLAIM.max(least[at])) - least[at]).collect();
    let all: usize = claims.iter().sum::<usize>().max(1);
    let given = spare;
    for (at, claim) in claims.iter().enumerate() {
        let more = (claim * given / all).min(wanted[at] - least[at]);
        least[at] += more;
        spare -= more;
    }
    // What is left over goes to the first that can use it.
    for at in 0..count {
        let more = spare.min(wanted[at] - least[at]);
        least[at] += more;
        spare -= more;
    }
    Some(least)
}

/// Columns that a cell takes in one line.
fn shown_width(spans: &[Span]) -> usize {
    // A mark of what was not checked has a space before it.
    let columns = |span: &Span| width(&span.text) + usize::from(span.check);
    spans.iter().map(columns).sum::<usize>() + link_numbers(spans)
}

fn longest_word(spans: &[Span]) -> usize {
    let text: String = spans.iter().map(|span| span.text.as_str()).collect();
    text.split_whitespace().map(width).max().unwrap_or(0)
}

/// Columns that the numbers before links take.
fn link_numbers(spans: &[Span]) -> usize {
    let mut links: Vec<usize> = spans.iter().filter_map(|span| span.link).collect();
    links.dedup();
    links.iter().map(|link| format!("({}) ", link + 1).len()).sum()
}

fn row(
    page: &mut Page,
    document: &Document,
    cells: &[Vec<Span>],
    widths: &[usize],
    role: TextRole,
) {
    let cells: Vec<(Vec<Piece>, String)> = (0..widths.len())
        .map(|at| {
            let pieces = cells.get(at).map(|spans| page.pieces(document, spans, role));
            let pieces = pieces.unwrap_or_default();
            let text = pieces.iter().map(|piece| piece.text.as_str()).collect();
            (pieces, text)
        })
        .collect();
    let broken: Vec<_> =
        cells.iter().zip(widths).map(|((_, text), &width)| wrap(text, width)).collect();
    let height = broken.iter().map(Vec::len).max().unwrap_or(0);
    let first = page.lines.len();
    let said: Vec<String> = cells.iter().map(|(pieces, _)| words(pieces)).collect();
    page.copied.push((first..first + height, said.join(" · ")));
    for at in 0..height {
        let mut line = PageLine::default();
        // The whole line is its own block, so that words in a table are found too.
        let mut shown = String::new();
        for (column, (pieces, _)) in cells.iter().enumerate() {
            let cell = broken[column].get(at).map_or(Vec::new(), |range| cut(pieces, range));
            let used: usize = cell.iter().map(|piece| width(&piece.text)).sum();
            line.pieces.extend(cell);
            if column + 1 < cells.len() {
                let fill = " ".repeat(widths[column].saturating_sub(used) + GAP);
                line.pieces.push(super::piece(&fill, TextRole::Body));
            }
        }
        for piece in &line.pieces {
            shown.push_str(&piece.text);
        }
        page.place_marks(&line);
        page.block_lines.push(page.lines.len());
        line.source = Some((page.blocks.len(), 0..shown.len()));
        page.blocks.push(shown);
        page.lines.push(line);
    }
}

/// One block for each row, of lines with the head before what it holds.
fn as_blocks(
    page: &mut Page,
    document: &Document,
    head: &[Vec<Span>],
    rows: &[Vec<Vec<Span>>],
    columns: usize,
) {
    for (number, cells) in rows.iter().enumerate() {
        let first = page.lines.len();
        let mut said = Vec::new();
        for (at, spans) in cells.iter().enumerate() {
            let mut pieces = page.pieces(document, spans, TextRole::Body);
            let words = words(&pieces);
            if words.trim().is_empty() {
                continue;
            }
            let name = head.get(at).map(|spans| plain_text(spans)).unwrap_or_default();
            if !name.is_empty() {
                pieces.insert(0, super::piece(&format!("{name}: "), TextRole::Strong));
            }
            let from = page.lines.len();
            page.flow(pieces, columns.saturating_sub(2), Lead::Nothing, 0);
            for further in page.lines.iter_mut().skip(from + 1) {
                further.indent += 2;
            }
            said.push(words);
        }
        page.copied.push((first..page.lines.len(), said.join(" · ")));
        if number + 1 < rows.len() {
            part_from_next(page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Block, Library, document};

    fn widest(page: &Page) -> Option<(usize, String)> {
        let said = |line: &PageLine| -> String {
            line.pieces.iter().map(|piece| piece.text.as_str()).collect()
        };
        page.lines.iter().map(|line| (line.indent + width(&said(line)), said(line))).max()
    }

    #[test]
    fn no_line_is_wider_than_the_page_whatever_stands_in_its_tables() {
        let library = Library::bundled();
        let with_table = library.entries().iter().filter(|entry| {
            document(entry).blocks.iter().any(|block| matches!(block, Block::Table { .. }))
        });
        assert!(with_table.clone().count() > 10, "there is little to measure");
        for entry in with_table {
            for columns in [20, 30, 45, 58, 60, 78, 80, 118, 120] {
                let widest = widest(&Page::of(&library, entry, columns));
                let fits = widest.as_ref().is_some_and(|(width, _)| *width <= columns);
                assert!(fits, "{} in {columns}: {widest:?}", entry.id);
            }
        }
    }

    #[test]
    fn a_cell_with_a_word_longer_than_its_column_is_broken_and_nothing_is_lost() {
        let long = "pneumonoultramicroscopicsilicovolcanoconiosis";
        let text = format!(
            "| a | b | c | d |\n|---|---|---|---|\n| {long} | two words | 漢字漢字漢字漢字漢字 | {} |\n",
            "many words ".repeat(30)
        );
        for columns in [20, 40, 58, 60, 80, 120] {
            let page = Page::of_markdown(&text, columns);
            assert!(widest(&page).is_some_and(|(width, _)| width <= columns), "{columns}");
            let all: String = page.text(0..page.lines.len()).split_whitespace().collect();
            assert_eq!(all.matches("words").count(), 31, "{columns}: {all}");
        }
    }

    #[test]
    fn no_word_of_a_table_is_broken_and_rows_that_wrap_are_parted() {
        let text = "| Age | What a professional notices |\n|---|---|\n| 5 | safeguarding comes first |\n| 9 | yes |\n";
        let said = |columns: usize| -> Vec<String> {
            let page = Page::of_markdown(text, columns);
            let line = |line: &PageLine| -> String {
                line.pieces.iter().map(|piece| piece.text.as_str()).collect()
            };
            page.lines.iter().map(|one| line(one).trim_end().to_owned()).collect()
        };
        assert_eq!(said(60)[2..4], ["5    safeguarding comes first", "9    yes"]);
        assert_eq!(
            said(26)[3..7],
            ["5    safeguarding comes", "     first", "", "9    yes"],
            "{:#?}",
            said(26)
        );
        // With a column under twelve, or a word that does not fit, each row is a block of its own.
        let text = "| A long head | Another head | A third one |\n|---|---|---|\n\
                    | several words here | more of these words | and others too |\n| a | b | c |\n";
        let page = Page::of_markdown(text, 36);
        let all = page.text(0..page.lines.len());
        assert_eq!(all, "several words here · more of these words · and others too\na · b · c");
        let words = |line: &PageLine| words(&line.pieces);
        let lines: Vec<String> = page.lines.iter().map(words).collect();
        assert_eq!(lines[0], "A long head: several words here");
        assert_eq!(lines[3..5], [String::new(), "A long head: a".to_owned()]);
    }

    #[test]
    fn a_table_without_heads_has_no_rule_and_no_names_before_its_cells() {
        let text = "|  |  |\n|---|---|\n| Low risk | Talk to the lead |\n| High risk | Ring the police |\n";
        for columns in [20, 60] {
            let page = Page::of_markdown(text, columns);
            let all = page.text(0..page.lines.len());
            assert_eq!(all, "Low risk · Talk to the lead\nHigh risk · Ring the police");
            let roles = page.lines.iter().flat_map(|line| &line.pieces).map(|piece| piece.role);
            assert!(
                !roles.into_iter().any(|role| matches!(role, TextRole::Rule | TextRole::Strong))
            );
        }
    }
}
