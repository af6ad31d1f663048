//! `caseclinic actions`: what was agreed in all clinics, and what became of it.

use std::io::Write;

use jiff::civil::Date;
use serde_json::json;

use super::output::{NOTHING_FOUND, OK};
use crate::{
    app::{TrackedAction, in_order},
    clinic::ActionStatus,
    runtime::list_actions,
    text::{clean_line, show_date},
    vault::Vault,
};

/// List the actions that were agreed; open ones, unless asked otherwise.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only those whose date has passed
    #[arg(long, conflicts_with = "all")]
    overdue: bool,
    /// Also those that are done or dropped, with their outcomes
    #[arg(long)]
    all: bool,
    /// Only those whose owner, agency or case key holds these words
    #[arg(long, value_name = "WORDS", default_value = "")]
    of: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Read the passphrase from this descriptor (its first line) instead of asking
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// Prints the actions of an open vault. Answers with the exit code: 0, or 3 if there are none.
///
/// # Errors
/// If the notes cannot be listed, or `out` cannot be written.
pub fn run(args: &Args, vault: &Vault, today: Date, out: &mut dyn Write) -> anyhow::Result<u8> {
    let actions = list_actions(vault).map_err(anyhow::Error::msg)?;
    print(args, actions, today, out)
}

fn print(
    args: &Args,
    mut actions: Vec<TrackedAction>,
    today: Date,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    in_order(&mut actions);
    actions.retain(|action| {
        let fits = if args.overdue { action.is_overdue(today) } else { action.is_open() };
        (fits || args.all) && action.is_about(&args.of)
    });
    if args.json {
        let actions: Vec<_> = actions.iter().map(|action| as_json(action, today)).collect();
        writeln!(out, "{}", json!({ "schema": 1, "actions": actions }))?;
    } else {
        for action in &actions {
            writeln!(out, "{}", line(action, today))?;
        }
    }
    Ok(if actions.is_empty() { NOTHING_FOUND } else { OK })
}

fn line(action: &TrackedAction, today: Date) -> String {
    let details = &action.details;
    let by = match (details.status, details.by) {
        (ActionStatus::Open, Some(by)) if action.is_overdue(today) => {
            format!("OVERDUE {}", show_date(by))
        }
        (ActionStatus::Open, Some(by)) => format!("by {}", show_date(by)),
        (ActionStatus::Open, None) => "no date".to_owned(),
        (status, _) => status.title().to_owned(),
    };
    let who: Vec<&str> = [details.owner.trim(), details.agency.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let mut cells = vec![action.case_key.clone(), by, who.join(", "), clean_line(&details.what)];
    if !details.outcome.trim().is_empty() {
        cells.push(clean_line(&details.outcome));
    }
    cells.join("\t")
}

fn as_json(action: &TrackedAction, today: Date) -> serde_json::Value {
    let details = &action.details;
    json!({
        "note": action.note.to_string(),
        "case_key": action.case_key,
        "format": action.format,
        "number": action.id.0,
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
