//! Keys of the search screen.

use crate::{
    app::{
        Effect, Key, KeyAction, ListShape, Model, Row, Screen, Shown,
        keymap::{self, KeyContext},
        screens::reader::{bookmarks, open::open_entry},
    },
    knowledge::{Library, citation},
};

/// Takes a key of the filter that is selected or of what is offered instead; false if it is for the
/// table or the search line.
pub(crate) fn takes(model: &mut Model, key: Key) -> bool {
    if let Some(text) = keymap::place(key).and_then(|at| model.search.numbered(at)) {
        let text = text.to_owned();
        bookmarks::search_for(model, &text);
        return true;
    }
    let filter = model.search.in_hand.filter(|_| !key.ctrl && !key.alt);
    let (Some(filter), Some(library)) = (filter, &model.library) else { return false };
    let forward = match keymap::own(KeyContext::SearchFilter, key) {
        Some(KeyAction::PreviousValue) => false,
        Some(KeyAction::NextValue) => true,
        _ => return false,
    };
    model.effects.extend(model.search.step(library, filter, forward));
    true
}

pub(crate) fn handle_action(model: &mut Model, action: KeyAction) {
    let Some(library) = model.library.clone() else { return };
    match action {
        KeyAction::Previous if is_above_all(model) => bookmarks::offer_searches(model),
        KeyAction::RecentSearches => bookmarks::offer_searches(model),
        KeyAction::Bookmark => {
            let entry = model.search.chosen_entry(&library, &model.bookmarks);
            if let Some(id) = entry.map(|entry| entry.id.clone()) {
                bookmarks::mark(model, &library, &id);
            }
        }
        KeyAction::Previous | KeyAction::Next | KeyAction::PageBack | KeyAction::PageOn => {
            let rows = model.search.rows(&library, &model.bookmarks);
            let page = Row::in_view(&rows, ListShape::of(&model.layout().search())).rows.len();
            let page = page.saturating_sub(1).max(1);
            model.search.choose(&library, &model.bookmarks, action, page);
        }
        KeyAction::NextFilter | KeyAction::PreviousFilter => {
            model.search.turn_filter(&library, action == KeyAction::NextFilter);
        }
        KeyAction::Open => open(model, &library),
        KeyAction::CopyCitation => {
            let entry = model.search.chosen_entry(&library, &model.bookmarks);
            model.effects.extend(entry.map(citation).map(Effect::Copy));
        }
        KeyAction::Back => {
            model.search.clear();
        }
        _ => {}
    }
}

/// Whether ↑ leads above the list: to what was searched for before, if there is anything.
fn is_above_all(model: &Model) -> bool {
    let search = &model.search;
    search.chosen == 0
        && search.query.is_blank()
        && model.remember_searches
        && !model.bookmarks.searches.is_empty()
}

/// Reads the chosen entry, or searches for what is offered instead.
fn open(model: &mut Model, library: &Library) {
    let rows = model.search.rows(library, &model.bookmarks);
    match rows.get(model.search.chosen).map(|row| &row.shows) {
        Some(Shown::Listed(entry) | Shown::Found(entry, _)) => {
            let id = entry.id.clone();
            bookmarks::found(model);
            model.search.is_selected = true;
            open_entry(model, &id, Screen::Search);
        }
        Some(Shown::Instead(_, text)) => {
            let text = (*text).to_owned();
            bookmarks::search_for(model, &text);
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{Code, Message, SearchOrigin, Size, update},
        search::{Options, Results, Searcher},
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
        let by = SearchOrigin::SearchScreen;
        hears(&mut model, Message::Searched { generation, results, by });
        let instead = vec!["supervision".to_owned(), "supper".to_owned()];
        hears(&mut model, Message::Offered { generation, instead });
        model
    }

    #[test]
    fn a_search_in_vain_always_offers_what_to_do_in_danger_and_whom_to_ring() {
        let model = in_vain();
        let library = model.library.as_ref().expect("it is read");
        let rows = model.search.rows(library, &model.bookmarks);
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
    fn typing_after_an_entry_was_read_begins_a_new_search_and_editing_goes_on_with_the_old_one() {
        for (keys, expected) in [
            (&[Key::plain(Code::Char('n'))][..], "n"),
            (&[Key::plain(Code::Backspace)], "siblin"),
            (&[Key::plain(Code::Left), Key::plain(Code::Char('n'))], "siblinng"),
        ] {
            let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
            let mut model = Model::new(Size { columns: 80, rows: 24 }, now);
            let library = Arc::new(Library::bundled());
            hears(&mut model, Message::LibraryRead(library.clone()));
            hears(&mut model, Message::IndexReady(None));
            types(&mut model, "sibling");
            let found = Searcher::open(&library, None).search("sibling", &Options::default());
            let (generation, by) = (model.search.generation, SearchOrigin::SearchScreen);
            hears(&mut model, Message::Searched { generation, results: Arc::new(found), by });
            hears(&mut model, Message::Pressed(ENTER));
            assert_eq!(model.screen, Screen::Reader);
            hears(&mut model, Message::Pressed(Key::plain(Code::Esc)));
            for key in keys {
                hears(&mut model, Message::Pressed(*key));
            }
            assert_eq!(model.search.query.text(), expected);
        }
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
