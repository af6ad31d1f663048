//! Keys, pastes and resizes, read on a thread of their own so that a terminal that hangs up can't
//! make the main thread spin.
//!
//! The bytes are read and understood here and not by the terminal library: that one keeps the last
//! hundred keys and the last paste readable in memory for as long as the program runs, a passphrase
//! among them. Here every byte is overwritten as soon as it is understood.

mod parse;

use std::{
    io,
    thread::{self, Builder},
    time::Duration,
};

use zeroize::{Zeroize, Zeroizing};

use self::parse::{Parser, Waiting};
use super::message_queue::{MessageSender, NobodyListens};
use crate::{
    app::Message,
    system::{TerminalEvents, terminal::TerminalInput},
};

/// Bytes read at once.
const CHUNK: usize = 4096;
/// A character that comes later than this behind an escape was not pressed together with Alt.
const AFTER_ESCAPE: Duration = Duration::from_millis(30);
/// An escape that nothing followed for so long, after the time above, was the key of that name: a slow
/// line may split the sequence of an arrow, and nobody notices such a delay of Esc.
const AFTER_AGED_ESCAPE: Duration = Duration::from_millis(90);
/// A sequence of which nothing came for so long is at its end.
const AFTER_SEQUENCE: Duration = Duration::from_millis(120);
/// The rest of a sequence that comes no later than this behind an escape that was taken for the key
/// is still that of a key.
const AFTER_LATE_ESCAPE: Duration = Duration::from_millis(400);
/// An answer of the terminal of which nothing came for so long has lost its end.
const AFTER_ANSWER: Duration = Duration::from_secs(1);
/// A paste of which nothing came for so long has lost its end.
const AFTER_PASTE: Duration = Duration::from_secs(10);

/// Starts reading. The thread ends when the terminal is gone or nobody listens.
pub(super) fn start(messages: MessageSender) -> io::Result<thread::JoinHandle<()>> {
    let input = TerminalInput::start()?;
    Builder::new().name("input".into()).spawn(move || {
        // Nobody listens any more, or the terminal is gone: there is nothing else to tell.
        let _ = read(input, &messages);
    })
}

/// Reads until somebody is gone; an error is that nobody listens.
fn read(mut input: TerminalInput, messages: &MessageSender) -> Result<(), NobodyListens> {
    let mut parser = Parser::default();
    loop {
        let Ok(events) = input.wait(patience(parser.waiting())) else {
            return messages.send(Message::TerminalLost);
        };
        let TerminalEvents { typed, resized } = events;
        if resized && let Ok((columns, rows)) = crossterm::terminal::size() {
            messages.send(Message::Resized { columns, rows })?;
        }
        if typed {
            let mut chunk = Zeroizing::new([0; CHUNK]);
            match input.read(&mut chunk[..]) {
                Ok(0) => return messages.send(Message::TerminalLost),
                Ok(count) => parser.take(&chunk[..count]),
                Err(error) if is_passing(&error) => {}
                Err(_) => return messages.send(Message::TerminalLost),
            }
            chunk.zeroize();
        } else if !resized {
            parser.time_passed();
        }
        while let Some(message) = parser.next() {
            messages.send(message)?;
        }
    }
}

/// Whether reading can be tried again.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock)
}

/// How long to wait for what was begun to go on.
fn patience(waiting: Waiting) -> Option<Duration> {
    match waiting {
        Waiting::Nothing => None,
        Waiting::Sequence => Some(AFTER_SEQUENCE),
        Waiting::Escape => Some(AFTER_ESCAPE),
        Waiting::AgedEscape => Some(AFTER_AGED_ESCAPE),
        Waiting::LateSequence => Some(AFTER_LATE_ESCAPE),
        Waiting::Answer => Some(AFTER_ANSWER),
        Waiting::Paste => Some(AFTER_PASTE),
    }
}
