//! Reading one file as the note it should be: opened, its signature checked, its place compared
//! with what it says of itself. What fails any of that is named and never shown.

use std::{
    borrow::Cow,
    io,
    path::{Path, PathBuf},
};

use super::{
    document::{self, MAX_NOTE_BYTES, Seal, StoredNote},
    ledger::CurrentLedger,
    note::{NoteId, NoteSource, Verified},
};
use crate::vault::{
    Vault,
    error::{VaultError, why_unread},
    keys::{seal::NotOpened, sha256::sha256, signed_text},
    storage::layout,
};

const SEE_VERIFY: &str = "`caseclinic vault verify` says what helps.";

/// Bytes a sealed note may have: the largest note in its worst spelling, and the seal.
pub(crate) const MAX_NOTE_FILE_BYTES: u64 = (MAX_NOTE_BYTES as u64) * 7 + (1 << 20);

/// A document together with the hash of the plaintext it stood in.
pub(crate) struct Read {
    pub(crate) document: StoredNote,
    pub(crate) sha256: String,
}

/// Why a file is not the note it should be: the end of a sentence that begins with its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoteFileError {
    #[error("is missing, although the ledger lists it")]
    Missing,
    #[error("{}", why_unread(.0))]
    Unreadable(io::Error),
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    #[error("was not signed by this vault")]
    NotSigned,
    #[error("is signed, but is not a note")]
    NoNote,
    /// It is this file, put in another's place.
    #[error("is another file, put in the wrong place: {}", .0.display())]
    Elsewhere(PathBuf),
}

impl NoteFileError {
    /// As the fault of the file at this path.
    pub(crate) fn into_error(self, file: &Path) -> VaultError {
        match self {
            Self::Unreadable(error) => VaultError::unread(file, error),
            fault => VaultError::damaged(file, fault.to_string()),
        }
    }
}

impl From<io::Error> for NoteFileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Unreadable(error),
        }
    }
}

impl Vault {
    pub(crate) fn read(&self, id: NoteId, source: NoteSource) -> Result<Read, VaultError> {
        let file = file_of(id, source);
        self.read_at(&file, id, source).map_err(|fault| match fault {
            NoteFileError::NotOpened(NotOpened::KeysGone) => VaultError::KeysGone,
            fault => fault.into_error(&file),
        })
    }

    /// Reads a note from wherever its file lies, as what it should be.
    pub(crate) fn read_at(
        &self,
        file: &Path,
        id: NoteId,
        source: NoteSource,
    ) -> Result<Read, NoteFileError> {
        self.read_sealed(file, |seal| seal.belongs(&self.keys.vault, id, source))
    }

    /// Reads the members' edition of a revision.
    pub(crate) fn read_members(&self, id: NoteId, number: u32) -> Result<Read, NoteFileError> {
        let file = layout::members_file(id, number);
        self.read_sealed(&file, |seal| seal.belongs_to_members(&self.keys.vault, id, number))
    }

    fn read_sealed(
        &self,
        file: &Path,
        belongs: impl FnOnce(&Seal) -> bool,
    ) -> Result<Read, NoteFileError> {
        let sealed = self.store.read(&self.folder.join(file), MAX_NOTE_FILE_BYTES)?;
        let plain = self.keys.open(&sealed)?;
        let key = self.keys.verifying_key();
        let text = signed_text::verified_note(&plain, key).ok_or(NoteFileError::NotSigned)?;
        let document = document::read(text).ok_or(NoteFileError::NoNote)?;
        let seal = &document.seal;
        if !belongs(seal) {
            return Err(NoteFileError::Elsewhere(match seal.source() {
                NoteSource::Revision(number) if seal.is_for_members() => {
                    layout::members_file(seal.note, number)
                }
                source => file_of(seal.note, source),
            }));
        }
        Ok(Read { document, sha256: sha256(&plain) })
    }
}

impl Vault {
    /// Whether the ledger vouches for what was read.
    pub(crate) fn vouch_for(
        &self,
        ledger: &CurrentLedger,
        id: NoteId,
        source: NoteSource,
        read: &Read,
    ) -> Verified {
        let seal = &read.document.seal;
        match source {
            NoteSource::Draft => self.vouch_for_draft(ledger, id, seal.saves),
            NoteSource::Revision(number) => {
                self.vouch_for_note(ledger, id, number, &read.sha256, seal.previous.as_deref())
            }
        }
    }

    /// Whether the ledger vouches for a revision, and knows of no newer draft that it was not
    /// completed from.
    pub(crate) fn vouch_for_note(
        &self,
        ledger: &CurrentLedger,
        id: NoteId,
        number: u32,
        sha256: &str,
        previous: Option<&str>,
    ) -> Verified {
        let verified = vouch(ledger, id, number, sha256, previous);
        let missing = ledger.as_ref().ok().and_then(|ledger| self.missing_of_completed(ledger, id));
        match missing {
            Some(missing) if verified == Verified::Yes => {
                Verified::No(format!("{} {SEE_VERIFY}", self.why_older(id, missing, 0)))
            }
            _ => verified,
        }
    }

    /// Whether a draft that was saved so often is the newest one.
    pub(crate) fn vouch_for_draft(
        &self,
        ledger: &CurrentLedger,
        id: NoteId,
        saves: u64,
    ) -> Verified {
        let ledger = match ledger {
            Ok(ledger) => ledger,
            Err(why) => {
                return Verified::No(format!(
                    "This draft cannot be checked against the ledger: {why}."
                ));
            }
        };
        match self.missing_of_draft(ledger, id, saves) {
            None => Verified::Yes,
            Some(missing) => {
                Verified::No(format!("{} {SEE_VERIFY}", self.why_older(id, missing, saves)))
            }
        }
    }
}

pub(crate) fn file_of(id: NoteId, source: NoteSource) -> PathBuf {
    match source {
        NoteSource::Draft => layout::draft_file(id),
        NoteSource::Revision(number) => layout::revision_file(id, number),
    }
}

/// Whether the ledger vouches for a revision with this content and this revision before it.
pub(crate) fn vouch(
    ledger: &CurrentLedger,
    id: NoteId,
    number: u32,
    sha256: &str,
    previous: Option<&str>,
) -> Verified {
    let why: Cow<'_, str> = match ledger.as_ref().map(|ledger| ledger.sha256(id, number)) {
        Ok(Some(known)) if known == sha256 => {
            if ledger.as_ref().is_ok_and(|ledger| ledger.sha256(id, number - 1) == previous) {
                return Verified::Yes;
            }
            "This revision does not follow the one before it.".into()
        }
        Ok(Some(_)) => "This is not the revision that was saved: its content is different.".into(),
        Ok(None) => "This revision is not in the ledger.".into(),
        Err(why) => format!("This revision cannot be checked against the ledger: {why}.").into(),
    };
    Verified::No(why.into_owned())
}
