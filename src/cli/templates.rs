//! Templates on the command line: the meeting formats as a list, `check`, and what differs between
//! two versions.

mod check;
mod diff;

use std::{io::Write, path::Path};

use serde_json::json;

use super::output::OK;
use crate::{
    clinic::{Language, MeetingFormat, formats},
    services::local_formats,
    text::{clean_line, wrap},
};

pub(super) use check::{check, print_problems};
pub(super) use diff::DiffArgs;

/// Columns of what a format is for, beside its indent.
const PURPOSE_COLUMNS: usize = 76;

/// What to do with templates.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Compare two versions of a template, and show whether drafts can move to the new one
    Diff(DiffArgs),
}

/// `caseclinic clinic formats`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// Prints the formats a clinic can be started in: those of the program, then local ones from
/// `folder`; a local file that can't be started goes to `err` with its first problem.
pub(super) fn list(
    args: &Args,
    folder: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let bundled = formats(Language::En).into_iter().map(|format| (format, false));
    let (mut all, mut broken) = (bundled.collect::<Vec<_>>(), Vec::new());
    for local in local_formats(folder) {
        match local.format {
            Ok(format) => all.push((format, true)),
            Err(why) => broken.push((local.file, why)),
        }
    }
    if args.json {
        let formats: Vec<_> = all
            .iter()
            .map(|(format, is_local)| {
                json!({
                    "id": format.id,
                    "title": format.title,
                    "minutes": format.minutes,
                    "purpose": format.purpose,
                    "audience": format.audience,
                    "local": is_local,
                })
            })
            .collect();
        let broken: Vec<_> = broken
            .iter()
            .map(|(file, why)| json!({ "file": file, "problem": why.to_string() }))
            .collect();
        writeln!(out, "{}", json!({ "schema": 1, "formats": formats, "broken": broken }))?;
        return Ok(OK);
    }
    for (format, is_local) in all {
        let MeetingFormat { id, title, minutes, purpose, .. } = format;
        let local = if is_local { " (local)" } else { "" };
        writeln!(out, "{id:<24} {minutes:>3} min  {title}{local}")?;
        for range in wrap(&purpose, PURPOSE_COLUMNS) {
            writeln!(out, "    {}", purpose[range].trim_end())?;
        }
    }
    for (file, why) in broken {
        writeln!(err, "{} cannot be used: {why}", clean_line(&file))?;
    }
    Ok(OK)
}

/// Runs `caseclinic template …`.
pub(super) fn run(
    command: &Command,
    folder: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    match command {
        Command::Diff(args) => diff::run(args, folder, out, err),
    }
}
