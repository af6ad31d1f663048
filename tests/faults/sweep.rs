//! Every call that fails once, wherever it comes: making drafts, completing, correcting, discarding
//! and unlocking are gone through once for each call they make, with that one call failing. What
//! was said to be kept is kept; what was refused says why, and works when it is asked again.
//!
//! A process of its own does the work; it is this test binary, started again under `strace`.

use std::{
    env, fs,
    os::unix::fs::FileExt,
    path::Path,
    process::{Command, Stdio},
};

use caseclinic::vault::{Correction, NoteId, Strength, Vault, VaultError};
use rand::seq::SliceRandom;

use crate::{
    disk,
    note_head::head,
    part::{Case, Part, Tally},
    strace::{self, ERRORS, injection},
    support::PASSPHRASE,
    writer::body,
};

/// The first argument of such a process.
const FLAG: &str = "--be-the-keeper";
/// Times that something refused is asked for again: one call fails, so once is enough.
const TRIES: usize = 2;
/// Calls that change or open something.
const CALLS: [&str; 14] = [
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
    "rmdir",
    "linkat",
];
/// The end of the name of what the process writes down, as the calls show it.
const RECORD: &str = "/record\"";
/// How a vault whose lock cannot be opened for writing says so.
const ONLY_READ: &str = "this window cannot save";
/// Failing calls tried of each kind, every day.
const FEW: usize = 1;

pub(crate) const PART: Part = Part {
    name: "sweep",
    promise: "whichever call fails anywhere in the life of a note, nothing kept is lost",
    unit: "failing calls",
    timed: "",
    short: CALLS.len(),
    full: CALLS.len() * ERRORS.len(),
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
    let error = if case.full {
        ERRORS[case.index / CALLS.len() % ERRORS.len()]
    } else {
        *ERRORS.choose(&mut case.chance).expect("an error")
    };
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
        let context = format!("{call}, number {when}, {}", error.0);
        let folder = disk::quick_folder();
        make(folder.path());
        let trace = run(folder.path(), call, Some(&injection(call, error.0, when)));
        assert!(trace.contains("(INJECTED)"), "{context}: it was never made\n{}", behind(&trace));
        let refused = check(folder.path(), &context, error.1);
        tally.tried += 1;
        tally.count("said and done the second time", refused);
        tally.count("of no consequence", usize::from(refused == 0));
    }
    tally
}

/// Calls made before the work begins, and while it is done.
fn count(call: &str) -> (usize, usize) {
    let folder = disk::quick_folder();
    make(folder.path());
    let trace = run(folder.path(), call, None);
    check(folder.path(), call, "nothing");
    let among = |lines: &str| lines.matches(&format!(" {call}(")).count();
    // The record itself is the last thing opened before it.
    let begins = trace.find(RECORD).expect("the work begins");
    let (before, after) = trace.split_at(begins);
    // That line is cut in two behind its name.
    (among(before), among(after))
}

fn make(folder: &Path) {
    let place = folder.join("vault");
    let made = Vault::create(&place, &PASSPHRASE.into(), Strength::WEAK_FOR_TESTS);
    let (vault, _) = made.expect("a vault");
    vault.confirm_recovery().expect("confirmed");
}

/// Does the work under `strace`; what it wrote down.
fn run(folder: &Path, call: &str, injection: Option<&str>) -> String {
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
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{injection:?}: {said}\n{}", record(folder));
    fs::read_to_string(log).expect("the calls")
}

fn behind(trace: &str) -> &str {
    trace.find(RECORD).map_or(trace, |begins| &trace[begins..])
}

fn record(folder: &Path) -> String {
    fs::read_to_string(folder.join("record")).unwrap_or_default()
}

/// Everything is there; how often something was refused. Each refusal gives the reason.
fn check(folder: &Path, context: &str, reason: &str) -> usize {
    let record = record(folder);
    assert!(record.ends_with("done\n"), "{context}: it did not come to its end\n{record}");
    let refused: Vec<&str> = record.lines().filter(|line| line.starts_with("refused")).collect();
    for line in &refused {
        let line = line.to_lowercase();
        let said = line.contains(&reason.to_lowercase()) || line.contains(ONLY_READ);
        assert!(said, "{context}: “{reason}” is not said: {line}");
    }
    let vault = Vault::unlock(&folder.join("vault"), &PASSPHRASE.into()).expect("it opens");
    let verified = vault.verify();
    assert!(verified.is_clean(), "{context}: {:?}\n{record}", verified.findings);
    assert_eq!(*vault.open(id(1)).expect("the draft").body, body(2, "draft"), "{context}");
    assert_eq!(vault.revisions(id(2)).expect("revisions"), [1, 2], "{context}\n{record}");
    for (number, version) in [(1, 1), (2, 2)] {
        let note = vault.open_revision(id(2), number).expect("a revision");
        assert_eq!(*note.body, body(version, "complete"), "{context}");
    }
    assert!(matches!(vault.open(id(3)), Err(VaultError::NoSuchNote(_))), "{context}");
    assert_eq!(vault.trash().expect("read").len(), 1, "{context}");
    refused.len()
}

fn id(number: u8) -> NoteId {
    format!("0000000{number}-0000-4000-8000-000000000000").parse().expect("an id")
}

/// Is that process, if the arguments say so; it then never comes back.
pub(crate) fn be_one_if_asked() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [flag, folder] = &arguments[..] else { return };
    if flag == FLAG {
        work(Path::new(folder));
        std::process::exit(0);
    }
}

/// The life of three notes. What is refused is asked for again.
fn work(folder: &Path) {
    let record = fs::File::create(folder.join("record")).expect("a file");
    let mut written = 0;
    // Not by `write`, which may be the call that fails.
    let mut note = |line: &str| {
        let line = format!("{}\n", line.replace('\n', " "));
        record.write_all_at(line.as_bytes(), written).expect("written down");
        written += line.len() as u64;
    };
    let mut again = |what: &str, attempt: &dyn Fn() -> Result<(), VaultError>| {
        for _ in 0..TRIES {
            match attempt() {
                Ok(()) => return note(&format!("kept {what}")),
                Err(error) => note(&format!("refused {what}: {}", error.sentence())),
            }
        }
    };
    let place = folder.join("vault");
    let vault = std::cell::OnceCell::new();
    again("unlock", &|| {
        let opened = Vault::unlock(&place, &PASSPHRASE.into())?;
        // Said in the header of the window; to write, it is opened again.
        if let Some(why) = opened.read_only() {
            return Err(VaultError::ReadOnly(why.to_owned()));
        }
        let _ = vault.set(opened);
        Ok(())
    });
    let Some(vault) = vault.get() else { return };
    let save = |number: u8, version: u64, words: &str| {
        vault.save_draft(id(number), &head(), &body(version, words)).map(drop)
    };
    again("a draft", &|| save(1, 1, "draft"));
    again("a draft again", &|| save(1, 2, "draft"));
    again("another", &|| save(2, 1, "complete"));
    again("its completion", &|| vault.complete(id(2), &head(), &body(1, "complete")).map(drop));
    again("its correction", &|| {
        vault.amend(id(2), &head(), &body(2, "complete"), Correction::Amended).map(drop)
    });
    again("a third", &|| save(3, 1, "discarded"));
    again("its discarding", &|| vault.discard_draft(id(3)));
    again("the list", &|| vault.list().map(drop));
    again("a copy", &|| vault.copier().copy_if_due(jiff::Timestamp::now()).map(drop));
    note("done");
}
