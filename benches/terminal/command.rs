//! `caseclinic search` as a whole process, with its index in the cache, against `rg` over the same
//! files, by turns. Both write into pipes that are read to the end.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use super::{
    pty::{environment, home, program},
    report::{Report, Times},
};

const TURNS: usize = 40;
const QUERIES: &[&str] = &["sexting", "safety plan", "seven eyed supervision"];

/// Measures.
pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let home = home()?;
    let knowledge = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge");
    let (mut ours, mut theirs, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        for query in QUERIES {
            theirs.push(run("rg", &["--ignore-case", query, knowledge], home.path())?);
            ours.push(run(&program(), &["search", query], home.path())?);
            floor.push(run("true", &[], home.path())?);
        }
    }
    let (ours, theirs) = (Times::of(ours)?, Times::of(theirs)?);
    report.fact("`true`", Times::of(floor)?);
    report.fact("`rg --ignore-case WORDS knowledge`", &theirs);
    report.fact("`caseclinic search WORDS`", &ours);
    let ratio = ours.ratio_to(&theirs);
    report.goal("whole process, against `rg`", format!("{ratio:.2}×"), "≤ 2×", ratio <= 2.0);
    Ok(())
}

fn run(program: &str, arguments: &[&str], home: &Path) -> anyhow::Result<Duration> {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(environment(home)).current_dir(home);
    let start = Instant::now();
    let output = command.output().with_context(|| format!("`{program}` is not installed"))?;
    let took = start.elapsed();
    // `rg` finds no line that holds all the words of a query where ours finds entries.
    anyhow::ensure!(output.status.code().is_some_and(|code| code <= 1), "`{program}` failed");
    Ok(took)
}
