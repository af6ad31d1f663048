//! The screens: for each its state and what its keys do.

pub(crate) mod actions;
pub(crate) mod clinic;
pub(crate) mod clinics;
pub(crate) mod insight;
pub(crate) mod locked;
pub(crate) mod note;
pub(crate) mod reader;
pub(crate) mod search;
pub(crate) mod vault;
