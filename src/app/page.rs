//! An entry laid out for a width: lines of pieces, each with a meaning the theme gives a look.
//!
//! Pure: the same entry and width always give the same page. Finding works on whole blocks, so a
//! phrase is found across line ends.

mod entry_header;
mod table;

use std::ops::Range;

use crate::{
    knowledge::{
        Block, CHECK_MARK, CHECK_NOTE, Document, Entry, GuidePage, Library, Span, Target, document,
        read_markdown,
    },
    text::{FoldedWords, width, wrap},
};

pub(super) use entry_header::title_in_list;

/// Columns by which code is indented. The rest of a line that is too long is indented twice.
const CODE_INDENT: usize = 2;

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    /// Ordinary text.
    Body,
    /// Set apart strongly.
    Strong,
    /// Set apart lightly.
    Emphasis,
    /// A heading.
    Heading,
    /// Less important: facts, numbers of links, addresses.
    Muted,
    /// The words of a link.
    Link,
    /// The mark of a footnote.
    Footnote,
    /// The mark of an unchecked statement.
    Check,
    /// The sign of an entry that is in force.
    InForce,
    /// An entry that is no longer in force.
    Superseded,
    /// Whom to call in an emergency.
    Urgent,
    /// What stands before an item of a list.
    Marker,
    /// Down the left side of what was said or written by people.
    Rail,
    /// Down the left side of the answer that an entry opens with.
    AnswerRail,
    /// The rule below the heads of a table.
    Rule,
}

impl TextRole {
    /// Whether it stands beside words and is none itself.
    fn is_line(self) -> bool {
        matches!(self, Self::Rail | Self::AnswerRail | Self::Rule)
    }
}

/// What stands before the first line of a block, or before each.
#[derive(Clone, Copy)]
pub(super) enum Lead<'a> {
    Nothing,
    Marker(&'a str),
    /// A sign of this role.
    Sign(&'a str, TextRole),
}

/// A rail and the space behind it.
pub(super) const RAIL: &str = "│ ";

/// What of a page can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A link, counted from 0.
    Link(usize),
    /// The mark of a footnote behind a statement, counted from 0.
    Note(usize),
    /// The source with this number, counted from 1.
    Source(usize),
}

/// A run of text with one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, without line ends.
    pub text: String,
    /// What it means.
    pub role: TextRole,
    /// What it belongs to, if that can be chosen.
    pub mark: Option<Mark>,
}

/// One line of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageLine {
    /// Its pieces, left to right.
    pub pieces: Vec<Piece>,
    /// Columns left free before the pieces.
    pub indent: usize,
    /// The block it belongs to and the bytes of that block's text it shows.
    source: Option<(usize, Range<usize>)>,
}

/// An entry laid out.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The lines.
    pub lines: Vec<PageLine>,
    /// Headings: line, level and words.
    pub headings: Vec<(usize, u8, String)>,
    /// Links: first line and target.
    pub links: Vec<(usize, Target)>,
    /// The marks of footnotes: line, and the number of the source.
    pub notes: Vec<(usize, usize)>,
    /// Numbered sources: lines, and what each says.
    pub sources: Vec<(Range<usize>, String)>,
    /// Where the text of the entry itself begins.
    pub text_at: usize,
    /// Where the sources begin, if there are any.
    pub sources_at: Option<usize>,
    /// How many sources there are.
    pub source_count: usize,
    /// Rows of tables and blocks of code: their lines, and what is copied for them.
    copied: Vec<(Range<usize>, String)>,
    /// The text of each block, for finding.
    blocks: Vec<String>,
    /// First line of each block.
    block_lines: Vec<usize>,
}

/// A place where the words of a search in the page are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageMatch {
    block: usize,
    range: Range<usize>,
    /// The line where it begins.
    pub line: usize,
}

impl Page {
    /// Lays an entry out to at most `columns` (at least 20), with what the library knows about it.
    pub fn of(library: &Library, entry: &Entry, columns: usize) -> Self {
        Self::default().with_entry(library, entry, columns.max(20))
    }

    /// As [`Self::of`], with the title above.
    pub fn with_title(library: &Library, entry: &Entry, columns: usize) -> Self {
        let columns = columns.max(20);
        Self::titled(&entry.title, columns).with_entry(library, entry, columns)
    }

    fn titled(title: &str, columns: usize) -> Self {
        let mut page = Self::default();
        page.flow(vec![piece(title, TextRole::Heading)], columns, Lead::Nothing, 0);
        page
    }

