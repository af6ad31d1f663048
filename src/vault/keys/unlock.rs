//! From a locked vault to an unlocked one, and the keys under new seals.

use std::{
    io,
    path::Path,
    sync::{Arc, PoisonError},
};

use jiff::Timestamp;
use secrecy::SecretString;

use super::{
    member::{Members, Sheet},
    passphrase, recovery,
    seal::{self, NotOpened, Strength},
    secret_keys::{KeyPlace, Keys, NewSheet},
    sha256::sha256,
};
use crate::{
    system::{
        disk::{self, is_link_error},
        lock::finish_exchange,
    },
    vault::{
        Vault, VaultPlace, create,
        error::{LedgerError, VaultError},
        first_format::{self, FIRST_FORMAT},
        maintenance::seen_state::SeenState,
        notes::{
            ledger::{Ledger, Pending},
            note::{NoteId, NoteSource},
            note_file::{NoteFileError, file_of},
        },
        storage::{
            durable::{self, Existing},
            layout::{self, LEDGER, Manifest, Unusable},
            lock::{self, Writer},
            store::{Store, or_empty},
        },
    },
};

/// Bytes a ledger may have: room for some two hundred thousand revisions.
const MAX_LEDGER_BYTES: u64 = 32 << 20;

/// How often a vault whose keys another window changes meanwhile is opened again.
const ATTEMPTS: usize = 3;

/// What a vault is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To write, if no other window does.
    Work,
    /// To read only: nothing is written, not even a lock.
    Look,
}

/// What opens the keys of a vault.
#[derive(Debug, Clone, Copy)]
pub enum Opener<'a> {
    /// The passphrase; of a backup, the one on the day when it was made.
    Passphrase(&'a SecretString),
    /// The key from the recovery sheet.
    Sheet(&'a SecretString),
}

impl Opener<'_> {
    /// The file with the keys that it opens.
    fn file(self) -> &'static str {
        match self {
            Self::Passphrase(_) => layout::IDENTITY,
            Self::Sheet(_) => layout::RECOVERY,
        }
    }

    /// The keys in that file. Only those that a passphrase opens can be held elsewhere.
    fn open(self, sealed: &[u8], place: &KeyPlace) -> Result<Keys, VaultError> {
        match self {
            Self::Passphrase(passphrase) => {
                let open = |spelling| Keys::unlock_in(place, sealed, spelling);
                first_that_opens(passphrase, open).map_err(not_unlocked)
            }
            Self::Sheet(key) => {
                let damaged =
                    |error: NotOpened| VaultError::damaged(self.file(), error.to_string());
                let key = recovery::read_key(key).ok_or(VaultError::WrongRecoveryKey)?;
                let file = seal::open_with(&key, sealed).map_err(|error| match error {
                    NotOpened::WrongKey => VaultError::WrongRecoveryKey,
                    other => damaged(other),
                })?;
                Keys::from_identity_file(&file).ok_or_else(|| damaged(NotOpened::NoKeys))
            }
        }
    }
}

/// The keys of the vault in `place`, held in this process.
pub(crate) fn keys(
    store: &dyn Store,
    place: &Path,
    opener: Opener<'_>,
) -> Result<Keys, VaultError> {
    opener.open(&small_file(store, place, opener.file())?, &KeyPlace::ThisProcess)
}

/// Whether the passphrase opens the vault in `place`, whose keys these are.
pub(crate) fn verify_passphrase(
    store: &dyn Store,
    place: &Path,
    keys: &Keys,
    passphrase: &SecretString,
) -> Result<(), VaultError> {
    let sealed = small_file(store, place, layout::IDENTITY)?;
    first_that_opens(passphrase, |spelling| keys.verify_passphrase(&sealed, spelling))
        .map_err(not_unlocked)
}

/// Tries each spelling of a passphrase until one is not wrong.
fn first_that_opens<T>(
    passphrase: &SecretString,
    open: impl Fn(SecretString) -> Result<T, NotOpened>,
) -> Result<T, NotOpened> {
    let mut result = Err(NotOpened::WrongKey);
    for spelling in passphrase::spellings(passphrase) {
        result = open(spelling);
        if !matches!(result, Err(NotOpened::WrongKey)) {
            break;
        }
    }
    result
}

