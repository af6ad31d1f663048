//! Undo, redo, and removed rows that come back.
//!
//! Promises: what is restored goes through the same setters as every change, each with its own
//! line in the audit trail; placements, reveals, moves and the clock are never undone.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    ApplyResult, AuditLine, action, answers, citation, matrix, placement, record, rows, saved,
};
use crate::clinic::event::Event;
use crate::clinic::form::completion::{HiddenAnswer, hidden_answers};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{
    Leftover, LeftoverReason, Session, SessionPart, UndoStep, between, place_of,
};
use crate::clinic::template::value::{RowId, Slot};

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::Undone => {
            let nothing = Refusal::NotNow { why: "Nothing to undo." };
            let step = session.history.undo.pop().ok_or(nothing)?;
            let parts = restore(session, &step.parts, at, "undone");
            session.history.lasting = None;
            session.history.redo.push(Arc::new(UndoStep { parts, at, typing: None }));
            saved()
        }
        Event::Redone => {
            let nothing = Refusal::NotNow { why: "Nothing to redo." };
            let step = session.history.redo.pop().ok_or(nothing)?;
            let parts = restore(session, &step.parts, at, "redone");
            session.history.push(UndoStep { parts, at, typing: None });
            saved()
        }
        Event::RowBroughtBack { group, row } => bring_back(session, &group, row, at),
        Event::HiddenAnswerKept { slot } => {
            let hidden = hidden(session, &slot)?;
            answers::set(session, &slot, None, at, Some("kept at the end of the note"));
            session.leftovers.push(Leftover {
                slot,
                question: hidden.question,
                text: hidden.shown,
                because: LeftoverReason::NoLongerAsked,
                value: Some(hidden.value),
            });
            saved()
        }
        Event::HiddenAnswerLeftOut { slot } => {
            hidden(session, &slot)?;
            answers::set(session, &slot, None, at, Some("left out"));
            saved()
        }
        Event::LeftoverReturned { slot } => {
            let gone = || Refusal::Unknown { what: slot.item.clone() };
            let fits = place_of(session, &slot).is_some() && session.answer(&slot).is_none();
            let index = session.leftovers.iter().rposition(|one| one.slot == slot);
            let index = index.filter(|_| fits).ok_or_else(gone)?;
            let value = session.leftovers[index].value.clone().ok_or_else(gone)?;
            session.leftovers.remove(index);
            answers::set(session, &slot, Some(value), at, Some("moved back to its question"));
            saved()
        }
        other => super::misrouted(&other),
    }
}

fn hidden(session: &Session, slot: &Slot) -> Result<HiddenAnswer, Refusal> {
    let found = hidden_answers(session).into_iter().find(|one| one.slot == *slot);
    found.ok_or_else(|| Refusal::Unknown { what: slot.item.clone() })
}

fn bring_back(session: &mut Session, group: &str, row: RowId, at: Timestamp) -> ApplyResult {
    let unknown = || Refusal::Unknown { what: group.to_owned() };
    let parts = session.history.removed(group, row).ok_or_else(unknown)?;
    if session.rows(group).contains(&row) {
        return Err(unknown());
    }
    let parent = parts.iter().find_map(|part| match part {
        SessionPart::Row { row: one, there: Some((_, parent)), .. } if *one == row => Some(*parent),
        _ => None,
    });
    rows::room_for_one(session, group, parent.ok_or_else(unknown)?)?;
    restore(session, &parts, at, "row restored");
    saved()
}

/// Restores the parts, and returns what restores what was there before.
fn restore(
    session: &mut Session,
    parts: &[SessionPart],
    at: Timestamp,
    why: &str,
) -> Vec<SessionPart> {
    let before = session.clone();
    for part in parts {
        put(session, part.clone(), at, why);
    }
    between(&before, session)
}

fn put(session: &mut Session, part: SessionPart, at: Timestamp, why: &str) {
    match part {
        SessionPart::Row { group, row, there: Some((index, parent)) } => {
            rows::insert(session, &group, row, index, parent);
            let new = Some("restored".to_owned());
            line(session, &group, Some(row), (None, new), why, at);
        }
        SessionPart::Row { group, row, there: None } => {
            rows::take_out(session, &group, row, at, why);
        }
        SessionPart::Answer(slot, value) => answers::set(session, &slot, value, at, Some(why)),
        SessionPart::Rating(slot, None) => placement::forget(session, &slot, at, why),
        SessionPart::Rating(_, Some(rating)) => placement::bring_back(session, *rating, at, why),
        SessionPart::Basis(slot, text) => placement::put_basis(session, &slot, text, at, why),
        SessionPart::Dissent(slot, who, dissent) => {
            placement::put_dissent(session, &slot, who, dissent, at, why);
        }
        SessionPart::Cell(cell, there) => matrix::put_cell(session, *cell, there, at, why),
        SessionPart::Reason(slot, reason) => {
            matrix::put_reason(session, &slot, reason, at, Some(why));
        }
        SessionPart::Action(id, action) => action::put_action(session, id, action, at, why),
        SessionPart::Earlier(action) => action::put_earlier(session, *action, at, Some(why)),
        SessionPart::Citation(id, citation) => {
            citation::put_citation(session, &id, citation, at, why);
        }
        SessionPart::Leftovers(leftovers) => {
            let told = |list: &[Leftover]| {
                let texts: Vec<&str> = list.iter().map(|one| one.text.as_str()).collect();
                Some(texts.join("; ")).filter(|text| !text.is_empty())
            };
            let change = (told(&session.leftovers), told(&leftovers));
            session.leftovers = leftovers;
            line(session, "leftovers", None, change, why, at);
        }
    }
}

fn line(
    session: &mut Session,
    item: &str,
    row: Option<RowId>,
    (old, new): (Option<String>, Option<String>),
    why: &str,
    at: Timestamp,
) {
    let why = Some(why.to_owned());
    record(session, at, AuditLine { item, row, old, new, why, typed: false });
}
