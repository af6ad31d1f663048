//! What is asked: items, their options, and the rules on their answers.

use serde::{Deserialize, Serialize};

use super::is_no;
use crate::clinic::template::condition::{Condition, EnableBehavior, Operator, Scalar};
use crate::clinic::template::translated::Words;

/// One thing shown or asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Unique and stable: the only link between an answer and its question.
    pub id: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: ItemType,
    /// The question or heading.
    pub text: Words,
    /// A short line under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Words>,
    /// Longer help, shown when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Words>,
    /// Needed for completion while enabled; never for saving.
    #[serde(default, skip_serializing_if = "is_no")]
    pub required: bool,
    /// What to say when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_message: Option<Words>,
    /// Conditions for being asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enable_when: Vec<Condition>,
    /// How several conditions combine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_behavior: Option<EnableBehavior>,
    /// A group that may have several rows.
    #[serde(default, skip_serializing_if = "is_no")]
    pub repeats: bool,
    /// Fewest rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_occurs: Option<u32>,
    /// Most rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_occurs: Option<u32>,
    /// Asked once for each row of this repeating group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<String>,
    /// Says how far to trust the answer to this item; asked once that one has an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifies: Option<String>,
    /// Answers to choose from; for a rating, the continuum in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionDef>,
    /// For a rating: placements on both sides of the line after this code are flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_after: Option<String>,
    /// For a matrix: its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<OptionDef>,
    /// Smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Fewest characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression the whole text has to match; blank passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Further rules on the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraint: Vec<Constraint>,
    /// Worked out from other answers; takes none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculated: Option<Calculation>,
    /// The answer it begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial: Option<Scalar>,
    /// Shown and never changed; a group takes everything in it along.
    #[serde(default, skip_serializing_if = "is_no")]
    pub read_only: bool,
    /// How the answer is written, such as “two letters and six digits”.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_format: Option<Words>,
    /// What becomes of it on screen while it is not asked.
    #[serde(default, skip_serializing_if = "DisabledDisplay::is_hidden")]
    pub disabled_display: DisabledDisplay,
    /// Instead of an answer people may say that it is not known, was not asked, or was declined.
    #[serde(default, skip_serializing_if = "is_no")]
    pub allow_missing: bool,
    /// What the answer may reveal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// An entry to open at once on a certain answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Opens>,
    /// The items of a group.
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

/// Kinds of item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documented words of the template format")]
pub enum ItemType {
    Group,
    Display,
    String,
    Text,
    Integer,
    Decimal,
    Date,
    Boolean,
    Choice,
    MultiChoice,
    Scale,
    Rating,
    Matrix,
    Actions,
    /// In a follow-up: the actions of the earlier note, with what became of them. Without an
    /// earlier note it is not asked, and a condition can say so (`exists`).
    LastActions,
    /// In a follow-up: what the earlier note agreed about each behaviour, to read. As above
    /// without one.
    LastPlacements,
}

/// One answer to choose, one step of a continuum, or one line of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionDef {
    /// Stable code, kept in answers.
    pub code: String,
    /// Shown.
    pub text: Words,
    /// Stands alone: none, not known, not enough information.
    #[serde(default, skip_serializing_if = "is_no")]
    pub exclusive: bool,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Words>,
    /// A number for audits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// A rule on an answer. Blank passes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// How the answer is compared.
    pub operator: Operator,
    /// With what.
    pub answer: Scalar,
    /// Error: blocks completion. Warning: needs an acknowledgement.
    #[serde(default)]
    pub severity: Severity,
    /// What to say when the rule is not met.
    pub message: Words,
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must be put right before completion.
    #[default]
    Error,
    /// Must be acknowledged.
    Warning,
}

/// What an answer may reveal; drives redaction, exports and statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Could identify someone.
    Identifier,
    /// Health, sex life, offences and the like.
    SpecialCategory,
    /// Typed freely, so it may hold anything.
    FreeText,
    /// Nothing.
    None,
}

/// Open an entry when the answer is this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opens {
    /// The answer.
    pub answer: Scalar,
    /// The entry's id.
    pub entry: String,
}

/// What becomes of an item on screen while it is not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DisabledDisplay {
    /// It is not there.
    #[default]
    Hidden,
    /// It stays to be read, and takes no answer.
    Protected,
}

impl DisabledDisplay {
    fn is_hidden(&self) -> bool {
        *self == Self::Hidden
    }
}

/// How a calculated item is worked out. Blank isn't zero: answers that are missing take no part,
/// and without any there is no result.
///
/// The number of a question is its answer, or for a choice the scores of the options chosen. A
/// question in rows counts once per row, those nearest to the calculated item: see
/// `answered::reach`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Calculation {
    /// The numbers of these earlier questions together.
    Sum(Vec<String>),
    /// Their mean.
    Mean(Vec<String>),
    /// How many of these earlier items have an answer.
    CountAnswered(Vec<String>),
    /// The scores of every option chosen in this earlier group.
    ScoresOf(String),
}

impl Calculation {
    /// What it is worked out from: questions, or one group.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Sum(names) | Self::Mean(names) | Self::CountAnswered(names) => names,
            Self::ScoresOf(group) => std::slice::from_ref(group),
        }
    }

    /// The key it is written under.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Sum(_) => "sum",
            Self::Mean(_) => "mean",
            Self::CountAnswered(_) => "count_answered",
            Self::ScoresOf(_) => "scores_of",
        }
    }
}
