//! A pack: a folder of entries, and which of its files are read.

use std::{
    borrow::Cow,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};

use super::fields::{Fields, parse_toml};
use crate::text::{Problem, Severity, SourceFile, clean};

/// The largest file that is read. The longest entry has about 10 KB.
const LARGEST_FILE: u64 = 1024 * 1024;

static BUNDLED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/knowledge");

/// What a pack says about itself in `pack.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// A short name.
    pub id: String,
    /// One line.
    pub title: String,
    /// The pack's own version.
    pub version: String,
    /// Who answers for the content.
    pub publisher: String,
    /// Under which terms the content may be used.
    pub licence: String,
}

/// A file of a pack, already cleaned.
pub(super) struct PackFile {
    /// Without its folder.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) source: SourceFile,
}

impl PackFile {
    fn new(folder: &str, name: &str, raw: &str, problems: &mut Vec<Problem>) -> Self {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let text = clean(raw);
        let changed = matches!(text, Cow::Owned(_));
        if let Some((at, c)) = raw.char_indices().find(|&(_, c)| changed && is_hidden(c)) {
            problems.push(SourceFile::new(&path, raw).warning(
                "hidden-character",
                at..at + c.len_utf8(),
                format!("a character that does not show (U+{:04X}) is left out", c as u32),
                "delete it: such characters can hide what a text says",
            ));
        }
        Self {
            name: name.to_owned(),
            source: SourceFile::new(&path, &text),
            text: text.into_owned(),
        }
    }
}

fn is_hidden(c: char) -> bool {
    let mut buffer = [0; 4];
    let one: &str = c.encode_utf8(&mut buffer);
    !matches!(c, '\n' | '\r' | '\t') && clean(one) != *one
}

/// The files that are bundled with the program.
pub(super) fn bundled_files(problems: &mut Vec<Problem>) -> Vec<PackFile> {
    BUNDLED
        .files()
        .filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
        .filter(|(name, _)| role_of(name) != Role::None)
        .map(|(name, text)| PackFile::new("knowledge", name, text, problems))
        .collect()
}

/// The files of a folder, by name. What cannot be read, and what is not part of a pack, is
/// reported and left out.
pub(super) fn folder_files(folder: &Path, problems: &mut Vec<Problem>) -> Vec<PackFile> {
    let shown = folder.display().to_string();
    let shown = shown.trim_end_matches(['/', '\\']);
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(listing) => listing.filter_map(|item| item.ok().map(|item| item.path())).collect(),
        Err(error) => {
            problems.push(Problem::of_file(
                shown,
                Severity::Error,
                "unreadable",
                format!("the folder could not be read: {error}"),
                "check that it exists and that you may read it",
            ));
            return Vec::new();
        }
    };
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        match (role_of(&name), path.is_file()) {
            (Role::None, true) if is_documentation(&name) => {}
            (Role::None, _) | (_, false) => problems.push(Problem::of_file(
                &format!("{shown}/{name}"),
                Severity::Warning,
                "ignored-file",
                "this is no part of a pack, and is ignored",
                "a pack holds entries (`.md`), `pack.toml` and `thesaurus.toml`, without folders",
            )),
            _ => match read_text(&path) {
                Ok(text) => files.push(PackFile::new(shown, &name, &text, problems)),
                Err((code, message, advice)) => problems.push(Problem::of_file(
                    &format!("{shown}/{name}"),
                    Severity::Error,
                    code,
                    message,
                    advice,
                )),
            },
        }
    }
    files
}

fn read_text(path: &Path) -> Result<String, (&'static str, String, &'static str)> {
    let unreadable = |error: std::io::Error| {
        ("unreadable", format!("the file could not be read: {error}"), "check that you may read it")
    };
    let mut bytes = Vec::new();
    File::open(path)
        .map_err(unreadable)?
        .take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let message = "the file is larger than 1 MiB, and is ignored".to_owned();
        return Err(("too-large", message, "split it: an entry answers one question"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let message = format!(
            "the file is not UTF-8 text (byte {}), and is ignored",
            error.utf8_error().valid_up_to()
        );
        ("not-utf8", message, "save it as UTF-8")
    })
}

/// What a file is to a pack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Entry,
    Pack,
    Thesaurus,
    None,
}

pub(super) fn role_of(name: &str) -> Role {
    match name {
        "pack.toml" => Role::Pack,
        "thesaurus.toml" => Role::Thesaurus,
        _ if is_documentation(name) || name.starts_with('.') => Role::None,
        _ if name.ends_with(".md") => Role::Entry,
        _ => Role::None,
    }
}

/// Files that tell authors about the pack.
fn is_documentation(name: &str) -> bool {
    matches!(name, "README.md" | "COVERAGE.md" | "LICENCE.md" | "CHANGELOG.md")
}

pub(super) fn read_pack(file: &PackFile, problems: &mut Vec<Problem>) -> Pack {
    let Some(table) = parse_toml(&file.source, &file.text, 0, problems) else {
        return Pack::default();
    };
    let mut fields =
        Fields { table: table.get_ref(), place: 0..0, file: &file.source, offset: 0, problems };
    fields.only(&["id", "title", "version", "publisher", "licence"]);
    Pack {
        id: fields.text("id").unwrap_or_default(),
        title: fields.text("title").unwrap_or_default(),
        version: fields.text("version").unwrap_or_default(),
        publisher: fields.text_if_any("publisher").unwrap_or_default(),
        licence: fields.text_if_any("licence").unwrap_or_default(),
    }
}
