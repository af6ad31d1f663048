//! The reader: where one is, the page with its scroll bar, and at the right what is in the entry and what else to read.

use std::iter;

use crate::{
    app::{Area, Find, MARGIN, Model, Reader, Screen},
    text::{paragraphs, width},
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

/// Columns of the outline where it lies over the page.
const OVERLAY_COLUMNS: u16 = 44;
const IN_THIS_ENTRY: &str = "In this entry";
/// The name of the part before the first heading.
const ANSWER: &str = "In short";

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(reader) = &model.reader else { return };
    let (layout, parts) = (model.layout(), model.layout().reader());
    place(canvas, model, reader);
    canvas.put_rule(layout.rule());
    let marks = Marks {
        found: reader.find.as_ref().map_or(&[], |find| &find.found),
        current: reader.find.as_ref().map(|find| find.at),
        chosen: reader.chosen,
    };
    page::draw(canvas, parts.page, &reader.page, reader.top, &marks);
    let body = layout.body();
    let bar = match parts.side {
        Some(side) => {
            canvas.rule_before(side);
            let height = usize::from(body.height);
            let lines = outline_lines(reader, side.width, height, height.saturating_sub(2));
            canvas.put(side, 0, 0, IN_THIS_ENTRY, StyleRole::Quiet);
            outline(canvas, side.below(2), &lines, 0);
            side.x.saturating_sub(2)
        }
        None => body.width.saturating_sub(1),
    };
    let bar = Area { x: bar, width: 1, ..body };
    page::scroll_bar(canvas, bar, reader.page.lines.len(), reader.top);
    if parts.side.is_none() && reader.outline_open {
        overlay(canvas, body, reader);
    }
    if let Some(find) = &reader.find {
        find_line(canvas, layout.rule(), find);
    }
    if canvas.cursor.is_none() {
        canvas.point(parts.page, 0, 0);
    }
}

/// What Esc leads back to, and how far one has read.
fn place(canvas: &mut Canvas<'_>, model: &Model, reader: &Reader) {
    let area = model.layout().place();
    let height = usize::from(model.layout().reader().page.height);
    let last = reader.page.lines.len().max(1);
    let read = (reader.top + height).min(last) * 100 / last;
    let parts = reader.page.headings.len() + 1;
    let part = reader.part(height).map_or(1, |at| at + 2);
    let star = if model.bookmarks.is_marked(&reader.id) { "★ " } else { "" };
    let progress = format!("{star}part {part} of {parts} · {read} % ");
    let room = usize::from(area.width).saturating_sub(width(&progress) + 2);
    let left = Area { width: room as u16, ..area };
    let column = canvas.put(left, 0, 1, "‹ ", StyleRole::Accent);
    let back = back(model, reader);
    let column = canvas.put_short(left, 0, column, &back, StyleRole::Text);
    canvas.put_short(
        left,
        0,
        column,
        &format!(" · {}", whereabouts(model, reader)),
        StyleRole::Quiet,
    );
    canvas.put_right(area, 0, room, &progress, StyleRole::Quiet);
}

/// What Esc leads back to.
fn back(model: &Model, reader: &Reader) -> String {
    let behind = model.library.as_ref().and_then(|library| reader.behind_guide(library));
    if let Some(title) = behind {
        return title.to_owned();
    }
    match model.reader_from {
        Screen::Search | Screen::Reader => {
            let typed = model.search.query.text();
            let typed = typed.trim();
            if typed.is_empty() { "Search".to_owned() } else { typed.to_owned() }
        }
        Screen::Clinics | Screen::Completed => "Clinics".to_owned(),
        Screen::Clinic => {
            let clinic = model.clinic.as_ref();
            clinic.map_or("Clinics", |clinic| clinic.session.case_key()).to_owned()
        }
        Screen::HandOver => "Hand over".to_owned(),
        Screen::Note => model.note.as_ref().map_or("Clinics", |note| &note.title).to_owned(),
        Screen::Actions => "Actions".to_owned(),
        Screen::Insight => "Insight".to_owned(),
        Screen::Vault => "Vault".to_owned(),
        Screen::Settings => "Settings".to_owned(),
        Screen::Locked => "Locked".to_owned(),
    }
}

/// The place among what was found, or else the title.
fn whereabouts(model: &Model, reader: &Reader) -> String {
    let search = &model.search;
    let found = search.results.as_ref().filter(|_| model.reader_from == Screen::Search);
    let hit = found.and_then(|results| results.hits.iter().position(|hit| hit.id == reader.id));
    match (hit, found) {
        (Some(at), Some(results)) => {
            let place = format!("{} of {}", at + 1, results.total);
            // Once the title is out of view it is said here.
            if reader.top == 0 { place } else { format!("{place} · {}", reader.title) }
        }
        _ => reader.title.clone(),
    }
}

/// A line of the outline.
enum OutlineLine {
    Empty,
    /// A row of a part: whether it is in view, how deep it is, its words and a number behind them.
    Part(bool, usize, String, Option<usize>),
    ReadOn,
    /// A row of what else to read: the number before its first row.
    Other(Option<usize>, String),
}

