//! `caseclinic vault status`: what can be said without a passphrase. Changes nothing.

use std::path::Path;

use serde_json::json;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        output::display_path,
    },
    text::{clean_line, show_date},
    vault::{Unread, VaultError, VaultFacts, VaultState, location_warnings, probe},
};

/// `caseclinic vault status`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct StatusArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub(crate) json: bool,
}

/// Prints the state of the vault.
///
/// # Errors
/// If it is damaged, of a newer format, or part of it cannot be read.
pub(crate) fn run(args: &StatusArgs, context: &mut Context) -> CommandResult {
    let place = context.paths()?.vault;
    let state = probe(&place);
    if args.json {
        context.print_json(&as_json(&state, &place))?;
    } else {
        context.print_text(&as_text(&state, &place, context))?;
        for concern in location_warnings(&place) {
            context.say(concern)?;
        }
    }
    match state {
        VaultState::Locked(facts) if !facts.unread.is_empty() => {
            for Unread { file, why, .. } in &facts.unread {
                context.say(format!(
                    "Not counted: {}: it {}.",
                    display_path(file),
                    clean_line(why)
                ))?;
            }
            Err(CommandError::failed("Part of the vault cannot be read.").hint(
                "Check who owns these folders and their permissions, or ask your IT support.",
            ))
        }
        VaultState::Missing | VaultState::Locked(_) => Ok(()),
        VaultState::Damaged { .. } | VaultState::NewerFormat { .. } => {
            Err(CommandError::silent(ErrorKind::Failed))
        }
    }
}

fn as_json(state: &VaultState, place: &Path) -> serde_json::Value {
    let place = place.display().to_string();
    match state {
        VaultState::Missing => json!({ "schema": 1, "state": "missing", "place": place }),
        VaultState::Locked(facts) => json!({
            "schema": 1,
            "state": "locked",
            "place": place,
            "id": facts.id,
            "created": facts.created.to_string(),
            "notes": facts.notes,
            "drafts": facts.drafts,
            "bytes": facts.bytes,
            "recovery_confirmed": facts.recovery_confirmed,
            "unread": facts.unread.iter().map(|one| one.file.display().to_string()).collect::<Vec<_>>(),
            "concerns": location_warnings(place.as_ref()),
        }),
        VaultState::Damaged { why, advice } => json!({
            "schema": 1, "state": "damaged", "place": place, "why": why, "advice": advice,
        }),
        VaultState::NewerFormat { found, known } => json!({
            "schema": 1, "state": "newer", "place": place, "found": found, "known": known,
        }),
    }
}

fn as_text(state: &VaultState, place: &Path, context: &Context) -> String {
    match state {
        VaultState::Missing => {
            format!(
                "There is no vault in {} yet.\nTo create one: `caseclinic vault init`.\n",
                display_path(place)
            )
        }
        VaultState::Locked(facts) => locked_text(facts, context),
        VaultState::Damaged { why, advice } => {
            format!("The vault is damaged. {why}\n{advice}\n")
        }
        VaultState::NewerFormat { found, .. } => {
            format!("{}\n", VaultError::NewerFormat(*found).sentence())
        }
    }
}

fn locked_text(facts: &VaultFacts, context: &Context) -> String {
    let VaultFacts { notes, drafts, .. } = facts;
    let created = show_date(context.day(facts.created));
    let kib = facts.bytes.div_ceil(1024);
    let sheet = if facts.recovery_confirmed { "confirmed" } else { "not confirmed" };
    format!(
        "Vault           locked\n\
         Folder          {}\n\
         Created         {created}\n\
         Notes           {notes}, of which drafts: {drafts}\n\
         Size            {kib} KB\n\
         Recovery sheet  {sheet}\n",
        display_path(&facts.folder),
    )
}
