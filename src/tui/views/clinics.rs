//! The list of clinics in its groups, and above it the search line with what it found.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    app::{Area, MARGIN, MAX_PROSE, Model, NoteGroup, NoteSearch, VaultStatus},
    clinic::{Status, Subject},
    search::Hit,
    services::NoteAuthor,
    text::{LocalTime, counted, show_date, width, wrap},
    tui::{canvas::Canvas, theme::StyleRole, views::search::snippet},
    vault::{NoteHead, NoteId, NoteRow, Verified},
};

/// Lines of one note that was found, and the empty one below it.
const HIT_LINES: usize = 3;
/// The first column of text.
const TEXT: usize = MARGIN as usize;
const HEADS: [&str; 5] = ["Case", "Format", "Status", "Changed", "Plan review"];

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    let (place, rule, body) = (layout.place(), layout.rule(), layout.body());
    canvas.put_rule(rule);
    let search = &model.clinics.search;
    let end = canvas.put(place, 0, 1, "Clinics", StyleRole::Heading);
    let has_notes = model.clinics.notes.as_ref().is_some_and(|notes| !notes.is_empty());
    let progress = progress(search);
    if search.is_on() {
        let room = usize::from(place.width).saturating_sub(end + width(&progress) + 8);
        let start = canvas.put(place, 0, end + 2, "›", StyleRole::Accent) + 1;
        let caret = canvas.put_typed(place, 0, start, &search.words, room);
        canvas.put_right(place, 0, caret + 1, &format!("{progress} "), StyleRole::Quiet);
        canvas.point(place, 0, caret);
        if model.clinics.found().is_some() && model.clinics.count(None) > 0 {
            let end = subjects(canvas, model, rule);
            canvas.put(rule, 0, 9, " ", StyleRole::Text);
            canvas.put(rule, 0, end, " ", StyleRole::Text);
        }
    } else {
        let end = if has_notes { subjects(canvas, model, place) } else { end };
        canvas.put_right(place, 0, end + 1, &format!("{progress} "), StyleRole::Quiet);
    }
    let notes = match (&model.clinics.notes, &model.vault) {
        (Some(notes), VaultStatus::Open) if has_notes => notes,
        _ => return explain(canvas, model, body),
    };
    if !found(canvas, model, body, notes) {
        list(canvas, model, body);
    }
}

/// Says why there is no list, and what keys do now.
fn explain(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let area = area.below(1);
    let practise = ("Ctrl-T", "Practise with a fictional case (nothing is saved)");
    match (&model.clinics.notes, &model.vault) {
        (Some(_), VaultStatus::Open) => canvas.explain_keys(
            area,
            "No clinics yet.",
            &[("Ctrl-N", "Start one in the meeting format you choose"), practise],
        ),
        (None, VaultStatus::Open) => canvas.explain(area, TEXT, "Loading notes …"),
        (_, VaultStatus::Locked) => canvas.explain_keys(
            area,
            "The vault is locked.",
            &[("Enter", "Unlock it and list the clinics"), practise],
        ),
        (_, VaultStatus::Missing) => canvas.explain_keys(
            area,
            "There is no vault for confidential notes yet.",
            &[
                (
                    "Enter",
                    "Create it now, alone and before your first meeting: choose a passphrase, write down a recovery sheet. It takes about ten minutes",
                ),
                ("Ctrl-N", "Create it, and start your first clinic straight after"),
                (
                    "Ctrl-T",
                    "Practise with a fictional case first (no passphrase needed, nothing is saved)",
                ),
            ],
        ),
        (_, VaultStatus::Unusable(why)) => canvas.explain(area, TEXT, why),
        (_, VaultStatus::Unknown) => {}
    }
}

/// What the notes are about, with how many there are; which of them are shown. Returns the column
/// behind it.
fn subjects(canvas: &mut Canvas<'_>, model: &Model, area: Area) -> usize {
    let tabs = [None].into_iter().chain(Subject::EVERY.map(Some)).map(|about| {
        let name = match about {
            None => "All",
            Some(Subject::Case) => "Cases",
            Some(Subject::Supervision) => "Supervision",
            Some(Subject::Service) => "Services",
        };
        (format!("{name} {}", model.clinics.count(about)), model.clinics.about == about)
    });
    canvas.put_tabs(area, 0, tabs)
}

