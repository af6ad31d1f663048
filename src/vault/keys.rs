//! Who can open the vault: secret keys, passphrase, recovery sheet, members, new keys; sealing and
//! signing with them.

pub(crate) mod exchange_keys;
pub(crate) mod key_helper;
pub(crate) mod member;
pub(crate) mod members;
pub mod passphrase;
pub(crate) mod recovery;
pub(crate) mod rekey;
pub(crate) mod seal;
pub(crate) mod sealed_buffer;
pub(crate) mod secret_keys;
mod secrets;
pub(crate) mod sha256;
pub(crate) mod signed_text;
pub(crate) mod unlock;
