//! What the completed notes say together: counts without names. The owner of the vault sees all of
//! them; small ones are marked here, and hidden in what is copied.

use jiff::{ToSpan, civil::Date};

use crate::{
    app::{action::KeyAction, geometry::MAX_PROSE},
    report::insight::{CountedNotes, Period, table},
    text::shorten,
};

/// Which notes are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timespan {
    /// All there are.
    #[default]
    All,
    /// Those of the last twelve months.
    Year,
    /// Those of the last three months.
    Quarter,
}

impl Timespan {
    /// All, in the order Tab goes through them.
    pub const EVERY: [Self; 3] = [Self::All, Self::Year, Self::Quarter];

    /// Shown.
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "All time",
            Self::Year => "12 months",
            Self::Quarter => "3 months",
        }
    }

    /// Its days, up to today.
    pub fn period(self, today: Date) -> Period {
        let from = match self {
            Self::All => None,
            Self::Year => today.checked_sub(12.months()).ok(),
            Self::Quarter => today.checked_sub(3.months()).ok(),
        };
        Period { from, to: from.map(|_| today) }
    }

    fn next(self) -> Self {
        Self::EVERY[(self as usize + 1) % Self::EVERY.len()]
    }
}

/// The state of the screen.
#[derive(Default)]
pub struct InsightScreen {
    /// What was counted, once the vault is open.
    pub counted: Option<CountedNotes>,
    /// Which notes are counted.
    pub span: Timespan,
    /// First line shown.
    pub top: usize,
}

impl InsightScreen {
    /// Counts others: the next span, from the top.
    pub fn next_span(&mut self) {
        self.span = self.span.next();
        self.counted = None;
        self.top = 0;
    }

    /// The lines of the page; while it is shown to others, with small numbers hidden.
    pub fn lines(&self, columns: usize, is_sharing: bool) -> Vec<String> {
        let Some(counted) = &self.counted else { return Vec::new() };
        let columns = columns.min(usize::from(MAX_PROSE));
        let text =
            if is_sharing { table(&counted.shared, columns) } else { table(&counted.own, columns) };
        text.lines().map(|line| shorten(line, columns)).collect()
    }

    /// Scrolls.
    pub fn scroll(&mut self, action: KeyAction, columns: usize, height: usize, is_sharing: bool) {
        self.top = action.scrolled(self.top, self.lines(columns, is_sharing).len(), height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_today_and_all_time_has_no_ends() {
        let today: Date = "2026-11-22".parse().expect("a date");
        assert_eq!(Timespan::All.period(today), Period { from: None, to: None });
        let year = Timespan::Year.period(today);
        assert_eq!(year.from, "2025-11-22".parse().ok());
        assert_eq!(year.to, Some(today));
    }

    #[test]
    fn scrolling_stays_inside_and_another_span_begins_at_its_top() {
        let empty: [crate::clinic::Session; 0] = [];
        let today: Date = "2026-11-22".parse().expect("a date");
        let counted =
            crate::report::insight::count_notes(empty, Timespan::All.period(today), today);
        let mut screen = InsightScreen { counted: Some(counted), ..InsightScreen::default() };
        screen.scroll(KeyAction::Bottom, 80, 1, false);
        let last = screen.lines(80, false).len() - 1;
        assert_eq!(screen.top, last);
        screen.scroll(KeyAction::PageOn, 80, 1, false);
        assert_eq!(screen.top, last);
        screen.next_span();
        assert_eq!((screen.top, screen.span), (0, Timespan::Year));
        assert!(screen.lines(80, false).is_empty());
    }
}
