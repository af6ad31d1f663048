//! The list of meeting formats: each with its minutes, and what the chosen one is for.

use crate::{
    app::{Model, Offer, TemplatePicker},
    tui::{
        canvas::{Canvas, paragraphs},
        theme::StyleRole,
    },
};

const COLUMNS: u16 = 74;

/// Draws the list.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, starting: &TemplatePicker) {
    let width = model.size.dialog(COLUMNS, 10).width.saturating_sub(4);
    let offers = starting.offers();
    let about = |at: usize| match offers.get(at) {
        Some(Offer::Bundled(format) | Offer::Local(format)) => {
            let mut lines = paragraphs(&format.purpose, width);
            if !format.audience.is_empty() {
                lines.extend(paragraphs(&format!("For: {}", format.audience), width));
            }
            lines
        }
        Some(Offer::Broken { why, .. }) => {
            paragraphs(&format!("This meeting format cannot be used. {why}"), width)
        }
        None => Vec::new(),
    };
    // As high as the longest needs, so that the list stands still while one moves in it.
    let rows = offers.len();
    let longest = (0..rows).map(|at| about(at).len()).max().unwrap_or(0);
    let frame = model.size.dialog(COLUMNS, (rows + 1 + longest + 2) as u16);
    let inner = canvas.frame(frame, starting.title());
    // What the chosen one is for stays in view under a long list.
    let beneath =
        if rows + 1 + longest > usize::from(inner.height) { longest.min(6) + 1 } else { 0 };
    let fit = usize::from(inner.height).saturating_sub(beneath).clamp(1, rows.max(1));
    let skip = (starting.chosen + 1).saturating_sub(fit);
    let shown = offers.iter().enumerate().skip(skip).take(fit);
    for (row, (at, offer)) in shown.enumerate() {
        let (name, right, role) = match offer {
            Offer::Bundled(format) => {
                (format.title.as_str(), format!(" {} min", format.minutes), StyleRole::Text)
            }
            Offer::Local(format) => {
                (format.title.as_str(), format!(" local  {} min", format.minutes), StyleRole::Text)
            }
            Offer::Broken { file, .. } => {
                (*file, " local  has errors".to_owned(), StyleRole::Muted)
            }
        };
        canvas.put_short(inner, row, 0, &format!("{}  {name}", at + 1), role);
        canvas.put_right(inner, row, 0, &right, StyleRole::Muted);
        if at == starting.chosen {
            canvas.paint_row(inner, row, StyleRole::Chosen);
            canvas.point(inner, row, 0);
        }
    }
    for (row, line) in about(starting.chosen).iter().enumerate() {
        canvas.put(inner, fit + 1 + row, 0, line, StyleRole::Text);
    }
}
