//! The vault's two secrets: the age identity that opens every note and the Ed25519 key that signs.
//!
//! On the disk they exist only encrypted, as one age identity file with the signing key in a comment,
//! so that the stock tool reads it: `age -d keys/identity.age > key.txt`, then
//! `age -d -i key.txt notes/…/0001.age`. The rest of the vault never sees the secrets: it asks
//! [`Keys`] to open, sign and seal.

use std::{fmt, io, str::FromStr};

use age::x25519;
use age_core::format::{FileKey, Stanza};
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{SigningKey, VerifyingKey};
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    seal::{self, NotOpened, Strength},
    signed_text::{self, Kind},
};

const SIGNING_LINE: &str = "# signing-key: ed25519 ";
const VAULT_LINE: &str = "# vault: ";

/// The keys of an unlocked vault: what they do, and their public halves.
pub(crate) struct Keys {
    pub(crate) vault: String,
    recipient: x25519::Recipient,
    verifying: VerifyingKey,
    secret: Box<SecretKeys>,
}

/// The secrets themselves. Made in their box and never moved out of it.
struct SecretKeys {
    identity: x25519::Identity,
    signing: SigningKey,
}

impl Keys {
    /// New keys for a new vault.
    pub(crate) fn generate(vault: &str) -> Self {
        let secret = Box::new(SecretKeys {
            identity: x25519::Identity::generate(),
            signing: SigningKey::generate(&mut OsRng),
        });
        Self::with(vault, secret)
    }

    /// The keys in an identity file; `None` if it is not one of ours.
    pub(crate) fn from_identity_file(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let vault = text.lines().find_map(|line| line.strip_prefix(VAULT_LINE))?;
        let signing = text.lines().find_map(|line| line.strip_prefix(SIGNING_LINE))?;
        let identity = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"))?;
        let signing = Zeroizing::new(BASE64_STANDARD.decode(signing).ok()?);
        let signing = Zeroizing::new(<[u8; 32]>::try_from(signing.as_slice()).ok()?);
        let secret = Box::new(SecretKeys {
            identity: x25519::Identity::from_str(identity).ok()?,
            signing: SigningKey::from_bytes(&signing),
        });
        Some(Self::with(vault, secret))
    }

    fn with(vault: &str, secret: Box<SecretKeys>) -> Self {
        Self {
            vault: vault.to_owned(),
            recipient: secret.identity.to_public(),
            verifying: secret.signing.verifying_key(),
            secret,
        }
    }

    /// The public key that everything in the vault is sealed to.
    pub(crate) fn recipient(&self) -> &x25519::Recipient {
        &self.recipient
    }

    /// The public key that signatures are checked with.
    pub(crate) fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The plaintext of a file that is sealed to the vault.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        seal::open_with(&self.secret.identity, sealed)
    }

    /// `text`, padded, with the vault's signature as its last line.
    pub(crate) fn sign(&self, kind: Kind, text: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        Ok(signed_text::sign(kind, text, &self.secret.signing))
    }

    /// Seals to the vault alone.
    pub(crate) fn seal(&self, plain: &[u8]) -> io::Result<Vec<u8>> {
        self.seal_with(&[], plain)
    }

    /// Seals to the vault and to `others`: each of them opens it.
    pub(crate) fn seal_with(
        &self,
        others: &[x25519::Recipient],
        plain: &[u8],
    ) -> io::Result<Vec<u8>> {
        let mut all = vec![self.recipient.clone()];
        all.extend_from_slice(others);
        seal::seal_to_all(&all, plain)
    }

    /// The identity file, sealed by a passphrase.
    pub(crate) fn file_for_passphrase(
        &self,
        passphrase: SecretString,
        strength: Strength,
    ) -> io::Result<Vec<u8>> {
        seal::seal_by_passphrase(passphrase, strength, self.identity_file().as_bytes())
    }

    /// The identity file, sealed to the key of a recovery sheet.
    pub(crate) fn file_for_sheet(&self, sheet: &x25519::Recipient) -> io::Result<Vec<u8>> {
        seal::seal_to(sheet, self.identity_file().as_bytes())
    }

    /// The age identity, for tests that play somebody who got hold of it.
    #[cfg(test)]
    pub(crate) fn identity(&self) -> &x25519::Identity {
        &self.secret.identity
    }

    /// A document of the first format, signed and sealed.
    #[cfg(test)]
    pub(crate) fn first_format(&self, text: &str) -> Vec<u8> {
        self.seal(&signed_text::sign_first_format(text, &self.secret.signing)).expect("sealed")
    }

    fn identity_file(&self) -> Zeroizing<String> {
        let signing = Zeroizing::new(BASE64_STANDARD.encode(self.secret.signing.as_bytes()));
        let identity = self.secret.identity.to_string();
        let mut text = Zeroizing::new(String::with_capacity(1024));
        for part in [
            "# caseclinic vault key: whoever holds this text reads every note\n",
            VAULT_LINE,
            &self.vault,
            "\n",
            SIGNING_LINE,
            &signing,
            "\n",
            identity.expose_secret(),
            "\n",
        ] {
            text.push_str(part);
        }
        text
    }
}

/// Opens what is too large to be opened in one piece, such as a backup.
impl age::Identity for Keys {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        self.secret.identity.unwrap_stanza(stanza)
    }
}

/// Redacted.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_identity_file_brings_both_keys_back() {
        let keys = Keys::generate("some vault");
        let back = Keys::from_identity_file(keys.identity_file().as_bytes()).expect("ours");
        assert_eq!(back.vault, "some vault");
        assert_eq!(back.verifying_key(), keys.verifying_key());
        let sealed = keys.seal(b"some words").unwrap();
        assert_eq!(back.open(&sealed).unwrap().as_slice(), b"some words");
        assert_eq!(
            back.sign(Kind::Note, "a line\n").unwrap(),
            keys.sign(Kind::Note, "a line\n").unwrap()
        );
    }

    #[test]
    fn the_keys_do_not_show_themselves() {
        assert_eq!(format!("{:?}", Keys::generate("v")), "Keys([redacted])");
    }
}
