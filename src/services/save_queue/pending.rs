//! What waits to be saved, in order.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::vault::{Correction, NoteHead, NoteId};

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

/// Head and body of a note, handed over and not on the disk yet.
pub(super) type Text = Arc<(NoteHead, Zeroizing<String>)>;

pub(super) struct Job {
    pub(super) note: NoteId,
    pub(super) seq: u64,
    pub(super) work: Work,
    pub(super) text: Text,
    /// After a failure: not before then.
    pub(super) due: Option<Instant>,
    /// What went wrong the last time.
    pub(super) fault: Option<SaveFailure>,
}

/// Why something is not saved and what to do, as sentences.
#[derive(Clone)]
pub(super) struct SaveFailure {
    pub(super) why: String,
    pub(super) advice: String,
}

/// What is being written just now.
pub(super) struct InFlight {
    pub(super) note: NoteId,
    pub(super) work: Work,
    pub(super) text: Text,
    /// What went wrong with it the last time.
    pub(super) fault: Option<SaveFailure>,
}

#[derive(Default)]
pub(super) struct PendingSaves {
    pub(super) jobs: VecDeque<Job>,
    pub(super) in_flight: Option<InFlight>,
    pub(super) saved: Option<Timestamp>,
    pub(super) stopping: bool,
}

impl Job {
    pub(super) fn new(note: NoteId, seq: u64, work: Work, text: Text) -> Self {
        Self { note, seq, work, text, due: None, fault: None }
    }
}

impl PendingSaves {
    /// The first job that may be tried: it is due, and nothing older of its note waits.
    pub(super) fn first_due(&self, now: Instant) -> Option<usize> {
        self.jobs.iter().enumerate().position(|(at, job)| {
            job.due.is_none_or(|due| due <= now)
                && !self.jobs.iter().take(at).any(|older| older.note == job.note)
        })
    }

    pub(super) fn fault(&self) -> Option<&SaveFailure> {
        let in_flight = self.in_flight.as_ref().and_then(|one| one.fault.as_ref());
        in_flight.or_else(|| self.jobs.iter().find_map(|job| job.fault.as_ref()))
    }

    /// Puts a failed job before what came after it; a newer draft takes its place.
    pub(super) fn put_back(&mut self, job: Job) {
        let newer = self.jobs.iter_mut().find(|other| other.note == job.note);
        match (newer, &job.work) {
            (Some(newer), Work::Draft) if matches!(newer.work, Work::Draft) => {
                (newer.due, newer.fault) = (job.due, job.fault);
            }
            _ => self.jobs.push_front(job),
        }
    }
}
