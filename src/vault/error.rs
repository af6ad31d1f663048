//! What can go wrong with a vault, in words for the person at the keyboard.
//!
//! `Display` says what failed; [`VaultError::advice`] says what to do. Neither ever carries a
//! passphrase, a key or a word of a note.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::notes::note::NoteId;
use crate::text::clean_line;

/// Why the vault did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase opens nothing here.
    #[error("the passphrase does not open this vault")]
    WrongPassphrase,
    /// The text typed from the recovery sheet is no key, or another vault's.
    #[error("the recovery key does not open this vault")]
    WrongRecoveryKey,
    /// A passphrase of one's own needs twelve characters.
    #[error("the passphrase has {found} characters and needs at least {needed}")]
    PassphraseTooShort {
        /// Characters typed.
        found: usize,
        /// Characters needed.
        needed: usize,
    },
    /// A passphrase of one's own needs more than a few characters over and over.
    #[error("the passphrase has only {found} different characters")]
    PassphraseTooPlain {
        /// Different characters typed.
        found: usize,
    },
    /// Something is already where the vault should go; it was left alone.
    #[error("there is already something at {}, and it was left as it is", .0.display())]
    AlreadyThere(PathBuf),
    /// Something is already where the file or folder should go; it was left alone.
    #[error("there is already something at {}, and it was left as it is", .0.display())]
    NameTaken(PathBuf),
    /// Nothing is where the vault should be.
    #[error("there is no vault at {}", .0.display())]
    NoVault(PathBuf),
    /// Made by a later version of this program.
    #[error("this vault has format {found}; this version of caseclinic reads up to {known}")]
    NewerFormat {
        /// The format found.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// A file of the vault cannot be read as what it should be.
    #[error("{} {why}", file.display())]
    Damaged {
        /// The file, from the vault's folder on.
        file: PathBuf,
        /// What is wrong with it, as the end of a sentence that begins with its name.
        why: String,
    },
    /// Only a whole vault can get new keys.
    #[error("only a whole vault can get new keys, and {} is {kind}", file.display())]
    NotWhole {
        /// The file, from the vault's folder on.
        file: PathBuf,
        /// One word for what is wrong with it.
        kind: &'static str,
    },
    /// A new recovery sheet could not be handed over, and so it does not count.
    #[error("the new recovery sheet cannot be written: {0}")]
    SheetNotKept(io::Error),
    /// Another window gives it new keys.
    #[error("the keys of this vault are being changed by another window")]
    KeysChanging,
    /// This window may read but not write.
    #[error("this window cannot save: {why}")]
    ReadOnly {
        /// Who may write, or what forbids it.
        why: String,
    },
    /// A link stands where a folder of the vault should be.
    #[error("{} is a link to another place, and nothing is written through a link", .0.display())]
    Linked(PathBuf),
    /// A completed note never changes.
    #[error("the note {0} is complete and does not change any more")]
    AlreadyComplete(NoteId),
    /// Only what was completed can be amended; a draft is changed directly.
    #[error("the note {0} is not complete yet")]
    NotComplete(NoteId),
    /// Nothing follows a note that was entered in error.
    #[error("the note {0} was marked as entered in error and is kept as it was")]
    EnteredInError(NoteId),
    /// Neither the passphrase nor the key opens the backup.
    #[error("{} does not open with this passphrase or key", .0.display())]
    BackupNotOpened(PathBuf),
    /// The ledger is not what this vault wrote.
    #[error("{0}")]
    LedgerUnusable(String),
    /// The list of members is not what this vault wrote.
    #[error("{0}")]
    MembersUnusable(String),
    /// The text is no public key.
    #[error("this is no public key of an age identity")]
    NoRecipient,
    /// A name or role that cannot be shown on one line.
    #[error("the {what} is empty, too long, or not one line")]
    NoLabel {
        /// Which of them.
        what: &'static str,
    },
    /// Nobody twice.
    #[error("this name or key is among the members already, or is the vault’s own")]
    AlreadyMember,
    /// Nobody of this name.
    #[error("no member has this name or key")]
    NoSuchMember,
    /// Its time is over.
    #[error("the note {0} was erased")]
    Erased(NoteId),
    /// It counts as erased, and something of it is still there.
    #[error("the note is erased and nothing shows it, but not all of it could be removed from {}: {source}", path.display())]
    NotAllErased {
        /// Where.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Somebody forbade erasing it.
    #[error("the note {note} is on legal hold: {reason}")]
    OnHold {
        /// Which note.
        note: NoteId,
        /// Why.
        reason: String,
    },
    /// What stays when a note is erased must not tell whose it was.
    #[error("the reason names the case, and it stays when the note is gone")]
    ReasonNamesCase,
    /// No note with this id.
    #[error("there is no note {0} in this vault")]
    NoSuchNote(NoteId),
    /// The note has other revisions.
    #[error("the note {note} has no revision {number}")]
    NoSuchRevision {
        /// Which note.
        note: NoteId,
        /// The revision asked for.
        number: u32,
    },
    /// More text than one note may hold.
    #[error("the note has {bytes} bytes and one note may hold {limit}")]
    TooLarge {
        /// Bytes of the note.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The disk refused.
    #[error("could not {action} {}: {source}", path.display())]
    Disk {
        /// What was tried: `write`, `read`, `create` …
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The head of a note could not be written as text.
    #[error("the note could not be put into words for the disk: {0}")]
    Unwritable(String),
}

impl VaultError {
    /// What the person can do about it: one sentence.
    pub fn advice(&self) -> String {
        match self {
            Self::WrongPassphrase => {
                "Check the spelling, the spaces and Caps Lock; the recovery sheet opens it too (`caseclinic vault recover`)."
            }
            Self::WrongRecoveryKey => {
                "Check it against the sheet, group by group, and that the sheet names this vault."
            }
            Self::PassphraseTooShort { .. } | Self::PassphraseTooPlain { .. } => {
                "Several words are easy to remember; or take the six that are offered."
            }
            Self::AlreadyThere(_) => {
                "Unlock what is there, or set CASECLINIC_HOME to another folder."
            }
            Self::NameTaken(_) => "Name a file or folder that is not there yet.",
            Self::NoVault(_) => "Create one with `caseclinic vault init`.",
            Self::NewerFormat { .. } => "Update caseclinic; nothing was changed.",
            Self::Damaged { file, .. } if file == Path::new(super::storage::layout::IDENTITY) => {
                "The recovery sheet still opens the vault: `caseclinic vault recover`. Nothing was changed."
            }
            Self::Damaged { .. } => {
                "Nothing was changed. Bring this file back from a backup; the others still open."
            }
            Self::NotWhole { .. } => {
                "Nothing was changed. See `caseclinic vault verify`; mend what it names, then try again."
            }
            Self::SheetNotKept(_) => {
                "Nothing was changed. Name a file that is not there yet, in a folder that can be written."
            }
            Self::KeysChanging => "Nothing was changed here. Wait until it is done, then unlock again.",
            Self::ReadOnly { .. } => {
                "Notes can be read here; write in the window or the place where it can be saved."
            }
            Self::Linked(_) => "Nothing was changed. Put the folder itself in its place.",
            Self::AlreadyComplete(_) => {
                "Put it right with an amendment, or start a follow-up note for what is new."
            }
            Self::NotComplete(_) => "Change the draft directly, and complete it.",
            Self::EnteredInError(_) => "Start a new note.",
            Self::NoSuchRevision { .. } => "Choose one from `caseclinic clinic revisions NOTE`.",
            Self::BackupNotOpened(_) => {
                "Use the passphrase or the recovery sheet of the day it was made; nothing was changed."
            }
            Self::LedgerUnusable(_) => {
                "Nothing was changed. Bring ledger.age back from a backup or a copy."
            }
            Self::MembersUnusable(_) => {
                "Notes are kept for this vault alone until members.age is brought back from a backup."
            }
            Self::NoRecipient => "It begins with `age1`; `age-keygen -y KEYFILE` prints it.",
            Self::NoLabel { .. } => "Write it on one line, in at most 80 characters.",
            Self::AlreadyMember => "See `caseclinic vault members list`.",
            Self::NoSuchMember => "See `caseclinic vault members list`.",
            Self::Erased(_) => "Nothing of it is kept but the day and the reason.",
            Self::NotAllErased { .. } => {
                "See that this folder can be read and written; the next opening of the vault removes the rest."
            }
            Self::OnHold { .. } => "Release the hold first, if you may.",
            Self::ReasonNamesCase => "Say why without the case key, such as `retention period over`.",
            Self::NoSuchNote(_) => "Choose it from the list of notes.",
            Self::TooLarge { .. } => "Split the note; the text on screen is kept.",
            Self::Disk { source, .. } => return disk_advice(source).to_owned(),
            Self::Unwritable(_) => "The text on screen is kept; export it and report this fault.",
        }
        .to_owned()
    }

    /// What failed and what to do, in one line.
    pub fn sentence(&self) -> String {
        format!("{} {}", self.failure(), self.advice())
    }

    /// What failed, as a sentence.
    pub fn failure(&self) -> String {
        // Paths come along, and a file's name can hold what a terminal obeys.
        let what = clean_line(&self.to_string());
        // The name of a file keeps its spelling.
        if matches!(self, Self::Damaged { .. } | Self::Linked(_)) {
            return format!("{what}.");
        }
        let mut letters = what.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}.", letters.as_str())
    }

    pub(crate) fn disk(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Disk { action, path, source }
    }

    pub(crate) fn damaged(file: impl Into<PathBuf>, why: impl Into<String>) -> Self {
        Self::Damaged { file: file.into(), why: why.into() }
    }
}

fn disk_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "The disk is full: free some space. The text is kept and tried again."
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "The disk is read-only: put the vault on one that can be written."
        }
        io::ErrorKind::PermissionDenied => "Check who owns the vault folder and its permissions.",
        io::ErrorKind::NotFound => "Check that the disk is still connected.",
        _ => "The disk may be failing: copy the vault folder to another disk soon.",
    }
}
