//! A part of the table: how many cases it has, how one of them runs, and the result of all.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rand::{SeedableRng, rngs::StdRng};

use crate::plan::Plan;

/// Between two lines that say how far a long run has come.
const A_WHILE: Duration = Duration::from_secs(30);

/// One row of the table.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    /// What is held to, as the table says it.
    pub(crate) promise: &'static str,
    /// What is counted.
    pub(crate) unit: &'static str,
    /// What `longest` is the longest of; empty where nothing is timed.
    pub(crate) timed: &'static str,
    /// Cases of every day.
    pub(crate) short: usize,
    /// Cases for the figure.
    pub(crate) full: usize,
    /// Cases side by side.
    pub(crate) abreast: usize,
    /// Why it cannot run here.
    pub(crate) hindrance: fn() -> Option<String>,
    /// One case. A panic in it is a failure of the case.
    pub(crate) case: fn(&mut Case) -> Tally,
}

/// What a case starts from. Everything by chance comes out of `chance`.
pub(crate) struct Case {
    pub(crate) index: usize,
    pub(crate) chance: StdRng,
    /// Whether the whole figure is wanted.
    pub(crate) full: bool,
}

/// What a case, or all of them, came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// How much was tried.
    pub(crate) tried: usize,
    /// The longest of what is timed.
    pub(crate) longest: Duration,
    /// Things that could not be tried here, and why.
    pub(crate) not_run: Vec<String>,
    /// Other counts worth telling.
    pub(crate) facts: Vec<(&'static str, usize)>,
}

impl Tally {
    pub(crate) fn of(tried: usize) -> Self {
        Self { tried, ..Self::default() }
    }

    /// Adds to a count worth telling.
    pub(crate) fn count(&mut self, what: &'static str, many: usize) {
        match self.facts.iter_mut().find(|(known, _)| *known == what) {
            Some((_, sum)) => *sum += many,
            None => self.facts.push((what, many)),
        }
    }

    /// Notes how long something took.
    pub(crate) fn took(&mut self, time: Duration) {
        self.longest = self.longest.max(time);
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.longest = self.longest.max(other.longest);
        for why in other.not_run {
            if !self.not_run.contains(&why) {
                self.not_run.push(why);
            }
        }
        for (what, many) in other.facts {
            self.count(what, many);
        }
    }
}

/// What became of a part.
pub(crate) enum Verdict {
    /// It can't be tried here.
    NotRun { why: String },
    /// It was tried; `failures` is empty if all is well.
    Ran { tally: Tally, failures: Vec<Failure>, time: Duration },
}

/// A case that failed.
pub(crate) struct Failure {
    pub(crate) case: usize,
    pub(crate) why: String,
}

impl Part {
    /// Runs its cases, several side by side.
    pub(crate) fn run(&self, plan: &Plan) -> Verdict {
        if let Some(why) = (self.hindrance)() {
            return Verdict::NotRun { why };
        }
        let many = plan.count.unwrap_or(if plan.full { self.full } else { self.short });
        let cases: Vec<usize> = plan.case.map_or_else(|| (0..many).collect(), |one| vec![one]);
        let begun = Instant::now();
        let (next, told) = (AtomicUsize::new(0), Mutex::new(begun));
        let sum = Mutex::new((Tally::default(), Vec::new()));
        thread::scope(|scope| {
            for _ in 0..self.abreast.clamp(1, cases.len().max(1)) {
                scope.spawn(|| {
                    while let Some(index) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let outcome = self.one(*index, plan);
                        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                        match outcome {
                            Ok(tally) => sum.0.add(tally),
                            Err(why) => sum.1.push(Failure { case: *index, why }),
                        }
                        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                        if told.elapsed() >= A_WHILE {
                            let done = next.load(Ordering::SeqCst).min(cases.len());
                            let failed = sum.1.len();
                            println!(
                                "  {}: case {done} of {}, {failed} failed, {} s",
                                self.name,
                                cases.len(),
                                begun.elapsed().as_secs()
                            );
                            *told = Instant::now();
                        }
                    }
                });
            }
        });
        let (tally, failures) = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
        Verdict::Ran { tally, failures, time: begun.elapsed() }
    }

    fn one(&self, index: usize, plan: &Plan) -> Result<Tally, String> {
        // Cases must not follow one another in chance as they do in number.
        let own = plan.seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut case = Case { index, chance: StdRng::seed_from_u64(own), full: plan.full };
        catch_unwind(AssertUnwindSafe(|| (self.case)(&mut case))).map_err(|why| said(&*why))
    }
}

fn said(why: &(dyn Any + Send)) -> String {
    let text = why.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| why.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
}
