//! `caseclinic clinic share`: a supervision note, which is private to this vault, opens for one
//! member too. With whom it was shared and why is part of the note.

use super::open_to_change;
use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    clinic::{Event, apply, to_document},
    services::{find_note, head},
    vault::{Correction, Member, Vault},
};

/// Share a supervision note, which is otherwise private, with one member
#[derive(Debug, clap::Args)]
pub(crate) struct ShareArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The member’s name, as `caseclinic vault members list` shows it
    #[arg(long, value_name = "MEMBER")]
    with: String,
    /// The reason, without details of the case
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Shares the note.
pub(crate) fn run(args: &ShareArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    find_note(&vault, &args.note)?;
    let member = find_member(&args.with, &vault)?;
    let opened = open_to_change(&vault, &args.note)?;
    let id = opened.id;
    let mut session = opened.session;
    let (with, key) = (format!("{} ({})", member.name, member.role), member.recipient.clone());
    let event = Event::Shared { with, key, reason: args.reason.clone() };
    apply(&mut session, event, context.now())?;
    let receipt = vault.amend(id, &head(&session), &to_document(&session), Correction::Amended)?;
    let number = receipt.revision.unwrap_or_default();
    Ok(context.say(format!(
        "Shared with {} ({}): revision {number}, and every later one. They can open \
         notes/{id}/{number:04}.age in the vault’s folder with their own key. Sharing \
         cannot be undone.",
        member.name,
        member.fingerprint()
    ))?)
}

fn find_member(name: &str, vault: &Vault) -> CommandResult<Member> {
    let members = vault.list_members()?;
    let known: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let hint = match known.as_slice() {
        [] => "There are no members yet. To add one: `caseclinic vault members add`.".to_owned(),
        known => format!("The members are: {}.", known.join(", ")),
    };
    let found = members.into_iter().find(|one| one.name.eq_ignore_ascii_case(name.trim()));
    found.ok_or_else(|| CommandError::failed(format!("“{name}” is not a member.")).hint(hint))
}
