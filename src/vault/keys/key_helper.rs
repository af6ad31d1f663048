//! The key helper: a process of its own that holds the keys while the screens show an open vault.
//!
//! What a process once held stays in its memory in more places than anybody can wipe: in registers,
//! on the stacks of threads, in buffers of libraries. So the screens never hold a key. A helper, which
//! is this program again, unlocks, opens, seals and signs for them, and ends when the vault is locked;
//! its memory goes with it. What crosses between the two is the passphrase, on its way in, and the
//! plaintext of notes, which the screens have anyway.
//!
//! Two connections (standard input and output, both of them sockets) carry requests, so that two
//! threads can ask at once. A request is a byte that says what is asked, eight bytes of length (little
//! endian) and a body; so is an answer. The third descriptor is the watch, a pipe on which the program
//! says whether the terminal is in use and, at last, farewell. If it ends without that, the program
//! died, and the helper clears the screen, so that no note stays on it.

use std::{
    io::{self, IoSlice, PipeReader, PipeWriter, Read, Write},
    iter,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{net::UnixStream, process::CommandExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    thread,
    time::{Duration, Instant},
};

use age::x25519;
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use ed25519_dalek::{SIGNATURE_LENGTH, VerifyingKey};
use rustix::fs::FileType;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    seal::{self, NotOpened, Strength},
    secrets::Secrets,
};
use crate::vault::error::KEYS_GONE;

/// The argument that makes this program a helper.
pub const KEY_HELPER: &str = "key-helper";
/// What a helper sends first: it understands these requests, in this form.
const GREETING: &[u8; 16] = b"caseclinic keys1";
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

/// What may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Request {
    /// Sealed identity file, passphrase → public halves.
    Unlock = 1,
    /// Id of a new vault → public halves of new keys.
    Generate,
    /// Sealed file → plaintext.
    Open,
    /// Message → signature.
    Sign,
    /// Recipients, plaintext → sealed file.
    Seal,
    /// Strength, passphrase → identity file, sealed by it.
    FileForPassphrase,
    /// Recipient → identity file, sealed to it.
    FileForSheet,
    /// → key of a new sheet, its recipient, identity file sealed to it.
    NewSheet,
    /// Sealed identity file, passphrase → nothing, if it opens.
    Verify,
    /// Stanza of the header of a file → key of that file, or nothing.
    Unwrap,
    /// → whether the memory of the helper cannot be swapped out.
    Probe,
}

const REQUESTS: [Request; 11] = [
    Request::Unlock,
    Request::Generate,
    Request::Open,
    Request::Sign,
    Request::Seal,
    Request::FileForPassphrase,
    Request::FileForSheet,
    Request::NewSheet,
    Request::Verify,
    Request::Unwrap,
    Request::Probe,
];

/// The first byte of an answer: done, or why not.
const DONE: u8 = 0;
const NOT_SEALED: u8 = 64;

/// Why a file was not opened, each with its byte.
const REASONS: [(u8, NotOpened); 6] = [
    (1, NotOpened::WrongKey),
    (2, NotOpened::Altered),
    (3, NotOpened::TooMuchWork),
    (4, NotOpened::OtherWorkFactor),
    (5, NotOpened::TooLittleMemory),
    (6, NotOpened::NoKeys),
];

/// The public halves of keys that a helper holds.
pub(crate) struct PublicHalves {
    pub(crate) vault: String,
    pub(crate) recipient: x25519::Recipient,
    pub(crate) verifying: VerifyingKey,
}

/// A new recovery sheet, as the helper hands it over.
pub(crate) struct SheetParts {
    pub(crate) key: SecretString,
    pub(crate) recipient: String,
    pub(crate) sealed: Vec<u8>,
}

/// The helper, as the program sees it. Dropping it ends the helper and waits for its end.
pub(crate) struct KeyHelper {
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
    free: Vec<UnixStream>,
    /// How many of all still work.
    working: usize,
}

