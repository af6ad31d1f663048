//! What can be said of a vault while it is locked.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::{
    system::{lock::finish_exchange, without_links},
    vault::{
        notes::note::NoteId,
        storage::{
            files::Unread,
            layout::{self, Manifest, Unusable},
            store::{Disk, Store},
        },
    },
};

/// What lies where the vault should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultState {
    /// Nothing, or an empty folder.
    Missing,
    /// A vault that looks whole and waits for its passphrase.
    Locked(VaultFacts),
    /// Something that is no whole vault.
    Damaged {
        /// What is wrong, as a sentence.
        why: String,
        /// What to do, as a sentence.
        advice: String,
    },
    /// A vault made by a later version.
    NewerFormat {
        /// Its format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
}

/// What is plain to see of a locked vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultFacts {
    /// Its folder.
    pub folder: PathBuf,
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// Whether somebody typed a part of the recovery sheet back.
    pub recovery_confirmed: bool,
    /// Notes, complete or not.
    pub notes: usize,
    /// Notes that have no completed revision yet.
    pub drafts: usize,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Folders that could not be read: what is in them is not counted.
    pub unread: Vec<Unread>,
}

/// Looks at the folder without opening anything sealed and without changing anything.
pub fn probe(place: &Path) -> VaultState {
    let damaged =
        |why: String, advice: &str| VaultState::Damaged { why, advice: advice.to_owned() };
    let refused = |error: io::Error| {
        damaged(
            format!("{} cannot be read: {error}.", place.display()),
            "Check that the disk is connected, and that you can read the folder.",
        )
    };
    // What a crash cut short is no missing vault.
    if let Err(error) = finish_exchange(place) {
        return refused(error);
    }
    match fs::metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match fs::symlink_metadata(place) {
                Ok(_) => damaged(
                    format!("{} is a link to a folder that is not there.", place.display()),
                    "Connect the disk it leads to, or remove the link.",
                ),
                Err(_) => VaultState::Missing,
            };
        }
        Err(error) => return refused(error),
        Ok(facts) if !facts.is_dir() => {
            return damaged(
                format!("{} is not a folder.", place.display()),
                "Move it elsewhere, or set CASECLINIC_HOME to another folder.",
            );
        }
        Ok(_) => {}
    }
    // A person may have made a link to the vault itself; nothing below it may be one.
    let place = &without_links(place);
    let entries = match Disk.list(place) {
        Ok(entries) if entries.is_empty() => return VaultState::Missing,
        Ok(entries) => entries,
        Err(error) => return refused(error),
    };
    let manifest = match Disk.read(&place.join(layout::MANIFEST), layout::SMALL) {
        Ok(bytes) => Manifest::read(&bytes),
        Err(_) => Err(Unusable::Unreadable),
    };
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(Unusable::Newer(found)) => {
            return VaultState::NewerFormat { found, known: layout::FORMAT };
        }
        Err(Unusable::Unreadable) => {
            let advice = if entries.iter().any(|entry| entry.name == layout::KEYS) {
                "The encrypted notes are still there. Restore vault.toml from a backup."
            } else {
                "This folder contains something else. Move it, or set CASECLINIC_HOME to another folder."
            };
            return damaged(format!("{} has no readable vault.toml.", place.display()), advice);
        }
    };
    for file in [layout::IDENTITY, layout::RECOVERY, layout::NOTES] {
        let facts = Disk.facts(&place.join(file));
        if facts.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return damaged(
                format!("{file} is missing from {}.", place.display()),
                "Nothing was changed. Restore it from a backup before you write anything.",
            );
        }
    }
    VaultState::Locked(count(place, manifest))
}

fn count(place: &Path, manifest: Manifest) -> VaultFacts {
    let mut facts = VaultFacts {
        folder: place.to_owned(),
        id: manifest.id,
        created: manifest.created,
        recovery_confirmed: manifest.recovery_confirmed,
        notes: 0,
        drafts: 0,
        bytes: 0,
        unread: Vec::new(),
    };
    let mut list = |folder: &Path| match Disk.list(&place.join(folder)) {
        Ok(entries) => entries,
        Err(error) => {
            facts.unread.push(Unread::new(folder, &error));
            Vec::new()
        }
    };
    let mut bytes = 0;
    for folder in ["", layout::KEYS] {
        let entries = list(Path::new(folder)).into_iter();
        bytes += entries.filter(|entry| !entry.is_folder).map(|entry| entry.bytes).sum::<u64>();
    }
    let (mut notes, mut drafts) = (0, 0);
    for entry in list(Path::new(layout::NOTES)) {
        if !entry.is_folder || entry.name.parse::<NoteId>().is_err() {
            continue;
        }
        let files = list(&Path::new(layout::NOTES).join(&entry.name));
        bytes += files.iter().map(|file| file.bytes).sum::<u64>();
        let complete = files.iter().any(|file| layout::revision_number(&file.name).is_some());
        let draft = files.iter().any(|file| file.name == layout::DRAFT);
        notes += usize::from(complete || draft);
        drafts += usize::from(draft && !complete);
    }
    VaultFacts { notes, drafts, bytes, ..facts }
}
