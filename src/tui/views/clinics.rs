//! The list of clinics.

use jiff::civil::Date;

use crate::{
    app::{Area, Model, VaultStatus},
    clinic::{Status, Subject},
    report::due::reviews_due,
    text::wrap,
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::{local_date, note_search},
    },
    vault::{NoteHead, NoteRow, Verified},
};

/// Draws the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.body();
    let search = &model.clinics.search;
    let mut above = 2;
    let has_notes = model.clinics.notes.as_ref().is_some_and(|notes| !notes.is_empty());
    if search.is_on() {
        note_search::line(canvas, area, search);
        if model.clinics.found().is_some() && model.clinics.count(None) > 0 {
            kinds(canvas, model, area, 1);
            above = 3;
        }
    } else {
        let mut end = canvas.put(area, 0, 1, "Clinics", StyleRole::Title);
        if has_notes {
            end = kinds(canvas, model, area, 0);
        }
        if search.reading.is_some() {
            let said = format!("{} ", note_search::said(search));
            canvas.put_right(area, 0, end, &said, StyleRole::Muted);
        }
    }
    let below = Area { y: area.y + above, height: area.height.saturating_sub(above), ..area };
    match (&model.clinics.notes, &model.vault) {
        (Some(notes), VaultStatus::Open) if has_notes => {
            if !note_search::found(canvas, model, below, notes) {
                list(canvas, model, below);
            }
        }
        (Some(_), VaultStatus::Open) => explain(
            canvas,
            below,
            "No clinics yet. Ctrl-N: start one in the meeting format you choose. Ctrl-T: practise everything with a fictional case (nothing is saved).",
        ),
        (None, VaultStatus::Open) => explain(canvas, below, "Loading notes …"),
        (_, VaultStatus::Locked) => explain(
            canvas,
            below,
            "The vault is locked. Press Enter to unlock it and list the clinics. Ctrl-T: practise with a fictional case (nothing is saved).",
        ),
        (_, VaultStatus::Missing) => explain(
            canvas,
            below,
            "There is no vault for confidential notes yet. Ctrl-N: create one, with a passphrase and a recovery sheet, and start your first clinic. Ctrl-T: practise with a fictional case first (no passphrase needed, nothing is saved).",
        ),
        (_, VaultStatus::Unusable(why)) => explain(canvas, below, why),
        (_, VaultStatus::Unknown) => {}
    }
}

/// What the notes are about, with how many there are; which of them are shown. Returns the column
/// behind it.
fn kinds(canvas: &mut Canvas<'_>, model: &Model, area: Area, row: usize) -> usize {
    let mut column = 11;
    for about in [None].into_iter().chain(Subject::EVERY.map(Some)) {
        let shown = model.clinics.about == about;
        let name = match about {
            None => "All",
            Some(Subject::Case) => "Cases",
            Some(Subject::Supervision) => "Supervision",
            Some(Subject::Service) => "Service",
        };
        let text = format!("{name} {}", model.clinics.count(about));
        let role = if shown { StyleRole::Strong } else { StyleRole::Muted };
        column = canvas.put(area, row, column, if shown { "▸" } else { " " }, StyleRole::Marker);
        column = canvas.put(area, row, column + 1, &text, role) + 2;
    }
    canvas.put_short(area, row, column + 1, "Tab: change", StyleRole::Muted)
}

fn explain(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    for (row, range) in
        wrap(text, usize::from(area.width).min(78).saturating_sub(4)).into_iter().enumerate()
    {
        canvas.put(area, row, 2, &text[range], StyleRole::Text);
    }
    canvas.point(area, 0, 2);
}

fn list(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let notes = model.clinics.rows();
    if notes.is_empty() {
        let about = model.clinics.about.map_or("such", Subject::code);
        return explain(
            canvas,
            area,
            &format!("There are no {about} notes. Tab: show the others."),
        );
    }
    let due = reviews_due(model.clinics.notes.as_deref().unwrap_or_default(), model.today());
    let fit = usize::from(area.height).saturating_sub(1).max(1);
    let chosen = model.clinics.chosen;
    let first = chosen.saturating_sub(fit / 2).min(notes.len().saturating_sub(fit));
    let columns = columns(usize::from(area.width));
    for (name, at) in ["Case", "Format", "Status", "Changed", "Plan review"].iter().zip(columns) {
        canvas.put(area, 0, at, name, StyleRole::Muted);
    }
    for (at, row) in notes.iter().enumerate().skip(first).take(fit) {
        let line = at - first + 1;
        match &row.head {
            Ok(head) => {
                let changed = short_date(local_date(head.updated));
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
                        4 if is_due => StyleRole::Caution,
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
            canvas.paint_row(area, line, StyleRole::Chosen);
            canvas.put(area, line, 0, "▌", StyleRole::Marker);
            if !model.clinics.search.typing {
                canvas.point(area, line, 2);
            }
        }
    }
}

/// The stage of a clinic that goes on, the status of one that is over; whether it is doubtful.
fn standing(row: &NoteRow, head: &NoteHead) -> String {
    let goes_on = head.status == Status::InProgress.title();
    let says = if goes_on { &head.stage } else { &head.status };
    let doubt = if matches!(row.verified, Verified::No(_)) { "(!) " } else { "" };
    format!("{doubt}{says}")
}

/// When the plan is reviewed; a day that has come, in words.
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
