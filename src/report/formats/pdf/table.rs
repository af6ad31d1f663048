//! Tables, and charts as tables with bars: rows as strips, columns by what stands in them.

use krilla::tagging::{TableHeaderScope, Tag};

use crate::report::document::Chart;

use super::{
    layout::{BOLD, GREY, Layout, Mark, PAGE_HEIGHT, PLAIN, Shade, Strip, TEXT_WIDTH, line_height},
    shape::{ShapedText, TextLine, TextStyle},
};

/// Size of the text in cells, in points.
const SIZE: f32 = 11.0;
const PADDING: f32 = 5.4;
const PADDING_ABOVE: f32 = 2.5;
const LINE: f32 = 0.5;
/// Height of a row, and width of a column, that is left free to write in.
const WRITING_HEIGHT: f32 = 28.0;
const WRITING_WIDTH: f32 = 90.0;
/// Widths that a column asks for at most: for its longest word, and for its longest text.
const MAX_WORD: f32 = 130.0;
const MAX_TEXT: f32 = 330.0;
/// A text no wider than that is not broken at all.
const SHORT_TEXT: f32 = 75.0;
/// Width of the column of a chart that holds bars, and of the number behind a bar.
const BARS: f32 = 120.0;
const NUMBER: f32 = 26.0;
/// A head is repeated unless it takes more of a page than that.
const MAX_HEAD: f32 = PAGE_HEIGHT / 4.0;
/// A table no higher than that stays on one page.
const MAX_WHOLE: f32 = PAGE_HEIGHT / 3.0;

/// The contents of a cell: a text for each of its lines.
enum Cell {
    Text(Vec<ShapedText>),
    /// A count with a bar: its length from 0 to 1.
    Bar(ShapedText, f32),
}

impl Cell {
    /// Shapes a cell. The first line of a question is bold, and what follows is its hint.
    fn shape(layout: &mut Layout<'_>, text: &str, style: TextStyle, is_question: bool) -> Self {
        let lines = text.split('\n').enumerate().map(|(at, line)| {
            let style = if is_question && at == 0 { BOLD } else { style };
            layout.shape(line, style)
        });
        Self::Text(lines.collect())
    }

    fn texts(&self) -> &[ShapedText] {
        match self {
            Self::Text(texts) => texts,
            Self::Bar(text, _) => std::slice::from_ref(text),
        }
    }

    fn width(&self) -> f32 {
        self.texts().iter().map(ShapedText::width).fold(0.0, f32::max)
    }

    fn widest_word(&self) -> f32 {
        self.texts().iter().map(ShapedText::widest_word).fold(0.0, f32::max)
    }

    fn is_blank(&self) -> bool {
        self.width() == 0.0
    }

    /// The height that a blank cell keeps free to write in.
    fn writing_height(&self) -> f32 {
        if self.is_blank() { WRITING_HEIGHT * self.texts().len() as f32 } else { 0.0 }
    }
}

