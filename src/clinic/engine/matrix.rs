//! Events of the risk, need and strength matrix.

use super::{AuditLine, Edit, asked_item, filled, long_text};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{Answer, Certainty, Column, MatrixCell, Session};
use crate::clinic::template::ItemType;
use crate::clinic::template::value::{Slot, Value};

impl Edit<'_> {
    pub(super) fn write_cell(
        &mut self,
        slot: &Slot,
        domain: &str,
        column: Column,
        evidence: &str,
    ) -> Result<(), Refusal> {
        let evidence = long_text(evidence)?;
        let cell = cell(self.session, slot, domain, column)?;
        let (item, old, new) = (name(cell), filled(&cell.evidence), filled(&evidence));
        cell.evidence = evidence;
        self.record(AuditLine::new(&item, old, new).in_row(slot.row).typed());
        Ok(())
    }

    pub(super) fn set_certainty(
        &mut self,
        slot: &Slot,
        domain: &str,
        column: Column,
        sureness: Option<Certainty>,
    ) -> Result<(), Refusal> {
        let cell = cell(self.session, slot, domain, column)?;
        let old = certainty(cell);
        cell.sureness = sureness;
        let (item, new) = (format!("{}.sureness", name(cell)), certainty(cell));
        self.record(AuditLine::new(&item, old, new).in_row(slot.row));
        Ok(())
    }

    pub(super) fn write_reason(&mut self, slot: &Slot, reason: &str) -> Result<(), Refusal> {
        asked_item(self.session, slot, |kind| kind == ItemType::Matrix)?;
        self.put_reason(slot, filled(&long_text(reason)?), None);
        Ok(())
    }

    /// Takes the matrix of a removed row out; the trail keeps it.
    pub(super) fn forget_matrix(&mut self, slot: &Slot, why: &str) {
        let cells: Vec<MatrixCell> =
            self.session.matrix.iter().filter(|cell| cell.slot == *slot).cloned().collect();
        for cell in cells {
            self.put_cell(cell, false, why);
        }
        self.put_reason(slot, None, Some(why));
    }

    /// Restores a cell, or removes it.
    pub(super) fn put_cell(&mut self, cell: MatrixCell, there: bool, why: &str) {
        let index = self.session.matrix.iter().position(|one| one.is_same(&cell));
        let was = index.map(|index| self.session.matrix.remove(index));
        let is = there.then(|| cell.clone());
        let item = name(&cell);
        let evidence = |cell: &MatrixCell| filled(&cell.evidence);
        let changes = [
            (item.clone(), was.as_ref().and_then(evidence), is.as_ref().and_then(evidence)),
            (
                format!("{item}.sureness"),
                was.as_ref().and_then(certainty),
                is.as_ref().and_then(certainty),
            ),
        ];
        if let Some(is) = is {
            self.session.matrix.insert(index.unwrap_or(self.session.matrix.len()), is);
        }
        for (item, old, new) in changes {
            let line = AuditLine::new(&item, old, new).in_row(cell.slot.row);
            self.record_difference(line, Some(why));
        }
    }

    /// Writes why a matrix lacks a column; without `why` as a run of typing.
    pub(super) fn put_reason(&mut self, slot: &Slot, reason: Option<String>, why: Option<&str>) {
        let old = self.session.matrix_reason(slot).map(str::to_owned);
        self.session.matrix_reasons.retain(|one| one.slot != *slot);
        if let Some(text) = reason.clone() {
            let value = Value::Text(text);
            self.session.matrix_reasons.push(Answer { slot: slot.clone(), value });
        }
        let item = format!("{}.reason", slot.item);
        let line = AuditLine::new(&item, old, reason).in_row(slot.row);
        self.record_difference(line, why);
    }
}

/// What the trail calls a cell.
fn name(cell: &MatrixCell) -> String {
    format!("{}.{}.{}", cell.slot.item, cell.domain, cell.column.title().to_lowercase())
}

fn certainty(cell: &MatrixCell) -> Option<String> {
    cell.sureness.map(|known| known.title().to_owned())
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
    let (slot, domain) = (slot.clone(), domain.to_owned());
    let new = MatrixCell { slot, domain, column, evidence: String::new(), sureness: None };
    let index = session.matrix.iter().position(|one| one.is_same(&new)).unwrap_or_else(|| {
        session.matrix.push(new);
        session.matrix.len() - 1
    });
    Ok(&mut session.matrix[index])
}
