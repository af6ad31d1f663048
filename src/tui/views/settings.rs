//! The settings, a row each, and what the chosen one does.

use crate::{
    app::Model,
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Columns of the value and of where it comes from.
const VALUES: usize = 22;
const SOURCES: usize = 43;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    canvas.put_rule(layout.rule());
    let column = canvas.put(layout.place(), 0, 1, "Settings", StyleRole::Heading);
    let area = layout.body().text();
    let Some(seen) = &model.settings.seen else {
        canvas.put(area, 0, 0, "Reading the settings …", StyleRole::Text);
        return;
    };
    canvas.put_right(layout.place(), 0, column + 2, &format!("{} ", seen.file), StyleRole::Quiet);
    let rows = model.settings.rows();
    for (row, setting) in rows.iter().enumerate() {
        let is_chosen = row == model.settings.chosen;
        if is_chosen {
            canvas.choose_rows(area.with_margin(), row, 1);
            canvas.point(area, row, 0);
        }
        let role = |role| if is_chosen { StyleRole::Chosen } else { role };
        let value =
            if is_chosen { format!("‹ {} ›", setting.value) } else { setting.value.clone() };
        canvas.put(area, row, 0, setting.name, role(StyleRole::Text));
        canvas.put(area, row, VALUES, &value, role(StyleRole::Text));
        canvas.put_short(area, row, SOURCES, &setting.source, role(StyleRole::Quiet));
    }
    let prose = layout.prose();
    let mut row = rows.len() + 1;
    for text in model.settings.about() {
        row = canvas.put_paragraph(prose, row, text, StyleRole::Text);
    }
    let keys = "To give an action another key, see `caseclinic keys`.";
    row = canvas.put_paragraph(prose, row + 1, keys, StyleRole::Quiet);
    for problem in &seen.problems {
        let said = format!("! Line {}: {} {}", problem.line, problem.message, problem.advice);
        row = canvas.put_paragraph(prose, row + 1, &said, StyleRole::Bad);
    }
}
