//! Item types: what an item of each type holds, where it may be used, and how its answer is
//! checked and shown.
//!
//! The properties follow from [`ItemType::content`]. A new type of item has its row there.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::is_no;
use super::translated::{Language, LocalText};
use super::value::{Scalar, Value, ValueKind};
use crate::text::show_date;

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

/// Type of an item.
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
    /// In a follow-up: the actions of the earlier note and their outcomes. Without an earlier note
    /// it is not asked, and a condition can test that (`exists`).
    LastActions,
    /// In a follow-up: what the earlier note agreed about each behaviour, to read. Not asked
    /// without an earlier note, like [`Self::LastActions`].
    LastPlacements,
}

/// What items of a type hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clinic) enum Content {
    /// Other items.
    Group,
    /// A text to read.
    Display,
    /// One answer of this kind.
    Value(ValueKind),
    /// The placement of one behaviour.
    Rating,
    /// Evidence by domain and column.
    Matrix,
    /// Actions.
    Actions,
    /// Actions of the earlier note.
    LastActions,
    /// Placements of the earlier note, to read.
    LastPlacements,
}

/// Why a value is not an answer to an item: what to do instead, as the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub(in crate::clinic) enum WrongAnswer {
    #[error("write a whole number")]
    NotWhole,
    #[error("write a number")]
    NotNumber,
    #[error("write a date")]
    NotDate,
    #[error("answer yes or no")]
    NotBoolean,
    #[error("choose a number from {low} to {high}")]
    OffScale { low: f64, high: f64 },
    #[error("choose one of its options")]
    NotAnOption,
    #[error("choose from its options")]
    NotOptions,
    #[error("one of these options cannot be combined with others")]
    NotCombined,
    #[error("another kind of answer is needed")]
    OtherKind,
}

/// Whether items of a type have options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clinic) enum OptionUse {
    /// They need options.
    Required,
    /// Options name some of their points.
    Optional,
    /// They have none.
    Never,
}

impl ItemType {
    /// Returns what items of this type hold.
    pub(in crate::clinic) fn content(self) -> Content {
        match self {
            Self::Group => Content::Group,
            Self::Display => Content::Display,
            Self::String | Self::Text => Content::Value(ValueKind::Text),
            Self::Integer | Self::Scale => Content::Value(ValueKind::Integer),
            Self::Decimal => Content::Value(ValueKind::Decimal),
            Self::Date => Content::Value(ValueKind::Date),
            Self::Boolean => Content::Value(ValueKind::Boolean),
            Self::Choice => Content::Value(ValueKind::Choice),
            Self::MultiChoice => Content::Value(ValueKind::Choices),
            Self::Rating => Content::Rating,
            Self::Matrix => Content::Matrix,
            Self::Actions => Content::Actions,
            Self::LastActions => Content::LastActions,
            Self::LastPlacements => Content::LastPlacements,
        }
    }

    /// Whether an item of this type has one answer, which is a [`Value`].
    pub fn takes_value(self) -> bool {
        matches!(self.content(), Content::Value(_))
    }

    /// Whether the answer is a text.
    pub fn is_text(self) -> bool {
        self.content() == Content::Value(ValueKind::Text)
    }

    /// Whether people write freely in it.
    pub(in crate::clinic) fn is_free_text(self) -> bool {
        self.is_text() || matches!(self.content(), Content::Matrix | Content::Actions)
    }

    /// Whether the answer is a number.
    pub(in crate::clinic) fn is_number(self) -> bool {
        matches!(self.content(), Content::Value(ValueKind::Integer | ValueKind::Decimal))
    }

    /// Whether one answer can be greater than another.
    pub(in crate::clinic) fn is_ordered(self) -> bool {
        self.is_number() || self.content() == Content::Value(ValueKind::Date)
    }

    /// Whether an item of this type has options to choose from.
    pub(in crate::clinic) fn options(self) -> OptionUse {
        match self {
            Self::Choice | Self::MultiChoice | Self::Rating => OptionUse::Required,
            Self::Scale => OptionUse::Optional,
            Self::Group
            | Self::Display
            | Self::String
            | Self::Text
            | Self::Integer
            | Self::Decimal
            | Self::Date
            | Self::Boolean
            | Self::Matrix
            | Self::Actions
            | Self::LastActions
            | Self::LastPlacements => OptionUse::Never,
        }
    }

