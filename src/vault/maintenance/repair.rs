//! What a look at every file says beyond each file by itself: what could not be read, where the
//! vault lies, which copy beside it can repair a file, and which file holds earlier keys.

use std::path::Path;

use jiff::civil::Date;

use super::{
    copies::{Copy, copies, copies_folder, list_copies},
    rollback::Rollback,
    verify::{Finding, FindingKind, Verification},
};
use crate::{
    system::disk::folder_others_can_write,
    text::show_date,
    vault::{
        Vault,
        keys::{sha256::sha256, unlock},
        notes::note::{NoteId, NoteSource},
        storage::{files::find_own_files, layout},
    },
};

impl Vault {
    /// Adds what could not be read and what is doubtful about the place of the vault, and names the
    /// copies that can repair a note.
    pub(super) fn complete_findings(&self, seen: &mut Verification) {
        for one in find_own_files(self.store.as_ref(), &self.folder).unread {
            let is_named = |known: &Finding| known.file == one.file;
            if !seen.findings.iter().any(is_named) {
                let why = format!("What is in this folder was not checked: it {}.", one.why);
                let advice = "It may be undamaged. Check who owns it and its permissions, or ask \
                              your IT support; restore nothing before that. Replace a link with the \
                              folder itself.";
                seen.findings.push(finding(&one.file, FindingKind::Changed, why, advice));
            }
        }
        if let Some(above) = folder_others_can_write(&self.folder) {
            let why = "Other people on this computer can write to this folder, which contains the \
                       vault, so they can put another folder in its place.";
            let advice = format!(
                "Run `chmod go-w {}`. If it is not your folder, move the vault to one of your own.",
                above.display()
            );
            seen.findings.push(finding(above, FindingKind::Exposed, why.to_owned(), &advice));
        }
        if let Err(error) = list_copies(self.store.as_ref(), &self.folder) {
            let copies = copies_folder(&self.folder);
            let why = error.failure();
            seen.findings.push(finding(&copies, FindingKind::Changed, why, &error.advice()));
        }
        for finding in &mut seen.findings {
            let is_lost = matches!(
                finding.kind,
                FindingKind::Missing | FindingKind::Changed | FindingKind::Swapped
            );
            if is_lost && let Some(advice) = self.advice_from_copies(&finding.file) {
                finding.advice = advice;
            }
        }
    }

    /// Which copy beside the vault holds an intact file for the place of a damaged one; `None` for
    /// what is no file of a note, and where there are no copies.
    fn advice_from_copies(&self, file: &Path) -> Option<String> {
        const OTHERS: &str = "The other notes still open.";
        let (id, source) = note_of(file)?;
        let store = self.store.as_ref();
        let copies = list_copies(store, &self.folder).ok()?;
        let number = |path: &Path| store.facts(path).ok().map(|facts| facts.number);
        let here = number(&self.folder.join(file));
        let mut is_shared = false;
        for copy in copies.iter().rev() {
            let path = copy.folder.join(file);
            let there = number(&path);
            if there.is_none() {
                continue;
            }
            // The same file under a second name is damaged as well.
            if there == here {
                is_shared = true;
                continue;
            }
            let Ok(read) = self.read_at(&path, id, source) else { continue };
            let ledger = self.current_ledger();
            let is_expected = match (source, &ledger) {
                (NoteSource::Revision(number), Ok(ledger)) => {
                    ledger.sha256(id, number).is_none_or(|known| known == read.sha256)
                }
                _ => true,
            };
            if is_expected {
                let name = match copy.name.parse::<Date>() {
                    Ok(day) => format!("of {}", show_date(day)),
                    Err(_) => copy.name.clone(),
                };
                let path = path.display();
                return Some(format!(
                    "The copy {name} has it: put {path} in its place, or restore it from a \
                     backup. {OTHERS}"
                ));
            }
        }
        is_shared.then(|| {
            format!(
                "Restore it from a backup: the copies beside the vault share this file, so they \
                 are damaged in the same way. {OTHERS}"
            )
        })
    }
}

