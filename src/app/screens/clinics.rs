//! The Clinics screen: the list of notes, search in notes, retention, trash and erasing.

pub(crate) mod migrate_draft;
pub(crate) mod retention;
pub(crate) mod state;
pub(crate) mod update;
