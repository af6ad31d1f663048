//! The Vault screen: state, check, copies, members and the exchange.

pub(crate) mod exchange_state;
pub(crate) mod exchange_update;
pub(crate) mod lines;
pub(crate) mod state;
pub(crate) mod update;
