//! Checking a note outside its vault: whether it was signed by the vault with a known key.
//!
//! A member has neither the passphrase nor the ledger. With the fingerprint of the vault's public
//! key, which somebody read to them, they know that what they opened was written by that vault, and
//! which revision of which note it is. Whether there is a newer revision they cannot know.

use std::{fmt, str::FromStr};

use age::x25519;
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::VerifyingKey;
use zeroize::Zeroizing;

use super::{document, note::NoteId};
use crate::vault::{
    Vault,
    keys::{
        seal,
        sha256::{in_groups, sha256},
        signed_text,
    },
};

const KEY_PREFIX: &str = "ed25519:";
/// Digits of a fingerprint, which is the beginning of the SHA-256 of the key: 128 bits.
const FINGERPRINT_DIGITS: usize = 32;
/// How a file that is sealed begins.
const SEALED: &[u8] = b"age-encryption.org/";

/// What the signatures of a vault are checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultKey {
    /// Its public key.
    Whole(Box<VerifyingKey>),
    /// The fingerprint of its public key; the note itself has to bring the key.
    Fingerprint(String),
}

/// The text is no public key of a vault, and no fingerprint of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a vault key; `caseclinic vault members list` shows the key of a vault (it begins with {KEY_PREFIX}) and its fingerprint ({FINGERPRINT_DIGITS} digits)"
)]
pub struct NotAVaultKey;

impl FromStr for VaultKey {
    type Err = NotAVaultKey;

    /// Reads a key, or a fingerprint with or without spaces, in small letters or capitals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(key) = read_key(text.trim()) {
            return Ok(Self::Whole(Box::new(key)));
        }
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let digits = digits.to_ascii_lowercase();
        let is_one = digits.len() == FINGERPRINT_DIGITS
            && digits.chars().all(|digit| digit.is_ascii_hexdigit());
        if is_one { Ok(Self::Fingerprint(digits)) } else { Err(NotAVaultKey) }
    }
}

/// A note whose signature held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedNote {
    /// The id of the vault that signed it.
    pub vault: String,
    /// Which note.
    pub note: NoteId,
    /// Which revision; none for a draft.
    pub revision: Option<u32>,
    /// `draft`, `complete`, `amended` or `entered-in-error`.
    pub state: String,
    /// It is the edition for members.
    pub for_members: bool,
    /// The fingerprint of the key that signed it, in groups of four digits.
    pub fingerprint: String,
}

/// Why a note could not be checked, or was not written by the vault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteNotChecked {
    /// It is sealed, and nothing was given that opens it.
    #[error("This file is encrypted. Give your key file with --identity.")]
    Sealed,
    /// The identity file holds no identity.
    #[error("This is not a key file of the `age` tool: no line begins with AGE-SECRET-KEY-1.")]
    NoIdentity,
    /// It does not open with the identity.
    #[error("This file does not open with your key, or was altered.")]
    NotOpened,
    /// It is no note.
    #[error("This is not a note, or its beginning was altered.")]
    NotANote,
    /// It is from before notes brought the key along.
    #[error(
        "This note does not say which key signed it, because it is from an earlier version. Give the whole key of the vault instead of the fingerprint."
    )]
    NoKey,
    /// Another vault signed it, or nobody did.
    #[error("This note was NOT signed by that vault. It says that it is from the key {0}.")]
    OtherKey(String),
    /// The signature does not fit the text.
    #[error("This note was NOT signed by that vault, or was altered since.")]
    NotSigned,
}

impl NoteNotChecked {
    /// Whether the note was looked at and is not what that vault wrote.
    pub fn is_refuted(&self) -> bool {
        matches!(self, Self::OtherKey(_) | Self::NotSigned | Self::NotANote)
    }
}

