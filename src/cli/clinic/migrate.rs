//! `caseclinic clinic migrate NOTE`: a draft moves to a newer version of its template.
//!
//! It works on a copy. The earlier draft goes into the trash before the new one takes its place, and
//! can be restored from there.

use super::open_to_change;
use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    clinic::{is_newer_version, preview, to_document},
    services::{find_template, head, newer_template, templates_folder},
};

/// `caseclinic clinic migrate`
#[derive(Debug, clap::Args)]
pub(crate) struct MigrateArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// The version to move to, if not the newest: a template file, or the id of a meeting format
    #[arg(long, value_name = "TEMPLATE")]
    to: Option<String>,
    /// Only show what would move, change or be left out
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Moves the draft, or prints what would happen.
///
/// # Errors
/// If the note is no draft, or there is no newer version.
pub(crate) fn run(args: &MigrateArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let folder = templates_folder(&context.paths()?);
    let opened = open_to_change(&vault, &args.note)?;
    if !opened.is_draft {
        let key = opened.session.case_key();
        return Err(CommandError::failed(format!(
            "{key} is completed, so it stays in the version it was written in. Only drafts can be moved."
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
    Ok(context.say(format!(
        "Saved. The earlier draft stays in the trash for 30 days. To go back to it: `caseclinic clinic trash --restore {id} --swap`."
    ))?)
}
