//! Pages without tags as headings, paragraphs, lists and tables: what a reader concludes from where
//! words stand, how large they are and what lies between them.

use std::collections::HashMap;

use super::{
    hyphens::Hyphens,
    lines::{Line, Region, lines, regions},
    page::{Page, Word},
    tables::{LaidTable, Part, aligned_tables, ruled_tables},
};
use crate::knowledge::import::{
    builder::{BlockKind, DocumentBuilder},
    model::{TableCell, TextStyle},
    plain::{is_label, item},
};

/// How much larger than the text a heading is at least.
const HEADING_SIZE: f32 = 1.13;
const MAX_HEADING_LEN: usize = 150;
const MAX_HEADING_LINES: usize = 3;
/// Sizes of headings that are told apart.
const MAX_LEVELS: usize = 5;
/// The part of a page at its top and bottom in which headers and footers stand.
const MARGIN: f32 = 0.13;
/// The part in which hardly anything else stands.
const OUTER_MARGIN: f32 = 0.085;
/// Letters that a line of a header has at most.
const MAX_MARGIN_LEN: usize = 120;
/// How far from each other lines of headers are for one not to be the other.
const MARGIN_STEP: f32 = 8.0;
/// Lines at the top and bottom of a page that may be headers and footers.
const MARGIN_LINES: usize = 4;
/// What a note at the foot of a page has at most of the size of the text.
const NOTE_SIZE: f32 = 0.93;

/// Something on a page.
enum Flow {
    /// A line, and the edges of the part of the page it is in.
    Line {
        line: Line,
        left: f32,
        right: f32,
        page: usize,
    },
    Table(LaidTable),
}

/// What is the same in the whole document.
struct Ways {
    /// The size of most letters.
    size: f32,
    /// The distance of the lines of a paragraph, in sizes.
    leading: f32,
    /// Whether most letters are strong.
    is_strong: bool,
    /// Sizes of headings, from the largest.
    levels: Vec<f32>,
}

/// A page with its tables found.
struct Sheet {
    height: f32,
    tables: Vec<LaidTable>,
    /// What stands outside of the tables.
    lines: Vec<Line>,
}

/// Fills the document from its pages.
pub(super) fn read(pages: Vec<Page>, hyphens: &Hyphens, builder: &mut DocumentBuilder) {
    let (size, is_strong) = usual(&pages);
    let sheets: Vec<Sheet> = pages
        .into_iter()
        .map(|page| {
            let (mut tables, rest) = ruled_tables(page.words, &page.rules);
            tables.sort_by(|a, b| a.bounds.top.total_cmp(&b.bounds.top));
            Sheet { height: page.height, tables, lines: lines(rest) }
        })
        .collect();
    let margins = margins(&sheets);
    let mut flow = Vec::new();
    let mut notes = Vec::new();
    for (number, sheet) in sheets.into_iter().enumerate() {
        flow_of(sheet, number, &margins, size, &mut flow, &mut notes);
    }
    let ways = Ways::of(&flow, size, is_strong);
    let mut writer = Writer { builder, ways, hyphens, notes: HashMap::new(), labels: Vec::new() };
    writer.notes(notes);
    writer.flow(&flow);
}

/// The size of most letters, and whether most are strong.
pub(super) fn usual(pages: &[Page]) -> (f32, bool) {
    let mut sizes: HashMap<i32, usize> = HashMap::new();
    let (mut strong, mut all) = (0, 0);
    for word in pages.iter().flat_map(|page| &page.words) {
        *sizes.entry((word.size * 2.0).round() as i32).or_default() += word.text.len();
        all += word.text.len();
        strong += if word.look.strong { word.text.len() } else { 0 };
    }
    let most = sizes.into_iter().max_by_key(|(size, count)| (*count, -*size));
    (most.map_or(11.0, |(size, _)| size as f32 / 2.0), strong * 2 > all)
}

