//! Whether an item can ever be asked: conditions that no answer meets, alone or together with
//! those of what is around the item and of what it depends on.
//!
//! Promises: an item that can be asked is never called unreachable.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::CheckedItem;
use super::conditions::misfit_for;
use super::possible::can_be;
use crate::clinic::template::value::{Condition, EnableBehavior, Operator, Scalar};
use crate::clinic::template::{ItemPlace, Template};
use crate::text::toml_file::PathStep::{self, At, Key};

/// Conditions that are looked at together; beyond that some are left out, and more seems possible.
const MAX_NEEDS: usize = 64;

/// What each item needs, and which are never asked.
pub(super) struct Reach<'a> {
    places: BTreeMap<&'a str, ItemPlace<'a>>,
    /// Conditions that all have to hold, each on one slot.
    needs: BTreeMap<&'a str, Vec<&'a Condition>>,
    dead: BTreeSet<&'a str>,
}

impl<'a> Reach<'a> {
    /// Looks at every item once: each depends on earlier ones only.
    pub(super) fn of(template: &'a Template) -> Self {
        let mut reach =
            Self { places: BTreeMap::new(), needs: BTreeMap::new(), dead: BTreeSet::new() };
        for place in template.items() {
            reach.look_at(place);
            reach.places.entry(place.item.id.as_str()).or_insert(place);
        }
        reach
    }

    /// Whether the item can never be asked.
    pub(super) fn is_dead(&self, id: &str) -> bool {
        self.dead.contains(id)
    }

