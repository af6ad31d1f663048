//! What a person comes back to: bookmarked entries and recent searches.
//!
//! It is kept in plain text, so it knows entries and what was typed into the search line to find
//! them, and never a word from a clinic.

pub(crate) mod file;

/// Searches kept at most.
const MAX_SEARCHES: usize = 20;
/// A longer text is no search: somebody pasted something, and it may be about a case.
const MAX_SEARCH_LEN: usize = 80;

/// Bookmarks and recent searches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookmarks {
    /// Ids of bookmarked entries, oldest first.
    pub bookmarks: Vec<String>,
    /// Searches that led to reading an entry, newest first.
    pub searches: Vec<String>,
}

/// A change of it. Changes are kept one by one, so that two windows don't undo each other's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookmarkChange {
    /// An entry was bookmarked.
    Marked(String),
    /// A bookmark was taken out.
    Unmarked(String),
    /// A search led to reading an entry.
    Searched(String),
    /// Searches are not to be remembered, those of before neither.
    SearchesForgotten,
}

impl Bookmarks {
    /// Whether an entry is bookmarked.
    pub fn is_marked(&self, id: &str) -> bool {
        self.bookmarks.iter().any(|marked| marked == id)
    }

    /// Applies a change; false if nothing is different after it.
    pub fn apply(&mut self, change: &BookmarkChange) -> bool {
        let before = self.clone();
        match change {
            BookmarkChange::Marked(id) if !self.is_marked(id) => self.bookmarks.push(id.clone()),
            BookmarkChange::Marked(_) => {}
            BookmarkChange::Unmarked(id) => self.bookmarks.retain(|marked| marked != id),
            BookmarkChange::Searched(text) => {
                let text = text.trim();
                if !text.is_empty() && text.chars().count() <= MAX_SEARCH_LEN {
                    self.searches.retain(|known| known != text);
                    self.searches.insert(0, text.to_owned());
                    self.searches.truncate(MAX_SEARCHES);
                }
            }
            BookmarkChange::SearchesForgotten => self.searches.clear(),
        }
        *self != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(text: &str) -> BookmarkChange {
        BookmarkChange::Searched(text.to_owned())
    }

    #[test]
    fn the_last_twenty_searches_are_kept_newest_first_and_each_once() {
        let mut reading = Bookmarks::default();
        for number in 0..30 {
            assert!(reading.apply(&searched(&format!("year {number}"))));
        }
        assert!(reading.apply(&searched(" year 20 ")));
        assert!(!reading.apply(&searched("year 20")));
        assert_eq!(reading.searches.len(), MAX_SEARCHES);
        assert_eq!(reading.searches[..2], ["year 20", "year 29"]);
    }

    #[test]
    fn a_pasted_page_is_no_search_to_remember() {
        let mut reading = Bookmarks::default();
        assert!(!reading.apply(&searched(&"he said ".repeat(20))));
        assert!(!reading.apply(&searched("  ")));
        assert_eq!(reading, Bookmarks::default());
    }

    #[test]
    fn a_bookmark_is_there_once_and_goes_again() {
        let mut reading = Bookmarks::default();
        assert!(reading.apply(&BookmarkChange::Marked("a".into())));
        assert!(!reading.apply(&BookmarkChange::Marked("a".into())));
        assert_eq!(reading.bookmarks, ["a"]);
        assert!(reading.apply(&BookmarkChange::Unmarked("a".into())));
        assert!(!reading.is_marked("a"));
    }
}
