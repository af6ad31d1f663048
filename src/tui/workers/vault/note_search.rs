//! Searching the notes of an open vault: an index made in the background after unlocking, kept
//! sealed in the vault, and gone from memory when the vault is locked.
//!
//! Queries go nowhere: they are answered and forgotten.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use zeroize::Zeroizing;

use crate::{
    app::Message,
    clinic::{Session, from_document},
    exchange::{Received, ReceivedNote},
    knowledge::Library,
    report::for_each_text,
    search::{
        NOTES_FORMAT, NoteSearchError, NoteToSearch, NotesIndex, NotesPart, Options, Searcher,
    },
    services::RequestError,
    tui::message_queue::MessageSender,
    vault::{NoteId, NoteStamp, Vault, VaultError},
};

/// Changes whenever other words would be taken out of a note.
const WORDS: u32 = 2;
/// Notes in a part, about.
const SHARE: usize = 1024;
/// Notes read between two words about it.
const TOLD_EVERY: usize = 20;
/// So many changed notes are worth keeping the index again.
const WORTH_KEEPING: usize = 64;
/// Hits at most.
const LIMIT: usize = 100;

/// The worker that searches the notes. Dropping it ends it and forgets every word.
pub(crate) struct NoteSearchWorker {
    requests: Option<Sender<NoteSearchRequest>>,
    stop: Arc<AtomicBool>,
    worker: Option<JoinHandle<()>>,
}

enum NoteSearchRequest {
    /// Notes may have changed.
    Refresh,
    Find {
        generation: u64,
        text: String,
    },
}

impl NoteSearchWorker {
    /// Starts it.
    pub(crate) fn start(vault: Arc<Vault>, messages: MessageSender) -> io::Result<Self> {
        let (requests, received) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&stop);
        let work = move || answer_until_stopped(&vault, &received, &messages, &theirs);
        let worker = thread::Builder::new().name("notes".into()).spawn(work)?;
        Ok(Self { requests: Some(requests), stop, worker: Some(worker) })
    }

    /// Notes may have changed.
    pub(crate) fn refresh(&self) {
        self.send(NoteSearchRequest::Refresh);
    }

    /// Asks; the newest question wins.
    pub(crate) fn find(&self, generation: u64, text: String) {
        self.send(NoteSearchRequest::Find { generation, text });
    }

    fn send(&self, request: NoteSearchRequest) {
        if let Some(requests) = &self.requests {
            // A worker that is gone has said so by its last message.
            let _ = requests.send(request);
        }
    }
}

impl Drop for NoteSearchWorker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.requests = None;
        if let Some(worker) = self.worker.take() {
            // A fault in there has nothing left to report_progress.
            let _ = worker.join();
        }
    }
}

fn answer_until_stopped(
    vault: &Vault,
    requests: &Receiver<NoteSearchRequest>,
    messages: &MessageSender,
    stop: &AtomicBool,
) {
    let report_progress = |done, total| {
        // The program is ending if nobody listens.
        let _ = messages.send(Message::NotesRead { done, total });
    };
    // Before the notes are listed: what is erased later changes it.
    let mut mark = vault.ledger_mark();
    let (mut notes, stamps) = IndexedNotes::kept(vault, ReceivedNote::list_id);
    let mut searcher = notes.follow(vault, stamps, &report_progress, stop);
    while let Ok(first) = requests.recv() {
        let (mut refresh, mut newest) = (false, None);
        for request in std::iter::once(first).chain(requests.try_iter()) {
            match request {
                NoteSearchRequest::Refresh => refresh = true,
                NoteSearchRequest::Find { generation, text } => newest = Some((generation, text)),
            }
        }
        if stop.load(Ordering::Relaxed) {
            return;
        }
        if refresh {
            mark = vault.ledger_mark();
            searcher = notes.follow(vault, vault.stamps(), &report_progress, stop);
        }
        if let Some((generation, text)) = newest {
            let results = loop {
                let results = match &searcher {
                    Ok(Some(searcher)) => Ok(Arc::new(searcher.search(&text, &typing()))),
                    Ok(None) => return,
                    Err(why) => Err(why.to_string()),
                };
                let now = vault.ledger_mark();
                if now == mark {
                    break results;
                }
                // A note may be erased now, and must not be found any more.
                mark = now;
                searcher = notes.follow(vault, vault.stamps(), &report_progress, stop);
            };
            if messages.send(Message::NotesFound { generation, results }).is_err() {
                return;
            }
        }
    }
}

fn typing() -> Options {
    Options { limit: LIMIT, typing: true, ..Options::default() }
}

