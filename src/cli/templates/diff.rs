//! `caseclinic template diff OLD NEW`: what differs between two versions of a template, how much it
//! matters to drafts, and whether `[[migrate]]` says what becomes of every answer.

use std::{io::Write, path::Path};

use serde_json::json;

use super::super::output::{FAILED, OK, PROBLEMS_FOUND};
use crate::{
    clinic::{
        Against, ChangeImpact, Template, TemplateChange, bundled_template, check_revision,
        check_template, compare,
    },
    services::{find_template, is_template_file, read_template_text},
    text::{Problem, problems_to_json},
};

/// `caseclinic template diff`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DiffArgs {
    /// The version in use: a template file, or the id of a meeting format
    old: String,
    /// The version to replace it: a template file, or the id of a meeting format
    new: String,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// Prints the differences. Answers with 0 if nothing is to be done, 4 if a migration is missing or
/// wrong or a published version changed, 1 if a file can't be used.
pub(super) fn run(
    args: &DiffArgs,
    folder: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let (old, new) = match (read(&args.old, folder), read(&args.new, folder)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let faults = [old.err(), new.err()].into_iter().flatten();
            for fault in faults.flatten() {
                writeln!(err, "{fault}")?;
            }
            return Ok(FAILED);
        }
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
        whole["changes"] = changes.iter().map(as_json).collect();
        writeln!(out, "{whole}")?;
    } else {
        print(&old, &new, &changes, &problems, out)?;
    }
    Ok(if problems.is_empty() { OK } else { PROBLEMS_FOUND })
}

/// The template, or every reason why it can't be used.
fn read(name: &str, folder: &Path) -> Result<Template, Vec<String>> {
    if !is_template_file(name) {
        return find_template(name, folder)
            .map(|found| found.template)
            .map_err(|why| vec![why.to_string()]);
    }
    let text = read_template_text(Path::new(name)).map_err(|problem| vec![problem.to_string()])?;
    Template::parse(name, &text).map_err(|_| {
        let problems = check_template(name, &text, Against::default());
        problems.iter().filter(|one| one.is_error()).map(Problem::to_string).collect()
    })
}

fn word(change: &TemplateChange) -> &'static str {
    match (change.weight, change.covered) {
        (ChangeImpact::Harmless, _) => "harmless",
        (ChangeImpact::ToConfirm, _) => "to confirm",
        (ChangeImpact::NeedsMigration, true) => "migrated",
        (ChangeImpact::NeedsMigration, false) => "needs [[migrate]]",
    }
}

fn as_json(change: &TemplateChange) -> serde_json::Value {
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
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let told = |template: &Template| format!("{} {}", template.about.id, template.about.version);
    writeln!(out, "From {} to {}", told(old), told(new))?;
    for change in changes {
        writeln!(out, "  {:<18} {}: {}", word(change), change.id, change.what)?;
    }
    if !problems.is_empty() {
        writeln!(out)?;
    }
    for problem in problems {
        writeln!(out, "{problem}")?;
    }
    let open = changes.iter().filter(|one| one.weight == ChangeImpact::ToConfirm).count();
    let end = match (problems.is_empty(), changes.is_empty(), open) {
        (false, ..) => "Drafts cannot move to the new version yet: see above.",
        (true, true, _) => "There are no differences.",
        (true, false, 0) => "Drafts can move to the new version. There is nothing else to do.",
        (true, false, _) => {
            "Drafts can move to the new version. Check the changes marked “to confirm”."
        }
    };
    writeln!(out, "\n{end}")?;
    Ok(())
}
