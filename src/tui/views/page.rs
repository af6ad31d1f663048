//! A page of an entry: its lines, with what is found and chosen marked.

use crate::{
    app::{Area, Mark, Page, PageMatch},
    text::width,
    tui::{
        canvas::Canvas,
        theme::{StyleRole, style_role_of},
    },
};

/// What is marked on a page.
#[derive(Default)]
pub(super) struct Marks<'a> {
    /// Places found.
    pub found: &'a [PageMatch],
    /// Which of them is shown now.
    pub current: Option<usize>,
    /// The chosen link, footnote mark or source.
    pub chosen: Option<Mark>,
}

/// Draws the page from a line on.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    area: Area,
    page: &Page,
    top: usize,
    marks: &Marks<'_>,
) {
    for (row, at) in (top..page.lines.len()).take(usize::from(area.height)).enumerate() {
        let line = &page.lines[at];
        let mut column = line.indent;
        for piece in &line.pieces {
            let chosen = piece.mark.is_some() && piece.mark == marks.chosen;
            let role = if chosen { StyleRole::Chosen } else { style_role_of(piece.role) };
            if chosen && canvas.cursor.is_none() {
                canvas.point(area, row, column);
            }
            column = canvas.put(area, row, column, &piece.text, role);
        }
        for (number, found) in marks.found.iter().enumerate() {
            let Some(range) = page.marked(at, found) else { continue };
            let text = page.source_text(at);
            let start = page.text_column(at) + width(&text[..range.start]);
            let current = marks.current == Some(number);
            let role = if current { StyleRole::Chosen } else { StyleRole::Match };
            canvas.put(area, row, start, &text[range], role);
            if current {
                canvas.point(area, row, start);
            }
        }
    }
}

/// Draws how much of so many lines is in view, from a line on, if that is not all.
pub(super) fn scroll_bar(canvas: &mut Canvas<'_>, area: Area, lines: usize, top: usize) {
    let height = usize::from(area.height);
    if lines <= height || height == 0 {
        return;
    }
    let thumb = (height * height / lines).max(1);
    let lowest = lines - height;
    let start = (top.min(lowest) * (height - thumb)).div_ceil(lowest);
    for row in 0..height {
        let (sign, role) = if (start..start + thumb).contains(&row) {
            ("┃", StyleRole::Accent)
        } else {
            ("│", StyleRole::Rule)
        };
        canvas.put(area, row, 0, sign, role);
    }
}
