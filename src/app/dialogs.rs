//! Dialogs: help, palette, questions, the vault and the meeting formats, and what their results do.

pub(crate) mod confirm_text;
pub(crate) mod dialog;
pub(crate) mod dialog_results;
pub(crate) mod list;
pub(crate) mod open_vault;
pub(crate) mod password_input;
pub(crate) mod prompts;
pub(crate) mod template_picker;
pub(crate) mod vault;
