//! The list of actions: what, who, by when, what came of it.

use crate::{
    app::{Area, MARGIN, MAX_PROSE, Model, VaultStatus, Which},
    clinic::ActionStatus,
    report::actions::TrackedAction,
    text::{clean_line, shorten, show_date, width, wrap},
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Most lines of what was agreed, and of what came of it; the rest is in the note.
const MAX_LINES: usize = 3;
/// The first column of text.
const TEXT: usize = MARGIN as usize;

/// Runs of text of one row.
type Runs = Vec<(String, StyleRole)>;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let layout = model.layout();
    let place = layout.place();
    canvas.put_rule(layout.rule());
    canvas.put(place, 0, 1, "Actions", StyleRole::Heading);
    let today = model.today();
    let tabs = Which::EVERY.map(|which| {
        let count = model.actions.all.as_ref().map(|_| model.actions.count(which, today));
        let count = count.map_or(String::new(), |count| format!(" {count}"));
        (format!("{}{count}", which.title()), model.actions.which == which)
    });
    let column = canvas.put_tabs(place, 0, tabs);
    if !model.actions.words.is_empty() {
        let words = format!("Filter: {}", model.actions.words);
        canvas.put_short(place, 0, column + 4, &words, StyleRole::Accent);
    }
    let body = layout.body().below(1);
    match (&model.vault, &model.actions.all) {
        (VaultStatus::Open, Some(_)) => list(canvas, model, body),
        (VaultStatus::Open, None) => canvas.explain(body, TEXT, "Loading notes …"),
        (VaultStatus::Locked, _) => canvas.explain_keys(
            body,
            "The vault is locked.",
            &[("Enter", "Unlock it and list the actions agreed in all clinics")],
        ),
        (VaultStatus::Missing, _) => canvas.explain_keys(
            body,
            "There is no vault for confidential notes yet. Actions agreed in clinics will be listed here: who does what, by when, and the outcome.",
            &[("F3", "Go to Clinics to start one, or to practise")],
        ),
        (VaultStatus::Unusable(why), _) => canvas.explain(body, TEXT, why),
        (VaultStatus::Unknown, _) => {}
    }
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
        return canvas.explain(area, TEXT, text);
    }
    let columns = usize::from(area.text().width.min(MAX_PROSE));
    let blocks: Vec<Vec<Runs>> = rows
        .iter()
        .map(|row| {
            let author = model.actions.authors.get(&row.note).map(String::as_str);
            block(row, author, columns, row.is_overdue(today))
        })
        .collect();
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
        if at == chosen {
            canvas.choose_rows(area, row, block.len());
            canvas.point(area, row, TEXT);
        }
        for (line, runs) in block.iter().enumerate() {
            let mut column = TEXT;
            for (text, role) in runs {
                column = canvas.put_short(area, row + line, column, text, *role);
            }
        }
        row += block.len() + 1;
        if row >= height {
            break;
        }
    }
}

/// The lines of one action: what is to be done first, then how it stands, of which case and with whom, then what came
/// of it.
fn block(row: &TrackedAction, author: Option<&str>, columns: usize, overdue: bool) -> Vec<Runs> {
    let details = &row.details;
    let by = details.by.map(show_date);
    let (stands, role) = match (details.status, by) {
        (ActionStatus::Open, Some(by)) if overdue => {
            (format!("OVERDUE since {by}"), StyleRole::Bad)
        }
        (ActionStatus::Open, Some(by)) => (format!("by {by}"), StyleRole::Text),
        (ActionStatus::Open, None) => ("no date".to_owned(), StyleRole::Quiet),
        (ActionStatus::Done, _) => (format!("✓ {}", details.status.title()), StyleRole::Good),
        (status, _) => (status.title().to_owned(), StyleRole::Quiet),
    };
    let owner = clean_line(&details.owner).trim().to_owned();
    let owner = if owner.is_empty() { "no owner".to_owned() } else { owner };
    let agency = clean_line(&details.agency).trim().to_owned();
    let agency = if agency.is_empty() { agency } else { format!(", {agency}") };
    let author = author.map(|author| format!(" · from {author}"));
    let mark = row.mark().map(|mark| format!(" · {mark}"));
    let mark: String = mark.into_iter().chain(author).collect();
    let name = row.name();
    let mut lines: Vec<Runs> = wrapped(&details.what, columns)
        .into_iter()
        .map(|line| vec![(line, StyleRole::Text)])
        .collect();
    let who = width(&owner) + width(&agency);
    let before = width(&stands) + 3 + width(&name) + width(&mark) + 3;
    let mut runs = vec![
        (stands, role),
        (" · ".to_owned(), StyleRole::Quiet),
        (name, StyleRole::Strong),
        (mark, StyleRole::Quiet),
    ];
    // One row, unless there is no room for it.
    if before + who <= columns {
        runs.push((" · ".to_owned(), StyleRole::Quiet));
        runs.extend([(owner, StyleRole::Text), (agency, StyleRole::Quiet)]);
        lines.push(runs);
    } else {
        lines.push(runs);
        let who = wrapped(&format!("{owner}{agency}"), columns).into_iter();
        lines.extend(who.map(|line| vec![(line, StyleRole::Text)]));
    }
    if !details.outcome.trim().is_empty() {
        let name = if details.status == ActionStatus::Dropped { "Reason" } else { "Outcome" };
        let outcome = format!("{name}: {}", details.outcome.trim());
        let outcome = wrapped(&outcome, columns).into_iter();
        lines.extend(outcome.map(|line| vec![(line, StyleRole::Text)]));
    }
    lines
}

fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let text = clean_line(text);
    let lines = wrap(&text, columns);
    let last = lines.len().min(MAX_LINES);
    let lines = lines.into_iter().take(last).enumerate();
    lines
        .map(|(at, range)| {
            let line = if at + 1 == last { &text[range.start..] } else { &text[range] };
            shorten(line, columns)
        })
        .collect()
}
