//! `caseclinic check [PATH…]`: what is wrong with knowledge packs and clinic templates.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args as ClapArgs;
use jiff::civil::Date;

use super::output::{Look, OK, PROBLEMS_FOUND, unless_pipe_closed};
use crate::{
    knowledge::{check_bundled, check_installed, check_path},
    text::{Problem, problems_to_json},
};

/// Check guidance entries and clinic templates for mistakes
#[derive(ClapArgs, Clone, Debug)]
pub struct Args {
    /// Folders or files to check; leave them out to check the built-in and installed guidance and
    /// templates
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub json: bool,
}

/// Finds what is wrong with clinic templates: with the bundled ones for `None`. For a path that
/// holds no templates the answer is `None`, and it is checked as a pack.
pub type TemplateCheck<'a> = &'a dyn Fn(Option<&Path>) -> Option<Vec<Problem>>;

/// Prints every problem of what `args` names, or of what is bundled and installed in `packs`, to `out` and their number to `err`. Returns the exit code: 0, or 4 if
/// there is a problem.
///
/// # Errors
/// If `out` or `err` cannot be written, unless it is a pipe whose reader has left.
pub fn run(
    args: &Args,
    today: Date,
    packs: Option<&Path>,
    templates: TemplateCheck<'_>,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let problems = find(args, today, packs, templates);
    unless_pipe_closed(report(args, &problems, look, out, err))
}

fn find(
    args: &Args,
    today: Date,
    packs: Option<&Path>,
    templates: TemplateCheck<'_>,
) -> Vec<Problem> {
    if args.paths.is_empty() {
        let mut problems = check_bundled(today);
        problems.extend(packs.map(|packs| check_installed(packs, today)).unwrap_or_default());
        problems.extend(templates(None).unwrap_or_default());
        return problems;
    }
    args.paths
        .iter()
        .flat_map(|path| templates(Some(path)).unwrap_or_else(|| check_path(path, today)))
        .collect()
}

fn report(
    args: &Args,
    problems: &[Problem],
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    if args.json {
        serde_json::to_writer(&mut *out, &problems_to_json(problems))?;
        writeln!(out)?;
    } else {
        for problem in problems {
            match look.columns {
                Some(columns) => writeln!(out, "{}", problem.render(columns, look.colour))?,
                None => writeln!(out, "{problem} [{} {}]", problem.severity.name(), problem.code)?,
            }
        }
    }
    out.flush()?;
    if !args.json {
        let errors = problems.iter().filter(|problem| problem.is_error()).count();
        match problems.len() {
            0 => writeln!(err, "No problems found.")?,
            all => {
                writeln!(err, "{}, {}.", count(errors, "error"), count(all - errors, "warning"))?
            }
        }
    }
    Ok(if problems.is_empty() { OK } else { PROBLEMS_FOUND })
}

/// A number with its noun: `1 error`, `2 errors`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_on(paths: Vec<PathBuf>, json: bool, look: Look) -> (u8, String, String) {
        let today = "2026-11-21".parse().expect("a date");
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(&Args { paths, json }, today, None, &|_| None, look, &mut out, &mut err)
            .expect("writing to memory");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(err))
    }

    fn broken() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("a.md"), "+++\nid = 5\n+++\n").expect("a file");
        folder
    }

    #[test]
    fn problems_have_their_own_exit_code() {
        let folder = broken();
        let (code, out, err) = run_on(vec![folder.path().into()], false, Look::default());
        assert_eq!(code, PROBLEMS_FOUND);
        assert!(out.contains("a.md:2:6: `id` must be text"), "{out}");
        assert!(err.contains("errors"), "{err}");
    }

    #[test]
    fn on_a_terminal_each_problem_comes_with_an_excerpt() {
        let folder = broken();
        let look = Look { columns: Some(80), colour: false };
        let (_, out, _) = run_on(vec![folder.path().into()], false, look);
        assert!(out.contains("id = 5") && out.contains("wrong-type"), "{out}");
    }

    #[test]
    fn machines_get_one_document() {
        let folder = broken();
        let (code, out, err) = run_on(vec![folder.path().into()], true, Look::default());
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((code, err.as_str()), (PROBLEMS_FOUND, ""));
        assert_eq!(json["problems"][0]["severity"], "error");
    }
}
