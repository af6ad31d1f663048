//! Text with a signature under it, padded so that its size tells little.
//!
//! The last line is a comment holding an Ed25519 signature over every byte before it; the line
//! above is a comment of blanks that fills the text to a multiple of 4 KiB. What was signed stays
//! the TOML document it was.

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

const SIGNATURE_LINE: &str = "# signature: ed25519 ";
/// 64 bytes in base64, and the line end.
const SIGNATURE_LINE_BYTES: usize = SIGNATURE_LINE.len() + 88 + 1;
const PADDED_TO: usize = 4096;

/// Pads and signs. `text` ends with a line end.
pub(crate) fn sign(text: &str, key: &SigningKey) -> Zeroizing<Vec<u8>> {
    let unpadded = text.len() + SIGNATURE_LINE_BYTES;
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
    let signature = key.sign(&bytes);
    bytes.extend_from_slice(SIGNATURE_LINE.as_bytes());
    bytes.extend_from_slice(BASE64_STANDARD.encode(signature.to_bytes()).as_bytes());
    bytes.push(b'\n');
    bytes
}

/// The whole text, if the last line signs everything before it with this key.
pub(crate) fn verified<'a>(bytes: &'a [u8], key: &VerifyingKey) -> Option<&'a str> {
    let at = bytes.len().checked_sub(SIGNATURE_LINE_BYTES)?;
    let (signed, line) = bytes.split_at(at);
    let encoded = line.strip_prefix(SIGNATURE_LINE.as_bytes())?.strip_suffix(b"\n")?;
    let signature = Signature::from_slice(&BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    key.verify_strict(signed, &signature).ok()?;
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use rand::rngs::OsRng;

    use super::*;

    #[test]
    fn every_length_is_padded_to_whole_blocks_and_verifies() {
        let key = SigningKey::generate(&mut OsRng);
        for length in (0..40).chain(3970..4110) {
            let text = "x".repeat(length) + "\n";
            let signed = sign(&text, &key);
            assert_eq!(signed.len() % PADDED_TO, 0, "{length}");
            let read = verified(&signed, &key.verifying_key()).expect("verifies");
            assert!(read.starts_with(&text));
        }
    }

    #[test]
    fn another_key_or_another_byte_does_not_verify() {
        let key = SigningKey::generate(&mut OsRng);
        let other = SigningKey::generate(&mut OsRng);
        let mut signed = sign("some words\n", &key);
        assert!(verified(&signed, &other.verifying_key()).is_none());
        signed[3] ^= 1;
        assert!(verified(&signed, &key.verifying_key()).is_none());
        assert!(verified(b"", &key.verifying_key()).is_none());
    }
}
