//! What has changed between a note and its follow-up: as data, and as lines a person reads.
//!
//! Promises: only what was asked both times is listed as changed; who placed what is in
//! none of it.

use super::carry_over::{placements, scales};
use crate::clinic::action::ActionStatus;
use crate::clinic::session::{EarlierAction, EarlierPlacement, EarlierScale, Session};
use crate::clinic::template::ItemType;

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

/// What has changed since the earlier note; None for a session that follows none.
pub fn what_changed(session: &Session) -> Option<WhatChanged> {
    let earlier = session.earlier()?;
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
