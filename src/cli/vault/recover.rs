//! `caseclinic vault recover`: the recovery sheet sets a new passphrase.

use std::path::PathBuf;

use super::{
    new_passphrase::NewPassphrase,
    passphrase::change,
    recovery_sheet::{OpenerArgs, ask_opener},
};
use crate::{
    cli::{command_error::CommandResult, context::Context, prompt::PassphraseSource},
    vault::{Vault, VaultError},
};

/// How often the key of the sheet may be mistyped.
const ATTEMPTS: u32 = 3;

/// `caseclinic vault recover`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RecoverArgs {
    /// Read the recovery sheet from this file instead of asking for its key
    #[arg(long, value_name = "PATH")]
    pub(crate) recovery_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) new: NewPassphrase,
}

/// Opens the vault with the sheet and sets a new passphrase.
pub(crate) fn run(args: &RecoverArgs, context: &mut Context) -> CommandResult {
    let place = context.paths()?.vault_place();
    let opener = OpenerArgs {
        sheet: args.recovery_file.is_none(),
        recovery_file: args.recovery_file.clone(),
        key: PassphraseSource::default(),
    };
    // Fifty-eight characters are easily mistyped; a file says the same every time.
    let mut left = if opener.sheet { ATTEMPTS } else { 1 };
    let vault = loop {
        let (key, _) = ask_opener(&opener, context)?;
        left -= 1;
        match Vault::unlock_with_recovery(place.clone(), &key) {
            Err(error @ VaultError::WrongRecoveryKey) if left > 0 => {
                context.say(error.sentence())?;
            }
            result => break result?,
        }
    };
    change(&vault, args.new, "recover", context)
}