impl KeyHelper {
    /// Starts this program again as a helper, from its own file.
    pub(crate) fn start(program: &Path) -> io::Result<Self> {
        let running = RwLock::new(Arc::new(Running::start(program)?));
        Ok(Self { program: program.to_owned(), running })
    }

    /// Lets threads of this process serve.
    #[cfg(test)]
    pub(crate) fn in_threads() -> Self {
        let (connections, ends) = pairs().expect("sockets");
        let (reading, watch) = io::pipe().expect("a pipe");
        thread::spawn(move || serve(ends, reading, || ()));
        let running = Running::greeted(connections, watch, None).expect("greeted");
        Self { program: PathBuf::new(), running: RwLock::new(Arc::new(running)) }
    }

    /// Has it unlock the keys in an identity file.
    pub(crate) fn unlock(
        &self,
        sealed: &[u8],
        passphrase: &SecretString,
    ) -> Result<PublicHalves, NotOpened> {
        let body = fields(&[sealed, passphrase.expose_secret().as_bytes()]);
        // What ends a process in the middle of this is a lack of memory.
        let answer = self.ask(Request::Unlock, &body).map_err(|_| NotOpened::TooLittleMemory)?;
        public_halves(&answer.done()?).ok_or(NotOpened::KeysGone)
    }

    /// Has it make keys for a new vault.
    pub(crate) fn generate(&self, vault: &str) -> io::Result<PublicHalves> {
        let answer = self.ask(Request::Generate, vault.as_bytes())?.sealed()?;
        public_halves(&answer).ok_or_else(garbled)
    }

