//! What the program costs while it stands there: time when idle, memory, size on disk.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    process::{status, used},
    pty::{Pty, caseclinic, home, program},
    report::Report,
};

const QUERY: &str = "safety plan at home";
/// All that is begun is finished by then.
const SETTLING: Duration = Duration::from_secs(2);
const IDLE: Duration = Duration::from_secs(10);

/// The program in a terminal, with a query answered and everything settled.
fn searching(home: &Path) -> anyhow::Result<Pty> {
    let mut program = caseclinic(home)?;
    program.until_screen(|screen| screen.contents().contains("Everything"))?;
    program.press(QUERY.as_bytes())?;
    program.until_screen(|screen| screen.contents().contains(" found"))?;
    program.frames_until(Instant::now() + SETTLING);
    Ok(program)
}

fn quit(mut program: Pty) -> anyhow::Result<()> {
    program.press(b"\x11")?;
    program.until_exit().map(drop)
}

/// Ten seconds without a key.
pub(crate) fn idle(report: &mut Report) -> anyhow::Result<()> {
    let home = home()?;
    let mut program = searching(home.path())?;
    let before = used(program.id()?)?;
    let frames = program.frames_until(Instant::now() + IDLE).len();
    let after = used(program.id()?)?;
    let ticks = after.ticks - before.ticks;
    let time = format!("{:.2} s", ticks as f64 / 100.0);
    report.goal("processor time in 10 s", time, "0.00 s", ticks == 0);
    let ran = after.nanoseconds - before.nanoseconds;
    report.fact("the same by the scheduler", format!("{ran} ns"));
    let woken = after.sleeps - before.sleeps;
    report.goal("times a thread woke and slept again", woken, "0", woken == 0);
    report.goal("frames", frames, "0", frames == 0);
    quit(program)
}

/// Memory after the first search, with an index that was there and with one that had to be made.
pub(crate) fn memory(report: &mut Report) -> anyhow::Result<()> {
    let (ready, fresh) = (home()?, tempfile::tempdir()?);
    for (what, home) in [("index from the cache", ready.path()), ("index just built", fresh.path())]
    {
        let program = searching(home)?;
        let id = program.id()?;
        let megabytes = |name| status(id, name).map(|kilobytes| kilobytes as f64 / 1024.0);
        let whole = megabytes("VmRSS:")?;
        let split = format!(
            "{whole:.1} MB (own {:.1}, of files {:.1}, shared {:.1}; highest {:.1})",
            megabytes("RssAnon:")?,
            megabytes("RssFile:")?,
            megabytes("RssShmem:")?,
            megabytes("VmHWM:")?,
        );
        report.goal(&format!("resident, {what}"), split, "≤ 30 MB", whole <= 30.0);
        quit(program)?;
    }
    Ok(())
}

/// Size of the program on disk, everything it needs inside.
pub(crate) fn size(report: &mut Report) -> anyhow::Result<()> {
    let bytes = fs::metadata(program())?.len();
    let megabytes = bytes as f64 / 1_000_000.0;
    report.goal("binary", format!("{megabytes:.1} MB"), "≤ 26 MB", megabytes <= 26.0);
    Ok(())
}
