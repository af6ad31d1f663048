//! `caseclinic clinic import`: a form that somebody filled in on a computer, or a note that was exported
//! as JSON, becomes a draft.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{CommandError, CommandResult, Context, PassphraseSource, require_format};
use crate::{
    cli::output::display_path,
    clinic::{Language, Template, bundled_templates, to_document},
    knowledge::{DocumentText, Library, read_document_text},
    report::{
        DataFormat, FormError, NotPlaced, NoteFileError, NoteInFile, WatchedNames, form_format,
        has_title, import_form, require_form_of_one, scan_note,
    },
    services::{
        StartError, find_imported, find_template, free_case_key, head, new_clinic, templates_folder,
    },
    text::{clean_line, counted},
    vault::NoteId,
};

/// Bytes of the largest file that is read.
const MAX_FILE_BYTES: u64 = 20 * 1024 * 1024;
/// What could not be placed is printed up to this many texts; the draft has all.
const MAX_PRINTED: usize = 40;
/// Characters of such a text that are printed.
const MAX_PRINTED_CHARS: usize = 300;

/// How a form gets there, for help.
pub(crate) const HELP: &str = "\
To make the form: caseclinic template blank consultation-request --output request.docx
It can be filled in with Word or LibreOffice. The file is not encrypted: delete it when the draft is complete.

A note from another vault: caseclinic clinic export HERON-42 note.json
It becomes a draft that says which file it came from. Read it, then complete it.";

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// The form as it was filled in (DOCX, HTML or Markdown), or a note that was exported as .json
    file: PathBuf,
    /// The meeting format of the form, if the form does not say it: its id
    #[arg(long, value_name = "ID")]
    template: Option<String>,
    #[command(flatten)]
    key: PassphraseSource,
}

/// Saves the answers of the form as a new draft, and prints what could not be placed. Fails if the
/// file is no such form, or nothing is filled in.
pub(crate) fn import(args: &ImportArgs, context: &mut Context) -> CommandResult {
    let shown = display_path(&args.file);
    match DataFormat::of_file(&args.file) {
        Some(DataFormat::Json) => return import_json(args, context),
        Some(DataFormat::Fhir) => {
            let why = format!("{shown} is a FHIR file, which does not hold the whole note.");
            let advice = "Nothing was saved. Export the note as .json, and import that.";
            return Err(CommandError::failed(why).hint(advice));
        }
        _ => {}
    }
    let document = read(&args.file)?;
    let folder = templates_folder(&context.paths()?);
    let named = form_format(&document);
    let id = match (&args.template, &named) {
        (Some(id), _) | (None, Some((id, _))) => id.clone(),
        (None, None) => format_by_title(&document).ok_or_else(|| {
            CommandError::failed(format!("{shown} does not say which form it is."))
                .hint("Nothing was saved. If you know its meeting format, add --template ID.")
        })?,
    };
    require_format(&id, context)?;
    let template = find_template(&id, &folder)?.template;
    refuse(require_form_of_one(&template), &template)?;
    let vault = context.open_vault(args.key.passphrase_fd)?;
    let (note, mut session) = new_clinic(&id, &folder, &vault)?;
    let form = import_form(&mut session, &document, context.today(), context.now());
    let form = refuse(form, &template)?;
    vault.save_draft(note, &head(&session), &Zeroizing::new(to_document(&session)))?;
    // What fails here costs no text: the next change of the ledger enters it.
    let _ = vault.enter_drafts();
    for entry in &form.urgent {
        context.say(format!(
            "ACT FIRST: the form says that a child may be in danger. Read `caseclinic show {entry}` now."
        ))?;
    }
    let (key, about) = (session.case_key(), &template.about);
    let title = about.title.show(Language::En);
    let answers = counted(form.placed as u64, "answer", "answers");
    context.print(format!("New draft {key}: {title}, with {answers} from the form."))?;
    let version = named.filter(|(of, _)| *of == about.id).map(|(_, version)| version);
    match version {
        Some(version) if version == about.version => {}
        Some(version) => context.print(format!(
            "The form is of version {}, and the draft of version {}. Questions that have changed are listed below.",
            clean_line(&version),
            about.version
        ))?,
        None => context.print(format!(
            "The form does not say its version. It was read as version {}.",
            about.version
        ))?,
    }
    print_not_placed(&form.not_placed, context)?;
    for left_out in &document.left_out {
        context.print(left_out)?;
    }
    let library = Library::with_packs(&context.paths()?.packs);
    let names = WatchedNames::for_words_of(&library);
    context.print(scan_note(&session, &names, context.today()).counted())?;
    context.print(format!(
        "To check the answers and complete the note: `caseclinic clinic resume {key}`."
    ))?;
    Ok(context.say(format!(
        "{shown} is not encrypted, and is still there. Delete it when you no longer need it."
    ))?)
}

