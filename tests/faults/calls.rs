//! Each call of a save fails once, while somebody types: it is said why, the text stays, and the
//! next attempt saves it.
//!
//! The one thread that writes is followed from the moment a first save is done, which also reads and
//! makes the folders durable: so the first write is the first write of a save and nothing else.

use rand::Rng;

use crate::{
    disk,
    part::{Case, Part, Tally},
    strace::{self, ERRORS, Followed, injection, thread_named},
    support::{Home, Launch, words},
};

/// Calls of one save, the so-manieth of them that fails, and what its line says, so that it is this
/// one and no other. Before a save the folder of the vault is opened three times. Then, without links,
/// the folder of the note: for the new file, twice for renaming, and at last to make the name durable.
/// Removing is what a save does after something else failed: it fails together with the write before
/// it.
const CALLS: [(&str, usize, &str); 8] = [
    ("openat2", 4, "O_PATH"),
    ("openat", 1, "O_CREAT|O_EXCL"),
    ("write", 1, "age-encryption"),
    ("fsync", 1, ""),
    ("openat2", 6, "O_PATH"),
    ("renameat,renameat2", 1, "draft.age"),
    ("openat2", 7, "O_RDONLY|O_LARGEFILE"),
    ("fsync", 2, ""),
];
/// The cases: those, and the removing.
const CASES: usize = (CALLS.len() + 1) * ERRORS.len();
const REMOVING: &str = "unlink,unlinkat";
/// The name of the thread that writes.
const WRITER: &str = "save";

pub(crate) const PART: Part = Part {
    name: "calls",
    promise: "whichever call of a save fails, the reason is said, and nothing is lost",
    unit: "failing calls",
    timed: "",
    short: 4,
    full: CASES,
    abreast: 4,
    hindrance,
    case: one,
};

fn hindrance() -> Option<String> {
    // The program lets nobody else look into it.
    let is_root = rustix::process::geteuid().is_root();
    (!is_root).then(|| "needs root".to_owned()).or_else(strace::hindrance)
}

fn one(case: &mut Case) -> Tally {
    let which = if case.full { case.index } else { case.chance.gen_range(0..CASES) };
    let (error, words_for_it) = ERRORS[which % ERRORS.len()];
    let call = CALLS.get(which / ERRORS.len() % (CALLS.len() + 1));
    let (calls, when, line) = call.copied().unwrap_or((REMOVING, 1, ".tmp-"));
    let context = format!("{calls}, number {when}, {error}");
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "kept before");
    let mut terminal =
        Launch::new(&home).size(120, 40).args(&["clinic", "resume", "HERON-42"]).unlocked().go();
    terminal.wait_for(words::STAGES[0]);
    terminal.go_to(words::QUESTION);
    terminal.keys("typed before ");
    terminal.wait_saved();

    let folder = disk::quick_folder();
    let mut injections = vec![injection(calls, error, when)];
    let said = if calls == REMOVING {
        injections.push(injection("write", "EIO", 1));
        ERRORS[0].1
    } else {
        words_for_it
    };
    let thread = thread_named(terminal.pid(), WRITER);
    let followed = Followed::begin(thread, &injections, &folder.path().join("calls"));
    terminal.keys("typed while a call fails");
    let shot = terminal.wait_for(words::NOT_SAVED);
    assert!(shot.shows("typed while a call fails"), "{context}: the text is gone\n{shot}");
    assert!(shot.shows(said), "{context}: “{said}” is not said\n{shot}");
    followed.wait_for_failures(injections.len());
    terminal.wait_gone(words::NOT_SAVED);
    terminal.wait_saved();
    let calls = followed.end();
    terminal.kill_9();
    let mut failed = calls.lines().filter(|call| call.contains("(INJECTED)"));
    assert!(failed.any(|call| call.contains(line)), "{context}: another call\n{calls}");
    assert!(home.faults().is_empty(), "{context}: {:?}\n{calls}", home.faults());
    let note = home.note("HERON-42").expect("the draft opens");
    assert!(note.contains("typed while a call fails"), "{context}: {note}\n{calls}");
    let verified = home.vault().verify();
    assert!(verified.findings.is_empty(), "{context}: {:?}\n{calls}", verified.findings);
    Tally::of(1)
}
