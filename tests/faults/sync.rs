//! A sync of an exchange that is killed at any of the calls it makes between the vault, what is kept
//! beside it, and the folder: the next one finishes it, nothing is lost, and nothing is posted twice
//! with other bytes.
//!
//! A process of its own does the sync; it is this test binary, started again under `strace`.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use caseclinic::{
    clinic::{Session, bundled_template, to_document},
    exchange::{Exchange, FindingKind, Received, init, join},
    vault::{NoteHead, NoteId, Strength, Vault},
};
use jiff::Timestamp;
use rand::seq::SliceRandom;

use crate::{
    disk,
    note_head::head,
    part::{Case, Part, Tally},
    strace,
    support::PASSPHRASE,
};

/// The first argument of such a process.
const FLAG: &str = "--be-the-sender";
/// Calls that change or open something.
const CALLS: [&str; 13] = [
    "write",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "openat",
    "openat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "linkat",
];
/// What the process opens when the vault is unlocked and the sync begins.
const MARK: &str = "/begins\"";
/// Kills tried at each kind of call, every day.
const FEW: usize = 1;
const SIGKILL: i32 = 9;

pub(crate) const PART: Part = Part {
    name: "sync",
    promise: "a sync killed at any call is finished by the next: nothing lost, nothing posted twice",
    unit: "kills",
    timed: "",
    short: CALLS.len(),
    full: CALLS.len(),
    abreast: 3,
    hindrance,
    case: one,
};

fn hindrance() -> Option<String> {
    if cfg!(not(target_arch = "x86_64")) {
        return Some("the calls are named as on x86-64".to_owned());
    }
    strace::hindrance()
}

fn one(case: &mut Case) -> Tally {
    let call = CALLS[case.index % CALLS.len()];
    let mut tally = Tally::default();
    let (before, after) = count(call);
    if after == 0 {
        tally.count("kinds of call that are never made", 1);
        return tally;
    }
    let mut places: Vec<usize> = (before + 1..=before + after).collect();
    if !case.full {
        places.shuffle(&mut case.chance);
        places.truncate(FEW);
    }
    for when in places {
        let context = format!("{call}, number {when}");
        let folder = disk::quick_folder();
        let partners = Partners::make(folder.path());
        let kill = format!("inject={call}:signal=KILL:when={when}");
        let (status, trace) = run(folder.path(), call, Some(&kill));
        assert_eq!(status.signal(), Some(SIGKILL), "{context}: it was not killed\n{trace}");
        partners.check(&context);
        tally.tried += 1;
    }
    tally
}

/// Calls made before the sync begins, and by it.
fn count(call: &str) -> (usize, usize) {
    let folder = disk::quick_folder();
    let partners = Partners::make(folder.path());
    let (status, trace) = run(folder.path(), call, None);
    assert!(status.success(), "{call}: {status}");
    partners.check(call);
    let among = |lines: &str| lines.matches(&format!(" {call}(")).count();
    let (before, after) = trace.split_at(trace.find(MARK).expect("the sync begins"));
    // That line is cut in two behind the name of its call.
    (among(before), among(after))
}

/// Syncs the vault of Asha under `strace`; how it ended, and the calls it made.
fn run(folder: &Path, call: &str, injection: Option<&str>) -> (ExitStatus, String) {
    let log = folder.join("calls");
    let mut command = Command::new("strace");
    command.args(["-f", "-o"]).arg(&log).arg("-e").arg(format!("trace=openat,{call}"));
    if let Some(injection) = injection {
        command.arg("-e").arg(injection);
    }
    command.arg(env::current_exe().expect("this test")).arg(FLAG).arg(folder);
    // What cargo adds to look for libraries in is not searched.
    command.env_remove("LD_LIBRARY_PATH").stdin(Stdio::null());
    let output = command.output().expect("strace runs");
    (output.status, fs::read_to_string(log).expect("the calls"))
}

/// Is that process, if the arguments say so; it then never comes back.
pub(crate) fn be_one_if_asked() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [flag, folder] = &arguments[..] else { return };
    if flag == FLAG {
        let folder = Path::new(folder);
        let vault = unlock(&folder.join("asha"));
        fs::File::create(folder.join("begins")).expect("a file");
        sync(&vault, &folder.join("shared"));
        std::process::exit(0);
    }
}

fn unlock(place: &Path) -> Vault {
    Vault::unlock(place, &PASSPHRASE.into()).expect("it opens")
}

/// Takes in, and posts everything; what was found.
fn sync(vault: &Vault, folder: &Path) -> Vec<FindingKind> {
    let mut exchange = Exchange::open(vault, folder).expect("opens");
    let intake = exchange.take_in().expect("takes in");
    let outbox = exchange.outbox(false).expect("an outbox");
    exchange.send(outbox, Timestamp::UNIX_EPOCH).expect("sends");
    intake.findings.iter().map(|one| one.kind).collect()
}

