//! Where those who count a share each of a large index meet: how rare a word is, is known only from
//! all shares together.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// What each brings, and what all have together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SharedCounts {
    /// Entries with one of the alternatives so far, after each of them.
    pub(super) after: Vec<usize>,
    /// Entries with something that stands for the word, and with something broader.
    pub(super) directly: usize,
    pub(super) broadly: usize,
    /// The best entries so far, with their scores.
    pub(super) best: Vec<(f32, u32)>,
}

/// A meeting of so many, again and again.
pub(super) struct Barrier {
    people: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    round: u64,
    arrived: usize,
    gathering: SharedCounts,
    told: SharedCounts,
    /// Somebody will not come any more.
    broken: bool,
}

impl Barrier {
    pub(super) fn of(people: usize) -> Self {
        Self { people, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits for everybody, and answers with what all have together; once somebody has gone, with
    /// nothing, and without waiting.
    pub(super) fn tell(&self, own: SharedCounts) -> SharedCounts {
        if self.people == 1 {
            return own;
        }
        let mut state = self.state();
        let all = &mut state.gathering;
        all.after.resize(own.after.len(), 0);
        all.after.iter_mut().zip(own.after).for_each(|(sum, own)| *sum += own);
        all.directly += own.directly;
        all.broadly += own.broadly;
        all.best.extend(own.best);
        state.arrived += 1;
        if state.arrived == self.people {
            state.told = std::mem::take(&mut state.gathering);
            state.arrived = 0;
            state.round += 1;
            self.changed.notify_all();
            return state.told.clone();
        }
        let round = state.round;
        let waits = |state: &mut State| state.round == round && !state.broken;
        let state = self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        if state.round == round { SharedCounts::default() } else { state.told.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place at the meeting. Whoever goes by a fault lets the others go on.
pub(super) struct BarrierGuard<'m>(pub(super) &'m Barrier);

impl Drop for BarrierGuard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.state().broken = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(directly: usize, best: &[(f32, u32)]) -> SharedCounts {
        SharedCounts { after: vec![0, directly], directly, broadly: 1, best: best.to_vec() }
    }

    #[test]
    fn everybody_hears_the_same_however_often_they_meet() {
        let meeting = Barrier::of(3);
        thread::scope(|scope| {
            for own in 1..=3_usize {
                let meeting = &meeting;
                scope.spawn(move || {
                    for round in 0..200 {
                        let all = meeting.tell(told(own * round, &[(0.5, own as u32)]));
                        assert_eq!((all.directly, all.broadly), (6 * round, 3));
                        assert_eq!(all.after, [0, 6 * round]);
                        assert_eq!(all.best.len(), 3);
                    }
                });
            }
        });
    }

    #[test]
    fn nobody_waits_for_somebody_who_has_gone_by_a_fault() {
        let meeting = Barrier::of(2);
        let gone = thread::scope(|scope| {
            let gone = scope.spawn(|| {
                let _seat = BarrierGuard(&meeting);
                panic!("a fault of a test");
            });
            gone.join().is_err()
        });
        assert!(gone);
        assert_eq!(meeting.tell(told(4, &[])), SharedCounts::default());
    }
}
