//! An entry's text as a reader shows it: blocks, an outline, numbered links and footnotes.
//!
//! Reading never fails: whatever Markdown this model has no block for becomes a paragraph.

use std::{mem::take, ops::Range};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Serialize;

use super::{Entry, Source};

/// The mark of a statement that nobody has checked; the end of its section says what it means.
pub const CHECK_MARK: &str = "[*]";
/// What the mark means, once at the end of each section that has one.
pub const CHECK_NOTE: &str =
    "[*] Not yet checked against the current source. Look it up before you rely on it.";
/// The footnote key that marks a statement as not checked against its source.
pub(crate) const CHECK: &str = "check";
/// What ends the label of a list item such as `2.1` or `(a)`, which Markdown has no mark for: an en
/// space behind the bullet and the label.
pub(crate) const LABEL_END: char = '\u{2002}';
/// Bytes of the longest label.
const MAX_LABEL_LEN: usize = 40;
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
        /// `•`, a number such as `2.`, or a label such as `(a)`; empty for a further paragraph of the same item.
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
        /// One cell of spans per column; empty for a table without heads.
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
    let words = spans.iter().filter(|span| span.footnote.is_none() && !span.check);
    words.map(|span| span.text.as_str()).collect()
}

pub(crate) fn options() -> Options {
    // Old footnotes: a reference needs no definition in the text, since the front matter has it.
    Options::ENABLE_TABLES | Options::ENABLE_OLD_FOOTNOTES
}

/// Reads an entry's body.
pub fn document(entry: &Entry) -> Document {
    read(&entry.body, &entry.sources)
}

/// Reads Markdown that has no sources of its own, such as a note.
pub fn read_markdown(text: &str) -> Document {
    read(text, &[])
}

fn read(text: &str, sources: &[Source]) -> Document {
    let mut reader = MarkdownReader { sources, ..MarkdownReader::default() };
    for event in Parser::new_ext(text, options()) {
        reader.read(event);
    }
    reader.finish()
}

fn target(url: &str) -> Target {
    if url.contains(':') || url.starts_with('/') || url.starts_with("www.") {
        Target::Web(url.to_owned())
    } else {
        let id = url.split('#').next().unwrap_or(url);
        Target::Entry(id.strip_suffix(".md").unwrap_or(id).to_owned())
    }
}

/// Where the spans being collected will go.
#[derive(Default)]
enum SpanTarget {
    #[default]
    Loose,
    Heading(u8),
    Cell,
}

#[derive(Default)]
struct MarkdownReader<'a> {
    sources: &'a [Source],
    document: Document,
    spans: Vec<Span>,
    open: SpanTarget,
    style: Span,
    emphasis: usize,
    strong: usize,
    quotes: usize,
    /// For each open list, the number of the next item if it is numbered.
    lists: Vec<Option<u64>>,
    /// For each open item, the marker that was not used yet.
    markers: Vec<String>,
    head: Vec<Vec<Span>>,
    rows: Vec<Vec<Vec<Span>>>,
    row: Vec<Vec<Span>>,
    /// The text of the code block that is open.
    code: Option<String>,
    /// Inside the text of something that is not shown.
    hidden: usize,
    /// Whether the section has a statement that nobody has checked.
    unchecked: bool,
}

