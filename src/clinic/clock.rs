//! The meeting's clock: how long each stage has had, from event times alone, and how to end on time
//! when the meeting is late.
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
use crate::text::counted;

const WARNING: i64 = 2 * MINUTE;
/// Lateness below this is not worth a word.
const WORTH_SAYING: u64 = 3;
/// No stage is made shorter than this.
const MIN_STAGE_MINUTES: u64 = 2;

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
    if elapsed < planned && open_pause(session).is_some_and(|pause| elapsed >= pause) {
        session.clock.pauses_over.push(stage);
        effects.push(SessionEffect::RingPauseOver);
    }
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

/// The milliseconds of the pause that the open stage begins with, until it is over.
fn open_pause(session: &Session) -> Option<i64> {
    let pause = session.template.stages.get(session.stage)?.pause?;
    let is_over = session.clock.pauses_over.contains(&session.stage);
    (!is_over).then(|| i64::from(pause).saturating_mul(MINUTE))
}

fn next_bell(session: &Session, elapsed: i64, planned: i64) -> Option<i64> {
    if !counts(session) {
        return None;
    }
    if let Some(pause) = open_pause(session).filter(|pause| *pause.max(&elapsed) < planned) {
        return Some((pause - elapsed).max(0));
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
    session.clock.running && session.status == Status::InProgress
}

/// Minutes planned for a stage, extensions included.
fn planned_minutes(session: &Session, stage: usize) -> u64 {
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

/// A meeting that is late, and how it could still end on time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeRecovery {
    /// Minutes behind the plan at the start of the open stage.
    pub late: u64,
    /// For the open stage and every later one: its title and the minutes it could take. Empty when
    /// the time that is left is too short even for that.
    pub stages: Vec<(String, u64)>,
}

/// What to suggest at `now`; none while the meeting is about on time. The time that is left is
/// shared among the stages that are left as the template shares it, so that nobody's turn is lost.
pub fn time_recovery(session: &Session, now: Timestamp) -> Option<TimeRecovery> {
    // Who practises reads and tries, and is late for nothing.
    if session.is_practice() {
        return None;
    }
    let stages = &session.template().stages;
    let open = session.stage();
    let view = clock(session, now);
    let minutes = |time: Duration| time.as_secs() / 60;
    let before: u64 = (0..open).map(|stage| planned_minutes(session, stage)).sum();
    let spent_before = minutes(view.total_elapsed.saturating_sub(view.stage_elapsed));
    let late = spent_before.saturating_sub(before);
    if late < WORTH_SAYING {
        return None;
    }
    let plan: Vec<u64> =
        (open..stages.len()).map(|stage| planned_minutes(session, stage)).collect();
    let planned: u64 = plan.iter().sum();
    let left = (before + planned).saturating_sub(spent_before);
    let shared =
        plan.iter().map(|minutes| (minutes * left / planned.max(1)).max(MIN_STAGE_MINUTES));
    let shared: Vec<u64> = shared.collect();
    let fits = shared.iter().sum::<u64>() <= left;
    let title = |stage: usize| stages[stage].title.show(session.language()).to_owned();
    let named = shared.iter().enumerate().map(|(at, minutes)| (title(open + at), *minutes));
    Some(TimeRecovery { late, stages: if fits { named.collect() } else { Vec::new() } })
}

impl TimeRecovery {
    /// As a sentence for the facilitator.
    pub fn sentence(&self) -> String {
        let late = counted(self.late, "minute", "minutes");
        if self.stages.is_empty() {
            return format!(
                "{late} late, too late to end on time. Agree now whether to extend the time (F7) or what to leave out."
            );
        }
        let parts: Vec<String> =
            self.stages.iter().map(|(title, minutes)| format!("{title} {minutes} min")).collect();
        format!("{late} late. To end on time, allow: {}.", parts.join(", "))
    }
}
