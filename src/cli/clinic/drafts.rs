//! `caseclinic clinic migrate`, `discard` and `trash`: drafts move to a newer version of their
//! template, go into the trash, and come back from there. Nothing in it is lost for thirty days.

use super::{CommandError, CommandResult, Context, NoteArgs, PassphraseSource, open_to_change};
use crate::{
    clinic::{is_newer_version, preview, to_document},
    services::{NoteKind, find_template, head, newer_template, templates_folder},
    text::{clean_line, show_date},
    vault::{NoteId, NoteSource, Vault, VaultError},
};

#[derive(Debug, clap::Args)]
pub(crate) struct MigrateArgs {
    /// The version to update to, if not the newest: a template file, or the id of a meeting format
    #[arg(long, value_name = "TEMPLATE")]
    to: Option<String>,
    /// Only show what would move, change or be left out
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    of: NoteArgs,
}

/// Moves a copy of the draft to a newer version of its template, or prints what would happen. The
/// earlier draft goes into the trash before the new one takes its place. Fails if the note is
/// completed, or there is no newer version.
pub(crate) fn migrate(args: &MigrateArgs, context: &mut Context) -> CommandResult {
    let vault = args.of.open_vault(context)?;
    let folder = templates_folder(&context.paths()?);
    let opened = open_to_change(&vault, &args.of.note, NoteKind::Draft, context)?;
    if !opened.is_draft() {
        let key = opened.session.case_key();
        return Err(CommandError::failed(format!(
            "{key} is completed, so it keeps the version it was written in. Only drafts can be updated."
        )));
    }
    let own = &opened.session.template().about.version;
    let to = match &args.to {
        None => newer_template(&opened.session, &folder).ok_or_else(|| {
            CommandError::not_found("There is no newer version of this draft’s meeting format.")
                .hint("Nothing was changed.")
        })?,
        Some(name) => find_template(name, &folder)?.template,
    };
    let version = &to.about.version;
    if !is_newer_version(version, own) {
        let message = format!("Version {version} is not newer than {own}, which this draft uses.");
        return Err(CommandError::failed(message).hint("Nothing was changed."));
    }
    let moved = preview(&opened.session, &to, context.now());
    let moved = moved.map_err(|refused| refused.to_string())?;
    context.print(format!("{} from version {} to {}", to.about.id, moved.from, moved.to))?;
    for sentence in moved.sentences() {
        context.print(format!("  {sentence}"))?;
    }
    if args.dry_run {
        return Ok(context.say("Nothing was changed.")?);
    }
    let id = opened.id;
    let body = zeroize::Zeroizing::new(to_document(&moved.session));
    vault.keep_draft(id)?;
    vault.save_draft(id, &head(&moved.session), &body)?;
    // What fails here costs no text: the next change of the ledger enters it.
    let _ = vault.enter_drafts();
    Ok(context.say(format!(
        "Saved. The earlier draft stays in the trash for 30 days. To go back to it: `caseclinic clinic trash --restore {id} --swap`."
    ))?)
}

/// Puts the draft into the trash.
pub(crate) fn discard(args: &NoteArgs, context: &mut Context) -> CommandResult {
    let (vault, id) = args.find(NoteKind::Draft, context)?;
    let note = vault.open(id)?;
    if note.source != NoteSource::Draft {
        return Err(VaultError::AlreadyComplete(id).into());
    }
    vault.discard_draft(id)?;
    let key = clean_line(&note.head.case_key);
    Ok(context.say(format!(
        "Discarded the draft of {key}. It stays in the trash for 30 days. To restore it: `caseclinic clinic trash --restore {id}`."
    ))?)
}

#[derive(Debug, clap::Args)]
pub(crate) struct TrashArgs {
    /// Restore the draft with this note id
    #[arg(long, value_name = "ID")]
    restore: Option<NoteId>,
    /// Exchange it with the note’s current draft, which goes into the trash
    #[arg(long, requires = "restore")]
    swap: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Lists the trash, or restores a draft from it. Fails if it is empty, or the draft cannot be
/// restored.
pub(crate) fn trash(args: &TrashArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    match args.restore {
        Some(id) if args.swap => {
            vault.swap_draft(id)?;
            let message = "Restored the earlier draft. The draft it replaced is in the trash.";
            Ok(context.say(message)?)
        }
        Some(id) => {
            if vault.open(id).is_ok_and(|note| note.source == NoteSource::Draft) {
                return Err(CommandError::failed("This note already has a draft.")
                    .hint("To exchange the two, add --swap."));
            }
            vault.restore_draft(id)?;
            Ok(context.say("Restored the draft. It is in the list of notes again.")?)
        }
        None => list_trash(&vault, context),
    }
}

fn list_trash(vault: &Vault, context: &mut Context) -> CommandResult {
    let all = vault.trash()?;
    for one in &all {
        let at = context.local(one.discarded);
        let (day, hour, minute) = (show_date(at.date()), at.hour(), at.minute());
        match &one.head {
            Ok(head) => context.print(format!(
                "{}  {day} {hour:02}:{minute:02}  {}  {}",
                one.id, head.case_key, head.template
            ))?,
            Err(damage) => context.say(format!("{} {}", damage.why, damage.advice))?,
        }
    }
    if all.is_empty() {
        return Err(CommandError::not_found("The trash is empty."));
    }
    Ok(())
}
