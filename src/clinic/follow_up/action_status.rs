//! Where an action stands by the newest word of any note: its own, whatever was added beside it, or
//! a follow-up.
//!
//! Promises: lists and counts of actions both read this, so they agree; a
//! note entered in error and practice say nothing; each action is one, however many notes tell of
//! it.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{FollowedUp, followed_up};
use crate::clinic::session::{Action, ActionStatus, Change, Session, Status};
use crate::clinic::template::value::ActionId;

/// What notes say of actions. Every note is heard first; then each action is looked up.
#[derive(Clone, Debug, Default)]
pub struct ActionStatusIndex {
    of_others: HashMap<(Uuid, ActionId), Vec<FollowedUp>>,
    turns: HashMap<(Uuid, ActionId), Vec<StatusChange>>,
}

/// One line of a trail: from then on an action stood so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct StatusChange {
    at: Timestamp,
    is_done: bool,
}

/// Where an action stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionState {
    /// Open, done or dropped.
    pub status: ActionStatus,
    /// What came of it, or why it was dropped.
    pub outcome: String,
    /// When that was last said.
    pub told: Timestamp,
    /// When any trail first says that it is done, since it was last something else; none for an
    /// action that is not done.
    pub done: Option<Timestamp>,
}

/// Whether a note says anything of actions, its own or others'.
pub fn has_actions(session: &Session) -> bool {
    session.status() != Status::EnteredInError && !session.is_practice()
}

impl ActionStatusIndex {
    /// Hears what a note says of its own actions and of those of earlier notes.
    pub fn add_note(&mut self, session: &Session) {
        if !has_actions(session) {
            return;
        }
        for action in session.actions() {
            let turns = turns(session, &format!("action {}", action.id.0));
            self.turns.entry((session.id(), action.id)).or_default().extend(turns);
        }
        let told = followed_up(session);
        for one in &told {
            // A trail names an earlier action by its number; where two notes gave the same number,
            // only the last word tells whose it is.
            let alike = told.iter().filter(|other| other.id == one.id).count();
            let said = match alike {
                1 => turns(session, &format!("earlier action {}", one.id.0)),
                _ => vec![StatusChange { at: one.at, is_done: one.status == ActionStatus::Done }],
            };
            self.turns.entry((one.note, one.id)).or_default().extend(said);
        }
        for one in told {
            self.of_others.entry((one.note, one.id)).or_default().push(one);
        }
    }

    /// Where an action stands by its own note and by all that were heard. `own` is what
    /// [`ActionState::of`] says; `note` names the meeting in which it was agreed.
    pub fn newest(&self, note: Uuid, id: ActionId, own: ActionState) -> ActionState {
        let others = self.of_others.get(&(note, id)).into_iter().flatten();
        let newest = others.filter(|one| one.at > own.told).max_by_key(|one| one.at);
        let mut standing = match newest {
            Some(one) => {
                let (status, outcome) = (one.status, one.outcome.clone());
                ActionState { status, outcome, told: one.at, done: None }
            }
            None => own,
        };
        standing.done = (standing.status == ActionStatus::Done)
            .then(|| self.done_since((note, id)).unwrap_or(standing.told));
        standing
    }

    fn done_since(&self, key: (Uuid, ActionId)) -> Option<Timestamp> {
        let mut turns = self.turns.get(&key)?.clone();
        turns.sort();
        turns.iter().rev().take_while(|turn| turn.is_done).last().map(|turn| turn.at)
    }
}

impl ActionState {
    /// Where an action stands by its own note alone.
    pub fn of(session: &Session, action: &Action) -> Self {
        let item = format!("action {}", action.id.0);
        let told = session.audit().iter().rfind(|change| change.item == item);
        let told = told.map_or(session.started(), |change| change.at);
        let (status, outcome) = (action.details.status, action.details.outcome.clone());
        let done = (status == ActionStatus::Done).then_some(told);
        Self { status, outcome, told, done }
    }
}

