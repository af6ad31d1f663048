//! Which files a vault has: everything in its folder whose name only a vault gives.

use std::path::{Path, PathBuf};

use super::{layout, store::Store};
use crate::vault::{Vault, error::VaultError, notes::note::NoteId};

/// Every file and folder of the vault at `place` that is there, from its folder on; the foreign
/// ones left out. The ledger comes before the notes.
pub(crate) fn own_files(store: &dyn Store, place: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| store.list(&place.join(folder)).unwrap_or_default();
    let fixed = ["", layout::KEYS, layout::NOTES, layout::TRASH].map(PathBuf::from).into_iter();
    let mut files: Vec<PathBuf> =
        fixed.filter(|folder| store.facts(&place.join(folder)).is_ok()).collect();
    let fixed = files.len();
    let notes = list(Path::new(layout::NOTES)).into_iter();
    let notes = notes.filter(|entry| entry.is_folder && entry.name.parse::<NoteId>().is_ok());
    let notes = notes.map(|entry| Path::new(layout::NOTES).join(entry.name));
    let folders: Vec<PathBuf> = files.iter().cloned().chain(notes).collect();
    for folder in &folders {
        let paths = list(folder).into_iter().map(|entry| folder.join(entry.name));
        files.extend(paths.filter(|path| layout::is_own_file(path)));
    }
    files.extend(folders.into_iter().skip(fixed));
    files
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

    /// As [`own_files`], of this vault.
    pub(crate) fn own_files(&self) -> Vec<PathBuf> {
        own_files(self.store.as_ref(), &self.folder)
    }
}
