//! The writer thread: every save goes through it, in order.
//!
//! The newest draft of a note takes the place of an older one that still waits. A save that failed
//! keeps its text and is tried again every two seconds, with fresh files, until it succeeds or the
//! note is forgotten; notes do not wait for each other. There is exactly one visible
//! [`SaveState`]. Without work the thread sleeps and nothing wakes it.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::vault::{NoteHead, NoteId, Receipt, Vault, VaultError};

/// Pause before a failed save is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// How long a queue that is dropped without [`SaveQueue::drain`] still tries.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveEvent {
    /// The draft with this number is on the disk.
    Saved {
        /// Which note.
        note: NoteId,
        /// The number it was submitted with.
        seq: u64,
        /// When it was safe.
        at: Timestamp,
    },
    /// The note is locked as this revision.
    Completed {
        /// Which note.
        note: NoteId,
        /// The number it was submitted with.
        seq: u64,
        /// When it was safe.
        at: Timestamp,
        /// The revision.
        revision: u32,
    },
    /// It is not on the disk; the text is kept and tried again.
    Failed {
        /// Which note.
        note: NoteId,
        /// The number it was submitted with.
        seq: u64,
        /// What failed, as a sentence.
        why: String,
        /// What to do, as a sentence.
        advice: String,
    },
}

/// What the bar shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveState {
    /// Everything handed over is on the disk; when the last of it was safe, if there was any.
    Saved(Option<Timestamp>),
    /// Something is on its way.
    Saving,
    /// Something could not be saved and waits to be tried again.
    NotSaved {
        /// What failed, as a sentence.
        why: String,
        /// What to do, as a sentence.
        advice: String,
    },
}

/// How a [`SaveQueue::drain`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drained {
    /// Nothing is left to save.
    Clean,
    /// Something is not on the disk.
    Unsaved {
        /// What failed, as a sentence.
        why: String,
        /// What to do, as a sentence.
        advice: String,
    },
}

enum Work {
    Draft,
    Complete,
}

struct Job {
    note: NoteId,
    seq: u64,
    work: Work,
    /// Head and body.
    text: (NoteHead, Zeroizing<String>),
    /// After a failure: not before then.
    due: Option<Instant>,
    /// What went wrong the last time.
    fault: Option<Fault>,
}

/// Why something is not saved and what to do, as sentences.
#[derive(Clone)]
struct Fault {
    why: String,
    advice: String,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    working: bool,
    /// What went wrong the last time with the job that is being tried again just now.
    working_fault: Option<Fault>,
    saved: Option<Timestamp>,
    stopping: bool,
}

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// The queue before the writer thread. Dropping it tries to save what is left for three seconds and
/// then forgets the text: whoever still has it on a screen asks [`SaveQueue::drain`] first. The
/// thread holds the vault, so the keys are in memory until the queue is dropped.
pub struct SaveQueue {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

impl SaveQueue {
    /// Starts the writer. `report` is called on its thread, once for each result, and must not
    /// wait for anything: a sender without a bound is right.
    pub fn start(
        vault: Arc<Vault>,
        report: impl Fn(SaveEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { waiting: Mutex::default(), changed: Condvar::new() });
        let theirs = Arc::clone(&shared);
        let writer = thread::Builder::new()
            .name("save".to_owned())
            .spawn(move || write_until_stopped(&theirs, &vault, &report))?;
        Ok(Self { shared, writer: Some(writer) })
    }

    /// Hands over the newest draft of a note. Never waits for the disk.
    pub fn submit(&self, note: NoteId, head: NoteHead, body: Zeroizing<String>, seq: u64) {
        let mut waiting = self.shared.lock();
        // A draft that was followed by a completion keeps its place.
        let last = waiting.jobs.iter_mut().rev().find(|job| job.note == note);
        match last {
            Some(job) if matches!(job.work, Work::Draft) => {
                (job.seq, job.text) = (seq, (head, body));
            }
            _ => waiting.jobs.push_back(Job {
                note,
                seq,
                work: Work::Draft,
                text: (head, body),
                due: None,
                fault: None,
            }),
        }
        self.shared.changed.notify_all();
    }

    /// Locks the note with this text, after everything handed over before.
    pub fn complete(&self, note: NoteId, head: NoteHead, body: Zeroizing<String>, seq: u64) {
        let text = (head, body);
        self.push(Job { note, seq, work: Work::Complete, text, due: None, fault: None });
    }

    /// Gives up everything of a note that still waits: it was discarded or erased.
    pub fn forget(&self, note: NoteId) {
        self.shared.lock().jobs.retain(|job| job.note != note);
        self.shared.changed.notify_all();
    }

    /// Tries again at once what failed.
    pub fn retry(&self) {
        for job in &mut self.shared.lock().jobs {
            job.due = None;
        }
        self.shared.changed.notify_all();
    }

    /// What the bar shows now.
    pub fn state(&self) -> SaveState {
        let waiting = self.shared.lock();
        match waiting.fault() {
            Some(Fault { why, advice }) => {
                SaveState::NotSaved { why: why.clone(), advice: advice.clone() }
            }
            None if waiting.working || !waiting.jobs.is_empty() => SaveState::Saving,
            None => SaveState::Saved(waiting.saved),
        }
    }

