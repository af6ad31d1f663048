//! Journeys through the program as it is shipped, on a terminal: what a person does and must see.
// These need a shell and a pseudo terminal.
#![cfg(unix)]

mod after_the_clinic;
mod ending;
mod exchanging;
mod follow_up;
mod formats;
mod guide;
mod handing_over;
mod hostile;
mod keeping;
mod key_helper;
mod looking_up;
mod losing_nothing;
mod mistakes;
mod placing;
mod plain;
mod searching_notes;
mod settings;
mod sharing;
mod supervision;
#[path = "../support/mod.rs"]
mod support;
mod whole_clinic;
