//! The commands as they are shipped: what they print, what they change, and how they end.

mod command_line;
mod compatibility;
mod insight;
mod migrations;
#[path = "../support/note_head.rs"]
mod note_head;
mod packs;
#[path = "../support/stock_tool.rs"]
mod stock_tool;
#[path = "../support/mod.rs"]
mod support;
mod templates;
mod vault_commands;
mod vault_stock_age;
