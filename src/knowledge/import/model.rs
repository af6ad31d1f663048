//! The document model that the reader of every format fills and that is written out once: headings,
//! paragraphs, lists with their labels, and tables with the cells that each covers.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::knowledge::pack_reader::MAX_ENTRY_BYTES;

/// Bytes of text at which reading stops: no entry holds more.
pub(super) const MAX_TEXT_BYTES: usize = MAX_ENTRY_BYTES as usize;
/// Cells of a table, with those that merged cells cover, beyond which it is not read.
pub(super) const MAX_TABLE_CELLS: usize = 400_000;
/// Columns that a table keeps; what stands further right joins the last one.
pub(super) const MAX_COLUMNS: usize = 1024;

/// A document as its format says it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ImportedDocument {
    /// The title that its properties state.
    pub(super) title: Option<String>,
    /// In reading order.
    pub(super) blocks: Vec<ImportedBlock>,
    /// The text of footnotes and endnotes, by the name that their marks use.
    pub(super) notes: HashMap<String, String>,
    pub(super) left_out: LeftOut,
    /// Whether it is a web page, of which the properties name the site as well.
    pub(super) is_page: bool,
    /// Why reading stopped before the end.
    pub(super) too_large: Option<TooLarge>,
}

/// Why a document is not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TooLarge {
    Text,
    Table,
}

impl TooLarge {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Text => "The text of the file is longer than 1 MiB. It is ignored.",
            Self::Table => "A table in the file has too many cells. It is ignored.",
        }
    }
}

/// How many passages of each sort are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeftOut {
    pub(super) struck_out: usize,
    pub(super) hidden: usize,
    /// Pictures without a description.
    pub(super) pictures: usize,
    /// Pages that are pictures.
    pub(super) scans: usize,
    /// Comments in the margin, which are no part of an entry.
    pub(super) comments: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ImportedBlock {
    Heading {
        /// 1 to 9; 0 for the title of the document.
        level: u8,
        text: Vec<TextRun>,
    },
    Paragraph(Vec<TextRun>),
    Quote(Vec<TextRun>),
    Item {
        /// 0 for the outermost list.
        depth: usize,
        /// `2.1` or `(a)` as it is printed; empty for a bullet.
        label: String,
        text: Vec<TextRun>,
    },
    /// A further paragraph of an item.
    ItemParagraph {
        depth: usize,
        text: Vec<TextRun>,
    },
    /// Lines to be shown as they stand.
    Code(Vec<String>),
    Table(Vec<TableRow>),
}

/// Words that look the same throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TextRun {
    /// A line end stands for a line break.
    pub(super) text: String,
    pub(super) look: TextStyle,
    /// Where a link leads.
    pub(super) link: Option<String>,
    /// The name of the note whose mark this is; the text is the mark as it is printed.
    pub(super) note: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TextStyle {
    pub(super) strong: bool,
    pub(super) emphasis: bool,
    pub(super) code: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableRow {
    /// Whether the document says that the row holds the heads of the columns.
    pub(super) is_head: bool,
    /// Columns left out before the first cell.
    pub(super) skipped: usize,
    pub(super) cells: Vec<TableCell>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableCell {
    pub(super) blocks: Vec<ImportedBlock>,
    /// How many columns it covers.
    pub(super) columns: usize,
    /// How many rows it covers.
    pub(super) rows: usize,
    /// Whether it goes on the cell above.
    pub(super) continues: bool,
    /// Whether it is the head of a column or row.
    pub(super) is_head: bool,
}

impl Default for TableCell {
    fn default() -> Self {
        Self { blocks: Vec::new(), columns: 1, rows: 1, continues: false, is_head: false }
    }
}

impl ImportedBlock {
    /// The words of the block; none for a table, and for code.
    pub(super) fn runs(&self) -> &[TextRun] {
        match self {
            Self::Heading { text, .. }
            | Self::Item { text, .. }
            | Self::ItemParagraph { text, .. }
            | Self::Paragraph(text)
            | Self::Quote(text) => text,
            Self::Code(_) | Self::Table(_) => &[],
        }
    }

    /// Whether all its words are set apart strongly.
    pub(super) fn is_strong(&self) -> bool {
        let is_word = |run: &&TextRun| run.text.chars().any(char::is_alphanumeric);
        let mut words = self.runs().iter().filter(is_word).peekable();
        words.peek().is_some() && words.all(|run| run.look.strong)
    }
}

/// The words of runs, line breaks as spaces.
pub(super) fn words(runs: &[TextRun]) -> String {
    runs.iter().map(|run| run.text.replace('\n', " ")).collect()
}

impl TableCell {
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The words of the cell, blocks separated by spaces.
    pub(super) fn words(&self) -> String {
        let words = self.blocks.iter().map(|block| words(block.runs()));
        words.collect::<Vec<_>>().join(" ")
    }
}
