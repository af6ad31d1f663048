//! A disk that is full and then has room again: it is said at once, the text stays on screen, and
//! it is saved as soon as it can be.

use std::{fs, io::Write, path::Path, process::Command, time::Duration};

use rand::Rng;

use crate::{
    disk,
    part::{Case, Part, Tally},
    support::{Home, Launch, Terminal, words},
};

/// Times that the disk fills up under one program.
const ROUNDS: [usize; 2] = [2, 4];
/// Room that may be left all the same, less than any draft takes.
const LEFT: u64 = 6 << 10;

pub(crate) const PART: Part = Part {
    name: "full-disk",
    promise: "a full disk is said, the text is kept, and it is saved when there is room",
    unit: "full disks",
    timed: "saved again after",
    short: 1,
    full: 25,
    abreast: 4,
    hindrance: disk::no_own_mounts,
    case: one,
};

fn one(case: &mut Case) -> Tally {
    let home = Home::with_vault();
    home.keep_draft("HERON-42", "kept before the disk was full");
    // The index of the search takes and gives back room while it is built: it is there before.
    home.prepare_search();
    let args = ["clinic", "resume", "HERON-42"];
    let mut terminal = Launch::new(&home).args(&args).unlocked().on_disk_of("24m").go();
    terminal.wait_for(words::STAGES[0]);
    // The disk as the program sees it.
    let seen = Path::new("/proc").join(terminal.pid().as_raw_nonzero().to_string()).join("root");
    let disk = seen.join(home.path().strip_prefix("/").expect("an absolute path"));
    terminal.go_to(words::QUESTION);
    let mut tally = Tally::default();
    let mut typed = Vec::new();
    for round in 0..ROUNDS[usize::from(case.full)] {
        let word = format!("round{round}x{:03}", case.chance.gen_range(0..1000));
        let took = fill_and_empty(&mut terminal, &disk, &word, case.chance.gen_range(0..LEFT));
        tally.took(took);
        tally.tried += 1;
        typed.push(word);
        let copy = disk::quick_folder();
        let kept = Home::inside(copy.path());
        copy_folder(&disk.join("vault"), &kept.vault_place());
        assert!(kept.faults().is_empty(), "{:?}", kept.faults());
        let note = kept.note("HERON-42").expect("the draft opens");
        assert!(typed.iter().all(|word| note.contains(word)), "{typed:?} in {note}");
        let left: Vec<_> = fs::read_dir(disk.join("vault")).expect("a folder").flatten().collect();
        let rubbish = left.iter().filter(|one| one.file_name().to_string_lossy().contains(".tmp-"));
        assert_eq!(rubbish.count(), 0, "half-written files stay");
    }
    terminal.quit();
    tally
}

/// Fills the disk, types, and makes room again; how long saving then took.
fn fill_and_empty(terminal: &mut Terminal, disk: &Path, word: &str, left: u64) -> Duration {
    let filler = disk.join("filler");
    let size = fill(&filler);
    let file = fs::OpenOptions::new().write(true).open(&filler).expect("it opens");
    file.set_len(size - left.min(size)).expect("a little room");
    drop(file);
    terminal.keys(&format!(" {word}"));
    terminal.wait_for(words::NOT_SAVED);
    let shot = terminal.screen();
    assert!(shot.shows(word), "the text left the screen\n{shot}");
    assert!(shot.shows("full") || shot.shows("space"), "it does not say why\n{shot}");
    fs::remove_file(&filler).expect("room again");
    let since = std::time::Instant::now();
    terminal.wait_gone(words::NOT_SAVED);
    terminal.wait_saved();
    since.elapsed()
}

fn fill(filler: &Path) -> u64 {
    let mut file = fs::File::create(filler).expect("a file");
    for block in [vec![0_u8; 64 << 10], vec![0; 4 << 10], vec![0; 1]] {
        while file.write_all(&block).is_ok() {}
    }
    file.metadata().expect("its size").len()
}

fn copy_folder(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-aT").args([from, to]).status();
    assert!(copied.expect("cp runs").success(), "{} is copied", from.display());
}
