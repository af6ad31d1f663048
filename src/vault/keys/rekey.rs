//! New keys for a vault: a new identity, a new signing key, a new recovery sheet, and everything
//! sealed and signed again. What somebody with the old keys could read, they can still read in
//! the copies and backups of before; of what the vault holds from now on they read nothing.
//!
//! The new vault is built beside the old one, every note in it is opened and compared, and then
//! the two folders change places in one step. Whenever this is interrupted, either the old vault
//! is there, whole, or the new one. A copy of the old one is taken first and stays.

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{
    member::Sheet,
    passphrase,
    recovery::RecoverySheet,
    seal::Strength,
    secret_keys::{Keys, NewSheet},
    sha256::sha256,
    unlock::{self, Opener},
};
use crate::vault::{
    Vault, create,
    error::VaultError,
    maintenance::{
        copies::Copy,
        seen_state::SeenState,
        verify::{Finding, FindingKind},
    },
    notes::{
        document::Seal,
        ledger::Ledger,
        ledger_entries::RevisionContent,
        note::{NoteId, NoteSource},
        note_file::{MAX_NOTE_FILE_BYTES, file_of},
        save::Sealed,
    },
    storage::{
        durable,
        files::find_own_files,
        layout::{self, Manifest},
        lock,
    },
};

/// What members read of a body; `None` if there is nothing that they can read of it.
pub type EditionOf<'a> = dyn Fn(&str) -> Option<Zeroizing<String>> + 'a;

/// A vault under new keys.
#[derive(Debug)]
pub struct Rekeyed {
    /// The vault, unlocked.
    pub vault: Vault,
    /// Its new sheet, which was handed over. The old one opens it no longer.
    pub sheet: RecoverySheet,
    /// The old vault, under its old keys.
    pub before: Copy,
    /// Files that were set aside earlier and cannot be opened: only the copy has them.
    pub left_behind: Vec<PathBuf>,
}

impl Vault {
    /// Makes new keys and seals everything under them. `passphrase` opens it from then on. The new
    /// sheet is handed to `keep` before the vaults change places, to be written down and confirmed:
    /// none may count that is nowhere, whenever this is cut off. An error means that the old keys
    /// count. A revision that members open and that has no edition for them, because it is from
    /// before there were any, gets the one that `edition_of` makes.
    pub fn rekey(
        self,
        passphrase: &SecretString,
        strength: Strength,
        now: Timestamp,
        edition_of: &EditionOf<'_>,
        keep: &mut dyn FnMut(&RecoverySheet) -> io::Result<()>,
    ) -> Result<Rekeyed, VaultError> {
        self.may_write()?;
        passphrase::check(passphrase)?;
        self.must_be_whole()?;
        let before = self.copier().copy_before("rekey", now)?;
        let store = self.store.clone();
        let parent = create::parent_of(&self.folder);
        let beside = parent.join(durable::random_name(create::UNFINISHED));
        let built = create::make_folder(store.as_ref(), &beside)
            .and_then(|()| self.build(&beside, passphrase, strength, now, edition_of))
            .and_then(|built| self.prove(&beside, passphrase, &built).map(|()| built))
            .and_then(|built| {
                let failed = || VaultError::disk("replace", &self.folder);
                keep(&built.sheet).map_err(VaultError::SheetNotKept)?;
                store.exchange(&self.folder, &beside).map_err(failed())?;
                if let Err(error) = store.sync_folder(parent) {
                    // Where the way back is closed, the new vault is the one, and its sheet counts.
                    if store.exchange(&self.folder, &beside).is_ok() {
                        return Err(failed()(error));
                    }
                }
                Ok(built)
            });
        let Built { vault, sheet, left_behind } =
            built.inspect_err(|_| create::remove(store.as_ref(), &beside))?;
        create::remove(store.as_ref(), &beside);
        let writer = vault.writer.after_move(&self.folder, Some(self.writer));
        let writer = writer.map_err(VaultError::disk("lock", &self.folder))?;
        let vault = Vault { folder: self.folder, seen: self.seen, writer, ..vault };
        if let Ok(ledger) = vault.current_ledger() {
            vault.seen.remember(&ledger, now);
        }
        Ok(Rekeyed { vault, sheet, before, left_behind })
    }

