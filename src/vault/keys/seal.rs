//! Sealing and opening standard age files, in memory.
//!
//! No cipher of our own, no container of our own: what is sealed here opens with the stock `age`
//! tool, and what that tool seals to the same recipient opens here. Plaintext lives only in
//! buffers that are wiped.

use std::{
    cell::Cell,
    io::{self, Read, Write},
    iter,
};

use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use age_core::format::{FileKey, Stanza};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::system::memory;

/// The greatest scrypt work factor (as a power of two) that is read: 2^20 takes about four seconds
/// and 1 GiB. A file asking for more was not made here, and would hang the program or have the system
/// end it.
const MAX_WORK_FACTOR: u8 = 20;
/// Bytes that scrypt needs for each step of the work factor, as age uses it: blocks of 128 times 8.
const BYTES_PER_STEP: u64 = 1024;

/// How hard guessing the passphrase is made, when a vault is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    log_n: u8,
}

impl Strength {
    /// 2^18: about a second for each guess. Every vault that will hold a real note uses this.
    pub const STANDARD: Self = Self { log_n: 18 };
    /// 2^4: no protection at all, so that tests are quick.
    pub const WEAK_FOR_TESTS: Self = Self { log_n: 4 };

    /// Whether vaults that hold notes are made with this work factor.
    fn is_in_use(log_n: u8) -> bool {
        log_n == Self::STANDARD.log_n || (cfg!(test) && log_n == Self::WEAK_FOR_TESTS.log_n)
    }
}

/// Why a sealed file did not open: the end of a sentence that begins with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum NotOpened {
    /// The file is whole, as far as can be told, and another key opens it.
    #[error("is encrypted for another vault, or was altered")]
    WrongKey,
    #[error("is incomplete or was altered")]
    Altered,
    #[error("asks for more computing than any vault does, so it was altered and was not opened")]
    TooMuchWork,
    /// Whoever changes the work factor keeps the right passphrase from opening the file.
    #[error(
        "does not open with this passphrase, and asks for other computing than vaults do, so it may have been altered"
    )]
    OtherWorkFactor,
    #[error("needs more memory to open than is free")]
    TooLittleMemory,
    #[error("opens, but contains no vault keys")]
    NoKeys,
    /// The file is as it was.
    #[error("was not opened: the process that held the keys has ended, so lock and unlock again")]
    KeysGone,
}

/// Seals to keys: each of them opens it.
pub(crate) fn seal_to(recipients: &[age::x25519::Recipient], plain: &[u8]) -> io::Result<Vec<u8>> {
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

/// Opens by a passphrase.
pub(crate) fn open_by_passphrase(
    passphrase: SecretString,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let derived = Derived { identity, factor: Cell::default(), refused: Cell::default() };
    let opened = open_with(&derived, sealed);
    match (derived.refused.get(), derived.factor.get()) {
        (Some(refused), _) => Err(refused),
        (None, Some(factor)) if !Strength::is_in_use(factor) => opened.map_err(|error| {
            if error == NotOpened::WrongKey { NotOpened::OtherWorkFactor } else { error }
        }),
        _ => opened,
    }
}

/// Derives the key from a passphrase only if that cannot end the program: there is no way back from
/// an allocation that fails, and text that waits to be saved would go with it.
struct Derived {
    identity: age::scrypt::Identity,
    /// The work factor that the file asks for.
    factor: Cell<Option<u8>>,
    refused: Cell<Option<NotOpened>>,
}

impl Identity for Derived {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag == "scrypt"
            && let Some(factor) = stanza.args.get(1).and_then(|factor| factor.parse::<u8>().ok())
        {
            self.factor.set(Some(factor));
            let refused = if factor > MAX_WORK_FACTOR {
                Some(NotOpened::TooMuchWork)
            } else {
                let is_free = memory::is_free(BYTES_PER_STEP << factor);
                (!is_free).then_some(NotOpened::TooLittleMemory)
            };
            if refused.is_some() {
                self.refused.set(refused);
                return Some(Err(DecryptError::KeyDecryptionFailed));
            }
        }
        self.identity.unwrap_stanza(stanza)
    }
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

/// Opens with a key.
pub(crate) fn open_with(
    identity: &dyn Identity,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
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
        let sealed = seal_to(&[key.to_public()], b"some words").unwrap();
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

    #[test]
    fn a_changed_work_factor_is_told_from_a_wrong_passphrase() {
        let sealed = seal_by_passphrase("right".into(), Strength::WEAK_FOR_TESTS, b"keys").unwrap();
        let open = |sealed: &[u8], passphrase: &str| open_by_passphrase(passphrase.into(), sealed);
        assert!(open(&sealed, "right").is_ok());
        assert_eq!(open(&sealed, "wrong"), Err(NotOpened::WrongKey));
        let text = sealed.clone();
        let line = memchr_line(&text, b" 4\n").unwrap();
        for factor in (1..=64).filter(|factor| ![4, 15, 16, 17, 18, 19, 20].contains(factor)) {
            let mut changed = sealed[..line].to_vec();
            changed.extend_from_slice(format!(" {factor}\n").as_bytes());
            changed.extend_from_slice(&sealed[line + 3..]);
            let expected = match factor {
                ..=MAX_WORK_FACTOR => NotOpened::OtherWorkFactor,
                _ => NotOpened::TooMuchWork,
            };
            assert_eq!(open(&changed, "right"), Err(expected), "{factor}");
        }
    }

    fn memchr_line(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
        bytes.windows(wanted.len()).position(|part| part == wanted)
    }
}