    fn look_at(&mut self, place: ItemPlace<'a>) {
        let id = place.item.id.as_str();
        if self.needs.contains_key(id) {
            // The same id twice is told elsewhere.
            return;
        }
        let around = self.around(&place);
        let mut needs = around.clone();
        let own = self.own(&place);
        let any = place.item.enable_behavior == Some(EnableBehavior::Any) && own.len() > 1;
        if !any {
            for condition in &own {
                self.join(&mut needs, &place, condition);
            }
        }
        let dead_parent = place.parent.is_some_and(|group| self.is_dead(&group.id));
        let one = |condition: &&'a Condition| {
            let mut with = around.clone();
            self.join(&mut with, &place, condition);
            self.holds(condition) && self.together(&with).is_none()
        };
        let open = if any { own.iter().any(one) } else { own.iter().all(|one| self.holds(one)) };
        // A condition that is wrong in itself says nothing about reach.
        let sound = !any || own.len() == place.item.enable_when.len();
        if dead_parent || sound && (!open || self.together(&needs).is_some()) {
            self.dead.insert(id);
        }
        needs.truncate(MAX_NEEDS);
        self.needs.insert(id, needs);
    }

    /// What has to hold around the item: for its group, and for what it qualifies.
    fn around(&self, place: &ItemPlace<'a>) -> Vec<&'a Condition> {
        let mut needs: Vec<&Condition> = Vec::new();
        let names = [place.parent.map(|group| group.id.as_str()), place.item.qualifies.as_deref()];
        for name in names.into_iter().flatten() {
            needs.extend(self.needs.get(name).into_iter().flatten());
        }
        needs
    }

    /// Its own conditions, those without a fault of another kind.
    fn own(&self, place: &ItemPlace<'a>) -> Vec<&'a Condition> {
        let sound = |condition: &&Condition| {
            self.places.get(condition.question.as_str()).is_some_and(|question| {
                misfit_for(question.item, condition.operator, &condition.answer).is_none()
            })
        };
        place.item.enable_when.iter().filter(sound).collect()
    }

    /// Adds a condition, and what its question needs to be asked, if all rows mean the same one.
    fn join(
        &self,
        needs: &mut Vec<&'a Condition>,
        place: &ItemPlace<'a>,
        condition: &'a Condition,
    ) {
        let Some(question) = self.places.get(condition.question.as_str()) else { return };
        let mut around = place.rows_of;
        let mut steps = 0;
        let one_slot = question.rows_of.is_none_or(|rows| {
            while let Some(group) = around.filter(|_| steps < 8) {
                if group == rows {
                    return true;
                }
                around = self.places.get(group).and_then(|place| place.rows_of);
                steps += 1;
            }
            false
        });
        if !one_slot {
            return;
        }
        needs.push(condition);
        if needs_answer(condition) {
            needs.extend(self.needs.get(condition.question.as_str()).into_iter().flatten());
        }
    }

    /// Whether a condition can hold, seen alone.
    fn holds(&self, condition: &Condition) -> bool {
        let question = condition.question.as_str();
        let asked = !needs_answer(condition) || !self.is_dead(question);
        asked && self.places.get(question).is_none_or(|place| can_be(place.item, &[condition]))
    }

    /// The question that can't meet all of these at once.
    fn together(&self, needs: &[&'a Condition]) -> Option<&'a str> {
        let mut by_question: BTreeMap<&str, Vec<&Condition>> = BTreeMap::new();
        for condition in needs.iter().take(MAX_NEEDS) {
            by_question.entry(condition.question.as_str()).or_default().push(condition);
        }
        let found = by_question.into_iter().find(|(question, conditions)| {
            self.places.get(question).is_some_and(|place| !can_be(place.item, conditions))
        });
        found.map(|(question, _)| question)
    }

    /// Says why the item is never asked, once for a group and not again for what is in it.
    pub(super) fn check(&self, at: &CheckedItem<'_>) {
        let (item, id) = (at.item, &at.item.id);
        let inside = at.place.parent.is_some_and(|group| self.is_dead(&group.id));
        let Some(place) = self.places.get(id.as_str()).filter(|_| !inside && self.is_dead(id))
        else {
            return;
        };
        let own = self.own(place);
        for condition in &own {
            let Some(index) = item.enable_when.iter().position(|one| one == *condition) else {
                return;
            };
            let keys = [Key("enable_when"), At(index)];
            let question = condition.question.as_str();
            if needs_answer(condition) && self.is_dead(question) {
                let message =
                    format!("“{question}” is never asked, so “{id}” is never asked either.");
                let advice = "Fix the conditions of that question, or use another question.";
                return at.error(&keys, "never-asked", message, advice);
            }
            if !self.holds(condition) {
                let message = format!(
                    "No answer to “{question}” can meet this condition, so “{id}” is never asked."
                );
                let advice = "Use an answer that question can be answered with.";
                return at.error(&keys, "never-asked", message, advice);
            }
        }
        let keys: &[PathStep<'_>] =
            if item.enable_when.is_empty() { &[] } else { &[Key("enable_when")] };
        let mut alone = Vec::new();
        for condition in &own {
            self.join(&mut alone, place, condition);
        }
        if let Some(question) = self.together(&alone) {
            let message = format!(
                "No answer to “{question}” meets all of these conditions, so “{id}” is never asked."
            );
            let advice =
                "Write `enable_behavior = \"any\"` if one of them is enough, or remove one.";
            return at.error(keys, "never-asked", message, advice);
        }
        if let Some(group) = at.place.parent.map(|group| &group.id) {
            let message = format!(
                "This condition contradicts the group “{group}”, so the item is never asked."
            );
            let advice = format!("Change the condition, or move “{id}” out of the group.");
            return at.error(keys, "contradicts-group", message, advice);
        }
        let other = item.qualifies.as_deref().unwrap_or_default();
        let message =
            format!("“{id}” is never asked when “{other}”, which it qualifies, is asked.");
        let advice = "Remove its conditions. It is asked whenever the item it qualifies is.";
        at.error(keys, "contradicts-group", message, advice);
    }
}

/// Whether it can hold for a question that is not asked.
fn needs_answer(condition: &Condition) -> bool {
    condition.operator != Operator::Exists || condition.answer == Scalar::Boolean(true)
}
