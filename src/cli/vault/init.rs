//! `caseclinic vault init`: a vault is made only when its passphrase was typed twice or handed
//! over, and its recovery sheet is shown before anything is written into it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    new_passphrase::choose,
    recovery_sheet::{WRITTEN, confirm_sheet, require_outside, show_sheet},
};
use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        output::display_path,
    },
    services::private_file::{new_private_file, write_over},
    vault::{RecoverySheet, Vault, VaultError, VaultState, probe},
};

/// `caseclinic vault init`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct InitArgs {
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", conflicts_with = "generate", help_heading = "For scripts")]
    pub(crate) passphrase_fd: Option<u32>,
    /// Use six random words as the passphrase, without asking for your own
    #[arg(long)]
    pub(crate) generate: bool,
    /// Write the recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub(crate) recovery_file: Option<PathBuf>,
}

/// Makes the vault.
///
/// # Errors
/// If there is one already, or the passphrase or the recovery sheet cannot be kept.
pub(crate) fn run(args: &InitArgs, context: &mut Context) -> CommandResult {
    let place = context.paths()?.vault_place();
    if probe(&place.folder) != VaultState::Missing {
        return Err(VaultError::AlreadyThere(place.folder).into());
    }
    let path = args.recovery_file.as_deref();
    require_outside(path, context)?;
    let passphrase = choose(args.passphrase_fd, args.generate, "--passphrase-fd", context)?;
    path.map(new_sheet_file).transpose()?;
    let (vault, sheet) =
        Vault::create(place.clone(), &passphrase, context.strength).inspect_err(|_| {
            if let Some(path) = path {
                // It is still empty.
                let _ = fs::remove_file(path);
            }
        })?;
    context.say(format!("Created the vault in {}.", display_path(&place.folder)))?;
    let is_written = hand_over(&sheet, path, context)?;
    if args.passphrase_fd.is_none() {
        confirm_sheet(&vault, &sheet, context)?;
    } else if is_written {
        // It is on the disk where it was asked for; another one, shown later, would void it.
        vault.confirm_recovery()?;
    }
    Ok(())
}

/// Takes the name of the file before there is a vault.
fn new_sheet_file(path: &Path) -> CommandResult {
    new_private_file(path).map(drop).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => "this file already exists".to_owned(),
            io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
            _ => error.to_string(),
        };
        let path = display_path(path);
        CommandError::failed(format!("The recovery sheet cannot be written to {path}: {why}."))
            .hint("Nothing was created. Choose a new file name in a folder that exists.")
    })
}

/// Writes the sheet into its file, or shows it. Returns whether it is in the file.
fn hand_over(
    sheet: &RecoverySheet,
    path: Option<&Path>,
    context: &mut Context,
) -> io::Result<bool> {
    if let Some(path) = path {
        match write_over(path, sheet.text.as_bytes()) {
            Ok(()) => return context.say(WRITTEN).map(|()| true),
            // A sheet that is nowhere cannot be had again: then it is shown after all.
            Err(error) => {
                // It is still empty.
                let _ = fs::remove_file(path);
                context.say(format!(
                    "The file could not be written ({error}), so here is the sheet."
                ))?;
            }
        }
    }
    show_sheet(sheet, context).map(|()| false)
}
