//! Tables of a page: between lines that are drawn, or in columns that nothing crosses.

use super::{
    lines::{Line, Region, WIDE_GAP, lines},
    page::{Bounds, Rule, Word},
};

/// How far lines of a table may be from where they meet.
const TOUCH: f32 = 3.0;
/// Lines that are drawn on a page, beyond which they are not a table.
const MAX_RULES: usize = 6000;
const MAX_GRID: usize = 400;

/// A cell with the lines of its text.
#[derive(Clone, Debug, Default)]
pub(super) struct LaidCell {
    pub(super) lines: Vec<Line>,
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Whether a cell from above covers the place.
    pub(super) is_covered: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct LaidTable {
    pub(super) rows: Vec<Vec<LaidCell>>,
    pub(super) bounds: Bounds,
    /// Where its columns begin and end.
    edges: Vec<f32>,
}

impl LaidTable {
    /// Whether another is the same table on the next page.
    pub(super) fn goes_on_in(&self, next: &Self) -> bool {
        self.edges.len() == next.edges.len()
            && self.edges.iter().zip(&next.edges).all(|(a, b)| (a - b).abs() < TOUCH)
    }

    /// Adds the rows of the same table on the next page, without the heads that are repeated there.
    pub(super) fn extend(&mut self, next: Self) {
        let text = |row: &[LaidCell]| -> Vec<String> {
            row.iter().map(|cell| cell.lines.iter().map(Line::text).collect()).collect()
        };
        let same = self.rows.iter().zip(&next.rows).take_while(|(a, b)| text(a) == text(b)).count();
        let mut rows = next.rows.into_iter().skip(same).peekable();
        // A row that was cut where the page ends begins in the middle of its sentences.
        let is_rest = |row: &Vec<LaidCell>| {
            let mut cells = text(row).into_iter().filter(|text| !text.is_empty()).peekable();
            let begins_lower = |text: String| text.starts_with(char::is_lowercase);
            cells.peek().is_some() && cells.all(begins_lower)
        };
        if let (Some(last), Some(rest)) = (self.rows.last_mut(), rows.next_if(is_rest)) {
            for (cell, rest) in last.iter_mut().zip(rest) {
                cell.lines.extend(rest.lines);
            }
        }
        self.rows.extend(rows);
    }
}

/// The tables with drawn lines, and the words outside of them.
pub(super) fn ruled_tables(words: Vec<Word>, rules: &[Rule]) -> (Vec<LaidTable>, Vec<Word>) {
    let mut rest = words;
    let mut tables = Vec::new();
    for grid in grids(rules) {
        let (inside, outside): (Vec<Word>, Vec<Word>) =
            rest.into_iter().partition(|word| grid.bounds().contains(word));
        rest = outside;
        match grid.fill(inside) {
            Ok(table) => tables.push(table),
            Err(words) => rest.extend(words),
        }
    }
    (tables, rest)
}

/// Lines across and down that meet.
#[derive(Default)]
struct Grid {
    across: Vec<Rule>,
    down: Vec<Rule>,
    /// Where columns and rows begin and end.
    xs: Vec<f32>,
    ys: Vec<f32>,
}

/// Lines on the same height that touch each other, as one.
fn joined(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut groups: Vec<Vec<Rule>> = Vec::new();
    for rule in rules {
        match groups.last_mut().filter(|group| rule.at - group[0].at < TOUCH * 0.7) {
            Some(group) => group.push(rule),
            None => groups.push(vec![rule]),
        }
    }
    let mut joined = Vec::new();
    for mut group in groups {
        group.sort_by(|a, b| a.from.total_cmp(&b.from));
        for rule in group {
            match joined.last_mut() {
                Some(Rule { at, to, .. })
                    if (rule.at - *at).abs() < TOUCH * 0.7 && rule.from <= *to + TOUCH =>
                {
                    *to = to.max(rule.to);
                }
                _ => joined.push(rule),
            }
        }
    }
    joined
}

fn meet(across: &Rule, down: &Rule) -> bool {
    (across.from - TOUCH..=across.to + TOUCH).contains(&down.at)
        && (down.from - TOUCH..=down.to + TOUCH).contains(&across.at)
}

fn grids(rules: &[Rule]) -> Vec<Grid> {
    if rules.len() > MAX_RULES {
        return Vec::new();
    }
    let (across, down): (Vec<Rule>, Vec<Rule>) = rules.iter().partition(|rule| rule.is_across);
    let mut across: Vec<Option<Rule>> = joined(across).into_iter().map(Some).collect();
    let mut down: Vec<Option<Rule>> = joined(down).into_iter().map(Some).collect();
    let mut grids = Vec::new();
    for start in 0..down.len() {
        let Some(first) = down[start].take() else { continue };
        let mut grid = Grid { down: vec![first], ..Grid::default() };
        let (mut seen_down, mut seen_across) = (0, 0);
        while seen_down < grid.down.len() || seen_across < grid.across.len() {
            while let Some(rule) = grid.down.get(seen_down).copied() {
                seen_down += 1;
                let found = across.iter_mut().filter(|o| o.is_some_and(|o| meet(&o, &rule)));
                grid.across.extend(found.filter_map(Option::take));
            }
            while let Some(rule) = grid.across.get(seen_across).copied() {
                seen_across += 1;
                let found = down.iter_mut().filter(|o| o.is_some_and(|o| meet(&rule, &o)));
                grid.down.extend(found.filter_map(Option::take));
            }
        }
        grid.measure();
        if (3..MAX_GRID).contains(&grid.xs.len()) && (2..MAX_GRID).contains(&grid.ys.len()) {
            grids.push(grid);
        }
    }
    grids
}

/// Places, those that lie together as one.
fn distinct(mut places: Vec<f32>) -> Vec<f32> {
    places.sort_by(f32::total_cmp);
    places.dedup_by(|next, place| *next - *place < TOUCH);
    places
}

impl Grid {
    fn measure(&mut self) {
        let ends = |rules: &[Rule]| -> Vec<f32> {
            rules.iter().flat_map(|rule| [rule.from, rule.to]).collect()
        };
        // A table without lines at its sides ends where its lines across end.
        let outer = |mut ends: Vec<f32>| {
            ends.sort_by(f32::total_cmp);
            [ends.first().copied(), ends.last().copied()].into_iter().flatten().collect::<Vec<_>>()
        };
        let (sides, ends_down) = (outer(ends(&self.across)), outer(ends(&self.down)));
        self.xs = distinct(self.down.iter().map(|rule| rule.at).chain(sides).collect());
        self.ys = distinct(self.across.iter().map(|rule| rule.at).chain(ends_down).collect());
    }

