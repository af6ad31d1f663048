//! The folder of installed packs: adding, replacing, removing.
//!
//! A pack is built aside and renamed into place, so that it is there as a whole or not at all, and
//! a pack that is being replaced stays until the new one stands. Nothing is written or removed
//! outside this folder; what a pack was added from is never touched.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{AppPaths, Settings};
use crate::{
    knowledge::{BuiltPack, Library, cache_file_of, folder_of, marker_file_of},
    system::disk,
    text::clean_line,
};

/// Returns the guidance that a person reads: the bundled entries and the installed packs, for the
/// nation in the settings.
pub fn library_of(paths: &AppPaths) -> Library {
    let (settings, _) = Settings::read(&paths.config);
    Library::with_packs(&paths.packs).for_reader_in(settings.nation)
}

/// The beginning of the names of packs that are being added or removed.
const ASIDE: &str = ".aside-";
/// Leftovers of a crash that are older may go.
const LEFT_OVER: Duration = Duration::from_hours(1);

/// Why a pack was not added or removed.
#[derive(Debug, thiserror::Error)]
pub enum PackStoreError {
    /// There is one with that id.
    #[error("the pack `{0}` is already installed; to replace it, add --replace")]
    AlreadyThere(String),
    /// There is none with that id.
    #[error("there is no installed pack `{0}`; `caseclinic pack list` lists all packs")]
    NotThere(String),
    /// The folder cannot be written.
    #[error("the folder {} could not be changed: {error}; nothing was installed or removed", .folder.display())]
    Unwritable {
        /// The installed packs.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// The folder where installed packs stand.
#[derive(Clone, Debug)]
pub struct PackStore {
    folder: PathBuf,
}

impl PackStore {
    /// The packs in that folder, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Whether something stands where the pack of that id would.
    pub fn holds(&self, id: &str) -> bool {
        folder_of(&self.folder, id).is_some_and(|place| fs::symlink_metadata(place).is_ok())
    }

    /// Installs a pack that was read `from` somewhere.
    pub fn add(&self, pack: &BuiltPack, from: &Path, replace: bool) -> Result<(), PackStoreError> {
        let id = pack.pack.id.as_str();
        let (Some(place), Some(marker)) =
            (folder_of(&self.folder, id), marker_file_of(&self.folder, id))
        else {
            return Err(PackStoreError::NotThere(id.to_owned()));
        };
        if self.holds(id) && !replace {
            return Err(PackStoreError::AlreadyThere(id.to_owned()));
        }
        self.put(pack, from, &place, &marker).map_err(|error| self.unwritable(error))
    }

    fn put(&self, pack: &BuiltPack, from: &Path, place: &Path, marker: &Path) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.sweep();
        let aside = self.aside();
        fs::create_dir(&aside)?;
        let placed =
            write_all(&aside, &pack.files, place).and_then(|()| set_in_place(&aside, place));
        // Either what could not be placed, or what was replaced.
        let _ = remove(&aside);
        placed?;
        let from = from.canonicalize().unwrap_or_else(|_| from.to_owned());
        fs::write(marker, format!("{}\n", from.display()))?;
        disk::sync_any_folder(&self.folder)
    }

    /// Removes a pack, or forgets one whose folder is gone.
    pub fn remove(&self, id: &str) -> Result<(), PackStoreError> {
        let not_there = || PackStoreError::NotThere(clean_line(id));
        let place = folder_of(&self.folder, id).ok_or_else(not_there)?;
        let marker = marker_file_of(&self.folder, id).ok_or_else(not_there)?;
        let marked = fs::symlink_metadata(&marker).is_ok();
        if !self.holds(id) && !marked {
            return Err(not_there());
        }
        let removed = || -> io::Result<()> {
            if self.holds(id) {
                let aside = self.aside();
                fs::rename(&place, &aside)?;
                remove(&aside)?;
            }
            if marked {
                fs::remove_file(&marker)?;
            }
            if let Some(kept) = cache_file_of(&self.folder, id) {
                // Without its pack it is never read.
                let _ = fs::remove_file(kept);
            }
            disk::sync_any_folder(&self.folder)
        };
        removed().map_err(|error| self.unwritable(error))
    }

    fn aside(&self) -> PathBuf {
        self.folder.join(format!("{ASIDE}{}", uuid::Uuid::new_v4()))
    }

    /// Removes what a crash left behind.
    fn sweep(&self) {
        let Ok(listing) = fs::read_dir(&self.folder) else { return };
        for item in listing.flatten() {
            let changed = item.metadata().and_then(|about| about.modified());
            let old = changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT_OVER));
            if old && item.file_name().to_string_lossy().starts_with(ASIDE) {
                // One that stays is never read.
                let _ = remove(&item.path());
            }
        }
    }

    fn unwritable(&self, error: io::Error) -> PackStoreError {
        PackStoreError::Unwritable { folder: self.folder.clone(), error }
    }
}

