//! The vault's two secrets: the age identity that opens every note and the Ed25519 key that signs.
//!
//! On the disk they exist only sealed, as one age identity file with the signing key in a comment,
//! so that the stock tool reads it: `age -d keys/identity.age > key.txt`, then
//! `age -d -i key.txt notes/…/0001.age`. In memory they are wiped when the vault is dropped.

use std::fmt;

use age::x25519;
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::SigningKey;
use rand::rngs::OsRng;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

const SIGNING_LINE: &str = "# signing-key: ed25519 ";
const VAULT_LINE: &str = "# vault: ";

/// The secrets of an unlocked vault.
pub(crate) struct Keys {
    pub(crate) vault: String,
    pub(crate) identity: x25519::Identity,
    pub(crate) signing: SigningKey,
}

impl Keys {
    /// New keys for a new vault.
    pub(crate) fn generate(vault: &str) -> Self {
        Self {
            vault: vault.to_owned(),
            identity: x25519::Identity::generate(),
            signing: SigningKey::generate(&mut OsRng),
        }
    }

    /// The identity file, to be sealed at once.
    pub(crate) fn to_identity_file(&self) -> Zeroizing<String> {
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

    /// Reads an identity file; `None` if it is not one of ours.
    pub(crate) fn from_identity_file(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let vault = text.lines().find_map(|line| line.strip_prefix(VAULT_LINE))?;
        let signing = text.lines().find_map(|line| line.strip_prefix(SIGNING_LINE))?;
        let identity = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"))?;
        let signing = Zeroizing::new(BASE64_STANDARD.decode(signing).ok()?);
        let signing = Zeroizing::new(<[u8; 32]>::try_from(signing.as_slice()).ok()?);
        Some(Self {
            vault: vault.to_owned(),
            identity: identity.parse().ok()?,
            signing: SigningKey::from_bytes(&signing),
        })
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
    use super::*;

    #[test]
    fn an_identity_file_brings_both_keys_back() {
        let keys = Keys::generate("some vault");
        let back = Keys::from_identity_file(keys.to_identity_file().as_bytes()).expect("ours");
        assert_eq!(back.vault, "some vault");
        assert_eq!(back.signing.as_bytes(), keys.signing.as_bytes());
        assert_eq!(
            back.identity.to_string().expose_secret(),
            keys.identity.to_string().expose_secret()
        );
    }

    #[test]
    fn the_keys_do_not_show_themselves() {
        assert_eq!(format!("{:?}", Keys::generate("v")), "Keys([redacted])");
    }
}
