//! What a clinic agreed, once it is complete.

use crate::{
    app::{CompletedScreen, Model, Page},
    text::{counted, width},
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(screen) = &model.completed else { return };
    place(canvas, model, screen);
    let parts = model.layout().completed();
    page::draw(canvas, parts.page, &screen.page, screen.top, &Marks::default());
    if let (Some(area), Some(side)) = (parts.side, &screen.side) {
        canvas.rule_before(area);
        page::draw(canvas, area, side, 0, &Marks::default());
    }
    let rule = model.layout().rule();
    canvas.put_rule(rule);
    let below = more_below(&screen.page, screen.top, usize::from(parts.page.height));
    if below > 0 {
        let more = format!(" {} more below ↓ ", counted(below, "line", "lines"));
        canvas.put(
            rule,
            0,
            usize::from(rule.width).saturating_sub(width(&more) + 3),
            &more,
            StyleRole::Quiet,
        );
    }
    canvas.point(parts.page, 0, 0);
}

fn more_below(page: &Page, top: usize, height: usize) -> usize {
    page.lines.len().saturating_sub(top + height)
}

fn place(canvas: &mut Canvas<'_>, model: &Model, screen: &CompletedScreen) {
    let place = model.layout().place();
    let end = canvas.put(place, 0, 1, "✓ ", StyleRole::Good);
    let end = canvas.put_short(place, 0, end, &screen.title(), StyleRole::Strong);
    let (saved, role) = match screen.saved() {
        Some(saved) => (format!("✓ {saved} "), StyleRole::Good),
        None => ("practice, nothing is saved ".to_owned(), StyleRole::Quiet),
    };
    let facts = screen.facts();
    if end + width(&facts) + width(&saved) + 5 <= usize::from(place.width) {
        canvas.put(place, 0, end + 3, &facts, StyleRole::Quiet);
    }
    canvas.put_right(place, 0, end + 1, &saved, role);
}
