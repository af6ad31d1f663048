//! What a note is to the vault: an id, a head for lists, and a body it never looks into. The head is
//! sealed and signed with the note, so what it says of who may read it can't be changed apart.

use std::{fmt, path::PathBuf, str::FromStr};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::clinic::Subject;

/// The name of a note for as long as it lives: random, so that it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoteId(Uuid);

impl NoteId {
    /// A new id that no other note has.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The id that this text stands for, always the same; no random id is the same.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for NoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// The text is no note id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a note id; copy it from the list")]
pub struct NotANoteId;

impl FromStr for NoteId {
    type Err = NotANoteId;

    /// Reads the hyphenated lower-case form only, so that every note has exactly one folder name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Self(Uuid::try_parse(text).map_err(|_| NotANoteId)?);
        let spelling = &mut Uuid::encode_buffer();
        if id.0.as_hyphenated().encode_lower(spelling) == text { Ok(id) } else { Err(NotANoteId) }
    }
}

/// What a list of notes shows without opening the body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteHead {
    /// What it is about: `case`, `supervision` or `service`. `clinic` in notes from before that was
    /// told apart: ask [`NoteHead::subject`].
    pub kind: String,
    /// The generated case key, such as `HERON-42`.
    pub case_key: String,
    /// The title of the meeting.
    pub title: String,
    /// The template it follows, with its version.
    pub template: String,
    /// The stage that was reached.
    pub stage: String,
    /// in-progress, completed, amended, entered-in-error or stopped.
    pub status: String,
    /// When the note was begun.
    pub created: Timestamp,
    /// When its text last changed.
    pub updated: Timestamp,
    /// When the case is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review: Option<Date>,
    /// Public keys of the members a private note was shared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
    /// The one question of the meeting, in a line, by which people know it again. A head is sealed
    /// with its note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

impl NoteHead {
    /// What the note is about.
    pub fn subject(&self) -> Subject {
        let format = self.template.split(' ').next().unwrap_or_default();
        Subject::of_code(&self.kind).unwrap_or_else(|| Subject::of_format(format))
    }
}

/// Redacted: a head names a case.
impl fmt::Debug for NoteHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteHead").field("updated", &self.updated).finish_non_exhaustive()
    }
}

/// What a later revision says of the ones before it. They stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// Something was added or put right.
    Amended,
    /// The note should not exist: wrong case, or written twice. Nothing follows this one.
    EnteredInError,
}

/// The disk has it: from here on a power cut cannot take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// When it was safe.
    pub at: Timestamp,
    /// Bytes on the disk.
    pub bytes: u64,
    /// The revision that was locked, or none for a draft.
    pub revision: Option<u32>,
}

/// Which file a note was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteSource {
    /// The working copy.
    Draft,
    /// A completed revision, counted from 1.
    Revision(u32),
}

impl NoteSource {
    /// The number of the revision; none for the draft.
    pub(crate) fn revision(self) -> Option<u32> {
        match self {
            Self::Draft => None,
            Self::Revision(number) => Some(number),
        }
    }
}

/// How far the vault can vouch for a note. Its signature held, or it would not have been opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Signed by this vault and, for a revision, named in the ledger with this very content.
    Yes,
    /// Signed by this vault; the ledger does not vouch for it, and this sentence says why.
    No(String),
}

/// A note, readable.
pub struct OpenedNote {
    /// Which note.
    pub id: NoteId,
    /// Its head.
    pub head: NoteHead,
    /// Its body, byte for byte as it was saved.
    pub body: Zeroizing<String>,
    /// Where it was read from.
    pub source: NoteSource,
    /// Whether the ledger vouches for it.
    pub verified: Verified,
}

/// Redacted.
impl fmt::Debug for OpenedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedNote")
            .field("id", &self.id)
            .field("source", &self.source)
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

/// One line of the list of notes.
#[derive(Debug, Clone)]
pub struct NoteRow {
    /// Which note.
    pub id: NoteId,
    /// Where its newest acknowledged state lies.
    pub source: NoteSource,
    /// Its head, or what is wrong with its file.
    pub head: Result<NoteHead, Damage>,
    /// Whether the ledger vouches for it; meaningless for a damaged one.
    pub verified: Verified,
}

/// A file that cannot be read, without stopping the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file, from the vault's folder on.
    pub file: PathBuf,
    /// What is wrong, as a sentence.
    pub why: String,
    /// What to do.
    pub advice: String,
}
