//! `caseclinic insight`: counts from completed notes, and audits of several agencies.
//!
//! What is printed holds no name, no case key and nothing anyone typed. A note that can't be read
//! is named on stderr, and the exit code says so.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use jiff::{Zoned, civil::Date};

use super::{
    clinic,
    output::{FAILED, Look, NOTHING_FOUND, OK, USAGE, unless_pipe_closed},
};
use crate::{
    report::insight::{
        Period, Profile, audits_from_json, collate, collation_csv, collation_json, collation_table,
        csv, insight, json, table,
    },
    services::{AppPaths, read_note},
    text::{clean_line, parse_date},
    vault::Vault,
};

/// Columns where the output goes into a file.
const PLAIN_COLUMNS: usize = 80;
/// Larger than any export.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Count completed notes, without names and with small numbers hidden
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    /// Print CSV, for a spreadsheet
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Count only notes started on or after this date, such as 2026-04-01
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// Count only notes started on or before this date
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: Option<Date>,
    /// Compare the audits of several agencies: the files each agency saved with --json, or a folder
    /// of these files
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["from", "to", "passphrase_fd"])]
    collate: Vec<PathBuf>,
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", help_heading = "For scripts")]
    passphrase_fd: Option<u32>,
}

fn date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "not a date; write it like 2026-04-01".to_owned())
}

/// Prints the figures to `out`. Returns the exit code: 0, 1 if a note could not be read, 3 if there
/// is nothing to count, 5 if the vault is locked.
///
/// # Errors
/// If `out` or `err` cannot be written, unless it is a pipe whose reader has left; if the vault or
/// an export cannot be read.
pub fn run(
    args: &Args,
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    if !args.collate.is_empty() {
        return unless_pipe_closed(collation(args, look, out, err));
    }
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        writeln!(err, "--from is later than --to. Swap the two dates.")?;
        return Ok(USAGE);
    }
    clinic::with_vault(args.passphrase_fd, places, err, |vault, err| {
        count(args, &vault, look, out, err)
    })
}

fn count(
    args: &Args,
    vault: &Vault,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let rows = vault.list().map_err(|error| anyhow::anyhow!(error.sentence()))?;
    let mut faults: Vec<String> = Vec::new();
    let mut doubts: Vec<String> = Vec::new();
    // One note at a time: none stays in memory.
    let notes = rows.iter().filter_map(|row| match read_note(vault, row.id) {
        Ok(opened) => {
            doubts.extend(opened.doubt.map(|doubt| format!("{}: {doubt}", row.id)));
            Some(opened.session)
        }
        Err(why) => {
            faults.push(format!("{}: {why} This note was not counted.", row.id));
            None
        }
    });
    let period = Period { from: args.from, to: args.to };
    let insight = insight(notes, period, Zoned::now().date());
    for line in doubts.iter().chain(&faults) {
        writeln!(err, "{line}")?;
    }
    if args.json {
        writeln!(out, "{}", json(&insight))?;
    } else if args.csv {
        write!(out, "{}", csv(&insight))?;
    } else if !insight.is_empty() {
        write!(out, "{}", table(&insight, look.columns.unwrap_or(PLAIN_COLUMNS)))?;
    }
    out.flush()?;
    if !faults.is_empty() {
        return Ok(FAILED);
    }
    if insight.is_empty() {
        writeln!(err, "There are no completed notes to count in this period.")?;
        return Ok(NOTHING_FOUND);
    }
    Ok(OK)
}

fn collation(
    args: &Args,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut audits: Vec<(String, Profile)> = Vec::new();
    let mut broken = false;
    for path in exports(&args.collate) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        match read(&path).and_then(|text| Ok(audits_from_json(&text)?)) {
            Ok(profiles) => {
                audits.extend(profiles.into_iter().map(|one| (clean_line(&name), one)));
            }
            // One that can't be read is named; the others still count.
            Err(error) => {
                broken = true;
                writeln!(
                    err,
                    "{}: {error:#}. This file was left out.",
                    super::output::shown(&path)
                )?;
            }
        }
    }
    if audits.is_empty() {
        if !broken {
            writeln!(err, "No audit files found. Their names end in .json.")?;
        }
        return Ok(FAILED);
    }
    let collations = collate(&audits);
    if args.json {
        writeln!(out, "{}", collation_json(&collations))?;
    } else if args.csv {
        write!(out, "{}", collation_csv(&collations))?;
    } else {
        let columns = look.columns.unwrap_or(PLAIN_COLUMNS);
        write!(out, "{}", collation_table(&collations, columns))?;
    }
    out.flush()?;
    Ok(if broken { FAILED } else { OK })
}

/// The files named, and those of the folders named that end in `.json`, by name.
fn exports(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        let Ok(entries) = path.read_dir() else {
            files.push(path.clone());
            continue;
        };
        let mut inside: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        inside.sort();
        files.extend(inside);
    }
    files
}

fn read(path: &Path) -> anyhow::Result<String> {
    let context = "cannot be read; use a file saved with `caseclinic insight --json`";
    let mut text = String::new();
    let file = File::open(path).context(context)?;
    file.take(LARGEST + 1).read_to_string(&mut text).context(context)?;
    Ok(text)
}
