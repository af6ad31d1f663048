//! What the system and other programs ask of this process.

use std::{
    io,
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use rustix::process::{Signal, getpid, kill_process};
use signal_hook::{
    SigId,
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGXFSZ},
    flag,
    iterator::Signals,
    low_level::unregister,
};

use crate::system::SignalEvent;

/// Starts a thread that reports each signal, until `tell` returns `false`.
pub(crate) fn watch(
    mut tell: impl FnMut(SignalEvent) -> bool + Send + 'static,
) -> io::Result<thread::JoinHandle<()>> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let event = match signal {
                SIGTSTP => SignalEvent::Suspend,
                SIGCONT => SignalEvent::Continue,
                _ => SignalEvent::End(signal),
            };
            if !tell(event) {
                return;
            }
        }
    })
}

/// Leaves every signal that can be left unheard unheard from now on.
pub(crate) fn ignore_all() {
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2] {
        let _ = flag::register(signal, Arc::default());
    }
}

/// Makes a file over the limit on its size an error like a full disk: it does not end the program.
pub(crate) fn survive_large_files() {
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// While it lives, Ctrl-C does not end this process.
pub(crate) struct IgnoredInterrupts(Option<SigId>);

impl IgnoredInterrupts {
    pub(crate) fn start() -> Self {
        Self(flag::register(SIGINT, Arc::new(AtomicBool::new(false))).ok())
    }
}

impl Drop for IgnoredInterrupts {
    fn drop(&mut self) {
        if let Some(interrupts) = self.0 {
            unregister(interrupts);
        }
    }
}

/// Stops this process until somebody has it go on.
pub(crate) fn suspend() -> io::Result<()> {
    Ok(kill_process(getpid(), Signal::STOP)?)
}