    fn bounds(&self) -> Bounds {
        let ends = |all: &[f32]| {
            (all.first().copied().unwrap_or_default(), all.last().copied().unwrap_or_default())
        };
        let ((left, right), (top, bottom)) = (ends(&self.xs), ends(&self.ys));
        Bounds { left, right, top, bottom }
    }

    /// Whether a line is drawn right of a cell.
    fn has_right(&self, row: usize, column: usize) -> bool {
        let (x, y) = (self.xs[column + 1], f32::midpoint(self.ys[row], self.ys[row + 1]));
        column + 2 == self.xs.len()
            || self
                .down
                .iter()
                .any(|rule| (rule.at - x).abs() < TOUCH && (rule.from..=rule.to).contains(&y))
    }

    /// Whether a line is drawn below a cell.
    fn has_bottom(&self, row: usize, column: usize) -> bool {
        let (x, y) = (f32::midpoint(self.xs[column], self.xs[column + 1]), self.ys[row + 1]);
        row + 2 == self.ys.len()
            || self
                .across
                .iter()
                .any(|rule| (rule.at - y).abs() < TOUCH && (rule.from..=rule.to).contains(&x))
    }

    /// Puts words into the cells; gives them back if it is not a table.
    fn fill(self, words: Vec<Word>) -> Result<LaidTable, Vec<Word>> {
        let (rows, columns) = (self.ys.len() - 1, self.xs.len() - 1);
        if words.is_empty() {
            return Err(words);
        }
        let mut laid =
            vec![vec![LaidCell { columns: 1, rows: 1, ..LaidCell::default() }; columns]; rows];
        // For each place the cell that covers it.
        let mut owner = vec![vec![None; columns]; rows];
        for row in 0..rows {
            for column in 0..columns {
                if owner[row][column].is_some() {
                    laid[row][column].is_covered = true;
                    continue;
                }
                let mut to = column + 1;
                while to < columns && !self.has_right(row, to - 1) && owner[row][to].is_none() {
                    to += 1;
                }
                let mut end = row + 1;
                let is_open = |end: usize| (column..to).all(|at| !self.has_bottom(end - 1, at));
                while end < rows && is_open(end) && (column..to).all(|at| owner[end][at].is_none())
                {
                    end += 1;
                }
                for line in &mut owner[row..end] {
                    line[column..to].fill(Some((row, column)));
                }
                laid[row][column].columns = to - column;
                laid[row][column].rows = end - row;
            }
        }
        let mut cells: Vec<Vec<Vec<Word>>> = vec![vec![Vec::new(); columns]; rows];
        for word in words {
            let x = f32::midpoint(word.left, word.right);
            let y = word.base - 0.3 * word.size;
            let place = |all: &[f32], at: f32| {
                all.iter().rposition(|edge| *edge <= at).unwrap_or(0).min(all.len() - 2)
            };
            let (row, column) = (place(&self.ys, y), place(&self.xs, x));
            let (row, column) = owner[row][column].unwrap_or((row, column));
            cells[row][column].push(word);
        }
        let bounds = self.bounds();
        for (row, cells) in laid.iter_mut().zip(cells) {
            for (cell, words) in row.iter_mut().zip(cells) {
                cell.lines = lines(words);
            }
        }
        Ok(LaidTable { rows: laid, bounds, edges: self.xs })
    }
}

/// A part of a region: lines, or lines that are the rows of a table.
pub(super) enum Part {
    Lines(Vec<Line>),
    Table(LaidTable),
}

/// Finds the tables in lines whose columns are parted by nothing but space.
pub(super) fn aligned_tables(region: Region, is_label: impl Fn(&str) -> bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut plain = Vec::new();
    let mut at = 0;
    let lines = region.lines;
    while at < lines.len() {
        match aligned(&lines[at..], &is_label) {
            Some((count, table)) => {
                if !plain.is_empty() {
                    parts.push(Part::Lines(std::mem::take(&mut plain)));
                }
                parts.push(Part::Table(table));
                at += count;
            }
            None => {
                plain.push(lines[at].clone());
                at += 1;
            }
        }
    }
    if !plain.is_empty() {
        parts.push(Part::Lines(plain));
    }
    parts
}

/// The columns of lines: what no gap divides from top to bottom.
fn intervals(lines: &[Line]) -> Vec<(f32, f32)> {
    let mut words: Vec<(f32, f32)> =
        lines.iter().flat_map(|line| &line.words).map(|word| (word.left, word.right)).collect();
    words.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = lines.iter().map(|line| line.size).fold(f32::MAX, f32::min);
    let mut columns: Vec<(f32, f32)> = Vec::new();
    for (left, right) in words {
        match columns.last_mut() {
            Some(last) if left - last.1 < size => last.1 = last.1.max(right),
            _ => columns.push((left, right)),
        }
    }
    columns
}

/// A table that begins with the first of these lines, and how many of them it has.
fn aligned(lines: &[Line], is_label: &impl Fn(&str) -> bool) -> Option<(usize, LaidTable)> {
    let parts = lines[0].parts();
    let first = parts.len();
    // A label and its words are an item.
    let begins_item = parts.first().is_some_and(|part| part.len() == 1)
        && lines[0].words.first().is_some_and(|word| is_label(word.text.trim()));
    if first < 2 || (first == 2 && begins_item) {
        return None;
    }
    let mut count = 1;
    let mut columns = intervals(&lines[..1]).len();
    while let Some(line) = lines.get(count) {
        let gap = line.base - lines[count - 1].base;
        let size = line.size.max(lines[count - 1].size);
        let now = intervals(&lines[..=count]).len();
        if gap > 3.2 * size || now < 2 || now < columns.min(first) {
            break;
        }
        columns = now;
        count += 1;
    }
    // What follows in the first column alone is the text below.
    let columns = intervals(&lines[..count]);
    let only_first = |line: &Line| line.right() <= columns[0].1 + WIDE_GAP;
    while count > 1 && only_first(&lines[count - 1]) {
        count -= 1;
    }
    let columns = intervals(&lines[..count]);
    let rows = &lines[..count];
    let filled = rows.iter().filter(|line| line.parts().len() >= 2).count();
    if columns.len() < 2 || filled < 3 || filled * 4 < count {
        return None;
    }
    let in_column = |line: &Line, at: usize| -> Vec<Word> {
        let (left, right) = columns[at];
        let is_in = |word: &&Word| word.left >= left - 0.1 && word.right <= right + 0.1;
        line.words.iter().filter(is_in).cloned().collect()
    };
    let labels = rows.iter().filter(|line| {
        let text = in_column(line, 0);
        text.len() == 1 && is_label(&text[0].text)
    });
    if columns.len() == 2 && labels.count() * 2 > filled {
        return None;
    }
    let mut laid: Vec<Vec<LaidCell>> = Vec::new();
    // Where rows lie further apart than lines, a gap begins a row; else a filled first column.
    let gaps: Vec<f32> = rows.windows(2).map(|pair| pair[1].base - pair[0].base).collect();
    let (least, most) =
        gaps.iter().fold((f32::MAX, 0.0_f32), |(a, b), gap| (a.min(*gap), b.max(*gap)));
    let by_gap = most > 1.25 * least && rows.iter().any(|line| in_column(line, 0).is_empty());
    for (at, line) in rows.iter().enumerate() {
        let begins = at == 0
            || if by_gap {
                gaps[at - 1] > f32::midpoint(least, most).min(1.25 * least)
            } else {
                !in_column(line, 0).is_empty()
            };
        if begins || laid.is_empty() {
            let cell = LaidCell { columns: 1, rows: 1, ..LaidCell::default() };
            laid.push(vec![cell; columns.len()]);
        }
        for column in 0..columns.len() {
            let words = in_column(line, column);
            if let (false, Some(row)) = (words.is_empty(), laid.last_mut()) {
                row[column].lines.push(Line { words, size: line.size, base: line.base });
            }
        }
    }
    (laid.len() > 1).then(|| {
        let bounds = Bounds { top: lines[0].base, ..Bounds::default() };
        (count, LaidTable { rows: laid, bounds, edges: Vec::new() })
    })
}
