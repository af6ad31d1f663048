//! Keeping what is in memory out of files and out of other programs' sight.

use std::{fs::File, io, os::fd::AsFd};

/// Turns core dumps off and, on Linux, forbids other processes of the same person to attach. Call
/// once, before the first passphrase is read. What the system refuses stays as it was: the program
/// runs all the same, and `false` says so.
pub fn harden_process() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
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
pub fn open_descriptor(number: u32) -> io::Result<File> {
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
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
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
