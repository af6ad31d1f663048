//! What lies over a screen.

use secrecy::ExposeSecret;

use crate::{
    app::{
        Agree, Area, Ask, Choose, Dialog, Model, Offer, Palette, PasswordInput, TemplatePicker,
        VaultDialog, VaultStep, help_lines,
    },
    tui::{
        canvas::{Canvas, paragraphs},
        theme::StyleRole,
    },
};

/// Column at which help says what a key does.
const HELP_INDENT: usize = 13;
/// Stands in the place of a key on the further lines of what it does.
const NO_KEY: &str = " ";
/// Columns of the list of meeting formats.
const PICKER_COLUMNS: u16 = 74;
/// Above the six words that are offered for a new vault, and below them.
const OFFER: &str = "Notes are encrypted with a passphrase before they are saved. Use these six words, or press o to choose your own (12 characters or more), n for six other words.";
const WRITE_DOWN: &str = "Write them on paper now: you will type them next. Then you get a recovery sheet. Without the passphrase or the sheet, nobody can open the notes, not even the makers of this program.";
/// Above the first recovery sheet.
const FIRST_SHEET: &str = "Copy this sheet and keep it in a safe place, away from this computer. It is shown only once. ↑↓: scroll.";
/// Above one that takes the place of another.
const RENEWED_SHEET: &str = "This is a new sheet. As soon as you have typed the part asked for, earlier sheets no longer open the vault: destroy them. Copy this one and keep it away from this computer. ↑↓: scroll. Esc: keep the old sheet.";
/// When nobody ever confirmed a sheet.
const UNCONFIRMED_SHEET: &str = "Nobody has confirmed that they have the recovery sheet of this vault. If the passphrase is lost and there is no sheet, nobody can open the notes. You can make a new sheet now and type a part of it, so that it is on paper for sure. Earlier sheets then no longer open the vault.";

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, dialog: &Dialog) {
    // What lies behind keeps no caret.
    canvas.cursor = None;
    canvas.stand_back();
    match dialog {
        Dialog::Help { top } => help(canvas, model, *top),
        Dialog::Reading { title, text, top } => reading(canvas, model, title, text, *top),
        Dialog::Palette(palette) => self::palette(canvas, model, palette),
        Dialog::Ask(ask) => self::ask(canvas, model, ask),
        Dialog::Choose(choose) => self::choose(canvas, model, choose),
        Dialog::Agree(agree) => self::agree(canvas, model, agree),
        Dialog::TemplatePicker(picker) => template_picker(canvas, model, picker),
        Dialog::Vault(dialog) => vault_dialog(canvas, model, dialog),
    }
}

fn help(canvas: &mut Canvas<'_>, model: &Model, top: usize) {
    let room = model.layout().dialog(78, 10).width.saturating_sub(4 + HELP_INDENT as u16);
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
    let inner = canvas
        .frame(model.layout().dialog(78, lines.len() as u16 + 2), "Help: keys for this screen");
    let height = usize::from(inner.height);
    let top = top.min(lines.len().saturating_sub(height));
    for (row, (key, text)) in lines.iter().skip(top).take(height).enumerate() {
        if key.is_empty() {
            canvas.put_short(inner, row, 0, text, StyleRole::Heading);
        } else {
            canvas.put(inner, row, 1, key, StyleRole::Heading);
            canvas.put(inner, row, HELP_INDENT, text, StyleRole::Text);
        }
    }
    canvas.point(inner, 0, 0);
}

fn reading(canvas: &mut Canvas<'_>, model: &Model, title: &str, text: &str, top: usize) {
    let width = model.layout().dialog(78, 10).width.saturating_sub(4);
    let lines = paragraphs(text, width);
    let inner = canvas.frame(model.layout().dialog(78, lines.len() as u16 + 2), title);
    let height = usize::from(inner.height);
    let top = top.min(lines.len().saturating_sub(height));
    canvas.put_lines(inner, 0, lines.iter().skip(top).take(height), StyleRole::Text);
    canvas.point(inner, 0, 0);
}

fn palette(canvas: &mut Canvas<'_>, model: &Model, palette: &Palette) {
    let inner = canvas.frame(model.layout().dialog(70, 18), "Commands: what do you want to do?");
    let layout = palette.words.layout(usize::from(inner.width));
    canvas.put(inner, 0, 0, "›", StyleRole::Accent);
    canvas.put(inner, 0, 2, &layout.text, StyleRole::Strong);
    canvas.point(inner, 0, 2 + layout.caret.1);
    let rows = palette.rows();
    let height = usize::from(inner.height).saturating_sub(2);
    let first = palette.chosen.saturating_sub(height.saturating_sub(1));
    for (row, (at, (key, text, _))) in rows.iter().enumerate().skip(first).take(height).enumerate()
    {
        if at == palette.chosen {
            canvas.choose_rows(inner, row + 2, 1);
        }
        canvas.put_short(inner, row + 2, 2, text, StyleRole::Text);
        if let Some(key) = key {
            canvas.put_right(inner, row + 2, 2, &format!(" {key}"), StyleRole::Quiet);
        }
    }
    if rows.is_empty() {
        canvas.put(inner, 2, 2, "No command matches.", StyleRole::Quiet);
    }
}

