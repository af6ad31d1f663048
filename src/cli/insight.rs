//! `caseclinic insight`: counts from completed notes, and audits of several agencies.
//!
//! What is printed holds no name, no case key and nothing anyone typed. A note that can't be read
//! is named on stderr, and the exit code says so.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{
    CommandError, CommandResult, Context, ErrorKind, PassphraseSource, display_path,
    document_file::DocumentFileArgs,
};
use crate::{
    report::insight::{
        Period, Profile, audits_from_json, collate, collation_csv, collation_json, collation_table,
        csv, insight, json, table,
    },
    report::insight_document,
    services::{read_note, received_sessions},
    text::{clean_line, parse_date},
};

/// Columns where the output goes into a file.
const PLAIN_COLUMNS: usize = 80;
/// Bytes that are read of an export, more than any has.
const MAX_EXPORT_BYTES: u64 = 4 * 1024 * 1024 + 1;

#[derive(clap::Args, Debug)]
pub(crate) struct InsightArgs {
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
    #[command(flatten)]
    document: DocumentFileArgs,
    #[command(flatten)]
    key: PassphraseSource,
}

fn date(text: &str) -> CommandResult<Date> {
    parse_date(text).ok_or_else(|| {
        CommandError::usage("not a date; write it like 1 Apr 2026, 1/4/2026 or 2026-04-01")
    })
}

/// Prints the figures of this vault, or those of several agencies beside each other. Fails if a note
/// or an export cannot be read, there is nothing to count, or the vault is locked.
pub(crate) fn run(args: &InsightArgs, context: &mut Context) -> CommandResult {
    if !args.collate.is_empty() {
        return collation(args, context);
    }
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(CommandError::usage("--from is later than --to.").hint("Swap the two dates."));
    }
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let rows = vault.list()?;
    let (mut doubts, mut faults) = (Vec::new(), Vec::new());
    // One note at a time: none stays in memory.
    let notes = rows.iter().filter_map(|row| match read_note(&vault, row.id) {
        Ok(opened) => {
            doubts.extend(opened.doubt.map(|doubt| format!("{}: {doubt}", row.id)));
            Some(opened.session)
        }
        Err(why) => {
            faults.push(format!("{}: {why} This note was not counted.", row.id));
            None
        }
    });
    let mut unread = Vec::new();
    let received = received_sessions(&vault, &mut unread);
    let insight =
        insight(notes.chain(received), Period { from: args.from, to: args.to }, context.today());
    faults.extend(unread);
    for line in doubts.iter().chain(&faults) {
        context.say(line)?;
    }
    if !insight.is_empty() && args.document.write(|| insight_document(&insight), context)? {
    } else if args.json {
        context.print_json(&json(&insight))?;
    } else if args.csv {
        context.print_document(&csv(&insight))?;
    } else if !insight.is_empty() {
        context.print_text(&table(&insight, context.style.columns.unwrap_or(PLAIN_COLUMNS)))?;
    }
    ErrorKind::Failed.unless(faults.is_empty())?;
    if insight.is_empty() {
        let message = "There are no completed notes to count in this period.";
        return Err(CommandError::not_found(message));
    }
    Ok(())
}

fn collation(args: &InsightArgs, context: &mut Context) -> CommandResult {
    let mut audits: Vec<(String, Profile)> = Vec::new();
    let mut broken = false;
    for path in exports(&args.collate)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        match read(&path, context.today()) {
            Ok(profiles) => {
                let same = |one: &Profile| audits.iter().find(|(_, other)| other == one);
                if let Some((other, one)) = profiles.iter().find_map(same) {
                    context.say(format!(
                        "{} has exactly the same answers in “{}” as {other}, begun on the same day. \
                         Both are counted. If one is a copy of the other, leave it out.",
                        display_path(&path),
                        one.title
                    ))?;
                }
                audits.extend(profiles.into_iter().map(|one| (clean_line(&name), one)));
            }
            // One that can't be read is named; the others still count.
            Err(error) => {
                broken = true;
                context.say(format!("{}: {error} This file was left out.", display_path(&path)))?;
            }
        }
    }
    if audits.is_empty() {
        ErrorKind::Failed.unless(!broken)?;
        return Err(CommandError::failed("No audit files found.")
            .hint("Each agency saves one: `caseclinic insight --json > NAME.json`."));
    }
    let collations = collate(&audits);
    if args.json {
        context.print_json(&collation_json(&collations))?;
    } else if args.csv {
        context.print_document(&collation_csv(&collations))?;
    } else {
        let columns = context.style.columns.unwrap_or(PLAIN_COLUMNS);
        context.print_text(&collation_table(&collations, columns))?;
    }
    ErrorKind::Failed.unless(!broken)
}

/// Returns the files named, and those of the folders named that end in `.json`, by name. Fails if a
/// file is among them twice: its agency would be counted as two.
fn exports(named: &[PathBuf]) -> CommandResult<Vec<PathBuf>> {
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
    let mut seen = HashSet::new();
    for path in &files {
        if !seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())) {
            let message = format!("{} is named twice.", display_path(path));
            return Err(CommandError::usage(message).hint("Name each agency’s file once."));
        }
    }
    Ok(files)
}

/// Returns the audits of an export.
fn read(path: &Path, today: Date) -> CommandResult<Vec<Profile>> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            CommandError::failed("There is no such file.").hint("Check its name and folder.")
        }
        io::ErrorKind::InvalidData => CommandError::failed("This file is not text.")
            .hint("Use a file saved with `caseclinic insight --json`."),
        io::ErrorKind::PermissionDenied => {
            CommandError::failed("You do not have permission to read this file.")
                .hint("Ask its owner to let you read it.")
        }
        _ => CommandError::failed(format!("This file cannot be read: {error}."))
            .hint("Use a file saved with `caseclinic insight --json`."),
    };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_EXPORT_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    audits_from_json(&text, today).map_err(|error| CommandError::failed(format!("{error}.")))
}
