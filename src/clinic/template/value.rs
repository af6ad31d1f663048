//! Answers and the places they belong to.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ItemType;
use super::condition::Scalar;

/// A row of a repeating group. Stable: a number is never given twice in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowId(pub u32);

/// A participant of a session. Stable as [`RowId`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ParticipantId(pub u32);

/// An action of a session. Stable as [`RowId`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActionId(pub u32);

/// Where an answer belongs: an item, and the row when the item is asked once per row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// The item's id in the template.
    pub item: String,
    /// The row, for items in a repeating group or asked for each row of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RowId>,
}

impl Slot {
    /// An item asked once.
    pub fn once(item: &str) -> Self {
        Self { item: item.to_owned(), row: None }
    }

    /// An item in one row.
    pub fn in_row(item: &str, row: RowId) -> Self {
        Self { item: item.to_owned(), row: Some(row) }
    }
}

/// One answer. Which variant fits is decided by the item's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// For `string` (one line) and `text` (several).
    Text(String),
    /// For `integer` and `scale`.
    Integer(i64),
    /// For `decimal`; always finite.
    Decimal(f64),
    /// For `date`.
    Date(Date),
    /// For `boolean`.
    Boolean(bool),
    /// For `choice`: an option code.
    Choice(String),
    /// For `multi_choice`: option codes, in the template's order.
    Choices(Vec<String>),
    /// For any question with `allow_missing`: why there is no answer. It fulfils `required` and
    /// gates; in logic and calculations the question is unanswered.
    Missing(WhyMissing),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyMissing {
    /// Nobody here knows.
    NotKnown,
    /// It was not asked.
    NotAsked,
    /// It was asked, and whoever was asked did not want to say.
    Declined,
}

impl WhyMissing {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::NotKnown, Self::NotAsked, Self::Declined];

    /// What conditions compare with.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotKnown => "not_known",
            Self::NotAsked => "not_asked",
            Self::Declined => "declined",
        }
    }

    /// Shown and exported.
    pub fn title(self) -> &'static str {
        match self {
            Self::NotKnown => "not known",
            Self::NotAsked => "not asked",
            Self::Declined => "declined",
        }
    }
}

impl Value {
    /// True for blank text and for no choices: stored, but counted as unanswered.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Choices(codes) => codes.is_empty(),
            _ => false,
        }
    }

    /// The value as one text for the audit trail: codes, not labels.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Choice(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Boolean(true) => "yes".to_owned(),
            Self::Boolean(false) => "no".to_owned(),
            Self::Choices(codes) => codes.join(", "),
            Self::Missing(why) => why.title().to_owned(),
        }
    }

    /// Says why there is no answer.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }

    /// What a template or a worked example wrote as an answer of this kind.
    pub fn written(kind: ItemType, scalar: &Scalar) -> Option<Self> {
        Some(match (kind, scalar) {
            (ItemType::Date, Scalar::Text(text)) => Self::Date(text.parse().ok()?),
            (ItemType::Choice, Scalar::Text(code)) => Self::Choice(code.clone()),
            (ItemType::MultiChoice, Scalar::Text(code)) => Self::Choices(vec![code.clone()]),
            (ItemType::Decimal, Scalar::Integer(number)) => Self::Decimal(*number as f64),
            (_, Scalar::Text(text)) => Self::Text(text.clone()),
            (_, Scalar::Boolean(flag)) => Self::Boolean(*flag),
            (_, Scalar::Integer(number)) => Self::Integer(*number),
            (_, Scalar::Decimal(number)) => Self::Decimal(*number),
            (_, Scalar::List(list)) => {
                let code = |one: &Scalar| match one {
                    Scalar::Text(code) => Some(code.clone()),
                    _ => None,
                };
                Self::Choices(list.iter().map(code).collect::<Option<_>>()?)
            }
        })
    }
}