    /// Whether the answer can be needed for completion. A group counts only where it repeats.
    pub(in crate::clinic) fn can_be_required(self) -> bool {
        match self.content() {
            Content::Value(_)
            | Content::Rating
            | Content::Matrix
            | Content::Actions
            | Content::LastActions => true,
            Content::Group | Content::Display | Content::LastPlacements => false,
        }
    }

    /// Whether an item of this type may be calculated from others.
    pub(in crate::clinic) fn can_be_calculated(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }

    /// Whether an item of this type counts as answered or not in `count_answered`.
    pub(in crate::clinic) fn can_be_counted(self) -> bool {
        self.can_be_required() && self != Self::LastActions
    }

    /// Whether an item of this type may have rows.
    pub(in crate::clinic) fn can_repeat(self) -> bool {
        self.content() == Content::Group
    }

    /// Whether a condition may name an item of this type. Whether there is an earlier note can be
    /// tested with the item that shows it.
    pub(in crate::clinic) fn can_be_in_condition(self) -> bool {
        !matches!(self.content(), Content::Group | Content::Display)
    }

    /// Whether an item of this type may stay on screen while it is not asked.
    pub(in crate::clinic) fn can_be_protected(self) -> bool {
        self.takes_value() || !self.can_be_required()
    }

    /// Whether an item of this type shows what an earlier note left.
    pub(in crate::clinic) fn is_of_earlier_note(self) -> bool {
        matches!(self.content(), Content::LastActions | Content::LastPlacements)
    }

    /// Whether an answer fits an item of type `new` that takes the place of one of this type.
    pub(in crate::clinic) fn can_become(self, new: Self) -> bool {
        self == new
            || self.is_text() && new.is_text()
            || self == Self::Integer && new == Self::Decimal
            || matches!(self.content(), Content::Group | Content::Display)
    }

    /// Whether a template may compare the answer with `scalar`, or start with it. Whether a text is
    /// one of the options is a question for the item.
    pub(in crate::clinic) fn compares_with(self, scalar: &Scalar) -> bool {
        match self.content() {
            Content::Value(kind) => kind.compares_with(scalar),
            Content::Rating => matches!(scalar, Scalar::Text(_)),
            Content::Group
            | Content::Display
            | Content::Matrix
            | Content::Actions
            | Content::LastActions
            | Content::LastPlacements => false,
        }
    }

    /// Returns what a template or a worked example wrote as an answer, if it can be one.
    pub(in crate::clinic) fn value_of(self, scalar: &Scalar) -> Option<Value> {
        match self.content() {
            Content::Value(kind) => kind.value_of(scalar),
            // No item of these types takes an answer: the machine refuses any.
            Content::Group
            | Content::Display
            | Content::Rating
            | Content::Matrix
            | Content::Actions
            | Content::LastActions
            | Content::LastPlacements => ValueKind::Text.value_of(scalar),
        }
    }

    /// Returns the answer that choosing the option `code` gives.
    pub fn value_of_code(self, code: &str) -> Value {
        match self.content() {
            Content::Value(ValueKind::Boolean) => Value::Boolean(code == "yes"),
            Content::Value(ValueKind::Integer) => Value::Integer(code.parse().unwrap_or(0)),
            Content::Value(
                ValueKind::Text
                | ValueKind::Decimal
                | ValueKind::Date
                | ValueKind::Choice
                | ValueKind::Choices,
            )
            | Content::Group
            | Content::Display
            | Content::Rating
            | Content::Matrix
            | Content::Actions
            | Content::LastActions
            | Content::LastPlacements => Value::Choice(code.to_owned()),
        }
    }

