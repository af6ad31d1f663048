//! Looking at every file of a vault: what is missing, changed, swapped, rolled back or foreign is
//! named. Every note is opened, nothing is changed, and no word of a note is told.
//!
//! A whole vault restored to an earlier day is in order by itself: it is named by what this computer
//! saw of it before, or by the check code that somebody wrote down.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use super::older_drafts::moment;
use crate::vault::{
    Vault,
    error::unread_advice,
    first_format::FIRST_FORMAT,
    keys::sha256::sha256,
    notes::{
        ledger::{CurrentLedger, Ledger, Pending},
        note::{NoteId, NoteSource, Verified},
        note_file::{NoteFileError, file_of, vouch},
    },
    storage::layout,
};

/// What was looked at and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// Notes looked at.
    pub notes: usize,
    /// Completed revisions that opened.
    pub revisions: usize,
    /// Working copies that opened.
    pub drafts: usize,
    /// The number of the ledger's state and the beginning of its hash: another one with every change
    /// of what the vault holds or who opens it. Without a ledger there is none.
    pub ledger_state: Option<String>,
    /// What is not as it should be, file by file.
    pub findings: Vec<Finding>,
}

/// One file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, from the vault's folder on.
    pub file: PathBuf,
    /// What kind of trouble it is.
    pub kind: FindingKind,
    /// What is wrong, as a sentence.
    pub why: String,
    /// What to do, as a sentence.
    pub advice: String,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// It should be there.
    Missing,
    /// Its content is not what was written, or cannot be read.
    Changed,
    /// It is a file of this vault in another's place.
    Swapped,
    /// It, or the ledger, is older than the files beside it.
    RolledBack,
    /// It was lost and made anew, and no longer knows all that the one before knew.
    Rebuilt,
    /// Something that was begun and not finished; the text before it is whole.
    Unfinished,
    /// It is none of the vault's.
    Foreign,
    /// Somebody else may read or change it.
    Exposed,
}

impl FindingKind {
    /// Returns the word for it in JSON, which scripts read.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Swapped => "swapped",
            Self::RolledBack => "rolled-back",
            Self::Rebuilt => "rebuilt",
            Self::Unfinished => "unfinished",
            Self::Foreign => "foreign",
            Self::Exposed => "exposed",
        }
    }

    /// Returns the words for it that people read, in front of the name of a file.
    pub fn title(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Swapped => "in the wrong place",
            Self::RolledBack => "older version",
            Self::Rebuilt => "new ledger",
            Self::Unfinished => "left over",
            Self::Foreign => "not part of the vault",
            Self::Exposed => "readable by others",
        }
    }
}

const FROM_A_BACKUP: &str = "Restore it from a backup or a copy. The other notes still open.";

const UNFINISHED: &str = "The program stopped while it was writing this.";
const FINISH: &str = "It is finished or undone when the vault is next unlocked.";

const ABOUT_REBUILT: &str = "If nobody knows why, find out who could reach the vault. Compare it \
                             with the newest backup (`caseclinic vault restore FILE --verify`), \
                             place legal holds again, and add any members again. Creating new keys \
                             (`caseclinic vault rekey`) starts a new ledger.";

impl Vault {
    /// Opens every file and compares it with the ledger.
    pub fn verify(&self) -> Verification {
        self.verify_while(&|_, _| true).unwrap_or_default()
    }

