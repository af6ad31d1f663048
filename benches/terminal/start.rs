//! From asking for the process to its first complete frame, and to its exit when it is told to
//! quit at once, against `less` with a file of the size of the knowledge base.
//!
//! Both run in the same kind of terminal, by turns. Forking, opening the terminal and ending a
//! process cost both the same; the time of `true` shows how much of a figure that is.

use std::{fs, path::Path, time::Duration};

use super::{
    pty::{Pty, caseclinic, command, contains, ends_frame, home},
    report::{Report, Times},
};

const TURNS: usize = 100;
/// Its name in the last line tells that `less` has painted.
const READING: &str = "reading-for-less.txt";

/// Measures.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let home = home()?;
    let home = home.path();
    let size = write_reading(&home.join(READING))?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut ours_whole, mut theirs_whole, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let (frame, whole) = to_exit(
            Pty::start(command("less", &[READING], home))?,
            |bytes| contains(bytes, READING.as_bytes()),
            b"q",
        )?;
        theirs.push(frame);
        theirs_whole.push(whole);
        let prompt_is_painted = |bytes: &[u8]| {
            let prompt = "›".as_bytes();
            let at = bytes.windows(prompt.len()).position(|window| window == prompt);
            at.is_some_and(|at| ends_frame(&bytes[at..]))
        };
        let (frame, whole) = to_exit(caseclinic(home)?, prompt_is_painted, b"\x11")?;
        ours.push(frame);
        ours_whole.push(whole);
        floor.push(Pty::start(command("true", &[], home))?.until_exit()?);
    }
    let (ours, theirs) = (Times::of(ours)?, Times::of(theirs)?);
    let (ours_whole, theirs_whole) = (Times::of(ours_whole)?, Times::of(theirs_whole)?);
    report.fact("`true`, start to exit", Times::of(floor)?);
    report.fact(&format!("`less`, first frame ({} KB)", size / 1000), &theirs);
    report.fact("caseclinic, first frame", &ours);
    let ratio = ours.ratio_to(&theirs);
    report.goal("first frame, against `less`", format!("{ratio:.2}×"), "≤ 1.5×", ratio <= 1.5);
    report.fact("`less`, start to exit", &theirs_whole);
    report.fact("caseclinic, start to exit", &ours_whole);
    let ratio = ours_whole.ratio_to(&theirs_whole);
    report.fact("start to exit, against `less`", format!("{ratio:.2}×"));
    Ok(())
}

/// The time to the first frame, and to the exit when told to quit on seeing it.
fn to_exit(
    mut program: Pty,
    is_painted: impl Fn(&[u8]) -> bool,
    quit: &[u8],
) -> anyhow::Result<(Duration, Duration)> {
    let frame = program.until(is_painted)?;
    program.press(quit)?;
    Ok((frame, program.until_exit()?))
}

/// Writes the whole knowledge base into one file; answers with its size in bytes.
fn write_reading(path: &Path) -> anyhow::Result<usize> {
    let mut whole = String::new();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge"))? {
        let file = file?.path();
        if file.extension().is_some_and(|kind| kind == "md" || kind == "toml") {
            whole.push_str(&fs::read_to_string(file)?);
        }
    }
    fs::write(path, &whole)?;
    Ok(whole.len())
}
