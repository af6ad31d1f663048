//! `caseclinic vault backup`: everything in one encrypted file.

use std::path::PathBuf;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        output::display_path,
        prompt::PassphraseSource,
    },
    text::clean_line,
    vault::Unread,
};

/// `caseclinic vault backup`
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct BackupArgs {
    /// The backup file to write, which must not exist yet; keep it on another disk
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
}

/// Writes the backup.
///
/// # Errors
/// If it cannot be written, or something in the vault cannot be read and is not in it.
pub(crate) fn run(args: &BackupArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let made = vault.backup(&args.file)?;
    let (path, files, kib) = (display_path(&args.file), made.files, made.bytes.div_ceil(1024));
    context.say(format!(
        "Backup written and checked: {path}. Encrypted files: {files}. Size: {kib} KB."
    ))?;
    let openers = if made.opens_with_sheet {
        "It opens with today’s passphrase, or with the recovery sheet (also in the standard `age` tool)."
    } else {
        "It opens with today’s passphrase, but not with the recovery sheet: for that, create a new sheet first."
    };
    context.say(format!("{openers} This does not change if you change them later."))?;
    for left in &made.left_out {
        let left = display_path(left);
        context.say(format!("Left out, because it is not part of the vault: {left}"))?;
    }
    for Unread { file, why, .. } in &made.unread {
        context.say(format!(
            "NOT in the backup: {}: it {}.",
            display_path(file),
            clean_line(why)
        ))?;
    }
    if made.unread.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(ErrorKind::Problems, "The backup lacks what is named above.").hint(
        "Check who owns these files and their permissions, or ask your IT support. Then make a new \
         backup. Keep older backups until then.",
    ))
}
