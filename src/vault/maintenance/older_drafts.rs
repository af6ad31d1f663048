//! Drafts that are not the ones that were saved last, until somebody accepts them.
//!
//! The ledger and this computer know how often each draft was saved. Whoever goes on with an older
//! draft does not end the warning: what is saved counts less than the save that is missing, and a
//! note completed from it keeps its draft in the ledger, as one that is asked for.

use jiff::Timestamp;

use super::copies::copies;
use crate::{
    text::LocalTime,
    vault::{
        Vault,
        error::{LedgerError, VaultError},
        notes::{
            document::StoredNote,
            ledger::Ledger,
            ledger_entries::RevisionContent,
            note::{NoteHead, NoteId, NoteSource},
        },
        storage::layout,
    },
};

/// A draft that somebody has to decide about.
#[derive(Debug, Clone)]
pub struct OlderDraft {
    /// Which note.
    pub note: NoteId,
    /// Its head.
    pub head: NoteHead,
    /// Which save was seen, since when it is known, and which one is there, as a sentence.
    pub why: String,
    /// What is missing.
    pub(crate) missing: Missing,
}

/// What is missing of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The draft there is an earlier save than this one.
    Save(u64),
    /// The note was completed from an earlier save than this one.
    SaveOfCompleted(u64),
    /// The ledger knows of no draft.
    Entry,
}

/// A time in what the vault says. It is not told which time zone people read.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{} UTC", LocalTime::default().moment(at))
}

