//! The notes of others in the lists of an open vault: each once, beside the vault's own notes, under
//! an id that none of these has.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    clinic::Session,
    exchange::{ExchangeError, Received, ReceivedNote},
    vault::{NoteId, NoteRow, NoteSource, Vault, Verified},
};

/// Who wrote a note that is not the vault's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteAuthor {
    /// Their name and agency.
    pub title: String,
    /// How many corrections of its newest revision stand side by side; 1 is the usual.
    pub versions: usize,
}

impl NoteAuthor {
    /// Returns why this note cannot be changed or handed over here.
    pub fn refusal(&self) -> String {
        format!(
            "{} wrote this note, so you can only read it and follow it up. Ask them to correct it, \
             erase it or hand it over.",
            self.title
        )
    }

    fn of(note: &ReceivedNote) -> Self {
        Self { title: note.title.clone(), versions: note.newest_ones().count() }
    }
}

/// Every note that there is to read.
#[derive(Default)]
pub struct NoteList {
    /// The vault's own, and those of others in their newest revision.
    pub rows: Vec<NoteRow>,
    /// Who wrote those that are not the vault's own.
    pub authors: BTreeMap<NoteId, NoteAuthor>,
    /// Why those of others are missing, if they are.
    pub problem: Option<String>,
}

/// The vault's own notes only.
impl From<Vec<NoteRow>> for NoteList {
    fn from(rows: Vec<NoteRow>) -> Self {
        Self { rows, ..Self::default() }
    }
}

impl NoteList {
    /// Adds the notes that others sent to this vault.
    pub(crate) fn add_received(&mut self, vault: &Vault) {
        match Received::load(vault) {
            Ok(received) => {
                for note in received.iter().flat_map(Received::notes) {
                    let (id, newest) = (note.list_id(), note.newest());
                    let source = NoteSource::Revision(newest.number);
                    let head = Ok(newest.head.clone());
                    self.rows.push(NoteRow { id, source, head, verified: Verified::Yes });
                    self.authors.insert(id, NoteAuthor::of(note));
                }
            }
            Err(error) => self.problem = Some(error.sentence()),
        }
    }
}

/// A note of somebody else, as it was opened.
pub struct ReceivedEdition {
    /// Who wrote it.
    pub author: NoteAuthor,
    /// The number of its newest revision.
    pub revision: u32,
    /// When that was sent, by the clock of its author.
    pub sent: Timestamp,
    /// The other corrections of the same revision, with the time each was sent.
    pub others: Vec<(Timestamp, Session)>,
}

/// The id in lists of the one note of somebody else that has this case key or id; `None` if there is
/// none, or several.
pub(crate) fn find_received(vault: &Vault, name: &str) -> Result<Option<NoteId>, ExchangeError> {
    let received = Received::load(vault)?;
    let notes = received.iter().flat_map(Received::notes);
    let mut found = notes.filter(|note| note.is_called(name));
    Ok(found.next().filter(|_| found.next().is_none()).map(ReceivedNote::list_id))
}

/// Opens a note of somebody else by its id in lists, in its newest revision; `None` if nobody sent
/// one.
///
/// # Errors
/// What is kept of it cannot be read.
pub(crate) fn open_received(
    vault: &Vault,
    id: NoteId,
) -> Result<Option<(Session, ReceivedEdition)>, ExchangeError> {
    let Some(received) = Received::load(vault)? else { return Ok(None) };
    let Some(note) = received.notes().iter().find(|note| note.list_id() == id) else {
        return Ok(None);
    };
    let newest = note.newest();
    let session = received.session(vault, newest)?;
    let mut others = Vec::new();
    for one in note.newest_ones().filter(|one| one.post != newest.post) {
        others.push((one.at, received.session(vault, one)?));
    }
    let (author, revision) = (NoteAuthor::of(note), newest.number);
    Ok(Some((session, ReceivedEdition { author, revision, sent: newest.at, others })))
}
