//! What can be undone in an open session: for every change of the form, the parts it touched as
//! they were before.
//!
//! Lives only while the session is open. Never written into the note and never printed; bounded.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::earlier::EarlierAction;
use super::parts::Leftover;
use crate::clinic::action::Action;
use crate::clinic::citation::Citation;
use crate::clinic::matrix::MatrixCell;
use crate::clinic::rating::{Dissent, Rating};
use crate::clinic::template::value::{ActionId, ParticipantId, RowId, Slot, Value};

/// Most changes that can be undone.
const MAX_CHANGES: usize = 100;

/// One change: what to put back to be where it began.
#[derive(Clone)]
pub(in crate::clinic) struct UndoStep {
    pub(in crate::clinic) parts: Vec<SessionPart>,
    pub(in crate::clinic) at: Timestamp,
    /// For typing in one field: whether the text grows.
    pub(in crate::clinic) typing: Option<bool>,
}

/// A row that was taken out, with what puts it back.
pub(in crate::clinic) struct Removed {
    pub(in crate::clinic) group: String,
    pub(in crate::clinic) row: RowId,
    pub(in crate::clinic) about: String,
    pub(in crate::clinic) parts: Vec<SessionPart>,
}

/// The changes of a session that is open. Two sessions with different histories are equal: what
/// can be undone is no part of what a note says.
#[derive(Clone, Default)]
pub(in crate::clinic) struct History {
    pub(in crate::clinic) undo: Vec<Arc<UndoStep>>,
    pub(in crate::clinic) redo: Vec<Arc<UndoStep>>,
    pub(in crate::clinic) removed: Vec<Arc<Removed>>,
    /// Made after all that can be undone.
    pub(in crate::clinic) lasting: Option<IrreversibleChange>,
}

impl PartialEq for History {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "History({} to undo, {} to redo)", self.undo.len(), self.redo.len())
    }
}

impl History {
    /// Another change was made that can't be undone: what was undone before it stays undone.
    pub(in crate::clinic) fn note_lasting(&mut self, lasting: IrreversibleChange) {
        self.redo.clear();
        self.lasting = Some(lasting);
    }

    /// Everything, because the session has come to its end.
    pub(in crate::clinic) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(in crate::clinic) fn take_undo(&mut self) -> Option<Arc<UndoStep>> {
        self.undo.pop()
    }

    pub(in crate::clinic) fn take_redo(&mut self) -> Option<Arc<UndoStep>> {
        self.redo.pop()
    }

    pub(in crate::clinic) fn undone(&mut self, parts: Vec<SessionPart>, at: Timestamp) {
        self.lasting = None;
        self.redo.push(Arc::new(UndoStep { parts, at, typing: None }));
    }

    pub(in crate::clinic) fn redone(&mut self, parts: Vec<SessionPart>, at: Timestamp) {
        self.push(UndoStep { parts, at, typing: None });
    }

    /// How many changes can be undone, and made again.
    #[cfg(test)]
    pub(in crate::clinic) fn depth(&self) -> (usize, usize) {
        (self.undo.len(), self.redo.len())
    }

    pub(in crate::clinic) fn push(&mut self, step: UndoStep) {
        if self.undo.len() >= MAX_CHANGES {
            self.undo.remove(0);
        }
        self.undo.push(Arc::new(step));
    }

    /// What puts the row back.
    pub(in crate::clinic) fn removed(&self, group: &str, row: RowId) -> Option<Vec<SessionPart>> {
        let found = self.removed.iter().rfind(|one| one.group == group && one.row == row);
        found.map(|one| one.parts.clone())
    }

    /// Whether a row that could come back holds a placement or a view of theirs.
    pub(in crate::clinic) fn names(&self, who: ParticipantId) -> bool {
        let steps = self.undo.iter().chain(&self.redo).flat_map(|step| &step.parts);
        steps.chain(self.removed.iter().flat_map(|one| &one.parts)).any(|part| part.names(who))
    }

    pub(in crate::clinic) fn push_removed(&mut self, removed: Removed) {
        self.removed.retain(|one| one.row != removed.row);
        if self.removed.len() >= MAX_CHANGES {
            self.removed.remove(0);
        }
        self.removed.push(Arc::new(removed));
    }
}

