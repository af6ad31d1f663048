//! `caseclinic clinic search`: the text of all notes, from the command line.

use std::io::{BufRead as _, Read as _, Write, stdin};

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Key, with_vault};
use crate::{
    cli::{
        output::{FAILED, Look, NOTHING_FOUND, OK},
        search::print_snippet,
    },
    search::{Hit, Options, Results},
    services::AppPaths,
    text::{clean_line, show_date},
    tui::workers::notes_searcher,
    vault::{NoteRow, Vault},
};

/// Bytes of a line of words.
const LONGEST: u64 = 4096;
/// Notes at most.
const LIMIT: usize = 100;

/// `caseclinic clinic search`
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// Words to search for; also '"an exact phrase"' and 'words -without'. Other people on this
    /// computer may be able to see them: to avoid this, give - and type the words on the next line
    #[arg(required = true)]
    words: Vec<String>,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: Key,
}

/// Runs the command.
pub(super) fn run(
    args: &SearchArgs,
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    with_vault(args.key.passphrase_fd, places, err, |vault, err| {
        let words = match args.words.as_slice() {
            [only] if only == "-" => {
                let mut line = String::new();
                // Only now: what is read here reads ahead, and would take the passphrase along.
                stdin().lock().take(LONGEST).read_line(&mut line)?;
                clean_line(&line)
            }
            words => words.join(" "),
        };
        search(&vault, &words, args.json, look, out, err)
    })
}

fn search(
    vault: &Vault,
    words: &str,
    as_json: bool,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let found = match notes_searcher(vault) {
        Ok(notes) => notes.search(words, &Options { limit: LIMIT, ..Options::default() }),
        Err(why) => {
            writeln!(err, "{why}")?;
            return Ok(FAILED);
        }
    };
    let rows = vault.list().map_err(|error| anyhow::anyhow!(error.sentence()))?;
    let row = |hit: &Hit| rows.iter().find(|row| row.id.to_string() == hit.id);
    if as_json {
        let notes: Vec<Value> = found.hits.iter().map(|hit| to_json(hit, row(hit))).collect();
        let answer = json!({
            "schema": 1,
            "query": found.query,
            "corrected": found.corrected,
            "total": found.total,
            "notes": notes,
        });
        writeln!(out, "{answer}")?;
    } else {
        for hit in &found.hits {
            writeln!(out, "{}", heading(hit, row(hit)))?;
            print_snippet(hit, look, out)?;
            writeln!(out)?;
        }
        told(&found, err)?;
    }
    Ok(if found.total == 0 { NOTHING_FOUND } else { OK })
}

fn heading(hit: &Hit, row: Option<&NoteRow>) -> String {
    match row.map(|row| &row.head) {
        Some(Ok(head)) => {
            let day = show_date(head.updated.to_zoned(TimeZone::system()).date());
            let (key, title) = (clean_line(&head.case_key), clean_line(&head.title));
            format!("{key} · {title} · {day} · {}", head.status)
        }
        _ => clean_line(&hit.title),
    }
}

fn told(found: &Results, err: &mut dyn Write) -> std::io::Result<()> {
    if let Some(corrected) = &found.corrected {
        writeln!(err, "Showing results for: {corrected}")?;
    }
    match found.total {
        0 => writeln!(
            err,
            "No notes found. Try fewer words, or list all notes: `caseclinic clinic list`."
        ),
        1 => writeln!(err, "1 note"),
        many => writeln!(err, "{many} notes"),
    }
}

fn to_json(hit: &Hit, row: Option<&NoteRow>) -> Value {
    let head = row.and_then(|row| row.head.as_ref().ok());
    let highlights: Vec<[usize; 2]> =
        hit.highlights.iter().map(|range| [range.start, range.end]).collect();
    json!({
        "id": hit.id,
        "case_key": head.map(|head| &head.case_key),
        "title": head.map(|head| &head.title),
        "status": head.map(|head| &head.status),
        "updated": head.map(|head| head.updated.to_string()),
        "snippet": hit.snippet,
        "highlights": highlights,
    })
}
