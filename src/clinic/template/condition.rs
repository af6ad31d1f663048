//! When an item is asked: structured conditions that can be checked, translated and reviewed.

use serde::{Deserialize, Serialize};

use super::value::{Scalar, Value};

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
            Self::Greater => value.compare(answer).is_some_and(std::cmp::Ordering::is_gt),
            Self::Less => value.compare(answer).is_some_and(std::cmp::Ordering::is_lt),
            Self::AtLeast => value.compare(answer).is_some_and(std::cmp::Ordering::is_ge),
            Self::AtMost => value.compare(answer).is_some_and(std::cmp::Ordering::is_le),
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
