//! Each call of a save fails once, while somebody types: it is said why, the text stays, and the
//! next attempt saves it.
//!
//! The one thread that writes is followed from the moment the clinic is open, so that the first
//! write is the first write of a save and nothing else.

use rand::Rng;

use crate::{
    disk,
    part::{Case, Part, Tally},
    strace::{self, ERRORS, Followed, injection, thread_named},
    support::{Home, Launch, words},
};

/// Calls of one save, and the so-manieth of them that fails. Opening is left to `sweep`: which
/// opening belongs to the save cannot be told from outside. Removing is what a save does after
/// something else failed: it fails together with the write before it.
const CALLS: [(&str, usize); 5] =
    [("write", 1), ("fsync", 1), ("rename,renameat,renameat2", 1), ("fsync", 2), (REMOVING, 1)];
const REMOVING: &str = "unlink,unlinkat";
/// The name of the thread that writes.
const WRITER: &str = "save";

pub(crate) const PART: Part = Part {
    name: "calls",
    promise: "whichever call of a save fails, the reason is said, and nothing is lost",
    unit: "failing calls",
    timed: "",
    short: 4,
    full: CALLS.len() * ERRORS.len(),
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
    let which =
        if case.full { case.index } else { case.chance.gen_range(0..CALLS.len() * ERRORS.len()) };
    let (calls, when) = CALLS[which % CALLS.len()];
    let (error, words_for_it) = ERRORS[which / CALLS.len() % ERRORS.len()];
    let context = format!("{calls}, number {when}, {error}");
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "kept before");
    let mut terminal =
        Launch::new(&home).size(120, 40).args(&["clinic", "resume", "HERON-42"]).unlocked().go();
    terminal.wait_for("kept before");
    terminal.go_to(words::UNDERSTAND);

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
    assert!(home.faults().is_empty(), "{context}: {:?}\n{calls}", home.faults());
    let note = home.note("HERON-42").expect("the draft opens");
    assert!(note.contains("typed while a call fails"), "{context}: {note}\n{calls}");
    let verified = home.vault().verify();
    assert!(verified.findings.is_empty(), "{context}: {:?}\n{calls}", verified.findings);
    Tally::of(1)
}
