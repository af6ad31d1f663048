//! The folder of a vault: every call to the disk, durable writes, the names of its files, and the lock
//! of the one writer.

pub(crate) mod durable;
pub(crate) mod files;
pub(crate) mod layout;
pub(crate) mod location_warnings;
pub(crate) mod lock;
pub(crate) mod store;
