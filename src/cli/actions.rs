//! `caseclinic actions`: the actions agreed in all clinics; `actions done|drop|reopen` records the
//! outcome of one, and `actions reassign` who does it and by when.
//!
//! An action is named by its case key and its number, such as `HERON-42/3`. The outcome is read from standard input, never from
//! the arguments, where other programs could read it.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{CommandError, CommandResult, Context, ErrorKind};
use crate::{
    clinic::ActionStatus,
    report::actions::{TrackedAction, sort_actions},
    services::{ActionList, ReceivedAction, follow_up, list_actions, reassign as reassign_action},
    text::{clean_line, parse_coming_date, show_date, show_day, why_no_date},
    vault::Vault,
};

/// Bytes of the longest outcome.
const MAX_OUTCOME_BYTES: u64 = 1 << 16;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ActionsArgs {
    #[command(subcommand)]
    marking: Option<Marking>,
    /// List only overdue actions
    #[arg(long, conflicts_with = "all")]
    overdue: bool,
    /// List done and dropped actions too, with their outcomes
    #[arg(long)]
    all: bool,
    /// List only actions whose owner, agency or case key contains these words; “supervision” and
    /// “service” also find the actions from those meetings
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    of: String,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", global = true, help_heading = "For scripts")]
    passphrase_fd: Option<u32>,
}

/// A new status of an action.
#[derive(Debug, clap::Subcommand)]
enum Marking {
    /// Mark an action as done, and record the outcome
    #[command(after_help = "For scripts: the outcome can be given on standard input.")]
    Done(ActionArgs),
    /// Drop an action, and record the reason
    #[command(after_help = "For scripts: the reason can be given on standard input.")]
    Drop(ActionArgs),
    /// Reopen an action that was marked as done or dropped; the note keeps the earlier record
    Reopen(ActionArgs),
    /// Change who does an action, or by when; what was agreed before stays in the note
    Reassign(ReassignArgs),
}

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true)))]
struct ReassignArgs {
    #[command(flatten)]
    of: ActionArgs,
    /// The role that does it now; no name
    #[arg(long, value_name = "ROLE", group = "change")]
    owner: Option<String>,
    /// The agency of that role
    #[arg(long, value_name = "AGENCY", group = "change")]
    agency: Option<String>,
    /// By when: a date such as 4 Dec, “next Friday” or “in 2 weeks”; or “none”
    #[arg(long, value_name = "DATE", group = "change")]
    by: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ActionArgs {
    /// The action, as the list shows it, such as HERON-42/3
    action: String,
}

/// Prints the actions, or records the outcome of one. Fails if there is nothing to list, no such
/// action, it cannot be saved, or a note cannot be read.
pub(crate) fn run(args: &ActionsArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.passphrase_fd)?;
    let ActionList { actions, unread, received } = list_actions(&vault)?;
    for why in &unread {
        context.say(format!("{why} Its actions are missing here."))?;
    }
    match &args.marking {
        None => {
            let printed = print(args, actions, received, context);
            if !unread.is_empty() {
                return Err(CommandError::silent(ErrorKind::Failed));
            }
            printed
        }
        Some(marking) => mark(marking, &vault, &actions, &received, context),
    }
}

fn mark(
    marking: &Marking,
    vault: &Vault,
    actions: &[TrackedAction],
    received: &[ReceivedAction],
    context: &mut Context,
) -> CommandResult {
    let (ActionArgs { action: name }, status) = match marking {
        Marking::Done(args) => (args, ActionStatus::Done),
        Marking::Drop(args) => (args, ActionStatus::Dropped),
        Marking::Reopen(args) => (args, ActionStatus::Open),
        Marking::Reassign(args) => return reassign(args, vault, (actions, received), context),
    };
    let question = match status {
        ActionStatus::Dropped => "Type the reason for dropping it. To finish: Enter, then Ctrl-D.",
        _ => "Type the outcome, with roles and not names. To finish: Enter, then Ctrl-D.",
    };
    let found = find(name, actions, received)?;
    let mut outcome = String::new();
    if status != ActionStatus::Open {
        outcome = context.read_text(question, MAX_OUTCOME_BYTES)?.trim().to_owned();
        if outcome.is_empty() {
            let message = "The text was empty, so nothing was recorded.";
            return Err(CommandError::usage(message).hint(question));
        }
    }
    follow_up(vault, found.note, found.id, status, outcome)
        .map_err(|why| format!("NOT SAVED: {why}"))?;
    // What fails here costs no text: the next change of the ledger enters it.
    let _ = vault.enter_drafts();
    let (what, was) = (clean_line(&found.details.what), found.details.status.title());
    let is_now = status.title();
    context
        .say(format!("{name} “{what}” is now {is_now} (it was {was}). Recorded in its note."))?;
    if status != ActionStatus::Open {
        context.say(format!("To undo: `caseclinic actions reopen {name}`."))?;
    }
    Ok(())
}

