//! `caseclinic clinic keep`, `due` and `erase`: how long a note is kept, which reviews are due, and
//! how a note goes for good.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{CommandError, CommandResult, Context, ErrorKind, NoteArgs, PassphraseSource, find};
use crate::{
    exchange::erase_sent,
    report::due::reviews_due,
    services::{
        NoteKind, find_note,
        retention::{ASK_OTHERS_TO_ERASE, retentions_due},
    },
    text::{clean_line, counted, parse_coming_date, show_date, why_no_date},
    vault::{Hold, NoteHead, NoteId, Retention},
};

#[derive(Debug, clap::Args)]
pub(crate) struct KeepArgs {
    /// Retention class: its name in your organisation’s retention schedule
    #[arg(long)]
    class: Option<String>,
    /// The date to decide whether the note is still needed, such as 2032-11-22
    #[arg(long, value_name = "DATE")]
    review: Option<String>,
    /// Place a legal hold, so that the note cannot be erased, and give the reason. Other people on
    /// this computer may be able to see it: to avoid this, give - and type it on the next line
    #[arg(long, value_name = "REASON", conflicts_with = "release", allow_hyphen_values = true)]
    hold: Option<String>,
    /// Release the legal hold
    #[arg(long)]
    release: bool,
    #[command(flatten)]
    of: NoteArgs,
}

/// Sets what is given, and prints how long the note is kept.
pub(crate) fn keep(args: KeepArgs, context: &mut Context) -> CommandResult {
    let vault = args.of.open_vault(context)?;
    let today = context.today();
    let review = args.review.map(|text| {
        let why = || CommandError::usage(why_no_date(&text, today));
        parse_coming_date(&text, today).ok_or_else(why)
    });
    let review = review.transpose()?;
    let id = find(&vault, &args.of.note, NoteKind::Any, context)?;
    let before = vault.retention(id)?;
    let hold = match args.hold {
        Some(reason) => Some(Hold { reason: context.reason(reason)?, since: context.now() }),
        None => before.hold.clone().filter(|_| !args.release),
    };
    let changed = Retention {
        class: args.class.or(before.class.clone()),
        review: review.or(before.review),
        hold,
    };
    if changed != before {
        vault.set_retention(id, &changed)?;
    }
    let class = changed.class.as_deref().map_or("none".to_owned(), clean_line);
    let review = changed.review.map_or("none".to_owned(), show_date);
    let hold = changed.hold.map_or("no".to_owned(), |hold| clean_line(&hold.reason));
    context.print(format!("Retention class  {class}"))?;
    context.print(format!("Retention review {review}"))?;
    Ok(context.print(format!("Legal hold       {hold}"))?)
}

#[derive(Debug, clap::Args)]
pub(crate) struct DueArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Prints the reviews that are due, the earliest first: of cases, and of how long notes are kept.
/// Fails if nothing is due.
pub(crate) fn due(args: &DueArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let today = context.today();
    let rows = vault.list()?;
    let mut is_complete = true;
    for row in &rows {
        if let Err(damage) = &row.head {
            is_complete = false;
            let (id, why, advice) = (row.id, &damage.why, &damage.advice);
            context.say(format!("{id}: {why} {advice} Its case review is not listed."))?;
        }
    }
    let head_of = |id| rows.iter().find(|row| row.id == id)?.head.as_ref().ok();
    let reviews = reviews_due(&rows, today).into_iter();
    let mut cases: Vec<(NoteId, Date, &NoteHead)> = reviews
        .filter_map(|id| head_of(id).and_then(|head| Some((id, head.next_review?, head))))
        .collect();
    cases.sort_by_key(|(_, day, _)| *day);
    let due = retentions_due(&vault, today)?;
    if args.json {
        let case_to_json = |(id, day, head): &(NoteId, Date, &NoteHead)| {
            json!({
                "id": id.to_string(),
                "review": day.to_string(),
                "case_key": head.case_key,
                "about": head.subject().code(),
                "title": head.title,
            })
        };
        let note_to_json = |(id, day, kept): &(NoteId, Date, Retention)| {
            json!({
                "id": id.to_string(),
                "review": day.to_string(),
                "class": kept.class,
                "hold": kept.hold.as_ref().map(|hold| &hold.reason),
            })
        };
        context.print_json(&json!({
            "schema": 1,
            "due": due.iter().map(note_to_json).collect::<Value>(),
            "reviews": cases.iter().map(case_to_json).collect::<Value>(),
        }))?;
    } else {
        for (id, day, head) in &cases {
            let (day, key, title) = (show_date(*day), &head.case_key, &head.title);
            context.print(format!("{id}  {day}  review due: {key}, {title}"))?;
        }
        for (id, day, kept) in &due {
            let key = head_of(*id).map_or("", |head| head.case_key.as_str());
            let class = kept.class.as_deref().map(|class| format!(", {class}")).unwrap_or_default();
            let hold = if kept.hold.is_some() { ", on legal hold" } else { "" };
            let day = show_date(*day);
            context.print(format!("{id}  {day}  keep or erase? {key}{class}{hold}"))?;
        }
    }
    ErrorKind::Failed.unless(is_complete)?;
    if due.is_empty() && cases.is_empty() {
        return Err(CommandError::not_found("No reviews are due.").hint(
            "Case reviews are set in the meeting. To set when to decide whether a note is still \
             needed: `caseclinic clinic keep NOTE --review DATE`.",
        ));
    }
    Ok(())
}

#[derive(Debug, clap::Args)]
pub(crate) struct EraseArgs {
    /// The full note id; a case key is not enough
    note: String,
    /// The reason, without details of the case, because it is kept. Other people on this computer
    /// may be able to see it: to avoid this, give - and type it on the next line
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Erases the note for good.
pub(crate) fn erase(args: EraseArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let id: NoteId = args.note.parse().map_err(|_| {
        CommandError::failed("Give the full note id, so that no other note is erased by mistake.")
            .hint("`caseclinic clinic list --json` shows them.")
    })?;
    // The id that the note itself shows will do; a note that cannot be read has only that of the list.
    let id = find_note(&vault, &args.note, NoteKind::Any).map_or(id, |found| found.id);
    let reason = context.reason(args.reason)?;
    let stone = vault.erase(id, &reason, context.now())?;
    let sent = erase_sent(&vault, context.now());
    context.say(format!(
        "Erased from the vault and its automatic copies: {}, and every draft.\n\
         The date and the reason are kept. Not erased: backups and exports you made earlier. The\n\
         disk may also keep encrypted traces until it writes over them.",
        counted(stone.revisions, "completed revision", "completed revisions")
    ))?;
    match sent {
        Ok(0) => Ok(()),
        Ok(_) => Ok(context.say(ASK_OTHERS_TO_ERASE)?),
        Err(error) => Err(error.into()),
    }
}
