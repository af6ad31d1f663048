//! What can be undone: for every change of the form, the parts it touched as they were before.
//!
//! Promises: it lives only while the session is open, is never written into the note and never
//! printed; it holds no placement but those of a row that was taken out whole; it is bounded.

mod irreversible_changes;
mod part;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::follow_up::carry_over::about;
use super::session::Session;
use super::template::value::{ParticipantId, RowId, Slot};

pub use irreversible_changes::{IrreversibleChange, last_change_is_irreversible};
pub(in crate::clinic) use part::{Part, between};

/// Most changes that can be undone.
const MOST: usize = 100;
/// Seconds without typing after which the next letter begins a new change.
const PAUSE: i64 = 10;

/// One change: what to put back to be where it began.
#[derive(Clone)]
pub(in crate::clinic) struct Step {
    pub(in crate::clinic) parts: Vec<Part>,
    at: Timestamp,
    /// For typing in one field: whether the text grows.
    typing: Option<bool>,
}

/// A row that was taken out, with what puts it back.
struct Removed {
    group: String,
    row: RowId,
    about: String,
    parts: Vec<Part>,
}

/// The changes of a session that is open. Two sessions with different histories are equal: what
/// can be undone is no part of what a note says.
#[derive(Clone, Default)]
pub(in crate::clinic) struct History {
    undo: Vec<Arc<Step>>,
    redo: Vec<Arc<Step>>,
    removed: Vec<Arc<Removed>>,
    /// Made after all that can be undone.
    lasting: Option<IrreversibleChange>,
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

/// A change that can be undone or made again, and where to go to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoableChange {
    /// The question or heading it belongs to.
    pub what: String,
    /// Index of its stage, where it belongs to one.
    pub stage: Option<usize>,
    /// Its field, where it has one.
    pub slot: Option<Slot>,
}

/// A row that was taken out since the session was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedRow {
    /// Its group.
    pub group: String,
    /// Its name, for [`Event::RowBroughtBack`](super::Event::RowBroughtBack).
    pub row: RowId,
    /// The title of the group.
    pub title: String,
    /// The beginning of what was written in it, or blank.
    pub about: String,
}

/// What [`Event::Undone`](super::Event::Undone) would take back.
pub fn next_undo(session: &Session) -> Option<UndoableChange> {
    session.history.undo.last().map(|step| named(session, step))
}

/// What [`Event::Redone`](super::Event::Redone) would make again.
pub fn next_redo(session: &Session) -> Option<UndoableChange> {
    session.history.redo.last().map(|step| named(session, step))
}

/// Rows that can be brought back, the one taken out last first.
pub fn removed_rows(session: &Session) -> Vec<RemovedRow> {
    let gone = |one: &&Arc<Removed>| !session.rows(&one.group).contains(&one.row);
    let removed = session.history.removed.iter().rev().filter(gone);
    removed
        .filter_map(|one| {
            let place = session.template().item(&one.group)?;
            Some(RemovedRow {
                group: one.group.clone(),
                row: one.row,
                title: place.item.text.show(session.language()).to_owned(),
                about: one.about.clone(),
            })
        })
        .collect()
}

fn named(session: &Session, step: &Step) -> UndoableChange {
    let slot = step.parts.iter().find_map(Part::slot);
    let place = slot.and_then(|slot| session.template().item(&slot.item));
    let other = || step.parts.first().map_or("", Part::name).to_owned();
    UndoableChange {
        what: place.map_or_else(other, |at| at.item.text.show(session.language()).to_owned()),
        stage: place.map(|place| place.stage),
        slot: slot.filter(|_| place.is_some()).cloned(),
    }
}

impl History {
    /// Takes note of a change from `before` to `after`; `typed` says that it may be one letter of
    /// a longer text.
    pub(in crate::clinic) fn note(
        &mut self,
        before: &Session,
        after: &Session,
        at: Timestamp,
        typed: bool,
    ) {
        let parts = between(before, after);
        if parts.is_empty() {
            return;
        }
        let typing = match parts.as_slice() {
            [one] if typed => {
                let now = between(after, before).iter().map(Part::length).sum::<usize>();
                Some(now >= one.length())
            }
            _ => None,
        };
        let runs_on = self.lasting.is_none()
            && self.redo.is_empty()
            && self.undo.last().is_some_and(|last| {
                typing.is_some()
                    && last.typing == typing
                    && last.parts[0].is_of(&parts[0])
                    && (0..=PAUSE).contains(&at.duration_since(last.at).as_secs())
            });
        self.redo.clear();
        self.lasting = None;
        if runs_on && let Some(last) = self.undo.last_mut() {
            Arc::make_mut(last).at = at;
            return;
        }
        self.push(Step { parts, at, typing });
    }

    /// Another change was made that can't be undone: what was undone before it stays undone.
    pub(in crate::clinic) fn note_lasting(&mut self, lasting: IrreversibleChange) {
        self.redo.clear();
        self.lasting = Some(lasting);
    }

    /// Everything, because the session has come to its end.
    pub(in crate::clinic) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(in crate::clinic) fn take_undo(&mut self) -> Option<Arc<Step>> {
        self.undo.pop()
    }

    pub(in crate::clinic) fn take_redo(&mut self) -> Option<Arc<Step>> {
        self.redo.pop()
    }

    pub(in crate::clinic) fn undone(&mut self, parts: Vec<Part>, at: Timestamp) {
        self.lasting = None;
        self.redo.push(Arc::new(Step { parts, at, typing: None }));
    }

    pub(in crate::clinic) fn redone(&mut self, parts: Vec<Part>, at: Timestamp) {
        self.push(Step { parts, at, typing: None });
    }

    /// How many changes can be undone, and made again.
    #[cfg(test)]
    pub(in crate::clinic) fn depth(&self) -> (usize, usize) {
        (self.undo.len(), self.redo.len())
    }

    fn push(&mut self, step: Step) {
        if self.undo.len() >= MOST {
            self.undo.remove(0);
        }
        self.undo.push(Arc::new(step));
    }

    /// Takes note of a row that is about to be taken out of `session`.
    pub(in crate::clinic) fn note_removed(
        &mut self,
        before: &Session,
        after: &Session,
        group: &str,
        row: RowId,
    ) {
        let slot = Slot::in_row(group, row);
        let removed = Removed {
            group: group.to_owned(),
            row,
            about: about(before, Some(group), &slot),
            parts: between(before, after),
        };
        self.removed.retain(|one| one.row != row);
        if self.removed.len() >= MOST {
            self.removed.remove(0);
        }
        self.removed.push(Arc::new(removed));
    }

    /// What puts the row back.
    pub(in crate::clinic) fn removed(&self, group: &str, row: RowId) -> Option<Vec<Part>> {
        let found = self.removed.iter().rfind(|one| one.group == group && one.row == row);
        found.map(|one| one.parts.clone())
    }

    /// Whether a row that could come back holds a placement or a view of theirs.
    pub(in crate::clinic) fn names(&self, who: ParticipantId) -> bool {
        let steps = self.undo.iter().chain(&self.redo).flat_map(|step| &step.parts);
        steps.chain(self.removed.iter().flat_map(|one| &one.parts)).any(|part| part.names(who))
    }
}
