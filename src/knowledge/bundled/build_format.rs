//! How the bundled knowledge is handed from the build to the program: every field as its author
//! wrote it, without the text of the entries, which stays where it is.
//!
//! The build script and the program share this file, so that neither can mistake the other.

use serde::{Deserialize, Serialize};

/// All that is said about the bundled pack outside of its texts.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ready {
    /// As [`crate::knowledge::Library::content_hash`].
    pub(crate) content_hash: String,
    pub(crate) pack: About,
    pub(crate) thesaurus: Words,
    pub(crate) entries: Vec<Prepared>,
}

/// An entry, by the file that holds it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Prepared {
    /// A place among the bundled files.
    pub(crate) file: usize,
    pub(crate) version: String,
    /// Where the text begins in the file, in bytes.
    pub(crate) body_at: usize,
    pub(crate) front: Front,
}

/// The front matter of an entry.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Front {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    pub(crate) nations: Vec<String>,
    pub(crate) settings: Vec<String>,
    pub(crate) ages: Vec<String>,
    pub(crate) continuum: Vec<String>,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) superseded_by: Vec<String>,
    pub(crate) reviewed: String,
    pub(crate) review_by: String,
    #[serde(default)]
    pub(crate) sources: Vec<Origin>,
}

/// Where a statement comes from.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Origin {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) publisher: String,
    pub(crate) year: Option<i16>,
    pub(crate) url: Option<String>,
}

/// `pack.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) publisher: String,
    #[serde(default)]
    pub(crate) licence: String,
    pub(crate) nation: Option<String>,
    pub(crate) review_by: Option<String>,
}

/// `thesaurus.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    #[serde(default)]
    pub(crate) same: Vec<Group>,
    #[serde(default)]
    pub(crate) instead: Vec<OneWay>,
    #[serde(default)]
    pub(crate) broader: Vec<OneWay>,
}

/// Words that mean the same.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) words: Vec<String>,
}

/// Words that lead to others.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneWay {
    pub(crate) words: Vec<String>,
    pub(crate) also: Vec<String>,
}
