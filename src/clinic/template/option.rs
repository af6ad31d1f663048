//! Options: what can be chosen, and the lines of a matrix.

use serde::{Deserialize, Serialize};

use super::is_no;
use super::translated::LocalText;

/// One answer to choose, one step of a continuum, or one line of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionDef {
    /// Stable code, kept in answers.
    pub code: String,
    /// Shown.
    pub text: LocalText,
    /// Stands alone: none, not known, not enough information.
    #[serde(default, skip_serializing_if = "is_no")]
    pub exclusive: bool,
    /// What it means.
    pub definition: Option<LocalText>,
    /// A number for audits.
    pub score: Option<f64>,
}
