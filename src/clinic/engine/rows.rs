//! Rows of repeating groups, also of groups inside a row of another.

#[cfg(test)]
mod tests;

use super::{AuditLine, Edit, asked_item, max_rows};
use crate::clinic::refusal::Refusal;
use crate::clinic::session::{FROM_THE_TEMPLATE, Session, Within};
use crate::clinic::template::value::{RowId, Slot};
use crate::clinic::template::{Item, ItemType};

/// Most rows of all groups together.
const MAX_TOGETHER: usize = 500;

impl Edit<'_> {
    pub(super) fn add_row(&mut self, group: &str, parent: Option<RowId>) -> Result<(), Refusal> {
        room_for_one(self.session, group, parent)?;
        let row = self.new_row(group, parent);
        let line = AuditLine::new(group, None, Some("added".to_owned()));
        self.record(line.in_row(Some(row)));
        self.begin(Some(group), Some(row));
        Ok(())
    }

    fn new_row(&mut self, group: &str, parent: Option<RowId>) -> RowId {
        let row = RowId(self.session.number());
        let index = parent.map_or(self.session.rows(group).len(), |parent| {
            place_for(self.session, group, parent)
        });
        self.insert_row(group, row, index, parent);
        row
    }

    /// Puts a row at its place, or as near as there is one.
    pub(super) fn insert_row(
        &mut self,
        group: &str,
        row: RowId,
        index: usize,
        parent: Option<RowId>,
    ) {
        let rows = self.session.rows.entry(group.to_owned()).or_default();
        if rows.contains(&row) {
            return;
        }
        rows.insert(index.min(rows.len()), row);
        self.session.within.extend(parent.map(|parent| Within { row, parent }));
    }

    /// Gives a new row of `group` its first answers and the fewest rows of the groups inside;
    /// without a row and its group, the session itself.
    pub(super) fn begin(&mut self, group: Option<&str>, row: Option<RowId>) {
        let mut groups = Vec::new();
        let mut first = Vec::new();
        for place in self.session.template().items().iter().filter(|at| at.rows_of == group) {
            if place.item.repeats {
                groups.push((place.item.id.clone(), place.item.min_occurs.unwrap_or(0)));
            }
            first.extend(place.item.first_value().map(|value| (place.item.id.clone(), value)));
        }
        for (item, value) in first {
            self.set_answer(&Slot { item, row }, Some(value), Some(FROM_THE_TEMPLATE));
        }
        for (group, fewest) in groups {
            if row.is_none() {
                self.session.rows.entry(group.clone()).or_default();
            }
            self.fill_up(&group, row, fewest);
        }
    }

    /// Adds rows until there are as many as there have to be.
    pub(in crate::clinic) fn fill_up(&mut self, group: &str, parent: Option<RowId>, fewest: u32) {
        for _ in self.session.rows_within(group, parent).len()..fewest as usize {
            let row = self.new_row(group, parent);
            self.begin(Some(group), Some(row));
        }
    }

    pub(super) fn remove_row(&mut self, group: &str, row: RowId) -> Result<(), Refusal> {
        let unknown = || Refusal::Unknown { what: group.to_owned() };
        if !self.session.rows(group).contains(&row) {
            return Err(unknown());
        }
        let parent = self.session.parent_row(row);
        let item = repeating(self.session, group, parent)?;
        let fewest = item.min_occurs.unwrap_or(0) as usize;
        if self.session.rows_within(group, parent).len() <= fewest {
            let title = item.text.show(self.session.language()).to_owned();
            return Err(Refusal::Rows { group: title, why: format!("needs at least {fewest}") });
        }
        let before = self.session.clone();
        self.take_row_out(group, row, "row removed");
        let after = self.session.clone();
        self.session.history.note_removed(&before, &after, group, row);
        Ok(())
    }

    /// Takes a row out with everything in it; the trail keeps it.
    pub(super) fn take_row_out(&mut self, group: &str, row: RowId, why: &str) {
        let (mut inner, mut in_row) = (Vec::new(), Vec::new());
        for place in self.session.template().items() {
            if place.rows_of == Some(group) {
                in_row.push(place.item.id.clone());
                inner.extend(place.item.repeats.then(|| place.item.id.clone()));
            }
        }
        for inside in inner {
            for one in self.session.rows_within(&inside, Some(row)) {
                self.take_row_out(&inside, one, why);
            }
        }
        for item in in_row {
            let slot = Slot { item, row: Some(row) };
            self.set_answer(&slot, None, Some(why));
            self.forget_rating(&slot, why);
            self.forget_matrix(&slot, why);
        }
        if let Some(rows) = self.session.rows.get_mut(group) {
            rows.retain(|one| *one != row);
        }
        self.session.within.retain(|one| one.row != row);
        let line = AuditLine::new(group, Some("removed".to_owned()), None);
        self.record(line.in_row(Some(row)).because(why));
    }
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
