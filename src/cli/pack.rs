//! `caseclinic pack add|list|remove`: a partnership's own procedures beside the bundled guidance.
//!
//! What is added is copied; the files it came from are only read. Every file that is left out is
//! named with the reason.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, io, path::PathBuf};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{CommandError, CommandResult, Context};
use crate::{
    knowledge::{BuiltPack, Library, Pack, PackDefaults, build_pack},
    services::{PackStore, PackStoreError},
    system::process::own_program,
    text::{Problem, counted, show_date},
};

/// What to do with packs.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum PackCommand {
    /// Add a folder of local procedures, or one file: Markdown, plain text, HTML, Word (DOCX) or PDF
    Add(PackAddArgs),
    /// List the packs
    List {
        /// Print JSON
        #[arg(long, help_heading = "For scripts")]
        json: bool,
    },
    /// Remove a pack; the files it was added from are not touched
    Remove {
        /// The id of the pack, as `pack list` shows it
        id: String,
    },
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PackAddArgs {
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

/// Runs the command on the installed packs. Fails if nothing was done.
pub(crate) fn run(command: &PackCommand, context: &mut Context) -> CommandResult {
    match command {
        PackCommand::Add(args) => add(args, context),
        PackCommand::List { json } => list(*json, context),
        PackCommand::Remove { id } => remove(id, context),
    }
}

fn add(args: &PackAddArgs, context: &mut Context) -> CommandResult {
    let packs = context.paths()?.packs;
    let (title, publisher) = (args.title.as_deref(), args.publisher.as_deref());
    let program = own_program().ok();
    let defaults = PackDefaults { title, publisher, program: program.as_deref() };
    let built = build_pack(&args.path, defaults, context.today());
    say_all(built.as_ref().map_or_else(|problems| problems, |pack| &pack.problems), context)?;
    let pack = built.map_err(|_| CommandError::failed("Nothing was added."))?;
    PackStore::new(&packs).add(&pack, &args.path, args.replace).map_err(refused)?;
    let BuiltPack { pack: about, entries, overlays, problems, .. } = &pack;
    let count = counted(entries.len(), "entry", "entries");
    context.say(format!("Added the pack `{}`, {count}: {}", about.id, about.title))?;
    for id in overlays {
        context.say(format!("Your entry `{id}` now replaces the built-in one."))?;
    }
    // Problems that only show beside the other packs.
    let place = format!("{}/", about.id);
    let library = Library::with_packs(&packs);
    say_all(library.problems().iter().filter(|one| one.file.starts_with(&place)), context)?;
    let left_out = |problem: &&Problem| problem.is_error() || problem.code == "ignored-file";
    let files: BTreeSet<&str> =
        problems.iter().filter(left_out).map(|problem| problem.file.as_str()).collect();
    if !files.is_empty() {
        let files = counted(files.len(), "file was", "files were");
        context.say(format!("{files} left out: see above."))?;
    }
    Ok(())
}

fn refused(error: PackStoreError) -> CommandError {
    CommandError::failed(format!("caseclinic pack: {error}"))
}

fn say_all<'a>(
    problems: impl IntoIterator<Item = &'a Problem>,
    context: &mut Context,
) -> io::Result<()> {
    problems.into_iter().try_for_each(|problem| context.say(problem))
}

fn list(json: bool, context: &mut Context) -> CommandResult {
    let library = Library::with_packs(&context.paths()?.packs);
    if json {
        let rows = library.packs().iter().map(|pack| to_json(pack, &library));
        context.print_json(&json!({ "schema": 1, "packs": rows.collect::<Value>() }))?;
    } else {
        let today = context.today();
        for pack in library.packs() {
            context.print_text(&to_text(pack, &library, today))?;
        }
    }
    Ok(say_all(library.problems(), context)?)
}

/// Returns how many entries a pack has, and how many of them replace a bundled one.
fn counts(pack: &Pack, library: &Library) -> (usize, usize) {
    let own = library.entries().iter().filter(|entry| entry.pack == pack.id);
    own.fold((0, 0), |(all, over), entry| (all + 1, over + usize::from(entry.overlays.is_some())))
}

fn to_json(pack: &Pack, library: &Library) -> Value {
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
    let mut facts = vec![counted(entries, "entry", "entries")];
    if overlays > 0 {
        facts.push(counted(overlays, "replaces a built-in entry", "replace built-in entries"));
    }
    let named = [("version ", &pack.version), ("", &pack.publisher), ("licence ", &pack.licence)];
    for (name, value) in named.into_iter().filter(|(_, value)| !value.is_empty()) {
        facts.push(format!("{name}{value}"));
    }
    facts.extend(pack.nation.map(|nation| nation.name().to_owned()));
    if let Some(due) = pack.review_by {
        let late = if pack.is_overdue(today) { " (OVERDUE)" } else { "" };
        facts.push(format!("review due {}{late}", show_date(due)));
    }
    let place = if pack.is_bundled() { " (built-in)" } else { "" };
    format!("{}{place}  {}\n  {}\n", pack.id, pack.title, facts.join(" · "))
}

fn remove(id: &str, context: &mut Context) -> CommandResult {
    PackStore::new(&context.paths()?.packs).remove(id).map_err(refused)?;
    Ok(context.say(format!("Removed the pack `{id}`."))?)
}