/// Answers over the notes of an open vault as they are now, for a command, with the notes whose text
/// could not be read; those that do not open at all are named by [`Vault::list`].
///
/// # Errors
/// The notes can't be listed, or there is no memory for their index.
pub fn notes_searcher(vault: &Vault) -> Result<(Searcher, Vec<NoteId>), RequestError> {
    let (mut notes, stamps) = IndexedNotes::kept(vault, |note| note.id);
    let searcher = notes.follow(vault, stamps, &|_, _| (), &AtomicBool::new(false))?;
    Ok((searcher.ok_or(RequestError::NotesUnread)?, notes.unread))
}

/// The index, and what to keep of it.
struct IndexedNotes {
    index: NotesIndex,
    thesaurus: Library,
    unkept: usize,
    /// Notes whose text could not be read.
    unread: Vec<NoteId>,
    /// What a note of somebody else is called in what was found.
    received_id: fn(&ReceivedNote) -> NoteId,
}

impl IndexedNotes {
    /// What was kept the last time, and which notes there are now: read at the same time.
    fn kept(
        vault: &Vault,
        received_id: fn(&ReceivedNote) -> NoteId,
    ) -> (Self, Result<Vec<NoteStamp>, VaultError>) {
        let read = || {
            let kept = vault.kept_texts(version());
            kept.as_deref().map_or_else(NotesIndex::default, |kept| NotesIndex::read(kept))
        };
        thread::scope(|scope| {
            let reading = scope.spawn(read);
            let (stamps, thesaurus) = (vault.stamps(), Library::bundled());
            // After a fault in there everything is read anew.
            let index = reading.join().unwrap_or_default();
            (Self { index, thesaurus, unkept: 0, unread: Vec::new(), received_id }, stamps)
        })
    }

