//! Every call the vault makes to the disk, behind one trait, so that each can be made to fail.
//!
//! Folders are made 0700 and files 0600, where the system has such modes. Nothing here follows a
//! link, waits for a device or pipe, or reads more than it was asked for: see [`disk`]. Paths that
//! a person chose may go through links, and are made [`disk::without_links`] before they come here.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use crate::system::disk;
pub use crate::system::{Facts, FolderEntry};

/// The calls a vault needs of a file system, one method each.
pub trait Store: Send + Sync {
    /// Makes a file that was not there, mode 0600.
    fn create_new(&self, path: &Path) -> io::Result<File>;
    /// Writes all bytes.
    fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Waits until the file is on the disk.
    fn sync_file(&self, file: &File) -> io::Result<()>;
    /// Renames, replacing what was there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Renames, and fails if something is there.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Waits until the folder's list of names is on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Waits until everything below the folder is on the disk.
    fn sync_below(&self, folder: &Path) -> io::Result<()>;
    /// Makes a folder, mode 0700.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Reads a plain file of at most `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
    /// The entries of a folder, sorted by name.
    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>>;
    /// The names in a folder of everything that is no plain file, without asking for more about
    /// each: folders, and whatever is in the place of one.
    fn folders(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// What the system says of one file or folder.
    fn facts(&self, path: &Path) -> io::Result<Facts>;
    /// As [`Store::facts`], only to see whether a file is the one that was read before: this may go
    /// through a link, because nothing is read, changed or decided by it but whether to read again.
    fn facts_to_compare(&self, path: &Path) -> io::Result<Facts> {
        self.facts(path)
    }
    /// Whether there is something by this name, if the system can say.
    fn is_there(&self, path: &Path) -> io::Result<bool> {
        match self.facts(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    /// Whether there is nothing by this name; what cannot be looked at may be there.
    fn is_missing(&self, path: &Path) -> bool {
        matches!(self.is_there(path), Ok(false))
    }
    /// A second name for the same file, which must not be there yet.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Two folders change places, in one step that cannot be seen half done.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
}

/// Takes the answer about what is not there as an empty one.
pub(crate) fn or_empty<T: Default>(answer: io::Result<T>) -> io::Result<T> {
    match answer {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        answer => answer,
    }
}

/// The real disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Store for Disk {
    fn create_new(&self, path: &Path) -> io::Result<File> {
        disk::create_new(path)
    }

    fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync_file(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        disk::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        disk::rename_new(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        disk::sync_folder(folder)
    }

    fn sync_below(&self, folder: &Path) -> io::Result<()> {
        disk::sync_below(folder)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        disk::make_folder(folder)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        disk::remove_folder(folder)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        disk::remove_file(path)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        disk::read(path, limit)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        disk::list(folder)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        disk::folders(folder)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        disk::facts(path)
    }

    fn facts_to_compare(&self, path: &Path) -> io::Result<Facts> {
        disk::facts_to_compare(path)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        disk::link(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        disk::exchange(one, other)
    }
}
