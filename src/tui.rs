//! What the screens look like, and the terminal itself.

mod canvas;
mod input;
pub mod message_queue;
mod run;
pub mod terminal;
pub mod theme;
pub mod views;
pub mod workers;

pub use run::{Start, run};