fn complete(vault: &Vault, key: &str) -> NoteId {
    let template = bundled_template("peer-case-clinic").expect("bundled");
    let template = template.parse().expect("sound");
    let now = Timestamp::UNIX_EPOCH;
    let session = Session::start(template, uuid::Uuid::nil(), key, false, now);
    let head = NoteHead { case_key: key.to_owned(), status: "completed".to_owned(), ..head() };
    let id = NoteId::random();
    vault.complete(id, &head, &to_document(&session)).expect("completes");
    id
}

/// The names and bytes of posts, by the folder they lie in and their number.
type Posts = BTreeMap<(String, String), Vec<(String, Vec<u8>)>>;

/// Two people with an exchange. Asha has a note and an erasure to send, and one of each to take in.
struct Partners {
    folder: PathBuf,
}

impl Partners {
    fn make(folder: &Path) -> Self {
        let shared = folder.join("shared");
        let now = Timestamp::UNIX_EPOCH;
        let new = |name: &str| {
            let place = folder.join(name);
            let made = Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
            let (vault, _) = made.expect("a vault");
            vault.confirm_recovery().expect("confirmed");
            vault
        };
        let (asha, bryn) = (new("asha"), new("bryn"));
        init(&asha, &shared, ("Asha", "Northmoor", "lead"), now).expect("begins");
        join(&bryn, &shared, ("Bryn", "Southmoor", "nurse")).expect("asks");
        Exchange::open(&asha, &shared).expect("opens").add("Bryn", false, now).expect("added");
        let gone = [&asha, &bryn].map(|vault| (vault, complete(vault, "GONE-1")));
        for vault in [&bryn, &asha, &bryn] {
            assert_eq!(sync(vault, &shared), []);
        }
        for (vault, note) in gone {
            vault.erase(note, "retention period over", now).expect("erases");
        }
        complete(&bryn, "BRYN-1");
        sync(&bryn, &shared);
        complete(&asha, "ASHA-1");
        Self { folder: folder.to_owned() }
    }

    fn vault(&self, name: &str) -> Vault {
        unlock(&self.folder.join(name))
    }

    /// The posts in the folder.
    fn posts(&self) -> Posts {
        let mut posts = Posts::new();
        let list = |folder: &Path| {
            let entries = fs::read_dir(folder).expect("a folder");
            entries.map(|entry| entry.expect("an entry")).collect::<Vec<_>>()
        };
        for author in list(&self.folder.join("shared/post")) {
            for file in list(&author.path()) {
                let name = file.file_name().to_string_lossy().into_owned();
                let Some((number, _)) = name.split_once('-').filter(|_| name.ends_with(".age"))
                else {
                    continue;
                };
                let key = (author.file_name().to_string_lossy().into_owned(), number.to_owned());
                let bytes = fs::read(file.path()).expect("read");
                posts.entry(key).or_default().push((name, bytes));
            }
        }
        posts
    }

    /// Another sync of each, and everything is as if nothing had happened.
    fn check(&self, context: &str) {
        let shared = self.folder.join("shared");
        let before = self.posts();
        let (asha, bryn) = (self.vault("asha"), self.vault("bryn"));
        for vault in [&asha, &bryn] {
            let verified = vault.verify();
            assert!(verified.is_clean(), "{context}: {:?}", verified.findings);
        }
        for vault in [&asha, &bryn] {
            let mut found = sync(vault, &shared);
            // A file whose note was erased just before the kill is removed by this sync.
            found.retain(|kind| *kind != FindingKind::CameBack);
            assert_eq!(found, [], "{context}");
        }
        for vault in [&asha, &bryn] {
            assert_eq!(sync(vault, &shared), [], "{context}");
        }
        let after = self.posts();
        for (key, posts) in &after {
            assert_eq!(posts.len(), 1, "{context}: {key:?} was posted twice");
            let was = before.get(key);
            assert!(was.is_none_or(|was| was == posts), "{context}: {key:?} has other bytes");
        }
        let received = |vault: &Vault| -> Vec<String> {
            let received = Received::load(vault).expect("loads").expect("an exchange");
            let keys = received.notes().iter().map(|note| {
                let session = received.session(vault, note.newest()).expect("opens");
                session.case_key().to_owned()
            });
            keys.collect()
        };
        assert_eq!(
            (received(&asha), received(&bryn)),
            (vec!["BRYN-1".to_owned()], vec!["ASHA-1".to_owned()]),
            "{context}"
        );
    }
}
