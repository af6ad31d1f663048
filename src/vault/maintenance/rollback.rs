//! Whether a vault is older than what this computer saw of it, or than a copy beside it.

use std::{path::PathBuf, sync::PoisonError};

use jiff::Timestamp;

use super::{
    copies::{Copy, copies},
    older_drafts::moment,
};
use crate::vault::{
    Vault,
    error::VaultError,
    keys::unlock,
    notes::ledger::{CurrentLedger, Ledger, LedgerState},
    storage::layout,
};

/// A vault that is older than what was seen of it, or another line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// The file that shows it, from the vault's folder on.
    pub file: PathBuf,
    /// What was seen, when, and what is there, as sentences.
    pub why: String,
    /// How to bring the newer state back, and how to go on without it.
    pub advice: String,
}

impl Vault {
    /// How this vault differs from what was last seen of it; `None` if it does not. It stands until
    /// [`Vault::accept_state`].
    pub fn rollback(&self) -> Option<Rollback> {
        self.rollback.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of the state that the vault is in; `None` without a ledger.
    pub fn state_number(&self) -> Option<u64> {
        self.ask_ledger(|ledger| ledger.state().number).ok()
    }

    /// Takes the vault as it is: from now on this state and its drafts are the ones to compare with.
    pub fn accept_state(&self) -> Result<(), VaultError> {
        if self.rollback().is_some() {
            self.accept_ledger()?;
        }
        self.accept_drafts()
    }

    fn accept_ledger(&self) -> Result<(), VaultError> {
        let ledger = self.current_ledger().map_err(VaultError::LedgerUnusable)?;
        let newest_copy = self.newest_copy(|_| true).map_or(0, |(_, number)| number);
        self.seen.dispute(false);
        self.seen.accept(&ledger, newest_copy, Timestamp::now());
        *self.rollback.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Compares the vault with what was seen of it, and remembers it if it follows.
    pub(crate) fn compare_with_seen(&self, ledger: &CurrentLedger) {
        let Ok(ledger) = ledger else {
            let without_ledger = |(seen, _): (LedgerState, _)| {
                let why = format!(
                    "The ledger of the vault cannot be read, and this computer saw it at state {}.",
                    seen.number
                );
                let newer = self.newest_copy(|copy| copy.follows(&seen));
                Rollback { file: layout::LEDGER.into(), why, advice: bring_back(newer) }
            };
            let found = self.other_keys().or_else(|| self.seen.newest().map(without_ledger));
            self.seen.dispute(found.is_some());
            *self.rollback.write().unwrap_or_else(PoisonError::into_inner) = found;
            return;
        };
        let found = self.is_older_than_seen(ledger).or_else(|| self.is_older_than_copy(ledger));
        self.seen.dispute(found.is_some());
        if found.is_none() {
            self.seen.remember(ledger, Timestamp::now());
        }
        *self.rollback.write().unwrap_or_else(PoisonError::into_inner) = found;
    }

    fn is_older_than_seen(&self, ledger: &Ledger) -> Option<Rollback> {
        let (seen, at) = self.seen.newest()?;
        if ledger.follows(&seen) {
            return None;
        }
        let at = moment(at);
        let here = ledger.state().number;
        let why = if here < seen.number {
            format!(
                "The vault is older than it was: on {at} this computer saw state {}, and now it is \
                 at state {here}. An earlier version was put in its place.",
                seen.number
            )
        } else {
            format!(
                "The vault does not continue what this computer saw on {at} (state {}): it was \
                 replaced by another version, which is now at state {here}.",
                seen.number
            )
        };
        let newer = self.newest_copy(|copy| copy.follows(&seen));
        Some(self.rolled_back(why, newer))
    }

    fn is_older_than_copy(&self, ledger: &Ledger) -> Option<Rollback> {
        let written = self.store.facts(&self.folder.join(layout::LEDGER)).ok()?.modified;
        let is_later = |copy: &Copy| {
            let facts = self.store.facts(&copy.folder.join(layout::LEDGER));
            facts.is_ok_and(|facts| facts.modified > written)
        };
        let here = ledger.state().number;
        // Opening the ledger of every copy takes time: here those that look newer, in `verify` all.
        if !copies(self.store.as_ref(), &self.folder).iter().any(is_later) {
            return None;
        }
        self.older_than_any_copy(here)
    }

    /// The copy beside the vault that knows a later state than this one, as a rollback.
    pub(crate) fn older_than_any_copy(&self, here: u64) -> Option<Rollback> {
        let accepted = self.seen.accepted();
        let newer = self.newest_copy(|copy| copy.state().number > here.max(accepted))?;
        let why = format!(
            "The copy {} beside the vault is newer than the vault: it is at state {}, and the vault \
             is at state {here}. An earlier version was put in its place.",
            newer.0.name, newer.1
        );
        Some(self.rolled_back(why, Some(newer)))
    }

    fn rolled_back(&self, why: String, newer: Option<(Copy, u64)>) -> Rollback {
        let advice = format!(
            "{} If you put the earlier version there yourself and want to go on with it: \
             `caseclinic vault accept`.",
            bring_back(newer)
        );
        Rollback { file: layout::LEDGER.into(), why, advice }
    }

    pub(super) fn newest_copy(&self, fits: impl Fn(&Ledger) -> bool) -> Option<(Copy, u64)> {
        let state = |copy: Copy| {
            let ledger = unlock::read_ledger(self.store.as_ref(), &copy.folder, &self.keys).ok()?;
            fits(&ledger).then_some((copy, ledger.state().number))
        };
        let copies = copies(self.store.as_ref(), &self.folder).into_iter().filter_map(state);
        copies.max_by_key(|(_, number)| *number)
    }
}

/// How to bring the newer version back.
fn bring_back(newer: Option<(Copy, u64)>) -> String {
    match newer {
        Some((copy, _)) => format!(
            "To bring the newer version back, move this folder aside and put the copy {} in its \
             place ({}).",
            copy.name,
            copy.folder.display()
        ),
        None => "To bring the newer version back, restore the newest backup (`caseclinic vault \
                 restore FILE FOLDER`)."
            .to_owned(),
    }
}
