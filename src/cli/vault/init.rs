//! `caseclinic vault init`: a vault is made only when its passphrase was typed twice or handed
//! over, and its recovery sheet is shown before anything is written into it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use super::{Console, PromptError, exit_code, from_descriptor};
use crate::cli::output::shown;
use crate::vault::{
    RecoverySheet, Strength, Vault, VaultError, VaultState, keys::passphrase, probe,
};

/// How often something may be mistyped before the command gives up.
const ATTEMPTS: usize = 3;

/// `caseclinic vault init`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct InitArgs {
    /// Read the passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", conflicts_with = "generate", help_heading = "For scripts")]
    pub passphrase_fd: Option<u32>,
    /// Use six random words as the passphrase, without asking for your own
    #[arg(long)]
    pub generate: bool,
    /// Write the recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub recovery_file: Option<PathBuf>,
}

/// Makes the vault at `place`. Answers with the exit code.
pub(super) fn init(
    strength: Strength,
    args: &InitArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    if probe(place) != VaultState::Missing {
        writeln!(err, "{}", VaultError::AlreadyThere(place.to_owned()).sentence())?;
        return Ok(1);
    }
    let passphrase = match choose(args, console, out, err) {
        Ok(passphrase) => passphrase,
        Err(Refused::Prompt(error)) => {
            writeln!(err, "{error}")?;
            return Ok(if matches!(error, PromptError::Cancelled) { 1 } else { 2 });
        }
        Err(Refused::Vault(error)) => {
            writeln!(err, "{}", error.sentence())?;
            return Ok(exit_code(&error));
        }
        Err(Refused::Mistyped) => {
            writeln!(err, "The two did not match. Nothing was created. Start again.")?;
            return Ok(1);
        }
        Err(Refused::Output(error)) => return Err(error.into()),
    };
    let file = match args.recovery_file.as_deref().map(new_private_file).transpose() {
        Ok(file) => file,
        Err(error) => {
            let path = args.recovery_file.as_deref().unwrap_or(place);
            let path = shown(path);
            writeln!(err, "The recovery sheet cannot be written to {path}: {error}.")?;
            writeln!(err, "Nothing was created. Choose a file name that does not exist yet.")?;
            return Ok(1);
        }
    };
    let (vault, sheet) = match Vault::create(place, &passphrase, strength) {
        Ok(made) => made,
        Err(error) => {
            if let Some(path) = file.and(args.recovery_file.as_deref()) {
                // It is still empty.
                let _ = fs::remove_file(path);
            }
            writeln!(err, "{}", error.sentence())?;
            return Ok(exit_code(&error));
        }
    };
    writeln!(err, "Created the vault in {}.", shown(place))?;
    give(&vault, &sheet, file, args.passphrase_fd.is_none(), console, out, err)?;
    Ok(0)
}