    /// Has it open a file.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        self.ask(Request::Open, sealed).map_err(|_| NotOpened::KeysGone)?.done()
    }

    /// Has it sign a message.
    pub(crate) fn signature(&self, message: &[u8]) -> io::Result<[u8; SIGNATURE_LENGTH]> {
        let answer = self.ask(Request::Sign, message)?.sealed()?;
        answer.as_slice().try_into().map_err(|_| garbled())
    }

    /// Has it seal to these recipients.
    pub(crate) fn seal(
        &self,
        recipients: &[x25519::Recipient],
        plain: &[u8],
    ) -> io::Result<Vec<u8>> {
        let names: Vec<String> = recipients.iter().map(ToString::to_string).collect();
        let names = names.join(" ");
        let answer = self.ask_in_parts(Request::Seal, &[&fields(&[names.as_bytes()]), plain])?;
        answer.sealed().map(|mut sealed| std::mem::take(&mut *sealed))
    }

    /// Has it seal the identity file by a passphrase.
    pub(crate) fn file_for_passphrase(
        &self,
        passphrase: &SecretString,
        strength: Strength,
    ) -> io::Result<Vec<u8>> {
        let body = fields(&[&[strength.log_n()], passphrase.expose_secret().as_bytes()]);
        let answer = self.ask(Request::FileForPassphrase, &body)?;
        answer.sealed().map(|mut sealed| std::mem::take(&mut *sealed))
    }

    /// Has it seal the identity file to the key of a recovery sheet.
    pub(crate) fn file_for_sheet(&self, sheet: &x25519::Recipient) -> io::Result<Vec<u8>> {
        let answer = self.ask(Request::FileForSheet, sheet.to_string().as_bytes())?;
        answer.sealed().map(|mut sealed| std::mem::take(&mut *sealed))
    }

    /// Has it make the key of a new recovery sheet.
    pub(crate) fn new_sheet(&self) -> io::Result<SheetParts> {
        let answer = self.ask(Request::NewSheet, &[])?.sealed()?;
        let [key, recipient, sealed] = split_fields(&answer).ok_or_else(garbled)?;
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| garbled());
        Ok(SheetParts {
            key: SecretString::from(text(key)?),
            recipient: text(recipient)?.to_owned(),
            sealed: sealed.to_vec(),
        })
    }

    /// Whether the passphrase opens this identity file. A helper that died is replaced by one that
    /// unlocks with it, if the keys are the same: what waits to be saved can be saved then.
    pub(crate) fn verify(
        &self,
        sealed: &[u8],
        passphrase: &SecretString,
        own: &VerifyingKey,
    ) -> Result<(), NotOpened> {
        let body = fields(&[sealed, passphrase.expose_secret().as_bytes()]);
        if let Ok(answer) = self.ask(Request::Verify, &body) {
            return answer.done().map(drop);
        }
        let another = Running::start(&self.program).map_err(|_| NotOpened::KeysGone)?;
        let answer = another.ask(Request::Unlock, &[&*body]);
        let answer = answer.map_err(|_| NotOpened::TooLittleMemory)?.done()?;
        let halves = public_halves(&answer).ok_or(NotOpened::KeysGone)?;
        if halves.verifying != *own {
            return Err(NotOpened::WrongKey);
        }
        *self.running.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(another);
        Ok(())
    }

    /// Has it take the key of a file out of a stanza of its header.
    pub(crate) fn unwrap_stanza(
        &self,
        stanza: &Stanza,
    ) -> Option<Result<FileKey, age::DecryptError>> {
        let arguments = stanza.args.join(" ");
        let body = fields(&[stanza.tag.as_bytes(), arguments.as_bytes(), &stanza.body]);
        let lost = || Some(Err(age::DecryptError::Io(garbled())));
        let Ok(Ok(answer)) = self.ask(Request::Unwrap, &body).map(Answer::done) else {
            return lost();
        };
        match answer.split_first() {
            Some((1, key)) if key.len() == FILE_KEY_BYTES => {
                Some(Ok(FileKey::init_with_mut(|file_key| file_key.copy_from_slice(key))))
            }
            Some((2, _)) => Some(Err(age::DecryptError::InvalidHeader)),
            Some(_) => None,
            None => lost(),
        }
    }

    /// Whether it is there and answers.
    pub(crate) fn answers(&self) -> bool {
        self.ask(Request::Probe, &[]).is_ok()
    }

    /// Whether the memory of a helper cannot be swapped out.
    pub(crate) fn has_locked_memory(&self) -> io::Result<bool> {
        Ok(self.ask(Request::Probe, &[])?.sealed()?.as_slice() == [1])
    }

    /// For saying on the watch whether the terminal is in use.
    pub(crate) fn watch(&self) -> io::Result<Watch> {
        self.running().watch.try_clone().map(Watch)
    }

    fn running(&self) -> Arc<Running> {
        Arc::clone(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn ask(&self, request: Request, body: &[u8]) -> io::Result<Answer> {
        self.running().ask(request, &[body])
    }

    fn ask_in_parts(&self, request: Request, body: &[&[u8]]) -> io::Result<Answer> {
        self.running().ask(request, body)
    }
}

/// The writing end of a helper's watch. While the terminal is said to be in use, the helper clears it
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
        let ([one, other], [input, output]) = pairs()?;
        let (watched, watch) = io::pipe()?;
        let mut command = Command::new(program);
        command
            .arg0("caseclinic")
            .arg(KEY_HELPER)
            // It must not keep a disk from being taken out.
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(input)))
            .stdout(Stdio::from(OwnedFd::from(output)))
            .stderr(Stdio::from(OwnedFd::from(watched)));
        let child = command.spawn()?;
        // The command holds the helper's ends as well, and their end would never be seen here.
        drop(command);
        Self::greeted([one, other], watch, Some(Mutex::new(child)))
    }

    fn greeted(
        connections: [UnixStream; 2],
        watch: PipeWriter,
        child: Option<Mutex<Child>>,
    ) -> io::Result<Self> {
        let all = Connections { working: connections.len(), free: connections.into() };
        let running = Self { connections: Mutex::new(all), returned: Condvar::new(), watch, child };
        for connection in &mut running.connections().free {
            let mut greeting = [0; GREETING.len()];
            connection.read_exact(&mut greeting)?;
            if greeting != *GREETING {
                return Err(garbled());
            }
        }
        Ok(running)
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, request: Request, body: &[&[u8]]) -> io::Result<Answer> {
        let mut connections = self.connections();
        let mut connection = loop {
            match connections.free.pop() {
                Some(connection) => break connection,
                None if connections.working == 0 => return Err(garbled()),
                None => {
                    let waited = self.returned.wait(connections);
                    connections = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        };
        drop(connections);
        let answer = send(&mut connection, request as u8, body).and_then(|()| {
            let (status, body) = receive(&mut connection)?.ok_or_else(garbled)?;
            Ok(Answer { status, body: Zeroizing::new(body) })
        });
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
        answer.map_err(|_| garbled())
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

/// An answer of the helper.
struct Answer {
    status: u8,
    body: Zeroizing<Vec<u8>>,
}

impl Answer {
    fn done(self) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        match REASONS.iter().find(|(status, _)| *status == self.status) {
            Some((_, reason)) => Err(*reason),
            None if self.status == DONE => Ok(self.body),
            None => Err(NotOpened::KeysGone),
        }
    }

    fn sealed(self) -> io::Result<Zeroizing<Vec<u8>>> {
        if self.status == DONE { Ok(self.body) } else { Err(garbled()) }
    }
}

fn garbled() -> io::Error {
    io::Error::other(KEYS_GONE)
}

/// Two connections, and their other ends.
fn pairs() -> io::Result<([UnixStream; 2], [UnixStream; 2])> {
    let (one, input) = UnixStream::pair()?;
    let (other, output) = UnixStream::pair()?;
    Ok(([one, other], [input, output]))
}

fn send(connection: &mut UnixStream, kind: u8, parts: &[&[u8]]) -> io::Result<()> {
    let bytes: usize = parts.iter().map(|part| part.len()).sum();
    let mut head = [kind; 9];
    head[1..].copy_from_slice(&(bytes as u64).to_le_bytes());
    let all: Vec<&[u8]> = iter::once(head.as_slice()).chain(parts.iter().copied()).collect();
    let slices: Vec<IoSlice<'_>> = all.iter().map(|part| IoSlice::new(part)).collect();
    // All in one call, so that the other side wakes up once, and without a copy of what is secret.
    let mut written = match connection.write_vectored(&slices) {
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

/// What the other side sent; nothing if it has ended.
fn receive(connection: &mut UnixStream) -> io::Result<Option<(u8, Vec<u8>)>> {
    let mut head = [0; 9];
    match connection.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [kind, bytes @ ..] = head;
    let bytes = u64::from_le_bytes(bytes);
    if bytes > MAX_BODY_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = Vec::new();
    // An abort for lack of memory would take unsaved text along.
    body.try_reserve_exact(bytes as usize).map_err(|_| io::ErrorKind::OutOfMemory)?;
    body.resize(bytes as usize, 0);
    connection.read_exact(&mut body)?;
    Ok(Some((kind, body)))
}

/// Texts one after the other, each with its length before it.
fn fields(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let bytes: usize = parts.iter().map(|part| part.len() + 8).sum();
    let mut body = Zeroizing::new(Vec::with_capacity(bytes));
    for part in parts {
        body.extend_from_slice(&(part.len() as u64).to_le_bytes());
        body.extend_from_slice(part);
    }
    body
}

/// The next of them, and what is behind it.
fn next_field(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let (bytes, rest) = body.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*bytes)).ok()?)
}

fn split_fields<const COUNT: usize>(mut body: &[u8]) -> Option<[&[u8]; COUNT]> {
    let mut found = [&[][..]; COUNT];
    for field in &mut found {
        (*field, body) = next_field(body)?;
    }
    body.is_empty().then_some(found)
}

fn public_halves(answer: &[u8]) -> Option<PublicHalves> {
    let [vault, recipient, verifying] = split_fields(answer)?;
    Some(PublicHalves {
        vault: std::str::from_utf8(vault).ok()?.to_owned(),
        recipient: std::str::from_utf8(recipient).ok()?.parse().ok()?,
        verifying: VerifyingKey::from_bytes(verifying.try_into().ok()?).ok()?,
    })
}

/// The exit code where [`serve_keys`] was not started by the program itself.
pub const NOT_STARTED_BY_THE_PROGRAM: u8 = 2;

/// Serves the program that started this one, until it says farewell or ends; returns the exit code.
/// If it dies while it uses the terminal, `clear_terminal` is called.
pub fn serve_keys(clear_terminal: impl FnOnce()) -> u8 {
    let is = |descriptor: rustix::fd::BorrowedFd<'_>, kind| {
        rustix::fs::fstat(descriptor)
            .is_ok_and(|facts| FileType::from_raw_mode(facts.st_mode) == kind)
    };
    let (input, output, watch) = (io::stdin(), io::stdout(), io::stderr());
    let is_helper = is(input.as_fd(), FileType::Socket)
        && is(output.as_fd(), FileType::Socket)
        && is(watch.as_fd(), FileType::Fifo);
    if !is_helper {
        return NOT_STARTED_BY_THE_PROGRAM;
    }
    let own = |descriptor: rustix::fd::BorrowedFd<'_>| descriptor.try_clone_to_owned();
    let (Ok(input), Ok(output), Ok(watch)) =
        (own(input.as_fd()), own(output.as_fd()), own(watch.as_fd()))
    else {
        return 1;
    };
    serve([input.into(), output.into()], PipeReader::from(watch), clear_terminal);
    0
}