    fn with_entry(mut self, library: &Library, entry: &Entry, columns: usize) -> Self {
        let document = document(entry);
        self.standing(library, entry, columns);
        let is_heading = |block: &Block| matches!(block, Block::Heading { .. });
        let answer = document.blocks.iter().take_while(|block| !is_heading(block)).count();
        // What was not checked of the answer is said below it.
        let answer = document.blocks[..answer]
            .iter()
            .rposition(|block| !is_check_note(block))
            .map_or(0, |last| last + 1);
        let first = self.lines.len();
        for (at, block) in document.blocks.iter().enumerate() {
            if at < answer {
                self.block(&document, block, columns - width(RAIL));
            } else {
                if at == answer {
                    self.rail(first, TextRole::AnswerRail);
                }
                self.block(&document, block, columns);
            }
        }
        if answer == document.blocks.len() {
            self.rail(first, TextRole::AnswerRail);
        }
        self.also_read(library, entry, columns);
        self.sources(entry, &document, columns);
        self
    }

    /// Puts a rail before all lines from one on but the empty ones at the end. They must be laid out to as many
    /// columns less.
    pub(super) fn rail(&mut self, first: usize, role: TextRole) {
        let is_filled = |line: &PageLine| !line.pieces.is_empty();
        let end = self.lines.iter().rposition(is_filled).map_or(first, |last| last + 1);
        for line in self.lines.iter_mut().take(end).skip(first) {
            let indent = std::mem::take(&mut line.indent);
            line.pieces.insert(0, piece(&format!("{RAIL}{}", " ".repeat(indent)), role));
        }
    }

    /// Lays a text in Markdown out.
    pub fn of_markdown(text: &str, columns: usize) -> Self {
        Self::default().with_document(&read_markdown(text), columns)
    }

    /// Lays a page of the guide out, with its title.
    pub fn of_guide(guide: &GuidePage, columns: usize) -> Self {
        let mut page = Self::titled(guide.title, columns.max(20));
        page.blank();
        page.text_at = page.lines.len();
        page.with_document(&guide.document(), columns)
    }

    fn with_document(mut self, document: &Document, columns: usize) -> Self {
        for block in &document.blocks {
            self.block(document, block, columns.max(20));
        }
        self
    }

    /// Every place where the words stand, in order; capitals and accents do not matter.
    pub fn find(&self, words: &str) -> Vec<PageMatch> {
        let mut found = Vec::new();
        let words = FoldedWords::new(words);
        for (block, text) in self.blocks.iter().enumerate() {
            for range in words.find_in(text) {
                let line = (self.block_lines[block]..self.lines.len())
                    .find(|&line| {
                        self.lines[line].source.as_ref().is_some_and(|(of, shown)| {
                            *of == block && shown.end > range.start && shown.start <= range.start
                        })
                    })
                    .unwrap_or(self.block_lines[block]);
                found.push(PageMatch { block, range, line });
            }
        }
        found
    }

    /// The bytes of a line's text that belong to a place found, if any do.
    pub fn marked(&self, line: usize, found: &PageMatch) -> Option<Range<usize>> {
        let (block, shown) = self.lines.get(line)?.source.as_ref()?;
        let start = found.range.start.max(shown.start);
        let end = found.range.end.min(shown.end);
        (*block == found.block && start < end).then(|| start - shown.start..end - shown.start)
    }

    /// Returns the line that a mark is on.
    pub fn line_of(&self, mark: Mark) -> Option<usize> {
        match mark {
            Mark::Link(at) => self.links.get(at).map(|(line, _)| *line),
            Mark::Note(at) => self.notes.get(at).map(|(line, _)| *line),
            Mark::Source(number) => {
                self.sources.get(number.checked_sub(1)?).map(|(lines, _)| lines.start)
            }
        }
    }

    /// The text of the block part that a line shows, without marker and indent.
    pub fn source_text(&self, line: usize) -> &str {
        self.lines
            .get(line)
            .and_then(|line| line.source.as_ref())
            .map_or("", |(block, shown)| &self.blocks[*block][shown.clone()])
    }

    /// The column where that text begins.
    pub fn text_column(&self, line: usize) -> usize {
        let Some(line) = self.lines.get(line) else { return 0 };
        let shown: usize = line.pieces.iter().map(|piece| width(&piece.text)).sum();
        let own = line
            .source
            .as_ref()
            .map_or(0, |(block, range)| width(&self.blocks[*block][range.clone()]));
        line.indent + shown.saturating_sub(own)
    }

