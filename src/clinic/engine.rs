//! The machine: one event, one new state or one refusal, and what is to be done outside.
//!
//! Promises: a refused event changes nothing; every change is in the audit trail, written here and
//! nowhere else; a placement enters the trail only when it is revealed.

mod action;
mod answers;
mod citation;
mod lifecycle;
mod matrix;
#[cfg(test)]
mod model_tests;
mod participants;
mod placement;
mod rows;
mod stages;
#[cfg(test)]
mod tests;
mod undo;

use jiff::Timestamp;

use crate::text::{clean, clean_line};

use super::clock::ring;
use super::event::{Event, SessionEffect};
use super::form::calculated;
use super::form::enablement::is_enabled;
use super::refusal::Refusal;
use super::session::{Change, IrreversibleChange, JUMPED, Jump, Session, Status, place_of};
use super::template::value::{RowId, Slot, Value};
use super::template::{Item, ItemPlace, ItemType};

/// Most characters in one field.
const MAX_FIELD_CHARS: usize = 100_000;
/// Most rows of a group whose template gives no limit.
const MAX_ROWS: usize = 50;

/// Seconds after which typing in the same field starts a new line of the trail.
const RUN: i64 = 120;

pub(in crate::clinic) use answers::{fitting, set};
pub(in crate::clinic) use rows::fill_up;

type ApplyResult = Result<Vec<SessionEffect>, Refusal>;

/// Takes `event` at `at`. The session is changed, or it is refused and the session is as it was.
pub fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    let mut next = session.clone();
    if next.status == Status::InProgress {
        watch_clock(&mut next, &event, at);
    }
    let passive = matches!(event, Event::DraftOpened | Event::TimePassed);
    let memory = Memory::of(&event);
    let mut effects = step(&mut next, event, at)?;
    if next.status == Status::InProgress {
        calculated::refresh(&mut next);
    }
    match memory {
        Memory::UndoableChange { typed } => {
            let mut history = std::mem::take(&mut next.history);
            history.note(session, &next, at, typed);
            next.history = history;
        }
        Memory::IrreversibleChange(what) => next.history.note_lasting(what),
        Memory::Apart => {}
    }
    if matches!(next.status, Status::Completed | Status::Amended | Status::EnteredInError) {
        next.history.forget();
    }
    if !passive && !effects.is_empty() {
        next.updated = at.max(next.updated);
    }
    effects.extend(ring(&mut next, at));
    *session = next;
    Ok(effects)
}

/// Counts the time since the last event. A draft may lie for years; but opened before it was last
/// changed, like an event before the last one, it tells of a clock that jumped.
fn watch_clock(session: &mut Session, event: &Event, at: Timestamp) {
    let opened = matches!(event, Event::DraftOpened);
    let jump = session.clock.jump(at).filter(|jump| !opened || *jump == Jump::Back);
    if opened {
        session.clock.skip_to(at);
    } else {
        session.clock.tick(session.stage, at);
    }
    if let Some(jump) = jump {
        let new = Some(jump.text().to_owned());
        record(session, at, AuditLine { item: JUMPED, new, ..AuditLine::default() });
    }
}

/// What the history makes of an event.
enum Memory {
    /// It can be undone; `typed`: it may be one letter of a longer text.
    UndoableChange { typed: bool },
    /// It stays, and nothing undone before it can be made again.
    IrreversibleChange(IrreversibleChange),
    /// It has nothing to do with what the form holds.
    Apart,
}

