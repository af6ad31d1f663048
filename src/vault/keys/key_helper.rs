//! The key helper: a process of its own that holds the keys while the screens show an open vault.
//!
//! What a process once held stays in its memory in more places than anybody can wipe: in registers,
//! on the stacks of threads, in buffers of libraries. So the screens never hold a key. A helper, which
//! is this program again, unlocks, opens, seals and signs for them, and ends when the vault is locked;
//! its memory goes with it. What crosses between the two is the passphrase, on its way in, and the
//! plaintext of notes, which the screens have anyway.
//!
//! Connections carry requests: two where the system has sockets for standard input and output, so that
//! two threads can ask at once, and one where it has pipes. A request is a [`HelperRequest`] and the bytes of a file or message; an
//! answer is a [`Status`] and bytes. The third descriptor is the watch, a pipe on which the program
//! says whether the terminal is in use and, at last, farewell. If it ends without that, the program
//! died, and the helper clears the screen, so that no note stays on it.

use std::{
    io::{self, IoSlice, PipeWriter, Read, Write},
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    thread,
    time::{Duration, Instant},
};

use age::x25519;
use ed25519_dalek::VerifyingKey;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    seal::NotOpened,
    secrets::{Answer, Request, Secrets, encode},
};
use crate::{
    system::process::{self, Connection, Helper, HelperEnds, lock_memory},
    vault::error::KEYS_GONE,
};

/// The argument that makes this program a helper.
pub const KEY_HELPER: &str = "key-helper";
/// What a helper sends first: it understands these requests, in this form.
const GREETING: &[u8; 16] = b"caseclinic keys2";
/// More than the largest cache of a vault.
const MAX_BODY_BYTES: u64 = 2 << 30;
/// How long a helper may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(2);
/// Bytes of the stack of a thread that answers.
const STACK_BYTES: usize = 1 << 20;

/// What the program says on the watch.
const TERMINAL_IN_USE: u8 = b'T';
const TERMINAL_GIVEN_BACK: u8 = b'G';
const FAREWELL: u8 = b'F';

