//! A note as something that can leave the vault.
//!
//! Promises: what people typed stays text, never markup; a view is told by
//! the part its holder took unless they, or whoever exports, asked otherwise; nothing unrevealed is in it. Never
//! writes a file: where the text goes is decided above.

pub(crate) mod actions;
pub(crate) mod due;
pub mod insight;
pub(crate) mod markdown;

pub use markdown::markdown;
