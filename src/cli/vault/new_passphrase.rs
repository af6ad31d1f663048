//! A new passphrase: typed twice, generated and typed back, or read from a descriptor.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult, ErrorKind},
        context::Context,
        prompt::{PromptError, read_descriptor},
    },
    vault::{Vault, passphrase},
};

/// How often the passphrase may be mistyped.
const ATTEMPTS: usize = 3;

/// How to leave without a passphrase.
const TO_STOP: &str = "To stop, press Ctrl-C: nothing is changed.";

/// Where a new passphrase comes from.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct NewPassphrase {
    /// Read the new passphrase from this file descriptor (its first line) instead of asking
    #[arg(long, value_name = "N", conflicts_with = "generate", help_heading = "For scripts")]
    pub(crate) new_passphrase_fd: Option<u32>,
    /// Use six random words as the passphrase, without asking for your own
    #[arg(long)]
    pub(crate) generate: bool,
}

/// Returns a passphrase for an existing vault.
///
/// # Errors
/// As [`choose`], and if it opens the vault already.
pub(crate) fn ask(
    new: NewPassphrase,
    vault: &Vault,
    context: &mut Context,
) -> CommandResult<SecretString> {
    let option = "--new-passphrase-fd";
    if new.new_passphrase_fd.is_none() {
        require_person(option, context)?;
        context.say("Now choose the new passphrase.")?;
    }
    loop {
        let chosen = choose(new.new_passphrase_fd, new.generate, option, context)?;
        match vault.require_other_passphrase(&chosen) {
            Ok(()) => return Ok(chosen),
            // What was typed before, such as the key of the recovery sheet, is not asked for again.
            Err(error) if new.new_passphrase_fd.is_none() => context.say(error.sentence())?,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns a passphrase that was read from `descriptor`, or chosen by the person at the terminal.
///
/// # Errors
/// If nobody can be asked (a script uses `option`), or nobody answers; a script also if it is too
/// short. A person who types one that is too short, or mistypes it, is asked again.
pub(crate) fn choose(
    descriptor: Option<u32>,
    generate: bool,
    option: &str,
    context: &mut Context,
) -> CommandResult<SecretString> {
    if let Some(number) = descriptor {
        let given = read_descriptor(number).map_err(refused)?;
        passphrase::check(&given)?;
        return Ok(given);
    }
    require_person(option, context)?;
    let shortest = passphrase::MIN_CHARS;
    let question = format!(
        "Your own passphrase ({shortest} characters or more), or Enter for six random words: "
    );
    let mut given = None;
    loop {
        let mut chosen = SecretString::default();
        if !generate && given.is_none() {
            chosen = context.ask(&question).map_err(refused)?;
        }
        if chosen.expose_secret().trim().is_empty() {
            chosen = given.take().unwrap_or_else(passphrase::generate);
            context.print_text(&Zeroizing::new(format!("\n    {}\n\n", chosen.expose_secret())))?;
            context.say(
                "This is your passphrase. Write it down and keep it away from this computer.",
            )?;
            given = Some(chosen.clone());
        } else if let Err(error) = passphrase::check(&chosen) {
            context.say(format!("{}\n{TO_STOP}", error.sentence()))?;
            continue;
        }
        for _ in 0..ATTEMPTS {
            let again = context.ask("Type it again: ").map_err(refused)?;
            if passphrase::is_repeated(&chosen, &again) {
                return Ok(chosen);
            }
            context.say("That does not match.")?;
        }
        let again = match &given {
            Some(_) => "Here are the words once more.",
            None => "Choose the passphrase again.",
        };
        context.say(format!("{again} {TO_STOP}"))?;
    }
}

/// Checks that somebody can type a passphrase, before one is shown.
fn require_person(option: &str, context: &Context) -> CommandResult {
    if context.console.can_ask() {
        return Ok(());
    }
    let message = "There is no terminal to type the new passphrase at. Nothing was changed.";
    Err(CommandError::usage(message).hint(format!("In a script, use {option}.")))
}

fn refused(error: PromptError) -> CommandError {
    let kind = match error {
        PromptError::Cancelled => ErrorKind::Failed,
        _ => ErrorKind::Usage,
    };
    CommandError::new(kind, error.to_string())
}
