//! `join/PERSON.toml`: somebody asks to be added to an exchange. It is not encrypted, because nobody
//! knows yet for whom; it says a name, an agency, a role and two public keys.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    charter::FORMAT, error::ExchangeError, names::PersonId, people::Signed, record::make_folder,
};
use crate::vault::{
    Store, VaultError,
    storage::durable::{self, Existing},
};

/// The folder of requests to be added.
pub(crate) const JOIN: &str = "join";
/// Bytes of a request.
pub(crate) const MAX_REQUEST_BYTES: u64 = 64 << 10;
/// What it says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    format: u32,
    pub(crate) card: Signed,
}

/// The file of somebody who asks to be added.
pub(crate) fn request_name(person: &PersonId) -> String {
    format!("{person}.toml")
}

pub(crate) fn write_request(
    store: &dyn Store,
    folder: &Path,
    me: &PersonId,
    card: &Signed,
) -> Result<(), ExchangeError> {
    let folder = folder.join(JOIN);
    make_folder(store, &folder)?;
    let path = folder.join(request_name(me));
    let request = Request { format: FORMAT, card: card.clone() };
    let text = toml::to_string(&request).map_err(VaultError::unwritable)?;
    if store.read(&path, MAX_REQUEST_BYTES).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    durable::put(store, &path, text.as_bytes(), Existing::Replace)
        .map_err(ExchangeError::disk("written", &path))
}