/// Opens the note if it is sealed, and checks whether the vault with this key signed it.
/// `identity` is the text of an age identity file.
///
/// # Errors
/// It does not open, is no note, or was not signed by that vault.
pub fn check_note(
    bytes: &[u8],
    identity: Option<&str>,
    key: &VaultKey,
) -> Result<CheckedNote, NoteNotChecked> {
    if !bytes.starts_with(SEALED) {
        return check(bytes, key);
    }
    let identity = identity.ok_or(NoteNotChecked::Sealed)?;
    let identities = identity.lines().filter_map(|line| line.trim().parse().ok());
    let identities: Vec<x25519::Identity> = identities.collect();
    if identities.is_empty() {
        return Err(NoteNotChecked::NoIdentity);
    }
    let plain = identities.iter().find_map(|identity| seal::open_with(identity, bytes).ok());
    let plain: Zeroizing<Vec<u8>> = plain.ok_or(NoteNotChecked::NotOpened)?;
    check(&plain, key)
}

fn check(bytes: &[u8], key: &VaultKey) -> Result<CheckedNote, NoteNotChecked> {
    let claimed = std::str::from_utf8(bytes).ok().and_then(document::read);
    let claimed = claimed.ok_or(NoteNotChecked::NotANote)?;
    let brought = claimed.seal.signed_by.as_deref().and_then(read_key);
    let key = match key {
        VaultKey::Whole(key) => **key,
        VaultKey::Fingerprint(digits) => {
            let brought = brought.ok_or(NoteNotChecked::NoKey)?;
            if fingerprint(&brought) != *digits {
                return Err(NoteNotChecked::OtherKey(in_groups(&fingerprint(&brought))));
            }
            brought
        }
    };
    let signed = signed_text::verified_note(bytes, &key);
    let signed = signed.and_then(document::read).ok_or(NoteNotChecked::NotSigned)?;
    let seal = signed.seal;
    Ok(CheckedNote {
        revision: seal.source().revision(),
        for_members: seal.is_for_members(),
        vault: seal.vault,
        note: seal.note,
        state: seal.state,
        fingerprint: in_groups(&fingerprint(&key)),
    })
}

impl Vault {
    /// The public key that the vault's signatures are checked with, as people copy it.
    pub fn public_key(&self) -> String {
        shown_key(self.keys.verifying_key())
    }

    /// Its fingerprint, in groups of four digits, as people read it aloud.
    pub fn key_fingerprint(&self) -> String {
        in_groups(&fingerprint(self.keys.verifying_key()))
    }
}

/// A public key as written in a note.
pub(crate) fn shown_key(key: &VerifyingKey) -> String {
    format!("{KEY_PREFIX}{}", BASE64_STANDARD.encode(key.as_bytes()))
}

/// Reads a public key as written in a note.
pub(crate) fn read_key(text: &str) -> Option<VerifyingKey> {
    let bytes = BASE64_STANDARD.decode(text.strip_prefix(KEY_PREFIX)?).ok()?;
    VerifyingKey::from_bytes(&<[u8; 32]>::try_from(bytes).ok()?).ok()
}

fn fingerprint(key: &VerifyingKey) -> String {
    let mut digits = sha256(key.as_bytes());
    digits.truncate(FINGERPRINT_DIGITS);
    digits
}

