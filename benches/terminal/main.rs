//! The real program measured from outside, in a pseudo terminal: how soon it is there, what it
//! costs while nobody types, how fast it answers a key, how large it is.
//!
//! `cargo bench --bench terminal`, or with the names of some parts only (`-- start keys`). Each
//! line says what was measured and, where there is a goal, whether it was met; a goal that was
//! missed makes the exit code 1. `CASECLINIC_MEASURED` names another program to measure, such as the one
//! of the profile `dist`. Nothing is read from or written to the person's own folders.

use std::{process::ExitCode, time::Instant};

use anyhow::Context as _;

mod command;
mod keys;
mod process;
mod pty;
mod report;
mod standing;
mod start;
mod writing;

use report::Report;

/// One part: its name, and what measures it.
type Part = (&'static str, fn(&mut Report) -> anyhow::Result<()>);

/// What is measured, in this order.
const PARTS: &[Part] = &[
    ("start", start::measure),
    ("idle", standing::idle),
    ("memory", standing::memory),
    ("size", standing::size),
    ("keys", keys::measure),
    ("writing", writing::measure),
    ("command", command::measure),
];

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<bool> {
    // Cargo adds an option of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let mut report = Report::default();
    for (name, measure) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|part| part == name) {
            report.part(name);
            let (start, waited) = (Instant::now(), process::waited());
            measure(&mut report).with_context(|| format!("`{name}` could not be measured"))?;
            let waited =
                process::waited().zip(waited).and_then(|(after, before)| after.checked_sub(before));
            if let Some(waited) = waited {
                let share = 100.0 * waited.as_secs_f64() / start.elapsed().as_secs_f64();
                let what = "time in which somebody waited for a processor";
                report.fact(what, format!("{share:.0} %"));
            }
        }
    }
    Ok(report.all_met())
}
