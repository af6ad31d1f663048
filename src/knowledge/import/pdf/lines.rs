//! Words of a page as lines, in the order in which a person reads them.

use super::page::Word;

/// What one line may differ from another in height and still be the same, as a part of its size.
const SAME_LINE: f32 = 0.2;
/// Where words lie further apart than this many sizes, something else begins.
pub(super) const WIDE_GAP: f32 = 1.3;
/// Lines and words for which a part of a page is a column of text.
const MIN_COLUMN_LINES: usize = 4;
const MIN_COLUMN_WORDS: usize = 4;
/// Columns within columns are looked for to this depth.
const MAX_COLUMN_DEPTH: usize = 4;
/// Places at which a column may begin that are tried.
const MAX_PLACES: usize = 12;

/// Words side by side, from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) words: Vec<Word>,
    /// The size of most of its letters, and where they stand.
    pub(super) size: f32,
    pub(super) base: f32,
}

impl Line {
    fn of(mut words: Vec<Word>) -> Self {
        words.sort_by(|a, b| a.left.total_cmp(&b.left));
        // What is drawn twice, to look bold, is there once.
        words.dedup_by(|next, word| {
            next.text == word.text && (next.left - word.left).abs() < 0.3 * word.size
        });
        let most = words.iter().max_by_key(|word| {
            let same = |other: &&Word| (other.size - word.size).abs() < 0.5;
            words.iter().filter(same).map(|other| other.text.len()).sum::<usize>()
        });
        let (size, base) = most.map_or((0.0, 0.0), |word| (word.size, word.base));
        Self { words, size, base }
    }

    pub(super) fn left(&self) -> f32 {
        self.words.first().map_or(0.0, |word| word.left)
    }

    pub(super) fn right(&self) -> f32 {
        self.words.iter().map(|word| word.right).fold(f32::MIN, f32::max)
    }

    /// Whether all of its words are set apart strongly.
    pub(super) fn is_strong(&self) -> bool {
        let is_word = |word: &&Word| word.text.chars().any(char::is_alphanumeric);
        let mut words = self.words.iter().filter(is_word).peekable();
        words.peek().is_some() && words.all(|word| word.look.strong)
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (at, word) in self.words.iter().enumerate() {
            if at > 0 && self.is_apart(at) {
                text.push(' ');
            }
            text.push_str(&word.text);
        }
        text
    }

    /// Whether there is a space before the word at `at`.
    pub(super) fn is_apart(&self, at: usize) -> bool {
        let (Some(before), Some(word)) = (self.words.get(at.wrapping_sub(1)), self.words.get(at))
        else {
            return false;
        };
        word.is_apart || word.left - before.right > 0.17 * word.size.min(before.size)
    }

    /// Whether a word stands above the line and is smaller, as the mark of a note is.
    pub(super) fn is_raised(&self, word: &Word) -> bool {
        word.size < 0.85 * self.size && self.base - word.base > 0.15 * self.size
    }

    /// The parts of the line that lie apart from each other, as places in its words.
    pub(super) fn parts(&self) -> Vec<std::ops::Range<usize>> {
        let mut parts = Vec::new();
        let mut from = 0;
        for at in 1..self.words.len() {
            if self.words[at].left - self.words[at - 1].right > WIDE_GAP * self.size {
                parts.push(from..at);
                from = at;
            }
        }
        if !self.words.is_empty() {
            parts.push(from..self.words.len());
        }
        parts
    }
}

/// The lines of a page, from top to bottom.
pub(super) fn lines(mut words: Vec<Word>) -> Vec<Line> {
    words.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut groups: Vec<Vec<Word>> = Vec::new();
    for word in words {
        let is_same = |group: &&mut Vec<Word>| {
            let first = &group[0];
            (word.base - first.base).abs() <= SAME_LINE * first.size.max(word.size).min(12.0)
        };
        match groups.last_mut().filter(is_same) {
            Some(group) => group.push(word),
            None => groups.push(vec![word]),
        }
    }
    let mut lines: Vec<Line> = groups.into_iter().map(Line::of).collect();
    join_raised(&mut lines);
    lines
}

/// Puts words that stand above or below a line, and belong to it, into it.
fn join_raised(lines: &mut Vec<Line>) {
    for at in 0..lines.len() {
        let mut loose = Vec::new();
        for word in std::mem::take(&mut lines[at].words) {
            let near = [at.wrapping_sub(1), at + 1];
            let home = near.into_iter().find(|other| {
                lines.get(*other).is_some_and(|line| {
                    let shift = line.base - word.base;
                    let is_near = (-0.35..0.7).contains(&(shift / line.size.max(1.0)));
                    let is_small = word.size < 0.85 * line.size;
                    let beside = |other: &Word| {
                        (word.left - other.right).abs() < 0.35 * line.size
                            || (other.left - word.right).abs() < 0.2 * line.size
                    };
                    // The number of a note may stand a little before it.
                    let is_before = word.right < line.left()
                        && line.left() - word.right < 1.5 * line.size
                        && word.text.len() < 4;
                    is_near && is_small && (is_before || line.words.iter().any(beside))
                })
            });
            match home {
                Some(home) => {
                    let line = &mut lines[home];
                    let (size, base) = (line.size, line.base);
                    let mut words = std::mem::take(&mut line.words);
                    words.push(word);
                    *line = Line { size, base, ..Line::of(words) };
                }
                None => loose.push(word),
            }
        }
        let (size, base) = (lines[at].size, lines[at].base);
        lines[at] = Line { size, base, ..Line::of(loose) };
    }
    lines.retain(|line| !line.words.is_empty());
}

