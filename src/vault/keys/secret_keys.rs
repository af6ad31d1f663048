//! The keys of an unlocked vault: what they do, and their public halves. The rest of the vault never
//! sees the secrets: it asks [`Keys`] to open, sign and seal.
//!
//! Commands hold the secrets in their own process, which ends. The screens, which stay, have them held
//! by a process that ends when the vault is locked (`key_helper`).

use std::{fmt, io, mem, path::PathBuf};

use age::{DecryptError, x25519};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use ed25519_dalek::{SIGNATURE_LENGTH, VerifyingKey};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    key_helper::{KeyHelper, PublicHalves, Watch, gone},
    recovery::RecoverySheet,
    seal::{self, NotOpened, Strength},
    secrets::{Answer, Request, Secrets, SheetParts, UnwrappedKey},
    signed_text::{self, Kind},
};
use crate::system::process::own_program;

/// The keys of an unlocked vault: what they do, and their public halves.
pub(crate) struct Keys {
    pub(crate) vault: String,
    recipient: x25519::Recipient,
    verifying: VerifyingKey,
    holder: Holder,
}

/// Who holds the secrets.
enum Holder {
    /// This process: why, where another one was wanted.
    Here(Box<Secrets>, Option<String>),
    Helper(KeyHelper),
}

/// Where the secrets of a vault are to be held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeyPlace {
    /// In this process, for as long as it runs: whatever overwrites them, copies can stay in its
    /// memory until it ends.
    #[default]
    ThisProcess,
    /// In a process of their own, this program again, which ends when the vault is locked. If it
    /// cannot be started, they are held in this process after all.
    Helper {
        /// The file of this program.
        program: PathBuf,
    },
}

impl KeyPlace {
    /// In a process of their own.
    pub fn helper() -> Self {
        // A path that leads nowhere cannot be started, and the reason is said then.
        Self::Helper { program: own_program().unwrap_or_default() }
    }

    /// Whether keys held here cannot be written to the swap file; an error says why no process can
    /// be started that holds them.
    pub fn has_locked_memory(&self) -> io::Result<bool> {
        match self {
            Self::ThisProcess => Ok(false),
            Self::Helper { program } => KeyHelper::start(program)?.has_locked_memory(),
        }
    }

    /// The process for the keys, or why they are held in this one.
    fn start(&self) -> Result<KeyHelper, Option<String>> {
        match self {
            Self::ThisProcess => Err(None),
            Self::Helper { program } => {
                KeyHelper::start(program).map_err(|error| Some(error.to_string()))
            }
        }
    }
}

/// A recovery sheet that does not count yet, and what the vault is to keep of it.
pub struct NewSheet {
    /// The sheet, to be shown or written down, and confirmed.
    pub sheet: RecoverySheet,
    /// Its public key.
    pub(crate) recipient: String,
    /// The identity file, sealed to it.
    pub(crate) sealed: Vec<u8>,
}

impl Keys {
    /// New keys for a new vault.
    pub(crate) fn generate(vault: &str) -> Self {
        Self::here(Secrets::generate(vault), None)
    }

    /// New keys for a new vault, made where they are to be held.
    pub(crate) fn generate_in(place: &KeyPlace, vault: &str) -> io::Result<Self> {
        match place.start() {
            Ok(helper) => Ok(Self::in_helper(helper.generate(vault)?, helper)),
            Err(why) => Ok(Self::here(Secrets::generate(vault), why)),
        }
    }

    /// The keys in an identity file that the passphrase opens, held where they are to be.
    pub(crate) fn unlock_in(
        place: &KeyPlace,
        sealed: &[u8],
        passphrase: SecretString,
    ) -> Result<Self, NotOpened> {
        let why = match place.start() {
            Ok(helper) => {
                let halves = helper.unlock(sealed, &passphrase)?;
                return Ok(Self::in_helper(halves, helper));
            }
            Err(why) => why,
        };
        Ok(Self::here(Secrets::unlock(sealed, passphrase)?, why))
    }

