//! Links, pipes, devices and second names in the place of each file and folder of a vault and of its
//! copies, before each command that writes or erases, and put there between any two calls of it:
//! nothing outside the vault is touched, and nothing waits for ever.
//!
//! Outside lies a copy of everything, so that a link leads to a place where every file has the name
//! that is looked for.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt, symlink},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use caseclinic::vault::{
    Correction, Disk, Facts, FolderEntry, Hold, NoteId, Opener, Retention, Store, Strength, Vault,
    VaultError, copies, copies_folder, forget_copy,
};
use jiff::Timestamp;
use rand::{Rng, seq::IteratorRandom};
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use tempfile::TempDir;

use crate::{
    disk,
    note_head::head,
    part::{Case, Part, Tally},
    support::PASSPHRASE,
    writer::body,
};

/// Places in a life of a command at which something is put there, every day.
const FEW: usize = 2;
/// A command that takes longer waits for something that never comes.
const TOO_LONG: Duration = Duration::from_mins(1);

pub(crate) const PART: Part = Part {
    name: "links",
    promise: "links, pipes, devices and second names in any place lead no command outside the vault",
    unit: "commands",
    timed: "",
    short: 40,
    full: COMMANDS.len() * TARGETS.len() * KINDS.len(),
    abreast: 2,
    hindrance: || None,
    case: one,
};

/// What is in the place of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A link to what has the same place outside.
    Link,
    /// A second name of a file outside.
    SecondName,
    Pipe,
    Device,
}

const KINDS: [Kind; 4] = [Kind::Link, Kind::SecondName, Kind::Pipe, Kind::Device];

/// From the folder that holds vault and copies on. NOTE has completed revisions and DRAFT none.
const TARGETS: [&str; 24] = [
    "vault",
    "vault/vault.toml",
    "vault/lock",
    "vault/ledger.age",
    "vault/members.age",
    "vault/catalogue.age",
    "vault/texts.age",
    "vault/keys",
    "vault/keys/identity.age",
    "vault/keys/recovery.age",
    "vault/notes",
    "vault/notes/DRAFT",
    "vault/notes/DRAFT/draft.age",
    "vault/notes/NOTE",
    "vault/notes/NOTE/0001.age",
    "vault/notes/NOTE/0002.age",
    "vault/trash",
    "vault/trash/TRASHED",
    "vault-copies",
    "vault-copies/2026-11-20",
    "vault-copies/2026-11-20/notes",
    "vault-copies/2026-11-20/notes/NOTE",
    "vault-copies/2026-11-20/notes/NOTE/0001.age",
    "vault-copies/2026-11-20/lock",
];

