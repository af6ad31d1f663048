//! `caseclinic clinic discard`: a draft goes into the trash.

use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    services::find_note,
    text::clean_line,
    vault::{NoteSource, VaultError},
};

/// `caseclinic clinic discard`
#[derive(Debug, clap::Args)]
pub(crate) struct DiscardArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Discards the draft.
pub(crate) fn run(args: &DiscardArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let id = find_note(&vault, &args.note)?;
    let note = vault.open(id)?;
    if note.source != NoteSource::Draft {
        return Err(VaultError::AlreadyComplete(id).into());
    }
    vault.discard_draft(id)?;
    let key = clean_line(&note.head.case_key);
    Ok(context.say(format!(
        "Discarded the draft of {key}. It stays in the trash for 30 days. To restore it: `caseclinic clinic trash --restore {id}`."
    ))?)
}
