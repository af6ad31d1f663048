//! The bar at the top (where one is, the vault) and the bar at the bottom (the keys that work).

use crate::{
    app::{Area, Dialog, MESSAGE_ROWS, Model, SaveLook, Screen, VaultLook, hints},
    text::{width, wrap},
    tui::{canvas::Canvas, theme::Look},
};

/// Draws the top bar.
pub(super) fn top(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.top_bar();
    let mut column = canvas.put(area, 0, 1, "caseclinic", Look::Strong) + 3;
    let in_clinics = matches!(model.screen, Screen::Clinics | Screen::Clinic | Screen::Note)
        || (model.screen == Screen::Reader && model.reader_from == Screen::Clinic);
    let in_actions = model.screen == Screen::Actions;
    let in_search = !in_clinics && !in_actions;
    // In a clinic the keys of the others mean something else.
    let actions_key = if model.screen == Screen::Clinic { "" } else { "F4" };
    for (name, key, open) in [
        ("Search", "F2", in_search),
        ("Clinics", "F3", in_clinics),
        ("Actions", actions_key, in_actions),
    ] {
        let look = if open { Look::Title } else { Look::Text };
        column = canvas.put(area, 0, column, name, look) + 1;
        column = canvas.put(area, 0, column, key, Look::Muted) + 2;
    }
    let entries = model
        .library
        .as_ref()
        .map_or(String::new(), |library| format!(" · {} entries", library.entries().len()));
    let (vault, look) = match (&model.vault, &model.read_only, &model.saving) {
        (_, _, SaveLook::NotSaved(_)) => ("NOT SAVED", Look::Bad),
        (VaultLook::Open, Some(_), _) => ("vault open, read only", Look::Caution),
        (VaultLook::Open, None, _) => ("vault open", Look::Good),
        (VaultLook::Locked, ..) => ("vault locked", Look::Muted),
        (VaultLook::Missing, ..) => ("no vault yet", Look::Muted),
        (VaultLook::Unusable(_), ..) => ("vault not usable", Look::Bad),
        (VaultLook::Unknown, ..) => ("", Look::Muted),
    };
    let help = " · F1 help ";
    let room = usize::from(area.width).saturating_sub(column + 1 + width(vault));
    // Where there is no room for all of it, how many entries there are gives way first.
    let entries = if width(&entries) + width(help) <= room { entries } else { String::new() };
    let tail = width(&entries) + width(help);
    let start = usize::from(area.width).saturating_sub(width(vault) + tail);
    if start > column {
        let next = canvas.put(area, 0, start, vault, look);
        canvas.put(area, 0, next, &format!("{entries}{help}"), Look::Muted);
    } else {
        canvas.put_right(area, 0, column, &format!("{vault} "), look);
    }
}

/// Draws the bottom bar, or the notice in its place.
pub(super) fn bottom(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.bottom_bar();
    if let SaveLook::NotSaved(why) = &model.saving {
        // Said until it is mended, in words, above the keys.
        let above = bar_above(area);
        let why = why.strip_prefix("Not saved: ").unwrap_or(why);
        lines_up(canvas, above, &format!("NOT SAVED: {why}"), Look::Bad);
    }
    if let Some(notice) = &model.notice {
        let look = if notice.is_error { Look::Bad } else { Look::Strong };
        lines_up(canvas, area, &notice.text, look);
        return;
    }
    let clinic = model.clinic.as_ref().filter(|_| model.screen == Screen::Clinic);
    let hints = match (&model.dialog, clinic) {
        (Some(dialog), _) => dialog_hints(dialog),
        (None, Some(clinic)) if clinic.placing.is_some() => {
            named(&[("1-9", "choose"), ("Enter", "keep"), ("Esc", "back without placing")])
        }
        (None, Some(clinic)) if clinic.guidance.open => named(&[
            ("↑↓", "choose"),
            ("Enter", "read"),
            ("F6", "cite"),
            ("Esc", "back to the form"),
        ]),
        (None, None) if model.screen == Screen::Search && model.search.facet.is_some() => named(&[
            ("← →", "change"),
            ("Tab", "next filter"),
            ("↑↓", "choose"),
            ("Enter", "read"),
            ("Esc", "back to the search line"),
        ]),
        _ => hints(model.context()),
    };
    let mut column = 1;
    for (key, word) in hints {
        if column + width(&key) + 1 + width(word) > usize::from(area.width) {
            break;
        }
        column = canvas.put(area, 0, column, &key, Look::BarKey) + 1;
        column = canvas.put(area, 0, column, word, Look::Muted) + 2;
    }
}

fn bar_above(bar: Area) -> Area {
    Area { y: bar.y.saturating_sub(1), ..bar }
}

/// A sentence longer than the bar grows upwards, over what is least needed.
fn lines_up(canvas: &mut Canvas<'_>, bar: Area, text: &str, look: Look) {
    let lines = wrap(text, usize::from(bar.width).saturating_sub(2));
    let shown = lines.len().min(usize::from(MESSAGE_ROWS));
    let rows = shown as u16;
    let area = Area { y: bar.y + 1 - rows, height: rows, ..bar };
    canvas.clear(area);
    for (row, range) in lines.into_iter().take(shown).enumerate() {
        let last = row + 1 == shown;
        // The last line says by `…` that there was more.
        let text = if last { &text[range.start..] } else { &text[range] };
        canvas.put_short(area, row, 1, text, look);
    }
}

fn dialog_hints(dialog: &Dialog) -> Vec<(String, &'static str)> {
    let hints: &[(&str, &'static str)] = match dialog {
        Dialog::Help { .. } | Dialog::Reading { .. } => &[("↑↓", "scroll"), ("Esc", "close")],
        Dialog::Palette(_) => &[("↑↓", "choose"), ("Enter", "do it"), ("Esc", "close")],
        Dialog::Ask(_) => &[("Enter", "confirm"), ("Esc", "cancel")],
        Dialog::Choose(_) => &[("↑↓", "choose"), ("Enter", "confirm"), ("Esc", "cancel")],
        Dialog::Vault(_) => &[("Enter", "go on"), ("Esc", "back")],
    };
    named(hints)
}

fn named(hints: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    hints.iter().map(|(key, word)| ((*key).to_owned(), *word)).collect()
}