    /// The same, asking after each note whether to go on: how many are looked at, and of how many.
    pub fn verify_while(&self, go_on: &dyn Fn(usize, usize) -> bool) -> Option<Verification> {
        let mut seen = Verification::default();
        let ledger = self.current_ledger();
        let other_keys = ledger.is_err().then(|| self.other_keys()).flatten();
        // Every other file would be named for the fault of this one.
        let has_other_key_file =
            other_keys.as_ref().is_some_and(|found| found.file == Path::new(layout::IDENTITY));
        match &ledger {
            Ok(ledger) => {
                seen.ledger_state = Some(ledger.code());
                if let Some(at) = ledger.rebuilt {
                    let at = moment(at);
                    let why = format!(
                        "The earlier ledger was missing or could not be read, so on {at} this one \
                         was made from the notes that were there. It cannot show what was removed \
                         before, and legal holds and erasures from that time may be missing."
                    );
                    seen.add(layout::LEDGER, FindingKind::Rebuilt, why, ABOUT_REBUILT);
                }
                let here = ledger.state().number;
                if let Some(found) = self.rollback().or_else(|| self.older_than_any_copy(here)) {
                    seen.add(found.file, FindingKind::RolledBack, found.why, &found.advice);
                }
                self.verify_manifest(ledger, &mut seen);
            }
            Err(why) => match other_keys {
                Some(found) => {
                    seen.add(found.file, FindingKind::RolledBack, found.why, &found.advice);
                }
                None => seen.add(
                layout::LEDGER,
                if self.folder.join(layout::LEDGER).exists() {
                    FindingKind::Changed
                } else {
                    FindingKind::Missing
                },
                format!("{why}."),
                "Restore it from a backup. Otherwise a new one is started with the next completed note.",
            ),
            },
        }
        if has_other_key_file {
            self.verify_folder(&ledger, &mut seen);
            self.complete_findings(&mut seen);
            return Some(seen);
        }
        let mut ids = self.note_ids().unwrap_or_default();
        if let Ok(ledger) = &ledger {
            ids.extend(ledger.notes().chain(ledger.drafts().map(|(id, _)| id)));
        }
        let total = ids.len();
        for (done, id) in ids.into_iter().enumerate() {
            if !go_on(done, total) {
                return None;
            }
            self.verify_note(id, &ledger, &mut seen);
        }
        self.verify_trash(&ledger, &mut seen);
        self.verify_folder(&ledger, &mut seen);
        self.complete_findings(&mut seen);
        Some(seen)
    }

    fn verify_note(&self, id: NoteId, ledger: &CurrentLedger, seen: &mut Verification) {
        let files = match self.files(id) {
            Ok(files) => files,
            Err(error) => {
                let folder = layout::note_folder(id);
                let why = format!("{error}.");
                return seen.add(folder, FindingKind::Changed, why, &error.advice());
            }
        };
        if let Some(erased) = ledger.as_ref().ok().and_then(|ledger| ledger.tombstone(id)) {
            if files.draft || !files.revisions.is_empty() || !files.members.is_empty() {
                let at = moment(erased.at);
                let why = format!("This note was erased on {at}, but its files are there again.");
                let advice = "Erase it again, or find out who put them there.";
                seen.add(layout::note_folder(id), FindingKind::RolledBack, why, advice);
            }
            return;
        }
        seen.notes += usize::from(files.draft || !files.revisions.is_empty());
        let newest = ledger.as_ref().ok().and_then(|ledger| ledger.newest(id)).unwrap_or(0);
        self.verify_members(id, &files.members, newest, ledger, seen);
        let mut numbers = files.revisions;
        numbers.extend(1..=newest);
        for number in numbers {
            let source = NoteSource::Revision(number);
            let file = file_of(id, source);
            let read = match self.read_at(&file, id, source) {
                Ok(read) => read,
                Err(fault) => {
                    seen.add_fault(&file, &fault);
                    continue;
                }
            };
            seen.revisions += 1;
            let previous = read.document.seal.previous.as_deref();
            match (vouch(ledger, id, number, &read.sha256, previous), ledger) {
                (Verified::No(_), Ok(ledger))
                    if ledger.pending_revision(id, number) == Some(&*read.sha256)
                        || (ledger.is_first_format() && (files.draft || number > 1)) =>
                {
                    seen.add(&file, FindingKind::Unfinished, UNFINISHED.to_owned(), FINISH);
                }
                (Verified::No(_), Ok(_)) if number > newest => {
                    let why = "This file is not in the ledger: an older ledger was put in place, or \
                               the file comes from another copy of the vault.";
                    let advice = "Restore ledger.age from the newest copy or backup.";
                    seen.add(&file, FindingKind::RolledBack, why.to_owned(), advice);
                }
                (Verified::No(why), Ok(_)) => {
                    seen.add(&file, FindingKind::RolledBack, why, FROM_A_BACKUP);
                }
                _ => {}
            }
        }
        self.verify_draft(id, files.draft, newest > 0, ledger, seen);
    }

    /// Opens the members' edition of every revision that has one, and compares it with the ledger.
    fn verify_members(
        &self,
        id: NoteId,
        there: &BTreeSet<u32>,
        newest: u32,
        ledger: &CurrentLedger,
        seen: &mut Verification,
    ) {
        let known = |number| ledger.as_ref().ok()?.members_sha256(id, number);
        let mut numbers = there.clone();
        numbers.extend((1..=newest).filter(|number| known(*number).is_some()));
        for number in numbers {
            let file = layout::members_file(id, number);
            let read = match self.read_members(id, number) {
                Ok(read) => read,
                Err(fault) => {
                    seen.add_fault(&file, &fault);
                    continue;
                }
            };
            let Ok(ledger) = ledger else { continue };
            if ledger.members_sha256(id, number) == Some(&*read.sha256) {
                continue;
            }
            let pending = ledger.pending_content(id, number);
            if pending.is_some_and(|content| content.members.as_ref() == Some(&read.sha256)) {
                seen.add(&file, FindingKind::Unfinished, UNFINISHED.to_owned(), FINISH);
                continue;
            }
            let why = "This edition for members is not the one in the ledger: an older file or an \
                       older ledger was put in place.";
            seen.add(&file, FindingKind::RolledBack, why.to_owned(), FROM_A_BACKUP);
        }
    }

