//! The Settings screen: every setting with its value, where it comes from and what it does.

pub(crate) mod state;
pub(crate) mod update;
