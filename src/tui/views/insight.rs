//! Counts without names, as a page of numbers, words and bars.

use crate::{
    app::{Area, Model, Timespan, VaultStatus},
    tui::{canvas::Canvas, theme::StyleRole},
};

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    let place = layout.place();
    canvas.put_rule(layout.rule());
    canvas.put(place, 0, 1, "Insight", StyleRole::Heading);
    let tabs = Timespan::EVERY.map(|span| (span.title().to_owned(), model.insight.span == span));
    canvas.put_tabs(place, 0, tabs);
    let page = layout.body().text();
    let text: &str = match (&model.vault, &model.insight.insight) {
        (VaultStatus::Open, Some(_)) => return lines(canvas, model, page),
        (VaultStatus::Open, None) => "Counting …",
        (VaultStatus::Locked, _) => {
            "The vault is locked. Press Enter to unlock it and count the completed notes, without names and with small numbers hidden."
        }
        (VaultStatus::Missing, _) => {
            "There is no vault for confidential notes yet. Once five or more cases are completed, they are counted here: without names, with small numbers hidden, and with what each number can and cannot tell you."
        }
        (VaultStatus::Unusable(why), _) => why,
        (VaultStatus::Unknown, _) => return,
    };
    canvas.explain(page.below(1), 0, text);
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
            () if in_words => StyleRole::Quiet,
            () if line.starts_with(' ') || at < 4 => StyleRole::Text,
            () => StyleRole::Heading,
        };
        if let Some(row) = at.checked_sub(model.insight.top).filter(|row| *row < height) {
            canvas.put(area, row, 0, line, role);
        }
    }
    canvas.point(area, 0, 0);
}
