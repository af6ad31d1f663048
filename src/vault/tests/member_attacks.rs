//! What a member can do who may also write to the folder: everything they have was signed by this
//! vault, and they know its keys for sealing. Each forgery is named or without effect.

use std::{fs, path::Path};

use age::x25519;
use jiff::Timestamp;

use crate::vault::{
    Correction, FindingKind, NoteHead, NoteId, RevisionText, Strength, Vault, VaultError, Verified,
    check_note,
    fixtures::{
        fault::FaultyDisk, head, passphrase, place, remembered_place, remembered_vault, unlock,
        unlock_remembered,
    },
    keys::seal,
    storage::layout,
};

/// A vault with a member, and what that member holds.
struct Attacked {
    home: tempfile::TempDir,
    vault: Option<Vault>,
    member: x25519::Identity,
    /// A corrected note, another, and a supervision note without an edition.
    notes: [NoteId; 3],
    /// The vault, and the member: those a forged file is sealed to.
    to: Vec<x25519::Recipient>,
}

fn text(body: &str) -> RevisionText<'_> {
    RevisionText { whole: body, for_members: Some(body) }
}

impl Attacked {
    fn new() -> Self {
        let (home, vault) = remembered_vault();
        let member = x25519::Identity::generate();
        let public = member.to_public();
        let added = vault.add_member("Asha", "deputy", &public.to_string(), Timestamp::now());
        added.expect("added");
        let notes = [NoteId::random(), NoteId::random(), NoteId::random()];
        let supervision = NoteHead { kind: "supervision".to_owned(), ..head("Supervision") };
        vault.complete(notes[0], &head("A"), text("first")).expect("complete");
        vault.amend(notes[0], &head("A"), text("second"), Correction::Amended).expect("amended");
        vault.complete(notes[1], &head("B"), text("other")).expect("complete");
        vault.complete(notes[2], &supervision, text("private")).expect("complete");
        let to = vec![vault.keys.recipient().clone(), public];
        Self { home, vault: Some(vault), member, notes, to }
    }

    fn at(&self, file: impl AsRef<Path>) -> std::path::PathBuf {
        place(&self.home).join(file)
    }

    /// What a member reads of a revision.
    fn edition(&self, note: usize, number: u32) -> Vec<u8> {
        let file = self.at(layout::members_file(self.notes[note], number));
        let sealed = fs::read(file).expect("reads");
        seal::open_with(&self.member, &sealed).expect("it is theirs").to_vec()
    }

    fn sealed(&self, plain: &[u8]) -> Vec<u8> {
        let to = self.to.iter().map(|key| key as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(to).expect("recipients");
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed).expect("begins");
        std::io::Write::write_all(&mut writer, plain).expect("sealed");
        writer.finish().expect("ends");
        sealed
    }

    /// Puts a file into the vault; afterwards every text is the true one or doubted, and the file is
    /// named, unless it is a cache. Then all is as before.
    #[track_caller]
    fn put(&mut self, file: &Path, bytes: &[u8], what: &str) {
        self.vault = None;
        let path = self.at(file);
        let before = fs::read(&path).ok();
        fs::write(&path, bytes).expect("written");
        for writes in [false, true] {
            let open = if writes { Vault::unlock } else { Vault::inspect };
            let opened = open(remembered_place(&self.home), &passphrase());
            // A vault that does not open says so.
            let Ok(vault) = opened else { continue };
            let is_cache =
                [layout::CATALOGUE, layout::TEXTS].iter().any(|it| file == Path::new(it));
            let is_named = vault.rollback().is_some()
                || vault.verify().findings.iter().any(|one| {
                    one.kind != FindingKind::Exposed && one.kind != FindingKind::Unfinished
                });
            assert!(is_named || is_cache, "{what}: silent");
            for (id, body) in self.notes.iter().zip(["second", "other", "private"]) {
                if let Ok(note) = vault.open(*id) {
                    let is_doubted = note.verified != Verified::Yes || vault.rollback().is_some();
                    assert!(*note.body == *body || is_doubted, "{what}: {}", *note.body);
                }
            }
            let rows = vault.list().expect("lists");
            let is_forged =
                |head: &Result<NoteHead, _>| head.as_ref().is_ok_and(|head| head.title == "Forged");
            assert!(!rows.iter().any(|row| is_forged(&row.head)), "{what}: the list");
        }
        match before {
            Some(before) => fs::write(&path, before).expect("as before"),
            None => fs::remove_file(&path).expect("as before"),
        }
        let vault = unlock_remembered(&self.home);
        let left = vault.verify().findings;
        assert!(left.iter().all(|one| one.kind == FindingKind::Exposed), "{what}: {left:?}");
    }
}

