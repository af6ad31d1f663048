//! Counts without names, as a page of numbers, words and bars.

use crate::{
    app::{Area, Model, Timespan, VaultStatus},
    text::wrap,
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Draws the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.body();
    canvas.put(area, 0, 1, "Insight", StyleRole::Title);
    let mut column = 11;
    for span in Timespan::EVERY {
        let shown = model.insight.span == span;
        let role = if shown { StyleRole::Strong } else { StyleRole::Muted };
        column = canvas.put(area, 0, column, if shown { "▸" } else { " " }, StyleRole::Marker);
        column = canvas.put(area, 0, column + 1, span.title(), role) + 2;
    }
    let page = model.size.insight();
    match (&model.vault, &model.insight.insight) {
        (VaultStatus::Open, Some(_)) => lines(canvas, model, page),
        (VaultStatus::Open, None) => explain(canvas, page, "Counting …"),
        (VaultStatus::Locked, _) => explain(
            canvas,
            page,
            "The vault is locked. Press Enter to unlock it and count the completed notes, without names and with small numbers hidden.",
        ),
        (VaultStatus::Missing, _) => explain(
            canvas,
            page,
            "There is no vault for confidential notes yet. Once five or more cases are completed, they are counted here: without names, with small numbers hidden, and with what each number can and cannot tell you.",
        ),
        (VaultStatus::Unusable(why), _) => explain(canvas, page, why),
        (VaultStatus::Unknown, _) => {}
    }
}

fn explain(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    let columns = usize::from(area.width).min(78).saturating_sub(4);
    for (row, range) in wrap(text, columns).into_iter().enumerate() {
        canvas.put(area, row, 1, &text[range], StyleRole::Text);
    }
    canvas.point(area, 0, 1);
}

fn lines(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let lines = model.insight.lines(usize::from(area.width));
    let height = usize::from(area.height);
    let mut in_words = false;
    for (at, line) in lines.iter().enumerate() {
        // What a figure can and can't say runs over several lines.
        in_words = line.starts_with("  Shows:")
            || line.starts_with("  Does not show:")
            || (in_words && line.starts_with("  "));
        let role = match () {
            () if in_words => StyleRole::Muted,
            () if line.starts_with(' ') || at < 4 => StyleRole::Text,
            () => StyleRole::Heading,
        };
        if let Some(row) = at.checked_sub(model.insight.top).filter(|row| *row < height) {
            canvas.put(area, row, 0, line, role);
        }
    }
    canvas.point(area, 0, 0);
}
