//! `caseclinic vault backup`, `restore` and `copies`: the vault a second time, and back again.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{Console, Key, PromptError, exit_code, from_descriptor, verify, with_vault};
use crate::{
    cli::output::{FAILED, NOTHING_FOUND, OK, PROBLEMS_FOUND, shown},
    text::clean_line,
    vault::{
        BackupReceipt, Comparison, Disk, Opener, VaultError, copies, copies_folder, forget_copy,
        restore,
    },
};

/// Bytes a recovery sheet may have.
const LARGEST_SHEET: u64 = 64 << 10;

/// `caseclinic vault backup`
#[derive(Debug, Clone, clap::Args)]
pub struct BackupArgs {
    /// The backup file to write, which must not exist yet; keep it on another disk
    pub file: PathBuf,
    #[command(flatten)]
    pub(super) key: Key,
}

/// `caseclinic vault restore`
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreArgs {
    /// The backup file
    pub file: PathBuf,
    /// The new folder to restore into
    #[arg(required_unless_present = "verify", conflicts_with = "verify")]
    pub folder: Option<PathBuf>,
    /// Only open every file in the backup and compare it with the vault; nothing is changed
    #[arg(long)]
    pub verify: bool,
    #[command(flatten)]
    pub(super) opener: OpenerArgs,
}

/// What opens a backup or a vault whose passphrase is lost.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct OpenerArgs {
    /// Ask for the recovery key (on the recovery sheet) instead of the passphrase
    #[arg(long)]
    pub(super) sheet: bool,
    /// Read the recovery sheet from this file
    #[arg(long, value_name = "PATH", conflicts_with = "sheet")]
    pub(super) recovery_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) key: Key,
}

/// `caseclinic vault copies`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CopiesArgs {
    /// Remove this copy
    #[arg(long, value_name = "NAME")]
    pub forget: Option<String>,
}

/// Writes the backup.
pub(super) fn backup(
    args: &BackupArgs,
    place: &Path,
    console: &mut dyn Console,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    with_vault(place, args.key, console, err, |vault, err| match vault.backup(&args.file) {
        Ok(made) => {
            say_backed_up(&made, &args.file, err)?;
            Ok(OK)
        }
        Err(error) => {
            writeln!(err, "{}", error.sentence())?;
            Ok(exit_code(&error))
        }
    })
}

fn say_backed_up(made: &BackupReceipt, file: &Path, err: &mut dyn Write) -> anyhow::Result<()> {
    let BackupReceipt { files, bytes, .. } = made;
    let (path, kib) = (shown(file), bytes.div_ceil(1024));
    writeln!(err, "Backup written and checked: {path}, {files} encrypted files, {kib} KiB.")?;
    let openers = if made.opens_with_sheet {
        "It opens with today’s passphrase, or with the recovery sheet (also in the standard `age` tool)."
    } else {
        "It opens with today’s passphrase, but not with the recovery sheet: for that, create a new sheet first."
    };
    writeln!(err, "{openers} This does not change if you change them later.")?;
    for left in &made.left_out {
        writeln!(err, "Left out, because it is not part of the vault: {}", shown(left))?;
    }
    Ok(())
}

/// Brings a backup back, or compares it.
pub(super) fn bring_back(
    args: &RestoreArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let (secret, is_sheet) = match ask(&args.opener, console) {
        Ok(asked) => asked,
        Err(error) => {
            writeln!(err, "{error}")?;
            return Ok(error.code());
        }
    };
    let opener = if is_sheet { Opener::Sheet(&secret) } else { Opener::Passphrase(&secret) };
    let refused = |error: VaultError, err: &mut dyn Write| -> anyhow::Result<u8> {
        writeln!(err, "{}", error.sentence())?;
        Ok(exit_code(&error))
    };
    let Some(folder) = &args.folder else {
        let vault = match opener {
            Opener::Passphrase(secret) => crate::vault::Vault::unlock(place, secret),
            Opener::Sheet(secret) => crate::vault::Vault::unlock_with_recovery(place, secret),
        };
        return match vault.and_then(|vault| vault.compare_backup(&args.file, opener)) {
            Ok(seen) => {
                write!(out, "{}", compared(&seen))?;
                Ok(if seen.seen.is_clean() { OK } else { PROBLEMS_FOUND })
            }
            Err(error) => refused(error, err),
        };
    };
    match restore(&args.file, folder, opener) {
        Ok(restored) => {
            let folder = shown(folder);
            writeln!(err, "Restored to {folder}: {} files. Each of them opens.", restored.files)?;
            writeln!(err, "Unlock it with the passphrase from the day of the backup.")?;
            write!(out, "{}", verify::as_text(&restored.seen))?;
            Ok(if restored.seen.is_clean() { OK } else { PROBLEMS_FOUND })
        }
        Err(error) => refused(error, err),
    }
}

fn compared(seen: &Comparison) -> String {
    let mut text = verify::as_text(&seen.seen);
    for (files, what) in [
        (&seen.different, "changed since the backup"),
        (&seen.only_in_vault, "added since the backup"),
        (&seen.only_in_backup, "only in the backup"),
    ] {
        for file in files {
            text.push_str(&format!("{what}: {}\n", shown(file)));
        }
    }
    text.push_str(&format!("The same in both: {} files.\n", seen.same));
    text
}

/// The passphrase or the key from the sheet, and which of them it is.
pub(super) fn ask(
    args: &OpenerArgs,
    console: &mut dyn Console,
) -> Result<(SecretString, bool), PromptError> {
    if let Some(path) = &args.recovery_file {
        return Ok((sheet_from(path)?, true));
    }
    let question = if args.sheet { "Recovery key from the sheet: " } else { "Passphrase: " };
    let secret = match args.key.passphrase_fd {
        Some(number) => from_descriptor(number)?,
        None => console.ask(question)?,
    };
    Ok((secret, args.sheet))
}

fn sheet_from(path: &Path) -> Result<SecretString, PromptError> {
    let failed = |source| PromptError::Sheet { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > LARGEST_SHEET {
        return Err(PromptError::TooLong);
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    Ok(SecretString::from(text.as_str()))
}

/// Lists the copies that were taken by themselves, or removes one.
pub(super) fn list_copies(
    args: &CopiesArgs,
    place: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let all = copies(&Disk, place);
    let Some(name) = &args.forget else {
        for copy in &all {
            writeln!(out, "{}", clean_line(&copy.name))?;
        }
        if all.is_empty() {
            writeln!(
                err,
                "There are no copies yet. The first is made when the vault is next unlocked."
            )?;
            return Ok(NOTHING_FOUND);
        }
        let folder = copies_folder(place);
        writeln!(
            err,
            "In {}. Each copy is the whole encrypted vault of that day, and opens with the\n\
             passphrase of that day. The copies are on the same disk as the vault. To keep one on\n\
             another disk: `caseclinic vault backup FILE`.",
            shown(&folder)
        )?;
        return Ok(OK);
    };
    let Some(copy) = all.iter().find(|copy| copy.name == *name) else {
        writeln!(err, "There is no copy “{name}”. `caseclinic vault copies` lists them.")?;
        return Ok(FAILED);
    };
    match forget_copy(&Disk, copy) {
        Ok(()) => Ok(OK),
        Err(error) => {
            writeln!(err, "{}", error.sentence())?;
            Ok(FAILED)
        }
    }
}
