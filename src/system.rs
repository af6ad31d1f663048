//! What differs between operating systems, behind the same functions for all: files that survive a
//! power cut, the lock of a vault, processes of our own, the terminal, signals, folders of a person.
//!
//! `unix` and `windows` have the same modules with the same functions; the compiler sees one of
//! them. Everything above asks here, so nothing else names an operating system.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Answers of a disk, for tests that let it fail.
#[cfg(all(test, unix))]
pub(crate) use rustix::io::Errno;
#[cfg(all(test, windows))]
pub(crate) use windows::answers::Errno;

#[cfg(unix)]
pub(crate) use unix::{disk, folders, lock, memory, process, signals, terminal};
#[cfg(windows)]
pub(crate) use windows::{disk, folders, lock, memory, process, signals, terminal};

/// What lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// Its name, without the folder.
    pub name: String,
    /// Whether it is a folder itself (a link never is).
    pub is_folder: bool,
    /// Bytes; for a folder whatever the system says.
    pub bytes: u64,
}

/// What the system says of a file or folder, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a plain file: no folder, link, pipe, socket or device.
    pub is_file: bool,
    /// Whether it is a link to something else.
    pub is_link: bool,
    /// Whether somebody else may read or change it.
    pub is_exposed: bool,
    /// Whether it belongs to this person.
    pub is_own: bool,
    /// Bytes.
    pub bytes: u64,
    /// When its content last changed, in nanoseconds since 1970.
    pub modified: i128,
    /// Its number on the disk: a file that was replaced has another one.
    pub number: u64,
}

/// What the system reports about a plain file. It changes with every change of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileStamp {
    pub(crate) inode: u64,
    pub(crate) bytes: u64,
    /// Seconds and nanoseconds, of the text and of anything about the file.
    pub(crate) modified: (i64, i64),
    pub(crate) changed: (i64, i64),
}

/// The folders of a person, as the system wants them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnFolders {
    pub(crate) data: PathBuf,
    pub(crate) cache: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) state: PathBuf,
}

/// What came of asking for the lock of a folder.
#[derive(Debug)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows has fewer of them"))]
pub(crate) enum LockAnswer {
    /// It is held until this is dropped or the process ends, in whatever way.
    Held(lock::HeldLock),
    /// Another process has it: its number, if that is known.
    HeldElsewhere(Option<u32>),
    /// What is in the place of the lock is not this program’s: why, as the end of a sentence.
    Foreign(&'static str),
    /// The folder belongs to another account of this computer.
    OtherAccount,
    /// Nothing can be written in the folder.
    NotWritable,
    /// The disk knows no locks.
    NoLocks,
}

/// What waiting for the terminal brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TerminalEvents {
    /// Something was typed, or the terminal hung up: reading says which.
    pub(crate) typed: bool,
    /// The window may have another size.
    pub(crate) resized: bool,
}

/// What a person or the system asked of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows has fewer of them"))]
pub(crate) enum SignalEvent {
    /// To give the terminal back and stop for a while.
    Suspend,
    /// To go on.
    Continue,
    /// To end: the number of the signal.
    End(i32),
}

/// Why a process with limits ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows has fewer of them"))]
pub(crate) enum ProcessEnd {
    /// It took too much of the processor.
    TooSlow,
    /// It asked for too much memory.
    TooMuchMemory,
    /// For a reason of its own.
    Other,
}

/// Returns the place that a path chosen by a person leads to, without a link in it: what does not
/// exist yet is added as it is written.
pub(crate) fn without_links(path: &Path) -> PathBuf {
    if let Ok(path) = disk::canonical(path) {
        return path;
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    match (above.or_else(|| path.is_relative().then_some(Path::new("."))), path.file_name()) {
        (Some(above), Some(name)) if above != path => without_links(above).join(name),
        _ => path.to_owned(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_path_that_a_person_chose_loses_its_links_also_where_nothing_is_yet() {
        let home = tempfile::tempdir().expect("a folder");
        let home = fs::canonicalize(home.path()).expect("a folder");
        fs::create_dir(home.join("disk")).expect("a folder");
        symlink("disk", home.join("link")).expect("a link");
        assert_eq!(without_links(&home.join("link")), home.join("disk"));
        assert_eq!(without_links(&home.join("link/new/vault")), home.join("disk/new/vault"));
        let here = fs::canonicalize(".").expect("a folder");
        assert_eq!(without_links(Path::new("no-such-file")), here.join("no-such-file"));
    }
}
