//! Locking: how long nobody has pressed a key, and what is remembered until somebody unlocks.
//!
//! While the vault is locked nothing of a note is here, with one exception: what could not be saved
//! is kept, out of sight, because losing it would be worse.

use jiff::{SignedDuration, Timestamp};

use crate::{
    app::{
        dialogs::dialog::Ask,
        screens::{
            Screen,
            clinic::{control::ControlId, state::ClinicScreen},
        },
    },
    services::settings::LOCK_AFTER,
    vault::NoteId,
};

/// How long before that somebody in the middle of something is told.
const TOLD_BEFORE: SignedDuration = SignedDuration::from_secs(60);

/// How long nobody has pressed a key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Idle {
    limit: SignedDuration,
    heard: Timestamp,
    told: bool,
}

/// What is to happen because nobody has pressed a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// Say that the vault locks itself soon.
    Tell,
    /// Lock it.
    Lock,
}

impl Idle {
    /// From now on, with the usual limit.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { limit: SignedDuration::from_mins(LOCK_AFTER), heard: now, told: false }
    }

    /// Locks after so many minutes.
    pub fn lock_after(&mut self, minutes: i64) {
        self.limit = SignedDuration::from_mins(minutes.max(1));
    }

    /// Minutes until the vault locks itself.
    pub fn minutes(&self) -> i64 {
        self.limit.as_mins()
    }

    /// Whether a warning says that the vault locks itself soon.
    pub(crate) fn is_told(&self) -> bool {
        self.told
    }

    /// Somebody is there.
    pub(crate) fn hear(&mut self, now: Timestamp) {
        (self.heard, self.told) = (now, false);
    }

    /// A clock that was set back must not put locking off by more than the limit.
    pub(crate) fn follow_clock(&mut self, now: Timestamp) {
        self.heard = self.heard.min(now);
    }

    /// How long before locking somebody is told.
    fn told_before(&self) -> SignedDuration {
        TOLD_BEFORE.min(self.limit / 2)
    }

    /// When something is to happen; `tells` is whether somebody in the middle of something is told.
    pub(crate) fn deadline(&self, tells: bool) -> Option<Timestamp> {
        let wait = if tells && !self.told { self.limit - self.told_before() } else { self.limit };
        self.heard.checked_add(wait).ok()
    }

    /// What is to happen now.
    pub(crate) fn overdue(&mut self, now: Timestamp, tells: bool) -> Option<Overdue> {
        let quiet = now.duration_since(self.heard);
        if quiet >= self.limit {
            return Some(Overdue::Lock);
        }
        let tell = tells && !self.told && quiet >= self.limit - self.told_before();
        self.told |= tell;
        tell.then_some(Overdue::Tell)
    }
}

/// Who locked the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockedBy {
    /// Somebody, by key.
    Person,
    /// The clock: no key for so many minutes.
    Clock {
        /// Minutes.
        minutes: i64,
    },
}

/// How far locking has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockState {
    /// Everything is being saved; the keys go afterwards.
    Closing,
    /// The keys are gone.
    Closed,
    /// Something could not be saved, so that the keys and the text must stay: a sentence.
    Unsaved(String),
}

/// A vault that was locked, and where to go on once it is open again.
pub struct Lock {
    /// Who locked it.
    pub by: LockedBy,
    /// How far that has come.
    pub state: LockState,
    /// Where to go on.
    pub(crate) place: Return,
    /// A clinic, until the vault has it.
    pub(crate) clinic: Option<ClinicScreen>,
}

impl Lock {
    /// Whether a clinic goes on after unlocking.
    pub fn has_clinic(&self) -> bool {
        self.place.focus.is_some()
    }

    /// Whether something was being written that has no other place.
    pub(crate) fn holds_text(&self) -> bool {
        let place = &self.place;
        self.clinic.is_some() || place.ask.is_some() || !place.unfinished.is_empty()
    }

    /// Whether the keys are not gone yet.
    pub(crate) fn is_closing(&self) -> bool {
        self.state != LockState::Closed
    }
}

/// A place on the screens, without a word of a note.
#[derive(Default)]
pub(crate) struct Return {
    pub(crate) screen: Option<Screen>,
    pub(crate) note: Option<NoteId>,
    /// Which control had the focus, if it was a clinic.
    pub(crate) focus: Option<ControlId>,
    /// First line in view.
    pub(crate) top: usize,
    /// A question that was being answered; what was typed is sealed meanwhile.
    pub(crate) ask: Option<Ask>,
    /// Fields with text that was not an answer yet; likewise.
    pub(crate) unfinished: Vec<ControlId>,
    /// What was sealed, once it is open again.
    pub(crate) sealed: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::new(second, 0).expect("a time")
    }

    #[test]
    fn it_tells_a_minute_before_and_locks_at_the_limit() {
        let mut idle = Idle::new(at(0));
        assert_eq!(idle.deadline(true), Some(at(240)));
        assert_eq!(idle.overdue(at(239), true), None);
        assert_eq!(idle.overdue(at(240), true), Some(Overdue::Tell));
        assert_eq!(idle.overdue(at(241), true), None, "it is told once");
        assert_eq!(idle.deadline(true), Some(at(300)));
        assert_eq!(idle.overdue(at(300), true), Some(Overdue::Lock));
        idle.hear(at(299));
        assert_eq!(idle.overdue(at(300), true), None);
    }

    #[test]
    fn nobody_in_the_middle_of_something_is_told_nothing() {
        let mut idle = Idle::new(at(0));
        assert_eq!(idle.deadline(false), Some(at(300)));
        assert_eq!(idle.overdue(at(299), false), None);
    }

    #[test]
    fn with_the_shortest_limit_there_is_still_time_to_press_a_key() {
        let mut idle = Idle::new(at(0));
        idle.lock_after(1);
        assert_eq!(idle.overdue(at(30), true), Some(Overdue::Tell));
        assert_eq!(idle.overdue(at(60), true), Some(Overdue::Lock));
    }

    #[test]
    fn a_clock_set_back_puts_locking_off_by_the_limit_at_most() {
        let mut idle = Idle::new(at(10_000));
        idle.follow_clock(at(50));
        assert_eq!(idle.deadline(false), Some(at(350)));
    }
}
