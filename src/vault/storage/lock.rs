//! One writer at a time. The lock belongs to the process and goes with it, however it ends.
//!
//! The file is the only one of a vault that is changed in place, so it is written only if it is the
//! vault's own: a plain file of this person with no second name, and nothing in it but the number
//! of a process. Whatever else is in its place is left as it is, and the window only reads.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    os::unix::fs::MetadataExt,
    path::Path,
};

use rustix::{
    fs::{FlockOperation, Stat, flock},
    io::Errno,
    process::geteuid,
};

use super::store::{Disk, Store, open_or_create};

/// The name of the lock inside a vault.
pub(crate) const LOCK: &str = "lock";

const ANOTHER_ACCOUNT: &str = "the vault belongs to another account of this computer; run \
                               caseclinic as that account, without sudo";

/// Whether this process may write.
#[derive(Debug)]
pub(crate) enum Writer {
    /// It may, for as long as this file is open.
    Us { held: File },
    /// It may only read; the sentence says why.
    Elsewhere { why: String },
}

impl Writer {
    /// Whether the lock that is held is the one in `folder` now: new keys put another folder there.
    pub(crate) fn is_of(&self, folder: &Path) -> io::Result<bool> {
        let Self::Us { held } = self else { return Ok(true) };
        Ok(held.metadata()?.ino() == Disk.facts(&folder.join(LOCK))?.number)
    }
}

/// Takes the lock of the vault in `folder`, or says who has it. Never waits.
pub(crate) fn take(folder: &Path) -> io::Result<Writer> {
    let elsewhere = |why: String| Ok(Writer::Elsewhere { why });
    // Files that an administrator leaves in somebody’s vault are files its owner cannot use.
    if geteuid().is_root() && Disk.facts(folder).is_ok_and(|facts| !facts.is_own) {
        return elsewhere(ANOTHER_ACCOUNT.to_owned());
    }
    let (mut file, facts, about_folder) = match open_or_create(folder, LOCK) {
        Ok(opened) => opened,
        Err(error) if Errno::from_io_error(&error) == Some(Errno::LOOP) => {
            return elsewhere(not_ours("is a link, or lies behind one"));
        }
        Err(error) => match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                return elsewhere(
                    "you have no permission to write to the vault’s folder, or its disk is \
                     read-only"
                        .to_owned(),
                );
            }
            io::ErrorKind::InvalidData | io::ErrorKind::IsADirectory => {
                return elsewhere(not_ours("is not a regular file"));
            }
            _ => return Err(error),
        },
    };
    if let Some(why) = why_not_ours(&facts, &about_folder) {
        return elsewhere(why);
    }
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            if !is_empty_or_number(&mut file)? {
                return elsewhere(not_ours("contains something that caseclinic did not write"));
            }
            // Who has it is a courtesy to the second window; the lock itself is the promise.
            let _ = write_owner(&mut file);
            Ok(Writer::Us { held: file })
        }
        Err(Errno::WOULDBLOCK) => {
            let owner = owner(&mut file).map_or(String::new(), |pid| format!(" (process {pid})"));
            elsewhere(format!("another window{owner} has this vault open"))
        }
        Err(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS) => elsewhere(
            "the vault’s folder cannot be locked, as happens on some network folders; keep the \
             vault on a disk in this computer"
                .to_owned(),
        ),
        Err(error) => Err(error.into()),
    }
}

/// Why a file is not one that may be written, as the end of a sentence.
fn why_not_ours(facts: &Stat, about_folder: &Stat) -> Option<String> {
    if facts.st_nlink > 1 {
        return Some(not_ours("has a second name, so writing to it could change another file"));
    }
    // A disk without owners gives every file to one person.
    let owners = [geteuid().as_raw(), about_folder.st_uid];
    (!owners.contains(&facts.st_uid)).then(|| ANOTHER_ACCOUNT.to_owned())
}

fn not_ours(why: &str) -> String {
    format!(
        "the file {LOCK} in the vault’s folder {why}. It was not changed. It holds nothing of a \
         note: close all windows of caseclinic, move it out of the folder, then unlock again"
    )
}

/// Whether nothing is in the file but what [`write_owner`] writes.
fn is_empty_or_number(file: &mut File) -> io::Result<bool> {
    let mut bytes = Vec::new();
    file.rewind()?;
    Read::by_ref(file).take(32).read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok(bytes.len() < 16 && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'\n'))
}

fn write_owner(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())
}

fn owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_lock_that_is_not_the_vaults_own_file_is_left_alone_and_says_what_to_do() {
        let home = tempfile::tempdir().expect("a folder");
        let (place, victim) = (home.path().join("vault"), home.path().join("victim"));
        fs::create_dir(&place).expect("a folder");
        let lock = place.join(LOCK);
        for how in ["second name", "link", "dangling link", "folder", "pipe", "foreign text"] {
            fs::write(&victim, "the only copy").expect("written");
            match how {
                "second name" => fs::hard_link(&victim, &lock).expect("a second name"),
                "link" => symlink(&victim, &lock).expect("a link"),
                "dangling link" => symlink(home.path().join("new"), &lock).expect("a link"),
                "folder" => fs::create_dir(&lock).expect("a folder"),
                "pipe" => rustix::fs::mkfifoat(
                    rustix::fs::CWD,
                    &lock,
                    rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
                )
                .expect("a pipe"),
                _ => fs::rename(&victim, &lock).expect("moved"),
            }
            let taken = take(&place).expect("an answer");
            let Writer::Elsewhere { why } = taken else { panic!("{how}: taken") };
            assert!(why.contains("not changed") && why.contains("move it"), "{how}: {why}");
            if how == "foreign text" {
                fs::rename(&lock, &victim).expect("moved");
            } else {
                fs::remove_file(&lock).or_else(|_| fs::remove_dir(&lock)).expect("removed");
            }
            assert_eq!(fs::read(&victim).expect("there"), b"the only copy", "{how}");
            assert!(!home.path().join("new").exists());
        }
        assert!(matches!(take(&place), Ok(Writer::Us { .. })));
        let left: Vec<_> = fs::read(&lock).expect("there");
        assert_eq!(left, format!("{}\n", std::process::id()).as_bytes());
        assert!(
            matches!(take(&place), Ok(Writer::Us { .. })),
            "a number left there is no hindrance"
        );
    }

    #[test]
    fn a_lock_whose_folder_made_room_for_another_is_told_from_the_one_there_now() {
        let home = tempfile::tempdir().expect("a folder");
        let (place, aside) = (home.path().join("vault"), home.path().join("aside"));
        fs::create_dir(&place).expect("a folder");
        let writer = take(&place).expect("taken");
        assert!(writer.is_of(&place).expect("looked"));
        fs::rename(&place, &aside).expect("moved");
        fs::create_dir(&place).expect("a folder");
        assert!(writer.is_of(&place).is_err(), "no lock there yet");
        let second = take(&place).expect("taken");
        assert!(!writer.is_of(&place).expect("looked") && second.is_of(&place).expect("looked"));
    }
}
