//! `caseclinic pack add|list|remove`: a partnership's own procedures beside the bundled guidance.
//!
//! What is added is copied; the files it came from are only read. Every file that is left out is
//! named with the reason.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use serde_json::json;

use super::output::{FAILED, OK, unless_pipe_closed};
use crate::{
    knowledge::{BuiltPack, Library, Pack, PackDefaults, build_pack},
    services::PackStore,
    text::{Problem, show_date},
};

/// What to do with packs.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// Add a folder of local procedures, or one file: Markdown, plain text, HTML or Word (DOCX)
    Add(AddArgs),
    /// List the packs
    List(ListArgs),
    /// Remove a pack; the files it was added from are not touched
    Remove(RemoveArgs),
}

/// `caseclinic pack add`
#[derive(Clone, Debug, clap::Args)]
pub struct AddArgs {
    /// The folder or file to add
    path: PathBuf,
    /// Replace the installed pack with the same id
    #[arg(long)]
    replace: bool,
    /// The pack's title, if there is no pack.toml
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// Who is responsible for the content, if there is no pack.toml
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
}

/// `caseclinic pack list`
#[derive(Clone, Debug, clap::Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// `caseclinic pack remove`
#[derive(Clone, Debug, clap::Args)]
pub struct RemoveArgs {
    /// The id of the pack, as `pack list` shows it
    id: String,
}

/// Runs the command on the packs installed in `packs`. Returns the exit code: 0, or 1 if nothing
/// was done.
///
/// # Errors
/// If `out` or `err` cannot be written, unless it is a pipe whose reader has left.
pub fn run(
    command: &Command,
    packs: &Path,
    today: Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    unless_pipe_closed(match command {
        Command::Add(args) => add(args, packs, today, err),
        Command::List(args) => list(args, packs, today, out, err),
        Command::Remove(args) => remove(args, packs, err),
    })
}

fn add(args: &AddArgs, packs: &Path, today: Date, err: &mut dyn Write) -> anyhow::Result<u8> {
    let unnamed =
        PackDefaults { title: args.title.as_deref(), publisher: args.publisher.as_deref() };
    let pack = match build_pack(&args.path, unnamed, today) {
        Ok(pack) => pack,
        Err(problems) => {
            say(&problems, err)?;
            writeln!(err, "Nothing was added.")?;
            return Ok(FAILED);
        }
    };
    say(&pack.problems, err)?;
    if let Err(error) = PackStore::new(packs).add(&pack, &args.path, args.replace) {
        writeln!(err, "caseclinic pack: {error}")?;
        return Ok(FAILED);
    }
    added(&pack, packs, err)?;
    Ok(OK)
}

fn added(pack: &BuiltPack, packs: &Path, err: &mut dyn Write) -> std::io::Result<()> {
    let BuiltPack { pack: about, entries, overlays, problems, .. } = pack;
    let count = match entries.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    writeln!(err, "Added the pack `{}`, {count}: {}", about.id, about.title)?;
    for id in overlays {
        writeln!(err, "Your entry `{id}` now replaces the built-in one.")?;
    }
    // What only shows beside the other packs.
    let place = format!("{}/", about.id);
    let library = Library::with_packs(packs);
    let between = library.problems().iter().filter(|problem| problem.file.starts_with(&place));
    say(&between.cloned().collect::<Vec<_>>(), err)?;
    let left_out = |problem: &&Problem| problem.is_error() || problem.code == "ignored-file";
    let files: BTreeSet<&str> =
        problems.iter().filter(left_out).map(|problem| problem.file.as_str()).collect();
    match files.len() {
        0 => {}
        1 => writeln!(err, "1 file was left out: see above.")?,
        count => writeln!(err, "{count} files were left out: see above.")?,
    }
    Ok(())
}

fn say(problems: &[Problem], err: &mut dyn Write) -> std::io::Result<()> {
    problems.iter().try_for_each(|problem| writeln!(err, "{problem}"))
}

fn list(
    args: &ListArgs,
    packs: &Path,
    today: Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let library = Library::with_packs(packs);
    if args.json {
        let rows: Vec<_> = library.packs().iter().map(|pack| to_json(pack, &library)).collect();
        serde_json::to_writer(&mut *out, &json!({ "schema": 1, "packs": rows }))?;
        writeln!(out)?;
    } else {
        for pack in library.packs() {
            write!(out, "{}", to_text(pack, &library, today))?;
        }
    }
    out.flush()?;
    say(library.problems(), err)?;
    Ok(OK)
}

/// How many entries a pack has, and how many of them overlay a bundled one.
fn counts(pack: &Pack, library: &Library) -> (usize, usize) {
    let own = library.entries().iter().filter(|entry| entry.pack == pack.id);
    own.fold((0, 0), |(all, over), entry| (all + 1, over + usize::from(entry.overlays.is_some())))
}

fn to_json(pack: &Pack, library: &Library) -> serde_json::Value {
    let (entries, overlays) = counts(pack, library);
    json!({
        "id": pack.id,
        "title": pack.title,
        "version": pack.version,
        "publisher": pack.publisher,
        "licence": pack.licence,
        "nation": pack.nation,
        "review_by": pack.review_by,
        "bundled": pack.is_bundled(),
        "entries": entries,
        "overlays": overlays,
    })
}

fn to_text(pack: &Pack, library: &Library, today: Date) -> String {
    let (entries, overlays) = counts(pack, library);
    let mut facts = vec![match entries {
        1 => "1 entry".to_owned(),
        entries => format!("{entries} entries"),
    }];
    match overlays {
        0 => {}
        1 => facts.push("1 replaces a built-in entry".to_owned()),
        overlays => facts.push(format!("{overlays} replace built-in entries")),
    }
    let named = [("version ", &pack.version), ("", &pack.publisher), ("licence ", &pack.licence)];
    for (name, value) in named.into_iter().filter(|(_, value)| !value.is_empty()) {
        facts.push(format!("{name}{value}"));
    }
    facts.extend(pack.nation.map(|nation| nation.name().to_owned()));
    if let Some(due) = pack.review_by {
        let late = if pack.is_overdue(today) { " (OVERDUE)" } else { "" };
        facts.push(format!("review by {}{late}", show_date(due)));
    }
    let place = if pack.is_bundled() { " (built-in)" } else { "" };
    format!("{}{place}  {}\n  {}\n", pack.id, pack.title, facts.join(" · "))
}

fn remove(args: &RemoveArgs, packs: &Path, err: &mut dyn Write) -> anyhow::Result<u8> {
    match PackStore::new(packs).remove(&args.id) {
        Ok(()) => {
            writeln!(err, "Removed the pack `{}`.", args.id)?;
            Ok(OK)
        }
        Err(error) => {
            writeln!(err, "caseclinic pack: {error}")?;
            Ok(FAILED)
        }
    }
}
