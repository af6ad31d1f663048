//! Putting parts of the matrix, actions and citations where they were, each with its line in the
//! trail.

use jiff::Timestamp;

use super::gathered::{filled, shown};
use crate::clinic::engine::{Line, record};
use crate::clinic::follow_up::EarlierAction;
use crate::clinic::session::{Answer, Session};
use crate::clinic::template::value::{ActionId, Slot, Value};
use crate::clinic::work::{Action, Citation, MatrixCell};

/// Takes the matrix of a removed row out; the trail keeps it.
pub(in crate::clinic::engine) fn forget(
    session: &mut Session,
    slot: &Slot,
    at: Timestamp,
    why: &str,
) {
    let cells: Vec<MatrixCell> =
        session.matrix.iter().filter(|cell| cell.slot == *slot).cloned().collect();
    for cell in cells {
        put_cell(session, cell, false, at, why);
    }
    put_reason(session, slot, None, at, Some(why));
}

/// Puts a cell there, or takes it out.
pub(in crate::clinic::engine) fn put_cell(
    session: &mut Session,
    cell: MatrixCell,
    there: bool,
    at: Timestamp,
    why: &str,
) {
    let same = |one: &MatrixCell| {
        one.slot == cell.slot && one.domain == cell.domain && one.column == cell.column
    };
    let index = session.matrix.iter().position(same);
    let was = index.map(|index| session.matrix.remove(index));
    let is = there.then(|| cell.clone());
    if let Some(is) = is.clone() {
        session.matrix.insert(index.unwrap_or(session.matrix.len()), is);
    }
    let column = cell.column.title().to_lowercase();
    let item = format!("{}.{}.{column}", cell.slot.item, cell.domain);
    let evidence = |cell: &Option<MatrixCell>| cell.as_ref().and_then(|one| filled(&one.evidence));
    let known = |cell: &Option<MatrixCell>| {
        cell.as_ref().and_then(|one| one.sureness).map(|known| known.title().to_owned())
    };
    let changes = [
        (item.clone(), evidence(&was), evidence(&is)),
        (format!("{item}.sureness"), known(&was), known(&is)),
    ];
    for (item, old, new) in changes {
        line(session, &item, cell.slot.row, (old, new), Some(why), at);
    }
}

/// Writes why a matrix lacks a column; without `why` as a run of typing.
pub(in crate::clinic::engine) fn put_reason(
    session: &mut Session,
    slot: &Slot,
    reason: Option<String>,
    at: Timestamp,
    why: Option<&str>,
) {
    let old = session.matrix_reason(slot).map(str::to_owned);
    session.matrix_reasons.retain(|one| one.slot != *slot);
    if let Some(text) = reason.clone() {
        let value = Value::Text(text);
        session.matrix_reasons.push(Answer { slot: slot.clone(), value });
    }
    line(session, &format!("{}.reason", slot.item), slot.row, (old, reason), why, at);
}

/// Puts an action at its place, or takes it out.
pub(in crate::clinic::engine) fn put_action(
    session: &mut Session,
    id: ActionId,
    action: Option<(usize, Box<Action>)>,
    at: Timestamp,
    why: &str,
) {
    let index = session.actions.iter().position(|one| one.id == id);
    let old = index.map(|index| shown(&session.actions.remove(index).details));
    let new = action.as_ref().map(|(_, action)| shown(&action.details));
    if let Some((index, action)) = action {
        session.actions.insert(index.min(session.actions.len()), *action);
    }
    line(session, &format!("action {}", id.0), None, (old, new), Some(why), at);
}

/// Puts what became of an earlier note's action; without a `why` it may be one letter of a text.
pub(in crate::clinic::engine) fn put_earlier(
    session: &mut Session,
    action: EarlierAction,
    at: Timestamp,
    why: Option<&str>,
) {
    let actions = session.earlier.as_mut().map(|earlier| &mut earlier.actions);
    let found = actions.into_iter().flatten();
    let found = found.into_iter().find(|one| one.note == action.note && one.id == action.id);
    let Some(found) = found else { return };
    let (old, new) = (Some(shown(&found.details)), Some(shown(&action.details)));
    let item = format!("earlier action {}", action.id.0);
    *found = action;
    line(session, &item, None, (old, new), why, at);
}

/// Puts a citation at its place, or takes it out.
pub(in crate::clinic::engine) fn put_citation(
    session: &mut Session,
    id: &str,
    citation: Option<(usize, Citation)>,
    at: Timestamp,
    why: &str,
) {
    let told = |one: &Citation| format!("{} {}", one.id, one.version);
    let index = session.citations.iter().position(|one| one.id == id);
    let old = index.map(|index| told(&session.citations.remove(index)));
    let new = citation.as_ref().map(|(_, one)| told(one));
    if let Some((index, citation)) = citation {
        session.citations.insert(index.min(session.citations.len()), citation);
    }
    line(session, "citation", None, (old, new), Some(why), at);
}

fn line(
    session: &mut Session,
    item: &str,
    row: Option<crate::clinic::template::value::RowId>,
    (old, new): (Option<String>, Option<String>),
    why: Option<&str>,
    at: Timestamp,
) {
    if old != new {
        let typed = why.is_none();
        let why = why.map(str::to_owned);
        record(session, at, Line { item, row, old, new, why, typed });
    }
}
