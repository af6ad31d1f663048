//! Answers and the places they belong to.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
        }
    }
}
