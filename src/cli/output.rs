//! What commands share about their output: exit codes, how wide and whether in colour.

use std::{io, path::Path};

use crate::text::clean_line;

/// Everything went well.
pub const OK: u8 = 0;
/// Something failed, or there is no such note.
pub const FAILED: u8 = 1;
/// The command line makes no sense.
pub const USAGE: u8 = 2;
/// Nothing was found.
pub const NOTHING_FOUND: u8 = 3;
/// `check`, `template diff`, `vault verify` or `vault restore` found problems.
pub const PROBLEMS_FOUND: u8 = 4;
/// The vault is locked or missing, or the passphrase is wrong.
pub const VAULT_LOCKED: u8 = 5;

/// How output looks: on a terminal it is laid out, in a pipe it is plain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The terminal's width; `None` in a pipe, where no line is wrapped.
    pub columns: Option<usize>,
    /// Whether colours and other attributes may be used.
    pub colour: bool,
}

/// A path as it may be shown: a file's name can hold what a terminal obeys.
pub fn shown(path: &Path) -> String {
    clean_line(&path.to_string_lossy())
}

/// A reader that has seen enough and closed the pipe is no failure.
pub fn unless_pipe_closed(result: anyhow::Result<u8>) -> anyhow::Result<u8> {
    match result {
        Err(error) if is_closed_pipe(&error) => Ok(OK),
        other => other,
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
    })
}

/// Text between the codes that set it apart, if colours may be used.
pub(super) fn styled(look: Look, code: &str, text: &str) -> String {
    if look.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_success_and_other_errors_stay() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(unless_pipe_closed(Err(closed.into())).ok(), Some(OK));
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(unless_pipe_closed(Err(full.into())).is_err());
    }
}
