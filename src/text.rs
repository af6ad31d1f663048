//! Text as it comes in and as it is laid out: cleaning, width, wrapping, folding, dates; what in
//! it may identify somebody, and which words call for others.
//!
//! Everything from outside (entries, templates, pastes, imports) passes [`clean`] once on its way
//! in. Nothing here reads a file or a clock.

pub(crate) mod clean;
mod counted;
mod date;
pub mod identifiers;
mod problem;
mod stem;
mod tokens;
pub(crate) mod toml_file;
pub mod wording;
pub(crate) mod wrap;

pub use clean::{clean, clean_capped, clean_line, is_control_or_invisible};
pub use counted::counted;
pub use date::{
    DATE_FORMS, LocalTime, parse_coming_date, parse_date, show_date, show_day, why_no_date,
    why_too_far,
};
pub use problem::{Problem, Severity, SourceFile, problems_to_json};
pub(crate) use stem::stem;
pub use tokens::{FoldedWords, fold};
pub use wrap::{paragraphs, shorten, width, wrap};
