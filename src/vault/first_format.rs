//! Vaults of the first format: how they are read, and how they are brought to the one of today.
//!
//! They had a ledger without a number, drafts or members, the members in a file of their own
//! (`members.age`), and in `vault.toml`, which nobody signs, whether the recovery sheet was
//! confirmed.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Member, Vault,
    error::VaultError,
    keys::{
        member::{Members, Sheet, canonical},
        secret_keys::Keys,
        signed_text,
    },
    notes::{ledger::Ledger, note::NoteSource},
    storage::{
        layout::{self, Manifest},
        store::Store,
    },
};

/// The first format.
pub(super) const FIRST_FORMAT: u32 = 1;
const MEMBERS_HEADING: &str = "# caseclinic members\n";

#[derive(Deserialize)]
struct MembersFile {
    format: u32,
    vault: String,
    members: MembersList,
}

#[derive(Deserialize)]
struct MembersList {
    number: u64,
    sheet: Option<String>,
    sheet_file: Option<String>,
    #[serde(default, rename = "member")]
    members: Vec<Member>,
}

/// Adds to a ledger of the first format what stood elsewhere then: members and sheet. Members of a
/// list that is older than the ledger says, or that cannot be read, are left out.
pub(super) fn complete(
    ledger: &mut Ledger,
    members_known: u64,
    store: &dyn Store,
    place: &Path,
    manifest: &Manifest,
    keys: &Keys,
) {
    ledger.created = manifest.created;
    let Some(list) = read_members(store, place, keys) else { return };
    let sheet = list.sheet.zip(list.sheet_file).map(|(public, file)| Sheet {
        public,
        file,
        confirmed: manifest.recovery_confirmed,
    });
    // After a lost ledger the number was the second of the new one, until somebody wrote a list.
    let is_awaited =
        ledger.rebuilt.is_some_and(|at| members_known == at.as_second().unsigned_abs());
    let is_current = list.number >= members_known && !is_awaited;
    let members = if is_current { list.members } else { Vec::new() };
    let members = members
        .into_iter()
        .filter_map(|member| Some(Member { recipient: canonical(&member.recipient)?, ..member }));
    ledger.members = Members { sheet, members: members.collect() };
}

fn read_members(store: &dyn Store, place: &Path, keys: &Keys) -> Option<MembersList> {
    let sealed = store.read(&place.join(layout::MEMBERS), layout::SMALL).ok()?;
    let plain = keys.open(&sealed).ok()?;
    let text = signed_text::verified_first_format(&plain, keys.verifying_key())?;
    let file: MembersFile =
        text.starts_with(MEMBERS_HEADING).then(|| toml::from_str(text).ok())??;
    (file.vault == keys.vault && file.format == FIRST_FORMAT).then_some(file.members)
}

impl Vault {
    /// Brings a vault of the first format to the one of today, after a copy of it as it is. Cut off
    /// at any call, it is one of the two, and the next unlocking goes on.
    pub(super) fn bring_to_format(&self, now: Timestamp) -> Result<(), VaultError> {
        if self.manifest().format == FIRST_FORMAT {
            let is_entered = self.ask_ledger(|ledger| !ledger.is_first_format()) == Ok(true);
            if !is_entered {
                self.copier().copy_before("format-2", now)?;
                self.try_change_ledger(|ledger| self.enter_files(ledger))?;
            }
            let manifest = Manifest { format: layout::FORMAT, ..self.manifest() };
            self.write_manifest(manifest)?;
            // What stays is read by nothing, and named by `verify`.
            let _ = self.store.remove_file(&self.folder.join(layout::MEMBERS));
        }
        Ok(())
    }

    /// Enters the drafts and discarded drafts that are there: the first format did not name them.
    fn enter_files(&self, ledger: &mut Ledger) -> Result<(), VaultError> {
        for id in self.note_ids()? {
            let files = self.files(id)?;
            if ledger.tombstone(id).is_some() {
                continue;
            }
            // A revision that was written and not entered: only one with a draft beside it, or one
            // that follows another, was being written and is no sign of an older ledger.
            let newest = ledger.newest(id).unwrap_or(0);
            for number in files.revisions.range(newest + 1..) {
                if let (Ok(read), true) =
                    (self.read(id, NoteSource::Revision(*number)), files.draft || newest > 0)
                {
                    ledger.begin_revision(id, *number, read.sha256, 0);
                }
            }
            if files.draft && newest == 0 {
                ledger.enter_draft(id, 0);
            }
        }
        self.enter_trash_and_key_file(ledger)
    }
}
