//! The locked screen: idle time, locking, and returning to where the user was.

pub(crate) mod state;
pub(crate) mod update;
