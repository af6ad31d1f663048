//! Who else opens what is completed: colleagues by the public keys of their own age identities,
//! and the recovery sheet by its public key, which backups are sealed to.
//!
//! The list is in the ledger, so nobody is added or comes back by editing or putting back a
//! file alone. Drafts are never sealed to members, and neither is a completed note about a worker
//! (supervision): it is for this vault alone until somebody shares it with a member by name. Which it
//! is stands in the head of the note itself, so that new keys and backups keep it so.

use age::x25519;
use jiff::Timestamp;
use unicode_security::{MixedScript, skeleton};

use super::member::{Member, Members, canonical};
use crate::{
    text::{clean_line, fold},
    vault::{Vault, error::VaultError, notes::note::NoteHead},
};

/// Characters a name or a role may have.
const MAX_LABEL_LEN: usize = 80;

impl Vault {
    /// Who opens what is completed, besides this vault.
    pub fn list_members(&self) -> Result<Vec<Member>, VaultError> {
        self.members().map(|list| list.members)
    }

    /// Seals what is completed from now on to this person's key too.
    pub fn add_member(
        &self,
        name: &str,
        role: &str,
        recipient: &str,
        now: Timestamp,
    ) -> Result<Member, VaultError> {
        self.may_write()?;
        let recipient = canonical(recipient).ok_or(VaultError::NoRecipient)?;
        let member = Member {
            name: label(name, "name")?,
            role: label(role, "role")?,
            recipient,
            since: now,
        };
        let _lock = self.lock_for_writing();
        // Where the ledger was lost, its list was too: this begins a new one.
        let list = self.members().unwrap_or_default();
        let (key, name) = (&member.recipient, comparable(&member.name));
        let own = self.keys.recipient().to_string() == *key;
        let is_sheet = list.sheet.as_ref().is_some_and(|sheet| sheet.public == *key);
        let is_known = |one: &Member| one.recipient == *key || comparable(&one.name) == name;
        if own || is_sheet || list.members.iter().any(is_known) {
            return Err(VaultError::AlreadyMember);
        }
        let added = member.clone();
        self.change_ledger(|ledger| ledger.members.members.push(added))?;
        Ok(member)
    }

    /// Seals nothing to this person any more. What was sealed to them stays theirs to open.
    pub fn remove_member(&self, name: &str) -> Result<Member, VaultError> {
        self.may_write()?;
        let _lock = self.lock_for_writing();
        let (key, name) = (canonical(name), comparable(name.trim()));
        let is_it = |member: &Member| {
            comparable(&member.name) == name || key.as_ref() == Some(&member.recipient)
        };
        let found = self.members()?.members.into_iter().find(|member| is_it(member));
        let member = found.ok_or(VaultError::NoSuchMember)?;
        self.change_ledger(|ledger| ledger.members.members.retain(|member| !is_it(member)))?;
        Ok(member)
    }

    pub(crate) fn members(&self) -> Result<Members, VaultError> {
        self.ask_ledger(|ledger| ledger.members.clone()).map_err(VaultError::LedgerUnusable)
    }

    /// Every member a completed note with this head is sealed to. Never fails: without a ledger, a
    /// note is kept for this vault alone.
    pub(crate) fn recipients_of(&self, head: &NoteHead) -> Vec<x25519::Recipient> {
        self.members().unwrap_or_default().recipients_of(head)
    }
}

/// A name as it is compared with others: those that look alike are alike.
pub(crate) fn comparable(name: &str) -> String {
    skeleton(&fold(name)).collect()
}

pub(crate) fn label(text: &str, what: &'static str) -> Result<String, VaultError> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().count() <= MAX_LABEL_LEN
        && clean_line(text) == text
        // Letters of two scripts in one word look like another word.
        && text.split_whitespace().all(MixedScript::is_single_script);
    if fits { Ok(text.to_owned()) } else { Err(VaultError::NoLabel(what)) }
}
