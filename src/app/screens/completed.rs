//! What a clinic that was just completed agreed, and what to do next.

pub(crate) mod state;
pub(crate) mod update;
