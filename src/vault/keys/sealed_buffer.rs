//! Text that is kept in memory while the vault is locked: sealed, so that only its keys open it.
//! It never reaches the disk.

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::unlock;
use crate::vault::{Vault, error::VaultError};

/// Sealed text, in memory.
pub struct SealedBuffer(Vec<u8>);

impl Vault {
    /// Seals texts to the vault's own key.
    pub fn seal_text(&self, texts: &[String]) -> Result<SealedBuffer, VaultError> {
        // A list of texts is always JSON.
        let plain = Zeroizing::new(serde_json::to_vec(texts).unwrap_or_default());
        self.sealed_to_vault(&plain).map(SealedBuffer)
    }

    /// The texts again; none if another vault sealed them.
    pub fn restore_sealed_text(&self, aside: &SealedBuffer) -> Zeroizing<Vec<String>> {
        let plain = self.keys.open(&aside.0).ok();
        Zeroizing::new(
            plain.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default(),
        )
    }

    /// Whether this passphrase opens the vault, which is open already. Takes about a second.
    pub fn verify_passphrase(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        unlock::verify_passphrase(self.store.as_ref(), &self.folder, &self.keys, passphrase)
    }
}

#[cfg(test)]
mod tests {
    use crate::vault::{Strength, Vault};

    #[test]
    fn what_is_put_aside_opens_with_the_vault_unlocked_again_and_with_no_other() {
        let home = tempfile::tempdir().expect("a folder");
        let pass = "correct horse battery".into();
        let make = |name: &str| {
            let made = Vault::create(&home.path().join(name), &pass, Strength::WEAK_FOR_TESTS);
            made.expect("a new vault").0
        };
        let vault = make("one");
        let aside = vault.seal_text(&["half a date".to_owned()]).expect("sealed");
        assert!(!String::from_utf8_lossy(&aside.0).contains("half a date"));
        drop(vault);
        let vault = Vault::unlock(&home.path().join("one"), &pass).expect("unlocks");
        assert_eq!(*vault.restore_sealed_text(&aside), ["half a date"]);
        assert!(make("two").restore_sealed_text(&aside).is_empty());
    }

    #[test]
    fn an_open_vault_tells_its_passphrase_from_another() {
        let home = tempfile::tempdir().expect("a folder");
        let pass = "correct horse battery".into();
        let made = Vault::create(&home.path().join("one"), &pass, Strength::WEAK_FOR_TESTS);
        let (vault, _) = made.expect("a new vault");
        assert!(vault.verify_passphrase(&pass).is_ok());
        assert!(vault.verify_passphrase(&"another one entirely".into()).is_err());
    }
}