fn not_unlocked(error: NotOpened) -> VaultError {
    match error {
        NotOpened::WrongKey => VaultError::WrongPassphrase,
        NotOpened::OtherWorkFactor => VaultError::OtherWorkFactor,
        NotOpened::TooLittleMemory => VaultError::TooLittleMemory,
        NotOpened::KeysGone => VaultError::KeysGone,
        other => VaultError::damaged(layout::IDENTITY, other.to_string()),
    }
}

impl Vault {
    /// Checks that a passphrase does not open the vault already. One that cannot be compared,
    /// because the key file is damaged, counts as another.
    pub fn require_other_passphrase(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        match verify_passphrase(self.store.as_ref(), &self.folder, &self.keys, passphrase) {
            Ok(()) => Err(VaultError::SamePassphrase),
            Err(_) => Ok(()),
        }
    }

    /// Seals the keys under a new passphrase. Whoever knew the old one and has a copy of the old
    /// file can still open the vault: this changes the door, not the keys.
    pub fn change_passphrase(
        &self,
        passphrase: &SecretString,
        strength: Strength,
    ) -> Result<(), VaultError> {
        self.may_write()?;
        passphrase::check(passphrase)?;
        let sealed = self.keys.file_for_passphrase(passphrase::settled(passphrase), strength);
        let sealed = sealed.map_err(VaultError::unwritable)?;
        let hash = sha256(&sealed);
        let _lock = self.lock_for_writing();
        self.begin(Pending::Identity { sha256: hash.clone() })?;
        self.replace_key_file(layout::IDENTITY, sealed, &hash)?;
        self.end_step(|ledger| {
            ledger.pending.retain(|step| !matches!(step, Pending::Identity { .. }));
            ledger.identity_file = Some(hash);
        });
        Ok(())
    }

    /// A new recovery sheet, which counts when it is handed to [`Vault::replace_sheet`].
    pub fn new_sheet(&self) -> Result<NewSheet, VaultError> {
        self.may_write()?;
        self.keys.new_sheet(Timestamp::now()).map_err(VaultError::unwritable)
    }

    /// Puts a new sheet in the place of the old one, which opens this vault no longer. Only for a
    /// sheet that was confirmed: a part of it typed back, or its file read back. A copy of the vault
    /// with the old sheet is taken first. An error means that the old sheet counts.
    pub fn replace_sheet(&self, new: &NewSheet, now: Timestamp) -> Result<(), VaultError> {
        self.may_write()?;
        self.copier().copy_before("sheet", now)?;
        let _lock = self.lock_for_writing();
        let (public, file) = (new.recipient.clone(), sha256(&new.sealed));
        self.begin(Pending::Sheet { public: public.clone(), sha256: file.clone() })?;
        self.replace_key_file(layout::RECOVERY, new.sealed.clone(), &file)?;
        self.end_step(|ledger| {
            ledger.pending.retain(|step| !matches!(step, Pending::Sheet { .. }));
            ledger.members.sheet = Some(Sheet { public, file, confirmed: true });
        });
        // Only shown while the vault is locked.
        let _ = self.show_confirmed();
        Ok(())
    }

    /// Replaces the file that the passphrase or the sheet opens. After an error the old one counts:
    /// the new one may have got its name although the folder could not be made durable.
    fn replace_key_file(&self, name: &str, sealed: Vec<u8>, hash: &str) -> Result<(), VaultError> {
        let Err(error) = self.replace(name, Ok(sealed)) else { return Ok(()) };
        if self.file_hash(name).is_ok_and(|there| there == hash) { Ok(()) } else { Err(error) }
    }

    /// SHA-256 of a small file of the vault.
    pub(crate) fn file_hash(&self, name: &str) -> io::Result<String> {
        let bytes = self.store.read(&self.folder.join(name), layout::SMALL);
        bytes.map(|bytes| sha256(&bytes))
    }

    /// Enters that a step is done whose file counts already. Where that fails, the step stays
    /// entered as begun, and is ended when the vault is next unlocked.
    fn end_step(&self, change: impl FnOnce(&mut Ledger)) {
        let _ = self.change_ledger(change);
    }

    /// Remembers that a part of the recovery sheet was typed back.
    pub fn confirm_recovery(&self) -> Result<(), VaultError> {
        self.may_write()?;
        let _lock = self.lock_for_writing();
        let confirm = |ledger: &mut Ledger| {
            if let Some(sheet) = &mut ledger.members.sheet {
                sheet.confirmed = true;
            }
        };
        self.change_ledger(confirm)?;
        self.show_confirmed()
    }