/// Lines that share their left and right edges, such as those of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    pub(super) lines: Vec<Line>,
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Region {
    pub(super) fn of(lines: Vec<Line>) -> Self {
        let left = lines.iter().map(Line::left).fold(f32::MAX, f32::min);
        let right = lines.iter().map(Line::right).fold(f32::MIN, f32::max);
        Self { lines, left, right }
    }
}

/// The parts of a page in reading order: columns one after the other.
pub(super) fn regions(lines: Vec<Line>) -> Vec<Region> {
    let mut regions = Vec::new();
    divide(lines, 0, &mut regions);
    regions
}

fn divide(lines: Vec<Line>, depth: usize, regions: &mut Vec<Region>) {
    if lines.is_empty() {
        return;
    }
    let Some(columns) = (depth < MAX_COLUMN_DEPTH).then(|| columns(&lines)).flatten() else {
        regions.push(Region::of(lines));
        return;
    };
    let Columns { from, to, place } = columns;
    let mut rest = lines;
    let below = rest.split_off(to);
    let across = rest.split_off(from);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for line in across {
        let (size, base) = (line.size, line.base);
        let (a, b): (Vec<Word>, Vec<Word>) =
            line.words.into_iter().partition(|word| word.right <= place);
        for (words, column) in [(a, &mut left), (b, &mut right)] {
            if !words.is_empty() {
                column.push(Line { size, base, ..Line::of(words) });
            }
        }
    }
    for part in [rest, left, right, below] {
        divide(part, depth + 1, regions);
    }
}

/// Lines that a gap from top to bottom divides into two columns of text.
struct Columns {
    from: usize,
    to: usize,
    place: f32,
}

/// What a line is to a place between two columns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Both,
    Across,
}

fn side(line: &Line, place: f32) -> Side {
    let margin = 0.45 * line.size;
    let left = line.words.iter().any(|word| word.left < place - margin);
    let right = line.words.iter().any(|word| word.right > place + margin);
    let across =
        line.words.iter().any(|word| word.left < place + margin && word.right > place - margin);
    match (across, left, right) {
        (true, ..) => Side::Across,
        (_, true, true) => Side::Both,
        (_, true, false) => Side::Left,
        _ => Side::Right,
    }
}

fn columns(lines: &[Line]) -> Option<Columns> {
    if lines.len() < MIN_COLUMN_LINES {
        return None;
    }
    let all = Region::of(lines.to_vec());
    let places = places(lines, &all);
    let tried = places.into_iter().filter_map(|place| {
        let sides: Vec<Side> = lines.iter().map(|line| side(line, place)).collect();
        let mut best: Option<(usize, Columns)> = None;
        let mut from = 0;
        for at in 0..=sides.len() {
            if sides.get(at).is_some_and(|side| *side != Side::Across) {
                continue;
            }
            if let Some(count) = column_lines(&lines[from..at], &sides[from..at], place)
                && best.as_ref().is_none_or(|(most, _)| count > *most)
            {
                best = Some((count, Columns { from, to: at, place }));
            }
            from = at + 1;
        }
        best
    });
    tried.max_by_key(|(count, _)| *count).map(|(_, columns)| columns)
}

/// Places where a gap may be: where words lie apart, and left of where lines begin further in.
fn places(lines: &[Line], all: &Region) -> Vec<f32> {
    let mut counts: Vec<(i32, usize, f32)> = Vec::new();
    let mut add = |place: f32| {
        let key = (place / 6.0) as i32;
        match counts.iter_mut().find(|(at, ..)| *at == key) {
            Some((_, count, _)) => *count += 1,
            None => counts.push((key, 1, place)),
        }
    };
    let width = all.right - all.left;
    let inner = (all.left + 0.15 * width)..(all.right - 0.15 * width);
    for line in lines {
        for pair in line.words.windows(2) {
            let gap = pair[1].left - pair[0].right;
            if gap > line.size && inner.contains(&pair[1].left) {
                add(pair[1].left - gap.min(line.size) * 0.5);
            }
        }
        if inner.contains(&line.left()) {
            add(line.left() - 0.5 * line.size);
        }
    }
    counts.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    counts.into_iter().take(MAX_PLACES).map(|(.., place)| place).collect()
}

/// How many lines the shorter of two columns has; `None` if they are not both text.
fn column_lines(lines: &[Line], sides: &[Side], place: f32) -> Option<usize> {
    let mut count = [0_usize; 2];
    let mut words = [Vec::new(), Vec::new()];
    let mut widths = [0.0_f32; 2];
    let (mut left, mut right) = (f32::MAX, f32::MIN);
    for (line, side) in lines.iter().zip(sides) {
        left = left.min(line.left());
        right = right.max(line.right());
        for (at, is_on) in
            [(0, *side != Side::Right), (1, matches!(side, Side::Right | Side::Both))]
        {
            if is_on {
                let own = line.words.iter().filter(|word| (word.left > place) == (at == 1));
                let from = own.clone().map(|word| word.left).fold(f32::MAX, f32::min);
                let to = own.clone().map(|word| word.right).fold(f32::MIN, f32::max);
                count[at] += 1;
                words[at].push(own.count());
                widths[at] += to - from;
            }
        }
    }
    let fewest = count[0].min(count[1]);
    if fewest < MIN_COLUMN_LINES {
        return None;
    }
    words.iter_mut().for_each(|counts| counts.sort_unstable());
    let is_text = |at: usize, width: f32| {
        // The cells of a table have few words, whatever stands above and below them.
        words[at][words[at].len() / 2] >= MIN_COLUMN_WORDS
            && widths[at] / count[at] as f32 >= 0.38 * width
    };
    (is_text(0, place - left) && is_text(1, right - place)).then_some(fewest)
}
