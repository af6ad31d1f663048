//! Keys, pastes and resizes, read on a thread of their own so that a terminal that hangs up can't
//! make the main thread spin.
//!
//! The bytes are read and understood here and not by the terminal library: that one keeps the last
//! hundred keys and the last paste readable in memory for as long as the program runs, a passphrase
//! among them. Here every byte is overwritten as soon as it is understood.

mod parse;

use std::{
    io::{self, Read},
    os::unix::net::UnixStream,
    thread::{self, Builder},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use signal_hook::{consts::SIGWINCH, low_level::pipe};
use zeroize::{Zeroize, Zeroizing};

use self::parse::{Parser, Waiting};
use super::message_queue::{MessageSender, NobodyListens};
use crate::app::Message;

/// Bytes read at once.
const CHUNK: usize = 4096;
/// An escape that nothing followed for so long was the key of that name.
const AFTER_ESCAPE: Duration = Duration::from_millis(30);
/// An answer of the terminal of which nothing came for so long has lost its end.
const AFTER_ANSWER: Duration = Duration::from_secs(1);
/// A paste of which nothing came for so long has lost its end.
const AFTER_PASTE: Duration = Duration::from_secs(10);

/// Starts reading. The thread ends when the terminal is gone or nobody listens.
pub(super) fn start(messages: MessageSender) -> io::Result<thread::JoinHandle<()>> {
    let (resized, tell) = UnixStream::pair()?;
    resized.set_nonblocking(true)?;
    tell.set_nonblocking(true)?;
    pipe::register(SIGWINCH, tell)?;
    Builder::new().name("input".into()).spawn(move || {
        // Nobody listens any more, or the terminal is gone: there is nothing else to tell.
        let _ = read(&resized, &messages);
    })
}

/// Reads until somebody is gone; an error is that nobody listens.
fn read(mut resized: &UnixStream, messages: &MessageSender) -> Result<(), NobodyListens> {
    let mut parser = Parser::default();
    loop {
        let Ok((typed, sized)) = wait(resized, parser.waiting()) else {
            return messages.send(Message::TerminalLost);
        };
        if sized {
            let mut some = [0; 64];
            while resized.read(&mut some).is_ok_and(|count| count == some.len()) {}
            if let Ok((columns, rows)) = crossterm::terminal::size() {
                messages.send(Message::Resized { columns, rows })?;
            }
        }
        if typed {
            let mut chunk = Zeroizing::new([0; CHUNK]);
            match rustix::io::read(rustix::stdio::stdin(), &mut chunk[..]) {
                Ok(0) => return messages.send(Message::TerminalLost),
                Ok(count) => parser.take(&chunk[..count]),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return messages.send(Message::TerminalLost),
            }
            chunk.zeroize();
        } else if !sized {
            parser.time_passed();
        }
        while let Some(message) = parser.next() {
            messages.send(message)?;
        }
    }
}

/// Waits until something was typed or the window has another size, and tells which; neither means
/// that what was begun is not going on.
fn wait(resized: &UnixStream, waiting: Waiting) -> io::Result<(bool, bool)> {
    let patience = match waiting {
        Waiting::Nothing => None,
        Waiting::Escape => Some(AFTER_ESCAPE),
        Waiting::Answer => Some(AFTER_ANSWER),
        Waiting::Paste => Some(AFTER_PASTE),
    };
    let patience = patience.and_then(|time| Timespec::try_from(time).ok());
    let stdin = rustix::stdio::stdin();
    let mut both = [
        PollFd::new(&stdin, PollFlags::IN),
        PollFd::from_borrowed_fd(std::os::fd::AsFd::as_fd(resized), PollFlags::IN),
    ];
    match poll(&mut both, patience.as_ref()) {
        Ok(_) => {}
        // A signal came: whoever listens to it is told in another way.
        Err(Errno::INTR) => return wait(resized, waiting),
        Err(error) => return Err(error.into()),
    }
    // A terminal that hung up is read once more: reading then says so.
    Ok((!both[0].revents().is_empty(), !both[1].revents().is_empty()))
}
