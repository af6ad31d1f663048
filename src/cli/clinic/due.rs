//! `caseclinic clinic due`: reviews that are due, of cases and of how long notes are kept.

use jiff::civil::Date;
use serde_json::json;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    report::due::reviews_due,
    text::show_date,
    vault::{NoteHead, NoteId, Retention},
};

/// `caseclinic clinic due`
#[derive(Debug, clap::Args)]
pub(crate) struct DueArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Prints what is due, the earliest first.
///
/// # Errors
/// If nothing is due.
pub(crate) fn run(args: &DueArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let today = context.today();
    let rows = vault.list()?;
    let reviews = reviews_due(&rows, today);
    let mut cases: Vec<(NoteId, Date, &NoteHead)> = rows
        .iter()
        .filter(|row| reviews.contains(&row.id))
        .filter_map(|row| row.head.as_ref().ok().map(|head| (row.id, head)))
        .filter_map(|(id, head)| Some((id, head.next_review?, head)))
        .collect();
    cases.sort_by_key(|(_, day, _)| *day);
    let mut due: Vec<(NoteId, Date, Retention)> = vault
        .retentions()?
        .into_iter()
        .filter_map(|(id, kept)| Some((id, kept.review.filter(|day| *day <= today)?, kept)))
        .collect();
    due.sort_by_key(|(_, day, _)| *day);
    if args.json {
        let cases: Vec<_> = cases
            .iter()
            .map(|(id, day, head)| {
                json!({
                    "id": id.to_string(),
                    "review": day.to_string(),
                    "case_key": head.case_key,
                    "about": head.subject().code(),
                    "title": head.title,
                })
            })
            .collect();
        let notes: Vec<_> = due
            .iter()
            .map(|(id, day, kept)| {
                json!({
                    "id": id.to_string(),
                    "review": day.to_string(),
                    "class": kept.class,
                    "hold": kept.hold.as_ref().map(|hold| &hold.reason),
                })
            })
            .collect();
        let whole = json!({ "schema": 1, "due": notes, "reviews": cases });
        return Ok(context.print_json(&whole)?);
    }
    for (id, day, head) in &cases {
        let (day, key, title) = (show_date(*day), &head.case_key, &head.title);
        context.print(format!("{id}  {day}  review due: {key}, {title}"))?;
    }
    for (id, day, kept) in &due {
        let head = rows.iter().find(|row| row.id == *id).and_then(|row| row.head.as_ref().ok());
        let key = head.map_or("", |head| head.case_key.as_str());
        let class = kept.class.as_deref().map(|class| format!(", {class}")).unwrap_or_default();
        let hold = if kept.hold.is_some() { ", on legal hold" } else { "" };
        context.print(format!("{id}  {}  keep or erase? {key}{class}{hold}", show_date(*day)))?;
    }
    if due.is_empty() && cases.is_empty() {
        return Err(CommandError::not_found("No reviews are due.").hint(
            "Case reviews are set in the meeting. To set when to decide whether a note is still \
             needed: `caseclinic clinic keep NOTE --review DATE`.",
        ));
    }
    Ok(())
}
