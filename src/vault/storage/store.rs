//! Every call the vault makes to the disk, behind one trait, so that each can be made to fail.
//!
//! Folders are made 0700 and files 0600. Nothing here follows a link, waits for a device or pipe,
//! or reads more than it was asked for. Each call opens the folder it works in without following a
//! link anywhere on the way, and works relative to that descriptor: a link that is put in the place
//! of a folder, even between two calls, is an error ([`Errno::LOOP`]) and leads nowhere. Paths that
//! a person chose may go through links, and are made [`without_links`] before they come here.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read, Write},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{
        AtFlags, CWD, Dir, FileType, Mode, OFlags, RenameFlags, Stat, fstat, fsync, linkat,
        mkdirat, openat, renameat, renameat_with, statat, unlinkat,
    },
    io::Errno,
};

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
        let (folder, name) = folder_of(path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(openat(folder, name, flags | OFlags::CLOEXEC, mode)?.into())
    }

    fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync_file(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let ((from, old), (to, new)) = (folder_of(from)?, folder_of(to)?);
        Ok(renameat(from, old, to, new)?)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        let ((from, old), (to, new)) = (folder_of(from)?, folder_of(to)?);
        #[cfg(target_os = "linux")]
        match renameat_with(&from, old, &to, new, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(()),
            // Some network folders know no such rename; a hard link refuses as well.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            Err(error) => return Err(error.into()),
        }
        linkat(&from, old, &to, new, AtFlags::empty())?;
        Ok(unlinkat(&from, old, AtFlags::empty())?)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        Ok(fsync(open_folder(folder, OFlags::RDONLY)?)?)
    }

    fn sync_below(&self, folder: &Path) -> io::Result<()> {
        let folder = open_folder(folder, OFlags::RDONLY)?;
        #[cfg(target_os = "linux")]
        return Ok(rustix::fs::syncfs(&folder)?);
        #[cfg(not(target_os = "linux"))]
        Ok(fsync(&folder)?)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let (above, name) = folder_of(folder)?;
        Ok(mkdirat(above, name, Mode::RWXU)?)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        let (above, name) = folder_of(folder)?;
        Ok(unlinkat(above, name, AtFlags::REMOVEDIR)?)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let (folder, name) = folder_of(path)?;
        Ok(unlinkat(folder, name, AtFlags::empty())?)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        const NO_FILE: &str = "it is not a regular file";
        let unfit = |why| io::Error::new(io::ErrorKind::InvalidData, why);
        let (folder, name) = folder_of(path)?;
        // Asked before opening: opening a pipe or a device can already do something elsewhere.
        match kind(&statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?) {
            FileType::RegularFile | FileType::Symlink => {}
            _ => return Err(unfit(NO_FILE)),
        }
        // NONBLOCK: a pipe put there meanwhile must not make the program wait for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = openat(folder, name, flags | OFlags::CLOEXEC, Mode::empty())?;
        let facts = fstat(&file)?;
        if kind(&facts) != FileType::RegularFile {
            return Err(unfit(NO_FILE));
        }
        let size = u64::try_from(facts.st_size).unwrap_or(0);
        if size > limit {
            return Err(unfit("it is too large"));
        }
        let mut bytes = Vec::with_capacity(size as usize);
        File::from(file).take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        let folder = open_folder(folder, OFlags::RDONLY)?;
        let mut entries = Vec::new();
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            let Some(name) = name_in_folder(entry.file_name()) else { continue };
            let facts = match statat(&folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
                Ok(facts) => facts,
                // A file that vanishes between the two calls is simply not there.
                Err(Errno::NOENT) => continue,
                Err(error) => return Err(error.into()),
            };
            let is_folder = kind(&facts) == FileType::Directory;
            let bytes = u64::try_from(facts.st_size).unwrap_or(0);
            entries.push(FolderEntry { name, is_folder, bytes });
        }
        entries.sort();
        Ok(entries)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        let folder = open_folder(folder, OFlags::RDONLY)?;
        let mut names = Vec::new();
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            let Some(name) = name_in_folder(entry.file_name()) else { continue };
            let kind = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => {
                    let facts = statat(&folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW);
                    facts.map_or(FileType::Unknown, |facts| kind(&facts))
                }
                kind => kind,
            };
            if kind != FileType::RegularFile {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        let (folder, name) = folder_of(path)?;
        Ok(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?.into())
    }

    // One call instead of three: a list asks this of every note.
    fn facts_to_compare(&self, path: &Path) -> io::Result<Facts> {
        Ok(statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)?.into())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let ((from, old), (to, new)) = (folder_of(from)?, folder_of(to)?);
        Ok(linkat(from, old, to, new, AtFlags::empty())?)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        let ((here, one), (there, other)) = (folder_of(one)?, folder_of(other)?);
        Ok(renameat_with(here, one, there, other, RenameFlags::EXCHANGE)?)
    }
}

