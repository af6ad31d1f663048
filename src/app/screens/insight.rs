//! The Insight screen: counts without names.

pub(crate) mod state;
pub(crate) mod update;
