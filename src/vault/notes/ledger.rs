//! The ledger: what the vault holds, in one signed document that counts its states.
//!
//! It names every completed revision, draft and discarded draft, the members, the recovery sheet and
//! the file that the passphrase opens, holds, review dates and erasures, and the state before it.
//! With it a file that is missing, swapped or put back to an earlier day is named instead of passing
//! for the truth. `age -d -i key.txt ledger.age` shows it; the hashes of notes are those of their
//! plaintext (`age -d -i key.txt notes/…/0001.age | sha256sum`).
//!
//! What changes files is entered first as [`Pending`], then done, then entered as done. So nothing
//! that the ledger does not know can be the rest of an interrupted step.

use std::{collections::BTreeMap, io, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use zeroize::Zeroizing;

use super::{
    ledger_entries::{self, Entry, RevisionContent},
    note::NoteId,
};
use crate::vault::{
    error::LedgerError,
    keys::{
        member::{Member, Members, Sheet},
        secret_keys::Keys,
        sha256::sha256,
        signed_text::{self, Kind},
    },
};

const HEADING: &str = "# caseclinic ledger\n";
/// The format that is written here.
const FORMAT: u32 = 2;
/// States that a ledger names by the beginning of their hash, so that a later one can be shown to
/// follow an earlier one.
const MAX_EARLIER: usize = 256;
/// Digits of those hashes, and of the code that people write down.
const SHORT_HASH: usize = 16;

/// What was said of how long a note is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// The class of the organisation's retention schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// When somebody decides whether it is still needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Date>,
    /// While there is one, the note cannot be erased, nor its draft discarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

/// A reason why a note must be kept, such as an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// What is left of an erased note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Which note: its random id, and nothing of the case.
    pub note: NoteId,
    /// When it was erased.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Completed revisions it had.
    pub revisions: u32,
}

/// A step that changes files, entered before it is begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub(crate) enum Pending {
    /// A revision of a note is written, with this content, after the draft was saved so often.
    Revision {
        note: NoteId,
        number: u32,
        #[serde(flatten)]
        content: RevisionContent,
        saves: u64,
    },
    /// A draft with this content goes, or is copied, into the trash.
    Trash { note: NoteId, second: i64, sha256: String },
    /// The keys are sealed under another passphrase, as this file.
    Identity { sha256: String },
    /// The keys are sealed to another recovery sheet, as this file.
    Sheet { public: String, sha256: String },
}

/// A state of the ledger that nobody changes any more, or why the ledger cannot be relied on.
pub(crate) type CurrentLedger = Result<Arc<Ledger>, LedgerError>;

/// What the vault holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// One more with every state that is written.
    number: u64,
    /// SHA-256 of this state's plaintext.
    hash: String,
    previous: Option<String>,
    /// The beginnings of the hashes of the states before, the newest last.
    earlier: Vec<String>,
    /// When the vault was made.
    pub(crate) created: Timestamp,
    /// When it was made anew from the revisions, because the one before was lost.
    pub(crate) rebuilt: Option<Timestamp>,
    /// Who else opens what is completed, and the recovery sheet.
    pub(crate) members: Members,
    /// SHA-256 of the file that the passphrase opens; unknown in a vault of an earlier format.
    pub(crate) identity_file: Option<String>,
    pub(crate) pending: Vec<Pending>,
    revisions: BTreeMap<(NoteId, u32), RevisionContent>,
    /// How often each draft had been saved when this state was written, at least.
    drafts: BTreeMap<NoteId, u64>,
    trash: BTreeMap<(NoteId, i64), String>,
    erased: BTreeMap<NoteId, Tombstone>,
    retention: BTreeMap<NoteId, Retention>,
}

