//! What the tests of the whole program share: a person at a terminal.
//!
//! The program runs as it is shipped, on a pseudo-terminal, with a home folder of its own. A test
//! says what the person presses and what they must then see; what is not seen in time ends the
//! test with the screen as it stood.
#![allow(dead_code, unused_imports, reason = "each test binary uses its own part of this")]

mod clock;
mod conversation;
mod form;
mod home;
mod key;
mod launch;
mod screen;
mod terminal;
pub(crate) mod words;

pub(crate) use clock::Clock;
pub(crate) use home::{Home, PASSPHRASE, copy_private, unlock_to_write};
pub(crate) use key::Key;
pub(crate) use launch::Launch;
pub(crate) use screen::Shot;
pub(crate) use terminal::{Ended, PATIENCE, Terminal};
