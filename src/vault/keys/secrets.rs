//! The two secrets themselves, in the one process that holds them: the age identity that opens every
//! note and the Ed25519 key that signs.
//!
//! On the disk they exist only encrypted, as one age identity file with the signing key in a comment,
//! so that the stock tool reads it: `age -d keys/identity.age > key.txt`, then
//! `age -d -i key.txt notes/…/0001.age`.

use std::{io, str::FromStr};

use age::{Identity, x25519};
use age_core::format::Stanza;
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::seal::{self, NotOpened, Strength};

const SIGNING_LINE: &str = "# signing-key: ed25519 ";
const VAULT_LINE: &str = "# vault: ";

/// The secrets of one vault.
pub(super) struct Secrets {
    vault: String,
    identity: x25519::Identity,
    signing: SigningKey,
}

/// What may be asked of the secrets. A file, a message or a stanza comes beside it, as bytes.
#[derive(Serialize, Deserialize)]
pub(super) enum Request<'a> {
    /// A sealed file → its plaintext.
    Open,
    /// A message → its signature.
    Sign,
    /// Plaintext → a file that each of these public keys opens.
    Seal(Vec<String>),
    /// → the identity file, sealed by this passphrase.
    FileForPassphrase(&'a str, Strength),
    /// → [`SheetParts`].
    NewSheet,
    /// The body of a stanza in the header of a file → [`UnwrappedKey`].
    Unwrap { tag: &'a str, args: Vec<String> },
}

/// What is answered: bytes, or why a file did not open.
pub(super) type Answer = Result<Zeroizing<Vec<u8>>, NotOpened>;

/// A new recovery sheet: its key, its public key, and the identity file that it opens.
#[derive(Serialize, Deserialize)]
pub(super) struct SheetParts<'a> {
    pub(super) key: &'a str,
    pub(super) recipient: &'a str,
    pub(super) sealed: &'a [u8],
}

/// The key of a file; none if the stanza is sealed to another key, an error if it is broken.
pub(super) type UnwrappedKey<'a> = Option<Result<&'a [u8], ()>>;

/// A small value as bytes, with room for all of it: a growing buffer leaves copies behind.
pub(super) fn encode(value: &impl Serialize) -> io::Result<Zeroizing<Vec<u8>>> {
    let bytes = postcard::to_extend(value, Vec::with_capacity(4096));
    bytes.map(Zeroizing::new).map_err(io::Error::other)
}

impl Secrets {
    /// New secrets for a new vault.
    pub(super) fn generate(vault: &str) -> Box<Self> {
        Box::new(Self {
            vault: vault.to_owned(),
            identity: x25519::Identity::generate(),
            signing: SigningKey::generate(&mut OsRng),
        })
    }

    /// The secrets in an identity file that the passphrase opens.
    pub(super) fn unlock(sealed: &[u8], passphrase: SecretString) -> Result<Box<Self>, NotOpened> {
        let file = seal::open_by_passphrase(passphrase, sealed)?;
        Self::from_identity_file(&file).ok_or(NotOpened::NoKeys)
    }

    /// The secrets in an identity file; `None` if it is not one of ours.
    pub(super) fn from_identity_file(text: &[u8]) -> Option<Box<Self>> {
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
    fn identity_file(&self) -> Zeroizing<String> {
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
    pub(super) fn vault(&self) -> &str {
        &self.vault
    }

    /// The public key that everything in the vault is sealed to.
    pub(super) fn recipient(&self) -> x25519::Recipient {
        self.identity.to_public()
    }

    /// The public key that signatures are checked with.
    pub(super) fn verifying_key(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    /// Does what is asked, with these bytes. An error says why it could not be done.
    pub(super) fn answer(&self, request: Request<'_>, bytes: &[u8]) -> io::Result<Answer> {
        let done = match request {
            Request::Open => return Ok(seal::open_with(&self.identity, bytes)),
            Request::Sign => self.signing.sign(bytes).to_vec(),
            Request::Seal(keys) => {
                let keys: Result<Vec<_>, _> = keys.iter().map(|key| key.parse()).collect();
                seal::seal_to(&keys.map_err(io::Error::other)?, bytes)?
            }
            Request::FileForPassphrase(passphrase, strength) => {
                let file = self.identity_file();
                seal::seal_by_passphrase(passphrase.into(), strength, file.as_bytes())?
            }
            Request::NewSheet => {
                let key = x25519::Identity::generate();
                let sealed = seal::seal_to(&[key.to_public()], self.identity_file().as_bytes())?;
                let (key, recipient) = (key.to_string(), key.to_public().to_string());
                let (key, recipient) = (key.expose_secret(), recipient.as_str());
                return encode(&SheetParts { key, recipient, sealed: &sealed }).map(Ok);
            }
            Request::Unwrap { tag, args } => {
                let stanza = Stanza { tag: tag.to_owned(), args, body: bytes.to_vec() };
                let key = self.identity.unwrap_stanza(&stanza);
                let key = key.as_ref().map(|key| key.as_ref().map_err(|_| ()));
                let key: UnwrappedKey<'_> = key.map(|key| key.map(|key| &key.expose_secret()[..]));
                return encode(&key).map(Ok);
            }
        };
        Ok(Ok(Zeroizing::new(done)))
    }

    /// The age identity, for tests that play somebody who got hold of it.
    #[cfg(test)]
    pub(super) fn identity(&self) -> &x25519::Identity {
        &self.identity
    }
}