#[derive(Serialize, Deserialize)]
struct LedgerDocument {
    seal: LedgerSeal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sheet: Option<Sheet>,
    #[serde(default, rename = "member", skip_serializing_if = "Vec::is_empty")]
    members: Vec<Member>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pending: Vec<Pending>,
    #[serde(default, rename = "revision", skip_serializing)]
    revisions: Vec<RevisionLine>,
    #[serde(default, rename = "draft", skip_serializing)]
    drafts: Vec<DraftLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trash: Vec<TrashLine>,
    #[serde(default)]
    erased: Vec<Tombstone>,
    #[serde(default, rename = "kept")]
    retention: Vec<RetentionLine>,
}

#[derive(Serialize, Deserialize)]
struct LedgerSeal {
    format: u32,
    vault: String,
    #[serde(default)]
    number: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity_file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rebuilt: Option<Timestamp>,
}

/// What only a ledger of the first format says.
#[derive(Deserialize)]
struct FirstFormat {
    seal: FirstFormatSeal,
}

#[derive(Deserialize)]
struct FirstFormatSeal {
    #[serde(default)]
    members: u64,
}

#[derive(Deserialize)]
struct RevisionLine {
    note: NoteId,
    number: u32,
    #[serde(flatten)]
    content: RevisionContent,
}

#[derive(Deserialize)]
struct DraftLine {
    note: NoteId,
    saves: u64,
}

#[derive(Serialize, Deserialize)]
struct TrashLine {
    note: NoteId,
    second: i64,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
struct RetentionLine {
    note: NoteId,
    #[serde(flatten)]
    retention: Retention,
}

/// A state of the ledger: what is remembered of a vault outside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LedgerState {
    pub(crate) number: u64,
    pub(crate) hash: String,
}

impl Ledger {
    /// One for a vault that holds nothing.
    pub(crate) fn new(created: Timestamp) -> Self {
        Self {
            number: 0,
            hash: String::new(),
            previous: None,
            earlier: Vec::new(),
            created,
            rebuilt: None,
            members: Members::default(),
            identity_file: None,
            pending: Vec::new(),
            revisions: BTreeMap::new(),
            drafts: BTreeMap::new(),
            trash: BTreeMap::new(),
            erased: BTreeMap::new(),
            retention: BTreeMap::new(),
        }
    }

    /// One in place of one that was lost at `at`, to be filled from what is there. It counts on from
    /// the highest state that anybody remembers, so that it is newer than every one before it.
    pub(crate) fn rebuilt(created: Timestamp, at: Timestamp, after: u64) -> Self {
        Self { rebuilt: Some(at), number: after, ..Self::new(created) }
    }

    /// Whether it is one of the first format, which named neither drafts nor what is being written:
    /// what it does not name may be in order.
    pub(crate) fn is_first_format(&self) -> bool {
        self.number == 0
    }

    /// This state, for whoever remembers it.
    pub(crate) fn state(&self) -> LedgerState {
        LedgerState { number: self.number, hash: self.hash.clone() }
    }

    /// Whether this state is `other`, or was written after it as far as it remembers.
    pub(crate) fn follows(&self, other: &LedgerState) -> bool {
        if self.number <= other.number {
            return self.number == other.number && self.hash == other.hash;
        }
        let back = usize::try_from(self.number - other.number).unwrap_or(usize::MAX);
        match self.earlier.len().checked_sub(back) {
            Some(at) => other.hash.get(..SHORT_HASH) == Some(self.earlier[at].as_str()),
            // Further back than it remembers: its number alone has to do.
            None => back > MAX_EARLIER,
        }
    }

    /// Enters that a revision is about to be written. One that was begun before and has other
    /// content is given up.
    pub(crate) fn begin_revision(
        &mut self,
        note: NoteId,
        number: u32,
        content: impl Into<RevisionContent>,
        saves: u64,
    ) {
        let content = content.into();
        self.pending
            .retain(|step| !matches!(step, Pending::Revision { note: id, .. } if *id == note));
        self.pending.push(Pending::Revision { note, number, content, saves });
    }

