//! `caseclinic clinic new|follow-up|formats|list|search|show|resume|export|share`.

mod migrate;
mod new;
pub mod record;
mod search;
pub mod share;

use std::{
    fs::OpenOptions,
    io::{IsTerminal, Write, stdin, stdout},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use jiff::{Timestamp, Zoned};
use serde_json::json;

use super::{
    conversation,
    output::{FAILED, Look, OK, USAGE},
    vault,
};
use crate::{
    app::{AfterUnlock, changed_guidance},
    clinic::Subject,
    knowledge::Library,
    report::{ExportFormat, NoteDocument, WatchedNames, due::reviews_due, markdown, scan_note},
    services::{AppPaths, NoteOpened, find_note, newer_template, read_note, templates_folder},
    text::{show_date, width},
    tui::Start,
    vault::{NoteSource, Vault, Verified},
};

/// What to do with clinics.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Start a clinic in any meeting format
    New(new::NewArgs),
    /// Start a follow-up of a completed note
    FollowUp(new::FollowUpArgs),
    /// List the meeting formats you can choose from
    Formats(super::templates::Args),
    /// List all notes
    List(ListArgs),
    /// Search the text of all notes
    Search(search::SearchArgs),
    /// Show a note
    Show(ShowArgs),
    /// Continue a clinic you left
    Resume(ResumeArgs),
    /// Move a draft to a newer version of its meeting format
    Migrate(migrate::Args),
    /// Export a note to a Markdown file, which is not encrypted
    Export(ExportArgs),
    /// Share a supervision note, which is otherwise private, with one member
    Share(share::Args),
    /// What happens to a note after its meeting
    #[command(flatten)]
    Record(record::Command),
}

/// `caseclinic clinic list`
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// List only notes about one of these: case, supervision or service
    #[arg(long, value_name = "WHAT", value_parser = subject)]
    about: Option<Subject>,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: Key,
}

fn subject(text: &str) -> Result<Subject, String> {
    let codes = Subject::EVERY.map(Subject::code).join(", ");
    Subject::of_code(text).ok_or_else(|| format!("use one of: {codes}"))
}

/// `caseclinic clinic show`
#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// Add people’s professions to their roles, and show who made which placement
    #[arg(long)]
    attributed: bool,
    #[command(flatten)]
    key: Key,
}

/// `caseclinic clinic resume`
#[derive(Debug, clap::Args)]
pub struct ResumeArgs {
    /// Case key, such as HERON-42, or note id; leave it out to choose from the list of notes (not
    /// with --plain)
    note: Option<String>,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long, requires = "note")]
    plain: bool,
    #[command(flatten)]
    key: Key,
}

/// `caseclinic clinic export`
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The file to write, which must not exist yet. It is NOT encrypted: keep it as safe as the record
    file: PathBuf,
    /// Add people’s professions to their roles, and show who made which placement
    #[arg(long)]
    attributed: bool,
    #[command(flatten)]
    key: Key,
}

#[derive(Debug, clap::Args)]
struct Key {
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", help_heading = "For scripts")]
    passphrase_fd: Option<u32>,
}

/// What follows the command.
pub enum Next {
    /// Nothing: the exit code.
    Done(u8),
    /// The screens.
    Screens(Start),
}

/// Runs the command.
pub fn run(
    command: Command,
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    let done = match command {
        Command::Record(command) => {
            return record::run(&command, &places.vault, &mut vault::Terminal, out, err)
                .map(Next::Done);
        }
        Command::Share(args) => {
            let console = &mut vault::Terminal;
            return share::run(&args, &places.vault, console, err).map(Next::Done);
        }
        Command::New(args) => return new::new(&args, places, look, out, err),
        Command::FollowUp(args) => return new::follow_up(args, places, look, out, err),
        Command::Formats(args) => {
            super::templates::list(&args, &templates_folder(places), out, err)
        }
        Command::Migrate(args) => with_vault(args.key.passphrase_fd, places, err, |vault, err| {
            migrate::run(&args, &vault, &templates_folder(places), out, err)
        }),
        Command::Search(args) => search::run(&args, places, look, out, err),
        Command::Resume(ResumeArgs { note: Some(name), plain: true, key }) => {
            with_vault(key.passphrase_fd, places, err, |vault, err| {
                let Some(opened) = find(&vault, &name, places, err)? else { return Ok(FAILED) };
                conversation::on_stdin(
                    Some((opened.id, vault)),
                    opened.session,
                    places,
                    look,
                    out,
                    err,
                )
            })
        }
        Command::Resume(args) => {
            let then = args.note.map_or(AfterUnlock::ListNotes, AfterUnlock::OpenNamed);
            return screens(then, &args.key, err);
        }
        Command::List(args) => with_vault(args.key.passphrase_fd, places, err, |vault, err| {
            list(&vault, &args, out, err)
        }),
        Command::Show(args) => with_vault(args.key.passphrase_fd, places, err, |vault, err| {
            let Some(opened) = find(&vault, &args.note, places, err)? else { return Ok(FAILED) };
            write!(out, "{}", markdown(&opened.session, args.attributed))?;
            Ok(OK)
        }),
        Command::Export(args) => with_vault(args.key.passphrase_fd, places, err, |vault, err| {
            let Some(opened) = find(&vault, &args.note, places, err)? else { return Ok(FAILED) };
            let document = NoteDocument::from_session(&opened.session, args.attributed);
            write_new(&args.file, &ExportFormat::of_file(&args.file).write(&document))?;
            writeln!(
                err,
                "Exported to {}. This file is not encrypted: keep it as safe as the child’s record, and delete it when you no longer need it.",
                super::output::shown(&args.file)
            )?;
            let names = WatchedNames::for_words_of(&Library::with_packs(&places.packs));
            let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::system()).date();
            let found = scan_note(&opened.session, &names, today);
            writeln!(err, "{}", found.counted())?;
            Ok(OK)
        }),
    };
    done.map(Next::Done)
}

