//! Counting into lines, with the cases behind each.

use std::collections::BTreeSet;

use super::{
    figure::{Figure, FigureInfo, FigureRow},
    suppress::{CellCount, Count, suppress},
};

/// A case, by a number given while counting; its key is never kept.
pub(super) type Case = u32;

/// A table being counted.
#[derive(Debug)]
pub(super) struct FigureTally {
    about: &'static FigureInfo,
    lines: Vec<TallyLine>,
    /// Lines count the same thing several times; the total is counted by itself.
    several: Option<TallyLine>,
    /// The codes of its lines are numbers with a mean.
    numbers: bool,
}

#[derive(Debug, Default)]
struct TallyLine {
    code: String,
    label: String,
    count: u64,
    cases: BTreeSet<Case>,
}

impl TallyLine {
    fn cell(&self) -> CellCount {
        CellCount { count: self.count, cases: self.cases.len() as u64 }
    }

    fn add(&mut self, case: Case) {
        self.count += 1;
        self.cases.insert(case);
    }
}

impl FigureTally {
    /// A table with these lines in this order; others are added behind them.
    pub(super) fn new(about: &'static FigureInfo, lines: &[(&str, &str)]) -> Self {
        let mut tally = Self { about, lines: Vec::new(), several: None, numbers: false };
        for (code, label) in lines {
            tally.line(code, label);
        }
        tally
    }

    /// A table in which one thing may count in several lines.
    pub(super) fn of_several(about: &'static FigureInfo, lines: &[(&str, &str)]) -> Self {
        Self { several: Some(TallyLine::default()), ..Self::new(about, lines) }
    }

    /// A table of numbers, whose mean says something.
    pub(super) fn of_numbers(about: &'static FigureInfo, lines: &[(&str, &str)]) -> Self {
        Self { numbers: true, ..Self::new(about, lines) }
    }

    fn line(&mut self, code: &str, label: &str) -> &mut TallyLine {
        let at = self.lines.iter().position(|line| line.code == code).unwrap_or_else(|| {
            let (code, label) = (code.to_owned(), label.to_owned());
            self.lines.push(TallyLine { code, label, ..TallyLine::default() });
            self.lines.len() - 1
        });
        &mut self.lines[at]
    }

    /// Adds an empty line if there is none, to show a choice that nobody made.
    pub(super) fn expect(&mut self, code: &str, label: &str) {
        self.line(code, label);
    }

    /// Counts one more in a line.
    pub(super) fn add(&mut self, code: &str, label: &str, case: Case) {
        self.line(code, label).add(case);
    }

    /// Counts one more in the total of things that count in several lines.
    pub(super) fn add_whole(&mut self, case: Case) {
        if let Some(whole) = &mut self.several {
            whole.add(case);
        }
    }

    /// Sorts the lines by their codes.
    pub(super) fn sorted(mut self) -> Self {
        self.lines.sort_by(|one, other| one.code.cmp(&other.code));
        self
    }

    /// Moves these lines behind all others.
    pub(super) fn with_last(mut self, codes: &[&str]) -> Self {
        self.lines
            .sort_by_key(|line| codes.iter().position(|code| *code == line.code).map(|at| at + 1));
        self
    }

    pub(super) fn figure(self) -> Figure {
        let cells: Vec<CellCount> = self.lines.iter().map(TallyLine::cell).collect();
        let (counts, sum) = suppress(&cells);
        let total = match &self.several {
            None => sum,
            Some(whole) => suppress(&[whole.cell()]).0[0],
        };
        // A total that is hidden hides the lines as well.
        let hide = total == Count::Hidden;
        let rows: Vec<FigureRow> = self
            .lines
            .into_iter()
            .zip(counts)
            .map(|(line, count)| FigureRow {
                code: line.code,
                label: line.label,
                count: if hide { Count::Hidden } else { count },
            })
            .collect();
        let mean = if self.numbers { mean(&rows) } else { None };
        Figure { about: self.about, rows, total, mean }
    }
}

/// The mean of lines whose codes are numbers; none if a line is hidden, which it would reveal.
fn mean(rows: &[FigureRow]) -> Option<f64> {
    let (mut number, mut sum) = (0_u64, 0_f64);
    for row in rows {
        let count = row.count.shown()?;
        if let Ok(value) = row.code.parse::<u32>() {
            number += count;
            sum += f64::from(value) * count as f64;
        }
    }
    (number > 0).then(|| (sum / number as f64 * 10.0).round() / 10.0)
}
