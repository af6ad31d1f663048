//! One writer at a time. The lock belongs to the process and goes with it, however it ends.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rustix::{
    fs::{FlockOperation, OFlags, flock},
    io::Errno,
};

/// The name of the lock inside a vault.
pub(super) const LOCK: &str = "lock";

/// Whether this process may write.
#[derive(Debug)]
pub(super) enum Writer {
    /// It may, for as long as this file is open.
    Us { _held: File },
    /// It may only read; the sentence says why.
    Elsewhere { why: String },
}

/// Takes the lock of the vault in `folder`, or says who has it. Never waits.
pub(super) fn take(folder: &Path) -> io::Result<Writer> {
    let path = folder.join(LOCK);
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32)
        .open(&path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
            ) =>
        {
            return Ok(Writer::Elsewhere {
                why: "the vault lies where this person or disk may only read".to_owned(),
            });
        }
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            // Who has it is a courtesy to the second window; the lock itself is the promise.
            let _ = write_owner(&mut file);
            Ok(Writer::Us { _held: file })
        }
        Err(Errno::WOULDBLOCK) => {
            let owner = owner(&mut file).map_or(String::new(), |pid| format!(" (process {pid})"));
            Ok(Writer::Elsewhere {
                why: format!("another window{owner} has this vault open for writing"),
            })
        }
        Err(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS) => Ok(Writer::Elsewhere {
            why: "this folder cannot be locked, as some network folders cannot; keep the vault on \
                  a disk of this computer"
                .to_owned(),
        }),
        Err(error) => Err(error.into()),
    }
}

fn write_owner(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
