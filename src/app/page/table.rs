//! Tables that fit: columns share the width by what they hold; a table too narrow for its columns
//! becomes one short list per row.

use super::{Page, PageLine, Piece, TextRole, cut, words};
use crate::{
    knowledge::{Document, Span, plain_text},
    text::{width, wrap},
};

/// Columns narrower than this are hard to read.
const MIN_COLUMN: usize = 12;
const GAP: usize = 2;

pub(super) fn lay_out(
    page: &mut Page,
    document: &Document,
    head: &[Vec<Span>],
    rows: &[Vec<Vec<Span>>],
    columns: usize,
) {
    let count = head.len().max(1);
    if columns < count * (MIN_COLUMN + GAP) {
        as_lists(page, document, head, rows, columns);
        return;
    }
    let widths = share(head, rows, columns - GAP * (count - 1));
    row(page, document, head, &widths, TextRole::Strong);
    let rule: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
    page.lines.push(PageLine {
        pieces: vec![super::piece(&rule.join("  "), TextRole::Muted)],
        ..PageLine::default()
    });
    for cells in rows {
        row(page, document, cells, &widths, TextRole::Body);
    }
}

/// Widths in proportion to what the columns hold, none below the least.
fn share(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], room: usize) -> Vec<usize> {
    let count = head.len();
    let mut weights: Vec<usize> = (0..count)
        .map(|at| {
            let longest = rows
                .iter()
                .chain(std::iter::once(&head.to_vec()))
                .filter_map(|cells| cells.get(at))
                .map(|spans| width(&plain_text(spans)) + link_numbers(spans))
                .max()
                .unwrap_or(0);
            longest.clamp(MIN_COLUMN, 60)
        })
        .collect();
    let total: usize = weights.iter().sum();
    if total <= room {
        return weights;
    }
    let spare = room - MIN_COLUMN * count;
    let above: usize = weights.iter().map(|weight| weight - MIN_COLUMN).sum();
    for weight in &mut weights {
        *weight = MIN_COLUMN + (*weight - MIN_COLUMN) * spare / above.max(1);
    }
    weights
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

fn as_lists(
    page: &mut Page,
    document: &Document,
    head: &[Vec<Span>],
    rows: &[Vec<Vec<Span>>],
    columns: usize,
) {
    for cells in rows {
        for (at, spans) in cells.iter().enumerate() {
            let mut pieces = Vec::new();
            let name = head.get(at).map(|spans| plain_text(spans)).unwrap_or_default();
            if !name.is_empty() {
                pieces.push(super::piece(&format!("{name}: "), TextRole::Strong));
            }
            pieces.extend(page.pieces(document, spans, TextRole::Body));
            page.flow(pieces, columns, if at == 0 { "•" } else { "" }, if at == 0 { 0 } else { 2 });
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
}
