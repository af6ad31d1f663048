//! The command line: one file per subcommand.

pub mod check;
pub mod list;
pub mod output;
pub mod search;
pub mod show;
pub mod vault;
