//! Bookmarks and recent searches.

use crate::{
    app::{ChoiceIntent, Effect, Model},
    knowledge::Library,
    services::{BookmarkChange, Bookmarks},
};

/// What was kept was read; searches that are not to be remembered are forgotten now.
pub(crate) fn read(model: &mut Model, reading: Bookmarks) {
    model.bookmarks = reading;
    if !model.remember_searches {
        follow(model, BookmarkChange::SearchesForgotten);
    }
}

/// Bookmarks an entry, or removes its bookmark.
pub(crate) fn mark(model: &mut Model, library: &Library, id: &str) {
    let change = if model.bookmarks.is_marked(id) {
        model.show_notice("Bookmark removed.");
        BookmarkChange::Unmarked(id.to_owned())
    } else {
        model.show_notice("Bookmarked. Bookmarks come first in Search when nothing is typed.");
        BookmarkChange::Marked(id.to_owned())
    };
    let before = model.bookmarks.clone();
    follow(model, change);
    model.search.follow_bookmarks(library, &before, &model.bookmarks);
}

/// An entry was opened from what was found.
pub(crate) fn found(model: &mut Model) {
    if let Some(text) = model.search.to_remember().filter(|_| model.remember_searches) {
        follow(model, BookmarkChange::Searched(text));
    }
}

pub(crate) fn offer_searches(model: &mut Model) {
    if !model.remember_searches {
        return model
            .show_notice("Searches are not remembered. This is switched off in your settings.");
    }
    if model.bookmarks.searches.is_empty() {
        return model.show_notice(
            "No recent searches. A search is remembered once you open an entry from it.",
        );
    }
    let searches = model.bookmarks.searches.clone();
    model.offer("Recent searches", "", searches.clone(), ChoiceIntent::SearchAgain(searches));
}

/// Searches for something else than what is typed.
pub(crate) fn search_for(model: &mut Model, text: &str) {
    model.search.in_hand = None;
    model.search.is_selected = false;
    model.search.query.set(text);
    model.effects.extend(model.search.ask());
}