impl Memory {
    fn of(event: &Event) -> Self {
        match event {
            Event::Answered { value: Some(value), .. } => {
                Self::UndoableChange { typed: matches!(value, Value::Text(_)) }
            }
            Event::Answered { .. }
            | Event::MatrixCellWritten { .. }
            | Event::MatrixReasonWritten { .. }
            | Event::BasisWritten { .. }
            | Event::ActionChanged { .. }
            | Event::EarlierActionFollowedUp { .. } => Self::UndoableChange { typed: true },
            Event::RowAdded { .. }
            | Event::RowAddedWithin { .. }
            | Event::RowRemoved { .. }
            | Event::RowBroughtBack { .. }
            | Event::HiddenAnswerKept { .. }
            | Event::HiddenAnswerLeftOut { .. }
            | Event::LeftoverReturned { .. }
            | Event::DissentRecorded { .. }
            | Event::DissentWithdrawn { .. }
            | Event::MatrixCertaintyGiven { .. }
            | Event::ActionAdded { .. }
            | Event::ActionRemoved { .. }
            | Event::ActionFollowedUp { .. }
            | Event::EntryCited { .. }
            | Event::CitationRemoved { .. } => Self::UndoableChange { typed: false },
            Event::ParticipantAdded { .. }
            | Event::ParticipantChanged { .. }
            | Event::ParticipantRemoved { .. } => {
                Self::IrreversibleChange(IrreversibleChange::People)
            }
            Event::PlacementMethodChosen(_) => {
                Self::IrreversibleChange(IrreversibleChange::PlacementMethod)
            }
            Event::PlacedPrivately { .. }
            | Event::PlacedAgain { .. }
            | Event::PlacementWithdrawn { .. } => {
                Self::IrreversibleChange(IrreversibleChange::Placement)
            }
            Event::PlacementsRevealed { .. } => {
                Self::IrreversibleChange(IrreversibleChange::Reveal)
            }
            Event::SecondRoundOpened { .. } => {
                Self::IrreversibleChange(IrreversibleChange::SecondRound)
            }
            Event::PlacementAgreed { .. } | Event::PlacementReopened { .. } => {
                Self::IrreversibleChange(IrreversibleChange::Agreement)
            }
            _ => Self::Apart,
        }
    }
}

fn step(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    if session.status != Status::InProgress {
        return lifecycle::after_the_end(session, event, at);
    }
    match event {
        Event::DraftOpened | Event::TimePassed => Ok(Vec::new()),
        Event::LanguageChosen(language) => {
            session.language = language;
            saved()
        }
        Event::Answered { .. } => answers::apply(session, event, at),
        Event::RowAdded { .. } | Event::RowAddedWithin { .. } | Event::RowRemoved { .. } => {
            rows::apply(session, event, at)
        }
        Event::RowBroughtBack { .. }
        | Event::HiddenAnswerKept { .. }
        | Event::HiddenAnswerLeftOut { .. }
        | Event::LeftoverReturned { .. }
        | Event::Undone
        | Event::Redone => undo::apply(session, event, at),
        Event::ParticipantAdded { .. }
        | Event::ParticipantChanged { .. }
        | Event::ParticipantRemoved { .. } => participants::apply(session, event, at),
        Event::PlacementMethodChosen(_)
        | Event::PlacedPrivately { .. }
        | Event::PlacedAgain { .. }
        | Event::PlacementWithdrawn { .. }
        | Event::PlacementsRevealed { .. }
        | Event::SecondRoundOpened { .. }
        | Event::PlacementAgreed { .. }
        | Event::PlacementReopened { .. }
        | Event::BasisWritten { .. }
        | Event::DissentRecorded { .. }
        | Event::DissentWithdrawn { .. } => placement::apply(session, event, at),
        Event::MatrixCellWritten { .. }
        | Event::MatrixCertaintyGiven { .. }
        | Event::MatrixReasonWritten { .. } => matrix::apply(session, event, at),
        Event::ActionAdded { .. }
        | Event::ActionChanged { .. }
        | Event::ActionRemoved { .. }
        | Event::ActionFollowedUp { .. }
        | Event::EarlierActionFollowedUp { .. } => action::apply(session, event, at),
        Event::EntryCited { .. } | Event::CitationRemoved { .. } => {
            citation::apply(session, event, at)
        }
        Event::StageFinished
        | Event::StageReturned
        | Event::StageOpened { .. }
        | Event::StageSkipped { .. }
        | Event::StageReopened { .. }
        | Event::GateOverridden { .. }
        | Event::ClockPaused
        | Event::ClockResumed
        | Event::StageExtended { .. } => stages::apply(session, event, at),
        Event::ClinicCompleted { .. }
        | Event::ClinicStopped { .. }
        | Event::ClinicResumed
        | Event::AmendmentWritten { .. }
        | Event::Shared { .. }
        | Event::MarkedEnteredInError { .. } => lifecycle::apply(session, event, at),
    }
}

