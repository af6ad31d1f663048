//! `caseclinic list`: every entry by title, for people or as JSON.

use serde_json::{Value, json};

use super::{CommandError, CommandResult, Context};
use crate::{
    knowledge::{Entry, Kind, Library, Status},
    text::{shorten, width},
};

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct ListArgs {
    /// List only entries of this kind: guidance, principle, resource, practice, evidence, tool, myth
    /// or glossary
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// List only entries whose review date has passed
    #[arg(long)]
    due: bool,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// Prints the entries. Fails if there is none.
pub(crate) fn run(args: &ListArgs, context: &mut Context) -> CommandResult {
    let library = context.library();
    list(args, &library, context)
}

fn list(args: &ListArgs, library: &Library, context: &mut Context) -> CommandResult {
    let today = context.today();
    let wanted = |entry: &&Entry| {
        args.kind.is_none_or(|kind| kind == entry.kind) && (!args.due || entry.is_overdue(today))
    };
    let entries: Vec<&Entry> = library.entries().iter().filter(wanted).collect();
    if args.json {
        let rows = entries.iter().map(|entry| {
            json!({
                "id": entry.id,
                "title": entry.title,
                "kind": entry.kind,
                "summary": entry.summary,
                "status": entry.status,
                "nation": entry.nations,
                "reviewed": entry.reviewed,
                "review_by": entry.review_by,
                "imported": entry.imported,
                "version": entry.version,
                "pack": entry.pack,
            })
        });
        context.print_json(&json!({ "schema": 1, "entries": rows.collect::<Value>() }))?;
    } else {
        let widest = entries.iter().map(|entry| width(&entry.id)).max().unwrap_or_default();
        for entry in &entries {
            let status = match entry.status {
                Status::Current => String::new(),
                other => format!(" ({other})"),
            };
            let pack = if entry.is_local() { format!(" [{}]", entry.pack) } else { String::new() };
            let line =
                format!("{:widest$}  {:9}  {}{pack}{status}", entry.id, entry.kind, entry.title);
            let columns = context.style.columns;
            context.print(columns.map_or(line.clone(), |wide| shorten(&line, wide)))?;
        }
    }
    if entries.is_empty() {
        let advice = "To list all entries, leave out --kind and --due.";
        return Err(CommandError::not_found("No entries found.").hint(advice));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::context::fixture::TestRun;

    fn run_with(args: &ListArgs) -> (u8, String) {
        let library = crate::knowledge::sample_library();
        let home = tempfile::tempdir().expect("a folder");
        let run = TestRun::at(home.path());
        let (code, out, _) = run.run(|context| list(args, &library, context));
        (code, out)
    }

    #[test]
    fn every_entry_has_a_line() {
        let (code, out) = run_with(&ListArgs { kind: None, due: false, json: false });
        assert_eq!(code, 0);
        assert!(out.starts_with("one") && out.contains("First response"), "{out}");
    }

    #[test]
    fn no_entry_of_a_kind_has_its_own_exit_code() {
        let (code, out) = run_with(&ListArgs { kind: Some(Kind::Myth), due: false, json: true });
        assert_eq!((code, out.as_str()), (3, "{\"entries\":[],\"schema\":1}\n"));
    }
}
