//! The bar at the top (where one is, the vault) and the bar at the bottom (the keys that work).

use crate::{
    app::{Area, KeyContext, MESSAGE_ROWS, Model, SaveStatus, Screen, VaultStatus, hints},
    text::{counted, width, wrap},
    tui::{canvas::Canvas, theme::StyleRole},
};

/// The name of this program at the left of the top bar.
const NAME: &str = "caseclinic   ";

/// Said in the last minute, until a key is pressed. It is not drawn again each second, so it names
/// no time.
const LOCKS_SOON: &str = "The vault will lock soon because no key was pressed. Press any key to keep it open. Nothing is lost either way.";

/// Draws the top bar. Where there is no room for everything, the name of the program gives way
/// first, then how many entries there are, and only at last the way to help.
pub(super) fn top(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.top_bar();
    let room = usize::from(area.width).saturating_sub(2);
    let tabs = tabs(model);
    let named: usize = tabs.iter().map(|(name, key, _)| width(name) + width(key) + 3).sum();
    let (vault, role) = vault_look(model);
    let entries = model.library.as_ref().map_or(String::new(), |library| {
        format!(" · {}", counted(library.entries().len(), "entry", "entries"))
    });
    let tails = [format!("{entries} · F1 help"), " · F1 help".to_owned(), String::new()];
    let fits = |name: &str, tail: &str| width(name) + named + width(vault) + width(tail) <= room;
    let whole = fits(NAME, &tails[0]);
    let tail = tails.iter().find(|tail| fits("", tail)).map_or("", String::as_str);
    let mut column = 1;
    if whole {
        column = canvas.put(area, 0, column, NAME, StyleRole::Strong);
    }
    for (name, key, open) in tabs {
        let role = if open { StyleRole::Title } else { StyleRole::Text };
        column = canvas.put(area, 0, column, name, role) + 1;
        column = canvas.put(area, 0, column, key, StyleRole::Muted) + 1;
        column += usize::from(!key.is_empty());
    }
    let start = usize::from(area.width).saturating_sub(width(vault) + width(tail) + 1);
    let start = start.max(column);
    let next = canvas.put_short(area, 0, start, vault, role);
    canvas.put_short(area, 0, next, tail, StyleRole::Muted);
}

/// Name, key, and whether one is there.
fn tabs(model: &Model) -> Vec<(&'static str, &'static str, bool)> {
    let in_clinics = matches!(model.screen, Screen::Clinics | Screen::Clinic | Screen::Note)
        || (model.screen == Screen::Reader && model.reader_from == Screen::Clinic);
    let in_actions = model.screen == Screen::Actions;
    let in_insight = model.screen == Screen::Insight;
    // In a clinic the keys of the others mean something else.
    let key = |key| if model.screen == Screen::Clinic { "" } else { key };
    vec![
        ("Search", "F2", !in_clinics && !in_actions && !in_insight),
        ("Clinics", "F3", in_clinics),
        ("Actions", key("F4"), in_actions),
        ("Insight", key("F5"), in_insight),
    ]
}

fn vault_look(model: &Model) -> (&'static str, StyleRole) {
    match (&model.vault, &model.read_only, &model.saving) {
        (_, _, SaveStatus::NotSaved(_)) => ("NOT SAVED", StyleRole::Bad),
        (VaultStatus::Open, Some(_), _) => ("vault open, read-only", StyleRole::Caution),
        (VaultStatus::Open, None, _) => ("vault open", StyleRole::Good),
        (VaultStatus::Locked, ..) => ("vault locked", StyleRole::Muted),
        (VaultStatus::Missing, ..) => ("no vault yet", StyleRole::Muted),
        (VaultStatus::Unusable(_), ..) => ("vault not usable", StyleRole::Bad),
        (VaultStatus::Unknown, ..) => ("", StyleRole::Muted),
    }
}

/// Draws the bottom bar, or the notice in its place.
pub(super) fn bottom(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.size.bottom_bar();
    if let SaveStatus::NotSaved(why) = &model.saving {
        // Said until it is mended, in words, above the keys.
        let above = Area { y: area.y.saturating_sub(1), ..area };
        let why = why.strip_prefix("Not saved: ").unwrap_or(why);
        lines_up(canvas, above, &format!("NOT SAVED: {why}"), StyleRole::Bad);
    }
    if model.locks_soon() {
        return lines_up(canvas, area, LOCKS_SOON, StyleRole::Strong);
    }
    if let Some(notice) = &model.notice {
        let role = if notice.is_error { StyleRole::Bad } else { StyleRole::Strong };
        return lines_up(canvas, area, &notice.text, role);
    }
    let mut hints = hints(&model.contexts());
    match model.contexts()[..] {
        [KeyContext::Placing, ..] => {
            let placing = model.clinic.as_ref().and_then(|clinic| clinic.placing.as_ref());
            hints[0].0 = format!("1-{}", placing.map_or(0, |placing| placing.steps.len()));
        }
        // Not keys: what may be typed.
        [KeyContext::NoteSearch, ..] => {
            let at = hints.len() - 1;
            let typed = [("\"a b\"", "exact phrase"), ("-word", "leave out")];
            hints.splice(at..at, typed.map(|(text, word)| (text.to_owned(), word)));
        }
        _ => {}
    }
    let mut column = 1;
    for (key, word) in hints {
        if column + width(&key) + 1 + width(word) > usize::from(area.width) {
            break;
        }
        column = canvas.put(area, 0, column, &key, StyleRole::BarKey) + 1;
        column = canvas.put(area, 0, column, word, StyleRole::Muted) + 2;
    }
}

/// A sentence longer than the bar grows upwards, over what is least needed.
fn lines_up(canvas: &mut Canvas<'_>, bar: Area, text: &str, role: StyleRole) {
    let lines = wrap(text, usize::from(bar.width).saturating_sub(2));
    let shown = lines.len().min(usize::from(MESSAGE_ROWS));
    let rows = shown as u16;
    let area = Area { y: bar.y + 1 - rows, height: rows, ..bar };
    canvas.clear(area);
    for (row, range) in lines.into_iter().take(shown).enumerate() {
        let last = row + 1 == shown;
        // The last line says by `…` that there was more.
        let text = if last { &text[range.start..] } else { &text[range] };
        canvas.put_short(area, row, 1, text, role);
    }
}
