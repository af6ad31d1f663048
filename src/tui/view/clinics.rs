//! The list of clinics.

use jiff::civil::Date;

use crate::{
    app::{Area, Model, VaultLook, reviews_due},
    clinic::Subject,
    text::{show_date, wrap},
    tui::{canvas::Canvas, theme::Look},
    vault::Verified,
};

/// Draws the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.body();
    canvas.put(area, 0, 1, "Clinics", Look::Title);
    if model.clinics.notes.as_ref().is_some_and(|notes| !notes.is_empty()) {
        kinds(canvas, model, area);
    }
    let below = Area { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    match (&model.clinics.notes, &model.vault) {
        (Some(notes), VaultLook::Open) if !notes.is_empty() => list(canvas, model, below),
        (Some(_), VaultLook::Open) => explain(
            canvas,
            below,
            "No clinic yet. Ctrl-N starts one, in the format you choose; Ctrl-T walks through a fictional case with everything switched on and saves nothing.",
        ),
        (None, VaultLook::Open) => explain(canvas, below, "Reading the notes …"),
        (_, VaultLook::Locked) => explain(
            canvas,
            below,
            "The vault is locked. Enter unlocks it and lists the clinics; Ctrl-T walks through a fictional case and saves nothing.",
        ),
        (_, VaultLook::Missing) => explain(
            canvas,
            below,
            "There is no vault for confidential notes yet. Ctrl-N makes one, with a passphrase and a recovery sheet, and starts the first clinic. Ctrl-T walks through a fictional case first; it asks for nothing and saves nothing.",
        ),
        (_, VaultLook::Unusable(why)) => explain(canvas, below, why),
        (_, VaultLook::Unknown) => {}
    }
}

/// What the notes are about, with how many there are; which of them are shown.
fn kinds(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let mut column = 11;
    for about in [None].into_iter().chain(Subject::EVERY.map(Some)) {
        let shown = model.clinics.about == about;
        let name = about.map_or("all", Subject::plural);
        let text = format!("{name} {}", model.clinics.count(about));
        let look = if shown { Look::Strong } else { Look::Muted };
        column = canvas.put(area, 0, column, if shown { "▸" } else { " " }, Look::Marker);
        column = canvas.put(area, 0, column + 1, &text, look) + 2;
    }
    canvas.put_short(area, 0, column + 1, "Tab changes", Look::Muted);
}

fn explain(canvas: &mut Canvas<'_>, area: Area, text: &str) {
    for (row, range) in
        wrap(text, usize::from(area.width).min(78).saturating_sub(4)).into_iter().enumerate()
    {
        canvas.put(area, row, 2, &text[range], Look::Text);
    }
    canvas.point(area, 0, 2);
}

fn list(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let notes = model.clinics.rows();
    if notes.is_empty() {
        let about = model.clinics.about.map_or("this", Subject::code);
        return explain(canvas, area, &format!("There is no {about} note. Tab shows the others."));
    }
    let due = reviews_due(model.clinics.notes.as_deref().unwrap_or_default(), model.today());
    let fit = usize::from(area.height).saturating_sub(1).max(1);
    let chosen = model.clinics.chosen;
    let first = chosen.saturating_sub(fit / 2).min(notes.len().saturating_sub(fit));
    let columns = columns(usize::from(area.width));
    for (name, at) in ["Case", "Format", "Stage", "Status", "Changed", "Review"].iter().zip(columns)
    {
        canvas.put(area, 0, at, name, Look::Muted);
    }
    for (at, row) in notes.iter().enumerate().skip(first).take(fit) {
        let line = at - first + 1;
        match &row.head {
            Ok(head) => {
                let changed = show_date(local_date(head.updated));
                let is_due = due.contains(&row.id);
                let review = head.next_review.map_or(String::new(), |day| review(day, is_due));
                let doubt = if matches!(row.verified, Verified::No(_)) { " (!)" } else { "" };
                let status = format!("{}{doubt}", head.status);
                let cells = [&head.case_key, &head.title, &head.stage, &status, &changed, &review];
                for (number, cell) in cells.into_iter().enumerate() {
                    let start = columns[number];
                    let end =
                        columns.get(number + 1).map_or(usize::from(area.width), |next| next - 1);
                    let cell_area = Area { width: end.min(usize::from(area.width)) as u16, ..area };
                    let look = match number {
                        0 => Look::Strong,
                        5 if is_due => Look::Caution,
                        _ => Look::Text,
                    };
                    canvas.put_short(cell_area, line, start, cell, look);
                }
            }
            Err(damage) => {
                let text = format!("{} {} {}", damage.file.display(), damage.why, damage.advice);
                canvas.put_short(area, line, 2, &text, Look::Bad);
            }
        }
        if at == chosen {
            canvas.paint_row(area, line, Look::Chosen);
            canvas.put(area, line, 0, "▌", Look::Marker);
            canvas.point(area, line, 2);
        }
    }
}

/// The review date; one that has come, in words that fit beside the others.
fn review(day: Date, is_due: bool) -> String {
    if is_due { format!("due {}", day.strftime("%-d %b %y")) } else { show_date(day) }
}

/// First columns of the cells: case, format, stage, status, changed, review.
fn columns(room: usize) -> [usize; 6] {
    let fixed = 2 + 15 + 14 + 13 + 12;
    let spare = room.saturating_sub(fixed);
    let format = spare * 2 / 5;
    let stage = spare - format;
    let title_at = 2 + 15;
    [
        2,
        title_at,
        title_at + format,
        title_at + format + stage,
        title_at + format + stage + 14,
        title_at + format + stage + 27,
    ]
}

fn local_date(at: jiff::Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::system()).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_in_order_and_inside_at_every_width() {
        for room in 60..200 {
            let columns = columns(room);
            assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "{columns:?} at {room}");
            assert!(columns[5] + 11 <= room + 1, "{columns:?} at {room}");
        }
    }
}
