//! Files and folders. Every part of a path is looked at before a call, and a link among them is an
//! error that leads nowhere; nothing stops another program from putting one there in between.
//!
//! Other programs hold files for a moment: virus scanners, indexing, OneDrive. A call that meets one
//! is tried again for two seconds.

use std::{
    borrow::Cow,
    ffi::OsString,
    fs::{self, DirBuilder, File, FileType, Metadata, OpenOptions},
    io::{self, Read},
    os::windows::fs::{MetadataExt, OpenOptionsExt},
    path::{Component, Path, PathBuf, Prefix},
    thread,
    time::{Duration, Instant},
};

use winapi_util::file::information;

use crate::system::{Facts, FileStamp, FolderEntry};

/// Opens what a link is, and not what it leads to.
pub(super) const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
/// Lets a folder be opened.
const BACKUP_SEMANTICS: u32 = 0x0200_0000;
/// Asks for nothing but facts.
const NO_ACCESS: u32 = 0;

/// Answers of the system.
const ACCESS_DENIED: i32 = 5;
pub(super) const WRITE_PROTECT: i32 = 19;
pub(super) const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;
const USER_MAPPED_FILE: i32 = 1224;
/// Our own answer where a link is in the way: the name cannot be resolved.
const LINK_IN_THE_WAY: i32 = 1921;

/// How long a file may be held by another program.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long what looks like a lack of permission may be a program that holds the file.
const PATIENCE_WHEN_DENIED: Duration = Duration::from_millis(400);
const PAUSE: Duration = Duration::from_millis(20);

/// Tries again while another program holds the file.
pub(super) fn patiently<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let since = Instant::now();
    loop {
        let answer = call();
        let patience = match answer.as_ref().err().and_then(io::Error::raw_os_error) {
            Some(SHARING_VIOLATION | LOCK_VIOLATION | USER_MAPPED_FILE) => PATIENCE,
            Some(ACCESS_DENIED) => PATIENCE_WHEN_DENIED,
            _ => return answer,
        };
        if since.elapsed() > patience {
            return answer;
        }
        thread::sleep(PAUSE);
    }
}

/// Makes a file that was not there.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    no_links_above(path)?;
    patiently(|| OpenOptions::new().write(true).create_new(true).open(path))
}

/// Renames, replacing what was there.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    no_links_above(from)?;
    no_links_above(to)?;
    patiently(|| fs::rename(from, to))
}

/// Renames, and fails if something is there.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    no_links_above(from)?;
    no_links_above(to)?;
    if fs::symlink_metadata(from)?.is_file() {
        match patiently(|| fs::hard_link(from, to)) {
            Ok(()) => return patiently(|| fs::remove_file(from)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // A disk such as a stick knows one name for a file only.
            Err(_) => {}
        }
    }
    // Between this look and the rename nobody else writes here: the vault is locked.
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    patiently(|| fs::rename(from, to))
}

/// Waits until the folder's list of names is on the disk, as far as the disk lets itself be asked:
/// the journal of NTFS keeps names in order in any case.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    no_links_to(folder)?;
    sync_any_folder(folder)
}

/// Waits until the folder's list of names is on the disk. Every file below was waited for when it was
/// written.
pub(crate) fn sync_below(folder: &Path) -> io::Result<()> {
    sync_folder(folder)
}

/// Waits until the list of names of a folder is on the disk. Links on the way are followed.
pub(crate) fn sync_any_folder(folder: &Path) -> io::Result<()> {
    let open = |writing| {
        OpenOptions::new().read(true).write(writing).custom_flags(BACKUP_SEMANTICS).open(folder)
    };
    match patiently(|| open(true)) {
        // A disk that cannot be asked for this answers that it knows no such call.
        Ok(opened) => Ok(opened.sync_all().unwrap_or_default()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
        // Where the folder cannot be opened for writing it can at least be there.
        Err(_) => open(false).map(drop),
    }
}

/// Makes a folder.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    no_links_above(folder)?;
    patiently(|| fs::create_dir(folder))
}