/// An event that reached the wrong part of the machine; [`step`] sends none there.
fn misrouted(event: &Event) -> ApplyResult {
    Err(Refusal::Unknown { what: format!("{event:?}") })
}

fn saved() -> ApplyResult {
    Ok(vec![SessionEffect::SaveDraft])
}

/// What is to be written into the audit trail.
#[derive(Default)]
pub(in crate::clinic) struct AuditLine<'a> {
    pub(in crate::clinic) item: &'a str,
    pub(in crate::clinic) row: Option<RowId>,
    pub(in crate::clinic) old: Option<String>,
    pub(in crate::clinic) new: Option<String>,
    pub(in crate::clinic) why: Option<String>,
    /// Part of a run of typing.
    pub(in crate::clinic) typed: bool,
}

/// The only writer of the audit trail. A run of typing in one field is one line: from what stood
/// there before to what stands there now.
pub(in crate::clinic) fn record(session: &mut Session, at: Timestamp, line: AuditLine<'_>) {
    if line.old == line.new && line.why.is_none() {
        return;
    }
    let running = session.audit.last_mut().filter(|last| {
        let same = last.item == line.item && last.row == line.row && last.new == line.old;
        let quick = (0..RUN).contains(&at.duration_since(last.at).as_secs());
        let plain = line.why.is_none() && last.why.is_none();
        // A run only grows or only shrinks, so that what stood at the turn stays readable.
        let turns = || {
            let grows = |old: &Option<String>, new: &Option<String>| {
                new.as_ref().map_or(0, String::len) >= old.as_ref().map_or(0, String::len)
            };
            grows(&last.old, &last.new) != grows(&line.old, &line.new)
        };
        same && quick && plain && line.typed && !turns()
    });
    if let Some(last) = running {
        last.new = line.new;
        last.at = at;
        return;
    }
    session.audit.push(Change {
        at,
        item: line.item.to_owned(),
        row: line.row,
        old: line.old,
        new: line.new,
        why: line.why,
    });
}

/// The item of a slot that is asked now, of the kind wanted.
fn asked_item<'a>(
    session: &'a Session,
    slot: &Slot,
    wanted: impl Fn(ItemType) -> bool,
) -> Result<ItemPlace<'a>, Refusal> {
    place_of(session, slot)
        .filter(|place| wanted(place.item.kind) && is_enabled(session, slot))
        .ok_or_else(|| Refusal::Unknown { what: slot.item.clone() })
}

fn long_text(text: &str) -> Result<String, Refusal> {
    if text.len() > MAX_FIELD_CHARS * 4 || text.chars().count() > MAX_FIELD_CHARS {
        return Err(Refusal::TooLong { limit: MAX_FIELD_CHARS });
    }
    Ok(clean(text).into_owned())
}

fn one_line(text: &str) -> Result<String, Refusal> {
    long_text(text).map(|text| clean_line(&text))
}

fn reason(text: &str, to: &'static str) -> Result<String, Refusal> {
    let text = long_text(text)?.trim().to_owned();
    if text.is_empty() { Err(Refusal::NoReason { to }) } else { Ok(text) }
}

/// Writes a line in the audit trail if the old and the new value differ. Without a reason the change
/// counts as typing, and joins the line before.
fn record_difference(
    session: &mut Session,
    item: &str,
    row: Option<RowId>,
    (old, new): (Option<String>, Option<String>),
    why: Option<&str>,
    at: Timestamp,
) {
    if old != new {
        let typed = why.is_none();
        let why = why.map(str::to_owned);
        record(session, at, AuditLine { item, row, old, new, why, typed });
    }
}

/// Most rows of a repeating group.
pub(in crate::clinic) fn max_rows(item: &Item) -> usize {
    item.max_occurs.map_or(MAX_ROWS, |most| (most as usize).min(MAX_ROWS))
}
