//! The tabs at the top with the state of the vault; the messages and the keys that work at the bottom.

use crate::{
    app::{Area, KeyContext, MARGIN, Model, NoticeSort, SaveStatus, Screen, VaultStatus, hints},
    text::width,
    tui::{canvas::Canvas, theme::StyleRole},
};

/// The name of this program at the left of the tabs, where the window is wide.
const NAME: &str = "caseclinic    ";
const NAMED: u16 = 100;
/// Before words for what is as it should be.
const GOOD_SIGN: &str = "●";

/// Draws the tabs. Where there is no room for everything, the name of the program gives way first, then the keys of
/// the tabs, and at last all but the last words for the vault.
pub(super) fn top(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.layout().tabs();
    let room = usize::from(area.width).saturating_sub(2);
    let (sign, mut vault, role) = vault_state(model);
    let signed = if sign.is_empty() { 0 } else { width(sign) + 1 };
    let tabs = tabs(model);
    let columns = |with_keys: bool| -> usize {
        let key = |key: &str| if with_keys && !key.is_empty() { width(key) + 1 } else { 0 };
        tabs.iter().map(|(name, its_key, _)| width(name) + key(its_key) + 3).sum()
    };
    if columns(false) + signed + width(vault) > room {
        vault = vault.rsplit(", ").next().unwrap_or(vault);
    }
    let right = signed + width(vault);
    let with_keys = columns(true) + right <= room;
    let mut column = 1;
    if width(NAME) + columns(true) + right <= room && model.size.columns >= NAMED {
        column = canvas.put(area, 0, column, NAME, StyleRole::Strong);
    }
    for (name, key, open) in &tabs {
        if *open {
            // The space around the name belongs to the open tab.
            canvas.put(area, 0, column - 1, " ", StyleRole::Chosen);
        }
        column = canvas.put(area, 0, column, name, tab_role(*open, StyleRole::Text));
        if with_keys && !key.is_empty() {
            column = canvas.put(area, 0, column, " ", tab_role(*open, StyleRole::Text));
            column = canvas.put(area, 0, column, key, tab_role(*open, StyleRole::Quiet));
        }
        if *open {
            canvas.put(area, 0, column, " ", StyleRole::Chosen);
        }
        column += 3;
    }
    let start = (usize::from(area.width).saturating_sub(right + 1)).max(column);
    let mut end = start;
    if !sign.is_empty() {
        end = canvas.put(area, 0, start, sign, role) + 1;
    }
    let said = if sign == GOOD_SIGN { StyleRole::Quiet } else { role };
    canvas.put(area, 0, end, vault, said);
}

fn tab_role(open: bool, other: StyleRole) -> StyleRole {
    if open { StyleRole::Chosen } else { other }
}

/// Name, key, and whether one is there. The vault and the lock are no tab.
fn tabs(model: &Model) -> [(&'static str, &'static str, bool); 4] {
    let screen = if model.screen == Screen::Reader { model.reader_from } else { model.screen };
    // In a clinic the keys of the others mean something else.
    let key = |key| if model.screen == Screen::Clinic { "" } else { key };
    [
        ("Search", "F2", matches!(screen, Screen::Search | Screen::Reader)),
        (
            "Clinics",
            "F3",
            matches!(screen, Screen::Clinics | Screen::Clinic | Screen::HandOver | Screen::Note),
        ),
        ("Actions", key("F4"), screen == Screen::Actions),
        ("Insight", key("F5"), screen == Screen::Insight),
    ]
}

/// A sign, words and their role.
fn vault_state(model: &Model) -> (&'static str, &'static str, StyleRole) {
    let is_practice = model.clinic.as_ref().is_some_and(|clinic| clinic.note.is_none());
    match (&model.vault, &model.read_only, &model.saving) {
        (_, _, SaveStatus::NotSaved(_)) => ("!", "NOT SAVED", StyleRole::Bad),
        _ if model.screen == Screen::Clinic && is_practice => ("", "practice", StyleRole::Quiet),
        (VaultStatus::Open, Some(_), _) => ("!", "vault open, read-only", StyleRole::Warn),
        (VaultStatus::Open, None, _) => (GOOD_SIGN, "vault open", StyleRole::Good),
        (VaultStatus::Locked, ..) => ("", "vault locked", StyleRole::Quiet),
        (VaultStatus::Missing, ..) => ("", "no vault yet", StyleRole::Quiet),
        (VaultStatus::Unusable(_), ..) => ("!", "vault not usable", StyleRole::Bad),
        (VaultStatus::Unknown, ..) => ("", "", StyleRole::Quiet),
    }
}

/// Draws the messages and, below them, the keys that work here. Leaving and help stand at the right at every width;
/// of the others the last give way.
pub(super) fn bottom(canvas: &mut Canvas<'_>, model: &Model) {
    messages(canvas, model);
    let area = model.layout().keys();
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
    let is_fixed = |hint: &(String, &str)| matches!(hint.0.as_str(), "Esc" | "F1");
    let (fixed, others): (Vec<_>, Vec<_>) = hints.into_iter().partition(is_fixed);
    let columns = |(key, word): &(String, &str)| width(key) + 1 + width(word);
    let right: usize = fixed.iter().map(|hint| columns(hint) + 2).sum();
    let end = usize::from(area.width).saturating_sub(right + 1).max(1);
    let mut put = |column, (key, word): &(String, &str)| {
        let column = canvas.put(area, 0, column, key, StyleRole::Heading) + 1;
        canvas.put(area, 0, column, word, StyleRole::Quiet)
    };
    let mut column = 1;
    for hint in &others {
        if column + columns(hint) > end {
            break;
        }
        column = put(column, hint) + 2;
    }
    let mut column = end + 2;
    for hint in &fixed {
        column = put(column, hint) + 2;
    }
}

fn messages(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.layout().messages();
    canvas.clear(area);
    let mut row = 0;
    for notice in model.notices() {
        let role = match notice.sort {
            NoticeSort::NotSaved | NoticeSort::Problem => StyleRole::Bad,
            NoticeSort::Said => StyleRole::Text,
        };
        if role == StyleRole::Bad {
            canvas.put(area, row, 1, "!", role);
        }
        let area = Area { width: area.width.saturating_sub(1), ..area };
        for line in notice.rows {
            canvas.put_short(area, row, usize::from(MARGIN), &line, role);
            row += 1;
        }
    }
}