/// One part of a session and what it was; `None` where it was not there. What stands in a list
/// keeps its place in it.
#[derive(Clone, PartialEq)]
pub(in crate::clinic) enum SessionPart {
    /// A row: its place among the rows of its group, and the row it is in.
    Row {
        group: String,
        row: RowId,
        there: Option<(usize, Option<RowId>)>,
    },
    Answer(Slot, Option<Value>),
    /// A rating that came or went with its row.
    Rating(Slot, Option<Box<Rating>>),
    Basis(Slot, String),
    Dissent(Slot, ParticipantId, Option<(usize, Dissent)>),
    /// A cell; with None, that it was not there.
    Cell(Box<MatrixCell>, bool),
    Reason(Slot, Option<String>),
    Action(ActionId, Option<(usize, Box<Action>)>),
    Earlier(Box<EarlierAction>),
    Citation(String, Option<(usize, Citation)>),
    Leftovers(Vec<Leftover>),
}

impl SessionPart {
    /// The field it belongs to.
    pub(in crate::clinic) fn slot(&self) -> Option<&Slot> {
        match self {
            Self::Answer(slot, _)
            | Self::Rating(slot, _)
            | Self::Basis(slot, _)
            | Self::Dissent(slot, ..)
            | Self::Reason(slot, _) => Some(slot),
            Self::Cell(cell, _) => Some(&cell.slot),
            _ => None,
        }
    }

    /// What it is called where no field is.
    pub(in crate::clinic) fn name(&self) -> &str {
        match self {
            Self::Row { .. } => "a row",
            Self::Action(..) => "an action",
            Self::Earlier(_) => "an earlier action",
            Self::Citation(..) => "a citation",
            Self::Leftovers(_) => "an answer to a question no longer asked",
            _ => "an answer",
        }
    }

    /// Whether `other` is the same part, whatever it holds.
    pub(in crate::clinic) fn is_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Answer(a, _), Self::Answer(b, _))
            | (Self::Basis(a, _), Self::Basis(b, _))
            | (Self::Reason(a, _), Self::Reason(b, _)) => a == b,
            (Self::Cell(a, _), Self::Cell(b, _)) => same_cell(a, b),
            (Self::Action(a, Some(_)), Self::Action(b, Some(_))) => a == b,
            (Self::Earlier(a), Self::Earlier(b)) => a.note == b.note && a.id == b.id,
            _ => false,
        }
    }

    /// Letters in it, so that typing can be told from taking out.
    pub(in crate::clinic) fn length(&self) -> usize {
        match self {
            Self::Answer(_, Some(Value::Text(text))) | Self::Basis(_, text) => text.len(),
            Self::Cell(cell, true) => cell.evidence.len(),
            Self::Reason(_, Some(text)) => text.len(),
            Self::Action(_, Some((_, action))) => {
                let one = &action.details;
                [&one.what, &one.why, &one.owner, &one.agency, &one.measure, &one.outcome]
                    .map(String::len)
                    .iter()
                    .sum()
            }
            Self::Earlier(action) => action.details.outcome.len(),
            _ => 0,
        }
    }

    /// Whether it holds a placement or a view of theirs.
    pub(in crate::clinic) fn names(&self, who: ParticipantId) -> bool {
        match self {
            Self::Rating(_, Some(rating)) => rating.names(who),
            Self::Dissent(_, participant, Some(_)) => *participant == who,
            _ => false,
        }
    }
}

pub(in crate::clinic) fn same_cell(a: &MatrixCell, b: &MatrixCell) -> bool {
    a.slot == b.slot && a.domain == b.domain && a.column == b.column
}

/// A kind of change that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IrreversibleChange {
    /// Who is here.
    People,
    /// How placements are taken.
    PlacementMethod,
    /// A placement that nobody has seen.
    Placement,
    /// All placements were shown.
    Reveal,
    /// A second round was opened.
    SecondRound,
    /// What the group concluded.
    Agreement,
}

impl IrreversibleChange {
    /// That it stays, and how it is put right: a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::People => {
                "To change who is here, edit the list at the first stage. Undo does not change it."
            }
            Self::PlacementMethod => {
                "To change how placements are made, choose another way. Undo does not change it."
            }
            Self::Placement => {
                "To change a placement, place again. Undo does not change placements."
            }
            Self::Reveal => {
                "Revealed placements stay revealed. To place again, open a second round."
            }
            Self::SecondRound => "A second round cannot be undone once it is open.",
            Self::Agreement => {
                "To change the agreed placement, choose another; to remove it, choose the same one \
                 again. Undo does not change it."
            }
        }
    }
}
