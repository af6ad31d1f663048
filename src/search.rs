//! Search: from words, however messy, to the entries that answer.
//!
//! A query over the bundled pack takes well under two milliseconds. Nothing typed is an error,
//! and a broken cache never fails a search. Superseded entries never outrank current ones.

mod ages;
mod compounds;
mod expand;
mod facets;
mod index;
mod notes;
mod phrases;
mod query;
mod rank;
mod searcher;
mod snippet;
mod suggest;
#[cfg(test)]
mod tests;
mod title_boost;
mod token;
mod topics;
mod vocabulary;

use std::{ops::Range, time::Duration};

use crate::knowledge::{AgeBand, Entry, Kind, Nation, Setting, Status};

pub use facets::{Counts, Facet};
pub use notes::{NOTES_FORMAT, NoteSearchError, NoteToSearch, NotesIndex, NotesPart};
pub use searcher::Searcher;
pub use suggest::{MAX_SUGGESTIONS, Passage, Suggestion};

/// How to search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// At most so many hits.
    pub limit: usize,
    /// Which entries may be hits; those written into the query narrow it further.
    pub filters: Filters,
    /// The last word may be unfinished.
    pub typing: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { limit: 20, filters: Filters::default(), typing: false }
    }
}

/// Which entries may be hits; `None` lets all through. An entry for the whole of the United
/// Kingdom, for any setting or for any age is let through whatever is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only what holds there.
    pub nation: Option<Nation>,
    /// Only what is for this setting.
    pub setting: Option<Setting>,
    /// Only what is about children of this age.
    pub age: Option<AgeBand>,
    /// Only of this standing.
    pub status: Option<Status>,
    /// Only from the pack of this id.
    pub pack: Option<String>,
}

impl Filters {
    /// Whether an entry passes all of them.
    pub fn admit(&self, entry: &Entry) -> bool {
        self.kind.is_none_or(|kind| entry.kind == kind)
            && self.nation.is_none_or(|asked| entry.nations.iter().any(|n| n.covers(asked)))
            && self.setting.is_none_or(|asked| entry.settings.iter().any(|s| s.covers(asked)))
            && self.age.is_none_or(|asked| entry.ages.iter().any(|a| a.covers(asked)))
            && self.status.is_none_or(|asked| entry.status == asked)
            && self.pack.as_ref().is_none_or(|asked| entry.pack == *asked)
    }

    /// Both sets of filters; where both say something, the other one wins.
    fn narrowed_by(self, other: Self) -> Self {
        Self {
            kind: other.kind.or(self.kind),
            nation: other.nation.or(self.nation),
            setting: other.setting.or(self.setting),
            age: other.age.or(self.age),
            status: other.status.or(self.status),
            pack: other.pack.or(self.pack),
        }
    }
}

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The query as it was asked.
    pub query: String,
    /// The query with its spelling corrected, if anything was.
    pub corrected: Option<String>,
    /// Words of the thesaurus that were searched as well.
    pub expanded: Vec<String>,
    /// Whether the best entry answers closely; if not, it only shares some words.
    pub is_close: bool,
    /// Typed words that are nowhere, and nor is anything that may stand for them.
    pub not_found: Vec<String>,
    /// How long it took.
    pub took: Duration,
    /// How many entries match, shown or not.
    pub total: usize,
    /// Entries, best first; superseded and withdrawn ones after every current one.
    pub hits: Vec<Hit>,
    /// How much each value of each facet would leave.
    pub counts: Counts,
}

impl Results {
    /// What to say if there are hits and none answers closely, with the words found nowhere.
    pub fn warning(&self) -> Option<String> {
        let mut text = "Nothing here answers this closely.".to_owned();
        if !self.not_found.is_empty() {
            text += &format!(" Found nowhere: {}.", self.not_found.join(", "));
        }
        (!self.is_close && !self.hits.is_empty()).then_some(text)
    }
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
