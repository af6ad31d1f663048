//! One file per subcommand.

pub mod vault;