    /// Only what can be read can be sealed again, and foreign files must not be lost.
    fn must_be_whole(&self) -> Result<(), VaultError> {
        let findings = self.verify().findings.into_iter();
        let harmless = [FindingKind::Unfinished, FindingKind::Exposed, FindingKind::Rebuilt];
        match findings.into_iter().find(|finding| !harmless.contains(&finding.kind)) {
            Some(finding) => Err(VaultError::NotWhole(finding.file, finding.kind.title())),
            None => Ok(()),
        }
    }

    fn build(
        &self,
        folder: &Path,
        passphrase: &SecretString,
        strength: Strength,
        now: Timestamp,
        edition_of: &EditionOf<'_>,
    ) -> Result<Built, VaultError> {
        let store = self.store.as_ref();
        // Held from here on: a second process that tidies leaves what is locked alone.
        let writer = lock::take(folder).map_err(VaultError::disk("lock", folder))?;
        let keys = Keys::generate(&self.keys.vault);
        let by_passphrase = keys
            .file_for_passphrase(passphrase::settled(passphrase), strength)
            .map_err(VaultError::unwritable)?;
        let NewSheet { sheet, recipient, sealed: by_sheet } =
            keys.new_sheet(now).map_err(VaultError::unwritable)?;
        let new = New { vault: self, folder, keys: &keys };
        let manifest = Manifest { recovery_confirmed: true, ..self.manifest() };
        for name in [layout::KEYS, layout::NOTES] {
            create::make_folder(store, &folder.join(name))?;
        }
        let mut ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?.next();
        ledger.identity_file = Some(sha256(&by_passphrase));
        ledger.members.sheet =
            Some(Sheet { public: recipient, file: sha256(&by_sheet), confirmed: true });
        // New keys start a new ledger: the warning about the lost one ends here.
        ledger.rebuilt = None;
        let left_behind = new.notes(&mut ledger, edition_of)?;
        let plain = ledger.write(&keys).map_err(VaultError::unwritable)?;
        new.write(Path::new(layout::LEDGER), &new.sealed_to_vault(&plain)?)?;
        new.write(Path::new(layout::RECOVERY), &by_sheet)?;
        new.write(Path::new(layout::IDENTITY), &by_passphrase)?;
        new.write(
            Path::new(layout::MANIFEST),
            manifest.write().map_err(VaultError::unwritable)?.as_bytes(),
        )?;
        for above in find_own_files(store, folder).paths {
            let above = folder.join(above);
            if store.facts(&above).map_err(VaultError::disk("read", &above))?.is_folder {
                store.sync_folder(&above).map_err(VaultError::disk("write", &above))?;
            }
        }
        let seen = SeenState::default();
        let vault =
            Vault::with(self.store.clone(), folder, manifest, keys, writer, Ok(ledger), seen);
        Ok(Built { vault, sheet, left_behind })
    }

    /// Opens the new vault as its owner will, and compares every note with the old one.
    fn prove(
        &self,
        folder: &Path,
        passphrase: &SecretString,
        built: &Built,
    ) -> Result<(), VaultError> {
        let wrong = |file: &Path| {
            VaultError::damaged(
                file,
                "was different after encrypting it again, so nothing was changed",
            )
        };
        let keys = unlock::keys(self.store.as_ref(), folder, Opener::Passphrase(passphrase))?;
        let opened = unlock::read_ledger(self.store.as_ref(), folder, &keys);
        let clean = built.vault.verify();
        let (ours, theirs) = (self.verify(), clean.clone());
        let same = (ours.notes, ours.revisions, ours.drafts)
            == (theirs.notes, theirs.revisions, theirs.drafts);
        // The place of the vault is no fault of what was written.
        let is_sound =
            |one: &Finding| matches!(one.kind, FindingKind::Unfinished | FindingKind::Exposed);
        if opened.is_err() || !clean.findings.iter().all(is_sound) || !same {
            return Err(wrong(Path::new(layout::LEDGER)));
        }
        for (id, source) in self.sources()? {
            let (old, new) = (self.read(id, source)?.document, built.vault.read(id, source)?);
            if old.head != new.document.head || *old.body != *new.document.body {
                return Err(wrong(&file_of(id, source)));
            }
        }
        Ok(())
    }

    /// Every note file that is there, the revisions of a note in their order.
    fn sources(&self) -> Result<Vec<(NoteId, NoteSource)>, VaultError> {
        let mut all = Vec::new();
        for id in self.note_ids()? {
            all.extend(self.files(id)?.sources().map(|source| (id, source)));
        }
        Ok(all)
    }
}

