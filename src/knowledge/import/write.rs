//! The document model as Markdown.
//!
//! Every word is escaped, so that nothing in it turns into a mark, a footnote or markup of its own.

use std::collections::HashSet;

use super::{
    model::{ImportedBlock, ImportedDocument, MAX_TEXT_BYTES, TableCell, TableRow, TextRun},
    table::{Grid, grid},
};
use crate::knowledge::LABEL_END;

/// Lists within lists are shown to this depth.
const MAX_LIST_DEPTH: usize = 6;
/// What parts the lines of a cell or heading.
const PARTED: &str = " · ";

/// Returns the Markdown of a document; `None` if it is longer than an entry can be.
pub(super) fn write(document: &ImportedDocument) -> Option<String> {
    let levels = document.blocks.iter().filter_map(|block| match block {
        ImportedBlock::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let mut writer = MarkdownWriter {
        document,
        highest: levels.min().unwrap_or(1),
        out: String::new(),
        items: Vec::new(),
        noted: HashSet::new(),
        is_too_long: false,
    };
    writer.blocks(&document.blocks);
    writer.out.push('\n');
    (!writer.is_too_long).then_some(writer.out)
}

struct MarkdownWriter<'a> {
    document: &'a ImportedDocument,
    /// The level of the highest heading.
    highest: u8,
    out: String,
    /// For each depth of the list written last, the number of its last item if it is numbered;
    /// empty if something else was written since.
    items: Vec<Option<u64>>,
    /// The notes that were shown.
    noted: HashSet<&'a str>,
    is_too_long: bool,
}

impl<'a> MarkdownWriter<'a> {
    fn blocks(&mut self, blocks: &'a [ImportedBlock]) {
        for block in blocks {
            self.is_too_long |= self.out.len() > MAX_TEXT_BYTES;
            if self.is_too_long {
                return;
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &'a ImportedBlock) {
        match block {
            ImportedBlock::Heading { level, text } => {
                let marks =
                    "#".repeat(usize::from((2 + level.saturating_sub(self.highest)).min(6)));
                let text = self.inline(text);
                self.apart(&format!("{marks} {text}"));
            }
            ImportedBlock::Paragraph(text) => {
                for line in lines(text) {
                    let text = self.inline(&line);
                    self.apart(&escape_start(&text));
                }
            }
            ImportedBlock::Quote(text) => {
                for line in lines(text) {
                    let text = self.inline(&line);
                    self.apart(&format!("> {}", escape_start(&text)));
                }
            }
            ImportedBlock::Item { depth, label, text } => {
                let mut lines = lines(text).into_iter();
                let first = lines.next().unwrap_or_default();
                let first = self.inline(&first);
                self.item(*depth, label, &first);
                for line in lines {
                    let text = self.inline(&line);
                    self.item_paragraph(*depth, &text);
                }
            }
            ImportedBlock::ItemParagraph { depth, text } => {
                for line in lines(text) {
                    let text = self.inline(&line);
                    self.item_paragraph(*depth, &text);
                }
            }
            ImportedBlock::Code(code) => {
                let ticks = code.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len);
                let fence = "`".repeat(ticks.max().unwrap_or(0).max(2) + 1);
                self.apart(&format!("{fence}\n{}\n{fence}", code.join("\n")));
            }
            ImportedBlock::Table(rows) => self.table(rows),
        }
    }

    /// Writes a block with an empty line before it.
    fn apart(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push_str("\n\n");
        }
        self.out.push_str(text);
        self.items.clear();
    }

    fn item(&mut self, depth: usize, label: &str, text: &str) {
        // An item deeper than a child of the one before would read as code.
        let depth = depth.min(MAX_LIST_DEPTH).min(self.items.len());
        let last = self.items.get(depth).copied().flatten();
        // Markdown counts on its own: a number that does not go on is written as a label.
        let number = label.strip_suffix('.').filter(|digits| digits.len() <= 2);
        let number = number.filter(|digits| !digits.starts_with('0'));
        let number: Option<u64> = number.and_then(|digits| digits.parse().ok());
        let number = number.filter(|number| last.is_none_or(|last| last + 1 == *number));
        let indent = "    ".repeat(depth);
        let line = match number {
            Some(number) => format!("{indent}{:<3} {}", format!("{number}."), escape_start(text)),
            None if label.is_empty() => format!("{indent}-   {}", escape_start(text)),
            None => format!("{indent}-   {}{LABEL_END}{text}", escape(label)),
        };
        let mut items = std::mem::take(&mut self.items);
        if items.is_empty() {
            self.apart(&line);
        } else {
            self.out.push('\n');
            self.out.push_str(&line);
        }
        items.truncate(depth);
        items.push(number);
        self.items = items;
    }

    fn item_paragraph(&mut self, depth: usize, text: &str) {
        let mut items = std::mem::take(&mut self.items);
        if items.is_empty() {
            return self.apart(&escape_start(text));
        }
        items.truncate(depth + 1);
        self.apart(&format!("{}{}", "    ".repeat(items.len()), escape_start(text)));
        self.items = items;
    }

    fn table(&mut self, rows: &'a [TableRow]) {
        let Some(grid) = grid(rows) else {
            self.is_too_long = true;
            return;
        };
        // A table of one column is a frame around text.
        if grid.columns < 2 {
            for cell in grid.rows.iter().flatten().flatten() {
                self.blocks(&cell.blocks);
            }
            return;
        }
        let (heads, body) = grid.rows.split_at(grid.heads);
        let (captions, heads): (Vec<_>, Vec<_>) =
            heads.iter().partition(|row| grid.band(row).is_some());
        for caption in captions {
            self.band(&grid, caption);
        }
        let mut texts = CellTexts::default();
        let head: Vec<String> =
            (0..grid.columns).map(|at| self.head(&heads, at, &mut texts)).collect();
        let mut is_open = false;
        for row in body {
            if self.is_too_long {
                return;
            }
            if grid.band(row).is_some() {
                self.band(&grid, row);
                is_open = false;
                continue;
            }
            if !is_open {
                self.begin_table(&head);
                is_open = true;
            }
            self.out.push('\n');
            for at in 0..grid.columns {
                self.out.push_str("| ");
                if let Some(cell) = row.get(at).copied().flatten() {
                    let text = self.cell(cell, &mut texts);
                    self.out.push_str(&text);
                    self.out.push(' ');
                }
                if self.out.len() > MAX_TEXT_BYTES {
                    self.is_too_long = true;
                    return;
                }
            }
            self.out.push('|');
        }
        if body.is_empty() {
            self.begin_table(&head);
        }
    }

    fn begin_table(&mut self, head: &[String]) {
        let cells: String = head.iter().map(|text| format!("| {text} ")).collect();
        self.apart(&format!("{cells}|\n{}|", "|---".repeat(head.len())));
    }

    /// The head of a column: that of each row of heads, unless it is the same.
    fn head(
        &mut self,
        rows: &[&Vec<Option<&'a TableCell>>],
        at: usize,
        texts: &mut CellTexts,
    ) -> String {
        let mut parts: Vec<String> = Vec::new();
        for row in rows {
            let Some(cell) = row.get(at).copied().flatten() else { continue };
            let text = self.cell(cell, texts);
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        parts.join(": ")
    }

    /// A row that is one cell: it stands between the rows above and below, as a paragraph.
    fn band(&mut self, grid: &Grid<'a>, row: &[Option<&'a TableCell>]) {
        if let Some(cell) = grid.band(row) {
            self.blocks(&cell.blocks);
        }
    }

    /// The text of a cell in one line, with the labels of its lists.
    fn cell(&mut self, cell: &'a TableCell, texts: &mut CellTexts) -> String {
        if let Some((_, text)) = texts.0.iter().find(|(at, _)| std::ptr::eq(*at, cell)) {
            return text.clone();
        }
        let mut parts = Vec::new();
        self.cell_parts(&cell.blocks, &mut parts);
        let text = parts.join(PARTED);
        if cell.columns > 1 || cell.rows > 1 || cell.continues {
            texts.remember(cell, &text);
        }
        text
    }

    fn cell_parts(&mut self, blocks: &'a [ImportedBlock], parts: &mut Vec<String>) {
        for block in blocks {
            match block {
                ImportedBlock::Item { label, text, .. } => {
                    let text = self.inline(text);
                    let label = if label.is_empty() { "•" } else { label };
                    parts.push(format!("{} {text}", escape(label)));
                }
                ImportedBlock::Code(lines) => parts.extend(lines.iter().map(|line| escape(line))),
                ImportedBlock::Table(rows) => {
                    let cells = rows.iter().flat_map(|row| &row.cells);
                    cells.for_each(|cell| self.cell_parts(&cell.blocks, parts));
                }
                block => parts.push(self.inline(block.runs())),
            }
        }
    }

    /// The words of a line, with their marks.
    fn inline(&mut self, runs: &[TextRun]) -> String {
        let mut out = String::new();
        let mut at = 0;
        while let Some(run) = runs.get(at) {
            if out.len() > MAX_TEXT_BYTES {
                self.is_too_long = true;
                break;
            }
            let same = runs[at..].iter().take_while(|other| other.link == run.link).count();
            match &run.link {
                Some(url) => {
                    let words: String =
                        runs[at..at + same].iter().map(|run| look(run, "")).collect();
                    let words = words.trim();
                    out.push_str(&format!("[{words}](<{}>)", url.replace('|', "%7C")));
                    if runs[at + same - 1].text.ends_with(char::is_whitespace) {
                        out.push(' ');
                    }
                    at += same;
                    continue;
                }
                None if run.note.is_some() => self.note(run, &mut out),
                None => {
                    let text = look(run, &out);
                    out.push_str(&text);
                }
            }
            at += 1;
        }
        out.trim().to_owned()
    }

    /// Writes a note at its mark; the next mark of the same note repeats only its number.
    fn note(&mut self, run: &TextRun, out: &mut String) {
        if out.chars().next_back().is_some_and(|c| !c.is_whitespace()) {
            out.push(' ');
        }
        let name = run.note.as_deref().unwrap_or_default();
        let label = format!("Note {}", run.text);
        let label = label.trim_end();
        let said = match self.document.notes.get_key_value(name) {
            Some((name, text)) if self.noted.insert(name) => format!("[{label}: {text}]"),
            _ => format!("[{label}]"),
        };
        out.push_str(&escape(&said));
    }
}

/// The texts of merged cells, which are written more than once.
#[derive(Default)]
struct CellTexts(Vec<(*const TableCell, String)>);

impl CellTexts {
    fn remember(&mut self, cell: &TableCell, text: &str) {
        // A merged cell is met again soon.
        if self.0.len() >= 64 {
            self.0.remove(0);
        }
        self.0.push((std::ptr::from_ref(cell), text.to_owned()));
    }
}

/// Runs, parted at their line breaks.
fn lines(runs: &[TextRun]) -> Vec<Vec<TextRun>> {
    let mut lines = vec![Vec::new()];
    for run in runs {
        for (at, part) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !part.is_empty() || run.note.is_some())
            {
                line.push(TextRun { text: part.to_owned(), ..run.clone() });
            }
        }
    }
    lines.retain(|line| line.iter().any(|run| !run.text.trim().is_empty()));
    lines
}