    /// The keys in an identity file; `None` if it is not one of ours.
    pub(crate) fn from_identity_file(text: &[u8]) -> Option<Self> {
        Some(Self::here(Secrets::from_identity_file(text)?, None))
    }

    fn here(secrets: Box<Secrets>, why: Option<String>) -> Self {
        Self {
            vault: secrets.vault().to_owned(),
            recipient: secrets.recipient(),
            verifying: secrets.verifying_key(),
            holder: Holder::Here(secrets, why),
        }
    }

    fn in_helper(halves: PublicHalves, helper: KeyHelper) -> Self {
        let PublicHalves { vault, recipient, verifying } = halves;
        Self { vault, recipient, verifying, holder: Holder::Helper(helper) }
    }

    /// The public key that everything in the vault is sealed to.
    pub(crate) fn recipient(&self) -> &x25519::Recipient {
        &self.recipient
    }

    /// The public key that signatures are checked with.
    pub(crate) fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Why they are held in this process although another was wanted.
    pub(crate) fn held_here_because(&self) -> Option<&str> {
        match &self.holder {
            Holder::Here(_, why) => why.as_deref(),
            Holder::Helper(_) => None,
        }
    }

    /// Whether the process that holds them is still running.
    pub(crate) fn are_held(&self) -> bool {
        match &self.holder {
            Holder::Here(..) => true,
            Holder::Helper(helper) => helper.has_locked_memory().is_ok(),
        }
    }

    /// For telling the process that holds them whether the terminal is in use.
    pub(crate) fn watch(&self) -> Option<Watch> {
        match &self.holder {
            Holder::Here(..) => None,
            Holder::Helper(helper) => helper.watch().ok(),
        }
    }

    fn ask(&self, request: Request<'_>, bytes: &[u8]) -> io::Result<Answer> {
        match &self.holder {
            Holder::Here(secrets, _) => secrets.answer(request, bytes),
            Holder::Helper(helper) => helper.ask(request, bytes),
        }
    }

    /// As [`Keys::ask`], of what opens no file.
    fn make(&self, request: Request<'_>, bytes: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        self.ask(request, bytes)?.map_err(|_| gone())
    }

