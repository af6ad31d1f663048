//! The search screen: the line, the list, the preview, the chips.

use std::ops::Range;

use crate::{
    app::{
        Area, Chip, ChipPart, EVERYTHING, ListShape, MARGIN, Model, Page, Preview, Row,
        SearchParts, Shown,
    },
    knowledge::{Entry, IN_SHORT, Library, Nation, Status},
    search::Hit,
    text::{shorten, show_date, width, wrap},
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

/// The column where text begins.
const TEXT: usize = MARGIN as usize;
/// Between two facts about an entry.
const BETWEEN: &str = " · ";
/// Columns that the name of a pack may take among the facts.
const MAX_PACK_COLUMNS: usize = 16;
/// Rows of the entry that its preview shows before anything else.
const MIN_PREVIEW: usize = 12;
/// From this width on the preview stands beside the list, and sentences are whole.
const SIDE_BY_SIDE: usize = 100;
/// What must never be out of sight, and the same where there is little room.
const IN_DANGER: &str = "! A child in danger now? Call 999 first";
const IN_DANGER_SHORT: &str = "! In danger now? Call 999";
/// What helps where nothing is found, and the same where there is little room.
const IN_VAIN: &str = "Try fewer or simpler words, or another filter.";
const IN_VAIN_SHORT: &str = "Try fewer or simpler words.";

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let parts = model.layout().search();
    query(canvas, model, parts.query);
    canvas.put_rule(parts.chips);
    notes(canvas, model, parts.notes);
    let Some(library) = &model.library else {
        canvas.put(parts.list, 0, TEXT, "Loading guidance …", StyleRole::Quiet);
        return;
    };
    chips(canvas, model, library, parts.chips);
    let rows = model.search.rows(library, &model.bookmarks);
    list(canvas, model, &parts, &rows);
    if let Some(area) = parts.preview {
        canvas.rule_before(Area { x: parts.list.x + parts.list.width + 4, ..area });
        if let (Some(row), Some(shown)) = (rows.get(model.search.chosen), &model.search.preview)
            && let Some(entry) = row.entry()
        {
            preview(canvas, model, area, entry, shown);
        }
    }
}

fn query(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    canvas.put(area, 0, 1, "›", StyleRole::Accent);
    let typed = &model.search.query;
    let columns = usize::from(area.width).saturating_sub(26);
    if typed.text().is_empty() {
        let hint = "Type what you want to know: a few words are enough";
        canvas.put(Area { width: area.width.min(60), ..area }, 0, 3, hint, StyleRole::Quiet);
    }
    let line = Area { width: (columns + 3) as u16, ..area };
    let caret = canvas.put_typed(line, 0, 3, typed, columns.saturating_sub(1));
    if model.search.is_selected {
        canvas.put_short(line, 0, 3, &typed.text(), StyleRole::Chosen);
    }
    if model.dialog.is_none() {
        canvas.point(area, 0, caret);
    }
    if let Some(results) = &model.search.results {
        let area = Area { width: area.width.saturating_sub(1), ..area };
        canvas.put_right(area, 0, columns, &found(results.total), StyleRole::Text);
    }
}

/// How much was found, at the right of what is typed.
fn found(total: usize) -> String {
    if total == 0 { "nothing found".to_owned() } else { format!("{total} found") }
}

/// What the search did with the words, and at the right, whatever there is to say, what to do in danger.
fn notes(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let area = Area { width: area.width.saturating_sub(1), ..area };
    let columns = usize::from(area.width);
    let urgent = if columns < SIDE_BY_SIDE - 1 { IN_DANGER_SHORT } else { IN_DANGER };
    canvas.put_right(area, 0, 0, urgent, StyleRole::Bad);
    let room = columns.saturating_sub(width(urgent) + 2);
    let area = Area { width: room as u16, ..area };
    let mut column = TEXT;
    let Some(results) = &model.search.results else {
        if model.library.is_some() && !model.search.query.is_blank() && !model.search.ready {
            canvas.put_short(area, 0, column, "Getting the search ready …", StyleRole::Quiet);
        }
        return;
    };
    if results.hits.is_empty() {
        let text = if room >= column + width(IN_VAIN) { IN_VAIN } else { IN_VAIN_SHORT };
        canvas.put_short(area, 0, column, text, StyleRole::Text);
        return;
    }
    if let Some(warning) = results.warning() {
        canvas.put_short(area, 0, column, &warning, StyleRole::Warn);
        return;
    }
    if let Some(corrected) = &results.corrected {
        column = canvas.put(area, 0, column, "Showing results for: ", StyleRole::Quiet);
        column = canvas.put_short(area, 0, column, corrected, StyleRole::Strong) + 2;
    }
    if let Some(also) = also(&results.expanded, room.saturating_sub(column)) {
        canvas.put(area, 0, column, &also, StyleRole::Quiet);
    }
}