/// Saves a note that was exported as JSON as a new draft.
fn import_json(args: &ImportArgs, context: &mut Context) -> CommandResult {
    let shown = display_path(&args.file);
    let failed = |error: NoteFileError| {
        CommandError::failed(format!("{shown}: {error}"))
            .hint(format!("Nothing was saved. {}", error.advice))
    };
    let bytes = Zeroizing::new(read_bytes(&args.file)?);
    let note = NoteInFile::read(&bytes).map_err(failed)?;
    let (id, version) = note.format();
    let (id, version) = (args.template.as_deref().unwrap_or(id).to_owned(), version.to_owned());
    require_format(&id, context)?;
    let template = find_template(&id, &templates_folder(&context.paths()?))?.template;
    let vault = context.open_vault(args.key.passphrase_fd)?;
    if let Some(why) = vault.read_only() {
        return Err(StartError::ReadOnly(why.to_owned()).into());
    }
    if let Some(key) = find_imported(&vault, note.note())? {
        let why = format!("This note is in the vault already, as {key}.");
        let advice = "Nothing was saved. To add to a completed note: `caseclinic clinic amend`.";
        return Err(CommandError::failed(why).hint(advice));
    }
    let key = free_case_key(&vault, Some(note.case_key()))?;
    let (was, status, left_out) = (note.case_key().to_owned(), note.status(), note.left_out());
    let about = template.about.clone();
    let session = note.into_session(template, Uuid::new_v4(), &key, context.now());
    let session = session.map_err(failed)?;
    let note = NoteId::random();
    vault.save_draft(note, &head(&session), &Zeroizing::new(to_document(&session)))?;
    // What fails here costs no text: the next change of the ledger enters it.
    let _ = vault.enter_drafts();
    context.print(format!(
        "New draft {key}: {}, imported from {shown}.",
        about.title.show(Language::En)
    ))?;
    if key != was {
        context.print(format!(
            "In the file it is {was}. That is the key of another case in this vault, so this one has a new key."
        ))?;
    }
    if version != about.version {
        context.print(format!(
            "The note is of version {}, and the draft of version {}. Answers without a question are kept at its end.",
            clean_line(&version),
            about.version
        ))?;
    }
    if left_out > 0 {
        let answers = counted(left_out as u64, "answer", "answers");
        context
            .print(format!("The file left out {answers}: it is a copy for somebody outside."))?;
    }
    context.print(format!(
        "In the file it was {}. Nobody signed the file, so it could have been changed: compare it with \
         what you know. The draft says where it came from, also once it is complete.",
        status.title()
    ))?;
    context.print(format!("To read and complete the note: `caseclinic clinic resume {key}`."))?;
    Ok(context.say(format!(
        "{shown} is not encrypted, and is still there. Delete it when you no longer need it."
    ))?)
}

fn print_not_placed(all: &[NotPlaced], context: &mut Context) -> CommandResult {
    if all.is_empty() {
        return Ok(context.print("Everything in the form has its place.")?);
    }
    let texts = counted(all.len() as u64, "text was", "texts were");
    context.print(format!(
        "{texts} not placed. The draft keeps all of it at the end of its last text, after “From the form, not placed:”."
    ))?;
    for one in all.iter().take(MAX_PRINTED) {
        let text = clean_line(&one.text);
        let more = if text.chars().nth(MAX_PRINTED_CHARS).is_some() { " …" } else { "" };
        let text: String = text.chars().take(MAX_PRINTED_CHARS).collect();
        let (place, why) = (clean_line(&one.place), &one.why);
        let place = if place.is_empty() { "At the beginning".to_owned() } else { place };
        context.print(format!("  {place}: “{text}{more}” ({why})"))?;
    }
    if all.len() > MAX_PRINTED {
        context.print(format!("  … and {} more.", all.len() - MAX_PRINTED))?;
    }
    Ok(())
}

/// Returns what was made of a form, or the error that says what to do.
fn refuse<T>(result: Result<T, FormError>, template: &Template) -> CommandResult<T> {
    result.map_err(|error| {
        let id = &template.about.id;
        let advice = match &error {
            FormError::NotForOne(_) => {
                format!("Type the answers in: `caseclinic clinic new --template {id}`.")
            }
            FormError::Blank => "Fill it in and save it, and import it again.".to_owned(),
            FormError::TooLong(_) => {
                "Delete what is not part of the form, and import it again.".to_owned()
            }
        };
        CommandError::failed(error.to_string()).hint(format!("Nothing was saved. {advice}"))
    })
}

/// Returns the id of the format whose title begins the form.
fn format_by_title(document: &DocumentText) -> Option<String> {
    let formats = bundled_templates().iter().filter_map(|one| one.parse().ok());
    let mut formats = formats.map(|template| template.about);
    formats.find(|about| has_title(document, about.title.show(Language::En))).map(|about| about.id)
}

fn read(path: &Path) -> CommandResult<DocumentText> {
    let shown = display_path(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    read_document_text(&name, read_bytes(path)?).map_err(|error| {
        CommandError::failed(format!("{shown}: {error}"))
            .hint(format!("Nothing was saved. {}", error.advice))
    })
}

fn read_bytes(path: &Path) -> CommandResult<Vec<u8>> {
    let shown = display_path(path);
    let failed = |why: String, advice: &str| {
        CommandError::failed(why).hint(format!("Nothing was saved. {advice}"))
    };
    let unreadable = |error: std::io::Error| {
        failed(format!("{shown} could not be read: {error}."), "Check the name of the file.")
    };
    // A pipe would keep the program waiting, and a folder holds no text.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(failed(format!("{shown} is not a file."), "Name the form that was filled in."));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let why = format!("{shown} is larger than {} MiB.", MAX_FILE_BYTES >> 20);
        return Err(failed(why, "Take the pictures out of it, and try again."));
    }
    Ok(bytes)
}
