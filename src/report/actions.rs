//! The actions of all notes: what was agreed, by whom, by when, and its latest status.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{
    clinic::{
        ActionDetails, ActionId, ActionState, ActionStatus, ActionStatusIndex, Session, Subject,
        has_actions,
    },
    text::fold,
    vault::NoteId,
};

/// One action of one note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedAction {
    /// The note it was agreed in.
    pub note: NoteId,
    /// The meeting of that note; follow-ups refer to it.
    pub meeting: Uuid,
    /// Its case key.
    pub case_key: String,
    /// The name of its format.
    pub format: String,
    /// The subject of that format.
    pub about: Subject,
    /// Its id in the note.
    pub id: ActionId,
    /// What was agreed, with its status and outcome.
    pub details: ActionDetails,
    /// When its status was last recorded.
    pub told: Timestamp,
    /// When the meeting began in which it was agreed.
    pub agreed: Timestamp,
    /// Its number among the actions of its case, from 1, in the order they were agreed.
    pub number: u32,
}

impl TrackedAction {
    /// What people call it: the case key and its number.
    pub fn name(&self) -> String {
        format!("{}/{}", self.case_key, self.number)
    }

    /// Whether it is open and its date has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.is_open() && self.details.by.is_some_and(|by| by < today)
    }

    /// Whether it is neither done nor dropped.
    pub fn is_open(&self) -> bool {
        self.details.status == ActionStatus::Open
    }

    /// What marks it among actions about cases.
    pub fn mark(&self) -> Option<&'static str> {
        (self.about != Subject::Case).then(|| self.about.code())
    }

    /// Whether its owner, agency or case key, or what it is about, holds every one of these words.
    pub fn is_about(&self, words: &str) -> bool {
        let ActionDetails { owner, agency, .. } = &self.details;
        let text = format!("{owner} {agency} {} {}", self.case_key, self.mark().unwrap_or(""));
        let text = fold(&text);
        fold(words).split_whitespace().all(|word| text.contains(word))
    }
}

/// The actions of a note. A note that was entered in error, and practice, have none.
pub(crate) fn tracked(note: NoteId, session: &Session) -> Vec<TrackedAction> {
    if !has_actions(session) {
        return Vec::new();
    }
    let format = session.template().about.title.show(session.language());
    let actions = session.actions().iter().filter(|action| !action.details.what.trim().is_empty());
    actions
        .map(|action| TrackedAction {
            note,
            meeting: session.id(),
            case_key: session.case_key().to_owned(),
            format: format.to_owned(),
            about: session.template().about.subject(),
            id: action.id,
            details: action.details.clone(),
            told: ActionState::of(session, action).told,
            agreed: session.started(),
            number: 0,
        })
        .collect()
}

/// Gives each action its newest status, from its own note or from a follow-up.
pub(crate) fn apply_latest_status(actions: &mut [TrackedAction], told: &ActionStatusIndex) {
    for action in actions {
        let details = &mut action.details;
        let outcome = std::mem::take(&mut details.outcome);
        let own = ActionState { status: details.status, outcome, told: action.told, done: None };
        let newest = told.newest(action.meeting, action.id, own);
        (details.status, details.outcome) = (newest.status, newest.outcome);
        action.told = newest.told;
    }
}

/// Numbers the actions of each case from 1, in the order they were agreed: short enough to say aloud.
pub(crate) fn number_actions(actions: &mut [TrackedAction]) {
    let mut order: Vec<usize> = (0..actions.len()).collect();
    order.sort_by_key(|at| (actions[*at].agreed, actions[*at].meeting, actions[*at].id));
    let mut last: HashMap<String, u32> = HashMap::new();
    for at in order {
        let number = last.entry(actions[at].case_key.clone()).or_insert(0);
        *number += 1;
        actions[at].number = *number;
    }
}

/// Sorts actions: what is open before what is not, the earliest date first, without a date last.
pub(crate) fn sort_actions(actions: &mut [TrackedAction]) {
    actions.sort_by(|one, other| {
        let key = |action: &TrackedAction| {
            (!action.is_open(), action.details.by.is_none(), action.details.by)
        };
        key(one)
            .cmp(&key(other))
            .then_with(|| (&one.case_key, one.number).cmp(&(&other.case_key, other.number)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actions_of_a_case_are_numbered_from_one_as_they_were_agreed() {
        let action = |key: &str, agreed: &str, id: u32| TrackedAction {
            note: NoteId::random(),
            meeting: Uuid::nil(),
            case_key: key.to_owned(),
            format: "Peer case clinic".to_owned(),
            about: Subject::Case,
            id: ActionId(id),
            details: ActionDetails::default(),
            told: Timestamp::UNIX_EPOCH,
            agreed: agreed.parse().expect("a time"),
            number: 0,
        };
        let (first, follow_up) = ("2026-11-01T10:00:00Z", "2026-12-01T10:00:00Z");
        // Notes are read in any order, and count more than actions.
        let mut actions = [
            action("OWL-1", follow_up, 7),
            action("OWL-1", first, 143),
            action("WREN-2", first, 88),
            action("OWL-1", first, 137),
        ];
        number_actions(&mut actions);
        let names = actions.each_ref().map(TrackedAction::name);
        assert_eq!(names, ["OWL-1/3", "OWL-1/2", "WREN-2/1", "OWL-1/1"]);
    }
}
