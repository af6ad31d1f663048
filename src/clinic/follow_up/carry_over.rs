//! A follow-up: what it carries over from the earlier note, and what has changed since.
//!
//! Promises: the earlier note is only read; what was agreed there is carried to be read and never
//! to be changed; the status of its actions is kept in the follow-up and returned by [`followed_up`]
//! so that the earlier note's actions can be shown as they stand now.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use uuid::Uuid;

use crate::clinic::action::{ActionDetails, ActionStatus};
use crate::clinic::form::enablement::is_enabled;
use crate::clinic::rating::{Outcome, rating_view};
use crate::clinic::session::{
    Earlier, EarlierAction, EarlierPlacement, EarlierScale, Session, slots,
};
use crate::clinic::template::value::{ActionId, Slot, Value};
use crate::clinic::template::{Item, ItemType, Template};

/// Longest text that is carried to say which behaviour a placement is about, in characters.
const ABOUT: usize = 160;

/// What became of an action of another note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedUp {
    /// The note it was made in.
    pub note: Uuid,
    /// Its name there.
    pub id: ActionId,
    /// Where it stands.
    pub status: ActionStatus,
    /// What came of it.
    pub outcome: String,
    /// When that was said.
    pub at: Timestamp,
}

impl Session {
    /// A new session about the case of `earlier`, with what is carried over from it. `revision`
    /// names the revision that was read, as the vault knows it; `told` is what other notes say by
    /// now of the actions. A follow-up of a practice clinic is one itself.
    pub fn follow_up(
        template: Template,
        id: Uuid,
        earlier: &Self,
        revision: &str,
        told: &[FollowedUp],
        at: Timestamp,
    ) -> Self {
        let case_key = earlier.case_key();
        let mut session = Self::start(template, id, case_key, earlier.is_practice(), at);
        session.language = earlier.language();
        session.earlier = Some(Earlier {
            note: earlier.id(),
            case_key: case_key.to_owned(),
            revision: crate::text::clean_line(revision),
            title: earlier.template().about.title.show(earlier.language()).to_owned(),
            started: earlier.started(),
            actions: actions_of(earlier, told),
            placements: placements(earlier),
            scales: scales(earlier),
        });
        session
    }
}

/// Own actions, after those that were carried there; those carried twice only while still open.
fn actions_of(session: &Session, told: &[FollowedUp]) -> Vec<EarlierAction> {
    let as_told = |note: Uuid, id: ActionId, details: &ActionDetails| {
        let mut details = details.clone();
        if let Some(newest) = told.iter().find(|one| one.note == note && one.id == id) {
            details.status = newest.status;
            details.outcome = newest.outcome.clone();
        }
        EarlierAction { note, id, before: details.status, details, followed_up: None }
    };
    let carried = session.earlier().map_or(&[][..], |earlier| &earlier.actions);
    let carried = carried.iter().map(|one| as_told(one.note, one.id, &one.details));
    let still_open = carried.filter(|action| action.details.status == ActionStatus::Open);
    let own = session.actions().iter().map(|one| as_told(session.id(), one.id, &one.details));
    still_open.chain(own.filter(|action| !action.details.what.trim().is_empty())).collect()
}

pub(super) fn placements(session: &Session) -> Vec<EarlierPlacement> {
    let mut found = Vec::new();
    for place in session.template().items() {
        for (at, slot) in slots(session, &place).into_iter().enumerate() {
            let Some(view) = rating_view(session, &slot).filter(|_| is_enabled(session, &slot))
            else {
                continue;
            };
            let Some(outcome) = view.outcome else { continue };
            let shown = match &outcome {
                Outcome::Placed(code) => {
                    let step = view.steps.iter().find(|step| step.code == *code);
                    step.map_or_else(|| code.clone(), |step| step.text.clone())
                }
                Outcome::NoAgreement => "No agreement".to_owned(),
                Outcome::NotEnoughInformation => "Not enough information".to_owned(),
            };
            found.push(EarlierPlacement {
                item: place.item.id.clone(),
                number: if slot.row.is_some() { at + 1 } else { 0 },
                about: about(session, place.rows_of, &slot),
                outcome,
                shown,
                basis: view.basis,
            });
        }
    }
    found
}

/// The first text in the row, cut to its beginning.
pub(in crate::clinic) fn about(session: &Session, group: Option<&str>, slot: &Slot) -> String {
    let items = session.template().items();
    let texts = items
        .iter()
        .filter(|place| group.is_some() && place.rows_of == group && place.item.kind.is_text());
    let slot_of = |item: &Item| Slot { item: item.id.clone(), row: slot.row };
    let mut written = texts.filter_map(|place| match session.answer(&slot_of(place.item)) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim()),
        _ => None,
    });
    let Some(text) = written.next() else { return String::new() };
    let line = crate::text::clean_line(text);
    if line.chars().count() <= ABOUT {
        return line;
    }
    let cut: String = line.chars().take(ABOUT - 1).collect();
    format!("{}…", cut.trim_end())
}

pub(super) fn scales(session: &Session) -> Vec<EarlierScale> {
    let items = session.template().items();
    let scales = items.iter().filter(|place| place.item.kind == ItemType::Scale);
    scales
        .filter_map(|place| {
            let slot = Slot::once(&place.item.id);
            match session.answer(&slot).filter(|_| is_enabled(session, &slot)) {
                Some(Value::Integer(value)) => Some(EarlierScale {
                    item: place.item.id.clone(),
                    question: place.item.text.show(session.language()).to_owned(),
                    value: *value,
                }),
                _ => None,
            }
        })
        .collect()
}

/// What became here of the actions of earlier notes; only those somebody spoke about.
pub fn followed_up(session: &Session) -> Vec<FollowedUp> {
    let actions = session.earlier().map_or(&[][..], |earlier| &earlier.actions);
    actions
        .iter()
        .filter_map(|action| {
            Some(FollowedUp {
                note: action.note,
                id: action.id,
                status: action.details.status,
                outcome: action.details.outcome.clone(),
                at: action.followed_up?,
            })
        })
        .collect()
}
