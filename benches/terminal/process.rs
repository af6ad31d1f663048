//! What the kernel says about a running process.

use std::{fs, path::Path, time::Duration};

use anyhow::Context as _;

/// What a process has used so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    /// User and system time in clock ticks, as the kernel counts them.
    pub(crate) ticks: u64,
    /// Time on a processor of all its threads, in nanoseconds.
    pub(crate) nanoseconds: u64,
    /// The part of it that the thread had which reads keys' messages and draws: the first one.
    pub(crate) drawing: u64,
    /// How often any of its threads went to sleep of its own accord.
    pub(crate) sleeps: u64,
}

/// What the process has used so far.
pub(crate) fn used(id: u32) -> anyhow::Result<Used> {
    let folder = format!("/proc/{id}");
    let stat = fs::read_to_string(format!("{folder}/stat"))?;
    // The name, in brackets, may hold anything; the times are the 12th and 13th field after it.
    let (_, fields) = stat.rsplit_once(") ").context("an unknown form of stat")?;
    let ticks = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().context("an unknown form of stat"))
        .sum::<Result<u64, _>>()?;
    let (mut nanoseconds, mut drawing, mut sleeps) = (0, 0, 0);
    for thread in fs::read_dir(format!("{folder}/task"))? {
        let thread = thread?.path();
        let is_first = thread.file_name().is_some_and(|name| *name == *id.to_string());
        sleeps += number(&thread.join("status"), "voluntary_ctxt_switches:")?;
        let schedule = fs::read_to_string(thread.join("schedstat"))?;
        let ran = schedule.split(' ').next().and_then(|ran| ran.parse::<u64>().ok());
        let ran = ran.context("an unknown form of schedstat")?;
        nanoseconds += ran;
        drawing += if is_first { ran } else { 0 };
    }
    Ok(Used { ticks, nanoseconds, drawing, sleeps })
}

/// How long, since the machine started, at least one thread of it was ready to run and had to wait
/// for a processor; `None` where the kernel doesn't say.
pub(crate) fn waited() -> Option<Duration> {
    let pressure = fs::read_to_string("/proc/pressure/cpu").ok()?;
    let (_, total) = pressure.lines().next()?.rsplit_once("total=")?;
    total.parse().ok().map(Duration::from_micros)
}

/// A line of the status of a process, such as `VmRSS:`, which is in kilobytes of 1024 bytes.
pub(crate) fn status(id: u32, name: &str) -> anyhow::Result<u64> {
    number(Path::new(&format!("/proc/{id}/status")), name)
}

fn number(file: &Path, name: &str) -> anyhow::Result<u64> {
    let text = fs::read_to_string(file)?;
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("{} has no {name}", file.display()))
}