impl MarkdownReader<'_> {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => self.hidden += 1,
            Event::End(TagEnd::FootnoteDefinition) => self.hidden = self.hidden.saturating_sub(1),
            _ if self.hidden > 0 => {}
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.style.code = true;
                self.text(&text);
                self.style.code = false;
            }
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::FootnoteReference(key) => self.footnote(&key),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Rule => self.flush(),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.end_section();
                // The title is the only heading of level 1.
                self.open = SpanTarget::Heading((level as u8).max(2));
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "•".to_owned(),
                };
                self.markers.push(marker);
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.place_marker();
                self.code = Some(String::new());
            }
            Tag::Table(_) => {
                self.flush();
                self.head.clear();
                self.rows.clear();
            }
            Tag::TableHead | Tag::TableRow => self.row.clear(),
            Tag::TableCell => {
                self.spans.clear();
                self.open = SpanTarget::Cell;
            }
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.style.link = Some(self.document.links.len());
                let link = Link { text: String::new(), target: target(&dest_url) };
                self.document.links.push(link);
            }
            _ => self.flush_loose(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.markers.pop();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::TableCell => {
                self.row.push(take(&mut self.spans));
                self.open = SpanTarget::Loose;
            }
            TagEnd::TableHead => {
                let head = take(&mut self.row);
                // Markdown has no table without a head: an empty one stands for none.
                self.head = if head.iter().all(Vec::is_empty) { Vec::new() } else { head };
            }
            TagEnd::TableRow => self.rows.push(take(&mut self.row)),
            TagEnd::Table => {
                let head = take(&mut self.head);
                let rows = take(&mut self.rows);
                self.document.blocks.push(Block::Table { head, rows });
            }
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.style.link = None,
            TagEnd::Heading(_) => self.flush(),
            _ => self.flush_loose(),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            return code.push_str(text);
        }
        let text = text.replace('\n', " ");
        if text.is_empty() || (self.spans.is_empty() && text.trim().is_empty()) {
            return;
        }
        if let Some(link) = self.style.link.and_then(|at| self.document.links.get_mut(at)) {
            link.text.push_str(&text);
        }
        let span = Span {
            emphasis: self.emphasis > 0,
            strong: self.strong > 0,
            text: String::new(),
            ..self.style.clone()
        };
        match self.spans.last_mut() {
            Some(last) if same_look(last, &span) => last.text.push_str(&text),
            _ => self.spans.push(Span { text, ..span }),
        }
    }

    fn footnote(&mut self, key: &str) {
        let Some(source) = self.sources.iter().position(|source| source.key == key) else {
            // A source that is not there cannot vouch for the statement.
            self.unchecked = true;
            if !self.spans.is_empty() {
                self.text(" ");
            }
            return self.spans.push(check(CHECK_MARK));
        };
        let footnotes = &mut self.document.footnotes;
        let known = footnotes.iter().find(|note| note.source == source);
        let number = known.map_or(footnotes.len() + 1, |note| note.number);
        if known.is_none() {
            footnotes.push(Footnote { number, source });
        }
        let text = format!("[{number}]");
        self.spans.push(Span { text, footnote: Some(number), ..Span::default() });
    }

    /// Ends a paragraph, unless it is part of a heading or a cell.
    fn flush_loose(&mut self) {
        if matches!(self.open, SpanTarget::Loose) {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let open = std::mem::replace(&mut self.open, SpanTarget::Loose);
        let spans = take(&mut self.spans);
        if spans.is_empty() {
            return;
        }
        let block = match open {
            SpanTarget::Heading(level) => {
                self.document.outline.push(OutlineItem {
                    level,
                    text: plain_text(&spans),
                    block: self.document.blocks.len(),
                });
                Block::Heading { level, spans }
            }
            _ => match self.markers.last_mut() {
                Some(marker) => {
                    let (marker, spans) = with_label(take(marker), spans);
                    Block::ListItem { depth: self.lists.len().saturating_sub(1), marker, spans }
                }
                None if self.quotes > 0 => Block::Quote { spans },
                None => Block::Paragraph { spans },
            },
        };
        self.document.blocks.push(block);
    }

    /// Shows the marker of an item that begins with something other than words.
    fn place_marker(&mut self) {
        let depth = self.lists.len().saturating_sub(1);
        if let Some(marker) = self.markers.last_mut().filter(|marker| !marker.is_empty()) {
            let marker = take(marker);
            self.document.blocks.push(Block::ListItem { depth, marker, spans: Vec::new() });
        }
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        if !code.trim().is_empty() {
            let lines = code.trim_end().split('\n').map(|line| line.trim_end().to_owned());
            let lines = lines.skip_while(String::is_empty).collect();
            self.document.blocks.push(Block::Code { depth: self.lists.len(), lines });
        }
    }

    /// Explains the mark of unchecked statements, if the section has any.
    fn end_section(&mut self) {
        if take(&mut self.unchecked) {
            self.document.blocks.push(Block::Paragraph { spans: vec![check(CHECK_NOTE)] });
        }
    }

    fn finish(mut self) -> Document {
        self.flush();
        self.end_section();
        self.document
    }
}

/// The marker and words of an item; words that begin with a label have it in place of the bullet.
fn with_label(marker: String, mut spans: Vec<Span>) -> (String, Vec<Span>) {
    let first = spans.first_mut().filter(|_| marker == "•");
    let Some((label, rest)) = first.as_ref().and_then(|first| first.text.split_once(LABEL_END))
    else {
        return (marker, spans);
    };
    if label.is_empty() || label.len() > MAX_LABEL_LEN {
        return (marker, spans);
    }
    let (label, rest) = (label.to_owned(), rest.to_owned());
    if let Some(first) = first {
        first.text = rest;
    }
    (label, spans)
}

fn check(text: &str) -> Span {
    Span { text: text.to_owned(), check: true, ..Span::default() }
}

fn same_look(a: &Span, b: &Span) -> bool {
    a.footnote.is_none()
        && !a.check
        && (a.emphasis, a.strong, a.code, a.link) == (b.emphasis, b.strong, b.code, b.link)
}

