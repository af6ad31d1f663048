//! What lies over a screen.

use crate::{
    app::{Agree, Ask, Choose, Dialog, Model, Palette, help_lines},
    tui::{
        canvas::{Canvas, paragraphs},
        theme::StyleRole,
        views::{template_picker, vault_dialog},
    },
};

/// Column at which help says what a key does.
const HELP_INDENT: usize = 13;
/// Stands in the place of a key on the further lines of what it does.
const NO_KEY: &str = " ";

/// Draws the dialog.
pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, dialog: &Dialog) {
    // What lies behind keeps no caret.
    canvas.cursor = None;
    match dialog {
        Dialog::Help { top } => help(canvas, model, *top),
        Dialog::Reading { title, text, top } => reading(canvas, model, title, text, *top),
        Dialog::Palette(palette) => self::palette(canvas, model, palette),
        Dialog::Ask(ask) => self::ask(canvas, model, ask),
        Dialog::Choose(choose) => self::choose(canvas, model, choose),
        Dialog::Agree(agree) => self::agree(canvas, model, agree),
        Dialog::TemplatePicker(starting) => template_picker::draw(canvas, model, starting),
        Dialog::Vault(dialog) => vault_dialog::draw(canvas, model, dialog),
    }
}

fn help(canvas: &mut Canvas<'_>, model: &Model, top: usize) {
    let room = model.size.dialog(78, 10).width.saturating_sub(4 + HELP_INDENT as u16);
    let lines: Vec<(String, String)> = help_lines(&model.contexts_below())
        .iter()
        .flat_map(|(key, text)| {
            let mut broken = paragraphs(text, room);
            if broken.is_empty() {
                broken.push(String::new());
            }
            let keys = [key.clone()].into_iter().chain(std::iter::repeat(NO_KEY.to_owned()));
            keys.zip(broken).collect::<Vec<_>>()
        })
        .collect();
    let inner =
        canvas.frame(model.size.dialog(78, lines.len() as u16 + 2), "Help: keys for this screen");
    let height = usize::from(inner.height);
    let top = top.min(lines.len().saturating_sub(height));
    for (row, (key, text)) in lines.iter().skip(top).take(height).enumerate() {
        if key.is_empty() {
            canvas.put_short(inner, row, 0, text, StyleRole::Heading);
        } else {
            canvas.put(inner, row, 1, key, StyleRole::BarKey);
            canvas.put(inner, row, HELP_INDENT, text, StyleRole::Text);
        }
    }
    canvas.point(inner, 0, 0);
}

fn reading(canvas: &mut Canvas<'_>, model: &Model, title: &str, text: &str, top: usize) {
    let width = model.size.dialog(78, 10).width.saturating_sub(4);
    let lines = paragraphs(text, width);
    let inner = canvas.frame(model.size.dialog(78, lines.len() as u16 + 2), title);
    let height = usize::from(inner.height);
    let top = top.min(lines.len().saturating_sub(height));
    for (row, line) in lines.iter().skip(top).take(height).enumerate() {
        canvas.put(inner, row, 0, line, StyleRole::Text);
    }
    canvas.point(inner, 0, 0);
}

fn palette(canvas: &mut Canvas<'_>, model: &Model, palette: &Palette) {
    let inner = canvas.frame(model.size.dialog(70, 18), "Commands: what do you want to do?");
    let layout = palette.words.layout(usize::from(inner.width));
    canvas.put(inner, 0, 0, "›", StyleRole::Marker);
    canvas.put(inner, 0, 2, &layout.text, StyleRole::Strong);
    canvas.point(inner, 0, 2 + layout.caret.1);
    let rows = palette.rows();
    let height = usize::from(inner.height).saturating_sub(2);
    let first = palette.chosen.saturating_sub(height.saturating_sub(1));
    for (row, (at, (key, text, _))) in rows.iter().enumerate().skip(first).take(height).enumerate()
    {
        canvas.put_short(inner, row + 2, 2, text, StyleRole::Text);
        if let Some(key) = key {
            canvas.put_right(inner, row + 2, 2, &format!(" {key}"), StyleRole::Muted);
        }
        if at == palette.chosen {
            canvas.paint_row(inner, row + 2, StyleRole::Chosen);
        }
    }
    if rows.is_empty() {
        canvas.put(inner, 2, 2, "No command matches.", StyleRole::Muted);
    }
}