/// A line of the list.
enum ListLine<'a> {
    Empty,
    Group(NoteGroup),
    /// The note with this number, and which of its lines.
    Note(usize, &'a NoteRow, usize),
}

fn list(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let notes = model.clinics.rows();
    if notes.is_empty() {
        let about = model.clinics.about.map_or("such", Subject::code);
        let text = format!("There are no {about} notes. Tab: show the others.");
        return canvas.explain(area.below(1), TEXT, &text);
    }
    let columns = Columns::of(&notes, &model.clinics.authors, usize::from(area.text().width));
    let mut lines = Vec::new();
    let mut group = None;
    for (at, row) in notes.iter().enumerate() {
        let own = Some(model.clinics.group(row));
        if let Some(new) = own.filter(|_| own != group) {
            if group.is_some() {
                lines.push(ListLine::Empty);
            }
            lines.push(ListLine::Group(new));
            group = own;
        }
        lines.extend((0..columns.height(row)).map(|line| ListLine::Note(at, row, line)));
    }
    let chosen = model.clinics.chosen;
    let own = |line: &ListLine<'_>| matches!(line, ListLine::Note(at, ..) if *at == chosen);
    let begin = lines.iter().position(own).unwrap_or(0);
    for (head, at) in HEADS.iter().zip(columns.starts()) {
        canvas.put(area, 0, at, head, StyleRole::Quiet);
    }
    let below = area.below(1);
    let fit = usize::from(below.height).max(1);
    let first = begin.saturating_sub(fit / 2).min(lines.len().saturating_sub(fit));
    for (at, line) in lines.iter().skip(first).take(fit).enumerate() {
        match line {
            ListLine::Empty => {}
            ListLine::Group(group) => {
                canvas.put(below, at, TEXT, group.title(), StyleRole::Heading);
            }
            ListLine::Note(number, row, part) => {
                if *number == chosen {
                    canvas.choose_rows(below, at, 1);
                }
                columns.put(canvas, below, at, model, row, *part);
            }
        }
    }
    if !model.clinics.search.typing {
        canvas.point(below, begin - first, TEXT);
    }
}

/// Columns of the cells: case, format, where it stands, changed, review. They are as wide as what stands in them; where
/// there is no room for that, format and status break to lines.
struct Columns<'a> {
    authors: &'a BTreeMap<NoteId, NoteAuthor>,
    widths: [usize; 5],
    gap: usize,
    room: usize,
}

impl<'a> Columns<'a> {
    const DATE: usize = "21 Nov 26".len();
    const REVIEW: usize = "due 21 Nov 26".len();
    /// The widest case key that gets a column of its own.
    const CASE: usize = 20;

    fn of(notes: &[&NoteRow], authors: &'a BTreeMap<NoteId, NoteAuthor>, room: usize) -> Self {
        let heads = notes.iter().filter_map(|row| Some((row, row.head.as_ref().ok()?)));
        let mut widths = HEADS.map(width);
        for (row, head) in heads {
            widths[0] = widths[0].max(width(&head.case_key)).min(Self::CASE);
            widths[1] = widths[1].max(width(&head.title));
            widths[2] = widths[2].max(width(&standing(row, head)));
        }
        (widths[3], widths[4]) = (Self::DATE, Self::REVIEW);
        let wanted: usize = widths.iter().sum();
        let gap = (room.saturating_sub(wanted) / 4).clamp(2, 4);
        let spare = room.saturating_sub(widths[0] + widths[3] + widths[4] + 4 * gap);
        if widths[1] + widths[2] > spare {
            let format = (spare * widths[1] / (widths[1] + widths[2])).max(1);
            (widths[1], widths[2]) = (format, spare.saturating_sub(format).max(1));
        }
        Self { authors, widths, gap, room }
    }

    fn starts(&self) -> [usize; 5] {
        let mut at = TEXT;
        self.widths.map(|width| {
            let start = at;
            at += width + self.gap;
            start
        })
    }

