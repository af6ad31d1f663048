//! What can go wrong with a vault, in words for the person at the keyboard.
//!
//! `Display` says what failed; [`VaultError::advice`] says what to do. Neither ever carries a
//! passphrase, a key or a word of a note.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use super::{
    notes::{document::MAX_NOTE_BYTES, note::NoteId},
    storage::layout::{FORMAT, IDENTITY, is_in_vault},
};
use crate::{
    system::disk::is_link_error,
    text::{clean_line, counted},
};

/// What is said when the process that held the keys has ended.
pub(crate) const KEYS_GONE: &str = "the process that held the keys of this vault has ended";

/// Why the vault did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase opens nothing here.
    #[error("this passphrase does not unlock the vault")]
    WrongPassphrase,
    /// The passphrase opens nothing here, and the file asks for other work than vaults of ours do.
    #[error(
        "this passphrase does not unlock the vault, and keys/identity.age asks for other computing than vaults do, so it may have been altered"
    )]
    OtherWorkFactor,
    /// The key cannot be derived from the passphrase.
    #[error("there is too little free memory to unlock the vault")]
    TooLittleMemory,
    /// The process that held the keys has ended.
    #[error("{KEYS_GONE}")]
    KeysGone,
    /// The text typed from the recovery sheet is no key, or another vault's.
    #[error("this recovery key does not unlock the vault")]
    WrongRecoveryKey,
    /// A passphrase of one's own needs so many characters.
    #[error("the passphrase has {}; it needs at least {needed}", counted(*found, "character", "characters"))]
    PassphraseTooShort {
        /// Characters typed.
        found: usize,
        /// Characters needed.
        needed: usize,
    },
    /// A passphrase of one's own with so few different characters.
    #[error("the passphrase has only {}", counted(*.0, "different character", "different characters"))]
    PassphraseTooPlain(usize),
    /// A new passphrase has to be a new one.
    #[error("this is the passphrase that opens the vault already")]
    SamePassphrase,
    /// Something is already where the vault should go; it was left alone.
    #[error("{} already exists, and was not changed", .0.display())]
    AlreadyThere(PathBuf),
    /// Something is already where the file or folder should go; it was left alone.
    #[error("{} already exists, and was not changed", .0.display())]
    NameTaken(PathBuf),
    /// Nothing is where the vault should be.
    #[error("there is no vault in {}", .0.display())]
    NoVault(PathBuf),
    /// Made by a later version of this program, in this format.
    #[error(
        "this vault was used with a newer version of caseclinic (format {0}; this one reads up to {FORMAT})"
    )]
    NewerFormat(u32),
    /// A file of the vault cannot be read as what it should be.
    #[error("{} {why}", file.display())]
    Damaged {
        /// The file, from the vault's folder on.
        file: PathBuf,
        /// What is wrong with it, as the end of a sentence that begins with its name.
        why: String,
    },
    /// A file or folder of the vault is there and cannot be read.
    #[error("{} {}", file.display(), why_unread(source))]
    Unread {
        /// The file, from the vault's folder on.
        file: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Only a whole vault can get new keys: the first file that is not, and why, in a few words.
    #[error("the vault cannot get new keys until its problems are fixed: {} ({})", .0.display(), .1)]
    NotWhole(PathBuf, &'static str),
    /// A new recovery sheet could not be handed over, and so it does not count.
    #[error("the new recovery sheet could not be written: {0}")]
    SheetNotKept(io::Error),
    /// Another window gives it new keys.
    #[error("another window is changing the keys of this vault")]
    KeysChanging,
    /// This window may read but not write: who may, or what forbids it.
    #[error("this window cannot save: {0}")]
    ReadOnly(String),
    /// What people write for others must not lie among the vault's own files.
    #[error("{} is in the folder of the vault or of its copies", .0.display())]
    InsideVault(PathBuf),
    /// A link stands where a folder of the vault should be.
    #[error("{} is a link, and links are not followed", .0.display())]
    Linked(PathBuf),
    /// A completed note never changes.
    #[error("the note {0} is completed and can no longer be edited")]
    AlreadyComplete(NoteId),
    /// Only what was completed can be amended; a draft is changed directly.
    #[error("the note {0} is not completed yet")]
    NotComplete(NoteId),
    /// Nothing follows a note that was entered in error.
    #[error("the note {0} is marked as entered in error, so nothing can be added")]
    EnteredInError(NoteId),
    /// Neither the passphrase nor the key opens the backup.
    #[error("the backup {} does not open with this passphrase or recovery key", .0.display())]
    BackupNotOpened(PathBuf),
    /// The ledger is not what this vault wrote.
    #[error("the ledger, the vault’s list of completed notes, cannot be used: {0}")]
    LedgerUnusable(LedgerError),
    /// This vault signed a revision that its ledger does not know: somebody restored an older ledger.
    #[error("{} is newer than the ledger, so an older ledger was put in place; nothing was changed", .0.display())]
    LedgerOlder(PathBuf),
    /// The text is no public key.
    #[error("this is not a public key of the `age` tool")]
    NoRecipient,
    /// A name, role, class or reason that cannot be shown on one line.
    #[error("the {0} is empty, too long, or more than one line")]
    NoLabel(&'static str),
    /// Nobody twice.
    #[error("this name or key is already on the list of members, or is the vault’s own")]
    AlreadyMember,
    /// Nobody of this name.
    #[error("no member has this name or key")]
    NoSuchMember,
    /// What a note is about decides who reads it, and never changes.
    #[error(
        "the note {0} is about supervision, and what was to be saved is not, so members could read it"
    )]
    OpensToMore(NoteId),
    /// Its time is over.
    #[error("the note {0} was erased")]
    Erased(NoteId),
    /// It counts as erased, and something of it is still there.
    #[error("the note is erased and no longer shown, but some of it could not be removed from {}: {source}", path.display())]
    NotAllErased {
        /// Where.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Somebody forbade erasing it, for this reason.
    #[error("the note {0} is on legal hold: {1}")]
    OnHold(NoteId, String),
    /// What stays when a note is erased must not tell whose it was.
    #[error("the reason contains the case key, and the reason is kept after the note is erased")]
    ReasonNamesCase,
    /// No note with this id.
    #[error("there is no note {0} in this vault")]
    NoSuchNote(NoteId),
    /// The note has other revisions than the one asked for.
    #[error("the note {0} has no revision {1}")]
    NoSuchRevision(NoteId, u32),
    /// More bytes of text than one note may hold.
    #[error("the note is too long: {} KB, and one note can hold {} KB", .0.div_ceil(1024), MAX_NOTE_BYTES / 1024)]
    TooLarge(usize),
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
    #[error("the note could not be prepared for saving: {0}")]
    Unwritable(String),
}

/// Why the ledger cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The file is there, and the system does not let it be read; with its answer.
    #[error("ledger.age cannot be read: {0}")]
    Unreadable(String),
    /// The file is missing, or something else has its name.
    #[error("ledger.age cannot be read: {0}")]
    Lost(String),
    /// The file does not open with the keys of this vault; with the end of a sentence about it.
    #[error("ledger.age {0}")]
    NotOpened(String),
    /// The file opens, and its signature is missing or another's.
    #[error("ledger.age was not signed by this vault")]
    NotSigned,
}

