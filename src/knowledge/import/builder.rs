//! Filling the document model from what the reader of a format meets, one thing after the other.
//!
//! No nesting is too deep: tables inside tables are followed to a fixed depth and then flow into
//! the cell that they are in.

use std::mem::take;

use super::{
    model::{
        ImportedBlock, ImportedDocument, MAX_TABLE_CELLS, MAX_TEXT_BYTES, TableCell, TableRow,
        TextRun, TextStyle, TooLarge,
    },
    symbols::pictograph,
};

/// Tables within tables that are kept as tables.
const MAX_TABLE_DEPTH: usize = 6;
const MAX_URL_LEN: usize = 2000;
/// Bytes of a note's text.
const MAX_NOTE_LEN: usize = 20_000;

/// What the text being collected will become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum BlockKind {
    #[default]
    Paragraph,
    /// A heading, with its level; 0 for the title of the document.
    Heading(u8),
    /// An item at this depth with its label, which is empty for a bullet.
    Item(usize, String),
    /// A further paragraph of an item at this depth.
    ItemParagraph(usize),
    Quote,
}

/// What stands between the words so far and the next one.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

#[derive(Default)]
pub(super) struct DocumentBuilder {
    pub(super) document: ImportedDocument,
    pub(super) look: TextStyle,
    kind: BlockKind,
    text: Vec<TextRun>,
    gap: Gap,
    link: Option<String>,
    /// The tables that are open, from the outermost on.
    tables: Vec<OpenTable>,
    /// How many more are open, of which nothing is kept but the text.
    deeper: usize,
    /// The note being read: its name, and the blocks outside.
    note: Option<(String, Vec<ImportedBlock>)>,
    bytes: usize,
    cells: usize,
}

#[derive(Default)]
struct OpenTable {
    /// The blocks outside.
    outside: Vec<ImportedBlock>,
    /// What stands in the table outside of its cells, such as its caption: it is put before it.
    loose: Vec<ImportedBlock>,
    kind: BlockKind,
    rows: Vec<TableRow>,
    row: Option<TableRow>,
    cell: Option<TableCell>,
    /// Whether its style sets the first row apart.
    has_head: bool,
    /// Whether the row that is open is left out.
    is_dropped: bool,
}

impl DocumentBuilder {
    /// Whether nothing more can be added.
    pub(super) fn is_full(&self) -> bool {
        self.document.too_large.is_some()
    }

    /// Ends the block that is open and begins another.
    pub(super) fn open(&mut self, kind: BlockKind) {
        self.flush();
        self.kind = kind;
    }

