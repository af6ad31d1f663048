//! Members and the recovery sheet as the ledger lists them: who opens what, besides the passphrase.

use age::x25519;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sha256::{in_groups, sha256};
use crate::vault::notes::note::NoteHead;

/// A colleague who opens completed notes with a key of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who, as this team calls them.
    pub name: String,
    /// What they may be asked about: `deputy`, `auditor` … It grants nothing by itself.
    pub role: String,
    /// The public key of their age identity, in lower case.
    pub recipient: String,
    /// Since when notes are sealed to them.
    pub since: Timestamp,
}

impl Member {
    /// Their name and role, as questions about them show it.
    pub fn title(&self) -> String {
        format!("{} ({})", self.name, self.role)
    }

    /// What is read aloud to make sure that the key is theirs.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.recipient)
    }
}

/// Sixteen digits of the SHA-256 of a public key, in groups of four.
pub fn fingerprint(recipient: &str) -> String {
    in_groups(&sha256(recipient.as_bytes())[..16])
}

/// The one spelling of a public key; `None` if it is none.
pub(crate) fn canonical(recipient: &str) -> Option<String> {
    recipient.trim().parse::<x25519::Recipient>().ok().map(|key| key.to_string())
}

/// The recovery sheet that opens the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sheet {
    /// Its public key.
    pub(crate) public: String,
    /// SHA-256 of the file that it opens.
    pub(crate) file: String,
    /// Whether a part of it was typed back, or the file it was written to was read back.
    pub(crate) confirmed: bool,
}

/// Who opens what, besides the passphrase.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Members {
    /// Unknown in a vault from before there were members, and after the ledger was lost.
    pub(crate) sheet: Option<Sheet>,
    pub(crate) members: Vec<Member>,
}

impl Members {
    /// The members that a completed note with this head is sealed to, besides the vault.
    pub(crate) fn recipients_of(&self, head: &NoteHead) -> Vec<x25519::Recipient> {
        let is_private = head.subject().is_private();
        let shared: Vec<String> =
            head.shared_with.iter().filter_map(|key| canonical(key)).collect();
        let members =
            self.members.iter().filter(|one| !is_private || shared.contains(&one.recipient));
        members.filter_map(|member| member.recipient.parse().ok()).collect()
    }

    /// Those of them who were members when it was written, or with whom it was shared: sealing it
    /// anew must open it to nobody else.
    pub(crate) fn recipients_then(&self, head: &NoteHead) -> Vec<x25519::Recipient> {
        let was_there =
            |one: &&Member| one.since <= head.updated || head.shared_with.contains(&one.recipient);
        let members = self.members.iter().filter(was_there).cloned().collect();
        Self { members, ..self.clone() }.recipients_of(head)
    }
}
