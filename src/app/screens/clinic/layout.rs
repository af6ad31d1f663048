//! Where each control is in a form of a given width, what stands in its lines, and how far the form must be
//! scrolled.
//!
//! A question is strong, its hint quiet below it, and the answer always behind a rail. The control that has the
//! focus is open, with its hint and all its options; the others show question and answer only. People and actions
//! are a row or two each, and open as a whole where the focus is.

mod answer;
mod place;
mod scroll;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{
    control::{ActionPart, Control, ControlId, ControlKind},
    controls::slot_of,
    form_layout::{
        Contents, ControlLook, FormLayout, FormPiece, FormRole, KeptContents, LayoutState, Placed,
    },
    rating_controls::placed_row,
    state::ClinicScreen,
};
use crate::{
    app::geometry::MAX_PROSE,
    clinic::{ActionId, Column, ParticipantId, RowId, Slot},
    text::{width, wrap},
};

/// Columns at the right of a form that say what a question needs.
const STATE: usize = 8;
/// Columns of the rail with the blank behind it.
const RAIL: usize = 2;
/// Columns of the name of a row, where a list has names at its left.
const NAME: usize = 26;
/// Columns of a form below which the names of a list stand above their rows.
const MIN_LIST: usize = 64;
/// Between two things side by side.
const BETWEEN: usize = 3;
/// Columns of a cell in a row of three; with less they stand below each other.
const MIN_CELL: usize = 24;

/// What is shown as one thing while the focus is elsewhere, and can be removed as one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum FormPart {
    Person(ParticipantId),
    Action(ActionId),
    Row(RowId),
}

fn part_of(id: &ControlId) -> Option<FormPart> {
    Some(match id {
        ControlId::ParticipantLabel(id)
        | ControlId::ParticipantRole(id)
        | ControlId::Attendance(id)
        | ControlId::RemoveParticipant(id) => FormPart::Person(*id),
        ControlId::ActionPart(id, _) | ControlId::RemoveAction(id) => FormPart::Action(*id),
        ControlId::RemoveRow(_, row) => FormPart::Row(*row),
        id => FormPart::Row(slot_of(id)?.row?),
    })
}

/// Whether a button removes the part it stands in, once one has confirmed.
fn is_removal(id: &ControlId) -> bool {
    matches!(
        id,
        ControlId::RemoveRow(..) | ControlId::RemoveAction(_) | ControlId::RemoveParticipant(_)
    )
}

/// The lines of one control while they are made.
struct Lines {
    pieces: Vec<FormPiece>,
    count: usize,
    /// First column of the control, and its columns without those that say what it needs.
    column: usize,
    columns: usize,
    cursor: Option<(usize, usize)>,
}

impl Lines {
    fn put(&mut self, line: usize, column: usize, text: impl Into<String>, role: FormRole) {
        let column = self.column + column;
        self.pieces.push(FormPiece { line, column, text: text.into(), role });
    }

    /// Adds the lines of a text, from a column of the control on, no wider than prose may be.
    fn paragraph(&mut self, column: usize, text: &str, columns: usize, role: FormRole) {
        for range in wrap(text, columns.clamp(1, usize::from(MAX_PROSE))) {
            self.put(self.count, column, &text[range], role);
            self.count += 1;
        }
    }

    /// Adds the lines of an answer; an empty one has one line.
    fn answer(&mut self, text: &str, role: FormRole) {
        self.paragraph(RAIL, text, self.columns.saturating_sub(RAIL + 1), role);
    }

    /// Draws a rail along the lines from one on.
    fn rail(&mut self, from: usize, focused: bool) {
        let (rail, role) =
            if focused { ("┃", FormRole::FocusRail) } else { ("│", FormRole::Rail) };
        for line in from..self.count {
            self.put(line, 0, rail, role);
        }
    }

    /// Puts the name of a row of a list left of its lines.
    fn name(&mut self, name: &str, columns: usize, role: FormRole) {
        let words = if columns == 0 { Vec::new() } else { wrap(name, columns - BETWEEN) };
        self.count = self.count.max(words.len());
        for (line, range) in words.into_iter().enumerate() {
            let (column, text) = (self.column - columns, name[range].to_owned());
            self.pieces.push(FormPiece { line, column, text, role });
        }
    }