/// A line of a header or footer, whatever numbers are in it.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match c {
            c if c.is_ascii_digit() => {
                if !out.ends_with('#') {
                    out.push('#');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Lines that repeat at the top or bottom of pages, without their numbers, and where they stand.
fn margins(sheets: &[Sheet]) -> HashMap<(String, i32), usize> {
    let mut counts = HashMap::new();
    if sheets.len() < 2 {
        return counts;
    }
    for sheet in sheets {
        let mut seen: Vec<(String, i32)> = Vec::new();
        for (_, line) in sheet.margin_lines() {
            let key = margin_key(line);
            if !seen.contains(&key) {
                seen.push(key.clone());
                *counts.entry(key).or_default() += 1;
            }
        }
    }
    let height = sheets.iter().map(|sheet| sheet.height).fold(f32::MIN, f32::max);
    let few = if sheets.len() < 4 { 2 } else { (sheets.len() / 3).max(3) };
    counts.retain(|(text, at), count| {
        let at = *at as f32 * MARGIN_STEP;
        let is_outer = at < height * OUTER_MARGIN || at > height * (1.0 - OUTER_MARGIN);
        // Further in, the first lines of forms are the same as well.
        let needed = if is_outer { few } else { (sheets.len() * 2).div_ceil(3).max(3) };
        *count >= needed && text.chars().count() <= MAX_MARGIN_LEN
    });
    counts
}

fn margin_key(line: &Line) -> (String, i32) {
    (without_numbers(&line.text()), (line.base / MARGIN_STEP).round() as i32)
}

impl Sheet {
    fn is_in_margin(&self, line: &Line) -> bool {
        line.base < self.height * MARGIN || line.base > self.height * (1.0 - MARGIN)
    }

    /// The lines at the top and bottom of the page, with their places.
    fn margin_lines(&self) -> impl Iterator<Item = (usize, &Line)> {
        let count = self.lines.len();
        self.lines.iter().enumerate().filter(move |(at, line)| {
            self.is_in_margin(line) && (*at < MARGIN_LINES || *at + MARGIN_LINES >= count)
        })
    }
}

/// A note at the foot of a page.
struct FootNote {
    page: usize,
    label: String,
    lines: Vec<Line>,
}

/// Puts what is on a page into the flow, its parts in reading order.
fn flow_of(
    mut sheet: Sheet,
    number: usize,
    margins: &HashMap<(String, i32), usize>,
    size: f32,
    flow: &mut Vec<Flow>,
    notes: &mut Vec<FootNote>,
) {
    let is_repeated = |line: &Line| {
        let (text, at) = margin_key(line);
        // Rounding must not part two lines on the same height.
        [at - 1, at, at + 1].into_iter().any(|at| margins.contains_key(&(text.clone(), at)))
    };
    let repeated: Vec<usize> = sheet
        .margin_lines()
        .filter(|(_, line)| is_repeated(line) || is_page_number(line))
        .map(|(at, _)| at)
        .collect();
    let mut at = 0;
    sheet.lines.retain(|_| {
        at += 1;
        !repeated.contains(&(at - 1))
    });
    notes.extend(foot_notes(&mut sheet, number, size));
    let Sheet { mut tables, lines: rest, .. } = sheet;
    // A table that begins a page may go on the one that ended the page before.
    let begins = tables.first().map(|table| table.bounds.top);
    if begins.is_some_and(|top| rest.iter().all(|line| line.base > top))
        && let Some(Flow::Table(before)) = flow.last_mut()
        && before.goes_on_in(&tables[0])
    {
        before.extend(tables.remove(0));
    }
    // A table divides the page.
    let mut tables = tables.into_iter().peekable();
    let mut band = Vec::new();
    let end = |band: &mut Vec<Line>, flow: &mut Vec<Flow>| {
        for region in regions(std::mem::take(band)) {
            let (left, right) = (region.left, region.right);
            let edges = edges(&region.lines);
            let rows = aligned_tables(Region { lines: region.lines, left, right }, |text| {
                is_bullet(text) || is_label(text)
            });
            for part in rows {
                match part {
                    Part::Table(table) => flow.push(Flow::Table(table)),
                    Part::Lines(lines) => flow.extend(lines.into_iter().map(|line| {
                        let edge = edges.get(&edge_key(&line)).filter(|(count, _)| *count > 3);
                        let right = edge.map_or(right, |(_, right)| *right);
                        Flow::Line { line, left, right, page: number }
                    })),
                }
            }
        }
    };
    for line in rest {
        while tables.peek().is_some_and(|table| table.bounds.top < line.base) {
            end(&mut band, flow);
            flow.extend(tables.next().map(Flow::Table));
        }
        band.push(line);
    }
    end(&mut band, flow);
    flow.extend(tables.map(Flow::Table));
}

/// For lines that begin at the same place, how many there are, and how far the longest goes.
fn edges(lines: &[Line]) -> HashMap<i32, (usize, f32)> {
    let mut edges = HashMap::new();
    for line in lines {
        let (count, right) = edges.entry(edge_key(line)).or_insert((0, line.right()));
        *count += 1;
        *right = right.max(line.right());
    }
    edges
}

fn edge_key(line: &Line) -> i32 {
    (line.left() / 4.0).round() as i32
}

/// Whether a line is nothing but the number of a page.
fn is_page_number(line: &Line) -> bool {
    let text = without_numbers(&line.text());
    matches!(text.trim_matches(['-', '–', '|', '.']), "#" | "page#" | "page#of#" | "#of#" | "#/#")
}

/// Takes the notes out of the lines at the foot of a page: small, and each with a number that
/// stands in the text above the line.
fn foot_notes(sheet: &mut Sheet, page: usize, size: f32) -> Vec<FootNote> {
    let height = sheet.height;
    let lines = &mut sheet.lines;
    let mut marks: Vec<String> = Vec::new();
    for line in &*lines {
        for (at, word) in line.words.iter().enumerate() {
            if at > 0 && line.is_raised(word) && is_mark(&word.text) {
                marks.push(word.text.trim().to_owned());
            }
        }
    }
    if marks.is_empty() {
        return Vec::new();
    }
    let is_small = |line: &Line| line.size < NOTE_SIZE * size && line.base > height * 0.4;
    let label = |line: &Line| {
        let first = line.words.first()?.text.trim().trim_end_matches(['.', ')']);
        Some(first.to_owned()).filter(|first| is_mark(first) && marks.contains(first))
    };
    let small = lines.iter().rev().take_while(|line| is_small(line)).count();
    let tail = lines.len() - small;
    let Some(first) = (tail..lines.len()).find(|at| label(&lines[*at]).is_some()) else {
        return Vec::new();
    };
    let mut notes: Vec<FootNote> = Vec::new();
    for mut line in lines.split_off(first) {
        match label(&line) {
            Some(label) => {
                line.words.remove(0);
                notes.push(FootNote { page, label, lines: vec![line] });
            }
            None => {
                if let Some(note) = notes.last_mut() {
                    note.lines.push(line);
                }
            }
        }
    }
    notes
}

fn is_mark(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "*" | "†" | "‡")
        || ((1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a word is the mark before an item without a number.
pub(super) fn is_bullet(text: &str) -> bool {
    let mut chars = text.trim().chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return false };
    matches!(
        c,
        '•' | '●'
            | '○'
            | '▪'
            | '■'
            | '□'
            | '◦'
            | '‣'
            | '⁃'
            | '–'
            | '-'
            | '·'
            | '∙'
            | '➢'
            | '➤'
            | '✓'
            | '✔'
            | '❖'
            | '►'
            | '▶'
            | '*'
            | 'o'
            | '§'
            | '\u{E000}'..='\u{F8FF}'
    )
}

impl Ways {
    fn of(flow: &[Flow], size: f32, is_strong: bool) -> Self {
        let mut sizes: Vec<f32> = Vec::new();
        let mut gaps: HashMap<i32, usize> = HashMap::new();
        for (at, part) in flow.iter().enumerate() {
            let Flow::Line { line, page, .. } = part else { continue };
            if line.size > HEADING_SIZE * size && line.words.len() < 30 {
                sizes.push(line.size);
            }
            if let Some(Flow::Line { line: next, page: on, .. }) = flow.get(at + 1) {
                let gap = (next.base - line.base) / size;
                let is_text = (line.size - size).abs() < 0.6 && (next.size - size).abs() < 0.6;
                if page == on && is_text && (0.9..2.6).contains(&gap) {
                    *gaps.entry((gap * 20.0).round() as i32).or_default() += 1;
                }
            }
        }
        let leading = gaps.into_iter().max_by_key(|(gap, count)| (*count, -*gap));
        sizes.sort_by(|a, b| b.total_cmp(a));
        sizes.dedup_by(|next, size| *size - *next < 0.6);
        sizes.truncate(MAX_LEVELS);
        let leading = leading.map_or(1.25, |(gap, _)| gap as f32 / 20.0).min(1.9);
        Self { size, leading, is_strong, levels: sizes }
    }

    /// The level of a heading of this size; one below the others for the size of the text.
    fn level(&self, size: f32) -> u8 {
        let at = self.levels.iter().position(|level| size > *level - 0.6);
        at.unwrap_or(self.levels.len()) as u8 + 1
    }
}

struct Writer<'a> {
    builder: &'a mut DocumentBuilder,
    ways: Ways,
    hyphens: &'a Hyphens,
    /// The names of notes, by page and mark.
    notes: HashMap<(usize, String), String>,
    /// Where the labels of the list that is open begin, for each depth.
    labels: Vec<f32>,
}

/// A line of a block that is being collected.
#[derive(Clone, Copy)]
struct Placed<'a> {
    line: &'a Line,
    left: f32,
    right: f32,
    page: usize,
}

impl<'a> Writer<'a> {
    fn notes(&mut self, notes: Vec<FootNote>) {
        for note in notes {
            let name = format!("{} {}", note.page, note.label);
            self.builder.open_note(&name);
            for line in &note.lines {
                self.builder.text(" ");
                self.line(line, note.page, 0, None);
            }
            self.builder.close_note();
            self.notes.insert((note.page, note.label), name);
        }
    }

    fn flow(&mut self, flow: &'a [Flow]) {
        let mut block: Vec<Placed<'a>> = Vec::new();
        for part in flow {
            if self.builder.is_full() {
                return;
            }
            match part {
                Flow::Line { line, left, right, page } => {
                    let placed = Placed { line, left: *left, right: *right, page: *page };
                    if block.last().is_some_and(|last| !self.goes_on(&block, last, &placed)) {
                        self.block(&std::mem::take(&mut block));
                    }
                    block.push(placed);
                }
                Flow::Table(table) => {
                    self.block(&std::mem::take(&mut block));
                    self.table(table);
                }
            }
        }
        self.block(&block);
    }

    /// Whether a line belongs to the block that ends with `last`.
    fn goes_on(&self, block: &[Placed<'a>], last: &Placed<'a>, next: &Placed<'a>) -> bool {
        let (a, b) = (last.line, next.line);
        if (a.size - b.size).abs() > 0.08 * a.size.max(b.size) || begins_item(b) {
            return false;
        }
        // A strong line ends before text that is not, unless the words merely begin so.
        if a.is_strong() != b.is_strong() && (is_heading_text(block) || b.is_strong()) {
            return false;
        }
        let ends = a.text();
        let ends_sentence = ends.trim_end().ends_with(['.', '!', '?', ':', ';']);
        let begins_lower =
            b.text().trim_start().chars().next().is_some_and(|c| c.is_lowercase() || c == ',');
        let gap = (b.base - a.base) / a.size;
        let is_apart = last.page != next.page || gap < 0.0 || (last.left - next.left).abs() > 40.0;
        if is_apart {
            // In another column or on another page: only a sentence goes on.
            return begins_lower || (!ends_sentence && is_filled(last, b) && gap != 0.0);
        }
        // Headings have lines of their own distance.
        let usual = if a.size > HEADING_SIZE * self.ways.size { 1.35 } else { self.ways.leading };
        if gap > usual * 1.22 + 0.03 {
            return false;
        }
        let begins = begins_item(block[0].line);
        let indent = (b.left() - a.left()) / a.size;
        if !begins && indent > 0.8 && block.len() > 1 && !begins_lower {
            return false;
        }
        if begins && b.left() < block[0].line.left() - 0.5 * a.size {
            return false;
        }
        // Where the next word would have had room, the author ended the line.
        is_filled(last, b) || !ends_sentence || begins_lower
    }

    fn block(&mut self, block: &[Placed<'a>]) {
        let Some(first) = block.first() else { return };
        let size = first.line.size;
        let text: String = block.iter().map(|placed| placed.line.text()).collect();
        let length = text.chars().count();
        let is_large = size > HEADING_SIZE * self.ways.size;
        let is_strong = !self.ways.is_strong && block.iter().all(|placed| placed.line.is_strong());
        let is_short = length <= MAX_HEADING_LEN && block.len() <= MAX_HEADING_LINES;
        let is_word = text.chars().any(char::is_alphabetic);
        let is_bullet = first.line.words.len() > 1 && is_bullet(&first.line.words[0].text);
        let is_line_of_contents = text.contains("....") || text.contains(". . .");
        let is_heading = is_short
            && is_word
            && !is_bullet
            && !is_line_of_contents
            && (is_large || (is_strong && is_heading_text(block)));
        if is_heading {
            self.labels.clear();
            let level = if is_large { self.ways.level(size) } else { self.ways.level(0.0) };
            self.builder.open(BlockKind::Heading(level));
            return self.lines(block, 0, None);
        }
        let Some((label, skip)) = label_of(first.line) else {
            // A paragraph below an item, as far in as its words.
            let is_inside =
                self.labels.last().is_some_and(|at| first.line.left() > at + 0.7 * size);
            if is_inside {
                self.builder.open(BlockKind::ItemParagraph(self.labels.len() - 1));
            } else {
                self.labels.clear();
                self.builder.open(BlockKind::Paragraph);
            }
            return self.lines(block, 0, None);
        };
        let left = first.line.left();
        self.labels.retain(|outer| *outer < left - 0.5 * size);
        let depth = self.labels.len();
        self.labels.push(left);
        self.builder.open(BlockKind::Item(depth, label.clone()));
        self.lines(block, skip, (skip == 0).then_some(label.as_str()));
    }

    /// Writes the lines of a block: `skip` words of the first, or its `label`, are left out.
    fn lines(&mut self, block: &[Placed<'a>], skip: usize, label: Option<&str>) {
        for (at, placed) in block.iter().enumerate() {
            if at > 0 {
                let last = &block[at - 1];
                let is_same = last.page == placed.page && placed.line.base > last.line.base;
                if is_same && !is_filled(last, placed.line) {
                    self.builder.line_break();
                }
                if !self.hyphens.joins(&last.line.text(), &placed.line.text()) {
                    self.builder.text(" ");
                }
            }
            let next = block.get(at + 1).map(|next| next.line.text());
            let drop = next.is_some_and(|next| self.hyphens.drops(&placed.line.text(), &next));
            let (skip, label) = if at == 0 { (skip, label) } else { (0, None) };
            self.words(placed.line, placed.page, skip, label, drop);
        }
        self.builder.flush();
    }

    fn line(&mut self, line: &Line, page: usize, skip: usize, label: Option<&str>) {
        self.words(line, page, skip, label, false);
    }

    fn words(&mut self, line: &Line, page: usize, skip: usize, label: Option<&str>, drop: bool) {
        let count = line.words.len();
        for (at, word) in line.words.iter().enumerate().skip(skip) {
            if at > skip && line.is_apart(at) {
                self.builder.text(" ");
            }
            if is_leader(&line.words, at) {
                continue;
            }
            let mut text = word.text.as_str();
            if let Some(rest) = label.filter(|_| at == skip).and_then(|l| text.strip_prefix(l)) {
                text = rest;
            }
            if drop && at + 1 == count {
                text = text.trim_end().trim_end_matches(super::hyphens::HYPHENS);
            }
            if line.is_raised(word) {
                let mark = text.trim().to_owned();
                match self.notes.get(&(page, mark.clone())) {
                    Some(name) => self.builder.note_mark(&name.clone(), &mark),
                    None => self.builder.superscript(text),
                }
                continue;
            }
            write_word(self.builder, word, text, self.ways.is_strong);
        }
        self.builder.close_link();
    }

    fn table(&mut self, table: &'a LaidTable) {
        self.labels.clear();
        self.builder.open_table();
        for row in &table.rows {
            self.builder.open_row(false);
            for cell in row.iter().filter(|cell| !cell.is_covered) {
                let (columns, rows) = (cell.columns, cell.rows);
                self.builder.open_cell(TableCell { columns, rows, ..TableCell::default() });
                self.cell(&cell.lines);
                self.builder.close_cell();
            }
            self.builder.close_row();
        }
        self.builder.close_table();
    }

    /// Writes what is in a cell: items, and lines that lie apart, on their own.
    fn cell(&mut self, lines: &'a [Line]) {
        let region = Region::of(lines.to_vec());
        for (at, line) in lines.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &lines[at]);
            let skip = match label_of(line).filter(|(label, skip)| *skip > 0 || !label.is_empty()) {
                Some((label, skip)) if skip > 0 => {
                    self.builder.open(BlockKind::Item(0, label));
                    skip
                }
                _ => 0,
            };
            if let Some(before) = before.filter(|_| skip == 0) {
                let gap = (line.base - before.base) / line.size.max(1.0);
                let placed =
                    Placed { line: before, left: region.left, right: region.right, page: 0 };
                let text = before.text();
                let is_end = text.trim_end().ends_with(['.', ';', '!', '?']);
                if gap > 1.6 || (is_end && !is_filled(&placed, line)) {
                    self.builder.line_break();
                }
                if !self.hyphens.joins(&text, &line.text()) {
                    self.builder.text(" ");
                }
            }
            let next = lines.get(at + 1).map(Line::text);
            let drop = next.is_some_and(|next| self.hyphens.drops(&line.text(), &next));
            self.words(line, 0, skip, None, drop);
        }
    }
}

/// Whether a word is one of the dots that lead to the number of a page.
pub(super) fn is_leader(words: &[Word], at: usize) -> bool {
    let is_dot = |at: usize| words.get(at).is_some_and(|word| word.text == ".");
    is_dot(at) && (is_dot(at + 1) || is_dot(at.wrapping_sub(1)))
}

/// Writes a word with its look and link.
pub(super) fn write_word(builder: &mut DocumentBuilder, word: &Word, text: &str, all_strong: bool) {
    match &word.link {
        Some(link) => builder.open_link(link),
        None => builder.close_link(),
    }
    builder.look = word.look;
    builder.look.strong &= !all_strong;
    // Dots that lead to the number of a page.
    match text.find("....") {
        Some(at) => {
            builder.text(&text[..at]);
            builder.text(" ");
            builder.text(text[at..].trim_start_matches('.'));
        }
        None => builder.text(text),
    }
    builder.look = TextStyle::default();
}

/// Whether the first word of the next line had no room at the end of this one.
fn is_filled(placed: &Placed<'_>, next: &Line) -> bool {
    let first = next.words.first().map_or(0.0, |word| word.right - word.left);
    placed.line.right() + first + 0.3 * next.size > placed.right - 0.3 * next.size
}

/// Whether a line begins like an item of a list.
fn begins_item(line: &Line) -> bool {
    label_of(line).is_some()
}

/// The label of a line that begins like an item, empty for a bullet, and how many of its words are
/// the label.
fn label_of(line: &Line) -> Option<(String, usize)> {
    let first = line.words.first()?;
    let text = first.text.trim();
    if line.words.len() > 1 && is_bullet(text) && line.is_apart(1) {
        return Some((String::new(), 1));
    }
    let whole = line.text();
    let (label, rest) = item(&whole)?;
    if label.is_empty() {
        // A bullet without a space behind it.
        return (whole.starts_with(['•', '●', '▪']) && !rest.is_empty())
            .then(|| (whole.chars().take(1).collect(), 0));
    }
    (label == text).then(|| (label.to_owned(), 1))
}

/// Whether lines read like a heading: they are short, and not a sentence.
fn is_heading_text(block: &[Placed<'_>]) -> bool {
    let text: String = block.iter().map(|placed| placed.line.text()).collect();
    let text = text.trim();
    text.chars().count() <= MAX_HEADING_LEN
        && !text.ends_with(['.', ',', ';', ':'])
        && block.iter().all(|placed| placed.line.is_strong())
}