    /// The plaintext of a file that is sealed to the vault.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        self.ask(Request::Open, sealed).map_err(|_| NotOpened::KeysGone)?
    }

    /// `text`, padded, with the vault's signature as its last line.
    pub(crate) fn sign(&self, kind: Kind, text: &str) -> io::Result<Zeroizing<Vec<u8>>> {
        signed_text::sign(kind, text, |message| self.signature(message))
    }

    /// The vault's signature of a short text, kept beside it.
    pub(crate) fn sign_beside(&self, kind: Kind, text: &str) -> io::Result<String> {
        signed_text::signature_of(kind, text, |message| self.signature(message))
    }

    fn signature(&self, message: &[u8]) -> io::Result<[u8; SIGNATURE_LENGTH]> {
        let signature = self.make(Request::Sign, message)?;
        signature.as_slice().try_into().map_err(|_| gone())
    }

    /// Seals to the vault alone.
    pub(crate) fn seal(&self, plain: &[u8]) -> io::Result<Vec<u8>> {
        self.seal_with(&[], plain)
    }

    /// Seals to the vault and to `others`: each of them opens it.
    pub(crate) fn seal_with(
        &self,
        others: &[x25519::Recipient],
        plain: &[u8],
    ) -> io::Result<Vec<u8>> {
        let mut all = vec![self.recipient.clone()];
        all.extend_from_slice(others);
        // It needs no secret, but the key of the new file must not stay in this process either.
        if let Holder::Helper(_) = &self.holder {
            let keys = all.iter().map(ToString::to_string).collect();
            if let Ok(mut sealed) = self.make(Request::Seal(keys), plain) {
                return Ok(mem::take(&mut *sealed));
            }
        }
        // If the helper is gone, text that waits for the lock is better sealed here than left
        // readable.
        seal::seal_to(&all, plain)
    }

    /// The identity file, sealed by a passphrase.
    pub(crate) fn file_for_passphrase(
        &self,
        passphrase: SecretString,
        strength: Strength,
    ) -> io::Result<Vec<u8>> {
        let request = Request::FileForPassphrase(passphrase.expose_secret(), strength);
        self.make(request, &[]).map(|mut sealed| mem::take(&mut *sealed))
    }

    /// A new recovery sheet, and the identity file sealed to its key.
    pub(crate) fn new_sheet(&self, now: Timestamp) -> io::Result<NewSheet> {
        let parts = self.make(Request::NewSheet, &[])?;
        let SheetParts { key, recipient, sealed } =
            postcard::from_bytes(&parts).map_err(|_| gone())?;
        Ok(NewSheet {
            sheet: RecoverySheet::new(&self.vault, key.into(), now),
            recipient: recipient.to_owned(),
            sealed: sealed.to_vec(),
        })
    }

    /// Whether a passphrase opens this identity file, as an answer to somebody who says that the open
    /// vault is theirs. If the process that held the keys has died, another one holds them from now on.
    pub(crate) fn verify_passphrase(
        &self,
        sealed: &[u8],
        passphrase: SecretString,
    ) -> Result<(), NotOpened> {
        match &self.holder {
            Holder::Here(..) => seal::open_by_passphrase(passphrase, sealed).map(drop),
            Holder::Helper(helper) => helper.verify(sealed, &passphrase, &self.verifying),
        }
    }

    /// A document of the first format, signed and sealed.
    #[cfg(test)]
    pub(crate) fn first_format(&self, text: &str) -> Vec<u8> {
        let signature = self.signature(text.as_bytes()).expect("signed");
        self.seal(&signed_text::in_first_format(text, signature)).expect("sealed")
    }

    /// The age identity, for tests that play somebody who got hold of it.
    #[cfg(test)]
    pub(crate) fn identity(&self) -> &x25519::Identity {
        match &self.holder {
            Holder::Here(secrets, _) => secrets.identity(),
            Holder::Helper(_) => panic!("a helper shows no secret"),
        }
    }
}

