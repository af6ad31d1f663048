//! The writer thread: every save goes through it, in order.
//!
//! The newest draft of a note takes the place of an older one that still waits. A save that failed
//! keeps its text and is tried again every two seconds, with fresh files, until it succeeds or the
//! note is forgotten; notes do not wait for each other. There is exactly one visible
//! [`SaveState`]. Without work the thread sleeps and nothing wakes it.

#[cfg(test)]
mod tests;

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

use super::notes::edition_of;
use crate::vault::{Correction, NoteHead, NoteId, Receipt, RevisionText, Vault, VaultError};

/// Pause before a failed save is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// How long a queue that is dropped without [`SaveQueue::drain`] still tries.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// What is to be done with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It is the working copy.
    Draft,
    /// It completes the note.
    Complete,
    /// It is locked beside what was completed.
    Amend(Correction),
}

/// Why something is not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why} {advice}")]
pub struct SaveFailure {
    /// What failed, as a sentence.
    pub why: String,
    /// What to do, as a sentence.
    pub advice: String,
}

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
        /// The revision.
        revision: u32,
    },
    /// The correction is locked beside the note as this revision.
    Amended {
        /// Which note.
        note: NoteId,
        /// The revision.
        revision: u32,
    },
    /// It is not on the disk; the text is kept and tried again.
    Failed {
        /// Which note.
        note: NoteId,
        /// The number it was submitted with.
        seq: u64,
        /// Why.
        failure: SaveFailure,
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
    NotSaved(SaveFailure),
}

/// How a [`SaveQueue::drain`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drained {
    /// Nothing is left to save.
    Clean,
    /// Something is not on the disk.
    Unsaved(SaveFailure),
}

/// Head and body of a note, handed over and not on the disk yet.
type Text = Arc<(NoteHead, Zeroizing<String>)>;

#[derive(Clone)]
struct Job {
    note: NoteId,
    seq: u64,
    work: Work,
    text: Text,
    /// After a failure: not before then.
    due: Option<Instant>,
    /// What went wrong the last time.
    failure: Option<SaveFailure>,
}

/// What waits to be saved, in order.
#[derive(Default)]
struct PendingSaves {
    jobs: VecDeque<Job>,
    /// What is being written just now.
    in_flight: Option<Job>,
    saved: Option<Timestamp>,
    stopping: bool,
}

impl PendingSaves {
    /// The first job that may be tried: it is due, and nothing older of its note waits.
    fn first_due(&self, now: Instant) -> Option<usize> {
        self.jobs.iter().enumerate().position(|(at, job)| {
            job.due.is_none_or(|due| due <= now)
                && !self.jobs.iter().take(at).any(|older| older.note == job.note)
        })
    }

    fn failure(&self) -> Option<SaveFailure> {
        self.in_flight.iter().chain(&self.jobs).find_map(|job| job.failure.clone())
    }

    /// Puts a failed job before what came after it; a newer draft takes its place.
    fn put_back(&mut self, job: Job) {
        match self.jobs.iter_mut().find(|other| other.note == job.note) {
            Some(newer) if (newer.work, job.work) == (Work::Draft, Work::Draft) => {
                (newer.due, newer.failure) = (job.due, job.failure);
            }
            _ => self.jobs.push_front(job),
        }
    }
}

struct QueueState {
    waiting: Mutex<PendingSaves>,
    changed: Condvar,
}

/// The queue before the writer thread. Dropping it tries to save what is left for three seconds and
/// then forgets the text: a caller that still has it on a screen asks [`SaveQueue::drain`] first. The
/// thread holds the vault, so the keys are in memory until the queue is dropped.
pub struct SaveQueue {
    shared: Arc<QueueState>,
    writer: Option<JoinHandle<()>>,
}

