//! Performs effects, on threads, and answers with messages.
//!
//! Two workers: one answers searches and saves bookmarks; one works on the vault, with a save queue that
//! has a writer thread of its own. The thread that draws never waits for either. Effects on the terminal
//! itself (clipboard, suspending, redrawing) go back to the caller, which holds the terminal.

mod search;
mod vault;

pub use vault::note_search::notes_searcher;

use std::{
    cell::Cell,
    io,
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use crate::{
    app::{Effect, Message, VaultRequest},
    services::{AppPaths, print::print},
    text::LocalTime,
    tui::message_queue::MessageSender,
};

/// The workers.
pub struct Runtime {
    search_requests: Sender<search::Request>,
    vault_requests: Sender<VaultRequest>,
    /// Closes when the search worker has ended.
    search_ended: Receiver<()>,
    /// Whether a bookmark or a search was handed over to be kept.
    has_kept: Cell<bool>,
    messages: MessageSender,
}

/// How long the end of the program may wait for a bookmark to be on the disk.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

impl Runtime {
    /// Starts the workers; they answer through `messages`, with days and times as they are here.
    pub fn start(paths: AppPaths, local: LocalTime, messages: MessageSender) -> io::Result<Self> {
        let (search_requests, to_search) = channel();
        let (vault_requests, to_vault) = channel();
        let (ending, search_ended) = channel();
        search::start(&paths, to_search, messages.clone(), ending)?;
        vault::start(paths, local, to_vault, messages.clone())?;
        let has_kept = Cell::new(false);
        Ok(Self { search_requests, vault_requests, search_ended, has_kept, messages })
    }

    /// Lets the last bookmark reach the disk. Notes have been saved before: the vault
    /// worker says when.
    pub fn finish(self) {
        drop(self.search_requests);
        if self.has_kept.get() {
            // Both a worker that has ended and one that takes too long let the program go.
            let _ = self.search_ended.recv_timeout(LAST_BOOKMARK);
        }
    }

    /// Performs an effect, or hands it back if it concerns the terminal.
    pub fn perform(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Search { generation, text, filters, by } => {
                let question = search::Question { generation, text, filters, by };
                // A worker that is gone has said so by its last message.
                let _ = self.search_requests.send(search::Request::Answer(question));
            }
            Effect::Suggest { generation, passage } => {
                // As above.
                let _ = self.search_requests.send(search::Request::Suggest(generation, passage));
            }
            Effect::SaveBookmark(change) => {
                self.has_kept.set(true);
                // As above.
                let _ = self.search_requests.send(search::Request::Keep(change));
            }
            Effect::ReadSettings => {
                // As above.
                let _ = self.search_requests.send(search::Request::ReadSettings);
            }
            Effect::ChangeSetting { name, value } => {
                // As above.
                let _ = self.search_requests.send(search::Request::ChangeSetting(name, value));
            }
            Effect::Print(document) => {
                let messages = self.messages.clone();
                // A printing command may wait for a network, and nothing else shall wait with it.
                std::thread::spawn(move || {
                    // The program is ending if nobody listens.
                    let _ = messages.send(Message::Printed(print(&document)));
                });
            }
            Effect::Vault(request) => {
                // As above.
                let _ = self.vault_requests.send(request);
            }
            on_terminal => return Some(on_terminal),
        }
        None
    }
}
