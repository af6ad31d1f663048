//! Files that leave the vault: readable by their owner only, outside the vault, whole or not there.

use std::{
    env, fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{text::clean_line, vault::lies_in_vault};

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
    NoFolder,
    NotAllowed,
    Full,
    Other(io::Error),
}

impl FileNotWritten {
    fn of(path: &Path, error: io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => Why::Exists,
            io::ErrorKind::IsADirectory => Why::IsFolder,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Why::NoFolder,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Why::NotAllowed,
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Why::Full,
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
            Why::NoFolder => "Create the folder, or choose another.",
            Why::NotAllowed => "Choose a folder of your own.",
            Why::Full => "Free some space and try again, or choose another folder.",
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
            Why::NoFolder => write!(to, "The folder of {path} does not exist."),
            Why::NotAllowed => write!(to, "You do not have permission to create {path}."),
            Why::Full => write!(to, "There is no space left for {path}."),
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

/// Creates a new file that its owner only can read.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
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
    let refused = |error| FileNotWritten::of(path, error);
    if path.is_dir() {
        return Err(FileNotWritten { path: path.to_owned(), why: Why::IsFolder });
    }
    if !replace || !path.exists() {
        return write_new(path, contents).map_err(refused);
    }
    let beside = beside(path);
    write_new(&beside, contents).map_err(refused)?;
    fs::rename(&beside, path).and_then(|()| sync_folder(path)).map_err(|error| {
        // Only tidying: the error that counts is already known.
        let _ = fs::remove_file(&beside);
        refused(error)
    })
}

/// A name in the same folder for the file that takes the place of another.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Writes a new file, on the disk for certain; fails without leaving a file behind.
pub(crate) fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut file = new_private_file(path)?;
    let read_back = || {
        let written = Zeroizing::new(fs::read(path)?);
        (*written == contents).then_some(()).ok_or(io::Error::other("it reads differently"))
    };
    file.write_all(contents)
        .and_then(|()| file.sync_all())
        .and_then(|()| sync_folder(path))
        .and_then(|()| read_back())
        .inspect_err(|_| {
            // Only tidying: the error that counts is already known.
            let _ = fs::remove_file(path);
        })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

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
    fn a_typed_name_is_whole() {
        for typed in ["note.docx", "", "  ", "./note.docx", "~note"] {
            let refused = typed_path(typed).expect_err("refused");
            assert!(refused.to_string().contains("whole name"), "{typed}: {refused}");
        }
        assert_eq!(typed_path(" /a/b.docx ").expect("taken"), Path::new("/a/b.docx"));
    }
}
