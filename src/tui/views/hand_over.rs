//! Handing a note over: what is chosen, and the document as it will read.

use crate::{
    app::{
        Area, HandOverLine, HandOverLineKind, HandOverRow, HandOverScreen, HandOverSource, Model,
    },
    text::{counted, shorten, width},
    tui::{
        canvas::Canvas,
        theme::StyleRole,
        views::page::{self, Marks},
    },
};

/// Column of what is chosen, behind its name.
const VALUES: usize = 11;

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(screen) = &model.hand_over else { return };
    let (layout, parts) = (model.layout(), model.layout().hand_over());
    let place = layout.place();
    let column = canvas.put(place, 0, 1, &screen.title(), StyleRole::Strong);
    match (&screen.written, &screen.source) {
        (Some(_), _) => {
            canvas.put_right(place, 0, column + 1, "✓ Saved as a file ", StyleRole::Good);
        }
        (None, HandOverSource::Practice(_)) => {
            canvas.put_right(place, 0, column + 1, "practice, fictional ", StyleRole::Quiet);
        }
        (None, _) => {}
    }
    canvas.put_rule(layout.rule());
    form(canvas, parts.form, screen);
    if parts.is_beside {
        canvas.rule_before(parts.preview);
    } else {
        let rule = Area { y: parts.preview.y.saturating_sub(1), height: 1, ..parts.preview };
        let line = "─".repeat(usize::from(rule.width));
        canvas.put(rule, 0, 0, &line, StyleRole::Rule);
        below(canvas, rule, screen, parts.preview.height);
    }
    page::draw(canvas, parts.preview, &screen.preview, screen.top, &Marks::default());
}

/// Says how much of the document is not in view.
fn below(canvas: &mut Canvas<'_>, rule: Area, screen: &HandOverScreen, height: u16) {
    let lines = screen.preview.lines.len();
    let more = lines.saturating_sub(screen.top + usize::from(height));
    if more > 0 {
        let more = format!(" {} more: PgDn ", counted(more, "line", "lines"));
        let column = usize::from(rule.width).saturating_sub(width(&more) + 3);
        canvas.put(rule, 0, column, &more, StyleRole::Quiet);
    }
}

fn form(canvas: &mut Canvas<'_>, area: Area, screen: &HandOverScreen) {
    let lines = screen.lines();
    let focus = lines.iter().position(|line| line.row == Some(screen.row)).unwrap_or(0);
    let height = usize::from(area.height);
    // The row in focus is in view, with what it means below it.
    let top = (focus + 2).min(lines.len()).saturating_sub(height);
    for (row, line) in lines.iter().skip(top).take(height).enumerate() {
        draw_line(canvas, area, row, line, screen);
    }
}

fn draw_line(
    canvas: &mut Canvas<'_>,
    area: Area,
    row: usize,
    line: &HandOverLine,
    screen: &HandOverScreen,
) {
    let is_chosen = line.row == Some(screen.row);
    if is_chosen {
        canvas.choose_rows(area.with_margin(), row, 1);
    }
    let role = |role| if is_chosen { StyleRole::Chosen } else { role };
    canvas.put(area, row, 0, line.name, role(StyleRole::Text));
    let room = usize::from(area.width).saturating_sub(VALUES);
    match line.kind {
        HandOverLineKind::Blank => {}
        HandOverLineKind::Choice if is_chosen => {
            let text = format!("‹ {} ›", shorten(&line.text, room.saturating_sub(4)));
            canvas.put(area, row, VALUES, &text, StyleRole::Chosen);
            canvas.point(area, row, VALUES);
        }
        HandOverLineKind::Choice => {
            canvas.put_short(area, row, VALUES, &line.text, StyleRole::Text);
        }
        HandOverLineKind::File => file(canvas, area, row, screen, is_chosen, room),
        HandOverLineKind::Button => {
            canvas.put(area, row, 0, &line.text, role(StyleRole::Accent));
            if is_chosen {
                canvas.point(area, row, 0);
            }
        }
        HandOverLineKind::Hint => {
            canvas.put_short(area, row, VALUES, &line.text, StyleRole::Quiet);
        }
        HandOverLineKind::Note => {
            canvas.put_short(area, row, 0, &line.text, StyleRole::Text);
        }
        HandOverLineKind::Warning => {
            canvas.put_short(area, row, 0, &format!("! {}", line.text), StyleRole::Warn);
        }
        HandOverLineKind::Finding => {
            canvas.put_short(area, row, 2, &line.text, role(StyleRole::Text));
            if is_chosen {
                canvas.point(area, row, 2);
            }
        }
    }
}

/// The name of the file: its end where it is longer than the line, since that is what is typed.
fn file(
    canvas: &mut Canvas<'_>,
    area: Area,
    row: usize,
    screen: &HandOverScreen,
    is_chosen: bool,
    room: usize,
) {
    let text = screen.file.text();
    let caret = screen.file.caret();
    let mut start = 0;
    while width(&text[start..caret]) + 1 > room {
        start += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    let shown = &text[start..];
    let role = if is_chosen { StyleRole::Chosen } else { StyleRole::Text };
    canvas.put_short(area, row, VALUES, shown, role);
    if is_chosen && screen.row == HandOverRow::File {
        canvas.point(area, row, VALUES + width(&text[start..caret]));
    }
}
