//! An entry's text as a reader shows it: blocks, an outline, numbered links and footnotes.
//!
//! Reading never fails: whatever Markdown this model has no block for becomes a paragraph.

mod read;
mod reference;
mod section;

use serde::Serialize;

pub(crate) use read::options;
pub use read::{CHECK_MARK, CHECK_NOTE, document, read_markdown};
pub(crate) use reference::{CHECK, footnote_keys, link_targets};
pub use section::sections;

/// The heading of the section that holds an entry's opening answer.
pub const IN_SHORT: &str = "In short";

/// An entry's text, ready to be laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// In reading order.
    pub blocks: Vec<Block>,
    /// The headings.
    pub outline: Vec<OutlineItem>,
    /// In reading order; [`Span::link`] is a place in this list.
    pub links: Vec<Link>,
    /// In order of first use; [`Span::footnote`] is [`Footnote::number`].
    pub footnotes: Vec<Footnote>,
}

/// One block of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading; the level is 2 or more, as the title is level 1.
    Heading {
        /// 2 to 6.
        level: u8,
        /// Its words.
        spans: Vec<Span>,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        spans: Vec<Span>,
    },
    /// One item of a list.
    ListItem {
        /// 0 for the outermost list.
        depth: usize,
        /// `•` or a number such as `2.`; empty for a further paragraph of the same item.
        marker: String,
        /// Its words.
        spans: Vec<Span>,
    },
    /// A paragraph somebody else is quoted in.
    Quote {
        /// Its words.
        spans: Vec<Span>,
    },
    /// A block of code or a picture made of characters, to be shown as it stands.
    Code {
        /// How many lists it is in; 0 outside any list.
        depth: usize,
        /// Its lines, with their blanks and without line ends.
        lines: Vec<String>,
    },
    /// A table.
    Table {
        /// One cell of spans per column.
        head: Vec<Vec<Span>>,
        /// Rows of cells.
        rows: Vec<Vec<Vec<Span>>>,
    },
}

/// A run of text that looks the same throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Never holds a line end. A footnote mark reads `[1]`, a check mark `[*]`.
    pub text: String,
    /// Set apart lightly.
    pub emphasis: bool,
    /// Set apart strongly.
    pub strong: bool,
    /// To be typed as it stands.
    pub code: bool,
    /// A place in [`Document::links`].
    pub link: Option<usize>,
    /// The number of a footnote: the span is its mark.
    pub footnote: Option<usize>,
    /// The span is the mark of a statement nobody has checked against its source, or the line at
    /// the end of a section that explains the mark.
    pub check: bool,
}

/// A heading and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutlineItem {
    /// 2 to 6.
    pub level: u8,
    /// The heading as plain text.
    pub text: String,
    /// A place in [`Document::blocks`].
    pub block: usize,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The words that carry it.
    pub text: String,
    /// Where it leads.
    pub target: Target,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Another entry, by id; whether it exists is not known here.
    Entry(String),
    /// An address outside.
    Web(String),
}

/// A footnote: a source of the entry, numbered in order of first use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// Counted from 1.
    pub number: usize,
    /// A place in [`super::Entry::sources`].
    pub source: usize,
}

/// The text under one heading, plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// [`IN_SHORT`] for the opening answer.
    pub heading: String,
    /// Paragraphs and items, one to a line, without marks.
    pub text: String,
}

/// The spans' words in a row.
pub fn plain_text(spans: &[Span]) -> String {
    spans.iter().filter(|span| span.footnote.is_none() && !span.check).fold(
        String::new(),
        |mut out, span| {
            out.push_str(&span.text);
            out
        },
    )
}