    /// Tries everything that waits, once, and returns when it is on the disk, when it failed, or
    /// when the time is over.
    pub fn drain(&self, timeout: Duration) -> Drained {
        let since = Instant::now();
        self.retry();
        let mut waiting = self.shared.lock();
        loop {
            if !waiting.working && waiting.first_due(Instant::now()).is_none() {
                return match (waiting.fault(), waiting.jobs.is_empty()) {
                    (_, true) => Drained::Clean,
                    (Some(Fault { why, advice }), false) => {
                        Drained::Unsaved { why: why.clone(), advice: advice.clone() }
                    }
                    (None, false) => unanswered(),
                };
            }
            let left = timeout.saturating_sub(since.elapsed());
            if left.is_zero() {
                return unanswered();
            }
            waiting = self
                .shared
                .changed
                .wait_timeout(waiting, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn push(&self, job: Job) {
        self.shared.lock().jobs.push_back(job);
        self.shared.changed.notify_all();
    }
}

impl Drop for SaveQueue {
    fn drop(&mut self) {
        let drained = self.drain(LAST_CHANCE);
        self.shared.lock().stopping = true;
        self.shared.changed.notify_all();
        // A writer stuck in a dying disk must not keep the program from ending.
        if let (Some(writer), true) = (self.writer.take(), drained != unanswered()) {
            let _ = writer.join();
        }
    }
}

/// Redacted.
impl fmt::Debug for SaveQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaveQueue").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job, when there is one that may be tried; none when it is time to stop.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if waiting.stopping {
                return None;
            }
            let now = Instant::now();
            if let Some(at) = waiting.first_due(now) {
                let job = waiting.jobs.remove(at)?;
                waiting.working = true;
                waiting.working_fault = job.fault.clone();
                return Some(job);
            }
            let soonest = waiting.jobs.iter().filter_map(|job| job.due).min();
            waiting = match soonest {
                Some(due) => {
                    let pause = due.saturating_duration_since(now);
                    self.changed
                        .wait_timeout(waiting, pause)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn settle(&self, mut job: Job, outcome: Result<Receipt, Fault>) -> SaveEvent {
        let mut waiting = self.lock();
        waiting.working = false;
        waiting.working_fault = None;
        let (note, seq) = (job.note, job.seq);
        let event = match outcome {
            Ok(Receipt { at, revision, .. }) => {
                waiting.saved = Some(at);
                match revision {
                    Some(revision) => SaveEvent::Completed { note, seq, at, revision },
                    None => SaveEvent::Saved { note, seq, at },
                }
            }
            Err(fault) => {
                job.due = Some(Instant::now() + RETRY_AFTER);
                job.fault = Some(fault.clone());
                waiting.put_back(job);
                SaveEvent::Failed { note, seq, why: fault.why, advice: fault.advice }
            }
        };
        drop(waiting);
        self.changed.notify_all();
        event
    }
}

impl Waiting {
    /// The first job that may be tried: it is due, and nothing older of its note waits.
    fn first_due(&self, now: Instant) -> Option<usize> {
        self.jobs.iter().enumerate().position(|(at, job)| {
            job.due.is_none_or(|due| due <= now)
                && !self.jobs.iter().take(at).any(|older| older.note == job.note)
        })
    }

    fn fault(&self) -> Option<&Fault> {
        self.working_fault.as_ref().or_else(|| self.jobs.iter().find_map(|job| job.fault.as_ref()))
    }

    /// Puts a failed job before what came after it; a newer draft takes its place.
    fn put_back(&mut self, job: Job) {
        let newer = self.jobs.iter_mut().find(|other| other.note == job.note);
        match (newer, &job.work) {
            (Some(newer), Work::Draft) if matches!(newer.work, Work::Draft) => {
                (newer.due, newer.fault) = (job.due, job.fault);
            }
            _ => self.jobs.push_front(job),
        }
    }
}

fn write_until_stopped(shared: &Shared, vault: &Vault, report: &impl Fn(SaveEvent)) {
    while let Some(job) = shared.next() {
        // The text is worth more than the thread: whatever happens in there, it comes back.
        let outcome = catch_unwind(AssertUnwindSafe(|| perform(vault, &job)));
        let outcome = match outcome {
            Ok(Ok(receipt)) => Ok(receipt),
            Ok(Err(error)) => {
                Err(Fault { why: format!("Not saved: {error}."), advice: error.advice() })
            }
            Err(_) => Err(Fault {
                why: "Not saved: the program met a fault of its own while saving.".to_owned(),
                advice: "The text is kept and tried again; export it before closing.".to_owned(),
            }),
        };
        report(shared.settle(job, outcome));
    }
}

fn perform(vault: &Vault, job: &Job) -> Result<Receipt, VaultError> {
    let (head, body) = &job.text;
    match job.work {
        Work::Draft => vault.save_draft(job.note, head, body),
        Work::Complete => vault.complete(job.note, head, body),
    }
}

fn unanswered() -> Drained {
    Drained::Unsaved {
        why: "Not saved yet: the disk does not answer.".to_owned(),
        advice: "Wait a little and look whether the disk is connected before closing.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
