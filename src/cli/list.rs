//! `caseclinic list`: every entry by title, for people or as JSON.

use std::io::Write;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::output::{Look, NOTHING_FOUND, OK, unless_pipe_closed};
use crate::{
    knowledge::{Kind, Library, Status},
    text::{shorten, width},
};

/// List the entries of the guidance
#[derive(ClapArgs, Clone, Debug)]
pub struct Args {
    /// List only entries of this kind: guidance, principle, resource, practice, evidence, tool, myth
    /// or glossary
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Kind>,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub json: bool,
}

/// Prints the entries to `out`. Returns the exit code: 0, or 3 if there is none.
///
/// # Errors
/// If `out` or `err` cannot be written, unless it is a pipe whose reader has left.
pub fn run(
    args: &Args,
    library: &Library,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    unless_pipe_closed(list(args, library, look, out, err))
}

fn list(
    args: &Args,
    library: &Library,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let wanted = |kind| args.kind.is_none_or(|wanted| wanted == kind);
    let entries: Vec<_> = library.entries().iter().filter(|entry| wanted(entry.kind)).collect();
    if args.json {
        let rows: Vec<Value> = entries
            .iter()
            .map(|entry| {
                json!({
                    "id": entry.id,
                    "title": entry.title,
                    "kind": entry.kind,
                    "summary": entry.summary,
                    "status": entry.status,
                    "nation": entry.nations,
                    "reviewed": entry.reviewed,
                    "review_by": entry.review_by,
                    "version": entry.version,
                    "pack": entry.pack,
                })
            })
            .collect();
        serde_json::to_writer(&mut *out, &json!({ "schema": 1, "entries": rows }))?;
        writeln!(out)?;
    } else {
        let widest = entries.iter().map(|entry| width(&entry.id)).max().unwrap_or_default();
        for entry in &entries {
            let standing = match entry.status {
                Status::Current => String::new(),
                other => format!(" ({other})"),
            };
            let pack = if entry.is_local() { format!(" [{}]", entry.pack) } else { String::new() };
            let line =
                format!("{:widest$}  {:9}  {}{pack}{standing}", entry.id, entry.kind, entry.title);
            writeln!(out, "{}", look.columns.map_or(line.clone(), |wide| shorten(&line, wide)))?;
        }
    }
    out.flush()?;
    if entries.is_empty() {
        writeln!(err, "No entries found.")?;
        return Ok(NOTHING_FOUND);
    }
    Ok(OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_with(args: &Args) -> (u8, String) {
        let library = crate::knowledge::sample_library();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(args, &library, Look::default(), &mut out, &mut err).expect("memory");
        (code, String::from_utf8(out).expect("text"))
    }

    #[test]
    fn every_entry_has_a_line() {
        let (code, out) = run_with(&Args { kind: None, json: false });
        assert_eq!(code, OK);
        assert!(out.starts_with("one") && out.contains("First response"), "{out}");
    }

    #[test]
    fn no_entry_of_a_kind_has_its_own_exit_code() {
        let (code, out) = run_with(&Args { kind: Some(Kind::Myth), json: true });
        assert_eq!((code, out.as_str()), (NOTHING_FOUND, "{\"entries\":[],\"schema\":1}\n"));
    }
}
