//! The list of meeting formats: each with its minutes, and what the chosen one is for.

use super::dialog::paragraphs;
use crate::{
    app::{Model, Starting},
    tui::{canvas::Canvas, theme::Look},
};

const COLUMNS: u16 = 74;

/// Draws the list.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, starting: &Starting) {
    let width = model.size.dialog(COLUMNS, 10).width.saturating_sub(4);
    let about = |at: usize| {
        let Some(format) = starting.formats.get(at) else { return Vec::new() };
        let mut lines = paragraphs(&format.purpose, width);
        if !format.audience.is_empty() {
            lines.extend(paragraphs(&format!("For: {}", format.audience), width));
        }
        lines
    };
    // As high as the longest needs, so that the list stands still while one moves in it.
    let rows = starting.formats.len();
    let longest = (0..rows).map(|at| about(at).len()).max().unwrap_or(0);
    let frame = model.size.dialog(COLUMNS, (rows + 1 + longest + 2) as u16);
    let inner = canvas.frame(frame, starting.title());
    let fit = usize::from(inner.height).clamp(1, rows.max(1));
    let skip = (starting.chosen + 1).saturating_sub(fit);
    let shown = starting.formats.iter().enumerate().skip(skip).take(fit);
    for (row, (at, format)) in shown.enumerate() {
        canvas.put_short(inner, row, 0, &format!("{}  {}", at + 1, format.title), Look::Text);
        canvas.put_right(inner, row, 0, &format!(" {} min", format.minutes), Look::Muted);
        if at == starting.chosen {
            canvas.paint_row(inner, row, Look::Chosen);
            canvas.point(inner, row, 0);
        }
    }
    for (row, line) in about(starting.chosen).iter().enumerate() {
        canvas.put(inner, fit + 1 + row, 0, line, Look::Text);
    }
}
