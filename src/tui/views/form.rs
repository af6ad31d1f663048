//! A form: the controls in view, the focused one marked, the caret in it.

use crate::{
    app::{Area, ClinicScreen, FormPiece, FormRole},
    tui::{
        canvas::{Canvas, FOCUS},
        theme::StyleRole,
    },
};

/// Draws the part of the form that is in view.
pub(super) fn draw_form(canvas: &mut Canvas<'_>, clinic: &ClinicScreen, area: Area) {
    let layout = clinic.layout(usize::from(area.width));
    let height = usize::from(area.height);
    let (top, bottom) = (clinic.top, clinic.top + height);
    let margin = area.with_margin();
    let mut is_last_row_free = true;
    for placed in &layout.controls {
        if placed.line + placed.height <= top || placed.line >= bottom {
            continue;
        }
        is_last_row_free &= placed.line + placed.height < bottom;
        let control = &clinic.controls()[placed.at];
        for piece in placed.pieces.iter() {
            if let Some(row) = (placed.line + piece.line).checked_sub(top) {
                put(canvas, area, row, piece);
            }
        }
        if control.id != clinic.focus || clinic.guidance.open {
            continue;
        }
        // In the margin; of controls side by side, before the one that has the focus.
        let column = if placed.column == 0 { 0 } else { placed.column + 1 };
        for line in placed.line.max(top)..placed.line + placed.height {
            canvas.put(margin, line - top, column, FOCUS, StyleRole::Accent);
        }
        if let Some((line, column)) = placed.cursor
            && let Some(row) = (placed.line + line).checked_sub(top)
        {
            canvas.point(area, row, column);
        }
    }
    // A free column parts the arrows from what stands at the right of a question.
    let edge = Area { width: area.width + 2, ..area };
    if top > 0 {
        canvas.put_right(edge, 0, 0, "↑", StyleRole::Quiet);
    }
    let below = layout.controls.iter().filter(|placed| {
        placed.height > 0 && placed.line >= bottom && clinic.controls()[placed.at].takes_focus()
    });
    let row = height.saturating_sub(1);
    match below.count() {
        0 if layout.height > bottom => canvas.put_right(edge, row, 0, "↓", StyleRole::Quiet),
        0 => {}
        more if is_last_row_free => {
            canvas.put_right(edge, row, 0, &format!("{more} more below ↓"), StyleRole::Quiet);
        }
        _ => canvas.put_right(edge, row, 0, "↓", StyleRole::Quiet),
    }
}

fn put(canvas: &mut Canvas<'_>, area: Area, row: usize, piece: &FormPiece) {
    canvas.put(area, row, piece.column, &piece.text, style_role_of(piece.role));
}

pub(super) fn style_role_of(role: FormRole) -> StyleRole {
    match role {
        FormRole::Heading => StyleRole::Heading,
        FormRole::Question => StyleRole::Strong,
        FormRole::Hint | FormRole::Rail => StyleRole::Quiet,
        FormRole::OtherQuestion | FormRole::Answer => StyleRole::Text,
        FormRole::FocusRail | FormRole::Dots => StyleRole::Accent,
        FormRole::Cursor => StyleRole::Chosen,
        FormRole::Button => StyleRole::Accent,
        FormRole::Attention | FormRole::Advice => StyleRole::Warn,
        FormRole::Good => StyleRole::Good,
        FormRole::Problem => StyleRole::Bad,
        FormRole::Identifier => StyleRole::Identifier,
        FormRole::Wording => StyleRole::Wording,
    }
}
