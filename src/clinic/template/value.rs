//! Answers and the places they belong to, and conditions on them, which can be checked, translated
//! and reviewed.

use std::cmp::Ordering;

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
    /// It was asked, and the person asked did not want to say.
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

    /// Returns the number, for numbers.
    pub(in crate::clinic) fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            Self::Text(_)
            | Self::Date(_)
            | Self::Boolean(_)
            | Self::Choice(_)
            | Self::Choices(_)
            | Self::Missing(_) => None,
        }
    }

    /// Returns the codes of the options chosen.
    pub(in crate::clinic) fn codes(&self) -> &[String] {
        match self {
            Self::Choice(code) => std::slice::from_ref(code),
            Self::Choices(codes) => codes,
            Self::Text(_)
            | Self::Integer(_)
            | Self::Decimal(_)
            | Self::Date(_)
            | Self::Boolean(_)
            | Self::Missing(_) => &[],
        }
    }

    /// Whether it equals what a template wrote; for several choices, whether that is one of them.
    pub(in crate::clinic) fn equals(&self, scalar: &Scalar) -> bool {
        match (self, scalar) {
            (Self::Choices(codes), Scalar::Text(code)) => codes.contains(code),
            (Self::Boolean(a), Scalar::Boolean(b)) => a == b,
            (Self::Text(a) | Self::Choice(a), Scalar::Text(b)) => a == b,
            (Self::Missing(why), Scalar::Text(code)) => why.code() == code,
            _ => self.compare(scalar).is_some_and(Ordering::is_eq),
        }
    }

    /// Compares it with what a template wrote; None where neither can be greater.
    pub(in crate::clinic) fn compare(&self, scalar: &Scalar) -> Option<Ordering> {
        match (self, scalar) {
            (Self::Date(date), Scalar::Text(text)) => Some(date.cmp(&text.parse().ok()?)),
            _ => self.number()?.partial_cmp(&scalar.number()?),
        }
    }
}

/// Kind of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clinic) enum ValueKind {
    Text,
    Integer,
    Decimal,
    Date,
    Boolean,
    Choice,
    Choices,
}

impl ValueKind {
    /// Whether a template may compare a value of this kind with `scalar`.
    pub(in crate::clinic) fn compares_with(self, scalar: &Scalar) -> bool {
        match (self, scalar) {
            (Self::Boolean, Scalar::Boolean(_))
            | (Self::Integer | Self::Decimal, Scalar::Integer(_))
            | (Self::Text | Self::Choice | Self::Choices, Scalar::Text(_)) => true,
            (Self::Decimal, Scalar::Decimal(number)) => number.is_finite(),
            (Self::Date, Scalar::Text(text)) => text.parse::<Date>().is_ok(),
            _ => false,
        }
    }

    /// Returns what a template wrote as a value, of this kind where it can be; None for a text that
    /// is not a date, and for a list of anything but codes.
    pub(in crate::clinic) fn value_of(self, scalar: &Scalar) -> Option<Value> {
        Some(match scalar {
            Scalar::Text(text) => match self {
                Self::Date => Value::Date(text.parse().ok()?),
                Self::Choice => Value::Choice(text.clone()),
                Self::Choices => Value::Choices(vec![text.clone()]),
                Self::Text | Self::Integer | Self::Decimal | Self::Boolean => {
                    Value::Text(text.clone())
                }
            },
            Scalar::Integer(number) if self == Self::Decimal => Value::Decimal(*number as f64),
            Scalar::Integer(number) => Value::Integer(*number),
            Scalar::Boolean(flag) => Value::Boolean(*flag),
            Scalar::Decimal(number) => Value::Decimal(*number),
            Scalar::List(list) => {
                let code = |one: &Scalar| match one {
                    Scalar::Text(code) => Some(code.clone()),
                    _ => None,
                };
                Value::Choices(list.iter().map(code).collect::<Option<_>>()?)
            }
        })
    }
}

