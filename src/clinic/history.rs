//! What can be undone: for every change of the form, the parts it touched as they were before.
//!
//! Promises: it lives only while the session is open, is never written into the note and never
//! printed; it holds no placement but those of a removed row; it is bounded.

mod difference;

use std::sync::Arc;

use jiff::Timestamp;

use super::follow_up::carry_over::about;
use super::session::{History, IrreversibleChange, Removed, Session, SessionPart, UndoStep};
use super::template::value::{RowId, Slot};

pub(in crate::clinic) use difference::between;

/// Seconds without typing after which the next letter begins a new change.
const PAUSE: i64 = 10;

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

/// A row that was removed since the session was opened.
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

/// Returns the change that [`Event::Undone`](super::Event::Undone) would undo.
pub fn next_undo(session: &Session) -> Option<UndoableChange> {
    session.history.undo.last().map(|step| named(session, step))
}

/// Returns the change that [`Event::Redone`](super::Event::Redone) would redo.
pub fn next_redo(session: &Session) -> Option<UndoableChange> {
    session.history.redo.last().map(|step| named(session, step))
}

/// Returns the rows that can be brought back, the last removed first.
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

fn named(session: &Session, step: &UndoStep) -> UndoableChange {
    let slot = step.parts.iter().find_map(SessionPart::slot);
    let place = slot.and_then(|slot| session.template().item(&slot.item));
    let other = || step.parts.first().map_or("", SessionPart::name).to_owned();
    UndoableChange {
        what: place.map_or_else(other, |at| at.item.text.show(session.language()).to_owned()),
        stage: place.map(|place| place.stage),
        slot: slot.filter(|_| place.is_some()).cloned(),
    }
}

/// Returns the last change, if it cannot be undone.
pub fn last_change_is_irreversible(session: &Session) -> Option<IrreversibleChange> {
    session.history.lasting
}

impl History {
    /// Records a change from `before` to `after`; `typed` says that it may be one letter of
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
                let now = between(after, before).iter().map(SessionPart::length).sum::<usize>();
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
        self.push(UndoStep { parts, at, typing });
    }

    /// Records a row that was removed.
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
        self.push_removed(removed);
    }
}
