//! `caseclinic clinic amend`, `mark-error` and `share`: changes to a completed note, each saved as a
//! revision beside the others.

use super::{CommandError, CommandResult, Context, NoteArgs, open_to_change};
use crate::{
    clinic::{Event, Session, apply},
    report::{WatchedNames, lint_summary},
    services::{NoteKind, NoteOpened, RevisionBodies, correction, head},
    vault::{Member, NoteId, Vault},
};

/// Bytes of the longest correction.
const MAX_CORRECTION_BYTES: u64 = 1 << 20;

#[derive(Debug, clap::Args)]
pub(crate) struct AmendArgs {
    /// The role of the person who adds the correction, such as “social worker”; no name
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// The reason, without details of the case. Other people on this computer may be able to see it:
    /// to avoid this, give - and type the reason on the next line
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
    #[command(flatten)]
    of: NoteArgs,
}

/// Adds a correction. Its text comes from standard input, never from the arguments, where other
/// programs could read it.
pub(crate) fn amend(args: AmendArgs, context: &mut Context) -> CommandResult {
    let AmendArgs { role, reason, of } = args;
    let vault = of.open_vault(context)?;
    let opened = open_to_change(&vault, &of.note, NoteKind::Completed, context)?;
    let reason = context.reason(reason)?;
    let question = "Type the correction. To finish: Enter, then Ctrl-D.";
    let text = context.read_text(question, MAX_CORRECTION_BYTES)?;
    let found = lint_summary(
        &format!("{role}\n{reason}\n{text}"),
        &WatchedNames::default(),
        context.today(),
    );
    let event = Event::AmendmentWritten { role, reason, text };
    let revision = correct(&vault, opened, event, context)?;
    if let Some(found) = found {
        context.say(format!(
            "{found} It was saved as you wrote it. To change it, add another correction."
        ))?;
    }
    say_saved(revision, context)
}

#[derive(Debug, clap::Args)]
pub(crate) struct MarkErrorArgs {
    /// The reason, without details of the case. Other people on this computer may be able to see it:
    /// to avoid this, give - and type the reason on the next line
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
    #[command(flatten)]
    of: NoteArgs,
}

/// Marks the note as entered in error.
pub(crate) fn mark_error(args: MarkErrorArgs, context: &mut Context) -> CommandResult {
    let vault = args.of.open_vault(context)?;
    let opened = open_to_change(&vault, &args.of.note, NoteKind::Completed, context)?;
    let event = Event::MarkedEnteredInError { reason: context.reason(args.reason)? };
    let revision = correct(&vault, opened, event, context)?;
    say_saved(revision, context)
}

/// Saves a change to a completed note as a revision, and returns its number.
pub(super) fn correct(
    vault: &Vault,
    note: NoteOpened,
    event: Event,
    context: &Context,
) -> CommandResult<u32> {
    let mut session = note.session;
    apply(&mut session, event, context.now())?;
    amended(vault, note.id, session)
}

fn amended(vault: &Vault, id: NoteId, session: Session) -> CommandResult<u32> {
    let how = correction(&session);
    let receipt = vault.amend(id, &head(&session), RevisionBodies::of(&session).text(), how)?;
    Ok(receipt.revision.unwrap_or_default())
}

fn say_saved(revision: u32, context: &mut Context) -> CommandResult {
    let message = format!("Saved as revision {revision}. Earlier revisions stay as they are.");
    Ok(context.say(message)?)
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShareArgs {
    /// The member’s name, as `caseclinic vault members list` shows it
    #[arg(long, value_name = "MEMBER")]
    with: String,
    /// The reason, without details of the case. Other people on this computer may be able to see it:
    /// to avoid this, give - and type the reason on the next line
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
    /// Share it without asking
    #[arg(long, help_heading = "For scripts")]
    yes: bool,
    #[command(flatten)]
    of: NoteArgs,
}

/// Opens a supervision note, which is private to this vault, for one member too. With whom it was
/// shared and why is part of the note.
pub(crate) fn share(args: ShareArgs, context: &mut Context) -> CommandResult {
    let vault = args.of.open_vault(context)?;
    let opened = open_to_change(&vault, &args.of.note, NoteKind::Completed, context)?;
    let member = find_member(&args.with, &vault)?;
    let id = opened.id;
    let reason = context.reason(args.reason)?;
    let (with, key) = (format!("{} ({})", member.name, member.role), member.recipient.clone());
    let event = Event::Shared { with, key, reason };
    let mut session = opened.session;
    apply(&mut session, event, context.now())?;
    // Only members open it: who was removed since it was shared with them does not.
    let keys: Vec<&str> = session.shares().iter().map(|share| share.key.as_str()).collect();
    let members = vault.list_members()?;
    let readers = members.iter().filter(|one| keys.contains(&one.recipient.as_str()));
    let readers: Vec<String> = readers.map(Member::title).collect();
    let question = format!(
        "This supervision note, and every later revision of it, could then be read by: {}. \
         Sharing cannot be undone.",
        readers.join(", ")
    );
    context.ask_to_agree(&question, args.yes)?;
    let number = amended(&vault, id, session)?;
    Ok(context.say(format!(
        "Shared with {} ({}): revision {number}, and every later one. They can open \
         notes/{id}/{number:04}.members.age in the vault’s folder with their own key. Sharing \
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