fn ask(canvas: &mut Canvas<'_>, model: &Model, ask: &Ask) {
    let width = model.layout().dialog(70, 10).width.saturating_sub(4);
    let lines = paragraphs(&ask.text, width);
    let inner = canvas.frame(model.layout().dialog(70, lines.len() as u16 + 5), &ask.title);
    let row = canvas.put_lines(inner, 0, &lines, StyleRole::Text) + 1;
    canvas.put(inner, row, 0, "›", StyleRole::Accent);
    let columns = usize::from(inner.width).saturating_sub(3);
    let caret = canvas.put_typed(inner, row, 2, &ask.answer, columns);
    canvas.point(inner, row, caret);
}

fn choose(canvas: &mut Canvas<'_>, model: &Model, choose: &Choose) {
    let width = model.layout().dialog(70, 10).width.saturating_sub(4);
    let lines = paragraphs(&choose.text, width);
    let options = option_lines(&choose.options, width);
    let gap = usize::from(!lines.is_empty());
    let height = lines.len() + gap + options.len() + 2;
    let inner = canvas.frame(model.layout().dialog(70, height as u16), &choose.title);
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
        if *at == choose.chosen {
            canvas.choose_rows(inner, first + row, 1);
        }
        canvas.put(inner, first + row, 2, line, StyleRole::Text);
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
    let width = model.layout().dialog(70, 10).width.saturating_sub(4);
    let mut lines = Vec::new();
    for paragraph in &agree.lines {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(paragraphs(paragraph, width));
    }
    let inner = canvas.frame(model.layout().dialog(70, lines.len() as u16 + 4), &agree.title);
    // The last row says how to go on, and is always in view.
    let height = usize::from(inner.height).saturating_sub(2);
    let last = lines.len().saturating_sub(height);
    let top = agree.top.min(last);
    canvas.put_lines(inner, 0, lines.iter().skip(top).take(height), StyleRole::Text);
    let below = if top < last { "   ↓ more" } else { "" };
    let keys = format!("Enter: {}   Esc: leave it as it is{below}", agree.does);
    let row = usize::from(inner.height).saturating_sub(1);
    canvas.put_short(inner, row, 0, &keys, StyleRole::Strong);
    canvas.point(inner, row, 0);
}

/// The list of meeting formats: each with its minutes, and what the chosen one is for.
fn template_picker(canvas: &mut Canvas<'_>, model: &Model, picker: &TemplatePicker) {
    let width = model.layout().dialog(PICKER_COLUMNS, 10).width.saturating_sub(4);
    let offers = picker.offers();
    let about = |at: usize| match offers.get(at) {
        Some(Offer::Bundled(format) | Offer::Local(format)) => {
            let mut lines = paragraphs(&format.purpose, width);
            if !format.audience.is_empty() {
                lines.extend(paragraphs(&format!("For: {}", format.audience), width));
            }
            lines
        }
        Some(Offer::Broken { why, .. }) => {
            paragraphs(&format!("This meeting format cannot be used. {why}"), width)
        }
        None => Vec::new(),
    };
    // As high as the longest needs, so that the list stands still while one moves in it.
    let rows = offers.len();
    let longest = (0..rows).map(|at| about(at).len()).max().unwrap_or(0);
    let frame = model.layout().dialog(PICKER_COLUMNS, (rows + 1 + longest + 2) as u16);
    let inner = canvas.frame(frame, picker.title());
    // What the chosen one is for stays in view under a long list.
    let beneath =
        if rows + 1 + longest > usize::from(inner.height) { longest.min(6) + 1 } else { 0 };
    let fit = usize::from(inner.height).saturating_sub(beneath).clamp(1, rows.max(1));
    let skip = (picker.chosen + 1).saturating_sub(fit);
    let shown = offers.iter().enumerate().skip(skip).take(fit);
    for (row, (at, offer)) in shown.enumerate() {
        let (name, right, role) = match offer {
            Offer::Bundled(format) => {
                (format.title.as_str(), format!(" {} min", format.minutes), StyleRole::Text)
            }
            Offer::Local(format) => {
                (format.title.as_str(), format!(" local  {} min", format.minutes), StyleRole::Text)
            }
            Offer::Broken { file, .. } => {
                (*file, " local  has errors".to_owned(), StyleRole::Quiet)
            }
        };
        if at == picker.chosen {
            canvas.choose_rows(inner, row, 1);
            canvas.point(inner, row, 0);
        }
        canvas.put_short(inner, row, 2, &format!("{}  {name}", at + 1), role);
        canvas.put_right(inner, row, 0, &right, StyleRole::Quiet);
    }
    canvas.put_lines(inner, fit + 1, &about(picker.chosen), StyleRole::Text);
}

