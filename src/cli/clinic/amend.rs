//! `caseclinic clinic amend`: a correction to a completed note. Its text comes from standard input,
//! never from the arguments, where other programs could read it.

use super::open_to_change;
use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    clinic::{Event, apply, to_document},
    report::{WatchedNames, lint_summary},
    services::head,
    vault::{Correction, Vault},
};

/// Bytes of the longest correction.
const MAX_CORRECTION_BYTES: u64 = 1 << 20;

/// `caseclinic clinic amend`
#[derive(Debug, clap::Args)]
pub(crate) struct AmendArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The reason, without details of the case
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Adds the correction.
pub(crate) fn run(args: AmendArgs, context: &mut Context) -> CommandResult {
    let AmendArgs { note, reason, key } = args;
    let vault = context.open_vault(key.passphrase_fd)?;
    let question = "Type the correction. To finish: Enter, then Ctrl-D.";
    let text = context.read_text(question, MAX_CORRECTION_BYTES)?;
    let found =
        lint_summary(&format!("{reason}\n{text}"), &WatchedNames::default(), context.today());
    let event = Event::AmendmentWritten { reason, text };
    let revision = correct(&vault, &note, event, Correction::Amended, context)?;
    if let Some(found) = found {
        context.say(format!(
            "{found} It was saved as you wrote it. To change it, add another correction."
        ))?;
    }
    say_saved(revision, context)
}

/// Saves a change to a completed note as a revision beside the others, and returns its number.
pub(crate) fn correct(
    vault: &Vault,
    name: &str,
    event: Event,
    correction: Correction,
    context: &Context,
) -> CommandResult<u32> {
    let opened = open_to_change(vault, name)?;
    let mut session = opened.session;
    apply(&mut session, event, context.now())?;
    let receipt = vault.amend(opened.id, &head(&session), &to_document(&session), correction)?;
    Ok(receipt.revision.unwrap_or_default())
}

/// Prints that a revision is saved.
pub(crate) fn say_saved(revision: u32, context: &mut Context) -> CommandResult {
    let message = format!("Saved as revision {revision}. Earlier revisions stay as they are.");
    Ok(context.say(message)?)
}
