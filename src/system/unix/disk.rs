//! Files and folders. Each call opens the folder it works in without following a link anywhere on the
//! way, and works relative to that descriptor: a link that is put in the place of a folder, even
//! between two calls, is an error ([`Errno::LOOP`]) and leads nowhere.

use std::{
    borrow::Cow,
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read},
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{
        AtFlags, CWD, Dir, FileType, Mode, OFlags, RenameFlags, Stat, fstat, fsync, linkat,
        mkdirat, openat, renameat, renameat_with, statat, unlinkat,
    },
    io::Errno,
};

use crate::system::{Facts, FileStamp, FolderEntry};

/// Makes a file that was not there, mode 0600.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    let (folder, name) = folder_of(path)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
    let mode = Mode::RUSR | Mode::WUSR;
    Ok(openat(folder, name, flags | OFlags::CLOEXEC, mode)?.into())
}

/// Renames, replacing what was there.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let ((from, old), (to, new)) = (folder_of(from)?, folder_of(to)?);
    Ok(renameat(from, old, to, new)?)
}

/// Renames, and fails if something is there.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
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

/// Waits until the folder's list of names is on the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    Ok(fsync(open_folder(folder, OFlags::RDONLY)?)?)
}

/// Waits until everything below the folder is on the disk.
pub(crate) fn sync_below(folder: &Path) -> io::Result<()> {
    let folder = open_folder(folder, OFlags::RDONLY)?;
    #[cfg(target_os = "linux")]
    return Ok(rustix::fs::syncfs(&folder)?);
    #[cfg(not(target_os = "linux"))]
    Ok(fsync(&folder)?)
}

/// Makes a folder, mode 0700.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let (above, name) = folder_of(folder)?;
    Ok(mkdirat(above, name, Mode::RWXU)?)
}

/// Removes an empty folder.
pub(crate) fn remove_folder(folder: &Path) -> io::Result<()> {
    let (above, name) = folder_of(folder)?;
    Ok(unlinkat(above, name, AtFlags::REMOVEDIR)?)
}

/// Removes a file.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    let (folder, name) = folder_of(path)?;
    Ok(unlinkat(folder, name, AtFlags::empty())?)
}

/// Reads a plain file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
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

/// The entries of a folder, sorted by name.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<FolderEntry>> {
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

/// The names in a folder of everything that is no plain file, without asking for more about
/// each: folders, and whatever is in the place of one.
pub(crate) fn folders(folder: &Path) -> io::Result<Vec<String>> {
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

/// What the system says of one file or folder.
pub(crate) fn facts(path: &Path) -> io::Result<Facts> {
    let (folder, name) = folder_of(path)?;
    Ok(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?.into())
}

/// As [`facts`], only to see whether a file is the one that was read before: this may go
/// through a link, because nothing is read, changed or decided by it but whether to read again.
// One call instead of three: a list asks this of every note.
pub(crate) fn facts_to_compare(path: &Path) -> io::Result<Facts> {
    Ok(statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)?.into())
}

/// What tells whether a plain file was changed.
pub(crate) fn stamp(path: &Path) -> Option<FileStamp> {
    let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(FileStamp {
        inode: about.ino(),
        bytes: about.size(),
        modified: (about.mtime(), about.mtime_nsec()),
        changed: (about.ctime(), about.ctime_nsec()),
    })
}

/// A second name for the same file, which must not be there yet.
pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    let ((from, old), (to, new)) = (folder_of(from)?, folder_of(to)?);
    Ok(linkat(from, old, to, new, AtFlags::empty())?)
}

/// Two folders change places, in one step that cannot be seen half done.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let ((here, one), (there, other)) = (folder_of(one)?, folder_of(other)?);
    Ok(renameat_with(here, one, there, other, RenameFlags::EXCHANGE)?)
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

/// The path with every link in it followed.
pub(crate) fn canonical(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// A path as text with `/` between its parts; `None` if it is not text.
pub(crate) fn with_slashes(path: &Path) -> Option<Cow<'_, str>> {
    path.to_str().map(Cow::Borrowed)
}

/// Whether a call failed because a link was in the way.
pub(crate) fn is_link_error(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::LOOP)
}

/// Which file or folder of this computer it is, links followed: the same for every spelling of its
/// path.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|facts| (facts.dev(), facts.ino()))
}

