//! Writing Markdown from the blocks of another format.
//!
//! Every word of the source is escaped, so that nothing in it turns into a mark, a footnote or
//! markup of its own. What comes out grows with what comes in and never faster.

/// Lists within lists are shown to this depth.
const MAX_LIST_DEPTH: usize = 6;
/// Columns a table keeps; what stands further right joins the last one.
const MAX_COLUMNS: usize = 12;
const MAX_URL_LEN: usize = 2000;

/// What the text being collected will become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BlockKind {
    #[default]
    Paragraph,
    Heading(u8),
    /// An item at this depth, with its number if it has one.
    Item(usize, Option<u64>),
    /// A further paragraph of an item at this depth.
    More(usize),
    Quote,
}

#[derive(Default)]
pub(super) struct Markdown {
    out: String,
    /// The words of the block that is open.
    pub(super) inline: Inline,
    kind: BlockKind,
    /// The depth of the item written last, if nothing else was written since.
    last_item: Option<usize>,
    /// Tables that are open; those inside another flow into its cell.
    tables: usize,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    in_cell: bool,
}

impl Markdown {
    /// Ends the block that is open and begins another.
    pub(super) fn open(&mut self, kind: BlockKind) {
        self.flush();
        self.kind = kind;
    }

    /// A new line within a block.
    pub(super) fn line_break(&mut self) {
        match self.kind {
            BlockKind::Paragraph | BlockKind::More(_) | BlockKind::Quote => self.flush(),
            BlockKind::Heading(_) | BlockKind::Item(..) => self.inline.part(),
        }
    }

    pub(super) fn open_table(&mut self) {
        self.flush();
        self.tables += 1;
    }

    /// Begins a row of the outermost table.
    pub(super) fn open_row(&mut self) {
        if self.tables == 1 {
            self.close_cell();
            if !self.row.is_empty() {
                self.rows.push(std::mem::take(&mut self.row));
            }
        }
    }

    /// Begins a cell of the outermost table.
    pub(super) fn open_cell(&mut self) {
        if self.tables == 1 {
            self.close_cell();
            self.in_cell = true;
        }
    }

    pub(super) fn close_table(&mut self) {
        match self.tables {
            0 => return,
            1 => {
                self.open_row();
                self.tables = 0;
                let rows = std::mem::take(&mut self.rows);
                self.table(rows);
                self.kind = BlockKind::Paragraph;
            }
            _ => self.tables -= 1,
        }
        self.inline.part();
    }

    pub(super) fn finish(mut self) -> String {
        self.tables = self.tables.min(1);
        self.close_table();
        self.flush();
        self.out.push('\n');
        self.out
    }

    /// Writes what was collected; with nothing collected the block stays open.
    pub(super) fn flush(&mut self) {
        if self.tables > 0 {
            self.inline.part();
            return;
        }
        let text = self.inline.take();
        if text.is_empty() {
            return;
        }
        match self.kind {
            BlockKind::Paragraph => self.block(&escape_start(&text)),
            BlockKind::Quote => self.block(&format!("> {}", escape_start(&text))),
            BlockKind::Heading(level) => {
                let marks = "#".repeat(usize::from(level.clamp(2, 6)));
                self.block(&format!("{marks} {text}"));
                self.kind = BlockKind::Paragraph;
            }
            BlockKind::Item(depth, number) => self.item(depth, number, &text),
            BlockKind::More(depth) => match self.last_item {
                Some(last) => {
                    let depth = depth.min(last);
                    let indent = "    ".repeat(depth + 1);
                    self.block(&format!("{indent}{}", escape_start(&text)));
                    self.last_item = Some(depth);
                }
                None => self.block(&escape_start(&text)),
            },
        }
    }

    fn item(&mut self, depth: usize, number: Option<u64>, text: &str) {
        // An item deeper than a child of the one before would read as code.
        let depth = depth.min(MAX_LIST_DEPTH).min(self.last_item.map_or(0, |last| last + 1));
        let marker = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
        let line = format!("{}{marker:<3} {}", "    ".repeat(depth), escape_start(text));
        if self.last_item.is_some() {
            self.out.push('\n');
            self.out.push_str(&line);
        } else {
            self.block(&line);
        }
        self.last_item = Some(depth);
        self.kind = BlockKind::More(depth);
    }

