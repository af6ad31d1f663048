//! Performs effects, on threads, and answers with messages.
//!
//! Two workers: one answers searches and keeps bookmarks, one keeps the vault (and before it a save queue with a
//! writer of its own). The thread that draws never waits for either. What concerns the terminal
//! itself (clipboard, suspending, redrawing) is done by whoever holds the terminal.

mod keeper;
mod librarian;
mod notes;
mod reading;
pub mod save_queue;
mod settings;
mod shelf;
mod starting;
mod templates;

pub use notes::{find_note, follow_up, list_actions, read_note};
pub use settings::{Settings, ThemeChoice};
pub use shelf::{Shelf, ShelfError};
pub use starting::{begun_follow_ups, follow_up_clinic, head, new_clinic, practice_clinic};
pub use templates::{
    Found, find_template, is_template_file, local_formats, newer_template, read_template_text,
    templates_folder,
};

use std::{
    cell::Cell,
    io,
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

use crate::{
    app::{Effect, Message},
    vault::Places,
};

/// The workers.
pub struct Runtime {
    requests: Sender<librarian::Request>,
    orders: Sender<keeper::Order>,
    /// Closes when the search worker has ended.
    search_ended: Receiver<()>,
    /// Whether a bookmark or a search was handed over to be kept.
    has_kept: Cell<bool>,
}

/// How long the end of the program may wait for a bookmark to be on the disk.
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// An effect that concerns the terminal, for whoever holds it.
pub enum TerminalEffect {
    /// Put text on the clipboard.
    Copy(String),
    /// Give the terminal back and stand aside until continued.
    Suspend,
    /// Draw everything afresh.
    Redraw,
    /// Ring its bell.
    Ring,
}

impl Runtime {
    /// Starts the workers; they answer through `messages`.
    pub fn start(places: Places, messages: Sender<Message>) -> io::Result<Self> {
        let (requests, asked) = channel();
        let (orders, ordered) = channel();
        let (ending, search_ended) = channel();
        librarian::start(&places, asked, messages.clone(), ending)?;
        keeper::start(places, ordered, messages)?;
        Ok(Self { requests, orders, search_ended, has_kept: Cell::new(false) })
    }

    /// Lets the last bookmark reach the disk. Notes have been saved before: the keeper says when.
    pub fn finish(self) {
        drop(self.requests);
        if self.has_kept.get() {
            // Both a worker that has ended and one that takes too long let the program go.
            let _ = self.search_ended.recv_timeout(LAST_BOOKMARK);
        }
    }

    /// Performs an effect, or hands it back if it concerns the terminal.
    pub fn perform(&self, effect: Effect) -> Option<TerminalEffect> {
        let order = match effect {
            Effect::Copy(text) => return Some(TerminalEffect::Copy(text)),
            Effect::Suspend => return Some(TerminalEffect::Suspend),
            Effect::Redraw => return Some(TerminalEffect::Redraw),
            Effect::Ring => return Some(TerminalEffect::Ring),
            Effect::Search { generation, text, filters, by } => {
                let question = librarian::Question { generation, text, filters, by };
                // A worker that is gone has said so by its last message.
                let _ = self.requests.send(librarian::Request::Answer(question));
                return None;
            }
            Effect::KeepReading(change) => {
                self.has_kept.set(true);
                // As above.
                let _ = self.requests.send(librarian::Request::Keep(change));
                return None;
            }
            Effect::LookAtVault => keeper::Order::Look,
            Effect::OfferPassphrase => keeper::Order::OfferPassphrase,
            Effect::CreateVault(passphrase) => keeper::Order::Create(passphrase),
            Effect::ConfirmRecovery => keeper::Order::ConfirmRecovery,
            Effect::UnlockVault(passphrase) => keeper::Order::Unlock(passphrase),
            Effect::LockVault => keeper::Order::Lock,
            Effect::StartClinic { template, practice } => {
                keeper::Order::StartClinic { template, practice }
            }
            Effect::StartFollowUp { note, template, another } => {
                keeper::Order::StartFollowUp { note, template, another }
            }
            Effect::ReadFormats => keeper::Order::ReadFormats,
            Effect::KeepDraft(id) => keeper::Order::KeepDraft(id),
            Effect::ListNotes => keeper::Order::List,
            Effect::ListActions => keeper::Order::ListActions,
            Effect::Count(period) => keeper::Order::Count(period),
            Effect::FollowUpAction { note, action, status, outcome } => {
                keeper::Order::FollowUp { note, action, status, outcome }
            }
            Effect::Amend { id, session } => keeper::Order::Amend { id, session },
            Effect::OpenNote(id) => keeper::Order::Open(id),
            Effect::OpenNamed(name) => keeper::Order::OpenNamed(name),
            Effect::SaveDraft { id, session, turn } => keeper::Order::Save { id, session, turn },
            Effect::Complete { id, session, turn } => keeper::Order::Complete { id, session, turn },
            Effect::End { anyway } => keeper::Order::End { anyway },
        };
        // As above.
        let _ = self.orders.send(order);
        None
    }
}
