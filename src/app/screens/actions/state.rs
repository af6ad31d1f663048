//! What was agreed in all clinics, and what became of it: the list that somebody follows up.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::app::action::Action as Asked;
use crate::{
    clinic::{
        ActionDetails, ActionId, ActionStatus, Session, Standing, Subject, Told, tells_of_actions,
    },
    text::fold,
    vault::NoteId,
};

/// One action of one note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedAction {
    /// The note it was agreed in.
    pub note: NoteId,
    /// The meeting of that note, by which follow-ups name it.
    pub meeting: Uuid,
    /// Its case key.
    pub case_key: String,
    /// The name of its format.
    pub format: String,
    /// What that is about.
    pub about: Subject,
    /// Which action of the note.
    pub id: ActionId,
    /// What was agreed, and what became of it.
    pub details: ActionDetails,
    /// When that was last said.
    pub told: Timestamp,
}

impl TrackedAction {
    /// Open, and its date has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.is_open() && self.details.by.is_some_and(|by| by < today)
    }

    /// Neither done nor dropped.
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
pub fn tracked(note: NoteId, session: &Session) -> Vec<TrackedAction> {
    if !tells_of_actions(session) {
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
            told: Standing::of(session, action).told,
        })
        .collect()
}

/// Gives each action the newest that was said of it, in its own note or in a follow-up.
pub fn take_newest(actions: &mut [TrackedAction], told: &Told) {
    for action in actions {
        let details = &mut action.details;
        let outcome = std::mem::take(&mut details.outcome);
        let own = Standing { status: details.status, outcome, told: action.told, done: None };
        let newest = told.newest(action.meeting, action.id, own);
        (details.status, details.outcome) = (newest.status, newest.outcome);
        action.told = newest.told;
    }
}

/// Sorts actions: what is open before what is not, the earliest date first, without a date last.
pub fn in_order(actions: &mut [TrackedAction]) {
    actions.sort_by(|one, other| {
        let key = |action: &TrackedAction| {
            (!action.is_open(), action.details.by.is_none(), action.details.by)
        };
        key(one).cmp(&key(other)).then_with(|| one.case_key.cmp(&other.case_key))
    });
}

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
        match self {
            Self::Open => Self::Overdue,
            Self::Overdue => Self::All,
            Self::All => Self::Open,
        }
    }
}

/// The state of the list.
#[derive(Default)]
pub struct ActionsScreen {
    /// Every action, in order, once the vault is open.
    pub all: Option<Vec<TrackedAction>>,
    /// Which are shown.
    pub which: Which,
    /// Words that owner, agency or case key must hold.
    pub words: String,
    /// Which row is chosen.
    pub chosen: usize,
    /// What is being noted down of which action, until it is on the disk.
    pub waiting: Option<(NoteId, ActionId, ActionStatus, String)>,
}

impl ActionsScreen {
    /// Takes a fresh list; the choice stays with its action.
    pub fn listed(&mut self, mut actions: Vec<TrackedAction>, today: Date) {
        let chosen = self.chosen(today).map(|action| (action.note, action.id));
        in_order(&mut actions);
        self.all = Some(actions);
        let same = self.rows(today).iter().position(|row| Some((row.note, row.id)) == chosen);
        let last = self.rows(today).len().saturating_sub(1);
        self.chosen = same.unwrap_or(self.chosen.min(last));
    }

    /// Forgets everything: the vault was locked.
    pub fn forget(&mut self) {
        *self = Self::default();
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
    pub fn choose(&mut self, asked: Asked, page: usize, today: Date) {
        let last = self.rows(today).len().saturating_sub(1);
        self.chosen = match asked {
            Asked::Previous => self.chosen.saturating_sub(1),
            Asked::Next => self.chosen + 1,
            Asked::PageBack => self.chosen.saturating_sub(page),
            _ => self.chosen + page,
        }
        .min(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(key: &str, by: Option<&str>, status: ActionStatus, owner: &str) -> TrackedAction {
        TrackedAction {
            note: NoteId::random(),
            meeting: Uuid::nil(),
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
            told: Timestamp::UNIX_EPOCH,
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
        screen.listed(list, today());
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
