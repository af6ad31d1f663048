//! What the screens look like, and the terminal itself.

mod canvas;
mod frame_writer;
mod input;
mod run;
mod signals;
pub mod terminal;
pub mod theme;
pub mod view;
pub mod workers;

pub use run::{Start, run};
