//! Items that are worked out from other answers.
//!
//! Promises: blank isn't zero, and neither is “not known”; a result never comes from an answer
//! that is not asked now; without any answer there is no result. A result that is not a whole
//! number is kept to two decimals, as people read it.

#[cfg(test)]
mod tests;

use super::enablement::{is_answered, is_enabled, reach, with_groups};
use crate::clinic::session::{Answer, Session};
use crate::clinic::template::value::{Slot, Value};
use crate::clinic::template::{Calculation, Item, ItemPlace, ItemType};

/// Works every calculated item out anew, in the order of the template: each may use those before.
pub(in crate::clinic) fn refresh(session: &mut Session) {
    let mut wanted = Vec::new();
    for place in session.template().items() {
        if place.item.calculated.is_some() {
            wanted.extend(crate::clinic::session::slots(session, &place));
        }
    }
    session.calculated.clear();
    for slot in wanted {
        if let Some(value) = result(session, &slot) {
            session.calculated.push(Answer { slot, value });
        }
    }
}

fn result(session: &Session, slot: &Slot) -> Option<Value> {
    let item = session.template().item(&slot.item)?.item;
    if !is_enabled(session, slot) {
        return None;
    }
    let number = match item.calculated.as_ref()? {
        Calculation::Sum(names) => total(&numbers(session, slot, names))?.0,
        Calculation::Mean(names) => {
            let (sum, count) = total(&numbers(session, slot, names))?;
            sum / count as f64
        }
        Calculation::CountAnswered(names) => {
            let places = names.iter().filter_map(|name| session.template().item(name));
            let slots = places.flat_map(|place| reach(session, slot, &place));
            let count = slots.filter(|slot| has_value(session, slot)).count();
            (count > 0).then_some(count as f64)?
        }
        Calculation::ScoresOf(group) => {
            let names = scored(session, group);
            total(&numbers(session, slot, &names))?.0
        }
    };
    if item.kind == ItemType::Integer {
        return whole(number).map(Value::Integer);
    }
    number.is_finite().then(|| Value::Decimal(to_two_decimals(number)))
}

fn to_two_decimals(number: f64) -> f64 {
    let rounded = (number * 100.0).round() / 100.0;
    // A number this large has no decimals to round.
    if rounded.is_finite() { rounded } else { number }
}

/// Returns the number rounded to a whole one, if it fits.
fn whole(number: f64) -> Option<i64> {
    // Beyond this a decimal can no longer tell whole numbers apart.
    const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;
    (number.abs() <= MAX_EXACT_INTEGER).then(|| number.round() as i64)
}

fn has_value(session: &Session, slot: &Slot) -> bool {
    let missing = session.answer(slot).is_some_and(Value::is_missing);
    is_enabled(session, slot) && is_answered(session, slot) && !missing
}

/// Their sum and how many there are; None without any.
fn total(numbers: &[f64]) -> Option<(f64, usize)> {
    (!numbers.is_empty()).then(|| (numbers.iter().sum(), numbers.len()))
}

fn numbers(session: &Session, from: &Slot, names: &[String]) -> Vec<f64> {
    let places = names.iter().filter_map(|name| session.template().item(name));
    let slots = places.flat_map(|place| {
        let slots = reach(session, from, &place);
        slots.into_iter().map(move |slot| (place, slot))
    });
    let asked = slots.filter(|(_, slot)| is_enabled(session, slot));
    asked.filter_map(|(place, slot)| number(place.item, session.answer(&slot)?)).collect()
}

/// The number of an answer: itself, or the scores of the options chosen.
fn number(item: &Item, value: &Value) -> Option<f64> {
    let score = |code: &str| item.options.iter().find(|one| one.code == code)?.score;
    if let Some(number) = value.number() {
        // A point of a scale can have a score that is not its number.
        return Some(score(&number.to_string()).unwrap_or(number));
    }
    let scores: Vec<f64> = value.codes().iter().filter_map(|code| score(code)).collect();
    total(&scores).map(|(sum, _)| sum)
}

/// Every item in the group whose options have scores.
fn scored(session: &Session, group: &str) -> Vec<String> {
    let inside = |place: &ItemPlace<'_>| {
        with_groups(session, Some(*place)).skip(1).any(|around| around.item.id == group)
    };
    let items = session.template().items();
    let scored = items.iter().filter(|place| {
        place.item.options.iter().any(|option| option.score.is_some()) && inside(place)
    });
    scored.map(|place| place.item.id.clone()).collect()
}
