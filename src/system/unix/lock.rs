//! The lock of a vault: a file in its folder. It belongs to the process and goes with it.
//!
//! The file is the only one of a vault that is changed in place, so it is written only if it is the
//! vault's own: a plain file of this person with no second name, and nothing in it but the number of
//! a process. Whatever else is in its place is left as it is.

use std::{
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::MetadataExt,
    path::Path,
};

use rustix::{fs::Stat, io::Errno, process::geteuid};

use super::disk::{facts, is_link_error, open_or_create};
use crate::system::LockAnswer;

/// The name of the lock inside a folder.
pub(crate) const LOCK: &str = "lock";
/// Where it lies, in words.
pub(crate) const PLACE: &str = "the file lock in the vault’s folder";

/// A lock that is held for as long as its file is open.
#[derive(Debug)]
pub(crate) struct HeldLock(File);

impl HeldLock {
    /// Whether it is the lock of `folder` now: another folder may have taken its place.
    pub(crate) fn is_of(&self, folder: &Path) -> io::Result<bool> {
        Ok(self.0.metadata()?.ino() == facts(&folder.join(LOCK))?.number)
    }

    /// The lock of a folder that was renamed or exchanged to `place`. Here a lock lies in the folder
    /// and goes with it; `before` is that of the folder that was there.
    pub(crate) fn after_move(self, _place: &Path, _before: Option<Self>) -> io::Result<LockAnswer> {
        Ok(LockAnswer::Held(self))
    }
}

/// Takes the lock of a folder, or says why not. Never waits.
pub(crate) fn take(folder: &Path) -> io::Result<LockAnswer> {
    // Files that an administrator leaves in somebody’s vault are files its owner cannot use.
    if geteuid().is_root() && facts(folder).is_ok_and(|facts| !facts.is_own) {
        return Ok(LockAnswer::OtherAccount);
    }
    let (mut file, about_file, about_folder) = match open_or_create(folder, LOCK) {
        Ok(opened) => opened,
        Err(error) if is_link_error(&error) => {
            return Ok(LockAnswer::Foreign("is a link, or lies behind one"));
        }
        Err(error) => match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                return Ok(LockAnswer::NotWritable);
            }
            io::ErrorKind::InvalidData | io::ErrorKind::IsADirectory => {
                return Ok(LockAnswer::Foreign("is not a regular file"));
            }
            _ => return Err(error),
        },
    };
    if let Some(why) = why_not_ours(&about_file, &about_folder) {
        return Ok(why);
    }
    match file.try_lock() {
        Ok(()) => {
            if !is_empty_or_number(&mut file)? {
                return Ok(LockAnswer::Foreign("contains something that caseclinic did not write"));
            }
            // Who has it is a courtesy to the second window; the lock itself is the promise.
            let _ = write_owner(&mut file);
            Ok(LockAnswer::Held(HeldLock(file)))
        }
        Err(TryLockError::WouldBlock) => Ok(LockAnswer::HeldElsewhere(owner(&mut file))),
        Err(TryLockError::Error(error)) => match Errno::from_io_error(&error) {
            Some(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS) => Ok(LockAnswer::NoLocks),
            _ => Err(error),
        },
    }
}

/// Puts back what an exchange of folders left behind that a crash cut short. Here it is one step.
pub(crate) fn finish_exchange(_place: &Path) -> io::Result<()> {
    Ok(())
}

/// Why a file is not one that may be written.
fn why_not_ours(file: &Stat, folder: &Stat) -> Option<LockAnswer> {
    if file.st_nlink > 1 {
        let why = "has a second name, so writing to it could change another file";
        return Some(LockAnswer::Foreign(why));
    }
    // A disk without owners gives every file to one person.
    let owners = [geteuid().as_raw(), folder.st_uid];
    (!owners.contains(&file.st_uid)).then_some(LockAnswer::OtherAccount)
}

/// Whether nothing is in the file but what [`write_owner`] writes.
fn is_empty_or_number(file: &mut File) -> io::Result<bool> {
    let mut bytes = Vec::new();
    file.rewind()?;
    Read::by_ref(file).take(32).read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok(bytes.len() < 16 && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'\n'))
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
