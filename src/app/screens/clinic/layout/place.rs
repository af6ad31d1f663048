//! What the lines of each control contain: its question and hint above, a picture or a button; the answer is
//! in `answer.rs`.

use super::{
    Contents, FormPart, FormRole, Lines, STATE, is_removal, is_side_by_side, list_of, name_columns,
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
    pub(super) fn place(
        &self,
        at: usize,
        control: &Control,
        column: usize,
        room: usize,
        columns: usize,
    ) -> Contents {
        let focused = control.id == self.focus;
        let is_beside = is_side_by_side(control, columns);
        let name = name_columns(control, columns);
        let text = if is_beside { room } else { room.saturating_sub(STATE + 2 + name) };
        let first = column + name;
        let mut lines =
            Lines { pieces: Vec::new(), count: 0, column: first, columns: text, cursor: None };
        match &control.kind {
            ControlKind::Heading => self.heading(at, control, &mut lines),
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
                self.field(at, control, focused, room - name, columns, &mut lines);
            }
        }
        let Lines { pieces, count: height, cursor, .. } = lines;
        Contents { height, pieces: pieces.into(), cursor }
    }

    fn heading(&self, at: usize, control: &Control, lines: &mut Lines) {
        let next = self.controls.get(at + 1).map(|next| &next.id);
        if let Some(ControlId::ActionPart(id, _)) = next
            && !self.is_open(&FormPart::Action(*id))
        {
            return;
        }
        lines.paragraph(0, &control.label, lines.columns, FormRole::Heading);
        // What is said about a list is of use where it is filled.
        let list = next.and_then(list_of);
        let is_said = list.is_none() || list == list_of(&self.focus);
        if let Some(hint) = control.hint.as_ref().filter(|_| is_said) {
            // What to do with a whole part of the form is read, not glanced at.
            lines.paragraph(0, hint, lines.columns, FormRole::Answer);
        }
        if let Some(problem) = control.problem.as_ref().filter(|_| self.show_missing) {
            lines.paragraph(0, &format!("! {problem}"), lines.columns, FormRole::Problem);
        }
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
        // Each round on its own: the number between them is not a dot.
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
