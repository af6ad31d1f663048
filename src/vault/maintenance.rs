//! Looking after a vault: state, verifying, backups, daily copies, restoring.

pub(crate) mod backup;
mod carried_key;
pub(crate) mod copies;
pub(crate) mod older_drafts;
pub(crate) mod repair;
pub(crate) mod restore;
pub(crate) mod rollback;
pub(crate) mod seen_state;
pub(crate) mod state;
pub(crate) mod verify;
