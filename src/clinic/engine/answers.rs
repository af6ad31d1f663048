//! Answers: whether they fit, and the one setter.

use jiff::Timestamp;

use super::{ApplyResult, AuditLine, asked_item, long_text, one_line, record};
use crate::clinic::event::{Event, SessionEffect};
use crate::clinic::form::enablement::{is_enabled, is_read_only};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Answer, Session};
use crate::clinic::template::condition::Operator;
use crate::clinic::template::value::{Slot, Value};
use crate::clinic::template::{Item, ItemType};

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::Answered { slot, value } => answer(session, &slot, value, at),
        other => super::misrouted(&other),
    }
}

fn answer(session: &mut Session, slot: &Slot, value: Option<Value>, at: Timestamp) -> ApplyResult {
    let place = asked_item(session, slot, ItemType::takes_value)?;
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
    let mut effects = vec![SessionEffect::SaveDraft];
    effects.extend(opened.map(|opens| SessionEffect::OpenEntry(opens.entry.clone())));
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
        record(session, at, AuditLine { item: &slot.item, row: slot.row, old, new, why, typed });
    }
}

/// Returns the value cleaned, if it is an answer to the item. Limits are checked at completion.
pub(in crate::clinic) fn fitting(
    session: &Session,
    item: &Item,
    value: Value,
) -> Result<Value, Refusal> {
    let value = item.fit(value).map_err(|wrong| Refusal::WrongValue {
        question: item.text.show(session.language()).to_owned(),
        why: wrong.to_string(),
    })?;
    Ok(match value {
        Value::Text(text) if item.kind == ItemType::String => Value::Text(one_line(&text)?),
        Value::Text(text) => Value::Text(long_text(&text)?),
        other => other,
    })
}

/// Leaves out the answers whose questions are not asked; the trail keeps them.
pub(super) fn drop_hidden(session: &mut Session, at: Timestamp) {
    let hidden = session.answers.iter().filter(|one| !is_enabled(session, &one.slot));
    let hidden: Vec<Slot> = hidden.map(|one| one.slot.clone()).collect();
    for slot in hidden {
        set(session, &slot, None, at, Some("no longer asked at completion"));
    }
}
