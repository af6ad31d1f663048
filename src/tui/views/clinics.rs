//! The list of clinics, and above it the search line with what it found.

use jiff::civil::Date;

use crate::{
    app::{Area, Model, NoteSearch, VaultStatus},
    clinic::{Status, Subject},
    report::due::reviews_due,
    search::Hit,
    text::{LocalTime, counted, show_date},
    tui::{canvas::Canvas, theme::StyleRole, views::search::snippet},
    vault::{NoteHead, NoteRow, Verified},
};

/// Lines of one note that was found.
const HIT_LINES: usize = 2;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.layout().body();
    let search = &model.clinics.search;
    let mut above = 2;
    let has_notes = model.clinics.notes.as_ref().is_some_and(|notes| !notes.is_empty());
    if search.is_on() {
        search_line(canvas, area, search);
        if model.clinics.found().is_some() && model.clinics.count(None) > 0 {
            kinds(canvas, model, area, 1);
            above = 3;
        }
    } else {
        let mut end = canvas.put(area, 0, 1, "Clinics", StyleRole::Heading);
        if has_notes {
            end = kinds(canvas, model, area, 0);
        }
        if search.reading.is_some() {
            let said = format!("{} ", progress(search));
            canvas.put_right(area, 0, end, &said, StyleRole::Quiet);
        }
    }
    let below = Area { y: area.y + above, height: area.height.saturating_sub(above), ..area };
    let text: &str = match (&model.clinics.notes, &model.vault) {
        (Some(notes), VaultStatus::Open) if has_notes => {
            if !found(canvas, model, below, notes) {
                list(canvas, model, below);
            }
            return;
        }
        (Some(_), VaultStatus::Open) => {
            "No clinics yet. Ctrl-N: start one in the meeting format you choose. Ctrl-T: practise everything with a fictional case (nothing is saved)."
        }
        (None, VaultStatus::Open) => "Loading notes …",
        (_, VaultStatus::Locked) => {
            "The vault is locked. Press Enter to unlock it and list the clinics. Ctrl-T: practise with a fictional case (nothing is saved)."
        }
        (_, VaultStatus::Missing) => {
            "There is no vault for confidential notes yet. Ctrl-N: create one, with a passphrase and a recovery sheet, and start your first clinic. Ctrl-T: practise with a fictional case first (no passphrase needed, nothing is saved)."
        }
        (_, VaultStatus::Unusable(why)) => why,
        (_, VaultStatus::Unknown) => return,
    };
    canvas.explain(below, 2, text);
}

/// What the notes are about, with how many there are; which of them are shown. Returns the column
/// behind it.
fn kinds(canvas: &mut Canvas<'_>, model: &Model, area: Area, row: usize) -> usize {
    let tabs = [None].into_iter().chain(Subject::EVERY.map(Some)).map(|about| {
        let name = match about {
            None => "All",
            Some(Subject::Case) => "Cases",
            Some(Subject::Supervision) => "Supervision",
            Some(Subject::Service) => "Services",
        };
        (format!("{name} {}", model.clinics.count(about)), model.clinics.about == about)
    });
    let column = canvas.put_tabs(area, row, tabs);
    canvas.put_short(area, row, column + 1, "Tab: change", StyleRole::Quiet)
}

fn list(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let notes = model.clinics.rows();
    if notes.is_empty() {
        let about = model.clinics.about.map_or("such", Subject::code);
        let text = format!("There are no {about} notes. Tab: show the others.");
        return canvas.explain(area, 2, &text);
    }
    let due = reviews_due(model.clinics.notes.as_deref().unwrap_or_default(), model.today());
    let fit = usize::from(area.height).saturating_sub(1).max(1);
    let chosen = model.clinics.chosen;
    let first = chosen.saturating_sub(fit / 2).min(notes.len().saturating_sub(fit));
    let columns = columns(usize::from(area.width));
    for (name, at) in ["Case", "Format", "Status", "Changed", "Plan review"].iter().zip(columns) {
        canvas.put(area, 0, at, name, StyleRole::Quiet);
    }
    for (at, row) in notes.iter().enumerate().skip(first).take(fit) {
        let line = at - first + 1;
        if at == chosen {
            canvas.choose_rows(area, line, 1);
        }
        match &row.head {
            Ok(head) => {
                let changed = short_date(model.local.day(head.updated));
                let is_due = due.contains(&row.id);
                let review = head.next_review.map_or(String::new(), |day| review(day, is_due));
                let standing = standing(row, head);
                let cells = [&head.case_key, &head.title, &standing, &changed, &review];
                for (number, cell) in cells.into_iter().enumerate() {
                    let start = columns[number];
                    let end =
                        columns.get(number + 1).map_or(usize::from(area.width), |next| next - 1);
                    let cell_area = Area { width: end.min(usize::from(area.width)) as u16, ..area };
                    let role = match number {
                        0 => StyleRole::Strong,
                        4 if is_due => StyleRole::Warn,
                        _ => StyleRole::Text,
                    };
                    canvas.put_short(cell_area, line, start, cell, role);
                }
            }
            Err(damage) => {
                let text = format!("{} {}", damage.why, damage.advice);
                canvas.put_short(area, line, 2, &text, StyleRole::Bad);
            }
        }
        if at == chosen {
            if !model.clinics.search.typing {
                canvas.point(area, line, 2);
            }
        }
    }
}

