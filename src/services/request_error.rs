//! Why the vault worker did not do what a screen asked.

use std::io;

use super::{new_clinic::StartError, notes::NoteError, save_queue::SaveFailure};
use crate::vault::VaultError;

/// Why a request of a screen was not done: sentences that say what to do.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The vault is not open.
    #[error("The vault is locked. Unlock it first.")]
    Locked,
    /// The vault refused.
    #[error("{}", .0.sentence())]
    Vault(#[from] VaultError),
    /// The note could not be found, read or changed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The clinic was not started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What was written last in the note is not on the disk yet.
    #[error("The note must be saved first. {0}")]
    NotSaved(SaveFailure),
    /// The completed note is not on the disk yet.
    #[error(
        "This note is being completed, but is not saved yet. Saving is tried again every two seconds."
    )]
    Completing,
    /// The exchange is being synced.
    #[error("The exchange is being synced. Nothing was erased: try again when it has finished.")]
    Syncing,
    /// The system started no thread for the check.
    #[error("The check could not be started: {0}. Try again later.")]
    CheckNotStarted(io::Error),
    /// The system started no thread for searching notes.
    #[error("The notes cannot be searched in this window. Lock the vault, then unlock it again.")]
    SearchNotStarted,
    /// The notes were read only in part.
    #[error("Not all notes could be read. Try again.")]
    NotesUnread,
    /// The index of the notes cannot be used.
    #[error("{0}")]
    Index(#[from] crate::search::NoteSearchError),
}
