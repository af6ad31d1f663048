//! The lock of a vault: a file beside its folder that nobody else can open while it is open here.
//!
//! It does not lie in the folder, because Windows renames no folder in which a file is open. It is
//! empty, and goes when it is let go. A crash leaves it, and hinders nobody.

use std::{
    fs::{File, OpenOptions, symlink_metadata},
    io,
    os::windows::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::disk::{
    OPEN_REPARSE_POINT, SHARING_VIOLATION, WRITE_PROTECT, aside, link_in, patiently, rename_new,
};
use crate::system::LockAnswer;

/// The name of the lock: with the name of the folder before it, beside that.
pub(crate) const LOCK: &str = "lock";
/// Where it lies, in words.
pub(crate) const PLACE: &str =
    "the file .vault.lock (or that of another name of the vault) in the folder above the vault’s";

/// A lock that is held for as long as its file is open.
#[derive(Debug)]
pub(crate) struct HeldLock {
    file: Option<File>,
    path: PathBuf,
}

impl HeldLock {
    /// Whether it is the lock of `folder` now: here it belongs to the name, whatever lies there.
    pub(crate) fn is_of(&self, folder: &Path) -> io::Result<bool> {
        Ok(self.path == lock_file(folder)?)
    }

    /// The lock of a folder that was renamed or exchanged to `place`; `before` is that of the folder
    /// that was there, which is the one that counts, if it was held.
    pub(crate) fn after_move(self, place: &Path, before: Option<Self>) -> io::Result<LockAnswer> {
        match before {
            Some(before) => Ok(LockAnswer::Held(before)),
            None => take(place),
        }
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        drop(self.file.take());
        // One that another process took meanwhile cannot be removed, and that is right.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Where the lock of a folder lies.
fn lock_file(folder: &Path) -> io::Result<PathBuf> {
    let name = folder.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut lock = std::ffi::OsString::from(".");
    lock.push(name);
    lock.push(".");
    lock.push(LOCK);
    Ok(folder.with_file_name(lock))
}

/// Takes the lock of a folder, or says why not. Waits no longer than a virus scanner looks at a file.
pub(crate) fn take(folder: &Path) -> io::Result<LockAnswer> {
    let path = lock_file(folder)?;
    if link_in(folder).is_some() {
        return Ok(LockAnswer::Foreign("is a link, or lies behind one"));
    }
    match symlink_metadata(&path) {
        Ok(facts) if facts.is_symlink() => {
            return Ok(LockAnswer::Foreign("is a link, or lies behind one"));
        }
        Ok(facts) if !facts.is_file() => {
            return Ok(LockAnswer::Foreign("is not a regular file"));
        }
        Ok(facts) if facts.len() > 0 => {
            return Ok(LockAnswer::Foreign("contains something that caseclinic did not write"));
        }
        _ => {}
    }
    let open = || {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        options.share_mode(0).custom_flags(OPEN_REPARSE_POINT).open(&path)
    };
    let file = match patiently(open) {
        Ok(file) => file,
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => {
            return Ok(LockAnswer::HeldElsewhere(None));
        }
        Err(error)
            if error.kind() == io::ErrorKind::PermissionDenied
                || error.raw_os_error() == Some(WRITE_PROTECT) =>
        {
            return Ok(LockAnswer::NotWritable);
        }
        Err(error) => return Err(error),
    };
    if winapi_util::file::information(&file)?.number_of_links() > 1 {
        let why = "has a second name, so writing to it could change another file";
        return Ok(LockAnswer::Foreign(why));
    }
    Ok(LockAnswer::Held(HeldLock { file: Some(file), path }))
}

/// Puts the folder at `place` back that an exchange had set aside when it was cut short. What was
/// set aside while there is a folder again is the older one, and goes with the next exchange.
pub(crate) fn finish_exchange(place: &Path) -> io::Result<()> {
    let Ok(aside) = aside(place) else { return Ok(()) };
    if symlink_metadata(&aside).is_err() || symlink_metadata(place).is_ok() {
        return Ok(());
    }
    match take(place)? {
        // Somebody else may have been quicker.
        LockAnswer::Held(_held) if symlink_metadata(place).is_ok() => Ok(()),
        LockAnswer::Held(_held) => rename_new(&aside, place),
        _ => Err(io::Error::other("another window is giving this vault new keys")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::system::windows::disk::exchange;

    #[test]
    fn one_has_the_lock_and_it_goes_with_its_holder() {
        let home = tempfile::tempdir().expect("a folder");
        let home = super::super::disk::canonical(home.path()).expect("a folder");
        let place = home.join("vault");
        fs::create_dir(&place).expect("a folder");
        let first = take(&place).expect("an answer");
        assert!(matches!(first, LockAnswer::Held(_)), "{first:?}");
        assert!(matches!(take(&place), Ok(LockAnswer::HeldElsewhere(_))));
        // The folder can be renamed although it is locked.
        fs::rename(&place, home.join("other")).expect("renamed");
        fs::rename(home.join("other"), &place).expect("renamed");
        drop(first);
        assert!(!home.join(".vault.lock").exists());
        assert!(matches!(take(&place), Ok(LockAnswer::Held(_))));
    }

    #[test]
    fn a_file_of_somebody_else_in_the_place_of_the_lock_is_left_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let home = super::super::disk::canonical(home.path()).expect("a folder");
        let place = home.join("vault");
        fs::create_dir(&place).expect("a folder");
        fs::write(home.join(".vault.lock"), "the only copy").expect("written");
        assert!(matches!(take(&place), Ok(LockAnswer::Foreign(_))));
        assert_eq!(fs::read(home.join(".vault.lock")).expect("there"), b"the only copy");
        fs::remove_file(home.join(".vault.lock")).expect("removed");
        fs::create_dir(home.join(".vault.lock")).expect("a folder");
        assert!(matches!(take(&place), Ok(LockAnswer::Foreign(_))));
    }

    #[test]
    fn an_exchange_that_was_cut_short_is_taken_back() {
        let home = tempfile::tempdir().expect("a folder");
        let home = super::super::disk::canonical(home.path()).expect("a folder");
        let (one, other) = (home.join("vault"), home.join("new"));
        for (folder, text) in [(&one, "old"), (&other, "new")] {
            fs::create_dir(folder).expect("a folder");
            fs::write(folder.join("file"), text).expect("written");
        }
        let text = |folder: &Path| fs::read_to_string(folder.join("file")).expect("there");
        exchange(&one, &other).expect("exchanged");
        assert_eq!((text(&one).as_str(), text(&other).as_str()), ("new", "old"));
        // The power goes after the first step.
        fs::rename(&one, aside(&one).expect("a name")).expect("renamed");
        let held = take(&one).expect("an answer");
        assert!(finish_exchange(&one).is_err(), "another window is at work");
        drop(held);
        finish_exchange(&one).expect("put back");
        assert_eq!(text(&one), "new");
        finish_exchange(&one).expect("nothing to do");
    }
}