    /// Enters a locked revision: its draft is no longer one, and its step is done.
    pub(crate) fn enter(&mut self, note: NoteId, number: u32, content: impl Into<RevisionContent>) {
        self.drafts.remove(&note);
        self.pending
            .retain(|step| !matches!(step, Pending::Revision { note: id, .. } if *id == note));
        self.revisions.insert((note, number), content.into());
    }

    /// Enters how often a draft was saved; 0 before it is written for the first time.
    pub(crate) fn enter_draft(&mut self, note: NoteId, saves: u64) {
        let known = self.drafts.entry(note).or_default();
        *known = saves.max(*known);
    }

    /// Enters how often a draft was saved, if it is entered at all.
    pub(crate) fn raise_draft(&mut self, note: NoteId, saves: u64) {
        if let Some(known) = self.drafts.get_mut(&note) {
            *known = saves.max(*known);
        }
    }

    /// The draft is gone.
    pub(crate) fn remove_draft(&mut self, note: NoteId) {
        self.drafts.remove(&note);
    }

    /// How often a draft was saved, at least; `None` if the note has none.
    pub(crate) fn draft(&self, note: NoteId) -> Option<u64> {
        self.drafts.get(&note).copied()
    }

    /// Every draft.
    pub(crate) fn drafts(&self) -> impl ExactSizeIterator<Item = (NoteId, u64)> {
        self.drafts.iter().map(|(note, saves)| (*note, *saves))
    }

    /// Enters a discarded draft: its step is done.
    pub(crate) fn enter_trash(&mut self, note: NoteId, second: i64, sha256: String) {
        self.pending.retain(|step| {
            !matches!(step, Pending::Trash { note: id, second: at, .. } if (*id, *at) == (note, second))
        });
        self.trash.insert((note, second), sha256);
    }

    /// A discarded draft is no longer there.
    pub(crate) fn remove_trash(&mut self, note: NoteId, second: i64) {
        self.trash.remove(&(note, second));
    }

    /// The content of a discarded draft.
    pub(crate) fn trash(&self, note: NoteId, second: i64) -> Option<&str> {
        self.trash.get(&(note, second)).map(String::as_str)
    }

    /// Every discarded draft.
    pub(crate) fn trashed(&self) -> impl Iterator<Item = (NoteId, i64)> {
        self.trash.keys().copied()
    }

    /// The content that a revision about to be written has.
    pub(crate) fn pending_revision(&self, note: NoteId, number: u32) -> Option<&str> {
        self.pending_content(note, number).map(|content| content.sha256.as_str())
    }

    /// The same, with the content of its members' edition.
    pub(crate) fn pending_content(&self, note: NoteId, number: u32) -> Option<&RevisionContent> {
        self.pending.iter().find_map(|step| match step {
            Pending::Revision { note: id, number: at, content, .. }
                if (*id, *at) == (note, number) =>
            {
                Some(content)
            }
            _ => None,
        })
    }

    /// The content that a draft about to go into the trash has.
    pub(crate) fn pending_trash(&self, note: NoteId, second: i64) -> Option<&str> {
        self.pending.iter().find_map(|step| match step {
            Pending::Trash { note: id, second: at, sha256 } if (*id, *at) == (note, second) => {
                Some(sha256.as_str())
            }
            _ => None,
        })
    }

    /// Forgets a note and remembers that it was erased.
    pub(crate) fn erase(&mut self, stone: Tombstone) {
        let note = stone.note;
        while let Some(number) = self.newest(note) {
            self.revisions.remove(&(note, number));
        }
        self.drafts.remove(&note);
        self.trash.retain(|(id, _), _| *id != note);
        self.pending.retain(|step| match step {
            Pending::Revision { note: id, .. } | Pending::Trash { note: id, .. } => *id != note,
            Pending::Identity { .. } | Pending::Sheet { .. } => true,
        });
        self.retention.remove(&note);
        self.erased.insert(note, stone);
    }

    /// Takes over which notes are erased and how long the others are kept, which their files do not
    /// say.
    pub(crate) fn remember(&mut self, earlier: &Self) {
        for (note, retention) in earlier.retentions() {
            self.retain(note, retention.clone());
        }
        for stone in earlier.tombstones() {
            self.erase(stone.clone());
        }
    }