/// The stage of a clinic that goes on, the status of one that is over; whether it is doubtful.
fn standing(row: &NoteRow, head: &NoteHead) -> String {
    let goes_on = head.status == Status::InProgress.code();
    let says = if goes_on { &head.stage } else { Status::title_of(&head.status) };
    let doubt = if matches!(row.verified, Verified::No(_)) { "(!) " } else { "" };
    format!("{doubt}{says}")
}

/// When the plan is reviewed; `due` before a day that has come.
fn review(day: Date, is_due: bool) -> String {
    format!("{}{}", if is_due { "due " } else { "" }, short_date(day))
}

/// `21 Nov 26`: a list has little room.
fn short_date(day: Date) -> String {
    day.strftime("%-d %b %y").to_string()
}

/// First columns of the cells: case, format, where it stands, changed, review.
fn columns(room: usize) -> [usize; 5] {
    const CASE: usize = 13;
    const CHANGED: usize = 10;
    const REVIEW: usize = 14;
    let spare = room.saturating_sub(2 + CASE + CHANGED + REVIEW);
    let format = spare * 4 / 7;
    let standing_at = 2 + CASE + format;
    let changed_at = 2 + CASE + spare;
    [2, 2 + CASE, standing_at, changed_at, changed_at + CHANGED]
}

/// Draws the search line in the row of the screen's name.
fn search_line(canvas: &mut Canvas<'_>, area: Area, search: &NoteSearch) {
    let progress = progress(search);
    let room =
        Area { width: area.width.saturating_sub(progress.chars().count() as u16 + 3), ..area };
    let start = canvas.put(area, 0, 1, "Clinics", StyleRole::Heading) + 2;
    let start = canvas.put(area, 0, start, "›", StyleRole::Accent) + 1;
    let fits = usize::from(room.width).saturating_sub(start + 1);
    let caret = canvas.put_typed(room, 0, start, &search.words, fits);
    canvas.put_right(area, 0, start, &format!("{progress} "), StyleRole::Quiet);
    canvas.point(area, 0, caret);
}

/// How far it is, in a few words.
fn progress(search: &NoteSearch) -> String {
    match (&search.reading, &search.found) {
        (Some((done, total)), _) => format!("loading notes {done} of {total}"),
        (None, Some(Ok(results))) => match (results.total, results.hits.len()) {
            (many, best) if best < many => format!("best {best} of {many} matching notes"),
            (many, _) => counted(many, "note", "notes"),
        },
        (None, _) => String::new(),
    }
}

/// Draws what was found; false if everything is to be listed.
fn found(canvas: &mut Canvas<'_>, model: &Model, area: Area, notes: &[NoteRow]) -> bool {
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
        canvas.put_short(area, 0, 2, &text, StyleRole::Quiet);
        first = 1;
    }
    let hits = model.clinics.found().unwrap_or_default();
    if hits.is_empty() {
        nothing_found(canvas, area, first, model);
        return true;
    }
    let below = Area { y: area.y + first, height: area.height.saturating_sub(first), ..area };
    hit_rows(canvas, below, &hits, notes, model);
    true
}

fn nothing_found(canvas: &mut Canvas<'_>, area: Area, first: u16, model: &Model) {
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

fn hit_rows(canvas: &mut Canvas<'_>, area: Area, hits: &[&Hit], notes: &[NoteRow], model: &Model) {
    let chosen = model.clinics.chosen;
    let fit = (usize::from(area.height) / HIT_LINES).max(1);
    let first = chosen.saturating_sub(fit / 2).min(hits.len().saturating_sub(fit));
    for (at, hit) in hits.iter().enumerate().skip(first).take(fit) {
        let line = (at - first) * HIT_LINES;
        let row = notes.iter().find(|row| row.id.to_string() == hit.id);
        if at == chosen {
            canvas.choose_rows(area, line, HIT_LINES);
        }
        hit_row(canvas, area, line, hit, row, &model.local);
        snippet(canvas, area, line + 1, hit);
    }
}

/// Case key, format, date, status.
fn hit_row(
    canvas: &mut Canvas<'_>,
    area: Area,
    line: usize,
    hit: &Hit,
    row: Option<&NoteRow>,
    local: &LocalTime,
) {
    let Some(Ok(head)) = row.map(|row| &row.head) else {
        canvas.put_short(area, line, 2, &hit.title, StyleRole::Strong);
        return;
    };
    let next = canvas.put_short(area, line, 2, &head.case_key, StyleRole::Strong) + 2;
    let (day, status) = (show_date(local.day(head.updated)), Status::title_of(&head.status));
    let text = format!("{} · {day} · {status}", head.title);
    canvas.put_short(area, line, next, &text, StyleRole::Text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_in_order_and_inside_at_every_width() {
        for room in 60..200 {
            let columns = columns(room);
            assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "{columns:?} at {room}");
            assert!(columns[4] + "due 22 Nov 26".len() < room, "{columns:?} at {room}");
        }
    }
}
