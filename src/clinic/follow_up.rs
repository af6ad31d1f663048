//! Follow-up meetings: what is carried over from the earlier note, the latest status of its
//! actions, and what has changed since, as data and as lines a person reads. A meeting that starts
//! from a consultation request opens with the answers of the request.
//!
//! Promises: the earlier note is only read; what was agreed there is carried to be read and never
//! to be changed; the status of its actions is kept in the follow-up and returned by [`followed_up`]
//! so that the earlier note's actions can be shown as they stand now; only what was asked both times
//! is listed as changed, and who placed what is in none of it.

mod action_status;
mod request;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use uuid::Uuid;

use super::engine::apply;
use super::event::Event;
use super::form::enablement::is_enabled;
use super::rating::{Outcome, rating_view};
use super::session::{
    ActionDetails, ActionStatus, Earlier, EarlierAction, EarlierPerson, EarlierPlacement,
    EarlierScale, Session, slots,
};
use super::template::value::{ActionId, Slot, Value};
use super::template::{ItemType, Template};
use crate::text::clean_line;

pub use action_status::{ActionState, ActionStatusIndex, has_actions};

/// The outcome of an action of another note.
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

/// An action as all notes tell of it by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatestAction {
    /// The note it was made in.
    pub note: Uuid,
    /// Its name there.
    pub id: ActionId,
    /// Who does it and by when, its status and its outcome.
    pub details: ActionDetails,
}

impl Session {
    /// A new session about the case of `earlier`, with what is carried over from it. `revision`
    /// names the revision that was read, as the vault knows it; `latest` is what all notes say by
    /// now of the actions. A follow-up of a practice clinic is one itself.
    pub fn follow_up(
        template: Template,
        id: Uuid,
        earlier: &Self,
        revision: &str,
        latest: &[LatestAction],
        at: Timestamp,
    ) -> Self {
        let case_key = earlier.case_key();
        let mut session = Self::start(template, id, case_key, earlier.is_practice(), at);
        session.language = earlier.language();
        session.earlier = Some(Earlier {
            note: earlier.id(),
            case_key: case_key.to_owned(),
            revision: clean_line(revision),
            title: earlier.template().about.title.show(earlier.language()).to_owned(),
            started: earlier.started(),
            actions: actions_of(earlier, latest),
            placements: placements(earlier),
            scales: scales(earlier),
            people: people(earlier),
        });
        if earlier.is_request() {
            request::copy_answers(&mut session, earlier, at);
        }
        session
    }

    /// Takes over what all notes say by now of the actions of the earlier note, in a draft that was
    /// left for a while. What was recorded of them here stays.
    pub fn update_earlier_actions(&mut self, latest: &[LatestAction], at: Timestamp) {
        let actions = self.earlier().map_or(&[][..], |earlier| &earlier.actions);
        let is_changed = |newest: &&LatestAction| {
            let (note, id) = (newest.note, newest.id);
            let here = actions.iter().find(|one| one.note == note && one.id == id);
            here.is_some_and(|one| {
                let (old, new) = (&one.details, &newest.details);
                let stands = one.followed_up.is_some()
                    || (one.before, &old.outcome) == (new.status, &new.outcome);
                !stands || (&old.owner, &old.agency, old.by) != (&new.owner, &new.agency, new.by)
            })
        };
        let changed: Vec<LatestAction> = latest.iter().filter(is_changed).cloned().collect();
        for LatestAction { note, id, details } in changed {
            // Refused only for a closed note, which stays as it is.
            let _ = apply(self, Event::EarlierActionUpdated { note, id, details }, at);
        }
    }
}

/// Own actions, after those that were carried there; those carried twice only while still open.
fn actions_of(session: &Session, latest: &[LatestAction]) -> Vec<EarlierAction> {
    let as_of_now = |note: Uuid, id: ActionId, details: &ActionDetails| {
        let newest = latest.iter().find(|one| one.note == note && one.id == id);
        let details = newest.map_or(details, |newest| &newest.details).clone();
        EarlierAction { note, id, before: details.status, details, followed_up: None }
    };
    let carried = session.earlier().map_or(&[][..], |earlier| &earlier.actions);
    let carried = carried.iter().map(|one| as_of_now(one.note, one.id, &one.details));
    let still_open = carried.filter(|action| action.details.status == ActionStatus::Open);
    let own = session.actions().iter().map(|one| as_of_now(session.id(), one.id, &one.details));
    still_open.chain(own.filter(|action| !action.details.what.trim().is_empty())).collect()
}

fn people(session: &Session) -> Vec<EarlierPerson> {
    let people = session.participants().iter();
    people.map(|one| EarlierPerson { label: one.label.clone(), role: one.role.clone() }).collect()
}

fn placements(session: &Session) -> Vec<EarlierPlacement> {
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
                about: session.about_row(place.rows_of, slot.row),
                outcome,
                shown,
                basis: view.basis,
            });
        }
    }
    found
}

