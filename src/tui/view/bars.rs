//! The bar at the top (where one is, the vault) and the bar at the bottom (the keys that work).

use crate::{
    app::{Dialog, Model, SaveLook, Screen, VaultLook, hints},
    text::width,
    tui::{canvas::Canvas, theme::Look},
};

/// Draws both.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    top(canvas, model);
    bottom(canvas, model);
}

fn top(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.top_bar();
    let mut column = canvas.put(area, 0, 1, "caseclinic", Look::Strong) + 3;
    let in_clinics = matches!(model.screen, Screen::Clinics | Screen::Clinic)
        || (model.screen == Screen::Reader && model.reader_from == Screen::Clinic);
    for (name, key, open) in [("Search", "F2", !in_clinics), ("Clinics", "F3", in_clinics)] {
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
    let tail = width(&entries) + width(help);
    let start = usize::from(area.width).saturating_sub(width(vault) + tail);
    if start > column {
        let next = canvas.put(area, 0, start, vault, look);
        canvas.put(area, 0, next, &format!("{entries}{help}"), Look::Muted);
    } else {
        canvas.put_right(area, 0, column, &format!("{vault} "), look);
    }
}

fn bottom(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.bottom_bar();
    if let Some(notice) = &model.notice {
        let look = if notice.is_error { Look::Bad } else { Look::Strong };
        canvas.put_short(area, 0, 1, &notice.text, look);
        return;
    }
    let hints = match &model.dialog {
        Some(dialog) => dialog_hints(dialog),
        None if is_placing(model) => PLACING_HINTS.map(|(key, word)| (key.to_owned(), word)).into(),
        None => hints(model.context()),
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

/// The keys that work while somebody places privately.
const PLACING_HINTS: [(&str, &str); 3] =
    [("1 2 3 …", "choose"), ("Enter", "keep it"), ("Esc", "back without placing")];

fn is_placing(model: &Model) -> bool {
    model.screen == Screen::Clinic
        && model.clinic.as_ref().is_some_and(|clinic| clinic.placing.is_some())
}

fn dialog_hints(dialog: &Dialog) -> Vec<(String, &'static str)> {
    let hints: &[(&str, &'static str)] = match dialog {
        Dialog::Help { .. } | Dialog::Reading { .. } => &[("↑↓", "scroll"), ("Esc", "close")],
        Dialog::Palette(_) => &[("↑↓", "choose"), ("Enter", "do it"), ("Esc", "close")],
        Dialog::Ask(_) => &[("Enter", "confirm"), ("Esc", "cancel")],
        Dialog::Choose(_) => &[("↑↓", "choose"), ("Enter", "confirm"), ("Esc", "cancel")],
        Dialog::Vault(_) => &[("Enter", "go on"), ("Esc", "back")],
    };
    hints.iter().map(|(key, word)| ((*key).to_owned(), *word)).collect()
}
