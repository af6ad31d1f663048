//! `caseclinic vault …`: making the vault, looking at it, and keeping it safe; one file for each
//! group of commands.
//!
//! Only `init` makes a vault. What needs the notes asks for the passphrase, at the terminal or from
//! a descriptor, never in arguments or the environment.

mod backup;
mod init;
mod keys;
mod members;
mod prompt;
mod status;
#[cfg(test)]
mod tests;
mod verify;

use std::{io::Write, path::Path};

pub use backup::{BackupArgs, CopiesArgs, RestoreArgs};
pub use init::{InitArgs, NewPassphrase};
pub use keys::{PassphraseArgs, RecoverArgs, RekeyArgs, SheetArgs};
pub use members::MembersCommand;
pub use prompt::{Console, PromptError, Terminal, from_descriptor};
pub use status::{StatusArgs, status};
pub use verify::VerifyArgs;

use jiff::Timestamp;

use crate::vault::{Strength, Vault, VaultError, VaultState, probe};

/// What to do with the vault.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create the vault
    Init(InitArgs),
    /// Show the state of the vault, without a passphrase
    Status(StatusArgs),
    /// Check every file, and list what is missing, changed, swapped, rolled back or foreign
    Verify(VerifyArgs),
    /// Save everything to one encrypted file, to keep on another disk
    Backup(BackupArgs),
    /// Restore a backup into a new folder, or compare it with the vault
    Restore(RestoreArgs),
    /// List the automatic copies of the vault, or remove one
    Copies(CopiesArgs),
    /// Change the passphrase
    Passphrase(PassphraseArgs),
    /// Set a new passphrase with the recovery sheet, if the old one is lost
    Recover(RecoverArgs),
    /// Create a new recovery sheet; the old one then opens only earlier copies and backups
    Sheet(SheetArgs),
    /// Create new keys and encrypt everything again, if somebody may have the old keys
    Rekey(RekeyArgs),
    /// Add, list and remove colleagues who can open completed notes with their own key
    #[command(subcommand)]
    Members(MembersCommand),
}

/// Where the passphrase comes from.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Key {
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", help_heading = "For scripts")]
    pub passphrase_fd: Option<u32>,
}

/// Runs the command on the vault at `place`. Answers with the exit code.
pub fn run(
    command: &Command,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    run_with(Strength::STANDARD, command, place, console, out, err)
}

fn run_with(
    strength: Strength,
    command: &Command,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    match command {
        Command::Init(args) => init::init(strength, args, place, console, out, err),
        Command::Status(args) => status(args, place, out, err),
        Command::Verify(args) => verify::run(args, place, console, out, err),
        Command::Backup(args) => backup::backup(args, place, console, err),
        Command::Restore(args) => backup::bring_back(args, place, console, out, err),
        Command::Copies(args) => backup::list_copies(args, place, out, err),
        Command::Passphrase(args) => keys::change(strength, args, place, console, out, err),
        Command::Recover(args) => keys::recover(strength, args, place, console, out, err),
        Command::Sheet(args) => keys::new_sheet(args, place, console, out, err),
        Command::Rekey(args) => keys::rekey(strength, args, place, console, out, err),
        Command::Members(command) => members::run(command, place, console, out, err),
    }
}

/// Does something with the vault unlocked; what the vault refuses is said on `err`.
pub(super) fn with_vault(
    place: &Path,
    key: Key,
    console: &mut dyn Console,
    err: &mut dyn Write,
    then: impl FnOnce(Vault, &mut dyn Write) -> anyhow::Result<u8>,
) -> anyhow::Result<u8> {
    match unlock(place, key.passphrase_fd, console, err)? {
        Ok(vault) => {
            keep_copy(&vault);
            then(vault, err)
        }
        Err(code) => Ok(code),
    }
}

/// Takes the copy of the day before a command that takes none of its own. One that failed is tried
/// again at the next opening, and stops nothing.
pub(super) fn keep_copy(vault: &Vault) {
    let _ = vault.copier().copy_if_due(Timestamp::now());
}

/// Unlocks the vault at `place` for a command, asking at the terminal unless a descriptor was
/// given. What cannot be done is said on `err` and answered with the exit code.
pub fn unlock(
    place: &Path,
    passphrase_fd: Option<u32>,
    console: &mut dyn Console,
    err: &mut dyn Write,
) -> anyhow::Result<Result<Vault, u8>> {
    if probe(place) == VaultState::Missing {
        let error = VaultError::NoVault(place.to_owned());
        writeln!(err, "{}", error.sentence())?;
        return Ok(Err(exit_code(&error)));
    }
    let passphrase = match passphrase_fd {
        Some(number) => from_descriptor(number),
        None => console.ask("Passphrase: "),
    };
    Ok(match passphrase {
        Ok(passphrase) => match Vault::unlock(place, &passphrase) {
            Ok(vault) => Ok(vault),
            Err(error) => {
                writeln!(err, "{}", error.sentence())?;
                Err(exit_code(&error))
            }
        },
        Err(error) => {
            writeln!(err, "{error}")?;
            Err(error.code())
        }
    })
}

/// The exit code for what the vault refused: 5 for a locked vault or a wrong key, else 1.
pub fn exit_code(error: &VaultError) -> u8 {
    match error {
        VaultError::WrongPassphrase | VaultError::WrongRecoveryKey | VaultError::NoVault(_) => 5,
        _ => 1,
    }
}
