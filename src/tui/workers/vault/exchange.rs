//! The exchange of an open vault, on a thread of its own: a share can be slow, and saving goes on.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::{
    app::Message,
    services::{ExchangeRequest, exchange::perform},
    tui::message_queue::MessageSender,
    vault::Vault,
};

/// Calls to the folder between two words about how far it is.
const TOLD_EVERY: usize = 50;

/// Work with the exchange that is under way. Dropping it breaks it off.
pub(crate) struct ExchangeWorker {
    stop: Arc<AtomicBool>,
    worker: Option<JoinHandle<()>>,
}

impl ExchangeWorker {
    /// Starts it.
    pub(crate) fn start(
        vault: Arc<Vault>,
        request: ExchangeRequest,
        messages: MessageSender,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (theirs, calls, told) = (Arc::clone(&stop), AtomicUsize::new(0), messages.clone());
        let go_on: Arc<dyn Fn() -> bool + Send + Sync> = Arc::new(move || {
            let calls = calls.fetch_add(1, Ordering::Relaxed) + 1;
            if calls % TOLD_EVERY == 0 {
                // The program is ending if nobody listens.
                let _ = told.send(Message::ExchangeWorking(calls));
            }
            !theirs.load(Ordering::Relaxed)
        });
        let work = move || {
            let reply = perform(&vault, request, jiff::Timestamp::now(), &go_on).map(Box::new);
            // As above.
            let _ = messages.send(Message::ExchangeDone(reply));
        };
        let worker = thread::Builder::new().name("exchange".into()).spawn(work)?;
        Ok(Self { stop, worker: Some(worker) })
    }

    /// Whether it is under way still.
    pub(crate) fn is_at_work(&self) -> bool {
        self.worker.as_ref().is_some_and(|worker| !worker.is_finished())
    }
}

impl Drop for ExchangeWorker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(worker) = self.worker.take() {
            // A fault in there has nothing left to tell.
            let _ = worker.join();
        }
    }
}
