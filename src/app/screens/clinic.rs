//! The clinic screen: the form of a meeting, its guidance pane and its dialogs.

pub(crate) mod apply_event;
pub(crate) mod buttons;
pub(crate) mod chat_placing;
pub(crate) mod chat_round;
pub(crate) mod control;
pub(crate) mod control_list;
pub(crate) mod controls;
pub(crate) mod field_lint;
mod follow_up_controls;
pub(crate) mod form_layout;
pub(crate) mod guidance;
mod guidance_search;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod private_placement;
mod rating_controls;
pub(crate) mod state;
pub(crate) mod text_lint;
mod to_event;
pub(crate) mod update;
