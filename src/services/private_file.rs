//! Files that leave the vault: readable by their owner only, outside the vault, whole or not there.

use std::{
    env, fmt,
    fs::{self, File, FileType},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{system::disk, text::clean_line, vault::lies_in_vault};

/// Why a file was not written. Nothing of it is left, and a file that was there stays as it was.
#[derive(Debug)]
pub struct FileNotWritten {
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    NotWhole,
    InVault,
    Exists,
    IsFolder,
    NotAFile,
    NoFolder,
    NotAllowed,
    Full,
    TooLarge,
    Other(io::Error),
}

impl FileNotWritten {
    fn of(path: &Path, error: io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => Why::Exists,
            io::ErrorKind::IsADirectory => Why::IsFolder,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Why::NoFolder,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Why::NotAllowed,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Why::Full,
            io::ErrorKind::FileTooLarge => Why::TooLarge,
            _ => Why::Other(error),
        };
        Self { path: path.to_owned(), why }
    }

    /// Whether a file of this name is there already.
    pub fn exists(&self) -> bool {
        matches!(self.why, Why::Exists)
    }

    /// Returns what to do instead.
    pub fn advice(&self) -> &'static str {
        match self.why {
            Why::NotWhole => "For example: ~/Documents/name-of-the-file.txt.",
            Why::InVault => "Choose a folder outside it.",
            Why::Exists => "Choose a new file name.",
            Why::IsFolder => "Add a file name to it.",
            Why::NotAFile => "Choose a new file name.",
            Why::NoFolder => "Create the folder, or choose another.",
            Why::NotAllowed => "Choose a folder of your own.",
            Why::Full => "Free some space and try again, or choose another folder.",
            Why::TooLarge => "Choose another folder, or ask your IT support about the limit.",
            Why::Other(_) => "Choose another file name or folder.",
        }
    }
}

impl fmt::Display for FileNotWritten {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = clean_line(&self.path.to_string_lossy());
        match &self.why {
            Why::NotWhole => write!(to, "Type the whole name, from / or ~ on."),
            Why::InVault => write!(to, "{path} is inside the vault, or among its copies."),
            Why::Exists => write!(to, "{path} already exists."),
            Why::IsFolder => write!(to, "{path} is a folder."),
            Why::NotAFile => write!(to, "{path} is not a file."),
            Why::NoFolder => write!(to, "The folder of {path} does not exist."),
            Why::NotAllowed => write!(to, "You do not have permission to create {path}."),
            Why::Full => write!(to, "There is no space left for {path}."),
            Why::TooLarge => write!(
                to,
                "{path} would be larger than this account or disk allows: there is a limit on the size of files."
            ),
            Why::Other(error) => write!(to, "{path} could not be written: {error}."),
        }
    }
}

impl std::error::Error for FileNotWritten {}

/// Returns the folder where documents usually go, as a person types it.
pub(crate) fn documents_folder() -> &'static str {
    let home = env::home_dir();
    let has_one = home.is_some_and(|home| home.join("Documents").is_dir());
    if has_one { "~/Documents" } else { "~" }
}

/// Returns the file that somebody named, `~` for their home folder.
pub(crate) fn typed_path(typed: &str) -> Result<PathBuf, FileNotWritten> {
    let typed = typed.trim();
    let path = match (typed.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    };
    if path.is_absolute() { Ok(path) } else { Err(FileNotWritten { path, why: Why::NotWhole }) }
}

/// Creates a new, empty file that its owner only can read: its name is then taken.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    disk::private_file_options().read(true).write(true).create_new(true).open(path)
}

/// Writes a new file outside the vault, on the disk for certain, and reads it back. With `replace`, a file
/// of this name is replaced once the new one is whole.
pub(crate) fn write_private_file(
    vault: &Path,
    path: &Path,
    contents: &[u8],
    replace: bool,
) -> Result<(), FileNotWritten> {
    // Nothing readable may lie among the encrypted files, where it is copied along with them.
    if lies_in_vault(vault, path) {
        return Err(FileNotWritten { path: path.to_owned(), why: Why::InVault });
    }
    if path.is_dir() {
        return Err(FileNotWritten { path: path.to_owned(), why: Why::IsFolder });
    }
    // A pipe or a device would be lost as such, and whatever reads it waits in vain.
    let is_special = |kind: FileType| !kind.is_file() && !kind.is_symlink();
    if fs::symlink_metadata(path).is_ok_and(|facts| is_special(facts.file_type())) {
        return Err(FileNotWritten { path: path.to_owned(), why: Why::NotAFile });
    }
    let written = if replace { write_over(path, contents) } else { write_new(path, contents) };
    written.map_err(|error| FileNotWritten::of(path, error))
}

/// Writes a new file, on the disk for certain; fails if something has its name, and then leaves
/// nothing behind.
pub(crate) fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    // What is there already is said before anything is written, and again by the system at the end.
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    put(path, contents, false)
}

/// Writes a file, on the disk for certain, in place of whatever has its name; fails without a change.
pub(crate) fn write_over(path: &Path, contents: &[u8]) -> io::Result<()> {
    put(path, contents, true)
}