fn reassign(
    args: &ReassignArgs,
    vault: &Vault,
    (actions, received): (&[TrackedAction], &[ReceivedAction]),
    context: &mut Context,
) -> CommandResult {
    let name = &args.of.action;
    let found = find(name, actions, received)?;
    let today = context.today();
    let given = |text: &String| match parse_coming_date(text, today) {
        None if text.eq_ignore_ascii_case("none") => Ok(None),
        None => Err(CommandError::usage(why_no_date(text, today))),
        by => Ok(by),
    };
    let by = args.by.as_ref().map_or(Ok(found.details.by), given)?;
    let who = |given: &Option<String>, now: &str| given.clone().unwrap_or_else(|| now.to_owned());
    let owner = who(&args.owner, &found.details.owner);
    let agency = who(&args.agency, &found.details.agency);
    reassign_action(vault, found.note, found.id, (owner.clone(), agency), by)
        .map_err(|why| format!("NOT SAVED: {why}"))?;
    // What fails here costs no text: the next change of the ledger enters it.
    let _ = vault.enter_drafts();
    let by_when = by.map_or_else(|| "no date".to_owned(), |by| format!("by {}", show_day(by)));
    let passed = if by.is_some_and(|by| by < today) { ", which has passed" } else { "" };
    context.say(format!(
        "{name} “{}” is now for {}, {by_when}{passed}. What was agreed before stays in its note.",
        clean_line(&found.details.what),
        clean_line(&owner)
    ))?;
    Ok(())
}

/// Returns the action of this name.
fn find<'a>(
    name: &str,
    actions: &'a [TrackedAction],
    received: &[ReceivedAction],
) -> CommandResult<&'a TrackedAction> {
    let is_it = |action: &TrackedAction| action.name().eq_ignore_ascii_case(name);
    let found = actions.iter().find(|action| is_it(action));
    found.ok_or_else(|| {
        if let Some(found) = received.iter().find(|one| is_it(&one.action)) {
            let author = &found.author;
            return CommandError::failed(format!("“{name}” was agreed in a note of {author}."))
                .hint("Only they record its outcome: ask them.");
        }
        CommandError::failed(format!("There is no action “{name}”."))
            .hint("`caseclinic actions --all` lists every action, with its name first.")
    })
}

fn print(
    args: &ActionsArgs,
    mut actions: Vec<TrackedAction>,
    received: Vec<ReceivedAction>,
    context: &mut Context,
) -> CommandResult {
    let today = context.today();
    sort_actions(&mut actions);
    let fits = |action: &TrackedAction| {
        let fits = if args.overdue { action.is_overdue(today) } else { action.is_open() };
        (fits || args.all) && action.is_about(&args.of)
    };
    let shown: Vec<&TrackedAction> = actions.iter().filter(|action| fits(action)).collect();
    let received: Vec<&ReceivedAction> = received.iter().filter(|one| fits(&one.action)).collect();
    if args.json {
        let rows = shown.iter().map(|action| to_json(action, today));
        let of_others = received.iter().map(|one| {
            let mut row = to_json(&one.action, today);
            row["from"] = json!(one.author);
            row
        });
        context.print_json(&json!({
            "schema": 1,
            "actions": rows.collect::<Value>(),
            "received": of_others.collect::<Value>(),
        }))?;
    } else {
        for action in &shown {
            context.print(line(action, today))?;
        }
        for one in &received {
            context.print(format!("{}\tfrom {}", line(&one.action, today), one.author))?;
        }
    }
    ErrorKind::NotFound.unless(!(shown.is_empty() && received.is_empty()))
}

fn line(action: &TrackedAction, today: Date) -> String {
    let details = &action.details;
    let by = match (details.status, details.by) {
        (ActionStatus::Open, Some(by)) if action.is_overdue(today) => {
            format!("OVERDUE since {}", show_date(by))
        }
        (ActionStatus::Open, Some(by)) => format!("by {}", show_date(by)),
        (ActionStatus::Open, None) => "no date".to_owned(),
        (status, _) => status.title().to_owned(),
    };
    let mut who = vec![details.owner.trim(), details.agency.trim()];
    who.retain(|part| !part.is_empty());
    let mark = action.mark().map_or(String::new(), |mark| format!("{mark}: "));
    let mut cells =
        vec![action.name(), by, format!("{mark}{}", who.join(", ")), clean_line(&details.what)];
    if !details.outcome.trim().is_empty() {
        cells.push(clean_line(&details.outcome));
    }
    cells.join("\t")
}

fn to_json(action: &TrackedAction, today: Date) -> Value {
    let details = &action.details;
    json!({
        "name": action.name(),
        "note": action.note.to_string(),
        "case_key": action.case_key,
        "format": action.format,
        "about": action.about.code(),
        "number": action.number,
        "what": details.what,
        "why": details.why,
        "owner": details.owner,
        "agency": details.agency,
        "by": details.by.map(|by| by.to_string()),
        "measure": details.measure,
        "status": details.status.title(),
        "overdue": action.is_overdue(today),
        "outcome": details.outcome,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::{
        clinic::{ActionDetails, ActionId},
        vault::NoteId,
    };

    fn action(case_key: &str, number: u32) -> TrackedAction {
        TrackedAction {
            note: NoteId::random(),
            meeting: Uuid::nil(),
            case_key: case_key.to_owned(),
            format: "Peer case clinic".to_owned(),
            about: crate::clinic::Subject::Case,
            id: ActionId(137 + number),
            details: ActionDetails::default(),
            told: Timestamp::UNIX_EPOCH,
            agreed: Timestamp::UNIX_EPOCH,
            number,
        }
    }

    #[test]
    fn every_name_of_the_list_finds_its_own_action_and_no_other() {
        let all = [action("OWL-1", 3), action("OWL-1", 4), action("WREN-2", 3)];
        for one in &all {
            assert_eq!(find(&one.name(), &all, &[]), Ok(one));
        }
        assert_eq!(find("wren-2/3", &all, &[]), Ok(&all[2]));
        for odd in ["", "/", "OWL-1", "OWL-1/", "OWL-1/9", "/3", "OWL-1/03", "OWL-1/140"] {
            assert!(
                find(odd, &all, &[]).is_err_and(|error| error.message.contains("no action")),
                "{odd}"
            );
        }
    }
}
