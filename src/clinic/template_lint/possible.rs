//! Which answers a question can have, as far as its conditions can tell them apart.
//!
//! Promises: an answer that could be given and that meets the conditions is never overlooked;
//! where looking at all would take too long, everything counts as possible.

use crate::clinic::template::value::{Condition, Operator, Scalar, Value, WhyMissing};
use crate::clinic::template::{Item, ItemType};

/// Options of which every combination is looked at.
const MAX_OPTIONS: usize = 10;
/// Points of a scale that are looked at one by one.
const MAX_POINTS: f64 = 200.0;

/// Whether some answer, or none at all, meets every one of the conditions on this question.
pub(super) fn can_be(question: &Item, conditions: &[&Condition]) -> bool {
    let comparisons: Vec<(Operator, &Scalar)> =
        conditions.iter().map(|one| (one.operator, &one.answer)).collect();
    can_meet(question, &comparisons)
}

/// As [`can_be`], for comparisons of any origin.
pub(super) fn can_meet(question: &Item, comparisons: &[(Operator, &Scalar)]) -> bool {
    let Some(answers) = answers(question, comparisons) else { return true };
    let meets = |value: Option<&Value>| comparisons.iter().all(|(is, with)| is.holds(value, with));
    meets(None) || answers.iter().any(|value| meets(Some(value)))
}

/// Answers of every kind that the comparisons can tell apart; None if there are too many.
fn answers(question: &Item, comparisons: &[(Operator, &Scalar)]) -> Option<Vec<Value>> {
    let mut mentioned = Vec::new();
    for (_, scalar) in comparisons {
        match scalar {
            Scalar::List(list) => mentioned.extend(list),
            one => mentioned.push(one),
        }
    }
    let texts = || {
        mentioned.iter().filter_map(|one| match one {
            Scalar::Text(text) => Some(text.as_str()),
            _ => None,
        })
    };
    let codes = question.options.iter().map(|one| one.code.clone());
    let mut found: Vec<Value> = match question.kind {
        ItemType::Boolean => vec![Value::Boolean(true), Value::Boolean(false)],
        ItemType::Choice => codes.map(Value::Choice).collect(),
        ItemType::Rating => {
            let other = ["no_agreement", "not_enough_information"].map(str::to_owned);
            codes.chain(other).map(Value::Choice).collect()
        }
        ItemType::MultiChoice => combinations(question)?,
        ItemType::Integer | ItemType::Scale => numbers(question, &mentioned)?
            .into_iter()
            .map(|one| Value::Integer(one as i64))
            .collect(),
        ItemType::Decimal => {
            numbers(question, &mentioned)?.into_iter().map(Value::Decimal).collect()
        }
        ItemType::Date => {
            let dates = texts().filter_map(|text| text.parse::<jiff::civil::Date>().ok());
            let around =
                dates.flat_map(|day| [day.yesterday().ok(), Some(day), day.tomorrow().ok()]);
            let some = jiff::civil::date(2026, 11, 22);
            around.flatten().chain([some]).map(Value::Date).collect()
        }
        ItemType::String | ItemType::Text => {
            let other = texts().map(str::len).max().unwrap_or(0) + 1;
            texts().map(str::to_owned).chain(["x".repeat(other)]).map(Value::Text).collect()
        }
        ItemType::Matrix | ItemType::Actions | ItemType::LastActions | ItemType::LastPlacements => {
            vec![Value::Boolean(true)]
        }
        ItemType::Group | ItemType::Display => return None,
    };
    if question.allow_missing {
        found.extend(WhyMissing::ALL.map(Value::Missing));
    }
    Some(found)
}

/// Every combination of options that can be ticked.
fn combinations(question: &Item) -> Option<Vec<Value>> {
    let (alone, together): (Vec<_>, Vec<_>) =
        question.options.iter().partition(|option| option.exclusive);
    if together.len() > MAX_OPTIONS {
        return None;
    }
    let mut found: Vec<Value> =
        alone.iter().map(|one| Value::Choices(vec![one.code.clone()])).collect();
    for mask in 1..1_usize << together.len() {
        let ticked = together.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
        found.push(Value::Choices(ticked.map(|(_, one)| one.code.clone()).collect()));
    }
    Some(found)
}

/// The ends, every number that is named, and one on each side of it.
fn numbers(question: &Item, mentioned: &[&Scalar]) -> Option<Vec<f64>> {
    let named = mentioned.iter().filter_map(|one| match one {
        Scalar::Integer(number) => Some(*number as f64),
        Scalar::Decimal(number) => Some(*number),
        _ => None,
    });
    let (least, most) = (question.min, question.max);
    let mut marks: Vec<f64> =
        named.chain(least).chain(most).filter(|one| one.is_finite()).collect();
    marks.sort_by(f64::total_cmp);
    let is_whole = question.kind != ItemType::Decimal;
    let mut found: Vec<f64> = vec![0.0];
    if let (Some(least), Some(most), true) = (least, most, is_whole)
        && most - least <= MAX_POINTS
    {
        let mut point = least.ceil();
        while point <= most {
            found.push(point);
            point += 1.0;
        }
    }
    for (at, mark) in marks.iter().enumerate() {
        let next = marks.get(at + 1).map(|next| f64::midpoint(*mark, *next));
        let around = [mark - 1.0, *mark, mark + 1.0];
        let around = around.into_iter().chain(next);
        if is_whole {
            found.extend(around.flat_map(|one| [one.floor(), one.ceil()]));
        } else {
            found.extend(around);
        }
    }
    found.retain(|one| {
        least.is_none_or(|least| *one >= least) && most.is_none_or(|most| *one <= most)
    });
    // No number at all can be: another rule says so.
    (!found.is_empty()).then_some(found)
}