type Command = (&'static str, fn(&Scene) -> Result<(), VaultError>);

const COMMANDS: [Command; 22] = [
    ("unlock", |scene| scene.with(|_| Ok(()))),
    ("save", |scene| scene.with(|vault| vault.save_draft(draft(), &head(), "changed").map(drop))),
    ("new", |scene| {
        scene.with(|vault| vault.save_draft(NoteId::random(), &head(), "new").map(drop))
    }),
    ("complete", |scene| scene.with(|vault| vault.complete(draft(), &head(), "done").map(drop))),
    ("amend", |scene| {
        scene.with(|vault| vault.amend(note(), &head(), "more", Correction::Amended).map(drop))
    }),
    ("discard", |scene| scene.with(|vault| vault.discard_draft(draft()))),
    ("keep", |scene| scene.with(|vault| vault.keep_draft(draft()).map(drop))),
    ("restore-draft", |scene| scene.with(|vault| vault.restore_draft(gone()))),
    ("erase", |scene| scene.with(|vault| vault.erase(note(), "kept no longer", now()).map(drop))),
    ("erase-draft", |scene| {
        scene.with(|vault| vault.erase(draft(), "kept no longer", now()).map(drop))
    }),
    ("erase-trashed", |scene| {
        scene.with(|vault| vault.erase(gone(), "kept no longer", now()).map(drop))
    }),
    ("hold", |scene| {
        let hold = Some(Hold { reason: "inquiry 7".to_owned(), since: now() });
        let retention = Retention { hold, ..Retention::default() };
        scene.with(|vault| vault.set_retention(note(), &retention))
    }),
    ("list", |scene| scene.with(|vault| vault.list().map(drop))),
    ("texts", |scene| {
        scene.with(|vault| {
            vault.keep_texts(1, b"what was found", &[note()]);
            Ok(())
        })
    }),
    ("copy", |scene| scene.with(|vault| vault.copier().copy_if_due(now()).map(drop))),
    ("copy-before", |scene| {
        scene.with(|vault| vault.copier().copy_before("sheet", now()).map(drop))
    }),
    ("forget", |scene| {
        let found = copies(scene.store.as_ref(), &scene.place);
        found.iter().try_for_each(|copy| forget_copy(scene.store.as_ref(), copy))
    }),
    ("backup", |scene| {
        let file = scene.place.with_file_name("new.age");
        scene.with(|vault| vault.backup(&file).map(drop))
    }),
    ("restore-verify", |scene| {
        let (file, passphrase) = (scene.place.with_file_name("backup.age"), PASSPHRASE.into());
        scene.with(|vault| vault.compare_backup(&file, Opener::Passphrase(&passphrase)).map(drop))
    }),
    ("passphrase", |scene| {
        let passphrase = "another passphrase".into();
        scene.with(|vault| vault.change_passphrase(&passphrase, Strength::WEAK_FOR_TESTS))
    }),
    ("members", |scene| {
        let key = age::x25519::Identity::generate().to_public().to_string();
        scene.with(|vault| {
            vault.add_member("Colleague", "deputy", &key, now())?;
            vault.remove_member("Colleague").map(drop)
        })
    }),
    ("rekey", |scene| {
        let (passphrase, strength) = (PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
        let vault = scene.take()?;
        vault.rekey(&passphrase, strength, now(), &|_| None, &mut |_| Ok(())).map(drop)
    }),
];

/// The note that is a draft.
fn draft() -> NoteId {
    id(1)
}

/// The completed note.
fn note() -> NoteId {
    id(2)
}

/// The note whose draft is in the trash.
fn gone() -> NoteId {
    id(3)
}

fn id(number: u8) -> NoteId {
    format!("0000000{number}-0000-4000-8000-000000000000").parse().expect("an id")
}

fn now() -> Timestamp {
    "2026-11-30T09:00:00Z".parse().expect("a time")
}

fn one(case: &mut Case) -> Tally {
    let many = COMMANDS.len() * TARGETS.len() * KINDS.len();
    let number = if case.full { case.index % many } else { case.chance.gen_range(0..many) };
    let (command, rest) = (COMMANDS[number % COMMANDS.len()], number / COMMANDS.len());
    let (target, kind) = (TARGETS[rest % TARGETS.len()], KINDS[rest / TARGETS.len()]);
    let mut tally = Tally::default();
    let context = format!("{}, {kind:?} at {target}", command.0);
    // Before the vault is opened, and after that, before the command begins.
    for is_open in [false, true] {
        // A person may make a link that leads to the vault itself, before a command begins.
        if target == "vault" && (!is_open || command.0 == "forget") {
            continue;
        }
        let mut scene = Scene::new();
        if is_open {
            scene.open();
        }
        let Ok(trap) = scene.trap(target, kind) else {
            tally.not_run.push(format!("{kind:?}: needs root"));
            return tally;
        };
        if !trap() {
            return tally;
        }
        drop(scene.perform(command, &context));
        tally.tried += 1;
    }
    // Between two calls of the command.
    let mut scene = Scene::new();
    scene.open();
    let before = scene.store.calls();
    let scene = scene.perform(command, &context);
    let calls = 1..=scene.store.calls() - before;
    let places: Vec<usize> =
        if case.full { calls.collect() } else { calls.choose_multiple(&mut case.chance, FEW) };
    for place in places {
        let mut scene = Scene::new();
        scene.open();
        let trap = scene.trap(target, kind).expect("as before");
        scene.store.before_call(place, move || {
            trap();
        });
        drop(scene.perform(command, &format!("{context}, before call {place}")));
        tally.tried += 1;
    }
    tally
}

/// A vault with its copies, and outside the same once more.
struct Scene {
    home: TempDir,
    place: PathBuf,
    store: Arc<Meddler>,
    vault: Mutex<Option<Vault>>,
    outside: BTreeMap<PathBuf, Entry>,
}

impl Scene {
    fn new() -> Self {
        let home = disk::quick_folder();
        let place = fs::canonicalize(home.path()).expect("a folder").join("here/vault");
        for folder in ["here", "outside"] {
            copy_tree(template(), &home.path().join(folder));
        }
        let outside = entries(&home.path().join("outside"));
        let (store, vault) = (Arc::new(Meddler::default()), Mutex::new(None));
        Self { home, place, store, vault, outside }
    }

    fn unlock(&self) -> Result<Vault, VaultError> {
        Vault::unlock_on(self.store.clone(), &self.place, &PASSPHRASE.into())
    }

    fn open(&mut self) {
        *self.vault.lock().expect("whole") = Some(self.unlock().expect("it opens"));
    }

    /// The vault, opened now if it is not open yet.
    fn take(&self) -> Result<Vault, VaultError> {
        let held = self.vault.lock().unwrap_or_else(PoisonError::into_inner).take();
        held.map_or_else(|| self.unlock(), Ok)
    }

    fn with(&self, work: impl FnOnce(&Vault) -> Result<(), VaultError>) -> Result<(), VaultError> {
        work(&self.take()?)
    }

    /// What puts it there; says whether it could. An error if it can't be made here.
    fn trap(
        &self,
        target: &str,
        kind: Kind,
    ) -> Result<impl FnOnce() -> bool + Send + 'static, &'static str> {
        if kind == Kind::Device && !rustix::process::geteuid().is_root() {
            return Err("needs root");
        }
        let here = self.home.path().join("here");
        let path = named(&here, target);
        let outside = self.home.path().join("outside").join(path.strip_prefix(&here).expect("it"));
        Ok(move || {
            let aside = path.with_file_name("aside");
            if kind == Kind::SecondName && !outside.is_file() {
                return false;
            }
            let moved = fs::rename(&path, &aside).is_ok();
            // A file that is not there at this moment can still be made by somebody else.
            let mode = Mode::RUSR | Mode::WUSR;
            let made = match kind {
                Kind::Link => symlink(&outside, &path),
                Kind::SecondName => fs::hard_link(&outside, &path),
                Kind::Pipe => mknodat(CWD, &path, FileType::Fifo, mode, 0).map_err(io::Error::from),
                Kind::Device => {
                    let zero = makedev(1, 5);
                    mknodat(CWD, &path, FileType::CharacterDevice, mode, zero)
                        .map_err(io::Error::from)
                }
            };
            moved || made.is_ok()
        })
    }

    /// Does it, whatever comes of it, and compares what lies outside.
    fn perform(self, command: Command, context: &str) -> Self {
        let outside = self.home.path().join("outside");
        let (done, waits) = channel();
        let scene = Arc::new(self);
        let theirs = Arc::clone(&scene);
        thread::spawn(move || {
            // A refusal is as good as success: what counts is what was touched.
            let _ = command.1(&theirs);
            drop(theirs);
            let _ = done.send(());
        });
        let answer = waits.recv_timeout(TOO_LONG);
        assert!(answer != Err(RecvTimeoutError::Timeout), "{context}: it waits for ever");
        assert!(answer.is_ok(), "{context}: it panicked");
        let now = entries(&outside);
        for (path, before) in &scene.outside {
            assert_eq!(now.get(path), Some(before), "{context}: {}", path.display());
        }
        assert_eq!(now.len(), scene.outside.len(), "{context}: something is new outside");
        Arc::into_inner(scene).expect("nobody else has it")
    }
}

/// A file or folder outside, as it must stay.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    number: u64,
    mode: u32,
    modified: (i64, i64),
    bytes: Vec<u8>,
}

fn entries(folder: &Path) -> BTreeMap<PathBuf, Entry> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let facts = fs::symlink_metadata(&path).expect("facts");
        let bytes = if facts.is_file() { fs::read(&path).expect("read") } else { Vec::new() };
        let modified = (facts.mtime(), facts.mtime_nsec());
        let entry = Entry { number: facts.ino(), mode: facts.mode(), modified, bytes };
        if facts.is_dir() {
            found.extend(entries(&path));
        }
        found.insert(path, entry);
    }
    found
}

