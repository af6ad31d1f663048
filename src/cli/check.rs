//! `caseclinic check [PATH…]`: what is wrong with knowledge packs and clinic templates.

pub(crate) mod templates;

use std::path::{Path, PathBuf};

use super::{CommandError, CommandResult, Context, ErrorKind};
use crate::{
    knowledge::{Library, NoteCounts, check_bundled, check_installed, check_path, count_notes},
    services::templates_folder,
    system::process::own_program,
    text::{Problem, counted, problems_to_json},
};

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct CheckArgs {
    /// Folders or files to check; leave them out to check the built-in and installed guidance and
    /// templates
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also list the notes: what is not wrong but could be better
    #[arg(long)]
    notes: bool,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

/// Prints every problem of the paths, or of what is bundled and installed, and counts the notes. Fails
/// if there is a problem that is not a note.
pub(crate) fn run(args: &CheckArgs, context: &mut Context) -> CommandResult {
    let today = context.today();
    let paths = context.paths().ok();
    let packs = paths.as_ref().map(|paths| paths.packs.as_path());
    let local = paths.as_ref().map(templates_folder);
    // A template may pin entries of a pack, whose own problems are reported as such.
    let library = packs.map_or_else(Library::bundled, Library::with_packs);
    let templates = |path: Option<&Path>| templates::check(path, local.as_deref(), &library, today);
    let problems: Vec<Problem> = if args.paths.is_empty() {
        let mut problems = check_bundled(today);
        problems.extend(packs.map(|packs| check_installed(packs, today)).unwrap_or_default());
        problems.extend(templates(None).unwrap_or_default());
        problems
    } else {
        let program = own_program().ok();
        let check = |path: &PathBuf| {
            templates(Some(path)).unwrap_or_else(|| check_path(path, today, program.as_deref()))
        };
        args.paths.iter().flat_map(check).collect()
    };
    report(args, problems, context)
}

fn report(args: &CheckArgs, mut problems: Vec<Problem>, context: &mut Context) -> CommandResult {
    let counts = count_notes(&problems);
    problems.retain(|problem| args.notes || !problem.is_note());
    let wrong = problems.iter().filter(|problem| !problem.is_note()).count();
    if args.json {
        let mut whole = problems_to_json(&problems);
        whole["notes"] = counts.iter().map(NoteCounts::to_json).collect();
        context.print_json(&whole)?;
        return ErrorKind::Problems.unless(wrong == 0);
    }
    for problem in &problems {
        match context.style.columns {
            Some(columns) => {
                context.print_problem(problem, columns)?;
            }
            None => {
                let (severity, code) = (problem.severity.name(), problem.code);
                context.print(format!("{problem} [{severity} {code}]"))?;
            }
        }
    }
    for notes in &counts {
        context.say(format!("Notes on {notes}."))?;
    }
    if !args.notes && !counts.is_empty() {
        context.say("To list the notes, add --notes.")?;
    }
    if wrong == 0 {
        return Ok(context.say("No problems found.")?);
    }
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = counted(wrong - errors, "warning", "warnings");
    let message = format!("{}, {warnings}.", counted(errors, "error", "errors"));
    Err(CommandError::new(ErrorKind::Problems, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{context::fixture::TestRun, output::OutputStyle};

    fn run_on(paths: Vec<PathBuf>, json: bool, style: OutputStyle) -> (u8, String, String) {
        let home = tempfile::tempdir().expect("a folder");
        let args = CheckArgs { paths, notes: false, json };
        TestRun::at(home.path()).styled(style).run(|context| run(&args, context))
    }

    fn broken() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("a.md"), "+++\nid = 5\n+++\n").expect("a file");
        folder
    }

    #[test]
    fn problems_have_their_own_exit_code() {
        let folder = broken();
        let (code, out, err) = run_on(vec![folder.path().into()], false, OutputStyle::default());
        assert_eq!(code, 4);
        assert!(out.contains("a.md:2:6: `id` must be text"), "{out}");
        assert!(err.contains("errors"), "{err}");
    }

    #[test]
    fn on_a_terminal_each_problem_comes_with_an_excerpt() {
        let folder = broken();
        let style = OutputStyle { columns: Some(80), colour: false };
        let (_, out, _) = run_on(vec![folder.path().into()], false, style);
        assert!(out.contains("id = 5") && out.contains("wrong-type"), "{out}");
    }

    #[test]
    fn notes_are_counted_and_listed_if_asked_for_and_are_no_failure() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = format!("{}{}", crate::knowledge::SAMPLE, "word ".repeat(260));
        std::fs::write(folder.path().join("one.md"), text).expect("a file");
        let home = tempfile::tempdir().expect("a folder");
        let run_on = |notes: bool, json: bool| {
            let args = CheckArgs { paths: vec![folder.path().into()], notes, json };
            TestRun::at(home.path()).run(|context| run(&args, context))
        };
        let (code, out, err) = run_on(false, false);
        assert_eq!((code, out.as_str()), (0, ""));
        assert!(err.contains("1 unchecked statement, 1 source without an address"), "{err}");
        assert!(err.contains("--notes") && err.contains("No problems found."), "{err}");
        let (code, out, err) = run_on(true, false);
        assert_eq!((code, out.lines().count()), (0, 2), "{out}");
        assert!(out.contains("[note no-address]") && !err.contains("--notes"), "{err}");
        for (notes, listed) in [(false, 0), (true, 2)] {
            let (code, out, _) = run_on(notes, true);
            let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
            assert_eq!((code, json["problems"].as_array().map(Vec::len)), (0, Some(listed)));
            assert_eq!(json["notes"][0]["counts"]["unchecked"], 1);
        }
    }

    #[test]
    fn machines_get_one_document() {
        let folder = broken();
        let (code, out, err) = run_on(vec![folder.path().into()], true, OutputStyle::default());
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((code, err.as_str()), (4, ""));
        assert_eq!(json["problems"][0]["severity"], "error");
    }
}
