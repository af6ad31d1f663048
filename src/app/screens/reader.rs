//! The reader: one entry at a time, with bookmarks and the way back.

pub(crate) mod bookmarks;
pub(crate) mod open;
pub(crate) mod state;
pub(crate) mod update;