/// Puts a new sheet of an existing vault where it was asked for, before it counts: into a new file,
/// with its name on the disk, or on the screen.
pub(super) fn keep_sheet(
    sheet: &RecoverySheet,
    path: Option<&Path>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<()> {
    let Some(path) = path else { return show(sheet, out, err) };
    let mut file = new_private_file(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let kept = file
        .write_all(sheet.text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| File::open(folder.unwrap_or(Path::new(".")))?.sync_all());
    kept.inspect_err(|_| {
        // Only tidying: the error that counts is already known.
        let _ = fs::remove_file(path);
    })
}

/// Says what became of a sheet that was kept, when what it was for failed.
pub(super) fn say_void(
    error: &VaultError,
    path: Option<&Path>,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let (failure, old) = (error.failure(), "The old sheet and the passphrase still open it.");
    match path.map(|path| (shown(path), fs::remove_file(path))) {
        None => writeln!(
            err,
            "{failure} The vault was not changed: the sheet above opens nothing. {old}"
        )?,
        Some((_, Ok(()))) => {
            writeln!(err, "{failure} The vault was not changed: no new sheet was kept. {old}")?;
        }
        Some((path, Err(_))) => {
            writeln!(err, "{failure} The vault was not changed: {path} opens nothing. {old}")?;
        }
    }
    Ok(exit_code(error))
}

/// Says that a sheet which was kept counts now, and has it confirmed if somebody can be asked.
pub(super) fn settle_sheet(
    vault: &Vault,
    sheet: &RecoverySheet,
    path: Option<&Path>,
    asks: bool,
    console: &mut dyn Console,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    if path.is_some() {
        writeln!(err, "{WRITTEN}")?;
    }
    if asks {
        confirm(vault, sheet, console, err)?;
    } else if path.is_some()
        && let Err(error) = vault.confirm_recovery()
    {
        writeln!(err, "{}", error.failure())?;
    }
    Ok(())
}

const WRITTEN: &str =
    "The recovery sheet is written. Print it, lock it away, then delete the file.";

fn give(
    vault: &Vault,
    sheet: &RecoverySheet,
    file: Option<File>,
    asks: bool,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let written = file.is_some();
    hand_over(sheet, file, out, err)?;
    if asks {
        confirm(vault, sheet, console, err)?;
    } else if written {
        // It is on the disk where it was asked for; another one, shown later, would void it.
        vault.confirm_recovery().map_err(|error| anyhow::anyhow!(error.sentence()))?;
    }
    Ok(())
}

/// Where a new passphrase comes from.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct NewPassphrase {
    /// Read the new passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", conflicts_with = "generate", help_heading = "For scripts")]
    pub new_passphrase_fd: Option<u32>,
    /// Use six random words as the passphrase, without asking for your own
    #[arg(long)]
    pub generate: bool,
}

/// A passphrase for an existing vault, typed twice or handed over; else the exit code.
pub(super) fn new_passphrase(
    new: &NewPassphrase,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Result<SecretString, u8>> {
    let args = InitArgs {
        passphrase_fd: new.new_passphrase_fd,
        generate: new.generate,
        recovery_file: None,
    };
    if new.new_passphrase_fd.is_none() {
        writeln!(err, "Now choose the new passphrase.")?;
    }
    let refused = match choose(&args, console, out, err) {
        Ok(passphrase) => return Ok(Ok(passphrase)),
        Err(refused) => refused,
    };
    let code = match refused {
        Refused::Output(error) => return Err(error.into()),
        Refused::Prompt(error) => {
            writeln!(err, "{error}")?;
            if matches!(error, PromptError::Cancelled) { 1 } else { 2 }
        }
        Refused::Vault(error) => {
            writeln!(err, "{}", error.sentence())?;
            exit_code(&error)
        }
        Refused::Mistyped => {
            writeln!(err, "The two did not match. Nothing was changed; start again.")?;
            1
        }
    };
    Ok(Err(code))
}

enum Refused {
    Prompt(PromptError),
    Vault(VaultError),
    Mistyped,
    Output(io::Error),
}

fn choose(
    args: &InitArgs,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<SecretString, Refused> {
    if let Some(number) = args.passphrase_fd {
        let given = from_descriptor(number).map_err(Refused::Prompt)?;
        passphrase::check(&given).map_err(Refused::Vault)?;
        return Ok(given);
    }
    let shortest = passphrase::SHORTEST;
    let own = if args.generate {
        SecretString::default()
    } else {
        let question = format!(
            "Your own passphrase ({shortest} characters or more), or Enter for six random words: "
        );
        console.ask(&question).map_err(Refused::Prompt)?
    };
    let chosen = if own.expose_secret().trim().is_empty() {
        let words = passphrase::generate();
        writeln!(out, "\n    {}\n", words.expose_secret()).map_err(Refused::Output)?;
        writeln!(
            err,
            "This is your passphrase. Write it down and keep it away from this computer."
        )
        .map_err(Refused::Output)?;
        words
    } else {
        passphrase::check(&own).map_err(Refused::Vault)?;
        own
    };
    for _ in 0..ATTEMPTS {
        let again = console.ask("Type it again: ").map_err(Refused::Prompt)?;
        if again.expose_secret().trim() == chosen.expose_secret().trim() {
            return Ok(chosen);
        }
        writeln!(err, "That does not match.").map_err(Refused::Output)?;
    }
    Err(Refused::Mistyped)
}

fn new_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn hand_over(
    sheet: &RecoverySheet,
    file: Option<File>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<()> {
    if let Some(mut file) = file {
        match file.write_all(sheet.text.as_bytes()).and_then(|()| file.sync_all()) {
            Ok(()) => {
                return writeln!(err, "{WRITTEN}");
            }
            // A sheet that is nowhere cannot be had again: then it is shown after all.
            Err(error) => {
                writeln!(err, "The file could not be written ({error}), so here is the sheet.")?
            }
        }
    }
    show(sheet, out, err)
}

fn show(sheet: &RecoverySheet, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", sheet.text.as_str())?;
    out.flush()?;
    writeln!(err, "Print this sheet or copy it by hand now. It is not shown again.")
}

fn confirm(
    vault: &Vault,
    sheet: &RecoverySheet,
    console: &mut dyn Console,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let question =
        format!("To confirm that you have the sheet, type its group {}: ", sheet.asked_group());
    for _ in 0..ATTEMPTS {
        match console.ask(&question) {
            Ok(typed) if sheet.confirms(typed.expose_secret()) => {
                match vault.confirm_recovery() {
                    Ok(()) => writeln!(err, "Confirmed. The vault is ready.")?,
                    Err(error) => writeln!(err, "{}", error.sentence())?,
                }
                return Ok(());
            }
            Ok(_) => writeln!(err, "That does not match the group on the sheet.")?,
            Err(_) => break,
        }
    }
    writeln!(
        err,
        "The vault is ready, but its recovery sheet is not confirmed. If you lose the passphrase and\n\
         the sheet, nobody can open the notes. Make sure you have the sheet before you write one."
    )?;
    Ok(())
}