/// What else was searched for, as much of it as has room, and how many more.
fn also(words: &[String], columns: usize) -> Option<String> {
    (1..=words.len()).rev().find_map(|shown| {
        let said = words[..shown].join(", ");
        let text = match words.len() - shown {
            0 => format!("also: {said}"),
            more => format!("also: {said} and {more} more"),
        };
        (width(&text) <= columns).then_some(text)
    })
}

fn list(canvas: &mut Canvas<'_>, model: &Model, parts: &SearchParts, rows: &[Row<'_>]) {
    let (area, shape) = (parts.list, ListShape::of(parts));
    let in_view = Row::in_view(rows, shape);
    let mut end = 0;
    for (at, start) in in_view.rows {
        let row = &rows[at];
        let mut line = start;
        if let Some(heading) = row.heading {
            let role = if heading == EVERYTHING { StyleRole::Text } else { StyleRole::Heading };
            canvas.put_short(area, line, TEXT, heading, role);
            line += 1;
        }
        end = line + row.lines_without_heading(shape);
        if row.is_chosen {
            canvas.choose_rows(area, line, end - line);
        }
        draw_row(canvas, area, line, row, shape, home_of(model));
    }
    if in_view.below > 0 && end < shape.height {
        let total = rows.len();
        let text = if model.search.results.is_some() {
            format!("{} to {total} below ↓", total - in_view.below + 1)
        } else {
            format!("{} more below ↓", in_view.below)
        };
        canvas.put(area, shape.height - 1, TEXT, &text, StyleRole::Quiet);
    }
}

/// Where the reader works.
fn home_of(model: &Model) -> Nation {
    model.library.as_ref().map_or(Nation::England, |library| library.home())
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    area: Area,
    line: usize,
    row: &Row<'_>,
    shape: ListShape,
    home: Nation,
) {
    // One column stays free at the right.
    let area = Area { width: area.width.saturating_sub(1), ..area };
    let role = if row.is_chosen { StyleRole::Strong } else { StyleRole::Text };
    let (entry, hit) = match row.shows {
        Shown::Listed(entry) => (entry, None),
        Shown::Found(entry, hit) => (entry, Some(hit)),
        Shown::Instead(number, text) => {
            let column = canvas.put(area, line, TEXT, &number.to_string(), StyleRole::Heading);
            canvas.put_short(area, line, column + 2, text, role);
            return;
        }
    };
    let mut line = line;
    let mut end = TEXT;
    for range in row.title(shape) {
        let text = &entry.title[range.clone()];
        end = canvas.put_short(area, line, TEXT, text, role);
        for found in hit.map_or(&[][..], |hit| &hit.title_highlights) {
            let (from, to) = (found.start.max(range.start), found.end.min(range.end));
            if from < to {
                mark(canvas, area, line, TEXT, text, from - range.start..to - range.start);
            }
        }
        line += 1;
    }
    if row.has_facts(shape) {
        let detail = match hit {
            _ if !row.is_chosen || !shape.opens => FactDetail::Brief,
            Some(_) => FactDetail::Row,
            None => FactDetail::InForce,
        };
        put_facts(canvas, area, line, TEXT, &facts(entry, home, row.is_marked, detail));
        line += 1;
    } else {
        let facts = facts(entry, home, row.is_marked, FactDetail::Brief);
        let columns: usize = facts.iter().map(|(text, _)| width(text) + 3).sum();
        if shape.opens && end + columns < usize::from(area.width) {
            put_facts(canvas, area, line - 1, end + 2, &facts);
        }
    }
    for range in row.summary(shape) {
        canvas.put_short(area, line, TEXT, &entry.summary[range], StyleRole::Text);
        line += 1;
    }
    if let Some(hit) = row.section() {
        let heading = match hit.section.as_str() {
            IN_SHORT => String::new(),
            heading => shorten(heading, shape.columns / 2) + ": ",
        };
        let column = canvas.put(area, line, TEXT, &heading, StyleRole::Quiet);
        snippet_from(canvas, area, line, column, hit, StyleRole::Text);
    }
}