fn scales(session: &Session) -> Vec<EarlierScale> {
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

/// The outcomes recorded here of the actions of earlier notes; only those somebody spoke about.
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

/// What has changed between the earlier note and its follow-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatChanged {
    /// Every placement of either note. Behaviours are paired by rating and number, which people
    /// have to confirm: the first behaviour then need not be the first one now.
    pub placements: Vec<PlacementChange>,
    /// Every action carried over, as it stands now; `before` says where it stood.
    pub actions: Vec<EarlierAction>,
    /// How many actions are new.
    pub new_actions: usize,
    /// Every scale that has an answer then and is asked now, confidence among them.
    pub scales: Vec<ScaleChange>,
}

/// A placement then and now, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacementChange {
    /// The rating's id.
    pub item: String,
    /// Its row, counted from 1; 0 for a rating asked once.
    pub number: usize,
    /// The beginning of what was written about the behaviour then, or now if it is new; or blank.
    pub about: String,
    /// The placement then.
    pub earlier: Option<String>,
    /// The placement now.
    pub now: Option<String>,
}

/// A scale then and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleChange {
    /// The scale's id.
    pub item: String,
    /// Its question.
    pub question: String,
    /// The answer then.
    pub earlier: i64,
    /// The answer now.
    pub now: Option<i64>,
}

/// What has changed since the earlier note; None for a session that follows none, or a note with
/// nothing to compare, such as a request.
pub fn what_changed(session: &Session) -> Option<WhatChanged> {
    let earlier = session.earlier()?;
    if earlier.actions.is_empty() && earlier.placements.is_empty() && earlier.scales.is_empty() {
        return None;
    }
    let now = placements(session);
    let key = |one: &EarlierPlacement| (one.item.clone(), one.number);
    let mut changes: Vec<PlacementChange> = earlier
        .placements
        .iter()
        .map(|then| PlacementChange {
            item: then.item.clone(),
            number: then.number,
            about: then.about.clone(),
            earlier: Some(then.shown.clone()),
            now: now.iter().find(|one| key(one) == key(then)).map(|one| one.shown.clone()),
        })
        .collect();
    let is_new =
        |one: &&EarlierPlacement| earlier.placements.iter().all(|old| key(old) != key(one));
    changes.extend(now.iter().filter(is_new).map(|one| PlacementChange {
        item: one.item.clone(),
        number: one.number,
        about: one.about.clone(),
        earlier: None,
        now: Some(one.shown.clone()),
    }));
    let scales_now = scales(session);
    let asked = |then: &&EarlierScale| {
        let place = session.template().item(&then.item);
        place.is_some_and(|place| place.item.kind == ItemType::Scale && place.rows_of.is_none())
    };
    let scales = earlier.scales.iter().filter(asked).map(|then| ScaleChange {
        item: then.item.clone(),
        question: then.question.clone(),
        earlier: then.value,
        now: scales_now.iter().find(|one| one.item == then.item).map(|one| one.value),
    });
    Some(WhatChanged {
        placements: changes,
        actions: earlier.actions.clone(),
        new_actions: session.actions().len(),
        scales: scales.collect(),
    })
}

impl WhatChanged {
    /// The same as lines to read: placements, actions, scales.
    pub fn lines(&self) -> Vec<String> {
        let placements = self.placements.iter().map(PlacementChange::line);
        let actions = (!self.actions.is_empty() || self.new_actions > 0).then(|| self.of_actions());
        let scales = self.scales.iter().map(ScaleChange::line);
        placements.chain(actions).chain(scales).collect()
    }

    fn of_actions(&self) -> String {
        let count = |status| {
            let open = self.actions.iter().filter(|one| one.before == ActionStatus::Open);
            open.filter(|one| one.details.status == status).count()
        };
        let (done, open) = (count(ActionStatus::Done), count(ActionStatus::Open));
        let (dropped, new) = (count(ActionStatus::Dropped), self.new_actions);
        format!(
            "Actions open last time: {done} done, {open} still open, {dropped} dropped. New actions: {new}"
        )
    }
}

impl PlacementChange {
    fn line(&self) -> String {
        let name = match (self.about.as_str(), self.number) {
            ("", 0) => "Placement".to_owned(),
            ("", number) => format!("Behaviour {number}"),
            (about, _) => format!("“{about}”"),
        };
        match (&self.earlier, &self.now) {
            (Some(then), Some(now)) if then == now => format!("{name}: {now}, as last time"),
            (Some(then), Some(now)) => format!("{name}: {then} last time, {now} now"),
            (Some(then), None) => format!("{name}: {then} last time, not placed this time"),
            (None, Some(now)) => format!("{name}: {now} (new)"),
            (None, None) => format!("{name}: not placed"),
        }
    }
}

impl ScaleChange {
    fn line(&self) -> String {
        let Self { question, earlier, now, .. } = self;
        let now = now.map_or_else(|| "not answered yet".to_owned(), |now| format!("{now} now"));
        format!("{question} {earlier} last time, {now}")
    }
}
