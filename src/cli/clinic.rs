//! `caseclinic clinic …`: one file for each group of subcommands.

mod begin;
mod correct;
mod drafts;
mod import;
mod list;
mod read;
mod retention;

use std::path::Path;

use super::{CommandError, CommandResult, Context, ErrorKind, PassphraseSource, check};
use crate::{
    app::changed_guidance,
    clinic::{Language, Status, formats},
    knowledge::Library,
    services::{
        FoundNote, NoteChoice, NoteError, NoteKind, NoteOpened, find_note, find_template,
        is_template_file, local_formats, newer_template, read_note, short_id, templates_folder,
    },
    text::{clean_line, show_date},
    vault::{NoteId, Vault},
};

/// What to do with clinics.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClinicCommand {
    /// Start a clinic in any meeting format
    New(begin::NewArgs),
    /// Start a follow-up of a completed note
    FollowUp(begin::FollowUpArgs),
    /// Read a form that was filled in on a computer into a new draft
    #[command(after_help = import::HELP)]
    Import(import::ImportArgs),
    /// List the meeting formats you can choose from
    Formats {
        /// Print JSON
        #[arg(long, help_heading = "For scripts")]
        json: bool,
    },
    /// List all notes
    List(list::ListNotesArgs),
    /// Search the text of all notes
    Search(list::SearchNotesArgs),
    /// Show a note
    Show(read::ShowNoteArgs),
    /// Continue a clinic you left
    Resume(begin::ResumeArgs),
    /// Update a draft to a newer version of its meeting format
    Migrate(drafts::MigrateArgs),
    /// Export a note to a file, which is not encrypted
    #[command(after_help = super::document_file::export_formats_help())]
    Export(read::ExportArgs),
    /// Share a supervision note, which is otherwise private, with one member
    Share(correct::ShareArgs),
    /// Add a correction to a completed note; you type the text when asked
    #[command(after_help = "For scripts: the text can be given on standard input.")]
    Amend(correct::AmendArgs),
    /// Mark a note as entered in error; it stays as it is, nothing can be added to it, and this cannot be undone
    MarkError(correct::MarkErrorArgs),
    /// List the revisions of a note, or show one of them
    Revisions(read::RevisionsArgs),
    /// Show or set how long a note is kept: retention class, review date, legal hold
    Keep(retention::KeepArgs),
    /// List the reviews that are due: cases to review, and notes to keep or erase
    Due(retention::DueArgs),
    /// Erase a note for good: every revision, draft and copy; the date and the reason are kept
    Erase(retention::EraseArgs),
    /// Discard a draft; it stays in the trash for 30 days
    Discard(NoteArgs),
    /// List discarded drafts, or restore one
    Trash(drafts::TrashArgs),
}

/// Runs the command.
pub(crate) fn run(command: ClinicCommand, context: &mut Context) -> CommandResult {
    match command {
        ClinicCommand::New(args) => begin::start(args, context),
        ClinicCommand::FollowUp(args) => begin::follow_up(args, context),
        ClinicCommand::Import(args) => import::import(&args, context),
        ClinicCommand::Formats { json } => begin::list_formats(json, context),
        ClinicCommand::List(args) => list::list(&args, context),
        ClinicCommand::Search(args) => list::search(&args, context),
        ClinicCommand::Show(args) => read::show(&args, context),
        ClinicCommand::Resume(args) => begin::resume(args, context),
        ClinicCommand::Migrate(args) => drafts::migrate(&args, context),
        ClinicCommand::Export(args) => read::export(&args, context),
        ClinicCommand::Share(args) => correct::share(args, context),
        ClinicCommand::Amend(args) => correct::amend(args, context),
        ClinicCommand::MarkError(args) => correct::mark_error(args, context),
        ClinicCommand::Revisions(args) => read::revisions(&args, context),
        ClinicCommand::Keep(args) => retention::keep(args, context),
        ClinicCommand::Due(args) => retention::due(&args, context),
        ClinicCommand::Erase(args) => retention::erase(args, context),
        ClinicCommand::Discard(args) => drafts::discard(&args, context),
        ClinicCommand::Trash(args) => drafts::trash(&args, context),
    }
}

