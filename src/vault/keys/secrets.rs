//! The two secrets themselves, in the one process that holds them: the age identity that opens every
//! note and the Ed25519 key that signs.
//!
//! On the disk they exist only encrypted, as one age identity file with the signing key in a comment,
//! so that the stock tool reads it: `age -d keys/identity.age > key.txt`, then
//! `age -d -i key.txt notes/…/0001.age`.

use std::str::FromStr;

use age::x25519;
use age_core::format::{FileKey, Stanza};
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{SIGNATURE_LENGTH, Signer, SigningKey, VerifyingKey};
use rand::rngs::OsRng;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::seal::{self, NotOpened};

const SIGNING_LINE: &str = "# signing-key: ed25519 ";
const VAULT_LINE: &str = "# vault: ";

/// The secrets of one vault.
pub(crate) struct Secrets {
    vault: String,
    identity: x25519::Identity,
    signing: SigningKey,
}

impl Secrets {
    /// New secrets for a new vault.
    pub(crate) fn generate(vault: &str) -> Box<Self> {
        Box::new(Self {
            vault: vault.to_owned(),
            identity: x25519::Identity::generate(),
            signing: SigningKey::generate(&mut OsRng),
        })
    }

    /// The secrets in an identity file; `None` if it is not one of ours.
    pub(crate) fn from_identity_file(text: &[u8]) -> Option<Box<Self>> {
        let text = std::str::from_utf8(text).ok()?;
        let vault = text.lines().find_map(|line| line.strip_prefix(VAULT_LINE))?;
        let signing = text.lines().find_map(|line| line.strip_prefix(SIGNING_LINE))?;
        let identity = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"))?;
        let signing = Zeroizing::new(BASE64_STANDARD.decode(signing).ok()?);
        let signing = Zeroizing::new(<[u8; 32]>::try_from(signing.as_slice()).ok()?);
        Some(Box::new(Self {
            vault: vault.to_owned(),
            identity: x25519::Identity::from_str(identity).ok()?,
            signing: SigningKey::from_bytes(&signing),
        }))
    }

    /// The identity file, in plain text.
    pub(crate) fn identity_file(&self) -> Zeroizing<String> {
        let signing = Zeroizing::new(BASE64_STANDARD.encode(self.signing.as_bytes()));
        let identity = self.identity.to_string();
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

    /// The id of the vault.
    pub(crate) fn vault(&self) -> &str {
        &self.vault
    }

    /// The public key that everything in the vault is sealed to.
    pub(crate) fn recipient(&self) -> x25519::Recipient {
        self.identity.to_public()
    }

    /// The public key that signatures are checked with.
    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// The plaintext of a file that is sealed to the vault.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        seal::open_with(&self.identity, sealed)
    }

    /// The signature of a message.
    pub(crate) fn signature(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.signing.sign(message).to_bytes()
    }

    /// The key of a file, if this stanza of its header is sealed to the vault.
    pub(crate) fn unwrap_stanza(
        &self,
        stanza: &Stanza,
    ) -> Option<Result<FileKey, age::DecryptError>> {
        age::Identity::unwrap_stanza(&self.identity, stanza)
    }

    /// The age identity, for tests that play somebody who got hold of it.
    #[cfg(test)]
    pub(crate) fn identity(&self) -> &x25519::Identity {
        &self.identity
    }
}
