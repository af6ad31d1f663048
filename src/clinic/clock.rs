//! The meeting's clock: how long each stage has had, from event times alone.
//!
//! Promises: paused time does not count; a computer's clock that jumps, back or ahead by half a day
//! and more, neither adds nor removes time, and is recorded in the audit trail; the same events
//! give the same clock.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::event::SessionEffect;
use super::session::{MINUTE, Session, Status};

const WARNING: i64 = 2 * MINUTE;

/// The clock of a meeting at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// Time the open stage has had.
    pub stage_elapsed: Duration,
    /// Time planned for it, extensions included.
    pub stage_planned: Duration,
    /// How far it is over its time.
    pub stage_overrun: Duration,
    /// Time all stages have had.
    pub total_elapsed: Duration,
    /// Time planned for all, extensions included.
    pub total_planned: Duration,
    /// Not counting now.
    pub paused: bool,
    /// When a bell is due next: send [`Event::TimePassed`](super::Event::TimePassed) then.
    pub next_deadline: Option<Timestamp>,
}

/// Returns the clock at `now`.
pub fn clock(session: &Session, now: Timestamp) -> ClockView {
    let state = &session.clock;
    let stages = session.template.stages.len();
    let elapsed = state.elapsed(session.stage, session.stage, now);
    let planned = planned(session, session.stage);
    let total: i64 = (0..stages)
        .map(|stage| state.elapsed(stage, session.stage, now))
        .fold(0, i64::saturating_add);
    let total_planned =
        (0..stages).map(|stage| self::planned(session, stage)).fold(0, i64::saturating_add);
    ClockView {
        stage_elapsed: duration(elapsed),
        stage_planned: duration(planned),
        stage_overrun: duration((elapsed - planned).max(0)),
        total_elapsed: duration(total),
        total_planned: duration(total_planned),
        paused: !counts(session),
        next_deadline: next_bell(session, elapsed, planned)
            .and_then(|wait| now.checked_add(SignedDuration::from_millis(wait)).ok()),
    }
}

/// Rings what is due; each bell once per stage, and again after an extension.
pub(in crate::clinic) fn ring(session: &mut Session, at: Timestamp) -> Vec<SessionEffect> {
    if !counts(session) {
        return Vec::new();
    }
    let stage = session.stage;
    let elapsed = session.clock.elapsed(stage, stage, at);
    let planned = planned(session, stage);
    let mut effects = Vec::new();
    if elapsed >= planned {
        if let Some(rung) = session.clock.rung.get_mut(stage).filter(|rung| !**rung) {
            *rung = true;
            effects.push(SessionEffect::RingTimeUp);
        }
    } else if planned > WARNING
        && elapsed >= planned - WARNING
        && let Some(warned) = session.clock.warned.get_mut(stage).filter(|warned| !**warned)
    {
        *warned = true;
        effects.push(SessionEffect::RingTwoMinutes);
    }
    effects
}

fn next_bell(session: &Session, elapsed: i64, planned: i64) -> Option<i64> {
    if !counts(session) {
        return None;
    }
    let state = &session.clock;
    let warned = state.warned.get(session.stage).copied().unwrap_or(true);
    let rung = state.rung.get(session.stage).copied().unwrap_or(true);
    if planned > WARNING && !warned && elapsed < planned - WARNING {
        return Some(planned - WARNING - elapsed);
    }
    // A bell that is already due is due now.
    if planned > WARNING && !warned && elapsed < planned {
        return Some(0);
    }
    (!rung).then(|| (planned - elapsed).max(0))
}

fn counts(session: &Session) -> bool {
    session.clock.is_running() && session.status == Status::InProgress
}

/// Minutes planned for a stage, extensions included.
pub(in crate::clinic) fn planned_minutes(session: &Session, stage: usize) -> u64 {
    (planned(session, stage) / MINUTE).max(0).unsigned_abs()
}

fn planned(session: &Session, stage: usize) -> i64 {
    let minutes = session.template.stages.get(stage).map_or(0, |stage| stage.minutes);
    let extended = session.clock.extended.get(stage).copied().unwrap_or(0);
    (i64::from(minutes) + i64::from(extended)).saturating_mul(MINUTE)
}

fn duration(milliseconds: i64) -> Duration {
    Duration::from_millis(milliseconds.max(0).unsigned_abs())
}
