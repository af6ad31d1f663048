//! `caseclinic vault status`: what can be said without a passphrase. Changes nothing.

use std::{io::Write, path::Path};

use serde_json::json;

use crate::cli::output::shown;
use crate::text::clean_line;
use crate::vault::{VaultError, VaultFacts, VaultState, location_warnings, probe};

/// `caseclinic vault status`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct StatusArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub json: bool,
}

/// Says what lies at `place`, without a passphrase. Answers with the exit code.
pub fn status(
    args: &StatusArgs,
    place: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let state = probe(place);
    if args.json {
        writeln!(out, "{}", as_json(&state, place))?;
    } else {
        write!(out, "{}", as_text(&state, place))?;
        for concern in location_warnings(place) {
            writeln!(err, "{}", clean_line(&concern))?;
        }
    }
    Ok(match state {
        VaultState::Missing | VaultState::Locked(_) => 0,
        VaultState::Damaged { .. } | VaultState::NewerFormat { .. } => 1,
    })
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

fn as_text(state: &VaultState, place: &Path) -> String {
    match state {
        VaultState::Missing => {
            format!(
                "There is no vault in {} yet.\nTo create one: `caseclinic vault init`.\n",
                shown(place)
            )
        }
        VaultState::Locked(facts) => locked_text(facts),
        VaultState::Damaged { why, advice } => {
            format!("The vault is damaged. {}\n{advice}\n", clean_line(why))
        }
        VaultState::NewerFormat { found, known } => {
            format!("{}\n", VaultError::NewerFormat { found: *found, known: *known }.sentence())
        }
    }
}

fn locked_text(facts: &VaultFacts) -> String {
    let VaultFacts { notes, drafts, .. } = facts;
    let created = facts.created.strftime("%-d %b %Y");
    let kib = facts.bytes.div_ceil(1024);
    let sheet = if facts.recovery_confirmed { "confirmed" } else { "not confirmed" };
    format!(
        "Vault           locked\n\
         Folder          {}\n\
         Created         {created}\n\
         Notes           {notes}, {drafts} of them drafts\n\
         Size            {kib} KiB\n\
         Recovery sheet  {sheet}\n",
        shown(&facts.folder),
    )
}