    /// Returns the index in `headings` of the heading above this line.
    pub fn heading_at(&self, line: usize) -> Option<usize> {
        self.headings.iter().rposition(|(at, ..)| *at <= line)
    }

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
            // The rule below the heads of a table.
            if line.pieces.first().is_some_and(|piece| piece.role == TextRole::Rule) {
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

    pub(super) fn block(&mut self, document: &Document, block: &Block, columns: usize) {
        match block {
            Block::Heading { level, spans } => {
                let text = crate::knowledge::plain_text(spans);
                if !self.ends_blank() {
                    self.blank();
                }
                self.headings.push((self.lines.len(), *level, text.clone()));
                self.flow(vec![piece(&text, TextRole::Heading)], columns, Lead::Nothing, 0);
            }
            Block::Paragraph { spans } => {
                let pieces = self.pieces(document, spans, TextRole::Body);
                let lead = if is_check_note(block) {
                    Lead::Sign("!", TextRole::Check)
                } else {
                    Lead::Nothing
                };
                self.flow(pieces, columns, lead, 0);
                self.blank();
            }
            Block::ListItem { depth, marker, spans } => {
                self.close_gap();
                let pieces = self.pieces(document, spans, TextRole::Body);
                // A further paragraph of an item stands below its words.
                let indent = if marker.is_empty() { depth * 2 + 2 } else { depth * 2 };
                self.flow(pieces, columns, Lead::Marker(marker), indent);
                self.blank();
            }
            Block::Quote { spans } => {
                let first = self.lines.len();
                let pieces = self.pieces(document, spans, TextRole::Body);
                self.flow(pieces, columns - width(RAIL), Lead::Nothing, 0);
                self.rail(first, TextRole::Rail);
                self.blank();
            }
            Block::Code { depth, lines } => {
                self.code(lines, columns, 2 * depth + CODE_INDENT);
                self.blank();
            }
            Block::Table { head, rows } => {
                table::lay_out(self, document, head, rows, columns);
                self.blank();
            }
        }
    }

    /// Lays code out line by line. A line that is too long continues below, indented further; it is
    /// still found and copied as one line.
    fn code(&mut self, lines: &[String], columns: usize, indent: usize) {
        let first = self.lines.len();
        for text in lines {
            let at = self.lines.len();
            self.flow(
                vec![piece(text, TextRole::Body)],
                columns.saturating_sub(CODE_INDENT),
                Lead::Nothing,
                indent,
            );
            for further in self.lines.iter_mut().skip(at + 1) {
                further.indent += CODE_INDENT;
            }
        }
        self.copied.push((first..self.lines.len(), lines.join("\n")));
    }

    fn pieces(&mut self, document: &Document, spans: &[Span], body: TextRole) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for span in spans {
            let role = match span {
                span if span.check => TextRole::Check,
                span if span.footnote.is_some() => TextRole::Footnote,
                span if span.link.is_some() => TextRole::Link,
                span if span.strong => TextRole::Strong,
                span if span.emphasis || span.code => TextRole::Emphasis,
                _ => body,
            };
            if let Some(at) = span.link {
                while self.links.len() <= at {
                    let target = document.links[self.links.len()].target.clone();
                    self.links.push((usize::MAX, target));
                }
                let mark = Some(Mark::Link(at));
                if pieces.last().is_none_or(|last| last.mark != mark) {
                    let text = format!("({})\u{a0}", at + 1);
                    pieces.push(Piece { text, role: TextRole::Muted, mark });
                }
            }
            let mark = span.link.map(Mark::Link).or_else(|| {
                let number = span.footnote?;
                self.notes.push((usize::MAX, number));
                Some(Mark::Note(self.notes.len() - 1))
            });
            let space = if span.check && pieces.last().is_some_and(|last| !last.text.ends_with(' '))
            {
                " "
            } else {
                ""
            };
            pieces.push(Piece { text: format!("{space}{}", span.text), role, mark });
        }
        pieces
    }

