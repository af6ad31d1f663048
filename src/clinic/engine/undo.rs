//! Undo, redo, and removed rows that come back.
//!
//! Promises: what is restored goes through the same setters as every change, each with its own
//! line in the audit trail; placements, reveals, moves and the clock are never undone.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{AuditLine, Edit, filled, rows};
use crate::clinic::form::completion::{HiddenAnswer, hidden_answers};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{
    Leftover, LeftoverReason, Session, SessionPart, UndoStep, between, place_of,
};
use crate::clinic::template::value::{RowId, Slot};

impl Edit<'_> {
    pub(super) fn undo(&mut self) -> Result<(), Refusal> {
        let nothing = Refusal::NotNow { why: "Nothing to undo." };
        let step = self.session.history.undo.pop().ok_or(nothing)?;
        let parts = self.restore(&step.parts, "undone");
        self.session.history.lasting = None;
        self.session.history.redo.push(Arc::new(UndoStep { parts, at: self.at, typing: None }));
        Ok(())
    }

    pub(super) fn redo(&mut self) -> Result<(), Refusal> {
        let nothing = Refusal::NotNow { why: "Nothing to redo." };
        let step = self.session.history.redo.pop().ok_or(nothing)?;
        let parts = self.restore(&step.parts, "redone");
        self.session.history.push(UndoStep { parts, at: self.at, typing: None });
        Ok(())
    }

    pub(super) fn keep_hidden(&mut self, slot: Slot) -> Result<(), Refusal> {
        let HiddenAnswer { question, shown: text, value, .. } = hidden(self.session, &slot)?;
        self.set_answer(&slot, None, Some("kept at the end of the note"));
        let (because, value) = (LeftoverReason::NoLongerAsked, Some(value));
        self.session.leftovers.push(Leftover { slot, question, text, because, value });
        Ok(())
    }

    pub(super) fn leave_out_hidden(&mut self, slot: &Slot) -> Result<(), Refusal> {
        hidden(self.session, slot)?;
        self.set_answer(slot, None, Some("left out"));
        Ok(())
    }

    pub(super) fn return_leftover(&mut self, slot: &Slot) -> Result<(), Refusal> {
        let gone = || Refusal::Unknown { what: slot.item.clone() };
        let fits = place_of(self.session, slot).is_some() && self.session.answer(slot).is_none();
        let index = self.session.leftovers.iter().rposition(|one| one.slot == *slot);
        let index = index.filter(|_| fits).ok_or_else(gone)?;
        let value = self.session.leftovers[index].value.clone().ok_or_else(gone)?;
        self.session.leftovers.remove(index);
        self.set_answer(slot, Some(value), Some("moved back to its question"));
        Ok(())
    }

    pub(super) fn bring_row_back(&mut self, group: &str, row: RowId) -> Result<(), Refusal> {
        let unknown = || Refusal::Unknown { what: group.to_owned() };
        let parts = self.session.history.removed(group, row).ok_or_else(unknown)?;
        if self.session.rows(group).contains(&row) {
            return Err(unknown());
        }
        let parent = parts.iter().find_map(|part| match part {
            SessionPart::Row { row: one, there: Some((_, parent)), .. } if *one == row => {
                Some(*parent)
            }
            _ => None,
        });
        rows::room_for_one(self.session, group, parent.ok_or_else(unknown)?)?;
        self.restore(&parts, "row restored");
        Ok(())
    }

    /// Restores the parts, and returns what restores what was there before.
    fn restore(&mut self, parts: &[SessionPart], why: &str) -> Vec<SessionPart> {
        let before = self.session.clone();
        for part in parts {
            self.restore_part(part.clone(), why);
        }
        between(&before, self.session)
    }

    fn restore_part(&mut self, part: SessionPart, why: &str) {
        match part {
            SessionPart::Row { group, row, there: Some((index, parent)) } => {
                self.insert_row(&group, row, index, parent);
                let line = AuditLine::new(&group, None, Some("restored".to_owned()));
                self.record(line.in_row(Some(row)).because(why));
            }
            SessionPart::Row { group, row, there: None } => {
                self.take_row_out(&group, row, why);
            }
            SessionPart::Answer(slot, value) => self.set_answer(&slot, value, Some(why)),
            SessionPart::Rating(slot, None) => self.forget_rating(&slot, why),
            SessionPart::Rating(_, Some(rating)) => self.bring_rating_back(*rating, why),
            SessionPart::Basis(slot, text) => self.put_basis(&slot, text, why),
            SessionPart::Dissent(slot, who, dissent) => {
                self.put_dissent(&slot, who, dissent, why);
            }
            SessionPart::Cell(cell, there) => self.put_cell(*cell, there, why),
            SessionPart::Reason(slot, reason) => {
                self.put_reason(&slot, reason, Some(why));
            }
            SessionPart::Action(id, action) => self.put_action(id, action, why),
            SessionPart::Earlier(action) => self.put_earlier(*action, Some(why)),
            SessionPart::Citation(id, citation) => {
                self.put_citation(&id, citation, why);
            }
            SessionPart::Leftovers(leftovers) => {
                let texts = |list: &[Leftover]| {
                    let texts: Vec<&str> = list.iter().map(|one| one.text.as_str()).collect();
                    filled(&texts.join("; "))
                };
                let (old, new) = (texts(&self.session.leftovers), texts(&leftovers));
                self.session.leftovers = leftovers;
                self.record(AuditLine::new("leftovers", old, new).because(why));
            }
        }
    }
}

fn hidden(session: &Session, slot: &Slot) -> Result<HiddenAnswer, Refusal> {
    let found = hidden_answers(session).into_iter().find(|one| one.slot == *slot);
    found.ok_or_else(|| Refusal::Unknown { what: slot.item.clone() })
}
