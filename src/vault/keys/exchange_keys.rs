//! What an exchange asks of an open vault: to sign, seal and open with its keys, which stay where
//! they are held, and to name what was completed.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use age::x25519;
use zeroize::Zeroizing;

use super::{seal::NotOpened, signed_text::Kind};
use crate::vault::{
    Vault, error::VaultError, maintenance::copies::exchange_folder, notes::note::NoteId,
    storage::store::Store,
};

impl Vault {
    /// `text`, padded, with the vault's signature as its last line.
    pub(crate) fn sign_text(
        &self,
        kind: Kind,
        text: &str,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.keys.sign(kind, text).map_err(VaultError::unwritable)
    }

    /// The vault's signature of a short text, kept beside it.
    pub(crate) fn sign_beside(&self, kind: Kind, text: &str) -> Result<String, VaultError> {
        self.keys.sign_beside(kind, text).map_err(VaultError::unwritable)
    }

    /// A file that this vault and each of these keys open.
    pub(crate) fn seal_for(
        &self,
        others: &[x25519::Recipient],
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        self.keys.seal_with(others, plain).map_err(VaultError::unwritable)
    }

    /// The plaintext of a file that is sealed to this vault among others.
    pub(crate) fn open_sealed(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        self.keys.open(sealed)
    }

    /// The public key that the vault opens files with.
    pub(crate) fn recipient(&self) -> String {
        self.keys.recipient().to_string()
    }

    /// The disk that the vault lies on.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// The folder beside the vault for what came and went through an exchange.
    pub(crate) fn exchange_folder(&self) -> PathBuf {
        exchange_folder(&self.folder)
    }

    /// Every completed note, with the number of its newest revision.
    pub(crate) fn completed(&self) -> Result<Vec<(NoteId, u32)>, VaultError> {
        self.ask_ledger(|ledger| {
            let newest = |note| Some((note, ledger.newest(note)?));
            // A ledger names a note once for each of its revisions.
            let notes: BTreeMap<NoteId, u32> = ledger.notes().filter_map(newest).collect();
            notes.into_iter().collect()
        })
        .map_err(VaultError::LedgerUnusable)
    }
}
