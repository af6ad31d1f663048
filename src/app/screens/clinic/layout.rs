//! Where each control is in a form of a given width, what stands in its lines, and how far the form must be
//! scrolled.
//!
//! A question is strong, its hint quiet below it, and the answer always behind a rail. The control that has the
//! focus is open, with its hint and all its options; the others show question and answer only. People and actions
//! are a row or two each, and open as a whole where the focus is.

use std::ops::Range;

use super::{
    control::{ActionPart, Control, ControlId, ControlKind, Known, Pick},
    controls::slot_of,
    rating_controls::placed_row,
    state::ClinicScreen,
    text_lint::nearest,
};
use crate::{
    app::{editor::Layout, geometry::MAX_PROSE},
    clinic::{Action, ActionId, ParticipantId, RatingPicture, RowId},
    report::Why,
    text::{identifiers::IdentifierKind, show_date, width, wrap},
};

/// A form laid out.
pub struct FormLayout {
    /// The controls in view or not, top to bottom.
    pub controls: Vec<Placed>,
    /// Lines of the whole form.
    pub height: usize,
    /// The heads of the grid that has the focus, and their line: they stay in view while it is scrolled.
    pub heads: Option<(usize, Vec<FormPiece>)>,
}

/// Where a control stands.
pub struct Placed {
    /// Its place in the list of controls.
    pub at: usize,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Columns it may use.
    pub columns: usize,
    /// Lines it takes, the blank one below it not counted; 0 for what is folded into another one.
    pub height: usize,
    /// What stands in its lines. Later pieces lie over earlier ones.
    pub pieces: Vec<FormPiece>,
    /// Line and column of the caret, or of the option under the cursor.
    pub cursor: Option<(usize, usize)>,
}

/// A piece of text in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPiece {
    /// Its line within its control.
    pub line: usize,
    /// Its column within the form.
    pub column: usize,
    /// What it says.
    pub text: String,
    /// What it is.
    pub role: FormRole,
}

/// What a piece of a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormRole {
    /// A heading, or the mark of the option that was picked.
    Heading,
    /// The question that has the focus, or what the group decided.
    Question,
    /// A question elsewhere.
    OtherQuestion,
    /// A hint, a fact, or what is offered by the way.
    Hint,
    /// An answer, an option, or text to read.
    Answer,
    /// The rail before an answer.
    Rail,
    /// The rail of the control that has the focus.
    FocusRail,
    /// The option or button under the cursor.
    Cursor,
    /// A button.
    Button,
    /// What is still needed, or calls for a second look.
    Attention,
    /// What is as it should be.
    Good,
    /// What is wrong or missing, and what to do in danger.
    Problem,
    /// Text being typed that may identify somebody.
    Identifier,
    /// Text being typed for which there may be better words.
    Wording,
    /// What to do about such text.
    Advice,
    /// The dots of a placement.
    Dots,
}

/// Columns at the right of a form that say what a question needs.
const STATE: usize = 8;
/// Columns of the rail with the blank behind it.
const RAIL: usize = 2;
/// Columns of the mark before an option: `( ) `.
const MARK: usize = 4;
/// Columns of a cell in a row of three; with less they stand below each other.
const MIN_CELL: usize = 24;
/// Between two things side by side.
const BETWEEN: usize = 3;
/// Columns below which a meaning stands under its list and not beside it.
const MIN_MEANING: usize = 26;
/// The sentence about a finding takes no more lines than this.
const MAX_ADVICE: usize = 3;
/// Columns of a profession before the role, where people are listed.
const PROFESSION: usize = 27;

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

    /// Says at the right of a line what a question needs or has.
    fn state(&mut self, line: usize, right: usize, text: &str, role: FormRole) {
        self.put(line, right.saturating_sub(width(text)), text, role);
    }
}