    /// Breaks pieces into lines behind what stands before the first.
    pub(super) fn flow(
        &mut self,
        pieces: Vec<Piece>,
        columns: usize,
        lead: Lead<'_>,
        indent: usize,
    ) {
        let lead = match lead {
            Lead::Nothing | Lead::Marker("") => None,
            Lead::Marker(marker) => Some(piece(&format!("{marker} "), TextRole::Marker)),
            Lead::Sign(sign, role) => Some(piece(&format!("{sign} "), role)),
        };
        let hang = lead.as_ref().map_or(0, |lead| width(&lead.text));
        let room = columns.saturating_sub(indent + hang).max(8);
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let block = self.blocks.len();
        self.block_lines.push(self.lines.len());
        let mut lead = lead;
        for range in wrap(&text, room) {
            let mut line = PageLine {
                pieces: cut(&pieces, &range),
                indent: indent + hang,
                source: Some((block, range)),
            };
            self.place_marks(&line);
            if let Some(lead) = lead.take() {
                line.indent = indent;
                line.pieces.insert(0, lead);
            }
            self.lines.push(line);
        }
        self.blocks.push(text);
    }

    /// Has lines from one on copied as one text.
    pub(super) fn copy_as(&mut self, first: usize, text: String) {
        self.copied.push((first..self.lines.len(), text));
    }

    /// Whether the last line is empty, or there is none.
    pub(super) fn ends_blank(&self) -> bool {
        self.lines.last().is_none_or(|line| line.pieces.is_empty())
    }

    /// Notes on which line links and footnote marks begin; it is the next one.
    fn place_marks(&mut self, line: &PageLine) {
        for mark in line.pieces.iter().filter_map(|piece| piece.mark) {
            let place = match mark {
                Mark::Link(at) => self.links.get_mut(at).map(|(line, _)| line),
                Mark::Note(at) => self.notes.get_mut(at).map(|(line, _)| line),
                Mark::Source(_) => None,
            };
            if let Some(place) = place.filter(|line| **line == usize::MAX) {
                *place = self.lines.len();
            }
        }
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(PageLine::default());
    }

    /// Items of one list stand close together.
    fn close_gap(&mut self) {
        let after_item = self.lines.len() >= 2
            && self.lines.last().is_some_and(|line| line.pieces.is_empty())
            && self.in_list();
        if after_item {
            self.lines.pop();
        }
    }

    fn in_list(&self) -> bool {
        let Some(&first) = self.block_lines.last() else { return false };
        self.lines
            .get(first)
            .and_then(|line| line.pieces.first())
            .is_some_and(|first| first.role == TextRole::Marker)
    }
}

/// Text that can't be chosen.
pub(super) fn piece(text: &str, role: TextRole) -> Piece {
    Piece { text: text.to_owned(), role, mark: None }
}

/// The pieces of a line: those bytes of the joined text.
fn cut(pieces: &[Piece], range: &Range<usize>) -> Vec<Piece> {
    let mut start = 0;
    let mut out = Vec::new();
    for piece in pieces {
        let end = start + piece.text.len();
        let (from, to) = (range.start.max(start), range.end.min(end));
        if from < to {
            out.push(Piece {
                text: piece.text[from - start..to - start].to_owned(),
                ..piece.clone()
            });
        }
        start = end;
    }
    out
}

/// Whether a block explains the mark of what was not checked.
fn is_check_note(block: &Block) -> bool {
    matches!(block, Block::Paragraph { spans } if matches!(&spans[..], [one] if one.text == CHECK_NOTE))
}

/// The words of pieces, without rails and the numbers of links.
fn words(pieces: &[Piece]) -> String {
    let is_number =
        |piece: &Piece| piece.role == TextRole::Muted && matches!(piece.mark, Some(Mark::Link(_)));
    let are_words = |piece: &&Piece| !is_number(piece) && !piece.role.is_line();
    pieces.iter().filter(are_words).map(|piece| piece.text.as_str()).collect()
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
    fn an_urgent_entry_says_above_everything_whom_to_call_in_full_at_any_width() {
        let text = crate::knowledge::SAMPLE.replace("status =", "urgent = true\nstatus =");
        let library = crate::knowledge::library_of(&[("one.md", &text)]);
        let entry = library.entry("one").expect("an entry");
        for columns in [20, 40, 80] {
            let page = Page::of(&library, entry, columns);
            assert_eq!(words(&page.lines[0].pieces[..1]), "! ", "{columns}");
            assert!(page.lines[0].pieces.iter().all(|piece| piece.role == TextRole::Urgent));
            let above = page.text(0..page.text_at);
            for said in entry.urgent_lines(library.home()) {
                assert!(above.contains(&said), "{columns}: {above}");
            }
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
