//! Showing the manual to a person at a terminal.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::{Arc, atomic::AtomicBool},
};

use signal_hook::{consts::SIGINT, flag, low_level::unregister};

/// Hands the pages to `man -l -`, which shows them, and waits until it has ended. Returns whether
/// it showed them: not every system has `man`, and not every `man` reads its input.
pub(super) fn show(pages: &[u8]) -> bool {
    // Ctrl-C is for the pager; ending this program would leave the two of them at one terminal.
    let interrupts = flag::register(SIGINT, Arc::new(AtomicBool::new(false)));
    let started = Command::new("man").args(["-l", "-"]).stdin(Stdio::piped()).spawn();
    let is_shown = started.is_ok_and(|mut man| {
        if let Some(mut input) = man.stdin.take() {
            // A pager that was left early reads no further.
            let _ = input.write_all(pages);
        }
        man.wait().is_ok_and(|status| status.success())
    });
    if let Ok(interrupts) = interrupts {
        unregister(interrupts);
    }
    is_shown
}