/// Every footnote reference in a body, with its place.
pub(crate) fn footnote_keys(body: &str) -> Vec<(String, Range<usize>)> {
    Parser::new_ext(body, options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::FootnoteReference(key) => Some((key.into_string(), range)),
            _ => None,
        })
        .collect()
}

/// Every link in a body, with its place.
pub(crate) fn link_targets(body: &str) -> Vec<(Target, Range<usize>)> {
    Parser::new_ext(body, options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some((target(&dest_url), range)),
            _ => None,
        })
        .collect()
}

/// The body in parts by heading, as plain text; the opening answer is [`IN_SHORT`].
pub fn sections(entry: &Entry) -> Vec<Section> {
    let mut sections = vec![Section { heading: IN_SHORT.to_owned(), text: String::new() }];
    for block in &document(entry).blocks {
        let text = match block {
            Block::Heading { spans, .. } => {
                sections.push(Section { heading: plain_text(spans), text: String::new() });
                continue;
            }
            // A label is looked for; a number that only counts is not.
            Block::ListItem { marker, spans, .. } if is_label(marker) => {
                format!("{marker} {}", plain_text(spans))
            }
            Block::Paragraph { spans } | Block::Quote { spans } | Block::ListItem { spans, .. } => {
                plain_text(spans)
            }
            Block::Code { lines, .. } => {
                lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
            }
            Block::Table { head, rows } => std::iter::once(head)
                .filter(|head| !head.is_empty())
                .chain(rows)
                .map(|row| row.iter().map(|cell| plain_text(cell)).collect::<Vec<_>>().join(" · "))
                .collect::<Vec<_>>()
                .join("\n"),
        };
        // The line that explains check marks has no words of its own.
        let text = text.trim();
        if let Some(section) = sections.last_mut().filter(|_| !text.is_empty()) {
            if !section.text.is_empty() {
                section.text.push('\n');
            }
            section.text.push_str(text);
        }
    }
    sections
}

