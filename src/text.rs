//! Text as it comes in and as it is laid out: cleaning, width, wrapping, folding, dates.
//!
//! Everything from outside (entries, templates, pastes, imports) passes [`clean`] once on its way
//! in. Nothing here reads a file or a clock.

mod clean;
mod date;
mod fold;
mod layout;
mod problem;

pub use clean::{clean, clean_capped, clean_line};
pub use date::{parse_date, show_date};
pub use fold::{find_folded, fold};
pub use layout::{shorten, width, wrap};
pub use problem::{Problem, Severity, SourceFile, problems_to_json};
