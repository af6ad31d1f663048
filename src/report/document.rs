//! A document as data: what the screens show and every format writes.

use crate::{
    clinic::Language,
    text::{clean, clean_line},
};

/// A whole document in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportDocument {
    /// Its title, without markup: the title of the file for programs that show one.
    pub title: String,
    /// The line at the top of every page: the case key, and that it is confidential.
    pub header: String,
    /// The language it is written in.
    pub language: Language,
    /// Its blocks; the first is the title as a heading.
    pub blocks: Vec<ReportBlock>,
}

/// One block of a document. Every text is one line without control characters, except the text of an
/// answer, which keeps its line ends, and the cells of a table of questions ([`blank_form`]): they have
/// a line for each hint and each answer to tick.
///
/// [`blank_form`]: super::blank_form()
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportBlock {
    /// A heading: 1 for the document, 2 for a part of it, 3 inside a part.
    Heading {
        /// 1 to 3.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph(Vec<TextRun>),
    /// A question, or the name of a text, with what was written.
    Answer {
        /// The question.
        question: String,
        /// How the answer is known, whose it is, or why it is no longer asked.
        remark: Option<TextRun>,
        /// The answer, or the reason given for having none; none if the question is not answered.
        text: Option<String>,
    },
    /// A list without numbers.
    List(Vec<Vec<TextRun>>),
    /// An action.
    Action {
        /// Its number in its list, from 1.
        number: usize,
        /// What will be done.
        what: String,
        /// Its other parts, each with its name.
        details: Vec<String>,
    },
    /// A table. Cells that are blank are left free to write in, as many lines as they have line ends.
    Table {
        /// One cell for each column.
        head: Vec<String>,
        /// Rows with as many cells.
        rows: Vec<Vec<String>>,
    },
    /// Counts that people would rather see than read.
    Chart(Chart),
    /// What follows begins on a new page, where there are pages.
    PageBreak,
}

/// Counts as a picture: a row for each answer, a bar for each series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows, in a sentence: for those who cannot see it.
    pub about: String,
    /// What the rows are.
    pub rows_name: String,
    /// The names of the series, such as the rounds of a placement.
    pub series: Vec<String>,
    /// Its rows in order.
    pub rows: Vec<ChartRow>,
    /// What a marked row is, such as “agreed”; blank if none can be.
    pub mark: String,
    /// Whether it stands in a summary that has to stay short: then a table with bars is enough.
    pub is_brief: bool,
}

/// One row of a [`Chart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartRow {
    /// The answer.
    pub name: String,
    /// A count for each series.
    pub counts: Vec<usize>,
    /// Whether it is the row that was agreed.
    pub marked: bool,
}

/// A line to write on, as a paragraph of its own.
pub(super) const WRITING_LINE: &str =
    "______________________________________________________________________";

/// Where a word or two is written.
pub(super) const SHORT_WRITING_LINE: &str = "____________________";

/// The longest bar of a chart that is written as text.
const MAX_BAR: usize = 20;

impl Chart {
    /// Returns the largest count.
    pub fn most(&self) -> usize {
        self.rows.iter().flat_map(|row| &row.counts).copied().max().unwrap_or(0)
    }

    /// Returns it as a table: head and rows, with bars of dots.
    pub fn to_table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let has_mark = !self.mark.is_empty();
        let names = [self.rows_name.clone()].into_iter().chain(self.series.clone());
        let head = names.chain(has_mark.then(|| "Outcome".to_owned())).collect();
        let rows = self.rows.iter().map(|row| {
            let bars = row.counts.iter().map(|count| self.bar(*count));
            let mark = if row.marked { self.mark.clone() } else { String::new() };
            [row.name.clone()].into_iter().chain(bars).chain(has_mark.then_some(mark)).collect()
        });
        (head, rows.collect())
    }

    /// Returns its rows with the numbers alone.
    pub fn to_numbers(&self) -> Vec<Vec<String>> {
        let has_mark = !self.mark.is_empty();
        let rows = self.rows.iter().map(|row| {
            let counts = row.counts.iter().map(usize::to_string);
            let mark = if row.marked { self.mark.clone() } else { String::new() };
            [row.name.clone()].into_iter().chain(counts).chain(has_mark.then_some(mark)).collect()
        });
        rows.collect()
    }

    /// Returns the name of a row beside a bar, with what it is if it is marked.
    pub fn row_name(&self, row: &ChartRow) -> String {
        if row.marked { format!("{} ({})", row.name, self.mark) } else { row.name.clone() }
    }

    /// The bar of a count: a dot for each, and the number.
    fn bar(&self, count: usize) -> String {
        let most = self.most();
        let dots = if most <= MAX_BAR { count } else { (count * MAX_BAR).div_ceil(most) };
        match count {
            0 => "·".to_owned(),
            _ => format!("{} {count}", "●".repeat(dots)),
        }
    }
}

/// Text of one style. Runs of a line follow each other without a space of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRun {
    /// The text.
    pub text: String,
    /// How it is set apart.
    pub style: RunStyle,
}

/// How text is set apart from the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStyle {
    /// Not at all.
    Plain,
    /// Lightly: notes about the note.
    Emphasis,
    /// Strongly: names of what follows.
    Strong,
}