#[test]
fn a_members_edition_in_any_other_place_is_named() {
    let mut attacked = Attacked::new();
    let [corrected, other, private] = attacked.notes;
    let editions =
        [(0, 1, corrected), (0, 2, corrected), (1, 1, other)].map(|(note, number, id)| {
            let file = layout::members_file(id, number);
            let sealed = fs::read(attacked.at(&file)).expect("reads");
            (file, sealed, attacked.edition(note, number))
        });
    let mut places = vec![
        layout::LEDGER.into(),
        layout::CATALOGUE.into(),
        layout::TEXTS.into(),
        layout::RECOVERY.into(),
        layout::IDENTITY.into(),
        layout::MEMBERS.into(),
        layout::draft_file(corrected),
        layout::draft_file(private),
    ];
    for id in attacked.notes {
        for number in 1..=2 {
            places.extend([layout::members_file(id, number), layout::revision_file(id, number)]);
        }
    }
    for (from, sealed, plain) in &editions {
        for to in &places {
            let what = format!("{} as {}", from.display(), to.display());
            // A draft and the list of the first format beside what counts are read by nothing.
            let is_unread = *to == layout::draft_file(corrected)
                || *to == layout::draft_file(private)
                || to == Path::new(layout::MEMBERS);
            if from == to || is_unread {
                continue;
            }
            attacked.put(to, sealed, &what);
            // Sealed by the member it is the same to whoever reads it: once is enough.
            if *from == editions[0].0 {
                attacked.put(to, &attacked.sealed(plain), &format!("{what}, sealed again"));
            }
        }
    }
}

#[test]
fn a_changed_edition_is_named_and_a_member_who_checks_it_is_told() {
    let mut attacked = Attacked::new();
    let file = layout::members_file(attacked.notes[1], 1);
    let plain = attacked.edition(1, 1);
    let key = {
        let vault = unlock(&attacked.home);
        vault.key_fingerprint().parse().expect("a fingerprint")
    };
    let at = plain.windows(5).position(|window| window == b"other").expect("its words");
    let mut changed = plain.clone();
    changed[at..at + 5].copy_from_slice(b"wrong");
    assert!(check_note(&plain, None, &key).is_ok());
    assert!(check_note(&changed, None, &key).is_err_and(|why| why.is_refuted()));
    let sealed = attacked.sealed(&changed);
    attacked.put(&file, &sealed, "changed words");
    // The list of what is signed, taken from one edition and put under another text.
    let other = attacked.edition(0, 2);
    let mixed = [&plain[..at], &other[..]].concat();
    let sealed = attacked.sealed(&mixed);
    attacked.put(&file, &sealed, "two editions in one");
}

#[test]
fn a_forged_cache_is_not_believed() {
    let mut attacked = Attacked::new();
    let vault = attacked.vault.take().expect("open");
    for name in [layout::CATALOGUE, layout::TEXTS] {
        let text = format!(
            "# caseclinic cache {name}\n{{\"version\":3,\"vault\":\"{}\",\"entries\":{{\"{}\":{{\
             \"title\":\"Forged\"}}}}}}\n",
            vault.keys.vault, attacked.notes[0]
        );
        let own = crate::vault::keys::secret_keys::Keys::generate(&vault.keys.vault);
        let kind = crate::vault::keys::signed_text::Kind::Catalogue;
        let signed = own.sign(kind, &text).expect("signed with another key");
        for plain in [text.as_bytes(), &signed] {
            let sealed = attacked.sealed(plain);
            attacked.put(Path::new(name), &sealed, name);
        }
    }
}

