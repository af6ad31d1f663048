//! How messages reach the loop.
//!
//! A channel leaves what was taken out of it where it was, until that space is used again or freed: the
//! last thirty keys could be read there long after they were pressed. So what travels is a box, which is
//! overwritten when it is freed, as soon as the message is taken.

use std::{
    sync::mpsc::{Receiver, RecvError, RecvTimeoutError, Sender, TryRecvError, channel},
    time::Duration,
};

use crate::app::Message;

/// Nobody receives messages any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NobodyListens;

/// Sends messages.
#[derive(Debug, Clone)]
pub struct MessageSender(Sender<Box<Message>>);

/// Receives them, in the order in which they were sent.
pub struct MessageReceiver(Receiver<Box<Message>>);

/// Both ends of a queue.
pub fn message_queue() -> (MessageSender, MessageReceiver) {
    let (send, receive) = channel();
    (MessageSender(send), MessageReceiver(receive))
}

impl MessageSender {
    /// Sends a message.
    pub fn send(&self, message: Message) -> Result<(), NobodyListens> {
        self.0.send(Box::new(message)).map_err(|_| NobodyListens)
    }
}

impl MessageReceiver {
    /// Waits for the next message.
    pub fn recv(&self) -> Result<Message, RecvError> {
        self.0.recv().map(|message| *message)
    }

    /// Waits for the next message for so long.
    pub fn recv_timeout(&self, patience: Duration) -> Result<Message, RecvTimeoutError> {
        self.0.recv_timeout(patience).map(|message| *message)
    }

    /// The next message, if there is one.
    pub fn try_recv(&self) -> Result<Message, TryRecvError> {
        self.0.try_recv().map(|message| *message)
    }
}