fn ask(canvas: &mut Canvas<'_>, model: &Model, ask: &Ask) {
    let width = model.size.dialog(70, 10).width.saturating_sub(4);
    let lines = paragraphs(&ask.text, width);
    let inner = canvas.frame(model.size.dialog(70, lines.len() as u16 + 5), &ask.title);
    for (row, line) in lines.iter().enumerate() {
        canvas.put(inner, row, 0, line, StyleRole::Text);
    }
    let row = lines.len() + 1;
    let layout = ask.answer.layout(usize::from(u16::MAX));
    let room = usize::from(inner.width).saturating_sub(3);
    let skip = layout.caret.1.saturating_sub(room);
    let shown: String = layout.text.chars().skip(skip).collect();
    canvas.put(inner, row, 0, "›", StyleRole::Marker);
    canvas.put(inner, row, 2, &shown, StyleRole::Strong);
    canvas.point(inner, row, 2 + layout.caret.1 - skip);
}

fn choose(canvas: &mut Canvas<'_>, model: &Model, choose: &Choose) {
    let width = model.size.dialog(70, 10).width.saturating_sub(4);
    let lines = paragraphs(&choose.text, width);
    let options = option_lines(&choose.options, width);
    let gap = usize::from(!lines.is_empty());
    let height = lines.len() + gap + options.len() + 2;
    let inner = canvas.frame(model.size.dialog(70, height as u16), &choose.title);
    // A long text gives way to the options, which must be in view.
    let shown = lines.len().min(usize::from(inner.height).saturating_sub(options.len() + gap));
    for (row, line) in lines.iter().take(shown).enumerate() {
        let cut = row + 1 == shown && shown < lines.len();
        canvas.put(inner, row, 0, if cut { "…" } else { line }, StyleRole::Text);
    }
    let first = if shown == 0 { 0 } else { shown + gap };
    let fit = usize::from(inner.height).saturating_sub(first).max(1);
    let own = |(at, _): &(usize, String)| *at == choose.chosen;
    let (begin, end) = (options.iter().position(own), options.iter().rposition(own));
    let skip = end.map_or(0, |end| (end + 1).saturating_sub(fit)).min(begin.unwrap_or(0));
    for (row, (at, line)) in options.iter().skip(skip).take(fit).enumerate() {
        canvas.put(inner, first + row, 0, line, StyleRole::Text);
        if *at == choose.chosen {
            canvas.paint_row(inner, first + row, StyleRole::Chosen);
        }
    }
    if let Some(begin) = begin {
        canvas.point(inner, first + begin - skip, 0);
    }
}

/// What there is to choose, numbered and broken to lines: which option, and the line.
fn option_lines(options: &[String], columns: u16) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    for (at, option) in options.iter().enumerate() {
        let number = format!("{}  ", at + 1);
        let room = columns.saturating_sub(number.len() as u16).max(1);
        for (row, text) in paragraphs(option, room).into_iter().enumerate() {
            let blank = " ".repeat(number.len());
            lines.push((at, format!("{}{text}", if row == 0 { &number } else { &blank })));
        }
    }
    lines
}

fn agree(canvas: &mut Canvas<'_>, model: &Model, agree: &Agree) {
    let width = model.size.dialog(70, 10).width.saturating_sub(4);
    let mut lines = Vec::new();
    for paragraph in &agree.lines {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraphs(paragraph, width));
    }
    let inner = canvas.frame(model.size.dialog(70, lines.len() as u16 + 4), &agree.title);
    // The last row says how to go on, and is always in view.
    let height = usize::from(inner.height).saturating_sub(2);
    let last = lines.len().saturating_sub(height);
    let top = agree.top.min(last);
    for (row, line) in lines.iter().skip(top).take(height).enumerate() {
        canvas.put(inner, row, 0, line, StyleRole::Text);
    }
    let below = if top < last { "   ↓ more" } else { "" };
    let keys = format!("Enter: {}   Esc: leave it as it is{below}", agree.does);
    canvas.put_short(
        inner,
        usize::from(inner.height).saturating_sub(1),
        0,
        &keys,
        StyleRole::Strong,
    );
    canvas.point(inner, usize::from(inner.height).saturating_sub(1), 0);
}
