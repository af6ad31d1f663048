//! Follow-up meetings: what is carried over from the earlier note, the latest status of its
//! actions, and what has changed since.

mod action_status;
pub(crate) mod carry_over;
mod changes;

pub use action_status::{ActionState, ActionStatusIndex, has_actions};
pub use carry_over::{FollowedUp, followed_up};
pub use changes::{PlacementChange, ScaleChange, WhatChanged, what_changed};
