//! The list of actions: what, who, by when, what came of it.

use crate::{
    app::{Area, Model, VaultStatus, Which},
    clinic::ActionStatus,
    report::actions::TrackedAction,
    text::{clean_line, shorten, show_date, wrap},
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Most lines of what was agreed; the rest is in the note.
const MAX_LINES: usize = 3;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.layout().body();
    canvas.put(area, 0, 1, "Actions", StyleRole::Heading);
    let today = model.today();
    let tabs = Which::EVERY.map(|which| {
        let count = model.actions.all.as_ref().map(|_| model.actions.count(which, today));
        let count = count.map_or(String::new(), |count| format!(" {count}"));
        (format!("{}{count}", which.title()), model.actions.which == which)
    });
    let column = canvas.put_tabs(area, 0, tabs);
    if !model.actions.words.is_empty() {
        let words = format!("Filter: {}", model.actions.words);
        canvas.put_short(area, 0, column, &words, StyleRole::Strong);
    }
    let below = Area { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let text: &str = match (&model.vault, &model.actions.all) {
        (VaultStatus::Open, Some(_)) => return list(canvas, model, below),
        (VaultStatus::Open, None) => "Loading notes …",
        (VaultStatus::Locked, _) => {
            "The vault is locked. Press Enter to unlock it and list the actions agreed in all clinics."
        }
        (VaultStatus::Missing, _) => {
            "There is no vault for confidential notes yet. Actions agreed in clinics will be listed here: who does what, by when, and the outcome."
        }
        (VaultStatus::Unusable(why), _) => why,
        (VaultStatus::Unknown, _) => return,
    };
    canvas.explain(below, 2, text);
}

fn list(canvas: &mut Canvas<'_>, model: &Model, area: Area) {
    let today = model.today();
    let rows = model.actions.rows(today);
    if rows.is_empty() {
        let text = match (model.actions.which, model.actions.words.is_empty()) {
            (_, false) => "No actions match this filter. Esc: show all. Tab: open, overdue or all.",
            (Which::Open, _) => "No open actions.",
            (Which::Overdue, _) => "No overdue actions.",
            (Which::All, _) => "No actions agreed yet.",
        };
        return canvas.explain(area, 2, text);
    }
    let columns = usize::from(area.width).saturating_sub(5).max(20);
    let blocks: Vec<Vec<(String, StyleRole)>> =
        rows.iter().map(|row| block(row, columns, row.is_overdue(today))).collect();
    // The chosen one is in view with as much before it as fits.
    let height = usize::from(area.height);
    let chosen = model.actions.chosen.min(blocks.len() - 1);
    let mut first = chosen;
    let mut used = blocks[chosen].len() + 1;
    while first > 0 && used + blocks[first - 1].len() < height {
        first -= 1;
        used += blocks[first].len() + 1;
    }
    let mut row = 0;
    for (at, block) in blocks.iter().enumerate().skip(first) {
        if row + block.len() > height && at != chosen {
            break;
        }
        for (line, (text, role)) in block.iter().enumerate().take(height.saturating_sub(row)) {
            let end = if line == 0 { 2 } else { 4 };
            if at == chosen {
                canvas.choose_rows(area, row + line, 1);
            }
            canvas.put_short(area, row + line, end, text, *role);
        }
        if at == chosen {
            canvas.point(area, row, 2);
        }
        row += block.len() + 1;
        if row >= height {
            break;
        }
    }
}

/// The lines of one action: when and who first, then what, then what came of it.
fn block(row: &TrackedAction, columns: usize, overdue: bool) -> Vec<(String, StyleRole)> {
    let details = &row.details;
    let by = match (details.status, details.by) {
        (ActionStatus::Open, Some(by)) if overdue => format!("OVERDUE since {}", show_date(by)),
        (ActionStatus::Open, Some(by)) => format!("by {}", show_date(by)),
        (ActionStatus::Open, None) => "no date".to_owned(),
        (status, _) => status.title().to_owned(),
    };
    let who: Vec<&str> = [details.owner.trim(), details.agency.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let who = if who.is_empty() { "no owner".to_owned() } else { who.join(", ") };
    let head_look = if overdue { StyleRole::Warn } else { StyleRole::Strong };
    let mark = row.mark().map_or(String::new(), |mark| format!(" · {mark}"));
    let mut lines = vec![(format!("{}{mark} · {by} · {who}", row.case_key), head_look)];
    lines.extend(wrapped(&details.what, columns, StyleRole::Text));
    if !details.outcome.trim().is_empty() {
        let came = format!("{}: {}", details.status.title(), details.outcome.trim());
        lines.extend(wrapped(&came, columns, StyleRole::Quiet));
    }
    lines
}

fn wrapped(text: &str, columns: usize, role: StyleRole) -> Vec<(String, StyleRole)> {
    let text = clean_line(text);
    let lines = wrap(&text, columns);
    let last = lines.len().min(MAX_LINES);
    let lines = lines.into_iter().take(last).enumerate();
    lines
        .map(|(at, range)| {
            let line = if at + 1 == last { &text[range.start..] } else { &text[range] };
            (shorten(line, columns), role)
        })
        .collect()
}
