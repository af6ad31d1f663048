//! Who else opens what is completed: colleagues by the public keys of their own age identities,
//! and the recovery sheet by its public key, which backups are sealed to.
//!
//! The list is sealed and signed, and the ledger names its number: a recipient added by editing
//! the file, or an older list put back, is refused, and notes are sealed for this vault alone until
//! that is mended. Drafts are never sealed to members, and neither is a completed note about a worker
//! (supervision): it is for this vault alone until somebody shares it with a member by name. Which it
//! is stands in the head of the note itself, so that new keys and backups keep it so.

use std::{
    io::{self, ErrorKind},
    path::Path,
    sync::PoisonError,
};

use age::x25519;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{secret_keys::Keys, signed_text};
use crate::vault::{
    Vault,
    error::{SignedListError, VaultError},
    notes::{
        ledger::{self, Ledger},
        note::NoteHead,
    },
    storage::{durable::Existing, layout, store::Store},
};

const HEADING: &str = "# caseclinic members\n";
/// Characters a name or a role may have.
const MAX_LABEL_LEN: usize = 80;

/// A colleague who opens completed notes with a key of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who, as this team calls them.
    pub name: String,
    /// What they may be asked about: `deputy`, `auditor` … It grants nothing by itself.
    pub role: String,
    /// The public key of their age identity.
    pub recipient: String,
    /// Since when notes are sealed to them.
    pub since: Timestamp,
}

impl Member {
    /// What is read aloud to make sure that the key is theirs.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.recipient)
    }
}

/// Sixteen digits of the SHA-256 of a public key, in groups of four.
pub fn fingerprint(recipient: &str) -> String {
    let digits = ledger::sha256(recipient.as_bytes());
    let groups: Vec<&str> = (0..16).step_by(4).map(|at| &digits[at..at + 4]).collect();
    groups.join(" ")
}

/// The list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Members {
    /// Counts the changes.
    pub(crate) number: u64,
    /// The public key of the recovery sheet.
    pub(crate) sheet: Option<String>,
    /// SHA-256 of the file that the sheet opens.
    pub(crate) sheet_file: Option<String>,
    #[serde(default, rename = "member")]
    pub(crate) members: Vec<Member>,
}

#[derive(Serialize, Deserialize)]
struct MembersDocument {
    format: u32,
    vault: String,
    members: Members,
}

impl Members {
    pub(crate) fn write(&self, keys: &Keys) -> io::Result<Zeroizing<Vec<u8>>> {
        let document =
            MembersDocument { format: 1, vault: keys.vault.clone(), members: self.clone() };
        let lines = toml::to_string(&document).map_err(io::Error::other)?;
        keys.sign(&Zeroizing::new(format!("{HEADING}{lines}")))
    }

    fn read(bytes: &[u8], keys: &Keys) -> Option<Self> {
        let text = signed_text::verified(bytes, keys.verifying_key())?;
        let document: MembersDocument =
            text.starts_with(HEADING).then(|| toml::from_str(text).ok())??;
        (document.vault == keys.vault).then_some(document.members)
    }

