//! `caseclinic clinic list`: all notes, those changed last first.

use serde_json::json;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        prompt::PassphraseSource,
    },
    clinic::Subject,
    report::due::reviews_due,
    text::{show_date, width},
    vault::{NoteSource, Verified},
};

/// `caseclinic clinic list`
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

/// Prints the notes; damaged ones are named.
///
/// # Errors
/// If there is none, or one is damaged.
pub(crate) fn run(args: &ListNotesArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let mut rows = vault.list()?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.head.as_ref().ok().map(|head| head.updated)));
    let due = reviews_due(&rows, context.today());
    let mut notes = Vec::new();
    let mut damaged = false;
    for row in &rows {
        match &row.head {
            Ok(head) if args.about.is_some_and(|about| head.subject() != about) => {}
            Ok(head) => notes.push((row, head)),
            Err(damage) => {
                damaged = true;
                context.say(format!("{} {}", damage.why, damage.advice))?;
            }
        }
        if let Verified::No(why) = &row.verified
            && row.head.is_ok()
        {
            context.say(format!("{}: {why}", row.id))?;
        }
    }
    if args.json {
        let notes: Vec<_> = notes
            .iter()
            .map(|(row, head)| {
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
            })
            .collect();
        context.print_json(&json!({ "schema": 1, "notes": notes }))?;
    } else {
        for (row, head) in &notes {
            let changed = show_date(context.day(head.updated));
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
            context.print(line.join(" ").trim_end())?;
        }
    }
    match (damaged, notes.is_empty(), rows.is_empty()) {
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

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