pub(super) fn plain(text: impl Into<String>) -> TextRun {
    TextRun { text: text.into(), style: RunStyle::Plain }
}

pub(super) fn emphasis(text: impl Into<String>) -> TextRun {
    TextRun { text: text.into(), style: RunStyle::Emphasis }
}

pub(super) fn strong(text: impl Into<String>) -> TextRun {
    TextRun { text: text.into(), style: RunStyle::Strong }
}

/// Returns a text on one line, without control characters.
pub(super) fn line(text: &str) -> String {
    clean_line(text).trim().to_owned()
}

impl ReportDocument {
    /// Returns its language as files name it.
    pub fn language_tag(&self) -> &'static str {
        match self.language {
            Language::En => "en-GB",
            Language::Cy => "cy-GB",
        }
    }
}

/// Blocks that are being put together.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockList(pub(super) Vec<ReportBlock>);

impl BlockList {
    pub(super) fn push(&mut self, block: ReportBlock) {
        self.0.push(block);
    }

    pub(super) fn heading(&mut self, level: u8, text: impl AsRef<str>) {
        self.push(ReportBlock::Heading { level, text: line(text.as_ref()) });
    }

    pub(super) fn paragraph<const N: usize>(&mut self, runs: [TextRun; N]) {
        self.push(ReportBlock::Paragraph(runs.into()));
    }

    /// A sentence of ours.
    pub(super) fn say(&mut self, text: &str) {
        self.paragraph([plain(line(text))]);
    }

    pub(super) fn answer(&mut self, question: &str, remark: Option<TextRun>, text: Option<&str>) {
        let text = text.map(|text| clean(text).trim().to_owned());
        self.push(ReportBlock::Answer { question: line(question), remark, text });
    }

    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        self.runs_list(items.into_iter().map(|item| vec![plain(line(&item))]).collect());
    }

    pub(super) fn runs_list(&mut self, items: Vec<Vec<TextRun>>) {
        if !items.is_empty() {
            self.push(ReportBlock::List(items));
        }
    }

    pub(super) fn table<const N: usize>(&mut self, head: [&str; N], rows: Vec<[String; N]>) {
        let rows = rows.into_iter().map(|row| row.map(|cell| line(&cell)).into()).collect();
        self.push(ReportBlock::Table { head: head.map(str::to_owned).into(), rows });
    }

    /// Leaves out questions without an answer, and headings with nothing under them.
    pub(super) fn without_empty(mut self) -> Self {
        let is_unanswered = |block: &ReportBlock| match block {
            ReportBlock::Answer { text, .. } => text.as_ref().is_none_or(|text| text.is_empty()),
            ReportBlock::List(items) => items.is_empty(),
            _ => false,
        };
        self.0.retain(|block| !is_unanswered(block));
        // From the end, so that a heading over an empty heading goes too.
        let mut next_level = Some(0);
        let mut kept = Vec::with_capacity(self.0.len());
        for block in self.0.into_iter().rev() {
            match block {
                ReportBlock::Heading { level, .. }
                    if level > 1 && next_level.is_some_and(|next| next <= level) => {}
                ReportBlock::Heading { level, .. } => {
                    next_level = Some(level);
                    kept.push(block);
                }
                ReportBlock::PageBreak => kept.push(block),
                _ => {
                    next_level = None;
                    kept.push(block);
                }
            }
        }
        kept.reverse();
        Self(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u8, text: &str) -> ReportBlock {
        ReportBlock::Heading { level, text: text.to_owned() }
    }

    fn answer(text: Option<&str>) -> ReportBlock {
        let text = text.map(str::to_owned);
        ReportBlock::Answer { question: "Q".to_owned(), remark: None, text }
    }

    #[test]
    fn headings_with_nothing_under_them_are_left_out_with_unanswered_questions() {
        let blocks = vec![
            heading(1, "Note"),
            heading(2, "One"),
            heading(3, "Empty"),
            answer(None),
            heading(3, "Full"),
            answer(Some("A")),
            heading(2, "Two"),
            heading(3, "Empty"),
            answer(Some("")),
            heading(2, "Three"),
        ];
        let BlockList(blocks) = BlockList(blocks).without_empty();
        let headings = blocks.iter().filter_map(|block| match block {
            ReportBlock::Heading { text, .. } => Some(text.as_str()),
            _ => None,
        });
        assert_eq!(headings.collect::<Vec<_>>(), ["Note", "One", "Full"]);
        assert_eq!(blocks.len(), 4);
    }

    #[test]
    fn a_bar_has_a_dot_for_each_until_there_are_too_many() {
        let row = |count| ChartRow { name: "A".into(), counts: vec![count], marked: false };
        let chart = |most| Chart {
            about: String::new(),
            rows_name: "Stage".into(),
            series: vec!["First round".into()],
            rows: vec![row(3), row(most)],
            mark: String::new(),
            is_brief: false,
        };
        assert_eq!(chart(6).to_table().1[0][1], "●●● 3");
        assert_eq!(chart(40).to_table().1[0][1], "●● 3");
        assert_eq!(chart(40).to_table().0, ["Stage", "First round"]);
    }
}
