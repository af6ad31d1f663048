//! `caseclinic clinic erase`: a note goes for good.

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    vault::NoteId,
};

/// `caseclinic clinic erase`
#[derive(Debug, clap::Args)]
pub(crate) struct EraseArgs {
    /// The full note id; a case key is not enough
    note: String,
    /// The reason, without details of the case, because it is kept
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Erases the note.
pub(crate) fn run(args: &EraseArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let id: NoteId = args.note.parse().map_err(|_| {
        CommandError::failed("Give the full note id, so that no other note is erased by mistake.")
            .hint("`caseclinic clinic list --json` shows the ids.")
    })?;
    let stone = vault.erase(id, &args.reason, context.now())?;
    Ok(context.say(format!(
        "Erased from the vault and its automatic copies: {} completed revisions, and every draft.\n\
         The date and the reason are kept. Not erased: backups and exports you made earlier. The\n\
         disk may also keep encrypted traces until it writes over them.",
        stone.revisions
    ))?)
}
