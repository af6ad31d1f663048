//! Answers and the rows of repeating groups.

use jiff::Timestamp;

use super::{Done, Line, asked, long_text, most_rows, one_line, record, saved};
use crate::clinic::condition::Operator;
use crate::clinic::event::{Effect, Event};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Answer, Session};
use crate::clinic::template::{Item, ItemType};
use crate::clinic::value::{RowId, Slot, Value};

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> Done {
    match event {
        Event::Answered { slot, value } => answer(session, &slot, value, at),
        Event::RowAdded { group } => add_row(session, &group, at),
        Event::RowRemoved { group, row } => remove_row(session, &group, row, at),
        other => super::misrouted(&other),
    }
}

fn answer(session: &mut Session, slot: &Slot, value: Option<Value>, at: Timestamp) -> Done {
    let place = asked(session, slot, holds_value)?;
    let item = place.item;
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
pub(super) fn set(
    session: &mut Session,
    slot: &Slot,
    value: Option<Value>,
    at: Timestamp,
    why: Option<&str>,
) {
    let old = session.answer(slot).map(Value::plain);
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
    record(session, at, Line { item: &slot.item, row: slot.row, old, new, why, typed });
}

fn holds_value(kind: ItemType) -> bool {
    !matches!(
        kind,
        ItemType::Group
            | ItemType::Display
            | ItemType::Rating
            | ItemType::Matrix
            | ItemType::Actions
    )
}

/// The value cleaned, if it is of the item's kind. Limits are for completion, not for here.
fn fitting(session: &Session, item: &Item, value: Value) -> Result<Value, Refusal> {
    let wrong = |why: &str| Refusal::WrongValue {
        question: item.text.show(session.language()).to_owned(),
        why: why.to_owned(),
    };
    let known = |code: &String| item.options.iter().any(|option| option.code == *code);
    match (item.kind, value) {
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
                return Err(wrong("one of the options chosen can only stand alone"));
            }
            Ok(Value::Choices(chosen.map(|option| option.code.clone()).collect()))
        }
        (ItemType::Integer | ItemType::Scale, _) => Err(wrong("write a whole number")),
        (ItemType::Decimal, _) => Err(wrong("write a number")),
        (ItemType::Date, _) => Err(wrong("write a date")),
        (ItemType::Boolean, _) => Err(wrong("answer yes or no")),
        _ => Err(wrong("that is not the kind of answer it takes")),
    }
}

fn add_row(session: &mut Session, group: &str, at: Timestamp) -> Done {
    let item = repeating(session, group)?;
    let most = most_rows(item);
    if session.rows(group).len() >= most {
        let group = item.text.show(session.language()).to_owned();
        return Err(Refusal::Rows { group, why: format!("can have at most {most}") });
    }
    let row = RowId(session.number());
    session.rows.entry(group.to_owned()).or_default().push(row);
    let new = Some("added".to_owned());
    record(session, at, Line { item: group, row: Some(row), new, ..Line::default() });
    saved()
}

fn remove_row(session: &mut Session, group: &str, row: RowId, at: Timestamp) -> Done {
    let item = repeating(session, group)?;
    let fewest = item.min_occurs.unwrap_or(0) as usize;
    let title = item.text.show(session.language()).to_owned();
    if !session.rows(group).contains(&row) {
        return Err(Refusal::Unknown { what: title });
    }
    if session.rows(group).len() <= fewest {
        return Err(Refusal::Rows { group: title, why: format!("needs at least {fewest}") });
    }
    let in_row: Vec<String> = session
        .template
        .items()
        .iter()
        .filter(|place| place.rows_of == Some(group))
        .map(|place| place.item.id.clone())
        .collect();
    let why = Some("row removed");
    for item in in_row {
        let slot = Slot { item, row: Some(row) };
        set(session, &slot, None, at, why);
        super::placing::forget(session, &slot, at);
        super::working::forget(session, &slot, at);
    }
    if let Some(rows) = session.rows.get_mut(group) {
        rows.retain(|one| *one != row);
    }
    let old = Some("removed".to_owned());
    record(session, at, Line { item: group, row: Some(row), old, ..Line::default() });
    saved()
}

fn repeating<'a>(session: &'a Session, group: &str) -> Result<&'a Item, Refusal> {
    asked(session, &Slot::once(group), |kind| kind == ItemType::Group)
        .ok()
        .filter(|place| place.item.repeats)
        .map(|place| place.item)
        .ok_or_else(|| Refusal::Unknown { what: group.to_owned() })
}

/// Leaves out the answers whose questions are not asked; the trail keeps them.
pub(super) fn drop_hidden(session: &mut Session, at: Timestamp) {
    for hidden in crate::clinic::completion::hidden_answers(session) {
        set(session, &hidden.slot, None, at, Some("no longer applied at completion"));
    }
}
