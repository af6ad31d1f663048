//! Answers: whether they fit, and the one setter.

use jiff::Timestamp;

use super::{Done, Line, asked, long_text, one_line, record};
use crate::clinic::event::{Effect, Event};
use crate::clinic::form::enablement::{enabled, is_read_only};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Answer, Session};
use crate::clinic::template::condition::Operator;
use crate::clinic::template::value::{Slot, Value};
use crate::clinic::template::{Item, ItemType};

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> Done {
    match event {
        Event::Answered { slot, value } => answer(session, &slot, value, at),
        other => super::misrouted(&other),
    }
}

fn answer(session: &mut Session, slot: &Slot, value: Option<Value>, at: Timestamp) -> Done {
    let place = asked(session, slot, holds_value)?;
    let item = place.item;
    if is_read_only(session, slot) {
        let question = item.text.show(session.language()).to_owned();
        return Err(Refusal::ReadOnly { question });
    }
    let value = value.map(|value| fitting(session, item, value)).transpose()?;
    let value = value.filter(|value| !matches!(value, Value::Text(text) if text.is_empty()));
    let opened = item.opens.as_ref().filter(|opens| {
        let matches = |value: Option<&Value>| Operator::Equal.holds(value, &opens.answer);
        matches(value.as_ref()) && !matches(session.answer(slot))
    });
    let mut effects = vec![Effect::SaveDraft];
    effects.extend(opened.map(|opens| Effect::OpenEntry(opens.entry.clone())));
    set(session, slot, value, at, None);
    Ok(effects)
}

/// The one setter of answers.
pub(in crate::clinic) fn set(
    session: &mut Session,
    slot: &Slot,
    value: Option<Value>,
    at: Timestamp,
    why: Option<&str>,
) {
    let old = session.answers.iter().find(|one| one.slot == *slot).map(|one| one.value.plain());
    let new = value.as_ref().map(Value::plain);
    let known = session.answers.iter().position(|answer| answer.slot == *slot);
    let typed = matches!(value, Some(Value::Text(_)));
    match (known, value) {
        (Some(index), Some(value)) => session.answers[index].value = value,
        (Some(index), None) => {
            session.answers.remove(index);
        }
        (None, Some(value)) => session.answers.push(Answer { slot: slot.clone(), value }),
        (None, None) => {}
    }
    let why = why.map(str::to_owned);
    if old != new {
        record(session, at, Line { item: &slot.item, row: slot.row, old, new, why, typed });
    }
}

fn holds_value(kind: ItemType) -> bool {
    !matches!(
        kind,
        ItemType::Group
            | ItemType::Display
            | ItemType::Rating
            | ItemType::Matrix
            | ItemType::Actions
            | ItemType::LastActions
            | ItemType::LastPlacements
    )
}

/// The value cleaned, if it is of the item's kind. Limits are for completion, not for here.
pub(in crate::clinic) fn fitting(
    session: &Session,
    item: &Item,
    value: Value,
) -> Result<Value, Refusal> {
    let wrong = |why: &str| Refusal::WrongValue {
        question: item.text.show(session.language()).to_owned(),
        why: why.to_owned(),
    };
    let known = |code: &String| item.options.iter().any(|option| option.code == *code);
    match (item.kind, value) {
        (_, Value::Missing(why)) if item.allow_missing => Ok(Value::Missing(why)),
        (ItemType::String, Value::Text(text)) => Ok(Value::Text(one_line(&text)?)),
        (ItemType::Text, Value::Text(text)) => Ok(Value::Text(long_text(&text)?)),
        (ItemType::Integer, Value::Integer(number)) => Ok(Value::Integer(number)),
        (ItemType::Scale, Value::Integer(number)) => {
            let low = item.min.unwrap_or(0.0);
            let high = item.max.unwrap_or(10.0);
            if (low..=high).contains(&(number as f64)) {
                Ok(Value::Integer(number))
            } else {
                Err(wrong(&format!("choose a number from {low} to {high}")))
            }
        }
        (ItemType::Decimal, Value::Decimal(number)) if number.is_finite() => {
            Ok(Value::Decimal(number))
        }
        (ItemType::Decimal, Value::Integer(number)) => Ok(Value::Decimal(number as f64)),
        (ItemType::Date, Value::Date(date)) => Ok(Value::Date(date)),
        (ItemType::Boolean, Value::Boolean(flag)) => Ok(Value::Boolean(flag)),
        (ItemType::Choice, Value::Choice(code)) => {
            if known(&code) {
                Ok(Value::Choice(code))
            } else {
                Err(wrong("choose one of its options"))
            }
        }
        (ItemType::MultiChoice, Value::Choices(codes)) => {
            if !codes.iter().all(known) {
                return Err(wrong("choose from its options"));
            }
            let chosen = item.options.iter().filter(|option| codes.contains(&option.code));
            if chosen.clone().count() > 1 && chosen.clone().any(|option| option.exclusive) {
                return Err(wrong("one of these options cannot be combined with others"));
            }
            Ok(Value::Choices(chosen.map(|option| option.code.clone()).collect()))
        }
        (ItemType::Integer | ItemType::Scale, _) => Err(wrong("write a whole number")),
        (ItemType::Decimal, _) => Err(wrong("write a number")),
        (ItemType::Date, _) => Err(wrong("write a date")),
        (ItemType::Boolean, _) => Err(wrong("answer yes or no")),
        _ => Err(wrong("another kind of answer is needed")),
    }
}

/// Leaves out the answers whose questions are not asked; the trail keeps them.
pub(super) fn drop_hidden(session: &mut Session, at: Timestamp) {
    let hidden = session.answers.iter().filter(|one| !enabled(session, &one.slot));
    let hidden: Vec<Slot> = hidden.map(|one| one.slot.clone()).collect();
    for slot in hidden {
        set(session, &slot, None, at, Some("no longer asked at completion"));
    }
}