/// Opens what is too large to be opened in one piece, such as a backup.
impl age::Identity for Keys {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let request = Request::Unwrap { tag: &stanza.tag, args: stanza.args.clone() };
        let answer = self.make(request, &stanza.body);
        let key = answer.as_ref().ok().map(|key| postcard::from_bytes::<UnwrappedKey<'_>>(key));
        match key {
            Some(Ok(Some(Ok(key)))) if key.len() == FILE_KEY_BYTES => {
                Some(Ok(FileKey::init_with_mut(|file_key| file_key.copy_from_slice(key))))
            }
            Some(Ok(Some(Err(())))) => Some(Err(DecryptError::InvalidHeader)),
            Some(Ok(None)) => None,
            _ => Some(Err(DecryptError::Io(gone()))),
        }
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
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::vault::keys::recovery;

    const PASSPHRASE: &str = "correct horse battery";

    fn in_helper() -> Keys {
        let helper = KeyHelper::in_threads();
        Keys::in_helper(helper.generate("some vault").unwrap(), helper)
    }

    fn locked(keys: &Keys) -> Vec<u8> {
        keys.file_for_passphrase(PASSPHRASE.into(), Strength::WEAK_FOR_TESTS).unwrap()
    }

    #[test]
    fn an_identity_file_brings_both_keys_back() {
        for keys in [Keys::generate("some vault"), in_helper()] {
            let sealed = locked(&keys);
            let back = Keys::unlock_in(&KeyPlace::ThisProcess, &sealed, PASSPHRASE.into()).unwrap();
            assert_eq!(back.vault, "some vault");
            assert_eq!(back.verifying_key(), keys.verifying_key());
            let sealed = keys.seal(b"some words").unwrap();
            assert_eq!(back.open(&sealed).unwrap().as_slice(), b"some words");
            assert_eq!(
                back.sign(Kind::Note, "a line\n").unwrap(),
                keys.sign(Kind::Note, "a line\n").unwrap()
            );
        }
    }

    #[test]
    fn a_helper_does_what_keys_in_this_process_do() {
        let keys = in_helper();
        let other = x25519::Identity::generate();
        for size in [0, 1, 100_000, 3 << 20] {
            let plain = vec![b'x'; size];
            let sealed = keys.seal_with(&[other.to_public()], &plain).unwrap();
            assert_eq!(*keys.open(&sealed).unwrap(), plain);
            assert_eq!(*seal::open_with(&other, &sealed).unwrap(), plain);
            assert_eq!(age::decrypt(&keys, &sealed).unwrap(), plain, "as a stream");
        }
        assert_eq!(keys.open(b"no age file").unwrap_err(), NotOpened::Altered);
        let foreign = Keys::generate("another").seal(b"words").unwrap();
        assert_eq!(keys.open(&foreign).unwrap_err(), NotOpened::WrongKey);
        assert!(age::decrypt(&keys, &foreign).is_err());
        let signed = keys.sign(Kind::Note, "a line\n").unwrap();
        assert!(signed_text::verified(Kind::Note, &signed, keys.verifying_key()).is_some());
        let new = keys.new_sheet(Timestamp::UNIX_EPOCH).unwrap();
        let key = recovery::read_key(new.sheet.key()).unwrap();
        assert_eq!(key.to_public().to_string(), new.recipient);
        let file = seal::open_with(&key, &new.sealed).unwrap();
        let back = Keys::from_identity_file(&file).unwrap();
        assert_eq!(back.recipient().to_string(), keys.recipient().to_string());
        assert!(new.sheet.text.contains(new.sheet.key().expose_secret()));
        let sealed = locked(&keys);
        assert_eq!(keys.verify_passphrase(&sealed, PASSPHRASE.into()), Ok(()));
        let wrong = keys.verify_passphrase(&sealed, "another".into());
        assert_eq!(wrong, Err(NotOpened::WrongKey));
    }

    #[test]
    fn many_threads_ask_a_helper_at_once() {
        let keys = in_helper();
        std::thread::scope(|scope| {
            for one in 0..8_u8 {
                let keys = &keys;
                scope.spawn(move || {
                    for _ in 0..20 {
                        let plain = vec![one; 20_000];
                        let sealed = keys.seal(&plain).unwrap();
                        assert_eq!(*keys.open(&sealed).unwrap(), plain);
                    }
                });
            }
        });
    }

    #[test]
    fn without_a_helper_the_keys_are_held_here_and_it_is_said_why() {
        let place = KeyPlace::Helper { program: "/nowhere/caseclinic".into() };
        let keys = Keys::generate_in(&place, "some vault").unwrap();
        assert!(keys.held_here_because().is_some());
        let keys = Keys::unlock_in(&place, &locked(&keys), PASSPHRASE.into()).unwrap();
        assert!(keys.held_here_because().is_some() && keys.are_held());
        assert!(place.has_locked_memory().is_err());
        // Another program does not greet.
        let place = KeyPlace::Helper { program: "/bin/true".into() };
        assert!(Keys::generate_in(&place, "some vault").unwrap().held_here_because().is_some());
        let keys = Keys::generate_in(&KeyPlace::ThisProcess, "some vault").unwrap();
        assert_eq!(keys.held_here_because(), None);
    }

    #[test]
    fn the_keys_do_not_show_themselves() {
        assert_eq!(format!("{:?}", Keys::generate("v")), "Keys([redacted])");
    }
}
