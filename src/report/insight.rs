//! Counts from completed notes, without names, for service leads.
//!
//! Promises: nothing anyone typed is in it, no case key, no profession; practice notes and notes
//! entered in error don't count, nor do notes that are not finished; nothing that is copied, exported
//! or printed has a number below five ([`suppress`]), and with fewer than five cases it has none at
//! all; the owner of the vault, who can read every note, sees all numbers on screen with the small
//! ones marked ([`OwnCount`]); every figure says what it can and cannot say. It reads sessions that
//! others hand over, and never a file or a clock.

mod audit;
pub(crate) mod csv;
mod figure;
#[cfg(test)]
mod fixture;
mod gather;
pub(crate) mod json;
mod suppress;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;

use jiff::civil::Date;
use serde::Serialize;

use figure::FigureTally;

use crate::clinic::{ActionStatusIndex, Session, Status, Subject};

pub use audit::{
    Agency, Collated, Collation, Compared, Domain, Profile, ScoreCount, against_last_time, collate,
    lowest_areas, profile,
};
pub use csv::{collation_csv, csv};
pub use figure::{FIGURES, Figure, FigureInfo, FigureRow, FigureUnit};
pub use json::{BrokenExport, audits_from_json, collation_json, json};
pub use suppress::{CellCount, Count, MIN_SHOWN, OwnCount, TableCount, suppress};
pub(crate) use table::NO_FIGURES;
pub(in crate::report) use table::{answers_in_words, period_in_words};
pub use table::{bar, collation_table, table};

/// Which notes: those begun between two days, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Period {
    /// Whether a day is in it.
    pub fn holds(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// What completed notes say together: as others may see it, or with [`OwnCount`] as the owner of the
/// vault does.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight<N = Count> {
    /// Which notes were counted.
    pub period: Period,
    /// How many about cases: supervision and audits apart.
    pub notes: N,
    /// The figures; for others none about cases with fewer than five cases.
    pub figures: Vec<Figure<N>>,
    /// The newest audit of each kind with the one before.
    pub audits: Vec<Compared>,
}

impl<N: TableCount> Insight<N> {
    /// Whether there was nothing to count.
    pub fn is_empty(&self) -> bool {
        self.notes.shown() == Some(0) && self.figures.is_empty() && self.audits.is_empty()
    }
}

/// The same notes, counted for their owner and for everybody else.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedNotes {
    /// Every number, for the owner of the vault alone.
    pub own: Insight<OwnCount>,
    /// What may be copied, exported or shown to others.
    pub shared: Insight,
}

/// Counts each note once, as others may see it. See [`count_notes`].
pub fn insight<S: Borrow<Session>>(
    notes: impl IntoIterator<Item = S>,
    period: Period,
    today: Date,
) -> Insight {
    count_notes(notes, period, today).shared
}

/// Counts each note once. Pass all notes: drafts and notes of other periods are not counted, but
/// may hold the newest status of an action that is. `today` tells which actions are overdue.
pub fn count_notes<S: Borrow<Session>>(
    notes: impl IntoIterator<Item = S>,
    period: Period,
    today: Date,
) -> CountedNotes {
    let mut gathering = gather::Gathering::new();
    let mut supervision = gather::Supervision::new();
    let mut told = ActionStatusIndex::default();
    let mut audits = Vec::new();
    for note in notes {
        let session: &Session = note.borrow();
        told.add_note(session);
        let finished = matches!(session.status(), Status::Completed | Status::Amended);
        if !finished || session.is_practice() {
            continue;
        }
        let about = &session.template().about;
        let counts = period.holds(figure::day_of(session.started()));
        match (about.subject(), profile(session)) {
            (Subject::Service, profile) => audits.extend(profile),
            // A format with scores that does not say what it is about is an audit.
            (Subject::Case, Some(profile)) if about.declared_subject.is_none() => {
                audits.push(profile);
            }
            (Subject::Supervision, _) if counts => supervision.add(session),
            (Subject::Case, _) if counts => gathering.add(session),
            _ => {}
        }
    }
    let (notes, cases) = gathering.size();
    let enough = cases >= MIN_SHOWN;
    // The audit before the newest one of the period may be older than the period.
    audits.retain(|audit| period.to.is_none_or(|to| audit.date <= to));
    let mut audits = against_last_time(audits);
    audits.retain(|compared| period.holds(compared.now.date));
    let cases_of_notes = CellCount { count: notes, cases };
    let of_cases = if notes > 0 { gathering.tallies(&told, today) } else { Vec::new() };
    let series = supervision.size();
    let held = (series > 0).then(|| supervision.tally());
    let shared = Insight {
        period,
        notes: if enough || notes == 0 { Count::Shown(notes) } else { Count::Hidden },
        figures: of_cases
            .iter()
            .filter(|_| enough)
            .chain(held.iter().filter(|_| series >= MIN_SHOWN))
            .map(FigureTally::figure)
            .collect(),
        audits: audits.clone(),
    };
    let own = Insight {
        period,
        notes: OwnCount::of(cases_of_notes),
        figures: of_cases.iter().chain(&held).map(FigureTally::own_figure).collect(),
        audits,
    };
    CountedNotes { own, shared }
}
