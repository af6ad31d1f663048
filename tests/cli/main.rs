//! The commands as they are shipped: what they print, what they change, and how they end.
// These need a shell and a pseudo terminal.
#![cfg(unix)]

mod command_line;
mod compatibility;
mod forms;
mod insight;
mod migrations;
mod notes_back;
mod packs;
mod placing;
#[path = "../support/mod.rs"]
mod support;
mod templates;
mod unreadable;
mod vault_commands;
mod written_files;
