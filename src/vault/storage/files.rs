//! Which files a vault has: everything in its folder whose name only a vault gives, and what could
//! not be read. A folder that cannot be read is no empty one.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    layout,
    store::{FolderEntry, Store, or_empty},
};
use crate::vault::{
    Vault,
    error::{VaultError, why_unread},
    notes::note::NoteId,
};

/// A file or folder of a vault that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file, from the vault's folder on.
    pub file: PathBuf,
    /// Why, as the end of a sentence that begins with its name.
    pub why: String,
    /// What the system answered.
    pub kind: io::ErrorKind,
}

impl Unread {
    pub(crate) fn new(file: impl Into<PathBuf>, error: &io::Error) -> Self {
        Self { file: file.into(), why: why_unread(error), kind: error.kind() }
    }
}

/// The files and folders of a vault, from its folder on.
#[derive(Debug, Default)]
pub(crate) struct OwnFiles {
    /// What is there, the folders too; the ledger comes before the notes.
    pub(crate) paths: Vec<PathBuf>,
    /// Folders that could not be read: nobody knows what is in them.
    pub(crate) unread: Vec<Unread>,
}

impl OwnFiles {
    fn list(&mut self, store: &dyn Store, place: &Path, folder: &Path) -> Vec<FolderEntry> {
        or_empty(store.list(&place.join(folder))).unwrap_or_else(|error| {
            self.unread.push(Unread::new(folder, &error));
            Vec::new()
        })
    }
}

/// Looks for every file and folder of the vault at `place`; the foreign ones are left out.
pub(crate) fn find_own_files(store: &dyn Store, place: &Path) -> OwnFiles {
    let mut found = OwnFiles::default();
    let fixed = ["", layout::KEYS, layout::NOTES, layout::TRASH].map(PathBuf::from);
    let is_there = |folder: &PathBuf| !store.is_missing(&place.join(folder));
    let fixed: Vec<PathBuf> = fixed.into_iter().filter(is_there).collect();
    let mut notes = Vec::new();
    for folder in &fixed {
        for FolderEntry { name, is_folder, .. } in found.list(store, place, folder) {
            let path = folder.join(&name);
            if layout::is_own_file(&path) {
                found.paths.push(path);
            } else if folder == Path::new(layout::NOTES) && name.parse::<NoteId>().is_ok() {
                // A plain file there is foreign, and is named as that.
                let is_file = || store.facts(&place.join(&path)).is_ok_and(|facts| facts.is_file);
                if is_folder || !is_file() {
                    notes.push(path);
                }
            }
        }
    }
    for folder in &notes {
        for FolderEntry { name, .. } in found.list(store, place, folder) {
            let path = folder.join(name);
            if layout::is_own_file(&path) {
                found.paths.push(path);
            }
        }
    }
    found.paths.splice(0..0, fixed);
    found.paths.extend(notes);
    found
}

impl Vault {
    /// Refuses to go through a folder of the vault that is a link: what was written there would lie
    /// elsewhere, and nobody would be told.
    pub(crate) fn has_no_links(&self) -> Result<(), VaultError> {
        let fixed = [layout::KEYS, layout::NOTES, layout::TRASH];
        let is_link = |name: &&str| {
            self.store.facts(&self.folder.join(name)).is_ok_and(|facts| facts.is_link)
        };
        match fixed.into_iter().find(is_link) {
            Some(name) => Err(VaultError::Linked(name.into())),
            None => Ok(()),
        }
    }

    /// What [`find_own_files`] finds in this vault.
    pub(crate) fn own_files(&self) -> Vec<PathBuf> {
        find_own_files(self.store.as_ref(), &self.folder).paths
    }
}
