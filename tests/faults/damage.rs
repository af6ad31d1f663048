//! Every bit of a vault flipped and every length cut: it is noticed, costs at most the file it is
//! in, and no wrong text is ever shown.
//!
//! A case takes a vault of its own with a draft, completed and corrected notes, a discarded draft,
//! a colleague, and a ledger; it damages one file after the other in one place, unlocks, verifies
//! and opens everything. In full the cases share out all bits and all lengths; every day each
//! takes some by chance.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use age::x25519;
use caseclinic::vault::{Correction, NoteId, Strength, Vault, VaultError};
use rand::Rng;

use crate::{
    disk,
    note_head::head,
    part::{Case, Part, Tally},
    support::PASSPHRASE,
    writer::body,
};

/// Cases that share out the whole vault.
const SHARES: usize = 64;
/// Bits flipped and lengths cut in each file, every day.
const FEW: usize = 6;
/// Files that are plain by design and say nothing of a case, or are made anew whenever they are
/// not as they should be: damage there need not be noticed, and must do no harm.
const WORTHLESS: [&str; 4] = ["vault.toml", "lock", "catalogue.age", "texts.age"];

pub(crate) const PART: Part = Part {
    name: "damage",
    promise: "every bit flipped and every length cut is noticed, and no wrong text is shown",
    unit: "damages",
    timed: "one took",
    short: 2,
    full: SHARES,
    abreast: 2,
    hindrance: || None,
    case: one,
};

/// A vault whose every text is known.
struct Known {
    place: PathBuf,
    texts: Vec<(NoteId, Vec<String>)>,
}

fn one(case: &mut Case) -> Tally {
    let folder = disk::quick_folder();
    let known = Known::make(&folder.path().join("vault"));
    let mut tally = Tally::default();
    for file in disk::files_below(&known.place) {
        let path = known.place.join(&file);
        let whole = fs::read(&path).expect("it is read");
        let bits = whole.len() * 8;
        let damages: Vec<Damage> = if case.full {
            let flips = (case.index..bits).step_by(SHARES).map(Damage::Flipped);
            let cuts = (case.index..whole.len()).step_by(SHARES).map(Damage::CutTo);
            flips.chain(cuts).collect()
        } else {
            let mut some = |most: usize| -> Vec<usize> {
                (0..FEW.min(most)).map(|_| case.chance.gen_range(0..most)).collect()
            };
            let flips = some(bits).into_iter().map(Damage::Flipped).collect::<Vec<_>>();
            flips.into_iter().chain(some(whole.len()).into_iter().map(Damage::CutTo)).collect()
        };
        for damage in damages {
            fs::write(&path, damage.done_to(&whole)).expect("damaged");
            let since = Instant::now();
            let noticed = known.look(&file, damage);
            tally.took(since.elapsed());
            let worthless = WORTHLESS.iter().any(|name| file == Path::new(name));
            assert!(noticed || worthless, "{damage:?} of {} goes unnoticed", file.display());
            tally.count("of files that hold nothing", usize::from(worthless));
            tally.tried += 1;
        }
        fs::write(&path, &whole).expect("mended");
    }
    assert!(!known.look(Path::new("none"), Damage::CutTo(0)), "a whole vault is called damaged");
    tally
}

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// This bit, counted from its beginning.
    Flipped(usize),
    /// All but so many bytes are gone.
    CutTo(usize),
}

impl Damage {
    fn done_to(self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        match self {
            Self::Flipped(bit) => bytes[bit / 8] ^= 1 << (bit % 8),
            Self::CutTo(length) => bytes.truncate(length),
        }
        bytes
    }
}

impl Known {
    fn make(place: &Path) -> Self {
        let made = Vault::create(place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
        let (vault, _) = made.expect("a vault");
        vault.confirm_recovery().expect("confirmed");
        let member = x25519::Identity::generate().to_public().to_string();
        vault.add_member("Asha", "deputy", &member, jiff::Timestamp::now()).expect("added");
        let words = |number| body(number, "words of a fictional case");
        let (draft, complete, corrected, discarded) =
            (NoteId::random(), NoteId::random(), NoteId::random(), NoteId::random());
        for (at, id) in [draft, complete, corrected, discarded].into_iter().enumerate() {
            vault.save_draft(id, &head(), &words(at as u64)).expect("saved");
        }
        vault.complete(complete, &head(), &words(1)).expect("completed");
        vault.complete(corrected, &head(), &words(2)).expect("completed");
        let amended = vault.amend(corrected, &head(), &words(9), Correction::Amended);
        amended.expect("corrected");
        vault.discard_draft(discarded).expect("discarded");
        vault.list().expect("listed");
        let texts = vec![
            (draft, vec![words(0)]),
            (complete, vec![words(1)]),
            (corrected, vec![words(2), words(9)]),
        ];
        Self { place: place.to_owned(), texts }
    }

    /// Opens everything there is; answers with whether anything is said to be wrong. What is shown
    /// must be right, and of the notes at most the one whose file was damaged may be missing.
    fn look(&self, file: &Path, damage: Damage) -> bool {
        let vault = match Vault::unlock(&self.place, &PASSPHRASE.into()) {
            Ok(vault) => vault,
            Err(error) => {
                let key = file.starts_with("keys") || file == Path::new("vault.toml");
                assert!(key, "{damage:?} of {} locks the vault: {error}", file.display());
                assert!(!error.sentence().is_empty());
                return true;
            }
        };
        for (id, texts) in &self.texts {
            let own = file.starts_with(format!("notes/{id}"));
            match vault.open(*id) {
                Ok(note) => {
                    let right = texts.iter().any(|text| *text == *note.body);
                    assert!(right, "{damage:?} of {}: {}", file.display(), *note.body);
                }
                Err(VaultError::Damaged { .. }) if own => {}
                Err(error) => panic!("{damage:?} of {} costs {id}: {error}", file.display()),
            }
            for (at, text) in texts.iter().enumerate() {
                if let Ok(note) = vault.open_revision(*id, at as u32 + 1) {
                    assert_eq!(*note.body, *text, "{damage:?} of {}", file.display());
                }
            }
        }
        let rows = vault.list().expect("listed");
        assert_eq!(rows.len(), self.texts.len(), "{damage:?} of {}", file.display());
        let verified = vault.verify();
        verified.findings.iter().any(|finding| finding.file == file)
    }
}
