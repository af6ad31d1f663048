//! What can be undone in an open session: for every change of the form, the parts it touched as
//! they were before.
//!
//! Promises: it lives only while the note is being written, in the draft too, so that leaving and
//! resuming loses no undo; a completed note and its edition for members have none of it; it is never
//! printed; it holds no placement but those of a removed row; it is bounded.

use std::{collections::BTreeSet, fmt, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Action, Answer, Citation, EarlierAction, Leftover, MatrixCell, Session, Shared};
use crate::clinic::rating::{Dissent, Rating};
use crate::clinic::template::value::{ActionId, ParticipantId, RowId, Slot, Value};

/// Most changes that can be undone.
const MAX_CHANGES: usize = 100;
/// Most bytes of changes that a draft keeps: the newest.
const MAX_STORED_BYTES: usize = 32 * 1024;
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

impl UndoableChange {
    /// Returns what changed, as it stands within a sentence.
    pub fn title(&self) -> &str {
        self.what.trim_end_matches(['.', '?'])
    }
}

/// A row that was removed since the session was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedRow {
    /// Its group.
    pub group: String,
    /// Its name, for [`Event::RowBroughtBack`](crate::clinic::Event::RowBroughtBack).
    pub row: RowId,
    /// The title of the group.
    pub title: String,
    /// The beginning of what was written in it, or blank.
    pub about: String,
}

/// Returns the change that [`Event::Undone`](crate::clinic::Event::Undone) would undo.
pub fn next_undo(session: &Session) -> Option<UndoableChange> {
    session.history.undo.last().map(|step| named(session, step))
}

/// Returns the change that [`Event::Redone`](crate::clinic::Event::Redone) would redo.
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

/// A kind of change that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
                "To change the agreed placement, choose another; to remove it, clear the answer. \
                 Undo does not change it."
            }
        }
    }
}

/// One change: what undoes it.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::clinic) struct UndoStep {
    pub(in crate::clinic) parts: Vec<SessionPart>,
    pub(in crate::clinic) at: Timestamp,
    /// For typing in one field: whether the text grows.
    pub(in crate::clinic) typing: Option<bool>,
}

/// A row that was removed, with what restores it.
#[derive(Serialize, Deserialize)]
pub(in crate::clinic) struct Removed {
    pub(in crate::clinic) group: String,
    pub(in crate::clinic) row: RowId,
    pub(in crate::clinic) about: String,
    pub(in crate::clinic) parts: Vec<SessionPart>,
}

/// The changes of a session that is open. Two sessions with different histories are equal: a note
/// does not say what can be undone.
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

/// A history as a draft keeps it: every change as JSON, which has a word for “was not there”.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredHistory {
    undo: Vec<String>,
    redo: Vec<String>,
    removed: Vec<String>,
    lasting: Option<IrreversibleChange>,
}

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut room = MAX_STORED_BYTES;
        let stored = StoredHistory {
            undo: newest(&self.undo, &mut room),
            redo: newest(&self.redo, &mut room),
            removed: newest(&self.removed, &mut room),
            lasting: self.lasting,
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for History {
    /// Reads what a draft keeps. A change that cannot be read only can't be undone: it and those
    /// before it are left out, and the draft opens.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = StoredHistory::deserialize(deserializer)?;
        Ok(Self {
            undo: read(&stored.undo),
            redo: read(&stored.redo),
            removed: read(&stored.removed),
            lasting: stored.lasting,
        })
    }
}

/// The newest of a list as JSON, as many as there is room for, in order.
fn newest<T: Serialize>(list: &[Arc<T>], room: &mut usize) -> Vec<String> {
    let texts = list.iter().rev().map_while(|one| {
        let text = serde_json::to_string(one.as_ref()).ok()?;
        *room = room.checked_sub(text.len())?;
        Some(text)
    });
    let mut texts: Vec<String> = texts.collect();
    texts.reverse();
    texts
}

fn read<T: for<'de> Deserialize<'de>>(texts: &[String]) -> Vec<Arc<T>> {
    let read = texts.iter().rev().map_while(|text| serde_json::from_str(text).ok().map(Arc::new));
    let mut read: Vec<Arc<T>> = read.collect();
    read.reverse();
    read
}

