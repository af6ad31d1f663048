//! `caseclinic clinic mark-error`: a note was entered in error.

use super::amend::{correct, say_saved};
use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    clinic::Event,
    vault::Correction,
};

/// `caseclinic clinic mark-error`
#[derive(Debug, clap::Args)]
pub(crate) struct MarkErrorArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The reason, without details of the case
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Marks the note.
pub(crate) fn run(args: MarkErrorArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let event = Event::MarkedEnteredInError { reason: args.reason };
    let revision = correct(&vault, &args.note, event, Correction::EnteredInError, context)?;
    say_saved(revision, context)
}