/// What may be asked of a helper. Public halves are an id, a recipient and a verifying key.
#[derive(Serialize, Deserialize)]
enum HelperRequest<'a> {
    /// A sealed identity file, which this passphrase opens → the public halves of its keys.
    Unlock(&'a str),
    /// → the public halves of new keys for the vault with this id.
    Generate(&'a str),
    /// A sealed identity file → nothing, if this passphrase opens it.
    Verify(&'a str),
    /// → whether the memory of the helper cannot be swapped out.
    Probe,
    /// What the keys that it holds are asked.
    #[serde(borrow)]
    OfKeys(Request<'a>),
}

/// What becomes of a request.
#[derive(Serialize, Deserialize)]
enum Status {
    Done,
    NotOpened(NotOpened),
    NotDone,
}

/// The public halves of keys that a helper holds.
pub(super) struct PublicHalves {
    pub(super) vault: String,
    pub(super) recipient: x25519::Recipient,
    pub(super) verifying: VerifyingKey,
}

/// The helper, as the program sees it. Dropping it ends the helper and waits for its end.
pub(super) struct KeyHelper {
    program: PathBuf,
    /// Replaced by another one if it died and the passphrase was typed again.
    running: RwLock<Arc<Running>>,
}

struct Running {
    connections: Mutex<Connections>,
    returned: Condvar,
    watch: PipeWriter,
    /// In tests threads of this process serve, and there is no other.
    child: Option<Mutex<Child>>,
}

/// The connections to a helper.
#[derive(Default)]
struct Connections {
    /// Those that nobody is using.
    free: Vec<Connection>,
    /// How many of all still work.
    working: usize,
}

impl KeyHelper {
    /// Starts this program again as a helper, from its own file.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let running = RwLock::new(Arc::new(Running::start(program)?));
        Ok(Self { program: program.to_owned(), running })
    }

    /// Lets threads of this process serve.
    #[cfg(test)]
    pub(super) fn in_threads() -> Self {
        let (connections, watch, ends) = process::helper_in_threads().expect("connections");
        thread::spawn(move || serve(ends, || ()));
        let running = Running::greeted(connections, watch, None).expect("greeted");
        Self { program: PathBuf::new(), running: RwLock::new(Arc::new(running)) }
    }

    /// Has it unlock the keys in an identity file.
    pub(super) fn unlock(
        &self,
        sealed: &[u8],
        passphrase: &SecretString,
    ) -> Result<PublicHalves, NotOpened> {
        self.running().unlock(sealed, passphrase)
    }

    /// Has it make keys for a new vault.
    pub(super) fn generate(&self, vault: &str) -> io::Result<PublicHalves> {
        let answer = self.running().ask(&HelperRequest::Generate(vault), &[])?;
        answer.ok().and_then(|halves| public_halves(&halves)).ok_or_else(gone)
    }

    /// Asks the keys that it holds.
    pub(super) fn ask(&self, request: Request<'_>, bytes: &[u8]) -> io::Result<Answer> {
        self.running().ask(&HelperRequest::OfKeys(request), bytes)
    }

    /// Whether the passphrase opens this identity file. A helper that died is replaced by one that
    /// unlocks with it, if the keys are the same: what waits to be saved can be saved then.
    pub(super) fn verify(
        &self,
        sealed: &[u8],
        passphrase: &SecretString,
        own: &VerifyingKey,
    ) -> Result<(), NotOpened> {
        let request = HelperRequest::Verify(passphrase.expose_secret());
        if let Ok(answer) = self.running().ask(&request, sealed) {
            return answer.map(drop);
        }
        let another = Running::start(&self.program).map_err(|_| NotOpened::KeysGone)?;
        if another.unlock(sealed, passphrase)?.verifying != *own {
            return Err(NotOpened::WrongKey);
        }
        *self.running.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(another);
        Ok(())
    }

    /// Whether the memory of a helper cannot be swapped out; an error if it does not answer.
    pub(super) fn has_locked_memory(&self) -> io::Result<bool> {
        let answer = self.running().ask(&HelperRequest::Probe, &[])?;
        Ok(answer.is_ok_and(|is_locked| *is_locked == [1]))
    }

    /// For saying on the watch whether the terminal is in use.
    pub(super) fn watch(&self) -> io::Result<Watch> {
        self.running().watch.try_clone().map(Watch)
    }

    fn running(&self) -> Arc<Running> {
        Arc::clone(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The writing end of a helper's watch. While the terminal is in use, the helper clears it
/// if this program dies.
#[derive(Debug)]
pub struct Watch(PipeWriter);

impl Watch {
    /// Says whether the terminal is in use. A helper that is gone needs no telling.
    pub fn say_in_use(&mut self, in_use: bool) {
        let _ = self.0.write_all(&[if in_use { TERMINAL_IN_USE } else { TERMINAL_GIVEN_BACK }]);
    }
}

impl Running {
    fn start(program: &Path) -> io::Result<Self> {
        let Helper { connections, watch, child } = process::start_helper(program, KEY_HELPER)?;
        Self::greeted(connections, watch, Some(Mutex::new(child)))
    }

    fn greeted(
        connections: Vec<Connection>,
        watch: PipeWriter,
        child: Option<Mutex<Child>>,
    ) -> io::Result<Self> {
        let all = Connections { working: connections.len(), free: connections };
        let running = Self { connections: Mutex::new(all), returned: Condvar::new(), watch, child };
        for connection in &mut running.connections().free {
            let mut greeting = [0; GREETING.len()];
            connection.read_exact(&mut greeting)?;
            if greeting != *GREETING {
                return Err(gone());
            }
        }
        Ok(running)
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unlock(&self, sealed: &[u8], passphrase: &SecretString) -> Result<PublicHalves, NotOpened> {
        let answer = self.ask(&HelperRequest::Unlock(passphrase.expose_secret()), sealed);
        // What ends a process in the middle of this is a lack of memory.
        let halves = answer.map_err(|_| NotOpened::TooLittleMemory)??;
        public_halves(&halves).ok_or(NotOpened::KeysGone)
    }

    fn ask(&self, request: &HelperRequest<'_>, bytes: &[u8]) -> io::Result<Answer> {
        let request = encode(request)?;
        let mut connections = self.connections();
        let mut connection = loop {
            match connections.free.pop() {
                Some(connection) => break connection,
                None if connections.working == 0 => return Err(gone()),
                None => {
                    let waited = self.returned.wait(connections);
                    connections = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        };
        drop(connections);
        let answer = send(&mut connection, &request, bytes)
            .and_then(|()| receive(&mut connection)?.ok_or_else(gone));
        let mut connections = self.connections();
        if answer.is_ok() {
            connections.free.push(connection);
        } else {
            // Half an answer must not be taken for the next one. Whoever waits for this connection
            // waits for another, or in vain.
            connections.working -= 1;
        }
        drop(connections);
        self.returned.notify_all();
        // However it shows, the reason is that the helper has ended.
        let (status, bytes) = answer.map_err(|_| gone())?;
        match postcard::from_bytes(&status) {
            Ok(Status::Done) => Ok(Ok(bytes)),
            Ok(Status::NotOpened(why)) => Ok(Err(why)),
            Ok(Status::NotDone) | Err(_) => Err(gone()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A helper that is gone hears nothing.
        let _ = (&self.watch).write_all(&[FAREWELL]);
        self.connections().free.clear();
        let Some(child) = &mut self.child else { return };
        let child = child.get_mut().unwrap_or_else(PoisonError::into_inner);
        let since = Instant::now();
        while let Ok(None) = child.try_wait() {
            if since.elapsed() > ENDS_WITHIN {
                // Its keys must not outlast the lock, whatever it is at.
                let _ = child.kill();
                let _ = child.wait();
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The one error of a helper.
pub(super) fn gone() -> io::Error {
    io::Error::other(KEYS_GONE)
}

/// Sends two texts, each with its length before it, in eight bytes.
fn send(connection: &mut Connection, first: &[u8], second: &[u8]) -> io::Result<()> {
    let lengths = [first, second].map(|part| (part.len() as u64).to_le_bytes());
    let all = [&lengths[0], &lengths[1], first, second];
    // All in one call, so that the other side wakes up once, and without a copy of what is secret.
    let mut written = match connection.write_vectored(&all.map(IoSlice::new)) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
        written => written?,
    };
    for part in all {
        let left = part.get(written..).unwrap_or_default();
        written = written.saturating_sub(part.len());
        connection.write_all(left)?;
    }
    Ok(())
}

/// Two texts, as they are sent.
type Texts = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

/// What the other side sent; nothing if it has ended.
fn receive(connection: &mut Connection) -> io::Result<Option<Texts>> {
    let mut lengths = [[0; 8]; 2];
    match connection.read_exact(lengths.as_flattened_mut()) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut part = |length: [u8; 8]| {
        let bytes = u64::from_le_bytes(length);
        if bytes > MAX_BODY_BYTES {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        let mut part = Zeroizing::new(Vec::new());
        // An abort for lack of memory would take unsaved text along.
        part.try_reserve_exact(bytes as usize).map_err(|_| io::ErrorKind::OutOfMemory)?;
        part.resize(bytes as usize, 0);
        connection.read_exact(&mut part)?;
        Ok(part)
    };
    Ok(Some((part(lengths[0])?, part(lengths[1])?)))
}

fn public_halves(answer: &[u8]) -> Option<PublicHalves> {
    let (vault, recipient, verifying): (String, &str, [u8; 32]) =
        postcard::from_bytes(answer).ok()?;
    let (recipient, verifying) = (recipient.parse().ok()?, VerifyingKey::from_bytes(&verifying));
    Some(PublicHalves { vault, recipient, verifying: verifying.ok()? })
}

/// The exit code where [`serve_keys`] was not started by the program itself.
pub const NOT_STARTED_BY_THE_PROGRAM: u8 = 2;

/// Serves the program that started this one, until it says farewell or ends; returns the exit code.
/// If it dies while it uses the terminal, `clear_terminal` is called.
pub fn serve_keys(clear_terminal: impl FnOnce()) -> u8 {
    match process::helper_ends() {
        None => NOT_STARTED_BY_THE_PROGRAM,
        Some(Err(_)) => 1,
        Some(Ok(ends)) => {
            serve(ends, clear_terminal);
            0
        }
    }
}

fn serve(ends: HelperEnds, clear_terminal: impl FnOnce()) {
    let HelperEnds { connections, mut watch } = ends;
    let held: Arc<Held> = Arc::default();
    for connection in connections {
        let held = Arc::clone(&held);
        let answering = move || answer_until_ended(connection, &held);
        let thread = thread::Builder::new().name("keys".into()).stack_size(STACK_BYTES);
        if thread.spawn(answering).is_err() {
            return;
        }
    }
    let (mut in_use, mut said) = (false, [0]);
    loop {
        match watch.read(&mut said) {
            Ok(1) if said[0] == FAREWELL => break,
            Ok(1) => in_use = said[0] == TERMINAL_IN_USE,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            _ => {
                if in_use {
                    clear_terminal();
                }
                break;
            }
        }
    }
    // A request under way keeps them until the process ends, in a moment.
    if let Ok(mut secrets) = held.secrets.try_write() {
        *secrets = None;
    }
}

/// What a helper holds.
#[derive(Default)]
struct Held {
    secrets: RwLock<Option<Box<Secrets>>>,
    has_locked_memory: Mutex<bool>,
}

fn answer_until_ended(mut connection: Connection, held: &Held) {
    if connection.write_all(GREETING).is_err() {
        return;
    }
    while let Ok(Some((request, bytes))) = receive(&mut connection) {
        let request = postcard::from_bytes(&request).map_err(io::Error::other);
        let (status, bytes) = match request.and_then(|request| held.answer(request, &bytes)) {
            Ok(Ok(bytes)) => (Status::Done, bytes),
            Ok(Err(why)) => (Status::NotOpened(why), Zeroizing::default()),
            Err(_) => (Status::NotDone, Zeroizing::default()),
        };
        if encode(&status).and_then(|status| send(&mut connection, &status, &bytes)).is_err() {
            return;
        }
    }
}

impl Held {
    fn answer(&self, request: HelperRequest<'_>, bytes: &[u8]) -> io::Result<Answer> {
        match request {
            HelperRequest::Unlock(passphrase) => match Secrets::unlock(bytes, passphrase.into()) {
                Ok(secrets) => self.take(secrets).map(Ok),
                Err(why) => Ok(Err(why)),
            },
            HelperRequest::Generate(vault) => self.take(Secrets::generate(vault)).map(Ok),
            HelperRequest::Verify(passphrase) => {
                Ok(Secrets::unlock(bytes, passphrase.into()).map(|_| Zeroizing::default()))
            }
            HelperRequest::Probe => {
                let is_locked = self.has_locked_memory.lock();
                let is_locked = *is_locked.unwrap_or_else(PoisonError::into_inner);
                encode(&(is_locked || lock_memory())).map(Ok)
            }
            HelperRequest::OfKeys(request) => {
                let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
                secrets.as_ref().ok_or_else(gone)?.answer(request, bytes)
            }
        }
    }

    /// Holds these secrets from now on; their public halves.
    fn take(&self, secrets: Box<Secrets>) -> io::Result<Zeroizing<Vec<u8>>> {
        let verifying = secrets.verifying_key();
        let recipient = secrets.recipient().to_string();
        let halves = encode(&(secrets.vault(), recipient, verifying.as_bytes()))?;
        *self.secrets.write().unwrap_or_else(PoisonError::into_inner) = Some(secrets);
        *self.has_locked_memory.lock().unwrap_or_else(PoisonError::into_inner) = lock_memory();
        Ok(halves)
    }
}
