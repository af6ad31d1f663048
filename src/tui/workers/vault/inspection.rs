//! Looking into an open vault: what there is, and whether every file is as it should be, on a thread
//! of its own so that saving goes on.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::{
    app::{Message, VaultSeen},
    tui::message_queue::MessageSender,
    vault::{Disk, Vault, VaultState, copies, location_warnings, probe},
};

/// Notes between two words about how far it is.
const TOLD_EVERY: usize = 10;

/// A check under way. Dropping it breaks it off.
pub(crate) struct CheckWorker {
    stop: Arc<AtomicBool>,
    worker: Option<JoinHandle<()>>,
}

impl CheckWorker {
    /// Starts it.
    pub(crate) fn start(vault: Arc<Vault>, messages: MessageSender) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&stop);
        let work = move || {
            let seen = vault.verify_while(&|done, total| {
                if done % TOLD_EVERY == 0 {
                    // The program is ending if nobody listens.
                    let _ = messages.send(Message::VaultChecking { done, total });
                }
                !theirs.load(Ordering::Relaxed)
            });
            if let Some(seen) = seen {
                // As above.
                let _ = messages.send(Message::VaultChecked(Box::new(seen)));
            }
        };
        let worker = thread::Builder::new().name("check".into()).spawn(work)?;
        Ok(Self { stop, worker: Some(worker) })
    }
}

impl Drop for CheckWorker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(worker) = self.worker.take() {
            // A fault in there has nothing left to tell.
            let _ = worker.join();
        }
    }
}

/// What there is to see of an open vault.
pub(crate) fn inspect(vault: &Vault) -> VaultSeen {
    let place = vault.folder();
    let facts = match probe(place) {
        VaultState::Locked(facts) => Some(facts),
        VaultState::Missing | VaultState::Damaged { .. } | VaultState::NewerFormat { .. } => None,
    };
    let mut location_warnings = location_warnings(place);
    for one in facts.iter().flat_map(|facts| &facts.unread) {
        location_warnings.push(format!("{} {}.", one.file.display(), one.why));
    }
    VaultSeen {
        facts,
        copies: copies(&Disk, place).into_iter().map(|copy| copy.name).collect(),
        members: vault.list_members().map_err(|error| error.sentence()),
        location_warnings,
    }
}
