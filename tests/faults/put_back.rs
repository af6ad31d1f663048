//! Somebody with the folder puts files back to an earlier day, one by one or all together: each is
//! named, or the vault as a whole is named by what this computer saw of it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use age::x25519;
use caseclinic::vault::{
    Correction, FindingKind, Hold, NoteId, Retention, RevisionText, Strength, Vault, VaultPlace,
    Verified,
};
use jiff::Timestamp;
use rand::{Rng, seq::SliceRandom};
use secrecy::SecretString;

use crate::{
    disk,
    note_head::head,
    part::{Case, Part, Tally},
};

/// Steps of a life; after each there is a moment that files can be put back to.
const STEPS: usize = 12;
/// Files that differ of which every subset is tried, in a full run.
const ALL_SUBSETS_UP_TO: usize = 7;
/// Subsets drawn by chance where there are more.
const DRAWN: [usize; 2] = [6, 160];

pub(crate) const PART: Part = Part {
    name: "put-back",
    promise: "no file put back to an earlier moment of the vault passes in silence",
    unit: "sets of files put back",
    timed: "",
    short: STEPS,
    full: STEPS * 4,
    abreast: 2,
    hindrance: || None,
    case: one,
};

/// Every file of a folder, by its path from there.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A vault with a past.
struct Life {
    home: tempfile::TempDir,
    moments: Vec<Files>,
    /// What was remembered outside the vault at the end.
    seen: Files,
    passphrases: Vec<SecretString>,
    /// The newest text of every note that is there.
    texts: BTreeMap<NoteId, String>,
}

fn one(case: &mut Case) -> Tally {
    let life = Life::lived();
    let last = life.moments.last().expect("moments");
    let moment = &life.moments[case.index % STEPS];
    let changed: Vec<&PathBuf> = moment
        .keys()
        .chain(last.keys())
        .filter(|file| moment.get(*file) != last.get(*file))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut tally = Tally::default();
    let mut sets: Vec<Vec<&PathBuf>> = changed.iter().map(|file| vec![*file]).collect();
    sets.push(changed.clone());
    if case.full && changed.len() <= ALL_SUBSETS_UP_TO {
        sets = (1..1_u32 << changed.len())
            .map(|bits| {
                let is_in = |at: &usize| bits & (1 << at) != 0;
                (0..changed.len()).filter(is_in).map(|at| changed[at]).collect()
            })
            .collect();
    } else {
        for _ in 0..DRAWN[usize::from(case.full)] {
            let count = case.chance.gen_range(1..=changed.len());
            let drawn = changed.choose_multiple(&mut case.chance, count).copied();
            sets.push(drawn.collect());
        }
    }
    for set in sets {
        life.put_back(moment, &set);
        life.is_named(&set);
        tally.tried += 1;
    }
    tally
}