    /// Follows the vault: reads what changed and answers over what there is now; nothing if it was
    /// stopped meanwhile.
    fn follow(
        &mut self,
        vault: &Vault,
        stamps: Result<Vec<NoteStamp>, VaultError>,
        report_progress: &(impl Fn(usize, usize) + Sync),
        stop: &AtomicBool,
    ) -> Result<Option<Searcher>, RequestError> {
        let stamps = stamps?;
        let own: Vec<NoteToSearch> = stamps.iter().map(as_searched).collect();
        // What cannot be read of them is named by the list of notes.
        let received = Received::load(vault).ok().flatten();
        let others = received.iter().flat_map(Received::notes).map(|note| self.as_searched(note));
        let all: Vec<NoteToSearch> = own.iter().cloned().chain(others).collect();
        let (missing, missing_others): (Vec<usize>, Vec<usize>) =
            self.index.settle(&all).into_iter().partition(|at| *at < own.len());
        let read: Vec<(&NoteStamp, &NoteToSearch)> =
            missing.iter().map(|at| (&stamps[*at], &own[*at])).collect();
        let (parts, unread) =
            read_parts(vault, &read, report_progress, stop).map_err(RequestError::from)?;
        for part in parts {
            self.index.add(part);
        }
        self.unread.extend(unread);
        if let Some(received) = &received {
            let first = own.len();
            let others = missing_others.iter().map(|at| (&received.notes()[at - first], &all[*at]));
            self.add_received(vault, received, others.collect(), stop)?;
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let searcher =
            self.index.searcher(&all, self.thesaurus.thesaurus()).map_err(RequestError::Index)?;
        report_progress(own.len(), own.len());
        self.unkept += missing.len();
        // A text that could not be read may be read tomorrow, although its file is the same.
        if self.unkept >= WORTH_KEEPING && self.unread.is_empty() {
            // Words of others are never kept in the vault.
            self.index.settle(&own);
            if let Some(kept) = self.index.write() {
                let ids: Vec<NoteId> = stamps.iter().map(|note| note.id).collect();
                vault.keep_texts(version(), &kept, &ids);
                self.unkept = 0;
            }
            if let Some(received) = &received {
                let others = received.notes().iter().zip(&all[own.len()..]);
                self.add_received(vault, received, others.collect(), stop)?;
            }
        }
        Ok(Some(searcher))
    }

    /// A note of somebody else, in its newest revision.
    fn as_searched(&self, note: &ReceivedNote) -> NoteToSearch {
        let (newest, id) = (note.newest(), (self.received_id)(note).to_string());
        let (head, stamp) = (&newest.head, format!("received-{}", newest.post.name));
        let title = format!("{} {}, from {}", head.case_key, head.title, note.title);
        NoteToSearch { id, stamp, title }
    }

    /// Reads these notes of others and adds them, in parts of their own.
    fn add_received(
        &mut self,
        vault: &Vault,
        received: &Received,
        notes: Vec<(&ReceivedNote, &NoteToSearch)>,
        stop: &AtomicBool,
    ) -> Result<(), RequestError> {
        for share in notes.chunks(SHARE) {
            let mut texts = Vec::with_capacity(share.len());
            for (note, searched) in share {
                if stop.load(Ordering::Relaxed) {
                    return Ok(());
                }
                // One that does not open is found by its title.
                let session = received.session(vault, note.newest());
                texts.push((
                    *searched,
                    session.map_or_else(|_| Zeroizing::default(), |one| words_of(&one)),
                ));
            }
            self.index.add(NotesPart::of(&texts).map_err(RequestError::from)?);
        }
        Ok(())
    }
}

fn version() -> u32 {
    NOTES_FORMAT * 1000 + WORDS
}

fn as_searched(note: &NoteStamp) -> NoteToSearch {
    let title = format!("{} {}", note.head.case_key, note.head.title);
    NoteToSearch { id: note.id.to_string(), stamp: note.stamp.clone(), title }
}

/// Reads these notes and builds parts of them, on two threads where there are many.
fn read_parts(
    vault: &Vault,
    notes: &[(&NoteStamp, &NoteToSearch)],
    report_progress: &(impl Fn(usize, usize) + Sync),
    stop: &AtomicBool,
) -> Result<(Vec<NotesPart>, Vec<NoteId>), NoteSearchError> {
    let shares: Vec<_> = notes.chunks(SHARE).collect();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (built, unread) = (Mutex::new(Vec::with_capacity(shares.len())), Mutex::new(Vec::new()));
    let work = || {
        while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut texts = Vec::with_capacity(share.len());
            for (note, searched) in *share {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                // A note that can't be read is named by the list; it is found by its title.
                let body = vault.body(note.id, note.source);
                if body.is_none() {
                    unread.lock().unwrap_or_else(PoisonError::into_inner).push(note.id);
                }
                texts.push((*searched, body.map_or_else(Zeroizing::default, |body| words(&body))));
                let read = done.fetch_add(1, Ordering::Relaxed) + 1;
                if read % TOLD_EVERY == 0 {
                    report_progress(read, notes.len());
                }
            }
            let part = NotesPart::of(&texts);
            built.lock().unwrap_or_else(PoisonError::into_inner).push(part);
        }
    };
    thread::scope(|scope| {
        let other = (shares.len() > 1).then(|| scope.spawn(work));
        work();
        if let Some(other) = other {
            // A fault in there shows as a part that is missing.
            let _ = other.join();
        }
    });
    let built = built.into_inner().unwrap_or_else(PoisonError::into_inner);
    let unread = unread.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((built.into_iter().collect::<Result<_, _>>()?, unread))
}

/// What people wrote in a note; all of it if it is no session of ours.
fn words(body: &str) -> Zeroizing<String> {
    match from_document(body) {
        Ok(session) => words_of(&session),
        Err(_) => Zeroizing::new(body.to_owned()),
    }
}

fn words_of(session: &Session) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(4096));
    for_each_text(session, &mut |written| {
        let written = written.text.trim();
        if !written.is_empty() {
            text.push_str(written);
            text.push('\n');
        }
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        tui::message_queue::message_queue,
        vault::fixtures::{head, vault},
    };

    #[test]
    fn an_erased_note_is_not_found_although_nobody_said_that_notes_changed() {
        let (_home, vault) = vault();
        let vault = Arc::new(vault);
        let [erased, other] = [NoteId::random(), NoteId::random()];
        vault.save_draft(erased, &head("A"), "a puffin and a gannet").expect("saved");
        vault.save_draft(other, &head("B"), "a puffin").expect("saved");
        let (messages, said) = message_queue();
        let search = NoteSearchWorker::start(Arc::clone(&vault), messages).expect("started");
        let found = |words: &str| {
            search.find(1, words.to_owned());
            let mut said = std::iter::from_fn(|| said.recv().ok());
            let results = said.find_map(|message| match message {
                Message::NotesFound { results, .. } => Some(results),
                _ => None,
            });
            results.expect("answered").expect("searched").total
        };
        assert_eq!((found("puffin"), found("gannet")), (2, 1));
        vault.erase(erased, "its time is over", jiff::Timestamp::now()).expect("erased");
        assert_eq!((found("gannet"), found("puffin")), (0, 1));
    }
}
