//! Small numbers are hidden, and with them every number that would reveal them.
//!
//! Promises: no count below five is shown, and no count from fewer than five cases; the total and
//! the counts that are shown never reveal a hidden one. Somebody who knows this rule and tries every
//! table that would look the same finds at least four values for each hidden number (a test does
//! just that).

use std::fmt;

/// The smallest number that is shown, of things counted and of the cases behind them.
pub const MIN_SHOWN: u64 = 5;

/// A number of a table, or that it is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The number.
    Shown(u64),
    /// Fewer than five, or hidden to protect another hidden number.
    Hidden,
}

impl Count {
    /// The number, if it is shown.
    pub fn shown(self) -> Option<u64> {
        match self {
            Self::Shown(number) => Some(number),
            Self::Hidden => None,
        }
    }
}

/// A number that only the owner of the vault sees. It can't be written as JSON or CSV, so that it
/// is in nothing that leaves the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnCount {
    /// The number.
    pub number: u64,
    /// Whether it is hidden from others: below five, or from fewer than five cases.
    pub is_small: bool,
}

impl OwnCount {
    pub(super) fn of(cell: CellCount) -> Self {
        Self { number: cell.count, is_small: cell.is_small() }
    }
}

/// A small number has a mark behind it.
impl fmt::Display for OwnCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_small { " *" } else { "" };
        write!(f, "{}{mark}", self.number)
    }
}

/// A number of a figure as a table writes it.
pub trait TableCount: Copy + fmt::Display {
    /// Whether the table is for the owner of the vault alone.
    const IS_OWN: bool;

    /// The number, if it is shown.
    fn shown(self) -> Option<u64>;
}

impl TableCount for Count {
    const IS_OWN: bool = false;

    fn shown(self) -> Option<u64> {
        Self::shown(self)
    }
}

impl TableCount for OwnCount {
    const IS_OWN: bool = true;

    fn shown(self) -> Option<u64> {
        Some(self.number)
    }
}

/// A hidden number is the word `hidden`.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(number) => number.fmt(f),
            Self::Hidden => f.pad("hidden"),
        }
    }
}

/// One number of a table before anything is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CellCount {
    /// How many.
    pub count: u64,
    /// In how many cases.
    pub cases: u64,
}

impl CellCount {
    fn is_small(self) -> bool {
        self.count > 0 && (self.count < MIN_SHOWN || self.cases < MIN_SHOWN)
    }
}

/// Returns the numbers of a table with small ones, and those that would reveal them, hidden; then
/// the total.
pub fn suppress(cells: &[CellCount]) -> (Vec<Count>, Count) {
    let total: u64 = cells.iter().map(|cell| cell.count).sum();
    let nothing = || (vec![Count::Hidden; cells.len()], Count::Hidden);
    if (1..MIN_SHOWN).contains(&total) {
        return nothing();
    }
    let mut hidden: Vec<bool> = cells.iter().map(|cell| cell.is_small()).collect();
    if hidden.contains(&true) {
        // From the last line on, whatever its number: to choose by number would tell about it. The
        // last lines are those that say least.
        let is_other = |at: &usize| !cells[*at].is_small() && cells[*at].count > 0;
        let mut others = (0..cells.len()).rev().filter(is_other);
        // Small numbers alone could be told by their sum: two that make eight are four each.
        let mut mixed = false;
        while !mixed || !is_safe(cells, &hidden) {
            mixed = true;
            match others.next() {
                Some(at) => hidden[at] = true,
                // What is not there would narrow down the rest.
                None => {
                    hidden.fill(true);
                    break;
                }
            }
        }
    }
    let counts = cells
        .iter()
        .zip(&hidden)
        .map(|(cell, hidden)| if *hidden { Count::Hidden } else { Count::Shown(cell.count) })
        .collect();
    (counts, Count::Shown(total))
}