fn serve(connections: [UnixStream; 2], mut watch: PipeReader, clear_terminal: impl FnOnce()) {
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

fn answer_until_ended(mut connection: UnixStream, held: &Held) {
    if connection.write_all(GREETING).is_err() {
        return;
    }
    // Nothing is wiped here: all of this memory goes when the process ends.
    while let Ok(Some((kind, body))) = receive(&mut connection) {
        let request = REQUESTS.into_iter().find(|request| *request as u8 == kind);
        let answer = match request {
            Some(request) => held.answer(request, &body),
            None => Err(NOT_SEALED),
        };
        let sent = match answer {
            Ok(answer) => send(&mut connection, DONE, &[&answer]),
            Err(status) => send(&mut connection, status, &[]),
        };
        if sent.is_err() {
            return;
        }
    }
}

impl Held {
    fn answer(&self, request: Request, body: &[u8]) -> Result<Vec<u8>, u8> {
        match request {
            Request::Unlock => self.take(unlocked(body)?),
            Request::Generate => {
                self.take(Secrets::generate(std::str::from_utf8(body).map_err(|_| NOT_SEALED)?))
            }
            Request::Verify => unlocked(body).map(|_| Vec::new()),
            Request::Probe => {
                let is_locked =
                    *self.has_locked_memory.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(vec![u8::from(is_locked || lock_memory())])
            }
            _ => {
                let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
                with_secrets(secrets.as_ref().ok_or(NOT_SEALED)?, request, body)
            }
        }
    }

    /// Holds these secrets from now on; their public halves.
    fn take(&self, secrets: Box<Secrets>) -> Result<Vec<u8>, u8> {
        let halves = unwiped(fields(&[
            secrets.vault().as_bytes(),
            secrets.recipient().to_string().as_bytes(),
            secrets.verifying_key().as_bytes(),
        ]));
        *self.secrets.write().unwrap_or_else(PoisonError::into_inner) = Some(secrets);
        *self.has_locked_memory.lock().unwrap_or_else(PoisonError::into_inner) = lock_memory();
        Ok(halves)
    }
}

/// The bytes themselves.
fn unwiped(mut bytes: Zeroizing<Vec<u8>>) -> Vec<u8> {
    std::mem::take(&mut *bytes)
}

fn with_secrets(secrets: &Secrets, request: Request, body: &[u8]) -> Result<Vec<u8>, u8> {
    let text = |bytes| std::str::from_utf8(bytes).map_err(|_| NOT_SEALED);
    let sealed = |sealed: io::Result<Vec<u8>>| sealed.map_err(|_| NOT_SEALED);
    let recipient = |name: &str| name.parse::<x25519::Recipient>().map_err(|_| NOT_SEALED);
    match request {
        Request::Open => secrets.open(body).map(unwiped).map_err(byte_of),
        Request::Sign => Ok(secrets.signature(body).to_vec()),
        Request::Seal => {
            let (names, plain) = next_field(body).ok_or(NOT_SEALED)?;
            let names = text(names)?.split(' ').map(recipient);
            sealed(seal::seal_to_all(&names.collect::<Result<Vec<_>, _>>()?, plain))
        }
        Request::FileForPassphrase => {
            let [strength, passphrase] = split_fields(body).ok_or(NOT_SEALED)?;
            let strength = strength.first().and_then(|log_n| Strength::of(*log_n));
            let passphrase = SecretString::from(text(passphrase)?);
            let file = secrets.identity_file();
            let strength = strength.ok_or(NOT_SEALED)?;
            sealed(seal::seal_by_passphrase(passphrase, strength, file.as_bytes()))
        }
        Request::FileForSheet => {
            let file = secrets.identity_file();
            sealed(seal::seal_to(&recipient(text(body)?)?, file.as_bytes()))
        }
        Request::NewSheet => {
            let key = x25519::Identity::generate();
            let file = secrets.identity_file();
            let sealed = sealed(seal::seal_to(&key.to_public(), file.as_bytes()))?;
            let recipient = key.to_public().to_string();
            let key = key.to_string();
            Ok(unwiped(fields(&[key.expose_secret().as_bytes(), recipient.as_bytes(), &sealed])))
        }
        Request::Unwrap => {
            let [tag, arguments, body] = split_fields(body).ok_or(NOT_SEALED)?;
            let args = text(arguments)?.split(' ').map(str::to_owned).collect();
            let stanza = Stanza { tag: text(tag)?.to_owned(), args, body: body.to_vec() };
            let mut answer = Vec::with_capacity(1 + FILE_KEY_BYTES);
            match secrets.unwrap_stanza(&stanza) {
                Some(Ok(key)) => {
                    answer.push(1);
                    answer.extend_from_slice(key.expose_secret());
                }
                Some(Err(_)) => answer.push(2),
                None => answer.push(0),
            }
            Ok(answer)
        }
        Request::Unlock | Request::Generate | Request::Verify | Request::Probe => Err(NOT_SEALED),
    }
}

fn unlocked(body: &[u8]) -> Result<Box<Secrets>, u8> {
    let [sealed, passphrase] = split_fields(body).ok_or(NOT_SEALED)?;
    let passphrase = std::str::from_utf8(passphrase).map_err(|_| NOT_SEALED)?;
    let opened = seal::open_by_passphrase(SecretString::from(passphrase), sealed);
    let file = opened.map_err(byte_of)?;
    Secrets::from_identity_file(&file).ok_or(byte_of(NotOpened::NoKeys))
}

fn byte_of(reason: NotOpened) -> u8 {
    let known = REASONS.iter().find(|(_, known)| *known == reason);
    known.map_or(NOT_SEALED, |(status, _)| *status)
}

/// Keeps this process out of the swap file, where the limit for locked memory allows it: everything,
/// or what is there now, the keys and the stacks among it.
fn lock_memory() -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::{
            mm::{MlockAllFlags, mlockall},
            process::{Resource, getrlimit},
        };
        // Under a limit, what is needed later would be refused instead of being left unlocked.
        let later = match getrlimit(Resource::Memlock).current {
            None => MlockAllFlags::FUTURE,
            Some(_) => MlockAllFlags::empty(),
        };
        mlockall(MlockAllFlags::CURRENT | MlockAllFlags::ONFAULT | later).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// The file of this program, also after it was replaced by a newer one.
pub(crate) fn own_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe()
}
