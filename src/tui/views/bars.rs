//! The tabs at the top with the state of the vault; the messages and the keys that work at the bottom.

use crate::{
    app::{
        Area, Code, Key, KeyContext, KeyPattern, MARGIN, Model, NoticeSort, SaveStatus, Screen,
        VaultStatus, hints,
    },
    text::width,
    tui::{canvas::Canvas, theme::StyleRole},
};

/// The name of this program at the left of the tabs, where the window is wide.
const NAME: &str = "caseclinic    ";
const NAMED: u16 = 100;
/// From this width on, tabs tell their keys and the state of the vault has words.
const KEYED: u16 = 80;
/// Not keys: what may be typed into the search for notes.
const TYPED: [(&str, &str); 2] = [("\"a b\"", "exact phrase"), ("-word", "leave out")];
/// Before words for what is as it should be.
const GOOD_SIGN: &str = "●";

/// Draws the tabs. Where there is no room for everything, the name of the program gives way first, then the keys of
/// the tabs and the words for a vault that is as it should be.
pub(super) fn top(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.layout().tabs();
    if model.is_shared() || model.is_covered() {
        canvas.put(area, 0, 1, "caseclinic", StyleRole::Quiet);
        return;
    }
    let room = usize::from(area.width).saturating_sub(2);
    let with_keys = model.size.columns >= KEYED;
    let tabs = tabs(model);
    let key_columns = |key: &str| if with_keys && !key.is_empty() { 1 + width(key) } else { 0 };
    let columns: usize = tabs.iter().map(|(name, key, _)| width(name) + key_columns(key) + 3).sum();
    let (sign, vault, role) = vault_state(model, room.saturating_sub(columns));
    let gap = usize::from(!sign.is_empty() && !vault.is_empty());
    let right = width(sign) + gap + width(vault);
    let mut column = 1;
    if model.size.columns >= NAMED && width(NAME) + columns + right <= room {
        column = canvas.put(area, 0, column, NAME, StyleRole::Text);
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
fn tabs(model: &Model) -> [(&'static str, String, bool); 4] {
    let screen = if model.screen == Screen::Reader { model.reader_from } else { model.screen };
    // In a clinic the keys of the others mean something else.
    let always =
        |n| model.keys.shown(KeyContext::Everywhere, KeyPattern::One(Key::plain(Code::F(n))));
    let key = |n| if model.screen == Screen::Clinic { String::new() } else { always(n) };
    [
        ("Search", always(2), matches!(screen, Screen::Search | Screen::Reader)),
        (
            "Clinics",
            always(3),
            matches!(
                screen,
                Screen::Clinics
                    | Screen::Clinic
                    | Screen::Completed
                    | Screen::HandOver
                    | Screen::Note
            ),
        ),
        ("Actions", key(4), screen == Screen::Actions),
        ("Insight", key(5), screen == Screen::Insight),
    ]
}

/// A sign, words and their role. `room` is how many columns there are.
fn vault_state(model: &Model, room: usize) -> (&'static str, &'static str, StyleRole) {
    let is_practice = model.clinic.as_ref().is_some_and(|clinic| clinic.note.is_none());
    let fits = |words| width(words) + 2 <= room;
    match (&model.vault, &model.read_only, &model.saving) {
        (_, _, SaveStatus::NotSaved(_)) => ("!", "NOT SAVED", StyleRole::Bad),
        _ if model.screen == Screen::Clinic && is_practice => ("", "practice", StyleRole::Text),
        (VaultStatus::Open, Some(_), _) if fits("vault open, read-only") => {
            ("!", "vault open, read-only", StyleRole::Warn)
        }
        (VaultStatus::Open, Some(_), _) => ("!", "read-only", StyleRole::Warn),
        (VaultStatus::Open, None, _) => (GOOD_SIGN, "vault open", StyleRole::Good),
        (VaultStatus::Locked, ..) => ("", "vault locked", StyleRole::Text),
        (VaultStatus::Missing, ..) => ("", "no vault yet", StyleRole::Text),
        (VaultStatus::Unusable(_), ..) => ("!", "vault not usable", StyleRole::Bad),
        (VaultStatus::Unknown, ..) => ("", "", StyleRole::Quiet),
    }
}

/// Draws the messages and, below them, the keys that work here. Leaving and help stand at the right at every width;
/// of the others the last give way.
pub(super) fn bottom(canvas: &mut Canvas<'_>, model: &Model) {
    messages(canvas, model);
    let area = model.layout().keys();
    let mut hints = hints(&model.contexts(), &model.keys, |action| model.can_act(action));
    let shown = |context, key| model.keys.shown(context, KeyPattern::One(key));
    let share = shown(KeyContext::Clinic, Key::plain(Code::F(6)));
    match model.contexts()[..] {
        _ if model.is_covered() => {
            hints.retain(|(key, _)| key == "Esc" && model.dialog.is_some());
            hints.insert(0, (share, "end the screen-share view"));
        }
        [KeyContext::Placing, ..] => {
            let placing = model.clinic.as_ref().and_then(|clinic| clinic.placing.as_ref());
            hints[0].0 = format!("1-{}", placing.map_or(0, |placing| placing.steps.len()));
        }
        [KeyContext::NoteSearch, ..] => {
            let at = hints.len() - 1;
            hints.splice(at..at, TYPED.map(|(text, word)| (text.to_owned(), word)));
        }
        _ if model.is_shared() && model.dialog.is_none() => {
            // Leaving would show more than others may see.
            let guidance = shown(KeyContext::Clinic, Key::ctrl(Code::Char('g')));
            hints.retain(|(key, _)| *key != "Esc" && *key != guidance);
            hints.insert(0, (share, "end the screen-share view"));
        }
        _ => {}
    }
    let is_fixed = |hint: &(String, &str)| matches!(hint.0.as_str(), "Esc" | "F1");
    let (fixed, others): (Vec<_>, Vec<_>) = hints.into_iter().partition(is_fixed);
    let columns = |(key, word): &(String, &str)| width(key) + 1 + width(word);
    let right: usize = fixed.iter().map(|hint| columns(hint) + 2).sum();
    let end = usize::from(area.width).saturating_sub(right + 1).max(1);
    let mut put = |column, (key, word): &(String, &str)| {
        let is_key = TYPED.iter().all(|(typed, _)| typed != key);
        let role = if is_key { StyleRole::Accent } else { StyleRole::Text };
        let column = canvas.put(area, 0, column, key, role) + 1;
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
        // The first sentence says what is wrong; what to do is read as text.
        let mut role = role;
        for line in notice.rows {
            let lead = line.find(". ").map_or(line.len(), |dot| dot + 1);
            let end = canvas.put_short(area, row, usize::from(MARGIN), &line[..lead], role);
            if lead < line.len() || line.ends_with('.') {
                role = StyleRole::Text;
            }
            canvas.put_short(area, row, end, &line[lead..], role);
            row += 1;
        }
    }
}
