//! What is asked now, and what has an answer: the logic of conditions over rows.
//!
//! A question that is not asked counts as unanswered, and takes everything inside it along.

use super::completion::empty_columns;
use super::condition::{Condition, EnableBehavior};
use super::rating::rating_view;
use super::session::Session;
use super::template::{Item, ItemPlace, ItemType};
use super::value::{Slot, Value};

/// Deeper than any template that passes the check; a stored text may hold one that would not.
const DEEPEST: usize = 24;

/// Every slot of an item: one, or one per row.
pub(in crate::clinic) fn slots(session: &Session, place: &ItemPlace<'_>) -> Vec<Slot> {
    match place.rows_of {
        None => vec![Slot::once(&place.item.id)],
        Some(group) => {
            session.rows(group).iter().map(|row| Slot::in_row(&place.item.id, *row)).collect()
        }
    }
}

/// Whether the slot exists: its item does, and its row is one of the item's rows.
pub(in crate::clinic) fn place_of<'a>(session: &'a Session, slot: &Slot) -> Option<ItemPlace<'a>> {
    let place = session.template().item(&slot.item)?;
    let fits = match (place.rows_of, slot.row) {
        (None, None) => true,
        (Some(group), Some(row)) => session.rows(group).contains(&row),
        _ => false,
    };
    fits.then_some(place)
}

/// Whether the item is asked now.
pub(in crate::clinic) fn enabled(session: &Session, slot: &Slot) -> bool {
    enabled_to(session, slot, DEEPEST)
}

fn enabled_to(session: &Session, slot: &Slot, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let Some(place) = place_of(session, slot) else { return false };
    let group = place.parent.is_none_or(|parent| {
        let row = if parent.repeats && place.rows_of == Some(&parent.id) { None } else { slot.row };
        enabled_to(session, &Slot { item: parent.id.clone(), row }, depth)
    });
    group
        && qualified(session, place.item, slot, depth)
        && conditions(session, place.item, slot, depth)
}

fn qualified(session: &Session, item: &Item, slot: &Slot, depth: usize) -> bool {
    item.qualifies.as_ref().is_none_or(|other| {
        let other = Slot { item: other.clone(), row: slot.row };
        enabled_to(session, &other, depth) && answered(session, &other)
    })
}

fn conditions(session: &Session, item: &Item, slot: &Slot, depth: usize) -> bool {
    let mut all = item.enable_when.iter().map(|one| holds(session, one, slot, depth));
    match item.enable_behavior {
        Some(EnableBehavior::Any) => item.enable_when.is_empty() || all.any(|held| held),
        Some(EnableBehavior::All) | None => all.all(|held| held),
    }
}

/// A condition on an item in rows means the same row where there is one, else any row.
fn holds(session: &Session, condition: &Condition, slot: &Slot, depth: usize) -> bool {
    let Some(place) = session.template().item(&condition.question) else { return false };
    let own = session.template().item(&slot.item).and_then(|own| own.rows_of);
    let asked = if place.rows_of.is_some() && place.rows_of == own {
        vec![Slot { item: condition.question.clone(), row: slot.row }]
    } else {
        slots(session, &place)
    };
    let value = |slot: &Slot| {
        if enabled_to(session, slot, depth) { logic_value(session, &place, slot) } else { None }
    };
    if asked.is_empty() {
        return condition.operator.holds(None, &condition.answer);
    }
    let mut held =
        asked.iter().map(|slot| condition.operator.holds(value(slot).as_ref(), &condition.answer));
    // "Not answered" over several rows means that none of them is.
    if condition.operator == super::Operator::Exists
        && condition.answer == super::Scalar::Boolean(false)
    {
        held.all(|held| held)
    } else {
        held.any(|held| held)
    }
}

fn logic_value(session: &Session, place: &ItemPlace<'_>, slot: &Slot) -> Option<Value> {
    match place.item.kind {
        ItemType::Rating => {
            let outcome = rating_view(session, slot)?.outcome?;
            Some(Value::Choice(outcome.code().to_owned()))
        }
        ItemType::Matrix | ItemType::Actions => {
            answered(session, slot).then_some(Value::Boolean(true))
        }
        _ => session.answer(slot).cloned(),
    }
}

/// Whether the slot has an answer, of whatever kind its item takes.
pub(in crate::clinic) fn answered(session: &Session, slot: &Slot) -> bool {
    let Some(place) = place_of(session, slot) else { return false };
    match place.item.kind {
        ItemType::Display => true,
        ItemType::Group => !place.item.repeats || !session.rows(&place.item.id).is_empty(),
        ItemType::Rating => rating_view(session, slot).is_some_and(|view| view.outcome.is_some()),
        ItemType::Matrix => empty_columns(session, slot).is_empty(),
        ItemType::Actions => session.actions.iter().any(|action| action.item == slot.item),
        _ => session.answer(slot).is_some_and(|value| !value.is_blank()),
    }
}
