//! Linux, macOS and other systems with POSIX calls.

pub(crate) mod disk;
pub(crate) mod folders;
pub(crate) mod lock;
pub(crate) mod memory;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod terminal;
