//! A vault of the first format is brought to the one of today, whenever that is interrupted.

use std::{fs, sync::Arc};

use age::x25519;
use tempfile::TempDir;

use crate::vault::{
    NoteId, Strength, Vault, Verified, copies, copies_folder,
    fixtures::{fault::FaultyDisk, head, passphrase, place, unlock},
    storage::{
        durable::{self, Existing},
        layout::{self, Manifest},
        store::Disk,
    },
};

/// What a vault of the first format holds.
struct Old {
    home: TempDir,
    complete: NoteId,
    held: NoteId,
    draft: NoteId,
    discarded: NoteId,
    member: String,
}

fn old() -> Old {
    let home = tempfile::tempdir().expect("a folder");
    let made = Vault::create(&place(&home), &passphrase(), Strength::WEAK_FOR_TESTS);
    let (vault, _) = made.expect("a new vault");
    let [complete, held, draft, discarded] = std::array::from_fn(|_| NoteId::random());
    vault.complete(complete, &head("A"), "complete").expect("complete");
    vault.complete(held, &head("B"), "held").expect("complete");
    vault.save_draft(draft, &head("C"), "draft").expect("saved");
    vault.save_draft(discarded, &head("D"), "discarded").expect("saved");
    vault.discard_draft(discarded).expect("discarded");
    let member = x25519::Identity::generate().to_public().to_string();
    let ledger = vault.current_ledger().expect("a ledger");
    let sheet = ledger.members.sheet.clone().expect("a sheet");
    let (id, created) = (&vault.keys.vault, vault.manifest().created);
    let hash = |note| ledger.sha256(note, 1).expect("entered");
    let lines = format!(
        "# caseclinic ledger\n[seal]\nformat = 1\nvault = '{id}'\nmembers = 2\n\
         [[revision]]\nnote = '{complete}'\nnumber = 1\nsha256 = '{}'\n\
         [[revision]]\nnote = '{held}'\nnumber = 1\nsha256 = '{}'\n\
         [[kept]]\nnote = '{held}'\nhold = {{ reason = 'inquiry', since = '{created}' }}\n",
        hash(complete),
        hash(held),
    );
    let members = format!(
        "# caseclinic members\nformat = 1\nvault = '{id}'\n[members]\nnumber = 2\n\
         sheet = '{}'\nsheet_file = '{}'\n\
         [[members.member]]\nname = 'Asha'\nrole = 'deputy'\nrecipient = '{}'\n\
         since = '{created}'\n",
        sheet.public,
        sheet.file,
        member.to_uppercase(),
    );
    let manifest = Manifest { format: 1, recovery_confirmed: true, ..vault.manifest() };
    let manifest = manifest.write().expect("written").into_bytes();
    let files = [
        (layout::LEDGER, vault.keys.first_format(&lines)),
        (layout::MEMBERS, vault.keys.first_format(&members)),
        (layout::MANIFEST, manifest),
    ];
    drop(vault);
    for (name, bytes) in files {
        let path = place(&home).join(name);
        durable::put(&Disk, &path, &bytes, Existing::Replace).expect("written");
    }
    fs::remove_dir_all(copies_folder(&place(&home))).unwrap_or(());
    Old { home, complete, held, draft, discarded, member }
}

impl Old {
    fn is_whole(&self, vault: &Vault, context: &str) {
        for (id, text) in [(self.complete, "complete"), (self.held, "held"), (self.draft, "draft")]
        {
            let opened = vault.open(id).expect("opens");
            assert_eq!((opened.body.as_str(), opened.verified), (text, Verified::Yes), "{context}");
        }
        let hold = vault.retention(self.held).expect("entered").hold.expect("on hold");
        assert_eq!(hold.reason, "inquiry", "{context}");
        let members = vault.list_members().expect("lists");
        assert_eq!(members.len(), 1, "{context}");
        assert_eq!(members[0].recipient, self.member, "{context}: in its one spelling");
        assert!(vault.recovery_confirmed(), "{context}");
        let trashed: Vec<NoteId> =
            vault.trash().expect("read").into_iter().map(|one| one.id).collect();
        assert_eq!(trashed, [self.discarded], "{context}");
    }
}

#[test]
fn a_reading_window_reads_a_vault_of_the_first_format_as_it_is() {
    let old = old();
    let before = super::everything_below(old.home.path());
    let vault = Vault::inspect(&place(&old.home), &passphrase()).expect("opens");
    old.is_whole(&vault, "looked at");
    assert!(vault.verify().is_clean(), "{:?}", vault.verify().findings);
    drop(vault);
    assert_eq!(super::everything_below(old.home.path()), before);
}

#[test]
fn a_vault_of_the_first_format_is_brought_to_the_next_after_a_copy_and_can_be_cut_off_anywhere() {
    for calls in 0.. {
        let old = old();
        let disk = Arc::new(FaultyDisk::default());
        disk.cut_power_after(calls);
        let cut = Vault::unlock_on(disk.clone(), &place(&old.home), &passphrase());
        if let Ok(vault) = cut {
            old.is_whole(&vault, &format!("cut after {calls} calls"));
        }
        let finished = disk.is_waiting();
        let vault = unlock(&old.home);
        old.is_whole(&vault, &format!("unlocked after {calls} calls"));
        assert!(vault.read_only().is_none(), "{:?}", vault.read_only());
        assert_eq!(vault.manifest().format, layout::FORMAT);
        let seen = vault.verify();
        assert!(seen.is_clean(), "after {calls} calls: {:?}", seen.findings);
        let copies = copies(&Disk, &place(&old.home));
        let copy = copies.iter().find(|copy| copy.name.starts_with("before-format-2-"));
        let copy = copy.expect("a copy of before");
        let before = Vault::inspect(&copy.folder, &passphrase()).expect("opens");
        old.is_whole(&before, "the copy");
        assert_eq!(before.manifest().format, 1);
        if finished {
            return assert!(calls > 15, "{calls}");
        }
    }
}