impl ClinicScreen {
    /// The form laid out to so many columns.
    pub fn layout(&self, columns: usize) -> FormLayout {
        let mut layout = FormLayout {
            controls: Vec::with_capacity(self.controls.len()),
            height: 0,
            heads: None,
        };
        // A blank line parts the form from what stands above it.
        let mut line = 1;
        let mut row_height = 0;
        let mut last: Option<&Control> = None;
        for (at, control) in self.controls.iter().enumerate() {
            let (room, left, starts_row) = cell_room(control, columns);
            let mut placed = self.place(at, control, left, room, columns);
            if starts_row {
                line += row_height;
                row_height = 0;
            }
            if placed.height > 0 {
                if starts_row {
                    line += last.map_or(0, |last| self.gap(last, control));
                }
                last = Some(control);
            }
            placed.line = line;
            row_height = row_height.max(placed.height);
            layout.controls.push(placed);
        }
        layout.height = line + row_height;
        layout.heads = self.pinned_heads(&layout, columns);
        layout
    }

    /// Scrolls as little as needed so that the focus is in view, with what stands above it and what is wrong with
    /// it. When the focus moves or the form gets another width, its question stays in its row of the screen. A placement that is revealed stands
    /// at the top, with its picture whole.
    pub fn scroll_to_focus(&mut self, columns: usize, height: usize) {
        let layout = self.layout(columns);
        let Some(one) = layout.controls.iter().find(|one| self.controls[one.at].id == self.focus)
        else {
            return;
        };
        let now = (self.focus.clone(), columns);
        if let Some(seen) = self.seen.replace(now.clone()).filter(|seen| *seen != now)
            && let Some(before) = self.line_before_it_moved(seen)
        {
            let row = before.saturating_sub(self.top);
            self.top = one.line.saturating_sub(row);
        }
        let mut last = one.line + one.height;
        let (mut first, is_pinned) = self.first_with_focus(&layout, one, height);
        if one.height > height
            && let Some((row, _)) = one.cursor
        {
            // Long text is scrolled by its caret, not by its first line; what is said about it stands at the edge.
            first = (one.line + row).saturating_sub(1);
            last = one.line + row + 1 + advice_lines(one).min(height.saturating_sub(1));
        }
        if is_pinned {
            self.top = first;
        } else if last > self.top + height {
            // With what comes next in view, where there is room for it.
            self.top = (last - height).max(one.line.saturating_sub(height / 3));
        }
        self.top = self.top.min(first);
        if !is_pinned {
            self.top = self.top.min(layout.height.saturating_sub(height));
        }
    }

    /// The line of the focused control while another one had the focus, in a form of so many columns.
    fn line_before_it_moved(&mut self, (seen, columns): (ControlId, usize)) -> Option<usize> {
        self.controls.iter().find(|control| control.id == seen)?;
        let is_here = seen == self.focus;
        let focus = std::mem::replace(&mut self.focus, seen);
        let editor = if is_here { None } else { self.editor.take() };
        let layout = self.layout(columns);
        self.focus = focus;
        self.editor = editor.or(self.editor.take());
        let before = layout.controls.iter().find(|one| self.controls[one.at].id == self.focus)?;
        // What was folded away had no place of its own.
        (before.height > 0).then_some(before.line)
    }