/// Writes the files of a pack. Those that are in the pack being replaced as they are
/// stay where they are on the disk, and get a second name.
fn write_all(folder: &Path, files: &[(String, String)], replaced: &Path) -> io::Result<()> {
    let is_folder = fs::symlink_metadata(replaced).is_ok_and(|about| about.is_dir());
    for (name, text) in files {
        let path = folder.join(name);
        let before = replaced.join(name);
        if is_folder && holds(&before, text) && fs::hard_link(&before, &path).is_ok() {
            continue;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    disk::sync_any_folder(folder)
}

/// Whether a file has just this text.
fn holds(path: &Path, text: &str) -> bool {
    let same_size = |about: fs::Metadata| about.is_file() && about.len() == text.len() as u64;
    fs::symlink_metadata(path).is_ok_and(same_size)
        && fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// Renames `aside` to `place`; what stood there is then at `aside`.
fn set_in_place(aside: &Path, place: &Path) -> io::Result<()> {
    if fs::symlink_metadata(place).is_err() {
        return fs::rename(aside, place);
    }
    match disk::exchange_names(aside, place) {
        Ok(()) => Ok(()),
        // Not every file system can exchange two names: then there is a moment with neither.
        Err(_) => {
            let old = aside.with_extension("old");
            fs::rename(place, &old)?;
            if let Err(error) = fs::rename(aside, place) {
                fs::rename(&old, place)?;
                return Err(error);
            }
            fs::rename(&old, aside)
        }
    }
}

/// Removes a folder, or a link or file that stood in its place.
fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Library, PackDefaults, build_pack};

    fn prepared(text: &str) -> (tempfile::TempDir, BuiltPack) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let about = "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"1\"\n";
        fs::write(folder.path().join("pack.toml"), about).expect("written");
        fs::write(folder.path().join("levels.txt"), text).expect("written");
        let today = "2026-11-21".parse().expect("a date");
        let pack = build_pack(folder.path(), PackDefaults::default(), today).expect("a pack");
        (folder, pack)
    }

    fn names(folder: &Path) -> Vec<String> {
        let listing = fs::read_dir(folder).expect("the folder");
        let mut names: Vec<String> =
            listing.flatten().map(|item| item.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_pack_is_added_replaced_when_asked_and_removed_without_a_trace() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let place = home.path().join("packs");
        let packs = PackStore::new(&place);
        let (from, pack) = prepared("Levels of need.");
        packs.add(&pack, from.path(), false).expect("added");
        assert_eq!(names(&place), ["northmoor", "northmoor.added"]);
        let again = packs.add(&pack, from.path(), false).err().map(|error| error.to_string());
        assert!(again.is_some_and(|error| error.contains("--replace")));

        let (from, newer) = prepared("Other levels.");
        packs.add(&newer, from.path(), true).expect("replaced");
        let library = Library::with_packs(&place);
        assert_eq!(library.problems(), []);
        assert!(library.entry("northmoor-levels").is_some_and(|e| e.body.contains("Other")));
        assert_eq!(names(&place), ["northmoor", "northmoor.added"]);

        packs.remove("northmoor").expect("removed");
        assert_eq!(names(&place), [] as [&str; 0]);
        assert_eq!(names(home.path()), ["packs"]);
        assert_eq!(names(from.path()), ["levels.txt", "pack.toml"]);
    }

    #[test]
    fn nothing_outside_of_the_shelf_can_be_removed() {
        let home = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(home.path().join("vault")).expect("made");
        let packs = PackStore::new(&home.path().join("packs"));
        for id in ["../vault", "/", "", ".", "..", "vault", "caseclinic"] {
            let error = packs.remove(id).err();
            assert!(matches!(error, Some(PackStoreError::NotThere(_))), "{id}: {error:?}");
        }
        assert_eq!(names(home.path()), ["vault"]);
    }

    #[test]
    fn a_pack_whose_folder_is_gone_can_be_forgotten() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let packs = PackStore::new(home.path());
        let (from, pack) = prepared("Levels.");
        packs.add(&pack, from.path(), false).expect("added");
        fs::remove_dir_all(home.path().join("northmoor")).expect("removed");
        assert_eq!(Library::with_packs(home.path()).problems()[0].code, "missing-pack");
        packs.remove("northmoor").expect("forgotten");
        assert_eq!(Library::with_packs(home.path()).problems(), []);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_pack_is_replaced_and_what_it_leads_to_stays() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        fs::write(elsewhere.path().join("kept.txt"), "x").expect("written");
        std::os::unix::fs::symlink(elsewhere.path(), home.path().join("northmoor"))
            .expect("a link");
        let packs = PackStore::new(home.path());
        let (from, pack) = prepared("Levels.");
        assert!(packs.add(&pack, from.path(), false).is_err());
        packs.add(&pack, from.path(), true).expect("replaced");
        assert_eq!(names(elsewhere.path()), ["kept.txt"]);
        assert_eq!(Library::with_packs(home.path()).problems(), []);
    }

    #[test]
    fn a_shelf_that_cannot_be_written_is_named_and_keeps_what_it_had() {
        let home = tempfile::tempdir().expect("a temporary folder");
        fs::write(home.path().join("packs"), "a file").expect("written");
        let packs = PackStore::new(&home.path().join("packs"));
        let (from, pack) = prepared("Levels.");
        let error = packs.add(&pack, from.path(), false).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("packs could not be changed")));
        assert_eq!(names(home.path()), ["packs"]);
    }
}