impl From<Stat> for Facts {
    fn from(facts: Stat) -> Self {
        let kind = kind(&facts);
        Self {
            is_folder: kind == FileType::Directory,
            is_file: kind == FileType::RegularFile,
            is_link: kind == FileType::Symlink,
            // The mode of a link says nothing.
            is_exposed: kind != FileType::Symlink && facts.st_mode & 0o077 != 0,
            is_own: facts.st_uid == rustix::process::geteuid().as_raw(),
            bytes: u64::try_from(facts.st_size).unwrap_or(0),
            modified: i128::from(facts.st_mtime) * 1_000_000_000 + i128::from(facts.st_mtime_nsec),
            number: facts.st_ino,
        }
    }
}

/// Returns the place that a path chosen by a person leads to, without a link in it: what does not
/// exist yet is added as it is written.
pub(crate) fn without_links(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    match (above.or_else(|| path.is_relative().then_some(Path::new("."))), path.file_name()) {
        (Some(above), Some(name)) if above != path => without_links(above).join(name),
        _ => path.to_owned(),
    }
}

/// Opens a file in `folder` for reading and writing, and makes it, mode 0600, if it is not there.
/// Neither a link nor a pipe or device is opened. Returns the file with what the system says of it
/// and of the folder.
pub(super) fn open_or_create(folder: &Path, name: &str) -> io::Result<(File, Stat, Stat)> {
    let folder = open_folder(folder, TO_WORK_IN)?;
    match statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(facts) if kind(&facts) == FileType::Symlink => return Err(Errno::LOOP.into()),
        Ok(facts) if kind(&facts) != FileType::RegularFile => {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file"));
        }
        Err(error) if error != Errno::NOENT => return Err(error.into()),
        _ => {}
    }
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = flags | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(&folder, name, flags, Mode::RUSR | Mode::WUSR)?;
    let (facts, about_folder) = (fstat(&file)?, fstat(&folder)?);
    Ok((file.into(), facts, about_folder))
}

pub(super) fn kind(facts: &Stat) -> FileType {
    FileType::from_raw_mode(facts.st_mode)
}

/// How a folder is opened in which files are only looked for by name.
#[cfg(target_os = "linux")]
const TO_WORK_IN: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const TO_WORK_IN: OFlags = OFlags::RDONLY;

/// The folder that `path` lies in, and its name there.
fn folder_of(path: &Path) -> io::Result<(OwnedFd, &OsStr)> {
    let name = path.file_name().ok_or(Errno::INVAL)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok((open_folder(folder.unwrap_or(Path::new(".")), TO_WORK_IN)?, name))
}

/// Opens a folder. A link anywhere in its path is [`Errno::LOOP`].
fn open_folder(path: &Path, access: OFlags) -> io::Result<OwnedFd> {
    let flags = access | OFlags::DIRECTORY | OFlags::CLOEXEC;
    #[cfg(target_os = "linux")]
    match rustix::fs::openat2(
        CWD,
        path,
        flags,
        Mode::empty(),
        rustix::fs::ResolveFlags::NO_SYMLINKS,
    ) {
        // An old system, or a container that forbids the call.
        Err(Errno::NOSYS | Errno::PERM) => {}
        opened => return Ok(opened?),
    }
    Ok(walk(path, flags)?)
}

