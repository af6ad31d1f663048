//! The search line above the list of clinics, and what was found.

use crate::{
    app::{Area, Model, NoteSearch},
    search::Hit,
    text::show_date,
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::{local_date, search::snippet},
    },
    vault::NoteRow,
};

/// Lines of one note that was found.
const LINES: usize = 2;

/// Draws the search line in the row of the screen's name.
pub(super) fn line(canvas: &mut Canvas<'_>, area: Area, search: &NoteSearch) {
    let said = said(search);
    let room = Area { width: area.width.saturating_sub(said.chars().count() as u16 + 3), ..area };
    let layout = search.words.layout(usize::from(u16::MAX));
    let start = canvas.put(area, 0, 1, "Clinics", StyleRole::Title) + 2;
    let start = canvas.put(area, 0, start, "›", StyleRole::Marker) + 1;
    let fits = usize::from(room.width).saturating_sub(start + 1);
    let skip = layout.caret.1.saturating_sub(fits);
    let shown: String = layout.text.chars().skip(skip).collect();
    canvas.put(room, 0, start, &shown, StyleRole::Strong);
    canvas.put_right(area, 0, start, &format!("{said} "), StyleRole::Muted);
    canvas.point(area, 0, start + layout.caret.1 - skip);
}

/// How far it is, in a few words.
pub(super) fn said(search: &NoteSearch) -> String {
    match (&search.reading, &search.found) {
        (Some((done, total)), _) => format!("loading notes {done} of {total}"),
        (None, Some(Ok(results))) => match (results.total, results.hits.len()) {
            (1, _) => "1 note".to_owned(),
            (many, best) if best < many => format!("top {best} of {many} notes"),
            (many, _) => format!("{many} notes"),
        },
        (None, _) => String::new(),
    }
}

/// Draws what was found; false if everything is to be listed.
pub(super) fn found(canvas: &mut Canvas<'_>, model: &Model, area: Area, notes: &[NoteRow]) -> bool {
    let search = &model.clinics.search;
    let found = match &search.found {
        Some(Ok(found)) => found,
        Some(Err(why)) => {
            canvas.put_paragraph(inset(area), 0, why, StyleRole::Bad);
            return true;
        }
        None => return false,
    };
    let mut first = 0;
    if let Some(corrected) = &found.corrected {
        let text = format!("Showing results for: {corrected}");
        canvas.put_short(area, 0, 2, &text, StyleRole::Muted);
        first = 1;
    }
    let hits = model.clinics.found().unwrap_or_default();
    if hits.is_empty() {
        nothing(canvas, area, first, model);
        return true;
    }
    let below = Area { y: area.y + first, height: area.height.saturating_sub(first), ..area };
    rows(canvas, below, &hits, notes, model.clinics.chosen);
    true
}

fn nothing(canvas: &mut Canvas<'_>, area: Area, first: u16, model: &Model) {
    let elsewhere = model.clinics.count(None);
    let text = if model.clinics.search.reading.is_some() {
        "The notes are still loading. Matches appear as they are found."
    } else if elsewhere > 0 {
        "None of these notes match, but others do. Tab: show them."
    } else {
        "No notes match. Try fewer words, or only the beginning of a word. Put an exact phrase \"in quotation marks\". Esc: show all notes."
    };
    canvas.put_paragraph(inset(area), usize::from(first), text, StyleRole::Text);
}

fn inset(area: Area) -> Area {
    Area { x: area.x + 2, width: area.width.saturating_sub(4).min(76), ..area }
}

fn rows(canvas: &mut Canvas<'_>, area: Area, hits: &[&Hit], notes: &[NoteRow], chosen: usize) {
    let fit = (usize::from(area.height) / LINES).max(1);
    let first = chosen.saturating_sub(fit / 2).min(hits.len().saturating_sub(fit));
    for (at, hit) in hits.iter().enumerate().skip(first).take(fit) {
        let line = (at - first) * LINES;
        row(canvas, area, line, hit, notes);
        snippet(canvas, area, line + 1, hit);
        if at == chosen {
            canvas.paint_row(area, line, StyleRole::Chosen);
            canvas.put(area, line, 0, "▌", StyleRole::Marker);
        }
    }
}

/// Case key, format, date, status.
fn row(canvas: &mut Canvas<'_>, area: Area, line: usize, hit: &Hit, notes: &[NoteRow]) {
    let row = notes.iter().find(|row| row.id.to_string() == hit.id);
    let Some(Ok(head)) = row.map(|row| &row.head) else {
        canvas.put_short(area, line, 2, &hit.title, StyleRole::Strong);
        return;
    };
    let next = canvas.put_short(area, line, 2, &head.case_key, StyleRole::Strong) + 2;
    let text =
        format!("{} · {} · {}", head.title, show_date(local_date(head.updated)), head.status);
    canvas.put_short(area, line, next, &text, StyleRole::Text);
}
