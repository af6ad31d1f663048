//! What lies over a screen.

use std::ops::Range;

use secrecy::ExposeSecret;

use crate::{
    app::{
        Agree, Area, Ask, Choose, Dialog, HelpPage, KeyChanges, Model, Offer, Palette,
        PasswordInput, QUESTION_COLUMNS, READING_COLUMNS, SHEET_COLUMNS, ScreenLayout,
        TemplatePicker, VaultDialog, VaultStep,
    },
    text::{counted, paragraphs, width},
    tui::{canvas::Canvas, theme::StyleRole},
};

/// Rows that commands take at most.
const MAX_COMMANDS: usize = 14;
/// Rows of an answer of many lines.
const ANSWER_ROWS: usize = 8;
/// Columns of the list of meeting formats.
const PICKER_COLUMNS: u16 = 74;
/// Above the six words that are offered for a new vault, and below them.
const OFFER: &str = "Notes are encrypted with a passphrase before they are saved. Use these six words, or choose your own (12 characters or more).";
const WRITE_DOWN: &str = "Write them on paper now: you will type them next. Then you get a recovery sheet. Without the passphrase or the sheet, nobody can open the notes, not even the makers of this program.";
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
    let layout = model.layout();
    let HelpPage { lines, indent } = HelpPage::of(&model.contexts_below(), &model.keys, layout);
    let inner = canvas.dialog(layout, READING_COLUMNS, "Help: keys for this screen", lines.len());
    let in_view = put_in_view(canvas, inner, lines.len(), top);
    for (row, (key, text)) in lines[in_view].iter().enumerate() {
        if key.is_empty() {
            // Keys are most of what is bold already.
            canvas.put_short(inner, row, 0, text, StyleRole::Accent);
        } else {
            canvas.put(inner, row, 0, key, StyleRole::Heading);
            canvas.put(inner, row, indent, text, StyleRole::Text);
        }
    }
    canvas.point(inner, 0, 0);
}

fn reading(canvas: &mut Canvas<'_>, model: &Model, title: &str, text: &str, top: usize) {
    let layout = model.layout();
    let lines = paragraphs(text, layout.dialog_columns(READING_COLUMNS));
    let inner = canvas.dialog(layout, READING_COLUMNS, title, lines.len());
    let in_view = put_in_view(canvas, inner, lines.len(), top);
    canvas.put_lines(inner, 0, &lines[in_view], StyleRole::Text);
    canvas.point(inner, 0, 0);
}

/// How many of so many lines fit into a height, with a last row that says that there are more.
fn fitting(count: usize, height: usize) -> usize {
    if count > height { height.saturating_sub(1) } else { count }
}

/// Returns which of so many lines are in view from `top` on: to the last row at the end, and before it with how many
/// are below in that row.
fn put_in_view(canvas: &mut Canvas<'_>, area: Area, count: usize, top: usize) -> Range<usize> {
    let height = usize::from(area.height);
    let last = count.saturating_sub(height);
    if top >= last {
        return last..count;
    }
    let end = top + fitting(count, height);
    let more = format!("{} more below ↓", counted(count - end, "line", "lines"));
    canvas.put_right(area, end - top, 0, &more, StyleRole::Quiet);
    top..end
}

fn palette(canvas: &mut Canvas<'_>, model: &Model, palette: &Palette) {
    // As high as the list of all commands, so that the line that is typed stands still.
    let height = palette.all().min(MAX_COMMANDS) + 2;
    let inner = canvas.dialog(model.layout(), QUESTION_COLUMNS, "Commands", height);
    canvas.put(inner, 0, 0, "›", StyleRole::Accent);
    let columns = usize::from(inner.width).saturating_sub(3);
    let caret = canvas.put_typed(inner, 0, 2, &palette.words, columns);
    canvas.point(inner, 0, caret);
    let list = inner.below(2);
    let lines = command_lines(palette, &model.keys, columns);
    let fit = fitting(lines.len(), usize::from(list.height));
    let last = lines.iter().rposition(|(at, ..)| *at == palette.chosen);
    let first = last.map_or(0, |last| (last + 1).saturating_sub(fit));
    let in_view = put_in_view(canvas, list, lines.len(), first);
    for (row, (at, key, text)) in lines[in_view].iter().enumerate() {
        if *at == palette.chosen {
            canvas.choose_rows_in_dialog(list, row, 1);
        }
        canvas.put(list, row, 2, text, StyleRole::Text);
        canvas.put_right(list, row, 2, key, StyleRole::Quiet);
    }
    if lines.is_empty() {
        canvas.put(list, 0, 2, "No command matches.", StyleRole::Text);
    }
}

