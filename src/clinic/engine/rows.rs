//! Rows of repeating groups, also of groups inside a row of another.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::{
    ApplyResult, AuditLine, answers, asked_item, matrix, max_rows, placement, record, saved,
};
use crate::clinic::event::Event;
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{FROM_THE_TEMPLATE, Session, Within};
use crate::clinic::template::value::{RowId, Slot};
use crate::clinic::template::{Item, ItemType};

/// Most rows of all groups together.
const MAX_TOGETHER: usize = 500;

pub(super) fn apply(session: &mut Session, event: Event, at: Timestamp) -> ApplyResult {
    match event {
        Event::RowAdded { group } => add(session, &group, None, at),
        Event::RowAddedWithin { group, row } => add(session, &group, Some(row), at),
        Event::RowRemoved { group, row } => remove(session, &group, row, at),
        other => super::misrouted(&other),
    }
}

fn add(session: &mut Session, group: &str, parent: Option<RowId>, at: Timestamp) -> ApplyResult {
    room_for_one(session, group, parent)?;
    let row = new_row(session, group, parent);
    let new = Some("added".to_owned());
    record(session, at, AuditLine { item: group, row: Some(row), new, ..AuditLine::default() });
    begin(session, group, row, at);
    saved()
}

/// Whether the group may have one row more there.
pub(super) fn room_for_one(
    session: &Session,
    group: &str,
    parent: Option<RowId>,
) -> Result<(), Refusal> {
    let item = repeating(session, group, parent)?;
    let most = max_rows(item);
    if session.rows_within(group, parent).len() >= most {
        let group = item.text.show(session.language()).to_owned();
        return Err(Refusal::Rows { group, why: format!("can have at most {most}") });
    }
    if session.rows.values().map(Vec::len).sum::<usize>() >= MAX_TOGETHER {
        return Err(Refusal::TooMany { what: "repeated sections", limit: MAX_TOGETHER });
    }
    Ok(())
}

fn new_row(session: &mut Session, group: &str, parent: Option<RowId>) -> RowId {
    let row = RowId(session.number());
    let index =
        parent.map_or(session.rows(group).len(), |parent| place_for(session, group, parent));
    insert(session, group, row, index, parent);
    row
}

/// After the last row that is in `parent` or in a row before it.
fn place_for(session: &Session, group: &str, parent: RowId) -> usize {
    let outer = session.template().item(group).and_then(|place| place.rows_of);
    let outer = outer.map_or(&[][..], |outer| session.rows(outer));
    let place = |row: RowId| outer.iter().position(|one| *one == row);
    let own = place(parent);
    let last = session
        .rows(group)
        .iter()
        .rposition(|row| session.parent_row(*row).is_some_and(|parent| place(parent) <= own));
    last.map_or(0, |last| last + 1)
}

/// Puts a row at its place, or as near as there is one.
pub(super) fn insert(
    session: &mut Session,
    group: &str,
    row: RowId,
    index: usize,
    parent: Option<RowId>,
) {
    let rows = session.rows.entry(group.to_owned()).or_default();
    if rows.contains(&row) {
        return;
    }
    rows.insert(index.min(rows.len()), row);
    session.within.extend(parent.map(|parent| Within { row, parent }));
}

/// What a new row begins with: its first answers, and the fewest rows of the groups inside.
fn begin(session: &mut Session, group: &str, row: RowId, at: Timestamp) {
    let mut inner = Vec::new();
    let mut first = Vec::new();
    for place in session.template().items() {
        if place.rows_of != Some(group) {
            continue;
        }
        if place.item.repeats {
            inner.push((place.item.id.clone(), place.item.min_occurs.unwrap_or(0)));
        }
        first.extend(place.item.first_value().map(|value| (place.item.id.clone(), value)));
    }
    for (item, value) in first {
        let slot = Slot { item, row: Some(row) };
        answers::set(session, &slot, Some(value), at, Some(FROM_THE_TEMPLATE));
    }
    for (group, fewest) in inner {
        for _ in 0..fewest {
            let inside = new_row(session, &group, Some(row));
            begin(session, &group, inside, at);
        }
    }
}

/// The rows and answers a session begins with.
pub(super) fn prepare(session: &mut Session, at: Timestamp) {
    let mut groups = Vec::new();
    let mut first = Vec::new();
    for place in session.template().items().iter().filter(|place| place.rows_of.is_none()) {
        if place.item.repeats {
            groups.push((place.item.id.clone(), place.item.min_occurs.unwrap_or(0)));
        }
        first.extend(place.item.first_value().map(|value| (place.item.id.clone(), value)));
    }
    for (item, value) in first {
        answers::set(session, &Slot::once(&item), Some(value), at, Some(FROM_THE_TEMPLATE));
    }
    for (group, fewest) in groups {
        session.rows.entry(group.clone()).or_default();
        fill_up(session, &group, None, fewest, at);
    }
}

/// Adds rows until there are as many as there have to be.
pub(in crate::clinic) fn fill_up(
    session: &mut Session,
    group: &str,
    parent: Option<RowId>,
    fewest: u32,
    at: Timestamp,
) {
    for _ in session.rows_within(group, parent).len()..fewest as usize {
        let row = new_row(session, group, parent);
        begin(session, group, row, at);
    }
}

fn remove(session: &mut Session, group: &str, row: RowId, at: Timestamp) -> ApplyResult {
    let unknown = || Refusal::Unknown { what: group.to_owned() };
    if !session.rows(group).contains(&row) {
        return Err(unknown());
    }
    let parent = session.parent_row(row);
    let item = repeating(session, group, parent)?;
    let fewest = item.min_occurs.unwrap_or(0) as usize;
    if session.rows_within(group, parent).len() <= fewest {
        let title = item.text.show(session.language()).to_owned();
        return Err(Refusal::Rows { group: title, why: format!("needs at least {fewest}") });
    }
    let before = session.clone();
    take_out(session, group, row, at, "row removed");
    let after = session.clone();
    session.history.note_removed(&before, &after, group, row);
    saved()
}

/// Takes a row out with everything in it; the trail keeps it.
pub(super) fn take_out(session: &mut Session, group: &str, row: RowId, at: Timestamp, why: &str) {
    let (mut inner, mut in_row) = (Vec::new(), Vec::new());
    for place in session.template().items() {
        if place.rows_of == Some(group) {
            in_row.push(place.item.id.clone());
            inner.extend(place.item.repeats.then(|| place.item.id.clone()));
        }
    }
    for inside in inner {
        for one in session.rows_within(&inside, Some(row)) {
            take_out(session, &inside, one, at, why);
        }
    }
    for item in in_row {
        let slot = Slot { item, row: Some(row) };
        answers::set(session, &slot, None, at, Some(why));
        placement::forget(session, &slot, at, why);
        matrix::forget(session, &slot, at, why);
    }
    if let Some(rows) = session.rows.get_mut(group) {
        rows.retain(|one| *one != row);
    }
    session.within.retain(|one| one.row != row);
    let (old, why) = (Some("removed".to_owned()), Some(why.to_owned()));
    record(
        session,
        at,
        AuditLine { item: group, row: Some(row), old, why, ..AuditLine::default() },
    );
}

fn repeating<'a>(
    session: &'a Session,
    group: &str,
    parent: Option<RowId>,
) -> Result<&'a Item, Refusal> {
    asked_item(session, &Slot { item: group.to_owned(), row: parent }, |kind| {
        kind == ItemType::Group
    })
    .ok()
    .filter(|place| place.item.repeats)
    .map(|place| place.item)
    .ok_or_else(|| Refusal::Unknown { what: group.to_owned() })
}