fn turns(session: &Session, item: &str) -> Vec<StatusChange> {
    let lines = session.audit().iter().filter(|change| change.item == item);
    lines.map(|change| StatusChange { at: change.at, is_done: is_done(change) }).collect()
}

/// The status of an action stands last in its line of the trail.
fn is_done(change: &Change) -> bool {
    let done = ActionStatus::Done.title();
    change.new.as_ref().is_some_and(|text| text.rsplit(" · ").next() == Some(done))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::clinic::Event;
    use crate::clinic::fixture::Play;

    /// A completed clinic with one action, and a follow-up that may record its outcome.
    fn notes() -> (Session, Session, Timestamp) {
        let mut earlier = Play::with_people(2);
        earlier.fill();
        earlier.did(Event::ClinicCompleted { acknowledged: false });
        let now = earlier.now;
        let (template, id) = (earlier.session.template().clone(), Uuid::from_u128(7));
        let next = Session::follow_up(template, id, &earlier.session, "revision 1", &[], now);
        (earlier.session, next, now)
    }

    fn later(at: Timestamp, days: i64) -> Timestamp {
        at + SignedDuration::from_hours(24 * days)
    }

    fn say(note: &mut Session, of: &Session, status: ActionStatus, at: Timestamp) {
        let (id, outcome) = (of.actions()[0].id, format!("{} then", status.title()));
        let event = if note.id() == of.id() {
            Event::ActionFollowedUp { id, status, outcome }
        } else {
            Event::EarlierActionFollowedUp { note: of.id(), id, status, outcome }
        };
        crate::clinic::apply(note, event, at).unwrap_or_else(|why| panic!("{why}"));
    }

    fn standing(of: &Session, heard: &[&Session]) -> ActionState {
        let mut told = ActionStatusIndex::default();
        heard.iter().for_each(|session| told.add_note(session));
        let action = &of.actions()[0];
        told.newest(of.id(), action.id, ActionState::of(of, action))
    }

    #[test]
    fn the_newest_word_counts_whichever_note_says_it_and_in_whatever_order_they_are_heard() {
        let (mut own, mut next, now) = notes();
        say(&mut next, &own, ActionStatus::Done, later(now, 2));
        for heard in [[&own, &next], [&next, &own]] {
            let stands = standing(&own, &heard);
            assert_eq!((stands.status, stands.outcome.as_str()), (ActionStatus::Done, "done then"));
            assert_eq!(stands.done, Some(later(now, 2)));
        }
        let before = own.clone();
        say(&mut own, &before, ActionStatus::Dropped, later(now, 3));
        let stands = standing(&own, &[&own, &next]);
        assert_eq!((stands.status, stands.done), (ActionStatus::Dropped, None));
    }

    #[test]
    fn an_action_is_done_since_the_first_word_of_it_and_not_since_the_last() {
        let (mut own, mut next, now) = notes();
        let before = own.clone();
        say(&mut own, &before, ActionStatus::Done, later(now, 1));
        say(&mut next, &before, ActionStatus::Done, later(now, 9));
        assert_eq!(standing(&own, &[&own, &next]).done, Some(later(now, 1)));
        say(&mut next, &before, ActionStatus::Open, later(now, 10));
        assert_eq!(standing(&own, &[&own, &next]).done, None);
        say(&mut next, &before, ActionStatus::Done, later(now, 11));
        assert_eq!(standing(&own, &[&own, &next]).done, Some(later(now, 11)));
    }

    #[test]
    fn a_note_entered_in_error_and_practice_say_nothing() {
        let (own, mut next, now) = notes();
        say(&mut next, &own, ActionStatus::Done, later(now, 2));
        let reason = "wrong case".to_owned();
        let wrong = Event::MarkedEnteredInError { reason };
        crate::clinic::apply(&mut next, wrong, later(now, 3)).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(standing(&own, &[&own, &next]).status, ActionStatus::Open);
    }
}