/// Writes a file without its name first, so that nothing has the name until all of it is on the disk.
fn put(path: &Path, contents: &[u8], replace: bool) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !put_nameless(folder, path, contents, replace)? {
        put_beside(folder, path, contents, replace)?;
    }
    disk::sync_any_folder(folder)
}

/// Writes a file under another name in the same folder, and renames it.
fn put_beside(folder: &Path, path: &Path, contents: &[u8], replace: bool) -> io::Result<()> {
    let beside = folder.join(name_beside());
    let rename = if replace { fs::rename } else { rename_new };
    let written = new_private_file(&beside)
        .and_then(|file| write_whole(file, contents))
        .and_then(|_| rename(&beside, path));
    written.inspect_err(|_| {
        // Only tidying: the error that counts is already known.
        let _ = fs::remove_file(&beside);
    })
}

/// Returns a name that nobody has met, for a file that does not have its own name yet.
fn name_beside() -> String {
    format!(".caseclinic-{}", Uuid::new_v4().simple())
}

/// Writes all of it, waits until it is on the disk, and reads it back.
fn write_whole(mut file: File, contents: &[u8]) -> io::Result<File> {
    file.write_all(contents)?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    let mut written = Zeroizing::new(Vec::with_capacity(contents.len() + 1));
    (&file).take(contents.len() as u64 + 1).read_to_end(&mut written)?;
    (*written == contents).then_some(file).ok_or(io::Error::other("it reads differently"))
}

/// Writes a file that has no name until it is whole: if the program is killed, nothing is left of it.
/// Returns whether this system and this folder can do so; otherwise nothing was written.
fn put_nameless(folder: &Path, path: &Path, contents: &[u8], replace: bool) -> io::Result<bool> {
    let Some(file) = disk::nameless_file(folder) else { return Ok(false) };
    let file = write_whole(file, contents)?;
    if !replace {
        return disk::name_file(&file, path);
    }
    let beside = folder.join(name_beside());
    if !disk::name_file(&file, &beside)? {
        return Ok(false);
    }
    fs::rename(&beside, path).inspect_err(|_| {
        // Only tidying: the error that counts is already known.
        let _ = fs::remove_file(&beside);
    })?;
    Ok(true)
}

/// Renames a file, if nothing has the name yet.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    if disk::rename_if_free(from, to)? {
        return Ok(());
    }
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Nor hard links.
        Err(_) => take_name(from, to),
    }
}

/// Renames a file over an empty one that takes the name first.
fn take_name(from: &Path, to: &Path) -> io::Result<()> {
    new_private_file(to)?;
    fs::rename(from, to).inspect_err(|_| {
        // Only tidying, as above.
        let _ = fs::remove_file(to);
    })
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_goes_into_a_new_private_file_outside_the_vault_only() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let vault = home.path().join("vault");
        fs::create_dir(&vault).expect("a folder");
        let path = home.path().join("sheet.txt");
        write_private_file(&vault, &path, b"the key", false).expect("written");
        assert_eq!(fs::read(&path).expect("it is there"), b"the key");
        let mode = || fs::metadata(&path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        for (name, why) in [
            ("sheet.txt", "already exists"),
            ("vault/sheet.txt", "inside the vault"),
            ("nowhere/sheet.txt", "does not exist"),
            ("sheet.txt/below", "does not exist"),
            ("", "is a folder"),
        ] {
            let refused = write_private_file(&vault, &home.path().join(name), b"x", false);
            let refused = refused.expect_err("refused").to_string();
            assert!(refused.contains(why), "{name}: {refused}");
        }
        assert_eq!(fs::read(&path).expect("it is there"), b"the key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
        write_private_file(&vault, &path, b"another", true).expect("replaced");
        assert_eq!((fs::read(&path).expect("it is there"), mode()), (b"another".to_vec(), 0o600));
        let left: Vec<_> = fs::read_dir(home.path()).expect("a folder").collect();
        assert_eq!(left.len(), 2, "nothing half: {left:?}");
    }

    #[test]
    fn a_folder_without_nameless_files_or_links_keeps_the_promise() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let place = |name: &str| home.path().join(name);
        put_beside(home.path(), &place("new"), b"one", false).expect("written");
        let refused = put_beside(home.path(), &place("new"), b"two", false);
        assert_eq!(refused.expect_err("it is there").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(place("new")).expect("it is there"), b"one");
        put_beside(home.path(), &place("new"), b"two", true).expect("replaced");
        let refused = take_name(&place("new"), &place("new"));
        assert_eq!(refused.expect_err("it is there").kind(), io::ErrorKind::AlreadyExists);
        take_name(&place("new"), &place("other")).expect("renamed");
        take_name(&place("gone"), &place("third")).expect_err("there is nothing to rename");
        put_beside(home.path(), home.path(), b"x", true).expect_err("it is a folder");
        let left: Vec<_> = fs::read_dir(home.path()).expect("a folder").flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(fs::read(place("other")).expect("it is there"), b"two");
    }

    #[test]
    fn a_typed_name_is_whole() {
        for typed in ["note.docx", "", "  ", "./note.docx", "~note"] {
            let refused = typed_path(typed).expect_err("refused");
            assert!(refused.to_string().contains("whole name"), "{typed}: {refused}");
        }
        assert_eq!(typed_path(" /a/b.docx ").expect("taken"), Path::new("/a/b.docx"));
    }
}
