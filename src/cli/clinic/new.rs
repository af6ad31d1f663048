//! `caseclinic clinic new`: a meeting begins, on the screens or as a conversation.

use super::require_format;
use crate::{
    app::AfterUnlock,
    cli::{
        command_error::CommandResult, context::Context, conversation, prompt::PassphraseSource,
        screens,
    },
    services::{new_clinic, practice_clinic, templates_folder},
    tui::Start,
};

/// `caseclinic clinic new`
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// Meeting format: an id from `caseclinic clinic formats`, or a template file
    #[arg(long, value_name = "ID|FILE", default_value = "peer-case-clinic")]
    template: String,
    /// Practise with a fictional case; nothing is saved
    #[arg(long)]
    practice: bool,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Starts the clinic.
pub(crate) fn run(args: NewArgs, context: &mut Context) -> CommandResult {
    let NewArgs { template, practice, plain, key } = args;
    require_format(&template, context)?;
    let folder = templates_folder(&context.paths()?);
    match (plain, practice) {
        (true, true) => conversation::hold(None, practice_clinic(&template, &folder)?, context),
        (true, false) => {
            let vault = context.open_vault(key.passphrase_fd)?;
            let (id, session) = new_clinic(&template, &folder, &vault)?;
            conversation::hold(Some((id, vault)), session, context)
        }
        (false, true) => {
            screens::open(Start { practice: Some(template), ..Start::default() }, context)
        }
        (false, false) => {
            screens::open_after_unlock(AfterUnlock::StartClinic(template), key, context)
        }
    }
}