/// Keys that were replaced, and the files of before.
impl Vault {
    /// The key file or the ledger, if the two are encrypted with different keys: one of them is from
    /// before the keys were replaced. Nothing else is wrong then, and a copy of before is no help.
    pub(super) fn other_keys(&self) -> Option<Rollback> {
        let store = self.store.as_ref();
        if !unlock::is_under_other_keys(store, &self.folder, &self.keys) {
            return None;
        }
        if self.opens_a_note() {
            return Some(self.ledger_of_other_keys());
        }
        let read = |folder: &Path, name: &str| store.read(&folder.join(name), layout::SMALL).ok();
        let here = read(&self.folder, layout::IDENTITY);
        // These keys open the copies of before. One made since has another key file.
        let since = copies(store, &self.folder).into_iter().filter(|copy| {
            unlock::is_under_other_keys(store, &copy.folder, &self.keys)
                && read(&copy.folder, layout::IDENTITY).is_some_and(|there| Some(there) != here)
        });
        let written = |copy: &Copy| {
            store.facts(&copy.folder.join(layout::LEDGER)).map_or(0, |facts| facts.modified)
        };
        let bring_back = match since.max_by_key(written) {
            Some(copy) => format!(
                "Move it out of the vault, put {} in its place, and unlock with the newest \
                 passphrase.",
                copy.folder.join(layout::IDENTITY).display()
            ),
            None => "Set a new passphrase with the newest recovery sheet: `caseclinic vault \
                     recover`. It writes this file again."
                .to_owned(),
        };
        Some(Rollback {
            file: layout::IDENTITY.into(),
            why: "This file holds earlier keys, which open neither the ledger nor any note: an \
                  older file was put in its place. The notes are not damaged, and were not checked."
                .to_owned(),
            advice: format!(
                "{bring_back} Then check the vault again. Do not replace anything else by a copy \
                 or backup from before the keys were changed: what was written since is not in it."
            ),
        })
    }

    fn ledger_of_other_keys(&self) -> Rollback {
        let bring_back = match self.newest_copy(|_| true) {
            Some((copy, _)) => format!(
                "Move it out of the vault, and put {} in its place.",
                copy.folder.join(layout::LEDGER).display()
            ),
            None => {
                "Move it out of the vault, and put ledger.age from the newest backup in its place."
                    .to_owned()
            }
        };
        Rollback {
            file: layout::LEDGER.into(),
            why:
                "The ledger is encrypted with other keys than the notes: one from before the keys \
                  were changed, or of another vault, was put in its place."
                    .to_owned(),
            advice: format!(
                "{bring_back} Use only one from after the keys were changed (`caseclinic vault \
                 rekey`)."
            ),
        }
    }

    fn opens_a_note(&self) -> bool {
        self.note_ids().unwrap_or_default().into_iter().any(|id| {
            let Ok(files) = self.files(id) else { return false };
            let revisions = files.revisions.into_iter().map(NoteSource::Revision);
            let mut sources = revisions.chain(files.draft.then_some(NoteSource::Draft));
            sources.any(|source| self.read(id, source).is_ok())
        })
    }

    /// What to do about a key file that is not the one with this hash: a copy that has it, or a
    /// command that writes it again.
    pub(super) fn advice_for_key_file(&self, name: &str, hash: &str, command: &str) -> String {
        let has_it = |copy: &Copy| {
            let read = self.store.read(&copy.folder.join(name), layout::SMALL);
            read.is_ok_and(|there| sha256(&there) == hash)
        };
        let write_again = format!("To write it again: `caseclinic vault {command}`.");
        match copies(self.store.as_ref(), &self.folder).into_iter().find(has_it) {
            Some(copy) => {
                let file = copy.folder.join(name);
                format!("Put {} in its place. {write_again}", file.display())
            }
            None => format!("No copy beside the vault has it. {write_again}"),
        }
    }
}

fn finding(file: &Path, kind: FindingKind, why: String, advice: &str) -> Finding {
    Finding { file: file.to_owned(), kind, why, advice: advice.to_owned() }
}

/// The note that a file of a vault holds, and where it is read from.
fn note_of(file: &Path) -> Option<(NoteId, NoteSource)> {
    if !layout::is_own_file(file) {
        return None;
    }
    let name = file.file_name()?.to_str()?;
    if let Some((id, _)) = layout::trash_name(name) {
        return Some((id, NoteSource::Draft));
    }
    let id = file.parent()?.file_name()?.to_str()?.parse().ok()?;
    match layout::revision_number(name) {
        Some(number) => Some((id, NoteSource::Revision(number))),
        None => (name == layout::DRAFT).then_some((id, NoteSource::Draft)),
    }
}