    /// Returns `value` as an answer of this type, with codes in the order of the options. Limits
    /// are checked at completion; only a scale has no points beyond its ends.
    pub(in crate::clinic) fn fit(
        self,
        value: Value,
        options: &[OptionDef],
        (min, max): (Option<f64>, Option<f64>),
    ) -> Result<Value, WrongAnswer> {
        let is_option = |code: &String| options.iter().any(|option| option.code == *code);
        match (self, value) {
            (Self::String | Self::Text, value @ Value::Text(_))
            | (Self::Integer, value @ Value::Integer(_))
            | (Self::Date, value @ Value::Date(_))
            | (Self::Boolean, value @ Value::Boolean(_)) => Ok(value),
            (Self::Scale, Value::Integer(number)) => {
                let (low, high) = (min.unwrap_or(0.0), max.unwrap_or(10.0));
                let is_on = (low..=high).contains(&(number as f64));
                if is_on {
                    Ok(Value::Integer(number))
                } else {
                    Err(WrongAnswer::OffScale { low, high })
                }
            }
            (Self::Decimal, Value::Decimal(number)) if number.is_finite() => {
                Ok(Value::Decimal(number))
            }
            (Self::Decimal, Value::Integer(number)) => Ok(Value::Decimal(number as f64)),
            (Self::Choice, Value::Choice(code)) => {
                if is_option(&code) {
                    Ok(Value::Choice(code))
                } else {
                    Err(WrongAnswer::NotAnOption)
                }
            }
            (Self::MultiChoice, Value::Choices(codes)) => {
                if !codes.iter().all(is_option) {
                    return Err(WrongAnswer::NotOptions);
                }
                let chosen = options.iter().filter(|option| codes.contains(&option.code));
                if chosen.clone().count() > 1 && chosen.clone().any(|option| option.exclusive) {
                    return Err(WrongAnswer::NotCombined);
                }
                Ok(Value::Choices(chosen.map(|option| option.code.clone()).collect()))
            }
            (Self::Integer | Self::Scale, _) => Err(WrongAnswer::NotWhole),
            (Self::Decimal, _) => Err(WrongAnswer::NotNumber),
            (Self::Date, _) => Err(WrongAnswer::NotDate),
            (Self::Boolean, _) => Err(WrongAnswer::NotBoolean),
            (
                Self::String
                | Self::Text
                | Self::Choice
                | Self::MultiChoice
                | Self::Group
                | Self::Display
                | Self::Rating
                | Self::Matrix
                | Self::Actions
                | Self::LastActions
                | Self::LastPlacements,
                _,
            ) => Err(WrongAnswer::OtherKind),
        }
    }

    /// Returns an answer of this type as people read it, with labels instead of codes.
    pub(in crate::clinic) fn show(
        self,
        value: &Value,
        options: &[OptionDef],
        language: Language,
    ) -> String {
        match value {
            Value::Choice(_) | Value::Choices(_) => {
                let labels = value.codes().iter().map(|code| label(options, code, language));
                let labels = labels.zip(value.codes()).map(|(label, code)| label.unwrap_or(code));
                labels.collect::<Vec<_>>().join("; ")
            }
            Value::Date(date) => show_date(*date),
            Value::Text(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Boolean(_)
            | Value::Missing(_) => value.plain(),
        }
    }

    /// Returns an answer as it stands under its question: as [`Self::show`], with the end of a
    /// scale and the name of its point.
    pub(in crate::clinic) fn show_in_note(
        self,
        value: &Value,
        options: &[OptionDef],
        max: Option<f64>,
        language: Language,
    ) -> String {
        if let (Self::Scale, Value::Integer(number)) = (self, value) {
            let named = label(options, &number.to_string(), language);
            let named = named.map_or(String::new(), |name| format!(" ({name})"));
            return format!("{number} of {}{named}", max.unwrap_or(10.0));
        }
        match value {
            Value::Boolean(true) => "Yes".to_owned(),
            Value::Boolean(false) => "No".to_owned(),
            other => self.show(other, options, language),
        }
    }
}

fn label<'a>(options: &'a [OptionDef], code: &str, language: Language) -> Option<&'a str> {
    let option = options.iter().find(|option| option.code == code);
    option.map(|option| option.text.show(language))
}