    /// Whether a part of the recovery sheet was ever typed back.
    pub fn recovery_confirmed(&self) -> bool {
        match self.members() {
            Ok(Members { sheet: Some(sheet), .. }) => sheet.confirmed,
            // A vault from before sheets were listed, or one that lost its ledger.
            _ => self.manifest().recovery_confirmed,
        }
    }

    pub(crate) fn manifest(&self) -> Manifest {
        self.manifest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn write_manifest(&self, changed: Manifest) -> Result<(), VaultError> {
        let text = changed.write().map_err(VaultError::unwritable)?;
        self.replace(layout::MANIFEST, Ok(text.into_bytes()))?;
        *self.manifest.write().unwrap_or_else(PoisonError::into_inner) = changed;
        Ok(())
    }

    /// What `vault.toml` is to say, by the ledger.
    pub(crate) fn manifest_by(&self, ledger: &Ledger) -> Manifest {
        let manifest = self.manifest();
        let sheet = ledger.members.sheet.as_ref();
        Manifest {
            created: ledger.created,
            recovery_confirmed: sheet.map_or(manifest.recovery_confirmed, |sheet| sheet.confirmed),
            ..manifest
        }
    }

    /// Writes `vault.toml` afresh if somebody changed it: nobody signs it.
    fn mend_manifest(&self) -> Result<(), VaultError> {
        let known = self.ask_ledger(|ledger| self.manifest_by(ledger));
        match known {
            Ok(known) if known != self.manifest() => self.write_manifest(known),
            _ => Ok(()),
        }
    }

    fn show_confirmed(&self) -> Result<(), VaultError> {
        self.write_manifest(Manifest { recovery_confirmed: true, ..self.manifest() })
    }

    /// Enters a step before it is begun.
    pub(crate) fn begin(&self, step: Pending) -> Result<(), VaultError> {
        self.change_ledger(|ledger| ledger.pending.push(step))
    }

    /// Whether a draft that was entered before it was written is not there, and nobody saw it.
    fn is_never_written(&self, note: NoteId) -> bool {
        self.store.is_missing(&self.folder.join(layout::draft_file(note)))
            && self.seen.draft(note).unwrap_or(0) == 0
    }

    /// Ends the steps that were begun and not entered as done: by the files each shows whether it
    /// was done or not.
    fn settle_pending(&self) -> Result<(), VaultError> {
        let never_written = self.ask_ledger(|ledger| {
            let drafts = ledger.drafts().filter(|(_, saves)| *saves == 0).map(|(id, _)| id);
            drafts.filter(|id| self.is_never_written(*id)).collect::<Vec<_>>()
        });
        let never_written = never_written.map_err(VaultError::LedgerUnusable)?;
        if never_written.is_empty()
            && self.ask_ledger(|ledger| ledger.pending.is_empty()) == Ok(true)
        {
            return Ok(());
        }
        let _lock = self.lock_for_writing();
        // `None` where nobody can tell now: the step stays until somebody can.
        let has = |name, hash: &str| match self.file_hash(name) {
            Ok(there) => Some(there == hash),
            Err(error) => is_lost(&error).then_some(false),
        };
        let note_has =
            |file: &Path, note, source, sha256: &str| match self.read_at(file, note, source) {
                Ok(read) => Some(read.sha256 == sha256),
                Err(NoteFileError::Unreadable(error)) => is_lost(&error).then_some(false),
                Err(NoteFileError::NotOpened(NotOpened::KeysGone)) => None,
                Err(_) => Some(false),
            };
        let mut completed = Vec::new();
        self.change_ledger(|ledger| {
            never_written.iter().for_each(|note| ledger.remove_draft(*note));
            for step in std::mem::take(&mut ledger.pending) {
                let is_there = match &step {
                    Pending::Revision { note, number, content, .. } => {
                        let source = NoteSource::Revision(*number);
                        note_has(&file_of(*note, source), *note, source, &content.sha256)
                    }
                    Pending::Trash { note, second, sha256 } => {
                        let file = layout::trash_file(*note, *second);
                        note_has(&file, *note, NoteSource::Draft, sha256)
                    }
                    Pending::Identity { sha256 } => has(layout::IDENTITY, sha256),
                    Pending::Sheet { sha256, .. } => has(layout::RECOVERY, sha256),
                };
                let Some(is_there) = is_there else {
                    ledger.pending.push(step);
                    continue;
                };
                match step {
                    Pending::Revision { note, number, content, saves } => {
                        // It failed, and the draft was worked on: that is what counts.
                        let is_over = self
                            .read(note, NoteSource::Draft)
                            .is_ok_and(|draft| draft.document.seal.saves > saves);
                        if is_there && is_over && self.set_aside(note, number).is_err() {
                            // Without its step the file would count for more than the draft.
                            ledger.pending.push(Pending::Revision { note, number, content, saves });
                            continue;
                        }
                        if is_there && !is_over {
                            self.enter_revision(ledger, note, number, content);
                            completed.push(note);
                        } else if ledger.newest(note).unwrap_or(0) < number {
                            // The text may change still: no member may keep what was begun.
                            let _ = self.remove_members(note, number);
                        }
                    }
                    Pending::Trash { note, second, sha256 } => {
                        if !is_there {
                            continue;
                        }
                        ledger.enter_trash(note, second, sha256);
                        if self.store.is_missing(&self.folder.join(layout::draft_file(note))) {
                            ledger.remove_draft(note);
                        }
                    }
                    Pending::Identity { sha256 } => {
                        if is_there {
                            ledger.identity_file = Some(sha256);
                        }
                    }
                    Pending::Sheet { public, sha256 } => {
                        if is_there {
                            let sheet = Sheet { public, file: sha256, confirmed: true };
                            ledger.members.sheet = Some(sheet);
                        }
                    }
                }
            }
        })?;
        // The revision stands: a draft that cannot be removed is no longer read by anything.
        completed.into_iter().for_each(|note| drop(self.remove_draft(note)));
        Ok(())
    }

    fn replace(&self, name: &str, bytes: io::Result<Vec<u8>>) -> Result<(), VaultError> {
        let path = self.folder.join(name);
        bytes
            .and_then(|bytes| durable::put(self.store.as_ref(), &path, &bytes, Existing::Replace))
            .map_err(VaultError::disk("write", &path))
    }
}

pub(crate) fn manifest(store: &dyn Store, place: &Path) -> Result<Manifest, VaultError> {
    if or_empty(store.list(place)).map_err(VaultError::disk("read", place))?.is_empty() {
        return Err(VaultError::NoVault(place.to_owned()));
    }
    Manifest::read(&small_file(store, place, layout::MANIFEST)?).map_err(|error| match error {
        Unusable::Newer(found) => VaultError::NewerFormat(found),
        Unusable::Unreadable => VaultError::damaged(layout::MANIFEST, "cannot be understood"),
    })
}

fn small_file(store: &dyn Store, place: &Path, name: &str) -> Result<Vec<u8>, VaultError> {
    let path = place.join(name);
    store.read(&path, layout::SMALL).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => VaultError::damaged(name, "is missing"),
        // Too large, a folder, a link or a device: somebody put it there.
        io::ErrorKind::InvalidData | io::ErrorKind::IsADirectory => {
            VaultError::damaged(name, format!("cannot be read: {error}"))
        }
        _ => VaultError::disk("read", &path)(error),
    })
}

