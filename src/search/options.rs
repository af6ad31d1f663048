//! What may be asked besides words.

use crate::knowledge::{AgeBand, Entry, Kind, Nation, Setting, Status};

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
    pub(super) fn narrowed_by(self, other: Self) -> Self {
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
