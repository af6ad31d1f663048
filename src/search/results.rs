//! The answer to a query.

use std::{ops::Range, time::Duration};

use super::Counts;
use crate::knowledge::{Kind, Nation, Status};

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The query as it was asked.
    pub query: String,
    /// The query with its spelling corrected, if anything was.
    pub corrected: Option<String>,
    /// Words of the thesaurus that were searched as well.
    pub expanded: Vec<String>,
    /// How long it took.
    pub took: Duration,
    /// How many entries match, shown or not.
    pub total: usize,
    /// Entries, best first; superseded and withdrawn ones after every current one.
    pub hits: Vec<Hit>,
    /// How much each value of each facet would leave.
    pub counts: Counts,
}

/// An entry that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The entry.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
    /// The heading of its best section.
    pub section: String,
    /// Whether it is in force.
    pub status: Status,
    /// Where it holds.
    pub nations: Vec<Nation>,
    /// The pack it comes from.
    pub pack: String,
    /// Whether that is an installed pack and not the bundled one.
    pub local: bool,
    /// Comparable within one answer only.
    pub score: f32,
    /// The part of the section that covers most of the words; one line.
    pub snippet: String,
    /// Bytes of the snippet that match.
    pub highlights: Vec<Range<usize>>,
    /// Bytes of the title that match.
    pub title_highlights: Vec<Range<usize>>,
}