impl History {
    /// Whether there is nothing to undo, redo or bring back.
    pub(in crate::clinic) fn is_empty(&self) -> bool {
        self.undo.is_empty()
            && self.redo.is_empty()
            && self.removed.is_empty()
            && self.lasting.is_none()
    }

    /// Another change was made that can't be undone: what was undone before it stays undone.
    pub(in crate::clinic) fn note_lasting(&mut self, lasting: IrreversibleChange) {
        self.redo.clear();
        self.lasting = Some(lasting);
    }

    /// What is typed next does not join the last change.
    pub(in crate::clinic) fn end_run(&mut self) {
        if let Some(last) = self.undo.last_mut().filter(|last| last.typing.is_some()) {
            Arc::make_mut(last).typing = None;
        }
    }

    /// Forgets everything, because the session has come to its end.
    pub(in crate::clinic) fn forget(&mut self) {
        *self = Self::default();
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
        // How we know an answer is set by itself with its first letter, and is undone with it.
        if let ([one], Some(last)) = (parts.as_slice(), self.undo.last_mut())
            && !typed
            && last.at == at
            && last.typing == Some(true)
            && self.lasting.is_none()
            && one.first_says_of(&last.parts[0], after)
        {
            if !one.is_of(&last.parts[0]) {
                Arc::make_mut(last).parts.push(one.clone());
            }
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
        self.removed.retain(|one| one.row != row);
        if self.removed.len() >= MAX_CHANGES {
            self.removed.remove(0);
        }
        let about = before.about_row(Some(group), Some(row));
        let (group, parts) = (group.to_owned(), between(before, after));
        self.removed.push(Arc::new(Removed { group, row, about, parts }));
    }
}

/// One part of a session and what it was; `None` where it was not there. A member of a list
/// keeps its place in it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
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
            Self::Row { .. } => "adding or removing part of the form",
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
            (Self::Cell(a, _), Self::Cell(b, _)) => a.is_same(b),
            (Self::Action(a, Some(_)), Self::Action(b, Some(_))) => a == b,
            (Self::Earlier(a), Self::Earlier(b)) => a.note == b.note && a.id == b.id,
            _ => false,
        }
    }

    /// Whether it says how we know an answer or a cell, of which nothing said so before.
    fn first_says_of(&self, answer: &Self, session: &Session) -> bool {
        match (self, answer) {
            (Self::Answer(how, None), Self::Answer(what, _)) => {
                let qualifies = session
                    .template()
                    .item(&how.item)
                    .and_then(|place| place.item.qualifies.as_ref());
                how.row == what.row && qualifies == Some(&what.item)
            }
            (Self::Cell(cell, true), Self::Cell(other, _)) => {
                cell.is_same(other) && cell.sureness.is_none()
            }
            _ => false,
        }
    }

    /// Letters in it, so that typing can be told from deleting.
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

/// What to put into `after` to have `before` again: first rows that come back, the outer ones
/// first, then what is in rows and elsewhere, at last rows that go, the inner ones first. Ratings
/// count only where they came or went with their row; what was placed in one is never undone.
pub(in crate::clinic) fn between(before: &Session, after: &Session) -> Vec<SessionPart> {
    let mut parts = rows(before, after, true);
    answers(before, after, &mut parts);
    ratings(before, after, &mut parts);
    matrix(before, after, &mut parts);
    lists(before, after, &mut parts);
    let mut gone = rows(before, after, false);
    gone.reverse();
    parts.extend(gone);
    parts
}

/// Rows that are only in `before` (`back`), or only in `after`.
fn rows(before: &Session, after: &Session, back: bool) -> Vec<SessionPart> {
    let (from, other) = if back { (before, after) } else { (after, before) };
    let mut parts = Vec::new();
    for place in before.template().items().iter().filter(|place| place.item.repeats) {
        let group = &place.item.id;
        for (at, row) in from.rows(group).iter().enumerate() {
            if !other.rows(group).contains(row) {
                let there = back.then(|| (at, before.parent_row(*row)));
                parts.push(SessionPart::Row { group: group.clone(), row: *row, there });
            }
        }
    }
    parts
}

