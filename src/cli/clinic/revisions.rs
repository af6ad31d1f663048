//! `caseclinic clinic revisions`: the completed revisions of a note.

use crate::{
    cli::{
        command_error::{CommandError, CommandResult},
        context::Context,
        prompt::PassphraseSource,
    },
    clinic::from_document,
    report::markdown,
    services::find_note,
    text::show_date,
    vault::Verified,
};

/// `caseclinic clinic revisions`
#[derive(Debug, clap::Args)]
pub(crate) struct RevisionsArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// Show this revision
    #[arg(long, value_name = "NUMBER")]
    show: Option<u32>,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Prints the revisions, or the text of one.
///
/// # Errors
/// If there is none.
pub(crate) fn run(args: &RevisionsArgs, context: &mut Context) -> CommandResult {
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let id = find_note(&vault, &args.note)?;
    if let Some(number) = args.show {
        let opened = vault.open_revision(id, number)?;
        if let Verified::No(why) = &opened.verified {
            context.say(why)?;
        }
        let session = from_document(&opened.body).map_err(|error| error.to_string())?;
        write!(context.out, "{}", markdown(&session, false))?;
        return Ok(());
    }
    let numbers = vault.revisions(id)?;
    for number in &numbers {
        match vault.open_revision(id, *number) {
            Ok(note) => {
                let day = show_date(context.day(note.head.updated));
                let doubt = match note.verified {
                    Verified::Yes => String::new(),
                    Verified::No(why) => format!("  {why}"),
                };
                context.print(format!("{number}  {day}  {}{doubt}", note.head.status))?;
            }
            Err(error) => context.say(format!("{number}  {}", error.sentence()))?,
        }
    }
    if numbers.is_empty() {
        let message = "This note is a draft, so it has no completed revisions yet.";
        return Err(CommandError::not_found(message));
    }
    Ok(())
}
