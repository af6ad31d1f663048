//! The time each stage has had, and jumps of the computer's clock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Milliseconds in a minute.
pub(in crate::clinic) const MINUTE: i64 = 60_000;
/// No meeting goes on this long between two events: the computer slept, or its clock was set.
const MAX_GAP: i64 = 12 * 60 * MINUTE;
/// Setting the clock back by less than this is not recorded.
const MIN_JUMP_BACK: i64 = 2 * MINUTE;

/// What a session keeps of time. One entry per stage in each list; milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockState {
    pub(in crate::clinic) since: Timestamp,
    pub(in crate::clinic) running: bool,
    spent: Vec<i64>,
    pub(in crate::clinic) extended: Vec<u32>,
    pub(in crate::clinic) warned: Vec<bool>,
    pub(in crate::clinic) rung: Vec<bool>,
    /// The stages whose pause is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::clinic) pauses_over: Vec<usize>,
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
            pauses_over: Vec::new(),
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
            pauses_over: (0..stages)
                .filter(|at| was(*at).is_some_and(|at| self.pauses_over.contains(&at)))
                .collect(),
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
            gap if gap < -MIN_JUMP_BACK => Some(Jump::Back),
            gap if gap > MAX_GAP && self.running => Some(Jump::Ahead),
            _ => None,
        }
    }

    /// Returns the milliseconds that `stage` has had.
    pub(in crate::clinic) fn elapsed(&self, stage: usize, current: usize, now: Timestamp) -> i64 {
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
    if (0..=MAX_GAP).contains(&gap) { gap } else { 0 }
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
    /// Returns the line of the audit trail.
    pub(in crate::clinic) fn text(self) -> &'static str {
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
