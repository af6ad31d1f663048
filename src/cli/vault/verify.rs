//! `caseclinic vault verify`: every file opened and compared with the ledger, nothing changed.

use serde_json::json;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        output::display_path,
        prompt::PassphraseSource,
    },
    text::{clean_line, counted},
    vault::{FindingKind, Verification},
};

/// `caseclinic vault verify`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct VerifyArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
}

/// Checks every file.
///
/// # Errors
/// If one has a problem.
pub(crate) fn run(args: &VerifyArgs, context: &mut Context) -> CommandResult {
    let seen = context.inspect_vault(args.key.passphrase_fd)?.verify();
    if args.json {
        context.print_json(&as_json(&seen))?;
    } else {
        context.print_text(&as_text(&seen))?;
    }
    seen.is_clean().then_some(()).ok_or(CommandError::silent(ErrorKind::Problems))
}

/// Returns what was seen, in words.
pub(crate) fn as_text(seen: &Verification) -> String {
    let mut text = String::new();
    for finding in &seen.findings {
        let (kind, file) = (finding.kind.title(), display_path(&finding.file));
        let (why, advice) = (clean_line(&finding.why), clean_line(&finding.advice));
        text.push_str(&format!("{kind}: {file}\n  {why} {advice}\n"));
    }
    let faults = seen.findings.iter().filter(|one| one.kind != FindingKind::Unfinished).count();
    let verdict = match faults {
        0 => "No problems found.".to_owned(),
        some => format!("{}.", counted(some, "file has a problem", "files have problems")),
    };
    text.push_str(&format!(
        "Checked {}. {} and {} can be opened. {verdict}\n",
        counted(seen.notes, "note", "notes"),
        counted(seen.revisions, "completed revision", "completed revisions"),
        counted(seen.drafts, "draft", "drafts")
    ));
    if let Some(state) = &seen.ledger_state {
        text.push_str(&format!(
            "Check code {state}. Keep a copy: it shows if the vault is ever replaced by an older one.\n"
        ));
    }
    text
}

fn as_json(seen: &Verification) -> serde_json::Value {
    let findings: Vec<_> = seen
        .findings
        .iter()
        .map(|one| {
            json!({
                "file": one.file.display().to_string(),
                "kind": one.kind.code(),
                "why": one.why,
                "advice": one.advice,
            })
        })
        .collect();
    json!({
        "schema": 1,
        "clean": seen.is_clean(),
        "notes": seen.notes,
        "revisions": seen.revisions,
        "drafts": seen.drafts,
        "ledger_state": seen.ledger_state,
        "findings": findings,
    })
}