/// Puts the ids of the notes into a target.
fn named(here: &Path, target: &str) -> PathBuf {
    let target = target.replace("DRAFT", &draft().to_string());
    let path = here.join(target.replace("NOTE", &note().to_string()));
    if !target.ends_with("TRASHED") {
        return path;
    }
    let trash = path.with_file_name("");
    let mut files = fs::read_dir(&trash).into_iter().flatten().filter_map(Result::ok);
    files.next().map_or(path, |file| file.path())
}

/// A vault in which everything is that a vault can hold, with a copy and a backup: made once.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    let home = TEMPLATE.get_or_init(|| {
        let home = disk::quick_folder();
        let place = home.path().join("vault");
        let made = Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
        let (vault, _) = made.expect("a vault");
        vault.save_draft(draft(), &head(), &body(1, "draft")).expect("saved");
        vault.complete(note(), &head(), &body(1, "done")).expect("complete");
        vault.amend(note(), &head(), &body(2, "done"), Correction::Amended).expect("amended");
        vault.save_draft(gone(), &head(), &body(1, "gone")).expect("saved");
        vault.discard_draft(gone()).expect("discarded");
        let other = id(4);
        vault.complete(other, &head(), "erased").expect("complete");
        vault.erase(other, "kept no longer", now()).expect("erased");
        vault.keep_texts(1, b"what was found", &[note()]);
        fs::write(place.join("catalogue.age"), "no cache").expect("written");
        vault.copier().copy_if_due("2026-11-20T09:00:00Z".parse().expect("a time")).expect("taken");
        let copy = copies_folder(&place).join("2026-11-20");
        // Something of an erased note is left there, as after a power cut.
        copy_tree(
            &copy.join("notes").join(note().to_string()),
            &copy.join("notes").join(other.to_string()),
        );
        vault.backup(&home.path().join("backup.age")).expect("backed up");
        home
    });
    home.path()
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    fs::set_permissions(to, fs::metadata(from).expect("facts").permissions()).expect("set");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_tree(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

/// The real disk, on which somebody else does something before one of the calls.
#[derive(Default)]
struct Meddler {
    calls: Mutex<(usize, Option<Meddling>)>,
}

/// What is done before the call with this number.
type Meddling = (usize, Box<dyn FnOnce() + Send>);

impl Meddler {
    fn calls(&self) -> usize {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// From now on the calls are counted from 1, and this is done before that one.
    fn before_call(&self, number: usize, work: impl FnOnce() + Send + 'static) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls = (0, Some((number, Box::new(work))));
    }

    fn turn(&self) -> Disk {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.0 += 1;
        let now = calls.0;
        if let Some((_, work)) = calls.1.take_if(|(number, _)| *number == now) {
            work();
        }
        Disk
    }
}

impl Store for Meddler {
    fn create_new(&self, path: &Path) -> io::Result<File> {
        self.turn().create_new(path)
    }

    fn write_all(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.turn().write_all(file, bytes)
    }

    fn sync_file(&self, file: &File) -> io::Result<()> {
        self.turn().sync_file(file)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.turn().rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.turn().rename_new(from, to)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.turn().sync_folder(folder)
    }

    fn sync_below(&self, folder: &Path) -> io::Result<()> {
        self.turn().sync_below(folder)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.turn().make_folder(folder)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        self.turn().remove_folder(folder)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.turn().remove_file(path)
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.turn().read(path, limit)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        self.turn().list(folder)
    }

    fn folders(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.turn().folders(folder)
    }

    fn facts(&self, path: &Path) -> io::Result<Facts> {
        self.turn().facts(path)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.turn().link(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.turn().exchange(one, other)
    }
}
