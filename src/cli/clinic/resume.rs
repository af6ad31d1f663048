//! `caseclinic clinic resume`: a clinic goes on where it was left.

use super::open_note;
use crate::{
    app::AfterUnlock,
    cli::{
        command_error::CommandResult, context::Context, conversation, prompt::PassphraseSource,
        screens,
    },
};

/// `caseclinic clinic resume`
#[derive(Debug, clap::Args)]
pub(crate) struct ResumeArgs {
    /// Case key, such as HERON-42, or note id; leave it out to choose from the list of notes (not
    /// with --plain)
    note: Option<String>,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long, requires = "note")]
    plain: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Continues the clinic.
pub(crate) fn run(args: ResumeArgs, context: &mut Context) -> CommandResult {
    match args.note {
        Some(name) if args.plain => {
            let vault = context.open_vault(args.key.passphrase_fd)?;
            let opened = open_note(&vault, &name, context)?;
            conversation::hold(Some((opened.id, vault)), opened.session, context)
        }
        note => {
            let then = note.map_or(AfterUnlock::ListNotes, AfterUnlock::OpenNamed);
            screens::open_after_unlock(then, args.key, context)
        }
    }
}
