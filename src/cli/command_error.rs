//! Why a command did not succeed: the kind, which is the exit code, a message, and what to do.

use std::{fmt, io};

use crate::{
    clinic::Refusal,
    services::{NoteError, PathsError, RequestError, StartError, TemplateError},
    vault::VaultError,
};

/// What a command returns.
pub(crate) type CommandResult<T = ()> = Result<T, CommandError>;

/// The kinds of failure; each has its own exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// Something failed, or there is no such note.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// Nothing was found.
    NotFound,
    /// `check`, `template diff`, `vault verify` or `vault restore` found problems.
    Problems,
    /// The vault is locked or missing, or the passphrase is wrong.
    VaultLocked,
    /// The reader of the output has seen enough, which is a success.
    PipeClosed,
}

impl ErrorKind {
    /// Returns the exit code.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::PipeClosed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Problems => 4,
            Self::VaultLocked => 5,
        }
    }

    /// Returns success if `is_well`, else this kind without a message: the output says it already.
    pub(crate) fn unless(self, is_well: bool) -> CommandResult {
        if is_well { Ok(()) } else { Err(CommandError::silent(self)) }
    }
}

/// Why a command did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct CommandError {
    /// Decides the exit code.
    pub(crate) kind: ErrorKind,
    /// What happened, as a sentence; empty if the output says it already.
    pub(crate) message: String,
    /// What to do next; may be empty.
    pub(crate) hint: String,
}

impl CommandError {
    /// An error of this kind with a message.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: String::new() }
    }

    /// Exit code 1 with a message.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// Exit code 2 with a message.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Exit code 3 with a message.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// An exit code without a message: the output says what is wrong.
    pub(crate) fn silent(kind: ErrorKind) -> Self {
        Self::new(kind, "")
    }

    /// Adds what to do next.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.message.is_empty() || self.hint.is_empty() { "" } else { " " };
        write!(f, "{}{gap}{}", self.message, self.hint)
    }
}

/// A failed write. Failed reads get a message of their own where they happen.
impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(ErrorKind::PipeClosed),
            io::ErrorKind::StorageFull => {
                Self::failed("The output was not written: the disk is full.")
                    .hint("Free some space and try again.")
            }
            io::ErrorKind::FileTooLarge => Self::failed(
                "The output was not written whole: there is a limit on the size of files.",
            )
            .hint("Write it to another folder, or ask your IT support about the limit."),
            _ => Self::failed(format!("The output could not be written: {error}.")),
        }
    }
}

impl From<VaultError> for CommandError {
    fn from(error: VaultError) -> Self {
        use VaultError::{NoVault, OtherWorkFactor, WrongPassphrase, WrongRecoveryKey};
        let kind = match error {
            WrongPassphrase | OtherWorkFactor | WrongRecoveryKey | NoVault(_) => {
                ErrorKind::VaultLocked
            }
            _ => ErrorKind::Failed,
        };
        let mut advice = error.advice();
        if matches!(error, VaultError::Disk { .. }) {
            // A command ends here: it neither keeps the text nor tries again.
            advice.push_str(" Look at what was saved before you repeat the command.");
        }
        Self::new(kind, error.failure()).hint(advice)
    }
}

impl From<PathsError> for CommandError {
    fn from(error: PathsError) -> Self {
        Self::failed(format!("caseclinic: {error}"))
    }
}

/// Errors whose sentence says what to do.
macro_rules! failed_from {
    ($($error:ty),*) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::failed(error.to_string())
            }
        })*
    };
}

failed_from!(NoteError, Refusal, RequestError, StartError, TemplateError);

/// A sentence that says what happened.
impl From<String> for CommandError {
    fn from(message: String) -> Self {
        Self::failed(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_success_and_a_full_disk_is_not() {
        let closed = CommandError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((closed.kind.exit_code(), closed.to_string().as_str()), (0, ""));
        let full = CommandError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.kind.exit_code(), 1);
        assert!(!full.to_string().contains("os error"), "{full}");
    }
}