/// What it is, as a sentence.
impl fmt::Display for CheckedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { note, .. } = self;
        match self.revision {
            None => write!(f, "a draft of note {note}")?,
            Some(number) => {
                let state = match self.state.as_str() {
                    "complete" => "as it was completed",
                    "amended" => "a correction",
                    _ => "entered in error",
                };
                write!(f, "revision {number} of note {note}, {state}")?;
            }
        }
        if self.for_members { f.write_str(", in the edition for members") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use age::x25519;
    use jiff::Timestamp;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::vault::{
        Correction, NoteSource, RevisionText,
        fixtures::{head, place, vault},
        keys::signed_text::Kind,
        storage::layout,
    };

    fn text(body: &str) -> RevisionText<'_> {
        RevisionText { whole: body, for_members: Some(body) }
    }

    #[test]
    fn a_member_checks_what_they_open_with_the_fingerprint_alone() {
        let (home, vault) = vault();
        let identity = x25519::Identity::generate();
        let public = identity.to_public().to_string();
        vault.add_member("Asha", "deputy", &public, Timestamp::now()).unwrap();
        let id = NoteId::random();
        vault.complete(id, &head("A"), text("one")).unwrap();
        vault.amend(id, &head("A"), text("two"), Correction::Amended).unwrap();
        let sealed = fs::read(place(&home).join(layout::members_file(id, 2))).unwrap();
        let key: VaultKey = vault.key_fingerprint().to_uppercase().parse().unwrap();
        let keyfile = format!("# my key\n{}\n", identity.to_string().expose_secret());
        let checked = check_note(&sealed, Some(&keyfile), &key).unwrap();
        assert_eq!((checked.note, checked.revision), (id, Some(2)));
        assert!(checked.for_members && checked.state == "amended");
        assert_eq!(checked.fingerprint, vault.key_fingerprint());
        assert!(checked.to_string().starts_with("revision 2 of note"));
        assert_eq!(check_note(&sealed, None, &key), Err(NoteNotChecked::Sealed));
        assert_eq!(check_note(&sealed, Some("x"), &key), Err(NoteNotChecked::NoIdentity));
        let plain = seal::open_with(&identity, &sealed).unwrap();
        assert_eq!(check_note(&plain, None, &key).as_ref(), Ok(&checked));
        let whole: VaultKey = vault.public_key().parse().unwrap();
        assert_eq!(check_note(&plain, None, &whole).as_ref(), Ok(&checked));
    }

    #[test]
    fn nothing_that_another_key_signed_or_that_was_changed_passes() {
        let ((home, mine), (_, other)) = (vault(), vault());
        let id = NoteId::random();
        mine.complete(id, &head("A"), "some words").unwrap();
        let sealed = fs::read(place(&home).join(layout::revision_file(id, 1))).unwrap();
        let plain = mine.keys.open(&sealed).unwrap();
        let (own, theirs): (VaultKey, VaultKey) =
            (mine.key_fingerprint().parse().unwrap(), other.key_fingerprint().parse().unwrap());
        assert!(check_note(&plain, None, &own).is_ok());
        let refused = check_note(&plain, None, &theirs);
        assert_eq!(refused, Err(NoteNotChecked::OtherKey(mine.key_fingerprint())));
        for at in 0..plain.len() {
            let mut changed = plain.to_vec();
            changed[at] ^= 1;
            assert!(check_note(&changed, None, &own).is_err(), "{at}");
        }
        for length in (0..plain.len()).step_by(97) {
            assert!(check_note(&plain[..length], None, &own).is_err(), "{length}");
        }
        // Somebody else's signature under a text that names the vault's key.
        let text = std::str::from_utf8(&plain).unwrap();
        let text = text.rsplit_once("# signature").unwrap().0;
        let forged = other.keys.sign(Kind::Note, text).unwrap();
        assert_eq!(check_note(&forged, None, &own), Err(NoteNotChecked::NotSigned));
        // Nor a document of another kind.
        let ledger = mine.keys.sign(Kind::Ledger, text).unwrap();
        assert_eq!(check_note(&ledger, None, &own), Err(NoteNotChecked::NotSigned));
    }

    #[test]
    fn a_note_of_before_is_checked_with_the_whole_key() {
        let (_home, vault) = vault();
        let seal = document::Seal::new("v", NoteId::random(), NoteSource::Revision(1));
        let text = document::write(&seal, &head("A"), "before").unwrap();
        let plain = vault.keys.sign(Kind::Note, &text).unwrap();
        let short: VaultKey = vault.key_fingerprint().parse().unwrap();
        assert_eq!(check_note(&plain, None, &short), Err(NoteNotChecked::NoKey));
        let whole: VaultKey = vault.public_key().parse().unwrap();
        assert!(check_note(&plain, None, &whole).is_ok());
    }

    #[test]
    fn what_is_neither_key_nor_fingerprint_is_refused() {
        for text in ["", "age1xyz", "3f2a 91bc", "ed25519:AAAA", &"g".repeat(32)] {
            assert_eq!(text.parse::<VaultKey>(), Err(NotAVaultKey), "{text}");
        }
    }
}
