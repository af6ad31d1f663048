//! The key in the header of a backup: `keys/identity.age`, sealed by the passphrase, as a stanza that
//! other tools pass over. With it the passphrase alone opens the backup.

use std::{cell::RefCell, collections::HashSet};

use age::{DecryptError, EncryptError, Identity, Recipient};
use age_core::format::{FileKey, Stanza};
use secrecy::SecretString;

use crate::vault::keys::{passphrase, seal, secret_keys::Keys};

/// The name of the stanza.
const KEY_STANZA: &str = "caseclinic-identity";

/// Puts the key file, which the passphrase opens, into the header; it seals to nobody.
pub(super) struct CarriedKey(Vec<u8>);

impl CarriedKey {
    pub(super) fn new(key_file: Vec<u8>) -> Self {
        Self(key_file)
    }
}

impl Recipient for CarriedKey {
    fn wrap_file_key(&self, _: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let stanza = Stanza { tag: KEY_STANZA.to_owned(), args: Vec::new(), body: self.0.clone() };
        Ok((vec![stanza], HashSet::new()))
    }
}

/// Opens a backup with the key that its own header carries, sealed by the passphrase.
pub(super) struct CarriedIdentity {
    spellings: Vec<SecretString>,
    opened: RefCell<Option<Keys>>,
}

impl CarriedIdentity {
    pub(super) fn new(passphrase: &SecretString) -> Self {
        Self { spellings: passphrase::spellings(passphrase), opened: RefCell::default() }
    }
}

impl Identity for CarriedIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.opened.borrow().as_ref()?.unwrap_stanza(stanza)
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        let carried = stanzas.iter().find(|stanza| stanza.tag == KEY_STANZA)?;
        let mut spellings = self.spellings.iter();
        let open = |one: &SecretString| seal::open_by_passphrase(one.clone(), &carried.body).ok();
        let opened = spellings.find_map(open)?;
        let keys = Keys::from_identity_file(&opened)?;
        *self.opened.borrow_mut() = Some(keys);
        stanzas.iter().find_map(|stanza| self.unwrap_stanza(stanza))
    }
}
