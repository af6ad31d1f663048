//! The meeting formats as a list, and templates for `check`: the bundled ones, a single file, or
//! those of a folder.
//!
//! A folder is one of templates when it holds TOML files and no knowledge pack. Every file in it
//! that is not a template is named, so that nothing is left out in silence.

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::json;

use super::output::OK;
use crate::{
    clinic::{
        Format, KnownEntry, Language, bundled_templates, check_template, formats, practice_session,
    },
    knowledge::{Library, Status},
    text::{Problem, Severity, wrap},
};

/// Larger than any template.
const MOST_BYTES: u64 = 1024 * 1024;
/// Columns of what a format is for, beside its indent.
const PURPOSE_COLUMNS: usize = 76;

/// `caseclinic clinic formats`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the formats a clinic can be started in.
pub(super) fn list(args: &Args, out: &mut dyn Write) -> anyhow::Result<u8> {
    let formats = formats(Language::En);
    if args.json {
        let formats: Vec<_> = formats
            .iter()
            .map(|format| {
                json!({
                    "id": format.id,
                    "title": format.title,
                    "minutes": format.minutes,
                    "purpose": format.purpose,
                    "audience": format.audience,
                })
            })
            .collect();
        writeln!(out, "{}", json!({ "schema": 1, "formats": formats }))?;
        return Ok(OK);
    }
    for format in formats {
        let Format { id, title, minutes, purpose, .. } = format;
        writeln!(out, "{id:<24} {minutes:>3} min  {title}")?;
        for range in wrap(&purpose, PURPOSE_COLUMNS) {
            writeln!(out, "    {}", purpose[range].trim_end())?;
        }
    }
    Ok(OK)
}

/// What is wrong with the templates at a path, or with the bundled ones; `None` if the path holds
/// none.
pub(super) fn check(path: Option<&Path>) -> Option<Vec<Problem>> {
    let library = Library::bundled();
    let entries: Vec<KnownEntry<'_>> = library
        .entries()
        .iter()
        .map(|entry| KnownEntry {
            id: &entry.id,
            superseded_by: (entry.status != Status::Current)
                .then(|| entry.superseded_by.first().map_or("", String::as_str)),
        })
        .collect();
    match path {
        None => Some(bundled(&entries)),
        Some(path) if path.is_dir() => folder(path, &entries),
        Some(path) if is_template_name(path) => Some(file(path, &entries)),
        Some(_) => None,
    }
}

fn bundled(entries: &[KnownEntry<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for one in bundled_templates() {
        problems.extend(check_template(one.file, one.text, Some(entries)));
        if let Ok(template) = one.parse() {
            let example =
                practice_session(&template, one.example_file, one.example, Timestamp::UNIX_EPOCH);
            problems.extend(example.err().map(|problem| *problem));
        }
    }
    problems
}

fn folder(path: &Path, entries: &[KnownEntry<'_>]) -> Option<Vec<Problem>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(path).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let is_pack = files.iter().any(|file| {
        file.file_name() == Some(OsStr::new("pack.toml"))
            || file.extension() == Some(OsStr::new("md"))
    });
    if is_pack || !files.iter().any(|file| is_template_name(file)) {
        return None;
    }
    let mut problems = Vec::new();
    for found in files {
        if found.is_dir() {
            // Worked examples stand in a folder beside their templates.
            continue;
        }
        if is_template_name(&found) {
            problems.extend(file(&found, entries));
        } else {
            problems.push(Problem::of_file(
                &found.display().to_string(),
                Severity::Warning,
                "ignored-file",
                "This file is not a clinic template and is ignored.",
                "Move it elsewhere, or name it `something.toml` if it is a template.",
            ));
        }
    }
    Some(problems)
}

fn is_template_name(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("toml"))
        && !matches!(path.file_name().and_then(OsStr::to_str), Some("pack.toml" | "thesaurus.toml"))
}

fn file(path: &Path, entries: &[KnownEntry<'_>]) -> Vec<Problem> {
    let name = path.display().to_string();
    let unreadable = |why: String| {
        vec![Problem::of_file(
            &name,
            Severity::Error,
            "unreadable",
            format!("The file can’t be read: {why}."),
            "Check that it is a text file in UTF-8 and that you may read it.",
        )]
    };
    match fs::metadata(path) {
        Ok(facts) if facts.len() > MOST_BYTES => {
            return unreadable(format!("it has {} bytes, more than {MOST_BYTES}", facts.len()));
        }
        Ok(_) => {}
        Err(error) => return unreadable(error.to_string()),
    }
    match fs::read_to_string(path) {
        Ok(text) => check_template(&name, &text, Some(entries)),
        Err(error) => unreadable(error.to_string()),
    }
}