impl SaveQueue {
    /// Starts the writer. `report` is called on its thread, once for each result, and must not
    /// wait for anything: a sender without a bound is right.
    pub fn start(
        vault: Arc<Vault>,
        report: impl Fn(SaveEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(QueueState { waiting: Mutex::default(), changed: Condvar::new() });
        let theirs = Arc::clone(&shared);
        let writer = thread::Builder::new()
            .name("save".to_owned())
            .spawn(move || write_until_stopped(&theirs, &vault, &report))?;
        Ok(Self { shared, writer: Some(writer) })
    }

    /// Hands over a text of a note, to be saved after everything handed over before. A draft takes
    /// the place of an older one that still waits. Never waits for the disk.
    pub fn submit(
        &self,
        note: NoteId,
        work: Work,
        head: NoteHead,
        body: Zeroizing<String>,
        seq: u64,
    ) {
        let mut waiting = self.shared.lock();
        let text = Arc::new((head, body));
        // A draft that was followed by a completion keeps its place.
        match waiting.jobs.iter_mut().rev().find(|job| job.note == note) {
            Some(job) if (job.work, work) == (Work::Draft, Work::Draft) => {
                (job.seq, job.text) = (seq, text);
            }
            _ => waiting.jobs.push_back(Job { note, seq, work, text, due: None, failure: None }),
        }
        self.shared.changed.notify_all();
    }

    /// The newest text of a note that is not on the disk yet, if any, and what is to be done with it.
    pub fn unsaved(&self, note: NoteId) -> Option<(Work, Text)> {
        let waiting = self.shared.lock();
        let mut newest_first = waiting.jobs.iter().rev().chain(&waiting.in_flight);
        let newest = newest_first.find(|job| job.note == note);
        newest.map(|job| (job.work, Arc::clone(&job.text)))
    }

    /// The drafts that are not on the disk yet: which note, and its head.
    pub fn unsaved_drafts(&self) -> Vec<(NoteId, NoteHead)> {
        let waiting = self.shared.lock();
        let drafts = waiting.jobs.iter().filter(|job| job.work == Work::Draft);
        drafts.map(|job| (job.note, job.text.0.clone())).collect()
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
        match waiting.failure() {
            Some(failure) => SaveState::NotSaved(failure),
            None if waiting.in_flight.is_some() || !waiting.jobs.is_empty() => SaveState::Saving,
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
            if waiting.in_flight.is_none() && waiting.first_due(Instant::now()).is_none() {
                return match (waiting.failure(), waiting.jobs.is_empty()) {
                    (_, true) => Drained::Clean,
                    (Some(failure), false) => Drained::Unsaved(failure),
                    (None, false) => unanswered(),
                };
            }
            let left = timeout.saturating_sub(since.elapsed());
            if left.is_zero() {
                return unanswered();
            }
            waiting = self.shared.wait(waiting, left);
        }
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

impl QueueState {
    fn lock(&self) -> MutexGuard<'_, PendingSaves> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something changes, at most this long.
    fn wait<'a>(
        &self,
        waiting: MutexGuard<'a, PendingSaves>,
        at_most: Duration,
    ) -> MutexGuard<'a, PendingSaves> {
        let waited = self.changed.wait_timeout(waiting, at_most);
        waited.unwrap_or_else(PoisonError::into_inner).0
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
                waiting.in_flight = Some(job.clone());
                return Some(job);
            }
            let soonest = waiting.jobs.iter().filter_map(|job| job.due).min();
            waiting = match soonest {
                Some(due) => self.wait(waiting, due.saturating_duration_since(now)),
                None => self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn settle(&self, mut job: Job, outcome: Result<Receipt, SaveFailure>) -> SaveEvent {
        let mut waiting = self.lock();
        waiting.in_flight = None;
        let (note, seq) = (job.note, job.seq);
        let event = match outcome {
            Ok(Receipt { at, revision, .. }) => {
                waiting.saved = Some(at);
                match (job.work, revision) {
                    (Work::Amend(_), Some(revision)) => SaveEvent::Amended { note, revision },
                    (_, Some(revision)) => SaveEvent::Completed { note, seq, revision },
                    (_, None) => SaveEvent::Saved { note, seq, at },
                }
            }
            Err(failure) => {
                job.due = Some(Instant::now() + RETRY_AFTER);
                job.failure = Some(failure.clone());
                waiting.put_back(job);
                SaveEvent::Failed { note, seq, failure }
            }
        };
        drop(waiting);
        self.changed.notify_all();
        event
    }
}

fn write_until_stopped(shared: &QueueState, vault: &Vault, report: &impl Fn(SaveEvent)) {
    while let Some(job) = shared.next() {
        // The text is worth more than the thread: whatever happens in there, it comes back.
        let outcome = catch_unwind(AssertUnwindSafe(|| perform(vault, &job)));
        let outcome = match outcome {
            Ok(Ok(receipt)) => Ok(receipt),
            Ok(Err(error)) => {
                Err(SaveFailure { why: format!("Not saved: {error}."), advice: error.advice() })
            }
            Err(_) => Err(SaveFailure {
                why: "Not saved: the program had a fault while saving.".to_owned(),
                advice: "The text is kept, and saving is tried again every two seconds. Keep this window open until it is saved. If it is not, copy what you need from the screen.".to_owned(),
            }),
        };
        report(shared.settle(job, outcome));
    }
}

fn perform(vault: &Vault, job: &Job) -> Result<Receipt, VaultError> {
    let (head, body) = &*job.text;
    let Work::Draft = job.work else {
        let edition = edition_of(body);
        let for_members = edition.as_ref().map(|edition| edition.as_str());
        let text = RevisionText { whole: body, for_members };
        return match job.work {
            Work::Amend(correction) => vault.amend(job.note, head, text, correction),
            _ => vault.complete(job.note, head, text),
        };
    };
    vault.save_draft(job.note, head, body)
}

fn unanswered() -> Drained {
    Drained::Unsaved(SaveFailure {
        why: "Not saved yet: the disk is not responding.".to_owned(),
        advice: "Check that the disk is connected, and wait a little before you close the program."
            .to_owned(),
    })
}
