//! What a pack holds: entries, its thesaurus, and what it says about itself.
//!
//! The build script compiles this file too, with dates as text, and hands the bundled pack over in
//! the format that `serde` derives here. The cache of an installed pack has the same format.

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
    /// Whether it says at its top whom to call now and out of hours: people open it under pressure.
    #[serde(default)]
    pub urgent: bool,
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
    /// The day on which a document became this entry. Nobody has checked such an entry.
    pub imported: Option<Date>,
    /// The name of that document.
    pub imported_from: Option<String>,
}

/// Where a statement comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What footnotes call it.
    pub key: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Who published it.
    #[serde(default)]
    pub publisher: String,
    /// The year it appeared; many web pages do not say.
    pub year: Option<i16>,
    /// Where it can be read.
    pub url: Option<String>,
    /// The edition it is, by id. Title, publisher, year and address are those of the edition.
    pub edition: Option<String>,
    /// The part of the edition that is cited, at the end of the title.
    pub part: Option<String>,
    /// Where that part can be read, if it has an address of its own.
    pub part_url: Option<String>,
    /// Whether the edition is cited for what it said then, so that a newer one changes nothing.
    #[serde(default)]
    pub history: bool,
}

/// One edition of guidance or law that is replaced from time to time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edition {
    /// What sources call it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Where it holds.
    pub nations: Vec<Nation>,
    /// The year it appeared.
    pub year: Option<i16>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Since when it applies; an edition without a date has applied for long.
    pub in_force_from: Option<Date>,
    /// The edition that takes its place, by id.
    pub replaced_by: Option<String>,
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
    /// Takes title, publisher, year and address over from the edition of that id. If there is none,
    /// the id stands for the title.
    pub(super) fn take_over(&mut self, id: &str, edition: Option<&Edition>) {
        let title = edition.map_or(id, |edition| edition.title.as_str());
        self.title = match &self.part {
            Some(part) => format!("{title}, {part}"),
            None => title.to_owned(),
        };
        self.publisher = edition.map_or("unknown edition", |one| one.publisher.as_str()).to_owned();
        self.year = edition.and_then(|edition| edition.year);
        let of_part = self.part_url.clone();
        self.url = of_part.or_else(|| edition.and_then(|edition| edition.url.clone()));
    }

    /// The year, or `undated`.
    pub fn dated(&self) -> String {
        self.year.map_or_else(|| "undated".to_owned(), |year| year.to_string())
    }
}

/// What a pack says about itself in `pack.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// A short name.
    pub id: String,
    /// One line.
    pub title: String,
    /// The pack's own version.
    pub version: String,
    /// Who answers for the content.
    #[serde(default)]
    pub publisher: String,
    /// Under which terms the content may be used.
    #[serde(default)]
    pub licence: String,
    /// Where its procedures hold.
    pub nation: Option<Nation>,
    /// When it must be looked at again.
    pub review_by: Option<Date>,
}

impl Pack {
    /// Whether it is the pack that is part of the program.
    pub fn is_bundled(&self) -> bool {
        self.id == BUNDLED_PACK
    }

    /// Whether the date by which it must be looked at again has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.review_by.as_ref().is_some_and(|due| *due < today)
    }

    /// Who answers for the content, or the pack's own name.
    pub(super) fn answerable(&self) -> &str {
        [&self.publisher, &self.title, &self.id]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or("unknown", String::as_str)
    }
}

/// The contents of `thesaurus.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thesaurus {
    /// Groups of words with the same meaning.
    #[serde(default)]
    pub same: Vec<SameWords>,
    /// One-way steps from words that are typed but never suggested to the ones used instead.
    #[serde(default)]
    pub instead: Vec<ThesaurusStep>,
    /// One-way steps to broader words.
    #[serde(default)]
    pub broader: Vec<ThesaurusStep>,
}

/// Words with the same meaning: a search for one is a search for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameWords {
    /// What is typed, and what is searched as well.
    pub words: Vec<String>,
    /// Only beside one of these: a word may mean several things.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Not beside any of these.
    #[serde(default)]
    pub not_beside: Vec<String>,
}

/// A search for one of `words` also searches for each of `also`, but not the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThesaurusStep {
    /// What is typed.
    pub words: Vec<String>,
    /// What is searched as well.
    pub also: Vec<String>,
    /// Only beside one of these: a word may mean several things.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Not beside any of these.
    #[serde(default)]
    pub not_beside: Vec<String>,
}

impl Thesaurus {
    pub(super) fn extend(&mut self, other: Self) {
        self.same.extend(other.same);
        self.instead.extend(other.instead);
        self.broader.extend(other.broader);
    }

    /// Every word or phrase it holds.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        let steps = self.instead.iter().chain(&self.broader);
        let steps = steps.flat_map(|step| step.words.iter().chain(&step.also));
        self.same.iter().flat_map(|group| &group.words).chain(steps).map(String::as_str)
    }
}

/// The bundled pack as the build hands it over: without the texts of its entries.
#[derive(Serialize, Deserialize)]
pub(crate) struct BundledPack {
    /// As [`crate::knowledge::Library::content_hash`].
    pub(crate) content_hash: String,
    pub(crate) pack: Pack,
    pub(crate) thesaurus: Thesaurus,
    pub(crate) entries: Vec<BundledEntry>,
}

/// An entry with an empty body, and where the body is.
#[derive(Serialize, Deserialize)]
pub(crate) struct BundledEntry {
    /// A place in the list of bundled files.
    pub(crate) file: usize,
    /// Where the body begins in the file, in bytes.
    pub(crate) body_at: usize,
    pub(crate) entry: Entry,
}

/// Whether all characters of a text may be in an id.
pub(super) fn is_id(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
