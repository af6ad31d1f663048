//! Signals as messages: ending politely saves first, suspending gives the terminal back.

use std::{
    io,
    sync::mpsc::Sender,
    thread::{self, Builder},
};

use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    iterator::Signals,
};

use crate::app::Message;

/// Starts watching. One thread; it ends when nobody listens.
pub(crate) fn start(messages: Sender<Message>) -> io::Result<thread::JoinHandle<()>> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT])?;
    Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let message = match signal {
                SIGTSTP => Message::SuspendAsked,
                SIGCONT => Message::Continued,
                _ => Message::EndAsked { signal },
            };
            if messages.send(message).is_err() {
                return;
            }
        }
    })
}
