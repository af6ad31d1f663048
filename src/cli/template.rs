//! `caseclinic template diff OLD NEW`: what differs between two versions of a template, how much it
//! matters to drafts, and whether `[[migrate]]` names every answer that moves.
//! `caseclinic template blank ID`: a template as a form to fill in, or its placing cards.

use std::{io, path::Path};

use serde_json::{Value, json};

use super::{
    CommandError, CommandResult, Context, ErrorKind,
    check::templates::errors_of,
    document_file::{DocumentFileArgs, not_made},
};
use crate::{
    clinic::{
        ChangeImpact, Language, Template, TemplateChange, bundled_template, check_revision, compare,
    },
    report::{ExportFormat, FormLayout, blank_form, placing_cards},
    services::{find_template, is_template_file, read_template_text, templates_folder},
    text::{Problem, problems_to_json},
};

/// What to do with templates.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TemplateCommand {
    /// Compare two versions of a template, and show whether drafts can move to the new one
    Diff(DiffArgs),
    /// Print or write a meeting format as a blank form, to fill in on paper or on a computer
    #[command(after_help = blank_help())]
    Blank(BlankArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct BlankArgs {
    /// The id of a meeting format, such as consultation-request, or a template file
    template: String,
    #[command(flatten)]
    document: DocumentFileArgs,
    /// Instead of the form: the cards on which people place a behaviour, a page for each
    #[arg(long)]
    cards: bool,
    /// Leave out what is read aloud
    #[arg(long)]
    without_scripts: bool,
}

fn blank_help() -> String {
    format!(
        "The ending of the file’s name chooses the format: {}.\n\n\
         For a colleague who has only Word: caseclinic template blank consultation-request --output request.docx\n\
         To read in what they wrote: caseclinic clinic import request.docx",
        ExportFormat::list()
    )
}

#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The version in use: a template file, or the id of a meeting format
    old: String,
    /// The version to replace it: a template file, or the id of a meeting format
    new: String,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(command: &TemplateCommand, context: &mut Context) -> CommandResult {
    match command {
        TemplateCommand::Diff(args) => diff(args, context),
        TemplateCommand::Blank(args) => blank(args, context),
    }
}

/// Prints a blank form or its cards, or writes them to a new file. Fails if the format has no cards,
/// or the file cannot be written.
fn blank(args: &BlankArgs, context: &mut Context) -> CommandResult {
    let template = read(&args.template, &templates_folder(&context.paths()?))?;
    let format = args.document.format()?.unwrap_or(ExportFormat::Markdown);
    let layout = match format {
        ExportFormat::Markdown | ExportFormat::Text => FormLayout::Lines,
        _ => FormLayout::Tables,
    };
    let document = if args.cards {
        placing_cards(&template, Language::En).map_err(|none| {
            CommandError::failed(none.to_string())
                .hint("Choose a format in which behaviour is placed, such as peer-case-clinic.")
        })?
    } else {
        blank_form(&template, Language::En, !args.without_scripts, layout)
    };
    if args.document.write(|| document.clone(), context)? {
        return Ok(());
    }
    let contents = format.write(&document).map_err(not_made)?;
    Ok(context.print_text(&String::from_utf8_lossy(&contents))?)
}

/// Prints the differences. Fails if a file cannot be used, a migration is missing or wrong, or a
/// published version changed.
fn diff(args: &DiffArgs, context: &mut Context) -> CommandResult {
    let folder = templates_folder(&context.paths()?);
    let (old, new) = match (read(&args.old, &folder), read(&args.new, &folder)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(one), Err(other)) => return Err(CommandError::failed(format!("{one}\n{other}"))),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let name = if is_template_file(&args.new) {
        args.new.clone()
    } else {
        bundled_template(&args.new).map_or(args.new.clone(), |one| one.file.to_owned())
    };
    let changes = compare(&old, &new);
    let problems = check_revision(&name, &old, &new);
    if args.json {
        let mut whole = problems_to_json(&problems);
        whole["old"] = json!({ "id": old.about.id, "version": old.about.version });
        whole["new"] = json!({ "id": new.about.id, "version": new.about.version });
        whole["changes"] = changes.iter().map(to_json).collect();
        context.print_json(&whole)?;
    } else {
        print(&old, &new, &changes, &problems, context)?;
    }
    ErrorKind::Problems.unless(problems.is_empty())
}

/// Returns the template, or every reason why it cannot be used.
fn read(name: &str, folder: &Path) -> CommandResult<Template> {
    if !is_template_file(name) {
        return Ok(find_template(name, folder)?.template);
    }
    let text = read_template_text(Path::new(name), name).map_err(|problem| problem.to_string())?;
    Template::parse(name, &text).map_err(|_| CommandError::failed(errors_of(Path::new(name))))
}

fn word(change: &TemplateChange) -> &'static str {
    match (change.weight, change.covered) {
        (ChangeImpact::Harmless, _) => "harmless",
        (ChangeImpact::ToConfirm, _) => "to confirm",
        (ChangeImpact::NeedsMigration, true) => "migrated",
        (ChangeImpact::NeedsMigration, false) => "needs [[migrate]]",
    }
}

fn to_json(change: &TemplateChange) -> Value {
    let weight = match change.weight {
        ChangeImpact::Harmless => "harmless",
        ChangeImpact::ToConfirm => "to-confirm",
        ChangeImpact::NeedsMigration => "needs-migration",
    };
    json!({ "id": change.id, "what": change.what, "weight": weight, "migrated": change.covered })
}

fn print(
    old: &Template,
    new: &Template,
    changes: &[TemplateChange],
    problems: &[Problem],
    context: &mut Context,
) -> io::Result<()> {
    let title = |template: &Template| format!("{} {}", template.about.id, template.about.version);
    context.print(format!("From {} to {}", title(old), title(new)))?;
    for change in changes {
        context.print(format!("  {:<18} {}: {}", word(change), change.id, change.what))?;
    }
    if !problems.is_empty() {
        context.print("")?;
    }
    for problem in problems {
        context.print(problem)?;
    }
    let open = changes.iter().filter(|one| one.weight == ChangeImpact::ToConfirm).count();
    let end = match (problems.is_empty(), changes.is_empty(), open) {
        (false, ..) => "Drafts cannot be updated to the new version yet: see above.",
        (true, true, _) => "There are no differences.",
        (true, false, 0) => {
            "Drafts can be updated to the new version. There is nothing else to do."
        }
        (true, false, _) => {
            "Drafts can be updated to the new version. Check the changes marked “to confirm”."
        }
    };
    context.print_text(&format!("\n{end}\n"))
}
