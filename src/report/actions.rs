//! The actions of all notes: what was agreed, by whom, by when, and its latest status.

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
}

impl TrackedAction {
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

/// Sorts actions: what is open before what is not, the earliest date first, without a date last.
pub(crate) fn sort_actions(actions: &mut [TrackedAction]) {
    actions.sort_by(|one, other| {
        let key = |action: &TrackedAction| {
            (!action.is_open(), action.details.by.is_none(), action.details.by)
        };
        key(one).cmp(&key(other)).then_with(|| one.case_key.cmp(&other.case_key))
    });
}
