//! `caseclinic vault verify`: every file opened and compared with the ledger, nothing changed.

use std::{io::Write, path::Path};

use serde_json::json;

use super::{Console, Key, with_vault};
use crate::{
    cli::output::{OK, PROBLEMS_FOUND, shown},
    text::clean_line,
    vault::{FindingKind, Verification},
};

/// `caseclinic vault verify`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct VerifyArgs {
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub json: bool,
    #[command(flatten)]
    pub(super) key: Key,
}

/// Looks at everything. 0: all as it should be; 4: something is not.
pub(super) fn run(
    args: &VerifyArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    with_vault(place, args.key, console, err, |vault, _| {
        let seen = vault.verify();
        if args.json {
            writeln!(out, "{}", as_json(&seen))?;
        } else {
            write!(out, "{}", as_text(&seen))?;
        }
        Ok(if seen.is_clean() { OK } else { PROBLEMS_FOUND })
    })
}

/// What was seen, in words.
pub(super) fn as_text(seen: &Verification) -> String {
    let mut text = String::new();
    for finding in &seen.findings {
        let (kind, file) = (finding.kind.word(), shown(&finding.file));
        let (why, advice) = (clean_line(&finding.why), clean_line(&finding.advice));
        text.push_str(&format!("{kind}: {file}\n  {why} {advice}\n"));
    }
    let faults = seen.findings.iter().filter(|one| one.kind != FindingKind::Unfinished).count();
    let verdict = match faults {
        0 => "No problems found.".to_owned(),
        1 => "1 file has a problem.".to_owned(),
        many => format!("{many} files have problems."),
    };
    text.push_str(&format!(
        "Checked {} notes. {} completed revisions and {} drafts can be opened. {verdict}\n",
        seen.notes, seen.revisions, seen.drafts
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
                "kind": one.kind.word(),
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