fn answers(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    // Most are the same in both, at the same place.
    let is_same_at = |at: usize, one: &Shared<Answer>, other: &[Shared<Answer>]| {
        other.get(at).is_some_and(|other| one.is_same(other))
    };
    for (at, was) in before.answers.iter().enumerate() {
        if !is_same_at(at, was, &after.answers) && after.answers.get(&was.slot) != Some(&was.value)
        {
            parts.push(SessionPart::Answer(was.slot.clone(), Some(was.value.clone())));
        }
    }
    for (at, is) in after.answers.iter().enumerate() {
        if !is_same_at(at, is, &before.answers) && before.answers.get(&is.slot).is_none() {
            parts.push(SessionPart::Answer(is.slot.clone(), None));
        }
    }
}

fn ratings(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    each(
        &before.ratings,
        &after.ratings,
        |one: &Rating| &one.slot,
        |slot| match (before.rating(slot), after.rating(slot)) {
            (Some(was), None) => {
                Some(SessionPart::Rating(slot.clone(), Some(Box::new(was.clone()))))
            }
            (None, Some(_)) => Some(SessionPart::Rating(slot.clone(), None)),
            _ => None,
        },
        parts,
    );
    for was in &before.ratings {
        let Some(is) = after.rating(&was.slot) else { continue };
        if was.basis != is.basis {
            parts.push(SessionPart::Basis(was.slot.clone(), was.basis.clone()));
        }
        listed(
            &was.dissent,
            &is.dissent,
            |one: &Dissent| one.participant,
            |who, was_there| SessionPart::Dissent(was.slot.clone(), who, was_there),
            parts,
        );
    }
}

fn matrix(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    for was in &before.matrix {
        if after.matrix.iter().find(|one| one.is_same(was)) != Some(was) {
            parts.push(SessionPart::Cell(Box::new(was.clone()), true));
        }
    }
    for is in &after.matrix {
        if !before.matrix.iter().any(|one| one.is_same(is)) {
            parts.push(SessionPart::Cell(Box::new(is.clone()), false));
        }
    }
    each(
        &before.matrix_reasons,
        &after.matrix_reasons,
        |one: &Answer| &one.slot,
        |slot| {
            let was = before.matrix_reason(slot);
            let changed = was != after.matrix_reason(slot);
            changed.then(|| SessionPart::Reason(slot.clone(), was.map(str::to_owned)))
        },
        parts,
    );
}

fn lists(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    listed(
        &before.actions,
        &after.actions,
        |one: &Action| one.id,
        |id, was| SessionPart::Action(id, was.map(|(at, action)| (at, Box::new(action)))),
        parts,
    );
    listed(
        &before.citations,
        &after.citations,
        |one: &Citation| one.id.clone(),
        SessionPart::Citation,
        parts,
    );
    if before.leftovers != after.leftovers {
        parts.push(SessionPart::Leftovers(before.leftovers.clone()));
    }
    if let (Some(was), Some(is)) = (&before.earlier, &after.earlier) {
        let changed = was.actions.iter().zip(&is.actions).filter(|(was, is)| was != is);
        parts.extend(changed.map(|(was, _)| SessionPart::Earlier(Box::new(was.clone()))));
    }
}

/// Every slot of either list once, in order.
fn each<'a, T>(
    before: &'a [T],
    after: &'a [T],
    slot: impl Fn(&'a T) -> &'a Slot,
    part: impl Fn(&'a Slot) -> Option<SessionPart>,
    parts: &mut Vec<SessionPart>,
) {
    let known: BTreeSet<&Slot> = before.iter().map(&slot).collect();
    let new = after.iter().map(&slot).filter(|slot| !known.contains(slot));
    parts.extend(before.iter().map(&slot).chain(new).filter_map(part));
}

/// Every member of a list that changed, came or went.
fn listed<T: Clone + PartialEq, K: PartialEq>(
    before: &[T],
    after: &[T],
    key: impl Fn(&T) -> K,
    part: impl Fn(K, Option<(usize, T)>) -> SessionPart,
    parts: &mut Vec<SessionPart>,
) {
    for (at, was) in before.iter().enumerate() {
        if !after.contains(was) {
            parts.push(part(key(was), Some((at, was.clone()))));
        }
    }
    for is in after {
        if !before.iter().any(|was| key(was) == key(is)) {
            parts.push(part(key(is), None));
        }
    }
}