#[test]
fn a_clock_that_is_set_back_changes_nothing_that_counts() {
    let attacked = Attacked::new();
    let vault = attacked.vault.as_ref().expect("open");
    let long_ago: Timestamp = "2024-06-01T12:00:00Z".parse().expect("a time");
    let before = vault.verify().ledger_state.expect("a code");
    let copier = vault.copier();
    let first = copier.copy_before("test", long_ago).expect("a copy");
    vault.complete(NoteId::random(), &head("C"), text("later")).expect("complete");
    // The same second again, as after the clock was set back.
    let second = copier.copy_before("test", long_ago).expect("a copy");
    let state = |copy: &crate::vault::Copy| {
        let vault = Vault::inspect(&copy.folder, &passphrase()).expect("opens");
        vault.verify().ledger_state.expect("a code")
    };
    assert_eq!(state(&first), before);
    assert_ne!(state(&second), before, "what is taken before a change is the vault as it is");
    assert!(vault.verify().is_clean());
}

#[test]
fn a_note_completed_in_two_windows_whose_lock_was_taken_away_is_named() {
    let attacked = Attacked::new();
    let one = attacked.vault.as_ref().expect("open");
    let (same, first, second) = (NoteId::random(), NoteId::random(), NoteId::random());
    one.save_draft(same, &head("A"), "begun").expect("saved");
    fs::remove_file(attacked.at("lock")).expect("a member can");
    let two = unlock_remembered(&attacked.home);
    let completed: Vec<bool> = [(&two, "two"), (one, "one")]
        .into_iter()
        .map(|(vault, body)| vault.complete(same, &head("A"), body).is_ok())
        .collect();
    assert_eq!(completed, [true, false], "the second is told that a revision is there");
    let kept = [(one, first), (&two, second)]
        .map(|(vault, id)| vault.complete(id, &head("B"), "a note").is_ok());
    drop(two);
    let vault = {
        let Attacked { home, vault, .. } = attacked;
        drop(vault);
        (unlock_remembered(&home), home)
    };
    let found = vault.0.verify().findings;
    assert!(!found.is_empty() || vault.0.rollback().is_some(), "{kept:?}");
    for (id, is_kept) in [first, second].into_iter().zip(kept) {
        assert!(!is_kept || vault.0.open(id).is_ok(), "what was said to be kept is there");
    }
    assert_eq!(vault.0.open(same).expect("opens").body.as_str(), "two");
}

#[test]
fn after_new_keys_that_were_cut_off_a_note_is_completed_once() {
    for calls in (0..60).step_by(6) {
        let mut attacked = Attacked::new();
        attacked.vault = None;
        let id = NoteId::random();
        let at = place(&attacked.home);
        let disk = std::sync::Arc::new(FaultyDisk::default());
        let vault = Vault::unlock_on(disk.clone(), &at, &passphrase()).expect("unlocks");
        vault.save_draft(id, &head("A"), "begun").expect("saved");
        disk.cut_power_after(calls);
        let new = "quite another passphrase".into();
        let (weak, now) = (Strength::WEAK_FOR_TESTS, Timestamp::now());
        drop(vault.rekey(&new, weak, now, &|_| None, &mut |_| Ok(())));
        let open = || Vault::unlock(&at, &passphrase()).or_else(|_| Vault::unlock(&at, &new));
        let (one, two) = (open().expect("one of them"), open().expect("again"));
        assert!(matches!(two.complete(id, &head("A"), "two"), Err(VaultError::ReadOnly { .. })));
        one.complete(id, &head("A"), "one").expect("complete");
        drop(one);
        assert!(matches!(two.complete(id, &head("A"), "two"), Err(VaultError::ReadOnly { .. })));
        drop(two);
        let third = open().expect("opens");
        let again = third.complete(id, &head("A"), "two");
        assert!(matches!(again, Err(VaultError::AlreadyComplete(_))), "{calls}");
        assert_eq!(third.open(id).expect("opens").body.as_str(), "one");
        assert!(third.verify().is_clean(), "{calls}: {:?}", third.verify().findings);
    }
}
