//! What the system and other programs ask of this process. While the screens are shown, Ctrl-C is a
//! key. Nobody tells a program on Windows that its window was closed: what was not saved in the last
//! two seconds is lost with it.

use std::{io, thread};

use crate::system::SignalEvent;

/// Starts nothing that could report: the thread ends at once.
pub(crate) fn watch(
    tell: impl FnMut(SignalEvent) -> bool + Send + 'static,
) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name("signals".into()).spawn(move || drop(tell))
}

/// The helpers have no console, so no key reaches them.
pub(crate) fn ignore_all() {}

/// No file has a limit on its size.
pub(crate) fn survive_large_files() {}

/// There is no pager to leave the keys to.
pub(crate) struct IgnoredInterrupts;

impl IgnoredInterrupts {
    pub(crate) fn start() -> Self {
        Self
    }
}

/// Windows stops no program for a while.
pub(crate) fn suspend() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
