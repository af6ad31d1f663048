//! `caseclinic vault rekey`: new keys, and everything encrypted again.

use std::path::PathBuf;

use super::{
    new_passphrase::{self, NewPassphrase},
    recovery_sheet::{WRITTEN, keep_sheet, require_new_file, void_sheet},
};
use crate::{
    cli::{
        command_error::CommandResult, context::Context, output::display_path,
        prompt::PassphraseSource,
    },
    services::edition_of,
};

/// `caseclinic vault rekey`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RekeyArgs {
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
    #[command(flatten)]
    pub(crate) new: NewPassphrase,
    /// Write the new recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub(crate) recovery_file: Option<PathBuf>,
}

/// Makes new keys.
pub(crate) fn run(args: &RekeyArgs, context: &mut Context) -> CommandResult {
    let file = args.recovery_file.as_deref();
    require_new_file(file, context)?;
    let vault = context.unlock_vault(args.key.passphrase_fd)?;
    let passphrase = new_passphrase::ask(args.new, &vault, context)?;
    context.say("Encrypting every note again, and checking each one. This takes a while.")?;
    let (mut is_kept, strength, now) = (false, context.strength, context.now());
    let rekeyed = vault.rekey(&passphrase, strength, now, &edition_of, &mut |sheet| {
        keep_sheet(sheet, file, context).inspect(|()| is_kept = true)
    });
    let rekeyed =
        rekeyed.map_err(|error| if is_kept { void_sheet(error, file) } else { error.into() })?;
    if file.is_some() {
        context.say(WRITTEN)?;
    }
    context.say(format!(
        "The vault has new keys, and everything in it is encrypted with them. The old passphrase\n\
         and the old sheet no longer open it. Destroy the old sheet.\n\
         Anybody with the old keys can still read earlier copies and backups. The old vault is kept\n\
         as the copy {0}. When you have checked the new one, remove it with\n\
         `caseclinic vault copies --forget {0}`, and older copies in the same way.",
        rekeyed.before.name
    ))?;
    for file in &rekeyed.left_behind {
        let file = display_path(file);
        context.say(format!("Kept only in that copy, because it does not open: {file}"))?;
    }
    Ok(())
}