/// Opens the vault at `place`.
pub(crate) fn unlock(
    store: Arc<dyn Store>,
    place: &VaultPlace,
    opener: Opener<'_>,
    purpose: Purpose,
) -> Result<Vault, VaultError> {
    let opened = opener.file();
    finish_exchange(&place.folder).map_err(VaultError::disk("open", &place.folder))?;
    // New keys and copies go beside the vault itself, and not beside a link to it.
    let folder = disk::canonical(&place.folder).unwrap_or_else(|_| place.folder.clone());
    let vault_place = VaultPlace { folder, ..place.clone() };
    let place = vault_place.folder.as_path();
    for _ in 0..ATTEMPTS {
        let before = manifest(store.as_ref(), place)?;
        let sealed = small_file(store.as_ref(), place, opened)?;
        let keys = opener.open(&sealed, &vault_place.keys)?;
        if keys.vault != before.id {
            return Err(VaultError::damaged(
                opened,
                "belongs to a different vault from the one in vault.toml",
            ));
        }
        let writer = match purpose {
            Purpose::Work => lock::take(place).map_err(VaultError::disk("lock", place))?,
            Purpose::Look => {
                Writer::Elsewhere { why: "it was opened only to be checked".to_owned() }
            }
        };
        // Opening took about a second without the lock, and another window may have given the vault
        // new keys: the folder behind the name, or the file that was opened, is another one then.
        let is_here = purpose == Purpose::Look || writer.is_of(place).unwrap_or(false);
        if !is_here || small_file(store.as_ref(), place, opened)? != sealed {
            continue;
        }
        let ledger = read_ledger(store.as_ref(), place, &keys);
        let why_not_write = match &ledger {
            // A new ledger would forget members and holds. This one may open the next time.
            Err(why @ LedgerError::Unreadable(_)) => Some(format!(
                "{why}; lock and unlock again, and if that does not help, `caseclinic vault verify` \
                 says what does"
            )),
            Err(_) if is_under_other_keys(store.as_ref(), place, &keys) => Some(format!(
                "{LEDGER} is encrypted with other keys than those in {opened}, so one of the two \
                 files is an earlier one; `caseclinic vault verify` says what helps"
            )),
            _ => None,
        };
        let writer = match (writer, why_not_write) {
            (Writer::Us { .. }, Some(why)) => Writer::Elsewhere { why },
            (writer, _) => writer,
        };
        if let Writer::Us { .. } = writer {
            sweep(store.as_ref(), place);
            create::remove_unfinished(store.as_ref(), create::parent_of(place));
        }
        let manifest = manifest(store.as_ref(), place)?;
        let seen = SeenState::load(&vault_place, &keys.vault);
        let mut vault = Vault::with(store, place, manifest, keys, writer, ledger, seen);
        // What the ledger said is believed only if it was read while the keys were there.
        if !vault.keys.are_held() {
            return Err(VaultError::KeysGone);
        }
        vault.compare_with_seen(&vault.current_ledger());
        if vault.may_write().is_ok() && vault.ledger_fault().is_none() {
            let now = Timestamp::now();
            let prepared = vault.bring_to_format(now).and_then(|()| vault.settle_pending());
            if let Err(error) = prepared.and_then(|()| vault.mend_manifest()) {
                let why = format!("it could not be prepared for writing: {}", error.failure());
                vault.writer = Writer::Elsewhere { why };
            }
        }
        vault.load_catalogue();
        vault.tidy(Timestamp::now());
        return Ok(vault);
    }
    Err(VaultError::KeysChanging)
}

