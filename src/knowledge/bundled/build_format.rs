//! The format in which the build script hands the bundled pack to the program.
//!
//! The build script and the program share this file, so that neither can mistake the other.

use serde::{Deserialize, Serialize};

use super::Entry;

/// The bundled pack without the texts of its entries.
#[derive(Serialize, Deserialize)]
pub(crate) struct BundledPack {
    /// As [`crate::knowledge::Library::content_hash`].
    pub(crate) content_hash: String,
    pub(crate) pack: PackToml,
    pub(crate) thesaurus: ThesaurusToml,
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

/// `pack.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackToml {
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
pub(crate) struct ThesaurusToml {
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
