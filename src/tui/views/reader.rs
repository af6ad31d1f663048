//! The reader: title, page, and on a wide screen outline and sources.

use crate::{
    app::{Area, Find, Model, Reader},
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

/// Rows of the outline that nothing else may take.
const MIN_OUTLINE: usize = 6;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(reader) = &model.reader else { return };
    let parts = model.layout().reader();
    let last = reader.page.lines.len().max(1);
    let below = (reader.top + usize::from(parts.page.height)).min(last);
    let star = if model.bookmarks.is_marked(&reader.id) { "★ " } else { "" };
    let place = format!("{star}{}% ", below * 100 / last);
    let left = Area { width: parts.title.width.saturating_sub(8), ..parts.title };
    let end = canvas.put_short(left, 0, 1, &reader.title, StyleRole::Heading);
    canvas.put_right(parts.title, 0, end, &place, StyleRole::Quiet);
    let marks = Marks {
        found: reader.find.as_ref().map_or(&[], |find| &find.found),
        current: reader.find.as_ref().map(|find| find.at),
        chosen: reader.chosen,
    };
    page::draw(canvas, parts.page, &reader.page, reader.top, &marks);
    match parts.side {
        Some(side) => {
            canvas.rule_before(side);
            outline(canvas, side, reader);
        }
        None if reader.outline_open => {
            let height = (reader.page.headings.len() + related_rows(reader)) as u16 + 5;
            let inner =
                canvas.frame(model.layout().dialog(64, height), "Outline ([ ]: move, o: close)");
            outline(canvas, inner, reader);
        }
        None => {}
    }
    if let Some(find) = &reader.find {
        find_line(canvas, model, find);
    }
    if canvas.cursor.is_none() {
        canvas.point(parts.page, 0, 0);
    }
}

/// The rows that what else to read takes: a blank one, its heading, and one each.
fn related_rows(reader: &Reader) -> usize {
    if reader.related.is_empty() { 0 } else { reader.related.len() + 2 }
}

fn outline(canvas: &mut Canvas<'_>, area: Area, reader: &Reader) {
    let height = usize::from(area.height).saturating_sub(2);
    // The outline goes before, and what else to read has what it leaves.
    let beside = Some(related_rows(reader)).filter(|rows| rows + MIN_OUTLINE <= height);
    let fit = height.saturating_sub(beside.unwrap_or(0) + 1);
    let current = reader.page.heading_at(reader.top);
    let first = current.unwrap_or(0).saturating_sub(fit.saturating_sub(1));
    canvas.put(area, 0, 1, "Outline", StyleRole::Quiet);
    let mut row = 1;
    for (at, (_, level, words)) in reader.page.headings.iter().enumerate().skip(first).take(fit) {
        let here = current == Some(at);
        let indent = 2 * usize::from(level.saturating_sub(2));
        canvas.put(area, row, 1, if here { "▸" } else { " " }, StyleRole::Accent);
        let role = if here { StyleRole::Strong } else { StyleRole::Text };
        canvas.put_short(area, row, 3 + indent, words, role);
        row += 1;
    }
    if beside.is_some() && !reader.related.is_empty() {
        canvas.put(area, row + 1, 1, "Read next", StyleRole::Quiet);
        for (at, (link, title)) in reader.related.iter().enumerate() {
            let number = link.map(|link| format!("({}) ", link + 1)).unwrap_or_default();
            let column = canvas.put(area, row + 2 + at, 3, &number, StyleRole::Quiet);
            canvas.put_short(area, row + 2 + at, column, title, StyleRole::Text);
        }
    }
    let links = reader.page.links.len();
    let bottom = usize::from(area.height).saturating_sub(1);
    if links > 0 {
        let count = format!("{links} links (Tab: select, Enter: open)");
        canvas.put_short(area, bottom, 1, &count, StyleRole::Quiet);
    }
}

fn find_line(canvas: &mut Canvas<'_>, model: &Model, find: &Find) {
    let area = model.layout().body();
    let row = usize::from(area.height).saturating_sub(1);
    let line = Area { y: area.y + row as u16, height: 1, ..area };
    canvas.clear(line);
    let column = canvas.put(line, 0, 1, "Find: ", StyleRole::Quiet);
    let layout = find.words.layout(usize::from(area.width));
    let end = canvas.put(line, 0, column, &layout.text, StyleRole::Strong);
    let count = match find.found.len() {
        0 if find.words.is_blank() => String::new(),
        0 => "not in this entry ".to_owned(),
        count => format!("{} of {count} · n N next, previous · Esc close ", find.at + 1),
    };
    canvas.put_right(line, 0, end + 1, &count, StyleRole::Quiet);
    if find.typing {
        canvas.point(line, 0, column + layout.caret.1);
    }
}