    fn block(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push_str("\n\n");
        }
        self.out.push_str(text);
        self.last_item = None;
    }

    fn close_cell(&mut self) {
        let text = self.inline.take();
        if !std::mem::take(&mut self.in_cell) && text.is_empty() {
            return;
        }
        let is_full = self.row.len() >= MAX_COLUMNS;
        match self.row.last_mut() {
            Some(last) if is_full => {
                last.push(' ');
                last.push_str(&text);
            }
            _ => self.row.push(text),
        }
    }

    fn table(&mut self, rows: Vec<Vec<String>>) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        // A table of one column is a frame around text.
        if columns < 2 {
            for cell in rows.iter().flatten().filter(|cell| !cell.is_empty()) {
                self.block(&escape_start(cell));
            }
            return;
        }
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            for column in 0..columns {
                text.push_str("| ");
                text.push_str(row.get(column).map_or("", String::as_str));
                text.push(' ');
            }
            text.push_str("|\n");
            if at == 0 {
                text.push_str(&"|---".repeat(columns));
                text.push_str("|\n");
            }
        }
        self.block(text.trim_end());
    }
}

/// What stands between the words so far and the next one.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    /// Another line of the same block.
    Part,
}

/// The words of one block, escaped.
#[derive(Default)]
pub(super) struct Inline {
    out: String,
    gap: Gap,
    /// Where the open link leads, and where its words begin once there are any.
    link: Option<(String, Option<usize>)>,
}

impl Inline {
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = self.gap.max(Gap::Space);
                continue;
            }
            match std::mem::take(&mut self.gap) {
                _ if self.out.is_empty() => {}
                Gap::None => {}
                Gap::Space => self.out.push(' '),
                Gap::Part => self.out.push_str(" · "),
            }
            if let Some((_, start @ None)) = &mut self.link {
                *start = Some(self.out.len());
            }
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~') {
                self.out.push('\\');
            }
            self.out.push(c);
        }
    }

    fn part(&mut self) {
        self.gap = Gap::Part;
    }

    pub(super) fn open_link(&mut self, url: &str) {
        let url = url.trim();
        let known = ["https://", "http://", "mailto:", "tel:"];
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\');
        let leads = known.iter().any(|scheme| url.starts_with(scheme));
        if leads && url.len() <= MAX_URL_LEN && !url.contains(odd) && self.link.is_none() {
            self.link = Some((url.to_owned(), None));
        }
    }

    pub(super) fn close_link(&mut self) {
        if let Some((url, Some(start))) = self.link.take() {
            let words = self.out.split_off(start);
            self.out.push_str(&format!("[{words}](<{}>)", url.replace('|', "%7C")));
        }
    }

    fn take(&mut self) -> String {
        self.close_link();
        self.gap = Gap::None;
        std::mem::take(&mut self.out)
    }
}

/// The text with a first character that would make it a heading, a list or a rule escaped.
fn escape_start(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some(b'#' | b'+' | b'-' | b'=') if digits == 0 => format!("\\{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Block, plain_text, read_markdown};

    #[test]
    fn what_looks_like_a_mark_in_the_source_stays_text() {
        for text in ["# not a heading", "1. April", "- dash", "a [^check] b", "<b> & *c* | `d`"] {
            let mut markdown = Markdown::default();
            markdown.inline.text(text);
            let document = read_markdown(&markdown.finish());
            let [Block::Paragraph { spans }] = document.blocks.as_slice() else {
                panic!("{text}: {:?}", document.blocks)
            };
            assert_eq!(plain_text(spans), text);
        }
    }

    #[test]
    fn lists_keep_their_depth_numbers_and_further_paragraphs() {
        let mut markdown = Markdown::default();
        for (depth, number, text) in
            [(0, Some(3), "three"), (1, None, "inside"), (0, Some(4), "four")]
        {
            markdown.open(BlockKind::Item(depth, number));
            markdown.inline.text(text);
        }
        markdown.line_break();
        markdown.open(BlockKind::More(0));
        markdown.inline.text("more");
        let document = read_markdown(&markdown.finish());
        let items: Vec<(usize, String, String)> = document
            .blocks
            .iter()
            .map(|block| match block {
                Block::ListItem { depth, marker, spans } => {
                    (*depth, marker.clone(), plain_text(spans))
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = [(0, "3.", "three"), (1, "•", "inside"), (0, "4.", "four"), (0, "", "more")];
        assert_eq!(items, expected.map(|(d, m, t)| (d, m.to_owned(), t.to_owned())));
    }

    #[test]
    fn only_links_that_lead_somewhere_known_are_kept() {
        let mut markdown = Markdown::default();
        for url in ["https://example.org/a", "javascript:alert(1)", "file:///etc/passwd"] {
            markdown.inline.open_link(url);
            markdown.inline.text("here ");
            markdown.inline.close_link();
        }
        let document = read_markdown(&markdown.finish());
        assert_eq!(document.links.len(), 1);
    }
}