/// As [`open_folder`], one folder after the other.
fn walk(path: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let first = if path.is_absolute() { Path::new("/") } else { Path::new(".") };
    let mut names = path.iter().filter(|name| *name != "/" && *name != ".").peekable();
    let access = |is_last| if is_last { flags } else { TO_WORK_IN | OFlags::DIRECTORY };
    let mut folder =
        openat(CWD, first, access(names.peek().is_none()) | OFlags::CLOEXEC, Mode::empty())?;
    while let Some(name) = names.next() {
        let flags = access(names.peek().is_none()) | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        folder = match openat(&folder, name, flags, Mode::empty()) {
            Err(Errno::NOTDIR) => {
                let facts = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
                let is_link = kind(&facts) == FileType::Symlink;
                return Err(if is_link { Errno::LOOP } else { Errno::NOTDIR });
            }
            opened => opened?,
        };
    }
    Ok(folder)
}

/// The name of an entry; none for the folder itself and the one above.
fn name_in_folder(name: &std::ffi::CStr) -> Option<String> {
    let name = name.to_string_lossy();
    (name != "." && name != "..").then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn error<T>(result: io::Result<T>) -> Option<Errno> {
        result.err().and_then(|error| Errno::from_io_error(&error))
    }

    #[test]
    fn no_call_goes_through_a_link_wherever_it_stands() {
        let home = tempfile::tempdir().expect("a folder");
        let outside = home.path().join("outside");
        fs::create_dir_all(outside.join("b")).expect("folders");
        fs::write(outside.join("b/file"), "kept").expect("a file");
        fs::create_dir(home.path().join("vault")).expect("a folder");
        symlink(&outside, home.path().join("vault/a")).expect("a link");
        let own = home.path().join("vault/own");
        fs::write(&own, "own").expect("a file");
        for below in ["a", "a/b"] {
            let folder = home.path().join("vault").join(below);
            let (file, new) = (folder.join("file"), folder.join("new"));
            let refused = [
                error(Disk.create_new(&new)),
                error(Disk.rename(&own, &new)),
                error(Disk.rename(&file, &own)),
                error(Disk.rename_new(&own, &new)),
                error(Disk.sync_folder(&folder)),
                error(Disk.sync_below(&folder)),
                error(Disk.make_folder(&new)),
                error(Disk.remove_folder(&folder.join("b"))),
                error(Disk.remove_file(&file)),
                error(Disk.read(&file, 100)),
                error(Disk.list(&folder)),
                error(Disk.folders(&folder)),
                error(Disk.facts(&file)),
                error(Disk.link(&own, &new)),
                error(Disk.link(&file, &own.with_extension("x"))),
                error(Disk.exchange(&own, &file)),
                error(open_or_create(&folder, "new")),
            ];
            assert!(refused.iter().all(|error| *error == Some(Errno::LOOP)), "{refused:?}");
        }
        assert_eq!(fs::read(outside.join("b/file")).expect("there"), b"kept");
        assert_eq!(fs::read_dir(&outside).expect("listed").count(), 1);
        assert_eq!(fs::read(own).expect("there"), b"own");
    }

    #[test]
    fn a_folder_is_opened_alike_where_the_system_must_be_asked_for_each_part() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("a/b");
        fs::create_dir_all(&folder).expect("folders");
        fs::write(folder.join("file"), "x").expect("a file");
        symlink("a", home.path().join("link")).expect("a link");
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let number = |opened: &OwnedFd| fstat(opened).expect("facts").st_ino;
        for path in [Path::new("/"), Path::new("."), &folder, Path::new("src/vault")] {
            let (one, other) = (open_folder(path, flags), walk(path, flags));
            assert_eq!(number(&one.expect("opens")), number(&other.expect("opens")), "{path:?}");
        }
        for (path, why) in [
            (home.path().join("link"), Errno::LOOP),
            (home.path().join("link/b"), Errno::LOOP),
            (home.path().join("a/c"), Errno::NOENT),
            (folder.join("file"), Errno::NOTDIR),
        ] {
            assert_eq!(error(open_folder(&path, flags)), Some(why), "{path:?}");
            assert_eq!(walk(&path, flags).err(), Some(why), "{path:?}");
        }
    }

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