    /// How many lines a note has.
    fn height(&self, row: &NoteRow) -> usize {
        let lines = |text: &str, columns| {
            if width(text) <= columns { 1 } else { wrap(text, columns).len() }
        };
        match &row.head {
            Ok(head) => {
                let cells = lines(&head.title, self.widths[1])
                    .max(lines(&standing(row, head), self.widths[2]));
                cells + usize::from(self.has_line_below(row, head))
            }
            Err(damage) => {
                lines(&format!("{} {}", damage.why, damage.advice), self.damage_columns())
            }
        }
    }

    /// Whether a line below says who wrote it, or what it was about.
    fn has_line_below(&self, row: &NoteRow, head: &NoteHead) -> bool {
        head.question.is_some() || self.authors.contains_key(&row.id)
    }

    fn damage_columns(&self) -> usize {
        self.room.saturating_sub(2).min(usize::from(MAX_PROSE))
    }

    /// Puts one line of a note.
    fn put(
        &self,
        canvas: &mut Canvas<'_>,
        area: Area,
        at: usize,
        model: &Model,
        row: &NoteRow,
        part: usize,
    ) {
        let head = match &row.head {
            Ok(head) => head,
            Err(damage) => {
                if part == 0 {
                    canvas.put(area, at, TEXT, "!", StyleRole::Bad);
                }
                let text = format!("{} {}", damage.why, damage.advice);
                if let Some(range) = wrap(&text, self.damage_columns()).into_iter().nth(part) {
                    canvas.put_warning_line(area, at, TEXT + 2, &text, range);
                }
                return;
            }
        };
        // Who wrote it and what it was about stand below what it is called.
        if self.has_line_below(row, head) && part + 1 == self.height(row) {
            let room = Area { width: area.text().x + area.text().width - area.x, ..area };
            let author = self.authors.get(&row.id).map(from);
            let mut end = TEXT;
            if let Some(author) = &author {
                end = canvas.put_short(room, at, end, author, StyleRole::Text);
            }
            if let Some(question) = &head.question {
                let gap = if author.is_some() { " · " } else { "" };
                let held = format!("{gap}{} · ", short_date(model.local.day(head.created)));
                end = canvas.put_short(room, at, end, &held, StyleRole::Quiet);
                canvas.put_short(room, at, end, question, StyleRole::Text);
            }
            return;
        }
        let is_due = model.clinics.group(row) == NoteGroup::Due;
        let review = head.next_review.map_or(String::new(), |day| review(day, is_due));
        let changed = short_date(model.local.day(head.updated));
        let standing = standing(row, head);
        let is_doubtful = matches!(row.verified, Verified::No(_));
        let cells = [
            (head.case_key.as_str(), StyleRole::Strong),
            (head.title.as_str(), StyleRole::Text),
            (standing.as_str(), if is_doubtful { StyleRole::Warn } else { StyleRole::Text }),
            (changed.as_str(), StyleRole::Quiet),
            (review.as_str(), if is_due { StyleRole::Warn } else { StyleRole::Quiet }),
        ];
        for (number, ((cell, role), start)) in cells.into_iter().zip(self.starts()).enumerate() {
            let columns = self.widths[number];
            let range = match number {
                1 | 2 if width(cell) > columns => wrap(cell, columns).into_iter().nth(part),
                _ => (part == 0).then_some(0..cell.len()),
            };
            let end = (start + columns).min(usize::from(area.width));
            let cell_area = Area { width: end as u16, ..area };
            if let Some(range) = range {
                canvas.put_short(cell_area, at, start, &cell[range], role);
            }
        }
    }
}

/// The stage of a clinic that goes on, the status of one that is over; whether it is doubtful.
fn standing(row: &NoteRow, head: &NoteHead) -> String {
    let goes_on = head.status == Status::InProgress.code();
    let says = if goes_on { &head.stage } else { Status::title_of(&head.status) };
    let doubt = if matches!(row.verified, Verified::No(_)) { "! " } else { "" };
    format!("{doubt}{says}")
}

/// Who wrote a note that somebody else sent.
fn from(author: &NoteAuthor) -> String {
    let versions = match author.versions {
        0 | 1 => String::new(),
        some => format!(", {some} corrections of one revision"),
    };
    format!("From {}{versions}", author.title)
}

/// When the plan is reviewed; `due` before a day that has come.
fn review(day: Date, is_due: bool) -> String {
    format!("{}{}", if is_due { "due " } else { "" }, short_date(day))
}

