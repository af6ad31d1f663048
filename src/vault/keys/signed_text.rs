//! Text with a signature under it, padded so that its size tells little.
//!
//! The last line is a comment holding an Ed25519 signature; the line above is a comment of blanks
//! that fills the text to a multiple of 4 KiB. What was signed stays the TOML document it was.
//!
//! The signature covers a line `caseclinic:KIND` and every byte before the signature's own line, so
//! a document of one kind cannot pass for another. Documents of the first format were signed
//! without that line.

use std::io;

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{SIGNATURE_LENGTH, Signature, VerifyingKey};
use zeroize::Zeroizing;

const SIGNATURE_LINE: &str = "# signature: ed25519ctx ";
const FIRST_FORMAT_LINE: &str = "# signature: ed25519 ";
/// A signature is 64 bytes in base64, and a line end follows.
const SIGNATURE_BYTES: usize = 88 + 1;
const PADDED_TO: usize = 4096;

/// What kind of document is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A draft or a revision.
    Note,
    /// The ledger.
    Ledger,
    /// A cache of heads.
    Catalogue,
    /// The saved index of the note search.
    SearchIndex,
    /// Somebody of an exchange, as they describe themselves.
    ExchangePerson,
    /// What a steward says of the people of an exchange.
    ExchangeStatement,
    /// What somebody sends through an exchange.
    ExchangePost,
    /// The list of everything that somebody sent.
    ExchangeHead,
    /// What a vault remembers of its exchange.
    ExchangeState,
}

impl Kind {
    /// The line that is signed in front of the document.
    pub(crate) fn context(self) -> &'static [u8] {
        match self {
            Self::Note => b"caseclinic:note\n",
            Self::Ledger => b"caseclinic:ledger\n",
            Self::Catalogue => b"caseclinic:catalogue\n",
            Self::SearchIndex => b"caseclinic:search-index\n",
            Self::ExchangePerson => b"caseclinic:exchange-person\n",
            Self::ExchangeStatement => b"caseclinic:exchange-statement\n",
            Self::ExchangePost => b"caseclinic:exchange-post\n",
            Self::ExchangeHead => b"caseclinic:exchange-head\n",
            Self::ExchangeState => b"caseclinic:exchange-state\n",
        }
    }
}

/// Pads and signs, through the holder of the key. `text` ends with a line end.
pub(crate) fn sign(
    kind: Kind,
    text: &str,
    signature: impl FnOnce(&[u8]) -> io::Result<[u8; SIGNATURE_LENGTH]>,
) -> io::Result<Zeroizing<Vec<u8>>> {
    let unpadded = text.len() + SIGNATURE_LINE.len() + SIGNATURE_BYTES;
    let padding = unpadded.next_multiple_of(PADDED_TO) - unpadded;
    let mut bytes = Zeroizing::new(Vec::with_capacity(unpadded + padding));
    bytes.extend_from_slice(text.as_bytes());
    if padding > 1 {
        bytes.push(b'#');
        bytes.resize(text.len() + padding - 1, b' ');
    }
    if padding > 0 {
        bytes.push(b'\n');
    }
    let signature = signature(&message(kind.context(), &bytes))?;
    bytes.extend_from_slice(SIGNATURE_LINE.as_bytes());
    bytes.extend_from_slice(BASE64_STANDARD.encode(signature).as_bytes());
    bytes.push(b'\n');
    Ok(bytes)
}

/// The signature of a short text, kept beside it.
pub(crate) fn signature_of(
    kind: Kind,
    text: &str,
    signature: impl FnOnce(&[u8]) -> io::Result<[u8; SIGNATURE_LENGTH]>,
) -> io::Result<String> {
    Ok(BASE64_STANDARD.encode(signature(&message(kind.context(), text.as_bytes()))?))
}

/// Whether it is the signature of a short text of this kind with this key.
pub(crate) fn is_signature_of(kind: Kind, text: &str, signature: &str, key: &VerifyingKey) -> bool {
    let bytes = BASE64_STANDARD.decode(signature).ok();
    let signature = bytes.and_then(|bytes| Signature::from_slice(&bytes).ok());
    let message = message(kind.context(), text.as_bytes());
    signature.is_some_and(|signature| key.verify_strict(&message, &signature).is_ok())
}

/// A document of the first format, which had no padding, with its signature.
#[cfg(test)]
pub(crate) fn in_first_format(text: &str, signature: [u8; SIGNATURE_LENGTH]) -> Vec<u8> {
    format!("{text}{FIRST_FORMAT_LINE}{}\n", BASE64_STANDARD.encode(signature)).into_bytes()
}

/// The whole text, if the last line signs everything before it with this key as this kind.
pub(crate) fn verified<'a>(kind: Kind, bytes: &'a [u8], key: &VerifyingKey) -> Option<&'a str> {
    verified_by(SIGNATURE_LINE, kind.context(), bytes, key)
}

/// As [`verified`], of a document of the first format: its kind shows in its first line alone.
pub(crate) fn verified_first_format<'a>(bytes: &'a [u8], key: &VerifyingKey) -> Option<&'a str> {
    verified_by(FIRST_FORMAT_LINE, b"", bytes, key)
}

/// As [`verified`], of a note of either format.
pub(crate) fn verified_note<'a>(bytes: &'a [u8], key: &VerifyingKey) -> Option<&'a str> {
    verified(Kind::Note, bytes, key).or_else(|| verified_first_format(bytes, key))
}

fn verified_by<'a>(
    start: &str,
    context: &[u8],
    bytes: &'a [u8],
    key: &VerifyingKey,
) -> Option<&'a str> {
    let at = bytes.len().checked_sub(start.len() + SIGNATURE_BYTES)?;
    let (signed, line) = bytes.split_at(at);
    let encoded = line.strip_prefix(start.as_bytes())?.strip_suffix(b"\n")?;
    let signature = Signature::from_slice(&BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    key.verify_strict(&message(context, signed), &signature).ok()?;
    std::str::from_utf8(bytes).ok()
}

fn message(context: &[u8], signed: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(Vec::with_capacity(context.len() + signed.len()));
    message.extend_from_slice(context);
    message.extend_from_slice(signed);
    message
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};
    use rand::rngs::OsRng;

    use super::*;

    fn signed(text: &str, key: &SigningKey) -> Zeroizing<Vec<u8>> {
        sign(Kind::Note, text, |message| Ok(key.sign(message).to_bytes())).expect("signed")
    }

    #[test]
    fn every_length_is_padded_to_whole_blocks_and_verifies() {
        let key = SigningKey::generate(&mut OsRng);
        for length in (0..40).chain(3970..4110) {
            let text = "x".repeat(length) + "\n";
            let signed = signed(&text, &key);
            assert_eq!(signed.len() % PADDED_TO, 0, "{length}");
            let read = verified(Kind::Note, &signed, &key.verifying_key()).expect("verifies");
            assert!(read.starts_with(&text));
        }
    }

    #[test]
    fn another_key_another_kind_or_another_byte_does_not_verify() {
        let key = SigningKey::generate(&mut OsRng);
        let other = SigningKey::generate(&mut OsRng);
        let mut signed = signed("some words\n", &key);
        assert!(verified(Kind::Ledger, &signed, &key.verifying_key()).is_none());
        assert!(verified_first_format(&signed, &key.verifying_key()).is_none());
        assert!(verified(Kind::Note, &signed, &other.verifying_key()).is_none());
        signed[3] ^= 1;
        assert!(verified(Kind::Note, &signed, &key.verifying_key()).is_none());
        assert!(verified(Kind::Note, b"", &key.verifying_key()).is_none());
    }
}