    /// What is left of an erased note.
    pub(crate) fn tombstone(&self, note: NoteId) -> Option<&Tombstone> {
        self.erased.get(&note)
    }

    /// All that is left of erased notes.
    pub(crate) fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.erased.values()
    }

    /// How long a note is kept, if that was said.
    pub(crate) fn retention(&self, note: NoteId) -> Option<&Retention> {
        self.retention.get(&note)
    }

    /// Everything that was said of how long notes are kept.
    pub(crate) fn retentions(&self) -> impl Iterator<Item = (NoteId, &Retention)> {
        self.retention.iter().map(|(note, retention)| (*note, retention))
    }

    /// Says how long a note is kept.
    pub(crate) fn retain(&mut self, note: NoteId, retention: Retention) {
        if retention == Retention::default() {
            self.retention.remove(&note);
        } else {
            self.retention.insert(note, retention);
        }
    }

    /// The newest locked revision of a note.
    pub(crate) fn newest(&self, note: NoteId) -> Option<u32> {
        let mut numbers = self.revisions.range((note, 0)..=(note, u32::MAX));
        numbers.next_back().map(|((_, number), _)| *number)
    }

    /// The content a revision was locked with.
    pub(crate) fn sha256(&self, note: NoteId, number: u32) -> Option<&str> {
        self.revisions.get(&(note, number)).map(|content| content.sha256.as_str())
    }

    /// The content of the members' edition of a revision, if it has one.
    pub(crate) fn members_sha256(&self, note: NoteId, number: u32) -> Option<&str> {
        self.revisions.get(&(note, number))?.members.as_deref()
    }

    /// Every note with a locked revision; once for each revision.
    pub(crate) fn notes(&self) -> impl Iterator<Item = NoteId> {
        self.revisions.keys().map(|(note, _)| *note)
    }

    /// What people write down to compare it later: the number of the state, and sixteen digits of
    /// the hash of all it says.
    pub(crate) fn code(&self) -> String {
        let digits: Vec<char> = self.hash.chars().take(SHORT_HASH).collect();
        let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
        format!("{} {}", self.number, groups.join(" "))
    }

    /// The state that follows this one, as it will say of itself; [`Ledger::write`] gives it a hash.
    pub(crate) fn next(&self) -> Self {
        let mut next = self.clone();
        next.number += 1;
        if !self.hash.is_empty() {
            next.previous = Some(self.hash.clone());
            next.earlier.push(self.hash[..SHORT_HASH].to_owned());
            let surplus = next.earlier.len().saturating_sub(MAX_EARLIER);
            next.earlier.drain(..surplus);
        }
        next
    }

    /// The document, signed and padded, ready to be sealed.
    pub(crate) fn write(&mut self, keys: &Keys) -> io::Result<Zeroizing<Vec<u8>>> {
        let trash = self.trash.iter().map(|((note, second), sha256)| TrashLine {
            note: *note,
            second: *second,
            sha256: sha256.clone(),
        });
        let retention = self
            .retention
            .iter()
            .map(|(note, retention)| RetentionLine { note: *note, retention: retention.clone() });
        let document = LedgerDocument {
            seal: LedgerSeal {
                format: FORMAT,
                vault: keys.vault.clone(),
                number: self.number,
                previous: self.previous.clone(),
                earlier: self.earlier.clone(),
                created: Some(self.created),
                identity_file: self.identity_file.clone(),
                rebuilt: self.rebuilt,
            },
            sheet: self.members.sheet.clone(),
            members: self.members.members.clone(),
            pending: self.pending.clone(),
            revisions: Vec::new(),
            drafts: Vec::new(),
            trash: trash.collect(),
            erased: self.erased.values().cloned().collect(),
            retention: retention.collect(),
        };
        let lines = Zeroizing::new(toml::to_string(&document).map_err(io::Error::other)?);
        let text = ledger_entries::write(
            &[HEADING, &lines],
            self.revisions.iter().map(|((note, number), content)| (*note, *number, content)),
            self.drafts(),
        );
        let plain = keys.sign(Kind::Ledger, &text)?;
        self.hash = sha256(&plain);
        Ok(plain)
    }

    /// Reads a ledger; `None` if this vault did not sign it as its ledger.
    pub(crate) fn read(bytes: &[u8], keys: &Keys) -> Option<Self> {
        let text = signed_text::verified(Kind::Ledger, bytes, keys.verifying_key())?;
        Self::parse(text, FORMAT, bytes, keys)
    }

    /// Reads a ledger of the first format, which had no number, no drafts and no members.
    /// Beside it comes the number of its list of members, which stood in a file of its own.
    pub(crate) fn read_first_format(bytes: &[u8], keys: &Keys) -> Option<(Self, u64)> {
        let text = signed_text::verified_first_format(bytes, keys.verifying_key())?;
        let document: FirstFormat = toml::from_str(text).ok()?;
        Some((Self::parse(text, 1, bytes, keys)?, document.seal.members))
    }

    fn parse(text: &str, format: u32, bytes: &[u8], keys: &Keys) -> Option<Self> {
        let (entries, document) = text.starts_with(HEADING).then(|| read_document(text))??;
        let seal = document.seal;
        if seal.vault != keys.vault || seal.format != format {
            return None;
        }
        let mut ledger = Self {
            number: seal.number,
            hash: sha256(bytes),
            previous: seal.previous,
            earlier: seal.earlier,
            rebuilt: seal.rebuilt,
            members: Members { sheet: document.sheet, members: document.members },
            identity_file: seal.identity_file,
            pending: document.pending,
            ..Self::new(seal.created.unwrap_or_default())
        };
        let lines = document.revisions.into_iter();
        ledger.revisions = lines.map(|line| ((line.note, line.number), line.content)).collect();
        ledger.drafts = document.drafts.into_iter().map(|line| (line.note, line.saves)).collect();
        for entry in entries {
            match entry {
                Entry::Revision(note, number, content) => {
                    ledger.revisions.insert((note, number), content);
                }
                Entry::Draft(note, saves) => _ = ledger.drafts.insert(note, saves),
            }
        }
        let trash = document.trash.into_iter();
        ledger.trash = trash.map(|line| ((line.note, line.second), line.sha256)).collect();
        ledger.erased = document.erased.into_iter().map(|stone| (stone.note, stone)).collect();
        ledger.retention =
            document.retention.into_iter().map(|kept| (kept.note, kept.retention)).collect();
        Some(ledger)
    }
}