/// Whether, with the total known, each small number that is hidden could be anything below five:
/// the others hidden with them are known to be five or more, and must be large enough for that.
fn is_safe(cells: &[CellCount], hidden: &[bool]) -> bool {
    let of_hidden = || cells.iter().zip(hidden).filter(|(_, hidden)| **hidden);
    let small = of_hidden().filter(|(cell, _)| cell.is_small()).count() as u64;
    let others = of_hidden().count() as u64 - small;
    let sum: u64 = of_hidden().map(|(cell, _)| cell.count).sum();
    small + others >= 2 && sum >= MIN_SHOWN * others + small + (MIN_SHOWN - 2)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn cells(counts: &[u64]) -> Vec<CellCount> {
        counts.iter().map(|&count| CellCount { count, cases: count }).collect()
    }

    fn shown(counts: &[u64]) -> (Vec<Option<u64>>, Option<u64>) {
        let (counts, total) = suppress(&cells(counts));
        (counts.into_iter().map(Count::shown).collect(), total.shown())
    }

    #[test]
    fn a_small_number_takes_another_along() {
        assert_eq!(shown(&[12, 3, 0, 7]), (vec![Some(12), None, Some(0), None], Some(22)));
        assert_eq!(shown(&[12, 9, 7]), (vec![Some(12), Some(9), Some(7)], Some(28)));
        assert_eq!(shown(&[8, 30, 4, 3]), (vec![Some(8), None, None, None], Some(45)));
        assert_eq!(shown(&[30, 1, 1]), (vec![None, None, None], Some(32)));
        assert_eq!(shown(&[]), (vec![], Some(0)));
        assert_eq!(shown(&[0, 0]), (vec![Some(0), Some(0)], Some(0)));
    }

    #[test]
    fn fewer_than_five_in_all_show_nothing_not_even_what_is_not_there() {
        assert_eq!(shown(&[4, 0, 0]), (vec![None, None, None], None));
        assert_eq!(shown(&[1]), (vec![None], None));
    }

    #[test]
    fn many_of_a_few_cases_are_hidden_as_well() {
        let many_of_one = [CellCount { count: 8, cases: 1 }, CellCount { count: 20, cases: 20 }];
        assert_eq!(suppress(&many_of_one).0, [Count::Hidden, Count::Hidden]);
    }

    /// Values that each hidden number could have.
    const MIN_POSSIBLE: usize = 4;

    /// Somebody who knows the rule tries every table that would have been shown the same way.
    #[test]
    fn whoever_knows_the_rule_and_the_total_can_not_tell_a_hidden_number() {
        for width in 1..=5_usize {
            let most = [0, 40, 40, 24, 16, 13][width];
            let mut by_look: BTreeMap<_, Vec<BTreeSet<u64>>> = BTreeMap::new();
            for total in 0..=most {
                for table in tables(width, total) {
                    let values = by_look
                        .entry(shown(&table))
                        .or_insert_with(|| vec![BTreeSet::new(); width]);
                    for (value, seen) in table.iter().zip(values) {
                        seen.insert(*value);
                    }
                }
            }
            for ((look, total), values) in by_look {
                for (number, possible) in look.iter().zip(&values) {
                    let told = number.is_none() && possible.len() < MIN_POSSIBLE;
                    assert!(!told, "{look:?} of {total:?} can only be {values:?}");
                }
            }
        }
    }

    /// Every table of so many numbers with this total.
    fn tables(width: usize, total: u64) -> Vec<Vec<u64>> {
        if width == 1 {
            return vec![vec![total]];
        }
        let mut all = Vec::new();
        for first in 0..=total {
            for mut rest in tables(width - 1, total - first) {
                rest.insert(0, first);
                all.push(rest);
            }
        }
        all
    }

    proptest! {
        #[test]
        fn the_total_never_gives_a_hidden_number_away(
            table in prop::collection::vec((prop_oneof![0_u64..8, 0_u64..60], 1_u64..9), 1..12)
        ) {
            let table: Vec<CellCount> = table
                .into_iter()
                .map(|(count, cases)| CellCount { count, cases: cases.min(count) })
                .collect();
            let (counts, total) = suppress(&table);
            for (cell, count) in table.iter().zip(&counts) {
                if let Count::Shown(number) = count {
                    prop_assert_eq!(*number, cell.count);
                    prop_assert!(!cell.is_small());
                }
            }
            let hidden = counts.iter().filter(|count| **count == Count::Hidden).count() as u64;
            if let (Count::Shown(total), true) = (total, hidden > 0) {
                let seen: u64 = counts.iter().filter_map(|count| count.shown()).sum();
                let rest = total - seen;
                let all_hidden = hidden as usize == counts.len();
                prop_assert!(all_hidden || (hidden >= 2 && rest >= hidden + 4));
            }
        }
    }
}
