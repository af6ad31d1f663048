//! What stands in the lines of each control: its question and hint above, a picture or a button; the answer is
//! in `answer.rs`.

use super::{
    Contents, FormPart, FormPiece, FormRole, Lines, STATE, cell_room, is_removal, is_side_by_side,
    part_of,
};
use crate::{
    app::screens::clinic::{
        control::{Control, ControlId, ControlKind},
        controls::slot_of,
        state::ClinicScreen,
    },
    clinic::RatingPicture,
    text::width,
};

impl ClinicScreen {
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

    pub(super) fn place(
        &self,
        at: usize,
        control: &Control,
        column: usize,
        room: usize,
        columns: usize,
    ) -> Contents {
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
        Contents { height, pieces: pieces.into(), cursor }
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
    pub(super) fn heads(&self, first: usize, columns: usize, line: usize) -> Vec<FormPiece> {
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
                ControlId::ChangeDissent(..) | ControlId::RemoveDissent(..) => {
                    (control.label.clone(), FormRole::Hint)
                }
                ControlId::Place(..) => (control.label.clone(), FormRole::Answer),
                ControlId::AddRow(_)
                | ControlId::AddAction(_)
                | ControlId::AddParticipant
                | ControlId::AddEarlierPeople
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
