//! Every call the vault makes to the disk, behind one trait, so that each can be made to fail.
//!
//! Folders are made 0700 and files 0600. Nothing here follows a link, waits for a device or pipe,
//! or reads more than it was told to.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

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
    /// The names of the folders in a folder, without asking for more about each.
    fn folders(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// What the system says of one file or folder.
    fn facts(&self, path: &Path) -> io::Result<Facts>;
    /// A second name for the same file, which must not be there yet.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Two folders change places, in one step that cannot be seen half done.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
}

/// The real disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Store for Disk {
    fn create_new(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
    }

    fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync_file(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::{
                fs::{CWD, RenameFlags, renameat_with},
                io::Errno,
            };
            match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
                Ok(()) => return Ok(()),
                // Some network folders know no such rename; a hard link refuses as well.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                Err(error) => return Err(error.into()),
            }
        }
        fs::hard_link(from, to)?;
        fs::remove_file(from)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn sync_below(&self, folder: &Path) -> io::Result<()> {
        let folder = File::open(folder)?;
        #[cfg(target_os = "linux")]
        return Ok(rustix::fs::syncfs(&folder)?);
        #[cfg(not(target_os = "linux"))]
        folder.sync_all()
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(folder)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        fs::remove_dir(folder)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        // NONBLOCK: a pipe put in place of a file must not make the program wait for ever.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)?;
        let facts = file.metadata()?;
        if !facts.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file"));
        }
        if facts.len() > limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too large"));
        }
        let mut bytes = Vec::with_capacity(facts.len() as usize);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let facts = match entry.metadata() {
                Ok(facts) => facts,
                // A file that vanishes between the two calls is simply not there.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            entries.push(FolderEntry {
                name: entry.file_name().to_string_lossy().into_owned(),
                is_folder: facts.is_dir(),
                bytes: facts.len(),
            });
        }
        entries.sort();
        Ok(entries)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        let facts = fs::symlink_metadata(path)?;
        Ok(Facts {
            is_folder: facts.is_dir(),
            is_link: facts.is_symlink(),
            // The mode of a link says nothing.
            is_exposed: !facts.is_symlink() && facts.mode() & 0o077 != 0,
            is_own: facts.uid() == rustix::process::geteuid().as_raw(),
            bytes: facts.len(),
            modified: i128::from(facts.mtime()) * 1_000_000_000 + i128::from(facts.mtime_nsec()),
            number: facts.ino(),
        })
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }
}