impl VaultError {
    /// What the person can do about it: one sentence.
    pub fn advice(&self) -> String {
        match self {
            Self::WrongPassphrase => {
                "Check the spelling, the spaces and Caps Lock. If the passphrase is lost, use the recovery sheet: `caseclinic vault recover`."
            }
            Self::OtherWorkFactor => {
                "Check the spelling first. If the passphrase is right, put back keys/identity.age from a copy or a backup, or use the recovery sheet: `caseclinic vault recover`."
            }
            Self::TooLittleMemory => "Nothing was changed. Close other programs and try again.",
            Self::KeysGone => {
                "Nothing is lost. Press F8 to lock the vault, then unlock it with the passphrase: saving continues by itself."
            }
            Self::WrongRecoveryKey => {
                "Check each group against the sheet, and that the sheet is for this vault."
            }
            Self::PassphraseTooShort { .. } | Self::PassphraseTooPlain(..) => {
                "Use several words, which are easy to remember, or use the six words offered."
            }
            Self::SamePassphrase => "Nothing was changed. Choose a passphrase that was not in use before.",
            Self::AlreadyThere(_) => {
                "Unlock the vault that is there, or set CASECLINIC_HOME to another folder."
            }
            Self::NameTaken(_) => "Choose a name that does not exist yet.",
            Self::NoVault(_) => "To create one: `caseclinic vault init`.",
            Self::NewerFormat(..) => "Update caseclinic. Nothing was changed.",
            Self::Damaged { file, .. } if file == Path::new(IDENTITY) => {
                "Nothing was changed. The recovery sheet still opens the vault: `caseclinic vault recover`."
            }
            // A backup lies outside the vault, wherever the person put it.
            Self::Damaged { file, .. } if !is_in_vault(file) => {
                "Nothing was changed. Check that this is the right file, or use another backup."
            }
            Self::Damaged { .. } => {
                "Nothing was changed. Replace this file with an intact one, from a backup. Other files still open."
            }
            Self::NotWhole(..) => {
                "Nothing was changed. Run `caseclinic vault verify`, fix what it lists, then try again."
            }
            Self::SheetNotKept(_) => {
                "Nothing was changed. Choose a file name that does not exist yet, in a folder you can write to."
            }
            Self::KeysChanging => "Nothing was changed here. Wait until it has finished, then unlock again.",
            Self::ReadOnly(..) => {
                "You can read notes here. To change them, use a window that can save."
            }
            Self::Unread { source, .. } => return unread_advice(source).to_owned(),
            Self::InsideVault(_) => {
                "Nothing was written. Choose another folder: what lies there may be copied, or removed, with the vault."
            }
            Self::Linked(_) => "Nothing was changed. Replace the link with the file or folder itself.",
            Self::AlreadyComplete(_) => {
                "Add a correction, or start a follow-up for what is new."
            }
            Self::NotComplete(_) => "Edit the draft, then complete it.",
            Self::EnteredInError(_) => "Start a new note.",
            Self::NoSuchRevision(..) => "To list its revisions: `caseclinic clinic revisions NOTE`.",
            Self::BackupNotOpened(_) => {
                "Nothing was changed. Use the passphrase or the recovery sheet from the day it was made."
            }
            Self::LedgerUnusable(_) => {
                "Nothing was changed. Restore ledger.age from a backup or a copy."
            }
            Self::LedgerOlder(_) => {
                "Restore ledger.age from the newest copy or backup. `caseclinic vault verify` says what is older."
            }
            Self::NoRecipient => "A public key starts with `age1`. `age-keygen -y KEYFILE` prints it.",
            Self::NoLabel(..) => "Write it on one line, in at most 80 characters.",
            Self::AlreadyMember | Self::NoSuchMember => "To list the members: `caseclinic vault members list`.",
            Self::OpensToMore(_) => "Nothing was saved. Start a new clinic with the other meeting format.",
            Self::Erased(_) => "Only the date and the reason are kept.",
            Self::NotAllErased { source, .. } if source.kind() == io::ErrorKind::NotADirectory => {
                "Replace it with the folder itself. The rest is removed when the vault is next unlocked."
            }
            Self::NotAllErased { .. } => {
                "Check that you can read and write this folder. The rest is removed when the vault is next unlocked."
            }
            Self::OnHold(..) => "If you are allowed to, release the hold first.",
            Self::ReasonNamesCase => "Give a reason without the case key, such as `retention period over`.",
            Self::NoSuchNote(_) => "Choose one from the list of notes.",
            Self::TooLarge(..) => "Split the note. The text on screen is kept.",
            Self::Disk { source, .. } => return disk_advice(source).to_owned(),
            Self::Unwritable(_) => "The text on screen is kept. Keep this window open, copy what you need from the screen, and report this fault.",
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
        let begins_with_path = matches!(
            self,
            Self::Damaged { .. }
                | Self::Unread { .. }
                | Self::InsideVault(_)
                | Self::Linked(_)
                | Self::AlreadyThere(_)
                | Self::NameTaken(_)
        );
        if begins_with_path {
            return format!("{what}.");
        }
        let mut letters = what.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}.", letters.as_str())
    }

