//! The difference between two states of a session.

use crate::clinic::action::Action;
use crate::clinic::citation::Citation;
use crate::clinic::rating::{Dissent, Rating};
use crate::clinic::session::{Answer, Session, SessionPart, same_cell};
use crate::clinic::template::Template;
use crate::clinic::template::value::Slot;

/// What to put into `after` to have `before` again: first rows that come back, the outer ones
/// first, then what is in rows and elsewhere, at last rows that go, the inner ones first. Ratings
/// count only where they came or went with their row; what was placed in one is never undone.
pub(in crate::clinic) fn between(before: &Session, after: &Session) -> Vec<SessionPart> {
    let mut parts = rows(before, after, true);
    answers(before, after, &mut parts);
    ratings(before, after, &mut parts);
    matrix(before, after, &mut parts);
    lists(before, after, &mut parts);
    let mut gone = rows(before, after, false);
    gone.reverse();
    parts.extend(gone);
    parts
}

/// Rows that are only in `before` (`back`), or only in `after`.
fn rows(before: &Session, after: &Session, back: bool) -> Vec<SessionPart> {
    let (from, other) = if back { (before, after) } else { (after, before) };
    let mut parts = Vec::new();
    for group in groups(before.template()) {
        for (at, row) in from.rows(group).iter().enumerate() {
            if !other.rows(group).contains(row) {
                let there = back.then(|| (at, before.parent_row(*row)));
                parts.push(SessionPart::Row { group: group.to_owned(), row: *row, there });
            }
        }
    }
    parts
}

fn groups(template: &Template) -> Vec<&str> {
    let items = template.items();
    let repeating = items.iter().filter(|place| place.item.repeats);
    repeating.map(|place| place.item.id.as_str()).collect()
}

fn answers(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    let own = |session: &Session, slot: &Slot| {
        session.answers.iter().find(|one| one.slot == *slot).map(|one| one.value.clone())
    };
    each(
        &before.answers,
        &after.answers,
        |one: &Answer| &one.slot,
        |slot| {
            let was = own(before, slot);
            (was != own(after, slot)).then(|| SessionPart::Answer(slot.clone(), was))
        },
        parts,
    );
}

fn ratings(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    each(
        &before.ratings,
        &after.ratings,
        |one: &Rating| &one.slot,
        |slot| match (before.rating(slot), after.rating(slot)) {
            (Some(was), None) => {
                Some(SessionPart::Rating(slot.clone(), Some(Box::new(was.clone()))))
            }
            (None, Some(_)) => Some(SessionPart::Rating(slot.clone(), None)),
            _ => None,
        },
        parts,
    );
    for was in &before.ratings {
        let Some(is) = after.rating(&was.slot) else { continue };
        if was.basis != is.basis {
            parts.push(SessionPart::Basis(was.slot.clone(), was.basis.clone()));
        }
        listed(
            &was.dissent,
            &is.dissent,
            |one: &Dissent| one.participant,
            |who, was_there| SessionPart::Dissent(was.slot.clone(), who, was_there),
            parts,
        );
    }
}

fn matrix(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    for was in &before.matrix {
        if after.matrix.iter().find(|one| same_cell(one, was)) != Some(was) {
            parts.push(SessionPart::Cell(Box::new(was.clone()), true));
        }
    }
    for is in &after.matrix {
        if !before.matrix.iter().any(|one| same_cell(one, is)) {
            parts.push(SessionPart::Cell(Box::new(is.clone()), false));
        }
    }
    each(
        &before.matrix_reasons,
        &after.matrix_reasons,
        |one: &Answer| &one.slot,
        |slot| {
            let was = before.matrix_reason(slot);
            let changed = was != after.matrix_reason(slot);
            changed.then(|| SessionPart::Reason(slot.clone(), was.map(str::to_owned)))
        },
        parts,
    );
}

fn lists(before: &Session, after: &Session, parts: &mut Vec<SessionPart>) {
    listed(
        &before.actions,
        &after.actions,
        |one: &Action| one.id,
        |id, was| SessionPart::Action(id, was.map(|(at, action)| (at, Box::new(action)))),
        parts,
    );
    listed(
        &before.citations,
        &after.citations,
        |one: &Citation| one.id.clone(),
        SessionPart::Citation,
        parts,
    );
    if before.leftovers != after.leftovers {
        parts.push(SessionPart::Leftovers(before.leftovers.clone()));
    }
    if let (Some(was), Some(is)) = (&before.earlier, &after.earlier) {
        let changed = was.actions.iter().zip(&is.actions).filter(|(was, is)| was != is);
        parts.extend(changed.map(|(was, _)| SessionPart::Earlier(Box::new(was.clone()))));
    }
}

/// Every slot of either list once, in order.
fn each<'a, T>(
    before: &'a [T],
    after: &'a [T],
    slot: impl Fn(&'a T) -> &'a Slot,
    part: impl Fn(&'a Slot) -> Option<SessionPart>,
    parts: &mut Vec<SessionPart>,
) {
    let known: std::collections::BTreeSet<&Slot> = before.iter().map(&slot).collect();
    let new = after.iter().map(&slot).filter(|slot| !known.contains(slot));
    parts.extend(before.iter().map(&slot).chain(new).filter_map(part));
}

/// Every member of a list that changed, came or went.
fn listed<T: Clone + PartialEq, K: PartialEq>(
    before: &[T],
    after: &[T],
    key: impl Fn(&T) -> K,
    part: impl Fn(K, Option<(usize, T)>) -> SessionPart,
    parts: &mut Vec<SessionPart>,
) {
    for (at, was) in before.iter().enumerate() {
        if !after.contains(was) {
            parts.push(part(key(was), Some((at, was.clone()))));
        }
    }
    for is in after {
        if !before.iter().any(|was| key(was) == key(is)) {
            parts.push(part(key(is), None));
        }
    }
}