/// How much is told about an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FactDetail {
    /// What it is and where it holds.
    Brief,
    /// Also whether it is in force.
    InForce,
    /// And when it was checked.
    Row,
    /// Also when the review is due.
    Preview,
}

/// What is known about an entry, each part with its role.
fn facts(
    entry: &Entry,
    home: Nation,
    is_marked: bool,
    detail: FactDetail,
) -> Vec<(String, StyleRole)> {
    let is_here = home.is_among(&entry.nations);
    let nations = home.list_from_here(&entry.nations);
    let mut facts = vec![
        (entry.kind.name().to_owned(), StyleRole::Quiet),
        (nations, if is_here { StyleRole::Quiet } else { StyleRole::Warn }),
    ];
    // Of a local entry it matters more whose it is.
    if entry.is_local() {
        facts.insert(0, (shorten(&entry.pack, MAX_PACK_COLUMNS), StyleRole::Text));
    }
    match entry.status {
        Status::Current if detail == FactDetail::Brief => {}
        // The preview says it with the dates.
        Status::Current if entry.imported.is_some() && detail == FactDetail::Preview => {}
        Status::Current if entry.imported.is_some() => {
            facts.push(("not checked".to_owned(), StyleRole::Quiet));
        }
        Status::Current => facts.push(("✓ in force".to_owned(), StyleRole::Good)),
        status => facts.insert(0, (format!("! {}", status.name()), StyleRole::Bad)),
    }
    if is_marked {
        facts.insert(0, ("★".to_owned(), StyleRole::Accent));
    }
    match detail {
        FactDetail::Brief | FactDetail::InForce => {}
        FactDetail::Row => {
            let checked = match entry.imported {
                Some(on) => format!("imported on {}", show_date(on)),
                None => entry.checked(),
            };
            facts.push((checked, StyleRole::Quiet));
        }
        FactDetail::Preview => facts.push((entry.review_dates(), StyleRole::Quiet)),
    }
    facts
}

/// Puts facts into a line; returns the column behind them. What has no room is left out, never cut in two.
fn put_facts(
    canvas: &mut Canvas<'_>,
    area: Area,
    line: usize,
    column: usize,
    facts: &[(String, StyleRole)],
) -> usize {
    let mut end = column;
    for (at, (text, role)) in facts.iter().enumerate() {
        let between = if at == 0 { "" } else { BETWEEN };
        if at > 0 && end + width(between) + width(text) > usize::from(area.width) {
            break;
        }
        end = canvas.put(area, line, end, between, StyleRole::Quiet);
        end = canvas.put_short(area, line, end, text, *role);
    }
    end
}

pub(super) fn snippet(canvas: &mut Canvas<'_>, area: Area, line: usize, hit: &Hit) {
    let area = Area { width: area.width.saturating_sub(1), ..area };
    snippet_from(canvas, area, line, TEXT, hit, StyleRole::Text);
}

/// Puts the part of an entry that matches into the rest of a line, from a little before its first match.
fn snippet_from(
    canvas: &mut Canvas<'_>,
    area: Area,
    line: usize,
    column: usize,
    hit: &Hit,
    role: StyleRole,
) {
    let room = usize::from(area.width).saturating_sub(column + 1);
    let first = hit.highlights.first().map_or(0, |range| range.start);
    let start = if width(&hit.snippet[..first]) + 12 < room {
        0
    } else {
        let back = hit.snippet[..first].char_indices().rev().nth(room / 3).map_or(0, |(at, _)| at);
        hit.snippet[back..].find(' ').map_or(back, |space| back + space + 1)
    };
    let lead = if start > 0 { "…" } else { "" };
    let text = &hit.snippet[start..];
    let column = canvas.put(area, line, column, lead, role);
    canvas.put_short(area, line, column, text, role);
    for range in &hit.highlights {
        if range.start >= start && range.end <= hit.snippet.len() {
            let range = range.start - start..range.end - start;
            mark(canvas, area, line, column, text, range);
        }
    }
}

