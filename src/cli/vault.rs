//! `caseclinic vault …`: making the vault, looking at it, and keeping it safe; one file per
//! subcommand.
//!
//! Only `init` makes a vault. What needs the notes asks for the passphrase, at the terminal or from
//! a descriptor, never in arguments or the environment.

mod accept;
mod backup;
mod check_note;
mod copies;
mod init;
mod members;
mod new_passphrase;
mod passphrase;
mod recover;
mod recovery_sheet;
mod rekey;
mod restore;
mod sheet;
mod status;
#[cfg(test)]
mod tests;
mod verify;

use super::{command_error::CommandResult, context::Context};

/// What to do with the vault.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum VaultCommand {
    /// Create the vault
    Init(init::InitArgs),
    /// Show the state of the vault, without a passphrase
    Status(status::StatusArgs),
    /// Check every file, and list what is missing, changed, in the wrong place, replaced by an older version, or not part of the vault
    Verify(verify::VerifyArgs),
    /// Go on with a vault or drafts that are older than this computer last saw them
    Accept(accept::AcceptArgs),
    /// Save everything to one encrypted file, to keep on another disk
    Backup(backup::BackupArgs),
    /// Restore a backup into a new folder, or compare it with the vault
    Restore(restore::RestoreArgs),
    /// List the automatic copies of the vault, or remove one
    Copies(copies::CopiesArgs),
    /// Change the passphrase
    Passphrase(passphrase::PassphraseArgs),
    /// Set a new passphrase with the recovery sheet, if the old one is lost
    Recover(recover::RecoverArgs),
    /// Create a new recovery sheet; the old one then opens only earlier copies and backups
    Sheet(sheet::SheetArgs),
    /// Create new keys and encrypt everything again, if somebody may have the old keys
    Rekey(rekey::RekeyArgs),
    /// Check that a note was signed by a vault, without the vault and its passphrase
    CheckNote(check_note::CheckNoteArgs),
    /// Add, list and remove colleagues who can open completed notes with their own key
    #[command(subcommand)]
    Members(members::MembersCommand),
}

/// Runs the command.
pub(crate) fn run(command: &VaultCommand, context: &mut Context) -> CommandResult {
    match command {
        VaultCommand::Init(args) => init::run(args, context),
        VaultCommand::Status(args) => status::run(args, context),
        VaultCommand::Verify(args) => verify::run(args, context),
        VaultCommand::Accept(args) => accept::run(args, context),
        VaultCommand::Backup(args) => backup::run(args, context),
        VaultCommand::Restore(args) => restore::run(args, context),
        VaultCommand::Copies(args) => copies::run(args, context),
        VaultCommand::Passphrase(args) => passphrase::run(args, context),
        VaultCommand::Recover(args) => recover::run(args, context),
        VaultCommand::Sheet(args) => sheet::run(args, context),
        VaultCommand::Rekey(args) => rekey::run(args, context),
        VaultCommand::CheckNote(args) => check_note::run(args, context),
        VaultCommand::Members(command) => members::run(command, context),
    }
}
