//! The power goes while notes are saved: what was acknowledged before is there afterwards.
//!
//! The vault lies on an ext4 of its own, on a loop device. A second process of this test makes the
//! vault and saves and completes notes in it as fast as it can, and writes down, outside of that
//! disk, what it was told is saved and when. Then the file system is shut down under it
//! (`FS_IOC_SHUTDOWN`, nothing pending is written), mounted again, and everything is opened. Only
//! what was acknowledged before the shutdown was asked for counts as promised.

use std::{
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use caseclinic::vault::{FindingKind, VaultState, probe};
use rand::Rng;

use crate::{
    disk::{self, LoopDisk},
    part::{Case, Part, Tally},
    support::unlock_to_write,
    writer::{self, Kept},
};

/// Longest wait for the first acknowledgement.
const PATIENCE: Duration = Duration::from_secs(20);
/// One disk of so many has no journal and is mended by e2fsck, as a computer does that starts.
const WITHOUT_JOURNAL: usize = 4;

pub(crate) const PART: Part = Part {
    name: "power",
    promise: "after a power cut every note that was said to be saved opens, whole and clean",
    unit: "cuts",
    timed: "cut took",
    short: 8,
    full: 500,
    abreast: 2,
    hindrance,
    case: one,
};

/// The tools that can call the ioctl; the first that is there is used.
const CUTTERS: [(&str, &str); 2] = [("xfs_io", "-V"), ("python3", "-V")];

fn cutter() -> Option<&'static str> {
    let there = |tool: &str, how: &str| {
        let quiet = Command::new(tool)
            .arg(how)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        quiet.is_ok_and(|status| status.success())
    };
    CUTTERS.iter().find(|(tool, how)| there(tool, how)).map(|(tool, _)| *tool)
}

fn hindrance() -> Option<String> {
    if cutter().is_none() {
        return Some("neither xfs_io (xfsprogs) nor python3 is installed".to_owned());
    }
    disk::no_loop_device()
}

fn one(case: &mut Case) -> Tally {
    let journal = case.index % WITHOUT_JOURNAL != WITHOUT_JOURNAL - 1;
    let options: &[&str] = if journal { &[] } else { &["-O", "^has_journal"] };
    let mut disk = LoopDisk::make(options).expect("a disk");
    let outside = disk::quick_folder();
    let record = outside.path().join("acknowledged");
    let vault = disk.place().join("vault");
    let seed: u64 = case.chance.r#gen();
    let mut writer = writer::start(&vault, &record, seed);

    let since = std::time::Instant::now();
    // The vault itself is made at a random moment too: one cut in eight may come before it is.
    let early = case.index.is_multiple_of(8);
    while !early && writer::read(&record).is_empty() {
        assert!(since.elapsed() < PATIENCE, "nothing was ever saved");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_micros(case.chance.gen_range(0..250_000)));
    let asked = writer::now();
    cut(&disk.place());
    let took = Duration::from_nanos(writer::now() - asked);
    // It would go on trying: a computer without power does not.
    writer.kill().expect("killed");
    writer.wait().expect("it ended");
    disk.unmount().expect("unmounted");
    if !journal {
        disk.check().expect("mended");
    }
    disk.mount().expect("mounted again");

    let all = writer::read(&record);
    let promised: Vec<Kept> = all.iter().filter(|kept| kept.at < asked).cloned().collect();
    check(&vault, &promised);
    let mut tally = Tally::of(1);
    tally.took(took);
    tally.count("saves acknowledged before the cuts", promised.len());
    tally.count("saves acknowledged while the cut ran, not counted", all.len() - promised.len());
    tally.count("cuts of a disk without a journal", usize::from(!journal));
    tally
}

/// Shuts the file system down; nothing that is pending reaches the disk.
fn cut(place: &Path) {
    let place = place.display().to_string();
    match cutter() {
        Some("xfs_io") => disk::run("xfs_io", &["-x", "-c", "shutdown", &place]),
        _ => {
            // _IOR('X', 125, u32), with the flag that flushes not even the journal.
            let script = "import fcntl,os,struct,sys; \
                          fcntl.ioctl(os.open(sys.argv[1], 0), 0x8004587d, struct.pack('I', 2))";
            disk::run("python3", &["-c", script, &place])
        }
    }
    .expect("the power goes");
}

/// Everything promised is there, and nothing is wrong with what is there.
fn check(place: &Path, promised: &[Kept]) {
    if promised.is_empty() && matches!(probe(place), VaultState::Missing) {
        return;
    }
    let vault = unlock_to_write(place);
    let verified = vault.verify();
    let wrong: Vec<_> =
        verified.findings.iter().filter(|one| one.kind != FindingKind::Unfinished).collect();
    assert!(wrong.is_empty(), "not clean after the cut: {wrong:?}");
    writer::check(&vault, promised);
    // It can be written to at once.
    let before = vault.list().expect("listed").len();
    writer::save_one(&vault);
    assert_eq!(vault.list().expect("listed").len(), before + 1);
}
