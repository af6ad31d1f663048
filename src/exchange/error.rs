//! What can go wrong with an exchange, in words for the person at the keyboard: what failed, and
//! what to do. In every case the person's own vault is as it was.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::charter::FORMAT;
use crate::{text::clean_line, vault::VaultError};

/// Why the exchange did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The vault refused.
    #[error("{}", .0.failure())]
    Vault(#[from] VaultError),
    /// Nothing says that the folder is an exchange.
    #[error("{} is not an exchange folder: it has no exchange.toml.", .0.display())]
    NotAnExchange(PathBuf),
    /// The file that says so is not as this program writes it.
    #[error("{} cannot be read as the beginning of an exchange.", .0.display())]
    BrokenCharter(PathBuf),
    /// Made by a later version of this program.
    #[error(
        "{} was written by a newer version of caseclinic (format {format}; this one reads up to {FORMAT}).",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// The exchange of other people.
    #[error("{} is another exchange ({found}); this vault belongs to {own}.", path.display())]
    OtherExchange {
        /// The folder.
        path: PathBuf,
        /// The fingerprint of its exchange.
        found: String,
        /// The fingerprint of the vault's exchange.
        own: String,
    },
    /// A vault is in one exchange at most.
    #[error("This vault belongs to the exchange {0} already.")]
    AlreadyIn(String),
    /// Something is where a new exchange should go.
    #[error("{} is not empty, so no exchange was made there.", .0.display())]
    NotEmpty(PathBuf),
    /// The exchange must not lie among the vault's own files.
    #[error("{} is in the folder of the vault, of its copies or of its exchange.", .0.display())]
    InsideVault(PathBuf),
    /// The vault belongs to no exchange.
    #[error("This vault belongs to no exchange yet.")]
    NotIn,
    /// The vault got new keys since.
    #[error("This vault has other keys than when it joined its exchange.")]
    OtherKeys(PathBuf),
    /// The fingerprint that was typed is another.
    #[error("That is not the fingerprint of this exchange: it is {0}.")]
    OtherFingerprint(String),
    /// Something of the vault's own record of the exchange cannot be used.
    #[error("{} {why}.", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as the end of a sentence that begins with its name.
        why: String,
    },
    /// Only a steward says who takes part.
    #[error("You are not a steward of this exchange, so you cannot add or remove people.")]
    NoSteward,
    /// The person has not been added yet.
    #[error("You have not been added to this exchange yet.")]
    NotListed,
    /// No request and no person has this name or fingerprint.
    #[error("Nobody called “{0}” is here.")]
    NoSuchPerson(String),
    /// Several people have this name.
    #[error("“{0}” names several people.")]
    SeveralPeople(String),
    /// Nobody twice.
    #[error("{0} is on the list already.")]
    AlreadyListed(String),
    /// Whom a steward removed cannot come back with the same keys.
    #[error("{0} was removed from this exchange, and a key that was removed is never added again.")]
    WasRemoved(String),
    /// Nobody removes themselves: the statement has to reach the others.
    #[error("You cannot remove yourself.")]
    Oneself,
    /// Too little space for what others sent.
    #[error("The disk of your vault is nearly full, so nothing more was taken in from others.")]
    NoRoom,
    /// The folder, or the vault's own record of the exchange, does not let itself be read or written.
    #[error("{} could not be {action}: {}.", path.display(), plain(source))]
    Disk {
        /// What was tried, as the end of “could not be …”.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
}

impl ExchangeError {
    /// What the person can do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Vault(error) => return error.advice(),
            Self::NotAnExchange(_) => {
                "Check that you named the right folder, and that it has been copied to this computer completely. To begin a new exchange: `caseclinic exchange init FOLDER`."
            }
            Self::BrokenCharter(_) => {
                "Nothing was changed. Let the copying finish, or ask a colleague for their exchange.toml; it says nothing about cases."
            }
            Self::Newer { .. } => "Nothing was changed. Update caseclinic.",
            Self::OtherExchange { .. } => {
                "Nothing was read or written. Name the folder of your own partnership."
            }
            Self::AlreadyIn(_) => {
                "Nothing was changed. `caseclinic exchange sync FOLDER` sends and receives notes."
            }
            Self::NotEmpty(_) => {
                "Nothing was changed. Name a new or empty folder. To take part in an exchange that is there: `caseclinic exchange join FOLDER`."
            }
            Self::InsideVault(_) => "Nothing was written. Choose another folder.",
            Self::NotIn => {
                "To take part in one: `caseclinic exchange join FOLDER`. To begin one: `caseclinic exchange init FOLDER`."
            }
            Self::OtherKeys(path) => {
                return format!(
                    "Nothing was changed. Rename {} and join again; a steward has to add your new keys. What you received before stays encrypted with the old keys.",
                    path.display()
                );
            }
            Self::OtherFingerprint(_) => {
                "Nothing was changed. Ask a steward to read the fingerprint to you once more. If it is really another, this is not their folder: do not join."
            }
            Self::Damaged { .. } => {
                "Your own notes are not touched. Move this file to another place and sync again."
            }
            Self::NoSteward => "Ask a steward: `caseclinic exchange status FOLDER` names them.",
            Self::NotListed => {
                "Read your fingerprint to a steward, who adds you with `caseclinic exchange add FOLDER`. Then sync again."
            }
            Self::NoSuchPerson(_) => {
                "Nothing was changed. Check the spelling. `caseclinic exchange status FOLDER` lists the people and who asks to join."
            }
            Self::SeveralPeople(_) => "Nothing was changed. Give the fingerprint instead of the name.",
            Self::AlreadyListed(_) => "Nothing was changed.",
            Self::WasRemoved(_) => {
                "Nothing was changed. They need new keys first: `caseclinic vault rekey`, then `caseclinic exchange join`."
            }
            Self::Oneself => "Nothing was changed. Ask another steward to remove you.",
            Self::NoRoom => {
                "The rest of the disk is kept for your own notes. Free some space, then sync again."
            }
            Self::Disk { source, .. } => disk_advice(source),
        }
        .to_owned()
    }

    /// What failed and what to do, in one line.
    pub fn sentence(&self) -> String {
        clean_line(&format!("{self} {}", self.advice()))
    }

    pub(crate) fn disk(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Disk { action, path, source }
    }
}

/// What the system answered, without its number.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "it is read-only".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "it is full".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_owned()
        }
    }
}

fn disk_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "Your vault is as it was. Check that the stick, share or synchronised folder is connected, then sync again."
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Your vault is as it was, and what waits to be sent still waits. Ask for permission to write to the folder, or name one that you can write to, then sync again."
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Your vault is as it was, and what waits to be sent still waits. Free some space, then sync again."
        }
        _ => {
            "Your vault is as it was, and what waits to be sent still waits. Check that the stick, share or synchronised folder is connected and works, then sync again."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_answers_is_said_in_plain_words() {
        for (kind, words) in [
            (io::ErrorKind::NotFound, "is not there"),
            (io::ErrorKind::ReadOnlyFilesystem, "is read-only"),
            (io::ErrorKind::StorageFull, "is full"),
        ] {
            let error = ExchangeError::disk("written", Path::new("/x/post"))(kind.into());
            let text = error.sentence();
            assert!(text.contains(words) && text.contains("Your vault is as it was"), "{text}");
        }
        let error = ExchangeError::disk("read", Path::new("/x"))(io::Error::from_raw_os_error(5));
        assert!(!error.sentence().contains("os error"), "{}", error.sentence());
    }
}
