//! What is copied of a page: its words, without what only helps on a screen.

use std::ops::Range;

use super::{Mark, Page, Piece, TextRole};
use crate::knowledge::{CHECK_MARK, CHECK_NOTE};

impl Page {
    /// Lines as plain text: each block and each row of a table in one line, code as it was
    /// written, and no numbers of links. A mark of an unchecked statement is explained below, wherever the text is pasted.
    pub fn text(&self, lines: Range<usize>) -> String {
        let copied = self.lines.get(lines.clone()).unwrap_or_default();
        let is_mark =
            |piece: &Piece| piece.role == TextRole::Check && piece.text.trim() == CHECK_MARK;
        let is_marked = copied.iter().any(|line| line.pieces.iter().any(is_mark));
        let mut out = String::new();
        let mut last = None;
        let mut at = lines.start;
        while let Some(line) = self.lines.get(at).filter(|_| at < lines.end) {
            if let Some((whole, said)) = self.whole_at(at) {
                out.push('\n');
                out.push_str(said);
                (last, at) = (None, whole.end);
                continue;
            }
            at += 1;
            let block = line.source.as_ref().map(|(block, _)| *block);
            // The rule below the head of a table.
            if block.is_none() && !line.pieces.is_empty() {
                continue;
            }
            out.push(if block.is_some() && block == last { ' ' } else { '\n' });
            out.push_str(words(&line.pieces).trim());
            last = block;
        }
        if is_marked && !out.contains(CHECK_NOTE) {
            out.push_str("\n\n");
            out.push_str(CHECK_NOTE);
        }
        out.trim_end().trim_start_matches('\n').to_owned()
    }

    /// The lines of the block, or of the row of a table or the code, that a line is part of; none for an empty
    /// line.
    pub fn block_of(&self, line: usize) -> Option<Range<usize>> {
        if let Some((whole, _)) = self.whole_at(line) {
            return Some(whole.clone());
        }
        let block = |at: usize| self.lines.get(at)?.source.as_ref().map(|(block, _)| *block);
        let wanted = block(line)?;
        let first = self.block_lines[wanted];
        Some(first..(first..).find(|at| block(*at) != Some(wanted)).unwrap_or(first))
    }

    /// The row of a table, or the code, that a line is part of.
    fn whole_at(&self, line: usize) -> Option<&(Range<usize>, String)> {
        let next = self.copied.partition_point(|(row, _)| row.start <= line);
        self.copied.get(next.checked_sub(1)?).filter(|(row, _)| row.contains(&line))
    }
}

/// The words of pieces, without the numbers of links.
pub(super) fn words(pieces: &[Piece]) -> String {
    let is_number =
        |piece: &Piece| piece.role == TextRole::Muted && matches!(piece.mark, Some(Mark::Link(_)));
    pieces.iter().filter(|piece| !is_number(piece)).map(|piece| piece.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width;

    #[test]
    fn rows_of_tables_are_one_line_each_however_narrow_the_page_and_links_lose_their_numbers() {
        let text = "## Who\n\nSee [the plan](plan) first, and then go on from there.\n\n\
            | Step | Who |\n|---|---|\n| Ring the [desk](desk) at once | the lead, or a deputy |\n";
        let said = "Who\nSee the plan first, and then go on from there.\n\nStep · Who\n\
            Ring the desk at once · the lead, or a deputy";
        for columns in [30, 40, 80] {
            let page = Page::of_markdown(text, columns);
            assert_eq!(page.text(0..page.lines.len()), said, "{columns}");
            let last = page.lines.iter().rposition(|line| !line.pieces.is_empty());
            let row = last.and_then(|line| page.block_of(line)).expect("a row");
            assert_eq!(page.text(row), "Ring the desk at once · the lead, or a deputy");
        }
    }

    #[test]
    fn code_is_copied_as_it_was_written_and_fits_every_width() {
        let code = "  caseclinic   search --limit 3 nudes\n\nsecond line";
        let page = |columns| Page::of_markdown(&format!("Type:\n\n```\n{code}\n```\n"), columns);
        for columns in [20, 40, 80] {
            let page = page(columns);
            assert_eq!(page.text(0..page.lines.len()), format!("Type:\n\n{code}"), "{columns}");
            assert_eq!(page.text(2..3), code);
            assert_eq!(page.block_of(3), Some(2..page.lines.len() - 1));
            let widest = page.lines.iter().map(|line| line.indent + width(&words(&line.pieces)));
            assert!(widest.max() <= Some(columns), "{columns}");
        }
        assert_eq!(page(80).lines[2].indent, 2, "set apart from the text");
        assert_eq!(page(20).lines[3].indent, 4, "a line that goes on stands further in");
        assert_eq!(page(80).find("SECOND").len(), 1);
    }

    #[test]
    fn what_is_copied_says_what_has_not_been_checked_once() {
        let text = "Perhaps.[^check]\n\nSure.\n\n| A[^check] |\n|---|\n| b[^check] |\n";
        for columns in [24, 80] {
            let page = Page::of_markdown(text, columns);
            let whole = page.text(0..page.lines.len());
            assert!(whole.ends_with(CHECK_NOTE), "{whole}");
            assert_eq!(whole.matches(CHECK_NOTE).count(), 1, "{whole}");
            let block = |words: &str| {
                let found = page.find(words).first().map(|found| found.line);
                page.text(found.and_then(|line| page.block_of(line)).expect("a block"))
            };
            assert_eq!(block("Perhaps"), format!("Perhaps. [*]\n\n{CHECK_NOTE}"));
            assert_eq!(block("Sure"), "Sure.");
        }
    }
}
