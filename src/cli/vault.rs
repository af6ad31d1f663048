//! `caseclinic vault init` and `caseclinic vault status`.
//!
//! A vault is made only when its passphrase was typed twice or handed over, and its recovery sheet
//! is shown before anything is written into it. `status` needs no passphrase and changes nothing.

mod prompt;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

pub use prompt::{Console, PromptError, Terminal, from_descriptor};

use crate::vault::{
    RecoverySheet, Strength, Vault, VaultError, VaultFacts, VaultState, passphrase, probe,
};

/// How often something may be mistyped before the command gives up.
const ATTEMPTS: usize = 3;

/// `caseclinic vault init`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct InitArgs {
    /// Read the passphrase from this descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", conflicts_with = "generate")]
    pub passphrase_fd: Option<u32>,
    /// Make six random words the passphrase, without asking for one of your own
    #[arg(long)]
    pub generate: bool,
    /// Write the recovery sheet to this new file instead of showing it
    #[arg(long, value_name = "PATH")]
    pub recovery_file: Option<PathBuf>,
}

/// `caseclinic vault status`
#[derive(Debug, Clone, Default, clap::Args)]
pub struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Makes the vault at `place`. Answers with the exit code.
pub fn init(
    args: &InitArgs,
    place: &Path,
    console: &mut dyn Console,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    init_with(Strength::STANDARD, args, place, console, out, err)
}

fn init_with(
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
            writeln!(err, "The two did not match. Nothing was created; start again.")?;
            return Ok(1);
        }
        Err(Refused::Output(error)) => return Err(error.into()),
    };
    let file = match args.recovery_file.as_deref().map(new_private_file).transpose() {
        Ok(file) => file,
        Err(error) => {
            let path = args.recovery_file.as_deref().unwrap_or(place);
            let path = path.display();
            writeln!(err, "The recovery sheet cannot be written to {path}: {error}.")?;
            writeln!(err, "Nothing was created. Name a file that is not there yet.")?;
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
    writeln!(err, "The vault is made, at {}.", place.display())?;
    let written = file.is_some();
    hand_over(&sheet, file, out, err)?;
    if args.passphrase_fd.is_none() {
        confirm(&vault, &sheet, console, err)?;
    } else if written {
        // It is on the disk where it was asked for; another one, shown later, would void it.
        vault.confirm_recovery().map_err(|error| anyhow::anyhow!(error.sentence()))?;
    }
    Ok(0)
}

/// Says what lies at `place`, without a passphrase. Answers with the exit code.
pub fn status(args: &StatusArgs, place: &Path, out: &mut dyn Write) -> anyhow::Result<u8> {
    let state = probe(place);
    if args.json {
        writeln!(out, "{}", as_json(&state, place))?;
    } else {
        write!(out, "{}", as_text(&state, place))?;
    }
    Ok(match state {
        VaultState::Missing | VaultState::Locked(_) => 0,
        VaultState::Damaged { .. } | VaultState::NewerFormat { .. } => 1,
    })
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
            Err(if matches!(error, PromptError::Cancelled) { 5 } else { 2 })
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
            "Passphrase of your own ({shortest} characters or more), or Enter for six words: "
        );
        console.ask(&question).map_err(Refused::Prompt)?
    };
    let chosen = if own.expose_secret().trim().is_empty() {
        let words = passphrase::generate();
        writeln!(out, "\n    {}\n", words.expose_secret()).map_err(Refused::Output)?;
        writeln!(
            err,
            "This is your passphrase. Write it down and keep it apart from this computer."
        )
        .map_err(Refused::Output)?;
        words
    } else {
        passphrase::check(&own).map_err(Refused::Vault)?;
        own
    };
    for _ in 0..ATTEMPTS {
        let again = console.ask("Type it once more: ").map_err(Refused::Prompt)?;
        if again.expose_secret().trim() == chosen.expose_secret().trim() {
            return Ok(chosen);
        }
        writeln!(err, "That is not the same.").map_err(Refused::Output)?;
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
                return writeln!(
                    err,
                    "The recovery sheet is written. Print it, lock it away, delete the file."
                );
            }
            // A sheet that is nowhere cannot be had again: then it is shown after all.
            Err(error) => writeln!(err, "The file cannot be written ({error}): here it is.")?,
        }
    }
    writeln!(out, "{}", sheet.text.as_str())?;
    out.flush()?;
    writeln!(err, "Print this sheet or copy it by hand now: it is not shown again.")
}

fn confirm(
    vault: &Vault,
    sheet: &RecoverySheet,
    console: &mut dyn Console,
    err: &mut dyn Write,
) -> anyhow::Result<()> {
    let question = format!("To confirm that you have it, type group {}: ", sheet.asked_group());
    for _ in 0..ATTEMPTS {
        match console.ask(&question) {
            Ok(typed) if sheet.confirms(typed.expose_secret()) => {
                match vault.confirm_recovery() {
                    Ok(()) => writeln!(err, "Confirmed. The vault is ready.")?,
                    Err(error) => writeln!(err, "{}", error.sentence())?,
                }
                return Ok(());
            }
            Ok(_) => writeln!(err, "That is another group, or mistyped.")?,
            Err(_) => break,
        }
    }
    writeln!(
        err,
        "The vault is ready, but its recovery sheet is not confirmed. Without the sheet a lost\n\
         passphrase loses every note: make sure you have it before you write the first one."
    )?;
    Ok(())
}

fn as_json(state: &VaultState, place: &Path) -> serde_json::Value {
    let place = place.display().to_string();
    match state {
        VaultState::Missing => json!({ "schema": 1, "state": "missing", "place": place }),
        VaultState::Locked(facts) => json!({
            "schema": 1,
            "state": "locked",
            "place": place,
            "id": facts.id,
            "created": facts.created.to_string(),
            "notes": facts.notes,
            "drafts": facts.drafts,
            "bytes": facts.bytes,
            "recovery_confirmed": facts.recovery_confirmed,
        }),
        VaultState::Damaged { why, advice } => json!({
            "schema": 1, "state": "damaged", "place": place, "why": why, "advice": advice,
        }),
        VaultState::NewerFormat { found, known } => json!({
            "schema": 1, "state": "newer", "place": place, "found": found, "known": known,
        }),
    }
}

fn as_text(state: &VaultState, place: &Path) -> String {
    match state {
        VaultState::Missing => format!(
            "No vault yet at {}.\nCreate one with `caseclinic vault init`.\n",
            place.display()
        ),
        VaultState::Locked(facts) => locked_text(facts),
        VaultState::Damaged { why, advice } => format!("The vault is damaged. {why}\n{advice}\n"),
        VaultState::NewerFormat { found, known } => {
            format!("{}\n", VaultError::NewerFormat { found: *found, known: *known }.sentence())
        }
    }
}

fn locked_text(facts: &VaultFacts) -> String {
    let VaultFacts { notes, drafts, .. } = facts;
    let created = facts.created.strftime("%-d %b %Y");
    let kib = facts.bytes.div_ceil(1024);
    let sheet = if facts.recovery_confirmed { "confirmed" } else { "not confirmed" };
    format!(
        "Vault           locked\n\
         Place           {}\n\
         Made            {created}\n\
         Notes           {notes}, {drafts} of them drafts\n\
         Size            {kib} KiB\n\
         Recovery sheet  {sheet}\n",
        facts.place.display(),
    )
}

#[cfg(test)]
mod tests;
