//! One file that holds the whole vault: a standard age file around a tar of sealed files.
//!
//! It is sealed to the vault's key and to the recovery sheet, so that the stock tool opens it with
//! the sheet: `age -d -i SHEET FILE | tar x`. Its header also carries `keys/identity.age` as a
//! stanza of its own (`caseclinic-identity`, which other tools pass over), so that the passphrase
//! alone is enough for `restore`. Inside, every note is still sealed. An existing file is never
//! overwritten, and what was written is read back before it gets its name.
//!
//! What cannot be read does not stop the rest: the backup says what it lacks, to who makes it and,
//! in a file of its own, to who restores it.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use age::{Encryptor, Recipient, x25519};
use jiff::Timestamp;

use super::{carried_key::CarriedKey, copies::lies_in_vault, restore};
use crate::{
    system::without_links,
    text::clean_line,
    vault::{
        Vault,
        error::VaultError,
        notes::note_file::MAX_NOTE_FILE_BYTES,
        storage::{
            durable,
            files::{OwnFiles, Unread, find_own_files},
            layout,
            store::Store,
        },
    },
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
    /// Files and folders of the vault that could not be read, and are not in the backup.
    pub unread: Vec<Unread>,
}

impl Vault {
    /// Writes everything the vault holds to a new file. Works in a reading window too.
    pub fn backup(&self, file: &Path) -> Result<BackupReceipt, VaultError> {
        let file = &without_links(file);
        if !self.store.is_missing(file) {
            return Err(VaultError::NameTaken(file.to_owned()));
        }
        if lies_in_vault(&self.folder, file) {
            return Err(VaultError::InsideVault(file.to_owned()));
        }
        self.has_no_links()?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let beside = folder.join(durable::random_name(durable::TEMPORARY));
        let written = self.write_settled(&beside).and_then(|(files, unread)| {
            let bytes = self.read_back(&beside, files)?;
            self.store
                .rename_new(&beside, file)
                .and_then(|()| self.store.sync_folder(folder))
                .map_err(|error| {
                    // The caller reports a failure: nothing may look like a backup.
                    let _ = self.store.remove_file(file);
                    VaultError::disk("write", file)(error)
                })?;
            Ok((files, unread, bytes))
        });
        let (files, unread, bytes) = written.inspect_err(|_| {
            // Only tidying: the error that counts is already known.
            let _ = self.store.remove_file(&beside);
        })?;
        let left_out = self.foreign_files();
        let opens_with_sheet = self.members().is_ok_and(|members| members.sheet.is_some());
        Ok(BackupReceipt { files, bytes, opens_with_sheet, left_out, unread })
    }

    /// Writes the backup as of one moment: when the ledger changed meanwhile, from the beginning.
    fn write_settled(&self, beside: &Path) -> Result<(usize, Vec<Unread>), VaultError> {
        let path = self.folder.join(layout::LEDGER);
        let ledger = || match self.store.read(&path, MAX_NOTE_FILE_BYTES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(VaultError::disk("read", &path)),
        };
        for _ in 0..ATTEMPTS {
            let before = ledger()?;
            let refused = Cell::new(None);
            let written = self.write_backup(beside, &refused).map_err(|error| {
                // The layers above the disk wrap its answer; it is the one that can be acted on.
                let error = refused.get().map_or(error, io::Error::from_raw_os_error);
                VaultError::disk("write", beside)(error)
            })?;
            if ledger()? == before {
                return Ok(written);
            }
            self.store.remove_file(beside).map_err(VaultError::disk("write", beside))?;
        }
        let busy = io::Error::other(
            "notes were completed while it was being written; try again when nobody is saving",
        );
        Err(VaultError::disk("write", beside)(busy))
    }

    fn write_backup(
        &self,
        beside: &Path,
        refused: &Cell<Option<i32>>,
    ) -> io::Result<(usize, Vec<Unread>)> {
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
        let OwnFiles { paths, mut unread } = find_own_files(self.store.as_ref(), &self.folder);
        let mut append = |name: &Path, bytes: &[u8]| {
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o600);
            header.set_size(bytes.len() as u64);
            header.set_mtime(Timestamp::now().as_second().try_into().unwrap_or(0));
            tar.append_data(&mut header, name, bytes)
        };
        for name in paths {
            if !layout::is_own_file(&name) {
                continue;
            }
            match read(&name) {
                Ok(bytes) => {
                    append(&name, &bytes)?;
                    files += 1;
                }
                // A draft that was completed a moment ago; the ledger will tell.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => unread.push(Unread::new(name, &error)),
            }
        }
        if !unread.is_empty() {
            append(Path::new(layout::NOT_IN_BACKUP), lacking(&unread).as_bytes())?;
        }
        let OnStore { file, .. } = tar.into_inner()?.finish()?;
        self.store.sync_file(&file)?;
        Ok((files, unread))
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

/// A line for each file that a backup lacks: its name, a tab, why.
fn lacking(unread: &[Unread]) -> String {
    let line = |one: &Unread| {
        let file = clean_line(&one.file.display().to_string());
        format!("{}\t{}\n", file.replace('\t', " "), clean_line(&one.why))
    };
    unread.iter().map(line).collect()
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
