//! A post: one revision, correction, erasure or receipt on its way, signed by its sender and sealed
//! to its readers. It says itself whose it is, which number it has, which file came before it and
//! who is to read it, so that it counts nowhere else and for nobody else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    charter::{FORMAT, Unusable, check_format},
    names::{Author, FileName, PersonId, PostRef},
};
use crate::vault::{
    NoteHead, NoteId, Vault, VaultError,
    keys::{sha256::sha256, signed_text::Kind},
    notes::document::quoted,
};

const HEADING: &str = "# caseclinic exchange post\n";

/// What a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostKind {
    /// A note as it was completed.
    Revision,
    /// A later revision of it.
    Correction,
    /// The note was erased, and everybody who has it is to erase it.
    Erasure,
    /// Somebody erased it.
    Receipt,
}

impl PostKind {
    /// Whether it brings a note.
    pub(crate) fn is_note(self) -> bool {
        matches!(self, Self::Revision | Self::Correction)
    }
}

/// Everything that a post says, but the words of its note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostHeader {
    pub(crate) format: u32,
    pub(crate) exchange: String,
    pub(crate) author: Author,
    pub(crate) number: u64,
    /// SHA-256 of the file before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<String>,
    pub(crate) kind: PostKind,
    /// By the clock of the sender: shown, and nothing depends on it.
    pub(crate) at: Timestamp,
    pub(crate) note: NoteId,
    /// Which revision; 0 for an erasure or a receipt.
    #[serde(default)]
    pub(crate) revision: u32,
    /// Whose note was erased, in a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) of: Option<PersonId>,
    /// Who is to read it, the sender apart.
    #[serde(default)]
    pub(crate) readers: Vec<PersonId>,
    /// The posts whose note was erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) erased: Vec<PostRef>,
}

#[derive(Serialize)]
struct PostTop<'a> {
    post: &'a PostHeader,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<&'a NoteHead>,
}

#[derive(Deserialize)]
struct ParsedPost {
    post: PostHeader,
    #[serde(default)]
    head: Option<NoteHead>,
    #[serde(default)]
    body: Option<ParsedBody>,
}

#[derive(Deserialize)]
struct ParsedBody {
    toml: String,
}

#[derive(Deserialize)]
struct FormatOfPost {
    post: toml::Table,
}

/// A post as it was signed.
pub(crate) struct Post {
    pub(crate) header: PostHeader,
    pub(crate) head: Option<NoteHead>,
    /// The members' edition of the note.
    pub(crate) body: Option<Zeroizing<String>>,
}

impl Post {
    /// Signs a post. The bytes are plain text, to be sealed.
    pub(crate) fn sign(
        vault: &Vault,
        header: &PostHeader,
        note: Option<(&NoteHead, &str)>,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let top = PostTop { post: header, head: note.map(|(head, _)| head) };
        let top = Zeroizing::new(toml::to_string(&top).map_err(VaultError::unwritable)?);
        let body = note.map(|(_, body)| Zeroizing::new(quoted(body)));
        let length = body.as_ref().map_or(0, |body| body.len());
        let mut text = Zeroizing::new(String::with_capacity(top.len() + length + 64));
        text.push_str(HEADING);
        text.push_str(&top);
        if let Some(body) = body {
            for part in ["\n[body]\ntoml = ", &body, "\n"] {
                text.push_str(part);
            }
        }
        vault.sign_text(Kind::ExchangePost, &text)
    }

    /// What a text says, before its signature is checked: whose it says it is decides which key
    /// checks it.
    pub(crate) fn read(text: &[u8]) -> Result<Self, Unusable> {
        let text = std::str::from_utf8(text).map_err(|_| Unusable::Unreadable)?;
        let text = text.strip_prefix(HEADING).ok_or(Unusable::Unreadable)?;
        let format: FormatOfPost = toml::from_str(text).map_err(|_| Unusable::Unreadable)?;
        let format = toml::to_string(&format.post).map_err(|_| Unusable::Unreadable)?;
        check_format(&format)?;
        let ParsedPost { post, head, body } =
            toml::from_str(text).map_err(|_| Unusable::Unreadable)?;
        let has_note = head.is_some() && body.is_some();
        if post.kind.is_note() != has_note || (post.revision > 0) != has_note {
            return Err(Unusable::Unreadable);
        }
        let body = body.map(|body| Zeroizing::new(body.toml));
        Ok(Self { header: post, head, body })
    }
}

/// What is remembered of a post, so that it need not be opened for a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostFacts {
    pub(crate) header: PostHeader,
    pub(crate) name: FileName,
    /// SHA-256 of the signed text: the same post sealed twice has one.
    pub(crate) signed: String,
    /// SHA-256 of the words of the note.
    pub(crate) words: Option<String>,
    pub(crate) head: Option<NoteHead>,
}

impl PostFacts {
    pub(crate) fn of(post: &Post, name: FileName, plain: &[u8]) -> Self {
        Self {
            header: post.header.clone(),
            name,
            signed: sha256(plain),
            words: post.body.as_ref().map(|body| sha256(body.as_bytes())),
            head: post.head.clone(),
        }
    }

    pub(crate) fn reference(&self) -> PostRef {
        PostRef { author: self.header.author.clone(), name: self.name.clone() }
    }
}

/// Redacted: a head names a case.
impl std::fmt::Debug for PostFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostFacts").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The header of the next post of a machine.
pub(crate) fn header(
    exchange: &str,
    author: &Author,
    (number, before): (u64, Option<String>),
    kind: PostKind,
    note: NoteId,
    at: Timestamp,
) -> PostHeader {
    PostHeader {
        format: FORMAT,
        exchange: exchange.to_owned(),
        author: author.clone(),
        number,
        before,
        kind,
        at,
        note,
        revision: 0,
        of: None,
        readers: Vec::new(),
        erased: Vec::new(),
    }
}
