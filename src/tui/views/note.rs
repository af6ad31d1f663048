//! A completed note: which one and how it stands, and the page with its scroll bar.

use crate::{
    app::{Area, Model, Screen},
    text::width,
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(note) = &model.note else { return };
    let (layout, parts) = (model.layout(), model.layout().reader());
    let (place, body) = (layout.place(), layout.body());
    let doubt = note.doubt().map(|doubt| format!("! {} ", doubt.title())).unwrap_or_default();
    let room = usize::from(place.width).saturating_sub(width(&doubt) + 1);
    let left = Area { width: room as u16, ..place };
    let back = if note.from == Screen::Actions { "Actions" } else { "Clinics" };
    let column = canvas.put(left, 0, 1, &format!("‹ {back}"), StyleRole::Accent);
    let column = canvas.put(left, 0, column, " · ", StyleRole::Quiet);
    let key = note.session.case_key();
    let column = canvas.put_short(left, 0, column, key, StyleRole::Strong);
    let rest = note.title.strip_prefix(key).unwrap_or_default();
    canvas.put_short(left, 0, column, rest, StyleRole::Text);
    canvas.put_right(place, 0, room, &doubt, StyleRole::Bad);
    canvas.put_rule(layout.rule());
    page::draw(canvas, parts.page, &note.page, note.top, &Marks::default());
    let bar = Area { x: body.width.saturating_sub(1), width: 1, ..body };
    page::scroll_bar(canvas, bar, note.page.lines.len(), note.top);
    canvas.point(parts.page, 0, 0);
}