    fn verify_draft(
        &self,
        id: NoteId,
        is_there: bool,
        is_complete: bool,
        ledger: &CurrentLedger,
        seen: &mut Verification,
    ) {
        let file = layout::draft_file(id);
        let missing = ledger.as_ref().ok().and_then(|ledger| self.missing_of_completed(ledger, id));
        if let Some(missing) = missing {
            let (why, advice) =
                (self.why_older(id, missing, 0), self.advice_for_older(id, missing));
            return seen.add(file, FindingKind::RolledBack, why, &advice);
        }
        if !is_there {
            let Ok(ledger) = ledger else { return };
            if self.is_lost(id, ledger) {
                seen.add_fault(&file, &NoteFileError::Missing);
            } else if ledger.draft(id).is_some() {
                seen.add(&file, FindingKind::Unfinished, UNFINISHED.to_owned(), FINISH);
            }
            return;
        }
        match self.read_at(&file, id, NoteSource::Draft) {
            Err(fault) => seen.add_fault(&file, &fault),
            Ok(_) if is_complete => seen.add(
                file,
                FindingKind::Unfinished,
                "This note is completed, but a draft of it is still there.".to_owned(),
                "The draft is no longer used. You can delete it.",
            ),
            Ok(read) => {
                seen.drafts += 1;
                let saves = read.document.seal.saves;
                let missing = ledger
                    .as_ref()
                    .ok()
                    .and_then(|ledger| self.missing_of_draft(ledger, id, saves));
                if let Some(missing) = missing {
                    let why = self.why_older(id, missing, saves);
                    let advice = self.advice_for_older(id, missing);
                    seen.add(&file, FindingKind::RolledBack, why, &advice);
                }
            }
        }
    }

    fn verify_trash(&self, ledger: &CurrentLedger, seen: &mut Verification) {
        let mut entered: BTreeSet<(NoteId, i64)> =
            ledger.as_ref().map(|ledger| ledger.trashed().collect()).unwrap_or_default();
        // A folder that cannot be read is named among the others.
        let Ok(files) = self.trash_files() else { return };
        for (file, id, second) in files {
            entered.remove(&(id, second));
            let read = match self.read_at(&file, id, NoteSource::Draft) {
                Ok(read) => read,
                Err(fault) => {
                    seen.add_fault(&file, &fault);
                    continue;
                }
            };
            let Ok(ledger) = ledger else { continue };
            if ledger.is_first_format() {
                continue;
            }
            let (known, pending) = (ledger.trash(id, second), ledger.pending_trash(id, second));
            let saves = read.document.seal.saves;
            if known.is_none() && ledger.draft(id).is_some_and(|newer| newer > saves) {
                let why = "This discarded draft was brought back and saved again.";
                let advice = "Nothing reads this file any more. You can delete it.";
                seen.add(&file, FindingKind::Unfinished, why.to_owned(), advice);
            } else if known.or(pending) != Some(&*read.sha256) {
                let why = "This discarded draft is not the one in the ledger: an older file or an \
                           older ledger was put in place.";
                let advice = "Nothing reads it. Find out who put it there.";
                seen.add(&file, FindingKind::RolledBack, why.to_owned(), advice);
            }
        }
        for (id, second) in entered {
            seen.add_fault(&layout::trash_file(id, second), &NoteFileError::Missing);
        }
    }

    /// `vault.toml` is signed by nobody: where it and the ledger differ, somebody changed it.
    fn verify_manifest(&self, ledger: &Ledger, seen: &mut Verification) {
        if self.manifest() != self.manifest_by(ledger) {
            let why = "This file does not say what the ledger says, and nobody signs it.";
            let advice =
                "The ledger counts. The file is put right when the vault is next unlocked.";
            seen.add(layout::MANIFEST, FindingKind::Changed, why.to_owned(), advice);
        }
    }

