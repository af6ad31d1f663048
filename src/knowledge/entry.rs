//! An entry: one question of practice, answered, with its sources and its status.
//!
//! The build script compiles this file too, with dates as text, and hands the bundled entries over
//! in the format that `serde` derives here. The cache of an installed pack has the same format.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{AgeBand, Date, Kind, Nation, Placement, Setting, Status};

/// The id of the pack that is part of the program. No other pack may have it.
pub const BUNDLED_PACK: &str = "caseclinic";

/// One entry as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The same as the file name without `.md`; never changed.
    pub id: String,
    /// One line.
    pub title: String,
    /// What sort of entry it is.
    pub kind: Kind,
    /// One or two sentences.
    pub summary: String,
    /// Words people really type for this.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where it holds.
    pub nations: Vec<Nation>,
    /// For whom it is written.
    pub settings: Vec<Setting>,
    /// The ages of the children it is about.
    pub ages: Vec<AgeBand>,
    /// The part of the continuum it is about.
    pub continuum: Vec<Placement>,
    /// Whether it is in force.
    pub status: Status,
    /// The entries that took its place.
    #[serde(default)]
    pub superseded_by: Vec<String>,
    /// When the text was last checked against its sources.
    pub reviewed: Date,
    /// When it must be looked at again.
    pub review_by: Date,
    /// In the order of the file.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Markdown. That of a bundled entry is the program's own and need not be copied.
    #[serde(default)]
    pub body: Cow<'static, str>,
    /// A short hash of the file: what a citation pins, so that a later change can be noticed.
    #[serde(default)]
    pub version: String,
    /// The pack it comes from, by id; empty for a folder that does not say.
    #[serde(default)]
    pub pack: String,
    /// For a partnership's own version of a bundled entry: the version of the bundled one it was
    /// written against.
    pub overlays: Option<String>,
}

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What footnotes call it.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// The year it appeared; many web pages do not say.
    pub year: Option<i16>,
    /// Where it can be read.
    pub url: Option<String>,
}

impl Entry {
    /// Whether the date by which it must be looked at again has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.review_by < today
    }

    /// Whether it comes from an installed pack and not with the program.
    pub fn is_local(&self) -> bool {
        !self.pack.is_empty() && self.pack != BUNDLED_PACK
    }

    /// What a reader must know about where it comes from; nothing for what came with the program.
    pub fn origin(&self) -> Option<String> {
        if !self.is_local() {
            None
        } else if self.overlays.is_some() {
            Some(format!("local version ({}), replaces the built-in entry", self.pack))
        } else {
            Some(format!("local pack {}", self.pack))
        }
    }
}

impl Source {
    /// The year, or `undated`.
    pub fn dated(&self) -> String {
        self.year.map_or_else(|| "undated".to_owned(), |year| year.to_string())
    }
}
