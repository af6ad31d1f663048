//! A completed note.

use crate::{
    app::Model,
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(note) = &model.note else { return };
    let parts = model.layout().reader();
    let end = canvas.put_short(parts.title, 0, 1, &note.title, StyleRole::Heading);
    if let Some(doubt) = note.doubt() {
        canvas.put_right(parts.title, 0, end, &format!("{} ", doubt.title()), StyleRole::Bad);
    }
    page::draw(canvas, parts.page, &note.page, note.top, &Marks::default());
    canvas.point(parts.page, 0, 0);
}