    /// The members that a completed note with this head is sealed to, besides the vault.
    pub(crate) fn recipients_of(&self, head: &NoteHead) -> Vec<x25519::Recipient> {
        let is_private = head.subject().is_private();
        let shared = |member: &&Member| head.shared_with.contains(&member.recipient);
        let members = self.members.iter().filter(|one| !is_private || shared(one));
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

/// The list on the disk, or why it cannot be relied on.
pub(crate) fn read(
    store: &dyn Store,
    place: &Path,
    keys: &Keys,
    ledger: Option<&Ledger>,
) -> Result<Members, SignedListError> {
    const FILE: &str = layout::MEMBERS;
    let known = ledger.map_or(0, |ledger| ledger.members);
    let sealed = match store.read(&place.join(FILE), layout::SMALL) {
        Ok(sealed) => sealed,
        // A vault made before there were members has no list.
        Err(error) if error.kind() == ErrorKind::NotFound && known == 0 => {
            return Ok(Members::default());
        }
        Err(error) => {
            return Err(SignedListError::Unreadable { file: FILE, why: error.to_string() });
        }
    };
    let plain = keys
        .open(&sealed)
        .map_err(|error| SignedListError::NotOpened { file: FILE, why: error.why() })?;
    let members = Members::read(&plain, keys).ok_or(SignedListError::NotSigned(FILE))?;
    // A list with nobody on it lets nobody in, whichever it is.
    if ledger.is_none_or(Ledger::awaits_members) {
        return if members.members.is_empty() {
            Ok(members)
        } else {
            Err(SignedListError::AgeUnknown(FILE))
        };
    }
    if members.number < known {
        return Err(SignedListError::Older(FILE));
    }
    Ok(members)
}

impl Vault {
    /// Who opens what is completed, besides this vault.
    pub fn list_members(&self) -> Result<Vec<Member>, VaultError> {
        self.members().map(|list| list.members)
    }

    /// Why nobody else can open what is completed now, as a sentence; `None` when they can.
    pub fn members_fault(&self) -> Option<String> {
        let held = self.members.read().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().err().map(ToString::to_string)
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
        let recipient = recipient.trim();
        if recipient.parse::<x25519::Recipient>().is_err() {
            return Err(VaultError::NoRecipient);
        }
        let member = Member {
            name: label(name, "name")?,
            role: label(role, "role")?,
            recipient: recipient.to_owned(),
            since: now,
        };
        let _lock = self.lock_for_writing();
        let list = self.list_to_change()?;
        let own = self.keys.recipient().to_string() == recipient;
        let known = list
            .members
            .iter()
            .any(|one| one.recipient == recipient || one.name.eq_ignore_ascii_case(&member.name));
        if own || known || list.sheet.as_deref() == Some(recipient) {
            return Err(VaultError::AlreadyMember);
        }
        let added = member.clone();
        self.change_members(|list| list.members.push(added))?;
        Ok(member)
    }

    /// Seals nothing to this person any more. What was sealed to them stays theirs to open.
    pub fn remove_member(&self, name: &str) -> Result<Member, VaultError> {
        self.may_write()?;
        let _lock = self.lock_for_writing();
        let is_it = |member: &Member| {
            member.name.eq_ignore_ascii_case(name.trim()) || member.recipient == name.trim()
        };
        let found = self.members()?.members.into_iter().find(|member| is_it(member));
        let member = found.ok_or(VaultError::NoSuchMember)?;
        self.change_members(|list| list.members.retain(|member| !is_it(member)))?;
        Ok(member)
    }

    pub(crate) fn members(&self) -> Result<Members, VaultError> {
        let held = self.members.read().unwrap_or_else(PoisonError::into_inner);
        held.clone().map_err(VaultError::MembersUnusable)
    }

    /// The list as it is, or a new one with nobody on it where there is none to rely on: the file
    /// is gone, or the ledger that vouched for it was lost. Only somebody who writes down who is a
    /// member can mend that. A list that was altered is left to be looked at.
    pub(crate) fn list_to_change(&self) -> Result<Members, VaultError> {
        let is_gone = || {
            let facts = self.store.facts(&self.folder.join(layout::MEMBERS));
            facts.is_err_and(|error| error.kind() == ErrorKind::NotFound)
        };
        let is_lost = || self.current_ledger().map_or(true, |ledger| ledger.awaits_members());
        match self.members() {
            Err(_) if is_gone() || is_lost() => Ok(Members::default()),
            list => list,
        }
    }

    /// Everybody a completed note with this head is sealed to, besides the vault. Never fails: a
    /// note is kept whatever the list says.
    pub(crate) fn recipients_of(&self, head: &NoteHead) -> Vec<x25519::Recipient> {
        self.members().unwrap_or_default().recipients_of(head)
    }

    /// Changes the list durably. The ledger follows: until it has, the older number still counts.
    pub(crate) fn change_members(
        &self,
        change: impl FnOnce(&mut Members),
    ) -> Result<(), VaultError> {
        let mut changed = self.list_to_change()?;
        change(&mut changed);
        if self.current_ledger().is_err() {
            // The new ledger begins with a number that no list before had.
            self.change_ledger(|_| {})?;
        }
        let known = self.current_ledger().map_or(0, |ledger| ledger.members);
        changed.number = changed.number.max(known) + 1;
        let plain = changed.write(&self.keys).map_err(VaultError::unwritable)?;
        let sealed = self.sealed_to_vault(&plain)?;
        self.put(Path::new(layout::MEMBERS), &sealed, Existing::Replace)?;
        let number = changed.number;
        *self.members.write().unwrap_or_else(PoisonError::into_inner) = Ok(changed);
        self.change_ledger(|ledger| ledger.members = number)
    }
}

pub(crate) fn label(text: &str, what: &'static str) -> Result<String, VaultError> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().count() <= MAX_LABEL_LEN
        && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(VaultError::NoLabel { what }) }
}