    /// The first line that belongs into view with the focused control, and whether it stands at the top: where
    /// placements are revealed, what is placed and its picture; else the headings right above it.
    fn first_with_focus(&self, layout: &FormLayout, one: &Placed, height: usize) -> (usize, bool) {
        let fits = |line: usize| one.line + one.height <= line + height;
        let slot = slot_of(&self.focus);
        let line_of = |wanted: &dyn Fn(&ControlId) -> bool| {
            let of = |placed: &&Placed| {
                placed.height > 0
                    && slot.is_some()
                    && slot_of(&self.controls[placed.at].id) == slot
                    && wanted(&self.controls[placed.at].id)
            };
            layout.controls.iter().find(of).map(|placed| placed.line)
        };
        if let Some(picture) = line_of(&|id| matches!(id, ControlId::Picture(_))) {
            let words = line_of(&|id| matches!(id, ControlId::Reading(_)));
            let whole = words.into_iter().chain([picture]).find(|line| fits(*line));
            // Rather the picture whole and a list that goes on below than the list without its picture.
            let in_part = one.cursor.filter(|(row, _)| one.line + row < picture + height);
            if let Some(line) = whole.or(in_part.map(|_| picture)) {
                return (line, true);
            }
        }
        let mut first = one.line;
        for above in layout.controls[..one.at].iter().rev() {
            if self.controls[above.at].takes_focus() && above.height > 0 && above.line < one.line {
                break;
            }
            // In a grid the row of a cell begins with its name.
            if above.height > 0 && !self.controls[above.at].takes_focus() {
                if !fits(above.line) {
                    break;
                }
                first = above.line;
            }
        }
        let has_above = layout.controls[..one.at]
            .iter()
            .any(|above| above.height > 0 && self.controls[above.at].takes_focus());
        if !has_above && fits(0) {
            first = 0;
        }
        if layout.heads.as_ref().is_some_and(|(line, _)| *line < first) {
            first = first.saturating_sub(1);
        }
        (first, false)
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

    /// Whether the controls after a heading are a grid, or one line of it.
    fn grid_at(&self, at: usize) -> (bool, bool) {
        let is_cell = |at: usize| {
            self.controls.get(at).is_some_and(|one| matches!(one.id, ControlId::Cell(..)))
        };
        let is_heading = |at: usize| {
            self.controls.get(at).is_some_and(|one| matches!(one.kind, ControlKind::Heading))
        };
        (is_heading(at + 1) && is_cell(at + 2), is_cell(at + 1))
    }

    fn place(
        &self,
        at: usize,
        control: &Control,
        column: usize,
        room: usize,
        columns: usize,
    ) -> Placed {
        let focused = control.id == self.focus;
        let is_cell = is_side_by_side(control, columns);
        let text = if is_cell { room } else { room.saturating_sub(STATE + 2) };
        let mut lines = Lines { pieces: Vec::new(), count: 0, column, columns: text, cursor: None };
        match &control.kind {
            ControlKind::Heading => self.heading(at, control, columns, &mut lines),
            ControlKind::Reading => {
                let is_urgent = control.label.contains("999");
                let role = if is_urgent { FormRole::Problem } else { FormRole::Answer };
                lines.paragraph(0, &control.label, columns, role);
            }
            ControlKind::Picture { picture: Some(picture), drawn, aside, folded, .. } => {
                self.picture(control, (picture, drawn), (aside, folded), columns, &mut lines);
            }
            ControlKind::Picture { drawn, .. } => {
                lines.paragraph(0, &control.label, text, FormRole::OtherQuestion);
                let from = lines.count;
                for line in drawn {
                    lines.answer(line, FormRole::Answer);
                }
                lines.rail(from, false);
            }
            ControlKind::Button => self.button(control, focused, columns, &mut lines),
            ControlKind::Text { .. } | ControlKind::Pick { .. } => {
                self.field(at, control, focused, room, columns, &mut lines);
            }
        }
        let Lines { pieces, count: height, cursor, .. } = lines;
        Placed { at, line: 0, column, columns: room, height, pieces, cursor }
    }

    fn heading(&self, at: usize, control: &Control, columns: usize, lines: &mut Lines) {
        let (heads_grid, heads_cells) = self.grid_at(at);
        let next = self.controls.get(at + 1).map(|next| &next.id);
        if let Some(ControlId::ActionPart(id, _)) = next
            && !self.is_open(&FormPart::Action(*id))
        {
            return;
        }
        let role = if heads_cells { FormRole::OtherQuestion } else { FormRole::Heading };
        lines.paragraph(0, &control.label, lines.columns, role);
        let is_inside = match (next, &self.focus) {
            (Some(ControlId::Cell(slot, domain, _)), ControlId::Cell(other, inside, _)) => {
                slot == other && domain == inside
            }
            _ => false,
        };
        if let Some(hint) = control.hint.as_ref().filter(|_| !heads_cells || is_inside) {
            // What to do with a whole part of the form is read, not glanced at.
            lines.paragraph(0, hint, lines.columns, FormRole::Answer);
        }
        if let Some(problem) = control.problem.as_ref().filter(|_| self.show_missing) {
            lines.paragraph(0, &format!("! {problem}"), lines.columns, FormRole::Problem);
        }
        if heads_grid && self.controls.get(at + 2).is_some_and(|one| is_side_by_side(one, columns))
        {
            let line = lines.count;
            lines.pieces.extend(self.heads(at + 2, columns, line));
            lines.count += 1;
        }
    }

    /// The heads of a grid whose first cell is at a place in the list of controls.
    fn heads(&self, first: usize, columns: usize, line: usize) -> Vec<FormPiece> {
        let of = self.controls.get(first).map_or(0, |cell| cell.column.1);
        let cells = self.controls.iter().skip(first).take(of);
        let focused = match &self.focus {
            ControlId::Cell(_, _, column) => Some(*column),
            _ => None,
        };
        cells
            .map(|cell| {
                let is_here =
                    matches!(&cell.id, ControlId::Cell(_, _, one) if Some(*one) == focused);
                let role = if is_here { FormRole::Heading } else { FormRole::OtherQuestion };
                let (_, column, _) = cell_room(cell, columns);
                FormPiece { line, column, text: cell.label.clone(), role }
            })
            .collect()
    }

    fn pinned_heads(&self, layout: &FormLayout, columns: usize) -> Option<(usize, Vec<FormPiece>)> {
        let ControlId::Cell(slot, ..) = &self.focus else { return None };
        let first = self
            .controls
            .iter()
            .position(|one| matches!(&one.id, ControlId::Cell(other, ..) if other == slot))?;
        let heading = layout.controls.get(first.checked_sub(2)?)?;
        let cell = self.controls.get(first)?;
        is_side_by_side(cell, columns).then(|| {
            let line = heading.line + heading.height.saturating_sub(1);
            (line, self.heads(first, columns, 0))
        })
    }

    /// Where everyone stood, whole for the placement one is at and in a line for the others: the picture in view is
    /// always that of the behaviour one is at.
    fn picture(
        &self,
        control: &Control,
        (picture, below): (&RatingPicture, &[String]),
        (aside, folded): (&str, &str),
        columns: usize,
        lines: &mut Lines,
    ) {
        if slot_of(&control.id) != slot_of(&self.focus) {
            lines.paragraph(0, &control.label, lines.columns, FormRole::OtherQuestion);
            let from = lines.count;
            lines.answer(folded, FormRole::Answer);
            return lines.rail(from, false);
        }
        lines.paragraph(0, &control.label, lines.columns, FormRole::Heading);
        lines.state(0, columns, aside, FormRole::Hint);
        for line in picture.drawn(columns) {
            picture_line(&line, lines);
        }
        if !below.is_empty() {
            lines.count += 1;
        }
        for line in below {
            match line.split_once(' ').filter(|(sign, _)| ["!", "✓"].contains(sign)) {
                Some((sign, said)) => {
                    let role = if sign == "!" { FormRole::Attention } else { FormRole::Good };
                    lines.put(lines.count, 0, sign, role);
                    lines.paragraph(2, said, columns.saturating_sub(2), FormRole::Answer);
                }
                None => lines.paragraph(0, line, columns, FormRole::Answer),
            }
        }
    }

    fn button(&self, control: &Control, focused: bool, columns: usize, lines: &mut Lines) {
        if is_removal(&control.id) {
            if !part_of(&control.id).is_some_and(|part| self.is_open(&part)) {
                return;
            }
            lines.put(0, 0, &control.label, FormRole::Hint);
            if self.delete_removes() {
                lines.put(0, width(&control.label) + 2, "Del", FormRole::Heading);
            }
        } else {
            let (text, role) = match control.id {
                ControlId::RemoveDissent(..) => (control.label.clone(), FormRole::Hint),
                ControlId::Place(..) => (control.label.clone(), FormRole::Answer),
                ControlId::AddRow(_)
                | ControlId::AddAction(_)
                | ControlId::AddParticipant
                | ControlId::AddDissent(_) => (format!("[+ {} ]", control.label), FormRole::Button),
                _ => (format!("[ {} ]", control.label), FormRole::Button),
            };
            lines.put(0, 0, text, role);
        }
        lines.count = 1;
        if focused {
            let text: String =
                lines.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("  ");
            let blank = columns.saturating_sub(width(&text));
            lines.pieces.clear();
            lines.put(0, 0, format!("{text}{}", " ".repeat(blank)), FormRole::Cursor);
            lines.cursor = Some((0, lines.column));
        }
        // Beside the picture every row counts.
        let is_said = focused || !matches!(control.id, ControlId::SecondRound(_));
        if let Some(hint) = control.hint.as_ref().filter(|_| is_said) {
            lines.paragraph(0, hint, lines.columns, FormRole::Hint);
        }
    }

    fn field(
        &self,
        at: usize,
        control: &Control,
        focused: bool,
        room: usize,
        columns: usize,
        lines: &mut Lines,
    ) {
        let is_open = match part_of(&control.id) {
            Some(part @ (FormPart::Person(_) | FormPart::Action(_))) => self.is_open(&part),
            _ => true,
        };
        if !is_open {
            return match &control.id {
                ControlId::ParticipantLabel(id) => self.person(at, *id, lines),
                ControlId::ActionPart(id, ActionPart::What) => self.action(*id, room, lines),
                _ => {}
            };
        }
        let why_missing = self.why_missing(at);
        let answered = is_answered(control) || why_missing.is_some();
        if matches!(control.id, ControlId::WhyMissing(_)) {
            let before = at.checked_sub(1).and_then(|at| self.controls.get(at));
            let is_near = focused || before.is_some_and(|before| before.id == self.focus);
            if before.is_some_and(is_answered) && !focused || !is_near && !is_answered(control) {
                return;
            }
            if focused {
                lines.paragraph(0, &control.label, lines.columns, FormRole::Hint);
            }
        } else if is_side_by_side(control, columns) && matches!(control.id, ControlId::Cell(..)) {
            // Its head stands above the grid.
        } else {
            // Where most is loud nothing leads, so of the questions only the one in focus is strong.
            let role = if focused { FormRole::Question } else { FormRole::OtherQuestion };
            lines.paragraph(0, &control.label, lines.columns, role);
            let (text, role) = state_of(control, answered, focused);
            let is_narrow = room < STATE + 2 + width(&control.label);
            if !(is_narrow && is_side_by_side(control, columns)) {
                lines.state(0, room, text, role);
            }
        }
        if let Some(hint) = control.hint.as_ref().filter(|_| focused || !answered) {
            lines.paragraph(0, hint, lines.columns, FormRole::Hint);
        }
        let from = lines.count;
        let waits = self.unfinished.get(&control.id);
        match &control.kind {
            ControlKind::Text { text, .. } => {
                let editor = self.editor.as_ref().filter(|_| focused);
                match editor {
                    Some(editor) => {
                        let typed = editor.layout(answer_columns(control, columns));
                        self.typed(&typed, room, lines);
                    }
                    // Why there is no answer stands in its place.
                    None if why_missing.is_some() => {}
                    None => lines.answer(waits.unwrap_or(text), FormRole::Answer),
                }
            }
            ControlKind::Pick { options, many, .. } if focused => {
                self.options(control, options, *many, room, lines);
            }
            ControlKind::Pick { options, many, .. } => {
                let is_decided = matches!(control.id, ControlId::Agreed(_));
                let role = if is_decided { FormRole::Question } else { FormRole::Answer };
                if answered {
                    lines.answer(&chosen_words(options, *many, lines.columns), role);
                } else if control.stands_in_a_row() {
                    let marked = options.iter().map(|option| marked(option, *many));
                    let columns = lines.columns.saturating_sub(RAIL);
                    for line in in_rows(marked, columns) {
                        lines.answer(&line, FormRole::Answer);
                    }
                } else {
                    lines.answer("", role);
                }
            }
            _ => {}
        }
        lines.rail(from, focused);
        if let (ControlId::Cell(..), Some(known)) = (&control.id, &control.known)
            && let Some(word) = chosen_word(known)
        {
            let line = lines.count;
            lines.put(line, RAIL, word.to_lowercase(), FormRole::Hint);
            lines.count += 1;
            lines.rail(line, focused);
        }
        let problem = control.problem.as_ref().filter(|_| self.show_missing);
        let unread = waits.filter(|_| !focused).map(|_| not_read(control));
        if let Some(problem) = problem.or(unread.as_ref()) {
            lines.put(lines.count, 0, "!", FormRole::Problem);
            lines.paragraph(2, problem, lines.columns.saturating_sub(2), FormRole::Problem);
        }
    }

    /// Why a question has no answer, if that was said.
    fn why_missing(&self, at: usize) -> Option<&Pick> {
        let Some(Control { id: ControlId::WhyMissing(slot), kind, .. }) = self.controls.get(at + 1)
        else {
            return None;
        };
        let ControlKind::Pick { options, .. } = kind else { return None };
        let is_its_own = slot_of(&self.controls[at].id) == Some(slot);
        options.iter().find(|option| is_its_own && option.chosen)
    }

    /// Text being typed, with what calls for a second look in it, and what to do about it.
    fn typed(&self, typed: &Layout, room: usize, lines: &mut Lines) {
        let from = lines.count;
        for range in &typed.lines {
            lines.put(lines.count, RAIL, &typed.text[range.clone()], FormRole::Answer);
            lines.count += 1;
        }
        let (row, column) = typed.caret;
        lines.cursor = Some((from + row, lines.column + RAIL + column));
        let spots = self.spotted.of(&typed.text);
        let Some(nearest) = nearest(spots.iter(), typed.at) else { return };
        let mut spots = spots.iter().peekable();
        let mut is_named = false;
        for (row, line) in typed.lines.iter().enumerate() {
            while let Some(spot) = spots.peek().filter(|spot| spot.range.start < line.end) {
                let range = spot.range.start.max(line.start)..spot.range.end.min(line.end);
                if range.start < range.end {
                    let column = RAIL + width(&typed.text[line.start..range.start]);
                    let role = match spot.why {
                        Why::Identifier(_) => FormRole::Identifier,
                        Why::Words { .. } => FormRole::Wording,
                    };
                    lines.put(from + row, column, &typed.text[range], role);
                }
                if let Why::Identifier(kind) = spot.why
                    && !is_named
                    && room > lines.columns
                {
                    is_named = true;
                    let word = format!("! {}", short_name(kind));
                    lines.state(from + row, room, &word, FormRole::Attention);
                }
                if spot.range.end > line.end {
                    break;
                }
                spots.next();
            }
        }
        let said = nearest.sentence(&typed.text);
        let columns = lines.columns.saturating_sub(RAIL);
        for range in wrap(&said, columns).into_iter().take(MAX_ADVICE) {
            lines.put(lines.count, RAIL, &said[range], FormRole::Advice);
            lines.count += 1;
        }
    }

    /// The options of the focused choice, and what the one under the cursor means.
    fn options(
        &self,
        control: &Control,
        options: &[Pick],
        many: bool,
        room: usize,
        lines: &mut Lines,
    ) {
        let from = lines.count;
        if control.stands_in_a_row() {
            let (mut line, mut column) = (from, RAIL);
            for (at, option) in options.iter().enumerate() {
                let text = marked(option, many);
                if column > RAIL && column + width(&text) > lines.columns {
                    (line, column) = (line + 1, RAIL);
                }
                self.option(at, option, many, line, column, &text, lines);
                column += width(&text) + BETWEEN;
            }
            lines.count = line + 1;
            return;
        }
        let longest = options.iter().map(|option| MARK + width(&option.text)).max().unwrap_or(0);
        let beside = RAIL + longest + BETWEEN;
        let has_meaning = options.iter().any(|option| !option.definition.is_empty());
        let is_beside = has_meaning && beside + MIN_MEANING <= room;
        let columns = if is_beside { longest } else { lines.columns.saturating_sub(RAIL) };
        for (at, option) in options.iter().enumerate() {
            let line = lines.count;
            let words: Vec<Range<usize>> = wrap(&option.text, columns.saturating_sub(MARK).max(1));
            for (row, range) in words.into_iter().enumerate() {
                let mark = if row == 0 { mark(option, many) } else { "   " };
                let text = format!("{mark} {}", &option.text[range]);
                let text = format!("{text}{}", " ".repeat(columns.saturating_sub(width(&text))));
                if row == 0 {
                    self.option(at, option, many, line, RAIL, &text, lines);
                } else {
                    let role = if at == self.option { FormRole::Cursor } else { FormRole::Answer };
                    lines.put(line + row, RAIL, text, role);
                }
                lines.count = line + row + 1;
            }
        }
        if !has_meaning {
            return;
        }
        // As high as the longest, so that nothing below moves with the cursor.
        let meaning_columns =
            if is_beside { room - beside } else { lines.columns.saturating_sub(RAIL + MARK) };
        let lines_of = |option: &Pick| wrap(&option.definition, meaning_columns);
        let highest = options
            .iter()
            .filter(|option| !option.definition.is_empty())
            .map(|option| lines_of(option).len())
            .max()
            .unwrap_or(0);
        let (top, column) = if is_beside { (from, beside) } else { (lines.count, RAIL + MARK) };
        let head = usize::from(is_beside);
        if let Some(option) =
            options.get(self.option).filter(|option| !option.definition.is_empty())
        {
            if is_beside {
                for range in wrap(&option.text, meaning_columns).into_iter().take(1) {
                    lines.put(top, column, &option.text[range], FormRole::Question);
                }
            }
            for (row, range) in lines_of(option).into_iter().enumerate() {
                lines.put(top + head + row, column, &option.definition[range], FormRole::Answer);
            }
        }
        lines.count = lines.count.max(top + head + highest);
    }

    #[expect(clippy::too_many_arguments)]
    fn option(
        &self,
        at: usize,
        option: &Pick,
        many: bool,
        line: usize,
        column: usize,
        text: &str,
        lines: &mut Lines,
    ) {
        let is_here = at == self.option;
        let role = if is_here { FormRole::Cursor } else { FormRole::Answer };
        lines.put(line, column, text, role);
        if option.chosen {
            lines.put(line, column, mark(option, many), FormRole::Heading);
        }
        if is_here {
            lines.cursor = Some((line, lines.column + column));
        }
    }

    /// Somebody who takes part, in one row.
    fn person(&self, at: usize, id: ParticipantId, lines: &mut Lines) {
        let text = |control: &Control| match &control.kind {
            ControlKind::Text { text, .. } => text.clone(),
            ControlKind::Pick { options, many, .. } => chosen_words(options, *many, usize::MAX),
            _ => String::new(),
        };
        let profession = self.controls.get(at).map(text).unwrap_or_default();
        let role = self.controls.iter().find(|one| one.id == ControlId::ParticipantRole(id));
        let role = role.map(text).unwrap_or_default();
        let columns = lines.columns.saturating_sub(RAIL + width(&role) + 2);
        lines.paragraph(RAIL, &profession, columns, FormRole::Answer);
        let column = RAIL + PROFESSION.max(width(&profession).min(columns) + 2);
        lines.put(0, column, role, FormRole::Hint);
        lines.rail(0, false);
    }

    /// An action: what will be done, then who does it, where and by when.
    fn action(&self, id: ActionId, room: usize, lines: &mut Lines) {
        let Some(action) = self.session.actions().iter().find(|one| one.id == id) else { return };
        let details = &action.details;
        if details.what.trim().is_empty() {
            lines.answer("Nothing is written yet.", FormRole::Hint);
        } else {
            lines.answer(details.what.trim(), FormRole::Answer);
        }
        let facts = facts_of(action);
        if !facts.is_empty() {
            lines.answer(&facts, FormRole::Hint);
        }
        lines.rail(0, false);
        if details.what.trim().is_empty() || details.owner.trim().is_empty() {
            lines.state(0, room, "needed", FormRole::Attention);
        }
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
    text.saturating_sub(RAIL).max(1)
}

fn is_answered(control: &Control) -> bool {
    match &control.kind {
        ControlKind::Text { text, .. } => !text.trim().is_empty(),
        ControlKind::Pick { options, .. } => options.iter().any(|option| option.chosen),
        _ => false,
    }
}

/// What stands at the right of a question.
fn state_of(control: &Control, answered: bool, focused: bool) -> (&str, FormRole) {
    let is_needed = control.required
        || matches!(control.id, ControlId::ActionPart(_, ActionPart::What | ActionPart::Owner));
    let known = control.known.as_ref();
    match known.and_then(chosen_word) {
        _ if is_needed && !answered => ("needed", FormRole::Attention),
        Some(word) => (word, FormRole::Hint),
        None if known.is_some_and(|known| known.required) && answered => {
            ("F4: how?", FormRole::Attention)
        }
        None if known.is_some() && focused => ("F4: how?", FormRole::Hint),
        None if is_needed => ("✓", FormRole::Good),
        None => ("", FormRole::Hint),
    }
}

fn chosen_word(known: &Known) -> Option<&str> {
    let code = known.chosen.as_ref()?;
    known.options.iter().find(|(other, _)| other == code).map(|(_, word)| word.as_str())
}

fn mark(option: &Pick, many: bool) -> &'static str {
    match (many, option.chosen) {
        (false, true) => "(•)",
        (false, false) => "( )",
        (true, true) => "[x]",
        (true, false) => "[ ]",
    }
}

fn marked(option: &Pick, many: bool) -> String {
    format!("{} {}", mark(option, many), option.text)
}

/// Texts side by side, in as few rows as they fit into.
fn in_rows(texts: impl Iterator<Item = String>, columns: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for text in texts {
        match rows.last_mut() {
            Some(row) if width(row) + BETWEEN + width(&text) <= columns => {
                row.push_str(&" ".repeat(BETWEEN));
                row.push_str(&text);
            }
            _ => rows.push(text),
        }
    }
    rows
}

/// The answer of a choice in words: how many are ticked, where the words would fill the screen; a number with the
/// ends of its scale.
fn chosen_words(options: &[Pick], many: bool, columns: usize) -> String {
    let chosen: Vec<&str> =
        options.iter().filter(|one| one.chosen).map(|one| one.text.as_str()).collect();
    let words = chosen.join("; ");
    if many && width(&words) > columns.saturating_mul(2) {
        return format!("{} of {} ticked", chosen.len(), options.len());
    }
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    match (options.first(), options.last()) {
        (Some(first), Some(last))
            if is_number(&words) && !is_number(&first.text) && !is_number(&last.text) =>
        {
            format!("{words}, from {} to {}", first.text, last.text)
        }
        _ => words,
    }
}

/// Who does an action, where and by when.
fn facts_of(action: &Action) -> String {
    let details = &action.details;
    let by = details.by.map_or(String::new(), |by| format!("by {}", show_date(by)));
    let facts = [details.owner.trim().to_owned(), details.agency.trim().to_owned(), by];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    facts.join(" · ")
}

/// One line of a picture: its dots, and what is said beside them.
fn picture_line(line: &str, lines: &mut Lines) {
    let row = lines.count;
    let role = if line.starts_with('┄') { FormRole::Hint } else { FormRole::Answer };
    lines.put(row, 0, line, role);
    if let Some(at) = line.find('■') {
        let end = line.rfind('■').map_or(at, |end| end + '■'.len_utf8());
        let mut from = at;
        // Each round on its own: the number between them is no dot.
        while let Some(start) = line[from..end].find('■').map(|start| from + start) {
            let run = line[start..end].find(|c: char| c != '■' && c != ' ');
            let stop = run.map_or(end, |run| start + run);
            let dots = line[start..stop].trim_end();
            lines.put(row, width(&line[..start]), dots, FormRole::Dots);
            from = stop;
        }
    }
    if let Some(at) = line.find('◂') {
        lines.put(row, width(&line[..at]), &line[at..], FormRole::Hint);
    }
    lines.count += 1;
}

/// How a possible identifier is called where there is little room.
fn short_name(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Name | IdentifierKind::PersonName | IdentifierKind::Initials => "name",
        IdentifierKind::NhsNumber => "NHS no",
        IdentifierKind::PupilNumber => "UPN",
        IdentifierKind::NationalInsurance => "NI no",
        IdentifierKind::Postcode | IdentifierKind::PlaceName => "place",
        IdentifierKind::Phone => "phone",
        IdentifierKind::Email => "e-mail",
        IdentifierKind::WebAddress => "web",
        IdentifierKind::UserName => "user",
        IdentifierKind::DateOfBirth => "birth",
    }
}

fn advice_lines(placed: &Placed) -> usize {
    placed.pieces.iter().filter(|piece| piece.role == FormRole::Advice).count()
}

fn not_read(control: &Control) -> String {
    let ControlKind::Text { form, .. } = control.kind else { return String::new() };
    form.unfinished().to_owned()
}