/// Removes an empty folder.
pub(crate) fn remove_folder(folder: &Path) -> io::Result<()> {
    no_links_to(folder)?;
    patiently(|| fs::remove_dir(folder))
}

/// Removes a file.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    no_links_above(path)?;
    patiently(|| fs::remove_file(path))
}

/// Reads a plain file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let unfit = |why| io::Error::new(io::ErrorKind::InvalidData, why);
    no_links_to(path)?;
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(unfit("it is not a regular file"));
    }
    let open = || OpenOptions::new().read(true).custom_flags(OPEN_REPARSE_POINT).open(path);
    let file = patiently(open)?;
    let facts = file.metadata()?;
    if !facts.is_file() {
        return Err(unfit("it is not a regular file"));
    }
    if facts.len() > limit {
        return Err(unfit("it is too large"));
    }
    let mut bytes = Vec::with_capacity(facts.len() as usize);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The entries of a folder, sorted by name.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<FolderEntry>> {
    let mut entries = Vec::new();
    for entry in read_folder(folder)? {
        let entry = entry?;
        let facts = match entry.metadata() {
            Ok(facts) => facts,
            // A file that vanishes between the two calls is simply not there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        entries.push(FolderEntry { name, is_folder: facts.is_dir(), bytes: facts.len() });
    }
    entries.sort();
    Ok(entries)
}

/// The names in a folder of everything that is no plain file, without asking for more about each:
/// folders, and whatever is in the place of one.
pub(crate) fn folders(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in read_folder(folder)? {
        let entry = entry?;
        if !entry.file_type().is_ok_and(|kind: FileType| kind.is_file()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn read_folder(folder: &Path) -> io::Result<fs::ReadDir> {
    no_links_to(folder)?;
    if fs::symlink_metadata(folder)?.is_file() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    patiently(|| fs::read_dir(folder))
}

/// What the system says of one file or folder.
pub(crate) fn facts(path: &Path) -> io::Result<Facts> {
    no_links_above(path)?;
    facts_to_compare(path)
}

/// As [`facts`], only to see whether a file is the one that was read before: this may go
/// through a link, because nothing is read, changed or decided by it but whether to read again.
pub(crate) fn facts_to_compare(path: &Path) -> io::Result<Facts> {
    let file = open_for_facts(path, OPEN_REPARSE_POINT)?;
    let (facts, number) = (fs::symlink_metadata(path)?, information(&file)?.file_index());
    Ok(Facts {
        is_folder: facts.is_dir(),
        is_file: facts.is_file(),
        is_link: facts.is_symlink(),
        // Who else may do what says a list that this program does not read.
        is_exposed: false,
        is_own: true,
        bytes: facts.len(),
        modified: modified(&facts),
        number,
    })
}

/// When something last changed, in nanoseconds since 1970.
fn modified(facts: &Metadata) -> i128 {
    const TICKS_UNTIL_1970: i128 = 116_444_736_000_000_000;
    (i128::from(facts.last_write_time()) - TICKS_UNTIL_1970) * 100
}

fn open_for_facts(path: &Path, flags: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.access_mode(NO_ACCESS).custom_flags(BACKUP_SEMANTICS | flags);
    patiently(|| options.open(path))
}

/// What tells whether a plain file was changed.
pub(crate) fn stamp(path: &Path) -> Option<FileStamp> {
    const TICKS_A_SECOND: u64 = 10_000_000;
    let about = fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
    let number = information(&open_for_facts(path, OPEN_REPARSE_POINT).ok()?).ok()?.file_index();
    let time =
        |ticks: u64| ((ticks / TICKS_A_SECOND) as i64, (ticks % TICKS_A_SECOND * 100) as i64);
    Some(FileStamp {
        inode: number,
        bytes: about.len(),
        modified: time(about.last_write_time()),
        changed: time(about.creation_time()),
    })
}

/// A second name for the same file, which must not be there yet.
pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    no_links_to(from)?;
    no_links_above(to)?;
    patiently(|| fs::hard_link(from, to))
}

/// Two folders change places. Windows cannot do that in one step: the folder at `one` is set aside,
/// the other one gets its name, and then the first one gets the name of the other. If this is cut
/// short between the first two steps, `finish_exchange` puts the folder at `one` back.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let aside = aside(one)?;
    if fs::symlink_metadata(&aside).is_ok() {
        // Left by an exchange that had come to its last step: the older folder. It gets a name like
        // that of the other one, and goes as whatever is left of such work does.
        let mut name = other.file_name().unwrap_or_default().to_owned();
        name.push("-old");
        rename_new(&aside, &other.with_file_name(name))?;
    }
    rename_new(one, &aside)?;
    if let Err(error) = rename_new(other, one) {
        patiently(|| fs::rename(&aside, one))?;
        return Err(error);
    }
    rename_new(&aside, other)
}

/// Where a folder waits while another one gets its name.
pub(super) fn aside(place: &Path) -> io::Result<PathBuf> {
    let mut name = OsString::from(".");
    name.push(place.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(".aside");
    Ok(place.with_file_name(name))
}

/// Two names change places in one step: Windows cannot.
pub(crate) fn exchange_names(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The path with every link in it followed, as people write it: the form that the system returns
/// takes no `/` between its parts.
pub(crate) fn canonical(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).map(|path| as_written(&path))
}

/// `\\?\C:\a` as `C:\a`, and `\\?\UNC\server\share\a` as `\\server\share\a`.
fn as_written(path: &Path) -> PathBuf {
    let mut parts = path.components();
    let Some(Component::Prefix(prefix)) = parts.next() else { return path.to_owned() };
    let mut start = match prefix.kind() {
        Prefix::VerbatimDisk(letter) => OsString::from(format!("{}:", char::from(letter))),
        Prefix::VerbatimUNC(server, share) => {
            let mut start = OsString::from(r"\\");
            start.push(server);
            start.push(r"\");
            start.push(share);
            start
        }
        _ => return path.to_owned(),
    };
    start.push(r"\");
    let mut written = PathBuf::from(start);
    written.extend(parts.filter(|part| *part != Component::RootDir));
    written
}

/// A path as text with `/` between its parts; `None` if it is not text.
pub(crate) fn with_slashes(path: &Path) -> Option<Cow<'_, str>> {
    path.to_str().map(|text| Cow::Owned(text.replace('\\', "/")))
}

/// Whether a call failed because a link was in the way.
pub(crate) fn is_link_error(error: &io::Error) -> bool {
    error.raw_os_error() == Some(LINK_IN_THE_WAY)
}

/// The first link in a path, the last part included.
pub(super) fn link_in(path: &Path) -> Option<&Path> {
    let mut above: Vec<&Path> =
        path.ancestors().filter(|one| !one.as_os_str().is_empty()).collect();
    above.reverse();
    above.into_iter().find(|one| fs::symlink_metadata(one).is_ok_and(|facts| facts.is_symlink()))
}

fn no_links_to(path: &Path) -> io::Result<()> {
    match link_in(path) {
        Some(_) => Err(io::Error::from_raw_os_error(LINK_IN_THE_WAY)),
        None => Ok(()),
    }
}

fn no_links_above(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), no_links_to)
}

/// Which file or folder of this computer it is, links followed: the same for every spelling of its
/// path.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    let facts = information(&open_for_facts(path, 0).ok()?).ok()?;
    Some((facts.volume_serial_number(), facts.file_index()))
}

/// For a file that its folder keeps to its owner: a file has the permissions of its folder.
pub(crate) fn private_file_options() -> OpenOptions {
    OpenOptions::new()
}

/// Makes a folder, and those above it that are not there. What lies in the folders of a person is
/// theirs alone.
pub(crate) fn make_private_folders(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

/// Opens a plain file of one name to write at its end.
pub(crate) fn open_to_append(file: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().append(true).custom_flags(OPEN_REPARSE_POINT).open(file);
    let file = patiently(open)?;
    if !file.metadata()?.is_file() || information(&file)?.number_of_links() != 1 {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(file)
}

/// Who may do what with a file or folder: not known here.
pub(crate) fn mode_text(_path: &Path) -> Option<String> {
    None
}

/// Whether this person may make files in a folder, as far as can be told without making one.
pub(crate) fn is_writable(folder: &Path) -> bool {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(BACKUP_SEMANTICS).open(folder).is_ok()
}

/// Who else may write to a folder above says a list that this program does not read.
pub(crate) fn folder_others_can_write(_place: &Path) -> Option<&Path> {
    None
}

/// Whether a folder lies on another computer: a letter for a drive there is resolved to its name.
pub(crate) fn lies_on_network(place: &Path) -> bool {
    let is_unc = |path: &Path| {
        let mut parts = path.components();
        matches!(parts.next(), Some(Component::Prefix(prefix))
            if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)))
    };
    is_unc(place) || fs::canonicalize(place).is_ok_and(|whole| is_unc(&whole))
}

/// Windows has no files without a name.
pub(crate) fn nameless_file(_: &Path) -> Option<File> {
    None
}

/// As [`nameless_file`].
pub(crate) fn name_file(_: &File, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Windows replaces what has the name when it renames.
pub(crate) fn rename_if_free(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// The standard library does not ask a disk on Windows.
pub(crate) fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().expect("a folder");
        let path = canonical(home.path()).expect("a folder");
        (home, path)
    }

    #[test]
    fn a_path_is_shown_as_people_write_it() {
        for (system, written) in [
            (r"\\?\C:\a\b", r"C:\a\b"),
            (r"\\?\UNC\server\share\a", r"\\server\share\a"),
            (r"C:\a", r"C:\a"),
        ] {
            assert_eq!(as_written(Path::new(system)), Path::new(written));
        }
        assert!(lies_on_network(Path::new(r"\\server\share\a")));
        assert!(!lies_on_network(Path::new(r"C:\")));
    }

    #[test]
    fn a_new_name_replaces_nothing() {
        let (_home, home) = home();
        let (one, other) = (home.join("one"), home.join("other"));
        fs::write(&one, "1").expect("written");
        fs::write(&other, "2").expect("written");
        assert!(rename_new(&one, &other).is_err());
        assert_eq!(fs::read(&other).expect("there"), b"2");
        rename_new(&one, &home.join("third")).expect("renamed");
        assert!(!one.exists());
        fs::create_dir(home.join("a")).expect("a folder");
        fs::create_dir(home.join("b")).expect("a folder");
        assert!(rename_new(&home.join("a"), &home.join("b")).is_err());
    }

    #[test]
    fn a_file_keeps_its_number_and_a_replaced_one_has_another() {
        let (_home, home) = home();
        let (file, beside) = (home.join("file"), home.join("beside"));
        fs::write(&file, "1").expect("written");
        let before = facts(&file).expect("facts");
        assert!(before.is_file && before.bytes == 1 && before.modified > 0);
        assert_eq!(facts(&file).expect("facts"), before);
        fs::write(&beside, "2").expect("written");
        rename(&beside, &file).expect("renamed");
        assert_ne!(facts(&file).expect("facts").number, before.number);
        assert_eq!(identity(&home), identity(&home.join("x").join("..")));
        sync_folder(&home).expect("synced");
        assert!(is_writable(&home));
    }

    #[test]
    fn a_file_that_is_held_for_a_moment_is_waited_for() {
        let (_home, home) = home();
        let file = home.join("file");
        fs::write(&file, "1").expect("written");
        let held = OpenOptions::new().read(true).share_mode(0).open(&file).expect("opens");
        let waiting = thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            drop(held);
        });
        assert_eq!(read(&file, 10).expect("read"), b"1");
        waiting.join().expect("ended");
    }
}
