//! Outcomes of actions, each counted once with its newest status in any note, as in the list of
//! actions.
//!
//! Actions are gathered note by note and counted at the end, because a follow-up that is read
//! later, or was held after the period, may change their status.

use jiff::civil::Date;
use uuid::Uuid;

use crate::clinic::{ActionId, ActionState, ActionStatus, ActionStatusIndex, Session};

use super::{
    figure::{ACTIONS, day_of},
    tally::{Case, FigureTally},
};

/// Actions of the notes that count.
#[derive(Default)]
pub(super) struct Agreed {
    actions: Vec<One>,
}

struct One {
    case: Case,
    note: Uuid,
    id: ActionId,
    by: Option<Date>,
    own: ActionState,
}

impl Agreed {
    /// Adds the actions of one note; an action without a text is not counted.
    pub(super) fn add(&mut self, session: &Session, case: Case) {
        let actions = session.actions().iter();
        for action in actions.filter(|action| !action.details.what.trim().is_empty()) {
            // What people typed is not kept.
            let own = ActionState { outcome: String::new(), ..ActionState::of(session, action) };
            let (note, by) = (session.id(), action.details.by);
            self.actions.push(One { case, note, id: action.id, by, own });
        }
    }

    /// Returns the table, with the newest status from all notes.
    pub(super) fn counted(self, told: &ActionStatusIndex, today: Date) -> FigureTally {
        let mut tally = FigureTally::new(
            &ACTIONS,
            &[
                ("in-time", "done by the due date"),
                ("late", "done after the due date"),
                ("done", "done, no due date"),
                ("open", "open"),
                ("overdue", "open and overdue"),
                ("dropped", "dropped"),
            ],
        );
        for one in self.actions {
            let standing = told.newest(one.note, one.id, one.own);
            let code = became(&standing, one.by, today);
            tally.add(code, code, one.case);
        }
        tally
    }
}

/// The line an action counts in.
fn became(standing: &ActionState, by: Option<Date>, today: Date) -> &'static str {
    match (standing.status, by) {
        (ActionStatus::Dropped, _) => "dropped",
        (ActionStatus::Open, Some(by)) if by < today => "overdue",
        (ActionStatus::Open, _) => "open",
        (ActionStatus::Done, by) => match by.zip(standing.done.map(day_of)) {
            Some((by, on)) if on <= by => "in-time",
            Some(_) => "late",
            None => "done",
        },
    }
}