fn screens(then: AfterUnlock, key: &Key, err: &mut dyn Write) -> anyhow::Result<Next> {
    let passphrase = match key.passphrase_fd.map(vault::from_descriptor).transpose() {
        Ok(passphrase) => passphrase,
        Err(error) => {
            writeln!(err, "{error}")?;
            return Ok(Next::Done(USAGE));
        }
    };
    Ok(Next::Screens(Start { then: Some(then), practice: None, passphrase }))
}

/// Opens the vault for a command. Answers with its exit code, or with that of a locked vault.
pub(super) fn with_vault(
    passphrase_fd: Option<u32>,
    places: &AppPaths,
    err: &mut dyn Write,
    then: impl FnOnce(Vault, &mut dyn Write) -> anyhow::Result<u8>,
) -> anyhow::Result<u8> {
    if passphrase_fd.is_none() && !(stdin().is_terminal() || stdout().is_terminal()) {
        writeln!(
            err,
            "There is no terminal to ask for the passphrase. In a script, use --passphrase-fd."
        )?;
        return Ok(super::output::VAULT_LOCKED);
    }
    let mut console = vault::Terminal;
    match vault::unlock(&places.vault, passphrase_fd, &mut console, err)? {
        Ok(vault) => {
            vault::keep_copy(&vault);
            super::output::unless_pipe_closed(then(vault, err))
        }
        Err(code) => Ok(code),
    }
}

fn find(
    vault: &Vault,
    name: &str,
    places: &AppPaths,
    err: &mut dyn Write,
) -> anyhow::Result<Option<NoteOpened>> {
    match find_note(vault, name).and_then(|id| read_note(vault, id)) {
        Ok(opened) => {
            if let Some(doubt) = &opened.doubt {
                writeln!(err, "{doubt}")?;
            }
            if let Some(newer) = newer_template(&opened.session, &templates_folder(places))
                .filter(|_| opened.is_draft)
            {
                writeln!(
                    err,
                    "This draft uses version {} of its meeting format. Version {} is now available. To see what would change: `caseclinic clinic migrate {} --dry-run`.",
                    opened.session.template().about.version,
                    newer.about.version,
                    opened.session.case_key()
                )?;
            }
            let library = Library::with_packs(&places.packs);
            if let Some(changed) = changed_guidance(&opened.session, &library) {
                writeln!(err, "{changed}")?;
            }
            Ok(Some(opened))
        }
        Err(why) => {
            writeln!(err, "{why}")?;
            Ok(None)
        }
    }
}

fn list(
    vault: &Vault,
    args: &ListArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut rows = vault.list().map_err(|error| anyhow::anyhow!(error.sentence()))?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.head.as_ref().ok().map(|head| head.updated)));
    let today = Zoned::now().date();
    let due = reviews_due(&rows, today);
    let mut notes = Vec::new();
    let mut damaged = false;
    for row in &rows {
        let revision = match row.source {
            NoteSource::Draft => None,
            NoteSource::Revision(number) => Some(number),
        };
        match &row.head {
            Ok(head) if args.about.is_some_and(|about| head.subject() != about) => {}
            Ok(head) => notes.push((row, head, revision)),
            Err(damage) => {
                damaged = true;
                writeln!(err, "{} {}", damage.why, damage.advice)?;
            }
        }
        if let Verified::No(why) = &row.verified
            && row.head.is_ok()
        {
            writeln!(err, "{}: {why}", row.id)?;
        }
    }
    if args.json {
        let notes: Vec<_> = notes
            .iter()
            .map(|(row, head, revision)| {
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
            })
            .collect();
        writeln!(out, "{}", json!({ "schema": 1, "notes": notes }))?;
    } else {
        for (row, head, _) in &notes {
            let changed = show_date(head.updated.to_zoned(jiff::tz::TimeZone::system()).date());
            let has_come = if due.contains(&row.id) { "REVIEW DUE" } else { "review" };
            let review = head.next_review.map(|date| format!("{has_come} {}", show_date(date)));
            let mark = Some(head.subject()).filter(|about| *about != Subject::Case);
            let mark = mark.map(|about| about.code().to_owned());
            let last: Vec<String> = mark.into_iter().chain(review).collect();
            let line = [
                pad(&head.case_key, 14),
                pad(&head.status, 12),
                pad(&changed, 12),
                pad(&head.stage, 26),
                last.join(", "),
            ];
            writeln!(out, "{}", line.join(" ").trim_end())?;
        }
    }
    if notes.is_empty() && !damaged && !rows.is_empty() {
        writeln!(err, "No notes found. Leave out --about to list all notes.")?;
        return Ok(super::output::NOTHING_FOUND);
    }
    if notes.is_empty() && !damaged {
        writeln!(err, "There are no notes yet. To start a clinic: `caseclinic clinic new`.")?;
        return Ok(super::output::NOTHING_FOUND);
    }
    Ok(if damaged { FAILED } else { OK })
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Writes a file that was not there, readable by its owner only.
fn write_new(path: &Path, contents: &[u8]) -> anyhow::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(
            || {
                format!(
                    "cannot create {}; choose a new file name in a folder that exists",
                    super::output::shown(path)
                )
            },
        )?;
    file.write_all(contents).and_then(|()| file.sync_all()).with_context(|| {
        format!("{} is incomplete; delete it and try again", super::output::shown(path))
    })
}
