//! Keeping what is in memory out of files and out of other programs' sight.

use std::{fs::File, io};

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

/// Opens a descriptor that was handed to this program, such as the one of `--passphrase-fd`, for
/// reading. Works for pipes and files, also after [`harden_process`].
pub fn open_descriptor(number: u32) -> io::Result<File> {
    let path = format!("/dev/fd/{number}");
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, dumpable_behavior, set_dumpable_behavior};
        // A hardened process may not look at its own descriptors by name; the door is open only
        // for this one call, and core dumps stay off by their own limit.
        let before = dumpable_behavior()?;
        set_dumpable_behavior(DumpableBehavior::Dumpable)?;
        let opened = File::open(&path);
        set_dumpable_behavior(before)?;
        opened
    }
    #[cfg(not(target_os = "linux"))]
    File::open(&path)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
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
}
