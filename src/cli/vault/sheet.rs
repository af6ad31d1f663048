//! `caseclinic vault sheet`: a new recovery sheet, if the old one is lost or somebody saw it.

use std::path::PathBuf;

use super::recovery_sheet::{WRITTEN, keep_sheet, require_new_file, void_sheet};
use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    vault::VaultError,
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
    let file = args.recovery_file.as_deref();
    require_new_file(file, context)?;
    let vault = context.unlock_vault(args.key.passphrase_fd)?;
    let new = vault.new_sheet()?;
    keep_sheet(&new.sheet, file, context).map_err(VaultError::SheetNotKept)?;
    vault.replace_sheet(&new, context.now()).map_err(|error| void_sheet(error, file))?;
    if file.is_some() {
        context.say(WRITTEN)?;
    }
    Ok(context.say(
        "The old sheet no longer opens the vault, but it still opens earlier copies and backups.\n\
         If somebody may have used it, they have the keys: create new ones with\n\
         `caseclinic vault rekey`.",
    )?)
}
