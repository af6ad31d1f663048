//! The meeting's clock: how long each stage has had, told by event times alone.
//!
//! Promises: paused time does not count; a computer's clock that jumps, back or ahead by half a day
//! and more, neither gives time nor takes it away, and is told in the audit trail; the same events
//! give the same clock.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::event::Effect;
use super::session::{Session, Status};

const MINUTE: i64 = 60_000;
const WARNING: i64 = 2 * MINUTE;
/// No meeting goes on for so long between two events: then the computer slept, or its clock was set.
const TOO_LONG: i64 = 12 * 60 * MINUTE;
/// A clock that is set right by less is not worth a word.
const SET_RIGHT: i64 = 2 * MINUTE;

/// What a session keeps of time. One entry per stage in each list; milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockState {
    since: Timestamp,
    running: bool,
    spent: Vec<i64>,
    extended: Vec<u32>,
    warned: Vec<bool>,
    rung: Vec<bool>,
}

impl ClockState {
    pub(in crate::clinic) fn start(stages: usize, at: Timestamp) -> Self {
        Self {
            since: at,
            running: true,
            spent: vec![0; stages],
            extended: vec![0; stages],
            warned: vec![false; stages],
            rung: vec![false; stages],
        }
    }

    /// One entry per stage, whatever a stored text held.
    pub(in crate::clinic) fn fits(&self, stages: usize) -> bool {
        self.spent.len() == stages
            && self.extended.len() == stages
            && self.warned.len() == stages
            && self.rung.len() == stages
            && self.spent.iter().all(|spent| *spent >= 0)
    }

    /// The clock of a template with `stages` stages, of which `was` tells the index they had.
    pub(in crate::clinic) fn moved(
        &self,
        stages: usize,
        was: impl Fn(usize) -> Option<usize>,
    ) -> Self {
        fn taken<T: Copy + Default>(
            list: &[T],
            stages: usize,
            was: &impl Fn(usize) -> Option<usize>,
        ) -> Vec<T> {
            let one = |at| was(at).and_then(|at| list.get(at)).copied().unwrap_or_default();
            (0..stages).map(one).collect()
        }
        Self {
            since: self.since,
            running: self.running,
            spent: taken(&self.spent, stages, &was),
            extended: taken(&self.extended, stages, &was),
            warned: taken(&self.warned, stages, &was),
            rung: taken(&self.rung, stages, &was),
        }
    }

    /// Counts the time up to `at` towards `stage`.
    pub(in crate::clinic) fn tick(&mut self, stage: usize, at: Timestamp) {
        if self.running
            && let Some(spent) = self.spent.get_mut(stage)
        {
            *spent = spent.saturating_add(between(self.since, at));
        }
        self.since = at;
    }

    /// Moves on to `at` without counting.
    pub(in crate::clinic) fn skip_to(&mut self, at: Timestamp) {
        self.since = at;
    }

    pub(in crate::clinic) fn set_running(&mut self, running: bool) {
        self.running = running;
    }

    pub(in crate::clinic) fn is_running(&self) -> bool {
        self.running
    }

    pub(in crate::clinic) fn extend(&mut self, stage: usize, minutes: u32) {
        if let Some(extended) = self.extended.get_mut(stage) {
            *extended = extended.saturating_add(minutes);
            // There is time again: the bells may ring once more.
            self.warned[stage] = false;
            self.rung[stage] = false;
        }
    }

    /// What the computer's clock did between the last event and `at` that no meeting does.
    pub(in crate::clinic) fn jump(&self, at: Timestamp) -> Option<Jump> {
        let gap = at.as_millisecond().saturating_sub(self.since.as_millisecond());
        match gap {
            gap if gap < -SET_RIGHT => Some(Jump::Back),
            gap if gap > TOO_LONG && self.running => Some(Jump::Ahead),
            _ => None,
        }
    }

    fn elapsed(&self, stage: usize, current: usize, now: Timestamp) -> i64 {
        let spent = self.spent.get(stage).copied().unwrap_or(0).max(0);
        if self.running && stage == current {
            spent.saturating_add(between(self.since, now))
        } else {
            spent
        }
    }
}

/// Time that counts: none where the clock jumped.
fn between(from: Timestamp, to: Timestamp) -> i64 {
    let gap = to.as_millisecond().saturating_sub(from.as_millisecond());
    if (0..=TOO_LONG).contains(&gap) { gap } else { 0 }
}

/// A jump of the computer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::clinic) enum Jump {
    /// To an earlier time.
    Back,
    /// Further ahead than any meeting goes on.
    Ahead,
}

impl Jump {
    /// As the audit trail tells it.
    pub(in crate::clinic) fn told(self) -> &'static str {
        match self {
            Self::Back => "the computer’s clock went back",
            Self::Ahead => {
                "the computer’s clock went far ahead, or the computer slept; that time does not count"
            }
        }
    }
}

/// Item of the audit trail under which [`Jump`]s stand.
pub(in crate::clinic) const JUMPED: &str = "clock jumped";

/// How time stands.
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

/// How time stands at `now`.
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
pub(in crate::clinic) fn ring(session: &mut Session, at: Timestamp) -> Vec<Effect> {
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
            effects.push(Effect::RingTimeUp);
        }
    } else if planned > WARNING
        && elapsed >= planned - WARNING
        && let Some(warned) = session.clock.warned.get_mut(stage).filter(|warned| !**warned)
    {
        *warned = true;
        effects.push(Effect::RingTwoMinutes);
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