/// A note, and where the passphrase comes from.
#[derive(Debug, clap::Args)]
pub(crate) struct NoteArgs {
    /// Case key, such as HERON-42, or note id; the beginning of an id will do
    note: String,
    #[command(flatten)]
    key: PassphraseSource,
}

impl NoteArgs {
    fn open_vault(&self, context: &mut Context) -> CommandResult<Vault> {
        context.open_vault(self.key.passphrase_fd)
    }

    /// Unlocks the vault, and finds the note in it.
    fn find(&self, kind: NoteKind, context: &mut Context) -> CommandResult<(Vault, NoteId)> {
        let vault = self.open_vault(context)?;
        let id = find(&vault, &self.note, kind, context)?;
        Ok((vault, id))
    }
}

/// Finds a note by case key or id. If its case has several, says which one is taken because it alone
/// is of this kind; the error lists them if there is no such one.
fn find(vault: &Vault, name: &str, kind: NoteKind, context: &mut Context) -> CommandResult<NoteId> {
    let rows = vault.list()?;
    let line = |note: &NoteChoice, context: &Context| {
        let (day, id) = (show_date(context.day(note.head.created)), short_id(note.id, &rows));
        let status = Status::title_of(&note.head.status).to_lowercase();
        format!("{id}  {}, begun {day}, {status}", clean_line(&note.head.title))
    };
    match find_note(vault, name, kind) {
        Ok(FoundNote { id, chosen }) => {
            if let Some(note) = chosen {
                let line = line(&note, context);
                context.say(format!("“{name}” names several notes. This is {line}."))?;
            }
            Ok(id)
        }
        Err(NoteError::Several { notes, .. }) => {
            let lines = notes.iter().map(|note| format!("\n  {}", line(note, context)));
            let message = format!("“{name}” names several notes:{}", lines.collect::<String>());
            Err(CommandError::usage(message).hint("Use the id of the one you mean."))
        }
        Err(error) => Err(error.into()),
    }
}

/// Opens a note by case key or id to read or continue it, and prints what there is to know first: a
/// doubt about the file, a newer version of its format, guidance that has changed.
fn open_note(
    vault: &Vault,
    name: &str,
    kind: NoteKind,
    context: &mut Context,
) -> CommandResult<NoteOpened> {
    let paths = context.paths()?;
    let opened = read_note(vault, find(vault, name, kind, context)?)?;
    if let Some(doubt) = &opened.doubt {
        context.say(doubt.to_string())?;
    }
    let newer = newer_template(&opened.session, &templates_folder(&paths));
    if let Some(newer) = newer.filter(|_| opened.is_draft()) {
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

/// Opens a note by case key or id to change it. Fails if it is not there, or the vault cannot vouch
/// for it.
fn open_to_change(
    vault: &Vault,
    name: &str,
    kind: NoteKind,
    context: &mut Context,
) -> CommandResult<NoteOpened> {
    let opened = read_note(vault, find(vault, name, kind, context)?)?;
    match opened.doubt {
        Some(doubt) => Err(CommandError::failed(doubt.to_string())),
        None => Ok(opened),
    }
}

/// Checks that there is such a meeting format; the error says what is wrong with its file, or which
/// formats there are.
fn require_format(name: &str, context: &Context) -> CommandResult {
    let folder = templates_folder(&context.paths()?);
    let Err(why) = find_template(name, &folder) else { return Ok(()) };
    if is_template_file(name) {
        return Err(CommandError::usage(check::templates::errors_of(Path::new(name))));
    }
    let local = local_formats(&folder).into_iter().filter_map(|one| one.format.ok());
    let known: Vec<String> =
        formats(Language::En).into_iter().chain(local).map(|format| format.id).collect();
    Err(CommandError::usage(why.to_string()).hint(format!("You can use: {}.", known.join(", "))))
}
