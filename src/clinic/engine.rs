//! The machine: one event, one new state or one refusal, and what is to be done outside.
//!
//! Promises: a refused event changes nothing; every change is in the audit trail, written here and
//! nowhere else; a placement enters the trail only when it is revealed, and a name to watch for never.

mod action;
mod answers;
mod import;
mod lifecycle;
mod matrix;
#[cfg(test)]
pub(in crate::clinic) mod model_tests;
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
use super::rating::{Dissent, RatingState};
use super::refusal::Refusal;
use super::session::{
    Change, Citation, IrreversibleChange, JUMPED, Jump, Session, Status, place_of,
};
use super::template::value::{RowId, Slot, Value};
use super::template::{Item, ItemPlace, ItemType};

/// Most characters in one field.
const MAX_FIELD_CHARS: usize = 100_000;
/// Most rows of a group whose template gives no limit.
const MAX_ROWS: usize = 50;
/// Most names to watch for.
const MAX_NAMES: usize = 200;

/// Seconds after which typing in the same field starts a new line of the trail.
const RUN: i64 = 120;

pub(in crate::clinic) use action::shown as shown_action;
pub(in crate::clinic) use answers::fitting;
pub use import::{
    ImportedHead, ImportedPart, ImportedPlacement, ImportedRound, ImportedView, Part, PartRefused,
    import_note,
};

type ApplyResult = Result<Vec<SessionEffect>, Refusal>;

/// Takes `event` at `at`. The session is changed, or it is refused and the session is as it was.
pub fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    let mut next = session.clone();
    let mut edit = Edit { session: &mut next, at };
    if edit.session.status == Status::InProgress {
        edit.watch_clock(&event);
    }
    let passive = matches!(event, Event::DraftOpened | Event::TimePassed | Event::TypingEnded);
    let memory = Memory::of(&event);
    let mut effects = edit.step(event)?;
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
    if next.status != Status::InProgress {
        next.watched_names.clear();
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

/// A session while one event changes it, at the time of the event.
pub(in crate::clinic) struct Edit<'a> {
    pub(in crate::clinic) session: &'a mut Session,
    pub(in crate::clinic) at: Timestamp,
}

