//! `caseclinic vault passphrase`, `recover` and `rekey`: who can open the vault from now on. Each
//! takes a copy first, and says what it does and what it does not do.

use std::{io::Write, path::Path};

use jiff::Timestamp;

use super::{
    Console, Key,
    backup::{OpenerArgs, ask},
    exit_code,
    init::{NewPassphrase, keep_sheet, new_passphrase, say_void, settle_sheet},
    members::NEW_LIST,
};
use crate::{
    cli::output::{FAILED, OK, VAULT_LOCKED, shown},
    vault::{Strength, Vault, VaultError},
};

/// Times the key of the sheet may be typed.
const TRIES: u32 = 3;

/// `caseclinic vault passphrase`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PassphraseArgs {
    #[command(flatten)]
    pub(super) key: Key,
    #[command(flatten)]
    pub(super) new: NewPassphrase,
}

/// `caseclinic vault recover`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RecoverArgs {
    /// Read the recovery sheet from this file instead of asking for its key
    #[arg(long, value_name = "PATH")]
    pub recovery_file: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub(super) new: NewPassphrase,
}

/// `caseclinic vault rekey`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RekeyArgs {
    #[command(flatten)]
    pub(super) key: Key,
    #[command(flatten)]
    pub(super) new: NewPassphrase,
    /// Write the new recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub recovery_file: Option<std::path::PathBuf>,
}

/// Changes the passphrase.
pub(super) fn change(
    strength: Strength,
    args: &PassphraseArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let vault = match super::unlock(place, args.key.passphrase_fd, console, err)? {
        Ok(vault) => vault,
        Err(code) => return Ok(code),
    };
    set(strength, &vault, &args.new, "passphrase", console, out, err)
}

/// Opens the vault with the sheet and sets a new passphrase.
pub(super) fn recover(
    strength: Strength,
    args: &RecoverArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let opener = OpenerArgs {
        sheet: args.recovery_file.is_none(),
        recovery_file: args.recovery_file.clone(),
        key: Key::default(),
    };
    // Fifty-eight characters are easily mistyped; a file says the same every time.
    let tries = if opener.sheet { TRIES } else { 1 };
    for left in (0..tries).rev() {
        let key = match ask(&opener, console) {
            Ok((key, _)) => key,
            Err(error) => {
                writeln!(err, "{error}")?;
                return Ok(error.code());
            }
        };
        match Vault::unlock_with_recovery(place, &key) {
            Ok(vault) => return set(strength, &vault, &args.new, "recover", console, out, err),
            Err(error @ VaultError::WrongRecoveryKey) if left > 0 => {
                writeln!(err, "{}", error.sentence())?;
            }
            Err(error) => return refused(&error, err),
        }
    }
    Ok(VAULT_LOCKED)
}

fn set(
    strength: Strength,
    vault: &Vault,
    new: &NewPassphrase,
    why: &str,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let passphrase = match new_passphrase(new, console, out, err)? {
        Ok(passphrase) => passphrase,
        Err(code) => return Ok(code),
    };
    let changed = vault
        .copier()
        .copy_before(why, Timestamp::now())
        .and_then(|copy| vault.change_passphrase(&passphrase, strength).map(|()| copy));
    match changed {
        Ok(copy) => {
            writeln!(
                err,
                "The passphrase is changed. The recovery sheet still works.\n\
                 Earlier copies and backups still open with the old passphrase. The vault from before\n\
                 the change is kept as the copy {0}.\n\
                 To remove it: `caseclinic vault copies --forget {0}`.\n\
                 If somebody else may know the old passphrase, create new keys with\n\
                 `caseclinic vault rekey`, and remove or lock away earlier copies and backups.",
                copy.name
            )?;
            Ok(OK)
        }
        Err(error) => refused(&error, err),
    }
}

