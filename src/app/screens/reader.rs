//! The reader: one entry or page of the guide at a time, with bookmarks and the way back.

pub(crate) mod bookmarks;
pub(crate) mod open;
pub(crate) mod state;
pub(crate) mod update;
