//! The Actions screen: what was agreed in all clinics, and its status.

pub(crate) mod state;
pub(crate) mod update;