/// A value written in a template. Dates are written as text, `"2026-11-21"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// A text, a date or an option code.
    Text(String),
    /// Several, for `in`.
    List(Vec<Scalar>),
}

impl Scalar {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            Self::Boolean(_) | Self::Text(_) | Self::List(_) => None,
        }
    }
}

/// One line of `enable_when`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The id of an earlier item.
    pub question: String,
    /// How its answer is compared.
    pub operator: Operator,
    /// What it is compared with; a list for `in`, true or false for `exists`.
    pub answer: Scalar,
}

/// How several conditions combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnableBehavior {
    /// Every condition must hold.
    All,
    /// One is enough.
    Any,
}

/// A comparison. Anything but `exists` is false while the question has no answer. Why there is
/// none (`not_known`, `not_asked`, `declined`) can be compared with `=` and `in`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// Answered at all (`answer = true`) or not answered (`answer = false`).
    #[serde(rename = "exists")]
    Exists,
    /// Equal; for several choices, one of them.
    #[serde(rename = "=")]
    Equal,
    /// Answered, and not equal.
    #[serde(rename = "!=")]
    NotEqual,
    /// Greater.
    #[serde(rename = ">")]
    Greater,
    /// Less.
    #[serde(rename = "<")]
    Less,
    /// Greater or equal.
    #[serde(rename = ">=")]
    AtLeast,
    /// Less or equal.
    #[serde(rename = "<=")]
    AtMost,
    /// Equal to one of a list.
    #[serde(rename = "in")]
    In,
}

impl Operator {
    /// Whether `value` (None: no answer, or the question is not asked now) meets the comparison.
    pub fn holds(self, value: Option<&Value>, answer: &Scalar) -> bool {
        let value = value.filter(|value| !value.is_blank());
        if self == Self::Exists {
            let value = value.filter(|value| !value.is_missing());
            return value.is_some() == (*answer == Scalar::Boolean(true));
        }
        let Some(value) = value else { return false };
        match self {
            Self::Exists => false,
            Self::Equal => value.equals(answer),
            Self::NotEqual => !value.is_missing() && !value.equals(answer),
            Self::In => match answer {
                Scalar::List(list) => list.iter().any(|one| value.equals(one)),
                one => value.equals(one),
            },
            Self::Greater => value.compare(answer).is_some_and(Ordering::is_gt),
            Self::Less => value.compare(answer).is_some_and(Ordering::is_lt),
            Self::AtLeast => value.compare(answer).is_some_and(Ordering::is_ge),
            Self::AtMost => value.compare(answer).is_some_and(Ordering::is_le),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_meets_nothing_but_its_own_absence() {
        let five = Scalar::Integer(5);
        for operator in [Operator::Equal, Operator::NotEqual, Operator::Less, Operator::In] {
            assert!(!operator.holds(None, &five));
        }
        assert!(Operator::Exists.holds(None, &Scalar::Boolean(false)));
        assert!(!Operator::Exists.holds(Some(&Value::Text(" ".into())), &Scalar::Boolean(true)));
    }

    #[test]
    fn numbers_dates_and_choices_compare_by_their_kind() {
        assert!(Operator::AtLeast.holds(Some(&Value::Integer(5)), &Scalar::Decimal(4.5)));
        let date = Value::Date(jiff::civil::date(2026, 11, 21));
        assert!(Operator::Greater.holds(Some(&date), &Scalar::Text("2026-11-20".into())));
        assert!(!Operator::Greater.holds(Some(&date), &Scalar::Text("soon".into())));
        let several = Value::Choices(vec!["home".into(), "school".into()]);
        assert!(Operator::Equal.holds(Some(&several), &Scalar::Text("school".into())));
        let list = Scalar::List(vec![Scalar::Text("abusive".into())]);
        assert!(Operator::In.holds(Some(&Value::Choice("abusive".into())), &list));
    }
}
