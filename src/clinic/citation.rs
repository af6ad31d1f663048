//! Guidance that a note cites.

use serde::{Deserialize, Serialize};

/// An entry the note refers to, pinned to its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The entry's id.
    pub id: String,
    /// Its title then.
    pub title: String,
    /// Its version then.
    pub version: String,
}
