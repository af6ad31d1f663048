//! What this process may do and what others may do to it, and processes of our own: the one that
//! holds the keys, and the one that reads a PDF file.

use std::{
    fs::File,
    io::{self, PipeReader, PipeWriter},
    net::Shutdown,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::{
            net::UnixStream,
            process::{CommandExt, ExitStatusExt},
        },
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::{
    fs::{FileType, fstat},
    process::{Resource, Rlimit, Signal, setrlimit},
};

use crate::system::ProcessEnd;

/// What two processes of ours talk through, both ways.
pub(crate) type Connection = UnixStream;

/// What of [`harden_process`], [`lock_memory`] and [`limit_process`] this system does not have, in
/// words for a person.
pub(crate) const MISSING_PROTECTION: Option<&str> = None;

/// Turns core dumps off and, on Linux, forbids other processes of the same person to attach. Call
/// once, before the first passphrase is read. What the system refuses stays as it was: the program
/// runs all the same, and `false` says so.
pub(crate) fn harden_process() -> bool {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let no_core = setrlimit(Resource::Core, none).is_ok();
    #[cfg(target_os = "linux")]
    let no_attach = {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
    };
    #[cfg(not(target_os = "linux"))]
    let no_attach = true;
    no_core && no_attach
}

/// A descriptor that was handed to this program, such as the one of `--passphrase-fd`, for reading:
/// the very same one, so that the next reader begins after what was read here. Works for
/// pipes and files, also after [`harden_process`].
pub(crate) fn open_descriptor(number: u32) -> io::Result<File> {
    if number == 0 {
        return Ok(io::stdin().as_fd().try_clone_to_owned()?.into());
    }
    shared(number)
}

#[cfg(target_os = "linux")]
fn shared(number: u32) -> io::Result<File> {
    use rustix::{
        io::Errno,
        process::{
            DumpableBehavior, PidfdFlags, PidfdGetfdFlags, dumpable_behavior, getpid, pidfd_getfd,
            pidfd_open, set_dumpable_behavior,
        },
    };
    let own = i32::try_from(number).map_err(|_| Errno::BADF)?;
    let asked = pidfd_open(getpid(), PidfdFlags::empty())
        .and_then(|this| pidfd_getfd(this, own, PidfdGetfdFlags::empty()));
    match asked {
        Ok(descriptor) => return Ok(descriptor.into()),
        Err(Errno::NOSYS | Errno::PERM) => {}
        Err(error) => return Err(error.into()),
    }
    // An old system, or a container that forbids the call. A hardened process may not look at its
    // own descriptors by name; the door is open only for this one call, and core dumps stay off by
    // their own limit.
    let before = dumpable_behavior()?;
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    let opened = File::open(format!("/dev/fd/{number}"));
    set_dumpable_behavior(before)?;
    let opened = opened?;
    if opened.metadata()?.is_file() {
        // By its name it would be read from its beginning, whatever was read of it before.
        return Err(io::Error::other(
            "this system cannot pass a file in this way; use descriptor 0 or a pipe",
        ));
    }
    Ok(opened)
}

/// Elsewhere the name of a descriptor stands for the descriptor itself.
#[cfg(not(target_os = "linux"))]
fn shared(number: u32) -> io::Result<File> {
    File::open(format!("/dev/fd/{number}"))
}

/// Keeps this process out of the swap file, where the limit for locked memory allows it: everything,
/// or what is there now, the keys and the stacks among it.
pub(crate) fn lock_memory() -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::{
            mm::{MlockAllFlags, mlockall},
            process::getrlimit,
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

/// Starts this program again as a helper. Its standard input and output are two sockets, and its
/// third descriptor is the watch.
pub(crate) fn start_helper(program: &Path, argument: &str) -> io::Result<Helper> {
    let (connections, [input, output]) = pairs()?;
    let (watched, watch) = io::pipe()?;
    let mut command = Command::new(program);
    command
        .arg0("caseclinic")
        .arg(argument)
        // It must not keep a disk from being unmounted.
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(input)))
        .stdout(Stdio::from(OwnedFd::from(output)))
        .stderr(Stdio::from(OwnedFd::from(watched)));
    let child = command.spawn()?;
    // The command holds the helper's ends as well, and their end would never be seen here.
    drop(command);
    Ok(Helper { connections: connections.into(), watch, child })
}

/// Both sides of a helper, for tests in which threads of this process serve.
#[cfg(test)]
pub(crate) fn helper_in_threads() -> io::Result<(Vec<Connection>, PipeWriter, HelperEnds)> {
    let (connections, ends) = pairs()?;
    let (watched, watch) = io::pipe()?;
    Ok((connections.into(), watch, HelperEnds { connections: ends.into(), watch: watched }))
}

