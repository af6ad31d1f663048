//! A draft on its way to a version of its template that chance has changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::dice::Dice;
use crate::clinic::{
    Item, ItemType, Migration, MigrationRefused, Session, Template, form, from_document, migrate,
    to_document,
};

pub(super) fn go(session: &Session, dice: &mut Dice, now: Timestamp) -> Result<(), TestCaseError> {
    let to = changed(session.template(), dice);
    let next = match migrate(session, &to, now) {
        Ok(next) => next,
        Err(MigrationRefused::BeingPlaced { .. } | MigrationRefused::Closed { .. }) => {
            return Ok(());
        }
        Err(refused) => return Err(TestCaseError::fail(refused.to_string())),
    };
    let told = |old: &str| {
        let new = &next.audit()[session.audit().len()..];
        new.iter().any(|line| line.old.as_deref() == Some(old))
    };
    for answer in session.answers.iter().filter(|answer| !answer.value.is_blank()) {
        let there = next.answers.contains(answer) || told(&answer.value.plain());
        prop_assert!(there, "an answer to {} is lost", answer.slot.item);
    }
    for cell in session.matrix.iter().filter(|cell| !cell.evidence.trim().is_empty()) {
        let there = next.matrix.iter().any(|one| one.evidence == cell.evidence);
        prop_assert!(there || told(&cell.evidence), "a cell is lost");
    }
    for rating in session.ratings.iter().filter(|one| !one.basis.trim().is_empty()) {
        let there = next.ratings.iter().any(|one| one.basis == rating.basis);
        let line = next.audit().iter().filter_map(|line| line.old.as_ref());
        let told = line.into_iter().any(|old| old.contains(rating.basis.trim()));
        prop_assert!(there || told, "a basis is lost");
    }
    for action in session.actions().iter().filter(|one| !one.details.what.trim().is_empty()) {
        let there = next.actions().iter().any(|one| one.id == action.id);
        let kept = next.leftovers().iter().any(|one| one.text.contains(&action.details.what));
        prop_assert!(there || kept, "an action is lost");
    }
    prop_assert!(next.leftovers().len() >= session.leftovers().len());
    (0..to.stages.len()).for_each(|at| drop(form(&next, at)));
    let read = from_document(&to_document(&next));
    prop_assert!(read.as_ref() == Ok(&next), "not read back equal: {:?}", read.err());
    Ok(())
}

fn changed(template: &Template, dice: &mut Dice) -> Template {
    let mut next = template.clone();
    next.about.version = "other".to_owned();
    let mut steps = Migration { from: template.about.version.clone(), ..Migration::default() };
    for stage in &mut next.stages {
        items(&mut stage.items, &mut steps, dice);
    }
    if dice.one_in(3) && next.stages.len() > 1 {
        let at = dice.below(next.stages.len());
        next.stages.remove(at);
    }
    next.migrations = vec![steps];
    next
}

fn items(list: &mut Vec<Item>, steps: &mut Migration, dice: &mut Dice) {
    for item in list.iter_mut() {
        items(&mut item.items, steps, dice);
        match dice.below(30) {
            0 => {
                let name = format!("{}_new", item.id);
                steps.rename.insert(std::mem::replace(&mut item.id, name.clone()), name);
            }
            1 => item.id.push_str("_other"),
            2 => item.kind = ItemType::Boolean,
            3 => item.repeats = !item.repeats && item.kind == ItemType::Group,
            4 => item.for_each = None,
            5 => drop(item.options.pop()),
            6 => drop(item.domains.pop()),
            7 => item.min_occurs = Some(2),
            8 => {
                if let Some(option) = item.options.first_mut() {
                    let new = format!("{}_new", option.code);
                    let old = std::mem::replace(&mut option.code, new.clone());
                    steps.recode.insert(item.id.clone(), BTreeMap::from([(old, new)]));
                }
            }
            9 => item.read_only = true,
            _ => {}
        }
    }
    if dice.one_in(12) && !list.is_empty() {
        let gone = list.remove(dice.below(list.len()));
        if dice.one_in(2) {
            steps.drop.push(gone.id);
        }
    }
}