/// Whether the ledger is whole, and sealed with other keys: whoever writes a new ledger then destroys
/// the only one that the right keys open.
pub(crate) fn is_under_other_keys(store: &dyn Store, place: &Path, keys: &Keys) -> bool {
    let sealed = store.read(&place.join(LEDGER), MAX_LEDGER_BYTES);
    sealed.is_ok_and(|sealed| matches!(keys.open(&sealed), Err(NotOpened::WrongKey)))
}

fn sweep(store: &dyn Store, place: &Path) {
    let is_link = |path: &Path| store.facts(path).is_ok_and(|facts| facts.is_link);
    for folder in ["", layout::KEYS, layout::TRASH] {
        let folder = place.join(folder);
        if !is_link(&folder) {
            durable::sweep(store, &folder);
        }
    }
    let notes = place.join(layout::NOTES);
    if is_link(&notes) {
        return;
    }
    for entry in store.list(&notes).unwrap_or_default() {
        if entry.is_folder && entry.name.parse::<NoteId>().is_ok() {
            durable::sweep(store, &notes.join(entry.name));
        }
    }
}

/// Whether a file that could not be read is missing, or something else lies in its place. Otherwise
/// it may open when it is tried again.
fn is_lost(error: &io::Error) -> bool {
    is_link_error(error)
        || matches!(
            error.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::InvalidData
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
        )
}

/// The ledger, or why it cannot be relied on.
pub(crate) fn read_ledger(
    store: &dyn Store,
    place: &Path,
    keys: &Keys,
) -> Result<Ledger, LedgerError> {
    let sealed = store.read(&place.join(LEDGER), MAX_LEDGER_BYTES).map_err(|error| {
        let why = error.to_string();
        if is_lost(&error) { LedgerError::Lost(why) } else { LedgerError::Unreadable(why) }
    })?;
    let plain = keys.open(&sealed).map_err(|error| LedgerError::NotOpened(error.to_string()))?;
    if let Some(ledger) = Ledger::read(&plain, keys) {
        return Ok(ledger);
    }
    // Only a vault that says it has the first format may have a ledger of that format.
    let first_format = || {
        let manifest = manifest(store, place).ok()?;
        let known = manifest.format == FIRST_FORMAT;
        let (mut ledger, members) = known.then(|| Ledger::read_first_format(&plain, keys))??;
        first_format::complete(&mut ledger, members, store, place, &manifest, keys);
        Some(ledger)
    };
    first_format().ok_or(LedgerError::NotSigned)
}
