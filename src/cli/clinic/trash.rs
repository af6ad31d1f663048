//! `caseclinic clinic trash`: drafts that were discarded, or saved before a great change. Nothing
//! here is lost for thirty days.

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    text::show_date,
    vault::{NoteId, NoteSource, Vault},
};

/// `caseclinic clinic trash`
#[derive(Debug, clap::Args)]
pub(crate) struct TrashArgs {
    /// Restore the draft with this note id
    #[arg(long, value_name = "ID")]
    restore: Option<NoteId>,
    /// Exchange it with the note’s current draft, which goes into the trash
    #[arg(long, requires = "restore")]
    swap: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Lists the trash, or restores a draft from it.
///
/// # Errors
/// If it is empty, or the draft cannot be restored.
pub(crate) fn run(args: &TrashArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    match args.restore {
        Some(id) if args.swap => {
            vault.swap_draft(id)?;
            let message = "Restored the earlier draft. The draft it replaced is in the trash.";
            Ok(context.say(message)?)
        }
        Some(id) => {
            if vault.open(id).is_ok_and(|note| note.source == NoteSource::Draft) {
                return Err(CommandError::failed("This note already has a draft.")
                    .hint("To exchange the two, add --swap."));
            }
            vault.restore_draft(id)?;
            Ok(context.say("Restored the draft. It is in the list of notes again.")?)
        }
        None => list(&vault, context),
    }
}

fn list(vault: &Vault, context: &mut Context) -> CommandResult {
    let all = vault.trash();
    for one in &all {
        let at = context.local(one.discarded);
        let (day, hour, minute) = (show_date(at.date()), at.hour(), at.minute());
        match &one.head {
            Ok(head) => context.print(format!(
                "{}  {day} {hour:02}:{minute:02}  {}  {}",
                one.id, head.case_key, head.template
            ))?,
            Err(damage) => context.say(format!("{} {}", damage.why, damage.advice))?,
        }
    }
    if all.is_empty() {
        return Err(CommandError::not_found("The trash is empty."));
    }
    Ok(())
}
