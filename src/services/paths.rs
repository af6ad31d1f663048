//! Where things live: the vault, packs, the settings, the caches.
//!
//! `CASECLINIC_HOME` puts everything under one folder (tests, a portable stick); else the folders
//! that the system has for a person (on Linux those of XDG). Nothing is created here.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::{
    system::{OwnFolders, disk, folders::own_folders},
    vault::VaultPlace,
};

/// The folders of this person's caseclinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPaths {
    /// The vault.
    pub vault: PathBuf,
    /// What should be backed up: the vault's parent, packs.
    pub data: PathBuf,
    /// Installed packs.
    pub packs: PathBuf,
    /// What may be deleted at any time. Never holds anything from a note.
    pub cache: PathBuf,
    /// Settings.
    pub config: PathBuf,
    /// What this computer remembers and nobody backs up: which state of each vault was seen last.
    pub state: PathBuf,
}

impl AppPaths {
    /// The vault, with the folder for what was seen of it.
    pub fn vault_place(&self) -> VaultPlace {
        self.remembered_place(&self.vault)
    }

    /// A vault in any folder, with the folder for what was seen of it.
    pub fn remembered_place(&self, vault: &Path) -> VaultPlace {
        VaultPlace { seen: Some(self.seen_vaults()), ..VaultPlace::from(vault) }
    }

    /// The folder for what was seen of vaults.
    fn seen_vaults(&self) -> PathBuf {
        self.state.join("vaults")
    }

    fn new(data: PathBuf, cache: PathBuf, config: PathBuf, state: PathBuf) -> Self {
        let vault = data.join("vault");
        // Where a link leads to the vault, its copies and new keys go beside the vault itself.
        let vault = disk::canonical(&vault).unwrap_or(vault);
        Self { vault, packs: data.join("packs"), data, cache, config, state }
    }
}

/// No folder to put anything in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathsError {
    /// Neither variable is set and the system knows no home folder.
    #[error(
        "your home folder was not found; set HOME, or set CASECLINIC_HOME to a folder of your own"
    )]
    NoHome,
    /// A relative folder would move with the shell.
    #[error("CASECLINIC_HOME is `{}`, which is not an absolute path; start it with /", .0.display())]
    NotAbsolute(PathBuf),
}

/// The folders, from the environment.
pub fn app_paths() -> Result<AppPaths, PathsError> {
    if let Some(root) = env::var_os("CASECLINIC_HOME").filter(|root| !root.is_empty()) {
        return under(Path::new(&root));
    }
    let OwnFolders { data, cache, config, state } = own_folders().ok_or(PathsError::NoHome)?;
    Ok(AppPaths::new(data, cache, config, state))
}

fn under(root: &Path) -> Result<AppPaths, PathsError> {
    if !root.is_absolute() {
        return Err(PathsError::NotAbsolute(root.to_owned()));
    }
    Ok(AppPaths::new(root.to_owned(), root.join("cache"), root.join("config"), root.join("state")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_root_holds_everything() {
        let paths = under(Path::new("/media/stick")).expect("absolute");
        assert_eq!(paths.vault, Path::new("/media/stick/vault"));
        assert!(
            paths.cache.starts_with("/media/stick") && paths.config.starts_with("/media/stick")
        );
    }

    #[test]
    fn a_root_that_would_move_with_the_shell_is_refused() {
        assert_eq!(under(Path::new("here")), Err(PathsError::NotAbsolute("here".into())));
    }
}
