//! Keys of the search screen.

use super::{reader, reading};
use crate::{
    app::{Action, Code, Effect, Key, Model, Screen, Shown},
    knowledge::{Library, citation},
};

/// Keys of the search line; ← and → belong to the filter in hand, if there is one.
pub(super) fn typed(model: &mut Model, key: Key) -> Vec<Effect> {
    if let Some(text) = key.typed().and_then(|number| model.search.numbered(number)) {
        let text = text.to_owned();
        return reading::search_for(model, &text);
    }
    let turns = matches!(key.code, Code::Left | Code::Right) && !key.ctrl && !key.alt;
    match model.library.clone().filter(|_| turns && model.search.facet.is_some()) {
        Some(library) => model.search.turn_value(&library, key.code == Code::Right),
        None => model.search.take(key),
    }
}

/// Does what a key of the table means here.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(library) = model.library.clone() else { return Vec::new() };
    match action {
        Action::Previous if is_above_all(model) => {
            reading::offer_searches(model);
            Vec::new()
        }
        Action::RecentSearches => {
            reading::offer_searches(model);
            Vec::new()
        }
        Action::Bookmark => {
            let entry = model.search.chosen_entry(&library, &model.reading);
            match entry.map(|entry| entry.id.clone()) {
                Some(id) => reading::mark(model, &library, &id),
                None => Vec::new(),
            }
        }
        Action::Previous | Action::Next | Action::PageBack | Action::PageOn => {
            let page = usize::from(model.size.search().list.height) / 2;
            model.search.choose(&library, &model.reading, action, page.max(1));
            Vec::new()
        }
        Action::NextFilter | Action::PreviousFilter => {
            model.search.turn_facet(action == Action::NextFilter);
            Vec::new()
        }
        Action::Open => open(model, &library),
        Action::CopyCitation => match model.search.chosen_entry(&library, &model.reading) {
            Some(entry) => vec![Effect::Copy(citation(entry))],
            None => Vec::new(),
        },
        Action::Back => {
            model.search.clear();
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Whether ↑ leads above the list: to what was searched for before, if there is anything.
fn is_above_all(model: &Model) -> bool {
    let search = &model.search;
    search.chosen == 0
        && search.query.is_blank()
        && model.remember_searches
        && !model.reading.searches.is_empty()
}

/// Reads the chosen entry, or searches for what is offered instead.
fn open(model: &mut Model, library: &Library) -> Vec<Effect> {
    let rows = model.search.rows(library, &model.reading);
    let (entry, instead) = match rows.get(model.search.chosen).map(|row| &row.shows) {
        Some(Shown::Listed(entry)) => (Some(entry.id.clone()), None),
        Some(Shown::Found(entry, _)) => (Some(entry.id.clone()), None),
        Some(Shown::Instead(_, text)) => (None, Some((*text).to_owned())),
        None => (None, None),
    };
    if let Some(text) = instead {
        return reading::search_for(model, &text);
    }
    let Some(id) = entry else { return Vec::new() };
    let effects = reading::found(model);
    reader::open_entry(model, &id, Screen::Search);
    effects
}