struct Built {
    vault: Vault,
    sheet: RecoverySheet,
    left_behind: Vec<PathBuf>,
}

/// A vault being written, without syncing its folders: that comes once, at the end.
struct New<'a> {
    vault: &'a Vault,
    folder: &'a Path,
    keys: &'a Keys,
}

impl New<'_> {
    /// Seals all notes with the new keys, and enters them; returns the files left behind.
    fn notes(
        &self,
        ledger: &mut Ledger,
        edition_of: &EditionOf<'_>,
    ) -> Result<Vec<PathBuf>, VaultError> {
        let entered = self.vault.current_ledger().map_err(VaultError::LedgerUnusable)?;
        for id in self.vault.note_ids()? {
            let path = self.folder.join(layout::note_folder(id));
            create::make_folder(self.vault.store.as_ref(), &path)?;
        }
        let mut before: Option<(NoteId, String)> = None;
        for (id, source) in self.vault.sources()? {
            let document = self.vault.read(id, source)?.document;
            let known = before.take().filter(|(note, _)| *note == id).map(|(_, hash)| hash);
            let previous = document.seal.previous.as_ref().and(known);
            // From before there were editions: it was sealed to the members of its day itself.
            let is_from_before = document.seal.signed_by.is_none();
            let seal = Seal { previous, ..document.seal }.in_newest_format();
            let (head, body) = (&document.head, &document.body);
            let sealed = Sealed::new(self.keys, seal.clone(), head, body, &[])?;
            match source {
                NoteSource::Draft => {
                    // A draft that a completed note left behind is none.
                    if ledger.newest(id).is_none() {
                        ledger.enter_draft(id, seal.saves);
                    }
                }
                NoteSource::Revision(number) => {
                    let body = if entered.members_sha256(id, number).is_some() {
                        let file = layout::members_file(id, number);
                        let read = self.vault.read_members(id, number);
                        let read =
                            read.map_err(|fault| VaultError::damaged(file, fault.to_string()))?;
                        Some(read.document.body)
                    } else if is_from_before {
                        edition_of(body)
                    } else {
                        None
                    };
                    let members = ledger.members.recipients_then(head);
                    let body = body.filter(|_| !members.is_empty());
                    let edition = body.map(|body| {
                        let seal = seal.for_members();
                        let edition = Sealed::new(self.keys, seal, head, &body, &members)?;
                        self.write(&layout::members_file(id, number), &edition.bytes)?;
                        Ok::<_, VaultError>(edition.sha256)
                    });
                    let members = edition.transpose()?;
                    if ledger.sha256(id, number).is_some() {
                        let content = RevisionContent { sha256: sealed.sha256.clone(), members };
                        ledger.enter(id, number, content);
                    }
                    before = Some((id, sealed.sha256));
                }
            }
            self.write(&file_of(id, source), &sealed.bytes)?;
        }
        let mut left_behind = Vec::new();
        for file in self.vault.own_files() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if file == Path::new(layout::TRASH) {
                create::make_folder(self.vault.store.as_ref(), &self.folder.join(&file))?;
            }
            if let Some((id, second)) = layout::trash_name(&name) {
                let read = self.vault.read_at(&file, id, NoteSource::Draft);
                let document =
                    read.map_err(|fault| VaultError::damaged(&file, fault.to_string()))?.document;
                let seal = document.seal.in_newest_format();
                let sealed = Sealed::new(self.keys, seal, &document.head, &document.body, &[])?;
                self.write(&file, &sealed.bytes)?;
                ledger.enter_trash(id, second, sealed.sha256);
            }
            if !layout::is_set_aside(&name) {
                continue;
            }
            let path = self.vault.folder.join(&file);
            let sealed = self.vault.store.read(&path, MAX_NOTE_FILE_BYTES);
            let sealed = sealed.map_err(VaultError::disk("read", &path))?;
            match self.vault.keys.open(&sealed) {
                Ok(plain) => self.write(&file, &self.sealed_to_vault(&plain)?)?,
                Err(_) => left_behind.push(file),
            }
        }
        Ok(left_behind)
    }

    fn sealed_to_vault(&self, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.keys.seal(plain).map_err(VaultError::unwritable)
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> Result<(), VaultError> {
        let path = self.folder.join(file);
        durable::write_new(self.vault.store.as_ref(), &path, bytes)
            .map_err(VaultError::disk("write", &path))
    }
}
