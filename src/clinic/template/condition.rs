//! When an item is asked: structured conditions that can be checked, translated and reviewed.

use serde::{Deserialize, Serialize};

use super::value::Value;

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
            Self::Equal => equal(value, answer),
            Self::NotEqual => !value.is_missing() && !equal(value, answer),
            Self::In => match answer {
                Scalar::List(list) => list.iter().any(|one| equal(value, one)),
                one => equal(value, one),
            },
            Self::Greater => order(value, answer).is_some_and(|o| o.is_gt()),
            Self::Less => order(value, answer).is_some_and(|o| o.is_lt()),
            Self::AtLeast => order(value, answer).is_some_and(|o| o.is_ge()),
            Self::AtMost => order(value, answer).is_some_and(|o| o.is_le()),
        }
    }
}

fn equal(value: &Value, answer: &Scalar) -> bool {
    match (value, answer) {
        (Value::Choices(codes), Scalar::Text(code)) => codes.contains(code),
        (Value::Boolean(a), Scalar::Boolean(b)) => a == b,
        (Value::Text(a) | Value::Choice(a), Scalar::Text(b)) => a == b,
        (Value::Missing(why), Scalar::Text(code)) => why.code() == code,
        _ => order(value, answer).is_some_and(|o| o.is_eq()),
    }
}

fn order(value: &Value, answer: &Scalar) -> Option<std::cmp::Ordering> {
    let number = match answer {
        Scalar::Integer(number) => *number as f64,
        Scalar::Decimal(number) => *number,
        Scalar::Text(text) => {
            let Value::Date(date) = value else { return None };
            return Some(date.cmp(&text.parse().ok()?));
        }
        Scalar::Boolean(_) | Scalar::List(_) => return None,
    };
    match value {
        Value::Integer(value) => (*value as f64).partial_cmp(&number),
        Value::Decimal(value) => value.partial_cmp(&number),
        _ => None,
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
