//! One file that holds the whole vault: a standard age file around a tar of sealed files.
//!
//! It is sealed to the vault's key and to the recovery sheet, so that the stock tool opens it with
//! the sheet: `age -d -i SHEET FILE | tar x`. Its header also carries `keys/identity.age` as a
//! stanza of its own (`caseclinic-identity`, which other tools pass over), so that the passphrase
//! alone is enough for `restore`. Inside, every note is still sealed. An existing file is never
//! overwritten, and what was written is read back before it gets its name.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use age::{Encryptor, Recipient, x25519};
use jiff::Timestamp;

use super::{carried_key::CarriedKey, restore};
use crate::vault::{
    Vault,
    error::VaultError,
    notes::note_file::MAX_NOTE_FILE_BYTES,
    storage::{durable, layout, store::Store},
};

/// How often a vault that changes meanwhile is tried again.
const ATTEMPTS: usize = 5;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReceipt {
    /// Files in it.
    pub files: usize,
    /// Bytes of the backup.
    pub bytes: u64,
    /// Whether the recovery sheet opens it; a vault made by an early version does not know its
    /// sheet until a new one is made.
    pub opens_with_sheet: bool,
    /// Files in the vault's folder that are none of its own, and are not in the backup.
    pub left_out: Vec<PathBuf>,
}

impl Vault {
    /// Writes everything the vault holds to a new file. Works in a reading window too.
    pub fn backup(&self, file: &Path) -> Result<BackupReceipt, VaultError> {
        if self.store.facts(file).is_ok() {
            return Err(VaultError::NameTaken(file.to_owned()));
        }
        self.has_no_links()?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let beside = folder.join(durable::random_name(durable::TEMPORARY));
        let written = self.write_settled(&beside).and_then(|files| {
            let bytes = self.read_back(&beside, files)?;
            self.store
                .rename_new(&beside, file)
                .and_then(|()| self.store.sync_folder(folder))
                .map_err(|error| {
                    // The caller reports a failure: nothing may look like a backup.
                    let _ = self.store.remove_file(file);
                    VaultError::disk("write", file)(error)
                })?;
            Ok((files, bytes))
        });
        let (files, bytes) = written.inspect_err(|_| {
            // Only tidying: the error that counts is already known.
            let _ = self.store.remove_file(&beside);
        })?;
        let left_out = self.foreign_files();
        let opens_with_sheet = self.members().is_ok_and(|members| members.sheet.is_some());
        Ok(BackupReceipt { files, bytes, opens_with_sheet, left_out })
    }

    /// Writes the backup as of one moment: when the ledger changed meanwhile, from the beginning.
    fn write_settled(&self, beside: &Path) -> Result<usize, VaultError> {
        let path = self.folder.join(layout::LEDGER);
        let ledger = || match self.store.read(&path, MAX_NOTE_FILE_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(VaultError::disk("read", &path)),
        };
        for _ in 0..ATTEMPTS {
            let before = ledger()?;
            let refused = Cell::new(None);
            let files = self.write_backup(beside, &refused).map_err(|error| {
                // The layers above the disk wrap its answer; it is the one that can be acted on.
                let error = refused.get().map_or(error, io::Error::from_raw_os_error);
                VaultError::disk("write", beside)(error)
            })?;
            if ledger()? == before {
                return Ok(files);
            }
            self.store.remove_file(beside).map_err(VaultError::disk("write", beside))?;
        }
        let busy = io::Error::other(
            "notes were completed while it was being written; try again when nobody is saving",
        );
        Err(VaultError::disk("write", beside)(busy))
    }

    fn write_backup(&self, beside: &Path, refused: &Cell<Option<i32>>) -> io::Result<usize> {
        let read = |file: &Path| self.store.read(&self.folder.join(file), MAX_NOTE_FILE_BYTES);
        let carried = CarriedKey::new(read(Path::new(layout::IDENTITY))?);
        let own = self.keys.recipient().clone();
        let sheet = self.members().ok().and_then(|members| members.sheet);
        let sheet: Option<x25519::Recipient> = sheet.and_then(|sheet| sheet.public.parse().ok());
        let mut recipients: Vec<&dyn Recipient> = vec![&own, &carried];
        recipients.extend(sheet.as_ref().map(|sheet| sheet as &dyn Recipient));
        let encryptor =
            Encryptor::with_recipients(recipients.into_iter()).map_err(io::Error::other)?;
        let file = self.store.create_new(beside)?;
        let sealed =
            encryptor.wrap_output(OnStore { store: self.store.as_ref(), file, refused })?;
        let mut tar = tar::Builder::new(sealed);
        let mut files = 0;
        for name in self.own_files() {
            if self.store.facts(&self.folder.join(&name))?.is_folder {
                continue;
            }
            let bytes = match read(&name) {
                Ok(bytes) => bytes,
                // A draft that was completed a moment ago; the ledger will tell.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o600);
            header.set_size(bytes.len() as u64);
            header.set_mtime(Timestamp::now().as_second().try_into().unwrap_or(0));
            tar.append_data(&mut header, &name, bytes.as_slice())?;
            files += 1;
        }
        let OnStore { file, .. } = tar.into_inner()?.finish()?;
        self.store.sync_file(&file)?;
        Ok(files)
    }

    /// Opens what was written: a backup that cannot be read is none.
    fn read_back(&self, beside: &Path, files: usize) -> Result<u64, VaultError> {
        let found = restore::count(beside, &self.keys)?;
        if found != files {
            let why = "does not contain what was written";
            return Err(VaultError::damaged(beside, why));
        }
        let facts = self.store.facts(beside).map_err(VaultError::disk("read", beside))?;
        Ok(facts.bytes)
    }
}

/// Writes through the store, so that every call can be made to fail.
struct OnStore<'a> {
    store: &'a dyn Store,
    file: File,
    /// What the disk answered when it refused.
    refused: &'a Cell<Option<i32>>,
}

impl Write for OnStore<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.store.write_all(&mut self.file, bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.refused.set(error.raw_os_error());
                Err(error)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
