//! Search: from words, however messy, to the entries that answer.
//!
//! A query over the bundled pack takes well under two milliseconds. Nothing typed is an error,
//! and a broken cache never fails a search. Superseded entries never outrank current ones.

mod expand;
mod facet_groups;
mod facets;
mod index;
mod notes;
mod options;
mod query;
mod rank;
mod results;
mod searcher;
mod snippet;
#[cfg(test)]
mod tests;
mod title_boost;
mod token;
mod vocabulary;

pub use facets::{Counts, Facet};
pub use notes::{NOTES_FORMAT, NoteSearchError, NoteToSearch, NotesIndex, NotesPart};
pub use options::{Filters, Options};
pub use results::{Hit, Results};
pub use searcher::Searcher;
