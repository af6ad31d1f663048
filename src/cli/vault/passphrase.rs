//! `caseclinic vault passphrase`: another passphrase opens the vault from now on.

use super::new_passphrase::{self, NewPassphrase};
use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    vault::Vault,
};

/// `caseclinic vault passphrase`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct PassphraseArgs {
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
    #[command(flatten)]
    pub(crate) new: NewPassphrase,
}

/// Changes the passphrase.
pub(crate) fn run(args: &PassphraseArgs, context: &mut Context) -> CommandResult {
    let vault = context.unlock_vault(args.key.passphrase_fd)?;
    change(&vault, args.new, "passphrase", context)
}

/// Asks for a new passphrase and sets it, after a copy of the vault named after `reason`.
pub(crate) fn change(
    vault: &Vault,
    new: NewPassphrase,
    reason: &str,
    context: &mut Context,
) -> CommandResult {
    let passphrase = new_passphrase::ask(new, vault, context)?;
    let copy = vault.copier().copy_before(reason, context.now())?;
    vault.change_passphrase(&passphrase, context.strength)?;
    Ok(context.say(format!(
        "The passphrase is changed. The recovery sheet still works.\n\
         Earlier copies and backups still open with the old passphrase. The vault from before\n\
         the change is kept as the copy {0}.\n\
         To remove it: `caseclinic vault copies --forget {0}`.\n\
         If somebody else may know the old passphrase, create new keys with\n\
         `caseclinic vault rekey`, and remove or lock away earlier copies and backups.",
        copy.name
    ))?)
}
