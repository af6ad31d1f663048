//! Answers: whether they fit, and the one setter.

use super::{ApplyResult, AuditLine, Edit, asked_item, long_text, one_line};
use crate::clinic::event::SessionEffect;
use crate::clinic::form::enablement::{is_enabled, is_read_only};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::Session;
use crate::clinic::template::value::{Operator, Slot, Value};
use crate::clinic::template::{Item, ItemType};

impl Edit<'_> {
    pub(super) fn answer(&mut self, slot: &Slot, value: Option<Value>) -> ApplyResult {
        let place = asked_item(self.session, slot, ItemType::takes_value)?;
        let item = place.item;
        if is_read_only(self.session, slot) {
            let question = item.text.show(self.session.language()).to_owned();
            return Err(Refusal::ReadOnly { question });
        }
        let value = value.map(|value| fitting(self.session, item, value)).transpose()?;
        let value = value.filter(|value| !matches!(value, Value::Text(text) if text.is_empty()));
        let opened = item.opens.as_ref().filter(|opens| {
            let matches = |value: Option<&Value>| Operator::Equal.holds(value, &opens.answer);
            matches(value.as_ref()) && !matches(self.session.answer(slot))
        });
        let mut effects = vec![SessionEffect::SaveDraft];
        effects.extend(opened.map(|opens| SessionEffect::OpenEntry(opens.entry.clone())));
        self.set_answer(slot, value, None);
        Ok(effects)
    }

    /// The one setter of answers.
    pub(in crate::clinic) fn set_answer(
        &mut self,
        slot: &Slot,
        value: Option<Value>,
        why: Option<&str>,
    ) {
        let old = self.session.answers.get(slot).map(Value::plain);
        let new = value.as_ref().map(Value::plain);
        let typed = matches!(value, Some(Value::Text(_)));
        self.session.answers.set(slot, value);
        if old != new {
            let line = AuditLine::new(&slot.item, old, new).in_row(slot.row);
            self.record(AuditLine { why: why.map(str::to_owned), typed, ..line });
        }
    }

    /// Leaves out the answers whose questions are not asked; the trail keeps them.
    pub(super) fn drop_hidden(&mut self) {
        let hidden = self.session.answers.iter().filter(|one| !is_enabled(self.session, &one.slot));
        let hidden: Vec<Slot> = hidden.map(|one| one.slot.clone()).collect();
        for slot in hidden {
            self.set_answer(&slot, None, Some("no longer asked at completion"));
        }
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