/// What a ledger says: its entries as they are written here, and everything else.
fn read_document(text: &str) -> Option<(Vec<Entry>, LedgerDocument)> {
    let (before, entries, after) = ledger_entries::split(text);
    // Where what stands before is a document by itself, no string was cut in two.
    if !entries.is_empty() && toml::from_str::<IgnoredAny>(before).is_ok() {
        let rest = Zeroizing::new([before, after].concat());
        return Some((entries, toml::from_str(&rest).ok()?));
    }
    Some((Vec::new(), toml::from_str(text).ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn written(ledger: &mut Ledger, keys: &Keys) -> Zeroizing<Vec<u8>> {
        ledger.write(keys).unwrap()
    }

    #[test]
    fn a_ledger_comes_back_for_its_own_vault_only() {
        let keys = Keys::generate("mine");
        let mut ledger = Ledger::new(Timestamp::UNIX_EPOCH).next();
        let note = NoteId::random();
        ledger.enter(note, 1, sha256(b"one"));
        let members = Some(sha256(b"two for members"));
        ledger.enter(note, 2, RevisionContent { sha256: sha256(b"two"), members });
        ledger.enter_draft(NoteId::random(), 7);
        ledger.enter_trash(note, 12, sha256(b"three"));
        ledger.pending.push(Pending::Identity { sha256: sha256(b"four") });
        let bytes = written(&mut ledger, &keys);
        assert_eq!(Ledger::read(&bytes, &keys), Some(ledger.clone()));
        assert_eq!(ledger.newest(note), Some(2));
        assert_eq!(ledger.newest(NoteId::random()), None);
        let mut another = keys;
        another.vault = "another".to_owned();
        assert_eq!(Ledger::read(&bytes, &another), None);
    }

    #[test]
    fn a_state_follows_those_before_it_and_no_state_of_another_line() {
        let keys = Keys::generate("mine");
        let mut states = vec![Ledger::new(Timestamp::UNIX_EPOCH).next()];
        written(&mut states[0], &keys);
        for _ in 0..300 {
            let mut next = states.last().unwrap().next();
            written(&mut next, &keys);
            states.push(next);
        }
        let newest = states.last().unwrap();
        for state in &states {
            assert!(newest.follows(&state.state()), "{}", state.number);
        }
        assert!(!states[7].follows(&newest.state()));
        let mut other = states[290].clone();
        other.rebuilt = Some(Timestamp::UNIX_EPOCH);
        let mut other = other.next();
        written(&mut other, &keys);
        assert!(!newest.follows(&other.state()) && !other.follows(&states[291].state()));
        assert!(newest.code().starts_with("301 "));
    }

    /// Before 30 November 2026 the entries stood in the middle, as the TOML library wrote them.
    #[test]
    fn a_ledger_reads_the_same_wherever_its_entries_stand() {
        let keys = Keys::generate("mine");
        let (note, draft) = (NoteId::random(), NoteId::random());
        let mut ledger = Ledger::new(Timestamp::UNIX_EPOCH).next();
        let members = Some(sha256(b"for members"));
        ledger.enter(note, 1, RevisionContent { sha256: sha256(b"one"), members });
        ledger.enter(note, 2, sha256(b"two"));
        ledger.enter_draft(draft, 3);
        ledger.retain(note, Retention { class: Some("x".to_owned()), ..Retention::default() });
        let plain = written(&mut ledger, &keys);
        let text = std::str::from_utf8(&plain).unwrap();
        let (before, entries, _) = ledger_entries::split(text);
        assert_eq!(entries.len(), 3);
        let (front, kept) = before.split_at(before.find("[[kept]]").unwrap());
        let lines = text[before.len()..].split_once("\n#").unwrap().0;
        for document in [
            format!("{front}{lines}\n\n{kept}"),
            // What stands after the first ones is read by the TOML library.
            format!("{front}{}", lines.replacen("\n[[", &format!("\n{kept}[["), 1)),
            format!("{before}{}", lines.replace(" = ", "= ")),
        ] {
            let signed = keys.sign(Kind::Ledger, &format!("{document}\n")).unwrap();
            let read = Ledger::read(&signed, &keys);
            let hash = sha256(&signed);
            assert_eq!(read, Some(Ledger { hash, ..ledger.clone() }), "{document}");
        }
    }

    #[test]
    fn no_string_is_read_as_an_entry() {
        let keys = Keys::generate("mine");
        let (note, draft) = (NoteId::random(), NoteId::random());
        for has_drafts in [false, true] {
            let mut ledger = Ledger::new(Timestamp::UNIX_EPOCH).next();
            if has_drafts {
                ledger.enter_draft(note, 1);
            }
            // On both sides of it the string would still be one.
            let reason = format!("\n[[draft]]\nnote = \"{draft}\"\nsaves = 1\n\n[[trash]]\n");
            let hold = Some(Hold { reason, since: Timestamp::UNIX_EPOCH });
            ledger.retain(note, Retention { hold, ..Retention::default() });
            let plain = written(&mut ledger, &keys);
            assert_eq!(ledger_entries::split(std::str::from_utf8(&plain).unwrap()).1.len(), 1);
            assert_eq!(Ledger::read(&plain, &keys), Some(ledger.clone()));
            assert_eq!(ledger.draft(draft), None);
        }
    }
}
