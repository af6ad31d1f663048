//! Everything that is to be saved, and whatever needs to know what is.

use zeroize::Zeroizing;

use super::{HURRIED, PATIENT, VaultWorker, exchange::ExchangeWorker};
use crate::{
    app::{Message, SaveStatus},
    clinic::{Session, from_document, to_document},
    services::{
        NoteDoubt, NoteOpened, RequestError, RetentionRequest,
        notes::{self, NoteError, head},
        retention,
        save_queue::{Drained, SaveState, Work},
    },
    vault::{NoteHead, NoteId, NoteRow, NoteSource, Vault, Verified},
};

impl VaultWorker {
    pub(super) fn list(&self) {
        let listed = match &self.open {
            Some(open) => {
                // A draft that was just left may still wait to be written.
                open.queue.drain(HURRIED);
                let listed = notes::list_with_received(&open.vault).map_err(RequestError::from);
                // What can't be saved just now is not lost, and so it is listed.
                listed.map(|mut list| {
                    list.rows = with_unsaved(list.rows, open.queue.unsaved_drafts());
                    list
                })
            }
            None => Err(RequestError::Locked),
        };
        self.send(Message::NotesListed(listed));
        if let Some(search) = self.open.as_ref().and_then(|open| open.search.as_ref()) {
            search.refresh();
        }
    }

    pub(super) fn change_retention(&self, request: RetentionRequest) {
        let gone = match &request {
            RetentionRequest::Discard(id) | RetentionRequest::Erase(id, _) => Some(*id),
            _ => None,
        };
        let work = |vault: &Vault| retention::perform(vault, request.clone(), &self.local);
        let is_syncing = self.open.as_ref().and_then(|open| open.exchange.as_ref());
        let done = match request {
            // Both would number what they post.
            RetentionRequest::Erase(..) if is_syncing.is_some_and(ExchangeWorker::is_at_work) => {
                Err(RequestError::Syncing)
            }
            // In the trash there would be what was saved before.
            RetentionRequest::Discard(id) => self.with_saved(id, work),
            _ => self.when_saved(work),
        };
        if let (Some(id), Ok(_), Some(open)) = (gone, &done, &self.open) {
            // What could not be saved of it would bring it back, or be refused for ever.
            open.queue.forget(id);
            if let SaveState::Saved(_) = open.queue.state() {
                self.send(Message::Saving(SaveStatus::Nothing));
            }
        }
        self.send(Message::Kept(done));
    }

    /// Does something with the vault after everything that waits is on the disk.
    pub(super) fn when_saved<T, E: Into<RequestError>>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T, E>,
    ) -> Result<T, RequestError> {
        let open = self.open.as_ref().ok_or(RequestError::Locked)?;
        open.queue.drain(PATIENT);
        work(&open.vault).map_err(Into::into)
    }

    /// As [`Self::when_saved`], unless something of this note could not be saved: then what is on the
    /// disk is not what was written last.
    pub(super) fn with_saved<T, E: Into<RequestError>>(
        &self,
        id: NoteId,
        work: impl FnOnce(&Vault) -> Result<T, E>,
    ) -> Result<T, RequestError> {
        let open = self.open.as_ref().ok_or(RequestError::Locked)?;
        let drained = open.queue.drain(PATIENT);
        match (open.queue.unsaved(id), drained) {
            (Some(_), Drained::Unsaved(failure)) => Err(RequestError::NotSaved(failure)),
            _ => work(&open.vault).map_err(Into::into),
        }
    }

    /// Reads a note, as it was written last: what is not on the disk yet comes from the queue.
    pub(super) fn read(&self, id: NoteId) -> Result<NoteOpened, RequestError> {
        let open = self.open.as_ref().ok_or(RequestError::Locked)?;
        open.queue.drain(PATIENT);
        let Some((work, text)) = open.queue.unsaved(id) else {
            return Ok(notes::read_listed(&open.vault, id)?);
        };
        let session = from_document(&text.1).map_err(NoteError::from)?;
        let doubt = Some(NoteDoubt::NotSaved);
        match work {
            Work::Complete => Err(RequestError::Completing),
            Work::Amend(_) => {
                let opened = notes::read_note(&open.vault, id)?;
                // That the file cannot be verified is worth more than that a correction waits.
                Ok(NoteOpened { session, doubt: opened.doubt.or(doubt), ..opened })
            }
            Work::Draft => {
                let source = NoteSource::Draft;
                Ok(NoteOpened { id, session, source, newer: None, doubt, received: None })
            }
        }
    }

    pub(super) fn save(&self, id: NoteId, session: &Session, work: Work, turn: u64) {
        let Some(open) = &self.open else {
            let why = "The vault is locked. To save, unlock it.".to_owned();
            return self.send(Message::Saving(SaveStatus::NotSaved(why)));
        };
        let body = Zeroizing::new(to_document(session));
        open.queue.submit(id, work, head(session), body, turn);
        if let SaveState::Saving = open.queue.state() {
            self.send(Message::Saving(SaveStatus::Saving));
        }
    }

    pub(super) fn end(&mut self, anyway: bool) {
        let patience = if anyway { HURRIED } else { PATIENT };
        if let Some(open) = &self.open {
            match open.queue.drain(patience) {
                // What fails here costs no text: the next change of the ledger enters it.
                Drained::Clean => drop(open.vault.enter_drafts()),
                Drained::Unsaved(failure) if !anyway => {
                    return self.send(Message::EndRefused(failure.to_string()));
                }
                Drained::Unsaved(_) => {}
            }
        }
        self.send(Message::Ended);
    }
}

/// The rows of the vault, with the drafts that are not on the disk yet as they were written last.
fn with_unsaved(mut rows: Vec<NoteRow>, drafts: Vec<(NoteId, NoteHead)>) -> Vec<NoteRow> {
    for (id, head) in drafts {
        rows.retain(|row| row.id != id);
        let source = NoteSource::Draft;
        rows.push(NoteRow { id, source, head: Ok(head), verified: Verified::Yes });
    }
    rows
}