/// `21 Nov 26`: a list has little room.
fn short_date(day: Date) -> String {
    day.strftime("%-d %b %y").to_string()
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
    let area = area.below(1);
    let found = match &search.found {
        Some(Ok(found)) => found,
        Some(Err(why)) => {
            let text = area.text();
            let text = Area { width: text.width.min(MAX_PROSE), ..text };
            canvas.put_warning(text, 0, 0, why);
            return true;
        }
        None => return false,
    };
    let mut below = area;
    if let Some(corrected) = &found.corrected {
        let text = format!("Showing results for: {corrected}");
        canvas.put_short(area, 0, TEXT, &text, StyleRole::Text);
        below = area.below(2);
    }
    let hits = model.clinics.found().unwrap_or_default();
    if hits.is_empty() {
        nothing_found(canvas, below, model);
    } else {
        hit_rows(canvas, below, &hits, notes, model);
    }
    true
}

fn nothing_found(canvas: &mut Canvas<'_>, area: Area, model: &Model) {
    let elsewhere = model.clinics.count(None);
    let text = if model.clinics.search.reading.is_some() {
        "The notes are still loading. Matches appear as they are found."
    } else if elsewhere > 0 {
        "None of these notes match, but others do. Tab: show them."
    } else {
        "No notes match. Try fewer words, or only the beginning of a word. Put an exact phrase \"in quotation marks\". Esc: show all notes."
    };
    let text_area = area.text();
    let text_area = Area { width: text_area.width.min(MAX_PROSE), ..text_area };
    canvas.put_paragraph(text_area, 0, text, StyleRole::Text);
}

fn hit_rows(canvas: &mut Canvas<'_>, area: Area, hits: &[&Hit], notes: &[NoteRow], model: &Model) {
    let chosen = model.clinics.chosen;
    let fit = ((usize::from(area.height) + 1) / HIT_LINES).max(1);
    let first = chosen.saturating_sub(fit / 2).min(hits.len().saturating_sub(fit));
    for (at, hit) in hits.iter().enumerate().skip(first).take(fit) {
        let line = (at - first) * HIT_LINES;
        let row = notes.iter().find(|row| row.id.to_string() == hit.id);
        if at == chosen {
            canvas.choose_rows(area, line, HIT_LINES - 1);
        }
        let author = row.and_then(|row| model.clinics.authors.get(&row.id));
        hit_row(canvas, area, line, hit, (row, author), &model.local);
        snippet(canvas, area, line + 1, hit);
    }
}

/// Case key, format, date, status; whose note it is, if it is not the vault's own.
fn hit_row(
    canvas: &mut Canvas<'_>,
    area: Area,
    line: usize,
    hit: &Hit,
    (row, author): (Option<&NoteRow>, Option<&NoteAuthor>),
    local: &LocalTime,
) {
    let Some(Ok(head)) = row.map(|row| &row.head) else {
        canvas.put_short(area, line, TEXT, &hit.title, StyleRole::Strong);
        return;
    };
    let next = canvas.put_short(area, line, TEXT, &head.case_key, StyleRole::Strong) + 2;
    let (day, status) = (show_date(local.day(head.updated)), Status::title_of(&head.status));
    let next = canvas.put_short(area, line, next, &head.title, StyleRole::Text);
    let from = author.map_or(String::new(), |author| format!(" · from {}", author.title));
    canvas.put_short(area, line, next, &format!(" · {day} · {status}{from}"), StyleRole::Quiet);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::row;

    #[test]
    fn columns_stay_in_order_and_inside_and_close_together_at_every_width() {
        let mut long = row("HERON-421", "case", Status::InProgress, 0, Some("2026-11-01"));
        if let Ok(head) = &mut long.head {
            head.title = "Reflective supervision".to_owned();
            head.stage = "6/9 Risk, need and strength".to_owned();
        }
        let authors = BTreeMap::new();
        for room in 56..200 {
            let columns = Columns::of(&[&long], &authors, room);
            let starts = columns.starts();
            assert!(starts.windows(2).all(|pair| pair[0] < pair[1]), "{starts:?} at {room}");
            assert!(starts[4] + columns.widths[4] <= TEXT + room, "{starts:?} at {room}");
            assert!((2..=4).contains(&columns.gap), "{room}");
            assert!(columns.height(&long) <= 4, "{room}");
        }
    }
}