/// The commands broken to lines: which command, its key in its first line, and the line.
fn command_lines(
    palette: &Palette,
    changes: &KeyChanges,
    columns: usize,
) -> Vec<(usize, String, String)> {
    let mut lines = Vec::new();
    for (at, (key, text, _)) in palette.rows().into_iter().enumerate() {
        let key = key.map(|(context, keys)| changes.shown(context, keys)).unwrap_or_default();
        let room = columns.saturating_sub(width(&key) + 2);
        let first = lines.len();
        lines.extend(
            paragraphs(text, room as u16).into_iter().map(|line| (at, String::new(), line)),
        );
        if let Some((_, shown, _)) = lines.get_mut(first) {
            *shown = key;
        }
    }
    lines
}

fn ask(canvas: &mut Canvas<'_>, model: &Model, ask: &Ask) {
    let layout = model.layout();
    let lines = paragraphs(&ask.text, layout.dialog_columns(QUESTION_COLUMNS));
    let gap = usize::from(!lines.is_empty());
    let rows = if ask.answer.is_one_line() { 1 } else { ANSWER_ROWS };
    let inner = canvas.dialog(layout, QUESTION_COLUMNS, &ask.title, lines.len() + gap + rows);
    // A long text gives way to the answer, which must be in view.
    let most = usize::from(inner.height).saturating_sub(gap + 1);
    let row = put_cut(canvas, inner, &lines, most) + gap;
    canvas.put(inner, row, 0, "›", StyleRole::Accent);
    let columns = usize::from(inner.width).saturating_sub(3);
    if !ask.answer.is_one_line() {
        let typed = ask.answer.layout(columns);
        let fit = usize::from(inner.height).saturating_sub(row).max(1);
        let skip = (typed.caret.0 + 1).saturating_sub(fit);
        for (at, range) in typed.lines.iter().skip(skip).take(fit).enumerate() {
            canvas.put(inner, row + at, 2, &typed.text[range.clone()], StyleRole::Strong);
        }
        return canvas.point(inner, row + typed.caret.0 - skip, 2 + typed.caret.1);
    }
    let caret = canvas.put_typed(inner, row, 2, &ask.answer, columns);
    canvas.point(inner, row, caret);
}

fn choose(canvas: &mut Canvas<'_>, model: &Model, choose: &Choose) {
    let layout = model.layout();
    let columns = layout.dialog_columns(QUESTION_COLUMNS);
    let lines = paragraphs(&choose.text, columns);
    let options = option_lines(&choose.options, columns);
    let gap = usize::from(!lines.is_empty());
    let rows = lines.len() + gap + options.len();
    let inner = canvas.dialog(layout, QUESTION_COLUMNS, &choose.title, rows);
    // A long text gives way to the options, which must be in view.
    let height = usize::from(inner.height);
    let shown = put_cut(canvas, inner, &lines, height.saturating_sub(options.len() + gap));
    let first = if shown == 0 { 0 } else { shown + gap };
    let fit = height.saturating_sub(first).max(1);
    let own = |(at, ..): &(usize, _, _)| Some(*at) == choose.chosen;
    let (begin, end) = (options.iter().position(own), options.iter().rposition(own));
    let skip = end.map_or(0, |end| (end + 1).saturating_sub(fit)).min(begin.unwrap_or(0));
    for (row, (at, digit, line)) in options.iter().skip(skip).take(fit).enumerate() {
        if Some(*at) == choose.chosen {
            canvas.choose_rows_in_dialog(inner, first + row, 1);
        }
        canvas.put(inner, first + row, 0, digit, StyleRole::Heading);
        canvas.put(inner, first + row, digit.len().max(3), line, StyleRole::Text);
    }
    if let Some(begin) = begin {
        canvas.point(inner, first + begin - skip, 0);
    }
}

/// What there is to choose, broken to lines: which option, its number in its first line, and the line.
fn option_lines(options: &[String], columns: u16) -> Vec<(usize, String, String)> {
    let mut lines = Vec::new();
    for (at, option) in options.iter().enumerate() {
        let number = format!("{:<3}", at + 1);
        let room = columns.saturating_sub(number.len() as u16).max(1);
        for (row, text) in paragraphs(option, room).into_iter().enumerate() {
            let blank = " ".repeat(number.len());
            lines.push((at, if row == 0 { number.clone() } else { blank }, text));
        }
    }
    lines
}

