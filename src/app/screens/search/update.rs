//! Keys of the search screen.

use crate::app::screens::reader::{self, bookmarks};
use crate::{
    app::{
        Effect, Key, KeyAction, Model, Screen, Shown,
        keymap::{self, KeyContext},
    },
    knowledge::{Library, citation},
};

/// Takes a key of the filter that is selected or of what is offered instead; none if it is for the
/// table or the search line.
pub(crate) fn takes(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    if let Some(text) = keymap::place(key).and_then(|at| model.search.numbered(at)) {
        let text = text.to_owned();
        return Some(bookmarks::search_for(model, &text));
    }
    let filter = model.search.in_hand.filter(|_| !key.ctrl && !key.alt)?;
    let forward = match keymap::own(KeyContext::SearchFilter, key)? {
        KeyAction::PreviousValue => false,
        KeyAction::NextValue => true,
        _ => return None,
    };
    let library = model.library.clone()?;
    Some(model.search.step(&library, filter, forward))
}

/// Does what a key of the table means here.
pub(crate) fn handle_action(model: &mut Model, action: KeyAction) -> Vec<Effect> {
    let Some(library) = model.library.clone() else { return Vec::new() };
    match action {
        KeyAction::Previous if is_above_all(model) => {
            bookmarks::offer_searches(model);
            Vec::new()
        }
        KeyAction::RecentSearches => {
            bookmarks::offer_searches(model);
            Vec::new()
        }
        KeyAction::Bookmark => {
            let entry = model.search.chosen_entry(&library, &model.reading);
            match entry.map(|entry| entry.id.clone()) {
                Some(id) => bookmarks::mark(model, &library, &id),
                None => Vec::new(),
            }
        }
        KeyAction::Previous | KeyAction::Next | KeyAction::PageBack | KeyAction::PageOn => {
            let page = usize::from(model.size.search().list.height) / 2;
            model.search.choose(&library, &model.reading, action, page.max(1));
            Vec::new()
        }
        KeyAction::NextFilter | KeyAction::PreviousFilter => {
            model.search.turn_filter(&library, action == KeyAction::NextFilter);
            Vec::new()
        }
        KeyAction::Open => open(model, &library),
        KeyAction::CopyCitation => match model.search.chosen_entry(&library, &model.reading) {
            Some(entry) => vec![Effect::Copy(citation(entry))],
            None => Vec::new(),
        },
        KeyAction::Back => {
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
        return bookmarks::search_for(model, &text);
    }
    let Some(id) = entry else { return Vec::new() };
    let effects = bookmarks::found(model);
    reader::open::open_entry(model, &id, Screen::Search);
    effects
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{Code, Message, Size, update},
        search::Results,
    };

    const ENTER: Key = Key::plain(Code::Enter);

    fn hears(model: &mut Model, message: Message) -> Vec<Effect> {
        let now = model.now;
        update(model, message, now)
    }

    fn types(model: &mut Model, text: &str) -> Vec<Effect> {
        let keys = text.chars().map(Key::char);
        keys.flat_map(|key| hears(model, Message::Pressed(key))).collect()
    }

    /// The generation and the words of the newest search asked for.
    fn asked(effects: &[Effect]) -> Option<(u64, &str)> {
        effects.iter().rev().find_map(|effect| match effect {
            Effect::Search { generation, text, .. } => Some((*generation, text.as_str())),
            _ => None,
        })
    }

    /// Somebody has searched in vain for a word; two others are offered.
    fn in_vain() -> Model {
        let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
        hears(&mut model, Message::LibraryRead(Arc::new(Library::bundled())));
        hears(&mut model, Message::IndexReady(None));
        let effects = types(&mut model, "supperwizzon");
        let (generation, text) = asked(&effects).expect("it is asked");
        let results = Arc::new(Results { query: text.to_owned(), ..Results::default() });
        let by = crate::app::SearchOrigin::SearchScreen;
        hears(&mut model, Message::Searched { generation, results, by });
        let instead = vec!["supervision".to_owned(), "supper".to_owned()];
        hears(&mut model, Message::Offered { generation, instead });
        model
    }

    #[test]
    fn a_search_in_vain_always_offers_what_to_do_in_danger_and_whom_to_ring() {
        let model = in_vain();
        let library = model.library.as_ref().expect("it is read");
        let rows = model.search.rows(library, &model.reading);
        let ids: Vec<&str> =
            rows.iter().filter_map(|row| row.entry()).map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["immediate-safety", "helplines"]);
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn what_may_have_been_meant_is_one_key_away() {
        let effects = hears(&mut in_vain(), Message::Pressed(ENTER));
        assert_eq!(asked(&effects).map(|it| it.1), Some("supervision"));
        let effects = types(&mut in_vain(), "2");
        assert_eq!(asked(&effects).map(|it| it.1), Some("supper"));
    }

    #[test]
    fn a_number_behind_a_blank_or_without_an_offer_is_typed() {
        let mut model = in_vain();
        assert_eq!(asked(&types(&mut model, " 2")).map(|it| it.1), Some("supperwizzon 2"));
        let mut model = in_vain();
        assert_eq!(asked(&types(&mut model, "3")).map(|it| it.1), Some("supperwizzon3"));
    }

    #[test]
    fn an_entry_that_is_offered_opens() {
        let mut model = in_vain();
        hears(&mut model, Message::Pressed(Key::plain(Code::Down)));
        hears(&mut model, Message::Pressed(Key::plain(Code::Down)));
        hears(&mut model, Message::Pressed(ENTER));
        assert_eq!(model.reader.map(|reader| reader.id).as_deref(), Some("immediate-safety"));
    }
}