/// Two names change places in one step, where the disk can do that. Links on the way are followed.
pub(crate) fn exchange_names(one: &Path, other: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// For a file that only its owner can read, if it is made.
pub(crate) fn private_file_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Makes a folder that only its owner can look into, and those above it that are not there.
pub(crate) fn make_private_folders(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens a plain file of one name to write at its end. Neither a link nor a pipe is opened.
pub(crate) fn open_to_append(file: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    let file = OpenOptions::new().append(true).custom_flags(flags).open(file)?;
    let facts = file.metadata()?;
    if !facts.is_file() || facts.nlink() != 1 {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(file)
}

/// Waits until the list of names of a folder is on the disk. Links on the way are followed.
pub(crate) fn sync_any_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Who may do what with a file or folder, as in `700`; `None` where the system does not say.
pub(crate) fn mode_text(path: &Path) -> Option<String> {
    let facts = fs::metadata(path).ok()?;
    Some(format!("{:03o}", facts.permissions().mode() & 0o777))
}

/// Whether this person may make files in a folder, as far as can be told without making one.
pub(crate) fn is_writable(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
}

/// The nearest folder above `place` in which other people can put another folder in the place of the
/// one that leads to the vault.
pub(crate) fn folder_others_can_write(place: &Path) -> Option<&Path> {
    const STICKY: u32 = 0o1000;
    let can_be_written = |folder: &&Path| {
        fs::symlink_metadata(folder).is_ok_and(|facts| {
            let (mode, owner) = (facts.mode(), facts.uid());
            // Where everybody has a group of their own, it has the number of the person.
            let is_own_group = facts.gid() == owner;
            let by_others = mode & 0o002 != 0 || (mode & 0o020 != 0 && !is_own_group);
            // In a sticky folder only the owner of a file renames it.
            by_others && mode & STICKY == 0
        })
    };
    place.ancestors().skip(1).find(can_be_written)
}

/// Whether a folder lies on another computer.
#[cfg(target_os = "linux")]
pub(crate) fn lies_on_network(place: &Path) -> bool {
    rustix::fs::statfs(place).is_ok_and(|facts| is_network(i128::from(facts.f_type)))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn lies_on_network(_: &Path) -> bool {
    false
}

/// Whether a number from `statfs` means NFS, SMB or CIFS, AFS, Ceph, 9P or FUSE (which sshfs is).
#[cfg(target_os = "linux")]
fn is_network(kind: i128) -> bool {
    const NETWORK: [i128; 8] = [
        0x6969,
        0x517B,
        0xFE53_4D42,
        0xFF53_4D42,
        0x5346_414F,
        0x00C3_6400,
        0x0102_1997,
        0x6573_5546,
    ];
    // Some systems hand the number out as a negative one of 32 bits.
    NETWORK.contains(&(kind & 0xFFFF_FFFF))
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

fn kind(facts: &Stat) -> FileType {
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

/// A file in `folder` that has no name yet: if the program is killed, nothing is left of it. None where
/// the system or the folder has no such files.
#[cfg(target_os = "linux")]
pub(crate) fn nameless_file(folder: &Path) -> Option<File> {
    let flags = OFlags::TMPFILE.bits() as i32;
    OpenOptions::new().read(true).write(true).custom_flags(flags).mode(0o600).open(folder).ok()
}

/// No other system has files without a name.
#[cfg(not(target_os = "linux"))]
pub(crate) fn nameless_file(_: &Path) -> Option<File> {
    None
}

/// Gives a nameless file its name, if nothing has it yet. Returns whether this system can.
pub(crate) fn name_file(file: &File, to: &Path) -> io::Result<bool> {
    let name = format!("/proc/self/fd/{}", file.as_raw_fd());
    match linkat(CWD, &name, CWD, to, AtFlags::SYMLINK_FOLLOW) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => Ok(false),
    }
}

/// Renames a file outside the vault, if nothing has the name yet. Returns whether this system can do that
/// in one step.
pub(crate) fn rename_if_free(from: &Path, to: &Path) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => return Ok(true),
        // Some network folders and sticks know no such rename.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(false)
}

/// Bytes that are free on the disk of a folder, if it says so.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
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
                error(create_new(&new)),
                error(rename(&own, &new)),
                error(rename(&file, &own)),
                error(rename_new(&own, &new)),
                error(sync_folder(&folder)),
                error(sync_below(&folder)),
                error(make_folder(&new)),
                error(remove_folder(&folder.join("b"))),
                error(remove_file(&file)),
                error(read(&file, 100)),
                error(list(&folder)),
                error(folders(&folder)),
                error(facts(&file)),
                error(link(&own, &new)),
                error(link(&file, &own.with_extension("x"))),
                error(exchange(&own, &file)),
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

    #[cfg(target_os = "linux")]
    #[test]
    fn a_network_folder_is_told_from_a_disk() {
        assert!(is_network(0x6969) && is_network(0xFF53_4D42) && is_network(-11_317_950));
        assert!(!is_network(0xEF53) && !is_network(0x0102_1994) && !is_network(0x9123_683E));
    }
}