    /// Says at the right of a line what a question needs or has.
    fn state(&mut self, line: usize, right: usize, text: &str, role: FormRole) {
        self.put(line, right.saturating_sub(width(text)), text, role);
    }
}

impl ClinicScreen {
    /// The form laid out to so many columns. Controls that have not changed since the last time are not laid out again.
    pub fn layout(&self, columns: usize) -> Arc<FormLayout> {
        let state = self.layout_state(columns);
        let mut kept = self.kept.take();
        let layout = match kept.last.take() {
            Some((same, layout)) if same == state => layout,
            _ => self.lay_out(columns, &mut kept.contents).into(),
        };
        kept.last = Some((state, Arc::clone(&layout)));
        self.kept.replace(kept);
        layout
    }

    fn layout_state(&self, columns: usize) -> LayoutState {
        let typed = self.editor.as_ref().map(|editor| (editor.text(), editor.caret()));
        let spots = typed.as_ref().map_or(&[][..], |(text, _)| self.spotted.of(text)).to_vec();
        LayoutState {
            columns,
            versions: self.controls.versions().to_vec(),
            focus: self.focus.clone(),
            option: self.option,
            typed,
            spots,
            unfinished: self.unfinished.clone(),
            show_missing: self.show_missing,
            today: self.today,
        }
    }

    fn lay_out(&self, columns: usize, kept: &mut KeptContents) -> FormLayout {
        kept.resize_with(self.controls.len(), || None);
        let mut layout =
            FormLayout { controls: Vec::with_capacity(self.controls.len()), height: 0 };
        // A blank line parts the form from what stands above it.
        let mut line = 1;
        let mut row_height = 0;
        let mut last: Option<&Control> = None;
        for ((at, control), kept) in self.controls.iter().enumerate().zip(kept) {
            let (room, left, starts_row) = cell_room(control, columns);
            let place = || self.place(at, control, left, room, columns);
            let contents = if control.id == self.focus {
                place()
            } else {
                let look = self.look(at, control, columns);
                match kept {
                    Some((same, contents)) if *same == look => contents.clone(),
                    _ => kept.insert((look, place())).1.clone(),
                }
            };
            if starts_row {
                line += row_height;
                row_height = 0;
            }
            if contents.height > 0 {
                if starts_row {
                    line += last.map_or(0, |last| self.gap(last, control));
                }
                last = Some(control);
            }
            row_height = row_height.max(contents.height);
            let Contents { height, pieces, cursor } = contents;
            layout.controls.push(Placed {
                at,
                line,
                column: left,
                columns: room,
                height,
                pieces,
                cursor,
            });
        }
        layout.height = line + row_height;
        layout
    }

    /// How a control that does not have the focus looks.
    fn look(&self, at: usize, control: &Control, columns: usize) -> ControlLook {
        let next = self.controls.get(at + 1).map(|next| &next.id);
        let is_heading = matches!(control.kind, ControlKind::Heading);
        let is_picture = matches!(control.kind, ControlKind::Picture { .. });
        let part = if is_heading { next.and_then(part_of) } else { part_of(&control.id) };
        let is_open = part.is_some_and(|part| self.is_open(&part));
        let before = at.checked_sub(1).and_then(|at| self.controls.get(at));
        let list = next.filter(|_| is_heading).and_then(list_of);
        ControlLook {
            around: std::array::from_fn(|offset| {
                self.controls.version((at + offset).wrapping_sub(1))
            }),
            columns,
            show_missing: self.show_missing,
            is_open,
            takes_delete: is_open && is_removal(&control.id) && self.delete_removes(),
            is_below_focus: before.is_some_and(|before| before.id == self.focus),
            is_placed: is_picture && slot_of(&control.id) == slot_of(&self.focus),
            is_of_list: list.is_some() && list == list_of(&self.focus),
            waits: self.unfinished.get(&waiting_id(&control.id)).cloned(),
            today: self.today,
        }
    }

    /// Which of several behaviours the focus is at, where they are placed.
    pub fn placed_row(&self) -> Option<String> {
        placed_row(&self.session, slot_of(&self.focus)?)
    }

