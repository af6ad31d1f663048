//! One line of a list of notes.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::session::{Action, ActionStatus, Session, Status};
use super::template::ItemType;
use super::template::value::{Slot, Value};

/// What a list shows of a note.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The note's own name.
    pub id: Uuid,
    /// The generated name of the case.
    pub case_key: String,
    /// The template's id.
    pub template: String,
    /// The template's title.
    pub title: String,
    /// Title of the stage that is open.
    pub stage_title: String,
    /// The stage that is open, counted from 1.
    pub stage: usize,
    /// How many there are.
    pub stages: usize,
    /// Where the note stands.
    pub status: Status,
    /// A practice clinic.
    pub practice: bool,
    /// When it began.
    pub started: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// The answer to the item `review_date`, or the earliest date of an open action.
    pub next_review: Option<Date>,
    /// Actions still open.
    pub open_actions: Vec<Action>,
}

/// What a list shows of `session`.
pub fn summary(session: &Session) -> Summary {
    let template = session.template();
    let stage = template.stages.get(session.stage());
    let open_actions: Vec<Action> = session
        .actions()
        .iter()
        .filter(|action| action.details.status == ActionStatus::Open)
        .cloned()
        .collect();
    let review = template.items().iter().find_map(|place| {
        if place.item.kind != ItemType::Date || place.item.id != "review_date" {
            return None;
        }
        match session.answer(&Slot::once(&place.item.id)) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    });
    Summary {
        id: session.id(),
        case_key: session.case_key().to_owned(),
        template: template.about.id.clone(),
        title: template.about.title.show(session.language()).to_owned(),
        stage_title: stage
            .map_or(String::new(), |stage| stage.title.show(session.language()).to_owned()),
        stage: session.stage() + 1,
        stages: template.stages.len(),
        status: session.status(),
        practice: session.is_practice(),
        started: session.started(),
        updated: session.updated(),
        next_review: review
            .or_else(|| open_actions.iter().filter_map(|action| action.details.by).min()),
        open_actions,
    }
}
