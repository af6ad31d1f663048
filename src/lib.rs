//! caseclinic: find guidance on harmful sexual behaviour, run a case clinic, keep the note safe.
//!
//! The map of the house, lowest room first; a room never looks into a higher one (a test in
//! `tests/architecture.rs` holds that):
//!
//! | room | what it knows |
//! |---|---|
//! | [`text`] | cleaning, width, wrapping, dates |
//! | [`knowledge`] | entries, packs, thesaurus, Markdown, checks |
//! | [`clinic`] | templates and sessions: a pure machine that knows meetings, nothing of screens |
//! | [`search`] | index, query, spelling, snippets |
//! | [`vault`] | sealed notes: keys, drafts, revisions, ledger |
//! | [`export`] | a note as Markdown |
//! | [`insight`] | counts from completed notes, without names |
//! | [`app`] | what the screens mean: a pure machine of messages and effects |
//! | [`runtime`] | performs effects on threads and answers with messages |
//! | [`plain`] | a clinic as a conversation, line by line |
//! | [`tui`] | what the screens look like, and the terminal itself |
//! | [`cli`] | one file per subcommand |

pub mod app;
pub mod cli;
pub mod clinic;
pub mod conversation;
pub mod knowledge;
pub mod report;
pub mod search;
pub mod services;
pub mod text;
pub mod tui;
pub mod vault;
