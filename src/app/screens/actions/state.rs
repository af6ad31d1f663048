//! What was agreed in all clinics, with its outcomes: the list that somebody follows up.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    app::action::KeyAction,
    clinic::{ActionId, ActionStatus},
    report::actions::{TrackedAction, sort_actions},
    services::ReceivedAction,
    vault::NoteId,
};

/// Which actions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Those to be done.
    #[default]
    Open,
    /// Those to be done whose date has passed.
    Overdue,
    /// All, with their outcomes.
    All,
}

impl Which {
    /// All, in the order Tab goes through them.
    pub const EVERY: [Self; 3] = [Self::Open, Self::Overdue, Self::All];

    /// Shown.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Overdue => "Overdue",
            Self::All => "All",
        }
    }

    fn next(self) -> Self {
        Self::EVERY[(self as usize + 1) % Self::EVERY.len()]
    }
}

/// A change of an action that is being saved.
#[derive(Clone, Debug)]
pub enum UnsavedChange {
    /// What became of it.
    Outcome {
        /// Where it stands now.
        status: ActionStatus,
        /// What came of it, or why it was dropped.
        outcome: String,
    },
    /// Who does it now.
    Owner {
        /// The role, and the agency.
        owner: (String, String),
        /// By when.
        by: Option<Date>,
    },
}

/// The state of the list.
#[derive(Default)]
pub struct ActionsScreen {
    /// Every action, in order, once the vault is open; those of others too.
    pub all: Option<Vec<TrackedAction>>,
    /// Who agreed those that are in notes of others, by the id of the note in lists.
    pub authors: BTreeMap<NoteId, String>,
    /// Whether they were asked for since the vault was opened.
    pub(crate) is_asked: bool,
    /// Which are shown.
    pub which: Which,
    /// Words that owner, agency or case key must hold.
    pub words: String,
    /// Which row is chosen.
    pub chosen: usize,
    /// What is being noted down of which action, until it is on the disk.
    pub waiting: Option<(NoteId, ActionId, UnsavedChange)>,
}

impl ActionsScreen {
    /// Takes a fresh list; the choice stays with its action.
    pub fn listed(
        &mut self,
        mut actions: Vec<TrackedAction>,
        received: Vec<ReceivedAction>,
        today: Date,
    ) {
        self.authors.clear();
        for ReceivedAction { author, list_id, action } in received {
            self.authors.insert(list_id, author);
            actions.push(TrackedAction { note: list_id, ..action });
        }
        let chosen = self.chosen(today).map(|action| (action.note, action.id));
        sort_actions(&mut actions);
        self.all = Some(actions);
        let same = self.rows(today).iter().position(|row| Some((row.note, row.id)) == chosen);
        let last = self.rows(today).len().saturating_sub(1);
        self.chosen = same.unwrap_or(self.chosen.min(last));
    }

    /// What is shown.
    pub fn rows(&self, today: Date) -> Vec<&TrackedAction> {
        let all = self.all.iter().flatten();
        all.filter(|action| self.shows(self.which, action, today)).collect()
    }

    fn shows(&self, which: Which, action: &TrackedAction, today: Date) -> bool {
        let fits = match which {
            Which::Open => action.is_open(),
            Which::Overdue => action.is_overdue(today),
            Which::All => true,
        };
        fits && action.is_about(&self.words)
    }

    /// How many there would be of each kind.
    pub fn count(&self, which: Which, today: Date) -> usize {
        self.all.iter().flatten().filter(|action| self.shows(which, action, today)).count()
    }

    /// The chosen action.
    pub fn chosen(&self, today: Date) -> Option<&TrackedAction> {
        self.rows(today).get(self.chosen).copied()
    }

    /// Shows others: the next kind, with the choice at its top.
    pub fn next_kind(&mut self) {
        self.which = self.which.next();
        self.chosen = 0;
    }

    /// Moves the choice by rows, staying inside the list.
    pub fn choose(&mut self, action: KeyAction, page: usize, today: Date) {
        self.chosen = action.chosen(self.chosen, page, self.rows(today).len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::ActionDetails;
    use crate::clinic::Subject;
    use crate::report::actions::TrackedAction;

    fn action(key: &str, by: Option<&str>, status: ActionStatus, owner: &str) -> TrackedAction {
        TrackedAction {
            note: NoteId::random(),
            meeting: uuid::Uuid::nil(),
            case_key: key.to_owned(),
            format: "Peer case clinic".to_owned(),
            about: Subject::Case,
            id: ActionId(1),
            details: ActionDetails {
                what: "Write the plan".to_owned(),
                owner: owner.to_owned(),
                by: by.map(|by| by.parse().expect("a date")),
                status,
                ..ActionDetails::default()
            },
            told: jiff::Timestamp::UNIX_EPOCH,
            agreed: jiff::Timestamp::UNIX_EPOCH,
            number: 1,
        }
    }

    fn today() -> Date {
        "2026-11-22".parse().expect("a date")
    }

    fn screen() -> ActionsScreen {
        let mut screen = ActionsScreen::default();
        let list = vec![
            action("OWL-1", Some("2026-12-01"), ActionStatus::Open, "Class teacher"),
            action("OWL-2", None, ActionStatus::Open, "School nurse"),
            action("OWL-3", Some("2026-11-01"), ActionStatus::Done, "Social worker"),
            action("OWL-4", Some("2026-11-20"), ActionStatus::Open, "Social worker"),
        ];
        screen.listed(list, Vec::new(), today());
        screen
    }

    fn keys(screen: &ActionsScreen) -> Vec<&str> {
        screen.rows(today()).iter().map(|row| row.case_key.as_str()).collect()
    }

    #[test]
    fn what_is_open_comes_first_by_its_date_and_without_a_date_last() {
        let mut screen = screen();
        assert_eq!(keys(&screen), ["OWL-4", "OWL-1", "OWL-2"]);
        screen.which = Which::All;
        assert_eq!(keys(&screen), ["OWL-4", "OWL-1", "OWL-2", "OWL-3"]);
    }

    #[test]
    fn only_open_actions_whose_date_has_passed_are_overdue() {
        let mut screen = screen();
        screen.next_kind();
        assert_eq!(keys(&screen), ["OWL-4"]);
        let counts = Which::EVERY.map(|which| screen.count(which, today()));
        assert_eq!(counts, [3, 1, 4]);
    }

    #[test]
    fn words_are_looked_for_in_owner_agency_and_case_key() {
        let mut screen = screen();
        screen.words = "NURSE".to_owned();
        assert_eq!(keys(&screen), ["OWL-2"]);
        screen.words = "owl-1 teacher".to_owned();
        assert_eq!(keys(&screen), ["OWL-1"]);
        let all = screen.all.as_mut().expect("a list");
        all[0].about = Subject::Supervision;
        screen.words = "supervision".to_owned();
        assert_eq!(keys(&screen), ["OWL-4"]);
        screen.words = "owl-1 nurse".to_owned();
        assert!(keys(&screen).is_empty() && screen.chosen(today()).is_none());
    }
}
