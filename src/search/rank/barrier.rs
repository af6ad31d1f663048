//! A barrier for the threads that each count a share of a large index: how rare a word is, only all
//! shares together show.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// The counts of one thread, or the sum of all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SharedCounts {
    /// Entries with one of the alternatives so far, after each of them.
    pub(super) after: Vec<usize>,
    /// Entries with something that stands for the word, and with something broader.
    pub(super) directly: usize,
    pub(super) broadly: usize,
    /// Entries with something that stands for the word in their title or an alias.
    pub(super) named: usize,
    /// The best entries so far, with their scores.
    pub(super) best: Vec<(f32, u32)>,
}

/// A barrier for a number of threads, which is used again and again.
pub(super) struct Barrier {
    threads: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    round: u64,
    arrived: usize,
    gathering: SharedCounts,
    total: SharedCounts,
    /// A thread has panicked.
    broken: bool,
}

impl Barrier {
    pub(super) fn of(threads: usize) -> Self {
        Self { threads, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits for all threads and returns the sum of their counts. After a thread has panicked it
    /// returns empty counts at once.
    pub(super) fn exchange(&self, own: SharedCounts) -> SharedCounts {
        if self.threads == 1 {
            return own;
        }
        let mut state = self.state();
        let all = &mut state.gathering;
        all.after.resize(own.after.len(), 0);
        all.after.iter_mut().zip(own.after).for_each(|(sum, own)| *sum += own);
        all.directly += own.directly;
        all.broadly += own.broadly;
        all.named += own.named;
        all.best.extend(own.best);
        state.arrived += 1;
        if state.arrived == self.threads {
            state.total = std::mem::take(&mut state.gathering);
            state.arrived = 0;
            state.round += 1;
            self.changed.notify_all();
            return state.total.clone();
        }
        let round = state.round;
        let waits = |state: &mut State| state.round == round && !state.broken;
        let state = self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        if state.round == round { SharedCounts::default() } else { state.total.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Breaks the barrier if its thread panics, so that the others do not wait for it.
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

    fn counts(directly: usize, best: &[(f32, u32)]) -> SharedCounts {
        SharedCounts {
            after: vec![0, directly],
            directly,
            broadly: 1,
            named: directly,
            best: best.to_vec(),
        }
    }

    #[test]
    fn all_threads_get_the_same_sum_each_time() {
        let barrier = Barrier::of(3);
        thread::scope(|scope| {
            for own in 1..=3_usize {
                let barrier = &barrier;
                scope.spawn(move || {
                    for round in 0..200 {
                        let all = barrier.exchange(counts(own * round, &[(0.5, own as u32)]));
                        assert_eq!((all.directly, all.broadly), (6 * round, 3));
                        assert_eq!(all.after, [0, 6 * round]);
                        assert_eq!(all.best.len(), 3);
                    }
                });
            }
        });
    }

    #[test]
    fn no_thread_waits_for_one_that_panicked() {
        let barrier = Barrier::of(2);
        let gone = thread::scope(|scope| {
            let gone = scope.spawn(|| {
                let _guard = BarrierGuard(&barrier);
                panic!("a fault of a test");
            });
            gone.join().is_err()
        });
        assert!(gone);
        assert_eq!(barrier.exchange(counts(4, &[])), SharedCounts::default());
    }
}
