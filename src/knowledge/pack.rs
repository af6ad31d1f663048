//! The files of a pack, and which of them are read.

use std::borrow::Cow;

use super::{BUNDLED_PACK, content::is_id};
use crate::text::{Problem, SourceFile, clean};

/// The largest entry that is read. The longest one bundled has about 10 KB.
pub(super) const MAX_ENTRY_BYTES: u64 = 1024 * 1024;
const MAX_ID_LEN: usize = 60;

/// Whether a pack may have this id, which is also the name of its folder.
pub(super) fn is_pack_id(id: &str) -> bool {
    is_id(id)
        && id != BUNDLED_PACK
        && !id.is_empty()
        && id.len() <= MAX_ID_LEN
        && !id.starts_with('-')
}

/// A file of a pack, already cleaned.
pub(super) struct PackFile {
    /// Without its folder.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) source: SourceFile,
}

impl PackFile {
    /// `path` is how the reader should see it.
    pub(super) fn new(path: &str, name: &str, raw: &str, problems: &mut Vec<Problem>) -> Self {
        let text = clean(raw);
        let changed = matches!(text, Cow::Owned(_));
        if let Some((at, c)) = raw.char_indices().find(|&(_, c)| changed && is_hidden(c)) {
            problems.push(SourceFile::new(path, raw).warning(
                "hidden-character",
                at..at + c.len_utf8(),
                format!("An invisible character (U+{:04X}) is left out.", c as u32),
                "Delete the character. Invisible characters can hide what a text says.",
            ));
        }
        Self {
            name: name.to_owned(),
            source: SourceFile::new(path, &text),
            text: text.into_owned(),
        }
    }
}

fn is_hidden(c: char) -> bool {
    let mut buffer = [0; 4];
    let one: &str = c.encode_utf8(&mut buffer);
    !matches!(c, '\n' | '\r' | '\t') && clean(one) != *one
}

/// What a file is to a pack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FileRole {
    Entry,
    Pack,
    Thesaurus,
    Wording,
    None,
}

pub(super) fn role_of(name: &str) -> FileRole {
    match name {
        "pack.toml" => FileRole::Pack,
        "thesaurus.toml" => FileRole::Thesaurus,
        "wording.toml" => FileRole::Wording,
        _ if is_documentation(name) || name.starts_with('.') => FileRole::None,
        _ if name.ends_with(".md") => FileRole::Entry,
        _ => FileRole::None,
    }
}

/// Files that tell authors about the pack.
pub(super) fn is_documentation(name: &str) -> bool {
    matches!(name, "README.md" | "COVERAGE.md" | "LICENCE.md" | "CHANGELOG.md")
}