/// Marks part of a text as matching where it already stands from `column` on.
fn mark(
    canvas: &mut Canvas<'_>,
    area: Area,
    row: usize,
    column: usize,
    text: &str,
    range: Range<usize>,
) {
    let (Some(before), Some(part)) = (text.get(..range.start), text.get(range)) else { return };
    let start = column + width(before);
    // Nothing is marked where the text was cut off.
    if start + width(part) < usize::from(area.width) {
        canvas.put(area, row, start, part, StyleRole::Match);
    }
}

fn preview(canvas: &mut Canvas<'_>, model: &Model, area: Area, entry: &Entry, shown: &Preview) {
    let columns = usize::from(area.width);
    let mut line = 0;
    for range in wrap(&entry.title, columns) {
        canvas.put(area, line, 0, &entry.title[range], StyleRole::Heading);
        line += 1;
    }
    // What stands above the text tells whose version this is, or what to read instead.
    let is_plain = entry.status == Status::Current && !entry.is_local();
    let top = if is_plain { shown.page.text_at } else { 0 };
    if is_plain {
        let mut column = 0;
        let is_marked = model.bookmarks.is_marked(&entry.id);
        for (text, role) in facts(entry, home_of(model), is_marked, FactDetail::Preview) {
            if column > 0 && column + width(BETWEEN) + width(&text) > columns {
                (line, column) = (line + 1, 0);
            } else if column > 0 {
                column = canvas.put(area, line, column, BETWEEN, StyleRole::Quiet);
            }
            column = canvas.put_short(area, line, column, &text, role);
        }
        line += 2;
    }
    let height = usize::from(area.height).saturating_sub(line);
    // What else to read stands at the foot, where it leaves the answer its room.
    let foot = if shown.related.is_empty() { 0 } else { shown.related.len() + 1 };
    // A page that is there as a whole says it itself.
    let is_needed = shown.page.lines.len() - top > height && foot + MIN_PREVIEW <= height;
    let foot = if is_needed { foot } else { 0 };
    let rows = rows_without_last_heading(&shown.page, top, height - foot);
    let below = Area { y: area.y + line as u16, height: rows as u16, ..area };
    // The answer stands at the top of every entry; what matched is in the snippet.
    page::draw(canvas, below, &shown.page, top, &Marks::default());
    if foot > 0 {
        let first = usize::from(area.height) - foot + 1;
        let column = canvas.put(area, first, 0, "Read on", StyleRole::Quiet) + 2;
        for (at, title) in shown.related.iter().enumerate() {
            canvas.put_short(area, first + at, column, title, StyleRole::Link);
        }
    }
}

/// So many rows of a page from a line on, or fewer, so that no heading stands last without what it heads.
fn rows_without_last_heading(page: &Page, top: usize, rows: usize) -> usize {
    let first = (0..=rows).rev().find(|rows| match page.lines.get(top + rows) {
        // The rest of the page is shown.
        None => true,
        Some(_) => {
            let last = top + rows.saturating_sub(1);
            !page.headings.iter().any(|(line, ..)| *line == last)
        }
    });
    first.unwrap_or(rows)
}

fn chips(canvas: &mut Canvas<'_>, model: &Model, library: &Library, area: Area) {
    let columns = usize::from(area.width);
    let chips = model.search.chips(library, columns);
    for (at, chip) in chips.iter().enumerate() {
        let role = match chip.part {
            ChipPart::Between => StyleRole::Quiet,
            ChipPart::NameInHand | ChipPart::Set => StyleRole::Strong,
            ChipPart::Name | ChipPart::Value => StyleRole::Text,
            ChipPart::InHand => StyleRole::Chosen,
        };
        let next = chips.get(at + 1).map_or(chip.end() + 1, |next| next.column);
        let blank = " ".repeat(next - chip.column + 1);
        canvas.put(area, 0, chip.column - 1, &blank, StyleRole::Text);
        canvas.put(area, 0, chip.column, &chip.text, role);
    }
    let end = chips.last().map_or(0, Chip::end);
    let (key, word) = ("Tab", " narrows ");
    let hint = 1 + width(key) + width(word);
    let start = if columns >= SIDE_BY_SIDE { end + 3 } else { columns.saturating_sub(hint + 2) };
    if model.search.in_hand.is_none() && start > end + 1 && start + hint < columns {
        let column = canvas.put(area, 0, start, " ", StyleRole::Text);
        let column = canvas.put(area, 0, column, key, StyleRole::Heading);
        canvas.put(area, 0, column, word, StyleRole::Quiet);
    }
}