/// What is in the entry and what else to read, in so many columns and at most so many rows. What is in the entry goes
/// before what else to read. What is too wide is broken as long as there is room.
fn outline_lines(reader: &Reader, width: u16, page: usize, height: usize) -> Vec<OutlineLine> {
    let columns = width.saturating_sub(MARGIN);
    let parts = reader.page.headings.len() + 1;
    let related = if reader.related.is_empty() { 0 } else { reader.related.len() + 3 };
    let related = Some(related).filter(|rows| *rows > 0 && parts + rows <= height);
    let mut spare = height.saturating_sub(parts + related.unwrap_or(0));
    let mut rows = |text: &str, indent: usize| -> Vec<String> {
        let rows = paragraphs(text, columns.saturating_sub(indent as u16));
        let more = rows.len().saturating_sub(1);
        if more > spare {
            return vec![text.to_owned()];
        }
        spare -= more;
        rows
    };
    let here = reader.part(page);
    let shown = reader.page.headings.iter().enumerate().map(|(at, (line, level, words))| {
        let is_sources = reader.page.sources_at == Some(*line);
        (Some(at), *level, words.as_str(), is_sources.then_some(reader.page.source_count))
    });
    let mut lines = Vec::new();
    for (at, level, words, number) in iter::once((None, 2, ANSWER, None)).chain(shown) {
        let indent = 2 * usize::from(level.saturating_sub(2));
        let mut rows = rows(words, indent);
        let last = rows.pop().unwrap_or_default();
        let is_here = at == here;
        lines.extend(rows.into_iter().map(|row| OutlineLine::Part(is_here, indent, row, None)));
        lines.push(OutlineLine::Part(is_here, indent, last, number));
    }
    if related.is_some() {
        lines.extend([OutlineLine::Empty, OutlineLine::ReadOn, OutlineLine::Empty]);
        for (link, title) in &reader.related {
            let mut number = link.map(|link| link + 1);
            let rows = rows(title, 0).into_iter();
            lines.extend(rows.map(|row| OutlineLine::Other(number.take(), row)));
        }
    }
    // The part in view stays in view.
    let here = lines.iter().rposition(|line| matches!(line, OutlineLine::Part(true, ..)));
    lines.drain(..(here.unwrap_or(0) + 1).saturating_sub(height));
    lines.truncate(height);
    lines
}

/// The outline over the right side of a narrow page.
fn overlay(canvas: &mut Canvas<'_>, body: Area, reader: &Reader) {
    let width = OVERLAY_COLUMNS.min(body.width.saturating_sub(MARGIN + 1));
    let inner = width.saturating_sub(6);
    // A free row under the rule, which the frame keeps around itself.
    let room = body.height.saturating_sub(5);
    let lines = outline_lines(reader, inner, body.height.into(), room.into());
    let height = u16::try_from(lines.len()).unwrap_or(room).min(room);
    let x = body.x + body.width.saturating_sub(width + 1);
    let frame = Area { x, y: body.y + 1, width, height: height + 4 };
    canvas.frame(frame, IN_THIS_ENTRY);
    // The focus bar stands in the first of the two free columns inside the border.
    outline(canvas, Area { x: x + 1, y: frame.y + 2, width: inner + 4, height }, &lines, 2);
}

/// Puts the outline into an area with so many columns left of it for the focus bar, or with a margin of its own.
fn outline(canvas: &mut Canvas<'_>, area: Area, lines: &[OutlineLine], left: usize) {
    let margin = usize::from(MARGIN);
    let text = if left == 0 { margin } else { left };
    for (row, line) in lines.iter().enumerate() {
        match line {
            OutlineLine::Empty => {}
            OutlineLine::ReadOn => {
                canvas.put(area, row, left, "Read on", StyleRole::Quiet);
            }
            OutlineLine::Part(here, indent, words, number) => {
                if *here {
                    canvas.choose_rows(area, row, 1);
                }
                let role = if *here { StyleRole::Strong } else { StyleRole::Text };
                let column = canvas.put_short(area, row, text + indent, words, role);
                if let Some(number) = number {
                    canvas.put(area, row, column + 1, &number.to_string(), StyleRole::Quiet);
                }
            }
            OutlineLine::Other(number, words) => {
                if let Some(number) = number {
                    canvas.put(area, row, left, &number.to_string(), StyleRole::Heading);
                }
                canvas.put_short(area, row, left + margin, words, StyleRole::Link);
            }
        }
    }
}

/// The words that are looked for, in the rule above the page.
fn find_line(canvas: &mut Canvas<'_>, area: Area, find: &Find) {
    let column = canvas.put(area, 0, 3, " Find: ", StyleRole::Quiet);
    let caret = canvas.put_typed(area, 0, column, &find.words, usize::from(area.width / 2));
    let end = canvas.put(area, 0, column + width(&find.words.text()), " ", StyleRole::Text);
    let count = match find.found.len() {
        0 if find.words.is_blank() => String::new(),
        0 => " not in this entry ".to_owned(),
        count => format!(" {} of {count} ", find.at + 1),
    };
    let right = Area { width: area.width.saturating_sub(3), ..area };
    canvas.put_right(right, 0, end + 1, &count, StyleRole::Quiet);
    if find.typing {
        canvas.point(area, 0, caret);
    }
}
