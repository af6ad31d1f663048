//! `caseclinic clinic show`: a note as text.

use super::open_note;
use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    report::markdown,
};

/// `caseclinic clinic show`
#[derive(Debug, clap::Args)]
pub(crate) struct ShowNoteArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// Add people’s professions to their roles, and show who made which placement
    #[arg(long)]
    attributed: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Prints the note.
pub(crate) fn run(args: &ShowNoteArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let opened = open_note(&vault, &args.note, context)?;
    write!(context.out, "{}", markdown(&opened.session, args.attributed))?;
    Ok(())
}
