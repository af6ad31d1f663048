//! Events of the risk, need and strength matrix.

use jiff::Timestamp;

use super::{ApplyResult, AuditLine, asked_item, long_text, record, record_difference, saved};
use crate::clinic::event::Event;
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Answer, Column, MatrixCell, Session};
use crate::clinic::template::ItemType;
use crate::clinic::template::value::{Slot, Value};

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::MatrixCellWritten { slot, domain, column, evidence } => {
            let evidence = long_text(&evidence)?;
            let cell = cell(session, &slot, &domain, column)?;
            let old = filled(&cell.evidence);
            let new = filled(&evidence);
            cell.evidence = evidence;
            let item = format!("{}.{domain}.{}", slot.item, column.title().to_lowercase());
            record(
                session,
                at,
                AuditLine { item: &item, row: slot.row, old, new, why: None, typed: true },
            );
        }
        Event::MatrixCertaintyGiven { slot, domain, column, sureness } => {
            let cell = cell(session, &slot, &domain, column)?;
            let old = cell.sureness.map(|known| known.title().to_owned());
            let new = sureness.map(|known| known.title().to_owned());
            cell.sureness = sureness;
            let item = format!("{}.{domain}.{}.sureness", slot.item, column.title().to_lowercase());
            record(
                session,
                at,
                AuditLine { item: &item, row: slot.row, old, new, ..AuditLine::default() },
            );
        }
        Event::MatrixReasonWritten { slot, reason } => {
            asked_item(session, &slot, |kind| kind == ItemType::Matrix)?;
            let reason = filled(&long_text(&reason)?);
            put_reason(session, &slot, reason, at, None);
        }
        other => return super::misrouted(&other),
    }
    saved()
}

fn cell<'a>(
    session: &'a mut Session,
    slot: &Slot,
    domain: &str,
    column: Column,
) -> Result<&'a mut MatrixCell, Refusal> {
    let place = asked_item(session, slot, |kind| kind == ItemType::Matrix)?;
    if !place.item.domains.iter().any(|one| one.code == domain) {
        return Err(Refusal::Unknown { what: domain.to_owned() });
    }
    let same =
        |cell: &MatrixCell| cell.slot == *slot && cell.domain == domain && cell.column == column;
    let index = session.matrix.iter().position(same).unwrap_or_else(|| {
        session.matrix.push(MatrixCell {
            slot: slot.clone(),
            domain: domain.to_owned(),
            column,
            evidence: String::new(),
            sureness: None,
        });
        session.matrix.len() - 1
    });
    Ok(&mut session.matrix[index])
}

/// Takes the matrix of a removed row out; the trail keeps it.
pub(super) fn forget(session: &mut Session, slot: &Slot, at: Timestamp, why: &str) {
    let cells: Vec<MatrixCell> =
        session.matrix.iter().filter(|cell| cell.slot == *slot).cloned().collect();
    for cell in cells {
        put_cell(session, cell, false, at, why);
    }
    put_reason(session, slot, None, at, Some(why));
}

/// Restores a cell, or removes it.
pub(super) fn put_cell(
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
        record_difference(session, &item, cell.slot.row, (old, new), Some(why), at);
    }
}

/// Writes why a matrix lacks a column; without `why` as a run of typing.
pub(super) fn put_reason(
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
    record_difference(session, &format!("{}.reason", slot.item), slot.row, (old, reason), why, at);
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