/// Makes new keys.
pub(super) fn rekey(
    strength: Strength,
    args: &RekeyArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let vault = match super::unlock(place, args.key.passphrase_fd, console, err)? {
        Ok(vault) => vault,
        Err(code) => return Ok(code),
    };
    let passphrase = match new_passphrase(&args.new, console, out, err)? {
        Ok(passphrase) => passphrase,
        Err(code) => return Ok(code),
    };
    let file = args.recovery_file.as_deref();
    if let Some(path) = file.filter(|path| path.exists()) {
        writeln!(err, "{} already exists. Choose a new file name.", shown(path))?;
        return Ok(FAILED);
    }
    writeln!(err, "Encrypting every note again, and checking each one. This takes a while.")?;
    let mut is_kept = false;
    let rekeyed = vault.rekey(&passphrase, strength, Timestamp::now(), &mut |sheet| {
        keep_sheet(sheet, file, out, err).inspect(|()| is_kept = true)
    });
    let rekeyed = match rekeyed {
        Ok(rekeyed) => rekeyed,
        Err(error) if is_kept => return say_void(&error, file, err),
        Err(error) => return refused(&error, err),
    };
    let asks = args.new.new_passphrase_fd.is_none();
    settle_sheet(&rekeyed.vault, &rekeyed.sheet, file, asks, console, err)?;
    writeln!(
        err,
        "The vault has new keys, and everything in it is encrypted with them. The old passphrase\n\
         and the old sheet no longer open it. Destroy the old sheet.\n\
         Anybody with the old keys can still read earlier copies and backups. The old vault is kept\n\
         as the copy {}. When you have checked the new one, remove it with\n\
         `caseclinic vault copies --forget {}`, and older copies in the same way.",
        rekeyed.before.name, rekeyed.before.name
    )?;
    for file in &rekeyed.left_behind {
        writeln!(err, "Kept only in that copy, because it does not open: {}", shown(file))?;
    }
    Ok(OK)
}

pub(super) fn refused(error: &VaultError, err: &mut dyn Write) -> anyhow::Result<u8> {
    writeln!(err, "{}", error.sentence())?;
    Ok(exit_code(error))
}

/// A new sheet for a vault whose sheet is lost or was seen by somebody.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SheetArgs {
    #[command(flatten)]
    pub(super) key: Key,
    /// Write the recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub recovery_file: Option<std::path::PathBuf>,
}

/// Makes a new recovery sheet.
pub(super) fn new_sheet(
    args: &SheetArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let vault = match super::unlock(place, args.key.passphrase_fd, console, err)? {
        Ok(vault) => vault,
        Err(code) => return Ok(code),
    };
    let file = args.recovery_file.as_deref();
    if let Some(path) = file.filter(|path| path.exists()) {
        writeln!(err, "{} already exists. Choose a new file name.", shown(path))?;
        return Ok(FAILED);
    }
    let had_list = vault.members_fault().is_none();
    let mut is_kept = false;
    let renewed = vault.copier().copy_before("sheet", Timestamp::now()).and_then(|_| {
        vault.renew_recovery_once_kept(&mut |sheet| {
            keep_sheet(sheet, file, out, err).inspect(|()| is_kept = true)
        })
    });
    let (sheet, unlisted) = match renewed {
        Ok(renewed) => renewed,
        Err(error) if is_kept => return say_void(&error, file, err),
        Err(error) => return refused(&error, err),
    };
    settle_sheet(&vault, &sheet, file, args.key.passphrase_fd.is_none(), console, err)?;
    if let Some(error) = unlisted {
        writeln!(
            err,
            "{} The new sheet opens the vault and the old one does not, but backups\n\
             still need the old one. Keep both, and create another sheet when this is fixed.",
            error.failure()
        )?;
        return Ok(FAILED);
    }
    if !had_list && vault.members_fault().is_none() {
        writeln!(err, "{NEW_LIST}")?;
    }
    writeln!(
        err,
        "The old sheet no longer opens the vault, but it still opens earlier copies and backups.\n\
         If somebody may have used it, they have the keys: create new ones with\n\
         `caseclinic vault rekey`."
    )?;
    Ok(OK)
}