/// Puts at most so many lines, the last of them `…` if there are more; returns how many.
fn put_cut(canvas: &mut Canvas<'_>, area: Area, lines: &[String], most: usize) -> usize {
    let shown = lines.len().min(most);
    let whole = if shown < lines.len() { shown.saturating_sub(1) } else { shown };
    let row = canvas.put_lines(area, 0, &lines[..whole], StyleRole::Text);
    if whole < shown {
        canvas.put(area, row, 0, "…", StyleRole::Text);
    }
    shown
}

fn agree(canvas: &mut Canvas<'_>, model: &Model, agree: &Agree) {
    let layout = model.layout();
    let lines = agree.page(layout);
    let inner = canvas.dialog(layout, QUESTION_COLUMNS, &agree.title, lines.len());
    let in_view = put_in_view(canvas, inner, lines.len(), agree.top);
    canvas.put_lines(inner, 0, &lines[in_view], StyleRole::Text);
    canvas.point(inner, 0, 0);
}

/// The list of meeting formats: each with its minutes, and what the chosen one is for.
fn template_picker(canvas: &mut Canvas<'_>, model: &Model, picker: &TemplatePicker) {
    let layout = model.layout();
    let columns = layout.dialog_columns(PICKER_COLUMNS);
    let offers = picker.offers();
    let about = |at: usize| match offers.get(at) {
        Some(Offer::Bundled(format) | Offer::Local(format)) => {
            let mut lines = paragraphs(&format.purpose, columns);
            if !format.audience.is_empty() {
                lines.extend(paragraphs(&format!("For: {}", format.audience), columns));
            }
            lines
        }
        Some(Offer::Broken { why, .. }) => {
            paragraphs(&format!("This meeting format cannot be used. {why}"), columns)
        }
        None => Vec::new(),
    };
    // As high as the longest needs, so that the list stands still while one moves in it.
    let rows = offers.len();
    let longest = (0..rows).map(|at| about(at).len()).max().unwrap_or(0);
    let inner = canvas.dialog(layout, PICKER_COLUMNS, picker.title(), rows + 1 + longest);
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
                (*file, " local  ! has errors".to_owned(), StyleRole::Quiet)
            }
        };
        if at == picker.chosen {
            canvas.choose_rows_in_dialog(inner, row, 1);
            canvas.point(inner, row, 0);
        }
        canvas.put(inner, row, 0, &format!("{}", at + 1), StyleRole::Heading);
        let room = Area { width: inner.width.saturating_sub(width(&right) as u16), ..inner };
        canvas.put_short(room, row, 3, name, role);
        canvas.put_right(inner, row, 0, &right, StyleRole::Quiet);
    }
    canvas.put_lines(inner, fit + 1, &about(picker.chosen), StyleRole::Text);
}

/// What stands in a dialog of the vault: what is read, and below it what is typed, which is always in view with what
/// is wrong with it.
struct VaultParts {
    title: &'static str,
    columns: u16,
    text: Vec<(String, StyleRole)>,
    /// From which line of the text on it can be scrolled.
    scrolls: Option<(usize, usize)>,
    /// The question in front of the line that is typed.
    typed: Option<(String, Typed)>,
}

/// A line that is typed, as it is shown, with the column of its caret.
struct Typed {
    shown: String,
    caret: usize,
}

impl VaultParts {
    fn new(title: &'static str, columns: u16) -> Self {
        Self { title, columns, text: Vec::new(), scrolls: None, typed: None }
    }

    fn paragraph(mut self, layout: ScreenLayout, text: &str, role: StyleRole) -> Self {
        if !self.text.is_empty() {
            self.text.push((String::new(), role));
        }
        let lines = paragraphs(text, layout.dialog_columns(self.columns));
        self.text.extend(lines.into_iter().map(|line| (line, role)));
        self
    }

    /// A text, and below it a passphrase as dots.
    fn password(self, layout: ScreenLayout, text: &str, typed: &PasswordInput) -> Self {
        let parts = self.paragraph(layout, text, StyleRole::Text);
        let room = layout.dialog_columns(parts.columns).saturating_sub(4);
        let caret = typed.len().min(usize::from(room));
        let typed = Typed { shown: "•".repeat(caret), caret };
        Self { typed: Some((String::new(), typed)), ..parts }
    }
}

