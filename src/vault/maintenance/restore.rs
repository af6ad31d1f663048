//! Bringing a backup back, into a new place only.
//!
//! Everything is unpacked beside that place, opened, compared with its own ledger, and gets its
//! name by one rename; a failure or a crash leaves no vault there. Only names that a vault can have
//! are unpacked: a path that leads elsewhere, a link or a device makes the whole file no backup.
//! What the backup says that it lacks is named with what a look at every file finds.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use age::{DecryptError, Decryptor, Identity};
use jiff::Timestamp;

use super::{
    carried_key::CarriedIdentity,
    seen_state::SeenState,
    state::{VaultState, probe},
    verify::{Finding, FindingKind, Verification},
};
use crate::{
    system::without_links,
    text::clean_line,
    vault::{
        Member, Vault, VaultPlace, create,
        error::VaultError,
        keys::{
            recovery,
            sha256::sha256,
            unlock::{self, Opener},
        },
        notes::note_file::MAX_NOTE_FILE_BYTES,
        storage::{
            files::{OwnFiles, Unread, find_own_files},
            layout, lock,
            store::{Disk, Store},
        },
    },
};

/// What was brought back.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Files in the backup.
    pub files: usize,
    /// Who was a member on its day, and is one in the restored vault.
    pub members: Vec<Member>,
    /// What a look at every file of the restored vault found.
    pub seen: Verification,
}

/// A backup beside the vault as it is now, file by file, from the vault's folder on.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Files that are the same in both.
    pub same: usize,
    /// Files that are in both, and differ: what was changed since.
    pub different: Vec<PathBuf>,
    /// Files that only the backup has.
    pub only_in_backup: Vec<PathBuf>,
    /// Files that only the vault has: what was written since.
    pub only_in_vault: Vec<PathBuf>,
    /// Files and folders of the vault that could not be read, and so were not compared.
    pub unread: Vec<Unread>,
    /// What a look at every file of the backup found.
    pub seen: Verification,
}

/// Makes a vault at `place`, where nothing may be, from a backup.
pub fn restore(
    file: &Path,
    place: impl Into<VaultPlace>,
    opener: Opener<'_>,
) -> Result<Restored, VaultError> {
    restore_on(Arc::new(Disk), file, place, opener)
}

/// As [`restore()`], on a store of one's own.
pub fn restore_on(
    store: Arc<dyn Store>,
    file: &Path,
    place: impl Into<VaultPlace>,
    opener: Opener<'_>,
) -> Result<Restored, VaultError> {
    let place = place.into();
    let vault_place = VaultPlace { folder: without_links(&place.folder), ..place };
    let place = vault_place.folder.as_path();
    if probe(place) != VaultState::Missing {
        return Err(VaultError::NameTaken(place.to_owned()));
    }
    create::beside(store.as_ref(), place, |folder| {
        let unpacked = unpacked(&store, file, folder, opener)?;
        let seen = unpacked.seen();
        let vault = &unpacked.vault;
        if let Ok(ledger) = vault.current_ledger() {
            // From now on this is the state to compare with, however old the backup is.
            SeenState::load(&vault_place, &vault.keys.vault).remember(&ledger, Timestamp::now());
        }
        let members = vault.list_members().unwrap_or_default();
        Ok(Restored { files: unpacked.files, members, seen })
    })
}

impl Vault {
    /// Unpacks a backup beside the vault, opens every file of it, compares it with what is here,
    /// and takes it away again. The vault is not changed, and nothing readable is written.
    pub fn compare_backup(
        &self,
        file: &Path,
        opener: Opener<'_>,
    ) -> Result<Comparison, VaultError> {
        let parent = create::parent_of(&self.folder);
        create::trial(self.store.as_ref(), parent, |folder| {
            let theirs = unpacked(&self.store, file, folder, opener)?;
            let (mut here, unread) = self.hashes();
            let mut comparison =
                Comparison { seen: theirs.seen(), unread, ..Comparison::default() };
            for (name, hash) in theirs.vault.hashes().0 {
                match here.remove(&name) {
                    Some(other) if other == hash => comparison.same += 1,
                    Some(_) => comparison.different.push(name),
                    None => comparison.only_in_backup.push(name),
                }
            }
            comparison.only_in_vault = here.into_keys().collect();
            Ok(comparison)
        })
    }