/// Creating and opening the vault.
fn vault_dialog(canvas: &mut Canvas<'_>, model: &Model, dialog: &VaultDialog) {
    let (title, width, height) = match &dialog.step {
        VaultStep::Offer { .. } => ("Create a vault for confidential notes", 74, 18),
        VaultStep::TypeOffered { .. } => ("Type the six words", 74, 10),
        VaultStep::TypeOwn | VaultStep::RepeatOwn { .. } => ("Choose your own passphrase", 74, 11),
        VaultStep::Recovery { .. } => ("Your recovery sheet", 100, 40),
        VaultStep::Older { .. } => ("This vault is older than it was", 74, 18),
        VaultStep::SheetUnconfirmed => ("The recovery sheet is not confirmed", 74, 12),
        VaultStep::Unlock => ("Unlock the vault", 64, 9),
        VaultStep::Busy { .. } => ("Please wait", 50, 6),
    };
    let inner = canvas.frame(model.layout().dialog(width, height), title);
    match &dialog.step {
        VaultStep::Offer { words } => {
            let row = canvas.put_paragraph(inner, 0, OFFER, StyleRole::Text);
            let words = words.as_ref().map_or("…", |words| words.expose_secret());
            let row = canvas.put_paragraph(inner, row + 1, words, StyleRole::Heading);
            let row = canvas.put_paragraph(inner, row + 1, WRITE_DOWN, StyleRole::Text);
            canvas.put(inner, row + 1, 0, "Enter: use these six words", StyleRole::Strong);
            canvas.point(inner, row + 1, 0);
        }
        VaultStep::TypeOffered { .. } => {
            let text = "Type the six words from your paper. Esc: show them again.";
            ask_password(canvas, inner, text, &dialog.typed);
        }
        VaultStep::TypeOwn => {
            let text = "At least 12 characters. Several unrelated words are stronger than one unusual word, and easier to remember. Esc: back to the six words.";
            ask_password(canvas, inner, text, &dialog.typed);
        }
        VaultStep::RepeatOwn { .. } => {
            ask_password(canvas, inner, "Type it again to confirm.", &dialog.typed);
        }
        VaultStep::Older { warning } => {
            let row = canvas.put_paragraph(inner, 0, warning, StyleRole::Bad);
            canvas.put(
                inner,
                row + 1,
                0,
                "Enter: go on with this version   Esc: lock the vault again",
                StyleRole::Strong,
            );
            canvas.point(inner, row + 1, 0);
        }
        VaultStep::SheetUnconfirmed => {
            let row = canvas.put_paragraph(inner, 0, UNCONFIRMED_SHEET, StyleRole::Text);
            canvas.put(
                inner,
                row + 1,
                0,
                "Enter: make a new sheet   Esc: later",
                StyleRole::Strong,
            );
            canvas.point(inner, row + 1, 0);
        }
        VaultStep::Unlock => {
            let text = "Type the passphrase. Unlocking takes about a second.";
            ask_password(canvas, inner, text, &dialog.typed);
        }
        VaultStep::Recovery { shown, typed, top } => {
            let height = usize::from(inner.height);
            let above = if shown.renewed { RENEWED_SHEET } else { FIRST_SHEET };
            let row = canvas.put_paragraph(inner, 0, above, StyleRole::Strong);
            let room = height.saturating_sub(row + 5);
            let lines = paragraphs(&shown.sheet, inner.width);
            let top = (*top).min(lines.len().saturating_sub(room));
            let in_view = lines.iter().skip(top).take(room);
            canvas.put_lines(inner, row + 1, in_view, StyleRole::Text);
            let last = height.saturating_sub(3);
            let end = canvas.put(inner, last, 0, &shown.question, StyleRole::Strong) + 1;
            let layout = typed.layout(usize::from(inner.width));
            canvas.put(inner, last, end, &layout.text, StyleRole::Heading);
            canvas.point(inner, last, end + layout.caret.1);
        }
        VaultStep::Busy { creating } => {
            let text = if *creating { "Creating the vault …" } else { "Unlocking the vault …" };
            canvas.put(inner, 1, 0, text, StyleRole::Text);
            canvas.point(inner, 1, 0);
        }
    }
    if let Some(error) = &dialog.error {
        let lines = paragraphs(error, inner.width).len();
        let row = usize::from(inner.height).saturating_sub(lines);
        canvas.put_paragraph(inner, row, error, StyleRole::Bad);
    }
}

/// A text, and below it a passphrase as dots.
fn ask_password(canvas: &mut Canvas<'_>, area: Area, text: &str, typed: &PasswordInput) {
    let row = canvas.put_paragraph(area, 0, text, StyleRole::Text) + 1;
    let room = usize::from(area.width).saturating_sub(4);
    let count = typed.len().min(room);
    canvas.put(area, row, 0, "›", StyleRole::Accent);
    canvas.put(area, row, 2, &"•".repeat(count), StyleRole::Strong);
    canvas.point(area, row, 2 + count);
}
