//! Corrections: a new revision beside the ones before, which never change.
//!
//! It is written once, signed, and names the hash of the revision before it, so that none can be
//! taken out of the row. What was completed stays readable under its number.

use super::{
    document::Seal,
    note::{Correction, NoteHead, NoteId, NoteSource, Receipt},
    save::{RevisionText, receipt},
};
use crate::vault::{Vault, error::VaultError};

impl Vault {
    /// Locks a further revision of a completed note. Asked again with the same text, after a crash
    /// or a failure half-way, it finishes what was begun and adds nothing.
    pub fn amend<'a>(
        &self,
        id: NoteId,
        head: &NoteHead,
        text: impl Into<RevisionText<'a>>,
        correction: Correction,
    ) -> Result<Receipt, VaultError> {
        let text = text.into();
        self.may_write()?;
        let mut settled = self.lock_for_writing();
        let newest = self.locked(id)?.ok_or(VaultError::NotComplete(id))?;
        let before = self.locked_revision(id, newest)?;
        self.keeps_subject(id, head)?;
        let seal =
            |number, previous| Seal::following(&self.keys.vault, id, number, correction, previous);
        if let Some(previous) = before.document.seal.previous.clone() {
            let again = self.seal_revision(seal(newest, previous), head, text)?.own;
            if again.sha256 == before.sha256 {
                return Ok(receipt(&again, Some(newest)));
            }
        }
        if before.document.seal.is_entered_in_error() {
            return Err(VaultError::EnteredInError(id));
        }
        let number = newest + 1;
        let sealed = self.seal_revision(seal(number, before.sha256), head, text)?;
        self.lock_revision(&mut settled, id, number, &sealed)?;
        Ok(receipt(&sealed.own, Some(number)))
    }

    /// Reads a revision that something is to follow: only what the ledger vouches for.
    fn locked_revision(
        &self,
        id: NoteId,
        number: u32,
    ) -> Result<super::note_file::Read, VaultError> {
        let source = NoteSource::Revision(number);
        let read = self.read(id, source)?;
        match self.current_ledger() {
            Ok(ledger) if ledger.sha256(id, number) != Some(read.sha256.as_str()) => {
                let file = crate::vault::storage::layout::revision_file(id, number);
                Err(VaultError::damaged(file, "is not the revision that was saved"))
            }
            _ => Ok(read),
        }
    }
}
