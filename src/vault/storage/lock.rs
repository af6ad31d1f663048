//! One writer at a time. The lock belongs to the process and goes with it, however it ends.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use rustix::{
    fs::{FlockOperation, OFlags, flock},
    io::Errno,
};

/// The name of the lock inside a vault.
pub(crate) const LOCK: &str = "lock";

/// Whether this process may write.
#[derive(Debug)]
pub(crate) enum Writer {
    /// It may, for as long as this file is open.
    Us { held: File },
    /// It may only read; the sentence says why.
    Elsewhere { why: String },
}

impl Writer {
    /// Whether the lock that is held is the one in `folder` now: new keys put another folder there.
    pub(crate) fn is_of(&self, folder: &Path) -> io::Result<bool> {
        let Self::Us { held } = self else { return Ok(true) };
        let (held, there) = (held.metadata()?, fs::symlink_metadata(folder.join(LOCK))?);
        Ok((held.dev(), held.ino()) == (there.dev(), there.ino()))
    }
}

/// Takes the lock of the vault in `folder`, or says who has it. Never waits.
pub(crate) fn take(folder: &Path) -> io::Result<Writer> {
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
                why: "you have no permission to write to the vault’s folder, or its disk is read-only".to_owned(),
            });
        }
        Err(error) => return Err(error),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            // Who has it is a courtesy to the second window; the lock itself is the promise.
            let _ = write_owner(&mut file);
            Ok(Writer::Us { held: file })
        }
        Err(Errno::WOULDBLOCK) => {
            let owner = owner(&mut file).map_or(String::new(), |pid| format!(" (process {pid})"));
            Ok(Writer::Elsewhere { why: format!("another window{owner} has this vault open") })
        }
        Err(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS) => Ok(Writer::Elsewhere {
            why:
                "the vault’s folder cannot be locked, as happens on some network folders; keep the \
                  vault on a disk in this computer"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_whose_folder_made_room_for_another_is_told_from_the_one_there_now() {
        let home = tempfile::tempdir().expect("a folder");
        let (place, aside) = (home.path().join("vault"), home.path().join("aside"));
        fs::create_dir(&place).expect("a folder");
        let writer = take(&place).expect("taken");
        assert!(writer.is_of(&place).expect("looked"));
        fs::rename(&place, &aside).expect("moved");
        fs::create_dir(&place).expect("a folder");
        assert!(writer.is_of(&place).is_err(), "no lock there yet");
        let second = take(&place).expect("taken");
        assert!(!writer.is_of(&place).expect("looked") && second.is_of(&place).expect("looked"));
    }
}