    fn verify_folder(&self, ledger: &CurrentLedger, seen: &mut Verification) {
        if let Ok(ledger) = ledger {
            self.verify_key_files(ledger, seen);
        }
        if self.manifest().format > FIRST_FORMAT
            && self.store.facts(&self.folder.join(layout::MEMBERS)).is_ok()
        {
            let why = "This file is left from an earlier format of the vault. Nothing reads it.";
            let advice = "You can delete it. The members are in the ledger.";
            seen.add(layout::MEMBERS, FindingKind::Unfinished, why.to_owned(), advice);
        }
        for file in self.foreign_files() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if layout::is_set_aside(&name) {
                seen.add(
                    &file,
                    FindingKind::Unfinished,
                    "This file was moved aside when another took its place.".to_owned(),
                    "It is encrypted and no longer used. Keep it until you are sure that nothing is missing.",
                );
            } else {
                seen.add(
                    &file,
                    FindingKind::Foreign,
                    "This file is not part of the vault.".to_owned(),
                    "It was not read. If it is yours, move it somewhere else.",
                );
            }
        }
        let close_folder = format!(
            "Run `chmod -R go= {}`, or ask whoever looks after this computer to do it.",
            self.folder.display()
        );
        for file in self.own_files() {
            let Ok(facts) = self.store.facts(&self.folder.join(&file)) else { continue };
            if facts.is_link {
                let why = "This is a link to another folder. For safety, caseclinic does not save through links.";
                let advice = "Replace the link with the folder or file itself.";
                seen.add(file, FindingKind::Changed, why.to_owned(), advice);
                continue;
            }
            let (why, advice) = if !facts.is_own {
                ("This file belongs to another person.", "Ask whoever looks after this computer.")
            } else if facts.is_exposed {
                ("Other people on this computer may be able to read this.", close_folder.as_str())
            } else {
                continue;
            };
            seen.add(file, FindingKind::Exposed, why.to_owned(), advice);
        }
    }

    /// The files that passphrase and recovery sheet open: they must be the ones that were written
    /// last. The sheet's cannot be opened here.
    fn verify_key_files(&self, ledger: &Ledger, seen: &mut Verification) {
        let pending = |file: &str| {
            ledger.pending.iter().any(|step| match step {
                Pending::Identity { sha256 } | Pending::Sheet { sha256, .. } => sha256 == file,
                Pending::Revision { .. } | Pending::Trash { .. } => false,
            })
        };
        let sheet = ledger.members.sheet.as_ref().map(|sheet| &sheet.file);
        let files = [
            (layout::IDENTITY, ledger.identity_file.as_ref(), "passphrase"),
            (layout::RECOVERY, sheet, "sheet"),
        ];
        for (name, known, command) in files {
            let Some(known) = known else { continue };
            let bytes = self.store.read(&self.folder.join(name), layout::SMALL);
            let (kind, why) = match bytes.map(|bytes| sha256(&bytes)) {
                Ok(hash) if hash == *known => continue,
                Ok(hash) if pending(&hash) => (FindingKind::Unfinished, UNFINISHED.to_owned()),
                Ok(_) => (
                    FindingKind::Changed,
                    "This is not the file that was written last: it was altered, or an older one, \
                     which an earlier passphrase or sheet opens, was put in its place."
                        .to_owned(),
                ),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    (FindingKind::Missing, "This file is missing.".to_owned())
                }
                Err(error) => (FindingKind::Changed, format!("This file cannot be read: {error}.")),
            };
            let advice = self.advice_for_key_file(name, known, command);
            seen.add(name, kind, why, &advice);
        }
    }
}

impl Verification {
    /// Whether everything is as it should be. What was left unfinished is told and is no fault.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.kind == FindingKind::Unfinished)
    }

    fn add(&mut self, file: impl AsRef<Path>, kind: FindingKind, why: String, advice: &str) {
        let (file, advice) = (file.as_ref().to_owned(), advice.to_owned());
        self.findings.push(Finding { file, kind, why, advice });
    }

    fn add_fault(&mut self, file: &Path, fault: &NoteFileError) {
        let kind = match fault {
            NoteFileError::Missing => FindingKind::Missing,
            NoteFileError::Elsewhere(..) => FindingKind::Swapped,
            NoteFileError::Unreadable(_)
            | NoteFileError::NotOpened(_)
            | NoteFileError::NotSigned
            | NoteFileError::NoNote => FindingKind::Changed,
        };
        let advice = match fault {
            NoteFileError::Unreadable(error) => unread_advice(error),
            _ => FROM_A_BACKUP,
        };
        self.add(file, kind, format!("This file {fault}."), advice);
    }
}
