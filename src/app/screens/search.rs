//! The Search screen: the search line, its results, filters and preview.

pub(crate) mod chips;
pub(crate) mod rows;
pub(crate) mod state;
pub(crate) mod update;