/// Two connections, and their other ends.
fn pairs() -> io::Result<([Connection; 2], [Connection; 2])> {
    let (one, input) = UnixStream::pair()?;
    let (other, output) = UnixStream::pair()?;
    Ok(([one, other], [input, output]))
}

/// The ends of this process, if [`start_helper`] started it.
pub(crate) fn helper_ends() -> Option<io::Result<HelperEnds>> {
    let (input, output, watch) = (io::stdin(), io::stdout(), io::stderr());
    let is_helper = is(input.as_fd(), FileType::Socket)
        && is(output.as_fd(), FileType::Socket)
        && is(watch.as_fd(), FileType::Fifo);
    let ends = || {
        let connections = vec![own(input.as_fd())?.into(), own(output.as_fd())?.into()];
        Ok(HelperEnds { connections, watch: PipeReader::from(own(watch.as_fd())?) })
    };
    is_helper.then(ends)
}

/// Starts this program again with nothing but one connection, to read a file.
pub(crate) fn start_reader(program: &Path, argument: &str) -> io::Result<(Connection, Child)> {
    let (connection, other) = UnixStream::pair()?;
    let child = Command::new(program)
        .arg0("caseclinic")
        .arg(argument)
        .env_clear()
        .current_dir("/")
        .stdin(OwnedFd::from(other))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok((connection, child))
}

/// The end of this process, if [`start_reader`] started it.
pub(crate) fn reader_end() -> Option<io::Result<Connection>> {
    let input = io::stdin();
    is(input.as_fd(), FileType::Socket).then(|| own(input.as_fd()).map(Connection::from))
}

/// Tells the other side that nothing more comes.
pub(crate) fn finish_writing(connection: &mut Connection) {
    // The other side may have ended.
    let _ = connection.shutdown(Shutdown::Write);
}

/// From here on this process opens and writes no file, starts no other, and has so much memory and
/// time of the processor.
pub(crate) fn limit_process(memory_bytes: u64, processor_seconds: u64) -> io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Data, at_most(memory_bytes))?;
    // The soft limit ends the process with a signal that says why.
    let time = Rlimit { current: Some(processor_seconds), maximum: Some(processor_seconds + 1) };
    setrlimit(Resource::Cpu, time)?;
    setrlimit(Resource::Fsize, at_most(0))?;
    setrlimit(Resource::Nproc, at_most(0))?;
    // No descriptor beyond the three that are open.
    Ok(setrlimit(Resource::Nofile, at_most(3))?)
}

/// Why a process with limits ended.
pub(crate) fn why_ended(status: ExitStatus) -> ProcessEnd {
    match status.signal().and_then(Signal::from_named_raw) {
        Some(Signal::XCPU) => ProcessEnd::TooSlow,
        // Rust aborts where there is no memory, on the heap or on the stack.
        Some(Signal::ABORT | Signal::SEGV | Signal::BUS | Signal::KILL) => {
            ProcessEnd::TooMuchMemory
        }
        _ => ProcessEnd::Other,
    }
}

fn is(descriptor: BorrowedFd<'_>, kind: FileType) -> bool {
    fstat(descriptor).is_ok_and(|facts| FileType::from_raw_mode(facts.st_mode) == kind)
}

fn own(descriptor: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    descriptor.try_clone_to_owned()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Seek, Write},
        os::fd::AsRawFd,
    };

    use super::*;

    #[test]
    fn a_hardened_process_leaves_no_core_and_still_reads_what_it_was_handed() {
        assert!(harden_process());
        let limit = rustix::process::getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        let (reader, writer) = io::pipe().expect("a pipe");
        { writer }.write_all(b"handed over").expect("written");
        let number = u32::try_from(reader.as_raw_fd()).expect("a number");
        let mut text = String::new();
        open_descriptor(number).expect("opens").read_to_string(&mut text).expect("reads");
        assert_eq!(text, "handed over");
    }

    #[test]
    fn a_file_is_read_on_where_it_stands_and_not_from_its_beginning() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"read already\nhanded over\nnext").expect("written");
        file.seek(io::SeekFrom::Start(13)).expect("at the second line");
        let number = u32::try_from(file.as_raw_fd()).expect("a number");
        let mut line = [0; 12];
        open_descriptor(number).expect("opens").read_exact(&mut line).expect("reads");
        assert_eq!(&line, b"handed over\n");
        let mut rest = String::new();
        open_descriptor(number).expect("opens").read_to_string(&mut rest).expect("reads");
        assert_eq!(rest, "next", "the second reader goes on behind the first");
        assert!(open_descriptor(u32::MAX).is_err() && open_descriptor(9999).is_err());
    }
}