    /// Returns what removes the part of the form that has the focus.
    pub(crate) fn removal(&self) -> Option<ControlId> {
        let part = part_of(&self.focus)?;
        let of_part = |control: &&Control| {
            is_removal(&control.id) && part_of(&control.id).as_ref() == Some(&part)
        };
        self.controls.iter().find(of_part).map(|control| control.id.clone())
    }

    /// Whether Delete removes that part: in a text it deletes a letter, as long as there is one.
    pub(crate) fn delete_removes(&self) -> bool {
        self.editor.as_ref().is_none_or(|editor| editor.text().is_empty())
    }

    fn is_open(&self, part: &FormPart) -> bool {
        part_of(&self.focus).as_ref() == Some(part)
    }

    pub(crate) fn focused_columns(&self, columns: usize) -> usize {
        let room = |control| answer_columns(control, columns);
        self.focused().map_or(columns, room)
    }

    /// Blank lines between two controls: none below a heading, nor inside what belongs together.
    fn gap(&self, last: &Control, next: &Control) -> usize {
        let is_same_part = match (part_of(&last.id), part_of(&next.id)) {
            (Some(FormPart::Person(one)), Some(FormPart::Person(other))) if one != other => {
                // People are listed row under row; the one that is open stands apart.
                !self.is_open(&FormPart::Person(one)) && !self.is_open(&FormPart::Person(other))
            }
            (Some(one @ (FormPart::Person(_) | FormPart::Action(_))), Some(other)) => one == other,
            (Some(FormPart::Person(one)), None) => {
                next.id == ControlId::AddParticipant && !self.is_open(&FormPart::Person(one))
            }
            _ => false,
        };
        let goes_on = match (&last.id, &next.id) {
            (_, ControlId::WhyMissing(_))
            | (ControlId::Place(..), ControlId::Place(..) | ControlId::Reveal(_))
            | (ControlId::Cell(..), ControlId::Cell(..)) => true,
            _ => is_same_part,
        };
        if matches!(last.kind, ControlKind::Heading) {
            // Below a hint a question would read as more of it.
            let is_asked = match (&next.kind, part_of(&next.id)) {
                (_, Some(part @ (FormPart::Person(_) | FormPart::Action(_)))) => {
                    self.is_open(&part)
                }
                (ControlKind::Text { .. } | ControlKind::Pick { .. }, _) => {
                    !matches!(next.id, ControlId::Cell(..))
                }
                _ => false,
            };
            return usize::from(last.hint.is_some() && is_asked);
        }
        usize::from(!goes_on)
    }
}

/// Columns of a control, where it begins, and whether it is the first of its row.
fn cell_room(control: &Control, columns: usize) -> (usize, usize, bool) {
    let (column, of) = control.column;
    if is_side_by_side(control, columns) {
        (columns / of - 2, column * (columns / of), column == 0)
    } else {
        (columns, 0, true)
    }
}

/// The field whose unread text is said at a control: a folded action says that of its date.
fn waiting_id(id: &ControlId) -> ControlId {
    match id {
        ControlId::ActionPart(action, ActionPart::What) => {
            ControlId::ActionPart(*action, ActionPart::By)
        }
        id => id.clone(),
    }
}

/// The list of which a control is a row: a column of risk, need and strength.
pub(in crate::app) fn list_of(id: &ControlId) -> Option<(&Slot, Column)> {
    match id {
        ControlId::Cell(slot, _, column) => Some((slot, *column)),
        _ => None,
    }
}

/// Columns of the name left of a row of a list; 0 where it stands above, or there is none.
fn name_columns(control: &Control, columns: usize) -> usize {
    if list_of(&control.id).is_some() && columns >= MIN_LIST { NAME } else { 0 }
}

/// Whether it stands beside others. On a narrow form they stand below each other.
fn is_side_by_side(control: &Control, columns: usize) -> bool {
    let of = control.column.1;
    of > 1 && columns / of >= MIN_CELL
}

/// Columns that the text of an answer may use.
fn answer_columns(control: &Control, columns: usize) -> usize {
    let (room, ..) = cell_room(control, columns);
    let text =
        if is_side_by_side(control, columns) { room } else { room.saturating_sub(STATE + 2) };
    text.saturating_sub(RAIL + name_columns(control, columns)).max(1)
}