fn follow(model: &mut Model, change: BookmarkChange) {
    if model.bookmarks.apply(&change) {
        model.perform(Effect::SaveBookmark(change));
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use super::*;
    use crate::{
        app::{Code, Dialog, Key, Message, Screen, Size, update},
        clinic::{Template, bundled_templates, practice_session},
        search::{Options, Searcher},
    };

    struct Reader {
        model: Model,
        searcher: Searcher,
    }

    impl Reader {
        fn new(reading: Bookmarks) -> Self {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pack");
            let library = Arc::new(Library::from_dir(&folder));
            let searcher = Searcher::open(&library, None);
            let now = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
            let mut reader =
                Self { model: Model::new(Size { columns: 80, rows: 24 }, now), searcher };
            reader.hears(Message::BookmarksRead(Ok(reading)));
            reader.hears(Message::LibraryRead(library));
            reader.hears(Message::IndexReady(None));
            reader
        }

        /// Changes that are to be kept; searches are answered.
        fn hears(&mut self, message: Message) -> Vec<BookmarkChange> {
            let now = self.model.now;
            let mut kept = Vec::new();
            for effect in update(&mut self.model, message, now) {
                match effect {
                    Effect::SaveBookmark(change) => kept.push(change),
                    Effect::Search { generation, text, filters, by } => {
                        let options = Options { filters, ..Options::default() };
                        let results = Arc::new(self.searcher.search(&text, &options));
                        self.hears(Message::Searched { generation, results, by });
                    }
                    _ => {}
                }
            }
            kept
        }

        fn presses(&mut self, key: Key) -> Vec<BookmarkChange> {
            self.hears(Message::Pressed(key))
        }

        fn titles(&self) -> Vec<&str> {
            let library = self.model.library.as_ref().expect("it is read");
            let rows = self.model.search.rows(library, &self.model.bookmarks);
            rows.iter().filter_map(|row| row.entry()).map(|entry| entry.title.as_str()).collect()
        }

        fn chosen(&self) -> &str {
            let library = self.model.library.as_ref().expect("it is read");
            let entry = self.model.search.chosen_entry(library, &self.model.bookmarks);
            entry.map_or("", |entry| &entry.id)
        }
    }

    const MARK: Key = Key::ctrl(Code::Char('b'));
    const ENTER: Key = Key::plain(Code::Enter);
    const ESC: Key = Key::plain(Code::Esc);

    #[test]
    fn a_bookmark_stands_first_while_nothing_is_typed_and_the_choice_stays_with_its_entry() {
        let mut reader = Reader::new(Bookmarks::default());
        let all = reader.titles().len();
        reader.presses(Key::plain(Code::Down));
        let id = reader.chosen().to_owned();
        assert_eq!(reader.presses(MARK), [BookmarkChange::Marked(id.clone())]);
        assert_eq!((reader.titles().len(), reader.chosen()), (all + 1, id.as_str()));
        assert_eq!(reader.titles()[0], reader.titles()[2]);
        assert_eq!(reader.presses(MARK), [BookmarkChange::Unmarked(id.clone())]);
        assert_eq!((reader.titles().len(), reader.chosen()), (all, id.as_str()));
    }

    #[test]
    fn the_entry_that_is_read_can_be_bookmarked() {
        let mut reader = Reader::new(Bookmarks::default());
        let id = reader.chosen().to_owned();
        reader.presses(ENTER);
        assert_eq!(reader.model.screen, Screen::Reader);
        assert_eq!(reader.presses(MARK), [BookmarkChange::Marked(id.clone())]);
        assert!(reader.model.bookmarks.is_marked(&id));
    }

    #[test]
    fn a_search_is_remembered_once_it_led_to_an_entry_and_can_be_asked_again() {
        let mut reader = Reader::new(Bookmarks::default());
        for c in "safe".chars() {
            assert!(reader.presses(Key::char(c)).is_empty());
        }
        assert!(!reader.titles().is_empty(), "the sample has something safe");
        assert_eq!(reader.presses(ENTER), [BookmarkChange::Searched("safe".into())]);
        reader.presses(ESC);
        reader.presses(ESC);
        assert!(reader.model.search.query.is_blank());
        reader.presses(Key::plain(Code::Up));
        assert!(matches!(reader.model.dialog, Some(Dialog::Choose(_))));
        reader.presses(ENTER);
        assert_eq!(reader.model.search.query.text(), "safe");
    }

    #[test]
    fn reading_without_a_search_remembers_nothing() {
        let mut reader = Reader::new(Bookmarks::default());
        assert!(reader.presses(ENTER).is_empty());
        reader.presses(ESC);
        reader.presses(Key::ctrl(Code::Char('r')));
        assert!(reader.model.dialog.is_none());
        assert!(reader.model.notice.is_some());
    }

    fn opens_a_clinic(reader: &mut Reader) {
        let bundled = &bundled_templates()[0];
        let template = Template::parse(bundled.file, bundled.text).expect("it is sound");
        let (file, example) = (bundled.example_file, bundled.example);
        let session = practice_session(&template, file, example, reader.model.now);
        let started = (None, session.expect("it fits"));
        reader.hears(Message::ClinicStarted(Ok(Box::new(started))));
        assert!(reader.model.clinic.is_some());
    }

    fn types(reader: &mut Reader, text: &str) -> Vec<BookmarkChange> {
        text.chars().flat_map(|c| reader.presses(Key::char(c))).collect()
    }

    #[test]
    fn what_was_typed_while_a_clinic_was_open_is_never_remembered_not_even_later() {
        let mut reader = Reader::new(Bookmarks::default());
        opens_a_clinic(&mut reader);
        reader.presses(Key::plain(Code::F(2)));
        types(&mut reader, "safe");
        assert!(reader.presses(ENTER).is_empty());
        assert_eq!(reader.model.screen, Screen::Reader);
        reader.presses(ESC);
        reader.model.clinic = None;
        assert!(reader.presses(ENTER).is_empty());
        reader.presses(ESC);
        reader.presses(ESC);
        types(&mut reader, "safe");
        assert_eq!(reader.presses(ENTER), [BookmarkChange::Searched("safe".into())]);
    }

    #[test]
    fn the_guidance_pane_and_the_fields_of_a_clinic_leave_no_trace() {
        let mut reader = Reader::new(Bookmarks::default());
        opens_a_clinic(&mut reader);
        reader.presses(Key::ctrl(Code::Char('g')));
        assert!(types(&mut reader, "safe").is_empty());
        assert!(reader.presses(ENTER).is_empty());
        assert_eq!(reader.model.screen, Screen::Reader, "the pane opens what it found");
        reader.presses(ESC);
        reader.presses(ESC);
        assert!(types(&mut reader, "a name").is_empty());
        assert_eq!(reader.model.bookmarks, Bookmarks::default());
    }

    #[test]
    fn switched_off_nothing_is_remembered_and_what_was_is_forgotten() {
        let mut reader = Reader::new(Bookmarks::default());
        reader.model.remember_searches = false;
        let reading = Bookmarks { bookmarks: vec![], searches: vec!["old".into()] };
        let kept = reader.hears(Message::BookmarksRead(Ok(reading)));
        assert_eq!(kept, [BookmarkChange::SearchesForgotten]);
        for c in "safe".chars() {
            reader.presses(Key::char(c));
        }
        assert!(reader.presses(ENTER).is_empty());
        assert!(reader.model.bookmarks.searches.is_empty());
    }
}