/// Creating and opening the vault.
fn vault_dialog(canvas: &mut Canvas<'_>, model: &Model, dialog: &VaultDialog) {
    let layout = model.layout();
    let parts = vault_parts(layout, dialog);
    let columns = layout.dialog_columns(parts.columns);
    let error = dialog.error_rows(columns);
    let gap = usize::from(parts.typed.is_some());
    let below = gap + usize::from(parts.typed.is_some()) + error;
    let below = below + usize::from(gap == 0 && error > 0);
    let rows = parts.text.len() + below;
    let inner = canvas.dialog(layout, parts.columns, parts.title, rows);
    let room = usize::from(inner.height).saturating_sub(below);
    let mut lines: Vec<&(String, StyleRole)> = parts.text.iter().collect();
    if let Some((from, top)) = parts.scrolls {
        let hidden = lines.len().saturating_sub(room).min(lines.len() - from);
        lines.drain(from..from + top.min(hidden));
    }
    let hidden = lines.len().saturating_sub(room);
    for (row, (line, role)) in lines.into_iter().take(room).enumerate() {
        canvas.put(inner, row, 0, line, *role);
    }
    if parts.scrolls.is_some() && hidden > 0 {
        let more = format!("{} more below ↓", counted(hidden, "line", "lines"));
        canvas.put_right(inner, room, 0, &more, StyleRole::Quiet);
    }
    canvas.point(inner, 0, 0);
    let mut row = room.min(parts.text.len()) + gap;
    if let Some((question, typed)) = &parts.typed {
        let mut start = 0;
        if !question.is_empty() {
            start = canvas.put(inner, row, 0, question, StyleRole::Strong) + 1;
        }
        start = canvas.put(inner, row, start, "›", StyleRole::Accent) + 1;
        canvas.put(inner, row, start, &typed.shown, StyleRole::Text);
        canvas.point(inner, row, start + typed.caret);
    }
    row += 1;
    if let Some(error) = &dialog.error {
        canvas.put_warning(inner, row, 0, error);
    }
}

fn vault_parts(layout: ScreenLayout, dialog: &VaultDialog) -> VaultParts {
    let typed = &dialog.typed;
    match &dialog.step {
        VaultStep::Offer { words } => {
            let words = words.as_ref().map_or("…", |words| words.expose_secret());
            VaultParts::new("Create a vault for confidential notes", 74)
                .paragraph(layout, OFFER, StyleRole::Text)
                .paragraph(layout, words, StyleRole::Heading)
                .paragraph(layout, WRITE_DOWN, StyleRole::Text)
        }
        VaultStep::TypeOffered { .. } => {
            let text = "Type the six words from your paper. Esc: show them again.";
            VaultParts::new("Type the six words", 74).password(layout, text, typed)
        }
        VaultStep::TypeOwn => {
            let text = "At least 12 characters. Several unrelated words are stronger than one unusual word, and easier to remember. Esc: back to the six words.";
            VaultParts::new("Choose your own passphrase", 74).password(layout, text, typed)
        }
        VaultStep::RepeatOwn { .. } => VaultParts::new("Choose your own passphrase", 74).password(
            layout,
            "Type it again to confirm.",
            typed,
        ),
        VaultStep::Older { warning } => VaultParts::new("This vault is older than it was", 74)
            .paragraph(layout, warning, StyleRole::Bad)
            .paragraph(
                layout,
                "Enter: go on with this version   Esc: lock the vault again",
                StyleRole::Text,
            ),
        VaultStep::SheetUnconfirmed => VaultParts::new("The recovery sheet is not confirmed", 74)
            .paragraph(layout, UNCONFIRMED_SHEET, StyleRole::Text)
            .paragraph(layout, "Enter: make a new sheet   Esc: later", StyleRole::Text),
        VaultStep::Unlock => {
            let text = "Type the passphrase. Unlocking takes about a second.";
            VaultParts::new("Unlock the vault", 64).password(layout, text, typed)
        }
        VaultStep::Recovery { shown, typed, top, file } => {
            let parts = VaultParts::new("Your recovery sheet", SHEET_COLUMNS).paragraph(
                layout,
                shown.advice(),
                StyleRole::Text,
            );
            let from = parts.text.len() + 1;
            let parts = parts.paragraph(layout, &shown.copied, StyleRole::Text);
            let (question, typed) = match file {
                Some(file) => ("File name, Esc: cancel:", file),
                None => (shown.question.as_str(), typed),
            };
            let line = typed.layout(usize::from(layout.dialog_columns(parts.columns)));
            let typed = Typed { shown: line.text, caret: line.caret.1 };
            let typed = Some((question.to_owned(), typed));
            VaultParts { scrolls: Some((from, *top)), typed, ..parts }
        }
        VaultStep::Busy { creating } => {
            let text = if *creating { "Creating the vault …" } else { "Unlocking the vault …" };
            VaultParts::new("Please wait", 50).paragraph(layout, text, StyleRole::Text)
        }
    }
}
