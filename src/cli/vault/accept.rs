//! `caseclinic vault accept`: a vault, or a draft, that is older than what was seen of it stays as it
//! is.

use secrecy::ExposeSecret;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    vault::{Member, Vault},
};

/// `caseclinic vault accept`
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct AcceptArgs {
    /// Accept this state, whose number `caseclinic vault verify` shows, without asking
    #[arg(long, value_name = "NUMBER", help_heading = "For scripts")]
    pub(crate) state: Option<u64>,
    #[command(flatten)]
    pub(crate) key: PassphraseSource,
}

/// Takes the vault and its drafts as they are, after the number of the state was typed.
///
/// # Errors
/// If the number cannot be asked for, or another one was typed.
pub(crate) fn run(args: &AcceptArgs, context: &mut Context) -> CommandResult {
    // Before unlocking, which would name only its own option.
    if args.state.is_none() && !context.console.can_ask() {
        let message = "There is no terminal to type the number of the state at.";
        return Err(CommandError::usage(message).hint(
            "Nothing was changed. In a script, add --state NUMBER and --passphrase-fd N; \
             `caseclinic vault verify` shows the number.",
        ));
    }
    let vault = context.unlock_vault(args.key.passphrase_fd)?;
    let is_older = vault.rollback().is_some();
    let drafts = vault.older_drafts().unwrap_or_default();
    let Some(here) = vault.state_number().filter(|_| is_older || !drafts.is_empty()) else {
        return Ok(context.say("The vault is not older than it was. There is nothing to accept.")?);
    };
    let typed = match args.state {
        Some(number) => number.to_string(),
        None => {
            if is_older {
                tell_what_is_lost(&vault, context)?;
            }
            for draft in &drafts {
                context.say(format!("{}: {}", draft.head.case_key, draft.why))?;
            }
            if !drafts.is_empty() {
                context.say(
                    "What was written in a newer draft is not in what is there. `caseclinic vault verify`\n\
                     says where to look for it.",
                )?;
            }
            let question = format!("To go on with state {here}, type its number: ");
            context.ask(&question)?.expose_secret().trim().to_owned()
        }
    };
    if typed != here.to_string() {
        return Err(CommandError::failed("That is not the number of this state.")
            .hint("Nothing was changed."));
    }
    vault.accept_state()?;
    Ok(context.say(format!(
        "State {here} is accepted, with its drafts. They are compared with from now on."
    ))?)
}

/// Says what the newer version may have held, and who could read in this one.
fn tell_what_is_lost(vault: &Vault, context: &mut Context) -> CommandResult {
    context.say(
        "What was written in the newer version is not in this one: notes, corrections, legal\n\
         holds, erasures, and who is a member. Check that no copy or backup is newer.",
    )?;
    let members = vault.list_members().unwrap_or_default();
    let members: Vec<String> = members.iter().map(Member::title).collect();
    let readers = match members.as_slice() {
        [] => "Nobody is a member in this state.".to_owned(),
        names => format!(
            "Members in this state can read every note about a case or a service that is \
             completed from then on: {}.",
            names.join(", ")
        ),
    };
    Ok(context.say(readers)?)
}