    /// The hash of every file, and what could not be read.
    fn hashes(&self) -> (BTreeMap<PathBuf, String>, Vec<Unread>) {
        let OwnFiles { paths, mut unread } = find_own_files(self.store.as_ref(), &self.folder);
        let mut hashes = BTreeMap::new();
        for name in paths.into_iter().filter(|name| layout::is_own_file(name)) {
            match self.store.read(&self.folder.join(&name), MAX_NOTE_FILE_BYTES) {
                Ok(bytes) => {
                    hashes.insert(name, sha256(&bytes));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => unread.push(Unread::new(name, &error)),
            }
        }
        (hashes, unread)
    }
}

/// A backup that was unpacked.
struct Unpacked {
    vault: Vault,
    /// Files in it.
    files: usize,
    /// What could not be read when it was made.
    lacking: Vec<Unread>,
}

impl Unpacked {
    /// Looks at every file of it.
    fn seen(&self) -> Verification {
        let mut seen = self.vault.verify();
        for Unread { file, why, .. } in &self.lacking {
            // One line for a file: this one says more than that it is missing.
            seen.findings.retain(|finding| !finding.file.starts_with(file));
            seen.findings.push(Finding {
                file: file.clone(),
                kind: FindingKind::Missing,
                why: format!("The backup lacks this: when it was made, {} {why}.", file.display()),
                advice:
                    "Make the vault readable (`caseclinic vault verify` says what to do), then \
                         make a new backup. Keep older backups until then."
                        .to_owned(),
            });
        }
        seen
    }
}

/// Unpacks into an empty folder and opens what is there.
fn unpacked(
    store: &Arc<dyn Store>,
    file: &Path,
    folder: &Path,
    opener: Opener<'_>,
) -> Result<Unpacked, VaultError> {
    // Held from here on: a second process that tidies leaves what is locked alone.
    let writer = lock::take(folder).map_err(VaultError::disk("lock", folder))?;
    let (mut files, mut lacking) = (0, Vec::new());
    let mut folders = vec![folder.to_owned()];
    each(file, opener.identity()?.as_ref(), |name, bytes| {
        if name == Path::new(layout::NOT_IN_BACKUP) {
            lacking = read_lacking(bytes);
            return Ok(());
        }
        let path = folder.join(name);
        let failed = || VaultError::disk("write", &path);
        for above in name.ancestors().skip(1).collect::<Vec<_>>().into_iter().rev() {
            let above = folder.join(above);
            if !folders.contains(&above) {
                store.make_folder(&above).map_err(failed())?;
                folders.push(above);
            }
        }
        let mut written = store.create_new(&path).map_err(failed())?;
        store.write_all(&mut written, bytes).map_err(failed())?;
        store.sync_file(&written).map_err(failed())?;
        files += 1;
        Ok(())
    })?;
    for name in [layout::KEYS, layout::NOTES] {
        let above = folder.join(name);
        if !folders.contains(&above) {
            store.make_folder(&above).map_err(VaultError::disk("write", &above))?;
        }
    }
    for above in &folders {
        store.sync_folder(above).map_err(VaultError::disk("write", above))?;
    }
    let manifest = unlock::manifest(store.as_ref(), folder)?;
    let keys = unlock::keys(store.as_ref(), folder, opener)?;
    if keys.vault != manifest.id {
        return Err(VaultError::damaged(file, "contains the keys of another vault"));
    }
    let ledger = unlock::read_ledger(store.as_ref(), folder, &keys);
    let seen = SeenState::default();
    let vault = Vault::with(store.clone(), folder, manifest, keys, writer, ledger, seen);
    Ok(Unpacked { vault, files, lacking })
}

/// What a backup says that it lacks. A line that cannot be understood is passed over.
fn read_lacking(bytes: &[u8]) -> Vec<Unread> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines
        .map(|(file, why)| Unread {
            file: clean_line(file).into(),
            why: clean_line(why),
            kind: io::ErrorKind::Other,
        })
        .collect()
}

/// Files in a backup, each read to its end.
pub(crate) fn count(file: &Path, identity: &dyn Identity) -> Result<usize, VaultError> {
    let mut files = 0;
    each(file, identity, |name, _| {
        files += usize::from(name != Path::new(layout::NOT_IN_BACKUP));
        Ok(())
    })?;
    Ok(files)
}

/// Hands over every file of a backup, one after the other.
fn each(
    file: &Path,
    identity: &dyn Identity,
    mut take: impl FnMut(&Path, &[u8]) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let unreadable = |error| VaultError::disk("read", file)(error);
    let no_backup = |why: &str| VaultError::damaged(file, why);
    if !fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(no_backup("is not a regular file"));
    }
    let sealed = BufReader::new(File::open(file).map_err(unreadable)?);
    let decryptor =
        Decryptor::new_buffered(sealed).map_err(|_| no_backup("is not a backup of a vault"))?;
    let opened = decryptor.decrypt(std::iter::once(identity)).map_err(|error| match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => VaultError::BackupNotOpened(file.to_owned()),
        _ => no_backup("is incomplete or was altered"),
    })?;
    let altered = |_: io::Error| no_backup("is incomplete or was altered");
    let mut archive = tar::Archive::new(opened);
    for entry in archive.entries().map_err(altered)? {
        let mut entry = entry.map_err(altered)?;
        let name = entry.path().map_err(altered)?.into_owned();
        let fits = entry.header().entry_type() == tar::EntryType::Regular
            && entry.size() <= MAX_NOTE_FILE_BYTES
            && (layout::is_own_file(&name) || name == Path::new(layout::NOT_IN_BACKUP));
        if !fits {
            return Err(no_backup("contains something that is not a vault file"));
        }
        let mut bytes = Vec::with_capacity(entry.size().min(1 << 20) as usize);
        entry.read_to_end(&mut bytes).map_err(altered)?;
        take(&name, &bytes)?;
    }
    // What follows the last entry is signed too: a file cut short there is noticed as well.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(altered)?;
    Ok(())
}

impl Opener<'_> {
    /// What opens a backup.
    fn identity(&self) -> Result<Box<dyn Identity>, VaultError> {
        Ok(match self {
            Self::Passphrase(passphrase) => Box::new(CarriedIdentity::new(passphrase)),
            Self::Sheet(key) => {
                Box::new(recovery::read_key(key).ok_or(VaultError::WrongRecoveryKey)?)
            }
        })
    }
}
