//! One writer at a time. The lock belongs to the process and goes with it, however it ends. What is
//! in its place and is not the vault's own is left as it is, and the window only reads.

use std::{io, path::Path};

use crate::system::{
    LockAnswer,
    lock::{self, HeldLock},
};

const ANOTHER_ACCOUNT: &str = "the vault belongs to another account of this computer; run \
                               caseclinic as that account, without sudo";

/// Whether this process may write.
#[derive(Debug)]
pub(crate) enum Writer {
    /// It may, for as long as it holds this.
    Us { held: HeldLock },
    /// It may only read; the sentence says why.
    Elsewhere { why: String },
}

impl Writer {
    /// Whether the lock that is held is the one in `folder` now: new keys put another folder there.
    pub(crate) fn is_of(&self, folder: &Path) -> io::Result<bool> {
        match self {
            Self::Us { held } => held.is_of(folder),
            Self::Elsewhere { .. } => Ok(true),
        }
    }

    /// The writer of a folder that was renamed or exchanged to `place`, where `before` was the writer
    /// of what lay there.
    pub(crate) fn after_move(self, place: &Path, before: Option<Self>) -> io::Result<Self> {
        let before = before.and_then(|before| match before {
            Self::Us { held } => Some(held),
            Self::Elsewhere { .. } => None,
        });
        match self {
            Self::Us { held } => held.after_move(place, before).map(Self::of),
            elsewhere @ Self::Elsewhere { .. } => Ok(elsewhere),
        }
    }

    fn of(answer: LockAnswer) -> Self {
        let why = match answer {
            LockAnswer::Held(held) => return Self::Us { held },
            LockAnswer::HeldElsewhere(process) => {
                let owner = process.map_or(String::new(), |pid| format!(" (process {pid})"));
                format!("another window{owner} has this vault open")
            }
            LockAnswer::Foreign(why) => not_ours(why),
            LockAnswer::OtherAccount => ANOTHER_ACCOUNT.to_owned(),
            LockAnswer::NotWritable => {
                "you have no permission to write to the vault’s folder, or its disk is read-only"
                    .to_owned()
            }
            LockAnswer::NoLocks => {
                "the vault’s folder cannot be locked, as happens on some network folders; keep the \
                 vault on a disk in this computer"
                    .to_owned()
            }
        };
        Self::Elsewhere { why }
    }
}

/// Takes the lock of the vault in `folder`, or says who has it. Never waits.
pub(crate) fn take(folder: &Path) -> io::Result<Writer> {
    lock::take(folder).map(Writer::of)
}

fn not_ours(why: &str) -> String {
    format!(
        "{} {why}. It was not changed. It holds nothing of a note: close all windows of \
         caseclinic, move it out of the folder, then unlock again",
        lock::PLACE
    )
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;
    use crate::system::lock::LOCK;

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
