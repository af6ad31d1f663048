//! The note screen: a completed note, and corrections to it.

mod layout;
pub(crate) mod state;
pub(crate) mod update;
