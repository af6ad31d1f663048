//! Dialogs: help, palette, questions, the vault and the meeting formats, and what their results do.

pub(crate) mod dialog;
pub(crate) mod dialog_results;
pub(crate) mod prompts;
pub(crate) mod scroll;
pub(crate) mod vault;
