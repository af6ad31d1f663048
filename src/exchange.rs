//! Notes between people and machines, through a folder that anything may copy: a synchronised
//! folder, a share, a stick. The program itself has no network.
//!
//! ```text
//! exchange.toml                       which exchange this is; its fingerprint is read aloud
//! join/PERSON.toml                    somebody asks to be added
//! people/STEWARD/NUMBER-HASH.age      who takes part: signed statements, for everybody
//! post/PERSON-MACHINE/NUMBER-HASH.age a revision, correction, erasure or receipt, for its readers
//! post/PERSON-MACHINE/head            the signed list of these; the only file that changes
//! ```
//!
//! Every file has one writer, and all but `head` never change: their names carry the hash of their
//! bytes. What is half copied, renamed, doubled or changed on the way therefore falls out by itself,
//! and nothing can conflict. Each vault keeps what it sent and received beside itself
//! (`record.rs`), so the folder can be emptied and filled again. Cryptography is that of the vault:
//! age files, and Ed25519 signatures over texts that say what they are.

mod charter;
mod error;
mod findings;
mod joining;
mod names;
mod overview;
mod people;
mod post;
mod post_list;
mod received;
mod record;
mod requests;
mod sending;
mod taking_in;
#[cfg(test)]
mod tests;
mod watched_folder;

pub use error::ExchangeError;
pub use findings::{Finding, FindingKind};
pub use joining::{exchange_fingerprint, init, is_fingerprint, join};
pub use names::{Author, FileName, PersonId, PostRef};
pub use overview::{Overview, PersonRow};
pub use people::{Card, People, Person, Removed};
pub use post::PostKind;
pub use received::{Received, ReceivedNote, ReceivedRevision};
pub use sending::{Outbox, Outgoing, Sent, erase_sent};
pub use taking_in::{Exchange, Intake};
