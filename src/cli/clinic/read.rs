//! `caseclinic clinic show`, `export` and `revisions`: a note as text, on standard output or in a
//! file that is not encrypted.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{CommandError, CommandResult, Context, NoteArgs, PassphraseSource, open_note};
use crate::{
    cli::output::display_path,
    clinic::{Status, from_document},
    knowledge::Library,
    report::{
        ExportFormat, WatchedNames, change_lines, has_taken_back_text, markdown, scan_note,
        whole_note,
    },
    services::NoteKind,
    text::{clean_line, show_date},
    vault::{VaultError, Verified, lies_in_vault},
};

#[derive(Debug, clap::Args)]
pub(crate) struct ShowNoteArgs {
    /// Add people’s professions to their roles, and show who made which placement
    #[arg(long)]
    attributed: bool,
    /// Show every change instead: also what was typed and then changed or removed
    #[arg(long, conflicts_with = "attributed")]
    history: bool,
    #[command(flatten)]
    of: NoteArgs,
}

/// Prints the note, or every change that was made to it.
pub(crate) fn show(args: &ShowNoteArgs, context: &mut Context) -> CommandResult {
    let vault = args.of.open_vault(context)?;
    let opened = open_note(&vault, &args.of.note, NoteKind::Any, context)?;
    if args.history {
        for line in change_lines(&opened.session) {
            context.print(line)?;
        }
        return Ok(());
    }
    if has_taken_back_text(&opened.session) {
        context.say(format!(
            "The vault also keeps what was typed in this note and then changed or removed. Members \
             cannot open that. To see it: `caseclinic clinic show {} --history`.",
            clean_line(opened.session.case_key())
        ))?;
    }
    Ok(context.print_text(&markdown(&opened.session, args.attributed, &context.local))?)
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Case key, such as HERON-42, or note id; the beginning of an id will do
    note: String,
    /// The file to write, which must not exist yet. It is NOT encrypted: keep it as safe as the record
    file: PathBuf,
    /// Add people’s professions to their roles, and show who made which placement
    #[arg(long)]
    attributed: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Names the formats, for help.
pub(crate) fn export_formats_help() -> String {
    format!(
        "The ending of the file’s name chooses the format: {}. Without an ending: {}.",
        ExportFormat::list(),
        ExportFormat::ALL[0].name()
    )
}

/// Writes the note to a new file.
pub(crate) fn export(args: &ExportArgs, context: &mut Context) -> CommandResult {
    let format = ExportFormat::of_file(&args.file).map_err(|unknown| {
        CommandError::usage(unknown.to_string()).hint(format!(
            "Nothing was exported. Use a file name that ends in {}.",
            ExportFormat::list()
        ))
    })?;
    // Nothing readable may lie among the encrypted files, where it is copied along with them.
    if lies_in_vault(&context.paths()?.vault, &args.file) {
        return Err(VaultError::InsideVault(args.file.clone()).into());
    }
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let opened = open_note(&vault, &args.note, NoteKind::Completed, context)?;
    let document = whole_note(&opened.session, args.attributed, &context.local);
    write_new(&args.file, &format.write(&document))?;
    context.say(format!(
        "Exported to {}. This file is not encrypted: keep it as safe as the child’s record, and delete it when you no longer need it.",
        display_path(&args.file)
    ))?;
    if opened.is_draft() {
        context.say("The note is a draft: it is not completed, and may still change.")?;
    }
    let mut names = WatchedNames::for_words_of(&Library::with_packs(&context.paths()?.packs));
    names.take_names_of(&opened.session);
    let found = scan_note(&opened.session, &names, context.today());
    Ok(context.say(found.counted())?)
}

/// Writes a file that was not there, readable by its owner only.
fn write_new(path: &Path, contents: &[u8]) -> CommandResult {
    let shown = display_path(path);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CommandError::failed(format!("{shown} already exists."))
            .hint("Nothing was exported. Choose a new file name."),
        io::ErrorKind::NotFound => {
            CommandError::failed(format!("The folder for {shown} does not exist."))
                .hint("Nothing was exported. Create the folder, or choose another.")
        }
        io::ErrorKind::PermissionDenied => {
            CommandError::failed(format!("You do not have permission to create {shown}."))
                .hint("Nothing was exported. Choose a folder of your own.")
        }
        _ => CommandError::failed(format!("{shown} could not be created: {error}."))
            .hint("Nothing was exported. Choose another file name or folder."),
    })?;
    file.write_all(contents).and_then(|()| file.sync_all()).map_err(|error| {
        CommandError::failed(format!("{shown} is incomplete: {error}."))
            .hint("Delete it, free some space and try again.")
    })
}

#[derive(Debug, clap::Args)]
pub(crate) struct RevisionsArgs {
    /// Show this revision
    #[arg(long, value_name = "NUMBER")]
    show: Option<u32>,
    #[command(flatten)]
    of: NoteArgs,
}

/// Prints the completed revisions of a note, or the text of one. Fails if there is none.
pub(crate) fn revisions(args: &RevisionsArgs, context: &mut Context) -> CommandResult {
    let (vault, id) = args.of.find(NoteKind::Completed, context)?;
    if let Some(number) = args.show {
        let opened = vault.open_revision(id, number)?;
        if let Verified::No(why) = &opened.verified {
            context.say(why)?;
        }
        let session = from_document(&opened.body).map_err(|error| error.to_string())?;
        return Ok(context.print_text(&markdown(&session, false, &context.local))?);
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
                let status = Status::title_of(&note.head.status);
                context.print(format!("{number}  {day}  {status}{doubt}"))?;
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