impl Vault {
    /// Every draft that is not the one saved last, and every note completed from one.
    ///
    /// # Errors
    /// If the ledger or the notes cannot be listed.
    pub fn older_drafts(&self) -> Result<Vec<OlderDraft>, VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        let mut found = Vec::new();
        for id in self.note_ids()? {
            if ledger.tombstone(id).is_some() {
                continue;
            }
            let source = match ledger.newest(id) {
                Some(number) => NoteSource::Revision(number),
                None => NoteSource::Draft,
            };
            if source != NoteSource::Draft && ledger.draft(id).is_none() {
                continue;
            }
            let Ok(read) = self.read(id, source) else { continue };
            let StoredNote { head, seal, .. } = read.document;
            let missing = match source {
                NoteSource::Draft => self.missing_of_draft(&ledger, id, seal.saves),
                NoteSource::Revision(_) => self.missing_of_completed(&ledger, id),
            };
            if let Some(missing) = missing {
                let why = self.why_older(id, missing, seal.saves);
                found.push(OlderDraft { note: id, head, why, missing });
            }
        }
        Ok(found)
    }

    /// Takes the drafts as they are: each counts more than the save that is missing.
    pub(super) fn accept_drafts(&self) -> Result<(), VaultError> {
        let older = self.older_drafts()?;
        if older.is_empty() {
            return Ok(());
        }
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        let mut entered = Vec::new();
        for one in &older {
            if let Missing::Save(newest) = one.missing {
                let StoredNote { head, body, .. } =
                    self.read(one.note, NoteSource::Draft)?.document;
                self.count_from(one.note, newest);
                self.put_draft(&mut settled, one.note, &head, &body)?;
            } else if one.missing == Missing::Entry {
                let read = self.read(one.note, NoteSource::Draft)?;
                entered.push((one.note, read.document.seal.saves));
            }
        }
        self.change_ledger(|ledger| {
            for one in &older {
                if let Missing::SaveOfCompleted(_) = one.missing {
                    ledger.remove_draft(one.note);
                }
            }
            entered.into_iter().for_each(|(note, saves)| ledger.enter_draft(note, saves));
        })
    }

    /// What is missing of a draft that was saved so often; `None` if it is the newest.
    pub(crate) fn missing_of_draft(
        &self,
        ledger: &Ledger,
        id: NoteId,
        saves: u64,
    ) -> Option<Missing> {
        if ledger.is_first_format() {
            return None;
        }
        let Some(entered) = ledger.draft(id) else { return Some(Missing::Entry) };
        let newest = entered.max(self.seen.draft(id).unwrap_or(0));
        (saves < newest).then_some(Missing::Save(newest))
    }

    /// What is missing of a completed note: the ledger still has a draft of it.
    pub(crate) fn missing_of_completed(&self, ledger: &Ledger, id: NoteId) -> Option<Missing> {
        ledger.newest(id)?;
        ledger.draft(id).map(Missing::SaveOfCompleted)
    }

    /// The same as a sentence, about a draft that was saved so often.
    pub(crate) fn why_older(&self, id: NoteId, missing: Missing, saves: u64) -> String {
        let seen = |newest: u64| match self.seen.draft_seen_at(id, newest) {
            Some(at) => format!("save {newest} was seen on {}", moment(at)),
            None => format!("the ledger knows save {newest}"),
        };
        match missing {
            Missing::Save(newest) => format!(
                "This draft is older than the one that was saved last: {}, and this is save {saves}.",
                seen(newest)
            ),
            Missing::SaveOfCompleted(newest) => format!(
                "This note was completed from an older draft: {}, and what it held may be missing.",
                seen(newest)
            ),
            Missing::Entry => "This draft is not in the ledger: it was discarded, or an older \
                               ledger was put in place."
                .to_owned(),
        }
    }

    /// What helps: the newer draft in a copy, or to accept what is there.
    pub(super) fn advice_for_older(&self, id: NoteId, missing: Missing) -> String {
        let file = layout::draft_file(id);
        let newest = match missing {
            Missing::Save(newest) | Missing::SaveOfCompleted(newest) => newest,
            Missing::Entry => u64::MAX,
        };
        let has_it = |path: &std::path::Path| {
            let read = self.read_at(path, id, NoteSource::Draft);
            read.is_ok_and(|read| read.document.seal.saves >= newest)
        };
        let paths = copies(self.store.as_ref(), &self.folder).into_iter().rev();
        let newer = paths.map(|copy| copy.folder.join(&file)).find(|path| has_it(path));
        let bring_back = match (missing, newer) {
            (Missing::Save(_), Some(path)) => {
                format!("To bring the newer one back, put {} in its place.", path.display())
            }
            (Missing::SaveOfCompleted(_), Some(path)) => {
                format!("{} has it: compare, and correct the note.", path.display())
            }
            (Missing::Entry, _) => "Ask whether somebody put an older file there.".to_owned(),
            (_, None) => "Look for the newer one in the copies and backups.".to_owned(),
        };
        format!("{bring_back} To go on with what is there: `caseclinic vault accept`.")
    }

    /// The count of the next save of a draft. One on top of an older draft stays below the save
    /// that is missing, so that it does not pass for it.
    pub(crate) fn next_save(&self, id: NoteId) -> u64 {
        let newest = self.newest_save(self.ask_ledger(|ledger| ledger.draft(id)), id);
        match self.last_save(id) {
            Some(last) if last < newest => (last + 1).min(newest - 1),
            last => last.unwrap_or(0).max(newest) + 1,
        }
    }

    /// How often the draft was saved, as far as the ledger and this computer know.
    pub(crate) fn newest_save(&self, entered: Result<Option<u64>, LedgerError>, id: NoteId) -> u64 {
        let entered = entered.ok().flatten().unwrap_or(0);
        entered.max(self.seen.draft(id).unwrap_or(0))
    }

    /// Enters a completed revision. If the draft it was completed from is an older one, the ledger
    /// goes on asking for the newer.
    pub(crate) fn enter_revision(
        &self,
        ledger: &mut Ledger,
        id: NoteId,
        number: u32,
        content: RevisionContent,
    ) {
        let newest = ledger.draft(id).map(|entered| self.newest_save(Ok(Some(entered)), id));
        let is_older = |newest: &u64| {
            ledger.newest(id).is_some() || self.last_save(id).is_some_and(|last| last < *newest)
        };
        let missing = newest.filter(is_older);
        ledger.enter(id, number, content);
        if let Some(newest) = missing {
            ledger.enter_draft(id, newest);
        }
    }
}
