//! Notes in the vault: reading, saving, correcting, retention, erasing, trash, and the ledger that
//! names every completed revision.

pub(crate) mod cache;
pub(crate) mod catalogue;
pub(crate) mod check;
pub(crate) mod document;
mod erase;
pub(crate) mod ledger;
pub(crate) mod ledger_entries;
pub(crate) mod note;
pub(crate) mod note_file;
pub(crate) mod retention;
pub(crate) mod save;
pub(crate) mod search_source;
pub(crate) mod trash;