    /// Ends the block that is open; with nothing collected it stays open.
    pub(super) fn flush(&mut self) {
        self.close_link();
        self.gap = Gap::None;
        let mut text = take(&mut self.text);
        if let Some(last) = text.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        text.retain(|run| !run.text.is_empty());
        if text.is_empty() {
            return;
        }
        let block = match take(&mut self.kind) {
            BlockKind::Paragraph => ImportedBlock::Paragraph(text),
            BlockKind::Heading(level) => {
                // All of a heading is set apart already.
                text.iter_mut().for_each(|run| run.look = TextStyle::default());
                ImportedBlock::Heading { level, text }
            }
            BlockKind::Item(depth, label) => {
                self.kind = BlockKind::ItemParagraph(depth);
                ImportedBlock::Item { depth, label, text }
            }
            BlockKind::ItemParagraph(depth) => {
                self.kind = BlockKind::ItemParagraph(depth);
                ImportedBlock::ItemParagraph { depth, text }
            }
            BlockKind::Quote => {
                self.kind = BlockKind::Quote;
                ImportedBlock::Quote(text)
            }
        };
        self.document.blocks.push(block);
    }

    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = self.gap.max(Gap::Space);
                continue;
            }
            let c = match c {
                '\u{E000}'..='\u{F8FF}' => match pictograph("", c) {
                    Some(c) => c,
                    None => continue,
                },
                c => c,
            };
            self.push(c);
        }
    }

    fn push(&mut self, c: char) {
        self.bytes += c.len_utf8();
        if self.bytes > MAX_TEXT_BYTES {
            self.document.too_large = Some(TooLarge::Text);
            return;
        }
        let gap = match take(&mut self.gap) {
            _ if self.text.is_empty() => None,
            Gap::None => None,
            Gap::Space => Some(' '),
            Gap::Line => Some('\n'),
        };
        let is_same =
            |run: &TextRun| run.look == self.look && run.link == self.link && run.note.is_none();
        match self.text.last_mut() {
            Some(last) if is_same(last) => last.text.extend(gap.into_iter().chain([c])),
            last => {
                // What parts two runs belongs to the first, unless that is the mark of a note.
                match last {
                    Some(last) if last.note.is_none() => last.text.extend(gap),
                    _ => {
                        self.text.extend(
                            gap.map(|gap| TextRun { text: gap.into(), ..TextRun::default() }),
                        );
                    }
                }
                let (look, link) = (self.look, self.link.clone());
                self.text.push(TextRun { text: c.into(), look, link, note: None });
            }
        }
    }

    /// A new line within a block.
    pub(super) fn line_break(&mut self) {
        if !self.text.is_empty() {
            self.gap = Gap::Line;
        }
    }

    /// Lines that are kept as they stand.
    pub(super) fn code(&mut self, text: &str) {
        let kind = self.kind.clone();
        self.flush();
        let lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
        let first = lines.iter().position(|line| !line.is_empty());
        let Some(first) = first else { return };
        let last = lines.iter().rposition(|line| !line.is_empty()).unwrap_or(first);
        self.bytes += text.len();
        if self.bytes > MAX_TEXT_BYTES {
            self.document.too_large = Some(TooLarge::Text);
            return;
        }
        self.document.blocks.push(ImportedBlock::Code(lines[first..=last].to_vec()));
        self.kind = kind;
    }

    /// A number or sign above the line: apart from the words and numbers before it, unless it ends
    /// an ordinal number or is the power of a unit.
    pub(super) fn superscript(&mut self, text: &str) {
        let text = text.trim();
        let before = self.text.last().map_or("", |run| run.text.as_str());
        let before = if self.gap == Gap::None { before } else { "" };
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_ordinal = matches!(text.to_lowercase().as_str(), "st" | "nd" | "rd" | "th")
            && word.ends_with(|c: char| c.is_ascii_digit());
        let is_unit = matches!(word, "m" | "cm" | "mm" | "km") && matches!(text, "2" | "3");
        if is_ordinal {
            return self.text(text);
        }
        if !word.is_empty() && !is_unit {
            self.gap = self.gap.max(Gap::Space);
        }
        let raised = |c: char| match c {
            '0'..='9' => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c as usize - '0' as usize).unwrap_or(c),
            c => c,
        };
        self.text(&text.chars().map(raised).collect::<String>());
    }

    /// The mark of a note, as it is printed.
    pub(super) fn note_mark(&mut self, name: &str, shown: &str) {
        let shown = shown.trim().trim_matches(['[', ']', '(', ')']);
        self.bytes += shown.len();
        self.gap = Gap::None;
        self.text.push(TextRun {
            text: shown.into(),
            note: Some(name.into()),
            ..TextRun::default()
        });
    }

    /// Begins the text of a note, which is shown where its mark is.
    pub(super) fn open_note(&mut self, name: &str) {
        self.close_note();
        self.flush();
        self.kind = BlockKind::Paragraph;
        self.note = Some((name.to_owned(), take(&mut self.document.blocks)));
    }

    /// Ends the text of a note.
    pub(super) fn close_note(&mut self) {
        self.flush();
        let Some((name, outside)) = self.note.take() else { return };
        let blocks = std::mem::replace(&mut self.document.blocks, outside);
        let text = TableCell { blocks, ..TableCell::default() }.words();
        // The way back from a note to its mark says nothing.
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '↩' | '^' | '↑'));
        let (text, _) = crate::text::clean_capped(text, MAX_NOTE_LEN);
        if !text.is_empty() {
            self.document.notes.entry(name).or_insert(text);
        }
        self.kind = BlockKind::Paragraph;
    }

    pub(super) fn in_note(&self) -> bool {
        self.note.is_some()
    }

    /// A picture, by its description.
    pub(super) fn picture(&mut self, description: &str) {
        let description = crate::text::clean_line(description);
        let description = description.trim();
        if description.is_empty() {
            self.document.left_out.pictures += 1;
            return;
        }
        let look = take(&mut self.look);
        if !self.text.is_empty() {
            self.gap = self.gap.max(Gap::Space);
        }
        self.text(&format!("[Picture: {description}]"));
        self.gap = self.gap.max(Gap::Space);
        self.look = look;
    }

    pub(super) fn open_link(&mut self, url: &str) {
        let url = url.trim();
        let known = ["https://", "http://", "mailto:", "tel:"];
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\');
        let leads = known.iter().any(|scheme| url.starts_with(scheme));
        if leads && url.len() <= MAX_URL_LEN && !url.contains(odd) && self.link.is_none() {
            self.link = Some(url.to_owned());
        }
    }

    /// A link that may also lead to another entry, by its id.
    pub(super) fn open_entry_link(&mut self, url: &str) {
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let id = url.strip_suffix(".md").unwrap_or(url);
        if self.link.is_none() && !id.is_empty() && id.chars().all(is_id) {
            self.link = Some(url.to_owned());
        } else {
            self.open_link(url);
        }
    }

    pub(super) fn close_link(&mut self) {
        self.link = None;
    }

    pub(super) fn open_table(&mut self) {
        if self.tables.len() >= MAX_TABLE_DEPTH || self.in_note() {
            self.deeper += 1;
            self.line_break();
            return;
        }
        self.flush();
        let outside = take(&mut self.document.blocks);
        let kind = take(&mut self.kind);
        self.tables.push(OpenTable { outside, kind, ..OpenTable::default() });
    }

    /// Begins a row of the innermost table.
    pub(super) fn open_row(&mut self, is_head: bool) {
        self.close_row();
        if let Some(table) = self.open_table_mut() {
            table.row = Some(TableRow { is_head, ..TableRow::default() });
        }
    }

    /// Says whether the first row of the innermost table is set apart by its style.
    pub(super) fn set_first_row_head(&mut self, has_head: bool) {
        if let Some(table) = self.open_table_mut() {
            table.has_head = has_head;
        }
    }

    /// Leaves the open row out.
    pub(super) fn drop_row(&mut self) {
        if let Some(table) = self.open_table_mut() {
            table.is_dropped = true;
        }
    }

    /// The row that is open.
    pub(super) fn row_mut(&mut self) -> Option<&mut TableRow> {
        self.open_table_mut()?.row.as_mut()
    }

    /// Begins a cell of the innermost table, which covers what `cell` says.
    pub(super) fn open_cell(&mut self, cell: TableCell) {
        self.close_cell();
        self.cells += 1;
        if self.cells > MAX_TABLE_CELLS {
            self.document.too_large = Some(TooLarge::Table);
            return;
        }
        if self.open_table_mut().is_none() {
            return self.line_break();
        }
        self.flush();
        let blocks = take(&mut self.document.blocks);
        if let Some(table) = self.open_table_mut() {
            table.loose.extend(blocks);
            table.row.get_or_insert_default();
            table.cell = Some(cell);
        }
    }

    /// The cell that is open.
    pub(super) fn cell_mut(&mut self) -> Option<&mut TableCell> {
        self.open_table_mut()?.cell.as_mut()
    }

    pub(super) fn close_cell(&mut self) {
        if self.open_table_mut().is_none() {
            return;
        }
        self.flush();
        self.kind = BlockKind::Paragraph;
        let Some(table) = self.tables.last_mut() else { return };
        let Some(mut cell) = table.cell.take() else { return };
        cell.blocks = take(&mut self.document.blocks);
        if let Some(row) = &mut table.row {
            row.cells.push(cell);
        }
    }

    pub(super) fn close_row(&mut self) {
        self.close_cell();
        if let Some(table) = self.open_table_mut() {
            let is_dropped = take(&mut table.is_dropped);
            let row = table.row.take();
            table.rows.extend(row.filter(|row| !row.cells.is_empty() && !is_dropped));
        }
    }

    pub(super) fn close_table(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            self.line_break();
            return;
        }
        self.close_row();
        let Some(mut table) = self.tables.pop() else { return };
        if table.has_head && table.rows.len() > 1 {
            table.rows[0].is_head = true;
        }
        let rest = std::mem::replace(&mut self.document.blocks, table.outside);
        self.document.blocks.extend(table.loose.into_iter().chain(rest));
        if !table.rows.is_empty() {
            self.document.blocks.push(ImportedBlock::Table(table.rows));
        }
        self.kind = match table.kind {
            kind @ (BlockKind::Item(..) | BlockKind::ItemParagraph(_) | BlockKind::Quote) => kind,
            _ => BlockKind::Paragraph,
        };
    }

    /// Whether a table is open whose cells are kept.
    fn open_table_mut(&mut self) -> Option<&mut OpenTable> {
        if self.deeper > 0 || self.in_note() { None } else { self.tables.last_mut() }
    }

    pub(super) fn finish(mut self) -> ImportedDocument {
        self.close_note();
        self.deeper = 0;
        while !self.tables.is_empty() {
            self.close_table();
        }
        self.flush();
        self.document
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::import::model::words;

    fn text(blocks: &[ImportedBlock]) -> Vec<String> {
        blocks.iter().map(|block| words(block.runs())).collect()
    }

    #[test]
    fn numbers_above_the_line_stay_apart_from_the_numbers_before_them() {
        let mut builder = DocumentBuilder::default();
        for (before, above) in
            [("Ring 01632 960001", "2"), (" on the 2", "nd"), (" from 10 m", "2"), (" daily", "1")]
        {
            builder.text(before);
            builder.superscript(above);
        }
        builder.text(" or later");
        let said = "Ring 01632 960001 ² on the 2nd from 10 m² daily ¹ or later";
        assert_eq!(text(&builder.finish().blocks), [said]);
    }

    #[test]
    fn a_table_inside_a_cell_is_part_of_the_cell() {
        let mut builder = DocumentBuilder::default();
        builder.text("before");
        for depth in 0..10 {
            builder.open_table();
            builder.open_row(false);
            builder.open_cell(TableCell::default());
            builder.text(&format!("cell {depth}"));
        }
        for _ in 0..10 {
            builder.close_table();
        }
        builder.text("after");
        let blocks = builder.finish().blocks;
        assert!(matches!(&blocks[..], [_, ImportedBlock::Table(rows), _] if rows.len() == 1));
        assert_eq!(text(&blocks)[2], "after");
    }

    #[test]
    fn reading_stops_where_no_entry_could_hold_more() {
        let mut builder = DocumentBuilder::default();
        builder.text(&"word ".repeat(MAX_TEXT_BYTES / 4));
        assert!(!builder.is_full());
        builder.text(&"word ".repeat(MAX_TEXT_BYTES / 4));
        assert!(builder.is_full());
    }
}