impl Edit<'_> {
    /// Counts the time since the last event. A draft may lie for years; but opened before it was
    /// last changed, like an event before the last one, it tells of a clock that jumped.
    fn watch_clock(&mut self, event: &Event) {
        let opened = matches!(event, Event::DraftOpened);
        let jump = self.session.clock.jump(self.at).filter(|jump| !opened || *jump == Jump::Back);
        if opened {
            // The time before does not count.
            self.session.clock.since = self.at;
        } else {
            self.session.clock.tick(self.session.stage, self.at);
        }
        if let Some(jump) = jump {
            let new = Some(jump.text().to_owned());
            self.record(AuditLine::new(JUMPED, None, new));
        }
    }

    fn step(&mut self, event: Event) -> ApplyResult {
        if self.session.status != Status::InProgress {
            return self.after_the_end(event);
        }
        match event {
            Event::DraftOpened | Event::TimePassed => return Ok(Vec::new()),
            Event::TypingEnded => {
                self.session.history.end_run();
                return Ok(Vec::new());
            }
            Event::LanguageChosen(language) => self.session.language = language,
            Event::NamesWatched { names } => {
                if names.len() > MAX_NAMES {
                    return Err(Refusal::TooMany { what: "names", limit: MAX_NAMES });
                }
                let names = names.iter().map(|name| one_line(name));
                self.session.watched_names = names.collect::<Result<_, _>>()?;
            }
            Event::Answered { slot, value } => return self.answer(&slot, value),
            Event::AnswerConfirmed { slot } => self.confirm_answer(&slot)?,
            Event::RowAdded { group } => self.add_row(&group, None)?,
            Event::RowAddedWithin { group, row } => self.add_row(&group, Some(row))?,
            Event::RowRemoved { group, row } => self.remove_row(&group, row)?,
            Event::RowBroughtBack { group, row } => self.bring_row_back(&group, row)?,
            Event::HiddenAnswerKept { slot } => self.keep_hidden(slot)?,
            Event::HiddenAnswerLeftOut { slot } => self.leave_out_hidden(&slot)?,
            Event::LeftoverReturned { slot } => self.return_leftover(&slot)?,
            Event::Undone => self.undo()?,
            Event::Redone => self.redo()?,
            Event::ParticipantAdded { role, label } => self.add_participant(role, &label)?,
            Event::ParticipantChanged { id, role, label, attendance } => {
                self.change_participant(id, (role, &label), attendance)?;
            }
            Event::ParticipantRemoved { id } => self.remove_participant(id)?,
            Event::PlacementMethodChosen(method) => self.choose_method(method),
            Event::PlacedPrivately { slot, participant, code } => {
                self.place(&slot, participant, code, RatingState::Collecting)?;
            }
            Event::PlacedAgain { slot, participant, code } => {
                self.place(&slot, participant, code, RatingState::SecondRound)?;
            }
            Event::PlacementReasonGiven { slot, participant, reason } => {
                self.give_placement_reason(&slot, participant, reason)?;
            }
            Event::PlacementWithdrawn { slot, participant } => {
                self.withdraw_placement(&slot, participant)?;
            }
            Event::PlacementsRevealed { slot, reason } => self.reveal(&slot, reason)?,
            Event::SecondRoundOpened { slot } => self.open_second_round(&slot)?,
            Event::PlacementAgreed { slot, outcome } => self.agree(&slot, outcome)?,
            Event::PlacementReopened { slot } => self.reopen_placement(&slot)?,
            Event::BasisWritten { slot, text } => self.write_basis(&slot, &text)?,
            Event::DissentRecorded { slot, participant, placement, reason, attributed } => {
                let reason = long_text(&reason)?;
                let dissent = Dissent { participant, placement, reason, attributed };
                self.record_dissent(&slot, dissent)?;
            }
            Event::DissentWithdrawn { slot, participant } => {
                self.withdraw_dissent(&slot, participant)?;
            }
            Event::MatrixCellWritten { slot, domain, column, evidence } => {
                self.write_cell(&slot, &domain, column, &evidence)?;
            }
            Event::MatrixCertaintyGiven { slot, domain, column, sureness } => {
                self.set_certainty(&slot, &domain, column, sureness)?;
            }
            Event::MatrixReasonWritten { slot, reason } => self.write_reason(&slot, &reason)?,
            Event::ActionAdded { item, details } => self.add_action(&item, details)?,
            Event::ActionChanged { id, details } => self.change_action(id, details)?,
            Event::ActionRemoved { id } => self.remove_action(id)?,
            Event::ActionReassigned { id, owner, agency, by } => {
                self.reassign(id, (&owner, &agency), by, false)?;
            }
            Event::ActionFollowedUp { id, status, outcome } => {
                self.follow_up(id, status, &outcome)?;
            }
            Event::EarlierActionFollowedUp { note, id, status, outcome } => {
                self.follow_up_earlier((note, id), status, &outcome)?;
            }
            Event::EarlierActionUpdated { note, id, details } => {
                self.update_earlier((note, id), details)?;
            }
            Event::EntryCited { id, title, version } => {
                let (id, title, version) = (one_line(&id)?, one_line(&title)?, one_line(&version)?);
                self.cite(Citation { id, title, version })?;
            }
            Event::CitationRemoved { id } => self.remove_citation(id)?,
            Event::StageFinished => self.finish_stage()?,
            Event::StageReturned => self.go_to_stage(self.session.stage.saturating_sub(1)),
            Event::StageOpened { stage } => self.open_stage(stage)?,
            Event::StageSkipped { reason } => self.skip_stage(&reason)?,
            Event::StageReopened { stage } => self.reopen_stage(stage)?,
            Event::GateOverridden { reason } => self.override_gate(&reason)?,
            Event::ClockPaused => self.run_clock(false),
            Event::ClockResumed => self.run_clock(true),
            Event::StageExtended { minutes } => self.extend_stage(minutes),
            Event::ClinicCompleted { acknowledged } => return self.complete(acknowledged),
            Event::ClinicStopped { reason } => return self.stop(&reason),
            Event::MarkedEnteredInError { reason } => return self.mark_entered_in_error(&reason),
            Event::AmendmentWritten { .. } => {
                let why = "This note is still a draft. Change it directly.";
                return Err(Refusal::NotNow { why });
            }
            Event::Shared { .. } => {
                let why = "This note is still a draft. Complete it, then share it.";
                return Err(Refusal::NotNow { why });
            }
            Event::HandedOver { .. } => {
                let why = "This note is still a draft. What is handed over is recorded once it is complete.";
                return Err(Refusal::NotNow { why });
            }
            Event::ClinicResumed => {
                return Err(Refusal::NotNow { why: "The clinic is already running." });
            }
        }
        Ok(vec![SessionEffect::SaveDraft])
    }

    /// The only writer of the audit trail. A run of typing in one field is one line: from what was
    /// there before to what is there now.
    pub(in crate::clinic) fn record(&mut self, line: AuditLine<'_>) {
        if line.old == line.new && line.why.is_none() {
            return;
        }
        let running = self.session.audit.last_mut().filter(|last| {
            let same = last.item == line.item && last.row == line.row && last.new == line.old;
            let quick = (0..RUN).contains(&self.at.duration_since(last.at).as_secs());
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
            last.at = self.at;
            return;
        }
        let line = Change {
            at: self.at,
            item: line.item.to_owned(),
            row: line.row,
            old: line.old,
            new: line.new,
            why: line.why,
        };
        self.session.audit.push(line.into());
    }

    /// Writes a line in the audit trail if the old and the new value differ. Without a reason the
    /// change counts as typing, and joins the line before.
    fn record_difference(&mut self, line: AuditLine<'_>, why: Option<&str>) {
        if line.old != line.new {
            self.record(match why {
                Some(why) => line.because(why),
                None => line.typed(),
            });
        }
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
                Self::UndoableChange { typed: matches!(value, Value::Text(_) | Value::Date(_)) }
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
            | Event::ActionReassigned { .. }
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
            | Event::PlacementReasonGiven { .. }
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

/// What is to be written into the audit trail.
pub(in crate::clinic) struct AuditLine<'a> {
    item: &'a str,
    row: Option<RowId>,
    old: Option<String>,
    new: Option<String>,
    why: Option<String>,
    /// Part of a run of typing.
    typed: bool,
}

impl<'a> AuditLine<'a> {
    /// A change of `item`, which is the id of an item or names a part of the session.
    pub(in crate::clinic) fn new(item: &'a str, old: Option<String>, new: Option<String>) -> Self {
        Self { item, row: None, old, new, why: None, typed: false }
    }

    pub(in crate::clinic) fn in_row(self, row: Option<RowId>) -> Self {
        Self { row, ..self }
    }

    pub(in crate::clinic) fn because(self, why: &str) -> Self {
        Self { why: Some(why.to_owned()), ..self }
    }

    fn typed(self) -> Self {
        Self { typed: true, ..self }
    }
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

/// Removes from a list what `is_it` finds, restores it at its place if it was there, and returns
/// what the trail says of both.
fn restore_in<T>(
    list: &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
    there: Option<(usize, T)>,
    shown: impl Fn(&T) -> String,
) -> (Option<String>, Option<String>) {
    let index = list.iter().position(is_it);
    let old = index.map(|index| shown(&list.remove(index)));
    let new = there.as_ref().map(|(_, one)| shown(one));
    if let Some((index, one)) = there {
        list.insert(index.min(list.len()), one);
    }
    (old, new)
}

/// A text, if there is one.
fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Most rows of a repeating group.
pub(in crate::clinic) fn max_rows(item: &Item) -> usize {
    item.max_occurs.map_or(MAX_ROWS, |most| (most as usize).min(MAX_ROWS))
}
