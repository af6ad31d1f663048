//! `caseclinic clinic show`, `export` and `revisions`: a note as text, on standard output or in a
//! file that is not encrypted.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{CommandError, CommandResult, Context, NoteArgs, PassphraseSource, open_note};
use crate::{
    cli::{
        document_file::{not_made, note_format_of, write_document},
        output::display_path,
    },
    clinic::{Event, Status, from_document},
    exchange::Received,
    knowledge::Library,
    report::{
        DocumentKind, DocumentSource, Edition, NoteFormat, WatchedNames, change_lines,
        has_taken_back_text, markdown, scan_note,
    },
    services::{NoteKind, NoteOpened},
    text::{clean_line, show_date},
    vault::{Vault, VaultError, Verified, lies_in_vault},
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
    let opened = match open_note(&vault, &args.of.note, NoteKind::Any, context) {
        Err(error) => return show_received(args, &vault, error, context),
        Ok(opened) => opened,
    };
    if args.history {
        for line in change_lines(&opened.session, &context.local) {
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

/// Prints a note of somebody else, if one has this case key or an id that begins so: every newest
/// revision of it, with its author. Else the note is not there, for this reason.
fn show_received(
    args: &ShowNoteArgs,
    vault: &Vault,
    error: CommandError,
    context: &mut Context,
) -> CommandResult {
    let Ok(Some(received)) = Received::load(vault) else { return Err(error) };
    let mut found = received.notes().iter().filter(|note| note.is_called(&args.of.note));
    let (Some(note), None) = (found.next(), found.next()) else { return Err(error) };
    for revision in note.newest_ones() {
        let session = received.session(vault, revision)?;
        context.say(format!(
            "From {}, revision {}, sent {}. You can read it; only they can change it.",
            note.title,
            revision.number,
            show_date(context.day(revision.at))
        ))?;
        if args.history {
            for line in change_lines(&session, &context.local) {
                context.print(line)?;
            }
        } else {
            context.print_text(&markdown(&session, args.attributed, &context.local))?;
        }
    }
    Ok(())
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Case key, such as HERON-42, or note id; the beginning of an id will do
    note: String,
    /// The file to write, which must not exist yet. It is NOT encrypted: keep it as safe as the record
    file: PathBuf,
    /// Which document; without it, the first of the list that fits the note
    #[arg(long, value_name = "DOCUMENT", value_parser = document_words())]
    document: Option<String>,
    /// For whom: the record; the record with who placed what; or somebody outside, without
    /// identifiers and special-category answers
    #[arg(long = "for", value_name = "READER", value_parser = edition_words(), default_value = "record")]
    edition: String,
    /// Add people’s professions to their roles, and show who made which placement: `--for attributed`
    #[arg(long, conflicts_with = "edition")]
    attributed: bool,
    /// Replace the file if it exists
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    key: PassphraseSource,
}

fn document_words() -> clap::builder::PossibleValuesParser {
    let word = |kind: &DocumentKind| {
        clap::builder::PossibleValue::new(kind.code()).help(format!(
            "{}: {}",
            kind.name(),
            kind.about()
        ))
    };
    clap::builder::PossibleValuesParser::new(DocumentKind::ALL.iter().map(word))
}

fn edition_words() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(Edition::ALL.map(Edition::code))
}

/// Writes a document of the note to a new file.
pub(crate) fn export(args: &ExportArgs, context: &mut Context) -> CommandResult {
    let format = note_format_of(&args.file)?;
    // Before the passphrase is asked for.
    if lies_in_vault(&context.paths()?.vault, &args.file) {
        return Err(VaultError::InsideVault(args.file.clone()).into());
    }
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let opened = open_note(&vault, &args.note, NoteKind::Completed, context)?;
    let offered = DocumentKind::offered(&opened.session);
    let kind = args.document.as_deref().and_then(DocumentKind::of_code).unwrap_or(offered[0]);
    if !offered.contains(&kind) {
        let codes: Vec<&str> = offered.iter().map(|kind| kind.code()).collect();
        return Err(CommandError::failed(format!(
            "This note cannot become a {}.",
            kind.name().to_lowercase()
        ))
        .hint(format!("Nothing was exported. It can become: {}.", codes.join(", "))));
    }
    let library = Library::with_packs(&context.paths()?.packs);
    let edition = if args.attributed {
        Edition::Attributed
    } else {
        Edition::of_code(&args.edition).unwrap_or_default()
    };
    let source = DocumentSource {
        session: &opened.session,
        edition,
        local: &context.local,
        library: &library,
    };
    let (what, contents) = match format {
        NoteFormat::Document(format) => (kind.name(), format.write(&kind.build(&source))),
        NoteFormat::Data(data) => (data.name(), data.write(&source)),
    };
    let contents = Zeroizing::new(contents.map_err(not_made)?);
    write_document(&args.file, &contents, args.replace, context)?;
    context.say(format!(
        "{} exported to {}. This file is not encrypted: keep it as safe as the child’s record, and delete it when you no longer need it.",
        what,
        display_path(&args.file)
    ))?;
    if opened.is_draft() {
        context.say("The note is a draft: it is not completed, and may still change.")?;
    }
    let mut names = WatchedNames::for_words_of(&library);
    names.take_names_of(&opened.session);
    let found = scan_note(&opened.session, &names, context.today());
    context.say(found.counted())?;
    let left = match format {
        NoteFormat::Document(format) => {
            format!("{} ({})", kind.handed_over(edition), format.name())
        }
        NoteFormat::Data(data) => edition.handed_over(data.name()),
    };
    record(&vault, opened, left, context)
}

/// Records in a completed note what left the vault. The file is written by now, so a note that takes
/// no record is said and no failure.
fn record(vault: &Vault, opened: NoteOpened, what: String, context: &mut Context) -> CommandResult {
    if opened.is_draft() {
        return Ok(());
    }
    match super::correct::correct(vault, opened, Event::HandedOver { what }, context) {
        Ok(_) => Ok(()),
        Err(error) => {
            Ok(context.say(format!("The note does not record this export. {}", error.message))?)
        }
    }
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
