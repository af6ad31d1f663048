//! What an earlier note left to a worked follow-up, as an example writes it.
//!
//! Promises: it only holds what a follow-up of a note would have carried over, in the words of the
//! template.

use jiff::{SignedDuration, civil::Date};
use serde::Deserialize;
use uuid::Uuid;

use super::{ByteRange, Player};
use crate::clinic::action::{ActionDetails, ActionStatus};
use crate::clinic::event::Event;
use crate::clinic::rating::Outcome;
use crate::clinic::session::{Earlier, EarlierAction, EarlierPlacement, EarlierScale};
use crate::clinic::template::value::ActionId;
use crate::clinic::template::{Item, ItemType};
use crate::text::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Before {
    title: String,
    weeks: u16,
    #[serde(default)]
    placement: Vec<Placement>,
    #[serde(default)]
    scale: Vec<Scale>,
    #[serde(default)]
    action: Vec<EarlierExampleAction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Placement {
    item: String,
    number: usize,
    outcome: String,
    about: String,
    basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    item: String,
    value: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlierExampleAction {
    what: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    agency: String,
    by: Option<Date>,
    #[serde(default)]
    measure: String,
    became: Option<ActionStatus>,
    #[serde(default)]
    outcome: String,
}

impl Player {
    /// Lets the session follow what the example writes, and says what became of its actions.
    pub(super) fn follow(&mut self, before: Before, span: &ByteRange) -> Result<(), Box<Problem>> {
        let Before { title, weeks, placement, scale, action } = before;
        let note = Uuid::from_u128(1);
        let placements: Result<_, _> =
            placement.into_iter().map(|one| self.placed(one, span)).collect();
        let scales: Result<_, _> = scale.into_iter().map(|one| self.scaled(&one, span)).collect();
        let mut actions = Vec::new();
        let mut told = Vec::new();
        for (at, task) in action.into_iter().enumerate() {
            let EarlierExampleAction { what, owner, agency, by, measure, became, outcome } = task;
            let details =
                ActionDetails { what, owner, agency, by, measure, ..ActionDetails::default() };
            let id = ActionId(at as u32 + 1);
            let before = ActionStatus::Open;
            actions.push(EarlierAction { note, id, details, before, followed_up: None });
            let event = |status| Event::EarlierActionFollowedUp { note, id, status, outcome };
            told.extend(became.map(event));
        }
        let since = SignedDuration::from_hours(i64::from(weeks) * 7 * 24);
        self.session.earlier = Some(Earlier {
            note,
            case_key: self.session.case_key().to_owned(),
            revision: "revision 1".to_owned(),
            title,
            started: self.now.checked_sub(since).unwrap_or(self.now),
            actions,
            placements: placements?,
            scales: scales?,
        });
        told.into_iter().try_for_each(|event| self.event(event, span))
    }

    fn placed(&self, one: Placement, span: &ByteRange) -> Result<EarlierPlacement, Box<Problem>> {
        let Placement { item, number, outcome, about, basis } = one;
        let rating = self.item_of_type(&item, ItemType::Rating, span)?;
        let step = rating.options.iter().find(|step| step.code == outcome).ok_or_else(|| {
            let message = format!("“{outcome}” is not an option of “{item}”.");
            self.file.error("wrong-value", span.clone(), message, "Use one of its codes.")
        })?;
        let shown = step.text.show(self.session.language()).to_owned();
        let outcome = Outcome::Placed(outcome);
        Ok(EarlierPlacement { item, number, about, outcome, shown, basis })
    }

    fn scaled(&self, one: &Scale, span: &ByteRange) -> Result<EarlierScale, Box<Problem>> {
        let scale = self.item_of_type(&one.item, ItemType::Scale, span)?;
        let question = scale.text.show(self.session.language()).to_owned();
        Ok(EarlierScale { item: one.item.clone(), question, value: one.value })
    }

    fn item_of_type(
        &self,
        id: &str,
        kind: ItemType,
        span: &ByteRange,
    ) -> Result<&Item, Box<Problem>> {
        let place = self.session.template().item(id);
        place.map(|place| place.item).filter(|item| item.kind == kind).ok_or_else(|| {
            let message = format!("This template has no item “{id}” of this type.");
            let advice = "Use the id of an item in the template.";
            self.file.error("unknown-item", span.clone(), message, advice).into()
        })
    }
}
