//! A form: the controls in view, the focused one marked, the caret in it.

use crate::{
    app::{Area, ClinicScreen, Control, ControlKind, Part, Placed, SpotLook},
    text::width,
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Draws the part of the form that is in view.
pub(super) fn draw_form(canvas: &mut Canvas<'_>, clinic: &ClinicScreen, area: Area) {
    let layout = clinic.layout(usize::from(area.width));
    let height = usize::from(area.height);
    let (top, bottom) = (clinic.top, clinic.top + height);
    for placed in &layout.controls {
        if placed.line + placed.height < top || placed.line > bottom {
            continue;
        }
        let control = &clinic.controls()[placed.at];
        let focused = control.id == clinic.focus && !clinic.guidance.open;
        draw(canvas, area, top, control, placed, focused);
    }
    // In the margin, so that no letter of an answer is covered.
    let (margin, edge) = (Area { width: area.width + 1, ..area }, usize::from(area.width));
    if top > 0 {
        canvas.put(margin, 0, edge, "↑", StyleRole::Quiet);
    }
    if layout.height > bottom {
        canvas.put(margin, height.saturating_sub(1), edge, "↓", StyleRole::Quiet);
    }
}

/// The columns of a control, and the form's first line in view.
struct ControlPane<'p, 'c> {
    canvas: &'p mut Canvas<'c>,
    /// Columns beyond the control's own are not touched.
    own: Area,
    top: usize,
    column: usize,
}

impl ControlPane<'_, '_> {
    /// Puts text on a line of the form, a number of columns into the control. Lines that are not in
    /// view are not drawn.
    fn put(&mut self, line: usize, indent: usize, text: &str, role: StyleRole) {
        if let Some(row) = line.checked_sub(self.top) {
            self.canvas.put(self.own, row, self.column + indent, text, role);
        }
    }
}

fn draw(
    canvas: &mut Canvas<'_>,
    area: Area,
    top: usize,
    control: &Control,
    placed: &Placed,
    focused: bool,
) {
    let own = Area { width: area.width.min((placed.column + placed.columns) as u16), ..area };
    let mut pane = ControlPane { canvas, own, top, column: placed.column };
    for (at, (part, text)) in placed.label.iter().enumerate() {
        pane.put(placed.line + at, 0, text, label_look(control, *part));
    }
    let line = placed.line + placed.label.len();
    for (at, text) in placed.body.iter().enumerate() {
        let shown = match &control.kind {
            // The field's room is shown by a dotted line where nothing is written.
            ControlKind::Text { .. } if text.is_empty() && at == 0 && !focused => {
                "·".repeat(placed.columns.min(24))
            }
            _ => text.clone(),
        };
        pane.put(line + at, 0, &shown, body_look(control, focused, text.is_empty()));
    }
    if !focused {
        return;
    }
    for (at, range, role) in &placed.spots {
        let text = placed.body.get(*at).map_or("", String::as_str);
        let (before, said) = (text.get(..range.start), text.get(range.clone()));
        if let (Some(before), Some(said)) = (before, said) {
            let role = match role {
                SpotLook::Identifier => StyleRole::Identifier,
                SpotLook::Words => StyleRole::Wording,
            };
            pane.put(line + at, width(before), said, role);
        }
    }
    let marker = Area { x: area.x.saturating_sub(1), width: area.width + 1, ..area };
    let first = if placed.label.is_empty() { line } else { placed.line };
    for at in first..line + placed.body.len() {
        if let Some(row) = at.checked_sub(top) {
            pane.canvas.put(marker, row, placed.column, "▌", StyleRole::Accent);
        }
    }
    // Below the field, or at the lower edge where the field goes on beyond it.
    let edge = (top + usize::from(area.height)).saturating_sub(placed.below.len());
    let below = (line + placed.body.len()).min(edge);
    for (at, text) in placed.below.iter().enumerate() {
        pane.put(below + at, 0, &" ".repeat(placed.columns), StyleRole::Text);
        pane.put(below + at, 0, text, StyleRole::Quiet);
    }
    let (row, column) = placed.caret.or(placed.option).unwrap_or_default();
    if let Some(in_body) = placed.option {
        let text = option_at(placed, in_body.0, column);
        pane.put(line + row, column, text, StyleRole::Chosen);
    }
    if let Some(row) = (line + row).checked_sub(top) {
        canvas.point(area, row, placed.column + column);
    }
}

/// The option under the cursor: from its mark to the next option in the row.
fn option_at(placed: &Placed, row: usize, column: usize) -> &str {
    let text = placed.body.get(row).map_or("", String::as_str);
    let start: usize = text
        .char_indices()
        .scan(0, |used, (at, c)| {
            let here = *used;
            *used += width(c.encode_utf8(&mut [0; 4]));
            Some((here, at))
        })
        .find(|(here, _)| *here >= column)
        .map_or(text.len(), |(_, at)| at);
    let rest = &text[start..];
    let marks = ["  ( )", "  (•)", "  [ ]", "  [x]"];
    let end = marks.iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
    &rest[..end]
}

fn label_look(control: &Control, part: Part) -> StyleRole {
    match part {
        Part::Label
            if matches!(control.kind, ControlKind::Heading | ControlKind::Picture { .. }) =>
        {
            StyleRole::Heading
        }
        Part::Label => StyleRole::Strong,
        Part::Hint => StyleRole::Quiet,
        Part::Problem => StyleRole::Bad,
    }
}

fn body_look(control: &Control, focused: bool, empty: bool) -> StyleRole {
    match control.kind {
        ControlKind::Button if focused => StyleRole::Chosen,
        ControlKind::Button => StyleRole::Link,
        ControlKind::Reading => StyleRole::Strong,
        ControlKind::Text { .. } if empty && !focused => StyleRole::Quiet,
        _ => StyleRole::Text,
    }
}
