//! Sealing and opening standard age files, in memory.
//!
//! No cipher of our own, no container of our own: what is sealed here opens with the stock `age`
//! tool, and what that tool seals to the same recipient opens here. Plaintext lives only in
//! buffers that are wiped.

use std::{
    io::{self, Read, Write},
    iter,
};

use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// The greatest scrypt work factor (as a power of two) that is read: 2^22 takes about 16 seconds
/// and 4 GiB. A file asking for more was not made here and would only hang the program.
const MAX_WORK_FACTOR: u8 = 22;

/// How hard guessing the passphrase is made, when a vault is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    log_n: u8,
}

impl Strength {
    /// 2^18: about a second for each guess. Every vault that will hold a real note uses this.
    pub const STANDARD: Self = Self { log_n: 18 };
    /// 2^4: no protection at all, so that tests are quick.
    pub const WEAK_FOR_TESTS: Self = Self { log_n: 4 };
}

/// Why a sealed file did not open.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotOpened {
    /// The file is whole, as far as can be told, and another key opens it.
    WrongKey,
    /// The file is not what was written.
    Altered,
    /// The file asks for more work than any vault of ours.
    TooMuchWork,
}

impl NotOpened {
    /// The end of a sentence that begins with the file's name.
    pub(crate) fn why(&self) -> &'static str {
        match self {
            Self::WrongKey => "is encrypted for another vault, or was altered",
            Self::Altered => "is incomplete or was altered",
            Self::TooMuchWork => {
                "asks for more computing than any vault does, so it was not opened"
            }
        }
    }
}

/// Seals to a key.
pub(crate) fn seal_to(recipient: &age::x25519::Recipient, plain: &[u8]) -> io::Result<Vec<u8>> {
    seal(iter::once(recipient as &dyn Recipient), plain)
}

/// Seals to several keys: each of them opens it.
pub(crate) fn seal_to_all(
    recipients: &[age::x25519::Recipient],
    plain: &[u8],
) -> io::Result<Vec<u8>> {
    seal(recipients.iter().map(|recipient| recipient as &dyn Recipient), plain)
}

/// Seals by a passphrase.
pub(crate) fn seal_by_passphrase(
    passphrase: SecretString,
    strength: Strength,
    plain: &[u8],
) -> io::Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(strength.log_n);
    seal(iter::once(&recipient as &dyn Recipient), plain)
}

/// Opens with a key.
pub(crate) fn open_with(
    identity: &age::x25519::Identity,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    open(identity, sealed)
}

/// Opens by a passphrase.
pub(crate) fn open_by_passphrase(
    passphrase: SecretString,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    open(&identity, sealed)
}

fn seal<'a>(
    recipients: impl Iterator<Item = &'a dyn Recipient>,
    plain: &[u8],
) -> io::Result<Vec<u8>> {
    let encryptor = Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    let mut sealed = Vec::with_capacity(plain.len() + plain.len() / 1024 + 512);
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(sealed)
}

fn open(identity: &dyn Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let decryptor = Decryptor::new_buffered(sealed).map_err(|_| NotOpened::Altered)?;
    let mut reader = decryptor.decrypt(iter::once(identity)).map_err(|error| match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => NotOpened::WrongKey,
        DecryptError::ExcessiveWork { .. } => NotOpened::TooMuchWork,
        _ => NotOpened::Altered,
    })?;
    // Room for everything at once: a growing buffer would leave unwiped copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut plain).map_err(|_| NotOpened::Altered)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_sealed_to_a_key_opens_with_it_and_with_no_other() {
        let key = age::x25519::Identity::generate();
        let sealed = seal_to(&key.to_public(), b"some words").unwrap();
        assert_eq!(open_with(&key, &sealed).unwrap().as_slice(), b"some words");
        let other = age::x25519::Identity::generate();
        assert_eq!(open_with(&other, &sealed), Err(NotOpened::WrongKey));
    }

    #[test]
    fn a_file_that_asks_for_hours_of_work_is_refused_at_once() {
        let sealed = b"age-encryption.org/v1\n-> scrypt MDEyMzQ1Njc4OWFiY2RlZg 30\n\
            MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\n--- MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\n\
            0123456789abcdef0123456789abcdef";
        let answer = open_by_passphrase("x".into(), sealed);
        assert_eq!(answer, Err(NotOpened::TooMuchWork));
    }
}
