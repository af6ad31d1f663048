//! `caseclinic clinic follow-up`: the next meeting about a case.

use super::require_format;
use crate::{
    app::AfterUnlock,
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        conversation,
        prompt::PassphraseSource,
        screens,
    },
    services::{begun_follow_ups, follow_up_clinic, templates_folder},
};

/// `caseclinic clinic follow-up`
#[derive(Debug, clap::Args)]
pub(crate) struct FollowUpArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// Meeting format, if not the usual one: an id, or a template file
    #[arg(long, value_name = "ID|FILE")]
    template: Option<String>,
    /// Start another follow-up, although one was started and is not completed
    #[arg(long, requires = "plain")]
    another: bool,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Starts the follow-up.
///
/// # Errors
/// If one was already started, and another is not asked for.
pub(crate) fn run(args: FollowUpArgs, context: &mut Context) -> CommandResult {
    let FollowUpArgs { note, template, another, plain, key } = args;
    if let Some(id) = &template {
        require_format(id, context)?;
    }
    if !plain {
        let then = AfterUnlock::FollowUp { note, template };
        return screens::open_after_unlock(then, key, context);
    }
    let vault = context.open_vault(key.passphrase_fd)?;
    let begun = if another { Ok(Vec::new()) } else { begun_follow_ups(&note, &vault) };
    if let Some(begun) = begun.ok().filter(|begun| !begun.is_empty()) {
        let mut message = format!("A follow-up of {note} was already started:\n");
        for one in begun {
            let (id, words) = (one.note, one.words());
            let resume = format!("`caseclinic clinic resume {id} --plain`");
            message.push_str(&format!("  {words}. To continue it: {resume}\n"));
        }
        message.push_str("To start another one, add --another.");
        return Err(CommandError::failed(message));
    }
    let folder = templates_folder(&context.paths()?);
    let (id, session) = follow_up_clinic(&note, template.as_deref(), &folder, &vault)?;
    conversation::hold(Some((id, vault)), session, context)
}
