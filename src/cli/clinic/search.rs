//! `caseclinic clinic search`: the text of all notes, from the command line.

use std::io::{BufRead as _, Read as _, stdin};

use serde_json::{Value, json};

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        output::counted,
        prompt::PassphraseSource,
        search::snippet_text,
    },
    search::{Hit, Options},
    text::{clean_line, show_date},
    tui::workers::notes_searcher,
    vault::NoteRow,
};

/// Bytes of the longest line of words.
const MAX_LINE_BYTES: u64 = 4096;
/// Notes at most.
const LIMIT: usize = 100;

/// `caseclinic clinic search`
#[derive(Debug, clap::Args)]
pub(crate) struct SearchNotesArgs {
    /// Words to search for; also '"an exact phrase"' and 'words -without'. Other people on this
    /// computer may be able to see them: to avoid this, give - and type the words on the next line
    #[arg(required = true)]
    words: Vec<String>,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Prints the notes found.
///
/// # Errors
/// If there is none, or not all notes can be read.
pub(crate) fn run(args: &SearchNotesArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let words = match args.words.as_slice() {
        [only] if only == "-" => {
            let mut line = String::new();
            // Only now: what is read here reads ahead, and would take the passphrase along.
            let read = stdin().lock().take(MAX_LINE_BYTES).read_line(&mut line);
            read.map_err(|error| format!("The words could not be read: {error}."))?;
            clean_line(&line)
        }
        words => words.join(" "),
    };
    let options = Options { limit: LIMIT, ..Options::default() };
    let found = notes_searcher(&vault)?.search(&words, &options);
    let rows = vault.list()?;
    let row = |hit: &Hit| rows.iter().find(|row| row.id.to_string() == hit.id);
    if args.json {
        let notes: Vec<Value> = found.hits.iter().map(|hit| to_json(hit, row(hit))).collect();
        context.print_json(&json!({
            "schema": 1,
            "query": found.query,
            "corrected": found.corrected,
            "total": found.total,
            "notes": notes,
        }))?;
        let is_found = found.total > 0;
        return is_found.then_some(()).ok_or(CommandError::silent(ErrorKind::NotFound));
    }
    for hit in &found.hits {
        let heading = heading(hit, row(hit), context);
        context.print(heading)?;
        writeln!(context.out, "{}", snippet_text(hit, context.style))?;
    }
    if let Some(corrected) = &found.corrected {
        context.say(format!("Showing results for: {corrected}"))?;
    }
    if found.total == 0 {
        return Err(CommandError::not_found("No notes found.")
            .hint("Try fewer words, or list all notes: `caseclinic clinic list`."));
    }
    Ok(context.say(counted(found.total, "note", "notes"))?)
}

fn heading(hit: &Hit, row: Option<&NoteRow>, context: &Context) -> String {
    match row.map(|row| &row.head) {
        Some(Ok(head)) => {
            let day = show_date(context.day(head.updated));
            format!("{} · {} · {day} · {}", head.case_key, head.title, head.status)
        }
        _ => hit.title.clone(),
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
