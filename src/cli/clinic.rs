//! `caseclinic clinic …`: one file per subcommand.

mod amend;
mod discard;
mod due;
mod erase;
mod export;
mod follow_up;
mod formats;
mod keep;
mod list;
mod mark_error;
mod migrate;
mod new;
mod resume;
mod revisions;
mod search;
mod share;
mod show;
mod trash;

use std::path::Path;

use super::{
    check,
    command_error::{CommandError, CommandResult},
    context::Context,
};
use crate::{
    app::changed_guidance,
    clinic::{Language, formats},
    knowledge::Library,
    services::{
        NoteOpened, find_note, find_template, is_template_file, local_formats, newer_template,
        read_note, templates_folder,
    },
    vault::Vault,
};

/// What to do with clinics.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClinicCommand {
    /// Start a clinic in any meeting format
    New(new::NewArgs),
    /// Start a follow-up of a completed note
    FollowUp(follow_up::FollowUpArgs),
    /// List the meeting formats you can choose from
    Formats(formats::FormatsArgs),
    /// List all notes
    List(list::ListNotesArgs),
    /// Search the text of all notes
    Search(search::SearchNotesArgs),
    /// Show a note
    Show(show::ShowNoteArgs),
    /// Continue a clinic you left
    Resume(resume::ResumeArgs),
    /// Move a draft to a newer version of its meeting format
    Migrate(migrate::MigrateArgs),
    /// Export a note to a Markdown file, which is not encrypted
    Export(export::ExportArgs),
    /// Share a supervision note, which is otherwise private, with one member
    Share(share::ShareArgs),
    /// Add a correction to a completed note; you type the text when asked
    #[command(after_help = "For scripts: the text can be given on standard input.")]
    Amend(amend::AmendArgs),
    /// Mark a note as entered in error; it stays as it is, and nothing can be added to it
    MarkError(mark_error::MarkErrorArgs),
    /// List the revisions of a note, or show one of them
    Revisions(revisions::RevisionsArgs),
    /// Show or set how long a note is kept: retention class, review date, legal hold
    Keep(keep::KeepArgs),
    /// List the reviews that are due: cases to review, and notes to keep or erase
    Due(due::DueArgs),
    /// Erase a note for good: every revision, draft and copy; the date and the reason are kept
    Erase(erase::EraseArgs),
    /// Discard a draft; it stays in the trash for 30 days
    Discard(discard::DiscardArgs),
    /// List discarded drafts, or restore one
    Trash(trash::TrashArgs),
}

/// Runs the command.
pub(crate) fn run(command: ClinicCommand, context: &mut Context) -> CommandResult {
    match command {
        ClinicCommand::New(args) => new::run(args, context),
        ClinicCommand::FollowUp(args) => follow_up::run(args, context),
        ClinicCommand::Formats(args) => formats::run(&args, context),
        ClinicCommand::List(args) => list::run(&args, context),
        ClinicCommand::Search(args) => search::run(&args, context),
        ClinicCommand::Show(args) => show::run(&args, context),
        ClinicCommand::Resume(args) => resume::run(args, context),
        ClinicCommand::Migrate(args) => migrate::run(&args, context),
        ClinicCommand::Export(args) => export::run(&args, context),
        ClinicCommand::Share(args) => share::run(&args, context),
        ClinicCommand::Amend(args) => amend::run(args, context),
        ClinicCommand::MarkError(args) => mark_error::run(args, context),
        ClinicCommand::Revisions(args) => revisions::run(&args, context),
        ClinicCommand::Keep(args) => keep::run(args, context),
        ClinicCommand::Due(args) => due::run(&args, context),
        ClinicCommand::Erase(args) => erase::run(&args, context),
        ClinicCommand::Discard(args) => discard::run(&args, context),
        ClinicCommand::Trash(args) => trash::run(&args, context),
    }
}

/// Opens a note by case key or id to read or continue it, and prints what there is to know first: a
/// doubt about the file, a newer version of its format, guidance that has changed.
fn open_note(vault: &Vault, name: &str, context: &mut Context) -> CommandResult<NoteOpened> {
    let paths = context.paths()?;
    let opened = read_note(vault, find_note(vault, name)?)?;
    if let Some(doubt) = &opened.doubt {
        context.say(doubt)?;
    }
    let newer = newer_template(&opened.session, &templates_folder(&paths));
    if let Some(newer) = newer.filter(|_| opened.is_draft) {
        context.say(format!(
            "This draft uses version {} of its meeting format. Version {} is now available. To see what would change: `caseclinic clinic migrate {} --dry-run`.",
            opened.session.template().about.version,
            newer.about.version,
            opened.session.case_key()
        ))?;
    }
    if let Some(changed) = changed_guidance(&opened.session, &Library::with_packs(&paths.packs)) {
        context.say(changed)?;
    }
    Ok(opened)
}

/// Opens a note by case key or id to change it.
///
/// # Errors
/// If it is not there, or the vault cannot vouch for it.
fn open_to_change(vault: &Vault, name: &str) -> CommandResult<NoteOpened> {
    let opened = read_note(vault, find_note(vault, name)?)?;
    match opened.doubt {
        Some(doubt) => Err(doubt.into()),
        None => Ok(opened),
    }
}

/// Checks that there is such a meeting format.
///
/// # Errors
/// What is wrong with its file, or which formats there are.
fn require_format(name: &str, context: &Context) -> CommandResult {
    let folder = templates_folder(&context.paths()?);
    let Err(why) = find_template(name, &folder) else { return Ok(()) };
    if is_template_file(name) {
        return Err(CommandError::usage(check::templates::errors_of(Path::new(name))));
    }
    let local = local_formats(&folder).into_iter().filter_map(|one| one.format.ok());
    let known = formats(Language::En).into_iter().chain(local).map(|format| format.id);
    let known: Vec<String> = known.collect();
    Err(CommandError::usage(why.to_string()).hint(format!("You can use: {}.", known.join(", "))))
}
