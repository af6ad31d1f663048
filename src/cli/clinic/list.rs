//! `caseclinic clinic list` and `search`: all notes, and those whose text has certain words.

use std::{
    cmp::Reverse,
    io::{BufRead as _, Read as _, stdin},
};

use serde_json::{Value, json};

use super::{CommandError, CommandResult, Context, ErrorKind, PassphraseSource};
use crate::{
    cli::search::{highlights, snippet_text},
    clinic::{Status, Subject},
    exchange::{Received, ReceivedRevision},
    report::{due::reviews_due, find_changes},
    search::{Hit, Options},
    services::{head, read_note, short_id},
    text::{clean_line, counted, show_date, width},
    tui::workers::notes_searcher,
    vault::{NoteId, NoteRow, NoteSource, Vault, Verified},
};

/// Bytes of the longest line of words.
const MAX_LINE_BYTES: u64 = 4096;
/// Notes at most that a search names.
const MAX_FOUND: usize = 100;

#[derive(Debug, clap::Args)]
pub(crate) struct ListNotesArgs {
    /// List only notes about one of these: case, supervision or service
    #[arg(long, value_name = "WHAT", value_parser = subject)]
    about: Option<Subject>,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

fn subject(text: &str) -> CommandResult<Subject> {
    let codes = Subject::EVERY.map(Subject::code).join(", ");
    Subject::of_code(text).ok_or_else(|| CommandError::usage(format!("use one of: {codes}")))
}

/// Prints the notes, those changed last first; damaged ones are named. Fails if there is none, or
/// one is damaged.
pub(crate) fn list(args: &ListNotesArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let mut rows = vault.list()?;
    rows.sort_by_key(|row| Reverse(row.head.as_ref().ok().map(|head| head.updated)));
    let due = reviews_due(&rows, context.today());
    let mut notes = Vec::new();
    let mut damaged = false;
    for row in &rows {
        match &row.head {
            Ok(head) => {
                if args.about.is_none_or(|about| head.subject() == about) {
                    notes.push((row, head));
                }
                if let Verified::No(why) = &row.verified {
                    context.say(format!("{}: {why}", row.id))?;
                }
            }
            Err(damage) => {
                damaged = true;
                context.say(format!("{} {}", damage.why, damage.advice))?;
            }
        }
    }
    let received = received_rows(args, &vault, context, &mut damaged)?;
    if args.json {
        let notes = notes.iter().map(|(row, head)| {
            let revision = match row.source {
                NoteSource::Draft => None,
                NoteSource::Revision(number) => Some(number),
            };
            json!({
                "id": row.id.to_string(),
                "case_key": head.case_key,
                "about": head.subject().code(),
                "title": head.title,
                "template": head.template,
                "stage": head.stage,
                "status": head.status,
                "revision": revision,
                "created": head.created.to_string(),
                "updated": head.updated.to_string(),
                "next_review": head.next_review.map(|date| date.to_string()),
                "review_due": due.contains(&row.id),
                "vouched_for": row.verified == Verified::Yes,
            })
        });
        let received = received.iter().map(|(from, id, revision, is_doubled)| {
            let head = &revision.head;
            json!({
                "id": id.to_string(),
                "from": from,
                "case_key": head.case_key,
                "about": head.subject().code(),
                "title": head.title,
                "template": head.template,
                "status": head.status,
                "revision": revision.number,
                "sent": revision.at.to_string(),
                "updated": head.updated.to_string(),
                "corrected_twice": is_doubled,
            })
        });
        context.print_json(&json!({
            "schema": 1,
            "notes": notes.collect::<Value>(),
            "received": received.collect::<Value>(),
        }))?;
    } else {
        for (row, head) in &notes {
            let changed = show_date(context.day(head.updated));
            let has_come = if due.contains(&row.id) { "REVIEW DUE" } else { "review" };
            let review = head.next_review.map(|date| format!("{has_come} {}", show_date(date)));
            let mark = Some(head.subject()).filter(|about| *about != Subject::Case);
            let mark = mark.map(|about| about.code().to_owned());
            let stage = format!("stage {}", head.stage);
            let stage = Some(stage).filter(|_| row.source == NoteSource::Draft);
            let last: Vec<String> = mark.into_iter().chain(stage).chain(review).collect();
            let line = [
                pad(&head.case_key, 14),
                pad(&short_id(row.id, &rows), 9),
                pad(Status::title_of(&head.status), 12),
                pad(&changed, 12),
                pad(&head.title, 26),
                last.join(", "),
            ];
            context.print(line.join(" ").trim_end())?;
        }
        for (from, id, revision, is_doubled) in &received {
            let head = &revision.head;
            let doubled = is_doubled.then(|| {
                let sent = show_date(context.day(revision.at));
                format!("one of several corrections, sent {sent}")
            });
            let mark = Some(head.subject()).filter(|about| *about != Subject::Case);
            let mark = mark.map(|about| about.code().to_owned());
            let last = [Some(format!("from {from}")), mark, doubled].into_iter().flatten();
            let line = [
                pad(&head.case_key, 14),
                pad(&id.to_string()[..8], 9),
                pad(Status::title_of(&head.status), 12),
                pad(&show_date(context.day(head.updated)), 12),
                pad(&head.title, 26),
                last.collect::<Vec<_>>().join(", "),
            ];
            context.print(line.join(" ").trim_end())?;
        }
    }
    match (damaged, notes.is_empty() && received.is_empty(), rows.is_empty()) {
        (true, ..) => Err(CommandError::silent(ErrorKind::Failed)),
        (_, true, false) => {
            Err(CommandError::not_found("No notes found.")
                .hint("Leave out --about to list all notes."))
        }
        (_, true, true) => Err(CommandError::not_found("There are no notes yet.")
            .hint("To start a clinic: `caseclinic clinic new`.")),
        _ => Ok(()),
    }
}

/// A revision of a note of somebody else: from whom, which note, and whether it is one of several
/// corrections of the same revision.
type ReceivedRow = (String, NoteId, ReceivedRevision, bool);

/// What others sent, in its newest revisions, those changed last first.
fn received_rows(
    args: &ListNotesArgs,
    vault: &Vault,
    context: &mut Context,
    damaged: &mut bool,
) -> CommandResult<Vec<ReceivedRow>> {
    let received = match Received::load(vault) {
        Ok(received) => received,
        Err(error) => {
            *damaged = true;
            context.say(error.sentence())?;
            None
        }
    };
    let mut rows: Vec<ReceivedRow> = Vec::new();
    for note in received.iter().flat_map(Received::notes) {
        let is_doubled = note.newest_ones().count() > 1;
        let wanted = note
            .newest_ones()
            .filter(|revision| args.about.is_none_or(|about| revision.head.subject() == about));
        let row = |one: &ReceivedRevision| (note.title.clone(), note.id, one.clone(), is_doubled);
        rows.extend(wanted.map(row));
    }
    rows.sort_by_key(|(_, _, revision, _)| Reverse(revision.head.updated));
    Ok(rows)
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

#[derive(Debug, clap::Args)]
pub(crate) struct SearchNotesArgs {
    /// Words to search for; also '"an exact phrase"' and 'words -without'. Other people on this
    /// computer may be able to see them: to avoid this, give - and type the words on the next line
    #[arg(required = true)]
    words: Vec<String>,
    /// Search what was typed and changed, also what was changed or removed since. A word is found
    /// inside longer ones too
    #[arg(long, conflicts_with = "json")]
    history: bool,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Prints the notes found. Fails if there is none, or not all notes can be read.
pub(crate) fn search(args: &SearchNotesArgs, context: &mut Context) -> CommandResult {
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
    if args.history {
        return search_history(&vault, &words, context);
    }
    let options = Options { limit: MAX_FOUND, ..Options::default() };
    let (searcher, unread) = notes_searcher(&vault)?;
    let found = searcher.search(&words, &options);
    let rows = vault.list()?;
    let mut is_complete = true;
    for row in &rows {
        let why = match &row.head {
            Err(damage) => format!("{} {}", damage.why, damage.advice),
            Ok(_) if unread.contains(&row.id) => match vault.open(row.id) {
                Err(error) => error.sentence(),
                Ok(_) => continue,
            },
            Ok(_) => continue,
        };
        is_complete = false;
        context.say(format!("{}: {why} This note was not searched.", row.id))?;
    }
    let row = |hit: &Hit| rows.iter().find(|row| row.id.to_string() == hit.id);
    if args.json {
        context.print_json(&json!({
            "schema": 1,
            "query": found.query,
            "corrected": found.corrected,
            "total": found.total,
            "notes": found.hits.iter().map(|hit| to_json(hit, row(hit))).collect::<Value>(),
        }))?;
        ErrorKind::Failed.unless(is_complete)?;
        return ErrorKind::NotFound.unless(found.total > 0);
    }
    for hit in &found.hits {
        let heading = heading(hit, row(hit), context);
        context.print(heading)?;
        let snippet = snippet_text(hit, context.style);
        context.print_styled(&snippet)?;
        context.print_text("\n")?;
    }
    if let Some(corrected) = &found.corrected {
        context.say(format!("Showing results for: {corrected}"))?;
    }
    ErrorKind::Failed.unless(is_complete)?;
    if found.total == 0 {
        return Err(CommandError::not_found("No notes found.")
            .hint("Try fewer words, or list all notes: `caseclinic clinic list`."));
    }
    Ok(context.say(counted(found.total, "note", "notes"))?)
}

/// Prints the notes whose audit trail has these words, with the changes that have them. Fails if
/// there is none, or not all notes can be read.
fn search_history(vault: &Vault, words: &str, context: &mut Context) -> CommandResult {
    let (mut found, mut damaged) = (0_usize, false);
    for row in vault.list()? {
        // One note at a time: none stays in memory.
        let opened = match read_note(vault, row.id) {
            Ok(opened) => opened,
            Err(why) => {
                damaged = true;
                context.say(format!("Note {} could not be searched. {why}", row.id))?;
                continue;
            }
        };
        let changes = find_changes(&opened.session, words, &context.local);
        if changes.is_empty() {
            continue;
        }
        found += 1;
        let head = head(&opened.session);
        let (day, status) =
            (show_date(context.day(head.updated)), Status::title_of(&head.status).to_owned());
        context.print(format!("{} · {} · {day} · {status}", head.case_key, head.title))?;
        for line in changes {
            context.print(format!("  {line}"))?;
        }
    }
    match (damaged, found) {
        (true, _) => Err(CommandError::silent(ErrorKind::Failed)),
        (false, 0) => Err(CommandError::not_found("No notes found.")),
        (false, _) => Ok(context.say(counted(found, "note", "notes"))?),
    }
}

fn heading(hit: &Hit, row: Option<&NoteRow>, context: &Context) -> String {
    match row.map(|row| &row.head) {
        Some(Ok(head)) => {
            let day = show_date(context.day(head.updated));
            let status = Status::title_of(&head.status);
            format!("{} · {} · {day} · {status}", head.case_key, head.title)
        }
        _ => hit.title.clone(),
    }
}

fn to_json(hit: &Hit, row: Option<&NoteRow>) -> Value {
    let head = row.and_then(|row| row.head.as_ref().ok());
    json!({
        "id": hit.id,
        "case_key": head.map(|head| &head.case_key),
        "title": head.map(|head| &head.title),
        "status": head.map(|head| &head.status),
        "updated": head.map(|head| head.updated.to_string()),
        "snippet": hit.snippet,
        "highlights": highlights(hit),
    })
}
