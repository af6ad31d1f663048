//! What this process may do and what others may do to it, and processes of our own: the one that
//! holds the keys, and the one that reads a PDF file.

use std::{
    env,
    fs::File,
    io::{self, IoSlice, IsTerminal, PipeReader, PipeWriter, Read, Write},
    os::windows::{
        io::{AsHandle, BorrowedHandle, OwnedHandle},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use winapi_util::{HandleRef, file::typ};

use crate::system::ProcessEnd;

/// No window and no console: neither Ctrl-C nor its end reaches such a process.
const CREATE_NO_WINDOW: u32 = 0x0800_0000;
/// How a process ends that had no memory, no stack, or that aborted.
const NO_MEMORY_ENDS: [u32; 4] = [0xC000_0017, 0xC000_00FD, 0xC000_0409, 3];

/// What of [`harden_process`], [`lock_memory`] and [`limit_process`] this system does not have, in
/// words for a person.
pub(crate) const MISSING_PROTECTION: Option<&str> = Some(
    "not available on Windows: keeping keys out of the page file, forbidding memory dumps, shutting \
     other programs of your account out, checking who may read a folder. Encrypt the disk",
);

/// Windows has no call for this that this program may make: nothing is hardened.
pub(crate) fn harden_process() -> bool {
    false
}

/// Standard input, for reading on where it stands. Windows hands over no other descriptor by number.
pub(crate) fn open_descriptor(number: u32) -> io::Result<File> {
    if number == 0 {
        return Ok(io::stdin().as_handle().try_clone_to_owned()?.into());
    }
    let why = "on Windows only descriptor 0 can be read, as in `--passphrase-fd 0 < FILE`";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}

/// Windows has no call for this that this program may make: the keys can reach the page file.
pub(crate) fn lock_memory() -> bool {
    false
}

/// The file of this program.
pub(crate) fn own_program() -> io::Result<PathBuf> {
    env::current_exe()
}

/// What two processes of ours talk through, both ways: two pipes.
pub(crate) struct Connection {
    from: PipeReader,
    /// Nothing once [`finish_writing`] was called.
    to: Option<PipeWriter>,
}

impl Read for Connection {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self.from.read(bytes) {
            // The other side has ended.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
            read => read,
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write(bytes)
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.to.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_vectored(parts)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A process that serves this one, and what they talk through.
pub(crate) struct Helper {
    /// Requests and answers. Each carries one at a time.
    pub(crate) connections: Vec<Connection>,
    /// Read by the helper, which sees its end when this process is gone.
    pub(crate) watch: PipeWriter,
    pub(crate) child: Child,
}

/// The ends that a helper has of the same.
pub(crate) struct HelperEnds {
    pub(crate) connections: Vec<Connection>,
    pub(crate) watch: PipeReader,
}

/// Starts this program again as a helper. Its standard input and output are one connection, and the
/// third of its handles is the watch.
pub(crate) fn start_helper(program: &Path, argument: &str) -> io::Result<Helper> {
    let (connection, (input, output)) = pair()?;
    let (watched, watch) = io::pipe()?;
    let mut command = command(program, argument);
    command.stdin(Stdio::from(input)).stdout(Stdio::from(output)).stderr(Stdio::from(watched));
    let child = command.spawn()?;
    // The command holds the helper's ends as well, and their end would never be seen here.
    drop(command);
    Ok(Helper { connections: vec![connection], watch, child })
}

/// Both sides of a helper, for tests in which threads of this process serve.
#[cfg(test)]
pub(crate) fn helper_in_threads() -> io::Result<(Vec<Connection>, PipeWriter, HelperEnds)> {
    let (connection, (from, to)) = pair()?;
    let (watched, watch) = io::pipe()?;
    let ends = HelperEnds { connections: vec![Connection { from, to: Some(to) }], watch: watched };
    Ok((vec![connection], watch, ends))
}

/// A connection, and what the other side reads from and writes to.
fn pair() -> io::Result<(Connection, (PipeReader, PipeWriter))> {
    let ((input, to), (from, output)) = (io::pipe()?, io::pipe()?);
    Ok((Connection { from, to: Some(to) }, (input, output)))
}

/// This program with nothing but an argument.
fn command(program: &Path, argument: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(argument).creation_flags(CREATE_NO_WINDOW);
    if let Some(root) = env::var_os("SystemRoot") {
        // It must not keep a disk from being unmounted.
        command.current_dir(root);
    }
    command
}

/// The ends of this process, if [`start_helper`] started it.
pub(crate) fn helper_ends() -> Option<io::Result<HelperEnds>> {
    let is_helper = is_pipe(HandleRef::stdin())
        && is_pipe(HandleRef::stdout())
        && is_pipe(HandleRef::stderr())
        && !io::stdin().is_terminal();
    let ends = || {
        let watch = PipeReader::from(own(io::stderr().as_handle())?);
        Ok(HelperEnds { connections: vec![of_standard_handles()?], watch })
    };
    is_helper.then(ends)
}

/// Starts this program again with nothing but one connection, to read a file.
pub(crate) fn start_reader(program: &Path, argument: &str) -> io::Result<(Connection, Child)> {
    let (connection, (input, output)) = pair()?;
    let mut command = command(program, argument);
    command.env_clear();
    if let Some(root) = env::var_os("SystemRoot") {
        // Without it Windows does not find its own libraries.
        command.env("SystemRoot", root);
    }
    command.stdin(Stdio::from(input)).stdout(Stdio::from(output)).stderr(Stdio::null());
    let child = command.spawn()?;
    drop(command);
    Ok((connection, child))
}

/// The end of this process, if [`start_reader`] started it.
pub(crate) fn reader_end() -> Option<io::Result<Connection>> {
    let is_reader = is_pipe(HandleRef::stdin()) && is_pipe(HandleRef::stdout());
    is_reader.then(of_standard_handles)
}

/// Tells the other side that nothing more comes.
pub(crate) fn finish_writing(connection: &mut Connection) {
    connection.to = None;
}

/// Windows limits no process without a call that this program may not make. What it takes too long is
/// ended from outside.
pub(crate) fn limit_process(_memory_bytes: u64, _processor_seconds: u64) -> io::Result<()> {
    Ok(())
}

/// Why a process ended.
pub(crate) fn why_ended(status: ExitStatus) -> ProcessEnd {
    match status.code() {
        Some(code) if NO_MEMORY_ENDS.contains(&code.cast_unsigned()) => ProcessEnd::TooMuchMemory,
        _ => ProcessEnd::Other,
    }
}

fn is_pipe(handle: HandleRef) -> bool {
    typ(handle).is_ok_and(|kind| kind.is_pipe())
}

fn of_standard_handles() -> io::Result<Connection> {
    let from = PipeReader::from(own(io::stdin().as_handle())?);
    let to = PipeWriter::from(own(io::stdout().as_handle())?);
    Ok(Connection { from, to: Some(to) })
}

fn own(handle: BorrowedHandle<'_>) -> io::Result<OwnedHandle> {
    handle.try_clone_to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_carries_both_ways_and_says_when_the_other_side_is_gone() {
        let (mut ours, watch, mut ends) = helper_in_threads().expect("pipes");
        ours[0].write_all(b"asked").expect("written");
        finish_writing(&mut ours[0]);
        let mut text = String::new();
        ends.connections[0].read_to_string(&mut text).expect("read");
        assert_eq!(text, "asked");
        ends.connections[0].write_all(b"answered").expect("written");
        ends.connections.clear();
        text.clear();
        ours[0].read_to_string(&mut text).expect("read");
        assert_eq!(text, "answered");
        drop(watch);
        assert_eq!(Connection { from: ends.watch, to: None }.read(&mut [0]).expect("ended"), 0);
    }

    #[test]
    fn another_descriptor_than_the_first_says_what_works() {
        let error = open_descriptor(3).expect_err("refused").to_string();
        assert!(error.contains("--passphrase-fd 0"), "{error}");
    }
}
