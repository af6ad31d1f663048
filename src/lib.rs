//! caseclinic: find guidance on harmful sexual behaviour, run a case clinic, keep the note safe.
//!
//! The modules by layer, the lowest first. A module uses only the layers below its own;
//! `tests/content/architecture.rs` checks this. `ARCHITECTURE.md` is the map.
//!
//! | module | what it knows |
//! |---|---|
//! | `system` | what differs between operating systems: files, locks, processes, terminal, signals |
//! | [`text`] | cleaning, width, wrapping, dates, TOML with positions, problems in files, identifiers, wording |
//! | [`knowledge`] | entries, packs, thesaurus, Markdown as blocks, import of documents, checks |
//! | [`clinic`] | templates and sessions: a pure state machine of meetings |
//! | [`search`] | queries, spelling, index, ranking, snippets, search in notes |
//! | [`vault`] | encrypted notes: keys, drafts, revisions, ledger, backup |
//! | [`exchange`] | notes between people and machines, through a folder that anything copies |
//! | [`report`] | a note as a document, actions, what is due, figures without names |
//! | [`services`] | paths, settings, templates, packs, notes of an open vault, the save queue |
//! | [`app`] | what keys and messages do: a pure state machine of screens |
//! | [`tui`] | the terminal: reading keys, drawing views, the workers |
//! | [`conversation`] | a clinic as plain lines (`--plain`) |
//! | [`cli`] | one file for each subcommand |

// Only `cli::output` prints, and what it prints is cleaned.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod app;
pub mod cli;
pub mod clinic;
pub mod conversation;
pub mod exchange;
pub mod knowledge;
pub mod report;
pub mod search;
pub mod services;
mod system;
pub mod text;
pub mod tui;
pub mod vault;
