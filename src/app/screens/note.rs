//! The note screen: a completed note, and corrections to it.

pub(crate) mod state;
pub(crate) mod update;
