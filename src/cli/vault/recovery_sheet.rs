//! The recovery sheet: asked for to open a vault or a backup, kept when it is new, and confirmed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        output::display_path,
        prompt::{PassphraseSource, PromptError, read_descriptor},
    },
    services::private_file::write_new,
    vault::{RecoverySheet, Vault, VaultError, lies_in_vault},
};

/// Bytes of the longest recovery sheet.
const MAX_SHEET_BYTES: u64 = 64 << 10;

/// How often the group on the sheet may be mistyped.
const ATTEMPTS: usize = 3;

/// Said when a sheet is in the file that was named.
pub(crate) const WRITTEN: &str =
    "The recovery sheet is written. Print it, lock it away, then delete the file.";

/// What opens a backup or a vault whose passphrase is lost.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct OpenerArgs {
    /// Ask for the recovery key (on the recovery sheet) instead of the passphrase
    #[arg(long)]
    pub(crate) sheet: bool,
    /// Read the recovery sheet from this file
    #[arg(long, value_name = "PATH", conflicts_with = "sheet")]
    pub(crate) recovery_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
}

/// Asks for the passphrase or the key from the sheet. Returns it, and whether it is the key.
pub(crate) fn ask_opener(
    args: &OpenerArgs,
    context: &mut Context,
) -> Result<(SecretString, bool), PromptError> {
    if let Some(path) = &args.recovery_file {
        return Ok((read_sheet(path)?, true));
    }
    let question = if args.sheet { "Recovery key from the sheet: " } else { "Passphrase: " };
    let secret = match args.key.passphrase_fd {
        Some(number) => read_descriptor(number)?,
        None => context.ask(question)?,
    };
    Ok((secret, args.sheet))
}

fn read_sheet(path: &Path) -> Result<SecretString, PromptError> {
    let failed = |source| PromptError::Sheet { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > MAX_SHEET_BYTES {
        return Err(PromptError::TooLong);
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    Ok(SecretString::from(text.as_str()))
}

/// Checks that a file for a new sheet would not lie in the folder of the vault or of its copies. A
/// sheet beside what it opens protects nothing, and is copied along with it.
pub(crate) fn require_outside(path: Option<&Path>, context: &Context) -> CommandResult {
    let vault = context.paths()?.vault;
    match path.filter(|path| lies_in_vault(&vault, path)) {
        None => Ok(()),
        Some(path) => Err(VaultError::InsideVault(path.to_owned()).into()),
    }
}

/// Checks that a file for a new sheet is not there yet, and would lie outside the vault.
pub(crate) fn require_new_file(path: Option<&Path>, context: &Context) -> CommandResult {
    require_outside(path, context)?;
    match path.filter(|path| path.exists()) {
        None => Ok(()),
        Some(path) => {
            let message = format!("{} already exists.", display_path(path));
            Err(CommandError::failed(message).hint("Choose a new file name."))
        }
    }
}

/// Puts a new sheet of an existing vault where it was asked for, before it counts, and makes sure
/// that it is there: in a new file, which is read back, or on the screen, and a group is typed back.
pub(crate) fn keep_sheet(
    sheet: &RecoverySheet,
    path: Option<&Path>,
    context: &mut Context,
) -> io::Result<()> {
    let Some(path) = path else {
        if !context.console.can_ask() {
            return Err(io::Error::other(
                "nobody can confirm it here; name a file for it with --recovery-file",
            ));
        }
        show_sheet(sheet, context)?;
        let is_confirmed = is_confirmed(sheet, context)?;
        return is_confirmed.then_some(()).ok_or(io::Error::other("it was not confirmed"));
    };
    write_new(path, sheet.text.as_bytes())
}

/// Prints the sheet.
pub(crate) fn show_sheet(sheet: &RecoverySheet, context: &mut Context) -> io::Result<()> {
    context.print_text(&Zeroizing::new(format!("{}\n", sheet.text.as_str())))?;
    context.say("Print this sheet or copy it by hand now. It is not shown again.")
}

/// Returns the error of a change that failed after its sheet was kept, and removes the sheet.
pub(crate) fn void_sheet(error: VaultError, path: Option<&Path>) -> CommandError {
    let outcome = match path.map(|path| (display_path(path), fs::remove_file(path))) {
        None => "The sheet above does not work: destroy it".to_owned(),
        Some((_, Ok(()))) => "No new sheet was kept".to_owned(),
        Some((path, Err(_))) => format!("{path} does not work: delete it"),
    };
    let message = format!("{} The vault was not changed. {outcome}.", error.failure());
    let old = "The old sheet and the passphrase still open it.";
    CommandError { message, ..CommandError::from(error) }.hint(old)
}

/// Asks for a group of the sheet of a new vault, and notes down in the vault that it was right.
pub(crate) fn confirm_sheet(
    vault: &Vault,
    sheet: &RecoverySheet,
    context: &mut Context,
) -> io::Result<()> {
    if is_confirmed(sheet, context)? {
        return match vault.confirm_recovery() {
            Ok(()) => context.say("Confirmed. The vault is ready."),
            Err(error) => context.say(error.sentence()),
        };
    }
    context.say(
        "The vault is ready, but its recovery sheet is not confirmed. If you lose the passphrase and\n\
         the sheet, nobody can open the notes. Make sure you have the sheet before you start a clinic.",
    )
}

/// Asks for a group of the sheet. Returns whether it was right.
fn is_confirmed(sheet: &RecoverySheet, context: &mut Context) -> io::Result<bool> {
    let question =
        format!("To confirm that you have the sheet, type its group {}: ", sheet.asked_group());
    for _ in 0..ATTEMPTS {
        match context.ask(&question) {
            Ok(typed) if sheet.confirms(typed.expose_secret()) => return Ok(true),
            Ok(_) => context.say("That does not match the group on the sheet.")?,
            Err(_) => break,
        }
    }
    Ok(false)
}
