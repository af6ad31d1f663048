//! What a carrier may read of a `head`: how new it is, and which notes were erased. Its signature is
//! checked by caseclinic, which holds the keys; a carrier holds none.

use std::collections::BTreeSet;

use serde::Deserialize;

/// Bytes of the longest head that is read.
pub const MAX_HEAD_BYTES: u64 = 16 << 20;

/// How the last line begins.
const SIGNATURE: &str = "# signature: ";

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    highest: u64,
    #[serde(default)]
    posts: Vec<String>,
    #[serde(default)]
    erased: Vec<String>,
}

/// A head, as far as a carrier reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// How new it is: the greater of two is the newer.
    age: (u64, usize, usize),
    /// The file names of posts whose note was erased.
    erased: BTreeSet<String>,
}

impl Head {
    /// Reads a head; none if it is not one, or is cut short.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_end();
        let (body, last) = text.rsplit_once('\n')?;
        if !last.starts_with(SIGNATURE) {
            return None;
        }
        let parsed: List = toml::from_str(body).ok()?;
        let age = (parsed.highest, parsed.erased.len(), parsed.posts.len());
        Some(Self { age, erased: parsed.erased.into_iter().collect() })
    }

    /// Whether it says more than another one.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        self.age > other.age
    }

    /// Whether the note of a post, by its file name, was erased.
    pub fn has_erased(&self, file: &str) -> bool {
        self.erased.contains(file) || self.erased.contains(file.trim_end_matches(".age"))
    }
}
