//! `caseclinic vault sheet`: a new recovery sheet, if the old one is lost or somebody saw it.

use std::path::PathBuf;

use super::{
    members::NEW_LIST,
    recovery_sheet::{keep_sheet, require_new_file, settle_sheet, void_sheet},
};
use crate::cli::{
    command_error::{CommandError, CommandResult},
    context::Context,
    prompt::PassphraseSource,
};

/// A new sheet for a vault whose sheet is lost or was seen by somebody.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct SheetArgs {
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
    /// Write the recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub(crate) recovery_file: Option<PathBuf>,
}

/// Makes a new recovery sheet.
pub(crate) fn run(args: &SheetArgs, context: &mut Context) -> CommandResult {
    let vault = context.unlock_vault(args.key.passphrase_fd)?;
    let file = args.recovery_file.as_deref();
    require_new_file(file)?;
    let had_list = vault.members_fault().is_none();
    let mut is_kept = false;
    vault.copier().copy_before("sheet", context.now())?;
    let renewed = vault.renew_recovery_once_kept(&mut |sheet| {
        keep_sheet(sheet, file, context).inspect(|()| is_kept = true)
    });
    let (sheet, unlisted) =
        renewed.map_err(|error| if is_kept { void_sheet(error, file) } else { error.into() })?;
    settle_sheet(&vault, &sheet, file, args.key.passphrase_fd.is_none(), context)?;
    if let Some(error) = unlisted {
        return Err(CommandError::failed(error.failure()).hint(
            "The new sheet opens the vault and the old one does not, but backups\n\
             still need the old one. Keep both, and create another sheet when this is fixed.",
        ));
    }
    if !had_list && vault.members_fault().is_none() {
        context.say(NEW_LIST)?;
    }
    Ok(context.say(
        "The old sheet no longer opens the vault, but it still opens earlier copies and backups.\n\
         If somebody may have used it, they have the keys: create new ones with\n\
         `caseclinic vault rekey`.",
    )?)
}
