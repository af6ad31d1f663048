//! Templates for `check`: the bundled ones with local ones beside them, a single file, or a folder.
//!
//! A folder is one of templates when it holds TOML files and no knowledge pack. Every file in it
//! that is not a template is named, so that nothing is left out in silence.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::Date};

use crate::{
    clinic::{
        Against, KnownEntry, ReadTemplate, Template, bundled_templates, check_template,
        check_together, practice_session,
    },
    knowledge::{Library, Status},
    services::read_template_text,
    text::{Problem, Severity},
};

/// The folder of worked examples beside templates.
const EXAMPLES: &str = "examples";

/// What is wrong with the templates at a path, or with the bundled ones and those in `folder`;
/// `None` if the path holds none. `library` knows the entries they may pin.
pub(crate) fn check(
    path: Option<&Path>,
    folder: Option<&Path>,
    library: &Library,
    today: Date,
) -> Option<Vec<Problem>> {
    let entries: Vec<KnownEntry<'_>> = library
        .entries()
        .iter()
        .map(|entry| KnownEntry {
            id: &entry.id,
            superseded_by: (entry.status != Status::Current)
                .then(|| entry.superseded_by.first().map_or("", String::as_str)),
        })
        .collect();
    let against = Against { entries: Some(&entries), today: Some(today) };
    match path {
        None => {
            let mut problems = bundled(against);
            let local = folder.filter(|folder| folder.is_dir());
            problems.extend(local.into_iter().flat_map(|folder| of_folder(folder, against)));
            Some(problems)
        }
        Some(path) if path.is_dir() => is_of_templates(path).then(|| of_folder(path, against)),
        Some(path) if is_template_name(path) => Some(of_files(&[path.to_owned()], against).0),
        Some(_) => None,
    }
}

fn bundled(against: Against<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for one in bundled_templates() {
        problems.extend(check_template(one.file, one.text, against));
        if let Ok(template) = one.parse() {
            let example =
                practice_session(&template, one.example_file, one.example, Timestamp::UNIX_EPOCH);
            problems.extend(example.err().map(|problem| *problem));
        }
    }
    problems
}

/// Whether a folder is one of templates, and no pack.
fn is_of_templates(path: &Path) -> bool {
    let files = list(path);
    let is_pack = files.iter().any(|file| {
        file.file_name() == Some(OsStr::new("pack.toml"))
            || file.extension() == Some(OsStr::new("md")) && !is_documentation(file)
    });
    !is_pack && files.iter().any(|file| is_template_name(file))
}

fn of_folder(folder: &Path, against: Against<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut templates = Vec::new();
    let mut has_examples = false;
    for found in list(folder) {
        let facts = fs::symlink_metadata(&found);
        let is_file = facts.as_ref().is_ok_and(fs::Metadata::is_file);
        let is_folder = facts.as_ref().is_ok_and(fs::Metadata::is_dir);
        if is_folder && found.file_name() == Some(OsStr::new(EXAMPLES)) {
            has_examples = true;
        } else if is_folder {
            problems.push(ignored(
                &found,
                "This folder was not checked.",
                "Check it on its own, or move its templates into the folder above.",
            ));
        } else if !is_file {
            problems.push(ignored(
                &found,
                "This is not a file (it may be a link), so it was ignored.",
                "Copy the template itself into this folder.",
            ));
        } else if is_template_name(&found) {
            templates.push(found);
        } else if !is_documentation(&found) {
            problems.push(ignored(
                &found,
                "This file is not a clinic template, so it was ignored.",
                "Move it somewhere else. If it is a template, name it `something.toml`.",
            ));
        }
    }
    let (more, read) = of_files(&templates, against);
    problems.extend(more);
    if has_examples {
        problems.extend(examples(&folder.join(EXAMPLES), &read));
    }
    problems
}

fn ignored(path: &Path, why: &str, advice: &str) -> Problem {
    let name = path.display().to_string();
    Problem::of_file(&name, Severity::Warning, "ignored-file", why, advice)
}

/// What is in a folder, by name.
fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    found
}

fn is_template_name(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("toml"))
        && !matches!(path.file_name().and_then(OsStr::to_str), Some("pack.toml" | "thesaurus.toml"))
}

/// What tells authors about the folder.
fn is_documentation(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new("README.md"))
}

/// Each file alone, then those without a fault beside each other and beside the bundled ones.
fn of_files(paths: &[PathBuf], against: Against<'_>) -> (Vec<Problem>, Vec<(PathBuf, Template)>) {
    let mut problems = Vec::new();
    let mut sound = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        match read_template_text(path, &name) {
            Ok(text) => {
                problems.extend(check_template(&name, &text, against));
                if let Ok(template) = Template::parse(&name, &text) {
                    sound.push((path.clone(), name, text, template));
                }
            }
            Err(problem) => problems.push(*problem),
        }
    }
    let read: Vec<ReadTemplate<'_>> = sound
        .iter()
        .map(|(_, file, text, template)| ReadTemplate { file, text, template })
        .collect();
    let published: Vec<Template> =
        bundled_templates().iter().filter_map(|one| one.parse().ok()).collect();
    problems.extend(check_together(&read, &published));
    (problems, sound.into_iter().map(|(path, _, _, template)| (path, template)).collect())
}

/// The worked examples of templates: each plays through its template without a fault.
fn examples(folder: &Path, templates: &[(PathBuf, Template)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for found in list(folder) {
        let of = templates.iter().find(|(path, _)| path.file_name() == found.file_name());
        let Some((_, template)) = of else {
            problems.push(ignored(
                &found,
                "No usable template goes with this worked example, so it was ignored.",
                "Give it the same file name as its template.",
            ));
            continue;
        };
        let name = found.display().to_string();
        match read_template_text(&found, &name) {
            Ok(text) => {
                let played = practice_session(template, &name, &text, Timestamp::UNIX_EPOCH);
                problems.extend(played.err().map(|problem| *problem));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    problems
}

/// Returns what is wrong with a template that was to be used, one problem a line, as `check` prints
/// it without a terminal.
pub(crate) fn errors_of(path: &Path) -> String {
    let name = path.display().to_string();
    let problems = match read_template_text(path, &name) {
        Ok(text) => check_template(&name, &text, Against::default()),
        Err(problem) => vec![*problem],
    };
    let errors = problems.iter().filter(|problem| problem.is_error());
    errors.map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