impl Life {
    fn lived() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut life = Self {
            home,
            moments: Vec::new(),
            seen: Files::new(),
            passphrases: vec!["correct horse battery".into(), "another passphrase".into()],
            texts: BTreeMap::new(),
        };
        let weak = Strength::WEAK_FOR_TESTS;
        let now = Timestamp::now();
        let ids: Vec<NoteId> = (0..6).map(|_| NoteId::random()).collect();
        let [kept, held, erased, discarded, draft, completed] = ids[..] else { unreachable!() };
        let made = Vault::create(life.place(), &life.passphrases[0], weak);
        let (mut vault, _) = made.expect("a vault");
        vault.confirm_recovery().expect("confirmed");
        // Somebody who reads from the beginning, so that every revision has an edition for members.
        let reader = x25519::Identity::generate().to_public().to_string();
        vault.add_member("Ben", "auditor", &reader, Timestamp::UNIX_EPOCH).expect("added");
        for id in [kept, held, erased] {
            vault.complete(id, &head(), text("as it was completed")).expect("completed");
        }
        for id in [discarded, draft, completed] {
            vault.save_draft(id, &head(), "a first draft").expect("saved");
        }
        let member = x25519::Identity::generate().to_public().to_string();
        let hold = Retention {
            hold: Some(Hold { reason: "inquiry".to_owned(), since: now }),
            ..Retention::default()
        };
        for step in 0..STEPS {
            life.moments.push(life.files("vault"));
            match step {
                0 => {
                    let words = life.passphrases[0].clone();
                    let rekeyed = vault.rekey(&words, weak, now, &|_| None, &mut |_| Ok(()));
                    vault = rekeyed.expect("new keys").vault;
                }
                1 => drop(vault.save_draft(draft, &head(), "a later draft").expect("saved")),
                2 => {
                    let amended =
                        vault.amend(kept, &head(), text("corrected"), Correction::Amended);
                    amended.expect("corrected");
                }
                3 => vault.set_retention(held, &hold).expect("held"),
                4 => drop(vault.add_member("Asha", "deputy", &member, now).expect("added")),
                5 => {
                    let released = vault.set_retention(held, &Retention::default());
                    released.expect("released");
                }
                6 => drop(vault.remove_member("Asha").expect("removed")),
                7 => {
                    let new = vault.new_sheet().expect("a sheet");
                    vault.replace_sheet(&new, now).expect("replaced");
                }
                8 => vault.change_passphrase(&life.passphrases[1], weak).expect("changed"),
                9 => vault.discard_draft(discarded).expect("discarded"),
                10 => drop(vault.erase(erased, "its time is over", now).expect("erased")),
                _ => {
                    let done = vault.complete(completed, &head(), text("completed later"));
                    done.expect("completed");
                }
            }
        }
        vault.enter_drafts().expect("entered");
        drop(vault);
        life.moments.push(life.files("vault"));
        let is_edition = |file: &&PathBuf| file.to_string_lossy().ends_with(".members.age");
        let editions = life.moments[STEPS].keys().filter(is_edition).count();
        assert_eq!(editions, 4, "two notes, a correction and a later note");
        life.seen = life.files("seen");
        // The copies beside it would name much of it too: here the vault has to stand alone.
        fs::remove_dir_all(life.home.path().join("vault-copies")).expect("removed");
        life.texts.extend([
            (kept, "corrected".to_owned()),
            (held, "as it was completed".to_owned()),
            (draft, "a later draft".to_owned()),
            (completed, "completed later".to_owned()),
        ]);
        life
    }

    fn place(&self) -> VaultPlace {
        let at = |name: &str| self.home.path().join(name);
        VaultPlace { seen: Some(at("seen")), ..VaultPlace::from(&at("vault")) }
    }

    fn files(&self, folder: &str) -> Files {
        let folder = self.home.path().join(folder);
        let files = disk::files_below(&folder).into_iter().filter(|file| !decides_nothing(file));
        files.map(|file| (file.clone(), fs::read(folder.join(file)).expect("reads"))).collect()
    }

    /// The vault as it was at the end, with these files as they were at the moment.
    fn put_back(&self, moment: &Files, set: &[&PathBuf]) {
        for (name, files) in [("vault", self.moments.last().expect("some")), ("seen", &self.seen)] {
            let folder = self.home.path().join(name);
            fs::remove_dir_all(&folder).expect("removed");
            fs::create_dir(&folder).expect("a folder");
            for (file, bytes) in files {
                write(&folder.join(file), bytes);
            }
        }
        let vault = self.home.path().join("vault");
        fs::create_dir_all(vault.join("notes")).expect("a folder");
        for file in set {
            match moment.get(*file) {
                Some(bytes) => write(&vault.join(file), bytes),
                None => fs::remove_file(vault.join(file)).expect("removed"),
            }
        }
    }

    fn is_named(&self, set: &[&PathBuf]) {
        let opened =
            self.passphrases.iter().find_map(|words| Vault::inspect(self.place(), words).ok());
        // A vault whose key file is another's does not open at all, and says so.
        let Some(vault) = opened else { return };
        let seen = vault.verify();
        let is_warned = vault.rollback().is_some();
        // Whoever writes these files here has other rights than the program gives.
        let found = seen.findings.iter().filter(|one| one.kind != FindingKind::Exposed);
        assert!(is_warned || found.count() > 0, "silent: {set:?}");
        for (id, text) in &self.texts {
            if let Ok(note) = vault.open(*id) {
                let is_newest = *note.body == *text && note.verified == Verified::Yes;
                let is_doubted = note.verified != Verified::Yes || is_warned;
                let is_named = seen.findings.iter().any(|one| set.contains(&&one.file));
                assert!(is_newest || is_doubted || is_named, "{id} is believed: {set:?}");
            }
        }
    }
}

/// A text with an edition for members.
fn text(whole: &str) -> RevisionText<'_> {
    RevisionText { whole, for_members: Some(whole) }
}

/// Caches are rebuilt whenever they do not fit, and the lock says nothing.
fn decides_nothing(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        ["catalogue.age", "texts.age", "lock"].iter().any(|cache| name == *cache)
    })
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("written");
}
