//! Exchanges between several vaults, each with a folder of its own that a copier fills.

mod attacks;
mod bad_input;
mod interrupted;
mod lifecycle;
mod simulation;

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::{
    clinic::{Session, Template, fixture, to_document},
    vault::{
        Correction, NoteHead, NoteId, Strength, Vault,
        fixtures::{self, passphrase},
    },
};

/// People whose names nobody mixes up.
const NAMES: [&str; 20] = [
    "Asha", "Bryn", "Cerys", "Dilys", "Emrys", "Ffion", "Gwen", "Huw", "Ines", "Jude", "Kofi",
    "Leila", "Maeve", "Nia", "Owen", "Priya", "Rhian", "Sioned", "Tegan", "Wyn",
];

/// Memory if there is a disk of it: the tests write thousands of small files durably.
fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}

fn noon() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().expect("a time")
}

/// A person with a vault, and their copy of the exchange folder.
struct Home {
    name: &'static str,
    vault: Vault,
    folder: TempDir,
}

impl Home {
    fn new(at: usize) -> Self {
        let folder = temporary();
        let place = folder.path().join("vault");
        let (vault, _) =
            Vault::create(&place, &passphrase(), Strength::WEAK_FOR_TESTS).expect("a new vault");
        Self { name: NAMES[at], vault, folder }
    }

    /// Their copy of the exchange folder.
    fn place(&self) -> PathBuf {
        self.folder.path().join("shared")
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("vault-exchange")
    }

    fn myself(&self) -> (&str, &str, &str) {
        (self.name, "Northmoor", "deputy")
    }

    fn begin(&self) {
        init(&self.vault, &self.place(), self.myself(), noon()).expect("begins");
    }

    fn ask(&self) {
        join(&self.vault, &self.place(), self.myself()).expect("joins");
    }

    fn open(&self) -> Exchange<'_> {
        Exchange::open(&self.vault, &self.place()).expect("opens")
    }

    /// Takes in, and sends everything.
    fn sync(&self) -> (Intake, Sent) {
        self.sync_at(noon())
    }

    fn sync_at(&self, now: Timestamp) -> (Intake, Sent) {
        let mut exchange = self.open();
        let intake = exchange.take_in().expect("takes in");
        let outbox = exchange.outbox(false).expect("an outbox");
        let sent = exchange.send(outbox, now).expect("sends");
        (intake, sent)
    }

    fn complete(&self, key: &str) -> NoteId {
        let id = NoteId::random();
        self.vault.complete(id, &head(key), &body(key)).expect("completes");
        id
    }

    fn amend(&self, id: NoteId, key: &str) {
        let (head, body) = (head(key), body(key));
        self.vault.amend(id, &head, &body, Correction::Amended).expect("amends");
    }

    fn erase(&self, id: NoteId) {
        self.vault.erase(id, "retention period over", noon()).expect("erases");
    }

    /// The case keys of the newest revisions of what others sent.
    fn received(&self) -> Vec<String> {
        let received = Received::load(&self.vault).expect("loads").expect("an exchange");
        let notes = received.notes().iter().flat_map(|note| note.newest_ones());
        let mut keys: Vec<String> = notes
            .map(|revision| {
                let session = received.session(&self.vault, revision).expect("opens");
                assert_eq!(session.case_key(), revision.head.case_key);
                revision.head.case_key.clone()
            })
            .collect();
        keys.sort();
        keys
    }

    fn kinds(&self) -> Vec<FindingKind> {
        let mut exchange = Exchange::look(&self.vault, &self.place()).expect("opens");
        let intake = exchange.take_in().expect("takes in");
        intake.findings.iter().map(|finding| finding.kind).collect()
    }

    /// The folders of posts in their copy, by the beginning of their author.
    fn posts_of(&self, other: &Self) -> PathBuf {
        let author = other.open().record.author();
        self.place().join("post").join(author.to_string())
    }
}

fn head(key: &str) -> NoteHead {
    NoteHead {
        kind: "case".to_owned(),
        case_key: key.to_owned(),
        template: "rich 2".to_owned(),
        status: "completed".to_owned(),
        ..fixtures::head("A clinic")
    }
}

fn body(key: &str) -> String {
    let template = Template::parse("fixture_rich.toml", fixture::RICH).expect("sound");
    to_document(&Session::start(template, Uuid::nil(), key, false, noon()))
}

/// Every file below a folder, from the folder on, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    fn walk(top: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(top, &path, found);
            } else {
                found.push(path.strip_prefix(top).expect("inside").to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, bytes).expect("written");
}

/// A copier that does what it should: both copies have everything that either has; of a file that
/// differs, the one of its writer counts.
fn copy_all(homes: &[&Home]) {
    let writers: Vec<(String, usize)> = homes
        .iter()
        .enumerate()
        .filter_map(|(at, home)| {
            let record = record::Record::load(&home.vault).ok()??;
            Some((record.me.to_string(), at))
        })
        .collect();
    let listed: Vec<Vec<PathBuf>> = homes.iter().map(|home| files(&home.place())).collect();
    for (person, writer) in &writers {
        let is_theirs = |file: &&PathBuf| file.to_string_lossy().contains(person.as_str());
        let written: Vec<(&PathBuf, Vec<u8>)> = listed[*writer]
            .iter()
            .filter(|file| is_theirs(file) || *file == Path::new("exchange.toml"))
            .map(|file| (file, fs::read(homes[*writer].place().join(file)).expect("read")))
            .collect();
        for (at, other) in homes.iter().enumerate().filter(|(at, _)| at != writer) {
            for file in listed[at].iter().filter(is_theirs) {
                if !homes[*writer].place().join(file).exists() {
                    fs::remove_file(other.place().join(file)).expect("removed");
                }
            }
            for (file, bytes) in &written {
                write(&other.place().join(file), bytes);
            }
        }
    }
}

/// So many people in one exchange, the first of them its steward.
fn exchange_of(count: usize) -> Vec<Home> {
    let homes: Vec<Home> = (0..count).map(Home::new).collect();
    homes[0].begin();
    let charter = fs::read(homes[0].place().join("exchange.toml")).expect("read");
    for home in &homes[1..] {
        write(&home.place().join("exchange.toml"), &charter);
        home.ask();
    }
    let all: Vec<&Home> = homes.iter().collect();
    copy_all(&all);
    for home in &homes[1..] {
        homes[0].open().add(home.name, false, noon()).expect("added");
    }
    copy_all(&all);
    for home in &homes {
        home.sync();
    }
    homes
}

/// Everything is copied and everybody syncs, until nothing is left to be done.
fn settle(homes: &[&Home]) {
    for _ in 0..4 {
        copy_all(homes);
        for home in homes {
            home.sync();
        }
    }
    copy_all(homes);
}
