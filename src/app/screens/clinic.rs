//! The clinic screen: the form of a meeting, its guidance pane and its dialogs.

pub(crate) mod apply_event;
mod buttons;
pub(crate) mod citations;
pub(crate) mod completion_review;
pub(crate) mod control;
pub(crate) mod controls;
pub(crate) mod field_lint;
mod follow_up_controls;
pub(crate) mod guidance;
mod guidance_search;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod note_scan;
pub(crate) mod participants;
pub(crate) mod paste;
pub(crate) mod private_placement;
mod rating_controls;
mod refusal_dialogs;
pub(crate) mod state;
pub(crate) mod text_lint;
mod to_event;
pub(crate) mod undo;
pub(crate) mod update;
