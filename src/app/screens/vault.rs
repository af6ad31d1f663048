//! The Vault screen: state, check, copies and members.

pub(crate) mod state;
pub(crate) mod update;
