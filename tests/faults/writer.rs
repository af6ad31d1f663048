//! A second process that keeps notes as fast as it can, and writes down what it was told is saved.
//!
//! It is this test binary, started again. It works through the library, as the screens do.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, OpenOptions},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
    process::{Child, Command, Stdio},
};

use caseclinic::vault::{NoteId, NoteSource, Strength, Vault, VaultError, Verified};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rustix::time::{ClockId, clock_gettime};

use crate::{note_head::head, support::PASSPHRASE};

/// The first argument of such a process.
const FLAG: &str = "--be-the-writer";
/// Notes that are worked on side by side.
const NOTES: usize = 6;
/// One save in so many completes its note.
const COMPLETES: u32 = 12;

/// One thing that was said to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// When it was said, by the clock that [`now`] reads.
    pub(crate) at: u64,
    pub(crate) id: NoteId,
    pub(crate) version: u64,
    pub(crate) complete: bool,
}

/// Nanoseconds of a clock that all processes share.
pub(crate) fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Starts such a process on a vault, which it makes if there is none.
pub(crate) fn start(vault: &Path, record: &Path, seed: u64) -> Child {
    Command::new(env::current_exe().expect("this test"))
        .arg(FLAG)
        .args([vault, record])
        .arg(seed.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

/// Is that process, if the arguments say so; it then never comes back.
pub(crate) fn be_one_if_asked() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [flag, vault, record, seed] = &arguments[..] else { return };
    if flag == FLAG {
        let _ = write(Path::new(vault), Path::new(record), seed.parse().unwrap_or(0));
        // Only an error ends it; its parent kills it.
        std::process::exit(1);
    }
}

fn write(place: &Path, record: &Path, seed: u64) -> Result<(), VaultError> {
    let mut chance = StdRng::seed_from_u64(seed);
    let (vault, _) = Vault::create(place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS)?;
    vault.confirm_recovery()?;
    let mut options = OpenOptions::new();
    let record = options.write(true).create(true).truncate(false).mode(0o600).open(record);
    let record = record.expect("a file outside of that disk");
    let mut written = 0;
    let mut notes: Vec<(NoteId, u64)> = (0..NOTES).map(|_| (NoteId::random(), 0)).collect();
    loop {
        let note = &mut notes[chance.gen_range(0..NOTES)];
        note.1 += 1;
        let (id, version) = *note;
        let filling = "lorem ipsum ".repeat(chance.gen_range(0..2000));
        let body = body(version, &filling);
        // As in the program, where a clinic is completed long after its first save.
        let complete = version > 1 && chance.gen_ratio(1, COMPLETES);
        if complete {
            vault.complete(id, &head(), &body)?;
            *note = (NoteId::random(), 0);
        } else {
            vault.save_draft(id, &head(), &body)?;
        }
        let line = format!("{} {id} {version} {complete}\n", now());
        record.write_all_at(line.as_bytes(), written).expect("written down");
        written += line.len() as u64;
    }
}

/// What was written down, whole lines only.
pub(crate) fn read(record: &Path) -> Vec<Kept> {
    let text = fs::read_to_string(record).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let read = |line: &str| {
        let mut words = line.split(' ');
        Some(Kept {
            at: words.next()?.parse().ok()?,
            id: words.next()?.parse().ok()?,
            version: words.next()?.parse().ok()?,
            complete: words.next()? == "true",
        })
    };
    whole.lines().map(|line| read(line).expect("a line of the record")).collect()
}

/// Everything that was said to be kept is there: this version or a later one, and what was
/// completed exactly as it was.
pub(crate) fn check(vault: &Vault, promised: &[Kept]) {
    let mut last: BTreeMap<NoteId, &Kept> = BTreeMap::new();
    for kept in promised {
        last.insert(kept.id, kept);
    }
    for kept in last.values() {
        let note = vault.open(kept.id).unwrap_or_else(|error| panic!("{kept:?}: {error}"));
        assert_eq!(note.verified, Verified::Yes, "{kept:?}");
        let version = version(&note.body);
        if kept.complete {
            assert_eq!((note.source, version), (NoteSource::Revision(1), kept.version), "{kept:?}");
        } else {
            assert!(version >= kept.version, "{kept:?}: version {version} is what is there");
        }
    }
}

/// Saves one more note.
pub(crate) fn save_one(vault: &Vault) {
    vault.save_draft(NoteId::random(), &head(), &body(1, "")).expect("saved");
}

pub(crate) fn body(version: u64, filling: &str) -> String {
    format!("version = {version}\nfilling = \"{filling}\"\nend = {version}\n")
}

/// The version a body says it is; it must be whole.
fn version(body: &str) -> u64 {
    let first = body.lines().next().and_then(|line| line.strip_prefix("version = "));
    let last = body.lines().last().and_then(|line| line.strip_prefix("end = "));
    assert_eq!(first, last, "a mixture of two saves");
    first.and_then(|number| number.parse().ok()).expect("a version")
}
