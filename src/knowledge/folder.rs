//! The files of a pack in a folder.
//!
//! Only the folder itself is read: never what lies in folders inside it, and nothing a link leads
//! to. Whatever is left out is named.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    Pack,
    import::{ImportContext, ImportFormat, ImportIssue, ReadFile, decode, import, utf8},
    pack_reader::{FileRole, MAX_ENTRY_BYTES, PackFile, is_documentation, read_pack, role_of},
};
use crate::text::{Problem, Severity, clean};

/// The largest document that is read: one with pictures in it.
const MAX_DOCUMENT_BYTES: u64 = 20 * 1024 * 1024;

/// The files of a folder, by name.
pub(super) fn folder_files(folder: &Path, problems: &mut Vec<Problem>) -> Vec<PackFile> {
    read_files(&list(folder, problems), None, problems)
}

/// What is in a folder, by name.
pub(super) fn list(folder: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(listing) => listing.filter_map(|item| item.ok().map(|item| item.path())).collect(),
        Err(error) => {
            let shown = folder.display().to_string();
            let shown = shown.trim_end_matches(['/', '\\']);
            let message = format!("The folder could not be read: {error}.");
            let advice = "Check that the folder exists and that you are allowed to read it.";
            let severity = Severity::Error;
            problems.push(Problem::of_file(shown, severity, "unreadable", message, advice));
            return Vec::new();
        }
    };
    paths.sort();
    paths
}

/// Reads files of a pack. Documents of other formats are made entries if somebody says for whom;
/// else they are ignored.
pub(super) fn read_files(
    paths: &[PathBuf],
    importing: Option<&ImportContext<'_>>,
    problems: &mut Vec<Problem>,
) -> Vec<PackFile> {
    let mut files: Vec<PackFile> = Vec::new();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        // What a link leads to may lie anywhere, or nowhere.
        let is_file = fs::symlink_metadata(path).is_ok_and(|about| about.is_file());
        if is_file && is_documentation(&name) && importing.is_none() {
            continue;
        }
        match read_file(path, &name, is_file, importing) {
            // Only documents become files of other names than their own.
            Ok(read) if importing.is_some() && files.iter().any(|file| file.name == read.name) => {
                let name = read.name;
                let message = format!("Another file also becomes `{name}`. This file is ignored.");
                let advice = "Give this file a different name.";
                let issue = ImportIssue::new("duplicate-id", message, advice);
                problems.push(issue.to_problem(path, Severity::Error));
            }
            Ok(read) => {
                let notes = read.notes.iter();
                problems.extend(notes.map(|note| note.to_problem(path, Severity::Warning)));
                let shown = path.display().to_string();
                files.push(PackFile::new(&shown, &read.name, &read.text, problems));
            }
            Err(issue) if issue.code == "ignored-file" => {
                problems.push(issue.to_problem(path, Severity::Warning));
            }
            Err(issue) => problems.push(issue.to_problem(path, Severity::Error)),
        }
    }
    files
}

/// Returns the pack described in `pack.toml`. Its problems are reported when all files are read.
pub(super) fn pack_of(paths: &[PathBuf]) -> Option<Pack> {
    let path =
        paths.iter().find(|path| path.file_name().is_some_and(|name| name == "pack.toml"))?;
    let file = read_files(std::slice::from_ref(path), None, &mut Vec::new()).pop()?;
    Some(read_pack(&file, &mut Vec::new()))
}

fn read_file(
    path: &Path,
    name: &str,
    is_file: bool,
    importing: Option<&ImportContext<'_>>,
) -> Result<ReadFile, ImportIssue> {
    let role = role_of(name);
    let format = importing.and_then(|_| ImportFormat::of(name)).filter(|_| !is_documentation(name));
    let is_part = match role {
        FileRole::None => format.is_some(),
        // Whom to call is the same in every pack.
        FileRole::Urgent => importing.is_none(),
        _ => true,
    };
    if !is_file || !is_part {
        return Err(ignored(path, name, importing.is_some()));
    }
    let entry = matches!(format, None | Some(ImportFormat::Markdown | ImportFormat::Plain));
    let bytes = read_bytes(path, if entry { MAX_ENTRY_BYTES } else { MAX_DOCUMENT_BYTES })?;
    if let (Some(importing), Some(format)) = (importing, format)
        && !(format == ImportFormat::Markdown && is_entry(&bytes))
    {
        return import(name, format, bytes, importing);
    }
    Ok(ReadFile { name: name.to_owned(), text: utf8(bytes)?, notes: Vec::new() })
}

/// Whether a file is written as an entry. Front matter that is broken off is a mistake, not a
/// document without any.
fn is_entry(bytes: &[u8]) -> bool {
    decode(bytes.to_vec()).is_ok_and(|file| clean(&file.text).starts_with("+++"))
}

fn read_bytes(path: &Path, largest: u64) -> Result<Vec<u8>, ImportIssue> {
    let unreadable = |error: std::io::Error| {
        let message = format!("The file could not be read: {error}.");
        ImportIssue::new("unreadable", message, "Check that you are allowed to read the file.")
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(largest + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > largest {
        let message = format!("The file is larger than {} MiB and is ignored.", largest >> 20);
        let advice = "Split the file. An entry answers one question.";
        return Err(ImportIssue::new("too-large", message, advice));
    }
    Ok(bytes)
}

fn ignored(path: &Path, name: &str, importing: bool) -> ImportIssue {
    let about = fs::symlink_metadata(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let advice = match (about, ending.as_deref()) {
        (Ok(about), _) if about.is_symlink() => {
            "This is a link. Put the file itself in the folder."
        }
        (Ok(about), _) if about.is_dir() => "Move the files in this folder next to the others.",
        (_, Some("doc" | "rtf" | "odt" | "pages")) if importing => {
            "Save the document as DOCX and add that file."
        }
        (_, Some("toml")) if importing && role_of(name) == FileRole::Urgent => {
            "Whom to call comes with the program. Set `urgent = true` in an entry to show it."
        }
        (_, _) if importing => {
            "A pack can have Markdown, plain text, HTML, DOCX and PDF files, `pack.toml`, `thesaurus.toml`, `wording.toml` and `editions.toml`."
        }
        _ => {
            "A pack can have entries (`.md`), `pack.toml`, `thesaurus.toml`, `wording.toml` and `editions.toml`, and no folders."
        }
    };
    ImportIssue::new("ignored-file", "This is not part of a pack and is ignored.", advice)
}
