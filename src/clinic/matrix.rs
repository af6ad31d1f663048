//! The risk, need and strength matrix: its columns, its cells, and how each thing is known.

use serde::{Deserialize, Serialize};

use super::template::value::Slot;

/// The three columns of a matrix, of equal weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// What could lead to harm.
    Risk,
    /// What the child or others need.
    Need,
    /// What protects and helps.
    Strength,
}

impl Column {
    /// All three, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Risk, Self::Need, Self::Strength];

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::Risk => "Risk",
            Self::Need => "Need",
            Self::Strength => "Strength",
        }
    }
}

/// How we know something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Seen or recorded.
    Known,
    /// Told by someone.
    Reported,
    /// Assumed so far.
    Assumed,
}

impl Certainty {
    /// All, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Known, Self::Reported, Self::Assumed];

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Reported => "reported",
            Self::Assumed => "assumed",
        }
    }
}

/// One cell of a matrix. A cell with blank evidence counts as empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixCell {
    /// The matrix.
    pub slot: Slot,
    /// The code of its line.
    pub domain: String,
    /// The column.
    pub column: Column,
    /// What it rests on.
    pub evidence: String,
    /// How we know it.
    pub sureness: Option<Certainty>,
}