/// The words of a run with the marks of its look, written behind `before`.
fn look(run: &TextRun, before: &str) -> String {
    let text = run.text.replace('\n', PARTED);
    let marks = match (run.look.strong, run.look.emphasis) {
        (true, _) => "**",
        (false, true) => "*",
        (false, false) => "",
    };
    if run.look.code && !text.contains('`') && !text.contains('|') && !text.trim().is_empty() {
        let start = &text[..text.len() - text.trim_start().len()];
        let end = &text[text.trim_end().len()..];
        return format!("{start}`{}`{end}", text.trim());
    }
    // Marks hold only beside letters and digits, wherever the words stand.
    let first = text.find(char::is_alphanumeric);
    let last = text.char_indices().rfind(|(_, c)| c.is_alphanumeric());
    let (Some(first), Some((last, c))) = (first, last) else { return escape(&text) };
    let last = last + c.len_utf8();
    if marks.is_empty() || (first == 0 && before.ends_with('*')) {
        return escape(&text);
    }
    let (start, words, end) = (&text[..first], &text[first..last], &text[last..]);
    format!("{}{marks}{}{marks}{}", escape(start), escape(words), escape(end))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
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
    use crate::knowledge::{
        Block,
        import::builder::{BlockKind, DocumentBuilder},
        plain_text, read_markdown,
    };

    fn written(builder: DocumentBuilder) -> String {
        write(&builder.finish()).expect("it is short")
    }

    #[test]
    fn what_looks_like_a_mark_in_the_source_stays_text() {
        for text in ["# not a heading", "1. April", "- dash", "a [^check] b", "<b> & *c* | `d`"] {
            let mut builder = DocumentBuilder::default();
            builder.text(text);
            let document = read_markdown(&written(builder));
            let [Block::Paragraph { spans }] = document.blocks.as_slice() else {
                panic!("{text}: {:?}", document.blocks)
            };
            assert_eq!(plain_text(spans), text);
        }
    }

    #[test]
    fn lists_keep_their_depth_labels_and_further_paragraphs() {
        let mut builder = DocumentBuilder::default();
        let items = [
            (0, "3.", "three"),
            (1, "", "inside"),
            (1, "(a)", "letter"),
            (0, "4.", "four"),
            (0, "1.", "again"),
            (0, "2.1", "clause"),
            (0, "117.", "long"),
        ];
        for (depth, label, text) in items {
            builder.open(BlockKind::Item(depth, label.to_owned()));
            builder.text(text);
        }
        builder.line_break();
        builder.text("line");
        builder.open(BlockKind::ItemParagraph(0));
        builder.text("more");
        let document = read_markdown(&written(builder));
        let read: Vec<(usize, String, String)> = document
            .blocks
            .iter()
            .map(|block| match block {
                Block::ListItem { depth, marker, spans } => {
                    (*depth, marker.clone(), plain_text(spans))
                }
                other => panic!("{other:?}"),
            })
            .collect();
        let bullet = |label: &'static str| if label.is_empty() { "•" } else { label };
        let mut expected: Vec<(usize, String, String)> = items
            .iter()
            .map(|(depth, label, text)| (*depth, bullet(label).to_owned(), (*text).to_owned()))
            .collect();
        expected.push((0, String::new(), "line".to_owned()));
        expected.push((0, String::new(), "more".to_owned()));
        assert_eq!(read, expected);
    }

    #[test]
    fn only_links_that_lead_somewhere_known_are_kept() {
        let mut builder = DocumentBuilder::default();
        for url in ["https://example.org/a", "javascript:alert(1)", "file:///etc/passwd"] {
            builder.open_link(url);
            builder.text("here ");
            builder.close_link();
        }
        assert_eq!(read_markdown(&written(builder)).links.len(), 1);
    }

    #[test]
    fn words_set_apart_hold_whatever_stands_beside_them() {
        for words in ["Ring:", "(now)", "a*b", " now ", "**"] {
            let mut builder = DocumentBuilder::default();
            builder.text("x");
            builder.look.strong = true;
            builder.text(words);
            builder.look.strong = false;
            builder.text("y");
            let document = read_markdown(&written(builder));
            let [Block::Paragraph { spans }] = document.blocks.as_slice() else {
                panic!("{words}: {:?}", document.blocks)
            };
            assert_eq!(plain_text(spans), format!("x{words}y"));
        }
    }

    fn row(cells: &[(&str, usize, usize)]) -> TableRow {
        let cell = |(text, columns, rows): &(&str, usize, usize)| {
            let run = TextRun { text: (*text).to_owned(), ..TextRun::default() };
            let blocks =
                if text.is_empty() { vec![] } else { vec![ImportedBlock::Paragraph(vec![run])] };
            TableCell { blocks, columns: *columns, rows: *rows, ..TableCell::default() }
        };
        TableRow { cells: cells.iter().map(cell).collect(), ..TableRow::default() }
    }

    fn table(rows: Vec<TableRow>) -> String {
        let blocks = vec![ImportedBlock::Table(rows)];
        write(&ImportedDocument { blocks, ..ImportedDocument::default() }).expect("it is short")
    }

    #[test]
    fn a_merged_cell_applies_to_every_row_and_column_that_it_covers() {
        let mut head = row(&[("Risk", 1, 2), ("Action", 2, 1)]);
        head.is_head = true;
        let mut second = row(&[("Who", 1, 1), ("When", 1, 1)]);
        second.is_head = true;
        let rows = vec![
            head,
            second,
            row(&[("High", 1, 2), ("Police", 1, 1), ("Now", 1, 3)]),
            row(&[("MASH", 1, 1)]),
            row(&[("Low", 1, 1), ("Lead", 1, 1)]),
            row(&[("All the same day", 3, 1)]),
            row(&[("None", 2, 1), ("Later", 1, 1)]),
        ];
        let expected = "| Risk | Action: Who | Action: When |\n|---|---|---|\n\
            | High | Police | Now |\n| High | MASH | Now |\n| Low | Lead | Now |\n\n\
            All the same day\n\n\
            | Risk | Action: Who | Action: When |\n|---|---|---|\n| None | None | Later |\n";
        assert_eq!(table(rows), expected);
    }

    #[test]
    fn a_table_without_heads_gets_none() {
        let rows = vec![
            row(&[("Low", 1, 1), ("Early help", 1, 1)]),
            row(&[("High", 1, 1), ("MASH", 1, 1)]),
        ];
        let text = table(rows);
        let document = read_markdown(&text);
        let [Block::Table { head, rows }] = document.blocks.as_slice() else { panic!("{text}") };
        assert_eq!((head.len(), rows.len(), rows[0].len()), (0, 2, 2), "{text}");
    }

    #[test]
    fn a_table_of_a_thousand_columns_is_written_and_one_without_end_is_not() {
        let wide = row(&vec![("x", 1, 1); 1000]);
        let text = table(vec![wide.clone(), wide]);
        assert_eq!(text.matches('x').count(), 2000);
        let word = "word ".repeat(1000);
        let rows = vec![row(&[(word.as_str(), 1000, 1000)]); 1000];
        let blocks = vec![ImportedBlock::Table(rows)];
        assert_eq!(write(&ImportedDocument { blocks, ..ImportedDocument::default() }), None);
    }
}