/// Whether the marker of an item is a label that people refer to.
fn is_label(marker: &str) -> bool {
    let counts = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    marker != "•"
        && !marker.strip_suffix('.').unwrap_or(marker).is_empty()
        && !marker.strip_suffix('.').is_some_and(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::library::sample_entry;

    fn entry(body: &str) -> Entry {
        Entry { body: body.to_owned().into(), ..sample_entry("one") }
    }

    #[test]
    fn footnotes_are_numbered_in_order_of_first_use() {
        let document = document(&entry("Second.[^b] First.[^a] Again.[^b]\n"));
        let marks: Vec<_> = match document.blocks.as_slice() {
            [Block::Paragraph { spans }] => spans.iter().filter_map(|s| s.footnote).collect(),
            other => panic!("one paragraph was expected: {other:?}"),
        };
        assert_eq!(marks, [1, 2, 1]);
        assert_eq!(
            document.footnotes,
            [Footnote { number: 1, source: 1 }, Footnote { number: 2, source: 0 }]
        );
    }

    #[test]
    fn an_unchecked_statement_and_a_missing_source_are_marked() {
        for body in ["Perhaps.[^check]", "Perhaps.[^nowhere]"] {
            let document = document(&entry(body));
            let Some(Block::Paragraph { spans }) = document.blocks.first() else {
                panic!("{document:?}")
            };
            assert!(spans.iter().any(|span| span.check && span.text == "[*]"));
            assert_eq!(plain_text(spans).trim(), "Perhaps.");
        }
    }

    #[test]
    fn a_section_explains_its_unchecked_statements_once_at_its_end() {
        let body = "Sure.\n\n## One\n\nA.[^check] B.[^check]\n\n| c[^check] |\n|---|\n\n\
                    ### Two\n\nSure.[^a]\n\n## Three\n\n- D.[^check]\n";
        let document = document(&entry(body));
        let kinds: Vec<&str> = document
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading { .. } => "heading",
                Block::Paragraph { spans } if spans[0].check => "note",
                Block::Paragraph { .. } => "paragraph",
                Block::ListItem { .. } => "item",
                Block::Table { .. } => "table",
                Block::Quote { .. } => "quote",
                Block::Code { .. } => "code",
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "paragraph",
                "heading",
                "paragraph",
                "table",
                "note",
                "heading",
                "paragraph",
                "heading",
                "item",
                "note",
            ]
        );
        let headings = document.outline.iter().map(|item| &document.blocks[item.block]);
        assert!(headings.into_iter().all(|block| matches!(block, Block::Heading { .. })));
    }

    #[test]
    fn nested_lists_keep_their_depth_and_numbers() {
        let document = document(&entry("1. one\n2. two\n   - inner\n\n     more\n"));
        let items: Vec<_> = document
            .blocks
            .iter()
            .map(|block| match block {
                Block::ListItem { depth, marker, spans } => {
                    (*depth, marker.as_str(), plain_text(spans))
                }
                other => panic!("an item was expected: {other:?}"),
            })
            .collect();
        let expected = [(0, "1.", "one"), (0, "2.", "two"), (1, "•", "inner"), (1, "", "more")];
        assert_eq!(items, expected.map(|(depth, marker, text)| (depth, marker, text.to_owned())));
    }

    #[test]
    fn links_are_numbered_and_know_where_they_lead() {
        let document =
            document(&entry("See [**the** plan](safety-plan.md#x), [web](https://a.b)."));
        assert_eq!(
            document.links,
            [
                Link { text: "the plan".into(), target: Target::Entry("safety-plan".into()) },
                Link { text: "web".into(), target: Target::Web("https://a.b".into()) },
            ]
        );
    }

    #[test]
    fn a_table_keeps_its_cells() {
        let document = document(&entry("| a | b |\n|---|---|\n| *c* | d[^a] |\n"));
        let Some(Block::Table { head, rows }) = document.blocks.first() else {
            panic!("{document:?}")
        };
        assert_eq!((head.len(), rows.len()), (2, 1));
        assert_eq!(plain_text(&rows[0][0]), "c");
        assert_eq!(rows[0][1].last().and_then(|span| span.footnote), Some(1));
    }

    #[test]
    fn code_keeps_its_lines_and_blanks_and_reads_no_marks() {
        let text =
            "Type:\n\n```\n\n  a  *b*\n\n<c> [^a]\n```\n\n1. ```\n   in a list\n   ```\n2. next\n";
        let blocks = document(&entry(text)).blocks;
        let code = |depth: usize, lines: &[&str]| Block::Code {
            depth,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        };
        assert_eq!(blocks[1], code(0, &["  a  *b*", "", "<c> [^a]"]));
        let item = |block: &Block| match block {
            Block::ListItem { marker, spans, .. } => format!("{marker}{}", plain_text(spans)),
            other => panic!("an item was expected: {other:?}"),
        };
        assert_eq!((item(&blocks[2]), item(&blocks[4])), ("1.".into(), "2.next".into()));
        assert_eq!(blocks[3], code(1, &["in a list"]));
        assert_eq!(
            document(&entry("    indented\n    too\n")).blocks,
            [code(0, &["indented", "too"])]
        );
        assert!(document(&entry("```\n  \n```\n")).blocks.is_empty());
    }

    #[test]
    fn text_without_a_block_of_its_own_still_shows() {
        for body in
            ["<b>x</b> y", "```\ncode\n```", "![pic](a.png)", "> quoted", "***", "[^a]: def"]
        {
            let _ = document(&entry(body));
        }
        assert!(!document(&entry("```\ncode\n```")).blocks.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(body in "[-#>*_`|\\[\\]()^!0-9a-c. \n]{0,200}") {
            let _ = document(&entry(&body));
        }
    }

    #[test]
    fn the_opening_answer_is_its_own_section() {
        let sections = sections(&entry("Answer.\n\n## More\n\n- a\n- b\n"));
        assert_eq!(sections[0], Section { heading: IN_SHORT.into(), text: "Answer.".into() });
        assert_eq!(sections[1], Section { heading: "More".into(), text: "a\nb".into() });
    }

    #[test]
    fn code_is_part_of_its_section_line_by_line() {
        let sections = sections(&entry("Type:\n\n```\ncaseclinic search\n  more\n```\n"));
        assert_eq!(sections[0].text, "Type:\ncaseclinic search\nmore");
    }

    #[test]
    fn a_label_takes_the_place_of_the_bullet_and_is_part_of_the_text() {
        let body = "1. one\n\n- 2.1\u{2002}Ring *now*\n- **(a)** b\n- two words\n";
        let entry = entry(body);
        let items: Vec<(String, String)> = document(&entry)
            .blocks
            .iter()
            .map(|block| match block {
                Block::ListItem { marker, spans, .. } => (marker.clone(), plain_text(spans)),
                other => panic!("an item was expected: {other:?}"),
            })
            .collect();
        let expected = [("1.", "one"), ("2.1", "Ring now"), ("•", "(a) b"), ("•", "two words")];
        assert_eq!(items, expected.map(|(marker, text)| (marker.to_owned(), text.to_owned())));
        assert_eq!(sections(&entry)[0].text, "one\n2.1 Ring now\n(a) b\ntwo words");
    }
}
