//! A recovery sheet in a file: new, for its owner alone, outside the vault, and read back.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::{text::clean_line, vault::lies_in_vault};

/// Creates a new file that its owner only can read.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Writes a sheet into a new file, on the disk for certain; fails without leaving a file behind.
pub(crate) fn write_sheet(path: &Path, text: &str) -> io::Result<()> {
    let mut file = new_private_file(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let read_back = || {
        let written = Zeroizing::new(fs::read_to_string(path)?);
        (*written == text).then_some(()).ok_or(io::Error::other("it reads differently"))
    };
    let kept = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| File::open(folder.unwrap_or(Path::new(".")))?.sync_all())
        .and_then(|()| read_back());
    kept.inspect_err(|_| {
        // Only tidying: the error that counts is already known.
        let _ = fs::remove_file(path);
    })
}

/// Writes a sheet into the file that somebody named, `~` for their home folder. Returns the file, or
/// what to do instead.
pub(crate) fn save_sheet(vault: &Path, typed: &str, text: &str) -> Result<PathBuf, String> {
    let typed = typed.trim();
    let path = match (typed.strip_prefix("~/"), env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    };
    let shown = clean_line(&path.to_string_lossy());
    if !path.is_absolute() {
        return Err("Type the whole name, from / or ~ on. For example: ~/recovery-sheet.txt".into());
    }
    if lies_in_vault(vault, &path) {
        return Err(format!("{shown} is inside the vault. Choose a folder outside it."));
    }
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{shown} already exists. Choose a new file name.")
        }
        io::ErrorKind::NotFound => format!("The folder of {shown} does not exist. Choose another."),
        _ => format!("{shown} cannot be written: {error}. Choose another folder."),
    };
    write_sheet(&path, text).map_err(refused)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_sheet_goes_into_a_new_private_file_outside_the_vault_only() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let vault = home.path().join("vault");
        fs::create_dir(&vault).expect("a folder");
        let name = |file: &str| home.path().join(file).to_string_lossy().into_owned();
        let path =
            save_sheet(&vault, &format!(" {} ", name("sheet.txt")), "the key").expect("kept");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "the key");
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for (typed, why) in [
            (name("sheet.txt"), "already exists"),
            (name("vault/sheet.txt"), "inside the vault"),
            (name("nowhere/sheet.txt"), "does not exist"),
            ("sheet.txt".to_owned(), "whole name"),
            (String::new(), "whole name"),
        ] {
            let refused = save_sheet(&vault, &typed, "another").expect_err("refused");
            assert!(refused.contains(why), "{refused}");
        }
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "the key");
    }
}