/// Puts a table.
pub(super) fn put_table(layout: &mut Layout<'_>, head: &[String], rows: &[Vec<String>]) {
    let head = if head.iter().all(String::is_empty) { &[] } else { head };
    // In a table of questions, cells have several lines.
    let asks = rows.iter().flatten().any(|cell| cell.contains('\n'));
    let head = head.iter().map(|name| Cell::shape(layout, name, BOLD, false)).collect();
    let rows = rows.iter().map(|row| {
        let cells = row.iter().enumerate();
        cells.map(|(at, cell)| Cell::shape(layout, cell, PLAIN, asks && at == 0)).collect()
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    Table { caption: None, head, rows, is_chart: false }.put(layout);
}

/// Puts a chart: a table whose bars repeat its numbers, for those who see them.
pub(super) fn put_chart(layout: &mut Layout<'_>, chart: &Chart) {
    let (head, _) = chart.to_table();
    let most = chart.most().max(1) as f32;
    let head = head.iter().map(|name| Cell::shape(layout, name, BOLD, false)).collect();
    let rows = chart.rows.iter().map(|row| {
        let style = if row.marked { BOLD } else { PLAIN };
        let mut cells = vec![Cell::shape(layout, &row.name, style, false)];
        for count in &row.counts {
            cells.push(Cell::Bar(layout.shape(&count.to_string(), style), *count as f32 / most));
        }
        if !chart.mark.is_empty() {
            let mark = if row.marked { chart.mark.as_str() } else { "" };
            cells.push(Cell::shape(layout, mark, style, false));
        }
        cells
    });
    let rows = rows.collect();
    let caption = Some(layout.shape(&chart.about, GREY));
    Table { caption, head, rows, is_chart: true }.put(layout);
}

struct Table {
    caption: Option<ShapedText>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// Whether it is a chart: its rows stay together, and blank cells are not for writing.
    is_chart: bool,
}

impl Table {
    fn put(self, layout: &mut Layout<'_>) {
        let widths = self.widths();
        let node = layout.root(Tag::Table.into());
        let first = layout.strips.len();
        if let Some(caption) = &self.caption {
            let caption_node = layout.child(node, Tag::Caption.into());
            for line in caption.lines(TEXT_WIDTH / SIZE) {
                let marks = layout.text_marks(caption_node, line, 0.0, 0.0, SIZE);
                let height = line_height(SIZE);
                layout.strips.push(Strip { height, marks, with_next: true, ..Strip::default() });
            }
            layout.space_after(3.0);
        }
        let mut table_head = None;
        if !self.head.is_empty() {
            let group = layout.child(node, Tag::THead.into());
            let cells = row_lines(layout, group, &self.head, &widths, RowKind::Head);
            let repeats = cells.height(0.0) <= MAX_HEAD;
            let strips = cells.strips(&widths, 0.0);
            if let ([strip], true) = (&strips[..], repeats) {
                table_head = Some(layout.table_heads.len());
                layout.table_heads.push(again(strip));
            }
            let with_next = !self.rows.is_empty();
            layout.strips.extend(strips.into_iter().map(|strip| Strip { with_next, ..strip }));
        }
        let body = layout.child(node, Tag::TBody.into());
        let kind = if self.head.is_empty() { RowKind::NamedRow } else { RowKind::Row };
        for cells in &self.rows {
            let free = cells.iter().map(Cell::writing_height).fold(0.0, f32::max);
            let least = if self.is_chart { 0.0 } else { free };
            let row = row_lines(layout, body, cells, &widths, kind);
            let strips = row.strips(&widths, least).into_iter();
            layout.strips.extend(strips.map(|strip| Strip { table_head, ..strip }));
        }
        let height: f32 = layout.strips[first..].iter().map(|strip| strip.height).sum();
        if self.is_chart || height <= MAX_WHOLE {
            let last = layout.strips.len().saturating_sub(1);
            let strips = layout.strips.get_mut(first..last).unwrap_or_default();
            strips.iter_mut().for_each(|strip| strip.with_next = true);
        }
        if let Some(strip) = layout.strips.get_mut(first) {
            strip.before = 4.0;
        }
        layout.space_after(6.0);
    }

    /// Widths by what stands in the columns: no word is broken that has room, and a long text does
    /// not take the room of the others.
    fn widths(&self) -> Vec<f32> {
        let rows = || self.rows.iter().map(Vec::as_slice).chain([self.head.as_slice()]);
        let columns = rows().map(<[Cell]>::len).max().unwrap_or(0).max(1);
        let asked = |at: usize| {
            let (mut least, mut most) = (2.0 * PADDING + SIZE, 0.0_f32);
            for cell in rows().filter_map(|row| row.get(at)) {
                let (word, text) = (cell.widest_word(), cell.width());
                // Dates and the like stay on one line.
                let short = if text * SIZE <= SHORT_TEXT { text } else { word };
                least = least.max((short * SIZE).min(MAX_WORD) + 2.0 * PADDING);
                most = most.max((text * SIZE).min(MAX_TEXT) + 2.0 * PADDING);
                if matches!(cell, Cell::Bar(..)) {
                    (least, most) = (least.max(BARS * 0.6), most.max(BARS + NUMBER));
                }
            }
            let mut cells = self.rows.iter().filter_map(|row| row.get(at)).peekable();
            if cells.peek().is_some() && cells.all(Cell::is_blank) && !self.is_chart {
                most = most.max(WRITING_WIDTH);
            }
            (least, most.max(least))
        };
        let asked: Vec<(f32, f32)> = (0..columns).map(asked).collect();
        let least: f32 = asked.iter().map(|one| one.0).sum();
        let most: f32 = asked.iter().map(|one| one.1).sum();
        let width = |(min, max): &(f32, f32)| {
            if least >= TEXT_WIDTH {
                min * TEXT_WIDTH / least
            } else if most >= TEXT_WIDTH {
                min + (max - min) * (TEXT_WIDTH - least) / (most - least)
            } else {
                max * TEXT_WIDTH / most
            }
        };
        asked.iter().map(width).collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Head,
    Row,
    /// Its first cell names the row, because the table has no head.
    NamedRow,
}

/// The lines of a row as marks: a list for each cell, of the marks of each line.
struct RowLines {
    cells: Vec<Vec<Vec<Mark>>>,
    kind: RowKind,
}

fn row_lines(
    layout: &mut Layout<'_>,
    group: usize,
    cells: &[Cell],
    widths: &[f32],
    kind: RowKind,
) -> RowLines {
    let row = layout.child(group, Tag::TR.into());
    let mut x = 0.0;
    let mut marked = Vec::with_capacity(widths.len());
    for (at, width) in widths.iter().enumerate() {
        let node = match (kind, at) {
            (RowKind::Head, _) => layout.child(row, Tag::TH(TableHeaderScope::Column).into()),
            (RowKind::NamedRow, 0) => layout.child(row, Tag::TH(TableHeaderScope::Row).into()),
            _ => layout.child(row, Tag::TD.into()),
        };
        let (text_x, room) = (x + PADDING, (width - 2.0 * PADDING).max(1.0));
        let lines = match cells.get(at) {
            Some(cell) if !cell.is_blank() => {
                cell.texts().iter().flat_map(|text| text.lines(room / SIZE)).collect()
            }
            _ => Vec::new(),
        };
        let bar = match cells.get(at) {
            Some(Cell::Bar(_, length)) => (room - NUMBER).max(0.0) * length,
            _ => 0.0,
        };
        let mut cell_marks = Vec::with_capacity(lines.len());
        for (number, line) in lines.into_iter().enumerate() {
            cell_marks.push(line_marks(layout, node, line, text_x, bar, number == 0));
        }
        marked.push(cell_marks);
        x += width;
    }
    RowLines { cells: marked, kind }
}

/// A line of a cell, behind its bar.
fn line_marks(
    layout: &mut Layout<'_>,
    node: usize,
    line: TextLine,
    x: f32,
    bar: f32,
    is_first: bool,
) -> Vec<Mark> {
    let text_x = if bar > 0.0 { x + bar + 5.0 } else { x };
    let mut marks = layout.text_marks(node, line, text_x, 0.0, SIZE);
    if bar > 0.0 && is_first {
        let (y, height) = (2.5, line_height(SIZE) - 4.5);
        marks.push(Mark::Box { x, y, width: bar, height, shade: Shade::Bar });
    }
    marks
}

impl RowLines {
    fn count(&self) -> usize {
        self.cells.iter().map(Vec::len).max().unwrap_or(0).max(1)
    }

    fn height(&self, least: f32) -> f32 {
        (self.count() as f32 * line_height(SIZE) + 2.0 * PADDING_ABOVE).max(least)
    }

    /// The row as one strip, or as several if it is higher than a page with its head.
    fn strips(mut self, widths: &[f32], least: f32) -> Vec<Strip> {
        let room = PAGE_HEIGHT - MAX_HEAD - 2.0 * PADDING_ABOVE;
        let lines_of_page = ((room / line_height(SIZE)) as usize).max(1);
        let height = self.height(least);
        if self.count() <= lines_of_page {
            return vec![self.strip(widths, height)];
        }
        let mut strips = Vec::new();
        while self.cells.iter().any(|cell| !cell.is_empty()) {
            let parts = self.cells.iter_mut().map(|cell| {
                let rest = cell.split_off(cell.len().min(lines_of_page));
                std::mem::replace(cell, rest)
            });
            let part = Self { cells: parts.collect(), kind: self.kind };
            let height = part.height(0.0);
            strips.push(part.strip(widths, height));
        }
        strips
    }

    fn strip(self, widths: &[f32], height: f32) -> Strip {
        let mut marks = Vec::new();
        let mut line = |x: f32, y: f32, width: f32, height: f32, shade: Shade| {
            marks.push(Mark::Box { x, y, width, height, shade });
        };
        let all: f32 = widths.iter().sum();
        if self.kind == RowKind::Head {
            line(0.0, 0.0, all, height, Shade::TableHead);
        }
        line(0.0, 0.0, all, LINE, Shade::Line);
        line(0.0, height, all + LINE, LINE, Shade::Line);
        let mut x = 0.0;
        for width in widths {
            line(x, 0.0, LINE, height, Shade::Line);
            x += width;
        }
        line(x, 0.0, LINE, height, Shade::Line);
        for cell in self.cells {
            for (number, line) in cell.into_iter().enumerate() {
                let down = PADDING_ABOVE + number as f32 * line_height(SIZE);
                marks.extend(line.into_iter().map(|mark| mark.moved_down(down)));
            }
        }
        Strip { height, marks, ..Strip::default() }
    }
}

/// A head as it is drawn again on the next page: not read again.
fn again(head: &Strip) -> Strip {
    let marks = head.marks.iter().cloned().map(|mark| match mark {
        Mark::Text { x, baseline, size, run, .. } => {
            Mark::Text { x, baseline, size, run, content: None }
        }
        Mark::Box { .. } => mark,
    });
    Strip { height: head.height, marks: marks.collect(), ..Strip::default() }
}
