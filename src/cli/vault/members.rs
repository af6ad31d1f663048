//! `caseclinic vault members add|list|remove`: colleagues who open completed notes with the stock
//! age tool and a key of their own. They get no passphrase, and drafts stay closed to them.

use serde_json::json;

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    text::show_date,
    vault::Member,
};

/// Printed when a list that could not be trusted was replaced by a new one.
pub(crate) const NEW_LIST: &str = "The list of members was missing or could not be trusted, so a new \
                                   list was started.\nAnybody else who was on it is no longer a \
                                   member. Add them again.";

/// What to do with members.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum MembersCommand {
    /// Add a member, who can open notes about cases and services completed from now on
    Add {
        /// Their name, as your team knows them
        name: String,
        /// Their public key, which starts with `age1`
        #[arg(value_name = "PUBLIC_KEY")]
        recipient: String,
        /// Their role, shown in the list, such as deputy or auditor
        #[arg(long, default_value = "reader")]
        role: String,
        /// Add them without asking
        #[arg(long, help_heading = "For scripts")]
        yes: bool,
        #[command(flatten)]
        key: PassphraseSource,
    },
    /// List the members and the fingerprints of their keys
    List {
        /// Print JSON
        #[arg(long, help_heading = "For scripts")]
        json: bool,
        #[command(flatten)]
        key: PassphraseSource,
    },
    /// Remove a member, who then cannot open notes completed from now on
    Remove {
        /// Their name or public key
        name: String,
        #[command(flatten)]
        key: PassphraseSource,
    },
}

/// Runs the command.
pub(crate) fn run(command: &MembersCommand, context: &mut Context) -> CommandResult {
    match command {
        MembersCommand::Add { name, recipient, role, yes, key } => {
            let vault = context.open_vault(key.passphrase_fd)?;
            let known = vault.list_members().unwrap_or_default();
            let known = known.iter().map(Member::title);
            let all: Vec<String> = known.chain([format!("{name} ({role})")]).collect();
            let mut question = format!(
                "Every note about a case or a service that is completed from now on could then be \
                 read by: {}.",
                all.join(", ")
            );
            // A share ends with the membership, and comes back with the same key.
            let is_theirs = |key: &String| key.eq_ignore_ascii_case(recipient.trim());
            let shared = vault.list()?.into_iter().filter_map(|row| row.head.ok());
            let shared: Vec<String> = shared
                .filter(|head| head.shared_with.iter().any(is_theirs))
                .map(|head| head.case_key)
                .collect();
            if !shared.is_empty() {
                question.push_str(&format!(
                    " {name} could also read later revisions of the supervision notes that were \
                     shared with this key before: {}.",
                    shared.join(", ")
                ));
            }
            context.ask_to_agree(&question, *yes)?;
            let had_list = vault.ledger_fault().is_none();
            let member = vault.add_member(name, role, recipient, context.now())?;
            if !had_list {
                context.say(NEW_LIST)?;
            }
            context.say(format!(
                "Added. Before you rely on it, ask {0} to read you the fingerprint of their key,\n\
                 by telephone or face to face:\n\n    {1}\n\nNotes completed from now on open with \
                 their key, in the standard `age` tool. Earlier\nnotes do not, until you add a \
                 correction. Drafts never do. To share a supervision\nnote: `caseclinic clinic \
                 share`.\n\nGive {0} the fingerprint of the key of this vault, so that they can check \
                 what they\nopen with `caseclinic vault check-note`:\n\n    {2}",
                member.name,
                member.fingerprint(),
                vault.key_fingerprint()
            ))?;
        }
        MembersCommand::Remove { name, key } => {
            let member = context.open_vault(key.passphrase_fd)?.remove_member(name)?;
            context.say(format!(
                "Removed. {} cannot open notes completed from now on. They can still open the \
                 notes\ncompleted while they were a member, wherever they have a copy: no program \
                 can undo that.",
                member.name
            ))?;
        }
        MembersCommand::List { json, key } => {
            let vault = context.open_vault(key.passphrase_fd)?;
            let members = vault.list_members()?;
            if *json {
                let rows: Vec<_> = members
                    .iter()
                    .map(|one| {
                        json!({
                            "name": one.name,
                            "role": one.role,
                            "recipient": one.recipient,
                            "fingerprint": one.fingerprint(),
                            "since": one.since.to_string(),
                        })
                    })
                    .collect();
                context.print_json(&json!({
                    "schema": 1,
                    "vault_key": vault.public_key(),
                    "vault_fingerprint": vault.key_fingerprint(),
                    "members": rows,
                }))?;
            } else {
                let key = vault.key_fingerprint();
                context.print(format!("Key of this vault, fingerprint {key}"))?;
                context.print(format!("  {}", vault.public_key()))?;
                for one in &members {
                    let (mark, since) = (one.fingerprint(), show_date(context.day(one.since)));
                    let (name, role) = (&one.name, &one.role);
                    context.print(format!("{name} ({role}), since {since}, fingerprint {mark}"))?;
                    context.print(format!("  {}", one.recipient))?;
                }
            }
            if members.is_empty() {
                return Err(CommandError::not_found("There are no members.")
                    .hint("Only the passphrase and the recovery sheet open the notes."));
            }
        }
    }
    Ok(())
}