    /// What was to be saved could not be written as text, signed or sealed.
    pub(crate) fn unwritable(error: impl fmt::Display) -> Self {
        match error.to_string() {
            text if text == KEYS_GONE => Self::KeysGone,
            text => Self::Unwritable(text),
        }
    }

    pub(crate) fn disk(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| {
            if is_link_error(&source) {
                return Self::Linked(link_in(&path));
            }
            Self::Disk { action, path, source }
        }
    }

    pub(crate) fn unread(file: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Unread { file: file.into(), source }
    }

    pub(crate) fn damaged(file: impl Into<PathBuf>, why: impl Into<String>) -> Self {
        Self::Damaged { file: file.into(), why: why.into() }
    }
}

/// The link in the way to `path`.
fn link_in(path: &Path) -> PathBuf {
    let mut above: Vec<&Path> = path.ancestors().collect();
    above.reverse();
    let is_link = |path: &&Path| path.symlink_metadata().is_ok_and(|facts| facts.is_symlink());
    above.into_iter().find(is_link).unwrap_or(path).to_owned()
}

/// Why a file or folder cannot be read, as the end of a sentence that begins with its name.
pub(crate) fn why_unread(error: &io::Error) -> String {
    match error.kind() {
        _ if is_link_error(error) => "is a link, and links are not followed".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "is not a folder".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder, not a file".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// What to do about a file or folder that is there and cannot be read.
pub(crate) fn unread_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        _ if is_link_error(error) => {
            "Nothing was changed. Replace the link with the file or folder itself."
        }
        // Something that opens must not be replaced by something older.
        io::ErrorKind::PermissionDenied => {
            "It may be undamaged. Check who owns it and its permissions, or ask your IT support; \
             restore nothing before that."
        }
        _ => {
            "Nothing was changed. Replace it with an intact one, from a backup. Other files still open."
        }
    }
}

fn disk_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "The disk is full: free some space. Text on the screen is kept, and saved as soon as there is space."
        }
        io::ErrorKind::FileTooLarge => {
            "There is a limit on the size of files: ask your IT support to raise it. Text on the screen is kept, and saved as soon as it fits."
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "The disk is read-only. Move the vault to a disk you can write to."
        }
        io::ErrorKind::PermissionDenied => {
            "Check who owns the vault’s folder, and its permissions."
        }
        io::ErrorKind::NotFound => "Check that the disk is still connected.",
        io::ErrorKind::DirectoryNotEmpty => {
            "Move what does not belong there to another folder, then try again."
        }
        io::ErrorKind::InvalidData => {
            "Nothing was changed. Move it aside, or replace it with an intact one, from a backup."
        }
        // No answer of the system: the program itself stopped, and says why.
        io::ErrorKind::Other => "Nothing was changed. Try again.",
        _ => "The disk may be failing. Copy the vault’s folder to another disk soon.",
    }
}
