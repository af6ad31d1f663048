//! Looking at every file of a vault: what is missing, changed, swapped, rolled back or foreign is
//! named. Every note is opened, nothing is changed, and no word of a note is told.
//!
//! One thing cannot be seen from inside: a whole vault put back to an earlier day. Whoever writes
//! the state of the ledger down can compare it later.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::vault::{
    Vault,
    error::SignedListError,
    notes::{
        ledger::{self, Ledger},
        note::{NoteId, NoteSource, Verified},
        note_file::{NoteFileError, file_of},
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
    /// A number for the content of the ledger: it changes with every locked revision and with
    /// nothing else. Without a ledger there is none.
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
    /// It, or the ledger, is older than what it stands beside.
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
    /// One word for it.
    pub fn word(self) -> &'static str {
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
}

const FROM_A_BACKUP: &str = "Restore it from a backup or a copy. The other notes still open.";

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
        match &ledger {
            Ok(ledger) => {
                seen.ledger_state = Some(ledger.state());
                if let Some(at) = ledger.rebuilt {
                    let day = at.strftime("%-d %b %Y");
                    let why = format!(
                        "The earlier ledger was missing or could not be read, so on {day} this one \
                         was made from the notes that were there. It cannot show what was removed \
                         before, and legal holds and erasures from that time may be missing."
                    );
                    seen.add(layout::LEDGER, FindingKind::Rebuilt, why, ABOUT_REBUILT);
                }
            }
            Err(why) => seen.add(
                layout::LEDGER,
                if self.folder.join(layout::LEDGER).exists() {
                    FindingKind::Changed
                } else {
                    FindingKind::Missing
                },
                format!("{why}."),
                "Restore it from a backup. Otherwise a new one is started with the next completed note.",
            ),
        }
        let mut ids = self.note_ids().unwrap_or_default();
        if let Ok(ledger) = &ledger {
            ids.extend(ledger.notes());
        }
        let total = ids.len();
        for (done, id) in ids.into_iter().enumerate() {
            if !go_on(done, total) {
                return None;
            }
            self.verify_note(id, &ledger, &mut seen);
        }
        self.verify_trash(&mut seen);
        self.verify_folder(&ledger, &mut seen);
        Some(seen)
    }

    fn verify_note(
        &self,
        id: NoteId,
        ledger: &Result<Ledger, SignedListError>,
        seen: &mut Verification,
    ) {
        let files = match self.files(id) {
            Ok(files) => files,
            Err(error) => {
                let folder = layout::note_folder(id);
                let why = format!("{error}.");
                return seen.add(folder, FindingKind::Changed, why, &error.advice());
            }
        };
        if let Some(erased) = ledger.as_ref().ok().and_then(|ledger| ledger.tombstone(id)) {
            if files.draft || !files.revisions.is_empty() {
                let day = erased.at.strftime("%-d %b %Y");
                let why = format!("This note was erased on {day}, but its files are there again.");
                let advice = "Erase it again, or find out who put them there.";
                seen.add(layout::note_folder(id), FindingKind::RolledBack, why, advice);
            }
            return;
        }
        seen.notes += usize::from(files.draft || !files.revisions.is_empty());
        let newest = ledger.as_ref().ok().and_then(|ledger| ledger.newest(id)).unwrap_or(0);
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
            if number > newest && ledger.is_ok() {
                seen.add_unentered(&file, files.draft || number > 1);
            } else if let (Verified::No(why), Ok(_)) = (read.vouch(ledger, id, source), ledger) {
                seen.add(&file, FindingKind::RolledBack, why, FROM_A_BACKUP);
            }
        }
        if files.draft {
            self.verify_draft(id, newest > 0, seen);
        }
    }

    fn verify_draft(&self, id: NoteId, is_complete: bool, seen: &mut Verification) {
        let file = layout::draft_file(id);
        match self.read_at(&file, id, NoteSource::Draft) {
            Err(fault) => seen.add_fault(&file, &fault),
            Ok(_) if is_complete => seen.add(
                file,
                FindingKind::Unfinished,
                "This note is completed, but its last draft is still there.".to_owned(),
                "The draft is no longer used. You can delete it.",
            ),
            Ok(_) => seen.drafts += 1,
        }
    }

    fn verify_trash(&self, seen: &mut Verification) {
        for file in self.own_files() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let Some((id, _)) = layout::trash_name(&name) else { continue };
            if let Err(fault) = self.read_at(&file, id, NoteSource::Draft) {
                seen.add_fault(&file, &fault);
            }
        }
    }

    fn verify_folder(&self, ledger: &Result<Ledger, SignedListError>, seen: &mut Verification) {
        if let Some(why) = self.members_fault() {
            let is_there = self.store.facts(&self.folder.join(layout::MEMBERS)).is_ok();
            let is_doubted = ledger.as_ref().map_or(true, Ledger::awaits_members);
            let (kind, advice) = if !is_there {
                let advice = "Members cannot open newly completed notes. Restore the list from a \
                              backup. Otherwise add the members again (`caseclinic vault members \
                              add`), or create a new recovery sheet: both start a new list.";
                (FindingKind::Missing, advice)
            } else if is_doubted {
                let advice = "Members cannot open newly completed notes until you add them again: \
                              `caseclinic vault members add` starts a new list, with nobody else \
                              on it.";
                (FindingKind::RolledBack, advice)
            } else {
                let advice = "Members cannot open newly completed notes. Restore the list from a \
                              backup. Otherwise delete the file, add the members again and create \
                              a new recovery sheet.";
                (FindingKind::Changed, advice)
            };
            seen.add(layout::MEMBERS, kind, format!("{why}."), advice);
        }
        self.verify_sheet(seen);
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
        for file in self.own_files() {
            let Ok(facts) = self.store.facts(&self.folder.join(&file)) else { continue };
            if facts.is_link {
                let why = "This is a link to another folder, and nothing is written through it.";
                let advice = "Replace the link with the folder or file itself.";
                seen.add(file, FindingKind::Changed, why.to_owned(), advice);
                continue;
            }
            let (why, advice) = if !facts.is_own {
                ("This file belongs to another person.", "Ask whoever looks after this computer.")
            } else if facts.is_exposed {
                (
                    "Other people on this computer may be able to read this.",
                    "Run `chmod -R go= VAULT`, with the vault’s folder for VAULT.",
                )
            } else {
                continue;
            };
            seen.add(file, FindingKind::Exposed, why.to_owned(), advice);
        }
    }

    /// The file that the recovery sheet opens cannot be opened here, but must be the one written.
    fn verify_sheet(&self, seen: &mut Verification) {
        let Ok(Some(known)) = self.members().map(|members| members.sheet_file) else { return };
        let file = self.store.read(&self.folder.join(layout::RECOVERY), layout::SMALL);
        let (kind, why) = match file {
            Ok(bytes) if ledger::sha256(&bytes) == known => return,
            Ok(_) => {
                (FindingKind::Changed, "This is not the newest version of this file.".to_owned())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (
                FindingKind::Missing,
                "This file is missing. Without it, the recovery sheet opens nothing.".to_owned(),
            ),
            Err(error) => (FindingKind::Changed, format!("This file cannot be read: {error}.")),
        };
        let advice =
            "Restore it from a backup. Otherwise create a new sheet: `caseclinic vault sheet`.";
        seen.add(layout::RECOVERY, kind, why, advice);
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
        self.add(file, kind, format!("This file {}.", fault.why()), FROM_A_BACKUP);
    }

    fn add_unentered(&mut self, file: &Path, may_be_unfinished: bool) {
        if may_be_unfinished {
            let why = "This file is not in the ledger: the program stopped while writing it, or \
                       an older ledger was put in place.";
            let advice = "Complete or correct the note again. If nobody was doing that, restore \
                          ledger.age from a backup.";
            self.add(file, FindingKind::Unfinished, why.to_owned(), advice);
        } else {
            let why = "This file is not in the ledger: an older ledger was put in place, or the \
                       file comes from another copy of the vault.";
            let advice = "Restore ledger.age from the newest backup.";
            self.add(file, FindingKind::RolledBack, why.to_owned(), advice);
        }
    }
}
